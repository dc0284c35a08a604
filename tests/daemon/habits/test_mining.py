"""Habits in made-up lives: what is found is what was planted, and what only looks like a habit is none."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from daemon.habits.chance import lower_bound
from daemon.habits.mining import mine
from daemon.habits.model import Habit, Timely
from daemon.habits.reading import turned
from daemon.habits.record import Place, Record
from tests.daemon.habits.dimming import dimmed
from tests.daemon.habits.household import ZONE, live, sun
from tests.daemon.habits.scoring import Score, habits_of, levels_of, score_of

NOW = datetime(2026, 3, 30, 3, tzinfo=ZONE)
DAYS = 56
Row = tuple[float, str | None, str | None]
LAMP, FILLER = "light.lamp", "light.filler"


def test_what_is_found_in_made_up_lives_is_what_was_planted():
    total = Score()
    for seed in range(900, 902):
        life = live(seed)
        total += score_of(life, habits_of(life))[0]
    assert total.precision >= 0.9
    assert total.recall >= 0.7


def test_levels_are_found_that_people_set_again_and_again():
    total, levels = Score(), Score()
    for seed in range(902, 905):
        life = dimmed(seed)
        habits = habits_of(life)
        total += score_of(life, habits)[0]
        levels += levels_of(life, habits)
    assert total.precision >= 0.9
    assert total.recall >= 0.7
    assert levels.found
    assert levels.precision == 1.0


def test_two_weeks_are_too_few():
    life = live(3, weeks=2)
    assert habits_of(life) == []


def evenings(*, by: str | None = None, spread: float = 5.0, since: int = 0, ends: int = DAYS) -> Iterator[Row]:
    """Yield a lamp that is switched on about seven, and off at some time before or after."""
    chance = random.Random(1)
    for number in range(since, ends):
        day = (NOW - timedelta(days=DAYS - number)).replace(hour=0, tzinfo=ZONE)
        at = (day + timedelta(minutes=chance.gauss(1140, spread))).timestamp()
        yield at, "on", by
        yield at + chance.uniform(3_600, 14_000), "off", by


def found(rows: Iterator[Row]) -> list[Habit]:
    """Return the habits of a house with one lamp, in which somebody else does something every day."""
    filler = random.Random(2)
    begins = NOW.timestamp() - DAYS * 86_400
    others: list[Row] = [(begins + filler.uniform(0, DAYS * 86_400), ("on", "off")[n % 2], None) for n in range(400)]
    turns = {
        LAMP: turned(LAMP, [(begins, "off", None), *rows]),
        FILLER: turned(FILLER, [(at, ("on", "off")[n % 2], None) for n, (at, _, _) in enumerate(sorted(others))]),
    }
    places = {LAMP: Place("thing", "hall"), FILLER: Place("thing", "kitchen")}
    record = Record(begins, NOW.timestamp(), ZONE, turns, places, sun)
    return [one for one in mine(record) if one.targets == (LAMP,) and one.ups == (True,)]


def test_a_lamp_that_somebody_switches_on_every_evening_is_a_habit_by_the_clock():
    (habit,) = found(evenings())
    assert isinstance(habit.reason, Timely)
    assert habit.reason.anchor == "clock"
    assert abs(habit.reason.offset - 1140) < 5
    assert habit.evidence.share > 0.9


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(lambda: evenings(by="the automation Evening"), id="an automation did it"),
        pytest.param(lambda: evenings(by="ours"), id="we did it, and nobody knows for whom"),
        pytest.param(lambda: evenings(spread=0.02), id="a timer in the lamp did it"),
        pytest.param(lambda: evenings(ends=DAYS - 16), id="it has ended"),
        pytest.param(lambda: evenings(since=DAYS - 12), id="it is too young"),
        pytest.param(lambda: evenings(spread=80), id="at any time of the evening"),
    ],
)
def test_what_only_looks_like_a_habit_is_none(rows: Callable[[], Iterator[Row]]):
    assert found(rows()) == []


def test_somebody_named_by_home_assistant_has_a_habit():
    assert len(found(evenings(by="Ann"))) == 1


@pytest.mark.parametrize(("hits", "chances", "least"), [(0, 0, 0.0), (8, 8, 0.82), (18, 20, 0.78), (9, 20, 0.31)])
def test_few_occasions_say_less_than_many(hits: int, chances: int, least: float):
    assert lower_bound(hits, chances) == pytest.approx(least, abs=0.02)


def test_what_comes_back_from_being_away_was_switched_by_nobody():
    turns = turned(LAMP, [(1.0, "off", None), (2.0, "unavailable", None), (3.0, "on", None), (4.0, "off", None)])
    assert list(turns.who) == [2, 2, 0]


def test_days_begin_at_four_in_the_morning():
    begins = datetime(2026, 3, 2, 4, tzinfo=ZONE).astimezone(UTC)
    record = Record(begins.timestamp(), begins.timestamp() + 86_400 * 3, ZONE, {}, {}, sun)
    late = datetime(2026, 3, 3, 0, 30, tzinfo=ZONE).timestamp()
    assert record.days.minute(late) == 1_470
    assert record.days.dates[record.days.number(late)].isoformat() == "2026-03-02"
