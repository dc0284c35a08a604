"""Rules for what recurs, and the points in time at which it does."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from skills.grammar.when.chunks import LETTER, Chunk, Found, Rewrite, rewrite
from skills.grammar.when.lengths import length_of
from skills.grammar.when.model import Recurrence
from skills.grammar.when.pieces import Bad, Length, Limit, Rule, Value
from skills.grammar.when.vocabulary import PARTS
from skills.walltime import at_wall_or_first, is_after, later

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = tuple((0, day) for day in range(5))
WEEKEND = ((0, 5), (0, 6))
_FREQUENCIES = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}


def _weekdays(found: Found, group: str = "w") -> tuple[tuple[int, int], ...]:
    """Return the weekdays of a list (``monday, wednesday and friday``) or of a range (``monday to friday``)."""
    days: list[int] = []
    for at, chunk in enumerate(pieces := found.all(group)):
        if chunk.kind in (LETTER["WD"], LETTER["WDS"]) and isinstance(chunk.value, int):
            until = at >= 2 and pieces[at - 1].kind in (LETTER["TO"], LETTER["UNTIL"], LETTER["DASH"])
            if until and days:
                days += [(days[-1] + n) % 7 for n in range(1, (chunk.value - days[-1]) % 7 + 1)]
            else:
                days.append(chunk.value)
        elif chunk.kind in (LETTER["WEEKENDS"], LETTER["WEEKEND"]):
            days += [5, 6]
        elif chunk.kind == LETTER["WORKDAY"]:
            days += range(5)
    return tuple((0, day) for day in sorted(set(days)))


def _weekly(found: Found) -> Value:
    interval = 2 if found.has("alt") else int(found.number("n", 1))
    if found.has("n") and interval == 1:
        # "Every first monday" is one a month.
        return Rule("MONTHLY", weekdays=tuple((1, day) for _, day in _weekdays(found)))
    return Rule("WEEKLY", interval, _weekdays(found), part=found.part("p"))


def _every_unit(found: Found) -> Value:
    """Return ``every day``, ``every other week``, ``every third month``, ``every hour``."""
    amount = 2 if found.has("alt") or found.kind("n") == LETTER["SECOND"] else found.number("n", 1)
    return _paced(length_of(amount, found.word("u")))


def _every_length(found: Found) -> Value:
    return _paced(found.length("l"))


def _paced(length: Length | None) -> Rule | None:
    """Return a recurrence by the calendar for whole days, by elapsed time for anything else."""
    if length is None or not length.total or length.vague:
        return None
    if not length.calendar:
        return Rule(every=length.total)
    if length.months:
        freq, interval = ("MONTHLY", length.months) if length.months % 12 else ("YEARLY", length.months // 12)
        return Rule(freq, interval) if not length.days else None
    days = int(length.days)
    return Rule("WEEKLY", days // 7) if days % 7 == 0 else Rule("DAILY", days)


def _adverb(found: Found) -> Value:
    name = found.word("a")
    if name in ("hour", "minute", "half hour"):
        return Rule(every=timedelta(minutes={"hour": 60, "minute": 1, "half hour": 30}[name]))
    if name in ("fortnight", "quarter", "night"):
        return {"fortnight": Rule("WEEKLY", 2), "quarter": Rule("MONTHLY", 3), "night": Rule(part=PARTS["night"])}[name]
    return Rule(_FREQUENCIES[name])


def _nth(found: Found) -> Value:
    """Return ``the first monday of each month``, ``every last friday of the month``."""
    if found.word("u") != "month":
        return None
    numbers = {_which(chunk) for chunk in found.all("n") if chunk.kind in _ORDINALS}
    if not all(-1 <= number <= 5 for number in numbers):
        return Bad("no such week")
    interval = 2 if found.has("alt") else 1
    return Rule("MONTHLY", interval, tuple((number, day) for number in sorted(numbers) for _, day in _weekdays(found)))


def _which(chunk: Chunk) -> int:
    """Return the number of ``first`` and its like, -1 for ``last``."""
    if chunk.kind == LETTER["LAST"]:
        return -1
    return int(chunk.value) if isinstance(chunk.value, float) else 2


def _numbered(found: Found) -> Value:
    """Return ``the 1st of every month``, ``every month on the last day``, ``every 15th``."""
    if found.has("u") and found.word("u") != "month":
        return None
    if found.has("last"):
        return Rule("MONTHLY", monthdays=(-1,)) if found.word("last") == "day" else None
    numbers: list[int] = []
    for chunk in found.all("d"):
        if chunk.kind in (LETTER["SECOND"], LETTER["ALT"]):
            numbers.append(2)
        elif isinstance(chunk.value, float):
            numbers.append(int(chunk.value))
    return Rule("MONTHLY", monthdays=tuple(numbers)) if numbers and all(1 <= n <= 31 for n in numbers) else None


def _yearly(found: Found) -> Value:
    """Return ``every year on may 3rd``, ``every christmas``."""
    day = found.day("d")
    if day is None or day.day is None or day.again is None or (found.has("u") and found.word("u") != "year"):
        return None
    if day.moving:
        return Bad("moving")
    return Rule("YEARLY", months=(day.day.month,), monthdays=(day.day.day,))


def _times(found: Found) -> Value:
    """Return ``once a week``, ``twice a day``."""
    times = found.whole("n") if found.has("n") else found.whole("t")
    freq = _FREQUENCIES.get(found.word("u"))
    if found.word("u") == "hour" and times == 1:
        return Rule(every=timedelta(hours=1))
    if freq is None or not times:
        return None
    return Rule(freq) if times == 1 else Rule(freq, times_a_day=times)


def _daily(_: Found) -> Value:
    return Rule()


def _daily_part(found: Found) -> Value:
    return Rule(part=found.part("p"))


def _workdays(found: Found) -> Value:
    return Rule("WEEKLY", weekdays=WORKDAYS, part=found.part("p"))


def _weekends(found: Found) -> Value:
    return Rule("WEEKLY", 2 if found.has("alt") else 1, WEEKEND)


def _weekday_numbered(found: Found) -> Value:
    """Return ``every friday the 13th``."""
    number = found.whole("d")
    return Rule("MONTHLY", weekdays=_weekdays(found), monthdays=(number,)) if 1 <= number <= 31 else None


def _yearly_on(found: Found) -> Value:
    """Return ``yearly on june 1st``."""
    rule, day = found.rule("r"), found.day("d")
    if rule is None or rule.freq != "YEARLY" or rule.months or day is None or day.day is None or day.again is None:
        return None
    return replace(rule, months=(day.day.month,), monthdays=(day.day.day,))


def _weekday_range(found: Found) -> Value:
    ends = tuple(chunk.value for chunk in found.all("w") if isinstance(chunk.value, int))
    return Rule("WEEKLY", weekdays=_weekdays(found), doubtful=True, order=ends)


def _on_the_hour(found: Found) -> Value:
    rule = found.rule("r")
    return replace(rule, on_the_hour=True) if rule is not None and rule.every and found.word("u") == "hour" else None


def _joined(found: Found) -> Value:
    """Return ``every two weeks on monday``, ``monthly on the first monday``, ``saturdays every two weeks``."""
    first, second = found.rule("a"), found.rule("b")
    if first is None or second is None:
        return None
    paced, named = (first, second) if second.weekdays or second.monthdays else (second, first)
    if paced.every or paced.weekdays or paced.monthdays:
        return None
    if named.freq == paced.freq or (named.freq == "WEEKLY" and paced.freq == "DAILY" and paced.interval == 1):
        return replace(named, interval=max(named.interval, paced.interval), part=paced.part or named.part)
    return None


def _on_weekdays(found: Found) -> Value:
    rule = found.rule("r")
    if rule is None or rule.every or rule.weekdays or rule.monthdays or rule.freq not in ("WEEKLY", "DAILY"):
        return None
    weekdays = _weekdays(found)
    times = 0 if rule.times_a_day == len(weekdays) and rule.freq == "WEEKLY" else rule.times_a_day
    return replace(rule, freq="WEEKLY", weekdays=weekdays, times_a_day=times)


def _on_number(found: Found) -> Value:
    rule = found.rule("r")
    if rule is None or rule.freq != "MONTHLY" or rule.weekdays or rule.monthdays:
        return None
    number = 2 if found.kind("d") in (LETTER["SECOND"], LETTER["ALT"]) else found.whole("d")
    if found.has("w"):
        which = -1 if found.kind("d") == LETTER["LAST"] else number
        return replace(rule, weekdays=tuple((which, day) for _, day in _weekdays(found))) if which <= 5 else None
    if found.has("last"):
        return replace(rule, monthdays=(-1,))
    return replace(rule, monthdays=(number,)) if 1 <= number <= 31 else None


def _past_each(found: Found) -> Value:
    """Return that ``half past every hour`` is asked about: what recurs at a pace starts now."""
    rule = found.rule("r")
    return Bad("past each") if rule is not None and rule.every is not None else None


def _without(found: Found) -> Value:
    return Limit(without=tuple(day for _, day in _weekdays(found)))


_AND = "(?:COMMA AND|COMMA|AND)"
_LIST = f"(?P<w>(?:WD|WDS)(?:(?:{_AND}|TO|UNTIL|DASH)?ON?(?:WD|WDS))*)"
_PLURALS = f"(?P<w>WDS(?:(?:{_AND}|TO|UNTIL|DASH)?ON?(?:WD|WDS))*|WD(?:{_AND}?WD)*{_AND}?ON?WDS)"
_NTHS = "(?P<n>(?:ORD|ALT|SECOND|LAST)(?:(?:AND|COMMA)THE?(?:ORD|SECOND|LAST))*)"
_ORDINALS = [LETTER[name] for name in ("ORD", "ALT", "SECOND", "LAST")]
_MONTH = "(?:(?:OF|IN)(?:THE|EVERY|AN)?|EVERY|PER|THE|AN)"

COUNTED: tuple[Rewrite, ...] = (
    rewrite("(?:(?P<n>NUM)TIMES|(?P<t>TIMES))(?:AN|PER|EVERY|IN AN|THE|ON)(?P<u>UNIT)", "RULE", _times),
    rewrite("(?P<t>TIMES)(?P<a>ADV)", "RULE", lambda found: Rule(times_a_day=found.whole("t"))),
)
"""Before lengths take ``a day`` from ``twice a day``."""

RULES: tuple[Rewrite, ...] = (
    rewrite(
        "EXCEPT(?:ON|THE|FOR)*(?P<w>(?:WD|WDS|WEEKEND|WEEKENDS|WORKDAY)"
        f"(?:{_AND}ON?(?:WD|WDS|WEEKENDS))*)",
        "LIMIT", _without,
    ),
    rewrite(f"ON?THE?EVERY?THE?{_NTHS}{_LIST}{_MONTH}(?P<u>UNIT)", "RULE", _nth),
    rewrite("EVERY(?P<alt>ALT)(?P<u>UNIT)ON?(?:THE)?(?P<n>ORD|SECOND|LAST)(?P<w>WD)", "RULE", _nth),
    rewrite("ON?THE?(?P<d>(?:ORD|SECOND)(?:AND THE?(?:ORD|SECOND))*)(?:OF|IN)?EVERY(?P<u>UNIT)", "RULE", _numbered),
    rewrite("ON?THE?LAST(?P<last>UNIT)(?:OF|IN)?EVERY(?P<u>UNIT)", "RULE", _numbered),
    rewrite("EVERY(?P<w>WD)THE(?P<d>ORD)", "RULE", _weekday_numbered),
    rewrite(f"EVERY(?:(?P<alt>ALT)|(?P<n>ORD))?{_LIST}", "RULE", _weekly),
    rewrite(
        "EVERY(?P<d>ORD)(?:(?:OF|IN)THE?(?P<u>UNIT))?(?!UNIT|OF|MON|THING|OTHER|NUM|WD|HALF|QUARTER)",
        "RULE", _numbered,
    ),
    rewrite("EVERY LAST(?P<last>UNIT)(?:OF|IN)?THE?(?P<u>UNIT)", "RULE", _numbered),
    rewrite("EVERY QUARTER(?!OF|UNIT|NUM|PAST|TO)", "RULE", lambda _: Rule("MONTHLY", 3)),
    rewrite("EVERY THE?(?P<d>DAY)", "RULE", _yearly),
    rewrite("EVERY(?P<u>UNIT)ON?(?P<d>DAY)", "RULE", _yearly),
    rewrite("(?P<d>DAY)EVERY(?P<u>UNIT)", "RULE", _yearly),
    rewrite("(?:EVERY|ON)?(?:THE)?(?P<w>WORKDAY)(?P<p>PARTS|PART)?", "RULE", _workdays),
    rewrite("EVERY?ON?THE?WEEKENDS|EVERY(?P<alt>ALT)?WEEKEND", "RULE", _weekends),
    rewrite("EVERY AN?(?P<l>LENGTH)", "RULE", _every_length),
    rewrite("EVERY(?:(?P<alt>ALT)|(?P<n>ORD|NUM|SECOND))?(?P<u>UNIT)", "RULE", _every_unit),
    rewrite("EVERY(?=PART|SUN|SUNPOINT)", "RULE", _daily),
    rewrite("(?P<a>ADV)(?!THING)", "RULE", _adverb),
    rewrite("ON?(?P<w>WD(?:(?:COMMA|AND|COMMA AND)WD)*)(?P<p>PARTS)", "RULE", _weekly),
    rewrite(f"(?:ON|FOR)?{_PLURALS}(?P<p>PARTS)?", "RULE", _weekly),
    rewrite("(?:IN THE|ON)?(?P<p>PARTS)", "RULE", _daily_part),
    rewrite("(?P<r>RULE)ON?THE?(?P<d>DAY)", "RULE", _yearly_on),
    rewrite("(?P<r>RULE)ON THE(?P<u>UNIT)", "RULE", _on_the_hour),
    rewrite(f"(?P<r>RULE)(?:ON|COMMA|FROM)?(?:THE)?{_LIST}", "RULE", _on_weekdays),
    rewrite("(?P<r>RULE)ON?THE?LAST(?P<last>UNIT)", "RULE", _on_number),
    rewrite("(?P<r>RULE)ON?THE?(?P<d>ORD|SECOND|ALT|LAST)(?P<w>WD)", "RULE", _on_number),
    rewrite("(?P<r>RULE)ON?THE?(?P<d>ORD|SECOND|ALT)", "RULE", _on_number),
    rewrite("(?P<a>RULE)(?:ON|COMMA|AND|IN THE)?(?P<b>RULE)", "RULE", _joined),
    rewrite("(?:HALF|QUARTER|NUM|LENGTH)(?:PAST|TO|AFTER|BEFORE)(?P<r>RULE)", "BAD", _past_each),
    rewrite("(?:FROM)?(?P<w>WD(?:TO|UNTIL|DASH)WD)(?!THIS|NEXT|THE)", "RULE", _weekday_range),
)  # fmt: skip
"""After lengths of time, before plain weekdays."""


def rrule_text(rule: Rule, times: Iterable[time], until: date | None) -> str:
    """Return a recurrence of days as the value of an RRULE (RFC 5545)."""
    parts = [f"FREQ={rule.freq}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.weekdays:
        parts.append("BYDAY=" + ",".join(f"{nth or ''}{DAYS[day]}" for nth, day in rule.weekdays))
    if rule.months:
        parts.append("BYMONTH=" + ",".join(map(str, rule.months)))
    if rule.monthdays:
        parts.append("BYMONTHDAY=" + ",".join(map(str, rule.monthdays)))
    if rule.last_of_them:
        parts.append("BYSETPOS=-1")
    several = list(times)
    if len(several) > 1 and len({at.minute for at in several}) == 1:
        parts.append("BYHOUR=" + ",".join(str(at.hour) for at in several) + f";BYMINUTE={several[0].minute};BYSECOND=0")
    if until is not None:
        parts.append(f"UNTIL={until:%Y%m%d}T235959")
    return ";".join(parts)


def paced_text(every: timedelta, until: datetime | None) -> str:
    """Return a recurrence of elapsed time as the value of an RRULE."""
    seconds = round(every.total_seconds())
    for unit, freq in ((3600, "HOURLY"), (60, "MINUTELY"), (1, "SECONDLY")):
        if seconds % unit == 0:
            interval, end = seconds // unit, f";UNTIL={until.astimezone(UTC):%Y%m%dT%H%M%SZ}" if until else ""
            return f"FREQ={freq}" + (f";INTERVAL={interval}" if interval > 1 else "") + end
    return "FREQ=SECONDLY"


def firings(recurrence: Recurrence, after: datetime) -> Iterator[datetime]:
    """Yield the points in time of a recurrence that come after `after`, the earliest first."""
    if recurrence.every is not None:
        yield from _paced_firings(recurrence, recurrence.every, after)
        return
    zone = recurrence.start.tzinfo
    assert zone is not None
    times = recurrence.times or (time(0),)
    just_before = later(recurrence.start, -timedelta(microseconds=1))
    earliest = after if is_after(after, just_before) else just_before
    for day in days(recurrence.rule, recurrence.start.date(), after.astimezone(zone).date()):
        for clock in times:
            at = at_wall_or_first(day, clock, zone)
            if is_after(at, earliest):
                yield at


def _paced_firings(recurrence: Recurrence, every: timedelta, after: datetime) -> Iterator[datetime]:
    passed = max(0, (after.timestamp() - recurrence.start.timestamp()) // every.total_seconds())
    _, _, end = recurrence.rule.partition("UNTIL=")
    last = datetime.strptime(end, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if end else None
    while True:
        at = later(recurrence.start, passed * every)
        if last is not None and is_after(at, last):
            return
        if is_after(at, after):
            yield at
        passed += 1


def days(rule: str, start: date, earliest: date) -> Iterator[date]:
    """Yield the days of a rule from `earliest` on; its count of weeks and days begins at `start`."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if parts["FREQ"] in ("DAILY", "WEEKLY"):
        yield from _by_counting(parts, start, earliest)
    else:
        yield from _by_dateutil(parts, start, earliest)


