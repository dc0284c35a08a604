"""The past of a house in which routines live: kept as it happens, replayed, and asked about."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.config.history import HistorySection
from daemon.household import Household
from daemon.past import Ground, NoHistoryError, Past
from daemon.presence import Presence
from devices.model import EntityId
from skills.model import Cause, CauseId, Origin, PersonId, Utterance
from skills.routines import routine_switch
from tests.daemon.automating.house import ANN, DOOR, MOTION, PHONE, SOON_S, ZONE, Living, living

LAMP = "light.desk"
FAR = datetime(2030, 1, 1, tzinfo=UTC)
BY_MOTION = f"""
- id: by_motion
  alias: By motion
  triggers: [{{trigger: state, entity_id: {MOTION}, to: 'on'}}]
  conditions: [{{condition: state, entity_id: binary_sensor.door, state: 'off'}}]
  actions: [{{action: light.turn_on, target: {{entity_id: {LAMP}}}}}]
"""


@dataclass
class House:
    """A house with its past."""

    living: Living
    past: Past

    async def moves(self) -> None:
        """Have somebody walk through the hall."""
        for value in ("off", "on"):
            self.living.becomes(MOTION, value)
            await self.living.passes(1)

    async def asked(self, text: str) -> str | None:
        """Return what is answered, a little later."""
        await self.living.passes(60)
        cause = Cause(CauseId("q"), Origin.TEXT, PersonId("ann"))
        return await self.past.recalled(Utterance(text, self.living.clock.now(), cause, None, "en"))


Links = Mapping[str, Callable[[], bool]]


@asynccontextmanager
async def housed(
    path: Path, section: HistorySection | None = None, *, before: Living | None = None, links: Links | None = None
) -> AsyncGenerator[House]:
    """Let a house live, whose past is kept; one that lived ``before`` goes on."""
    clock, twin = (None, None) if before is None else (before.clock, before.twin)
    async with living(path / "hearth.db", clock, twin=twin) as lives, asyncio.TaskGroup() as group:
        household = Household({ANN.id: ANN})
        presence = Presence(lives.twin.home, household)
        ground = Ground(
            lives.twin.home, household, lives.clock, ZONE, lives.journal, lives.routines,
            presence=presence, reached=links or {},
        )  # fmt: skip
        past = Past(section or HistorySection(), path, ground)
        running = group.create_task(past.run())
        if section is None or section.keep:
            async with asyncio.timeout(SOON_S):
                await past.open.wait()
        lives.becomes(MOTION, "off")
        lives.becomes(DOOR, "off")
        await lives.passes(5)
        yield House(lives, past)
        running.cancel()


async def test_why_and_why_not_are_answered_from_what_happened(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await house.living.add(BY_MOTION)
        house.living.becomes(DOOR, "on")
        await house.moves()
        held_back = await house.asked("Why did the desk lamp not come on?")
        house.living.becomes(DOOR, "off")
        await house.moves()
        lit = await house.asked("Why is the desk lamp on?")
    assert held_back is not None
    assert "“By motion”" in held_back
    assert "front door was open" in held_back
    assert lit is not None
    assert "by the routine “By motion”" in lit
    assert "motion" in lit


async def test_a_routine_that_was_switched_off_is_told_of(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await house.living.add(BY_MOTION)
        await house.living.wish(routine_switch("by_motion", on=False))
        await house.moves()
        answer = await house.asked("Why didn't the desk lamp come on?")
    assert answer is not None
    assert "“By motion” was switched off" in answer


@pytest.mark.parametrize(
    "text", ["turn on the desk lamp", "why did you do that", "who are you", "Why is the sky blue?"]
)
async def test_what_is_not_about_the_past_is_left_to_others(tmp_path: Path, text: str) -> None:
    async with housed(tmp_path) as house:
        assert await house.asked(text) is None


async def test_a_routine_is_replayed_over_what_was_kept(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await house.moves()
        await house.living.passes(60)
        since = house.living.clock.now() - timedelta(days=1)
        found = await house.past.backtest(None, BY_MOTION, since)
    assert [fire.result for fire in found.fires] == ["ran"]
    assert [act.targets for act in found.fires[0].acts] == [(LAMP,)]


async def test_switched_off_nothing_is_kept_and_that_is_said(tmp_path: Path) -> None:
    async with housed(tmp_path, HistorySection(keep=False)) as house:
        with pytest.raises(NoHistoryError, match=r"history\.keep is off"):
            await house.past.between(LAMP, house.living.clock.now(), house.living.clock.now())
    assert not (tmp_path / "history.db").exists()


AT_ONE = f"""
- id: at_one
  alias: At one
  triggers: [{{trigger: time, at: '13:00:00'}}]
  actions: [{{action: light.turn_on, target: {{entity_id: {LAMP}}}}}]
