"""Tests of taking things back, through the same door as everything else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from daemon.gateway import Gateway
from daemon.household import Household
from daemon.journal import Journal, Kind
from daemon.store import Store
from devices.twin import Fault, Twin
from skills.actions import device_call, undo
from skills.model import Action, Cause, CauseId, Origin, Outcome, Verdict
from tests.daemon.house import BELL, BLIND, DESK, LAMP, LOCK, actuate_over, now_is, twin_of
from tests.daemon.test_gateway import cause, effect
from tests.doubles import ManualClock

ON, DESK_ON = device_call([LAMP], "turn_on"), device_call([DESK], "turn_on")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def twin() -> Twin:
    return twin_of()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        yield store


@pytest.fixture
def journal(store: Store, clock: ManualClock) -> Journal:
    return Journal(store, clock)


@pytest.fixture
def washed() -> list[str]:
    """What the laundry skill of these tests did."""
    return []


@pytest.fixture
def gateway(twin: Twin, store: Store, journal: Journal, clock: ManualClock, washed: list[str]) -> Gateway:
    async def start(_: BaseModel, __: Cause) -> Outcome:
        washed.append("start")
        return Outcome(Verdict.DONE, undo=Action("laundry.stop"))

    async def stop(_: BaseModel, __: Cause) -> Outcome:
        washed.append("stop")
        return Outcome(Verdict.DONE)

    effects = [*actuate_over(twin).effects(), effect("laundry.start", start), effect("laundry.stop", stop)]
    return Gateway(effects, journal, store, Household(), clock)


async def test_the_last_thing_is_taken_back(gateway: Gateway, twin: Twin):
    await gateway.submit(ON, cause())
    assert (await gateway.submit(undo(), cause())).verdict is Verdict.DONE
    assert now_is(twin, LAMP) == "off"


async def test_undoing_goes_back_one_by_one(gateway: Gateway, twin: Twin):
    await gateway.submit(ON, cause())
    await gateway.submit(DESK_ON, cause())
    await gateway.undo(cause())
    assert (now_is(twin, LAMP), now_is(twin, DESK)) == ("on", "off")
    await gateway.undo(cause())
    assert now_is(twin, LAMP) == "off"
    assert (await gateway.undo(cause())).detail == "there is nothing to take back"


async def test_two_who_undo_at_once_take_back_two_things(gateway: Gateway, twin: Twin):
    await gateway.submit(ON, cause())
    await gateway.submit(DESK_ON, cause())
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(gateway.undo(cause()))
    assert (now_is(twin, LAMP), now_is(twin, DESK)) == ("off", "off")


async def test_a_compound_is_taken_back_as_one(gateway: Gateway, twin: Twin):
    both = cause()
    await gateway.submit(ON, both)
    await gateway.submit(device_call([BLIND], "close_cover"), both)
    outcome = await gateway.undo(cause())
    assert (outcome.verdict, {target.entity for target in outcome.targets}) == (Verdict.DONE, {LAMP, BLIND})
    assert (now_is(twin, LAMP), now_is(twin, BLIND)) == ("off", "open")


async def test_everything_since_a_time_goes_back_to_how_it_was_then(gateway: Gateway, twin: Twin, clock: ManualClock):
    await gateway.submit(device_call([LAMP], "turn_on", {"brightness": 50}), cause())
    await clock.advance(600)
    since = clock.now()
    for brightness in (100, 150, 200):
        await gateway.submit(device_call([LAMP], "turn_on", {"brightness": brightness}), cause())
    await gateway.submit(DESK_ON, cause())
    sent = len(twin.sent)
    await gateway.undo(cause(), since=since)
    state = twin.home.state(LAMP)
    assert state is not None
    assert (state.attributes["brightness"], now_is(twin, DESK), len(twin.sent) - sent) == (50, "off", 2)


async def test_what_cannot_be_taken_back_is_said_first(gateway: Gateway, twin: Twin):
    both = cause()
    await gateway.submit(device_call([BELL], "press"), both)
    await gateway.submit(ON, both)
    outcome = await gateway.undo(cause())
    assert (outcome.verdict, outcome.detail) == (Verdict.PARTLY, "press Bell cannot be taken back")
    assert now_is(twin, LAMP) == "off"


async def test_a_thing_without_a_way_back_alone_fails(gateway: Gateway):
    await gateway.submit(device_call([BELL], "press"), cause())
    outcome = await gateway.undo(cause())
    assert (outcome.verdict, outcome.detail) == (Verdict.FAILED, "press Bell cannot be taken back")


async def test_a_skills_own_way_back_is_taken(gateway: Gateway, washed: list[str]):
    await gateway.submit(Action("laundry.start"), cause())
    await gateway.undo(cause())
    assert washed == ["start", "stop"]
    assert (await gateway.undo(cause())).verdict is Verdict.FAILED


async def test_taking_back_an_unlocking_needs_no_yes(gateway: Gateway, twin: Twin):
    waiting = await gateway.submit(device_call([LOCK], "unlock"), cause())
    await gateway.approve(str(waiting.approval), cause())
    assert (await gateway.undo(cause())).verdict is Verdict.DONE
    assert now_is(twin, LOCK) == "locked"


async def test_taking_back_a_locking_is_unlocking_which_asks_and_counts_once_it_is_done(gateway: Gateway, twin: Twin):
    twin.home.observe(LOCK, "unlocked", at=ManualClock().now())
    await gateway.submit(device_call([LOCK], "lock"), cause())
    waiting = await gateway.undo(cause())
    assert (waiting.verdict, waiting.detail) == (Verdict.WAITING, "bring Front Door back to unlocked")
    assert now_is(twin, LOCK) == "locked"
    await gateway.approve(str(waiting.approval), cause())
    assert now_is(twin, LOCK) == "unlocked"
    assert (await gateway.undo(cause())).detail == "there is nothing to take back"


async def test_an_undo_that_failed_can_be_tried_again(gateway: Gateway, twin: Twin):
    await gateway.submit(ON, cause())
    twin.set_fault(LAMP, Fault.OFFLINE)
    assert (await gateway.undo(cause())).verdict is Verdict.FAILED
    twin.set_fault(LAMP, None)
    assert (await gateway.undo(cause())).verdict is Verdict.DONE


async def test_the_way_back_of_a_skill_that_is_gone_fails_with_the_reason(
    gateway: Gateway, twin: Twin, store: Store, clock: ManualClock
):
    await gateway.submit(Action("laundry.start"), cause())
    again = Gateway(actuate_over(twin).effects(), Journal(store, clock), store, Household(), clock)
    outcome = await again.undo(cause())
    assert (outcome.verdict, outcome.detail) == (Verdict.FAILED, "there is no effect 'laundry.stop'")


async def test_what_routines_did_is_not_what_a_person_takes_back(gateway: Gateway, twin: Twin):
    await gateway.submit(ON, cause())
    await gateway.submit(DESK_ON, cause(Origin.ROUTINE))
    await gateway.undo(cause())
    assert (now_is(twin, LAMP), now_is(twin, DESK)) == ("off", "on")


async def test_undo_survives_a_restart(gateway: Gateway, twin: Twin, store: Store, clock: ManualClock):
    await gateway.submit(ON, cause())
    again = Gateway(actuate_over(twin).effects(), Journal(store, clock), store, Household(), clock)
    await again.undo(cause())
    assert now_is(twin, LAMP) == "off"


async def test_a_tainted_undo_asks(gateway: Gateway, twin: Twin):
    await gateway.submit(ON, cause())
    outcome = await gateway.undo(Cause(CauseId("mail"), Origin.MODEL, tainted=True))
    assert (outcome.verdict, now_is(twin, LAMP)) == (Verdict.WAITING, "on")


async def test_every_step_back_is_on_record(gateway: Gateway, journal: Journal):
    await gateway.submit(ON, cause())
    await gateway.undo(cause())
    kinds = [entry.kind for entry in await journal.entries()][2:]
    assert kinds == [Kind.WISH, Kind.UNDO, Kind.OUTCOME, Kind.UNDONE, Kind.OUTCOME]


async def test_a_time_in_the_future_takes_nothing_back(gateway: Gateway, clock: ManualClock):
    await gateway.submit(ON, cause())
    assert (await gateway.undo(cause(), since=clock.now() + timedelta(hours=1))).verdict is Verdict.FAILED
