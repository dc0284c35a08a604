"""What every bridge promises, over the in-process twin and over the wire: one suite, so that neither drifts."""

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

import pytest

from devices.expected import reached
from devices.model import BridgeError, Call, CallError, DeviceError, Entity, EntityId, State
from tests.conformance.house import (
    DEADLINE_S,
    House,
    WiredHouse,
    call_of,
    entity_of,
    eventually,
    retained_commands,
)
from tests.conformance.ward import BY_NAME, EFFECTIVE, IMPOSSIBLE, UNSEEN, WARD, Ask, Steps

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def said_again(house: House, entity: EntityId, call: Call) -> State:
    """Make a call and return the first state that the entity reports after it."""
    before = house.home.state(entity)
    assert before is not None
    await house.bridge.call(call)
    now = await house.home.wait_until(entity, lambda s: s.reports > before.reports, timeout_s=DEADLINE_S)
    assert now is not None, f"{entity} said nothing after {call.service}"
    return now


async def obeyed(house: House, entity: EntityId, call: Call, before: State) -> State:
    """Return the state that shows that a call, already made, took effect."""
    it = house.home.entity(entity)
    assert it is not None
    now = await house.home.wait_until(
        entity, lambda s: s.reports > before.reports and reached(it, call, before, s), timeout_s=DEADLINE_S
    )
    assert now is not None, f"{call} never took effect: {house.home.state(entity)}"
    return now


async def carried_out(house: House, call: Call) -> State:
    """Make a call and return the state that shows that it took effect."""
    before = house.home.state(call.entity)
    assert before is not None
    await house.bridge.call(call)
    return await obeyed(house, call.entity, call, before)


@pytest.mark.parametrize("expected", WARD, ids=lambda entity: entity.id)
async def test_entity_is_shown_as_what_it_is(house: House, expected: Entity):
    seen = house.home.entity(expected.id)
    assert seen is not None
    assert (seen.domain, seen.area, seen.members) == (expected.domain, expected.area, expected.members)
    assert expected.capabilities <= seen.capabilities
    assert expected.name in (seen.name, *seen.aliases)


@pytest.mark.parametrize("steps", EFFECTIVE, ids=lambda steps: str(steps[0]))
async def test_call_takes_effect_and_is_reported(house: House, steps: Steps):
    for step in steps:
        state = await carried_out(house, step.call())
        assert malformed(state) == {}


@pytest.mark.parametrize("ask", UNSEEN, ids=str)
async def test_call_that_no_report_can_show_is_sent_and_never_counts_as_seen(house: House, ask: Ask):
    before, sent = house.home.state(ask.call().entity), len(house.sent())
    await house.bridge.call(ask.call())
    await eventually(lambda: len(house.sent()) > sent)
    now = house.home.state(ask.call().entity)
    assert before is not None
    assert now is not None
    assert not reached(entity_of(house, ask.name), ask.call(), before, now)


@pytest.mark.parametrize("ask", IMPOSSIBLE, ids=str)
async def test_impossible_call_is_refused_and_nothing_is_sent(house: House, ask: Ask):
    sent = await _fenced(house, "turn_off")
    with pytest.raises(CallError):
        await house.bridge.call(ask.call())
    await _fenced(house, "turn_on")
    assert [other for other in house.sent()[sent:] if not _is_for_coffee(other)] == []


async def _fenced(house: House, service: str) -> int:
    """Call something else, wait until that was seen to go out, and return how much has gone out by then."""
    before = len(house.sent())
    await carried_out(house, call_of(house, "Coffee Machine", service))
    await eventually(lambda: any(map(_is_for_coffee, house.sent()[before:])))
    return len(house.sent())


def _is_for_coffee(sent: str) -> bool:
    return sent == "switch.coffee_machine" or sent.startswith("cmnd/tasmota_0B3001/")


async def test_call_to_nothing_is_refused(house: House):
    with pytest.raises(DeviceError):
        await house.bridge.call(Call(EntityId("light.nowhere"), "turn_on"))


