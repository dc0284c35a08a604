"""What a question about the past is about: which things and routines, which way, since when, and whether it did not."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from daemon.explaining import words
from daemon.explaining.timeline import Timeline
from daemon.routines.model import Routine
from devices.model import Entity
from devices.names import fold

MOST_THINGS = 12
MOST_UNITS = 1_000
"""Hours or minutes that are looked back."""
_CLOSE = 0.12
"""Things whose names fit nearly as well as the best are meant too."""
_LEAST = 0.35
_HARDLY, _NEARLY = 0.34, 0.8
"""So much of a routine's name must be said, where routines are spoken of, and where they are not."""
_FIRST_IN_NAME = 4
"""A word of so many letters or more may be the beginning of a compound: ``Kaffee``."""
_LAST_IN_NAME = 5
"""And of so many its end: ``Licht``; a room is no bedroom."""
_PASSIVE = ("binary_sensor", "sensor", "weather", "calendar", "timer", "counter", "person", "zone", "todo")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood."""

    things: tuple[Entity, ...] = ()
    """What it may be about, the likeliest first."""
    routines: tuple[Routine, ...] = ()
    """Routines that it names."""
    negative: bool = False
    """Why it did not happen; else why it did, or is so."""
    up: bool | None = None
    """Which way: on, open; false off, closed; none where it does not say."""
    telling: bool = False
    """It is about a message to people."""
    general: bool = False
    """It is about routines as such."""
    still: bool = False
    """It has been so for too long: ``up`` is what was to come."""
    since: datetime | None = None
    until: datetime | None = None
    clock: time | None = None
    """The time of day that it names."""


def is_why(text: str) -> bool:
    """Say whether words ask about a cause."""
    return words.WHY.search(words.plain(text)) is not None


def read_question(text: str, timeline: Timeline) -> Question:
    """Understand a question about the past."""
    said = words.plain(text)
    core = _core(said)
    telling = words.TELLING.search(core) is not None
    things = _things(said, core, timeline.things.values(), timeline)
    negative = words.NOT.search(core) is not None
    still = words.STILL.search(core) is not None and not negative
    named = _routines(said, timeline, alone=not things)
    if named and not words.ROUTINES.search(said):
        things = ()
    up = _way(core, things)
    if up is None and (negative or still) and not telling:
        up = not still
    since, until = span_of(said, timeline.now)
    return Question(
        things=things,
        routines=named,
        negative=negative or still,
        up=not up if still and up is not None else up,
        telling=telling,
        general=words.ROUTINES.search(core) is not None and not named,
        still=still,
        since=since,
        until=until,
        clock=_clock(said),
    )


def _core(said: str) -> str:
    """Return the clause that asks, without what it is set against: ``although the routine ran``."""
    clauses = [words.NOTWITHSTANDING.sub("", clause).strip() or clause for clause in said.split(",")]
    asking = next((place for place, clause in enumerate(clauses) if words.WHY.search(clause)), 0)
    # "Why is it so dark? Why did the lamp not come on?": the last is what is asked, the first how somebody came to it.
    again = [place for place, clause in enumerate(clauses) if words.WHY.match(clause)]
    asking = again[-1] if asking in again else asking
    further = clauses[asking + 1 :]
    if words.NOT.search(clauses[asking]) is None and (more := [each for each in further if words.ASKS.match(each)]):
        # "Why is it so hot, did the fan not run?"
        return more[0]
    bare = words.WHY.sub("", clauses[asking]).strip()
    if bare and not set(bare.split()) <= words.IDLE:
        return clauses[asking]
    first = said.split(",", maxsplit=1)[0]
    # "I turned it on and it went off, why?"
    return first.rpartition(" and ")[2] if " and " in first else clauses[0]


def _way(core: str, things: Sequence[Entity]) -> bool | None:
    if things and things[0].domain in words.LOUD and words.UP_BEFORE.search(core):
        return True
    names = {token for thing in things for name in (thing.name, *thing.aliases) for token in fold(name).split()}
    found = [(match, up) for up, pattern in ((True, words.UP), (False, words.DOWN)) for match in pattern.finditer(core)]
    found = [(match, up) for match, up in found if match.group() not in names or match.group() in ("on", "off")]
    domain = things[0].domain if things else ""
    if things and things[0].device_class in _GOES_OUT:
        found = [(match, True if match.group() == "aus" else up) for match, up in found]
    if domain == "light":
        # "The light went out", "is out": no lamp comes out.
        found = [(match, False if match.group() == "out" else up) for match, up in found]
    if domain == "climate":
        found = [(match, up) for match, up in found if match.group() not in _FELT]
    if not found:
        return None
    # Of "the light came on" it is the last word that counts, of "open the blinds" the only one.
    strong = [pair for pair in found if pair[0].group() not in _WEAK] or found
    return min(strong, key=lambda pair: pair[0].start())[1]


_FELT = words.words_of("cold cool warm hot kalt kuhl warm heiss")
"""How a room feels is not which way its heating went."""
_GOES_OUT = frozenset({"awning"})
"""What is out when it is open: ``ausgefahren``."""
_WEAK = words.words_of("geht ging up out da work working react reacting water run runs running ran kommt gekommen")


def _things(said: str, core: str, house: Collection[Entity], timeline: Timeline) -> tuple[Entity, ...]:
    for text in (core, said):
        found = _matched(text, house, timeline)
        if found:
            return found
    return ()


def _matched(text: str, house: Collection[Entity], timeline: Timeline) -> tuple[Entity, ...]:
    spoken = [token for token in re.split(r"[ ,]+", text) if token]
    spoken += [more for token in spoken for more in words.MORE.get(token, "").split()]
    heard = set(spoken)
    df = _frequencies(house)
    rooms = {area.id for area in timeline.areas.values() if _says(text, (area.name, *area.aliases))}
    kinds = {kind for kind, signs in words.KINDS.items() if signs & heard}
    scored: list[tuple[float, Entity, frozenset[str]]] = []
    for thing in house:
        score, by = max((_fit(name, heard, df) for name in (thing.name, *thing.aliases)), key=lambda pair: pair[0])
        in_room = thing.area is not None and thing.area in rooms
        if thing.domain in kinds:
            score += 0.6 if score > 0 or in_room else 0.3 if not rooms else 0.0
        if in_room and score > 0:
            score += 0.4
        if thing.domain in _PASSIVE:
            score -= 0.05
        elif len(by) > 1 and any(
            by <= heard and by == frozenset(fold(name).split()) for name in (thing.name, *thing.aliases)
        ):
            # The whole name was said: "the Christmas lights" are a switch.
            score += 0.7
        if score >= _LEAST or (thing.domain in kinds and score > 0):
            scored.append((score, thing, by))
    if not scored:
        return ()
    best, first, by_first = max(scored, key=lambda each: (each[0], each[1].id))
    # "The blinds" are all of them, whichever has the shorter name.
    close = [
        (score, thing) for score, thing, by in scored
        if score >= best - _CLOSE or (by == by_first and thing.domain == first.domain and thing.area not in rooms)
    ]  # fmt: skip
    close.sort(key=lambda pair: (-pair[0], pair[1].domain in _PASSIVE, pair[1].id))
    return tuple(thing for _, thing in close[:MOST_THINGS])


def _says(text: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(words.plain(name))}\b", text) for name in names if name)


def _frequencies(house: Collection[Entity]) -> dict[str, int]:
    df: dict[str, int] = {}
    for thing in house:
        for token in {token for name in (thing.name, *thing.aliases) for token in fold(name).split()}:
            df[token] = df.get(token, 0) + 1
    return df


def _fit(name: str, heard: set[str], df: dict[str, int]) -> tuple[float, frozenset[str]]:
    """Return how well a name fits what was heard, and by which of its words."""
    tokens = fold(name).split()
    weights = [1 / df.get(token, 1) for token in tokens]
    whole = sum(weights)
    if not whole:
        return 0.0, frozenset()
    known = [_heard(token, heard) for token in tokens]
    got = sum(weight * part for weight, part in zip(weights, known, strict=True))
    by = frozenset(token for token, part in zip(tokens, known, strict=True) if part)
    return got / whole * (1 + 0.15 * (len(tokens) - 1)), by


def _heard(token: str, heard: set[str]) -> float:
    if token in heard or token.rstrip("s") in heard or f"{token}s" in heard:
        return 1.0
    parts = (each for each in heard if len(each) >= _FIRST_IN_NAME and each not in words.IDLE)
    return (
        0.6
        if any(token.startswith(each) or (len(each) >= _LAST_IN_NAME and token.endswith(each)) for each in parts)
        else 0.0
    )


def _routines(said: str, timeline: Timeline, *, alone: bool) -> tuple[Routine, ...]:
    """Return the routines that are named: where one is spoken of, and else where no thing is or the whole name stands.

    ``alone``: no thing was named.
    """
    heard = {token for token in re.split(r"[ ,]+", said) if token and token not in words.IDLE}
    spoken_of = words.ROUTINES.search(said) is not None
    names = {fold(name) for thing in timeline.things.values() for name in (thing.name, *thing.aliases)}
    found: list[tuple[float, Routine]] = []
    for routine in timeline.routines:
        alias = fold(routine.alias or routine.id)
        tokens = [token for token in alias.split() if token not in words.IDLE]
        fit = sum(_heard(token, heard) for token in tokens) / len(tokens) if tokens else 0.0
        whole = alias in said and len(tokens) > 1 and not any(name in alias for name in names)
        if whole or (spoken_of and fit >= _HARDLY) or (alone and fit >= _NEARLY):
            found.append((fit, routine))
    best = max((fit for fit, _ in found), default=0.0)
    return tuple(routine for fit, routine in found if fit >= best - 0.01)


def _clock(said: str) -> time | None:
    found = words.CLOCK.search(said)
    if found is None:
        return None
    hour = words.NUMBERS.get(found["hour"]) if not found["hour"].isdigit() else int(found["hour"])
    if hour is None or hour > 24:
        return None
    minute = int(found["minute"] or 0)
    if found["half"] == "halb ":
        hour, minute = hour - 1, 30
    elif found["half"]:
        minute = 30
    if found["half_day"] == "pm" and hour < 12:
        hour += 12
    return time(hour % 24, minute) if minute < 60 else None


def _lately(found: re.Match[str]) -> timedelta:
    count = int(found["count"] or found["zahl"] or 1)
    hour = (found["unit"] or found["einheit"]) in ("hour", "stunde")
    length = min(count, MOST_UNITS) * (timedelta(hours=1) if hour else timedelta(minutes=1))
    return length / 2 if found["half"] or found["halbe"] else length


def span_of(said: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return between which moments it was, as far as the words say."""
    lately = words.LATELY.search(said)
    if lately is not None:
        return now - _lately(lately), now
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    part = next(((begins, ends) for pattern, begins, ends in words.PARTS if pattern.search(said)), None)
    if words.YESTERDAY.search(said):
        day = midnight - timedelta(days=1)
    elif words.TODAY.search(said):
        day = midnight
    else:
        return None, None
    if part is None:
        return day, day + timedelta(days=1)
    if part[1] > 24 and day == midnight and now.hour < 20:
        # "heute Nacht", asked in the morning, is the night that is over.
        day -= timedelta(days=1)
    return day + timedelta(hours=part[0]), day + timedelta(hours=part[1])
