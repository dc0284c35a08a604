"""The real ``wyoming-satellite`` of PyPI, in an environment of its own: it pins packages that we have newer."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.voice.wyoming import hardware

VERSION = "1.0.0"
INSTALL_S = 120.0
START_S = 20.0
SPEAKER_HZ = 22_050


def installed() -> Path | None:
    """Return the Python that has the satellite, installed now if it can be had; None if it cannot."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "hearth-peers" / f"wyoming-satellite-{VERSION}"
    python = folder / "bin" / "python"
    if (folder / "bin" / "wyoming-satellite").exists():
        return python
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    wanted = ("wyoming-satellite==" + VERSION,)
    try:
        subprocess.run([uv, "venv", "-q", "--clear", folder], check=True, timeout=INSTALL_S, capture_output=True)
        command = [uv, "pip", "install", "-q", "--python", python, *wanted]
        subprocess.run(command, check=True, timeout=INSTALL_S, capture_output=True)
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return python


@dataclass
class Peer:
    """A running satellite with its microphone and loudspeaker as files."""

    port: int
    folder: Path
    said: int = 0

    def say(self, pcm: bytes) -> None:
        """Let the microphone hear this next."""
        self.said += 1
        part = self.folder / f"{self.said:03}.part"
        part.write_bytes(pcm)
        part.rename(self.folder / f"say-{self.said:03}.raw")

    def spoken(self) -> list[tuple[float, float]]:
        """Return the time (monotonic, seconds) and loudness of each 20 ms that the loudspeaker played."""
        log = self.folder / "dac"
        lines = log.read_text().splitlines() if log.exists() else []
        return [(float(at), float(level)) for at, level in (line.split() for line in lines if " " in line)]

    def last_loud(self) -> float:
        """Return when the loudspeaker gave its last sound."""
        return max((at + 0.02 for at, level in self.spoken() if level > 100), default=0.0)

    def loud_s(self) -> float:
        """Return how many seconds of sound it played."""
        return sum(level > 100 for _, level in self.spoken()) * 0.02

    async def say_once_armed(self, pcm: bytes, times: int = 1) -> None:
        """Let the microphone hear this as soon as it has begun to wait for its wake word so many times."""
        async with asyncio.timeout(30.0):
            while (self.folder / "log").read_text().count("Waiting for wake word") < times:
                await asyncio.sleep(0.02)
        self.say(pcm)

    async def until_loud(self, seconds: float) -> None:
        """Wait until it played that much sound."""
        async with asyncio.timeout(30.0):
            while self.loud_s() < seconds:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def satellite(python: Path, folder: Path, *, wakes_itself: bool) -> AsyncGenerator[Peer]:
    """Run one on a free port, announced nowhere."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        peer = Peer(free.getsockname()[1], folder)
    part = f"{python} {Path(hardware.__file__)}"
    command = [str(python), "-m", "wyoming_satellite", "--uri", f"tcp://127.0.0.1:{peer.port}", "--no-zeroconf"]
    command += ["--name", "attic", "--area", "Attic", "--debug"]
    command += ["--mic-command", f"{part} mic {folder}"]
    command += ["--snd-command", f"{part} dac {folder / 'dac'} {SPEAKER_HZ}", "--snd-command-rate", str(SPEAKER_HZ)]
    if wakes_itself:
        command += ["--wake-command", f"{part} wake"]
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
    try:
        await _answers(peer.port)
        yield peer
    finally:
        process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _answers(port: int) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