async def test_device_without_power_is_unavailable_from_the_start(house: House):
    lamp = BY_NAME["Attic Lamp"].id
    assert await house.home.wait_until(lamp, lambda state: not state.available, timeout_s=DEADLINE_S)


@pytest.mark.parametrize("name", ["Kitchen Light", "Hallway Lamp", "Office Strip", "Front Door", "Bathroom Heater"])
async def test_device_that_loses_its_power_keeps_its_value_and_comes_back(house: House, name: str):
    entity = entity_of(house, name).id
    on, off = ("unlock", "lock") if name == "Front Door" else ("turn_on", "turn_off")
    value = (await carried_out(house, call_of(house, name, on))).value
    await house.offline(name)
    gone = await house.home.wait_until(entity, lambda state: not state.available, timeout_s=DEADLINE_S)
    await house.online(name)
    back = await house.home.wait_until(entity, lambda state: state.available, timeout_s=DEADLINE_S)
    assert gone is not None
    assert back is not None
    assert gone.value == value
    await carried_out(house, call_of(house, name, off))


@pytest.mark.parametrize("name", ["Stubborn Lamp", "Contrary Lamp"])
async def test_lamp_that_does_not_do_it_never_counts_as_reached(house: House, name: str):
    call = call_of(house, name, "turn_on", brightness=40)
    before = house.home.state(call.entity)
    assert before is not None
    for _ in range(3):
        now = await said_again(house, call.entity, call)
        assert not reached(entity_of(house, name), call, before, now)


async def test_slow_lamp_is_reached_in_the_end(house: House):
    await carried_out(house, call_of(house, "Sleepy Lamp", "turn_on", brightness=99))
    await carried_out(house, call_of(house, "Sleepy Lamp", "turn_off"))


async def test_each_member_of_a_group_answers_for_itself(house: House):
    spots = [BY_NAME[f"Dining Spot {number}"].id for number in (1, 2, 3, 4)]
    await carried_out(house, Call(spots[0], "turn_off"))
    await carried_out(house, Call(spots[1], "turn_off"))
    before = {spot: house.home.state(spot) for spot in spots}
    assert entity_of(house, "Dining Spots").members == tuple(spots)
    await house.bridge.call(call_of(house, "Dining Spots", "turn_on"))
    for spot in spots:
        was = before[spot]
        assert was is not None
        assert await house.home.wait_until(spot, lambda s, was=was: s.reports > was.reports, timeout_s=DEADLINE_S)
    assert [state.value for spot in spots if (state := house.home.state(spot))] == ["on", "on", "off", "off"]


async def test_blind_is_on_its_way_before_it_is_there(own_wired_house: WiredHouse):
    """One blind of each dialect that tells its way."""
    told: dict[EntityId, list[str]] = {}
    own_wired_house.home.listen(lambda _, after: told.setdefault(after.entity, []).append(after.value))
    for name in ("Bedroom Blind", "Guest Room Blind", "Bathroom Blind", "Living Room Shutter"):
        blind = BY_NAME[name].id
        await carried_out(own_wired_house, Call(blind, "close_cover"))
        assert "closing" in told[blind], f"{name} told {told[blind]}"
        assert told[blind][-1] == "closed"


async def test_call_is_an_error_while_the_other_side_is_away(own_house: House):
    await own_house.cut()
    with pytest.raises(BridgeError):
        await own_house.bridge.call(call_of(own_house, "Bedside Lamp", "turn_on"))


async def test_what_could_not_be_sent_is_not_sent_later(mendable_house: House):
    house, lamp = mendable_house, BY_NAME["Bedside Lamp"].id
    await carried_out(house, Call(lamp, "turn_off"))
    await house.cut()
    with pytest.raises(BridgeError):
        await house.bridge.call(Call(lamp, "turn_on"))
    await house.mend()
    back = await house.home.wait_until(lamp, lambda state: state.available, timeout_s=DEADLINE_S)
    await carried_out(house, call_of(house, "Porch Light", "turn_on"))
    assert back is not None
    assert (now := house.home.state(lamp)) is not None
    assert now.value == "off"


