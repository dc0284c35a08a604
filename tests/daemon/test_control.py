import asyncio
import os
import socket
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon import client
from daemon.client import ClientError, UnreachableError
from daemon.control import LONGEST_LINE, SOCKET, Control, ControlError, Request, SocketError, Stream
from daemon.errors import DaemonError


async def echo(request: Request) -> object:
    return {"said": request.get("text")}


async def refuse(request: Request) -> object:
    raise ControlError("no-such-room", f"no room {request.get('area')!r}", "see: hearth devices")


async def damaged(request: Request) -> object:
    del request
    raise DaemonError("it is damaged")


async def breaks(request: Request) -> object:
    raise RuntimeError(f"a bug met {request['op']}")


async def count(request: Request) -> AsyncGenerator[object]:
    for number in range(int(str(request["to"]))):
        yield number


async def stops(request: Request) -> AsyncGenerator[object]:
    yield "one"
    await refuse(request)


@asynccontextmanager
async def served(state: Path, **streams: Stream) -> AsyncGenerator[None]:
    operations = {"echo": echo, "refuse": refuse, "breaks": breaks, "damaged": damaged}
    control = Control(state, operations, {"count": count, "stops": stops, **streams})
    async with asyncio.TaskGroup() as group:
        task = group.create_task(control.run())
        async with asyncio.timeout(5):
            await control.listening.wait()
        yield
        task.cancel()


async def test_a_request_is_answered(tmp_path: Path):
    async with served(tmp_path):
        assert await asyncio.to_thread(client.ask, tmp_path, "echo", text="hällo") == {"said": "hällo"}


async def test_only_the_owner_may_open_the_socket(tmp_path: Path):
    async with served(tmp_path):
        assert (tmp_path / SOCKET).stat().st_mode & 0o777 == 0o600


async def test_a_state_directory_of_any_depth_will_do(tmp_path: Path):
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    deep.mkdir(parents=True)
    async with served(deep):
        assert await asyncio.to_thread(client.ask, deep, "echo") == {"said": None}


async def test_a_refusal_arrives_with_code_and_remedy(tmp_path: Path):
    async with served(tmp_path):
        with pytest.raises(ClientError) as raised:
            await asyncio.to_thread(client.ask, tmp_path, "refuse", area="Attic")
    assert (raised.value.code, str(raised.value), raised.value.remedy) == (
        "no-such-room",
        "no room 'Attic'",
        "see: hearth devices",
    )


async def test_a_bug_is_told_and_the_server_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    async with served(tmp_path):
        with pytest.raises(ClientError, match="RuntimeError: a bug met breaks"):
            await asyncio.to_thread(client.ask, tmp_path, "breaks")
        assert await asyncio.to_thread(client.ask, tmp_path, "echo") == {"said": None}
    assert "could not answer" in caplog.text


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nonsense\n", b"bad-request"),
        (b"[1]\n", b"bad-request"),
        (b"\xff\xfe\n", b"bad-request"),
        (b"[" * 100_000 + b"\n", b"bad-request"),
        (b'{"op": "rm -rf"}\n', b"unknown-operation"),
        (b"x" * (LONGEST_LINE + 1) + b"\n", b"too-long"),
    ],
    ids=["text", "list", "bytes", "deep", "unknown", "long"],
)
async def test_rubbish_gets_a_clear_error(tmp_path: Path, line: bytes, code: bytes):
    def send() -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(os.path.relpath(tmp_path / SOCKET))
            connection.sendall(line)
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").readline()

    async with served(tmp_path):
        assert code in await asyncio.to_thread(send)


async def test_a_full_house_lets_the_longest_idle_client_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.control.MOST_CLIENTS", 1)
    monkeypatch.setattr("daemon.control.CROWDED_IDLE_S", 0.0)
    async with served(tmp_path), asyncio.timeout(10):
        reader, writer = await asyncio.open_unix_connection(os.path.relpath(tmp_path / SOCKET))
        writer.write(b'{"op": "echo"}\n')
        assert await reader.readline()
        assert await asyncio.to_thread(client.ask, tmp_path, "echo") == {"said": None}
        assert await reader.read() == b""
        writer.close()


async def test_a_full_house_is_tried_again_before_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.control.MOST_CLIENTS", 0)
    async with served(tmp_path):
        with pytest.raises(ClientError) as raised:
            await asyncio.to_thread(client.ask, tmp_path, "echo")
    assert raised.value.code == "busy"


