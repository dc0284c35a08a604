"""Tests of `devices.homeassistant`: what comes of a Home Assistant that does what it should."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from devices.homeassistant.client import HubError
from devices.model import AreaId, BridgeError, Call, CallError, EntityId, FloorId
from tests.devices.homeassistant.hub import ANNA, LC, ME, Hub, Object
from tests.devices.homeassistant.lab import DEADLINE_S, DIMMER, LAMP, lab


def _furnished() -> Hub:
    hub = Hub(
        floors=[{"floor_id": "up", "name": "Upstairs", "level": 1}],
        areas=[{"area_id": "office", "name": "Office", "aliases": ["Study"], "floor_id": "up"}],
        devices=[{
            "id": "d1", "name": "Desk", "name_by_user": "My Desk", "area_id": "office", "manufacturer": "Acme",
            "identifiers": [["mqtt", "zigbee2mqtt_0x00158d0001a2b3c4"]], "connections": [["mac", "AA:BB:CC:DD:EE:FF"]],
        }],
        entries={LAMP: {"device_id": "d1", "aliases": ["Working Light", None], "platform": "mqtt", "unique_id": "u1"}},
    )  # fmt: skip
    hub.put(LAMP, "off", **DIMMER)
    return hub


async def test_everything_that_the_registries_say_stands_in_the_house():
    async with lab(_furnished()) as it:
        lamp, area = it.home.entity(LAMP), it.home.area(AreaId("office"))
        (device,) = it.home.devices()
    assert lamp is not None
    assert area is not None
    assert (lamp.name, lamp.area, lamp.aliases, lamp.unique) == ("Desk Lamp", "office", ("Working Light",), "mqtt:u1")
    assert (area.name, area.aliases, area.floor) == ("Office", ("Study",), FloorId("up"))
    assert (device.name, device.manufacturer) == ("My Desk", "Acme")
    assert device.identifiers == {"ieee:0x00158d0001a2b3c4", "mac:aabbccddeeff"}


@pytest.mark.parametrize(
    ("id", "room"),
    [("d1", "Office"), (LAMP, "Office"), ("assist_satellite.hall", "Hall"), ("d9", None), ("light.none", None)],
)
async def test_room_of_a_device_is_known_and_of_an_entity_its_own_first(id: str, room: str | None):
    hub = _furnished()
    hub.areas.append({"area_id": "hall", "name": "Hall"})
    hub.entries["assist_satellite.hall"] = {"device_id": "d1", "area_id": "hall"}
    async with lab(hub) as it:
        assert it.bridge.room_of(id) == room


async def test_state_is_told_with_when_it_became_so():
    async with lab() as it:
        assert it.state(LAMP).changed_at == datetime.fromtimestamp(LC, UTC)


async def test_change_is_followed_and_what_is_no_more_is_forgotten():
    async with lab() as it:
        await it.hub.set(LAMP, "on", brightness=120, **DIMMER)
        on = await it.shows(LAMP, "on")
        await it.hub.set(LAMP, "off", **DIMMER)
        off = await it.shows(LAMP, "off")
    assert on.attributes == {"brightness": 120}
    assert off.attributes == {}


async def test_what_cannot_be_reached_keeps_its_value():
    async with lab() as it:
        await it.hub.set(LAMP, "on", brightness=120, **DIMMER)
        await it.shows(LAMP, "on")
        await it.hub.set(LAMP, "unavailable", **DIMMER)
        gone = await it.reaches(LAMP, False)
        await it.hub.set(LAMP, "off", **DIMMER)
        back = await it.reaches(LAMP, True)
    assert (gone.value, gone.attributes) == ("on", {"brightness": 120})
    assert (back.value, back.attributes) == ("off", {})


async def test_entity_that_comes_and_goes_comes_and_goes():
    async with lab() as it:
        await it.hub.set("switch.pump", "on", friendly_name="Pump")
        pump = EntityId("switch.pump")
        version = it.home.version
        async with asyncio.timeout(DEADLINE_S):
            while it.home.entity(pump) is None:
                await asyncio.sleep(0.005)
            await it.hub.drop(pump)
            while it.home.entity(pump) is not None:
                await asyncio.sleep(0.005)
        assert it.home.version > version


async def test_room_and_alias_change_without_a_restart():
    async with lab(_furnished()) as it:
        it.hub.entries[LAMP] |= {"area_id": "garage", "aliases": ["Big Light"]}
        it.hub.areas.append({"area_id": "garage", "name": "Garage"})
        await it.hub.tell("area_registry_updated", action="create", area_id="garage")
        await it.hub.tell("entity_registry_updated", action="update", entity_id=LAMP, changes={})
        async with asyncio.timeout(DEADLINE_S):
            while not it.home.find(name="big light", area=AreaId("garage")):
                await asyncio.sleep(0.005)
        garage = it.home.area(AreaId("garage"))
    assert garage is not None
    assert garage.name == "Garage"


async def test_registry_that_changes_while_it_is_read_is_read_again():
    hub = _furnished()

    def rename(it: Hub) -> None:
        it.before_entities = None
        it.entries[LAMP] = {**it.entries[LAMP], "aliases": ["Late"]}

    hub.before_entities = rename
    async with lab(hub) as it:
        await it.hub.tell("entity_registry_updated", action="update", entity_id=LAMP)
        async with asyncio.timeout(DEADLINE_S):
            while not it.home.find(name="late"):
                await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("id", "exposed", "hidden"),
    [
        ("light.a", None, False), ("light.a", False, True), ("lock.a", False, True), ("climate.a", False, True),
        ("sensor.a", False, False),
        ("automation.a", None, True), ("automation.a", True, False), ("zone.home", None, True),
    ],
)  # fmt: skip
async def test_what_the_owner_keeps_from_assistants_has_no_name_here(id: str, exposed: bool | None, hidden: bool):
    hub = Hub(exposed={} if exposed is None else {id: exposed})
    hub.put(id, "on")
    async with lab(hub) as it:
        entity = it.home.entity(id)
    assert entity is not None
    assert entity.hidden is hidden


async def test_what_the_owner_keeps_back_later_loses_its_name_at_once():
    async with lab(_furnished()) as it:
        it.hub.entries[LAMP] |= {"options": {"conversation": {"should_expose": False}}}
        await it.hub.tell("entity_registry_updated", action="update", entity_id=LAMP)
        async with asyncio.timeout(DEADLINE_S):
            while it.home.find(name="desk lamp"):
                await asyncio.sleep(0.005)


async def test_call_goes_out_in_its_words_and_returns_the_context():
    async with lab() as it:
        context = await it.bridge.call(Call(LAMP, "turn_on", {"brightness": 12}))
        (sent,) = it.hub.calls
    assert context == "ours-1"
    assert (sent["domain"], sent["service"], sent["service_data"]) == ("light", "turn_on", {"brightness": 12})
    assert sent["target"] == {"entity_id": LAMP}


@pytest.mark.parametrize(
    ("code", "error"),
    [("invalid_format", CallError), ("not_found", CallError), ("home_assistant_error", BridgeError)],
)
async def test_refused_call_says_why(code: str, error: type[Exception]):
    async with lab() as it:
        it.hub.refusal = {"code": code, "message": "the valve is stuck"}
        with pytest.raises(error, match="the valve is stuck"):
            await it.bridge.call(Call(LAMP, "turn_on"))


async def test_call_that_takes_long_is_handed_over_before_it_is_done():
    async with lab() as it:
        it.hub.unanswered = frozenset({"call_service"})
        async with asyncio.timeout(DEADLINE_S):
            assert await it.bridge.call(Call(LAMP, "turn_on")) is None


async def test_state_that_comes_before_the_answer_to_our_call_is_known_as_ours():
    async with lab() as it, asyncio.TaskGroup() as group:
        it.hub.unanswered = frozenset({"call_service"})
        group.create_task(it.bridge.call(Call(LAMP, "turn_on")))
        async with asyncio.timeout(DEADLINE_S):
            while "call_service" not in it.hub.commands:
                await asyncio.sleep(0.005)
        await it.hub.set(LAMP, "on", context={"id": "ours-1", "user_id": ME}, **DIMMER)
        state = await it.shows(LAMP, "on")
    assert state.trace is not None
    assert (state.trace.ours, state.trace.id) == (True, "ours-1")


async def test_change_by_a_person_there_names_them():
    async with lab() as it:
        await it.hub.set(LAMP, "on", context={"id": "x", "user_id": ANNA, "parent_id": None}, **DIMMER)
        trace = (await it.shows(LAMP, "on")).trace
    assert trace is not None
    assert (trace.ours, trace.who, trace.what) == (False, "Anna", None)


async def test_second_change_by_the_same_person_names_them_too():
    """Home Assistant tells only what of a context is not as it was."""
    async with lab() as it:
        for number, value in enumerate(("on", "off", "on")):
            await it.hub.set(LAMP, value, context={"id": f"x{number}", "user_id": ANNA}, **DIMMER)
            trace = (await it.shows(LAMP, value)).trace
            assert trace is not None
            assert (trace.id, trace.who) == (f"x{number}", "Anna")
        await it.hub.set(LAMP, "off", context="by itself", **DIMMER)
        trace = (await it.shows(LAMP, "off")).trace
    assert trace is not None
    assert not trace.tells


async def test_change_by_a_person_is_known_without_being_an_administrator():
    hub = Hub(administrator=False)
    hub.put("person.anna", "home", friendly_name="Anna B", user_id=ANNA)
    hub.put(LAMP, "off", **DIMMER)
    async with lab(hub) as it:
        await it.hub.set(LAMP, "on", context={"id": "x", "user_id": ANNA}, **DIMMER)
        trace = (await it.shows(LAMP, "on")).trace
    assert trace is not None
    assert trace.who == "Anna B"


async def test_change_by_an_automation_names_it():
    async with lab() as it:
        data: Object = {"name": "Night Lights", "entity_id": "automation.night"}
        event: Object = {"event_type": "automation_triggered", "data": data, "context": {"id": "run-1"}}
        await it.hub.broadcast("automation_triggered", event)
        await it.hub.set(LAMP, "on", context={"id": "run-1", "parent_id": "p"}, **DIMMER)
        trace = (await it.shows(LAMP, "on")).trace
    assert trace is not None
    assert trace.what == "the automation Night Lights"


async def test_service_with_a_response_returns_it():
    async with lab() as it:
        it.hub.on_call = lambda _, command: {"items": [command["service"]]}
        assert await it.bridge.serve("todo", "get_items", returns=True) == {"items": ["get_items"]}


async def test_forecast_is_fetched_and_stays_when_the_weather_changes():
    hub = Hub(on_call=lambda _, __: {"weather.home": {"forecast": [{"datetime": "2026-01-03", "condition": "sunny"}]}})
    weather = EntityId("weather.home")
    hub.put(weather, "cloudy", temperature=3)
    async with lab(hub) as it:
        told = await it.home.wait_until(weather, lambda now: "forecast" in now.attributes, timeout_s=DEADLINE_S)
        await it.hub.set(weather, "rainy", temperature=4)
        now = await it.shows(weather, "rainy")
    assert told is not None
    assert now.attributes["forecast"] == ({"datetime": "2026-01-03", "condition": "sunny"},)


async def test_events_are_heard_until_the_connection_breaks():
    kind = "mobile_app_notification_action"
    heard: list[object] = []
    async with lab() as it, asyncio.TaskGroup() as group:
        group.create_task(_press_and_break(it.hub, kind, heard))
        async with aclosing(it.bridge.events(kind)) as events:
            heard.append(await anext(events))
            with pytest.raises(HubError):
                await _exhausted(events)
    assert heard[0] == (kind, {"action": "yes"})


async def _exhausted(events: AsyncGenerator[object]) -> None:
    async for _ in events:
        pass


async def _press_and_break(hub: Hub, kind: str, heard: list[object]) -> None:
    while not heard:
        await hub.tell(kind, action="yes")
        await asyncio.sleep(0.01)
    hub.break_off()


async def test_group_has_members_and_a_scene_has_what_it_affects():
    hub = Hub()
    hub.put("light.group", "on", entity_id=["light.a", "light.b"], supported_color_modes=["onoff"])
    hub.put("scene.leave", "unknown", entity_id=["lock.front"])
    async with lab(hub) as it:
        group, scene = it.home.entity("light.group"), it.home.entity("scene.leave")
    assert group is not None
    assert scene is not None
    assert group.members == ("light.a", "light.b")
    assert (scene.members, scene.limits["affects"]) == ((), ("lock.front",))
