"""The people of the house, and the PINs that they say where it is about safety."""

import sys
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import JsonOption, StateOption, daemon_errors, daemon_of, print_list, show

pin = typer.Typer(help="PINs that people say where it is about safety.")

PersonArgument = Annotated[str, typer.Argument(help="An id or a name of [[people]].", metavar="PERSON")]


@pin.command("set")
def set_pin(person: PersonArgument, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Give somebody a PIN, read from the terminal unseen, or from standard input; it is kept as a hash alone."""
    if sys.stdin.isatty():
        digits = str(typer.prompt("PIN", hide_input=True, confirmation_prompt=True))
    else:
        digits = sys.stdin.readline()
    with daemon_errors():
        answer = client.ask(daemon_of(state), "people.pin", person=person, pin=digits.strip())
    if as_json:
        show(answer)
    else:
        print(f"{person} has a PIN now")


@pin.command("clear")
def clear(person: PersonArgument, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Take somebody's PIN away."""
    with daemon_errors():
        answer = client.ask(daemon_of(state), "people.pin", person=person)
    if as_json:
        show(answer)
    else:
        print(f"{person} has no PIN now")


def household(context: typer.Context, as_json: JsonOption = False, state: StateOption = None) -> None:
    """List who lives here, where they are believed to be, and what they may beside what their role says."""
    if context.invoked_subcommand is not None:
        return
    print_list(
        "people",
        ("person", "role", "where", "PIN", "rights"),
        lambda r: (r["name"], r["role"], _where(r), "yes" if r["pin"] else "no", _rights(r)),
        "nobody is configured: add [[people]]",
        as_json=as_json,
        state=state,
    )


def _where(row: dict[str, object]) -> str:
    if row["area"] is not None:
        return str(row["area"])
    return "not known" if row["at_home"] is None else "at home" if row["at_home"] else "away"


def _rights(row: dict[str, object]) -> str:
    rights = cast("list[dict[str, object]]", row["rights"])
    return "; ".join(
        f"{'may use' if one['may'] else 'may not use'} {one['what']}"
        f"{' until ' + str(one['until'])[:16].replace('T', ' ') if one['until'] else ''}"
        for one in rights
    )
