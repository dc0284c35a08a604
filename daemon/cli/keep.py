"""Backing up and bringing back what Hearth keeps."""

import os
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.output import CommandError, Exit, JsonOption, StateOption, show, state_of


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy.", metavar="FILE")],
    history_days: Annotated[
        int | None,
        typer.Option("--history-days", help="So much of the history goes along; default: history.backup_days.", min=0),
    ] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Copy what Hearth keeps into one file, while it runs or not."""
    from daemon.backups import back_up_all
    from daemon.clock import SystemClock
    from daemon.config import load
    from daemon.config.loading import default_path

    where = state_of(state)
    source = where / "hearth.db"
    if not source.exists():
        raise CommandError(
            f"there is no {str(source)!r}", "give --state DIR", code="no-database", exit_code=Exit.CONFIG
        )
    days = history_days if history_days is not None else load(default_path(os.environ)).history.backup_days
    beside = back_up_all(where, file, now=SystemClock().now(), history_days=days)
    if as_json:
        show({"source": str(source), "file": str(file), "bytes": file.stat().st_size, "files": beside})
    else:
        print(f"{source} and {len(beside)} files beside it are backed up in {file} ({file.stat().st_size >> 10} KiB)")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `hearth backup` wrote.", metavar="FILE")],
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Put a backup in the place of what Hearth keeps; the daemon must not run. The old file is kept aside."""
    from daemon.backups import restore_all
    from daemon.clock import SystemClock
    from daemon.lock import locked

    where = state_of(state)
    with locked(where):
        restored = restore_all(file, where, now=SystemClock().now())
    aside = str(restored.aside) if restored.aside else None
    if as_json:
        show({"file": str(file), "aside": aside, "files": restored.files, "history": restored.history})
    else:
        print(f"{file} is in place" + (f"; what was there is in {aside}" if aside else ""))
