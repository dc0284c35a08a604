"""A daemon and a prompt in one terminal: what `make run` starts."""

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import cast

from daemon import client
from daemon.cli.output import CommandError, Exit
from daemon.cli.talk import converse

START_S = 60.0
"""A first start on a slow disk, with everything uncompiled, takes a tenth of it."""
ANSWER_S = 5.0
ENDING_S = 1.0
"""From the last answer of a daemon that ends until it has."""
FOUND_S = 5.0
"""The longest that the prompt waits for the simulated devices."""
STILL_S = 0.4
"""When no device has been heard of for the first time for so long, all have been."""
STOP_S = 10.0
WORDS = "hearth: "
"""How the line begins with which a command says why it ends."""


def run_with_prompt(config: Path | None, state: Path, *, demo: bool) -> int:
    """Run a daemon as a child, talk with it here, and end it with the talk; return the exit code.

    Without a terminal, lines that are piped in are answered; with nothing to read at all the daemon goes on until it
    is told to end.
    """
    log = state / "hearth.log"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        log.touch()
        told = log.stat().st_size
    except OSError as error:
        why = f"cannot write to the state directory {str(state)!r}: {error.strerror}"
        raise CommandError(why, "give --state DIR", code="state-unusable", exit_code=Exit.CONFIG) from error
    with _child(config, state, demo=demo, log=log) as daemon:
        _wait_until_ready(daemon, state, log, told=told)
        if demo:
            _wait_until_found(state)
        print(f"Hearth is running (state in {state}, log in {log}).", flush=True)
        print(f"To see what it does, and stop it or take it back: {sys.argv[0]} page", flush=True)
        try:
            said = converse(state)
        except CommandError:
            with suppress(subprocess.TimeoutExpired):
                daemon.wait(ENDING_S)
            _refuse_ended(daemon, log, told)
            raise
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


def _wait_until_ready(daemon: subprocess.Popen[bytes], state: Path, log: Path, *, told: int) -> None:
    """Wait until our own child answers: another daemon on the same state is none of ours to talk to."""
    deadline_s = time.monotonic() + START_S
    while time.monotonic() < deadline_s:
        _refuse_ended(daemon, log, told)
        with suppress(client.ClientError):
            ready = client.ask(state, "ready", timeout_s=ANSWER_S)
            if isinstance(ready, dict) and cast("dict[str, object]", ready).get("pid") == daemon.pid:
                return
        time.sleep(0.05)
    raise CommandError(
        f"not ready within {START_S:g} seconds", f"see {log}", code="start-failed", exit_code=Exit.FAILED
    )


def _refuse_ended(daemon: subprocess.Popen[bytes], log: Path, told: int) -> None:
    """End with the words and the exit code of our daemon, if it has ended."""
    code = daemon.poll()
    if code is not None:
        # One that was killed has no last words: those in the log are of another that was refused.
        killed = f"the daemon was killed (signal {-code}); nothing that was noted is lost" if code < 0 else ""
        why = killed or _last_words(log, told) or f"the daemon ended with {code}"
        raise CommandError(why, f"see {log}", code="daemon-ended", exit_code=_exit_of(daemon.returncode))


def _last_words(log: Path, told: int) -> str:
    """Return the last line of a log that our child wrote about its end; before ``told`` others wrote."""
    with log.open("rb") as file:
        file.seek(told)
        lines = file.read().decode(errors="replace").strip().splitlines()
    ours = [line.removeprefix(WORDS) for line in lines if line.startswith(WORDS)]
    return (ours or [""])[-1]


def _wait_until_found(state: Path) -> None:
    """Wait until the simulated devices were found and have said how they are: as many as a moment before, and more."""
    deadline_s = time.monotonic() + FOUND_S
    before, since_s = 0, time.monotonic()
    while time.monotonic() < deadline_s:
        with suppress(client.ClientError):
            rows = cast("list[dict[str, object]]", client.ask(state, "devices", timeout_s=ANSWER_S))
            spoken = sum(row["state"] not in (None, "unknown") for row in rows)
            if spoken != before:
                before, since_s = spoken, time.monotonic()
            elif spoken and time.monotonic() - since_s > STILL_S:
                return
        time.sleep(0.05)


def _exit_of(code: int) -> Exit:
    return Exit(code) if code in Exit.__members__.values() and code else Exit.FAILED
