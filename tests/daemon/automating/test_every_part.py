"""Every trigger, condition, action and mode of the model lives in the twin: a part that has no case here fails."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias, get_args

import pytest

from daemon.routines.actions import Do
from daemon.routines.conditions import Test
from daemon.routines.model import Mode
from daemon.routines.reading import read_routines
from daemon.routines.triggers import When
from skills.routines import routine_said
from skills.views import CalendarNote, Event
from tests.daemon.automating import test_living as cases
from tests.daemon.automating.house import DOOR, HEAT, MOTION, NOON, Living, living
from tests.daemon.automating.test_bus import ScriptedHub
from tests.daemon.automating.test_living import MOVES, OFF, ON, routine

Happening: TypeAlias = Callable[[Living], Awaitable[object]]
LAMP = "{action: light.turn_on, target: {entity_id: light.lamp}}"
NAMED = "{action: light.turn_on, target: {entity_id: '{{ it }}'}}"
SHUT = "{action: light.turn_off, target: {entity_id: light.lamp}}"


class Diary:
    """A calendar with one entry, an hour from the start."""

    def calendars(self, *, person: str | None = None) -> Sequence[CalendarNote]:
        del person
        return ()

    async def events(self, since: datetime, until: datetime, *, person: str | None = None) -> Sequence[Event]:
        del since, until, person
        begins = NOON + timedelta(hours=1)
        return [Event("e", "Swimming", begins, begins + timedelta(hours=1), calendar="Family")]


async def tag(one: Living) -> None:
    hub = one.hub
    assert isinstance(hub, ScriptedHub)
    await hub.listened("tag_scanned")
    hub.heard["tag_scanned"].put_nowait({"tag_id": "fridge"})


async def said(one: Living) -> None:
    await one.wish(routine_said("tea time"))


async def other_ends(one: Living) -> None:
    await one.add(routine(MOVES, "[]", id="other"))
    await cases.motion(one)


async def other_fires(one: Living) -> None:
    await one.add(routine(MOVES, "[{event: tea}]", id="other"))
    await cases.motion(one)


TRIGGERS: dict[str, tuple[str, Happening]] = {
    "StateTrigger": ("{trigger: state, entity_id: binary_sensor.motion, to: 'on'}", cases.motion),
    "NumericTrigger": ("{trigger: numeric_state, entity_id: sensor.heat, above: 25}", cases.warmth),
    "TimeTrigger": ("{trigger: time, at: '13:00:00'}", cases.one_o_clock),
    "RecurrenceTrigger": ("{trigger: recurrence, rule: FREQ=DAILY, at: '13:00:00'}", cases.one_o_clock),
    "PatternTrigger": ("{trigger: time_pattern, minutes: /30}", cases.half_past),
    "SunTrigger": ("{trigger: sun, event: sunset}", cases.sunset),
    "ZoneTrigger": ("{trigger: zone, entity_id: person.ann, zone: zone.home}", cases.coming),
    "MqttTrigger": ("{trigger: mqtt, topic: home/+}", cases.message),
    "EventTrigger": ("{trigger: event, event_type: tea}", other_fires),
    "CalendarTrigger": ("{trigger: calendar, entity_id: calendar.family}", cases.one_o_clock),
    "WebhookTrigger": ("{trigger: webhook, webhook_id: secret}", cases.hook),
    "PhraseTrigger": ("{trigger: conversation, command: tea time}", said),
    "HomeTrigger": ("{trigger: homeassistant, event: start}", cases.start),
    "TagTrigger": ("{trigger: tag, tag_id: fridge}", tag),
    "TemplateTrigger": (
        "{trigger: template, value_template: \"{{ states('sensor.heat') | int > 30 }}\"}", cases.template
    ),
    "RoutineTrigger": ("{trigger: routine, routine: other}", other_ends),
}  # fmt: skip

YES, NO = '"{{ true }}"', '"{{ false }}"'
HEATED = "condition: numeric_state, entity_id: sensor.heat"
CONDITIONS = {
    "StateCondition": (
        "{condition: state, entity_id: binary_sensor.door, state: 'off'}",
        "{condition: state, entity_id: binary_sensor.door, state: 'on'}",
    ),
    "NumericCondition": (f"{{{HEATED}, above: 19}}", f"{{{HEATED}, above: 20}}"),
    "TimeCondition": ("{condition: time, after: '11:00:00'}", "{condition: time, before: '11:00:00'}"),
    "SunCondition": ("{condition: sun, after: sunrise}", "{condition: sun, after: sunset}"),
    "ZoneCondition": (
        "{condition: zone, entity_id: person.ann, zone: zone.home}",
        "{condition: zone, entity_id: person.ann, zone: zone.work}",
    ),
    "TriggerCondition": ("{condition: trigger, id: '0'}", "{condition: trigger, id: other}"),
    "TemplateCondition": ('"{{ 1 < 2 }}"', '"{{ 1 > 2 }}"'),
    "AllOf": (f"{{and: [{{{HEATED}, above: 19}}, {YES}]}}", f"{{and: [{{{HEATED}, above: 19}}, {NO}]}}"),
    "AnyOf": (f"{{or: [{{{HEATED}, above: 99}}, {YES}]}}", f"{{or: [{{{HEATED}, above: 99}}, {NO}]}}"),
    "NoneOf": ('{not: ["{{ false }}"]}', '{not: ["{{ true }}"]}'),
}  # fmt: skip


async def nothing(one: Living) -> None:
    await one.settled()


async def a_minute(one: Living) -> None:
    await one.passes(61)


async def the_door(one: Living) -> None:
    one.becomes(DOOR, "on")


async def yes(one: Living) -> None:
    works = one.routines.works
    assert works is not None
    (asked,) = one.told
    works.on_answer(asked.key or "", "done")


ACTIONS: dict[str, tuple[str, Happening, list[tuple[str, str]]]] = {
    "Call": (LAMP, nothing, [ON]),
    "Delay": (f"{{delay: '00:01:00'}}, {LAMP}", a_minute, [ON]),
    "WaitFor": (f"{{wait_for_trigger: [{{trigger: state, entity_id: binary_sensor.door}}]}}, {LAMP}", the_door, [ON]),
    "WaitUntil": (f"{{wait_template: \"{{{{ is_state('binary_sensor.door', 'on') }}}}\"}}, {LAMP}", the_door, [ON]),
    "Choose": (f"{{choose: [{{conditions: {NO}, sequence: [{SHUT}]}}], default: [{LAMP}]}}", nothing, [ON]),
    "If": (f'{{if: "{{{{ true }}}}", then: [{LAMP}], else: [{SHUT}]}}', nothing, [ON]),
    "Repeat": (f"{{repeat: {{count: 2, sequence: [{LAMP}, {SHUT}]}}}}", nothing, [ON, OFF, ON, OFF]),
    "Parallel": (f"{{parallel: [{{delay: '00:01:00'}}, {LAMP}]}}", a_minute, [ON]),
    "Group": (f"{{sequence: [{LAMP}]}}", nothing, [ON]),
    "Stop": (f"{LAMP}, {{stop: enough}}, {SHUT}", nothing, [ON]),
    "Check": (f'{LAMP}, "{{{{ false }}}}", {SHUT}', nothing, [ON]),
    "Assign": (f"{{variables: {{it: light.lamp}}}}, {NAMED}", nothing, [ON]),
    "Fire": ("{event: tea}", nothing, [OFF]),
    "Respond": (f"{LAMP}, {{set_conversation_response: Enjoy}}", nothing, [ON]),
    "Notice": (f"{{notice: Look}}, {LAMP}", nothing, [ON]),
    "Ask": (f"{{ask: 'Shall I?', answers: [sure, never]}}, \"{{{{ answer == 'sure' }}}}\", {LAMP}", yes, [ON]),
}  # fmt: skip


def names(union: object) -> set[str]:
    """Return the classes of one of the model's unions, without that of what has no meaning."""
    return {part.__name__ for part in get_args(union)} - {"NotMeant"}


