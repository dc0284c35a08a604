"""What was learned from the household: names and phrases, to be seen and taken back."""

from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import BY_STATUS, JsonOption, StateOption, daemon_errors, daemon_of, print_rows, show, table

learned = typer.Typer(help="What was learned from you: other names, phrases that stand for commands.")


@learned.callback(invoke_without_command=True)
def list_learned(context: typer.Context, as_json: JsonOption = False, state: StateOption = None) -> None:
    """List what was learned, the newest first."""
    if context.invoked_subcommand is not None:
        return
    with daemon_errors():
        rows = table(client.ask(daemon_of(state), "learned"))
    if as_json:
        show(rows)
    elif not rows:
        print("nothing was learned yet")
    else:
        heads = ("id", "words", "means", "how", "since", "from")
        print_rows(heads, [(r["id"], r["words"], r["means"], _how(r), str(r["at"])[:16], r["person"]) for r in rows])


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
