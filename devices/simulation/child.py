"""The simulated house as a child process: what the daemon's demo and the tests start."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from devices.model import DeviceError

READY_S = 20.0
"""Until the ready line: 1 s is usual; a slow machine and a thousand lights need more."""
ANSWER_S = 5.0
STOP_S = 3.0
"""Between asking the child to end and killing it."""


class SimulationError(DeviceError):
    """The simulated house did not come up, or does not know what it was told to do."""

    code = "simulation-error"


@dataclass(slots=True)
class Simulation:
    """A running simulated house."""

    port: int
    """Of the broker that it is connected to, on 127.0.0.1 where it brought its own."""
    devices: int
    process: asyncio.subprocess.Process

    async def tell(self, device: str, do: str, **data: object) -> None:
        """Do something to a device by hand: ``offline`` and ``online`` (its connection, its last will), ``press`` (the
        switch on the wall), ``set`` (any value of its condition: a door that opens, a room that warms up), or a temper:
        ``sound``, ``slow``, ``ignoring``, ``lying``. One order at a time.

        Raises:
            SimulationError: there is no such device or order, or the child is gone.
        """
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"device": device, "do": do, "data": data}).encode() + b"\n")
        try:
            async with asyncio.timeout(ANSWER_S):
                await stdin.drain()
                answer = json.loads(await stdout.readline())
        except (OSError, ValueError, TimeoutError) as error:
            raise SimulationError(f"the simulated house does not answer: {error}") from error
        if "error" in answer:
            raise SimulationError(str(answer["error"]))


@asynccontextmanager
async def simulated(
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    serving: int = 0,
    lights: int = 0,
    pace: float = 1.0,
    options: tuple[str, ...] = (),
) -> AsyncGenerator[Simulation]:
    """Start the simulated house, yield it once every device has announced itself, end it at the end.

    Without ``port`` it brings an embedded broker of its own on 127.0.0.1, at port ``serving`` (0: a free one); with
    one it connects to the broker there. ``options`` are further ones of the command line. The child ends with us, even
    when we are killed: its standard input ends then.

    Raises:
        SimulationError: it did not get ready in time; its own words are on standard error.
    """
    where = ("--broker", str(serving)) if port is None else ("--host", host, "--port", str(port))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "devices.simulation", *where, "--lights", str(lights), "--pace", str(pace),
        "--controlled", *options, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        row = await _ready(process)
        yield Simulation(int(row["port"]), int(row["devices"]), process)
    finally:
        await _end(process)


async def _ready(process: asyncio.subprocess.Process) -> dict[str, int]:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(READY_S):
            line = await process.stdout.readline()
    except TimeoutError as error:
        raise SimulationError(f"the simulated house was not ready after {READY_S:g} s") from error
    if not line:
        raise SimulationError(f"the simulated house ended at once, with {await process.wait()}")
    row: dict[str, int] = json.loads(line)
    return row


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
