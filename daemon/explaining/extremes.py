"""How warm or damp it got, and whether it rained: answered from what was kept of the sensors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daemon.explaining import words
from daemon.explaining.question import span_of
from daemon.history.recording import Kept, Recording
from devices.model import Area, Entity, HomeView
from devices.names import fold
from skills.builtin.states import with_unit
from skills.builtin.times import lasting
from skills.builtin.weather import OUTSIDE
from skills.builtin.words import degrees, percent, room, sentence, to_number, when
from skills.language import say

RAIN: Final = "rain"
"""What is sought where it is asked whether it rained: no class of sensors, but a word of their names."""
LATE: Final = timedelta(hours=1)
"""A record that begins so long after the time that is asked about has missed some of it."""

_HIGH: Final = r"highest|maximum|max|peak|warmest|hottest|höchste\w*|maximale?|wärmste\w*"
_LOW: Final = r"lowest|minimum|min|coldest|coolest|niedrigste\w*|tiefste\w*|minimale?|kälteste\w*"
_MEASURES: Final = (
    ("temperature", r"temperatures?|temp|temperatur"),
    ("humidity", r"humidity|luftfeuchtigkeit|luftfeuchte|feuchtigkeit"),
)
_FORMS: Final = tuple(
    (measure, most, re.compile(rf"(?i)^\W*(?:and )?(?:what|wie|was)\b.*\b(?:{way})\s+(?:\w+ )?(?:{noun})\b"))
    for measure, noun in _MEASURES
    for most, way in ((True, _HIGH), (False, _LOW))
)
_GOT: Final = (
    (
        True,
        re.compile(
            r"(?i)^\W*(?:and )?(?:how (?:warm|hot) did it get"
            r"|what was the (?:warmest|hottest) (?:that )?it (?:got|was)"
            r"|wie (?:warm|heiß) (?:wurde|ist) es\b.*geworden)\b"
        ),
    ),
    (
        False,
        re.compile(
            r"(?i)^\W*(?:and )?(?:how (?:cold|cool) did it get"
            r"|what was the (?:coldest|coolest) (?:that )?it (?:got|was)"
            r"|wie kalt (?:wurde|ist) es\b.*geworden)\b"
        ),
    ),
)
_RAINED: Final = re.compile(
    r"(?i)^\W*(?:has it (?:been raining|rained)|did it rain|hat es\b.*\bgeregnet)\b(?!.*\b(?:tomorrow|morgen)\b)"
)
_ELSEWHEN: Final = re.compile(
    r"(?i)\b(?:tomorrow|forecast|will|weeks?|weekend|months?|years?|ever|next"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?<!heute )morgen|übermorgen|vorhersage|wochen?|wochenende|monate?|jahre?|nächste\w*|jemals|wird"
    r"|am (?:mon|diens|donners|frei|sams|sonn)tag|am mittwoch)\b"
)
"""What a forecast is asked for, or more of the past than is looked through."""
_WET: Final = re.compile(r"(?i)\b(?:rain|raining|regen)\b")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked of the sensors of one place."""

    measure: str
    """A device class of sensors, or `RAIN`."""
    most: bool
    """The highest that was measured, else the lowest."""
    things: tuple[Entity, ...]
    area: Area | None
    """Where; none: outside."""
    since: datetime
    until: datetime


def read_extreme(text: str, home: HomeView, now: datetime) -> Sought | None:
    """Return what a question asks about the sensors of the past; ``None``: it is none, or nothing here measures that.

    Without a day it is about today, without a room about outside.
    """
    asked = _asked(text)
    if asked is None:
        return None
    measure, most = asked
    since, until = span_of(words.plain(text), now)
    said = f" {fold(text)} "
    area = next(
        (one for one in home.areas() if any(f" {fold(name)} " in said for name in (one.name, *one.aliases))), None
    )
    things = tuple(one for one in home.entities() if _measures(one, measure) and _is_there(one, area, home, measure))
    if not things or (area is not None and OUTSIDE.search(area.name)):
        area = None
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Sought(measure, most, things, area, since or midnight, min(until or now, now)) if things else None


def told_extreme(sought: Sought, recording: Recording, now: datetime) -> str:
    """Return the answer from what was kept of the things that were sought."""
    kept = [*recording.before.values(), *recording.changes]
    if not kept:
        return say("There is no record of that.")
    told = _told_rain(kept, sought) if sought.measure == RAIN else _told_measure(kept, sought, now)
    begun = min(max(one.at, sought.since) for one in kept)
    if begun - sought.since < LATE:
        return told
    return f"{told} {sentence(say('the record begins {when}', when=when(begun, now)))}"


def _told_measure(kept: Sequence[Kept], sought: Sought, now: datetime) -> str:
    measured = [(value, one) for one in kept if (value := to_number(one.value)) is not None]
    if not measured:
        return say("There is no record of that.")
    value, one = (max if sought.most else min)(measured, key=lambda pair: pair[0])
    said = percent(value) if sought.measure == "humidity" else _warmth(value, sought.things)
    place = say("outside") if sought.area is None else f"{room(sought.area.name):in}"
    text = "the highest {place} was {value}, {when}" if sought.most else "the lowest {place} was {value}, {when}"
    return sentence(say(text, place=place, value=said, when=when(max(one.at, sought.since), now)))


def _warmth(value: float, things: Sequence[Entity]) -> str:
    unit = things[0].unit
    return degrees(value) if unit in (None, "°C") else with_unit(str(value), unit)


def _told_rain(kept: Sequence[Kept], sought: Sought) -> str:
    wet_s, began = 0.0, dict[str, datetime]()
    for one in sorted(kept, key=lambda one: one.at):
        start = began.pop(one.entity, None)
        wet_s += 0.0 if start is None else (one.at - start).total_seconds()
        if one.value == "on":
            began[one.entity] = max(one.at, sought.since)
    wet_s += sum((sought.until - start).total_seconds() for start in began.values())
    if wet_s <= 0.0:
        return say("No rain was recorded.")
    return sentence(say("yes, {length} in all", length=lasting(wet_s / len(sought.things))))


def _asked(text: str) -> tuple[str, bool] | None:
    if _ELSEWHEN.search(text):
        return None
    if _RAINED.search(text):
        return RAIN, True
    form = next(((measure, most) for measure, most, form in _FORMS if form.search(text)), None)
    return form or next((("temperature", most) for most, got in _GOT if got.search(text)), None)


def _measures(thing: Entity, measure: str) -> bool:
    if measure == RAIN:
        return thing.domain == "binary_sensor" and _WET.search(thing.name) is not None
    return thing.domain == "sensor" and thing.device_class == measure


def _is_there(thing: Entity, area: Area | None, home: HomeView, measure: str) -> bool:
    if measure == RAIN:
        return True
    if area is not None:
        return thing.area == area.id
    place = home.area(thing.area) if thing.area is not None else None
    return OUTSIDE.search(thing.name if place is None else place.name) is not None
