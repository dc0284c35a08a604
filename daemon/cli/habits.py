"""Habits: what people do again and again, and the answers to what is proposed of that."""

from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import BY_STATUS, JsonOption, StateOption, daemon_errors, daemon_of, show, table

habits = typer.Typer(help="What people do again and again, and the routines proposed for it.", no_args_is_help=False)

Id = Annotated[str, typer.Argument(help="Its id, as listed, or the beginning of it.", metavar="HABIT")]
LOOK_S = 900.0
"""A large house's past takes minutes."""


@habits.callback(invoke_without_command=True)
def list_habits(
    context: typer.Context,
    look: Annotated[bool, typer.Option("--look", help="Look through the past now, not only at night.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """List the habits of the house, each with its evidence and the routine proposed for it."""
    if context.invoked_subcommand is not None:
        return
    with daemon_errors():
        house = daemon_of(state)
        found = client.ask(house, "habits.look", timeout_s=LOOK_S) if look else client.ask(house, "habits")
    rows = table(found)
    if as_json:
        show(rows)
        return
    if not rows:
        print("no habits were noticed yet: that takes three weeks of the same at least")
    for one in rows:
        tried = f" Tried on the past: {one['fires']} runs, {one['against']} undone." if one["routine"] is None else ""
        delicate = " (never proposed unasked)" if one["delicate"] else ""
        print(f"{one['id']}  {one['text']}{tried}{delicate}")


@habits.command()
def accept(habit: Id, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Make a habit a routine, which is on from now."""
    _answer(state, habit, "accept", as_json=as_json)


@habits.command()
def later(habit: Id, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Be asked again in two weeks."""
    _answer(state, habit, "later", as_json=as_json)


@habits.command()
def never(habit: Id, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Never be asked about a habit again, in no other form either."""
    _answer(state, habit, "never", as_json=as_json)


@habits.command()
def stop(as_json: JsonOption = False, state: StateOption = None) -> None:
    """Have no routines proposed unasked any more."""
    _suggest(state, on=False, as_json=as_json)


@habits.command()
def resume(as_json: JsonOption = False, state: StateOption = None) -> None:
    """Have routines proposed unasked again."""
    _suggest(state, on=True, as_json=as_json)


def _answer(state: Path | None, habit: str, answer: str, *, as_json: bool) -> None:
    with daemon_errors():
        _told(client.ask(daemon_of(state), "habit.answer", id=habit, answer=answer), as_json=as_json)


def _suggest(state: Path | None, *, on: bool, as_json: bool) -> None:
    with daemon_errors():
        _told(client.ask(daemon_of(state), "habits.suggest", on=on), as_json=as_json)


def _told(found: object, *, as_json: bool) -> None:
    answer = cast("dict[str, object]", found)
    if as_json:
        show(answer)
    else:
        print(answer["reply"])
    raise typer.Exit(BY_STATUS[str(answer["status"])])
