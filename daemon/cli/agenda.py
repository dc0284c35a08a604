"""What is due and what is noted: timers, alarms, reminders, lists, calendars."""

import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import JsonOption, StateOption, daemon_errors, daemon_of, show, table


def due(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List everything that is due: timers, alarms and reminders, the next first."""
    _list(state, None, as_json=as_json, nothing="nothing is due")


def timers(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List the timers that run or are paused."""
    _list(state, "timer", as_json=as_json, nothing="no timer runs")


def reminders(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List the reminders that are open."""
    _list(state, "reminder", as_json=as_json, nothing="no reminder is open")


def lists(
    name: Annotated[str | None, typer.Argument(help="One list; default: all.", metavar="NAME")] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """List what is on the shopping list and all others."""
    with daemon_errors():
        rows = table(client.ask(daemon_of(state), "lists", list=name))
    if as_json:
        show(rows)
        return
    _print((f"{row['list']}: {'[x]' if row['done'] else '[ ]'} {row['text']}" for row in rows), "nothing is noted")


def calendar(
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many days from now.")] = 7,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """List what stands in the calendars, the next first, and which calendars do not answer."""
    with daemon_errors():
        found = cast("dict[str, object]", client.ask(daemon_of(state), "calendar", days=days))
    if as_json:
        show(found)
        return
    for note in table(found["calendars"]):
        if note["stale"]:
            since = f"as of {str(note['as_of'])[:16].replace('T', ' ')}" if note["as_of"] else "never read"
            print(f"hearth: the calendar {note['name']} does not answer; it is {since}", file=sys.stderr, flush=True)
    nothing = "nothing is in the calendars" if found["calendars"] else "there is no calendar; add one: [[calendars]]"
    _print(map(_event_line, table(found["events"])), nothing)


def _event_line(row: Mapping[str, object]) -> str:
    begins, ends = (datetime.fromisoformat(str(row[key])) for key in ("begins", "ends"))
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%m-%d %H:%M}"
    when = f"{begins:%Y-%m-%d} {'all day':11}" if row["all_day"] else f"{begins:%Y-%m-%d %H:%M}-{until}"
    place = f", {row['place']}" if row["place"] else ""
    return f"{when:22}  {row['title']}{place}  ({row['calendar']})"


def _list(state: Path | None, kind: str | None, *, as_json: bool, nothing: str) -> None:
    with daemon_errors():
        rows = table(client.ask(daemon_of(state), "due", kind=kind))
    rows.sort(key=lambda row: float(str(row["left_s"])))
    if as_json:
        show(rows)
    else:
        _print(map(_line, rows), nothing)


def _line(row: Mapping[str, object]) -> str:
    if row.get("aside"):
        return f"{'set aside':19}  {row['text']}, due {str(row['at'])[:19].replace('T', ' ')}: I could not do it"
    what = " ".join(str(row[key]) for key in ("name", "kind", "text", "command") if row[key])
    left_s = float(str(row["left_s"]))
    if row["at"] is None:
        return f"{'paused':19}  {what}, {left_s:.0f} s left"
    if row.get("ringing"):
        return f"{'rings' if row['kind'] == 'alarm' else 'told again':19}  {what}"
    if row.get("on"):
        return f"{'waiting':19}  {what}, when {row['on']}"
    again = f", again by {row['rule']}" if row["rule"] else ""
    left = f", {left_s:.0f} s left" if row["kind"] == "timer" else ""
    return f"{datetime.fromisoformat(str(row['at'])):%Y-%m-%d %H:%M:%S}  {what}{left}{again}"


def _print(lines: Iterable[str], nothing: str) -> None:
    shown = list(lines)
    print("\n".join(shown) if shown else nothing)
