"""What an owner lets one routine do that is about safety: these things alone, and as the routine is now."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from devices.model import EntityId
from skills.model import Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.routines import routine_add, routine_allow, routine_edit, routine_switch
from tests.daemon.automating.house import MOTION, Living, living
from tests.daemon.automating.test_living import MOVES, routine
from tests.daemon.house import LAMP, LOCK

UNLOCK = f"[{{action: lock.unlock, target: {{entity_id: {LOCK}}}}}]"
ANN = Cause(CauseId("ann"), Origin.TEXT, PersonId("ann"))


async def allowed(one: Living, entities: Sequence[EntityId], *, by: Cause = ANN) -> Outcome:
    """Wish that it is allowed, and say yes to that."""
    one.wishes += 1
    outcome = await one.gateway.submit(routine_allow("it", entities), replace(by, id=CauseId(f"allow{one.wishes}")))
    if outcome.verdict is Verdict.WAITING and outcome.approval is not None:
        return await one.gateway.approve(outcome.approval, replace(by, id=CauseId(f"yes{one.wishes}")))
    return outcome


async def unlocks(one: Living) -> bool:
    """Say whether motion unlocks the door."""
    before = len(one.sent())
    one.becomes(MOTION, "off")
    one.becomes(MOTION, "on")
    await one.settled()
    return (LOCK, "unlock") in one.sent()[before:]


async def test_what_the_owner_allowed_is_done_and_it_outlives_a_restart(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK)))
        assert not await unlocks(one)
        assert (await allowed(one, [LOCK])).verdict is Verdict.DONE
        assert await unlocks(one)
        clock, twin = one.clock, one.twin
    async with living(tmp_path / "hearth.db", clock, twin=twin) as one:
        assert await unlocks(one)
        assert (await allowed(one, [])).verdict is Verdict.DONE
        assert not await unlocks(one)


async def test_it_is_asked_about_before_it_is_allowed(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK)))
        assert (await one.gateway.submit(routine_allow("it", [LOCK]), ANN)).verdict is Verdict.WAITING
        assert not await unlocks(one)


async def test_another_version_of_the_routine_is_not_what_was_allowed(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK)))
        await allowed(one, [LOCK])
        await one.wish(routine_edit("it", routine(MOVES, f"[{{delay: 0}}, {UNLOCK[1:-1]}]")))
        assert not await unlocks(one)


async def test_off_and_on_again_it_is_the_same_routine(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK)))
        await allowed(one, [LOCK])
        for on in (False, True):
            await one.wish(routine_switch("it", on=on))
        assert await unlocks(one)


async def test_what_is_allowed_to_one_routine_is_not_to_another_nor_with_another_thing(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK)))
        await one.wish(routine_add(routine(MOVES, "[]", id="other")))
        one.wishes += 1
        waits = await one.gateway.submit(routine_allow("other", [LOCK]), ANN)
        assert waits.approval is not None
        await one.gateway.approve(waits.approval, replace(ANN, id=CauseId("yes")))
        await allowed(one, [LAMP])
        assert not await unlocks(one)


@pytest.mark.parametrize(
    "by",
    [
        Cause(CauseId("x"), Origin.VOICE),
        Cause(CauseId("x"), Origin.ROUTINE, PersonId("ann")),
        Cause(CauseId("x"), Origin.MODEL, PersonId("ann")),
        Cause(CauseId("x"), Origin.MQTT, PersonId("ann")),
        replace(ANN, tainted=True),
    ],
    ids=["an unknown voice", "a routine", "a model", "over mqtt", "tainted"],
)
async def test_nobody_else_allows_it(tmp_path: Path, by: Cause):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK)))
        assert (await allowed(one, [LOCK], by=by)).verdict is not Verdict.DONE
        assert not await unlocks(one)


async def test_a_file_cannot_bring_it_along(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK, allows=f"[{LOCK}]", unattended=f"[{LOCK}]")))
        await one.wish(routine_switch("it", on=True))
        assert not await unlocks(one)


@pytest.mark.parametrize("entity", ["lock.nowhere", "light.all"], ids=["unknown", "a group"])
async def test_only_single_things_of_the_house_are_allowed(tmp_path: Path, entity: str):
    async with living(tmp_path / "hearth.db") as one:
        await one.wish(routine_add(routine(MOVES, UNLOCK)))
        assert (await allowed(one, [EntityId(entity)])).verdict is Verdict.FAILED
