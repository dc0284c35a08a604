"""Home Assistant's automations read and written, and what is said of those that have no meaning here."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.routines.actions import Ask, Check, Delay, Notice
from daemon.routines.importing import imported, told
from daemon.routines.model import NotUnderstood
from daemon.routines.reading import Known, read_object, read_routines, restored_routine
from daemon.routines.triggers import (
    NotMeant,
    NumericTrigger,
    RecurrenceTrigger,
    RoutineTrigger,
    StateTrigger,
    TimeTrigger,
    WebhookTrigger,
    When,
    ZoneTrigger,
)
from daemon.routines.values import Secret
from daemon.routines.walking import placed_actions
from daemon.routines.writing import stored_routine, write_routines

SHARED = Path(__file__).parents[4] / "shared/data/routines"
OLD = """
- id: 1700000000000
  alias: Hall light
  initial_state: false
  trigger:
    platform: state
    entity_id: binary_sensor.hall_motion
    to: on
    for: 00:01:30
  condition:
    condition: time
    after: 22:00
  action:
    - service: light.turn_on
      entity_id: light.hall
      data_template: {brightness: '{{ 1 + 1 }}'}
    - delay: 120
    - '{{ is_state("light.hall", "on") }}'
"""
NEW = """
- id: '1700000000000'
  alias: Hall light
  enabled: false
  triggers:
    - trigger: state
      entity_id: [binary_sensor.hall_motion]
      to: 'on'
      for: {minutes: 1, seconds: 30}
  conditions:
    - condition: time
      after: '22:00:00'
  actions:
    - action: light.turn_on
      target: {entity_id: light.hall}
      data: {brightness: '{{ 1 + 1 }}'}
    - delay: '00:02:00'
    - condition: template
      value_template: '{{ is_state("light.hall", "on") }}'
"""


def test_both_spellings_say_the_same_but_for_bare_words():
    old, new = read_routines(OLD), read_routines(NEW)

    assert (old.not_understood, new.not_understood) == ((), ())
    assert write_routines(old.routines) == write_routines(new.routines).replace("to: 'on'", "to: true")


def test_a_routine_is_written_as_a_person_would():
    assert (
        write_routines(read_routines(NEW).routines)
        == """\
- id: '1700000000000'
  alias: Hall light
  enabled: false
  triggers:
    - trigger: state
      entity_id: binary_sensor.hall_motion
      to: 'on'
      for: '00:01:30'
  conditions:
    - condition: time
      after: '22:00:00'
  actions:
    - action: light.turn_on
      target:
        entity_id: light.hall
      data:
        brightness: '{{ 1 + 1 }}'
    - delay: '00:02:00'
    - condition: template
      value_template: '{{ is_state("light.hall", "on") }}'
  mode: single
