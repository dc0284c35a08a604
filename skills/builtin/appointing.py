"""From the time in a sentence to when something is due: the first wall time, the rule, and the words that repeat it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from skills.builtin.times import lasting, length_of, recurring, upcoming
from skills.builtin.words import clock, listing
from skills.language import say
from skills.model import Request

MORNING = time(9)
"""When a reminder for a day as a whole comes."""

SAME_TIME = timedelta(seconds=5)
"""What falls due at times that differ by less is due at the same time: one sentence may be heard in two rooms."""

OVER = "That is over. When do you mean?"

_ELAPSED = re.compile(r"(?i)(in|within|innerhalb)\b.*\b(second|minute|hour|sekunde|stunde)")
_EDGES = re.compile(
    r"(?i)^(?:(?:to|that|about|of|please|and|then|an|daran|dass|bitte|,|:)\s+)+|[\s,.!?:]+(?:please|bitte)?[\s.!?]*$"
)


@dataclass(frozen=True, slots=True)
class When:
    """When something is due that a person spoke of."""

    said: str
    """As it is repeated: ``on Friday at 12:30``, ``every weekday at 07:00``."""
    walls: Sequence[datetime] = ()
    """The first time of each row, on the wall of the house; empty with `after_s`."""
    after_s: float | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence taken apart: the time in it, or a question about it, and the words that are not about time."""

    when: When | None
    question: str
    """What to ask where there is no time; empty if there was nothing to ask about."""
    rest: str


def spoken(request: Request, text: str, *, day_at: time | None = MORNING) -> Spoken:
    """Return when a text says that something is due; a day without a time of day is at ``day_at``, or asked about."""
    from skills.grammar.when import Date, Duration, Instant, Nothing, Question, Range, Recurrence, Sun, find

    now = request.now
    moment = find(text, ref=now, language=request.utterance.language, use="reminder", place=request.place)
    said = " ".join(text[start:end] for start, end in moment.spans)
    when, question = None, ""
    match moment:
        case Instant(at) if at <= now:
            question = say(OVER)
        case Instant(at):
            when = _once(now, at, elapsed=_ELAPSED.match(said) is not None)
        case Duration(length):
            when = When(say("in {length:dat}", length=lasting(length.total_seconds())), after_s=length.total_seconds())
        case Date(day) if day_at is not None and datetime.combine(day, day_at, now.tzinfo) > now:
            when = _once(now, datetime.combine(day, day_at, now.tzinfo))
        case Range(start) if start > now:
            when = _once(now, start)
        case Recurrence(every=timedelta() as every):
            soon = upcoming(now + every, now)
            said_again = say("{often}, first {when}", often=recurring(moment.rule), when=soon)
            when = When(said_again, (now + every,), rule=moment.rule)
        case Recurrence(times=times) if times or day_at is not None:
            firsts = (replace(moment, times=(one,)).firings(now) for one in times or (day_at or MORNING,))
            when = _again(now, moment.rule, [first for walls in firsts if (first := next(walls, None)) is not None])
        case Date(day) if day < now.date():
            question = say(OVER)
        case Date() | Recurrence():
            question = say("At what time?")
        case Sun(at=datetime() as at, rule=None):
            when = _once(now, at)
        case Sun(rule=str()):
            question = say("I can't go by the sun again and again. At what time?")
        case Sun():
            question = say("I don't know where the house stands. At what time?")
        case Question(asked):
            question = asked
        case Range() | Nothing():
            pass
    return Spoken(when, question, without(text, moment.spans))


def elapsing(request: Request) -> When | None:
    """Return when something is due that its sentence takes with a length: "remind me to leave in ten minutes"."""
    length_s = length_of(request.match.slots)
    return _once(request.now, request.now + timedelta(seconds=length_s), elapsed=True) if length_s else None


def _once(now: datetime, at: datetime, *, elapsed: bool = False) -> When | None:
    left_s = (at - now).total_seconds()
    if left_s <= 0:
        return None
    if elapsed:
        return When(say("in {length:dat}, {when}", length=lasting(left_s), when=upcoming(at, now)), after_s=left_s)
    return When(upcoming(at, now), (at,))


def _again(now: datetime, rule: str, firsts: Sequence[datetime]) -> When | None:
    if not firsts:
        return None
    at = listing([clock(first) for first in firsts])
    # A rule that names the hours has all of them in one row: a row for each would tell each of them again.
    walls = [min(firsts)] if "BYHOUR" in rule else firsts
    text = "{often} at {times}, first {when}"
    return When(say(text, often=recurring(rule), times=at, when=upcoming(min(firsts), now)), walls, rule=rule)


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return the text without the time in it, and without what led up to it."""
    rest, last = "", 0
    for start, end in spans:
        rest, last = rest + text[last:start], end
    words = " ".join((rest + text[last:]).split())
    return _EDGES.sub("", _EDGES.sub("", words)).strip()
