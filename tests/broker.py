"""A real Mosquitto on the loopback, which can be killed, frozen and started again, and a wire to it, to be cut."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

START_S = 10.0


def mosquitto_binary() -> str | None:
    """Return where Mosquitto is; Debian puts it where only root looks."""
    return shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def free_port() -> int:
    """Return a port of the loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """One broker process; ``lines`` of its configuration replace the listener that lets everybody in."""

    def __init__(self, folder: Path, *, lines: str | None = None, port: int | None = None) -> None:
        binary = mosquitto_binary()
        assert binary is not None
        self._binary = binary
        self.host = "127.0.0.1"
        self.port = port or free_port()
        self._config = folder / f"mosquitto-{self.port}.conf"
        self._log = folder / f"mosquitto-{self.port}.log"
        self._config.write_text(
            (lines or "listener {port} 127.0.0.1\nallow_anonymous true\n").format(port=self.port)
            + f"log_dest file {self._log}\n"
            + ("user root\n" if os.geteuid() == 0 else "")
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and return once it accepts connections."""
        self._process = subprocess.Popen([self._binary, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"Mosquitto did not start, see {self._log}") from None
                time.sleep(0.01)

    def kill(self) -> None:
        """End it with SIGKILL: no farewell, nothing saved."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as systemd would."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Let it hang: the kernel goes on accepting what is sent to it."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.send_signal(signal.SIGCONT)
            self._process.wait()
            self._process = None


class Wire:
    """A relay in front of a broker that can be cut, or hold back everything while both ends believe it is there."""

    def __init__(self, broker: Mosquitto) -> None:
        self.host = broker.host
        self.port = free_port()
        self._broker = broker
        self._open = asyncio.Event()
        self._open.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._group = asyncio.TaskGroup()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        self._server = await asyncio.start_server(self._relay, self.host, self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self._open.set()
        self.cut()
        await self._group.__aexit__(kind, error, trace)

    def hold(self) -> None:
        """Forward nothing any more, in neither direction, and tell nobody."""
        self._open.clear()

    def release(self) -> None:
        """Forward again, what was held back first."""
        self._open.set()

    def cut(self) -> None:
        """Reset every connection; new ones are taken."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other_reader, other_writer = await asyncio.open_connection(self._broker.host, self._broker.port)
        self._writers += [writer, other_writer]
        self._group.create_task(self._forward(reader, other_writer))
        self._group.create_task(self._forward(other_reader, writer))

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.transport.abort()
