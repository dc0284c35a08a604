"""One night's look at the past: habits are found, and each is made a routine, replayed, checked and rehearsed."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from daemon.automating.sight import House
from daemon.backtesting import Backtest, backtest, needed
from daemon.explaining.effects import state_is_up
from daemon.habits.doings import Journaled, journaled
from daemon.habits.drafting import Form, drafted, is_delicate, key_of
from daemon.habits.ground import Ground
from daemon.habits.mining import REST_S, mine
from daemon.habits.model import FIRST_HOME, LAST_OUT, WEEKEND, WORKDAYS, Following, Habit, Timely
from daemon.habits.overriding import Unwanted, unwanted
from daemon.habits.reading import outside, places_of, read
from daemon.habits.record import Place, Record
from daemon.habits.rows import About, Known
from daemon.routines.linting.linting import lint
from daemon.routines.model import Routine
from daemon.routines.playing.house import house_seen
from daemon.routines.playing.rehearsing import USUAL, Begins, rehearse
from daemon.routines.playing.stage import Stage
from daemon.routines.reading import read_object
from daemon.routines.world import World
from daemon.routines.writing import write_routines
from skills.habitual import Noticed

log = logging.getLogger("hearth." + __name__)

LOOKED_BACK: Final = timedelta(days=60)
TRIED_ON: Final = timedelta(days=30)
MOST: Final = 40
"""Habits that are made routines of in one night: the surest."""
MOST_AGAINST: Final = 0.2
"""Of a routine's runs in the past, undone within ten minutes: beyond, it is not proposed."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look is made with."""

    record: Record
    world: World
    routines: Sequence[Routine]
    now: datetime


async def look(ground: Ground) -> list[Known]:
    """Return what people do again and again, and what they keep undoing; for the night: it may take minutes.

    Raises:
        DaemonError: there is no history, or routines are not read yet.
        sqlite3.Error: the history cannot be read.
    """
    now = ground.clock.now()
    told = await journaled(ground.store, now - LOOKED_BACK)
    record = await asyncio.to_thread(_record, ground, told, now)
    habits = await asyncio.to_thread(partial(mine, record, rest_s=REST_S))
    looked = Looked(record, ground.past.sight(), await ground.routines.in_force(), now)
    found = [await _proposed(ground, looked, habit) for habit in habits[:MOST]]
    undone = await asyncio.to_thread(lambda: list(unwanted(record, told.routines, looked.routines)))
    return [*(one for one in found if one is not None), *(_change(one, now) for one in undone)]


def _record(ground: Ground, told: Journaled, now: datetime) -> Record:
    places = dict(places_of(ground.home))
    for person in ground.household.people.values():
        for tracker in person.trackers:
            places[tracker] = Place("person")
    since, until = (now - LOOKED_BACK).timestamp(), now.timestamp()
    found = read(ground.history, places, outside(ground.home), told.doings, since, until, rest_s=REST_S)
    house = House(ground.home, ground.household, ground.zone, ground.place)
    # What is on record only since last week has no past before that.
    first = min((turns.at[0] for turns in found.turns.values() if turns.at), default=since)
    return Record(max(since, first), until, ground.zone, found.turns, places, house.sun, found.lux, found.levels)


async def _proposed(ground: Ground, looked: Looked, habit: Habit) -> Known | None:
    if habit.sets and not habit.levels:
        return None
    form = drafted(habit, looked.record, await _words(ground, habit))
    if form is None:
        return None
    read_back = await asyncio.to_thread(read_object, {**form, "alias": str(form["id"])})
    if len(read_back.routines) != 1 or not read_back.wholly(read_back.routines[0]):
        log.warning("a habit of %s makes no routine: %s", habit.targets, read_back)
        return None
    routine = read_back.routines[0]
    since = max(looked.now - TRIED_ON, datetime.fromtimestamp(looked.record.since, UTC))
    recording = await ground.past.recording(sorted(needed(routine, looked.world)), since, looked.now)
    tried = await asyncio.to_thread(backtest, routine, recording, looked.world)
    ran = sum(1 for fire in tried.fires if fire.result in ("ran", "runs"))
    if not ran or tried.against > MOST_AGAINST * ran:
        log.info("a habit of %s is not proposed: its routine would have run %d times, %d times against somebody's wish",
                 habit.targets, ran, tried.against)  # fmt: skip
        return None
    others = [one for one in looked.routines if one.id != routine.id]
    if why := await asyncio.to_thread(_fault, routine, others, looked.world):
        log.info("a habit of %s is not proposed: %s", habit.targets, why)
        return None
    noticed = _noticed(habit, form, tried, ran, delicate=is_delicate(habit.targets, ground.home))
    event = habit.reason.event if isinstance(habit.reason, Following) else ""
    level = habit.levels[habit.targets[0]] if habit.sets else None
    about = About(habit.targets, habit.ups[0], habit.minute, event, level=level)
    return Known(noticed, about, habit.score, looked.now, looked.now)


def _fault(routine: Routine, others: Sequence[Routine], world: World) -> str:
    """Return what is wrong with a routine among the others; empty where nothing is."""
    known = [*others, routine]
    found = [one for one in lint(known, house_seen(world)) if routine.id in one.routines]
    if found:
        return found[0].explain
    played = rehearse(known, Stage.of(world), Begins(routine.id), USUAL)
    return "it sets itself off again and again" if played.without_end else ""


async def _words(ground: Ground, habit: Habit) -> Mapping[str, str]:
    """Return what the thing that is followed says when it goes on: ``playing``, or ``on``."""
    if not isinstance(habit.reason, Following) or habit.reason.event in (FIRST_HOME, LAST_OUT):
        return {}
    event, now = habit.reason.event, ground.clock.now()
    kept = await ground.past.between(event, now - TRIED_ON, now)
    words: dict[str, str] = {}
    for up in (True, False):
        counts = Counter(one.value for one in kept if one.value is not None and state_is_up(one.value) == up)
        if counts:
            words[f"{event}/{up}"] = counts.most_common(1)[0][0]
    return words


def _noticed(habit: Habit, form: Form, tried: Backtest, ran: int, *, delicate: bool) -> Noticed:
    reason, evidence = habit.reason, habit.evidence
    low, high = (round(reason.low), round(reason.high)) if isinstance(reason, Timely) else (0, 0)
    days = WORKDAYS if "workday" in habit.limits else WEEKEND if "weekend" in habit.limits else habit.days
    return Noticed(
        key_of(habit),
        form,
        reason.anchor if isinstance(reason, Timely) else "after",
        evidence.hits,
        evidence.chances,
        tuple(sorted(days)),
        low,
        high,
        habit.targets,
        habit.ups[0],
        ran,
        tried.against,
        delicate,
        sets=habit.sets,
    )


def _change(one: Unwanted, now: datetime) -> Known:
    text = {"text": write_routines([one.becomes])} if one.becomes is not None else {}
    noticed = Noticed(
        f"undone_{one.routine.id}"[:100], text, "undone", one.hits, one.chances, targets=one.targets,
        routine=one.routine.id, name=one.routine.alias, change=one.change,
    )  # fmt: skip
    about = About(one.targets or (one.routine.id,), True, 0.0, routine=one.routine.id)
    return Known(noticed, about, one.hits / one.chances, now, now)
