"""A real Chromium without a screen, whose microphone is a sound file; driven over its DevTools protocol."""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import httpx
from websockets.asyncio.client import ClientConnection, connect

BINARY = shutil.which("chromium")
START_S = 40.0
END_S = 5.0


class Tab:
    """One open page."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self.complaints: list[str] = []
        """What the page logged as an error: refused by its policy, or thrown."""

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        self._sent += 1
        await self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        async for message in self._socket:
            told = cast("dict[str, Any]", json.loads(message))
            if told.get("id") == self._sent:
                assert "error" not in told, told
                return cast("dict[str, Any]", told["result"])
            self._note(told)
        raise ConnectionError("the browser ended")

    def _note(self, told: dict[str, Any]) -> None:
        match told:
            case {"method": "Log.entryAdded", "params": {"entry": {"level": "error", "text": text} as entry}}:
                self.complaints.append(f"{text} {entry.get('url', '')}")
            case {"method": "Runtime.exceptionThrown", "params": {"exceptionDetails": details}}:
                self.complaints.append(json.dumps(details))
            case _:
                pass

    async def run(self, script: str) -> Any:
        """Return what a script comes to, awaited."""
        result = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    async def until(self, condition: str) -> None:
        """Return once a condition holds in the page."""
        try:
            async with asyncio.timeout(START_S):
                while not await self.run(condition):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            shown = await self.run("document.body.innerText")
            raise AssertionError(f"{condition} did not come; {self.complaints}; {shown}") from None

    async def mouse(self, kind: str, selector: str) -> None:
        """Press (``mousePressed``) or let go (``mouseReleased``) over the middle of something."""
        place = await self.run(
            f"(() => {{ const box = document.querySelector({selector!r}).getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        await self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)


@asynccontextmanager
async def opened(address: str, microphone: Path, profile: Path) -> AsyncGenerator[Tab]:
    """Open an address; ``microphone`` is a WAV file that is heard again and again."""
    assert BINARY is not None
    process = await asyncio.create_subprocess_exec(
        BINARY,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        f"--user-data-dir={profile}",
        "--remote-debugging-port=0",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with connect(await _debugger(profile), proxy=None, max_size=None) as socket:
            tab = Tab(socket)
            for domain in ("Runtime", "Log", "Page"):
                await tab.call(f"{domain}.enable")
            await tab.call("Page.navigate", url=address)
            await tab.until("document.readyState === 'complete' && location.href !== 'about:blank'")
            yield tab
            with suppress(ConnectionError):
                await tab.call("Browser.close")
    finally:
        try:
            async with asyncio.timeout(END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _debugger(profile: Path) -> str:
    """Return the address of the first page's debugger, once the browser has written where it listens."""
    written = profile / "DevToolsActivePort"
    async with asyncio.timeout(START_S), httpx.AsyncClient(trust_env=False) as client:
        while not (written.exists() and written.read_text().count("\n")):
            await asyncio.sleep(0.05)
        port = written.read_text().split()[0]
        while True:
            pages = (await client.get(f"http://127.0.0.1:{port}/json/list")).json()
            for page in pages:
                if page["type"] == "page":
                    return str(page["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
