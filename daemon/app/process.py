"""The daemon as a process: signals, the lock on its state, starts that are counted, and the simulated house."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import Generator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, cast

from daemon.app.hearth import Hearth, build
from daemon.clock import SystemClock
from daemon.config import load
from daemon.errors import DaemonError
from daemon.lock import locked
from daemon.starts import MANY, STEADY_S, begin, forget
from daemon.strangers import refuse_strangers
from daemon.supervise import Condition, Health, keep_running

if TYPE_CHECKING:
    from daemon.demo import Demo

log = logging.getLogger("hearth." + __name__)

FAREWELL_S = 5.0
"""So long routines have for what they do before the house stops."""
_ENDS = (signal.SIGTERM, signal.SIGINT)
COLLECT = (20_000, 50, 1_000)
"""When the garbage collector looks for cycles, see `gc.set_threshold`: we make few, and each look stops the house.
Under 3,000 discoveries the longest turn of the event loop is 21 ms with these and 45 to 68 with Python's own.
"""


def serve(config_path: Path | None, state: Path, *, demo: bool) -> None:
    """Run the daemon until SIGTERM or SIGINT.

    Raises:
        DaemonError: it cannot start here: the configuration, the state, or another daemon on it.
    """
    refuse_strangers()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # It logs every address that it asks, and an address may hold a key.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        with locked(state), _counted(state) as safe, contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_main(config_path, state, demo=demo, safe=safe))
    except BaseExceptionGroup as group:
        told, untold = group.split(DaemonError)
        if told is None or untold is not None:
            raise
        raise _first(told) from group


@contextlib.contextmanager
def _counted(state: Path) -> Generator[bool]:
    """Yield whether to start with less: the last starts all died soon. What stops in order, or says why not, counts as
    none.
    """
    safe = begin(state) >= MANY
    try:
        yield safe
    except DaemonError:
        forget(state)
        raise
    except BaseExceptionGroup as group:
        if group.split(DaemonError)[1] is None:
            forget(state)
        raise
    forget(state)


def _first(error: BaseException) -> BaseException:
    """Return the first error that a group is about."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


async def _main(config_path: Path | None, state: Path, *, demo: bool, safe: bool) -> None:
    main_task = asyncio.current_task()
    assert main_task is not None
    loop = asyncio.get_running_loop()
    for number in _ENDS:
        loop.add_signal_handler(number, main_task.cancel)
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(_demo()) if demo else None
        config = home.config(config_path) if home else load(config_path)
        logging.getLogger("hearth").setLevel(config.log.level)
        clock = SystemClock()
        hearth = await stack.enter_async_context(build(config, state, clock=clock, environment=os.environ, safe=safe))
        if safe:
            log.warning("the last %d starts ended within %.0f s: this one leaves out added skills", MANY, STEADY_S)
            remedy = "remove the skill that was added last, then start Hearth again"
            hearth.table.note(Health("safe mode", Condition.DEGRADED, "added skills are left out", remedy))
        loop.call_later(STEADY_S, forget, state)
        stack.callback(hearth.notifier.tell, "STOPPING=1")
        # What is built now lives as long as the process: the collector need not look at it, not even once.
        gc.freeze()
        gc.set_threshold(*COLLECT)
        gc.enable()
        async with asyncio.TaskGroup() as group:

            def end() -> None:
                # Whoever asks twice does not want to wait.
                for number in _ENDS:
                    loop.add_signal_handler(number, main_task.cancel)
                group.create_task(_farewell(hearth, main_task))

            for number in _ENDS:
                loop.add_signal_handler(number, end)
            if home is not None:
                hearth.table.ask("simulated home", home.health)
                group.create_task(keep_running("simulated home", home.run, hearth.table))
            await hearth.run()


async def _farewell(hearth: Hearth, main_task: "asyncio.Task[None]") -> None:
    """Let the house do what it does before it stops, and end the process."""
    try:
        async with asyncio.timeout(FAREWELL_S):
            await hearth.farewell()
    except TimeoutError:
        log.warning("what was to be done before stopping took longer than %.0f s", FAREWELL_S)
    finally:
        main_task.cancel()


def _demo() -> AbstractAsyncContextManager["Demo"]:
    """Start the simulated house; what it needs is not imported for anything else."""
    from daemon.demo import Demo

    return Demo.open()
