"""Light before an alarm: it grows step by step through the gateway, and is left to whoever touches it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from daemon.dawn import BEFORE, KIND, Dawn
from daemon.reminders import Reminders
from daemon.schedule import Due, Lateness, Schedule
from daemon.store import Store
from devices.home import Home
from devices.model import AreaId, Capability, Entity, EntityId
from skills.actions import alarm_set
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.views import Kind
from tests.doubles import START, ManualClock

ZONE = ZoneInfo("Europe/Berlin")
LAMP, BEDROOM = EntityId("light.bedroom"), AreaId("bedroom")
CAUSE = Cause(CauseId("said"), Origin.VOICE, PersonId("jane"), area=BEDROOM)
SOON_S = 5.0
RINGS = timedelta(hours=1)
_ABLE = frozenset({Capability.BRIGHTNESS, Capability.COLOR, Capability.COLOR_TEMPERATURE})


@dataclass
class Bedroom:
    """A lamp that does what it is told."""

    clock: ManualClock
    home: Home
    schedule: Schedule
    reminders: Reminders
    levels: list[int] = field(default_factory=list[int])
    causes: list[Cause] = field(default_factory=list[Cause])
    colours: list[object] = field(default_factory=list[object])
    liked: str | None = None
    refuses: bool = False

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        if self.refuses:
            self.causes.append(cause)
            return Outcome(Verdict.REFUSED)
        data = cast("dict[str, object]", action.arguments["data"])
        level = int(str(data["brightness"]))
        self.colours += [data[key] for key in ("rgb_color", "color_temp_kelvin") if key in data]
        self.home.observe(LAMP, "on", {"brightness": level}, at=self.clock.now())
        self.levels.append(level)
        self.causes.append(cause)
        return Outcome(Verdict.DONE)

    async def do(self, action: Action, cause: Cause = CAUSE) -> Outcome:
        effect = next(one for one in self.reminders.effects() if one.name == action.effect)
        return await effect.execute(effect.parameters.model_validate(action.arguments), cause)

    async def minutes(self, number: int) -> None:
        for _ in range(number):
            await settle()
            await self.clock.until_sleeping()
            await self.clock.advance(60)
            async with asyncio.timeout(SOON_S):
                while any(one.at <= self.clock.now() for one in self.schedule.open()):
                    await asyncio.sleep(0.001)
        await settle()


async def settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0.002)


@asynccontextmanager
async def bedroom(folder: Path, clock: ManualClock | None = None, home: Home | None = None) -> AsyncGenerator[Bedroom]:
    clock, home = clock or ManualClock(), home or Home()
    home.add(Entity(LAMP, "Lamp", "light", area=BEDROOM, capabilities=_ABLE))
    async with Store.open(folder / "hearth.db", clock) as store:
        schedule = Schedule(store, clock, ZONE)
        there = Bedroom(clock, home, schedule, Reminders(schedule))
        dawn = Dawn(schedule, home, there.submit, clock)
        dawn.colour_of = lambda person: there.liked if person == "jane" else None
        there.reminders.listen(dawn.refresh)
        schedule.handle(Kind.ALARM, _rings)
        await schedule.begin()
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(schedule.run()), group.create_task(dawn.run())]
            yield there
            for task in running:
                task.cancel()


async def _rings(due: Due, lateness: Lateness) -> None:
    """Let an alarm pass."""


async def test_the_light_grows_until_the_alarm_rings(tmp_path: Path):
    async with bedroom(tmp_path) as there:
        there.home.observe(LAMP, "off", at=START)
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True))
        await there.minutes(39)
        dark = list(there.levels)
        await there.minutes(21)
    assert dark == []
    assert there.levels == sorted(there.levels)
    assert len(there.levels) in (20, 21)
    assert there.levels[-1] > 200
    assert {(cause.origin, cause.person) for cause in there.causes} == {(Origin.REMINDER, "jane")}


@pytest.mark.parametrize(
    ("liked", "colour"),
    [("orange", [(255, 128, 0)]), ("blau", [(0, 0, 255)]), ("warm", [2_700]), ("like the sea", []), (None, [])],
)
async def test_the_light_has_the_colour_that_its_sleeper_likes(tmp_path: Path, liked: str | None, colour: list[object]):
    async with bedroom(tmp_path) as there:
        there.liked = liked
        there.home.observe(LAMP, "off", at=START)
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True))
        await there.minutes(45)
    assert len(there.levels) > 1
    assert there.colours == colour


@pytest.mark.parametrize(("door", "kept", "tainted"), [(Origin.VOICE, Origin.VOICE, False), (Origin.MODEL, None, True)])
async def test_the_light_has_the_rights_of_who_set_the_alarm(
    tmp_path: Path, door: Origin, kept: Origin | None, *, tainted: bool
):
    async with bedroom(tmp_path) as there:
        there.home.observe(LAMP, "off", at=START)
        said = Cause(CauseId("said"), door, area=BEDROOM)
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True), said)
        await there.minutes(43)
    assert {(cause.parent, cause.door, cause.tainted) for cause in there.causes} == {("said", kept, tainted)}


async def test_a_light_that_is_not_allowed_is_asked_for_once(tmp_path: Path):
    async with bedroom(tmp_path) as there:
        there.refuses = True
        there.home.observe(LAMP, "off", at=START)
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True))
        await there.minutes(58)
    assert len(there.causes) == 1


async def test_who_turns_the_light_off_keeps_it_off(tmp_path: Path):
    async with bedroom(tmp_path) as there:
        there.home.observe(LAMP, "off", at=START)
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True))
        await there.minutes(50)
        grown = len(there.levels)
        there.home.observe(LAMP, "off", at=there.clock.now())
        await there.minutes(9)
    assert grown > 5
    assert len(there.levels) == grown


async def test_a_light_that_is_on_is_left_alone(tmp_path: Path):
    async with bedroom(tmp_path) as there:
        there.home.observe(LAMP, "on", {"brightness": 90}, at=START)
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True))
        await there.minutes(45)
    assert there.levels == []


async def test_a_dawn_that_was_cut_off_goes_on_where_the_time_is(tmp_path: Path):
    clock, home = ManualClock(), Home()
    async with bedroom(tmp_path, clock, home) as there:
        there.home.observe(LAMP, "off", at=START)
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True))
        await there.minutes(45)
        before = there.levels[-1]
    await clock.advance(300)
    async with bedroom(tmp_path, clock, home) as there:
        await settle()
        after = there.levels[0]
    assert after > before


async def test_an_alarm_that_is_cancelled_has_no_dawn_and_the_next_of_one_that_recurs_has(tmp_path: Path):
    async with bedroom(tmp_path) as there:
        await there.do(alarm_set((START + RINGS).astimezone(ZONE), light=True, rule="FREQ=DAILY"))
        await settle()
        (first,) = there.schedule.open(KIND)
        await there.minutes(64)
        (second,) = there.schedule.open(KIND)
        await there.do(Action("alarm.cancel", {"id": there.reminders.open(Kind.ALARM)[0].id}))
        await settle()
        left = there.schedule.open(KIND)
    assert first.at == START + RINGS - BEFORE
    assert second.at - first.at == timedelta(days=1)
    assert left == []