"""
    )


def _trigger(text: str) -> When:
    reading = read_routines(
        f"id: a\ntriggers: [{{{text}}}]\nactions: []", known=Known(entities={"0" * 32: "light.hall"})
    )
    return reading.routines[0].triggers[0].when


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("platform: state, entity_id: 'a.b, c.d'", StateTrigger(("a.b", "c.d"))),
        ("trigger: state, entity_id: A.b, to: null", StateTrigger(("a.b",), to=())),
        ("trigger: time, at: '7:05'", TimeTrigger((time(7, 5),))),
        ("trigger: time, at: 10:00:00", TimeTrigger((time(10),))),
        ("trigger: numeric_state, entity_id: a.b, above: '5'", NumericTrigger(("a.b",), above=5.0)),
        ("trigger: webhook, webhook_id: !secret hook", WebhookTrigger(Secret("hook"))),
        ("trigger: zone.occupancy_detected, options: {zone: zone.home}", NumericTrigger(("zone.home",), above=0.0)),
        ("trigger: light.turned_on, target: {entity_id: light.a}", StateTrigger(("light.a",), to=("on",))),
        (
            "trigger: lock.unlocked, target: {entity_id: lock.a}, options: {for: 60}",
            StateTrigger(("lock.a",), to=("unlocked",), held=timedelta(minutes=1)),
        ),
        ("trigger: recurrence, rule: FREQ=DAILY, at: '08:00'", RecurrenceTrigger("FREQ=DAILY", time(8))),
        ("trigger: routine, routine: other", RoutineTrigger(("other",))),
        (
            "trigger: device, device_id: x, domain: binary_sensor, type: not_opened, entity_id: binary_sensor.door",
            StateTrigger(("binary_sensor.door",), to=("off",)),
        ),
        (
            "platform: device, device_id: x, domain: sensor, type: temperature, entity_id: sensor.t, above: 21",
            NumericTrigger(("sensor.t",), above=21.0),
        ),
        (
            f"platform: device, device_id: x, domain: light, type: turned_on, entity_id: {'0' * 32}",
            StateTrigger(("light.hall",), to=("on",)),
        ),
        (
            "trigger: device, domain: device_tracker, device_id: x, entity_id: person.a, type: enters, zone: zone.home",
            ZoneTrigger(("person.a",), "zone.home"),
        ),
    ],
)
def test_triggers_are_read(text: str, when: When):
    assert _trigger(text) == when


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("trigger: teleport", "'teleport' triggers"),
        ("trigger: light.turned_on, target: {area_id: hall}", "'light.turned_on' triggers"),
        (
            "trigger: light.turned_on, target: {entity_id: light.a}, options: {behavior: last}",
            "'light.turned_on' triggers",
        ),
        ("trigger: state", "no 'entity_id'"),
        ("trigger: state, entity_id: a.b, too: 'on'", "nothing is known of 'too' here"),
        ("trigger: state, entity_id: nonsense", "entity_id: 'nonsense' is no entity"),
        ("trigger: state, entity_id: '{{ x }}'", "entity_id: '{{ x }}' is no entity"),
        ("trigger: state, entity_id: a.b, for: soon", "for: 'soon' is no length of time"),
        ("trigger: time, at: '25:00'", "at: '25:00' is no time of day (HH:MM:SS)"),
        ("trigger: sun, event: noon", "event: 'noon' is no one of sunrise, sunset"),
        ("trigger: template, value_template: '{{ x'", "value_template: no template"),
        ("trigger: webhook, webhook_id: !include x.yaml", "webhook_id: !include is no text"),
        ("trigger: device, domain: mqtt, device_id: x, type: action", "that is no entity's"),
        (
            f"trigger: device, domain: light, device_id: x, type: turned_on, entity_id: {'1' * 32}",
            "known to Home Assistant's registry alone",
        ),
        ("id: 5", "a trigger without a kind"),
    ],
)
def test_triggers_without_a_meaning_are_named_and_kept(text: str, why: str):
    reading = read_routines(f"id: a\ntriggers: [{{{text}}}]\nactions: []")

    assert isinstance(reading.routines[0].triggers[0].when, NotMeant)
    assert [(place.routine, place.where) for place in reading.not_understood] == [("a", "triggers[0]")]
    assert why in reading.not_understood[0].why
    assert read_routines(write_routines(reading.routines)) == reading


def test_our_own_steps_are_read_in_the_same_style():
    reading = read_routines("""
id: bedtime
triggers: []
actions:
  - notice: The window is open
    to: [anna]
    urgency: high
  - ask: Shall I lock up?
    of: anna
    timeout: '00:05:00'
""")

    assert [action.do for action in reading.routines[0].actions] == [
        Notice("The window is open", to=("anna",), urgency="high"),
        Ask("Shall I lock up?", of=("anna",), timeout=timedelta(minutes=5)),
    ]


def test_the_place_of_what_is_not_understood_is_the_machines_own():
    reading = read_routines("""
id: a
triggers: []
actions:
  - choose:
      - conditions: [{condition: odd}]
        sequence:
          - repeat: {count: 2, sequence: [{teleport: home}]}
