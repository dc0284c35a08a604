"""What a run does step by step, on a clock of its own."""

import json
from datetime import timedelta

import pytest

from daemon.routines.machine import Start, advance, begin
from daemon.routines.model import Mode
from daemon.routines.modes import Admission, admission
from daemon.routines.run import Limits, RunError, decoded_run, encoded_run
from daemon.routines.steps import (
    Answered,
    Asking,
    Calling,
    Checked,
    Ended,
    Firing,
    Halted,
    Noticing,
    Responding,
    Returned,
    Stumbled,
    Waiting,
)
from daemon.routines.values import Secret
from daemon.routines.watching import Fired
from daemon.routines.world import EventFired
from tests.daemon.routines.house import Driver, doing, house, routine

LAMP = "- action: light.turn_on\n  target: {entity_id: light.hall}"


@pytest.mark.parametrize(
    ("actions", "calls", "result"),
    [
        (LAMP, ["light.turn_on light.hall"], "finished"),
        ("- service: light.turn_on\n  entity_id: light.a, light.b", ["light.turn_on light.a,light.b"], "finished"),
        ("- scene: scene.evening", ["scene.turn_on scene.evening"], "finished"),
        ("- action: a.b\n  enabled: false\n- action: c.d", ["c.d"], "finished"),
        ("- if: '{{ true }}'\n  then:\n  - action: a.yes\n  else:\n  - action: a.no", ["a.yes"], "finished"),
        ("- if: '{{ missing }}'\n  then:\n  - action: a.yes\n  else:\n  - action: a.no", ["a.no"], "finished"),
        (
            "- choose: [{conditions: '{{ 0 }}', sequence: []}, {conditions: [], sequence: [{action: a.two}]}]",
            ["a.two"],
            "finished",
        ),
        ("- choose: []\n  default: [{action: a.none}]", ["a.none"], "finished"),
        ("- sequence:\n  - action: a.b\n  - sequence:\n    - action: c.d", ["a.b", "c.d"], "finished"),
        ("- repeat:\n    count: 2\n    sequence: [{action: 'a.n{{ repeat.index }}'}]", ["a.n1", "a.n2"], "finished"),
        ("- repeat:\n    count: 0\n    sequence: [{action: a.b}]", [], "finished"),
        (
            "- repeat:\n    for_each: [x, y]\n    sequence:\n    - action: 'a.{{ repeat.item }}'",
            ["a.x", "a.y"],
            "finished",
        ),
        (
            "- repeat:\n    while: '{{ repeat.index < 3 }}'\n    sequence: [{action: 'a.n{{ repeat.index }}'}]",
            ["a.n1", "a.n2"],
            "finished",
        ),
        (
            "- repeat:\n    until: '{{ repeat.index == 2 }}'\n    sequence: [{action: 'a.n{{ repeat.index }}'}]",
            ["a.n1", "a.n2"],
            "finished",
        ),
        (
            "- repeat:\n    count: 2\n    sequence:\n    - '{{ repeat.index == 2 }}'\n    - action: a.second",
            ["a.second"],
            "finished",
        ),
        (
            "- repeat: {count: 2, sequence: [{repeat: {count: 2, sequence: [{action: a.b}]}}]}",
            ["a.b"] * 4,
            "finished",
        ),
        ("- parallel:\n  - action: a.one\n  - sequence: [{action: a.two}, {action: a.three}]\n- action: a.end",
         ["a.one", "a.two", "a.three", "a.end"], "finished"),
        ("- parallel: []\n- action: a.end", ["a.end"], "finished"),
        ("- stop: enough\n- action: a.b", [], "stopped"),
        ("- stop: broken\n  error: true", [], "failed"),
        ("- condition: state\n  entity_id: light.hall\n  state: 'on'\n- action: a.b", [], "stopped"),
        ("- variables: {x: 1, y: '{{ x + 1 }}'}\n- action: 'a.n{{ y }}'", ["a.n2"], "finished"),
        ("- action: a.b\n  data: {level: '{{ states(\"sensor.none\") | float }}'}", [], "failed"),
    ],
)  # fmt: skip
def test_actions_come_to_these_calls_and_this_end(actions: str, calls: list[str], result: str):
    driver = Driver(doing(actions), house(light__hall="off"))

    found = (driver.calls, driver.run.result)

    assert sorted(found[0]) == sorted(calls)
    assert found[1] == result


