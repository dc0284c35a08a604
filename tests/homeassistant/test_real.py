"""Tests of `devices.homeassistant` with a real Home Assistant: what only it can show, and the worst faults."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from devices.home import Home
from devices.homeassistant import HomeAssistant, Settings
from devices.homeassistant.client import HubError
from devices.homeassistant.rest import Rest
from devices.model import AreaId, Call, EntityId, State
from tests.conformance.house import eventually
from tests.homeassistant.install import NEWEST, VERSION, NotInstallableError, python
from tests.homeassistant.process import RealHomeAssistant
from tests.homeassistant.wire import wire_to

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.timeout(900)]
LAMP, OTHER, SLOW = EntityId("input_boolean.lamp"), EntityId("input_boolean.other"), EntityId("script.slow")
FLOODED = [EntityId(f"counter.flood_{number}") for number in range(4)]
DEADLINE_S = 30.0
YAML = """
input_boolean:
  lamp: {name: Test Lamp}
  other: {name: Other Lamp}
counter: {flood_0: , flood_1: , flood_2: , flood_3: }
script:
  flood:
    alias: Flood
    sequence:
      - repeat:
          count: 1000
          sequence:
            - service: counter.increment
              target: {entity_id: [counter.flood_0, counter.flood_1, counter.flood_2, counter.flood_3]}
  slow: {alias: Slow Script, sequence: [{delay: 5}]}
scene:
  - {name: Leave, entities: {input_boolean.lamp: "off"}}
automation:
  - id: follow
    alias: Follow Me
    trigger: [{platform: state, entity_id: input_boolean.lamp, to: "on"}]
    action: [{service: input_boolean.turn_on, target: {entity_id: input_boolean.other}}]
"""


@pytest.fixture(scope="module", params=[VERSION, NEWEST])
def process(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHomeAssistant]:
    """One Home Assistant of each version for all tests of this file."""
    try:
        python(request.param)
    except NotInstallableError as error:
        pytest.skip(str(error))
    it = RealHomeAssistant(tmp_path_factory.mktemp("hub") / "homeassistant", yaml=YAML, version=request.param)
    try:
        it.start()
        yield it
    finally:
        it.kill()


class There:
    """A bridge and its home."""

    def __init__(self, home: Home, bridge: HomeAssistant) -> None:
        self.home, self.bridge = home, bridge

    async def shows(self, id: EntityId, value: str) -> State:
        """Wait until the house shows an entity like that, and reachable."""
        state = await self.home.wait_until(id, lambda s: s.value == value and s.available, timeout_s=DEADLINE_S)
        assert state is not None, f"{id} is {self.home.state(id)}"
        return state

    async def turned(self, on: bool) -> None:
        """Bring both lamps into a state, as somebody at Home Assistant's own page would."""
        service = "turn_on" if on else "turn_off"
        await self.bridge.serve("input_boolean", service, target={"entity_id": [LAMP, OTHER]})
        await self.shows(LAMP, "on" if on else "off")
        await self.shows(OTHER, "on" if on else "off")


@asynccontextmanager
async def bridged(
    process: RealHomeAssistant, token: str = "", *, url: str = "", **settings: object
) -> AsyncGenerator[There]:
    home = Home()
    quick: dict[str, object] = {"shortest_wait_s": 0.1, "longest_wait_s": 0.5, **settings}
    given = Settings(url or process.url, token or process.token, **quick)  # pyright: ignore[reportArgumentType] - by name
    bridge = HomeAssistant(given, home, now=lambda: datetime(2026, 1, 2, tzinfo=UTC))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bridge.run())
        try:
            async with asyncio.timeout(DEADLINE_S):
                await bridge.wait_connected()
            yield There(home, bridge)
        finally:
            task.cancel()


async def test_call_tells_its_context_and_the_state_is_known_as_ours(process: RealHomeAssistant):
    async with bridged(process) as it:
        await it.turned(False)
        context = await it.bridge.call(Call(LAMP, "turn_on"))
        trace = (await it.shows(LAMP, "on")).trace
    assert trace is not None
    assert trace.ours
    assert trace.id == context


