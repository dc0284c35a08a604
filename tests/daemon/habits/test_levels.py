"""Levels of things: what is settled on counts, what passes on the way does not, and whole is no level."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isnan
from typing import cast

import pytest

from daemon.habits.drafting import Form, drafted
from daemon.habits.levels import levelled
from daemon.habits.model import Evidence, Habit, Timely, Who
from daemon.habits.record import Place, Record, Turns
from daemon.habits.setting import level_of, settings
from tests.daemon.habits.household import ZONE, sun

NOW = datetime(2026, 3, 30, 3, tzinfo=ZONE)
LAMP, HEATING = "light.lamp", "climate.living"
Row = tuple[float, str | None, str | None, str | None]


def person(_at: float, _by: str | None) -> Who:
    return Who.PERSON


def lamp(at: float, percent: float | None) -> Row:
    return (at, "off", None, None) if percent is None else (at, "on", None, f'{{"brightness": {percent * 2.55}}}')


def record_of(entity: str, rows: Sequence[Row]) -> Record:
    levels = {entity: levelled(entity, rows, person)}
    since = (NOW - timedelta(days=56)).timestamp()
    return Record(since, NOW.timestamp(), ZONE, {entity: Turns()}, {entity: Place("thing")}, sun, {}, levels)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([lamp(0, None), lamp(100, 80), lamp(102, 50), lamp(104, 30)], [30]),
        ([lamp(0, None), lamp(100, 30), lamp(500, 60), lamp(502, 20), lamp(503, None)], [30, None]),
        ([lamp(0, 30), (50, "unavailable", None, None), lamp(100, 60)], [30, 60]),
    ],
    ids=["it fades in", "it fades out", "it was away"],
)
def test_a_level_is_what_was_settled_on(rows: list[Row], expected: list[float | None]):
    found = levelled(LAMP, rows, person)
    assert [None if isnan(one) else round(one) for one in found.value] == expected


def test_what_comes_back_with_another_level_was_set_by_nobody():
    found = levelled(LAMP, [lamp(0, 30), (50, "unavailable", None, None), lamp(100, 60), lamp(200, 20)], person)
    assert list(found.who) == [Who.OTHER, Who.OTHER, Who.PERSON]


@pytest.mark.parametrize(
    ("percents", "level"),
    [
        ([31, 29, 30, 28, 32, 30, 31, 30], 30),
        ([31, 29, 90, 28, 32, 30, 31, 30, 29, 30, 31, 30], 30),
        ([10, 90, 50, 30, 70, 20, 60, 40], None),
        ([100, 100, 99, 100, 100, 98, 100, 100], None),
        ([30, 30, 30], None),
    ],
    ids=["the same", "once another", "any", "always whole", "too few"],
)
def test_the_level_of_a_habit_is_one_that_repeats(percents: list[float], level: float | None):
    rows = [lamp(0, None)]
    for number, percent in enumerate(percents):
        rows += [lamp(1_000 + number * 10_000, percent), lamp(5_000 + number * 10_000, None)]
    moments = [1_000.0 + number * 10_000 for number in range(len(percents))]
    assert level_of(record_of(LAMP, rows), LAMP, moments) == level


def test_each_level_that_a_heating_is_often_set_to_is_looked_at():
    rows: list[Row] = [
        (number * 10_000.0, "heat", None, f'{{"temperature": {20.0 if number % 2 else 17.0}}}') for number in range(20)
    ]
    found = list(settings(record_of(HEATING, rows), HEATING))
    assert sorted(len(one.times(up=True)) for one in found) == [10, 10]


def habit(target: str, level: float, *, sets: bool) -> Habit:
    reason = Timely("clock", 1_180, 1_170, 1_190, 3)
    return Habit((target,), (True,), reason, Evidence(20, 22, 0.8, 9, 1), levels={target: level}, sets=sets)


@pytest.mark.parametrize(
    ("target", "sets", "calls", "conditions"),
    [
        (LAMP, False, [("light.turn_on", {"brightness_pct": 30})], []),
        (LAMP, True, [("light.turn_on", {"brightness_pct": 30})], [(LAMP, "on")]),
        (HEATING, True, [("climate.set_temperature", {"temperature": 30})], []),
        (HEATING, False, [("climate.turn_on", None), ("climate.set_temperature", {"temperature": 30})], []),
        ("cover.blind", False, [("cover.set_cover_position", {"position": 30})], []),
    ],
)
def test_a_level_stands_in_the_routine_and_wakes_nothing_that_is_off(
    target: str, sets: bool, calls: list[tuple[str, object]], conditions: list[tuple[str, str]]
):
    form = drafted(habit(target, 30, sets=sets), record_of(target, []), {})
    assert form is not None
    actions, limits = (cast("list[Form]", form[key]) for key in ("actions", "conditions"))
    assert [(one["action"], one.get("data")) for one in actions] == calls
    assert [(one["entity_id"], one["state"]) for one in limits] == conditions
