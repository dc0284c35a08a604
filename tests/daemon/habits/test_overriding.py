"""Routines that people keep undoing: what is to be changed of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from daemon.habits.doings import RoutineDid
from daemon.habits.model import Who
from daemon.habits.overriding import Unwanted, unwanted
from daemon.habits.record import Place, Record, Turns
from daemon.routines.reading import read_routines
from daemon.routines.writing import write_routines
from tests.daemon.habits.household import ZONE, sun

BLIND = "cover.blind"
BEGINS = datetime(2026, 3, 2, 4, tzinfo=ZONE)
(ROUTINE,) = read_routines("""
id: up
alias: Blind up
triggers: [{trigger: time, at: '07:00:00'}]
actions: [{action: cover.open_cover, target: {entity_id: cover.blind}}]
""").routines


def told(undoes: Callable[[datetime], bool], again_after: float | None = None) -> list[Unwanted]:
    """Return what is told of a month in which somebody closes the blind again on some days."""
    turns, did = Turns(), list[RoutineDid]()
    turns.add(BEGINS.timestamp(), up=False, who=Who.OTHER)
    for number in range(28):
        day = BEGINS + timedelta(days=number)
        at = day.replace(hour=7).timestamp()
        did.append(RoutineDid(at, "up", BLIND))
        turns.add(at + 2, up=True, who=Who.ROUTINE)
        if undoes(day):
            turns.add(at + 120, up=False, who=Who.PERSON)
            if again_after is None:
                continue
            turns.add(at + again_after, up=True, who=Who.PERSON)
        turns.add(at + 50_000, up=False, who=Who.PERSON)
    until = BEGINS.timestamp() + 28 * 86_400
    record = Record(BEGINS.timestamp(), until, ZONE, {BLIND: turns}, {BLIND: Place("thing")}, sun)
    return list(unwanted(record, did, [ROUTINE]))


def test_one_that_is_undone_at_weekends_is_to_run_on_working_days():
    (found,) = told(lambda day: day.weekday() > 4)
    assert (found.change, found.hits, found.chances) == ("days", 8, 28)
    assert found.becomes is not None
    form = write_routines([found.becomes])
    assert "fri" in form
    assert "sat" not in form


def test_one_that_people_do_later_themselves_is_to_run_then():
    (found,) = told(lambda _day: True, again_after=2_700)
    assert found.change == "time"
    assert found.becomes is not None
    assert "07:45" in write_routines([found.becomes])


def test_one_that_is_always_undone_is_to_be_switched_off():
    (found,) = told(lambda _day: True)
    assert (found.change, found.becomes) == ("off", None)


@pytest.mark.parametrize("days", [(), (2, 9)], ids=["never", "twice"])
def test_one_that_is_hardly_ever_undone_stays(days: tuple[int, ...]):
    assert told(lambda day: (day - BEGINS).days in days) == []
