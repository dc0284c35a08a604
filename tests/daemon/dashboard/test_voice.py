"""Browsers that speak with the house: who may, what they may send, and a turn from button to answer."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from daemon.dashboard import voice
from tests.daemon.dashboard.talking import BEARER, SOON_S, Turns, listening
from voice.model import EngineError

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECOND = bytes(range(256)) * 125
HELLO = {"type": "hello", "token": BEARER, "name": "tablet", "room": "Kitchen"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server() -> AsyncGenerator[tuple[Turns, int]]:
    turns = Turns()
    async with listening(turns) as port:
        yield turns, port


@pytest_asyncio.fixture(loop_scope="module")
async def served(server: tuple[Turns, int]) -> AsyncGenerator[tuple[Turns, int]]:
    """A server with no browser."""
    turns, _ = server
    turns.turns.clear()
    turns.problem, turns.answer_s = None, 0.3
    yield server
    await turns.until(lambda: not turns.here)


@asynccontextmanager
async def connected(
    port: int, hello: Mapping[str, object] | None = HELLO, **headers: str
) -> AsyncGenerator[ClientConnection]:
    address = f"ws://127.0.0.1:{port}/api/voice"
    async with asyncio.timeout(SOON_S), connect(address, additional_headers=headers, proxy=None) as browser:
        if hello is not None:
            await browser.send(json.dumps(hello))
        yield browser


async def told(browser: ClientConnection, type: str) -> Mapping[str, Any]:
    """Return the next message of a type."""
    async for message in browser:
        one = json.loads(message) if isinstance(message, str) else {"type": "pcm"}
        if one["type"] == type:
            return one
    raise AssertionError(f"{type} did not come")


async def refused(browser: ClientConnection) -> str:
    """Return why the house hung up."""
    with suppress(ConnectionClosed):
        async for _ in browser:
            pass
    assert browser.close_code == 1008
    return str(browser.close_reason)


async def test_a_turn_goes_from_the_button_to_the_answer(served: tuple[Turns, int]):
    turns, port = served
    async with connected(port) as browser:
        assert (await told(browser, "ready"))["name"] == "browser-tablet"
        assert [(one.name, one.room) for one in turns.here] == [("browser-tablet", "Kitchen")]
        await browser.send('{"type": "pressed"}')
        for begin in range(0, len(SECOND), 1_024):
            await browser.send(SECOND[begin : begin + 1_024])
        await browser.send('{"type": "released"}')
        heard = [one async for one in until_idle(browser)]
        await turns.until(lambda: bool(turns.turns))

    assert [one["stage"] for one in heard if one["type"] == "stage"] == ["listening", "thinking", "speaking", "idle"]
    assert {"type": "transcript", "said": "switch <b>it</b> on", "reply": "It is on."} in heard
    pcm, played = turns.turns[0]
    assert SECOND.endswith(pcm)
    assert len(pcm) > len(SECOND) // 2
    assert played.whole
    assert sum(one["bytes"] for one in heard if one["type"] == "pcm") == int(22_050 * 0.3) * 2


async def until_idle(browser: ClientConnection) -> AsyncGenerator[Mapping[str, Any]]:
    """Yield what the page is sent until the turn is over, and say of each answer that it was played."""
    async for message in browser:
        one: Mapping[str, Any] = (
            json.loads(message) if isinstance(message, str) else {"type": "pcm", "bytes": len(message)}
        )
        yield one
        if one["type"] == "end":
            await browser.send(json.dumps({"type": "played", "answer": one["answer"]}))
        if one == {"type": "stage", "stage": "idle"}:
            return


async def test_one_who_leaves_in_a_turn_is_gone(served: tuple[Turns, int]):
    turns, port = served
    turns.answer_s = 60.0
    async with connected(port) as browser:
        await told(browser, "ready")
        await browser.send('{"type": "pressed"}')
        await browser.send('{"type": "released"}')
        await told(browser, "pcm")
    await turns.until(lambda: not turns.here)


@pytest.mark.parametrize(
    ("headers", "lets"),
    [
        ({"Origin": "http://127.0.0.1:{port}"}, True),
        ({}, True),
        ({"Origin": "https://hearth.example", "Host": "hearth.example"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://127.0.0.1:1"}, False),
        ({"Origin": "http://evil.example", "Host": "evil.example"}, False),
        ({"Host": "evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[", "Host": "127.0.0.1"}, False),
    ],
)
async def test_only_pages_of_this_house_may_connect(served: tuple[Turns, int], headers: dict[str, str], lets: bool):
    _, port = served
    request = {
        "Host": f"127.0.0.1:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    } | {name: value.format(port=port) for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in request.items())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET /api/voice HTTP/1.1\r\n{lines}\r\n".encode())
        async with asyncio.timeout(SOON_S):
            status = await reader.readline()
    finally:
        writer.close()
    assert status.split()[1] == (b"101" if lets else b"403")


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        (HELLO | {"token": "other"}, "unauthorized"),
        (HELLO | {"token": ""}, "unauthorized"),
        ({"type": "pressed"}, "bad-request"),
        (HELLO | {"name": "../x"}, "bad-request"),
        (HELLO | {"name": "x" * 31}, "bad-request"),
        (HELLO | {"room": "r" * 5_000}, "bad-request"),
    ],
)
async def test_who_does_not_say_rightly_who_it_is_is_let_go(
    served: tuple[Turns, int], hello: Mapping[str, object], code: str
):
    turns, port = served
    async with connected(port, hello) as browser:
        assert await refused(browser) == code
    assert turns.here == []


async def test_who_sends_sound_first_is_let_go(served: tuple[Turns, int]):
    async with connected(served[1], None) as browser:
        await browser.send(b"\0\0")
        assert await refused(browser) == "bad-request"


async def test_who_says_nothing_is_let_go(served: tuple[Turns, int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(voice, "HELLO_S", 0.05)
    async with connected(served[1], None) as browser:
        assert await refused(browser) == "bad-request"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\0", "bad-request"),
        (b"", "bad-request"),
        (bytes(voice.LONGEST_SOUND + 2), "bad-request"),
        ("no json", "bad-request"),
        ('{"type": "wake"}', "bad-request"),
        ('{"type": "played", "answer": "x"}', "bad-request"),
        ("[" * 10_000, "bad-request"),
    ],
)
async def test_what_is_no_message_ends_the_connection(served: tuple[Turns, int], message: bytes | str, code: str):
    async with connected(served[1]) as browser:
        await told(browser, "ready")
        await browser.send(message)
        assert await refused(browser) == code


@pytest.mark.parametrize("message", [bytes(8_000), '{"type": "pressed"}'])
async def test_more_than_anybody_says_ends_the_connection(served: tuple[Turns, int], message: bytes | str):
    async with connected(served[1]) as browser:
        await told(browser, "ready")
        with suppress(ConnectionClosed):
            for _ in range(5_000):
                await browser.send(message)
        assert await refused(browser) == "too-much"


async def test_a_message_without_end_is_not_kept(served: tuple[Turns, int]):
    async with connected(served[1]) as browser:
        await told(browser, "ready")
        await browser.send(bytes(100_000))
        await browser.wait_closed()
        assert browser.close_code == 1009


async def test_of_two_with_one_name_the_second_is_told_so(served: tuple[Turns, int]):
    turns, port = served
    async with connected(port) as first:
        await told(first, "ready")
        async with connected(port) as second:
            assert await refused(second) == "name-taken"
        assert len(turns.here) == 1
    await turns.until(lambda: not turns.here)
    async with connected(port) as again:
        await told(again, "ready")


async def test_no_more_than_a_house_has(served: tuple[Turns, int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(voice, "MOST", 1)
    _, port = served
    async with connected(port) as first:
        await told(first, "ready")
        async with connected(port, HELLO | {"name": "other"}) as second:
            assert await refused(second) == "too-many"


async def test_without_engines_it_is_said_why(served: tuple[Turns, int]):
    turns, port = served
    turns.problem = EngineError("there is no recogniser", code="engine-missing")
    async with connected(port) as browser:
        assert (await told(browser, "error"))["message"] == "there is no recogniser"
        assert await refused(browser) == "engine-missing"


@pytest.mark.parametrize("path", list(voice.PAGE))
async def test_the_page_runs_only_what_is_ours(served: tuple[Turns, int], path: str):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served[1]}", trust_env=False) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers.get_list("content-security-policy") == [voice.CSP]
    assert "nosniff" in answer.headers["x-content-type-options"]
    assert not {"onclick=", "style=", "javascript:", "http://", "https://"} & set(answer.text.split())
    assert BEARER not in answer.text


async def test_elsewhere_no_websocket_is_opened(served: tuple[Turns, int]):
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://127.0.0.1:{served[1]}/api/ask", proxy=None):
            pass
