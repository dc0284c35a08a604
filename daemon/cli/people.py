"""The people of the house, as far as voices go: whose are known, to let one be learned, to forget one."""

import base64
from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import (
    BY_STATUS,
    CommandError,
    Exit,
    JsonOption,
    StateOption,
    daemon_errors,
    daemon_of,
    print_list,
    show,
)

people = typer.Typer(help="The people of the house, and how they are known.")

PersonArgument = Annotated[str, typer.Argument(help="An id or a name of [[people]].", metavar="PERSON")]


@people.command()
def voices(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List whose voices are known, and whose may be learned now."""
    print_list(
        "voices",
        ("person", "voice", "may be learned until"),
        lambda r: (r["name"], "known" if r["known"] else "not known", _minute(r["allowed_until"])),
        "nobody is configured: add [[people]]",
        as_json=as_json,
        state=state,
    )


@people.command("allow-voice")
def allow_voice(person: PersonArgument, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Let somebody's voice be learned for ten minutes: they then say, in any room, "this is Anna, learn my voice"."""
    _ask("voices.allow", state, as_json=as_json, person=person)


@people.command("learn-voice")
def learn_voice(
    person: PersonArgument,
    files: Annotated[list[Path], typer.Argument(help="Three to eight recordings of theirs.", metavar="FILE.wav…")],
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Learn somebody's voice from recordings; ask them first."""
    try:
        wavs = [base64.b64encode(file.read_bytes()).decode() for file in files]
    except OSError as error:
        why = f"{error.filename!r} cannot be read: {error.strerror}"
        raise CommandError(why, code="no-file", exit_code=Exit.USAGE) from error
    _ask("voices.learn", state, as_json=as_json, person=person, wavs=wavs)


@people.command("forget-voice")
def forget_voice(person: PersonArgument, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Forget how somebody sounds."""
    _ask("voices.forget", state, as_json=as_json, person=person)


def _ask(operation: str, state: Path | None, *, as_json: bool, **fields: object) -> None:
    with daemon_errors():
        answer = cast("dict[str, object]", client.request(daemon_of(state), {"op": operation, **fields}))
    if as_json:
        show(answer)
    else:
        print(answer["reply"])
    raise typer.Exit(BY_STATUS[str(answer["status"])])


def _minute(at: object) -> str:
    return str(at)[11:16] if at else ""
