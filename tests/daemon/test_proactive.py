"""What the house says by itself: once it has lasted, once, with its reason, and not where nobody wants to hear it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.notify.model import Notice, Urgency
from daemon.proactive import Proactive
from daemon.store import Store
from devices.home import Home
from devices.model import NOTHING, Area, AreaId, Entity, EntityId
from skills import Finding, Sight, Skill
from skills.actions import watch_told
from skills.builtin import proactive
from skills.model import Action, Cause, CauseId, Origin, Outcome, Verdict
from skills.watch import Watch
from tests.doubles import ManualClock

ZONE = ZoneInfo("Europe/Berlin")
KITCHEN = AreaId("kitchen")
SOON_S = 5.0


@dataclass
class Listening:
    """A house with everything that is watched, and what it says."""

    clock: ManualClock
    home: Home
    said: list[Notice] = field(default_factory=list[Notice])
    proactive: Proactive = field(init=False)

    async def announce(self, notice: Notice) -> None:
        self.said.append(notice)

    async def report(self, entity: str, value: str, attributes: Mapping[str, object] = NOTHING) -> None:
        self.home.observe(EntityId(entity), value, attributes, at=self.clock.now())
        await settle()

    async def seconds(self, number: float) -> None:
        """Let time pass, in steps shorter than what is rested at a time."""
        while number > 0:
            await self.clock.advance(min(20.0, number))
            await settle()
            number -= 20.0

    async def do(self, action: Action) -> Outcome:
        (effect,) = self.proactive.effects()
        given = effect.parameters.model_validate(action.arguments)
        assert effect.describe(given)
        return await effect.execute(given, Cause(CauseId("c"), Origin.VOICE))

    async def heard(self) -> Sequence[str]:
        """Return what was said by now, when nothing is on its way any more."""
        await settle()
        return [notice.text for notice in self.said]


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0.002)


def house() -> Home:
    home = Home(areas=[Area(KITCHEN, "Kitchen")])
    for entity, name, device_class in (
        ("binary_sensor.window", "Kitchen Window Contact", "window"),
        ("binary_sensor.freezer", "Freezer Door", "door"),
        ("binary_sensor.door", "Back Door", "door"),
        ("binary_sensor.leak", "Leak Sensor", "moisture"),
        ("sensor.washer", "Washing Machine Power", "power"),
        ("sensor.battery", "Window Battery", "battery"),
    ):
        home.add(Entity(EntityId(entity), name, entity.partition(".")[0], device_class, area=KITCHEN))
    home.add(Entity(EntityId("weather.home"), "Home", "weather"))
    home.add(Entity(EntityId("climate.kitchen"), "Kitchen Radiator", "climate", area=KITCHEN))
    return home


@asynccontextmanager
async def listening(
    folder: Path, clock: ManualClock | None = None, watches: Sequence[Watch] | None = None
) -> AsyncGenerator[Listening]:
    there = Listening(clock or ManualClock(), house())
    async with Store.open(folder / "hearth.db", there.clock) as store:
        found = proactive.skill.watches() if watches is None else watches
        there.proactive = Proactive(found, there.home, store, there.announce, clock=there.clock, zone=ZONE)
        await there.proactive.begin()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(there.proactive.run())
            await settle()
            yield there
            running.cancel()


@pytest.mark.parametrize(
    ("reports", "after_s", "text", "urgency"),
    [
        ([("weather.home", "rainy"), ("binary_sensor.window", "on")], 120,
         "The kitchen window is open. I tell you because it rains.", Urgency.NORMAL),
        ([("binary_sensor.window", "on"), ("weather.home", "pouring")], 120,
         "The kitchen window is open. I tell you because it rains.", Urgency.NORMAL),
        ([("binary_sensor.freezer", "on")], 300,
         "The freezer door is open. I tell you because it has been so for 5 minutes.", Urgency.IMPORTANT),
        ([("binary_sensor.door", "on")], 1_200,
         "The back door is still open. I tell you because it has been so for 20 minutes.", Urgency.NORMAL),
        ([("sensor.washer", "2100"), ("sensor.washer", "0.6")], 180,
         "The washing machine is done. I tell you because it draws no power any more, for 3 minutes now.",
         Urgency.NORMAL),
        ([("sensor.battery", "7")], 0,
         "The battery of the window is low. I tell you because it is at 7 percent.", Urgency.INFO),
        ([("binary_sensor.leak", "on")], 0,
         "There is water in the kitchen! I tell you because the leak sensor reports it.", Urgency.CRITICAL),
    ],
    ids=["rain", "rain later", "freezer", "door", "laundry", "battery", "leak"],
)  # fmt: skip
async def test_it_is_said_once_when_it_has_lasted(
    tmp_path: Path, reports: list[tuple[str, str]], after_s: float, text: str, urgency: Urgency
):
    async with listening(tmp_path) as there:
        for entity, value in reports:
            await there.report(entity, value)
        if after_s:
            await there.seconds(after_s - 1)
            assert await there.heard() == []
            await there.seconds(61)
        for entity, value in reports[-1:]:
            await there.report(entity, value, {"again": 1})
        said = await there.heard()
    assert said == [text]
    assert there.said[0].urgency is urgency
    assert there.said[0].reason


async def test_an_open_window_is_worth_a_word_while_the_heating_of_its_room_is_on(tmp_path: Path):
    async with listening(tmp_path) as there:
        await there.report("binary_sensor.window", "on")
        await there.report("climate.kitchen", "heat", {"hvac_action": "heating"})
        await there.seconds(620)
        said = await there.heard()
    assert said == ["The kitchen window is open. I tell you because the kitchen radiator is heating."]


async def test_what_ends_before_it_has_lasted_is_not_said(tmp_path: Path):
    async with listening(tmp_path) as there:
        await there.report("binary_sensor.freezer", "on")
        await there.seconds(290)
        await there.report("binary_sensor.freezer", "off")
        await there.seconds(60)
        await there.report("binary_sensor.freezer", "on")
        await there.seconds(280)
        said = await there.heard()
    assert said == []


async def test_a_machine_that_never_ran_is_not_done(tmp_path: Path):
    async with listening(tmp_path) as there:
        await there.report("sensor.washer", "0.4")
        await there.seconds(600)
        said = await there.heard()
    assert said == []


async def test_a_contact_that_flutters_is_told_once_and_anew_only_after_it_was_shut_for_a_while(tmp_path: Path):
    async with listening(tmp_path) as there:
        await there.report("weather.home", "rainy")
        await there.report("binary_sensor.window", "on")
        await there.seconds(140)
        for value in ("off", "on") * 3:
            await there.report("binary_sensor.window", value)
            await there.seconds(140)
        fluttered = len(await there.heard())
        await there.report("binary_sensor.window", "off")
        await there.seconds(1_900)
        await there.report("binary_sensor.window", "on")
        await there.seconds(140)
        said = await there.heard()
    assert (fluttered, len(said)) == (1, 2)


async def test_a_low_battery_is_told_once_a_week_and_not_again_after_a_start(tmp_path: Path):
    clock = ManualClock()
    async with listening(tmp_path, clock) as there:
        await there.report("sensor.battery", "7")
        assert len(await there.heard()) == 1
    async with listening(tmp_path, clock) as there:
        await there.report("sensor.battery", "6")
        assert await there.heard() == []
        await clock.advance(8 * 86_400)
        await there.report("sensor.battery", "5")
        said = await there.heard()
    assert len(said) == 1


async def test_what_somebody_does_not_want_to_hear_is_not_said_until_they_want_to(tmp_path: Path):
    clock = ManualClock()
    async with listening(tmp_path, clock) as there:
        outcome = await there.do(watch_told(["proactive.fridge"], told=False))
    async with listening(tmp_path, clock) as there:
        off = [one.name for one in there.proactive.watches() if not one.told]
        await there.report("binary_sensor.freezer", "on")
        await there.seconds(320)
        silent = await there.heard()
        assert outcome.undo is not None
        await there.do(outcome.undo)
        on = all(one.told for one in there.proactive.watches())
    assert (off, silent, on) == (["proactive.fridge"], [], True)


async def test_a_watch_that_is_not_there_cannot_be_switched(tmp_path: Path):
    async with listening(tmp_path) as there:
        outcome = await there.do(watch_told(["proactive.ghosts"], told=False))
    assert (outcome.verdict, outcome.detail) == (Verdict.FAILED, "nothing is watched as 'proactive.ghosts'")


async def test_a_machine_that_stopped_while_we_were_away_is_told_as_done(tmp_path: Path):
    clock = ManualClock()
    async with listening(tmp_path, clock) as there:
        await there.report("sensor.washer", "2100")
    async with listening(tmp_path, clock) as there:
        await there.report("sensor.washer", "0.5")
        await there.seconds(200)
        said = await there.heard()
    assert len(said) == 1


async def test_the_watch_of_a_stranger_that_breaks_leaves_the_others_alone(tmp_path: Path):
    skill = Skill("aquarium")

    @skill.watch("fish", what="the fish are hungry", words=["fish"], about=lambda entity: 1 / 0 > 0)
    def hungry(sight: Sight) -> Finding | None:
        return None

    @skill.watch("doors", what="a door is open", words=["door"], about=lambda entity: entity.domain == "binary_sensor")
    def doors(sight: Sight) -> Finding | None:
        if sight.entity.id == "binary_sensor.freezer":
            raise ValueError("a bug")
        return Finding(f"{sight.entity.name}\n is open.", "it is") if sight.state.value == "on" else None

    async with listening(tmp_path, watches=skill.watches()) as there:
        await there.report("binary_sensor.freezer", "on")
        await there.report("binary_sensor.door", "on")
        said = await there.heard()
    assert said == ["Back Door is open. I tell you because it is."]


async def test_nobody_can_switch_off_what_is_about_safety(tmp_path: Path):
    async with listening(tmp_path) as there:
        (critical,) = (one.name for one in there.proactive.watches() if one.always)
        outcome = await there.do(watch_told([critical], told=False))
        await there.report("binary_sensor.leak", "on")
        said = await there.heard()
    assert outcome.verdict is Verdict.REFUSED
    assert len(said) == 1
