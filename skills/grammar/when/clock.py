"""Rules for the time of day: in digits, as it is spoken, by the half and the quarter, with a part of the day."""

from dataclasses import replace
from typing import Literal

from skills.grammar.when.chunks import LETTER, Found, Rewrite, rewrite
from skills.grammar.when.pieces import Bad, Clock, Clocks, Part, Value
from skills.grammar.when.vocabulary import PARTS

NOT_COUNTED = "(?!HALF|QUARTER|UNIT|SECOND|MEASURE|THING|HUNDRED|MON|TIMES)"
"""A number before one of these counts something else than hours."""

_MINUTES = f"(?:OH(?P<z>NUM){NOT_COUNTED}|(?P<m>NUM){NOT_COUNTED})?"
_ON_THE = "(?:IN THE|AT THE|ON)?"
_DAY_MINUTES = 24 * 60
_MINUTES_OF = {LETTER["AN"]: 1, LETTER["QUARTER"]: 15, LETTER["HALF"]: 30, LETTER["QUARTERS3"]: 45}


def clock_of(hour: float, minute: float = 0, half: str = "", *, exact: bool = False) -> Clock | Bad:
    """Return the time of day that was said, or that there is none such."""
    said = f"{hour:g}:{minute:02.0f}{half and ' ' + half}"
    if hour != int(hour) or minute != int(minute) or not 0 <= hour <= 24 or not 0 <= minute < 60:
        return Bad(said)
    if half:
        if hour > 12:
            return Bad(said) if half == "am" else Clock(int(hour), int(minute), exact=True)
        return Clock(int(hour) % 12 + (12 if half == "pm" else 0), int(minute), exact=True, halved=True)
    return Clock(int(hour), int(minute), exact=exact or hour > 12 or hour == 0)


