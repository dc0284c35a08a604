"""When something last was so, for how long, and how often: answered from what was kept of its states."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from daemon.explaining.question import Question
from daemon.history.recording import Kept
from devices.model import Entity
from skills.builtin.states import said_state
from skills.builtin.times import lasting
from skills.builtin.words import called, number_word, sentence, since, when
from skills.language import say


class Asked(Enum):
    """What is asked about the times that something was so."""

    WHEN = "when"
    HOW_LONG = "how long"
    HOW_OFTEN = "how often"


_FORMS: Final = (
    (
        Asked.WHEN,
        re.compile(r"(?i)^\W*(?:so )?when (?:was|were|did|has|have)\b|^\W*wann (?:war|ist|wurde|hat|ging|sind)\b"),
    ),
    (Asked.HOW_LONG, re.compile(r"(?i)^\W*(?:and )?(?:how long|since when) (?:has|have|was|were|did|is)\b")),
    (Asked.HOW_LONG, re.compile(r"(?i)^\W*(?:seit wann|wie lange?) (?:ist|sind|war|waren|lief|läuft|brennt|steht)\b")),
    (Asked.HOW_OFTEN, re.compile(r"(?i)^\W*how (?:often|many times) (?:was|were|did|has|have)\b")),
    (Asked.HOW_OFTEN, re.compile(r"(?i)^\W*wie oft (?:war|ist|wurde|ging|lief|hat|waren)\b")),
)
_UP: Final = frozenset(
    {"on", "open", "opening", "unlocked", "unlocking", "playing", "home", "cleaning", "heat", "cool"}
)
_DOWN: Final = frozenset({"off", "closed", "closing", "locked", "locking", "idle", "standby", "not_home", "docked"})
_NUMBERS: Final = frozenset({"sensor", "weather", "number"})
_BOLTS: Final = re.compile(r"(?i)\b(?:un)?lock(?:ed)?\b|schlossen\b|\w*sperrt\b|\w*riegelt\b")
_LEFT: Final = re.compile(r"(?i)\b(?:left|leave|leaves|gone|out|away|weg|gegangen|fort|verlassen)\b")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time for which something was so; without an end, it still is."""

    begin: datetime
    end: datetime | None
    value: str


def asks_occasion(text: str) -> Asked | None:
    """Return what a question asks about the times that something was so; ``None``: it is no such question."""
    return next((asked for asked, form in _FORMS if form.search(text)), None)


def thing_of(question: Question, text: str) -> Entity | None:
    """Return the thing that is asked about: of a door that is locked its lock, of one that is open the door."""
    bolts = _BOLTS.search(text) is not None
    # A number was never on or off: "coffee machine today" is what the machine used.
    things = [thing for thing in question.things if thing.domain not in _NUMBERS]
    fitting = [thing for thing in things if (thing.domain == "lock") is bolts]
    return next(iter(fitting or things), None)


def told_occasion(
    asked: Asked, question: Question, text: str, thing: Entity, kept: Sequence[Kept], now: datetime
) -> str:
    """Return the answer; `kept` are the thing's states, oldest first."""
    up = question.up if thing.domain != "person" else _LEFT.search(text) is None
    stretches = [one for one in _stretches(kept) if up is None or _is_up(one.value) is up]
    if question.since is not None:
        stretches = [one for one in stretches if (one.end or now) > question.since]
    if not stretches:
        return _never(thing, kept)
    last = stretches[-1]
    if asked is Asked.HOW_OFTEN:
        return _how_often(stretches, now, kept[0].at if question.since is None else None)
    if asked is Asked.HOW_LONG and question.since is not None:
        return _in_all(stretches, question.since, now)
    things, state = called(thing), said_state(thing, last.value)
    if last.end is None:
        length = lasting((now - last.begin).total_seconds())
        text = "{things} {things:has|have} been {state} {since}, for {length:acc}."
        return sentence(say(text, things=things, state=state, since=since(last.begin, now), length=length))
    length = lasting((last.end - last.begin).total_seconds())
    text = "{things} {things:was|were} last {state} {when}, for {length:acc}."
    return sentence(say(text, things=things, state=state, when=when(last.begin, now), length=length))


def _never(thing: Entity, kept: Sequence[Kept]) -> str:
    value = kept[-1].value if kept else None
    if value is None:
        return say("There is no record of that.")
    text = "{things} {things:is|are} {state}; of anything else there is no record."
    return sentence(say(text, things=called(thing), state=said_state(thing, value)))


def _how_often(stretches: Sequence[Stretch], now: datetime, known_since: datetime | None) -> str:
    """Return how often; where no time was asked about, since when it is known."""
    ends = {one.end for one in stretches}
    # What was opening and then was open came to be so once.
    begun = [one.begin for one in stretches if one.begin not in ends]
    last = when(begun[-1], now)
    often = say("once, {when}", when=last)
    if len(begun) > 1:
        often = say("{number} times, last {when}", number=number_word(len(begun)), when=last)
    if known_since is None:
        return sentence(often)
    return sentence(say("{often}, as far as I know {since}", often=often, since=since(known_since, now)))


def _in_all(stretches: Sequence[Stretch], begin: datetime, now: datetime) -> str:
    spent = sum(((one.end or now) - max(one.begin, begin) for one in stretches), timedelta())
    return sentence(say("{length} in all", length=lasting(spent.total_seconds())))


def _stretches(kept: Sequence[Kept]) -> Sequence[Stretch]:
    """Return for how long each value held; the same value again goes on."""
    found: list[Stretch] = []
    for one in kept:
        if found and found[-1].end is None:
            if found[-1].value == one.value:
                continue
            found[-1] = Stretch(found[-1].begin, one.at, found[-1].value)
        if one.value is not None:
            found.append(Stretch(one.at, None, one.value))
    return found


def _is_up(value: str) -> bool | None:
    """Return whether a value is what is called on or open; ``None``: neither it nor its opposite."""
    return True if value in _UP else False if value in _DOWN else None