def _by_counting(parts: dict[str, str], start: date, earliest: date) -> Iterator[date]:
    """Yield the days of the two frequent kinds without a library, which would take ten times as long."""
    interval = int(parts.get("INTERVAL", "1"))
    last = date.fromisoformat(parts["UNTIL"][:8]) if "UNTIL" in parts else date.max
    weekly = parts["FREQ"] == "WEEKLY"
    weekdays = {DAYS.index(day) for day in parts["BYDAY"].split(",")} if "BYDAY" in parts else None
    if weekly and weekdays is None:
        weekdays = {start.weekday()}
    first = start - timedelta(days=start.weekday()) if weekly else start
    day = max(start, earliest)
    while day <= last and day < date.max:
        passed = (day - first).days // (7 if weekly else 1)
        if passed % interval == 0 and (weekdays is None or day.weekday() in weekdays):
            yield day
        day += timedelta(days=1)


def _by_dateutil(parts: dict[str, str], start: date, earliest: date) -> Iterator[date]:
    from dateutil.rrule import rrulestr

    plain = ";".join(f"{key}={value}" for key, value in parts.items() if key not in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    found = rrulestr(plain, dtstart=datetime.combine(start, time(0)))
    for at in found.xafter(datetime.combine(earliest, time(0)), inc=True):
        yield at.date()
