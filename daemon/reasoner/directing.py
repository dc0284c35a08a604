"""Directives of several steps, and routines: what a model proposes beyond what is done at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from daemon.reasoner.offer import Offered
from daemon.reasoner.sources import Source
from devices.model import HomeView
from skills.grammar.plain.model import WEEK
from skills.grammar.plain.proposing import (
    LONGEST_MESSAGE,
    LONGEST_S,
    MOST_PARTS,
    SCHEMA,
    ProposalError,
    proposed,
)
from skills.model import Match, PersonId

AT_ONCE_MAX = 3
"""So many changes are made at once; more of them are a plan: rehearsed, shown, and approved as a whole."""
PAUSE_MAX_MIN = 24 * 60
WHOEVER = "notify.notify"

_CLOCK: Mapping[str, object] = {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}

Command = Callable[[object], tuple[Match, frozenset[Source]]]
"""Reads one step; raises ValueError with what is wrong."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a directive."""

    match: Match
    sources: frozenset[Source]
    pause_s: float = 0.0
    """After the step before."""


@dataclass(frozen=True, slots=True)
class Directive:
    """Several steps that belong together, each of which needs the one before."""

    stages: tuple[Stage, ...]

    @property
    def matches(self) -> tuple[Match, ...]:
        """What is to be done."""
        return tuple(stage.match for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is read against: what was said by whom, and what was offered for it."""

    said: str
    things: Sequence[Offered]
    home: HomeView
    person: PersonId | None = None
    later: bool = False
    """Whether the words name a time or a condition: then nothing of it is to be done now."""


def paused(step: object) -> float:
    """Return how long a step waits for, in seconds.

    Raises:
        ValueError: that is no number of minutes.
    """
    given = cast("Mapping[str, object]", step).get("wait_minutes", 0) if isinstance(step, Mapping) else 0
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= PAUSE_MAX_MIN:
        raise ValueError(f'"wait_minutes" must be a number from 0 to {PAUSE_MAX_MIN}')
    return 60.0 * given


def is_plan(kind: object, stages: Sequence[Stage]) -> bool:
    """Return whether steps are carried out as a plan, not at once: by what they are, whatever the model calls them."""
    changing = [stage for stage in stages if stage.sources]
    return kind == "plan" or len(changing) > AT_ONCE_MAX or any(stage.pause_s for stage in stages)


def directive_of(stages: Sequence[Stage]) -> Directive:
    """Return the directive of steps.

    Raises:
        ValueError: one of them changes nothing.
    """
    if not all(stage.sources for stage in stages):
        raise ValueError("a plan has no steps that only look or tell")
    return Directive(tuple(stages))


def routine_of(given: object, asked: Asked, command: Command) -> Match:
    """Return the draft of a routine, which is read back and kept only after a yes.

    Raises:
        ValueError: it is none of this house.
    """
    things = {one.key: one.entity.id for one in asked.things}
    notify = WHOEVER if asked.person is None else f"notify.{asked.person}"
    match = proposed(given, things, asked.home, command=lambda step: command(step)[0], notify=notify)
    definition = cast("Mapping[str, Sequence[Mapping[str, object]]]", match.slots["definition"])
    if any(_is_strange(action) for action in definition["actions"]):
        raise ProposalError('"tell" must be plain words without addresses or markup')
    return Match(match.intent, {**match.slots, "said": asked.said})


def plan_step(step: Mapping[str, object]) -> dict[str, object]:
    """Return the form of a step, with the pause that only plans have."""
    pause = {"wait_minutes": {"type": "integer", "minimum": 0, "maximum": PAUSE_MAX_MIN}}
    return {"type": "object", "properties": {**step, **pause}, "required": list(step)}


def routine_form(step: Mapping[str, object], things: Sequence[Offered]) -> Mapping[str, object]:
    """Return the form of a routine, with exactly these things and steps in it."""
    made = cast("Mapping[str, Mapping[str, Mapping[str, object]]]", SCHEMA)["properties"]
    fact = cast("Mapping[str, Mapping[str, object]]", made["when"]["items"])
    keys: Mapping[str, object] = {"type": "string", "enum": [one.key for one in things]}
    days = {**cast("Mapping[str, object]", fact["properties"]["days"]), "maxItems": len(WEEK)}
    given = {"at": _CLOCK, "until": _CLOCK, "days": days, "thing": keys}
    facts = {name: given.get(name, one) for name, one in fact["properties"].items() if name != "thing" or things}
    narrowed = {**fact, "properties": facts}
    wait = {"wait_seconds": {"type": "integer", "minimum": 0, "maximum": LONGEST_S}}
    tell = {"tell": {"type": "string", "maxLength": LONGEST_MESSAGE}}
    steps = [
        {"type": "object", "properties": one, "required": list(one), "additionalProperties": False}
        for one in (step, wait, tell)
    ]
    rows = {
        "when": {"type": "array", "minItems": 1, "maxItems": MOST_PARTS, "items": narrowed},
        "only_if": {"type": "array", "maxItems": MOST_PARTS, "items": narrowed},
        "do": {"type": "array", "minItems": 1, "maxItems": MOST_PARTS, "items": {"anyOf": steps}},
    }
    return {"type": "object", "properties": rows, "required": ["when", "do"]}


def _is_strange(action: Mapping[str, object]) -> bool:
    data = action.get("data")
    message = cast("Mapping[str, object]", data).get("message") if isinstance(data, Mapping) else None
    return isinstance(message, str) and any(sign in message for sign in ("://", "<", ">", "[", "]", "{", "}", "`"))
