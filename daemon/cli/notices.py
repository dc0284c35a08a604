"""What people were told: notices, the steps on the way, and who took note."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import JsonOption, StateOption, daemon_errors, daemon_of, show, table

notices = typer.Typer(help="What people were told, and who took note.", no_args_is_help=False)

PersonOption = Annotated[str | None, typer.Option("--person", help="Whose; default: everybody's.", metavar="NAME")]


@notices.callback(invoke_without_command=True)
def lately(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="As many of the newest.")] = 50,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """List the newest notices, the newest first, with each message and what came of it."""
    if context.invoked_subcommand is not None:
        return
    with daemon_errors():
        found = table(client.ask(daemon_of(state), "notices", limit=limit))
    if as_json:
        show(found)
    else:
        print("\n".join(line for row in found for line in _lines(row)) or "nobody was told anything yet")


@notices.command()
def budget(person: PersonOption = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Show how many notices of each urgency a person gets a day, and what that was learned from."""
    with daemon_errors():
        found = table(client.ask(daemon_of(state), "notices.budget", person=person))
    if as_json:
        show(found)
        return
    lines = [
        f"{row['person']}: {row['urgency']}: {row['a_day']} a day, {row['today']} today;"
        f" of {row['told']} told, {row['answered']} answered and {row['dismissed']} dismissed"
        for row in found
    ]
    print("\n".join(lines) or "nobody is configured: add [[people]]")


@notices.command()
def reset(person: PersonOption = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Learn anew how many notices a person, or everybody, gets a day."""
    with daemon_errors():
        answer = cast("dict[str, object]", client.ask(daemon_of(state), "notices.reset", person=person))
    if as_json:
        show(answer)
    else:
        print(answer["reply"])


def _lines(row: Mapping[str, object]) -> list[str]:
    count = f" ({row['count']} times)" if row["count"] != 1 and row["kind"] != "digest" else ""
    head = f"{_time(row['due_at'])}  {row['urgency']:9} {row['text']}{count}"
    steps = [
        f"{'':21}{_time(step['at'])[11:]}  {step['channel']} to {step['person'] or 'whoever is there'}"
        f"{' in ' + str(step['area']) if step['area'] else ''}: {step['receipt']}"
        f"{', ' + str(step['detail']) if step['detail'] else ''}{', taken back' if step['withdrawn_at'] else ''}"
        for step in cast("list[Mapping[str, object]]", row["steps"])
    ]
    return [head, *steps, f"{'':21}{_end(row)}"]


def _end(row: Mapping[str, object]) -> str:
    if row["held"]:
        return f"held until {_time(row['held_until'])}: {row['held']}"
    who = f" by {row['answered_by'] or 'somebody'} ({row['answered_on']})" if row["answered_on"] else ""
    note = f": {row['note']}" if row["note"] and not who else ""
    return f"{row['state']}{who}{note}"


def _time(at: object) -> str:
    return f"{datetime.fromisoformat(str(at)):%Y-%m-%d %H:%M:%S}"
