"""What a rehearsal foretells: changes, their order, who is told, knock-ons, time, and that nothing really happens."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from daemon.routines.model import Routine
from daemon.routines.playing.house import House, house_from
from daemon.routines.playing.rehearsing import Becomes, Begins, Opening, Passes, Rehearsal, rehearse
from daemon.routines.playing.stage import Stage
from daemon.routines.reading import read_routines
from daemon.routines.world import EventFired
from tests.daemon.routines.house import NOON

HOME: House = house_from(
    {
        "time_zone": "Europe/Vienna",
        "latitude": 48.2,
        "longitude": 16.4,
        "areas": [{"id": "hall", "name": "Hall"}],
        "scenes": {"scene.night": {"light.hall": "on 10%", "cover.blind": "closed"}},
        "entities": [
            {"id": "light.hall", "name": "Hall light", "area": "hall", "state": "off"},
            {"id": "light.desk", "name": "Desk", "state": "on"},
            {"id": "cover.blind", "name": "Blind", "state": "open"},
            {"id": "binary_sensor.door", "name": "Door", "state": "off"},
            {"id": "timer.hall", "name": "Timer", "state": "idle", "attributes": {"duration": "0:02:00"}},
            {"id": "input_select.mode", "name": "Mode", "state": "b", "attributes": {"options": ["a", "b", "c"]}},
            {"id": "person.ann", "name": "Ann", "state": "home"},
            {"id": "zone.home", "name": "Home", "state": "1"},
            {"id": "sun.sun", "name": "Sun", "state": "above_horizon"},
        ],
    }
)
DOOR_OPENS = Becomes("binary_sensor.door", "on")


def routines(text: str) -> Sequence[Routine]:
    reading = read_routines(text)
    assert reading.not_understood == ()
    return reading.routines


def played(text: str, opening: Opening = DOOR_OPENS, **length: float) -> Rehearsal:
    return rehearse(routines(text), Stage(HOME, NOON), opening, timedelta(**length) if length else timedelta(hours=1))


def changes(rehearsal: Rehearsal) -> list[str]:
    return [f"{(at - NOON).total_seconds():g} {entity} {state}" for at, entity, state in rehearsal.changes]


AT_THE_DOOR = "triggers: [{trigger: state, entity_id: binary_sensor.door, to: 'on'}]"


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("[{action: light.turn_on, target: {area_id: hall}}]", ["0 light.hall on"]),
        ("[{action: light.turn_on, target: {entity_id: light.desk}}]", []),
        ("[{action: light.toggle, target: {area_id: hall}}]", ["0 light.hall on"]),
        ("[{action: scene.turn_on, target: {entity_id: scene.night}}]", ["0 light.hall on", "0 cover.blind closed"]),
        ("[{action: light.turn_off, target: {entity_id: all}}]", ["0 light.desk off"]),
        ("[{action: input_select.select_next, target: {entity_id: input_select.mode}}]", ["0 input_select.mode c"]),
        ("[{delay: 90}, {action: light.turn_on, target: {entity_id: light.hall}}]", ["90 light.hall on"]),
        ("[{action: timer.start, target: {entity_id: timer.hall}}]", ["0 timer.hall active"]),
        ("[{action: cover.set_cover_position, entity_id: cover.blind, data: {position: 0}}]", ["0 cover.blind closed"]),
    ],
)  # fmt: skip
def test_what_changes_is_foretold_with_its_time(actions: str, expected: list[str]) -> None:
    found = played(f"id: it\nalias: It\n{AT_THE_DOOR}\nactions: {actions}\n")

    assert changes(found) == expected


def test_what_one_routine_does_sets_off_the_next() -> None:
    found = played(
        f"""
- {{id: a, alias: A, {AT_THE_DOOR}, actions: [{{event: opened}}]}}
- id: b
  alias: B
  triggers: [{{trigger: event, event_type: opened}}]
  actions: [{{action: timer.start, target: {{entity_id: timer.hall}}}}]
- id: c
  alias: C
  triggers: [{{trigger: event, event_type: timer.finished, event_data: {{entity_id: timer.hall}}}}]
  actions: [{{action: light.turn_on, target: {{entity_id: light.hall}}}}, {{notice: Welcome, to: [ann]}}]
"""
    )

    assert changes(found) == ["0 timer.hall active", "120 light.hall on"]
    assert [(line.what, line.after) for line in found.lines if line.kind == "told"] == [("Welcome", "ann")]


def test_times_of_day_and_the_sun_come_by_while_it_plays() -> None:
    found = played(
        """
- id: a
  alias: A
  triggers: [{trigger: time, at: '13:30:00'}]
  actions: [{action: light.turn_on, target: {entity_id: light.hall}}]
- id: b
  alias: B
  triggers: [{trigger: state, entity_id: sun.sun, to: below_horizon}]
  actions: [{action: cover.close_cover, target: {entity_id: cover.blind}}]
""",
        Passes(),
        hours=8,
    )

    assert changes(found)[0] == "5400 light.hall on"
    assert [entity for _, entity, _ in found.changes] == ["light.hall", "cover.blind"]


def test_the_last_who_leaves_empties_the_home() -> None:
    found = played(
        "{id: a, alias: A, triggers: [{trigger: state, entity_id: zone.home, to: '0'}],"
        " actions: [{action: light.turn_off, target: {entity_id: light.desk}}]}",
        Becomes("person.ann", "not_home"),
    )

    assert changes(found) == ["0 light.desk off"]


def test_routines_without_end_are_broken_off_and_said_to_be() -> None:
    found = played(
        "{id: a, alias: A, triggers: [{trigger: event, event_type: ping}], actions: [{delay: 1}, {event: ping}]}",
        EventFired("ping"),
    )

    assert found.without_end
    assert found.told().endswith("It was broken off.")


def test_begun_by_hand_it_says_that_the_conditions_do_not_hold() -> None:
    text = f"""
id: a
alias: Night
{AT_THE_DOOR}
conditions: [{{condition: state, entity_id: light.hall, state: 'on'}}]
actions: [{{action: cover.close_cover, target: {{entity_id: cover.blind}}}}]
"""
    by_hand, by_trigger = played(text, Begins("a")), played(text, Begins("a", trigger=0))

    assert by_hand.told().splitlines() == [
        "By itself “Night” would do nothing now: its conditions do not hold. If they did:",
        "12:00:00  “Night” begins",
        "12:00:00  Blind closed (“Night”)",
    ]
    assert changes(by_trigger) == []


def test_a_stage_leaves_the_house_it_copies_alone_and_json_holds_all() -> None:
    stage = Stage(HOME, NOON)
    copy = Stage.of(stage)

    found = rehearse(
        routines(
            f"{{id: a, alias: A, {AT_THE_DOOR}, actions: [{{action: light.turn_on, target: {{area_id: hall}}}}]}}"
        ),
        copy,
        DOOR_OPENS,
    )

    before, after = stage.state("light.hall"), copy.state("light.hall")
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == ("off", "on")
    assert json.loads(json.dumps(found.as_object()))["steps"][-2]["after"] == "on"
