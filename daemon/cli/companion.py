"""A daemon and a prompt in one terminal: what `make run` starts."""

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from daemon import client
from daemon.cli.output import CommandError, Exit
from daemon.cli.talk import converse

START_S = 60.0
"""A first start on a slow disk, with everything uncompiled, takes a tenth of it."""
STOP_S = 10.0


def run_with_prompt(config: Path | None, state: Path, *, demo: bool) -> int:
    """Run a daemon as a child, talk with it here, and end it with the talk; return the exit code.

    Without a terminal, lines that are piped in are answered; with nothing to read at all the daemon goes on until it
    is told to end.
    """
    log = state / "hearth.log"
    with _child(config, state, demo=demo, log=log) as daemon:
        _wait_until_ready(daemon, state, log)
        print(f"Hearth is running (state in {state}, log in {log}).", flush=True)
        said = converse(state)
        if not said and not sys.stdin.isatty():
            return daemon.wait()
    return Exit.OK


@contextmanager
def _child(config: Path | None, state: Path, *, demo: bool, log: Path) -> Generator[subprocess.Popen[bytes]]:
    arguments = [
        "run",
        "--state",
        str(state),
        *(["--config", str(config)] if config else []),
        *(["--demo"] if demo else []),
    ]
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as sink:
        daemon = subprocess.Popen(
            [sys.executable, "-P", "-m", "daemon", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,  # Ctrl-C at the prompt is for the prompt
        )

    def on_term(number: int, frame: FrameType | None) -> None:
        del number, frame
        daemon.terminate()

    ended_by_us = signal.signal(signal.SIGTERM, on_term)
    try:
        yield daemon
    finally:
        signal.signal(signal.SIGTERM, ended_by_us)
        daemon.terminate()
        try:
            daemon.wait(STOP_S)
        except subprocess.TimeoutExpired:
            daemon.kill()


def _wait_until_ready(daemon: subprocess.Popen[bytes], state: Path, log: Path) -> None:
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        if daemon.poll() is not None:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            why = last[0].removeprefix("hearth: ") if last else f"it ended with {daemon.returncode}"
            raise CommandError(why, f"see {log}", code="start-failed", exit_code=_exit_of(daemon.returncode))
        try:
            client.ask(state, "ready", timeout_s=START_S)
        except client.UnreachableError:
            time.sleep(0.05)
        else:
            return
    raise CommandError(
        f"not ready within {START_S:g} seconds", f"see {log}", code="start-failed", exit_code=Exit.FAILED
    )


def _exit_of(code: int) -> Exit:
    return Exit(code) if code in Exit.__members__.values() and code else Exit.FAILED
