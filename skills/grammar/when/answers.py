"""Makes an answer of the times that were found in a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from skills.grammar.when.chunks import Setting
from skills.grammar.when.clock import half_of
from skills.grammar.when.combine import merged
from skills.grammar.when.dates import add_days, add_months
from skills.grammar.when.model import (
    Date,
    Duration,
    Instant,
    Moment,
    Nothing,
    Place,
    Question,
    Range,
    Spans,
    Sun,
)
from skills.grammar.when.pieces import Bad, Clock, Ends, Length, Limit, Point, Rule, SunPoint, Value, When
from skills.grammar.when.questions import Why, question
from skills.grammar.when.repeats import Repeat, recurring
from skills.grammar.when.resolve import DOUBTFUL, SURE, Impossible, at_minutes, instant, whole_day
from skills.grammar.when.sun import next_sun
from skills.walltime import is_after, later

EARLIEST = 6
"""Nobody means a range that begins before six unless they say so: ``between 2 and 4`` is asked about."""

GUESSED = 0.8
"""Confidence where a word had to be guessed."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The times of a text, in order, and where they were said."""

    times: Sequence[Value]
    joined: Sequence[bool]
    """Whether each may belong to the one before it."""
    said: str
    spans: Sequence[tuple[int, int]]
    whole: bool
    """Whether nothing else was said."""
    guessed: bool

    def of(self, *kinds: type) -> Spans:
        """Return where the times of these kinds were said."""
        return _apart(span for span, value in zip(self.spans, self.times, strict=True) if isinstance(value, kinds))

    @property
    def confidence(self) -> float:
        """How sure the words are."""
        return GUESSED if self.guessed else SURE