@pytest.mark.parametrize(
    ("delay", "length"),
    [
        ("5", 5),
        ("'00:02:30'", 150),
        ("'00:02'", 120),
        ("{minutes: 2, seconds: 5}", 125),
        ("{minutes: '{{ 1 + 1 }}'}", 120),
        ("'00:00:{{ 30 }}'", 30),
        ("'{{ 90 }}'", 90),
    ],
)
def test_a_delay_ends_after_its_length_and_not_before(delay: str, length: int):
    driver = Driver(doing(f"- delay: {delay}\n{LAMP}"), house())

    driver.later(seconds=length - 1)
    before = driver.calls
    driver.later(seconds=1)

    assert (before, driver.calls) == ([], ["light.turn_on light.hall"])


def test_a_delay_that_makes_no_sense_fails_the_run_and_says_so():
    driver = Driver(doing("- delay: '{{ nobody }}'"), house())

    assert driver.of(Ended) == [Ended("actions[0]", "failed", "the delay is no length of time")]


WAIT = """
- wait_for_trigger:
  - trigger: state
    entity_id: binary_sensor.door
    to: 'off'
    for: '00:00:10'
  timeout: '00:05:00'
- action: 'a.{{ "done" if wait.completed else "late" }}'
"""


def test_a_wait_for_a_trigger_goes_on_once_it_held_long_enough():
    home = house(binary_sensor__door="on")
    driver = Driver(doing(WAIT), home)

    driver.tell(home.put("binary_sensor.door", "off"))
    look_at = driver.of(Waiting)[-1].look_at
    driver.later(seconds=10)

    assert look_at == home.now
    assert driver.calls == ["a.done"]


def test_a_wait_for_a_trigger_starts_again_when_it_did_not_hold():
    home = house(binary_sensor__door="on")
    driver = Driver(doing(WAIT), home)

    driver.tell(home.put("binary_sensor.door", "off"))
    driver.later(seconds=5)
    driver.tell(home.put("binary_sensor.door", "on"))
    driver.later(seconds=5)

    assert driver.calls == []
    assert driver.of(Waiting)[-1].look_at == driver.of(Waiting)[0].deadline


def test_a_wait_that_nothing_ends_goes_on_at_its_deadline():
    driver = Driver(doing(WAIT), house(binary_sensor__door="on"))

    driver.later(minutes=5)

    assert driver.calls == ["a.late"]


def test_a_wait_that_must_not_be_in_vain_ends_the_run():
    driver = Driver(doing(WAIT.replace("timeout", "continue_on_timeout: false\n  timeout")), house())

    driver.later(minutes=5)

    assert (driver.run.result, driver.run.why, driver.calls) == ("stopped", "waited in vain", [])


def test_a_wait_for_an_expression_ends_when_it_is_so():
    home = house(sensor__water="20")
    driver = Driver(doing("- wait_template: '{{ states(\"sensor.water\") | float > 40 }}'\n- action: a.warm"), home)

    driver.tell(home.put("sensor.water", "30"))
    before = driver.calls
    driver.tell(home.put("sensor.water", "41"))

    assert (before, driver.calls) == ([], ["a.warm"])


def test_a_wait_for_an_expression_of_the_time_is_looked_at_every_minute():
    driver = Driver(doing("- wait_template: '{{ now().minute >= 2 }}'\n- action: a.late"), house())

    looks = [driver.of(Waiting)[-1].look_at]
    driver.later(minutes=1)
    looks.append(driver.of(Waiting)[-1].look_at)
    driver.later(minutes=1)

    assert looks[1] - looks[0] == timedelta(minutes=1)
    assert driver.calls == ["a.late"]


ASK = """
- ask: Shall I lock up?
  of: [anna]
  answers: [yes please, 'no']
  timeout: '00:10:00'
- action: "a.{{ answer | default('nobody', true) | slugify }}"
"""


def test_a_question_goes_on_with_its_answer():
    driver = Driver(doing(ASK), house())
    (asked,) = driver.of(Asking)

    driver.tell(Answered(asked.wait, "no"))

    assert (asked.question, asked.of, asked.answers) == ("Shall I lock up?", ("anna",), ("yes please", "no"))
    assert driver.calls == ["a.no"]


def test_a_question_nobody_answers_goes_on_without_one():
    driver = Driver(doing(ASK), house())

    driver.later(minutes=10)

    assert driver.calls == ["a.nobody"]


def test_an_answer_to_another_question_is_none():
    driver = Driver(doing(ASK), house())

    driver.tell(Answered(driver.of(Asking)[0].wait + 1, "no"))

    assert driver.calls == []


def test_what_a_call_gives_back_has_a_name():
    kept = doing("- action: weather.get_forecasts\n  response_variable: said\n- action: 'a.{{ said.sky }}'")

    driver = Driver(kept, house(), answers={"weather.get_forecasts": Returned(0, response={"sky": "rain"})})

    assert driver.calls == ["weather.get_forecasts", "a.rain"]


