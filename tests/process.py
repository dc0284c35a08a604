"""Starts the real daemon for measuring and for system tests, and looks at it from outside."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from daemon import client

READY_S = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon process."""

    process: asyncio.subprocess.Process
    state: Path
    ready_after_s: float
    """From starting the process to ``READY=1``."""
    log: Path

    @property
    def resident_mib(self) -> float:
        """Return the memory it holds now, of its own and shared, MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))

    @property
    def cpu_s(self) -> float:
        """Return the processor time it has used, seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def ask(self, op: str, **fields: object) -> object:
        """Return the result of an operation, as the command line gets it."""
        return await asyncio.to_thread(client.request, self.state, {"op": op, **fields})

    async def entities(self, count: int) -> None:
        """Wait until the house has so many entities."""
        async with asyncio.timeout(READY_S):
            while len(await self.devices()) < count:
                await asyncio.sleep(0.05)

    async def devices(self) -> list[dict[str, object]]:
        """Return what is in the house, as ``hearth devices --json`` prints it."""
        return cast("list[dict[str, object]]", await self.ask("devices"))

    async def say(self, text: str, **fields: object) -> dict[str, object]:
        """Return the answer to an utterance, as ``hearth ask --json`` prints it."""
        return cast("dict[str, object]", await self.ask("ask", text=text, **fields))

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.process.send_signal(signal.SIGKILL)


@asynccontextmanager
async def running(
    state: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncGenerator[Running]:
    """Run ``hearth run`` on a state directory until the block ends; yield once it said ``READY=1``."""
    state.mkdir(parents=True, exist_ok=True)
    log = state.parent / f"{state.name}.log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified, log.open("ab") as sink:
        address = f"@hearth-{os.getpid()}-{time.monotonic_ns()}"
        notified.bind("\0" + address[1:])
        notified.setblocking(False)
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "daemon", "run", "--state", str(state), *arguments,
            env={**os.environ, **(environment or {}), "NOTIFY_SOCKET": address}, stdout=sink, stderr=sink,
        )  # fmt: skip
        try:
            await _ready(notified, process, log)
            yield Running(process, state, time.monotonic() - began, log)
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                async with asyncio.timeout(15):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def _ready(notified: socket.socket, process: asyncio.subprocess.Process, log: Path) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(READY_S), asyncio.TaskGroup() as group:
        ended = group.create_task(process.wait())
        while not ended.done():
            heard = group.create_task(loop.sock_recv(notified, 4096))
            await asyncio.wait({heard, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not heard.done():
                heard.cancel()
            elif b"READY=1" in heard.result():
                ended.cancel()
                return
    raise RuntimeError(f"the daemon ended with {process.returncode}: {log.read_text()[-2000:]}")
