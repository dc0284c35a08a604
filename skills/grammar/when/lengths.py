"""Rules for numbers and lengths of time: ``an hour and a half``, ``90 secs``, ``three quarters of an hour``."""

from skills.grammar.when.chunks import LETTER, Found, Rewrite, rewrite
from skills.grammar.when.pieces import Bad, Clock, Length, Value

_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
MOST = 1e8
"""No length has more of any unit."""


def length_of(amount: float, unit: str, *, sure: bool = True, vague: bool = False) -> Length | None:
    """Return so many of a unit; half a month is 15 days, half a year 6 months."""
    if amount > MOST:
        return None
    if unit in _SECONDS:
        return Length(seconds=amount * _SECONDS[unit], sure=sure, vague=vague)
    if unit in ("month", "year"):
        months = amount * (12 if unit == "year" else 1)
        return Length(months=int(months), days=round((months - int(months)) * 30), sure=sure, vague=vague)
    days = amount * {"day": 1, "week": 7, "fortnight": 14}[unit]
    if days != int(days):
        return Length(days=int(days), seconds=(days - int(days)) * 86400, sure=sure, vague=vague)
    return Length(days=days, sure=sure, vague=vague)


def _unit(found: Found) -> str:
    return "second" if found.kind("u") == LETTER["SECOND"] else found.word("u")


def _counted(found: Found) -> Value:
    """Return ``5 minutes``, ``a day``, ``an hour and a half``, ``an hour and three quarters``."""
    amount = found.number("n", 1)
    if found.has("f"):
        amount += 0.5 if found.kind("f") == LETTER["HALF"] else 0.25 * found.number("q", 1)
    bare = found.kind("n") == LETTER["AN"] and not found.has("f")
    return length_of(amount, _unit(found), sure=not bare or _unit(found) == "hour")


def _next(found: Found) -> Value:
    """Return the hour of ``within the next hour``; the next day and week are days."""
    return length_of(1, found.word("u")) if found.word("u") in ("hour", "minute") else None


def _few(found: Found) -> Value:
    return length_of(3, _unit(found), vague=True)


def _half(found: Found) -> Value:
    return length_of(found.number("n") + 0.5, _unit(found))


def _quarters(found: Found) -> Value:
    quarters = 3 if found.kind("q") == LETTER["QUARTERS3"] else found.number("n", 1)
    return length_of(quarters / 4, _unit(found))


def _clocked(found: Found) -> Value:
    """Return ``1:30 hours``."""
    clock, unit = found.clock("c"), found.word("u")
    if clock is None or unit not in ("hour", "minute"):
        return None
    return length_of(clock.hour + clock.minute / 60, unit)


def _together(found: Found) -> Value:
    first, second = found.length("a"), found.length("b")
    if first is None or second is None or first.total <= second.total:
        return None
    return Length(
        first.months + second.months, first.days + second.days, first.seconds + second.seconds,
        vague=first.vague or second.vague
    )  # fmt: skip


def _and_minutes(found: Found) -> Value:
    """Return ``an hour twenty``, ``two minutes thirty``."""
    length, number = found.length("a"), found.number("n")
    if length is None or length.calendar or not 0 < number < 60 or number != int(number):
        return None
    if length.seconds % 3600 == 0:
        return Length(days=length.days, seconds=length.seconds + 60 * number)
    return Length(seconds=length.seconds + number) if length.seconds % 60 == 0 and length.seconds < 3600 else None


def _mixed(found: Found) -> Value:
    """Return ``two and a half`` and ``one and three quarters`` before a unit."""
    return found.number("a", 1) + (0.5 if found.kind("f") == LETTER["HALF"] else 0.25 * found.number("q", 1))


def _fraction(found: Found) -> Value:
    top, _, bottom = found.word("s").partition("/")
    if not (top.isdecimal() and bottom.isdecimal() and int(bottom)) or len(top) + len(bottom) > 4:
        return None
    return found.number("a") + int(top) / int(bottom)


def _decimal(found: Found) -> Value:
    whole, _, rest = found.word("s").replace(",", ".").partition(".")
    return float(f"{whole[:9]}.{rest[:6]}") if whole.isdecimal() and rest.isdecimal() else None


def _hundreds(found: Found) -> Value:
    hundreds = found.number("a", 1)
    # "Zero hundred hours" is a time of day.
    return hundreds * 100 + found.number("b") if hundreds else None


def _homophone(found: Found) -> Value:
    return found.number("n") or found.number("m")


def _tens_and_ones(found: Found) -> Value:
    """Return ``fourty five`` and other torn numbers before a unit as one."""
    tens, ones = found.number("a"), found.number("b")
    return tens + ones if tens % 10 == 0 and 20 <= tens <= 90 and 1 <= ones <= 9 else None


def _and_second(found: Found) -> Value:
    """Return ``twenty second`` where it is a number of a day, not a length."""
    tens = found.number("a") or found.number("b")
    return tens + 2 if tens in (20, 30) else None


def _old_number(found: Found) -> Value:
    """Return ``five and twenty`` past."""
    return 25.0 if found.number("a") == 5 and found.number("b") == 20 else None