@pytest.mark.parametrize(
    ("actions", "calls", "result"),
    [
        ("- action: a.fail\n- action: a.b", [], "failed"),
        ("- action: a.fail\n  continue_on_error: true\n- action: a.b", ["a.b"], "finished"),
        (
            "- sequence: [{action: a.fail}, {action: a.c}]\n  continue_on_error: true\n- action: a.b",
            ["a.b"],
            "finished",
        ),
    ],
)
def test_a_call_that_fails_ends_the_run_unless_it_may(actions: str, calls: list[str], result: str):
    kept, home = doing(actions), house()
    run, steps = begin(kept, Start("run1", "cause1"), home)
    (call,) = [step for step in steps if isinstance(step, Calling)]

    run, steps = advance(kept, run, Returned(call.wait, done=False, why="no answer"), home)

    assert [step.action for step in steps if isinstance(step, Calling)] == calls
    assert any(getattr(step, "why", "") == "no answer" for step in steps if isinstance(step, Ended | Stumbled))
    assert run.result == (result if not calls else None)


def test_a_call_without_an_outcome_fails_at_its_deadline():
    kept, home = doing(LAMP), house()
    run, _ = begin(kept, Start("run1", "cause1"), home)

    run, _ = advance(kept, run, home.pass_time(timedelta(minutes=6)), home)

    assert (run.result, run.why) == ("failed", "no word of what came of the call in time")


def test_notices_events_and_answers_come_out_as_steps():
    driver = Driver(
        doing(
            "- notice: 'It is {{ states(\"sensor.out\") }} degrees'\n  to: anna\n"
            "- event: door_seen\n  event_data: {n: '{{ 1 + 1 }}'}\n- set_conversation_response: Fine"
        ),
        house(sensor__out="21"),
    )

    assert driver.of(Noticing) == [Noticing("actions[0]", "It is 21 degrees", None, ("anna",), "normal")]
    assert driver.of(Firing) == [Firing("actions[1]", "door_seen", {"n": 2})]
    assert driver.of(Responding) == [Responding("actions[2]", "Fine")]


def test_a_secret_reaches_the_call_by_name_only():
    driver = Driver(doing("- action: wake_on_lan.send_magic_packet\n  data: {mac: !secret tv_mac}"), house())

    assert driver.of(Calling)[0].data == {"mac": Secret("tv_mac")}


def test_the_trace_says_which_condition_a_fork_hung_on():
    driver = Driver(
        doing("- if: ['{{ 1 }}', '{{ 0 }}', '{{ 1 }}']\n  then: []\n- choose: {conditions: ['{{ 1 }}'], sequence: []}"),
        house(),
    )

    assert driver.of(Checked) == [
        Checked("actions[0].if[0]", True),
        Checked("actions[0].if[1]", False),
        Checked("actions[1].choose[0].conditions[0]", True),
    ]


def test_a_condition_of_the_routine_declines_the_run_and_names_the_place():
    kept = doing(LAMP, "conditions:\n- condition: state\n  entity_id: light.hall\n  state: 'on'")

    driver = Driver(kept, house(light__hall="off"))

    assert driver.of(Ended) == [Ended("conditions[0]", "declined", "a condition does not hold")]


def test_a_run_knows_what_set_it_off_and_its_variables():
    kept = doing(
        "- action: 'a.{{ trigger.id }}_{{ base }}_{{ twice }}'", "variables: {base: 2, twice: '{{ base * 2 }}'}"
    )

    driver = Driver(kept, house(), trigger=Fired(0, {"id": "door", "idx": "0"}))

    assert driver.calls == ["a.door_2_4"]


@pytest.mark.parametrize(
    ("actions", "why"),
    [
        ("- repeat:\n    while: '{{ true }}'\n    sequence: [{variables: {a: 1}}]", "it runs away: 2001 steps"),
        ("- repeat:\n    count: 10001\n    sequence: []", "it runs away"),
        ("- parallel:\n" + "  - delay: 5\n" * 70, "more than 64 branches"),
        ("".join(f"{'  ' * n}- sequence:\n" for n in range(30)) + "  " * 30 + "- delay: 1", "more than 24 sequences"),
    ],
    ids=["loop", "turns", "branches", "depth"],
)
def test_what_runs_away_is_stopped_and_said(actions: str, why: str):
    driver = Driver(doing(actions), house())

    assert driver.run.result == "failed"
    assert why in driver.run.why


