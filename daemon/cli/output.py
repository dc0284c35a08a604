"""What the command line prints and how it ends: one line for an error, one object for ``--json``, stated exit codes."""

import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.client import ClientError, UnreachableError, listens
from daemon.systemd import DEMO, SERVICE_STATE, state_directory


class Exit(IntEnum):
    """How a command ends; 64, 69 and 78 are those of sysexits.h."""

    OK = 0
    ASKED = 3
    REFUSED = 4
    FAILED = 5
    NOT_UNDERSTOOD = 6
    USAGE = 64
    UNAVAILABLE = 69
    CONFIG = 78


WIDEST = 2_000
"""Columns of a table that goes to another program."""

BY_STATUS: Mapping[str, Exit] = {
    "done": Exit.OK,
    "answered": Exit.OK,
    "asked": Exit.ASKED,
    "waiting": Exit.REFUSED,
    "refused": Exit.REFUSED,
    "partly": Exit.FAILED,
    "unconfirmed": Exit.FAILED,
    "failed": Exit.FAILED,
    "not_understood": Exit.NOT_UNDERSTOOD,
}
"""The exit code for how a turn ended."""

StateOption = Annotated[
    Path | None,
    typer.Option("--state", help="Where Hearth keeps its state. Default: $STATE_DIRECTORY, else XDG.", metavar="DIR"),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file. Default: the user's, else /etc/hearth/hearth.toml."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AnyStateOption = Annotated[
    Path | None, typer.Option("--state", help="Taken like everywhere; this command needs no state.", metavar="DIR")
]
AlwaysJsonOption = Annotated[bool, typer.Option("--json", help="Taken like everywhere; it always prints JSON.")]


class CommandError(Exception):
    """A command that cannot go on: what is wrong, what to do, and how to exit."""

    def __init__(self, message: str, remedy: str = "", *, code: str, exit_code: Exit) -> None:
        super().__init__(message)
        self.remedy, self.code, self.exit_code = remedy, code, exit_code


def state_of(given: Path | None) -> Path:
    """Return the state directory whose files a command works on: the service's, where there is one."""
    return state_directory(given, os.environ, service=SERVICE_STATE)


def daemon_of(given: Path | None) -> Path:
    """Return the state directory of the daemon that a command talks to: a demo's, where nothing else runs."""
    usual = state_of(given)
    demo = state_directory(given, os.environ, name=DEMO)
    if demo == usual or listens(usual) or not listens(demo):
        return usual
    if usual.is_dir():
        # Somebody has a house here: that a demo answers in its place must not be taken for the house.
        print(f"hearth: no house answers in {str(usual)!r}; this is the demo", file=sys.stderr, flush=True)
    return demo


def config_path(given: Path | None) -> Path | None:
    """Return the configuration file that a command works with; ``None``: embedded defaults."""
    from daemon.config import default_path

    return given or default_path(os.environ)


def show(value: object) -> None:
    """Print one JSON object or value on a line of its own."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def fail(failure: CommandError, *, as_json: bool) -> int:
    """Print a failure as one line on standard error, with ``--json`` as an object too, and return the exit code."""
    line = f"hearth: {str(failure).rstrip('.')}" + (f"; {failure.remedy}" if failure.remedy else "")
    print(" ".join(line.split()), file=sys.stderr, flush=True)
    if as_json:
        show({"error": {"code": failure.code, "message": str(failure), "remedy": failure.remedy}})
    return int(failure.exit_code)


@contextmanager
def daemon_errors() -> Generator[None]:
    """Turn what goes wrong with the daemon into a `CommandError`."""
    try:
        yield
    except UnreachableError as error:
        raise CommandError(str(error), error.remedy, code=error.code, exit_code=Exit.UNAVAILABLE) from error
    except ClientError as error:
        usage = error.code in _USAGE
        exit_code = Exit.USAGE if usage else Exit.FAILED
        raise CommandError(str(error), error.remedy, code=error.code, exit_code=exit_code) from error


_USAGE = frozenset(
    {
        "bad-request",
        "unknown-area",
        "unknown-person",
        "unknown-language",
        "unknown-entity",
        "audio-unreadable",
        "bad-time",
        "unknown-lesson",
        "unknown-routine",
        "routine-ambiguous",
        "unknown-plan",
        "unknown-project",
    }
)
"""What the daemon refuses because the command was used wrongly."""


def table(rows: object) -> list[dict[str, object]]:
    """Return what the daemon answered as rows."""
    return cast("list[dict[str, object]]", rows)


Row = dict[str, object]


def print_list(
    operation: str,
    heads: Sequence[str],
    row: Callable[[Row], Sequence[object]],
    none: str,
    *,
    as_json: bool,
    state: Path | None,
) -> None:
    """Ask the daemon for a list and print it: as JSON, or a line of `row` for each; `none` where there is nothing."""
    with daemon_errors():
        rows = table(client.ask(daemon_of(state), operation))
    if as_json:
        show(rows)
    elif not rows:
        print(none)
    else:
        print_rows(heads, map(row, rows))


def print_rows(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for people; ``None`` is an empty cell."""
    from rich.console import Console
    from rich.table import Table

    listing = Table(box=None, pad_edge=False)
    for head in heads:
        listing.add_column(head, overflow="fold")  # an id that is cut cannot be copied
    for row in rows:
        listing.add_row(*("" if part is None else str(part) for part in row))
    # Another program reads lines, not a terminal's width.
    Console(width=None if sys.stdout.isatty() else WIDEST).print(listing)
