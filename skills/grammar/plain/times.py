"""Times in a clause: of day, of the week, by the sun; as something that happens, or as a part of the day."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from itertools import pairwise

from skills.grammar.numbers import numbers_at
from skills.grammar.plain.lengths import led, lengths
from skills.grammar.plain.model import WEEK, At, Dark, Days, Fact, Formula, Pace, Sky, UnclearError, Window
from skills.grammar.plain.said import Said
from skills.grammar.plain.speech import SUN, Speech
from skills.grammar.tokens import words_of
from skills.grammar.when import Date, Instant, Moment, Question, Range, Recurrence, Sun, find
from skills.language import say

_PARTS = {
    "night": Window("22:00:00", "06:00:00", roughly=True),
    "morning": Window("05:00:00", "12:00:00", roughly=True),
    "afternoon": Window("12:00:00", "18:00:00", roughly=True),
    "evening": Window("18:00:00", "22:00:00", roughly=True),
}
_AT = ("at", "um")
MANY_TIMES = 5
_OCLOCK = frozenset({"o'clock", "uhr"})
"""What stands behind an hour and is none."""
_DAYS: Mapping[str, str] = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), WEEK, strict=True))
_BY_DAY = re.compile(r"BYDAY=([A-Z,]+)")
_INTERVAL = re.compile(r"INTERVAL=(\d+)")
_MONTH_DAY = re.compile(r"BYMONTHDAY=(\d+)")
_WEEKDAY = re.compile(
    r"(?i)\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|wochenende)"
)
_EVERY_DAY = Days(WEEK)


class OnceError(Exception):
    """A time that comes once only: "tomorrow", "in ten minutes"."""


def times(said: Said, speech: Speech, now: datetime) -> tuple[list[Fact], Said]:
    """Return the times that a clause says, and the clause without them.

    Raises:
        OnceError: a day is meant, and not what recurs.
        UnclearError: a time that cannot be, or that may be two.
    """
    if said.span(speech.once) is not None:
        raise OnceError
    rest = said
    facts: list[Fact] = []
    for _ in range(3):
        timed = any(isinstance(fact, At) for fact in facts)
        found, rest = _next(rest, speech, now, timed=timed)
        if not found:
            break
        facts += found
    for name, pattern in speech.parts:
        span = rest.span(pattern)
        if span is not None:
            rest = rest.without(span)
            if name == "night":
                facts = [_by_night(fact) if isinstance(fact, Window) and not fact.roughly else fact for fact in facts]
            if not any(isinstance(fact, At | Window) for fact in facts):
                facts.append(Dark(dark=False) if name == "day" else _PARTS[name])
    return facts, rest


def part_of_day(said: Said, speech: Speech) -> Fact | None:
    """Return the part of the day that some words say, and nothing else: "at night"."""
    for name, pattern in speech.parts:
        span = said.span(pattern)
        if span is not None and all(word in speech.idle for word in said.without(span).words):
            return Dark(dark=False) if name == "day" else _PARTS[name]
    return None


def _next(said: Said, speech: Speech, now: datetime, *, timed: bool) -> tuple[list[Fact], Said]:
    # "Every hour … for ten minutes" is one time and a length, which would be no time together.
    found = lengths(said, speech)
    spans = [(at, end) for start, end, _ in found if (at := led(said, start, speech.leads)) is not None]
    # So is "an hour later", which no time that comes before it is a part of.
    spans += [
        (start, end + 1) for start, end, _ in found if end < len(said) and speech.later.fullmatch(said.words[end])
    ]
    spans += [(start, end) for start, end, _ in found if end < len(said) and speech.lasts.fullmatch(said.words[end])]
    masked = said.masked([*spans, *_set_to(said, speech, timed=timed)])
    moment: Moment = find(masked.written, ref=now, language=speech.code, use="routine")
    if isinstance(moment, Question):
        masked = masked.masked(list(said.spans(speech.days)))
        moment = find(masked.written, ref=now, language=speech.code, use="routine")
    if isinstance(moment, Question):
        # "From ten to four every day": the days are read by themselves after it.
        often = masked.masked(list(said.spans(speech.often)))
        hours = find(often.written, ref=now, language=speech.code, use="routine")
        masked, moment = (often, hours) if isinstance(hours, Range) else (masked, moment)
    if isinstance(moment, Recurrence) and not moment.times and not SUN.isdisjoint(said.words):
        # "An hour before sunrise … on weekdays" is read one after the other where an order stands between.
        others = masked.masked(list(said.spans(speech.days)))
        sky = find(others.written, ref=now, language=speech.code, use="routine")
        masked, moment = (others, sky) if isinstance(sky, Sun) else (masked, moment)
    night = said.span(dict(speech.parts)["night"]) if isinstance(moment, Question) else None
    if night is not None:
        # "At night between eleven and five": eleven is no hour of the morning, and five none of the evening.
        hours_only = masked.masked([night])
        hours = find(hours_only.written, ref=now, language=speech.code, use="routine")
        masked, moment = (hours_only, hours) if isinstance(hours, Range) else (masked, moment)
    if not moment.spans:
        # "Um neun Rollladen zu" counts no shutters, "at eight switch it on" no switches, and what is played is no song.
        apart = (at for at, word in enumerate(said.words) if word in speech.classes or speech.verbs.fullmatch(word))
        masked = masked.masked([(at, at + 1) for at in apart])
        moment = find(masked.written, ref=now, language=speech.code, use="routine")
    if not moment.spans:
        return [], said
    spans = [masked.bare(masked.within(start, end)) for start, end in moment.spans]
    spans = [_without_particle(said, span, speech) for span in spans]
    words = " ".join(masked.written[start:end] for start, end in moment.spans)
    since, spans = _since(said, spans, speech)
    facts = _meant(moment, words, since, speech, now)
    if not facts:
        return [], said
    if night is not None and isinstance(moment, Range):
        facts = [_by_night(fact) if isinstance(fact, Window) else fact for fact in facts]
        spans = [*spans, night]
    return facts, said.without(*spans)


def _set_to(said: Said, speech: Speech, *, timed: bool) -> Iterator[tuple[int, int]]:
    """Yield every number that something is set to beside a time: "to seventeen at half past ten"."""
    for start, end in said.spans(speech.to):
        read = numbers_at(said.words, end, speech.code) if end < len(said) else []
        stop = max(read)[0] if read else 0
        behind = said.words[stop : stop + 2] if stop else ()
        if stop and (timed or (len(behind) == 2 and behind[0] in _AT and speech.clock.fullmatch(behind[1]))):
            yield start, stop


def _without_particle(said: Said, span: tuple[int, int], speech: Speech) -> tuple[int, int]:
    """Return a time without the "on" of "turn it on ten minutes before sunrise", which belongs to the verb."""
    start, end = span
    behind = " ".join(said.words[start:end])
    if said.words[start] == "on" and start and end - start > 1 and not speech.days.match(behind):
        return start + 1, end
    return span


def _since(said: Said, spans: list[tuple[int, int]], speech: Speech) -> tuple[str, list[tuple[int, int]]]:
    """Return whether a time is one after or before which something is so, and its words with that one."""
    start, end = spans[0]
    for name, pattern in speech.since:
        for size in (4, 3, 2, 1):
            front = " ".join(said.words[max(0, start - size) : start])
            if front and start >= size and pattern.fullmatch(front):
                return name, [(start - size, end), *spans[1:]]
        if any(pattern.fullmatch(" ".join(said.words[start : start + size])) for size in (1, 2) if start + size < end):
            return name, spans
    return "", spans


def _meant(moment: Moment, words: str, since: str, speech: Speech, now: datetime) -> list[Fact]:
    folded = " ".join(words_of(words))
    has_clock = speech.clock.search(folded) is not None
    match moment:
        case Question():
            raise UnclearError(moment.text)
        case Sun():
            return _by_sun(moment, since)
        case Recurrence() if any(part.fullmatch(folded) for _, part in speech.parts):
            return []  # "nachts" says when, not on which days
        case Recurrence():
            return _recurring(moment, folded, since, has_clock=has_clock, speech=speech)
        case Instant() if speech.units & set(folded.split()) and "past" not in folded:
            return []  # "after ten minutes"
        case Instant() if has_clock:
            days: list[Fact] = [_days_named(folded)] if _WEEKDAY.search(folded) else []
            return [*days, *_at((moment.at.time(),), folded, since, speech, recurs=bool(days))]
        case Range():
            return [_window(moment, folded, speech, now)]
        case Date():
            if _WEEKDAY.search(folded):
                return [_days_named(folded)]
            raise OnceError
        case _:
            return []


def _at(at: tuple[time, ...], words: str, since: str, speech: Speech, *, recurs: bool) -> list[Fact]:
    named = tuple(one.strftime("%H:%M:%S") for one in at)
    if since and speech.halves.search(words) is None:
        raise UnclearError(say("Is {time} in the morning or in the evening?", time=named[0][:5]), words=words)
    if since:
        return [Window(named[0], None) if since == "after" else Window(None, named[0])]
    bare = speech.halves.search(words) is None
    return [At(named, bare=bare, recurs=recurs)]


def _days_named(words: str) -> Days:
    if "weekend" in words or "wochenende" in words:
        return Days(("sat", "sun"))
    starts = {"mo": "mon", "tu": "tue", "di": "tue", "we": "wed", "mi": "wed", "th": "thu", "do": "thu", "fr": "fri"}
    starts |= {"sa": "sat", "su": "sun", "so": "sun"}
    found = _WEEKDAY.findall(words)
    return Days(tuple(starts[one[:2]] for one in found))


def _by_sun(moment: Sun, since: str) -> list[Fact]:
    event = {"dawn": "sunrise", "dusk": "sunset"}.get(moment.event, moment.event)
    offset = round(moment.offset.total_seconds())
    days = [] if moment.rule is None else _days_of(moment.rule)
    return [Sky(event, offset, "" if offset else since), *days]


def _days_of(rule: str) -> list[Fact]:
    by_day, interval, month_day = _BY_DAY.search(rule), _INTERVAL.search(rule), _MONTH_DAY.search(rule)
    if interval is not None and rule.startswith("FREQ=DAILY"):
        every = int(interval[1])
        return [Formula(f"{{{{ now().timetuple().tm_yday % {every} == 0 }}}}", f"every {every} days")]
    if interval is not None or (by_day is None and not rule.startswith(("FREQ=DAILY", "FREQ=MONTHLY", "FREQ=WEEKLY"))):
        raise UnclearError(say("I can keep days of the week and of the month. On which days do you mean?"))
    if month_day is not None and rule.startswith("FREQ=MONTHLY"):
        return [Formula(f"{{{{ now().day == {month_day[1]} }}}}", f"day {month_day[1]} of the month")]
    if by_day is None:
        return [] if rule.startswith("FREQ=DAILY") else [_EVERY_DAY]
    return [Days(tuple(_DAYS[day] for day in by_day[1].split(",")))]


def _recurring(moment: Recurrence, words: str, since: str, *, has_clock: bool, speech: Speech) -> list[Fact]:
    if moment.every is not None:
        return [Pace(round(moment.every.total_seconds()))]
    days = _days_of(moment.rule)
    paced = _paced(moment.times)
    if paced:
        return [*paced, *days]
    if moment.times and has_clock:
        return [*_at(moment.times, words, since, speech, recurs=True), *days]
    return days or [_EVERY_DAY]


def _paced(at: tuple[time, ...]) -> list[Fact]:
    """Return "every quarter of an hour from eight to six" as a pace within a part of the day, not as forty times."""
    minutes = [one.hour * 60 + one.minute for one in at]
    steps = {after - before for before, after in pairwise(minutes)}
    if len(at) < MANY_TIMES or len(steps) != 1:
        return []
    return [Pace(steps.pop() * 60), Window(at[0].strftime("%H:%M:%S"), at[-1].strftime("%H:%M:%S"))]


def _window(moment: Range, words: str, speech: Speech, now: datetime) -> Window:
    start, end = moment.start, moment.end
    hours = [one for one in speech.clock.findall(words) if one not in _OCLOCK]
    parted = any(part.search(words) for _, part in speech.parts)
    if len(hours) < 2 and (start == now or not parted):
        return Window(None, end.strftime("%H:%M:%S"))  # "until ten": it begins whenever that is said
    bare = speech.halves.search(words) is None
    if bare and end.time() <= start.time() and start.time() < time(12) and end.time() < time(12):
        end += timedelta(hours=12)  # "between eleven and five": by day, where neither half was said
    window = Window(start.strftime("%H:%M:%S"), end.strftime("%H:%M:%S"))
    return _by_night(window) if any(name == "night" and part.search(words) for name, part in speech.parts) else window


def _by_night(window: Window) -> Window:
    """Return a part of the night, of which hours may have been taken for those of the afternoon."""
    after, before = (
        one if one is None or not "12" <= one[:2] < "18" else f"{int(one[:2]) - 12:02}{one[2:]}"
        for one in (window.after, window.before)
    )
    if after is not None and before is not None and before <= after and "08" <= after[:2] < "12":
        after = f"{int(after[:2]) + 12:02}{after[2:]}"
    return Window(after, before)