async def test_many_clients_at_once_are_all_answered(tmp_path: Path):
    def ask(number: int) -> object:
        return client.ask(tmp_path, "echo", text=str(number))

    async with served(tmp_path):
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(100) as threads:
            waiting = [loop.run_in_executor(threads, ask, number) for number in range(400)]
            answers = [await one for one in waiting]
    assert answers == [{"said": str(number)} for number in range(400)]


async def test_a_stream_yields_until_it_ends(tmp_path: Path):
    async with served(tmp_path):
        assert await asyncio.to_thread(lambda: list(client.follow(tmp_path, "count", to=3))) == [0, 1, 2]


async def test_a_stream_that_is_refused_in_the_middle_says_why(tmp_path: Path):
    told = list[object]()

    def follow() -> None:
        told.extend(client.follow(tmp_path, "stops", area="Attic"))

    async with served(tmp_path):
        with pytest.raises(ClientError) as raised:
            await asyncio.to_thread(follow)
        assert await asyncio.to_thread(client.ask, tmp_path, "echo") == {"said": None}
    assert (raised.value.code, raised.value.remedy) == ("no-such-room", "see: hearth devices")


@pytest.mark.parametrize("begun", [True, False], ids=["in the middle", "before it said anything"])
async def test_a_client_that_leaves_ends_what_was_made_for_it(tmp_path: Path, begun: bool):
    began, ended = asyncio.Event(), asyncio.Event()

    async def endless(request: Request) -> AsyncGenerator[object]:
        del request
        began.set()
        try:
            if begun:
                yield "one"
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(tmp_path, endless=endless), asyncio.timeout(10):
        _, writer = await asyncio.open_unix_connection(os.path.relpath(tmp_path / SOCKET))
        writer.write(b'{"op": "endless"}\n')
        await began.wait()
        writer.close()
        await ended.wait()


async def answered(request: Request) -> AsyncGenerator[object]:
    yield {"say": "One."}
    if request["text"] == "be gone":
        return
    yield {"answer": {"reply": "One. Two."}, "rest": "Two."}


async def test_an_answer_is_told_while_it_comes(tmp_path: Path):
    told = list[str]()
    async with served(tmp_path, **{"ask.aloud": answered}):
        found = await asyncio.to_thread(client.ask_aloud, tmp_path, told.append, text="hello")
    assert (told, found) == (["One."], ({"reply": "One. Two."}, "Two."))


async def test_a_daemon_that_ends_in_the_middle_of_an_answer_is_missed(tmp_path: Path):
    async with served(tmp_path, **{"ask.aloud": answered}):
        with pytest.raises(UnreachableError):
            await asyncio.to_thread(client.ask_aloud, tmp_path, lambda _: None, text="be gone")


async def test_who_asks_waits_a_moment_for_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.control.MOST_CLIENTS", 0)
    async with served(tmp_path):
        with pytest.raises(ClientError) as raised:
            await asyncio.to_thread(client.ask_aloud, tmp_path, lambda _: None, text="hello")
    assert (raised.value.code, str(raised.value)) == ("busy", "too many clients ask at once")


def test_without_a_daemon_the_remedy_is_named(tmp_path: Path):
    with pytest.raises(UnreachableError) as raised:
        client.ask(tmp_path, "echo")
    assert raised.value.remedy == "start it: hearth run"


async def test_the_socket_goes_with_the_daemon(tmp_path: Path):
    async with served(tmp_path):
        pass
    assert not (tmp_path / SOCKET).exists()


async def test_half_a_character_is_replaced(tmp_path: Path):
    async with served(tmp_path):
        assert await asyncio.to_thread(client.ask, tmp_path, "echo", text="turn \udcff on") == {
            "said": "turn \ufffd on"
        }


async def test_what_the_daemon_refuses_arrives_with_its_code(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    async with served(tmp_path):
        with pytest.raises(ClientError) as raised:
            await asyncio.to_thread(client.ask, tmp_path, "damaged")
    assert (raised.value.code, str(raised.value), caplog.text) == ("daemon-error", "it is damaged", "")


async def test_a_socket_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / SOCKET).mkdir()
    with pytest.raises(SocketError, match=SOCKET):
        await Control(tmp_path, {}, {}).run()
