"""`python -m devices.simulation`: the simulated house against a broker, or with one of its own.

Prints ``{"ready": true, "port": N, "devices": n}`` once every device has announced itself. Ends on SIGTERM or SIGINT,
and with ``--controlled`` also at the end of standard input, which is how it notices that its parent is gone.
"""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys

from devices.simulation.process import House, Options, obey_lines, say

EX_UNAVAILABLE = 69


def main(arguments: list[str] | None = None) -> int:
    """Run until told to end; return the exit code: 0, or 69 when there is no broker."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="simulation: %(message)s")
    return asyncio.run(_run(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m devices.simulation", description=__doc__)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--broker", type=int, metavar="PORT", help="serve MQTT on 127.0.0.1 as well; 0: a free port")
    where.add_argument("--port", type=int, default=1883, help="of the broker to connect to (1883)")
    parser.add_argument("--host", default="127.0.0.1", help="of the broker to connect to (127.0.0.1)")
    parser.add_argument("--lights", type=int, default=0, metavar="N", help="add N plain lights, for benchmarks")
    parser.add_argument("--bare", action="store_true", help="leave the house away: only the lights")
    parser.add_argument(
        "--pace", type=float, default=1.0, metavar="X", help="every delay times X; 0.1 is ten times fast"
    )
    parser.add_argument(
        "--drift", type=int, metavar="SEED", help="let sensors drift, in the same way for the same seed"
    )
    parser.add_argument("--patience", type=float, default=15.0, metavar="S", help="give up without a broker (15)")
    parser.add_argument("--controlled", action="store_true", help="take orders on standard input, end with it")
    return parser


async def _run(given: argparse.Namespace) -> int:
    options = Options(not given.bare, given.lights, given.pace, given.drift, given.patience)
    stop = asyncio.Event()
    code = 0
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        host, port = given.host, given.port
        if given.broker is not None:
            # Only where it is wanted: it costs 0.2 s.
            from devices.simulation.broker import broker

            host, port = "127.0.0.1", await stack.enter_async_context(broker(given.broker))
        try:
            async with asyncio.TaskGroup() as group:
                house = House(host, port, options)
                ready = asyncio.Event()
                tasks = [group.create_task(house.run(ready))]
                tasks.append(group.create_task(_tell_ready(ready, port, house)))
                if given.controlled:
                    tasks.append(group.create_task(_obey(house, stop)))
                await _ended(stop, tasks[0])
                for task in tasks:
                    task.cancel()
        except* TimeoutError:
            sys.stderr.write(f"simulation: no answer from a broker at {host}:{port}\n")
            code = EX_UNAVAILABLE
    return code


async def _tell_ready(ready: asyncio.Event, port: int, house: House) -> None:
    await ready.wait()
    say({"ready": True, "port": port, "devices": house.devices})


async def _obey(house: House, stop: asyncio.Event) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await obey_lines(house, reader)
    stop.set()


async def _ended(stop: asyncio.Event, running: asyncio.Task[None]) -> None:
    """Return when told to stop or when the house has ended by itself."""
    running.add_done_callback(lambda _: stop.set())
    await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
