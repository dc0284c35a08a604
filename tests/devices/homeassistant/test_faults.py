"""Tests of `devices.homeassistant` against a Home Assistant that breaks, hangs, lies or throws us out."""

import asyncio

import pytest

from devices.model import BridgeError, Call, EntityId
from tests.bench.hub import big_house
from tests.devices.homeassistant.hub import LC, Hub, Object
from tests.devices.homeassistant.lab import DEADLINE_S, DIMMER, LAMP, Lab, lab

PUMP = EntityId("switch.pump")
RUBBISH: list[Object] = [
        {"a": 7}, {"a": {"light.x": None}}, {"c": {"light.desk_lamp": {"+": {"s": 7, "a": [], "c": {}, "lc": "x"}}}},
        {"c": {"light.desk_lamp": None}}, {"r": [None, {}]}, {"a": {"../../x": {"s": "on"}}},
        {"c": {"light.desk_lamp": {"+": {"lc": 1e300}}}}, {"c": {"light.desk_lamp": {"-": {"a": 7}}}},
        {"a": {"light.y": {"s": "on", "a": {"supported_color_modes": 7, "supported_features": "x", "options": {}}}}},
        {"c": {"light.desk_lamp": {"+": {"a": {"friendly_name": 7, "entity_id": [7], "rgb_color": [[]]}}}}},
    ]  # fmt: skip


def _one_lamp(**fields: object) -> Hub:
    hub = Hub(**fields)  # pyright: ignore[reportArgumentType] - by name
    hub.put(LAMP, "off", **DIMMER)
    return hub


async def _until_lost(it: Lab) -> None:
    async with asyncio.timeout(DEADLINE_S):
        await it.bridge.wait_lost()


async def _until_back(it: Lab) -> None:
    async with asyncio.timeout(DEADLINE_S):
        await it.bridge.wait_connected()


async def test_what_changed_while_the_connection_was_broken_is_known_after_it():
    async with lab() as it:
        await it.hub.set(PUMP, "on", friendly_name="Pump")
        await it.shows(PUMP, "on")
        it.hub.break_off()
        del it.hub.states[PUMP]
        it.hub.put(LAMP, "on", brightness=7, **DIMMER)
        it.hub.put("switch.new", "on")
        state = await it.shows(LAMP, "on")
        await _until_back(it)
        async with asyncio.timeout(DEADLINE_S):
            while it.home.entity(PUMP) is not None:
                await asyncio.sleep(0.005)
        assert it.home.entity("switch.new") is not None
    assert state.attributes == {"brightness": 7}


async def test_nothing_is_reachable_while_the_connection_is_broken():
    async with lab(shortest_wait_s=60.0, longest_wait_s=60.0) as it:
        it.hub.break_off()
        gone = await it.reaches(LAMP, False)
        with pytest.raises(BridgeError, match="not connected"):
            await it.bridge.call(Call(LAMP, "turn_on"))
    assert gone.value == "off"
    assert it.hub.calls == []


async def test_call_that_the_end_of_the_connection_overtakes_is_neither_failed_nor_repeated():
    """A person says "light on" in the second in which Home Assistant restarts."""
    async with lab() as it, asyncio.TaskGroup() as group:
        it.hub.unanswered = frozenset({"call_service"})
        call = group.create_task(it.bridge.call(Call(LAMP, "turn_on")))
        async with asyncio.timeout(DEADLINE_S):
            while "call_service" not in it.hub.commands:
                await asyncio.sleep(0.005)
        it.hub.break_off()
        assert await call is None
        await it.reaches(LAMP, False)
        await _until_back(it)
    assert it.hub.commands.count("call_service") == 1


async def test_home_assistant_that_is_still_starting_keeps_what_it_has_not_loaded_yet():
    hub = _one_lamp()
    hub.put(PUMP, "on", friendly_name="Pump")
    async with lab(hub) as it:
        it.hub.running = False
        del it.hub.states[PUMP]
        it.hub.put(LAMP, "unavailable", **DIMMER)
        it.hub.break_off()
        await _until_lost(it)
        await _until_back(it)
        assert (it.state(PUMP).available, it.state(LAMP).available) == (False, False)
        await it.hub.set(PUMP, "off", friendly_name="Pump")
        await it.hub.set(LAMP, "on", **DIMMER)
        await it.shows(PUMP, "off")
        await it.reaches(PUMP, True)
        await it.shows(LAMP, "on")


async def test_wrong_token_is_tried_once_and_told(caplog: pytest.LogCaptureFixture):
    async with lab(_one_lamp(token="other"), connect=False) as it:
        async with asyncio.timeout(DEADLINE_S):
            while not it.bridge.health.refused:
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.2)
        health = it.bridge.health
    assert it.hub.logins == 1
    assert "homeassistant.token_file" in health.detail
    assert "right" not in caplog.text


