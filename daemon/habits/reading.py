"""Reads a household's past for habits: from the file of the history, thing by thing, with whose doing each turn was."""

import sqlite3
import time
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from daemon.explaining.effects import state_is_up
from daemon.habits.levels import SCALES, Levels, levelled
from daemon.habits.model import Who
from daemon.habits.record import Place, Turns
from daemon.history.recording import OURS
from devices.home import Home
from devices.model import Entity

MOST_OF_ONE: Final = 20_000
"""Turns of one thing that are looked at: the newest."""
MOST_TURNS: Final = 4_000_000
"""Of all things: 40 MiB."""
MOST_LUX: Final = 3
MOST_READINGS: Final = 40_000
SOON_S, SLOW_S = 10.0, 90.0
"""A change so soon after a wish of ours is its doing; of what moves slowly, later."""
SAME_S: Final = 2.5
"""Nobody switches a thing off so exactly as long after it was switched on, again and again; the thing itself does."""
_ROLES: Final = {
    "door": "contact", "window": "contact", "opening": "contact", "garage_door": "contact",
    "motion": "motion", "occupancy": "motion", "presence": "motion",
}  # fmt: skip
_SWITCHED: Final = frozenset({
    "light", "switch", "fan", "cover", "media_player", "climate", "humidifier", "lock", "alarm_control_panel",
    "valve", "water_heater", "vacuum", "input_boolean", "siren",
})  # fmt: skip
_SLOW: Final = ("cover.", "valve.", "lock.", "vacuum.")
_AUTOMATIC: Final = ("the automation ", "the script ")
"""How the history names what acted in Home Assistant; all else there is a person's name."""
_GONE: Final = frozenset({"unavailable", "unknown", ""})
_TURNS: Final = """
SELECT change.at, word.text, cause.text, told.text FROM change
LEFT JOIN name AS word ON word.id = change.value
LEFT JOIN name AS cause ON cause.id = change.by
LEFT JOIN name AS told ON told.id = change.attributes
WHERE thing = (SELECT id FROM name WHERE text = ?) AND at >= ? AND at < ? AND typeof(change.value) <> 'real'
ORDER BY at DESC LIMIT ?
"""
_READINGS: Final = """
SELECT at, value FROM change WHERE thing = (SELECT id FROM name WHERE text = ?) AND at >= ? AND at < ?
AND typeof(value) = 'real' ORDER BY at LIMIT ?
"""


@dataclass(slots=True)
class Doings:
    """When the daemon did something to one thing, and whether a person wished for it just then."""

    at: "array[float]"
    personal: "array[int]"

    def who(self, since: float, until: float) -> Who | None:
        """Return whose wish the newest of a stretch of time was; none where there was none."""
        place = bisect_right(self.at, until) - 1
        if place < bisect_left(self.at, since):
            return None
        return Who.PERSON if self.personal[place] else Who.ROUTINE


NOTHING_DONE: Final = Doings(array("d"), array("b"))


def places_of(home: Home) -> Mapping[str, Place]:
    """Return the things of a house that habits are about, and those that people's acts may follow."""
    return {entity.id: place for entity in home.entities() if (place := _place_of(entity)) is not None}


def outside(home: Home) -> Sequence[str]:
    """Return the sensors that may tell how light it is outside: those that are called so, or stand in no room."""
    sensors = [one for one in home.entities() if one.domain == "sensor" and one.device_class == "illuminance"]
    named = [one.id for one in sensors if any(word in one.id for word in ("outdoor", "outside", "garden", "aussen"))]
    return (named or [one.id for one in sensors if one.area is None])[:MOST_LUX]


def _place_of(entity: Entity) -> Place | None:
    if entity.hidden:
        return None
    if entity.domain == "person":
        return Place("person")
    if entity.domain == "binary_sensor":
        role = _ROLES.get(entity.device_class or "")
        return Place("contact" if role == "contact" else "motion", entity.area) if role is not None else None
    return Place("thing", entity.area) if entity.domain in _SWITCHED else None


def turned(entity: str, rows: Iterable[tuple[float, str | None, str | None]], doings: Doings = NOTHING_DONE) -> Turns:
    """Return the turns that a thing's changes were, oldest first: when, to what, and by whom as the history has it."""
    turns, known, lost = Turns(), None, False
    for at, value, by in rows:
        if value is None or value in _GONE:
            lost = True
            continue
        up = (value == "home") if entity.startswith("person.") else state_is_up(value)
        if up is None:
            continue
        if up != known:
            turns.add(at, up=up, who=Who.OTHER if lost or known is None else who_did(entity, at, by, doings))
        known, lost = up, False
    leave_out_timers(turns)
    return turns


def who_did(entity: str, at: float, by: str | None, doings: Doings) -> Who:
    """Return whose doing a change was, by what the history and the journal say of it."""
    if by is not None and by != OURS:
        return Who.OTHER if by.startswith(_AUTOMATIC) else Who.PERSON
    found = doings.who(at - (SLOW_S if entity.startswith(_SLOW) else SOON_S), at + 0.5)
    if found is not None:
        return found
    return Who.OTHER if by == OURS else Who.PERSON


def leave_out_timers(turns: Turns) -> None:
    """Note what a thing did by itself: always as long after it was switched the other way."""
    for up in (True, False):
        lengths = [
            (place, turns.at[place] - turns.at[place - 1])
            for place in range(1, len(turns.at))
            if turns.up[place] == up and turns.who[place] == Who.PERSON
        ]
        counts = Counter(round(length / SAME_S) for _, length in lengths if length < 12 * 3_600)
        if not counts:
            continue
        usual, _ = counts.most_common(1)[0]
        same = [place for place, length in lengths if abs(length / SAME_S - usual) <= 1]
        if usual > 1 and len(same) >= 6 and len(same) >= 0.25 * len(lengths):
            for place in same:
                turns.who[place] = Who.OTHER


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of the file."""

    turns: Mapping[str, Turns]
    lux: Mapping[str, Sequence[tuple[float, float]]]
    levels: Mapping[str, Levels]


def read(
    path: Path,
    places: Mapping[str, Place],
    sensors: Sequence[str],
    doings: Mapping[str, Doings],
    since: float,
    until: float,
    *,
    rest_s: float = 0.0,
) -> Read:
    """Read a stretch of the history on a connection of its own, that nothing waits behind; rest after each thing.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        begins, ends = round(since * 1000), round(until * 1000)
        turns: dict[str, Turns] = {}
        levels: dict[str, Levels] = {}
        count = 0
        # What moves most comes last: where there is too much, it is left out first.
        for entity in sorted(places, key=lambda one: places[one].role == "motion"):
            if count < MOST_TURNS:
                rows = connection.execute(_TURNS, (entity, begins, ends, MOST_OF_ONE)).fetchall()
                ordered = ((at / 1000, value, by) for at, value, by, _ in reversed(rows))
                done = doings.get(entity, NOTHING_DONE)
                turns[entity] = turned(entity, ordered, done)
                if entity.partition(".")[0] in SCALES and any(told is not None for *_, told in rows):
                    full = ((at / 1000, value, by, told) for at, value, by, told in reversed(rows))
                    levels[entity] = levelled(entity, full, partial(who_did, entity, doings=done))
                count += len(turns[entity].at)
            else:
                turns[entity] = Turns()
            if rest_s:
                time.sleep(rest_s)
        lux = {
            one: [(at / 1000, value) for at, value in connection.execute(_READINGS, (one, begins, ends, MOST_READINGS))]
            for one in sensors
        }
    finally:
        connection.close()
    return Read(turns, lux, levels)