def _apart(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return spans with those that overlap made one."""
    merged_spans: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged_spans and start < merged_spans[-1][1]:
            merged_spans[-1] = (merged_spans[-1][0], max(end, merged_spans[-1][1]))
        else:
            merged_spans.append((start, end))
    return tuple(merged_spans)


def answer(spoken: Spoken, setting: Setting, place: Place | None) -> Moment:
    """Return what the times of a text mean together: what recurs first, then the sun, ranges, points and days."""
    for value in spoken.times:
        if isinstance(value, Bad):
            return _bad(spoken, value, setting)
    rules = [value for value in spoken.times if isinstance(value, Rule)]
    if not rules and any(isinstance(value, When) and value.daily and value.day is None for value in spoken.times):
        rules = [Rule()]
    suns = [value for value in spoken.times if isinstance(value, SunPoint) and (value.sure or spoken.whole)]
    ends = [value for value in spoken.times if isinstance(value, Ends)]
    if rules and (found := _recurring(spoken, rules, suns, setting, place)) is not None:
        return found
    if ends:
        return _range(spoken, ends[0], setting, place)
    if suns:
        return _sun(spoken, suns[0], setting, place)
    lengths = [value for value in spoken.times if isinstance(value, Length) and (value.sure or spoken.whole)]
    if lengths and setting.use == "timer":
        return _length(spoken, lengths[0], setting)
    points = [value for value in spoken.times if isinstance(value, Point)]
    if points:
        return Instant(points[0].at, spoken.of(Point), spoken.confidence)
    if (moment := _when(spoken, setting)) is not None:
        return moment
    return _length(spoken, lengths[0], setting) if lengths else Nothing()


def _ask(why: Why, spoken: Spoken, setting: Setting, said: str = "") -> Question:
    return Question(question(why, said or spoken.said, setting.language), _apart(spoken.spans))


def _bad(spoken: Spoken, value: Bad, setting: Setting) -> Question:
    if value.why == "few":
        return _ask("how long", spoken, setting)
    return _ask("which of them" if "/" in value.why else "no such time", spoken, setting)


def _impossible(spoken: Spoken, found: Impossible, setting: Setting) -> Question:
    return _ask("past" if found.why == "past" else "no such time", spoken, setting)


def _length(spoken: Spoken, length: Length, setting: Setting) -> Moment:
    if length.vague:
        return _ask("how long", spoken, setting)
    try:
        total = length.total
    except OverflowError:
        return _ask("no such time", spoken, setting)
    return Duration(total, spoken.of(Length), spoken.confidence)


def _together(spoken: Spoken) -> tuple[When | None, Spans]:
    """Return the day and the time that were said, also apart: ``tomorrow … at seven``."""
    found: When | None = None
    spans: list[tuple[int, int]] = []
    for value, span, joined in zip(spoken.times, spoken.spans, spoken.joined, strict=True):
        if not isinstance(value, When) or not (value.sure or spoken.whole):
            continue
        if found is None:
            found, spans = value, [span]
        elif joined and (both := merged(found, value)) is not None:
            found = both
            spans.append(span)
    return found, _apart(spans)


def _when(spoken: Spoken, setting: Setting) -> Moment | None:
    when, spans = _together(spoken)
    if when is None:
        return None
    if when.clocks:
        return _ask("which days", spoken, setting)
    days = [value for value in spoken.times if isinstance(value, When) and value.day is not None and value.sure]
    if len(days) > 1 and when.day is not None and when.day.weekday is not None and _listed(spoken):
        return _ask("which days", spoken, setting)
    doubtful = when.day is not None and when.day.doubtful
    confidence = min(spoken.confidence, DOUBTFUL) if doubtful else spoken.confidence
    at = instant(when, setting)
    if isinstance(at, Impossible):
        return _impossible(spoken, at, setting)
    if at is not None:
        return Instant(at, spans, confidence)
    assert when.day is not None
    day = whole_day(when.day, setting)
    return _impossible(spoken, day, setting) if isinstance(day, Impossible) else Date(day, spans, confidence)


def _listed(spoken: Spoken) -> bool:
    """Return whether several weekdays were said in one breath: ``on monday and thursday``."""
    days = [
        span
        for value, span in zip(spoken.times, spoken.spans, strict=True)
        if isinstance(value, When) and value.day is not None and value.day.weekday is not None
    ]
    return any(second[0] - first[1] <= len(", ") for first, second in pairwise(days))


def _in_one_breath(spoken: Spoken) -> bool:
    """Return whether several times of day were said with nothing else between: ``at 8 and at 20``."""
    clocks = [at for at, value in enumerate(spoken.times) if isinstance(value, When) and value.clock is not None]
    if len(clocks) < 2:
        return True
    between = spoken.spans[clocks[0] : clocks[-1] + 1]
    return all(second[0] - first[1] <= len(", ") for first, second in pairwise(between))


def _each_its_own(spoken: Spoken) -> bool:
    """Return whether other days have other times: ``weekdays at 7 and weekends at 9``."""
    order = [value for value in spoken.times if (isinstance(value, Rule) and value.weekdays) or _is_timed(value)]
    days = [at for at, value in enumerate(order) if isinstance(value, Rule)]
    return len(days) > 1 and any(_is_timed(value) for value in order[days[0] : days[-1]]) and _is_timed(order[-1])


def _is_timed(value: Value) -> bool:
    return isinstance(value, When) and value.clock is not None


def _edge(
    value: When | Point | SunPoint | None, setting: Setting, place: Place | None, after: datetime
) -> datetime | None:
    """Return one end of a range as a point in time; a day as a whole begins at its midnight."""
    if value is None:
        return after
    if isinstance(value, Point):
        return value.at
    if isinstance(value, SunPoint):
        return None if place is None else next_sun(value, None, place, after, setting.zone)
    at = instant(value, setting, after)
    if isinstance(at, Impossible):
        return None
    if at is not None:
        return at
    if value.day is None:
        return None
    day = whole_day(value.day, setting)
    return None if isinstance(day, Impossible) else at_minutes(day, 0, setting)


def _range(spoken: Spoken, ends: Ends, setting: Setting, place: Place | None) -> Moment:
    ends = _shared(ends, spoken)
    start = _edge(ends.start, setting, place, setting.ref)
    if start is None:
        return _ask("no such time", spoken, setting)
    if start.hour < EARLIEST and _bare(ends):
        return _ask("which half", spoken, setting)
    if isinstance(ends.end, Length):
        length = ends.end
        last = later(start, length.total) if not length.calendar else at_days(start, length, setting)
        return Range(start, last, spoken.of(Ends, When), spoken.confidence)
    end = _end(ends, start, setting, place)
    if end is None or not is_after(end, start):
        return _ask("no such time", spoken, setting)
    return Range(start, end, spoken.of(Ends, When), spoken.confidence)


def _bare(ends: Ends) -> bool:
    """Return whether a range was said in hours without a day or a half of the day."""
    return all(
        isinstance(value, When) and value.day is None and value.part is None
        and value.clock is not None and not value.clock.exact
        for value in (ends.start, ends.end)
    )  # fmt: skip


def at_days(start: datetime, length: Length, setting: Setting) -> datetime:
    """Return the same time of day so many days or months later."""
    day = add_days(add_months(start.date(), length.months), int(length.days))
    return at_minutes(day, start.hour * 60 + start.minute, setting)


def _shared(ends: Ends, spoken: Spoken) -> Ends:
    """Give a range the day that was said elsewhere, and its start what only the end has."""
    start, end = ends.start, ends.end
    if isinstance(start, When):
        others = [value for value in spoken.times if isinstance(value, When) and value.day is not None]
        if start.day is None and others and (both := merged(start, replace(others[0], clock=None))) is not None:
            start = both
    if isinstance(start, When) and isinstance(end, When):
        named_today = start.part is not None and start.part.today
        if start.day is None and end.day is not None and start.clock is not None and not named_today:
            start = replace(start, day=end.day)
        start, end = _same_half(start, end)
    return Ends(start, end)


def _same_half(start: When, end: When) -> tuple[When, When]:
    """Return ``2 to 4 pm`` and ``between 2 and 4 in the afternoon`` with both ends in one half of the day."""
    first, second = start.clock, end.clock
    if first is None or second is None:
        return start, end
    if first.exact or start.part is not None:
        return start, end
    limit = second.hour * 60 + second.minute
    if not second.exact:
        if end.part is None:
            return start, end
        limit = (second.hour % 12 + {"am": 0, "pm": 12, "after midnight": 24}[half_of(second.hour, end.part)]) * 60
    minutes = first.hour % 12 * 60 + first.minute
    hour = first.hour % 12 + (12 if minutes + 12 * 60 < limit else 0)
    return replace(start, clock=Clock(hour, first.minute, exact=True)), end


def _end(ends: Ends, start: datetime, setting: Setting, place: Place | None) -> datetime | None:
    """Return the end of a range: a bare hour is the next after the start, a day is included."""
    value = ends.end
    if not isinstance(value, When):
        return _edge(None if isinstance(value, Length) else value, setting, place, start)
    if value.clock is None and value.part is None and value.day is not None:
        return _end_of_days(ends, value, start, setting)
    begun = ends.start.day if isinstance(ends.start, When) else None
    if value.clock is not None and (value.day is None or (begun is not None and value.day.day == begun.day)):
        same = replace(value, day=None)
        at = instant(same, setting, start)
        return at if isinstance(at, datetime) else None
    return _edge(value, setting, place, start)


def _end_of_days(ends: Ends, value: When, start: datetime, setting: Setting) -> datetime | None:
    assert value.day is not None
    day = value.day.day
    while day is not None and day < start.date() and value.day.again is not None:
        day = value.day.again(day)
    if day is None:
        return None
    if ends.start is None:
        found = whole_day(value.day, setting)
        return at_minutes(found, 0, setting) if isinstance(found, date) else None
    return at_minutes(add_days(day, value.day.length), 0, setting)


def _sun(spoken: Spoken, point: SunPoint, setting: Setting, place: Place | None) -> Moment:
    when, _ = _together(spoken)
    day = when.day.day if when is not None and when.day is not None else None
    at = next_sun(point, day, place, setting.ref, setting.zone) if place is not None else None
    if day is None and at is not None:
        day = later(at, -point.offset).date()
    return Sun(
        point.event, point.offset, day or setting.ref.date(), None, at, spoken.of(SunPoint, When), spoken.confidence
    )


def _recurring(
    spoken: Spoken, rules: Sequence[Rule], suns: Sequence[SunPoint], setting: Setting, place: Place | None
) -> Moment | None:
    whens = [value for value in spoken.times if isinstance(value, When)]
    repeat = Repeat(
        rules=rules,
        whens=whens,
        ends=[value for value in spoken.times if isinstance(value, Ends)],
        limits=[value for value in spoken.times if isinstance(value, Limit)],
    )
    timed = any(when.clock is not None and when.day is None for when in whens)
    if all(rule.doubtful for rule in rules) and not timed:
        return _weekday_range(spoken, rules[0], whens, setting)
    if any(rule.times_a_day and len(repeat.clocks()) != rule.times_a_day for rule in rules):
        return _ask("how often", spoken, setting)
    mixed = any(when.day is not None and when.day.weekday is not None for when in whens)
    if mixed or not _in_one_breath(spoken) or _each_its_own(spoken):
        return _ask("which days", spoken, setting)
    found = recurring(repeat, setting, spans=_apart(spoken.spans), confidence=spoken.confidence)
    if found is None:
        return _ask("no such time", spoken, setting)
    if suns:
        at = next_sun(suns[0], None, place, setting.ref, setting.zone) if place is not None else None
        return Sun(suns[0].event, suns[0].offset, None, found.rule, at, _apart(spoken.spans), spoken.confidence)
    return found


def _weekday_range(spoken: Spoken, rule: Rule, whens: Sequence[When], setting: Setting) -> Moment:
    """Return ``from friday to sunday`` as whole days."""
    weekdays = rule.order or tuple(day for _, day in rule.weekdays)
    start = add_days(setting.ref.date(), (weekdays[0] - setting.ref.weekday()) % 7)
    for when in whens:
        if when.day is not None and when.day.length == 7 and when.day.day is not None:
            start = add_days(when.day.day, weekdays[0])
    end = add_days(start, (weekdays[-1] - weekdays[0]) % 7 + 1)
    return Range(at_minutes(start, 0, setting), at_minutes(end, 0, setting), _apart(spoken.spans), spoken.confidence)