def _if_two(found: Found) -> Value:
    return "to" if found.number("n") == 2 else None


def _now_clock(found: Found) -> Value:
    now = found.setting.ref
    return Clock(now.hour, now.minute, now.second, exact=True)


NUMBERS: tuple[Rewrite, ...] = (
    # What a recogniser writes for "two" and "four", and "two" for "to".
    rewrite("(?P<n>HOMOPHONE)(?=UNIT|MER|OCL)|(?<=AT)(?P<m>HOMOPHONE)(?=NUM|MER|OCL|$)", "NUM", _homophone),
    rewrite("(?P<a>NUM)(?P<b>NUM)(?=UNIT)", "NUM", _tens_and_ones),
    rewrite("(?:NUM|AN UNIT)(?:COMMA|DASH|TO|UNTIL)(?:NUM(?=UNIT)|(?<=UNIT COMMA)NUM)", "BAD", lambda _: Bad("few")),
    rewrite("NUM REPAIR(?P<n>NUM)", "NUM", lambda found: found.number("n")),
    rewrite("(?<![^IN EVERY FOR])TO(?=UNIT)", "NUM", lambda _: 2.0),
    rewrite("(?<=AT)TO(?=MER|OCL|NUM|$)", "NUM", lambda _: 2.0),
    rewrite("TO(?=OCL)", "NUM", lambda _: 2.0),
    rewrite("(?<=[AT IN])FOR(?=MER|OCL|UNIT|NUM|$)", "NUM", lambda _: 4.0),
    rewrite("(?<=PAST)FOR(?!AN|NUM|UNIT)|(?<=NUM TO)FOR(?=MER|$)|(?<=FOR)FOR(?=NUM)", "NUM", lambda _: 4.0),
    rewrite("FOR(?=MER|OCL)", "NUM", lambda _: 4.0),
    rewrite("(?<=QUARTER)(?P<n>NUM)(?=NUM)", "TO", _if_two, languages="en"),
    rewrite("(?P<a>NUM)SECOND(?=OF|MON)|(?<=THE)(?P<b>NUM)SECOND", "ORD", _and_second, languages="en"),
    rewrite("(?P<a>NUM)AND(?P<b>NUM)(?=(?:PAST|TO)(?:NUM|CLOCK))", "NUM", _old_number, languages="en"),
    rewrite("(?P<a>NUM|AN)HUNDRED AND?(?P<b>NUM)?(?=UNIT)", "NUM", _hundreds),
    rewrite("(?P<a>NUM|AN)AND AN?(?P<f>HALF|QUARTER)(?=UNIT)", "NUM", _mixed),
    rewrite("(?P<a>NUM|AN)AND(?P<q>NUM)(?P<f>QUARTER)(?=UNIT)", "NUM", _mixed),
    rewrite("(?P<a>NUM)?(?P<s>SLASH)(?=UNIT)", "NUM", _fraction),
    rewrite("(?P<s>DOT)(?=UNIT)", "NUM", _decimal),
)  # fmt: skip
"""Applied before everything else."""

RULES: tuple[Rewrite, ...] = (
    rewrite(
        "(?:(?P<n>NUM|AN)|(?<=EVERY))(?P<u>UNIT|SECOND)AND(?:AN|THE)?(?P<q>NUM)?"
        "(?P<f>HALF|QUARTER)(?!UNIT|(?:PAST|TO)(?:NUM|CLOCK|PART))",
        "LENGTH", _counted,
    ),
    rewrite("(?P<n>NUM)(?:AN)?HALF AN?(?P<u>UNIT)", "LENGTH", _half),
    rewrite("AN?HALF(?:AN|OF AN)?(?P<u>UNIT)", "LENGTH", _half),
    rewrite("(?P<n>NUM|AN)?(?P<q>QUARTER|QUARTERS3)OF?AN?(?P<u>UNIT)", "LENGTH", _quarters),
    rewrite("(?P<c>CLOCK)(?P<u>UNIT)", "LENGTH", _clocked),
    rewrite("AN?(?P<n>FEW)(?P<u>UNIT)", "LENGTH", _few),
    rewrite("(?P<n>NUM|AN)(?P<u>UNIT|SECOND)(?!UNIT)", "LENGTH", _counted),
    rewrite("(?<=NEXT)(?P<u>UNIT)(?!AT)", "LENGTH", _next),
    rewrite("(?P<a>LENGTH)(?:COMMA|AND|COMMA AND)?(?P<b>LENGTH)", "LENGTH", _together),
    rewrite("(?P<a>LENGTH)AND?(?P<n>NUM)(?![OTHER UNIT MEASURE THING TO OCL MER CLOCK MON])", "LENGTH", _and_minutes),
)  # fmt: skip
"""Applied after the times of day."""

SAME_TIME: tuple[Rewrite, ...] = (
    rewrite("(?:AT|THE)*SAME(?=ON?(?:DAY|EVERY|RULE))", "CLOCK", _now_clock),
    rewrite("(?<=[DAY RULE])AT?SAME", "CLOCK", _now_clock),
)
"""``this time tomorrow``: the clock on the wall as it is now."""
