"""Rules that put days, times of day and parts of the day together, and those into ranges and limits."""

from dataclasses import replace

from skills.grammar.when.chunks import LETTER, Found, Rewrite, rewrite
from skills.grammar.when.dates import add_days
from skills.grammar.when.pieces import Clock, Clocks, Day, Ends, Limit, Part, Point, Value, When
from skills.grammar.when.vocabulary import PARTS

_GLUE = "[AT ON IN THE OF COMMA FOR]"


def _day(found: Found) -> Value:
    day = found.day("x")
    return When(day=day, sure=day.sure) if day is not None else None


def _clock(found: Found) -> Value:
    clock = found.clock("x")
    return When(clock=clock) if clock is not None else None


def _clocks(found: Found) -> Value:
    several = found.value("x")
    if not isinstance(several, Clocks):
        return None
    return When(clock=several.clocks[0], clocks=several.clocks, daily=several.daily)


def _part(found: Found) -> Value:
    part = found.part("x")
    return When(part=part, sure=part.free or part.today) if part is not None else None


def _edge_of_part(found: Found) -> Value:
    """Return ``early tomorrow morning``, ``late friday evening``."""
    part = found.part("p")
    if part is None:
        return None
    early = found.kind("e") == LETTER["EARLY"]
    names = {"morning": ("early", "late morning"), "afternoon": ("early afternoon", "late afternoon")}
    early_name, late_name = names.get(part.name, ("early evening", "late"))
    return When(day=found.day("d"), part=replace(PARTS[early_name if early else late_name], today=part.today))


def _edge_of_day(found: Found) -> Value:
    """Return ``early on saturday``; ``later today`` says no time at all."""
    day = found.day("d")
    if day is None or day.length > 2 or (day.relative and found.kind("e") == LETTER["LATE"]):
        return None
    return When(day=day, part=PARTS["early" if found.kind("e") == LETTER["EARLY"] else "late"])


def _next_part(found: Found) -> Value:
    """Return ``the next morning``."""
    return When(day=Day(add_days(found.today, 1), relative=True), part=found.part("p"))


def _part_beside(found: Found) -> Value:
    """Return ``the night before christmas``."""
    day, part = found.day("d"), found.part("p")
    if day is None or day.day is None:
        return None
    return When(day=Day(add_days(day.day, -1 if found.kind("r") == LETTER["BEFORE"] else 1)), part=part)


