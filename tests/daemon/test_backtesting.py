"""A routine against what was: when it would have run, what it would have done, and what people did against it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from daemon.backtesting import Backtest, backtest, needed
from daemon.history import Kept, Recording
from tests.daemon.routines.house import NOON, house, routine

BEGINS = NOON - timedelta(days=1)
HALL = """
id: hall
alias: Hall
triggers: [{trigger: state, entity_id: binary_sensor.motion, to: 'on'}]
conditions: [{condition: state, entity_id: input_boolean.sleep, state: 'off'}]
actions:
- {action: light.turn_on, target: {entity_id: light.hall}}
- {delay: '00:05:00'}
- {action: light.turn_off, target: {entity_id: light.hall}}
"""
LAMP = """
id: lamp
alias: Lamp
triggers: [{WHEN}]
actions: [{action: light.turn_on, target: {entity_id: light.hall}}]
"""


def at(hour: int, minute: int = 0) -> datetime:
    """Return a time of the day before."""
    return BEGINS.replace(hour=hour, minute=minute)


def replayed(text: str, *changes: tuple[datetime, str, str], by: str | None = None) -> Backtest:
    """Replay changes over a day, in which at first nothing is on."""
    one = routine(text)
    begins = at(0)
    before = {entity: Kept(begins, entity, "off") for entity in needed(one, house())}
    kept: Sequence[Kept] = [Kept(moment, entity, value, by=by) for moment, entity, value in changes]
    return backtest(one, Recording(begins, NOON, before, sorted(kept, key=lambda each: each.at)), house())


def test_it_tells_when_it_would_have_run_and_what_it_would_have_done() -> None:
    found = replayed(HALL, (at(20), "binary_sensor.motion", "on"))
    (fire,) = found.fires
    assert (fire.at, fire.result, fire.because) == (at(20), "ran", "binary_sensor.motion on")
    acts = [(act.at, act.action, act.targets) for act in fire.acts]
    assert acts == [
        (at(20), "light.turn_on", ("light.hall",)),
        (at(20, 5), "light.turn_off", ("light.hall",)),
    ]


def test_it_tells_what_would_have_held_it_back() -> None:
    found = replayed(HALL, (at(19), "input_boolean.sleep", "on"), (at(20), "binary_sensor.motion", "on"))
    assert [(fire.result, fire.acts) for fire in found.fires] == [("declined", ())]


def test_it_tells_of_a_trigger_that_comes_while_it_runs() -> None:
    motion = [(at(20, minute), "binary_sensor.motion", value) for minute, value in ((0, "on"), (1, "off"), (2, "on"))]
    assert [fire.result for fire in replayed(HALL, *motion).fires] == ["ran", "busy"]


def test_a_person_who_does_the_contrary_soon_counts_against_it() -> None:
    found = replayed(HALL, (at(20), "binary_sensor.motion", "on"), (at(20, 2), "light.hall", "off"))
    assert [(each.entity, each.value) for each in found.fires[0].against] == [("light.hall", "off")]
    assert found.against == 1


def test_what_we_did_ourselves_or_much_later_does_not_count_against_it() -> None:
    ours = replayed(HALL, (at(20), "binary_sensor.motion", "on"), (at(20, 2), "light.hall", "off"), by="ours")
    late = replayed(HALL, (at(20), "binary_sensor.motion", "on"), (at(20, 20), "light.hall", "off"))
    assert (ours.against, late.against) == (0, 0)


def test_times_of_day_and_holding_come_about_between_changes() -> None:
    daily = LAMP.replace("WHEN", "trigger: time, at: '07:00:00'")
    assert [fire.at for fire in replayed(daily).fires] == [at(7), at(7) + timedelta(days=1)]
    held = HALL.replace("to: 'on'}", "to: 'on', for: '00:10:00'}")
    motion = [(at(20), "binary_sensor.motion", "on"), (at(21), "binary_sensor.motion", "off")]
    assert [fire.at for fire in replayed(held, *motion).fires] == [at(20, 10)]


def test_it_names_what_it_cannot_know() -> None:
    found = replayed(LAMP.replace("WHEN", "trigger: mqtt, topic: a/b"))
    assert found.unheard == ("messages over MQTT",)
    lacking = backtest(routine(HALL), Recording(at(0), NOON, {}, ()), house())
    assert lacking.blank == ("binary_sensor.motion", "input_boolean.sleep", "light.hall")
