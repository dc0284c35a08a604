"""The past of the house: what things were, and what a routine would have done."""

import re
import sys
from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import (
    CommandError,
    Exit,
    JsonOption,
    StateOption,
    daemon_errors,
    daemon_of,
    print_rows,
    show,
    table,
)

_SPAN = re.compile(r"(\d{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def history(
    entity: Annotated[str | None, typer.Argument(help="An entity's name or id; default: how much is kept.")] = None,
    since: Annotated[str, typer.Option("--since", help="How far back: 6h, 30d, 4w.", metavar="SPAN")] = "24h",
    purge: Annotated[bool, typer.Option("--purge", help="Delete all that is kept of it, for good.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Print what a thing was, and when; whose doing it was where that is known."""
    if purge and entity is None:
        raise CommandError("say of what: hearth history ENTITY --purge", code="usage", exit_code=Exit.USAGE)
    with daemon_errors():
        house = daemon_of(state)
        if purge:
            found: object = client.ask(house, "history.purge", entity=entity)
        else:
            found = client.ask(house, "history", entity=entity, hours=_hours(since))
    if as_json:
        show(found)
    elif isinstance(found, dict):
        for key, value in cast("dict[str, object]", found).items():
            print(f"{key}: {value}")
    else:
        print_rows(("when", "what", "by"), [(str(one["at"]), _value(one), _by(one)) for one in table(found)])


def backtest(
    named: Annotated[str, typer.Argument(help="A routine's id, or a file in YAML.", metavar="ROUTINE|FILE")],
    since: Annotated[str, typer.Option("--since", help="How far back: 12h, 30d, 8w.", metavar="SPAN")] = "30d",
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Replay the past through a routine: when it would have run, what it would have done, who did the contrary."""
    file = Path(named)
    text = sys.stdin.read() if named == "-" else file.read_text(encoding="utf-8") if file.is_file() else None
    days = -(-_hours(since) // 24)
    with daemon_errors():
        answer = client.ask(
            daemon_of(state), "routine.backtest", routine=None if text is not None else named, text=text, days=days
        )
    found = cast("dict[str, object]", answer)
    if as_json:
        show(found)
        return
    fires = table(found["fires"])
    ran = sum(1 for one in fires if one["result"] in ("ran", "runs"))
    print(f"{found['routine']}: set off {len(fires)} times since {found['since']}, ran {ran} times")
    print(f"undone by a person within ten minutes: {found['against']}")
    for label, key in (("not in any history", "unheard"), ("nothing on record of", "blank")):
        if found[key]:
            print(f"{label}: {', '.join(cast('list[str]', found[key]))}")
    print_rows(("when", "because", "", "what", "against"), [_fire(one) for one in fires])


def _fire(one: dict[str, object]) -> tuple[str, ...]:
    acts = "; ".join(
        f"{act['action']} {' '.join(cast('list[str]', act['targets']))}".strip() for act in table(one["acts"])
    )
    against = "; ".join(f"{each['entity']} {each['value']} {each['at']}" for each in table(one["against"]))
    return str(one["at"]), str(one["because"]), str(one["result"]), acts or str(one["why"]), against


def _value(one: dict[str, object]) -> str:
    return "gone" if one["value"] is None else str(one["value"])


def _by(one: dict[str, object]) -> str:
    return {"ours": "Hearth", None: ""}.get(cast("str | None", one["by"]), str(one["by"]))


def _hours(span: str) -> int:
    found = _SPAN.fullmatch(span.strip().lower())
    if found is None:
        raise CommandError(f"{span!r} is no span of time", "say 12h, 30d or 8w", code="usage", exit_code=Exit.USAGE)
    return int(found[1]) * _HOURS[found[2]]