def _after_part(found: Found) -> Value:
    """Return ``two hours after lunch``, ``half an hour before bed``, from the hour of the meal itself."""
    length, part = found.length("l"), found.part("p")
    base = {"after lunch": 750, "after dinner": 1140, "late morning": -750, "bedtime": -1320}.get(
        part.name if part else ""
    )
    if length is None or base is None or length.calendar or length.vague or length.months:
        return None
    total = abs(base) + (1 if base > 0 else -1) * round(length.total.total_seconds() / 60)
    return Clock(total // 60, total % 60, exact=True) if 0 <= total < 24 * 60 else None


def _part_of(first: Part | None, second: Part | None) -> tuple[bool, Part | None]:
    """Return whether two parts of the day agree, and the narrower: ``this evening … late``."""
    if first is None or second is None:
        return True, first or second
    narrow, wide = (first, second) if first.last - first.first <= second.last - second.first else (second, first)
    agrees = narrow.first < wide.last and wide.first < narrow.last
    return agrees, replace(narrow, today=first.today or second.today, free=True)


def _day_of(first: Day | None, second: Day | None) -> tuple[bool, Day | None]:
    """Return whether two days can be one: a weekday and a date that is one, else only one may be there."""
    if first is None or second is None:
        return True, first or second
    if first.day is None or second.day is None:
        return False, None
    if first.day == second.day:
        return True, first
    for weekday, other in ((first, second), (second, first)):
        if weekday.weekday is not None and other.day is not None and other.day.weekday() == weekday.weekday:
            return True, other
    return False, None


def merged(first: When, second: When) -> When | None:
    """Return what two times said together mean, None if they cannot be one."""
    if first.clock is not None and second.clock is not None:
        return None
    fits, day = _day_of(first.day, second.day)
    agrees, part = _part_of(first.part, second.part)
    if not fits or not agrees:
        return None
    named_today = (
        part is not None and part.today and day is not None and day.relative is False and day.weekday is not None
    )
    if named_today:
        return None
    # What was unsure alone is sure beside the other half.
    both = (first.clock is not None) != (second.clock is not None)
    return When(
        day,
        first.clock or second.clock,
        part,
        first.clocks or second.clocks,
        sure=first.sure or second.sure or both,
        daily=first.daily or second.daily,
    )


def _merged(found: Found) -> Value:
    first, second = found.when("a"), found.when("b")
    return merged(first, second) if first is not None and second is not None else None


def _range(found: Found) -> Value:
    """Return ``[tomorrow] from 2 to 4 [tomorrow]``; what was said once of day and part holds for both ends."""
    start, end = found.end("a"), found.end("b")
    if start is None or end is None:
        return None
    if isinstance(start, When) and isinstance(end, When):
        day = found.when("d")
        if day is not None:
            joined = merged(start, day)
            if joined is None:
                return None
            start = joined
        if (
            start.clock is None
            and start.part is None
            and start.day is not None
            and end.day is None
            and not start.day.relative
        ):
            return None
        if not found.has("from") and not _evident(start, end):
            return None
    return Ends(start, end)


def _evident(start: When, end: When) -> bool:
    """Return whether two times with only ``to`` between them are a range."""
    return (start.clock is not None and end.clock is not None) or (start.day is not None and end.day is not None)


def _until(found: Found) -> Value:
    end = found.end("b")
    if isinstance(end, When) and not (end.sure or end.clock is not None):
        return None
    return Ends(None, end) if end is not None else None


def _from_now(found: Found) -> Value:
    end = found.end("b")
    return Ends(None, end) if end is not None else None


def _lasting(found: Found) -> Value:
    """Return ``from noon for two hours [tomorrow]``."""
    start, length, day = found.when("a"), found.length("l"), found.when("d")
    if start is None or length is None or length.vague:
        return None
    if not found.has("from") and length.calendar and start.clock is not None:
        return None  # "At 9 for two weeks" is said of what recurs.
    if not found.has("from") and not found.has("led") and not length.calendar and start.clock is None:
        return None  # "Tomorrow for two hours" is two times.
    if day is not None:
        joined = merged(start, day)
        if joined is None:
            return None
        start = joined
    return Ends(start, length)


def _within(found: Found) -> Value:
    length = found.length("l")
    return Ends(None, length) if length is not None and not length.vague else None


def _rest(found: Found) -> Value:
    day = {"day": 0, "week": 6 - found.today.weekday()}.get(found.word("u"))
    if day is None:
        return None
    return Ends(None, When(day=Day(add_days(found.today, day + 1))))


def _whole(found: Found) -> Value:
    """Return ``all day tomorrow``, ``over the weekend``."""
    when = found.when("a")
    if when is None or when.day is None or when.clock is not None or (found.has("u") and found.word("u") != "day"):
        return None
    return Ends(When(day=when.day), When(day=when.day))


def _length_limit(found: Found) -> Value:
    length = found.length("l")
    return Limit(length=length) if length is not None and not length.vague else None


def _start_limit(found: Found) -> Value:
    start = found.end("a")
    return Limit(start=start) if isinstance(start, When | Point) else None


def _until_limit(found: Found) -> Value:
    ends = found.value("u")
    return (
        Limit(until=ends.end) if isinstance(ends, Ends) and isinstance(ends.end, When) and ends.start is None else None
    )


def _next_clock(found: Found) -> Value:
    """Return ``two hours after midnight``, ``an hour before six``: another time of day."""
    from skills.grammar.when.clock import shifted

    length, clock = found.length("l"), found.clock("c")
    if length is None or clock is None or length.calendar or length.months or length.vague:
        return None
    if length.total.total_seconds() > 12 * 3600:
        return None
    minutes = length.total.total_seconds() / 60
    return shifted(clock, -minutes if found.kind("r") in (LETTER["BEFORE"], LETTER["TO"]) else minutes)


CLOCKS: tuple[Rewrite, ...] = (
    rewrite("(?P<l>LENGTH)(?P<r>BEFORE|AFTER|PAST|TO)THE?(?P<c>CLOCK)", "CLOCK", _next_clock),
    rewrite("(?P<l>LENGTH)(?P<p>PART)", "CLOCK", _after_part),
)
"""After lengths, before days."""

_END = "(?:WHEN|POINT|SUNPOINT)"
RULES: tuple[Rewrite, ...] = (
    rewrite("THE?NEXT(?P<p>PART)", "WHEN", _next_part),
    rewrite("(?P<p>PART)(?P<r>BEFORE|AFTER)THE?(?P<d>DAY)", "WHEN", _part_beside),
    rewrite("(?P<e>EARLY|LATE)(?P<d>DAY)(?P<p>PART)", "WHEN", _edge_of_part),
    rewrite("(?P<e>EARLY|LATE)(?P<p>PART)", "WHEN", _edge_of_part),
    rewrite("(?P<e>EARLY|LATE)ON?THE?(?P<d>DAY)", "WHEN", _edge_of_day),
    rewrite("(?P<x>DAY)", "WHEN", _day),
    rewrite("(?P<x>CLOCK)", "WHEN", _clock),
    rewrite("(?P<x>CLOCKS)", "WHEN", _clocks),
    rewrite("(?P<x>PART)", "WHEN", _part),
    rewrite(f"(?P<a>WHEN){_GLUE}*(?P<b>WHEN)", "WHEN", _merged),
    rewrite("FROM NOW(?:TO|UNTIL|DASH)AT?(?P<b>WHEN|SUNPOINT|POINT)", "RANGE", _from_now),
    rewrite(
        f"(?:(?P<d>WHEN)COMMA?)?(?P<from>BETWEEN|FROM)(?:AT|ON|THE)*(?P<a>{_END})"
        f"(?:TO|UNTIL|DASH|AND)(?:AT|ON|THE)*(?P<b>{_END})",
        "RANGE", _range,
    ),
    rewrite("(?P<a>WHEN)(?:TO|UNTIL|DASH)(?:AT|ON|THE)*(?P<b>WHEN)", "RANGE", _range),
    rewrite(
        "(?P<from>FROM)?(?:AT)?(?P<a>WHEN)FOR(?:THE NEXT)?(?P<l>LENGTH)(?:[ON COMMA]*(?P<d>WHEN))?",
        "RANGE", _lasting,
    ),
    rewrite(f"(?:UNTIL)(?:AT|ON|THE)*(?P<b>{_END})", "RANGE", _until),
    rewrite("FOR(?P<l>LENGTH)(?P<a>WHEN)", "RANGE", _lasting),
    rewrite("FOR(?P<l>LENGTH)(?:AT|FROM|STARTING)(?:AT|ON)*(?P<led>)(?P<a>WHEN)", "RANGE", _lasting),
    rewrite("(?:WITHIN|IN|WHOLE)THE?(?:NEXT|THIS)(?P<l>LENGTH)", "RANGE", _within),
    rewrite("WITHIN(?:AN|THE)?(?P<l>LENGTH)", "RANGE", _within),
    rewrite("FOR?THE?REST THE?(?P<u>UNIT)", "RANGE", _rest),
    rewrite("WHOLE(?:(?P<u>UNIT)|THE)?[ON OF]?(?P<a>WHEN)", "RANGE", _whole),
    rewrite("(?<!FROM)NOW", "POINT", lambda found: Point(found.setting.ref)),
    rewrite("(?:STARTING)(?:FROM|ON|AT|THE)*(?P<a>WHEN|POINT)", "LIMIT", _start_limit),
)  # fmt: skip

LIMITS: tuple[Rewrite, ...] = (
    rewrite("(?P<u>RANGE)", "LIMIT", _until_limit),
    rewrite("(?:FOR)(?:THE NEXT|THE)?(?P<l>LENGTH)", "LIMIT", _length_limit),
    rewrite("FROM(?P<a>WHEN)(?:ON)?", "LIMIT", _start_limit),
)
"""Only where something recurs."""
