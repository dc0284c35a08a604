"""Directives in a whole daemon whose house is a real Home Assistant, with its shopping list and a calendar server: by
sentence and by a scripted model, from the words to what becomes of things there.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from daemon.app import Hearth, build
from daemon.config import Config
from devices.model import EntityId
from tests.daemon.plans.directing import MONDAY, ZONE, Directed, proposing
from tests.daemon.reasoner.servers import ollama
from tests.doubles import ManualClock
from tests.homeassistant.install import NotInstallableError, python
from tests.homeassistant.process import Object, RealHomeAssistant
from tests.radicale import PASSWORD, USER, Radicale, radicale

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.timeout(900)]
DEADLINE_S = 60.0
FRIDAY, SATURDAY = (datetime(2026, 3, day, tzinfo=ZONE) for day in (6, 7))
FLOW = "/api/config/config_entries/flow"
ROOMS = {
    "Guest Room": ["climate.heatpump"],
    "Hall": ["light.entrance_color_white_lights", "lock.front_door"],
    "Living Room": ["light.living_room_rgbww_lights", "cover.living_room_window", "media_player.lounge_room"],
}
"""What stands where: a dozen things of Home Assistant's own demonstration."""
HEATER, LAMP, HALL = "climate.heatpump", "light.living_room_rgbww_lights", "light.entrance_color_white_lights"
SCREEN, BLIND, DOOR = "media_player.lounge_room", "cover.living_room_window", "lock.front_door"
BEGINNING: Mapping[str, tuple[str, Object]] = {
    HEATER: ("climate/set_temperature", {"temperature": 20}),
    LAMP: ("light/turn_on", {"brightness": 255}),
    HALL: ("light/turn_off", {}),
    SCREEN: ("media_player/turn_off", {}),
    BLIND: ("cover/open_cover", {}),
    DOOR: ("lock/unlock", {}),
}


class There(Directed):
    """A daemon, and the Home Assistant that is its house."""

    def __init__(self, hearth: Hearth, clock: ManualClock, process: RealHomeAssistant) -> None:
        super().__init__(hearth, clock)
        self.process = process

    def value(self, entity: str, attribute: str | None = None) -> object:
        """Return what Home Assistant itself says of a thing."""
        state = cast("Object", json.loads(self.process.read(f"/api/states/{entity}")))
        return state["state"] if attribute is None else cast("Object", state["attributes"]).get(attribute)

    async def shows(self, wanted: object, entity: str, attribute: str | None = None) -> None:
        """Wait until Home Assistant says so of a thing."""
        async with asyncio.timeout(DEADLINE_S):
            while await asyncio.to_thread(self.value, entity, attribute) != wanted:
                await asyncio.sleep(0.1)

    async def ends(self) -> None:
        """Let the time of further tries come by until the plan is over: one door there never locks."""
        async with asyncio.timeout(DEADLINE_S):
            while self.plan().live:
                await self.clock.advance(15)
                await asyncio.sleep(0.5)

    async def buys(self, thing: str) -> None:
        """Wait until something stands on Home Assistant's shopping list."""
        async with asyncio.timeout(DEADLINE_S):
            while thing not in await asyncio.to_thread(self.to_buy):
                await asyncio.sleep(0.1)

    def to_buy(self) -> list[str]:
        """Return what stands on Home Assistant's shopping list."""
        return [one["name"] for one in json.loads(self.process.read("/api/shopping_list"))]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHomeAssistant]:
    """A Home Assistant with its demonstration, of which some things stand in rooms and the others are switched off."""
    try:
        python()
    except NotInstallableError as error:
        pytest.skip(str(error))
    it = RealHomeAssistant(tmp_path_factory.mktemp("hub") / "homeassistant", yaml="demo:\n")
    try:
        it.start()
        asked = it.post(FLOW, {"handler": "shopping_list"})
        it.post(f"{FLOW}/{asked['flow_id']}", {})
        entries = cast("list[Mapping[str, str]]", it.tell("config/entity_registry/list")["result"])
        kept = {one for things in ROOMS.values() for one in things}
        for one in entries:
            if one["platform"] == "demo" and one["entity_id"] not in kept:
                it.tell("config/entity_registry/update", entity_id=one["entity_id"], disabled_by="user")
        there = cast("list[Mapping[str, str]]", it.tell("config/area_registry/list")["result"])
        rooms = {one["name"]: one["area_id"] for one in there}
        for room, things in ROOMS.items():
            made = it.tell("config/area_registry/create", name=room) if room not in rooms else {}
            area = rooms.get(room) or cast("Mapping[str, str]", made["result"])["area_id"]
            for one in things:
                it.tell("config/entity_registry/update", entity_id=one, area_id=area)
        yield it
    finally:
        it.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """A calendar server."""
    with radicale(tmp_path_factory.mktemp("calendars")) as it:
        yield it


