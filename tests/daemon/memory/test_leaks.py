"""What one person told is heard by nobody else: probes through the whole daemon, at every door, in every form."""

import asyncio
from pathlib import Path

import pytest

from daemon.app.running import Run
from daemon.household import CERTAIN
from devices.model import AreaId
from skills.builtin.memory import SURELY
from skills.model import Origin, PersonId
from tests.daemon.memory.house import memory_in
from tests.daemon.memory.probes import Ask, Secret, doors, handed_out, probes, told
from tests.daemon.remembering.family import Family, family

SEED = 41


async def _leaks(ask: Ask, who: str, text: str, kept: list[Secret]) -> list[str]:
    answer = await ask(who, text)
    return [f"{who}: {text} -> {secret.word} of {secret.teller}" for secret in kept if secret.word in answer]


async def _running(one: Run) -> None:
    await one.run()


async def _probed(house: Family, count: int, seed: int) -> tuple[int, list[str]]:
    """Tell, then ask; return how many asked, and what was told that should not have been."""
    kept, found, asked = list(await told(house)), list[str](), 0
    assert house.hearth.dashboard is not None
    async with asyncio.TaskGroup() as group:
        # Questions about what was done wait for the routines to be read.
        runs = [one for one in house.hearth.runs if one.name in ("dashboard", "routines")]
        serving = [group.create_task(_running(one)) for one in runs]
        await house.hearth.dashboard.listening.wait()
        async with doors(house.hearth, house.state) as ways:
            names = list(ways)
            for number, (who, text) in enumerate(probes(count, seed)):
                name = names[number % len(names)]
                asker = "?" if name == "room" else who
                others = [secret for secret in kept if secret.teller != asker]
                found += [f"{name} {leak}" for leak in await _leaks(ways[name], asker, text, others)]
                await house.clock.advance(7)
                asked += 1
        for task in serving:
            task.cancel()
    return asked, found


@pytest.mark.parametrize("count", [40, pytest.param(1000, marks=(pytest.mark.soak, pytest.mark.timeout(1800)))])
async def test_no_question_at_any_door_brings_what_somebody_else_told(tmp_path: Path, count: int):
    async with family(tmp_path, dashboard={"port": 0}) as house:
        assert await _probed(house, count, SEED) == (count, [])


def test_a_voice_that_is_not_surely_somebodys_hears_nothing_of_theirs():
    assert SURELY == CERTAIN


async def test_who_told_it_hears_it(tmp_path: Path):
    """Else the probes above would find nothing to leak."""
    async with family(tmp_path) as house:
        kept = list(await told(house))
        for who in ("anna", "ben", "mia"):
            heard = await house.says(who, "what do you know about me?")
            heard += await house.says(who, "what did I say about the letter?")
            heard += await house.says(who, "what do you know about the present?")
            own = [secret.word for secret in kept if secret.teller == who and secret.word.lower() in heard.lower()]
            assert len(own) >= 6, (who, heard)


async def test_the_memory_itself_hands_out_nothing_of_others(tmp_path: Path):
    async with family(tmp_path) as house:
        kept = await told(house)
        async with memory_in(tmp_path, clock=house.clock) as memory:
            for who in ("anna", "ben", "mia", "gus", "?"):
                given = (await handed_out(memory, who)).lower()
                assert [secret for secret in kept if secret.teller != who and secret.word.lower() in given] == []


async def test_an_unsure_voice_that_wants_nothing_kept_has_nothing_kept(tmp_path: Path):
    async with family(tmp_path) as house:
        for text in ("don't remember this", "remember that the safe is in the zyxquill", "the zyxquill is loud"):
            await house.hearth.conversation.answer(
                text, origin=Origin.VOICE, person=PersonId("anna"), area=AreaId("hall"), sure=0.91
            )
            await house.clock.advance(20)
        await house.says("anna", "what did we say about the safe?")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"zyxquill" in path.read_bytes()]
