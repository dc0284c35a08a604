"""Which changes set which triggers off, with what is held and what is spent."""

import json
from datetime import datetime, timedelta

import pytest

from daemon.routines.evaluating import Around
from daemon.routines.triggers import Trigger
from daemon.routines.values import Secret
from daemon.routines.watching import Fired, Watched, decoded_watch, encoded_watch, next_look, observe, watched
from daemon.routines.world import (
    CalendarMoment,
    Change,
    EventFired,
    HomeTurned,
    MessageCame,
    RoutineEnded,
    Said,
    StateChanged,
    TagRead,
    WebhookCalled,
)
from tests.daemon.routines.house import House, house, routine


def _triggers(text: str) -> tuple[Trigger, ...]:
    return routine(f"id: a\ntriggers: [{text}]\nactions: []").triggers


class Watcher:
    """Watches triggers in a house."""

    def __init__(self, text: str, home: House) -> None:
        self.triggers = _triggers(text)
        self.home = home
        self.memory = watched(self.triggers, Around(home))

    def see(self, change: Change) -> tuple[Fired, ...]:
        self.memory, fired = observe(self.triggers, self.memory, change, Around(self.home))
        return fired

    def put(self, entity: str, value: str, **attributes: str) -> int:
        """Let an entity change; how many triggers that set off."""
        return len(self.see(self.home.put(entity, value, **attributes)))

    def later(self, **length: float) -> int:
        return len(self.see(self.home.pass_time(timedelta(**length))))


@pytest.mark.parametrize(
    ("trigger", "old", "new", "fires"),
    [
        ("to: 'on'", "off", "on", True),
        ("to: 'on'", "off", "unavailable", False),
        ("to: 'on'", "unavailable", "on", True),
        ("from: 'off'", "off", "on", True),
        ("from: 'on'", "off", "on", False),
        ("from: 'off', to: 'on'", "off", "on", True),
        ("from: [a, b], to: [c, d]", "b", "c", True),
        ("to: null", "off", "on", True),
        ("not_from: unavailable", "unavailable", "on", False),
        ("not_from: unavailable", "off", "on", True),
        ("not_to: [unavailable]", "on", "unavailable", False),
        ("to: on", "off", "on", True),
        ("to: 20", "19", "20", True),
        ("", "off", "on", True),
        ("to: 'on', enabled: false", "off", "on", False),
    ],
)
def test_a_state_sets_off(trigger: str, old: str, new: str, fires: bool):
    watcher = Watcher(f"{{trigger: state, entity_id: x.y, {trigger}}}", house(x__y=old))

    assert watcher.put("x.y", new) == fires


@pytest.mark.parametrize(
    ("trigger", "fires"), [("", True), ("to: null", False), ("to: 'on'", False), ("attribute: level", True)]
)
def test_a_change_of_attributes_alone_sets_off(trigger: str, fires: bool):
    watcher = Watcher(f"{{trigger: state, entity_id: x.y, {trigger}}}", house(x__y="on"))

    assert watcher.put("x.y", "on", level="5") == fires


@pytest.mark.parametrize(
    ("trigger", "fires"), [("attribute: source, to: TV", True), ("attribute: source, from: TV", False)]
)
def test_an_attribute_sets_off(trigger: str, fires: bool):
    home = house()
    home.put("x.y", "on", source="Radio")
    watcher = Watcher(f"{{trigger: state, entity_id: x.y, {trigger}}}", home)

    assert watcher.put("x.y", "on", source="TV") == fires


def test_what_we_only_come_to_know_sets_nothing_off():
    watcher = Watcher("{trigger: state, entity_id: x.y, to: 'on'}", house())

    assert watcher.put("x.y", "on") == 0
    assert watcher.see(StateChanged("x.y", watcher.home.state("x.y"), None)) == ()


def test_a_state_that_is_held_fires_when_its_time_is_over_and_says_how_long():
    watcher = Watcher("{trigger: state, entity_id: x.y, to: 'on', for: 60, id: long}", house(x__y="off"))

    counts = [watcher.put("x.y", "on"), watcher.put("x.y", "on", a="1"), watcher.later(seconds=59)]
    look = next_look(watcher.triggers, watcher.memory, Around(watcher.home))
    (fired,) = watcher.see(watcher.home.pass_time(timedelta(seconds=1)))

    assert counts == [0, 0, 0]
    assert look == watcher.home.now
    assert (fired.data["id"], fired.data["for"], fired.data["entity_id"]) == ("long", timedelta(minutes=1), "x.y")
    assert watcher.later(seconds=60) == 0


