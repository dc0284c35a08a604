"""Makes a draft of what a model proposes as a routine: a small form, every part of which is checked against the house.

Whoever has a model shows it `SCHEMA` as the form of a routine and calls `proposed` with what it answered. What comes
back is the command of a draft: the same that a sentence makes, so it is read back, looked at for faults, and kept only
after a person's yes. A model gets to name no service, no template and no message to others than those who speak.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from devices.model import EntityId, HomeView
from skills.grammar.plain.concepts import state_of
from skills.grammar.plain.model import (
    WEEK,
    At,
    Be,
    Dark,
    Days,
    Fact,
    Measure,
    Pace,
    Sky,
    Window,
    Written,
    clock_of,
    conditions_of,
    triggers_of,
)
from skills.grammar.plain.services import called
from skills.model import Match

MOST_PARTS: Final = 6
LONGEST_S: Final = 24 * 3600
LONGEST_MESSAGE: Final = 200
DRAFT: Final = "routine_drafts.draft"
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_STATES: Final = frozenset(
    {"on", "off", "open", "closed", "locked", "unlocked", "home", "not_home", "playing", "idle", "detected", "clear"}
)

_THING: Final = {"type": "string", "description": "a key of the things listed"}
_FACT: Final[Mapping[str, object]] = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["time", "every_minutes", "sunset", "sunrise", "dark", "state", "above", "below", "days"]},
        "at": {"type": "string", "description": "HH:MM, of kind time"},
        "until": {"type": "string", "description": "HH:MM, of kind time as a condition: up to then"},
        "days": {"type": "array", "items": {"enum": list(WEEK)}},
        "thing": _THING,
        "is": {"enum": sorted(_STATES)},
        "number": {"type": "number", "description": "the limit of above and below; minutes after sunset or sunrise"},
        "for_seconds": {"type": "integer", "minimum": 0, "maximum": LONGEST_S},
    },
    "required": ["kind"],
}
SCHEMA: Final[Mapping[str, object]] = {
    "type": "object",
    "properties": {
        "when": {"type": "array", "minItems": 1, "maxItems": MOST_PARTS, "items": _FACT},
        "only_if": {"type": "array", "maxItems": MOST_PARTS, "items": _FACT},
        "do": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_PARTS,
            "items": {"type": "object", "description": "a step with a tool, or wait_seconds, or tell"},
        },
    },
    "required": ["when", "do"],
}
"""The form of a proposal. A step of ``do`` is ``{"wait_seconds": 60}``, ``{"tell": "words"}``, or a command."""


class ProposalError(ValueError):
    """A proposal is no routine of this house; the message tells a model what was wrong."""


def proposed(
    given: object, things: Mapping[str, EntityId], home: HomeView, *, command: Callable[[object], Match], notify: str
) -> Match:
    """Return the draft of what a model proposes.

    Args:
        given: what it answered in the form of `SCHEMA`.
        things: what it may name, by the keys that it was shown.
        home: the house.
        command: makes the command of a step, as of any step of a model's; it may raise ValueError.
        notify: the service that reaches whoever speaks: ``notify.anna``.

    Raises:
        ProposalError: it is not in the form, or about what this house does not have.
    """
    table = _table(given, "the routine")
    triggers = [one for each in _row(table, "when", 1) for one in triggers_of(_fact(each, things, home))]
    days = [one for each in _row(table, "when", 1) if each.get("days") for one in conditions_of(_days(each))]
    limits = [one for each in _row(table, "only_if", 0) for one in _limits(each, things, home)]
    if not triggers:
        raise ProposalError('"when" has nothing in it that happens')
    actions = [one for each in _row(table, "do", 1) for one in _done(each, home, command, notify)]
    definition: Written = {
        "triggers": triggers, "conditions": [*days, *limits], "actions": actions, "mode": "single",
    }  # fmt: skip
    return Match(DRAFT, {"definition": definition, "said": ""})


def _table(given: object, what: str) -> Mapping[str, object]:
    if not isinstance(given, Mapping):
        raise ProposalError(f"{what} must be an object")
    return cast("Mapping[str, object]", given)


def _row(table: Mapping[str, object], key: str, least: int) -> list[Mapping[str, object]]:
    given = table.get(key, [])
    row = list(cast("Sequence[object]", given)) if isinstance(given, list) else []
    if not least <= len(row) <= MOST_PARTS:
        raise ProposalError(f'"{key}" must be a list of {least} to {MOST_PARTS}')
    return [_table(one, f'each of "{key}"') for one in row]


def _limits(given: Mapping[str, object], things: Mapping[str, EntityId], home: HomeView) -> list[Written]:
    match given.get("kind"):
        case "time":
            until = given.get("until")
            return conditions_of(Window(_clock(given.get("at")), None if until is None else _clock(until)))
        case "sunset" | "sunrise" as event:
            return conditions_of(Sky(str(event), since="after"))
        case _:
            return conditions_of(_fact(given, things, home))


def _fact(given: Mapping[str, object], things: Mapping[str, EntityId], home: HomeView) -> Fact:  # a table of kinds
    kind = given.get("kind")
    match kind:
        case "time":
            return At((_clock(given.get("at")),))
        case "every_minutes":
            return Pace(round(_number(given, 1, 24 * 60) * 60))
        case "sunset" | "sunrise":
            return Sky(str(kind), round(_number(given, -360, 360, usual=0) * 60))
        case "dark":
            return Dark(dark=True)
        case "days":
            return _days(given)
        case "state":
            thing = _thing(given, things, home)
            return Be((thing,), _state(str(given.get("is")), thing, home), for_s=_seconds(given.get("for_seconds", 0)))
        case "above" | "below":
            thing, limit = _thing(given, things, home), _number(given, -1e6, 1e6)
            held = _seconds(given.get("for_seconds", 0))
            return (
                Measure(thing, above=limit, for_s=held) if kind == "above" else Measure(thing, below=limit, for_s=held)
            )
        case _:
            raise ProposalError(f"there is no kind {str(kind)[:40]!r} of what happens")


def _days(given: Mapping[str, object]) -> Days:
    named = given.get("days")
    days = [str(one) for one in cast("Sequence[object]", named)] if isinstance(named, list) else []
    if not days or not set(days) <= set(WEEK):
        raise ProposalError(f'"days" must be some of {", ".join(WEEK)}')
    return Days(tuple(day for day in WEEK if day in days))


def _thing(given: Mapping[str, object], things: Mapping[str, EntityId], home: HomeView) -> EntityId:
    key = str(given.get("thing"))
    entity = things.get(key)
    if entity is None or home.entity(entity) is None:
        raise ProposalError(f"there is no thing {key[:20]!r}")
    return entity


def _state(value: str, thing: EntityId, home: HomeView) -> str:
    """Return the state of a thing that a word stands for: a door's sensor that is open is on."""
    if value not in _STATES:
        raise ProposalError(f'"is" must be one of {", ".join(sorted(_STATES))}')
    entity = home.entity(thing)
    own = None if entity is None else state_of(value, entity)
    word = own[0] if own is not None else value
    return {"detected": "on", "clear": "off"}.get(str(word), str(word))


def _clock(given: object) -> str:
    if not isinstance(given, str) or _CLOCK.fullmatch(given) is None:
        raise ProposalError('a time must be given as "HH:MM"')
    return f"{given}:00"


def _number(given: Mapping[str, object], low: float, high: float, usual: float | None = None) -> float:
    value = given.get("number", usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ProposalError(f'"number" must be from {low:g} to {high:g}')
    return float(value)


def _seconds(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= LONGEST_S:
        raise ProposalError(f"seconds must be from 0 to {LONGEST_S}")
    return given


def _done(
    given: Mapping[str, object], home: HomeView, command: Callable[[object], Match], notify: str
) -> list[Written]:
    if "wait_seconds" in given:
        return [{"delay": clock_of(_seconds(given["wait_seconds"]))}]
    if "tell" in given:
        message = str(given["tell"]).strip()[:LONGEST_MESSAGE]
        if not message or "{" in message:
            raise ProposalError('"tell" must be plain words')
        return [{"action": notify, "data": {"message": message}}]
    try:
        actions = called(command(given), home)
    except ValueError as error:
        raise ProposalError(str(error)) from error
    if not actions:
        raise ProposalError("a step is nothing that a routine can do")
    return actions