async def test_what_a_person_does_there_names_them(process: RealHomeAssistant):
    async with bridged(process) as it:
        await it.turned(False)
        await asyncio.to_thread(process.post, "/api/services/input_boolean/turn_on", {"entity_id": LAMP})
        trace = (await it.shows(LAMP, "on")).trace
    assert trace is not None
    assert (trace.ours, trace.who) == (False, "Olivia")


async def test_what_an_automation_does_there_names_it(process: RealHomeAssistant):
    async with bridged(process) as it:
        await it.turned(False)
        await it.bridge.call(Call(LAMP, "turn_on"))
        trace = (await it.shows(OTHER, "on")).trace
        written = (await it.bridge.automations())[EntityId("automation.follow_me")]
        ran = await it.home.wait_until(EntityId("automation.follow_me"), _has_run, timeout_s=DEADLINE_S)
    assert ran is not None
    assert trace is not None
    assert trace.what == "the automation Follow Me"
    assert written["alias"] == "Follow Me"


async def test_renaming_moving_and_removing_need_no_restart(process: RealHomeAssistant):
    async with bridged(process) as it:
        area = cast("dict[str, str]", await it.bridge.ask("config/area_registry/create", name="Wine Cellar"))
        change = {"entity_id": OTHER, "area_id": area["area_id"], "new_entity_id": "input_boolean.cellar"}
        await it.bridge.ask("config/entity_registry/update", aliases=["Dim Bulb"], **change)
        await eventually(lambda: _stands(it.home, "input_boolean.cellar") == ("wine_cellar", ("Dim Bulb",)))
        await eventually(lambda: it.home.entity(OTHER) is None)
        back = {"entity_id": "input_boolean.cellar", "new_entity_id": OTHER, "area_id": None}
        await it.bridge.ask("config/entity_registry/update", aliases=[], **back)
        await it.bridge.ask("config/area_registry/delete", area_id=area["area_id"])
        await eventually(lambda: it.home.area(AreaId("wine_cellar")) is None)
        await eventually(lambda: it.home.entity(OTHER) is not None)


async def test_label_is_a_group_by_its_name(process: RealHomeAssistant):
    if process.version == VERSION:
        pytest.skip(f"Home Assistant {VERSION} has no labels")
    async with bridged(process) as it:
        await it.turned(False)
        ours: dict[str, object] = {"assistants": ["conversation"], "entity_ids": [LAMP, OTHER]}
        await it.bridge.ask("homeassistant/expose_entity", should_expose=True, **ours)
        made = cast("dict[str, str]", await it.bridge.ask("config/label_registry/create", name="Christmas"))
        for one in (LAMP, OTHER):
            await it.bridge.ask("config/entity_registry/update", entity_id=one, labels=[made["label_id"]])
        group = EntityId(f"input_boolean.label_{made['label_id']}")
        await eventually(lambda: [one.id for one in it.home.find(name="christmas")] == [group])
        await it.bridge.call(Call(group, "turn_on"))
        await it.shows(LAMP, "on")
        await it.shows(group, "on")
        await it.bridge.ask("config/label_registry/delete", label_id=made["label_id"])
        await eventually(lambda: it.home.entity(group) is None)


async def test_restart_in_the_middle_of_a_command_loses_nothing(process: RealHomeAssistant):
    async with bridged(process) as it:
        await it.turned(False)
        await it.bridge.call(Call(SLOW, "turn_on"))
        await it.shows(SLOW, "on")
        await asyncio.to_thread(process.kill)
        assert await it.home.wait_until(LAMP, lambda state: not state.available, timeout_s=DEADLINE_S)
        await asyncio.to_thread(process.start)
        await it.shows(SLOW, "off")
        await it.shows(LAMP, "off")
        await it.turned(True)
        assert it.bridge.health.reconnects >= 1


