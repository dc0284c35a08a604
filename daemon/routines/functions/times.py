"""What expressions can do with times and lengths of time; a time without a zone is the house's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from daemon.routines.values import UNKNOWN, Value, number_of
from daemon.routines.world import World

_DATE_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
_LENGTH_PARTS = ("days", "seconds", "microseconds")
_UNITS = (("year", 31_536_000), ("month", 2_592_000), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def time_of(world: World, thing: Value) -> datetime | None:
    """Return the time a thing is or says: ISO text, a day, seconds since 1970."""
    zone = world.now.tzinfo
    if isinstance(thing, datetime):
        return thing if thing.tzinfo else thing.replace(tzinfo=zone)
    if isinstance(thing, int | float) and not isinstance(thing, bool):
        return datetime.fromtimestamp(thing, zone) if 0 <= thing < 32_000_000_000 else None
    if not isinstance(thing, str):
        return None
    try:
        found = datetime.fromisoformat(thing.strip())
    except ValueError:
        number = number_of(thing)
        return None if number is None or "." not in thing else time_of(world, number)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def timestamp(world: World, thing: Value, default: Value = UNKNOWN) -> Value:
    """Return a time as seconds since 1970."""
    found = time_of(world, thing)
    return default if found is None else found.timestamp()


def as_time(world: World, thing: Value, default: Value = UNKNOWN) -> Value:
    """Return the time that a thing says."""
    found = time_of(world, thing)
    return default if found is None else found


def as_local(world: World, thing: Value) -> Value:
    """Return a time in the house's zone."""
    found = time_of(world, thing)
    return UNKNOWN if found is None else found.astimezone(world.now.tzinfo)


def today_at(world: World, text: Value = "00:00") -> Value:
    """Return a time of today."""
    if not isinstance(text, str):
        return UNKNOWN
    clock = time.fromisoformat(text.strip().zfill(5))
    return datetime.combine(world.now.date(), clock, tzinfo=world.now.tzinfo)


def written(thing: Value, form: Value) -> Value:
    """Return a time in a form of ``strftime``."""
    return thing.strftime(str(form)[:200]) if isinstance(thing, datetime) else UNKNOWN


def custom(
    world: World, thing: Value, form: Value = "%Y-%m-%d %H:%M:%S", local: Value = True, default: Value = UNKNOWN
) -> Value:
    """Return seconds since 1970 as text in a form."""
    number = number_of(thing)
    found = None if number is None else time_of(world, number)
    if found is None:
        return default
    return written(found if local else found.astimezone(UTC), form)


def parsed(world: World, text: Value, form: Value, default: Value = UNKNOWN) -> Value:
    """Return the time that a text says in a form of ``strptime``."""
    try:
        found = datetime.strptime(str(text), str(form))
    except ValueError:
        return default
    return found if found.tzinfo else found.replace(tzinfo=world.now.tzinfo)


def length(**units: Value) -> Value:
    """Return a length of time: ``timedelta(minutes=5)``."""
    numbers = {unit: number_of(value) for unit, value in units.items()}
    known = {unit: number for unit, number in numbers.items() if number is not None}
    return timedelta(**known) if len(known) == len(numbers) else UNKNOWN


def as_length(text: Value, default: Value = UNKNOWN) -> Value:
    """Return the length of time that ``HH:MM:SS`` or ``D days, HH:MM:SS`` says."""
    if isinstance(text, timedelta):
        return text
    days, _, clock = str(text).rpartition("day")
    parts = clock.lstrip("s, ").split(":")
    if len(parts) not in (2, 3):
        return default
    numbers = [float(part) for part in parts] + [0.0] * (3 - len(parts))
    day = float(days) if days.strip() else 0.0
    return timedelta(days=day, hours=numbers[0], minutes=numbers[1], seconds=numbers[2])


def ago(world: World, thing: Value, precision: Value = 1) -> Value:
    """Return in English how long ago a time was."""
    found = time_of(world, thing)
    if found is None or not isinstance(precision, int):
        return UNKNOWN
    left = int((world.now - found).total_seconds())
    if left < 0:
        return thing
    words: list[str] = []
    for unit, size_s in _UNITS:
        many, left = divmod(left, size_s)
        if many:
            words.append(f"{many} {unit}" + ("s" if many > 1 else ""))
    return " ".join(words[: precision or None]) or "0 seconds"


def moved(thing: Value, **parts: Value) -> Value:
    """Return a time with some of its parts replaced."""
    numbers = {name: value for name, value in parts.items() if isinstance(value, int)}
    if not isinstance(thing, datetime) or len(numbers) != len(parts):
        return UNKNOWN
    replace: Callable[..., datetime] = thing.replace
    return replace(**numbers)


def _seconds(thing: Value) -> Value:
    return thing.total_seconds() if isinstance(thing, timedelta) else UNKNOWN


def _replaced(thing: Value, *given: Value, **parts: Value) -> Value:
    if isinstance(thing, str):
        return thing.replace(str(given[0]), str(given[1])) if len(given) >= 2 else UNKNOWN
    return moved(thing, **parts)


def _of_time(work: Callable[[datetime], Value]) -> Callable[[Value], Value]:
    return lambda thing: work(thing) if isinstance(thing, datetime) else UNKNOWN


def field_of(thing: datetime | timedelta, name: str) -> Value:
    """Return a part of a time or of a length of time."""
    names = _DATE_PARTS if isinstance(thing, datetime) else _LENGTH_PARTS
    return int(getattr(thing, name)) if name in names else UNKNOWN


def _day(thing: datetime) -> Value:
    return date(thing.year, thing.month, thing.day).isoformat()


def _time(thing: datetime) -> Value:
    return thing.time().isoformat()


def _now(world: World) -> Value:
    return world.now


def _utc_now(world: World) -> Value:
    return world.now.astimezone(UTC)


def _in_utc(world: World, thing: Value) -> Value:
    return custom(world, thing, local=False)


TIMES: dict[str, Callable[..., Value]] = {
    "timedelta": length,
    "as_timedelta": as_length,
    ".total_seconds": _seconds,
    ".timestamp": _of_time(datetime.timestamp),
    ".strftime": written,
    ".isoformat": _of_time(datetime.isoformat),
    ".weekday": _of_time(datetime.weekday),
    ".isoweekday": _of_time(datetime.isoweekday),
    ".date": _of_time(_day),
    ".time": _of_time(_time),
    ".replace": _replaced,
}
SEEING_TIMES: dict[str, Callable[..., Value]] = {
    "now": _now,
    "utcnow": _utc_now,
    "today_at": today_at,
    "as_timestamp": timestamp,
    "as_datetime": as_time,
    "as_local": as_local,
    "strptime": parsed,
    "timestamp_custom": custom,
    "timestamp_local": custom,
    "timestamp_utc": _in_utc,
    "relative_time": ago,
    "time_since": ago,
}
