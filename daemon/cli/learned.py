"""What was learned from the household: names and phrases, to be seen and taken back."""

from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import (
    BY_STATUS,
    JsonOption,
    StateOption,
    daemon_errors,
    daemon_of,
    print_list,
    show,
)

learned = typer.Typer(help="What was learned from you: other names, phrases that stand for commands.")


@learned.callback(invoke_without_command=True)
def list_learned(context: typer.Context, as_json: JsonOption = False, state: StateOption = None) -> None:
    """List what was learned, the newest first."""
    if context.invoked_subcommand is not None:
        return
    print_list(
        "learned",
        ("id", "words", "means", "how", "since", "from"),
        lambda r: (r["id"], r["words"], r["means"], _how(r), str(r["at"])[:16], r["person"]),
        "nothing was learned yet",
        as_json=as_json,
        state=state,
    )


@learned.command()
def forget(
    number: Annotated[int, typer.Argument(help="Its number, as listed.", metavar="ID")],
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Forget one thing that was learned; "hearth undo" brings it back."""
    with daemon_errors():
        answer = cast("dict[str, object]", client.ask(daemon_of(state), "learned.forget", id=number))
    if as_json:
        show(answer)
    else:
        print(answer["reply"])
    raise typer.Exit(BY_STATUS[str(answer["status"])])


def _how(row: dict[str, object]) -> str:
    return "you said so" if row["outright"] else "from what you corrected"
