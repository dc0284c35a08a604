"""Looking at routines without a daemon: what is wrong with those in a file."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.output import AnyStateOption, CommandError, Exit, JsonOption, show


def lint(
    file: Annotated[Path, typer.Argument(help="Routines, in YAML as Home Assistant writes them.", metavar="FILE")],
    home: Annotated[
        Path | None, typer.Option("--home", help="The house they are for, as a HOME file.", metavar="HOME")
    ] = None,
    as_json: JsonOption = False,
    state: AnyStateOption = None,
) -> None:
    """Say what is wrong with routines: loops, contradictions, what can never happen, and what is not there."""
    del state
    from daemon.lint import RoutineFileError, lint_file
    from daemon.routines.playing.house import HouseError

    try:
        found = lint_file(file, home)
    except HouseError as error:
        raise CommandError(str(error), "see: hearth home export", code=error.code, exit_code=Exit.USAGE) from error
    except RoutineFileError as error:
        raise CommandError(str(error), code=error.code, exit_code=Exit.USAGE) from error
    if as_json:
        show(found.as_object())
    else:
        print(found.told())
