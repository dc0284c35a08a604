"""Tests of `daemon.automating`: what sets a routine off, what it does and waits for, and what it never does twice."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from skills.model import Verdict
from skills.routines import routine_add, routine_edit, routine_remove, routine_run, routine_switch
from tests.daemon.automating.house import DOOR, HEAT, MOTION, PHONE, Living, living
from tests.daemon.house import LAMP, LOCK, now_is

ON = "light.lamp", "turn_on"
OFF = "light.lamp", "turn_off"


def routine(triggers: str, actions: str = "[{action: light.turn_on, target: {entity_id: light.lamp}}]", **more: str):
    """Return a routine in YAML."""
    rest = "".join(f"{key}: {value}\n" for key, value in {"id": "it", "alias": "It", **more}.items())
    return f"{rest}triggers: {triggers}\nactions: {actions}\n"


MOVES = "[{trigger: state, entity_id: binary_sensor.motion, to: 'on'}]"
FOR_FIVE = (
    "[{action: light.turn_on, target: {entity_id: light.lamp}}, {delay: '00:05:00'},"
    " {action: light.turn_off, target: {entity_id: light.lamp}}]"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.db"


# What sets a routine off


async def motion(one: Living) -> None:
    one.becomes(MOTION, "on")


async def warmth(one: Living) -> None:
    one.becomes(HEAT, "26.5")


async def held(one: Living) -> None:
    one.becomes(DOOR, "on")
    await one.passes(601)


async def one_o_clock(one: Living) -> None:
    await one.passes(3_601)


async def half_past(one: Living) -> None:
    await one.passes(1_801)


async def sunset(one: Living) -> None:
    await one.passes(21_000)  # in Berlin, on 2 March, at 17:47


async def message(one: Living) -> None:
    one.topics.told("home/bell", '{"rings": true}')


async def coming(one: Living) -> None:
    one.becomes(PHONE, "not_home")
    one.becomes(PHONE, "home")


async def hook(one: Living) -> None:
    await one.routines.hook("secret", {"a": 1}, {})


async def start(one: Living) -> None:
    await one.passes(11)


async def template(one: Living) -> None:
    one.becomes(HEAT, "31")


@pytest.mark.parametrize(
    ("triggers", "happens"),
    [
        (MOVES, motion),
        ("[{trigger: numeric_state, entity_id: sensor.heat, above: 25}]", warmth),
        ("[{trigger: state, entity_id: binary_sensor.door, to: 'on', for: '00:10:00'}]", held),
        ("[{trigger: time, at: '13:00:00'}]", one_o_clock),
        ("[{trigger: recurrence, rule: FREQ=DAILY, at: '13:00:00'}]", one_o_clock),
        ("[{trigger: time_pattern, minutes: /30}]", half_past),
        ("[{trigger: sun, event: sunset}]", sunset),
        ("[{trigger: state, entity_id: sun.sun, to: below_horizon}]", sunset),
        ("[{trigger: mqtt, topic: home/+}]", message),
        ("[{trigger: zone, entity_id: person.ann, zone: zone.home, event: enter}]", coming),
        ("[{trigger: state, entity_id: person.ann, to: home}]", coming),
        ("[{trigger: webhook, webhook_id: secret}]", hook),
        ("[{trigger: homeassistant, event: start}]", start),
        ("[{trigger: template, value_template: \"{{ states('sensor.heat') | float > 30 }}\"}]", template),
    ],
    ids=["state", "number", "held", "time", "recurrence", "pattern", "sun", "sun's state", "mqtt", "zone", "person",
         "webhook", "start", "template"],
)  # fmt: skip
async def test_a_routine_is_set_off(path: Path, triggers: str, happens: Callable[[Living], Awaitable[None]]):
    async with living(path) as one:
        await one.add(routine(triggers))
        await one.settled()
        await happens(one)
        await one.settled()
        assert ON in one.sent()


async def test_a_routine_does_nothing_when_something_else_happens(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES))
        one.becomes(DOOR, "on")
        one.becomes(MOTION, "off")
        assert (await one.results(), one.sent()) == ([], [])


async def test_a_sentence_sets_a_routine_off_and_is_answered(path: Path):
    phrase = "[{trigger: conversation, command: 'movie time'}]"
    act = "[{action: light.turn_on, target: {entity_id: light.lamp}}, {set_conversation_response: Enjoy it}]"
    async with living(path) as one:
        await one.add(routine(phrase, act))
        meaning = one.routines.meaning("Movie time!")
        from skills.routines import routine_said

        outcome = await one.wish(routine_said("Movie time!"))
        assert (meaning is not None, outcome.verdict, outcome.told) == (True, Verdict.DONE, "Enjoy it")
        assert one.routines.meaning("turn on the light") is None


async def test_the_end_of_one_routine_sets_off_another(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, "[]", id="first"))
        await one.add(routine("[{trigger: routine, routine: first}]", id="second"))
        one.becomes(MOTION, "on")
        assert sorted(await one.results()) == [("first", "finished"), ("second", "finished")]


async def test_an_event_of_one_routine_sets_off_another(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, "[{event: tea, event_data: {kind: green}}]", id="first"))
        await one.add(routine("[{trigger: event, event_type: tea, event_data: {kind: green}}]", id="second"))
        one.becomes(MOTION, "on")
        await one.settled()
        assert one.sent() == [ON]


async def test_a_condition_that_does_not_hold_is_on_record(path: Path):
    async with living(path) as one:
        held = "[{condition: state, entity_id: binary_sensor.door, state: 'on'}]"
        await one.add(routine(MOVES, conditions=held))
        one.becomes(MOTION, "on")
        (run,) = await one.runs()
        assert (run["result"], run["why"], one.sent()) == ("declined", "a condition does not hold", [])


async def test_the_first_word_of_a_device_sets_nothing_off(path: Path):
    async with living(path) as one:
        await one.add(routine("[{trigger: numeric_state, entity_id: sensor.new, above: 1}]"))
        from devices.model import Entity, EntityId

        one.twin.home.add(Entity(EntityId("sensor.new"), "New", "sensor"))
        one.becomes(EntityId("sensor.new"), "5")
        assert await one.results() == []


# What it does, and on whose account


async def test_what_a_routine_did_is_led_back_to_the_sensor_and_to_who_made_it(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, alias="Hall"))
        one.becomes(MOTION, "on")
        await one.settled()
        chain = [entry.words for entry in await one.journal.why(LAMP)]
        assert chain[2] == "the routine “Hall” ran, because Hall Motion became on"
        assert chain[3].startswith("keep the routine Hall")


async def test_nobody_is_there_to_say_yes_to_what_is_about_safety(path: Path):
    unlock = "[{action: lock.unlock, target: {entity_id: lock.front}}]"
    async with living(path) as one:
        await one.add(routine(MOVES, unlock))
        one.becomes(MOTION, "on")
        (run,) = await one.runs()
        assert (run["result"], now_is(one.twin, LOCK), one.sent()) == ("failed", "locked", [])


async def test_what_has_no_counterpart_ends_the_run_and_says_its_name(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, "[{action: rocket.launch, target: {entity_id: light.lamp}}]"))
        one.becomes(MOTION, "on")
        (run,) = await one.runs()
        assert run["result"] == "failed"
        assert "rocket" in str(run["why"])


async def test_people_are_told_once_each_time(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, "[{notice: 'Somebody is there', to: [ann], urgency: high}]"))
        one.becomes(MOTION, "on")
        await one.settled()
        assert [(it.text, it.people, it.urgency) for it in one.told] == [("Somebody is there", ("ann",), "important")]


async def test_a_lamp_that_is_away_does_not_keep_the_door_from_being_locked(path: Path):
    both = (
        "[{action: light.turn_on, target: {entity_id: light.lamp}},"
        " {action: light.turn_on, target: {entity_id: light.desk}}]"
    )
    async with living(path) as one:
        await one.add(routine(MOVES, both))
        one.twin.home.reach(LAMP, False, at=one.clock.now())
        one.becomes(MOTION, "on")
        assert await one.results() == [("it", "finished")]
        assert one.sent() == [("light.desk", "turn_on")]


# Waits that outlive the daemon

WAITS = {
    "delay": "{delay: '00:05:00'}",
    "triggers": "{wait_for_trigger: [{trigger: state, entity_id: binary_sensor.door, to: 'on'}], timeout: '01:00:00'}",
    "timeout": (
        "{wait_for_trigger: [{trigger: state, entity_id: binary_sensor.motion, to: unlikely}], timeout: '00:05:00'}"
    ),
    "expression": "{wait_template: \"{{ is_state('binary_sensor.door', 'on') }}\", timeout: '01:00:00'}",
    "question": "{ask: 'Shall I?', timeout: '00:05:00'}",
}


@pytest.mark.parametrize("wait", WAITS)
async def test_a_run_goes_on_after_a_restart_in_the_middle_of_a_wait(path: Path, wait: str):
    last = "{action: light.turn_on, target: {entity_id: light.lamp}}"
    async with living(path) as one:
        await one.add(routine(MOVES, f"[{WAITS[wait]}, {last}]"))
        one.becomes(MOTION, "on")
        await one.settled()
        assert one.sent() == []
        clock, twin = one.clock, one.twin
    async with living(path, clock, twin=twin) as one:
        await one.settled()
        assert one.sent() == []
        one.becomes(DOOR, "on")
        await one.passes(301)
        assert (await one.results(), one.sent()) == ([("it", "finished")], [ON])


async def test_a_wait_that_ended_while_the_daemon_was_away_ends_at_once(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, FOR_FIVE))
        one.becomes(MOTION, "on")
        await one.settled()
        clock, twin = one.clock, one.twin
    await clock.advance(3_600)
    async with living(path, clock, twin=twin) as one:
        await one.passes(0)
        assert (one.sent(), now_is(twin, LAMP)) == ([ON, OFF], "off")


async def test_what_is_held_goes_on_being_held_over_a_restart(path: Path):
    held = "[{trigger: state, entity_id: binary_sensor.door, to: 'on', for: '00:10:00'}]"
    async with living(path) as one:
        await one.add(routine(held))
        one.becomes(DOOR, "on")
        await one.passes(300)
        clock, twin = one.clock, one.twin
    async with living(path, clock, twin=twin) as one:
        await one.passes(301)
        assert one.sent() == [ON]


async def test_a_time_that_passed_long_before_the_start_is_put_down_as_missed(path: Path):
    async with living(path) as one:
        await one.add(routine("[{trigger: time, at: '13:00:00'}]"))
        await one.settled()
        clock, twin = one.clock, one.twin
    await clock.advance(3 * 3_600)
    async with living(path, clock, twin=twin) as one:
        await one.passes(0)
        (run,) = await one.runs()
        assert (run["result"], one.sent()) == ("declined", [])
        assert "while Hearth was away" in str(run["why"])
        await one.passes(22 * 3_600 + 1)
        assert one.sent() == [ON]


# Modes and limits


@pytest.mark.parametrize(
    ("mode", "results"),
    [
        ("single", ["declined", "finished"]),
        ("restart", ["stopped", "finished"]),
        ("queued", ["finished", "finished"]),
        ("parallel", ["finished", "finished"]),
    ],
)
async def test_a_routine_that_is_set_off_while_it_runs(path: Path, mode: str, results: list[str]):
    async with living(path) as one:
        await one.add(routine(MOVES, "[{delay: '00:01:00'}]", mode=mode))
        for value in ("on", "off", "on"):
            one.becomes(MOTION, value)
        await one.passes(61)
        await one.passes(61)
        assert sorted(str(result) for _, result in await one.results()) == sorted(results)


async def test_two_routines_that_pull_at_one_lamp_are_stopped_and_told_of_once(path: Path):
    async with living(path) as one:
        on = "[{trigger: state, entity_id: light.lamp, to: 'on'}]"
        off = "[{trigger: state, entity_id: light.lamp, to: 'off'}]"
        turn = "[{{action: light.turn_{0}, target: {{entity_id: light.lamp}}}}]"
        await one.add(routine(on, turn.format("off"), id="darker"))
        await one.add(routine(off, turn.format("on"), id="lighter"))
        one.becomes(LAMP, "on")
        for _ in range(10):
            await one.settled()
        assert len(one.sent()) <= 4
        assert len([it for it in one.told if "was stopped" in it.text]) == 1
        assert "loop" in one.routines.health().detail


async def test_a_storm_is_cut_off_and_told_of_once(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, "[]"))
        for _ in range(200):
            one.becomes(MOTION, "on")
            one.becomes(MOTION, "off")
        results = await one.results()
        assert [result for _, result in results].count("finished") == 60
        assert len(one.told) == 1


# Kept, changed, taken back


async def test_a_routine_is_kept_changed_switched_and_removed_and_each_is_undone(path: Path):
    async with living(path) as one:
        for wish, there in (
            (routine_add(routine(MOVES)), {"It": True}),
            (routine_edit("it", routine(MOVES, alias="Other")), {"Other": True}),
            (routine_switch("it", on=False), {"Other": False}),
            (routine_switch("it", on=True), {"Other": True}),
            (routine_remove("it"), {}),
        ):
            before = {each.name: each.enabled for each in one.routines.routines()}
            outcome = await one.wish(wish)
            after = {each.name: each.enabled for each in one.routines.routines()}
            assert outcome.undo is not None
            await one.wish(outcome.undo)
            back = {each.name: each.enabled for each in one.routines.routines()}
            assert (outcome.verdict, after, back) == (Verdict.DONE, there, before)
            await one.wish(wish)


async def test_what_is_not_wholly_understood_is_kept_off_and_says_why(path: Path):
    async with living(path) as one:
        outcome = await one.add(routine("[{trigger: teleport, to: mars}]"))
        assert [each.enabled for each in one.routines.routines()] == [False]
        assert "'teleport' triggers" in outcome.detail


@pytest.mark.parametrize("text", ["", "[", "just words", "- 1", "a: b"], ids=repr)
async def test_rubbish_is_refused_and_keeps_nothing(path: Path, text: str):
    async with living(path) as one:
        outcome = await one.wish(routine_add(text or " "))
        on = [each for each in one.routines.routines() if each.enabled]
        assert (outcome.verdict is Verdict.FAILED or not on, on) == (True, [])


async def test_a_routine_runs_because_somebody_wants_it_whatever_its_conditions_say(path: Path):
    async with living(path) as one:
        never = "[{condition: state, entity_id: binary_sensor.door, state: never}]"
        await one.add(routine(MOVES, conditions=never))
        ran = await one.wish(routine_run("it"))
        declined = await one.wish(routine_run("it", unconditional=False))
        assert (ran.verdict, declined.verdict, one.sent()) == (Verdict.DONE, Verdict.FAILED, [ON])


async def test_a_routine_that_is_switched_off_stops_what_it_does(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, FOR_FIVE))
        one.becomes(MOTION, "on")
        await one.settled()
        await one.wish(routine_switch("it", on=False))
        await one.passes(600)
        assert (await one.results(), one.sent()) == ([("it", "stopped")], [ON])
        one.becomes(MOTION, "off")
        one.becomes(MOTION, "on")
        assert len(await one.results()) == 1


async def test_export_and_import_again_is_the_same(path: Path):
    async with living(path) as one:
        await one.add(routine(MOVES, FOR_FIVE))
        form = await one.routines.form([])
        await one.wish(routine_add(form, replace=True))
        assert (await one.routines.form([])).replace("  version: 2\n", "") == form


async def test_what_would_go_round_without_end_is_told_when_it_is_kept_and_only_then(path: Path):
    goes = "[{{trigger: state, entity_id: light.lamp, to: '{}'}}]"
    does = "[{{action: light.turn_{}, target: {{entity_id: light.lamp}}}}]"
    async with living(path) as one:
        await one.add(routine(MOVES, id="fine", alias="Fine"))
        await one.add(routine(goes.format("on"), does.format("off"), id="there", alias="There"))
        before = await one.routines.faults({"fine", "there"})
        await one.add(routine(goes.format("off"), does.format("on"), id="back", alias="Back"))
        found = await one.routines.faults({"back"})
    assert "loop" not in [fault["kind"] for fault in before]
    assert [(fault["kind"], fault["routines"]) for fault in found] == [("loop", ("there", "back"))]
