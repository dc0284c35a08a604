"""Tests of `daemon.actuate`: what is called done was read back."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from daemon.actuate import Actuate
from daemon.actuate.risk import risk_of
from daemon.actuate.words import described, named
from devices.home import Home
from devices.model import NOTHING, Bridge, BridgeError, Call, Entity, EntityId
from devices.twin import Fault, Twin
from skills.actions import device_call
from skills.language import Words
from skills.model import Action, Cause, CauseId, Origin, Outcome, Risk, Verdict
from tests.daemon.house import (
    ALL,
    BELL,
    BLIND,
    DESK,
    GARAGE,
    HEATING,
    LAMP,
    LOCK,
    PLUG,
    QUICK_S,
    RADIO,
    SIREN,
    actuate_over,
    now_is,
    twin_of,
)
from tests.doubles import START

CAUSE = Cause(CauseId("c"), Origin.TEXT)
DONE, PARTLY, UNCONFIRMED, FAILED = Verdict.DONE, Verdict.PARTLY, Verdict.UNCONFIRMED, Verdict.FAILED


@pytest.fixture
def twin() -> Twin:
    return twin_of()


async def act(twin: Twin, action: Action) -> Outcome:
    effect = next(effect for effect in actuate_over(twin).effects() if effect.name == action.effect)
    return await effect.execute(effect.parameters.model_validate(action.arguments), CAUSE)


def each(outcome: Outcome) -> Mapping[EntityId, tuple[Verdict, str]]:
    return {target.entity: (target.verdict, target.detail) for target in outcome.targets}


# Verdicts


async def test_what_the_device_reports_is_done(twin: Twin):
    outcome = await act(twin, device_call([LAMP], "turn_on", {"brightness": 128}))
    assert (outcome.verdict, each(outcome)) == (DONE, {LAMP: (DONE, "")})
    assert now_is(twin, LAMP) == "on"


@pytest.mark.parametrize(
    ("fault", "verdict", "detail"),
    [
        (Fault.DEAF, UNCONFIRMED, "it did not report back"),
        (Fault.MUTE, UNCONFIRMED, "it did not report back"),
        (Fault.STUCK, UNCONFIRMED, "it reports off"),
        (Fault.OFFLINE, FAILED, "it is offline"),
    ],
)
async def test_what_the_device_does_not_report_is_never_done(twin: Twin, fault: Fault, verdict: Verdict, detail: str):
    twin.set_fault(LAMP, fault)
    outcome = await act(twin, device_call([LAMP], "turn_on"))
    assert (outcome.verdict, outcome.detail) == (verdict, detail)


async def test_a_device_that_answers_in_time_is_done_however_slow(twin: Twin):
    twin.slow_s = QUICK_S / 4
    twin.set_fault(LAMP, Fault.SLOW)
    assert (await act(twin, device_call([LAMP], "turn_on"))).verdict is DONE


async def test_nothing_is_sent_to_what_is_offline(twin: Twin):
    twin.set_fault(LAMP, Fault.OFFLINE)
    await act(twin, device_call([LAMP, DESK], "turn_on"))
    assert [call.entity for call in twin.sent] == [DESK]


async def test_another_value_than_asked_for_is_said(twin: Twin):
    await act(twin, device_call([LAMP], "turn_on", {"brightness": 20}))
    twin.set_fault(LAMP, Fault.STUCK)
    outcome = await act(twin, device_call([LAMP], "turn_on", {"brightness": 200}))
    assert (outcome.verdict, outcome.detail) == (UNCONFIRMED, "it reports brightness 20")


async def test_what_is_so_already_is_sent_and_done(twin: Twin):
    twin.set_fault(LAMP, Fault.DEAF)
    outcome = await act(twin, device_call([LAMP], "turn_off"))
    assert (outcome.verdict, len(twin.sent)) == (DONE, 1)


async def test_what_seems_so_already_but_contradicts_is_not_done(twin: Twin):
    async with asyncio.TaskGroup() as group:
        twin.set_fault(LAMP, Fault.DEAF)
        acting = group.create_task(act(twin, device_call([LAMP], "turn_off")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        twin.home.observe(LAMP, "on", at=START)
    assert (acting.result().verdict, acting.result().detail) == (UNCONFIRMED, "it reports on")


async def test_what_does_not_report_what_it_does_is_unconfirmed(twin: Twin):
    outcome = await act(twin, device_call([PLUG], "turn_on"))
    assert (outcome.verdict, outcome.detail) == (UNCONFIRMED, "it does not report back")


async def test_a_button_is_done_when_it_says_anything(twin: Twin):
    assert (await act(twin, device_call([BELL], "press"))).verdict is DONE


async def test_a_button_that_never_says_anything_is_unconfirmed_at_once():
    home = Home()
    twin = Twin(home, now=lambda: START)
    home.add(
        Entity(BELL, "Bell", "button", capabilities=next(e for e in twin_of().home.find(name="Bell")).capabilities)
    )
    assert (await act(twin, device_call([BELL], "press"))).verdict is UNCONFIRMED


async def test_what_goes_offline_while_acting_is_unconfirmed(twin: Twin):
    twin.set_fault(LAMP, Fault.DEAF)
    async with asyncio.TaskGroup() as group:
        acting = group.create_task(act(twin, device_call([LAMP], "turn_on")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        twin.home.reach(LAMP, False, at=START)
    assert (acting.result().verdict, acting.result().detail) == (UNCONFIRMED, "it went offline")


async def test_what_is_not_there_fails(twin: Twin):
    outcome = await act(twin, device_call([EntityId("light.gone")], "turn_on"))
    assert (outcome.verdict, outcome.detail) == (FAILED, "there is no such device")


async def test_what_a_device_cannot_do_fails_with_the_reason(twin: Twin):
    outcome = await act(twin, device_call([LAMP], "open_cover"))
    assert (outcome.verdict, "open_cover" in outcome.detail) == (FAILED, True)


async def test_a_bridge_that_is_away_fails(twin: Twin):
    twin.connected = False
    outcome = await act(twin, device_call([LAMP], "turn_on"))
    assert (outcome.verdict, outcome.detail) == (FAILED, "the twin is told to be away")


async def test_an_entity_that_no_bridge_reaches_fails(twin: Twin):
    def bridge_of(entity: EntityId) -> Bridge:
        raise BridgeError(f"nothing reaches {entity}")

    effect = Actuate(twin.home, bridge_of).effects()[0]
    outcome = await effect.execute(effect.parameters.model_validate(device_call([LAMP], "turn_on").arguments), CAUSE)
    assert (outcome.verdict, outcome.detail) == (FAILED, "nothing reaches light.lamp")


class Broken:
    """A bridge with a bug."""

    name = "broken"

    async def run(self) -> None:
        """Do nothing."""

    async def call(self, call: Call) -> None:
        raise KeyError(call.service)


async def test_a_bridge_with_a_bug_does_not_hide_what_came_of_the_others(twin: Twin):
    actuate = Actuate(twin.home, lambda entity: Broken() if entity == DESK else twin)
    effect = actuate.effects()[0]
    parameters = effect.parameters.model_validate(device_call([LAMP, DESK], "turn_on").arguments)
    assert each(await effect.execute(parameters, CAUSE)) == {
        LAMP: (DONE, ""),
        DESK: (UNCONFIRMED, "its bridge broke"),
    }


# Things that move


@pytest.mark.parametrize(
    ("service", "data", "value", "detail"),
    [
        ("close_cover", {}, "closing", "it is closing"),
        ("set_cover_position", {"position": 30}, "closing", "it is closing"),
        ("set_cover_position", {"position": 90}, "opening", "it is opening"),
    ],
)
async def test_a_blind_that_moves_the_right_way_is_done(
    twin: Twin, service: str, data: Mapping[str, object], value: str, detail: str
):
    outcome = await moved(twin, Call(BLIND, service, data), value)
    assert (outcome.verdict, outcome.detail) == (DONE, detail)


@pytest.mark.parametrize(
    ("service", "data", "value"),
    [
        ("close_cover", {}, "opening"),
        ("open_cover", {}, "closing"),
        ("set_cover_position", {"position": 30}, "opening"),
        ("set_cover_position", {"position": 90}, "closing"),
    ],
)
async def test_a_blind_that_moves_the_wrong_way_is_not(
    twin: Twin, service: str, data: Mapping[str, object], value: str
):
    outcome = await moved(twin, Call(BLIND, service, data), value)
    assert (outcome.verdict, outcome.detail) == (UNCONFIRMED, f"it reports {value}")


async def moved(twin: Twin, call: Call, value: str) -> Outcome:
    """Return what comes of a call to a half-open, deaf device that reports ``value`` after it."""
    twin.home.observe(call.entity, attributes={"current_position": 60}, at=START)
    twin.set_fault(call.entity, Fault.DEAF)
    async with asyncio.TaskGroup() as group:
        acting = group.create_task(act(twin, device_call([call.entity], call.service, call.data)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        twin.home.observe(call.entity, value, at=START)
    return acting.result()


async def test_a_bolt_on_its_way_is_not_yet_locked(twin: Twin):
    twin.home.observe(LOCK, "unlocked", at=START)
    outcome = await moved(twin, Call(LOCK, "lock"), "locking")
    assert (outcome.verdict, outcome.detail) == (UNCONFIRMED, "it reports locking")


async def test_a_jammed_lock_failed(twin: Twin):
    twin.home.observe(LOCK, "unlocked", at=START)
    outcome = await moved(twin, Call(LOCK, "lock"), "jammed")
    assert (outcome.verdict, outcome.detail) == (FAILED, "it reports jammed")


# Several at once


async def test_a_group_gets_one_command_and_reports_each_member(twin: Twin):
    outcome = await act(twin, device_call([ALL], "turn_on"))
    assert [call.entity for call in twin.sent] == [ALL]
    assert each(outcome) == {LAMP: (DONE, ""), DESK: (DONE, "")}


async def test_a_group_of_which_one_is_deaf_is_done_partly(twin: Twin):
    twin.set_fault(DESK, Fault.DEAF)
    outcome = await act(twin, device_call([ALL], "turn_on"))
    assert (outcome.verdict, outcome.detail) == (PARTLY, "Desk: it did not report back")


async def test_a_member_that_is_offline_is_named(twin: Twin):
    twin.set_fault(DESK, Fault.OFFLINE)
    outcome = await act(twin, device_call([ALL], "turn_on"))
    assert each(outcome) == {LAMP: (DONE, ""), DESK: (FAILED, "it is offline")}


async def test_nothing_is_sent_to_a_group_of_which_all_are_offline(twin: Twin):
    for lamp in (LAMP, DESK):
        twin.set_fault(lamp, Fault.OFFLINE)
    outcome = await act(twin, device_call([ALL], "turn_on"))
    assert (outcome.verdict, twin.sent) == (FAILED, [])


async def test_groups_in_circles_end(twin: Twin):
    twin.home.add(Entity(EntityId("light.x"), "X", "light", members=(EntityId("light.y"), LAMP)))
    twin.home.add(Entity(EntityId("light.y"), "Y", "light", members=(EntityId("light.x"), DESK)))
    effect = actuate_over(twin).effects()[0]
    parameters = effect.parameters.model_validate(device_call([EntityId("light.x")], "turn_on").arguments)
    assert effect.risk(parameters) is Risk.REVERSIBLE


@pytest.mark.parametrize(
    ("faults", "verdict"),
    [
        ((None, None), DONE),
        ((None, Fault.DEAF), PARTLY),
        ((None, Fault.OFFLINE), PARTLY),
        ((Fault.DEAF, Fault.DEAF), UNCONFIRMED),
        ((Fault.DEAF, Fault.OFFLINE), UNCONFIRMED),
        ((Fault.OFFLINE, Fault.OFFLINE), FAILED),
    ],
)
async def test_the_verdict_over_several(twin: Twin, faults: tuple[Fault | None, Fault | None], verdict: Verdict):
    for lamp, fault in zip((LAMP, DESK), faults, strict=True):
        twin.set_fault(lamp, fault)
    assert (await act(twin, device_call([LAMP, DESK], "turn_on"))).verdict is verdict


async def test_the_same_target_twice_is_told_once(twin: Twin):
    await act(twin, device_call([LAMP, LAMP], "turn_on"))
    assert len(twin.sent) == 1


# The way back


async def test_what_was_done_can_be_brought_back(twin: Twin):
    await act(twin, device_call([LAMP], "turn_on", {"brightness": 40}))
    outcome = await act(twin, device_call([LAMP, DESK], "turn_on", {"brightness": 200}))
    assert outcome.undo is not None
    back = await act(twin, outcome.undo)
    state = twin.home.state(LAMP)
    assert (back.verdict, now_is(twin, DESK)) == (DONE, "off")
    assert state is not None
    assert (state.value, state.attributes["brightness"]) == ("on", 40)


async def test_bringing_back_can_be_taken_back_too(twin: Twin):
    outcome = await act(twin, device_call([LAMP], "turn_on"))
    assert outcome.undo is not None
    back = await act(twin, outcome.undo)
    assert back.undo is not None
    await act(twin, back.undo)
    assert now_is(twin, LAMP) == "on"


async def test_a_group_is_brought_back_member_by_member(twin: Twin):
    await act(twin, device_call([LAMP], "turn_on"))
    outcome = await act(twin, device_call([ALL], "turn_on"))
    assert outcome.undo is not None
    await act(twin, outcome.undo)
    assert (now_is(twin, LAMP), now_is(twin, DESK)) == ("on", "off")


async def test_what_takes_several_calls_is_brought_back_by_all_of_them(twin: Twin):
    twin.home.observe(HEATING, "heat", {"temperature": 21.0}, at=START)
    outcome = await act(twin, device_call([HEATING], "set_hvac_mode", {"hvac_mode": "off"}))
    assert outcome.undo is not None
    assert (await act(twin, outcome.undo)).verdict is DONE
    assert [call.service for call in twin.sent] == ["set_hvac_mode", "set_hvac_mode", "set_temperature"]


@pytest.mark.parametrize(
    ("target", "service"), [(BELL, "press"), (RADIO, "media_next_track")], ids=["a pressed button", "the next track"]
)
async def test_what_has_no_way_back_says_so(twin: Twin, target: EntityId, service: str):
    assert (await act(twin, device_call([target], service))).undo is None


async def test_what_was_not_touched_is_not_brought_back(twin: Twin):
    twin.set_fault(DESK, Fault.OFFLINE)
    outcome = await act(twin, device_call([LAMP, DESK], "turn_on"))
    assert outcome.undo is not None
    assert outcome.undo.arguments == {"states": [{"entity": LAMP, "value": "off", "attributes": {}}]}


# After a kill


@pytest.mark.parametrize(
    ("value", "verdict", "detail"),
    [
        ("locked", DONE, "Hearth was stopped meanwhile; it is locked"),
        ("unlocked", UNCONFIRMED, "Hearth was stopped meanwhile; it is unlocked"),
    ],
)
async def test_what_was_cut_off_is_looked_at_and_not_done_again(twin: Twin, value: str, verdict: Verdict, detail: str):
    twin.home.observe(LOCK, value, at=START)
    actuate = actuate_over(twin)
    parameters = actuate.effects()[0].parameters.model_validate(device_call([LOCK], "lock").arguments)
    outcome = await actuate.look(parameters)
    assert (outcome.verdict, outcome.detail, twin.sent) == (verdict, detail, [])


# Risk

BY_DOMAIN = [
    ("light", None, "turn_on", Risk.REVERSIBLE),
    ("lock", None, "lock", Risk.REVERSIBLE),
    ("lock", None, "unlock", Risk.CRITICAL),
    ("lock", None, "open", Risk.CRITICAL),
    ("lock", None, "whatever_comes_next", Risk.CRITICAL),
    ("cover", "blind", "open_cover", Risk.REVERSIBLE),
    ("cover", None, "open_cover", Risk.REVERSIBLE),
    *[
        ("cover", kind, service, risk)
        for kind in ("garage", "gate", "door")
        for service, risk in (("open_cover", Risk.CRITICAL), ("close_cover", Risk.REVERSIBLE))
    ],
    ("cover", "garage", "stop_cover", Risk.REVERSIBLE),
    ("alarm_control_panel", None, "alarm_disarm", Risk.CRITICAL),
    ("alarm_control_panel", None, "alarm_arm_away", Risk.REVERSIBLE),
    ("siren", None, "turn_on", Risk.CONSEQUENTIAL),
    ("siren", None, "turn_off", Risk.REVERSIBLE),
    ("valve", "water", "open_valve", Risk.CONSEQUENTIAL),
    ("valve", "water", "close_valve", Risk.REVERSIBLE),
    ("valve", "gas", "open_valve", Risk.CRITICAL),
    ("climate", None, "set_temperature", Risk.REVERSIBLE),
    ("water_heater", None, "set_temperature", Risk.REVERSIBLE),
    ("update", None, "install", Risk.CRITICAL),
    ("script", None, "turn_on", Risk.CONSEQUENTIAL),
    ("button", "restart", "press", Risk.CONSEQUENTIAL),
    ("button", None, "press", Risk.REVERSIBLE),
]


@pytest.mark.parametrize(("domain", "kind", "service", "risk"), BY_DOMAIN)
def test_how_bad_it_is_if_nobody_wanted_it(domain: str, kind: str | None, service: str, risk: Risk):
    entity = Entity(EntityId(f"{domain}.x"), "X", domain, device_class=kind)
    assert risk_of(entity, Call(entity.id, service)) is risk


@pytest.mark.parametrize(("position", "risk"), [(0, Risk.REVERSIBLE), (1, Risk.CRITICAL), (100, Risk.CRITICAL)])
def test_a_garage_door_a_bit_open_is_open(position: int, risk: Risk):
    entity = Entity(GARAGE, "Garage", "cover", device_class="garage")
    assert risk_of(entity, Call(GARAGE, "set_cover_position", {"position": position})) is risk


@pytest.mark.parametrize(
    ("targets", "service", "risk"),
    [([LAMP, LOCK], "unlock", Risk.CRITICAL), ([LAMP, SIREN], "turn_on", Risk.CONSEQUENTIAL)],
)
def test_the_worst_of_several_counts(twin: Twin, targets: list[EntityId], service: str, risk: Risk):
    effect = actuate_over(twin).effects()[0]
    assert effect.risk(effect.parameters.model_validate(device_call(targets, service).arguments)) is risk


def test_a_lock_in_a_group_is_still_a_lock(twin: Twin):
    twin.home.add(Entity(EntityId("group.doors"), "Doors", "group", members=(LOCK,)))
    effect = actuate_over(twin).effects()[0]
    parameters = effect.parameters.model_validate(device_call([EntityId("group.doors")], "unlock").arguments)
    assert effect.risk(parameters) is Risk.CRITICAL


def test_bringing_a_lock_back_to_unlocked_is_unlocking(twin: Twin):
    effect = actuate_over(twin).effects()[1]
    shot = {"entity": LOCK, "value": "unlocked", "attributes": dict(NOTHING)}
    assert effect.risk(effect.parameters.model_validate({"states": [shot]})) is Risk.CRITICAL


# Words


@pytest.mark.parametrize(
    ("service", "data", "words"),
    [
        ("unlock", {"code": "4711"}, "unlock Front"),
        ("turn_on", {}, "turn on Front"),
        ("turn_on", {"brightness": 128, "transition": 2}, "turn on Front, brightness 50 %"),
        ("volume_set", {"volume_level": 0.2}, "set the volume of Front to 20 %"),
        ("set_cover_position", {"position": 40}, "move Front to 40 %"),
        ("set_temperature", {"temperature": 21}, "set Front to 21 degrees"),
        ("set_temperature", {"target_temp_low": 19}, "set temperature Front, target temp low 19"),
        ("alarm_disarm", {}, "disarm Front"),
    ],
)
def test_what_a_call_is_called(service: str, data: Mapping[str, object], words: str):
    assert described(service, data, Words("Front")) == words


def test_a_name_with_braces_is_a_name():
    assert described("select_option", {"option": "{}"}, Words("{option}")) == "set {option} to {}"


@pytest.mark.parametrize(("count", "words"), [(1, "A"), (2, "A and B"), (4, "A, B, C and D"), (5, "5 devices")])
def test_many_names_are_counted(count: int, words: str):
    entity = Entity(EntityId("light.a"), "A", "light")
    assert named([replace(entity, name=name) for name in "ABCDE"[:count]]) == words


@pytest.mark.parametrize(
    ("affects", "risk"),
    [
        ((), Risk.REVERSIBLE), (("light.a", "media_player.b"), Risk.REVERSIBLE),
        (("cover.garage",), Risk.CONSEQUENTIAL),
        (("light.a", "lock.front"), Risk.CRITICAL), (("alarm_control_panel.house",), Risk.CRITICAL),
    ],
)  # fmt: skip
def test_scene_is_as_bad_as_the_worst_it_touches(affects: tuple[str, ...], risk: Risk):
    scene = Entity(EntityId("scene.leave"), "Leave", "scene", limits={"affects": affects})
    assert risk_of(scene, Call(scene.id, "turn_on")) is risk


class Telling:
    """A bridge over a twin whose calls have a name on the other side."""

    name = "telling"

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    async def run(self) -> None:
        """Nothing runs."""

    async def call(self, call: Call) -> str:
        await self._twin.call(call)
        return "01CONTEXT"


async def test_outcome_keeps_what_the_other_side_calls_the_call(twin: Twin):
    actuate = Actuate(twin.home, lambda _: Telling(twin), deadline_s=lambda _: QUICK_S)
    (effect, _) = actuate.effects()
    wish = device_call([LAMP], "turn_on")
    outcome = await effect.execute(effect.parameters.model_validate(wish.arguments), CAUSE)
    assert [target.context for target in outcome.targets] == ["01CONTEXT"]
