"""What triggers have to be told of."""

import pytest

from daemon.routines.interests import Interests, interests_of
from tests.daemon.routines.house import routine


@pytest.mark.parametrize(
    ("trigger", "found"),
    [
        ("state, entity_id: [a.b, c.d]", Interests(frozenset({"a.b", "c.d"}))),
        ("state, entity_id: a.b, enabled: false", Interests()),
        ("numeric_state, entity_id: a.b, above: input_number.x", Interests(frozenset({"a.b", "input_number.x"}))),
        ("zone, entity_id: person.a, zone: zone.home", Interests(frozenset({"person.a"}))),
        ('template, value_template: \'{{ is_state("a.b", "on") }}\'', Interests(frozenset({"a.b"}))),
        ("template, value_template: '{{ states.light | list }}'", Interests(anything=True)),
        ("template, value_template: '{{ now().hour }}'", Interests(clock=True)),
        ("time, at: input_datetime.x", Interests(frozenset({"input_datetime.x"}), clock=True)),
        ("sun, event: sunset", Interests(clock=True)),
        ("mqtt, topic: a/#", Interests(topics=frozenset({"a/#"}))),
        ("event, event_type: x", Interests(events=frozenset({"x"}))),
        ("calendar, entity_id: calendar.x", Interests(calendars=frozenset({"calendar.x"}))),
        ("webhook, webhook_id: x", Interests(webhooks=frozenset({"x"}))),
        ("routine, routine: x", Interests(routines=frozenset({"x"}))),
        ("conversation, command: x", Interests(others=True)),
        ("tag, tag_id: x", Interests(events=frozenset({"tag_scanned"}))),
    ],
)
def test_a_trigger_is_interested_in(trigger: str, found: Interests):
    assert interests_of(routine(f"id: a\ntriggers: [{{trigger: {trigger}}}]\nactions: []").triggers) == found


def test_interests_of_several_are_those_of_each():
    text = "[{trigger: state, entity_id: a.b}, {trigger: sun, event: sunset}, {trigger: event, event_type: x}]"

    found = interests_of(routine(f"id: a\ntriggers: {text}\nactions: []").triggers)

    assert found == Interests(frozenset({"a.b"}), clock=True, events=frozenset({"x"}))