""")

    assert reading.not_understood == (
        NotUnderstood("a", "actions[0].choose[0].conditions[0]", "'odd' conditions"),
        NotUnderstood("a", "actions[0].choose[0].sequence[0].repeat.sequence[0]", "an action of teleport"),
    )
    assert reading.not_understood[1].where in dict(placed_actions(reading.routines[0]))


def test_a_switched_off_part_without_a_meaning_is_told_and_costs_nothing():
    report = imported("id: a\ntriggers: [{trigger: odd, enabled: false}]\nactions: [{delay: 5}]")

    assert [place.harmless for place in report.routines[0].reasons] == [True]
    assert report.count("wholly") == 1


@pytest.mark.parametrize(
    ("text", "understood", "enabled"),
    [
        ("id: a\ntriggers: [{trigger: tag, tag_id: x}]\nactions: [{delay: 5}]", "wholly", True),
        ("id: a\ntriggers: [{trigger: tag, tag_id: x}]\nactions: [{delay: 5}, {odd: 1}]", "partly", False),
        ("id: a\ntriggers: [{trigger: odd}]\nactions: [{delay: 5}]", "not", False),
        ("id: a\nuse_blueprint: {path: x.yaml}", "not", False),
        ("id: a\nactions: [{delay: 5}]", "not", False),
        ("id: a\ntriggers: [{trigger: tag, tag_id: x}]\nactions: [{delay: 5}]\nodd: 1", "partly", False),
        ("id: a\ntriggers: [{trigger: tag, tag_id: x}]\nactions: [{delay: 5}]\nmode: odd", "partly", False),
        ("id: a\ntriggers: [{trigger: tag, tag_id: x}]\nactions: [{delay: 5}]\nmax_exceeded: silent", "wholly", True),
    ],
)
def test_an_import_says_how_far_and_switches_off_what_is_not_whole(text: str, understood: str, enabled: bool):
    (found,) = imported(text).routines

    assert (found.understood, found.routine.enabled) == (understood, enabled)


def test_a_report_names_each_reason_and_each_secret():
    report = imported(
        "- {alias: One, triggers: [{trigger: odd}], actions: [{action: a.b, data: {x: !secret key}}]}\n- 5"
    )

    assert told(report).splitlines() == [
        "1 automations: 0 wholly understood, 0 partly, 1 not",
        "! [1]: '5' is no routine",
        "not    One (one)",
        "       triggers[0]: 'odd' triggers",
        "Values kept elsewhere that are needed: key",
    ]


def _bomb() -> str:
    """Return little text that comes to a million parts."""
    rows = [f"- &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 7)]
    return "\n".join(["- &a0 [x]", *rows])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "no YAML"),
        ("- &a [*a]", "levels"),
        ("- &a {x: *a}", "levels"),
        ("\x00", "no YAML"),
        (_bomb(), "parts"),
    ],
)  # fmt: skip
def test_a_broken_file_is_a_problem_and_no_exception(text: str, why: str):
    report = imported(text)

    assert report.routines == ()
    assert why in report.problems[0].why


def test_two_routines_of_one_name_both_stay():
    reading = read_routines("- {id: a, triggers: []}\n- {id: a, triggers: []}\n- {alias: 'A!', triggers: []}")

    assert [routine.id for routine in reading.routines] == ["a", "a_2", "a_2_2"]
    assert {place.harmless for place in reading.not_understood} == {True}


BLUEPRINT = """
blueprint:
  name: Motion light
  domain: automation
  input:
    motion: {}
    times:
      name: Times
      input:
        wait: {default: 120}
triggers:
  - trigger: state
    entity_id: !input motion
    to: 'on'
actions:
  - delay: !input wait
