"""One server behind its helper: it answers, and whatever it does instead ends in words and leaves no process."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.mcp.model import McpError, Tool, ToolError
from daemon.mcp.peer import Peer, Wire
from tests.daemon.mcp.peers import hostile, over_http, sound

SOON_S = 1.0
"""A deadline for what does not answer anyway."""
GONE_S = 10.0


@asynccontextmanager
async def talking(wire: Wire) -> AsyncGenerator[Peer]:
    peer = Peer("wiki", wire)
    try:
        yield peer
    finally:
        await peer.close()


async def tool_of(peer: Peer, name: str = "search") -> Tool:
    return next(one for one in await peer.tools() if one.name == name)


async def asked(peer: Peer, query: str = "whales") -> str:
    tool = await tool_of(peer)
    return await peer.call(tool.name, tool.fingerprint, {"query": query})


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # What nobody waits for stands there as a zombie.
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]


async def gone(pid: int) -> bool:
    async with asyncio.timeout(GONE_S):
        while lives(pid):
            await asyncio.sleep(0.02)
    return True


async def test_a_server_is_started_when_it_is_asked_and_answers(tmp_path: Path):
    async with talking(sound(tmp_path)) as peer:
        assert peer.pid is None
        assert await asked(peer) == "Whales are mammals that live in the sea."
        assert await asked(peer, "moss") == "Moss is green."


async def test_a_server_behind_an_address_answers_the_same(tmp_path: Path):
    with over_http(sound(tmp_path)) as wire:
        async with talking(wire) as peer:
            assert await asked(peer) == "Whales are mammals that live in the sea."


async def test_tools_say_what_they_take_and_whether_they_change_something(tmp_path: Path):
    async with talking(sound(tmp_path)) as peer:
        tools = {one.name: one for one in await peer.tools()}
    assert {name: one.question for name, one in tools.items()} == {
        "search": "query",
        "fetch": "url",
        "headlines": "url",
        "convert": None,
        "erase": "title",
        "secrets": None,
    }
    assert [name for name, one in tools.items() if one.writes] == ["erase"]


async def test_what_a_tool_cannot_answer_leaves_its_server_at_work(tmp_path: Path):
    async with talking(sound(tmp_path)) as peer:
        with pytest.raises(ToolError):
            await asked(peer, "unicorns")
        before = peer.pid
        assert await asked(peer)
        assert peer.pid == before


async def test_a_server_gets_nothing_of_the_environment_but_what_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HEARTH_SECRET", "1")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials")
    async with talking(sound(tmp_path)) as peer:
        tool = await tool_of(peer, "secrets")
        told = (await peer.call("secrets", tool.fingerprint, {})).split()
    assert "PAGES" in told
    assert not {"HEARTH_SECRET", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET"}.intersection(told)


@pytest.mark.parametrize("mode", ["garbage", "many", "asks", "wrong", "prints"])
async def test_noise_of_a_server_is_passed_over(tmp_path: Path, mode: str):
    async with talking(hostile(tmp_path, mode)) as peer:
        assert await asked(peer) in ("still here", "Blue.")


async def test_an_answer_that_goes_on_and_on_is_cut_off(tmp_path: Path):
    async with talking(hostile(tmp_path, "long")) as peer:
        assert len(await asked(peer)) == 16_000


async def test_a_list_of_tools_without_an_end_has_one(tmp_path: Path):
    async with talking(hostile(tmp_path, "endless")) as peer:
        assert 1 <= len(await peer.tools()) <= 100


@pytest.mark.parametrize(
    ("mode", "call_s", "told"),
    [
        ("huge", GONE_S, "cannot be reached"),
        ("dies", GONE_S, "cannot be reached"),
        ("hangs", SOON_S, "does not answer"),
        ("stays", SOON_S, "does not answer"),
        ("floods", SOON_S, "wiki"),
    ],
)
async def test_a_server_that_misbehaves_ends_in_words_and_leaves_no_process(
    tmp_path: Path, mode: str, call_s: float, told: str
):
    async with talking(hostile(tmp_path, mode, call_s=call_s)) as peer:
        tool = await tool_of(peer)
        helper, server = peer.pid, int((tmp_path / "pid").read_text())
        assert helper is not None
        with pytest.raises(McpError, match=told):
            await peer.call(tool.name, tool.fingerprint, {"query": "whales"})
        assert peer.pid is None
        assert await gone(helper)
        assert await gone(server)


async def test_a_server_that_broke_is_started_anew(tmp_path: Path):
    async with talking(hostile(tmp_path, "dies")) as peer:
        with pytest.raises(McpError):
            await asked(peer)
        assert [one.name for one in await peer.tools()] == ["search"]


async def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.mcp.peer.START_S", SOON_S)
    async with talking(hostile(tmp_path, "mute")) as peer:
        with pytest.raises(McpError, match="does not answer"):
            await peer.tools()
        assert peer.pid is None


@pytest.mark.parametrize(
    "wire",
    [Wire(("/nonexistent/server",)), Wire((sys.executable, "-c", "pass")), Wire(url="http://127.0.0.1:9/mcp")],
    ids=["no program", "ends at once", "nobody there"],
)
async def test_a_server_that_is_not_there_is_said_to_be_away(wire: Wire):
    async with talking(wire) as peer:
        with pytest.raises(McpError, match="wiki"):
            await peer.tools()


async def test_a_tool_that_changes_behind_its_approval_is_not_called(tmp_path: Path):
    async with talking(hostile(tmp_path, "changes")) as peer:
        tool = await tool_of(peer)
        assert await peer.call(tool.name, tool.fingerprint, {"query": "x"}) == "Blue."
        with pytest.raises(McpError, match="has to be approved again"):
            await peer.call(tool.name, tool.fingerprint, {"query": "x"})


async def test_a_helper_ends_by_itself_when_nobody_asks(tmp_path: Path):
    async with talking(replace(sound(tmp_path), idle_s=0.2)) as peer:
        await peer.tools()
        pid = peer.pid
        assert pid is not None
        assert await gone(pid)
        assert await asked(peer) == "Whales are mammals that live in the sea."


async def test_who_stops_waiting_takes_the_server_along(tmp_path: Path):
    async with talking(hostile(tmp_path, "hangs")) as peer:
        tool = await tool_of(peer)
        server = int((tmp_path / "pid").read_text())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await peer.call(tool.name, tool.fingerprint, {"query": "whales"})
        assert await gone(server)


async def test_a_daemon_that_is_killed_leaves_no_process(tmp_path: Path):
    wire = hostile(tmp_path, "stays")
    daemon = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", DAEMON, *wire.command),
        env={**os.environ, **wire.environment},
        stdout=asyncio.subprocess.PIPE,
    )
    assert daemon.stdout is not None
    helper, server = int(await daemon.stdout.readline()), int((tmp_path / "pid").read_text())
    daemon.kill()
    await daemon.wait()
    assert await gone(helper)
    assert await gone(server)


DAEMON = """
import asyncio, os, sys
from daemon.mcp.peer import Peer, Wire

async def main():
    peer = Peer("wiki", Wire(tuple(sys.argv[1:]), environment={"PID_FILE": os.environ["PID_FILE"]}))
    await peer.tools()
    print(peer.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