async def test_frozen_home_assistant_is_noticed_and_found_again(process: RealHomeAssistant):
    async with bridged(process, quiet_s=0.5, pong_timeout_s=1.0, connect_timeout_s=2.0) as it:
        process.freeze()
        try:
            assert await it.home.wait_until(LAMP, lambda state: not state.available, timeout_s=DEADLINE_S)
        finally:
            process.thaw()
        await it.home.wait_until(LAMP, lambda state: state.available, timeout_s=DEADLINE_S)
        await it.turned(True)


async def test_cable_that_is_pulled_is_noticed_and_another_is_found(process: RealHomeAssistant):
    async with wire_to(process.port) as wire:
        url = f"http://127.0.0.1:{wire.port}"
        async with bridged(process, url=url, quiet_s=0.5, pong_timeout_s=1.0, connect_timeout_s=5.0) as it:
            await it.turned(False)
            wire.pull()
            assert await it.home.wait_until(LAMP, lambda state: not state.available, timeout_s=DEADLINE_S)
            await asyncio.to_thread(process.do, "input_boolean/turn_on", {"entity_id": LAMP})
            await it.shows(LAMP, "on")
            assert it.bridge.health.reconnects >= 1


async def test_long_silence_ends_nothing(process: RealHomeAssistant):
    """Nine questions whether it is there, as in three minutes at the usual 20 s."""
    async with bridged(process, quiet_s=1.0) as it:
        before = it.bridge.health.received
        await eventually(lambda: it.bridge.health.received >= before + 9)
        assert it.bridge.health.reconnects == 0
        await it.turned(True)


async def test_flood_of_changes_is_followed_to_its_end(process: RealHomeAssistant):
    """Four thousand, as fast as it makes them: in one to four seconds."""
    async with bridged(process) as it:
        await it.bridge.serve("counter", "reset", target={"entity_id": FLOODED})
        for one in FLOODED:
            await it.shows(one, "0")
        await it.bridge.serve("script", "turn_on", target={"entity_id": "script.flood"})
        for one in FLOODED:
            await it.shows(one, "1000")
        assert it.bridge.health.reconnects == 0


async def test_revoked_token_stops_trying_and_tells(process: RealHomeAssistant):
    async with bridged(process) as owner:
        made = await owner.bridge.ask("auth/long_lived_access_token", client_name="hearth", lifespan=10)
        async with bridged(process, token=str(made)) as it:
            tokens = cast("list[dict[str, str]]", await owner.bridge.ask("auth/refresh_tokens"))
            (ours,) = [token["id"] for token in tokens if token["client_name"] == "hearth"]
            await owner.bridge.ask("auth/delete_refresh_token", refresh_token_id=ours)
            await eventually(lambda: it.bridge.health.refused)
            assert "homeassistant.token_file" in it.bridge.health.detail


async def test_service_that_is_not_there_is_said_to_be_so(process: RealHomeAssistant):
    async with bridged(process) as it:
        with pytest.raises(HubError, match="not found"):
            await it.bridge.serve("notify", "mobile_app_nobody")


async def test_history_and_templates_come_over_rest(process: RealHomeAssistant):
    async with bridged(process) as it, Rest(Settings(process.url, process.token)) as rest:
        await it.turned(False)
        await it.turned(True)
        told = await rest.template("{{ states('input_boolean.lamp') }}")
        changed_at = (await it.shows(LAMP, "on")).changed_at
        assert changed_at is not None
        hour = timedelta(hours=1)
        values: list[str] = []
        async with asyncio.timeout(DEADLINE_S):
            # It is written down a second later.
            while values[-2:] != ["off", "on"]:
                history = await rest.history(LAMP, since=changed_at - hour, until=changed_at + hour)
                values = [state.value for state in history]
    assert told == "on"


def _has_run(state: State) -> bool:
    return isinstance(state.attributes.get("last_triggered"), str)


def _stands(home: Home, id: str) -> tuple[str | None, tuple[str, ...]] | None:
    """Return the room and the aliases of an entity."""
    entity = home.entity(id)
    return (entity.area, entity.aliases) if entity is not None else None
