"""What waits for a yes, and the answers to it."""

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from daemon import client
from daemon.cli.output import BY_STATUS, Exit, JsonOption, StateOption, daemon_errors, daemon_of, show, table

questions = typer.Typer(help="What waits for a yes, whoever wished for it.", no_args_is_help=False)

IdArgument = Annotated[str, typer.Argument(help="Its id, as listed, or the beginning of it.", metavar="ID")]
PersonOption = Annotated[str | None, typer.Option("--person", help="Who answers.", metavar="NAME")]


@questions.callback(invoke_without_command=True)
def waiting(context: typer.Context, as_json: JsonOption = False, state: StateOption = None) -> None:
    """List what waits for a yes, the oldest first."""
    if context.invoked_subcommand is not None:
        return
    with daemon_errors():
        found = table(client.ask(daemon_of(state), "questions"))
    if as_json:
        show(found)
        return
    for row in found:
        who = row["person"] or "somebody"
        said = f", with the words “{row['said']}”" if row["said"] else ""
        print(f"{str(row['id'])[:8]}  {row['what']}  ({who} by {row['origin']}{said})")
    if not found:
        print("nothing waits for a yes")


@questions.command()
def yes(
    question: IdArgument, person: PersonOption = None, as_json: JsonOption = False, state: StateOption = None
) -> None:
    """Say yes to exactly what a question is about."""
    _answer(question, "yes", person, as_json=as_json, state=state)


@questions.command()
def no(
    question: IdArgument, person: PersonOption = None, as_json: JsonOption = False, state: StateOption = None
) -> None:
    """Say no; it is left as it is."""
    _answer(question, "no", person, as_json=as_json, state=state)


def _answer(
    question: str, answer: Literal["yes", "no"], person: str | None, *, as_json: bool, state: Path | None
) -> None:
    """Answer, print what came of it, and exit as it ended: a no that is heeded is a success."""
    with daemon_errors():
        told = client.ask(daemon_of(state), "question.answer", id=question, answer=answer, person=person)
    came = cast("dict[str, object]", told)
    if as_json:
        show(came)
    else:
        print(came["reply"])
    raise typer.Exit(Exit.OK if answer == "no" else BY_STATUS[str(came["verdict"])])