@asynccontextmanager
async def house(
    process: RealHomeAssistant, server: Radicale, folder: Path, **sections: object
) -> AsyncGenerator[There]:
    """Run a daemon with both, and a clock of our own; everything there is as at the beginning."""
    for name, words in (("token", process.token), ("password", PASSWORD)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(words)
    calendar = {"name": "family", "url": server.calendar(folder.name), "username": USER}
    config = Config.model_validate({
        "home": {"zone": "Europe/Berlin"},
        "homeassistant": {"url": process.url, "token_file": str(folder / "token")},
        "calendars": [{**calendar, "password_file": str(folder / "password")}],
        "people": [{"id": "ann", "name": "Ann", "role": "owner"}],
        "dashboard": {"enabled": False},
        **sections,
    })  # fmt: skip
    for entity, (service, data) in BEGINNING.items():
        await asyncio.to_thread(process.do, service, {"entity_id": entity, **data})
    for service in ("shopping_list/complete_all", "shopping_list/clear_completed_items"):
        await asyncio.to_thread(process.do, service, {})
    clock = ManualClock(MONDAY)
    async with build(config, folder, clock=clock, environment={}) as hearth, asyncio.TaskGroup() as group:
        task = group.create_task(hearth.run())
        it = There(hearth, clock, process)
        async with asyncio.timeout(DEADLINE_S):
            while not all((state := hearth.home.state(EntityId(one))) and state.available for one in BEGINNING):
                await asyncio.sleep(0.1)
        yield it
        task.cancel()


async def test_guests_find_what_they_need_and_a_warm_room(process: RealHomeAssistant, server: Radicale, tmp_path: Path):
    async with house(process, server, tmp_path) as it:
        shown, begun = await it.replies("get the house ready for 4 guests on Saturday at six pm", "yes")
        await it.until_done(3)
        event = (await it.said("what is on saturday")).reply
        await it.at(SATURDAY.replace(hour=12))
        await it.shows(21, HEATER, "temperature")
        await it.at(SATURDAY.replace(hour=18))
        await it.shows("on", HALL)
        await it.until("done")
        bought = await asyncio.to_thread(it.to_buy)
    assert "put drinks for 4 and something to eat on the shopping list" in shown
    assert begun == "All right."
    assert {"drinks for 4", "something to eat"} <= set(bought)
    assert "Guests (4)" in event


async def test_two_weeks_away_are_cold_and_shut_and_warm_again(
    process: RealHomeAssistant, server: Radicale, tmp_path: Path
):
    async with house(process, server, tmp_path) as it:
        await it.replies("we're leaving for two weeks on Friday at nine in the morning", "yes")
        text = str((await it.plans.shown(it.plan().id))["text"])
        await it.at(FRIDAY.replace(hour=9))
        await it.shows(16, HEATER, "temperature")
        await it.shows("off", LAMP)
        await it.until_waiting()
        question, _ = await it.replies("confirm the plan", "yes")
        await it.shows("locked", DOOR)
        await it.at(FRIDAY.replace(hour=9, minute=15))
        await it.at((FRIDAY + timedelta(days=14)).replace(hour=9, minute=1))
        await it.shows(20, HEATER, "temperature")
        await it.ends()
    assert "20 degrees → 16 degrees" in text
    assert question.startswith("Shall I lock")


async def test_a_movie_night_darkens_the_room(process: RealHomeAssistant, server: Radicale, tmp_path: Path):
    async with house(process, server, tmp_path) as it:
        await it.replies("prepare a movie night", "yes")
        await it.shows("closed", BLIND)
        await it.shows(40, LAMP, "brightness")
        await it.until("done")
        seen = [await asyncio.to_thread(it.value, BLIND), await asyncio.to_thread(it.value, LAMP, "brightness")]
    assert seen == ["closed", 40]


async def test_the_shopping_of_the_week_stands_on_the_list_there(
    process: RealHomeAssistant, server: Radicale, tmp_path: Path
):
    async with house(process, server, tmp_path) as it:
        shown, _ = (
            await it.replies(
                "put lasagne on the meal plan",
                "for the lasagne we need noodles and tomatoes",
                "do the weekly shopping from the meal plan",
                "yes",
            )
        )[2:]
        await it.until("done")
        bought = await asyncio.to_thread(it.to_buy)
    assert "put noodles and tomatoes on the shopping list" in shown
    assert {"noodles", "tomatoes"} <= set(bought)


async def test_a_house_that_is_safe_for_the_night_is_locked_and_dark(
    process: RealHomeAssistant, server: Radicale, tmp_path: Path
):
    async with house(process, server, tmp_path) as it:
        await it.replies("make the house safe for the night", "yes")
        await it.shows("locked", DOOR)
        await it.shows("off", LAMP)
        await it.ends()
        seen = [await asyncio.to_thread(it.value, DOOR), await asyncio.to_thread(it.value, LAMP)]
    assert seen == ["locked", "off"]


@pytest.mark.parametrize(
    ("said", "tool", "value", "becomes"),
    [
        ("my aunt drops by saturday at six pm with the whole clan, so sort everything out please",
         "guests", "saturday at six pm", ("drinks", "")),
        ("off to the mountains we are, friday at nine for ten days, look after everything here",
         "leave", "friday at nine for ten days", (HEATER, "heat")),
        ("popcorn, the big screen and something long with explosions please", "movie_night", "", (BLIND, "closed")),
        ("the fridge is empty and so is my head, fill it for the days to come", "week_shopping", "", ("basil", "")),
        ("batten down the hatches, we are all off to bed", "safe_night", "", (DOOR, "locked")),
    ],
    ids=["guests", "leaving", "movie", "shopping", "safe"],
)  # fmt: skip
async def test_free_words_come_to_the_same_by_a_model(  # the words, what a model makes of them, and what comes of it
    process: RealHomeAssistant, server: Radicale, tmp_path: Path, said: str, tool: str, value: str,
    becomes: tuple[str, str],
):  # fmt: skip
    async with (
        ollama(answer=proposing(tool, value)) as model,
        house(process, server, tmp_path, ollama={"url": model.url, "model": "tiny"}) as it,
    ):
        await it.replies("put pesto on the meal plan", "for the pesto we need basil")
        shown = await it.said(said)
        begun = await it.said("yes")
        thing, state = becomes
        await (it.shows(state, thing) if state else it.buys(thing))
    assert (shown.route, shown.reply.endswith("Shall I?")) == ("reasoner", True)
    # What was said may be offered as a sentence behind it.
    assert begun.reply.startswith("All right.")
