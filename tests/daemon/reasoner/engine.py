"""A real engine behind Ollama's API: llama.cpp's server with a made model of 1.7 MB, and a facade that can go wrong.

The engine comes from Debian's testing suite by way of this machine's own mirror, into a cache and without root; a model
is made once. Both need the peers that lie beside the repository, and are skipped in a line where those are not there.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest

PEERS = Path(__file__).resolve().parents[3] / "../shared/peers/ollama"
CACHE = Path.home() / ".cache/hearth-peers/llama"
MODEL = CACHE / "made.gguf"
FAULTS = (
    *("hang", "slow", "garbage", "mid-error", "half", "500", "503", "404", "toolgarbage", "loop", "htmlproxy"),
    "empty",
)
GET_S, READY_S = 180.0, 20.0


@dataclass(frozen=True, slots=True)
class Engine:
    """Where it is."""

    url: str
    """Of the facade; the tag of the model chooses the fault."""
    llama: str

    async def busy(self) -> int:
        """Return how many generations go on in the engine."""
        async with httpx.AsyncClient(trust_env=False) as client:
            slots = cast("list[dict[str, object]]", (await client.get(f"{self.llama}/slots", timeout=5)).json())
        return sum(bool(slot["is_processing"]) for slot in slots)

    async def until_free(self, within_s: float = 8.0) -> None:
        """Wait until nothing is generated any more; raises TimeoutError if that takes too long."""
        async with asyncio.timeout(within_s):
            while await self.busy():
                await asyncio.sleep(0.05)


@asynccontextmanager
async def engine() -> AsyncGenerator[Engine]:
    """Run the engine and its facade; skips the test where they cannot be had."""
    if not (PEERS / "llama-server.sh").exists():
        pytest.skip("the peers are not beside the repository: no real engine")
    if not (CACHE / "usr/bin/llama-server").exists():
        await _got("bash", str(PEERS / "llama-server.sh"), "get")
    if not MODEL.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        made = MODEL.with_suffix(".new")
        script = str(PEERS / "mk_bigram_gguf.py")
        await _got(uv, "run", "--no-project", "--with", "gguf", "--with", "numpy", "python", script, str(made), "0.5")
        made.rename(MODEL)
    llama, facade = _free_port(), _free_port()
    server = ("run", "-m", str(MODEL), "--host", "127.0.0.1", "--port", str(llama), "--jinja", "--slots", "-np", "1")
    found = Engine(f"http://127.0.0.1:{facade}", f"http://127.0.0.1:{llama}")
    async with (
        _running("bash", str(PEERS / "llama-server.sh"), *server),
        _running(sys.executable, str(PEERS / "facade.py"), str(facade), found.llama),
    ):
        await _ready(f"{found.llama}/health")
        await _ready(f"{found.url}/api/version")
        yield found


async def _got(*command: str) -> None:
    try:
        async with asyncio.timeout(GET_S), _running(*command) as process:
            if await process.wait() == 0:
                return
    except (TimeoutError, OSError):
        pass
    pytest.skip("the packages of the real engine cannot be had")


@asynccontextmanager
async def _running(*command: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    null = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdin=null, stdout=null, stderr=null)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _ready(url: str) -> None:
    async with asyncio.timeout(READY_S), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