def test_every_part_of_the_model_has_a_case():
    assert (names(When), names(Test), names(Do)) == (TRIGGERS.keys(), CONDITIONS.keys(), ACTIONS.keys())
    assert set(get_args(Mode)) == {"single", "restart", "queued", "parallel"}


@pytest.mark.parametrize("part", [*TRIGGERS, *CONDITIONS, *ACTIONS])
def test_a_case_is_of_the_part_that_it_is_named_after(part: str):
    triggers, conditions, actions = "[]", "[]", "[]"
    if part in TRIGGERS:
        triggers = f"[{TRIGGERS[part][0]}]"
    elif part in CONDITIONS:
        conditions = f"[{CONDITIONS[part][0]}]"
    else:
        actions = f"[{ACTIONS[part][0]}]"
    (read,) = read_routines(routine(triggers, actions, conditions=conditions)).routines
    found = [trigger.when for trigger in read.triggers] + [condition.test for condition in read.conditions]
    assert part in {type(it).__name__ for it in [*found, *(step.do for step in read.actions)]}


@pytest.mark.parametrize("part", TRIGGERS)
async def test_a_trigger_sets_a_routine_off(tmp_path: Path, part: str):
    trigger, happens = TRIGGERS[part]
    async with living(tmp_path / "hearth.db", calendar=Diary(), hub=ScriptedHub()) as one:
        await one.add(routine(f"[{trigger}]"))
        await one.settled()
        assert one.sent() == []
        await happens(one)
        await one.settled()
        assert one.sent() == [ON]


@pytest.mark.parametrize("part", CONDITIONS)
@pytest.mark.parametrize("holds", [True, False], ids=["holds", "does not hold"])
async def test_a_condition_decides(tmp_path: Path, part: str, holds: bool):
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine(MOVES, conditions=f"[{CONDITIONS[part][0 if holds else 1]}]"))
        one.becomes(MOTION, "on")
        assert await one.results() == [("it", "finished" if holds else "declined")]
        assert one.sent() == ([ON] if holds else [])


@pytest.mark.parametrize("part", ACTIONS)
async def test_an_action_is_carried_out(tmp_path: Path, part: str):
    actions, happens, sent = ACTIONS[part]
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine("[{trigger: event, event_type: tea}]", f"[{SHUT}]", id="hears"))
        await one.add(routine(MOVES, f"[{actions}]"))
        one.becomes(MOTION, "on")
        await one.settled()
        await happens(one)
        await one.settled()
        assert one.sent() == sent
        assert (len(one.told) > 0) is (part in ("Notice", "Ask"))


async def test_a_hysteresis_keeps_a_number_from_firing_again_too_soon(tmp_path: Path):
    number = "[{trigger: numeric_state, entity_id: sensor.heat, above: 25, hysteresis: 2}]"
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine(number))
        for value in ("26", "24", "26", "22", "26"):
            one.becomes(HEAT, value)
        assert len(await one.runs()) == 2


async def test_an_answer_after_a_restart_goes_on_with_it(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine(MOVES, f"[{ACTIONS['Ask'][0]}]"))
        one.becomes(MOTION, "on")
        await one.settled()
        clock, twin, told = one.clock, one.twin, list(one.told)
    async with living(tmp_path / "hearth.db", clock, twin=twin) as one:
        await one.settled()
        await yes(replace(one, told=told))
        await one.settled()
        assert (await one.results(), one.sent()) == ([("it", "finished")], [ON])