def test_a_run_is_bounded_in_its_steps():
    kept, home = doing("- repeat:\n    while: '{{ true }}'\n    sequence: [{delay: 1}]"), house()
    limits = Limits(steps=4)
    run, _ = begin(kept, Start("run1", "cause1"), home, limits)

    for _ in range(3):
        run, _ = advance(kept, run, home.pass_time(timedelta(seconds=1)), home, limits)

    assert (run.result, run.why) == ("failed", "it has taken 4 steps, and still goes on")


def test_a_loop_that_waits_is_bounded_in_its_turns():
    kept, home = doing("- repeat:\n    while: '{{ true }}'\n    sequence: [{delay: 1}]"), house()
    limits = Limits(turns=3)
    run, _ = begin(kept, Start("run1", "cause1"), home, limits)

    for _ in range(3):
        run, _ = advance(kept, run, home.pass_time(timedelta(seconds=1)), home, limits)

    assert (run.result, run.why) == ("failed", "the loop has taken 3 turns, and still goes on")


RESUMED = [
    ("- delay: '00:01:00'", "pass"),
    ('- wait_template: \'{{ is_state("light.hall", "on") }}\'', "light"),
    ("- wait_for_trigger: {trigger: state, entity_id: light.hall, to: 'on'}", "light"),
    ("- wait_for_trigger: {trigger: state, entity_id: light.hall, to: 'off', for: 60}", "pass"),
    ("- wait_for_trigger: {trigger: event, event_type: pressed}", "event"),
    ("- parallel:\n  - delay: 20\n  - repeat:\n      count: 2\n      sequence: [{delay: 30}]", "pass"),
    ("- choose: {conditions: [], sequence: [{repeat: {for_each: [1], sequence: [{delay: 60}]}}]}", "pass"),
]


@pytest.mark.parametrize(("actions", "event"), RESUMED)
def test_a_run_read_back_from_json_goes_on_as_if_nothing_had_been(actions: str, event: str):
    home = house(light__hall="on" if "off" in actions else "off")
    driver = Driver(doing(f"{actions}\n- action: a.end"), home)
    if "for: 60" in actions:
        driver.tell(home.put("light.hall", "off"))

    driver.run = decoded_run(json.loads(json.dumps(encoded_run(driver.run))))
    if event == "pass":
        driver.later(seconds=30)
        driver.run = decoded_run(json.loads(json.dumps(encoded_run(driver.run))))
        driver.later(seconds=30)
    elif event == "light":
        driver.tell(home.put("light.hall", "on"))
    else:
        driver.tell(EventFired("pressed"))

    assert driver.calls == ["a.end"]
    assert driver.run.result == "finished"


def test_a_run_in_a_call_read_back_takes_the_outcome():
    kept, home = doing("- action: a.b\n- action: c.d"), house()
    run, steps = begin(kept, Start("run1", "cause1"), home)
    (call,) = [step for step in steps if isinstance(step, Calling)]

    again = decoded_run(json.loads(json.dumps(encoded_run(run))))
    _, steps = advance(kept, again, Returned(call.wait), home)

    assert again == run
    assert [step.action for step in steps if isinstance(step, Calling)] == ["c.d"]


def test_a_run_that_is_halted_is_over_and_stays_so():
    driver = Driver(doing(f"- delay: 5\n{LAMP}"), house())

    driver.tell(Halted("a newer run takes its place"))
    driver.later(seconds=5)

    assert (driver.run.result, driver.run.why, driver.calls) == ("stopped", "a newer run takes its place", [])


def test_a_run_of_another_version_is_refused():
    home = house()
    run, _ = begin(doing("- delay: 5"), Start("run1", "cause1"), home)

    with pytest.raises(RunError, match="version 1, not of 'test' 2"):
        advance(doing("- delay: 6", "version: 2"), run, Halted(""), home)


@pytest.mark.parametrize("thing", [None, 5, {}, {"id": "x"}, {"id": "x", "threads": [1]}])
def test_a_stored_run_that_is_none_is_an_error_that_says_so(thing: object):
    with pytest.raises(RunError, match="cannot be read"):
        decoded_run(thing)


@pytest.mark.parametrize(
    ("mode", "running", "queued", "found"),
    [
        ("single", 0, 0, "start"),
        ("single", 1, 0, "refuse"),
        ("restart", 0, 0, "start"),
        ("restart", 1, 0, "restart"),
        ("queued", 0, 0, "start"),
        ("queued", 1, 1, "queue"),
        ("queued", 1, 2, "refuse"),
        ("parallel", 2, 0, "start"),
        ("parallel", 3, 0, "refuse"),
    ],
)
def test_modes_decide_what_a_second_run_may(mode: Mode, running: int, queued: int, found: Admission):
    kept = routine(f"id: a\ntriggers: []\nactions: []\nmode: {mode}\nmax: 3")

    assert admission(kept, running, queued) == found