def shifted(clock: Clock, minutes: float) -> Clock:
    """Return the time of day so many minutes later; a bare hour stays one."""
    total = clock.hour * 60 + clock.minute + minutes
    second = clock.second + round(total % 1 * 60)
    if clock.exact:
        if total < 0:
            total += _DAY_MINUTES
        return replace(clock, hour=int(total // 60), minute=int(total % 60), second=second)
    total %= _DAY_MINUTES / 2
    return replace(clock, hour=int(total // 60) or 12, minute=int(total % 60), second=second)


def _spoken(found: Found) -> Value:
    """Return ``seven``, ``seven thirty``, ``seven oh five``, with or without am and pm."""
    minute = found.number("z") if found.has("z") else found.number("m")
    if found.has("z") and minute > 9:
        return None
    if found.has("m") and minute < 10:
        return None
    return clock_of(found.number("h"), minute, found.word("x"))


def _spoken_if_valid(found: Found) -> Value:
    """Return the same where two bare numbers need not be a time at all."""
    clock = _spoken(found)
    return None if isinstance(clock, Bad) else clock


def _waking(found: Found) -> Value:
    return _spoken_if_valid(found) if found.setting.waking else None


def _answer(found: Found) -> Value:
    """Return a time for a text that is only numbers: ``nineteen thirty``, and ``seven`` to who asked when."""
    if not (found.has("m") or found.has("z")) and found.setting.use not in ("reminder", "routine"):
        return None
    return _spoken_if_valid(found)


def _to_or_past(found: Found) -> Value:
    """Return ``quarter to eight``, ``twenty five past six``, ``zehn vor halb acht``."""
    kind, relation = found.kind("m"), found.kind("r")
    if kind == LETTER["AN"] and not found.has("u"):
        return None
    minutes = _MINUTES_OF.get(kind, found.number("m"))
    before = relation in (LETTER["TO"], LETTER["BEFORE"], LETTER["OF"])
    german = found.setting.language == "de"
    if kind == LETTER["HALF"] and (before or german):
        return None
    if found.has("u"):
        if found.word("u") != "minute":
            return None
    elif relation in (LETTER["AFTER"], LETTER["BEFORE"]) and not german and kind == LETTER["NUM"]:
        return None
    if not 0 < minutes < 60 or (minutes % 5 and not found.has("u") and relation in (LETTER["TO"], LETTER["OF"])):
        return None
    base = found.clock("h") or clock_of(found.number("h"), 0, found.word("x"))
    if isinstance(base, Bad):
        return base
    if found.has("x") and found.clock("h") is not None:
        base = _with_half(base, found.word("x"))
    if found.has("half"):
        base = shifted(base, -30)
    return shifted(base, -minutes if before else minutes)


def _with_half(clock: Clock, half: str) -> Clock:
    if clock.exact:
        return clock
    hour = clock.hour % 12 + (12 if half == "pm" else 0)
    return Clock(hour, clock.minute, clock.second, exact=True, halved=True)


def _half(found: Found) -> Value:
    """Return ``half six``: 6:30 in English, 5:30 in German."""
    base = clock_of(found.number("h"))
    if isinstance(base, Bad):
        return None
    base = shifted(base, -30 if found.setting.language == "de" else 30)
    return _with_half(base, found.word("x")) if found.has("x") else base


def _german_quarter(found: Found) -> Value:
    base = clock_of(found.number("h"))
    minutes = 45 if found.kind("q") == LETTER["QUARTER"] else 15
    return None if isinstance(base, Bad) else shifted(base, -minutes)


def _digital(found: Found) -> Value:
    clock = found.clock("c")
    return _with_half(clock, found.word("x")) if clock is not None else None


def _pointed(found: Found) -> Value:
    """Return ``7.30`` where a time of day is expected."""
    hour, _, minute = found.word("c").replace(",", ".").partition(".")
    if len(minute) != 2 or not hour.isdecimal() or not minute.isdecimal():
        return None
    return clock_of(int(hour), int(minute), found.word("x"), exact=hour[0] == "0")


def _military(found: Found) -> Value:
    """Return ``oh seven hundred``, ``twenty two hundred hours``."""
    hour, minute = found.number("h"), found.number("m")
    zero = found.has("o") and (found.kind("o") == LETTER["OH"] or found.number("o") == 0)
    if (
        not (zero or found.has("u") or hour >= 10 or not hour)
        or hour > 24
        or (found.has("u") and found.word("u") != "hour")
    ):
        return None
    if found.kind("o") == LETTER["NUM"] and found.number("o"):
        return None
    clock = clock_of(hour, minute, exact=True)
    return None if isinstance(clock, Bad) else clock


def _four_digits(found: Found) -> Value:
    """Return ``1930``, ``630 pm``, ``2100 hours``."""
    number = found.whole("h")
    if not 100 <= number <= 2400 or (found.has("u") and found.word("u") != "hour"):
        return None
    clock = clock_of(number // 100, number % 100, found.word("x"), exact=found.has("u"))
    return None if isinstance(clock, Bad) else clock


def _for_four(found: Found) -> Value:
    """Return what a recogniser writes as ``for thirty pm``."""
    minute = found.number("m")
    return clock_of(4, minute, found.word("x")) if 12 < minute < 60 else None


def _hours(found: Found) -> Value:
    """Return ``at 17h`` and ``at 17h30``."""
    clock = clock_of(found.number("h"), found.number("m"), exact=True)
    return None if found.word("u") != "hour" or isinstance(clock, Bad) else clock


def _oclock(found: Found) -> Value:
    hour = found.number("h") if found.kind("h") == LETTER["NUM"] else 1
    return clock_of(hour, found.number("m"), found.word("x"))


def _several(found: Found) -> Value:
    """Return ``7 and 19``, ``9 15 and 18 30``, ``6 and 8 pm``."""
    clocks: list[Clock] = []
    hour: float | None = None
    for chunk in found.all():
        number = chunk.value if chunk.kind == LETTER["NUM"] and isinstance(chunk.value, float) else None
        clock = chunk.value
        if number is not None and hour is not None:
            clock = clock_of(hour, number) if number >= 10 else None
            clocks.pop()
        elif number is not None:
            clock = clock_of(number)
        if isinstance(clock, Clock):
            clocks.append(clock)
        elif number is not None:
            return None
        hour = None if hour is not None else number
    return Clocks(_in_one_half(clocks))


def _in_one_half(clocks: list[Clock]) -> tuple[Clock, ...]:
    """Return times of day of which the last was said with pm, with it for the bare ones before: ``6 and 8 pm``.

    Not if they would come after it: ``8, 12 and 6 pm``.
    """
    last = clocks[-1]
    if not last.halved or last.hour < 12 or any(clock.exact for clock in clocks[:-1]):
        return tuple(clocks)
    later = [replace(clock, hour=clock.hour % 12 + 12, exact=True) for clock in clocks[:-1]]
    rising = all(one.hour * 60 + one.minute < last.hour * 60 + last.minute for one in later)
    return (*later, last) if rising else tuple(clocks)


def _in_parts(found: Found) -> Value:
    """Return ``mornings at 8 and evenings at 9``, ``morgens und abends um acht``."""
    first = found.clock("c")
    said = [(found.part("p"), first or found.clock("d")), (found.part("q"), found.clock("d"))]
    clocks: list[Clock] = []
    for part, clock in said:
        if part is None or clock is None:
            return None
        half = half_of(clock.hour, part)
        if not clock.exact and half == "after midnight":
            return None
        clocks.append(clock if clock.exact else _with_half(clock, half))
    return Clocks(tuple(clocks), daily=True)


def _two_hours(found: Found) -> Value:
    """Return what is heard as one number: there is no ``achtundzwanzig Uhr``, but eight and twenty."""
    number = found.whole("h")
    return Clocks((Clock(number - 20), Clock(20, exact=True))) if 25 <= number <= 29 else None


def _midday(found: Found) -> Value:
    """Return the part of the day that German ``mittag`` is before a time of day."""
    return PARTS["lunch"] if found.clock("c") == Clock(12, exact=True) else None


def _either(found: Found) -> Value:
    """Return that ``at 7 or 8`` is two times."""
    return Bad("or") if found.word("o") in ("or", "oder") else None


def _repaired(found: Found) -> Value:
    """Return the second of ``at seven, no, at eight``."""
    return found.clock("c") or clock_of(found.number("c"))


def _in_part(found: Found) -> Value:
    """Return a part of the day that was said as a time: ``in the morning``, ``this evening``."""
    part = found.part("p")
    if part is None or (part.free and not found.has("t")):
        return None
    return replace(part, free=True, today=found.has("t") or part.today)


def _as_part(found: Found) -> Value:
    part = found.part("p")
    return None if part is None else replace(part, free=True)


def half_of(hour: int, part: Part) -> Literal["am", "pm", "after midnight"]:
    """Return which half of the day a bare hour is in that was said with a part of the day."""
    if part.last <= 12 * 60:
        return "am"
    if part.name in ("night", "tonight", "late", "late tonight", "bedtime"):
        return "pm" if 6 <= hour <= 11 else "after midnight"
    if part.name == "evening" and hour == 12:
        return "after midnight"
    return "am" if part.name == "lunch" and hour == 11 else "pm"


RULES: tuple[Rewrite, ...] = (
    rewrite("(?P<c>CLOCK)(?=AT(?:NUM|CLOCK|HALF|QUARTER))", "PART", _midday, languages="de"),
    rewrite(
        "AN?(?P<m>NUM|QUARTER|HALF|AN)(?P<u>UNIT)?(?P<r>PAST|(?<!FROM NUM)(?<!BETWEEN NUM)TO|AFTER|BEFORE|OF)"
        "(?P<half>HALF)?"
        f"(?P<h>NUM|CLOCK)OCL?(?P<x>MER)?{NOT_COUNTED}",
        "CLOCK", _to_or_past,
    ),
    rewrite(f"HALF(?P<h>NUM)OCL?(?P<x>MER)?{NOT_COUNTED}", "CLOCK", _half),
    rewrite(f"(?P<q>QUARTER|QUARTERS3)(?P<h>NUM)OCL?{NOT_COUNTED}", "CLOCK", _german_quarter, languages="de"),
    rewrite("(?P<o>OH|NUM)?(?P<h>NUM)HUNDRED(?P<u>UNIT)?(?!AND|NUM|MEASURE|THING)", "CLOCK", _military),
    rewrite(f"(?P<o>OH|NUM)(?P<h>NUM)(?P<m>NUM){NOT_COUNTED}", "CLOCK", _military),
    rewrite("(?<=AT)(?P<h>NUM)(?P<u>UNIT)(?P<m>NUM)?", "CLOCK", _hours),
    rewrite("(?P<h>NUM)(?:(?P<u>UNIT)|(?P<x>MER))", "CLOCK", _four_digits),
    rewrite(f"(?<=AT)(?P<h>NUM){NOT_COUNTED}", "CLOCK", _four_digits),
    rewrite("(?<=AT)(?P<h>NUM)OCL", "CLOCKS", _two_hours, languages="de"),
    rewrite(f"(?P<h>NUM|AN)OCL(?P<x>MER)?(?:(?P<m>NUM){NOT_COUNTED})?", "CLOCK", _oclock),
    rewrite("FOR(?P<m>NUM)(?P<x>MER)", "CLOCK", _for_four),
    rewrite("(?P<h>NUM)(?:OH(?P<z>NUM)|(?P<m>NUM))?(?P<x>MER)", "CLOCK", _spoken),
    rewrite("(?P<c>CLOCK)(?P<x>MER)", "CLOCK", _digital),
    rewrite("(?P<c>CLOCK)OCL", "CLOCK", lambda found: found.clock("c")),
    rewrite("(?P<c>DOT)OCL?(?P<x>MER)", "CLOCK", _pointed),
    rewrite("(?P<c>DOT)OCL", "CLOCK", _pointed),
    rewrite(f"(?<=AT)(?P<c>DOT){NOT_COUNTED}", "CLOCK", _pointed),
    rewrite(
        f"(?<=[AT BEFORE AFTER UNTIL FROM BETWEEN STARTING])(?P<h>NUM){_MINUTES}{NOT_COUNTED}",
        "CLOCK", _spoken_if_valid,
    ),
    rewrite(f"(?<=[FOR TO WAKE])(?P<h>NUM){_MINUTES}{NOT_COUNTED}", "CLOCK", _waking),
    rewrite(f"(?<=CLOCK[TO UNTIL DASH])AT?(?P<h>NUM){_MINUTES}{NOT_COUNTED}", "CLOCK", _spoken_if_valid),
    rewrite(f"(?<=BETWEEN CLOCK AND)(?P<h>NUM){_MINUTES}{NOT_COUNTED}", "CLOCK", _spoken_if_valid),
    rewrite("(?P<h>NUM)(?=[TO UNTIL DASH]CLOCK)", "CLOCK", _spoken_if_valid),
    rewrite(f"(?P<h>NUM){_MINUTES}(?=(?:IN THE|AT|THIS|IN)?(?:PART|PARTS))", "CLOCK", _spoken_if_valid),
    rewrite(f"^(?P<h>NUM){_MINUTES}$", "CLOCK", _answer),
    rewrite(
        f"{_ON_THE}(?P<p>PARTS)AT?(?P<c>CLOCK)(?:AND|COMMA)+{_ON_THE}(?P<q>PARTS)AT?(?P<d>CLOCK)",
        "CLOCKS", _in_parts,
    ),
    rewrite(f"{_ON_THE}(?P<p>PARTS)(?:AND|COMMA)+(?P<q>PARTS)AT(?P<d>CLOCK)", "CLOCKS", _in_parts),
    rewrite(
        f"(?<=[AT FOR])CLOCK(?:[COMMA AND]AT?(?:CLOCK|NUM NUM?){NOT_COUNTED})*"
        f"(?:AND|COMMA AND)AT?(?:CLOCK|NUM NUM?){NOT_COUNTED}",
        "CLOCKS", _several,
    ),
    rewrite(f"CLOCK(?P<o>COMMA)AT?(?:CLOCK|NUM){NOT_COUNTED}", "BAD", _either),
    rewrite("CLOCK REPAIR AT?(?P<c>CLOCK|NUM)", "CLOCK", _repaired),
    rewrite("(?<=CLOCK)(?P<p>PARTS)", "PART", _as_part),
    rewrite("(?P<p>PARTS)(?=AT CLOCK)", "PART", _as_part, languages="de"),
    rewrite("(?P<t>THIS)(?P<p>PART)", "PART", _in_part),
    rewrite("(?:IN|AT|ON|FOR)THE?(?P<p>PART)", "PART", _in_part),
)  # fmt: skip
"""In this order: what says most first."""

BESIDE_DAYS: tuple[Rewrite, ...] = (
    rewrite(f"(?<=[DAY PART])(?P<h>NUM){_MINUTES}(?!OTHER){NOT_COUNTED}", "CLOCK", _spoken_if_valid),
    rewrite(f"(?<![^FOR AT TO])(?P<h>NUM){_MINUTES}(?=DAY)", "CLOCK", _spoken_if_valid),
)
"""Bare numbers that are a time because a day stands beside them."""