async def test_token_that_is_revoked_stops_trying():
    async with lab() as it:
        it.hub.token = "another"
        it.hub.break_off()
        async with asyncio.timeout(DEADLINE_S):
            while not it.bridge.health.refused:
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.2)
        assert it.state(LAMP).available is False
    assert it.hub.logins == 2


async def test_home_assistant_that_hangs_is_noticed_and_found_again():
    """Frozen, or its cable pulled: nothing closes the connection."""
    async with lab(quiet_s=0.1, pong_timeout_s=0.1, connect_timeout_s=0.3) as it:
        it.hub.silent = True
        await it.reaches(LAMP, False)
        it.hub.silent = False
        it.hub.put(LAMP, "on", **DIMMER)
        await it.shows(LAMP, "on")
        await it.reaches(LAMP, True)


async def test_long_quiet_ends_nothing():
    """Three minutes at the usual 20 s, here nine turns of 30 ms."""
    async with lab(quiet_s=0.03, pong_timeout_s=5.0) as it:
        async with asyncio.timeout(DEADLINE_S):
            while it.hub.commands.count("ping") < 9:
                await asyncio.sleep(0.01)
        health = it.bridge.health
        await it.hub.set(LAMP, "on", **DIMMER)
        await it.shows(LAMP, "on")
    assert (health.connected, health.reconnects) == (True, 0)


@pytest.mark.parametrize(
    "frame",
    [
        "", "{", "null", "[]", "[[[", "7", b"\\x00\\xff", '{"id": "one"}', '{"id": 1}', '{"id": 99, "type": "event"}',
        '{"id": 99, "type": "result", "success": "yes"}', "[1, null, {}]", "[" * 100_000,
    ],
)  # fmt: skip
async def test_message_that_makes_no_sense_is_passed_over(frame: str | bytes):
    async with lab() as it:
        await it.hub.rubbish(frame)
        await it.hub.set(LAMP, "on", **DIMMER)
        await it.shows(LAMP, "on")
        assert it.bridge.health.reconnects == 0


@pytest.mark.parametrize("event", RUBBISH, ids=str)
async def test_event_that_makes_no_sense_is_passed_over(event: Object):
    async with lab() as it:
        await it.hub.broadcast("entities", event)
        await it.hub.set(LAMP, "on", **DIMMER)
        await it.shows(LAMP, "on")
        assert it.home.entity("../../x") is None
        assert it.bridge.health.reconnects == 0


async def test_registries_that_make_no_sense_leave_the_entities():
    rubbish: list[Object] = [{}, {"area_id": 7}, {"floor_id": None}, {"id": []}]
    hub = _one_lamp(areas=rubbish, floors=rubbish, devices=rubbish, entries={"light.desk_lamp": {"aliases": 7}})
    async with lab(hub) as it:
        assert it.home.entity(LAMP) is not None


async def test_more_changes_than_it_can_follow_are_read_anew():
    async with lab(max_waiting=50) as it:
        flood: Object = {"a": {f"sensor.n{number}": {"s": "1", "a": {}, "lc": LC} for number in range(60)}}
        await it.hub.broadcast("entities", flood)
        await _until_lost(it)
        it.hub.put(LAMP, "on", **DIMMER)
        await it.shows(LAMP, "on")


async def test_too_many_entities_are_counted_and_left_out():
    hub = _one_lamp()
    hub.put(PUMP, "on")
    async with lab(hub, max_entities=1) as it:
        assert len(it.home.entities()) == 1
        assert it.bridge.health.rejected == 1


async def test_each_loss_is_logged_once(caplog: pytest.LogCaptureFixture):
    async with lab() as it:
        for _ in range(2):
            it.hub.break_off()
            await _until_lost(it)
            await _until_back(it)
    assert caplog.text.count("Home Assistant is gone") == 2


async def test_thousand_changes_a_second_are_followed():
    names = [f"sensor.flood_{number}" for number in range(100)]
    hub = _one_lamp()
    for name in names:
        hub.put(name, "0", unit_of_measurement="W")
    async with lab(hub) as it:
        for turn in range(1, 31):
            event: Object = {"c": {name: {"+": {"s": str(turn), "c": "x", "lc": LC + turn}} for name in names}}
            await it.hub.broadcast("entities", event)
        for name in names:
            await it.shows(EntityId(name), "30")
        assert it.bridge.health.applied >= 3_000


async def test_house_of_five_thousand_is_there_whole():
    hub = big_house(5_000)
    async with lab(hub) as it:
        assert len(it.home.entities()) == 5_000
        assert it.home.find(name="lamp 4999") != ()
