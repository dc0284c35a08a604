"""When conditions hold, do not hold, or nobody knows."""

from datetime import datetime, timedelta

import pytest

from daemon.routines.evaluating import Around, all_hold
from daemon.routines.world import Seen
from tests.daemon.routines.house import NOON, VIENNA, House, routine


def _home() -> House:
    home = House()
    home.put("light.hall", "on", brightness=128, lamps=True)
    home.put("light.porch", "off")
    home.put("sensor.out", "21.5", feels="19")
    home.put("sensor.limit", "20")
    home.put("sensor.gone", "unavailable")
    home.put("person.anna", "home")
    home.put("person.ben", "Work")
    home.put("zone.office", "1", friendly_name="Work")
    home.put("input_select.mode", "on")
    home.put("input_datetime.night", "22:00:00")
    home.states["door.old"] = Seen("open", NOON - timedelta(minutes=5))
    return home


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("{condition: state, entity_id: light.hall, state: 'on'}", True),
        ("{condition: state, entity_id: light.hall, state: on}", True),
        ("{condition: state, entity_id: light.hall, state: ['off', 'on']}", True),
        ("{condition: state, entity_id: [light.hall, light.porch], state: 'on'}", False),
        ("{condition: state, entity_id: [light.hall, light.porch], state: 'on', match: any}", True),
        ("{condition: state, entity_id: light.none, state: 'on'}", None),
        ("{condition: state, entity_id: [light.porch, light.none], state: 'on'}", False),
        ("{condition: state, entity_id: light.hall, attribute: brightness, state: 128}", True),
        ("{condition: state, entity_id: light.hall, attribute: brightness, state: '128'}", True),
        ("{condition: state, entity_id: light.hall, attribute: lamps, state: true}", True),
        ("{condition: state, entity_id: light.hall, state: input_select.mode}", True),
        ("{condition: state, entity_id: door.old, state: open, for: '00:05:00'}", True),
        ("{condition: state, entity_id: door.old, state: open, for: '00:05:01'}", False),
        ("{condition: state, entity_id: door.old, state: open, for: {minutes: '{{ 4 }}'}}", True),
        ("{condition: state, entity_id: door.old, state: open, for: {minutes: '{{ none }}'}}", None),
        ("{condition: numeric_state, entity_id: sensor.out, above: 21.4, below: 21.6}", True),
        ("{condition: numeric_state, entity_id: sensor.out, above: 21.5}", False),
        ("{condition: numeric_state, entity_id: sensor.out, above: '21'}", True),
        ("{condition: numeric_state, entity_id: sensor.out, above: sensor.limit}", True),
        ("{condition: numeric_state, entity_id: sensor.out, above: sensor.gone}", None),
        ("{condition: numeric_state, entity_id: sensor.gone, above: 1}", None),
        ("{condition: numeric_state, entity_id: sensor.out, attribute: feels, below: 20}", True),
        ("{condition: numeric_state, entity_id: a.b, above: 9, value_template: '{{ 10 }}'}", None),
        ("{condition: numeric_state, entity_id: light.hall, above: 9, value_template: '{{ 10 }}'}", True),
        ("{condition: time, after: '11:59:59', before: '12:00:01'}", True),
        ("{condition: time, after: '12:00:00'}", True),
        ("{condition: time, before: '12:00:00'}", False),
        ("{condition: time, after: '22:00:00', before: '06:00:00'}", False),
        ("{condition: time, after: input_datetime.night, before: '12:30:00'}", True),
        ("{condition: time, after: input_datetime.none}", None),
        ("{condition: time, weekday: [mon, tue]}", True),
        ("{condition: time, weekday: wed}", False),
        ("{condition: sun, after: sunrise, before: sunset}", True),
        ("{condition: sun, after: sunset, before: sunrise}", False),
        ("{condition: sun, after: sunset, after_offset: '-07:00:00'}", True),
        ("{condition: zone, entity_id: person.anna, zone: zone.home}", True),
        ("{condition: zone, entity_id: person.ben, zone: zone.office}", True),
        ("{condition: zone, entity_id: [person.anna, person.ben], zone: zone.home}", False),
        ("{condition: zone, entity_id: person.none, zone: zone.home}", None),
        ("{condition: trigger, id: door}", True),
        ("{condition: trigger, id: [a, '1']}", True),
        ("{condition: trigger, id: a}", False),
        ("{condition: template, value_template: '{{ states(\"sensor.out\") | float > 20 }}'}", True),
        ("'{{ nobody }}'", None),
        ("{condition: or, conditions: [{condition: state, entity_id: a.b, state: x}, '{{ true }}']}", True),
        ("{condition: or, conditions: [{condition: state, entity_id: a.b, state: x}, '{{ false }}']}", None),
        ("{condition: and, conditions: [{condition: state, entity_id: a.b, state: x}, '{{ false }}']}", False),
        ("{condition: not, conditions: ['{{ false }}', '{{ 0 }}']}", True),
        ("{condition: not, conditions: [{condition: state, entity_id: a.b, state: x}]}", None),
        ("{or: ['{{ true }}']}", True),
        ("{not: ['{{ true }}']}", False),
        ("{condition: and, conditions: []}", True),
        ("{condition: state, entity_id: light.hall, state: 'off', enabled: false}", True),
    ],
)
def test_conditions_hold(condition: str, holds: bool | None):
    kept = routine(f"id: a\ntriggers: []\nactions: []\nconditions:\n- {condition}")

    found = all_hold(kept.conditions, Around(_home(), {"trigger": {"id": "door", "idx": "1"}}))

    assert found is holds


@pytest.mark.parametrize(
    ("hour", "after_sunset", "at_night"), [(3, False, True), (12, False, False), (19, True, True), (23, True, True)]
)
def test_the_sun_divides_the_day(hour: int, after_sunset: bool, at_night: bool):
    home = House(now=datetime(2026, 10, 6, hour, tzinfo=VIENNA))
    texts = ("{condition: sun, after: sunset}", "{condition: sun, after: sunset, before: sunrise}")

    found = [
        all_hold(routine(f"id: a\ntriggers: []\nconditions:\n- {text}").conditions, Around(home)) for text in texts
    ]

    assert found == [after_sunset, at_night]


def test_where_the_sun_never_rises_nobody_knows():
    kept = routine("id: a\ntriggers: []\nconditions: [{condition: sun, after: sunrise}]")

    assert all_hold(kept.conditions, Around(House(dark=True))) is None
