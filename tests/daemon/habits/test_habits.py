"""Habits of a house that lives: found in its history, proposed once a day, answered for good."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.config.history import HistorySection
from daemon.habits import Ground, Habits
from daemon.habits.merging import LATER, merged
from daemon.habits.rows import About, Known, alike, everything
from daemon.history import Kept
from daemon.history.rows import Names, opened, write
from daemon.household import Household
from daemon.notify.model import Notice
from daemon.past import FILE, Past
from daemon.past import Ground as PastGround
from daemon.presence import Presence
from skills.builtin.habits import accepted
from skills.habits import habit_answer, habit_suggest
from skills.habitual import Noticed
from skills.model import Action, Cause, CauseId, Origin, Outcome, Verdict
from tests.daemon.automating.house import ANN, PHONE, SOON_S, ZONE, Living, living
from tests.daemon.house import LAMP
from tests.doubles import ManualClock

DAYS = 42


@dataclass
class House:
    """A house with a past, and its habits."""

    lives: Living
    habits: Habits
    told: list[Notice] = field(default_factory=list[Notice])

    async def wish(self, action: Action) -> Outcome:
        effect = next(one for one in self.habits.effects() if one.name == action.effect)
        cause = Cause(CauseId("c"), Origin.TEXT, ANN.id)
        return await effect.execute(effect.parameters.model_validate(dict(action.arguments)), cause)


def fill(path: Path, clock: ManualClock, brightness: float | None = None) -> None:
    """Have somebody switch the lamp on about seven in the evening, for six weeks; about so bright, where that is told.

    ``brightness`` is 0 to 255, as bridges tell it.
    """
    chance, connection = random.Random(1), opened(path)
    midnight = clock.now().astimezone(ZONE).replace(hour=0, minute=0)
    changes = [Kept(midnight - timedelta(days=DAYS), LAMP, "off")]
    for number in range(DAYS, 0, -1):
        at = midnight - timedelta(days=number) + timedelta(minutes=chance.gauss(1_140, 4))
        told = {} if brightness is None else {"brightness": round(chance.gauss(brightness, 3))}
        changes.append(Kept(at, LAMP, "on", told))
        changes.append(Kept(at + timedelta(minutes=chance.uniform(60, 200)), LAMP, "off"))
    write(connection, Names(connection), changes)
    connection.close()


@asynccontextmanager
async def housed(path: Path, brightness: float | None = None) -> AsyncGenerator[House]:
    async with living(path / "hearth.db") as lives, asyncio.TaskGroup() as group:
        fill(path / FILE, lives.clock, brightness)
        home, household = lives.twin.home, Household({ANN.id: ANN})
        ground = PastGround(home, household, lives.clock, ZONE, lives.journal, lives.routines)
        past = Past(HistorySection(), path, ground)
        running = group.create_task(past.run())
        async with asyncio.timeout(SOON_S):
            await past.open.wait()
        told: list[Notice] = []

        async def announce(notice: Notice) -> None:
            told.append(notice)

        habits = Habits(Presence(home, household), announce, look=True, suggest=True)
        habits.attach(Ground(home, household, lives.clock, ZONE, None, lives.store, lives.routines, past, path / FILE))
        await habits.look()
        yield House(lives, habits, told)
        running.cancel()


async def test_a_habit_is_proposed_once_with_its_evidence(tmp_path: Path):
    async with housed(tmp_path) as house:
        assert await house.habits.propose()
        assert not await house.habits.propose()
    (notice,) = house.told
    assert "turned on by hand" in notice.text
    assert "19:00" in notice.text
    assert "make that a routine" in notice.text


async def test_a_lamp_that_is_dimmed_alike_each_time_is_proposed_with_its_level(tmp_path: Path):
    async with housed(tmp_path, brightness=77) as house:
        assert await house.habits.propose()
        (found,) = house.habits.habits()
    assert "30 percent" in house.told[0].text
    assert found.definition["actions"] == [
        {"action": "light.turn_on", "target": {"entity_id": [LAMP]}, "data": {"brightness_pct": 30}}
    ]


async def test_a_yes_keeps_the_routine_and_switches_it_on(tmp_path: Path):
    async with housed(tmp_path) as house:
        (found,) = house.habits.habits()
        add, done = accepted(found, house.lives.twin.home).do
        assert (await house.wish(done)).verdict is Verdict.FAILED
        assert (await house.lives.wish(add)).verdict is Verdict.DONE
        assert (await house.wish(done)).verdict is Verdict.DONE
        assert [one.enabled for one in house.lives.routines.routines()] == [True]
        assert not house.habits.habits()


async def test_what_is_never_wanted_stays_so_after_the_next_look(tmp_path: Path):
    async with housed(tmp_path) as house:
        (found,) = house.habits.habits()
        await house.wish(habit_answer(found.id, "never"))
        await house.habits.look()
        assert not house.habits.habits()
        assert not await house.habits.propose()


async def test_nothing_is_proposed_once_somebody_wants_none(tmp_path: Path):
    async with housed(tmp_path) as house:
        outcome = await house.wish(habit_suggest(on=False))
        assert not await house.habits.propose()
        assert outcome.undo == habit_suggest(on=True)
        await house.wish(habit_suggest(on=True))
        assert await house.habits.propose()


async def test_nothing_is_proposed_in_the_evening_or_to_an_empty_house(tmp_path: Path):
    async with housed(tmp_path) as house:
        house.lives.becomes(PHONE, "not_home")
        assert not await house.habits.propose()
        house.lives.becomes(PHONE, "home")
        await house.lives.passes(10 * 3_600)
        assert not await house.habits.propose()


NOTICED = Noticed("a", {}, "clock", 18, 20, targets=("light.a",))
ABOUT = About(("light.a",), up=True, minute=420)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(ABOUT, minute=500), True),
        (replace(ABOUT, minute=430, event="binary_sensor.door"), True),
        (replace(ABOUT, minute=1_200), False),
        (replace(ABOUT, up=False), False),
        (replace(ABOUT, targets=("light.b",)), False),
        (replace(ABOUT, routine="r"), False),
        (replace(ABOUT, level=30.0), False),
    ],
    ids=["drifted", "by a door", "in the evening", "off", "another lamp", "a change of a routine", "dimmed"],
)
def test_a_habit_is_known_again_in_another_form(other: About, same: bool):
    assert alike(ABOUT, other) is same


def test_later_is_asked_again_and_what_has_ended_is_over():
    clock = ManualClock()
    now = clock.now()
    later = Known(replace(NOTICED, status="later"), ABOUT, 0.8, now, now, answered_at=now)
    (soon,) = merged([later], [Known(NOTICED, ABOUT, 0.9, now, now)], now + timedelta(days=1))
    (again,) = merged([later], [Known(NOTICED, ABOUT, 0.9, now, now)], now + LATER)
    (over,) = merged([later], [], now + timedelta(days=5))
    assert (soon.status, again.status, over.status) == ("later", "open", "over")


async def test_what_was_answered_outlives_a_restart(tmp_path: Path):
    async with housed(tmp_path) as house:
        (found,) = house.habits.habits()
        await house.wish(habit_answer(found.id, "later"))
        kept = await house.lives.store.run_bare(everything)
    assert [(one.id, one.status, one.noticed.targets, one.about.up) for one in kept] == [
        (found.id, "later", (LAMP,), True)
    ]