def test_a_state_that_was_not_held_does_not_fire():
    watcher = Watcher("{trigger: state, entity_id: x.y, to: 'on', for: 60}", house(x__y="off"))

    watcher.put("x.y", "on")
    watcher.later(seconds=30)
    watcher.put("x.y", "off")

    assert watcher.later(seconds=60) == 0


def test_each_entity_is_held_by_itself():
    watcher = Watcher("{trigger: state, entity_id: [x.a, x.b], to: 'on', for: 60}", house(x__a="off", x__b="off"))

    watcher.put("x.a", "on")
    watcher.later(seconds=30)
    watcher.put("x.b", "on")

    assert (watcher.later(seconds=30), watcher.later(seconds=30)) == (1, 1)


def test_what_is_held_and_spent_outlives_a_restart():
    home = house(x__y="off", s__n="50")
    watcher = Watcher(
        "{trigger: state, entity_id: x.y, to: 'on', for: 60}, {trigger: numeric_state, entity_id: s.n, above: 40}", home
    )
    watcher.put("x.y", "on")

    again = decoded_watch(json.loads(json.dumps(encoded_watch(watcher.memory))))

    assert again == watcher.memory
    assert (len(again.held), again.spent) == (1, {(1, "s.n")})


_RUBBISH: list[object] = [None, 5, "held", {"held": [5, {}], "spent": ["x", [1]]}]


@pytest.mark.parametrize("thing", _RUBBISH)
def test_a_memory_that_is_none_is_an_empty_one(thing: object):
    assert decoded_watch(thing) == Watched()


@pytest.mark.parametrize(
    ("trigger", "values", "fires"),
    [
        ("above: 20", ["19", "21", "22"], [0, 1, 0]),
        ("above: 20", ["21", "22"], [1, 0]),
        ("above: 20", ["20", "20.1"], [0, 1]),
        ("below: 20", ["19", "21", "19"], [1, 0, 1]),
        ("above: 20, below: 30", ["25", "31", "25"], [1, 0, 1]),
        ("above: 20", ["21", "unavailable", "21"], [1, 0, 0]),
        ("above: 20", ["21", "19.5", "21", "18", "21"], [1, 0, 1, 0, 1]),
        ("above: 20, hysteresis: 1", ["21", "19.5", "21", "18", "21"], [1, 0, 0, 0, 1]),
        ("above: s.limit", ["24", "26"], [0, 1]),
        ("above: 40, value_template: '{{ state.state | float * 2 }}'", ["19", "21"], [0, 1]),
        ("above: 20, for: 5", ["21"], [0]),
    ],
)
def test_a_number_sets_off_when_it_comes_into_the_range(trigger: str, values: list[str], fires: list[int]):
    home = house(s__n="10" if "below: 20" not in trigger else "25", s__limit="25")
    watcher = Watcher(f"{{trigger: numeric_state, entity_id: s.n, {trigger}}}", home)

    assert [watcher.put("s.n", value) for value in values] == fires


def test_a_number_that_lies_in_the_range_from_the_start_does_not_fire():
    watcher = Watcher("{trigger: numeric_state, entity_id: s.n, above: 20}", house(s__n="25"))

    assert [watcher.put("s.n", value) for value in ("26", "19", "21")] == [0, 0, 1]


def test_a_threshold_that_moves_sets_off_too():
    watcher = Watcher("{trigger: numeric_state, entity_id: s.n, above: s.limit}", house(s__n="20", s__limit="25"))

    assert watcher.put("s.limit", "15") == 1


def test_an_expression_fires_when_it_becomes_so():
    text = '{trigger: template, value_template: \'{{ is_state("x.y", "on") and is_state("x.z", "on") }}\'}'
    watcher = Watcher(text, house(x__y="off", x__z="off"))

    puts = [("x.y", "on"), ("x.z", "on"), ("x.z", "on"), ("x.z", "off"), ("x.z", "on"), ("x.other", "on")]

    assert [watcher.put(*put) for put in puts] == [0, 1, 0, 0, 1, 0]


def test_an_expression_of_the_time_fires_by_the_clock():
    watcher = Watcher("{trigger: template, value_template: '{{ now().hour >= 13 }}'}", house())

    assert (watcher.later(minutes=59), watcher.later(minutes=1), watcher.later(minutes=1)) == (0, 1, 0)


def test_somebody_comes_into_a_zone_and_leaves_it():
    text = ", ".join(
        f"{{trigger: zone, entity_id: person.anna, zone: zone.home, event: {it}}}" for it in ("enter", "leave")
    )
    watcher = Watcher(text, house(person__anna="not_home"))

    puts = [watcher.see(watcher.home.put("person.anna", it)) for it in ("home", "work", "unknown", "home")]

    assert [[fired.trigger for fired in each] for each in puts] == [[0], [1], [], []]


