"""Looking at routines before they act: what is wrong with those in a file, and what would come of one."""

from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import (
    AnyStateOption,
    CommandError,
    Exit,
    JsonOption,
    StateOption,
    daemon_errors,
    daemon_of,
    show,
)


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


def rehearse(
    named: Annotated[
        str | None, typer.Argument(help="Its id or name; default: none begins.", metavar="ROUTINE")
    ] = None,
    when: Annotated[
        str | None, typer.Option("--when", help="What an entity is to become instead.", metavar="ENTITY=STATE")
    ] = None,
    minutes: Annotated[int, typer.Option("--minutes", help="How long to go on.", min=1)] = 60,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Play on a copy of the house what would change, in which order, and who would be told; nothing really happens."""
    entity, _, becomes = (when or "").partition("=")
    if (when is not None and not (entity and becomes)) or (when is not None and named is not None):
        raise CommandError("give a routine, or --when ENTITY=STATE", code="usage", exit_code=Exit.USAGE)
    house = daemon_of(state)
    with daemon_errors():
        answer = client.ask(
            house, "routine.rehearse", routine=named, entity=entity or None, becomes=becomes or None, minutes=minutes
        )
    found = cast("dict[str, object]", answer)
    if as_json:
        show({key: item for key, item in found.items() if key != "told"})
    else:
        print(found["told"])