async def test_broker_keeps_no_command(own_wired_house: WiredHouse):
    house = own_wired_house
    async with asyncio.TaskGroup() as group:
        for name in ("Kitchen Light", "Hallway Lamp", "Office Strip", "Garage Light", "Bathroom Heater", "Porch Light"):
            group.create_task(carried_out(house, call_of(house, name, "turn_on")))
    assert await retained_commands(house.simulation.port, "conformance/end") == []


async def test_every_state_is_told_in_the_words_of_the_model(house: House):
    states = [state for entity in house.home.entities() if (state := house.home.state(entity.id)) is not None]
    assert {state.entity: wrong for state in states if (wrong := malformed(state))} == {}


async def test_what_can_be_switched_says_what_it_is_without_being_touched(own_wired_house: WiredHouse):
    """A person starts Hearth and asks "is the light on": nobody has switched anything since."""
    telling = {"light", "switch", "cover", "climate", "lock", "fan", "vacuum", "valve", "number", "select"}
    silent = {"Attic Lamp", "Dining Spots"}
    ids = [entity.id for entity in WARD if entity.domain in telling and entity.name not in silent]
    for known in ids:
        told = await own_wired_house.home.wait_until(
            known, lambda state: state.value != "unknown", timeout_s=DEADLINE_S
        )
        assert told is not None, f"{known} has not said what it is"


# The words of the model

Form = Callable[[object], bool]


def _whole(low: int, high: int) -> Form:
    return lambda item: type(item) is int and low <= item <= high


def _amount(low: float, high: float) -> Form:
    return lambda item: isinstance(item, int | float) and not isinstance(item, bool) and low <= item <= high


def _triple(item: object) -> bool:
    parts = cast("tuple[object, ...]", item) if isinstance(item, tuple) else ()
    return len(parts) == 3 and all(_whole(0, 255)(part) for part in parts)


def _flag(item: object) -> bool:
    return isinstance(item, bool)


def _word(item: object) -> bool:
    return isinstance(item, str) and bool(item)


FORMS: Mapping[str, Form] = {
    "brightness": _whole(0, 255), "color_temp_kelvin": _whole(1000, 10000), "rgb_color": _triple, "effect": _word,
    "current_position": _whole(0, 100), "current_tilt_position": _whole(0, 100), "percentage": _whole(0, 100),
    "temperature": _amount(-50, 100), "current_temperature": _amount(-50, 100), "humidity": _amount(0, 100),
    "hvac_action": _word, "preset_mode": _word, "fan_mode": _word, "oscillating": _flag, "direction": _word,
    "fan_speed": _word, "volume_level": _amount(0, 1), "is_volume_muted": _flag, "mode": _word,
}  # fmt: skip
VALUES: Mapping[str, frozenset[str]] = {
    "light": frozenset({"on", "off"}), "switch": frozenset({"on", "off"}), "fan": frozenset({"on", "off"}),
    "siren": frozenset({"on", "off"}), "humidifier": frozenset({"on", "off"}), "update": frozenset({"on", "off"}),
    "binary_sensor": frozenset({"on", "off"}), "cover": frozenset({"open", "closed", "opening", "closing"}),
    "valve": frozenset({"open", "closed", "opening", "closing"}),
    "lock": frozenset({"locked", "unlocked", "locking", "unlocking", "jammed", "open", "opening"}),
    "vacuum": frozenset({"cleaning", "docked", "returning", "paused", "idle", "error"}),
}  # fmt: skip


def malformed(state: State) -> dict[str, object]:
    """Return what of a state is not in the form that `devices.model.State` lays down."""
    wrong = {key: item for key, item in state.attributes.items() if key in FORMS and not FORMS[key](item)}
    allowed = VALUES.get(state.entity.split(".")[0])
    if allowed is not None and state.value not in allowed | {"unknown"}:
        wrong["value"] = state.value
    return wrong