def test_the_clock_fires_once_for_the_time_that_passed():
    watcher = Watcher("{trigger: time, at: '12:30:00'}", house())

    assert (watcher.later(minutes=29), watcher.later(minutes=2), watcher.later(minutes=2)) == (0, 1, 0)
    assert next_look(watcher.triggers, watcher.memory, Around(watcher.home)) == datetime(
        2026, 10, 7, 12, 30, tzinfo=watcher.home.now.tzinfo
    )


_MOMENT = CalendarMoment("calendar.waste", "start", timedelta(hours=-1), {"summary": "Paper"})


@pytest.mark.parametrize(
    ("trigger", "change", "fires"),
    [
        ("mqtt, topic: a/+/c", MessageCame("a/b/c", "x"), True),
        ("mqtt, topic: a/#", MessageCame("a/b/c", "x"), True),
        ("mqtt, topic: a/b", MessageCame("a/b/c", "x"), False),
        ("mqtt, topic: '#'", MessageCame("$SYS/x", "x"), False),
        ("mqtt, topic: a, payload: 'ON'", MessageCame("a", "ON"), True),
        ("mqtt, topic: a, payload: 'ON'", MessageCame("a", "OFF"), False),
        ("mqtt, topic: a, payload: open, value_template: '{{ value_json.x }}'", MessageCame("a", '{"x":"open"}'), True),
        ("mqtt, topic: a, payload: open, value_template: '{{ value_json.x }}'", MessageCame("a", "rubbish"), False),
        ("event, event_type: pressed", EventFired("pressed"), True),
        ("event, event_type: [pressed, held]", EventFired("held"), True),
        ("event, event_type: pressed, event_data: {n: 1}", EventFired("pressed", {"n": 1, "x": 2}), True),
        ("event, event_type: pressed, event_data: {n: 1}", EventFired("pressed", {"n": 2}), False),
        ("calendar, entity_id: calendar.waste, event: start, offset: '-01:00:00'", _MOMENT, True),
        ("calendar, entity_id: calendar.waste, event: start", _MOMENT, False),
        ("webhook, webhook_id: w", WebhookCalled("w"), True),
        ("webhook, webhook_id: w", WebhookCalled("v"), False),
        ("webhook, webhook_id: w", WebhookCalled("w", local=False), False),
        ("webhook, webhook_id: w, local_only: false", WebhookCalled("w", local=False), True),
        ("webhook, webhook_id: w", WebhookCalled("w", method="GET"), False),
        ("webhook, webhook_id: w, allowed_methods: [GET]", WebhookCalled("w", method="GET"), True),
        ("webhook, webhook_id: !secret w", WebhookCalled(Secret("w")), True),
        ("conversation, command: good night", Said("Good night!"), True),
        ("conversation, command: '(good|sleep) night [please]'", Said("good night"), True),
        ("conversation, command: '(good|sleep) night [please]'", Said("good night please"), True),
        ("conversation, command: good night", Said("good night Anna"), False),
        ("homeassistant, event: start", HomeTurned("start"), True),
        ("homeassistant, event: shutdown", HomeTurned("start"), False),
        ("tag, tag_id: t", TagRead("t"), True),
        ("tag, tag_id: t, device_id: d", TagRead("t"), False),
        ("routine, routine: other", RoutineEnded("other", "finished"), True),
        ("routine, routine: other", RoutineEnded("other", "failed"), False),
        ("routine, routine: other, result: [failed, stopped]", RoutineEnded("other", "failed"), True),
    ],
)
def test_what_happens_sets_off(trigger: str, change: Change, fires: bool):
    watcher = Watcher(f"{{trigger: {trigger}}}", house())

    assert len(watcher.see(change)) == fires


def test_a_sentence_hands_its_slots_over():
    watcher = Watcher("{trigger: conversation, command: 'when is the {machine} done'}", house())

    (fired,) = watcher.see(Said("When is the washing machine done?", person="anna"))

    assert fired.data["slots"] == {"machine": "washing machine"}


def test_triggers_have_their_own_variables_and_a_place_for_an_id():
    watcher = Watcher("{trigger: event, event_type: e, variables: {n: '{{ trigger.event.data.x + 1 }}'}}", house())

    (fired,) = watcher.see(EventFired("e", {"x": 1}))

    assert (fired.data["id"], fired.variables) == ("0", {"n": 2})