"""


async def minutes(lives: Living, count: int) -> None:
    """Let minutes pass one after the other, as they do."""
    for _ in range(count):
        await lives.passes(60)


async def test_that_it_was_not_running_is_why_nothing_was_done(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await house.living.add(AT_ONE)
        await minutes(house.living, 5)
        before = house.living
    await before.clock.advance(2 * 3_600)
    async with housed(tmp_path, before=before) as house:
        await minutes(house.living, 2)
        answer = await house.asked("Why did the desk lamp not come on?")
    assert answer is not None
    assert "I was not running from 12:05" in answer


async def test_that_the_broker_was_away_is_why_nothing_was_done(tmp_path: Path) -> None:
    up = [True]
    async with housed(tmp_path, links={"hearth.mqtt": lambda: up[0]}) as house:
        await house.living.add(BY_MOTION)
        await minutes(house.living, 2)
        up[0] = False
        await house.living.passes(6)
        await house.living.passes(6)
        house.living.twin.home.reach(EntityId(LAMP), False, at=house.living.clock.now())
        await house.moves()
        answer = await house.asked("Why did the desk lamp not come on?")
    assert answer is not None
    assert "broker" in answer.lower()


async def test_a_start_alone_is_no_outage_of_the_broker(tmp_path: Path) -> None:
    looks = iter((False, True))
    async with housed(tmp_path, links={"hearth.mqtt": lambda: next(looks, True)}) as house:
        await house.living.passes(6)
        await house.living.passes(6)
        kept = await house.past.between("hearth.mqtt", house.living.clock.now() - timedelta(hours=1), FAR)
    assert [one.value for one in kept] == ["on"]


async def test_what_was_done_while_somebody_was_away_is_known_by_their_phone(tmp_path: Path) -> None:
    async with housed(tmp_path) as house:
        await house.living.add(BY_MOTION)
        await minutes(house.living, 2)
        house.living.becomes(PHONE, "not_home")
        await minutes(house.living, 10)
        await house.moves()
        await minutes(house.living, 10)
        house.living.becomes(PHONE, "home")
        answer = await house.asked("What did you do while I was away?")
    assert answer is not None
    assert "I did 1 thing" in answer
    assert "desk" in answer.lower()


async def test_two_routines_that_were_stopped_because_they_led_to_each_other_are_named(tmp_path: Path) -> None:
    pulling = "- {{id: {0}, alias: {0}, triggers: [{{trigger: state, entity_id: {2}, to: '{1}'}}],"
    acting = " actions: [{{action: light.turn_{3}, target: {{entity_id: {2}}}}}]}}\n"
    text = (pulling + acting).format("darker", "on", LAMP, "off") + (pulling + acting).format(
        "lighter", "off", LAMP, "on"
    )
    async with housed(tmp_path) as house:
        await house.living.add(text)
        house.living.becomes(EntityId(LAMP), "on")
        for _ in range(10):
            await house.living.passes(1)
        answer = await house.asked("Why does the desk lamp keep turning on and off?")
    assert answer is not None
    assert "darker" in answer
    assert "lighter" in answer
