"""Rules for times by the sun, and about when they are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

from skills.grammar.when.chunks import LETTER, Found, Rewrite, rewrite
from skills.grammar.when.model import Place, SunEvent
from skills.grammar.when.pieces import SunPoint, Value
from skills.walltime import is_after, later

_EVENTS: dict[str, SunEvent] = {"sunrise": "sunrise", "sunset": "sunset", "dawn": "dawn", "dusk": "dusk"}


def _point(found: Found) -> Value:
    return SunPoint(_EVENTS[found.word("s")], sure=found.has("at"))


def _beside(found: Found) -> Value:
    """Return ``half an hour before sunset``, ``20 minutes after sunrise``."""
    length = found.length("l")
    if length is None or length.months or length.vague or length.total > timedelta(hours=12):
        return None
    sign = -1 if found.kind("r") in (LETTER["BEFORE"], LETTER["TO"]) else 1
    return SunPoint(_EVENTS[found.word("s")], sign * length.total)


def _sure(found: Found) -> Value:
    point = found.sun("p")
    return replace(point, sure=True) if point is not None and not point.sure else None


RULES: tuple[Rewrite, ...] = (
    rewrite("(?P<l>LENGTH)(?P<r>BEFORE|AFTER|PAST|TO)THE?(?P<s>SUN)(?!THING)", "SUNPOINT", _beside),
    rewrite("(?:(?P<at>AT|BEFORE|AFTER|ON|EVERY|IN|CONJ)THE?)(?P<s>SUN)(?!THING)", "SUNPOINT", _point),
    rewrite("(?P<s>SUN)(?!THING)", "SUNPOINT", _point),
    rewrite("(?<=RULE)(?P<p>SUNPOINT)", "SUNPOINT", _sure),
    rewrite("(?P<p>SUNPOINT)(?=RULE)", "SUNPOINT", _sure),
)  # fmt: skip


def sun_at(event: SunEvent, day: date, place: Place, zone: tzinfo) -> datetime | None:
    """Return about when the sun does this on a day at a place; None where it does not (the polar summer)."""
    from astral import Observer
    from astral.sun import dawn, dusk, sunrise, sunset

    known: dict[str, Callable[..., datetime]] = {"sunrise": sunrise, "sunset": sunset, "dawn": dawn, "dusk": dusk}
    try:
        return known[event](Observer(*place), date=day, tzinfo=zone).replace(microsecond=0)
    except ValueError:
        return None


def next_sun(point: SunPoint, day: date | None, place: Place, ref: datetime, zone: tzinfo) -> datetime | None:
    """Return about when a time by the sun is: on its day, else the next after `ref`."""
    for ahead in range(2):
        on = day or ref.astimezone(zone).date() + timedelta(days=ahead)
        at = sun_at(point.event, on, place, zone)
        if at is not None and (day is not None or is_after(later(at, point.offset), ref)):
            return later(at, point.offset)
    return None