"""


def test_a_blueprint_whose_text_is_there_is_filled_in():
    text = "{id: a, alias: Hall, use_blueprint: {path: x/motion.yaml, input: {motion: binary_sensor.hall}}}"

    report = imported(text, known=Known(blueprints={"x/motion.yaml": BLUEPRINT}))

    (found,) = report.routines
    assert (found.understood, found.routine.alias) == ("wholly", "Hall")
    assert found.routine.triggers[0].when == StateTrigger(("binary_sensor.hall",), to=("on",))
    assert found.routine.actions[0].do == Delay(timedelta(seconds=120))


@pytest.mark.parametrize(
    ("use", "why"),
    [
        ("{path: other.yaml}", "the blueprint 'other.yaml', whose text is not here"),
        ("{path: x.yaml}", "the blueprint's input 'motion' has no value"),
        ("{path: broken.yaml}", "the blueprint 'broken.yaml': no YAML"),
        ("5", "the use of a blueprint is no mapping"),
    ],
)
def test_a_blueprint_that_cannot_be_filled_in_is_named_and_kept(use: str, why: str):
    known = Known(blueprints={"x.yaml": BLUEPRINT, "broken.yaml": "["})

    reading = read_routines(f"{{id: a, use_blueprint: {use}}}", known=known)

    assert [place.where for place in reading.not_understood] == ["use_blueprint"]
    assert reading.not_understood[0].why.startswith(why)
    assert "use_blueprint" in write_routines(reading.routines)


def test_a_configuration_with_automations_in_it_is_read():
    text = "automation:\n  - {id: a, triggers: []}\nautomation old: {id: b, trigger: []}\nlight: []"

    assert [routine.id for routine in read_routines(text).routines] == ["a", "b"]


def test_tags_are_kept_as_they_were():
    text = "- {id: a, triggers: [], actions: [{action: a.b, data: !include x.yaml}]}"

    reading = read_routines(text)

    assert read_routines(write_routines(reading.routines)) == reading
    assert isinstance(reading.routines[0].actions[0].do, NotMeant)
    assert "!include 'x.yaml'" in write_routines(reading.routines)


def test_a_disabled_shorthand_reads_as_a_condition():
    (action,) = read_routines("id: a\ntriggers: []\nactions: [{or: ['{{ 1 }}'], enabled: false}]").routines[0].actions

    assert isinstance(action.do, Check)
    assert not action.do.condition.enabled


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared automations beside the repository")
@pytest.mark.parametrize("folder", ["ha", "defects"])
def test_real_automations_come_back_the_same(folder: str):
    for file in sorted(SHARED.glob(f"{folder}/**/*.yaml")):
        reading = read_routines(file.read_text())

        assert read_routines(write_routines(reading.routines)).routines == reading.routines, file
        assert tuple(restored_routine(stored_routine(routine)) for routine in reading.routines) == reading.routines


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared automations beside the repository")
def test_most_real_automations_are_wholly_understood():
    reports = [imported(file.read_text()) for file in sorted((SHARED / "ha").glob("*.yaml"))]

    wholly = sum(report.count("wholly") for report in reports)

    assert wholly >= 0.8 * sum(len(report.routines) for report in reports)
    assert all(each.reasons for report in reports for each in report.routines if each.understood != "wholly")


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["light.hall", "on", "{{ 1 }}", "00:05:00", "state", "10:00", "{{ x", "no"])
)
_KEYS = st.sampled_from(
    [
        "trigger",
        "platform",
        "entity_id",
        "to",
        "from",
        "for",
        "at",
        "event",
        "id",
        "alias",
        "enabled",
        "condition",
        "conditions",
        "state",
        "above",
        "service",
        "action",
        "actions",
        "target",
        "data",
        "delay",
        "choose",
        "sequence",
        "default",
        "if",
        "then",
        "else",
        "repeat",
        "count",
        "while",
        "until",
        "for_each",
        "parallel",
        "stop",
        "variables",
        "wait_template",
        "wait_for_trigger",
        "timeout",
        "value_template",
        "triggers",
        "notice",
        "ask",
        "mode",
        "max",
    ]
)
_RUBBISH = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)


@given(_RUBBISH, _RUBBISH, _RUBBISH)
@settings(max_examples=60, deadline=None)
def test_any_rubbish_is_read_without_an_exception_and_comes_back(triggers: object, conditions: object, actions: object):
    reading = read_object([{"id": "a", "triggers": triggers, "conditions": conditions, "actions": actions}])

    assert read_routines(write_routines(reading.routines)).routines == reading.routines


_SPANS = st.timedeltas(timedelta(), timedelta(days=3)).map(
    lambda span: timedelta(milliseconds=span // timedelta(milliseconds=1))
)


@given(_SPANS, st.text(max_size=20), st.dictionaries(st.text(max_size=4), _SCALARS, max_size=3))
@settings(max_examples=40, deadline=None)
def test_steps_come_back_as_they_were(span: timedelta, text: str, data: dict[str, object]):
    raw = [
        {"delay": {"milliseconds": span // timedelta(milliseconds=1)}},
        {"stop": text},
        {"action": "a.b", "data": data},
    ]
    reading = read_object({"id": "a", "alias": text, "triggers": [], "actions": raw})

    assert read_routines(write_routines(reading.routines)) == reading
