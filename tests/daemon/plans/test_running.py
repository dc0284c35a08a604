"""Plans that are carried out: in order, side by side, with waits, retried, stopped, taken back, and asked about."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from devices.model import BridgeError, Call, EntityId
from devices.twin import Twin
from skills.model import Origin, Verdict
from skills.plans import PlanForm, StepForm, plan_add, plan_confirm, plan_resolve, plan_start, plan_turn
from tests.daemon.automating.house import NOON, house
from tests.daemon.house import BELL, BLIND, DESK, LAMP, LOCK, now_is
from tests.daemon.plans.house import CAUSE, KIM, SOON_S, Planning, on, planning
from tests.doubles import ManualClock


@pytest.fixture
async def home(tmp_path: Path) -> AsyncGenerator[Planning]:
    async with planning(tmp_path / "hearth.db") as one:
        yield one


async def test_steps_are_done_after_what_they_need(home: Planning):
    one = await home.begin(on("b", DESK, needs=("a",)), on("a", LAMP))
    assert (await home.until(one.id, "done")).done == 2
    assert home.sent() == [(LAMP, "turn_on"), (DESK, "turn_on")]


async def test_nothing_is_done_before_somebody_approves_it(home: Planning):
    one = await home.draft(on("a", LAMP))
    assert (one.status, home.sent()) == ("proposed", [])


async def test_a_draft_that_nobody_wants_is_no_more(home: Planning):
    one = await home.draft(on("a", LAMP))
    came = await home.wish(plan_turn("stop", one.id))
    assert (came.verdict, came.told) == (Verdict.DONE, "All right, I leave it.")
    assert (home.seen(one.id).status, home.sent()) == ("stopped", [])


async def test_a_yes_to_other_steps_counts_for_nothing(home: Planning):
    one = await home.draft(on("a", LAMP))
    came = await home.wish(plan_start(one.id, "0123456789abcdef"))
    assert (came.verdict, home.sent()) == (Verdict.FAILED, [])


async def test_a_step_waits_as_long_as_it_should(home: Planning):
    one = await home.begin(on("a", LAMP), on("b", DESK, needs=("a",), after_s=600.0))
    await home.until_step(one.id, "a", "done")
    await until_it_waits(home)
    assert home.sent() == [(LAMP, "turn_on")]
    await home.clock.advance(601)
    await home.until(one.id, "done")
    assert home.sent() == [(LAMP, "turn_on"), (DESK, "turn_on")]
    assert home.schedule.open("plan") == []


async def test_a_wait_outlives_the_daemon(tmp_path: Path):
    clock = ManualClock(NOON)
    twin = house(clock)
    async with planning(tmp_path / "hearth.db", clock, twin=twin) as first:
        one = await first.begin(on("a", LAMP), on("b", DESK, needs=("a",), after_s=600.0))
        await first.until_step(one.id, "a", "done")
    await clock.advance(3_600)
    async with planning(tmp_path / "hearth.db", clock, twin=twin) as second:
        await second.until(one.id, "done")
        assert second.sent() == [(LAMP, "turn_on"), (DESK, "turn_on")]


@pytest.mark.parametrize(
    ("condition", "sent"),
    [
        ("{{ is_state('light.lamp', 'off') }}", [(DESK, "turn_on")]),
        ("{{ is_state('light.lamp', 'on') }}", []),
        ("{{ states('sensor.nowhere') | float > 3 }}", []),
    ],
    ids=["holds", "does not hold", "nobody knows"],
)
async def test_a_step_is_left_out_unless_its_condition_holds(
    home: Planning, condition: str, sent: list[tuple[EntityId, str]]
):
    one = await home.begin(on("a", DESK, condition=condition))
    await home.until(one.id, "done")
    assert home.sent() == sent


async def test_a_condition_sees_what_came_of_a_step(home: Planning):
    only = "{{ steps.a.verdict == 'done' }}"
    one = await home.begin(on("a", LAMP), on("b", DESK, needs=("a",), condition=only))
    await home.until(one.id, "done")
    assert len(home.sent()) == 2


class Stubborn:
    """A bridge at which one device does not obey so many times."""

    name = "stubborn"

    def __init__(self, twin: Twin, entity: EntityId, times: int) -> None:
        self._twin, self._entity, self.left = twin, entity, times

    async def run(self) -> None:
        raise AssertionError

    async def call(self, call: Call) -> str | None:
        if call.entity == self._entity and self.left:
            self.left -= 1
            raise BridgeError("it does not answer")
        return await self._twin.call(call)


async def failing(path: Path, times: int) -> AsyncGenerator[Planning]:
    clock = ManualClock(NOON)
    twin = house(clock)
    async with planning(path / "hearth.db", clock, twin=twin, bridge=Stubborn(twin, DESK, times)) as one:
        yield one


@pytest.fixture
async def once_failing(tmp_path: Path) -> AsyncGenerator[Planning]:
    async for one in failing(tmp_path, 1):
        yield one


@pytest.fixture
async def always_failing(tmp_path: Path) -> AsyncGenerator[Planning]:
    async for one in failing(tmp_path, 99):
        yield one


async def until_it_waits(home: Planning) -> None:
    async with asyncio.timeout(SOON_S):
        while not any(due.at > home.clock.now() for due in home.schedule.open("plan")):
            await home.store.run(lambda _: None)


async def test_a_device_that_did_not_answer_is_asked_again(once_failing: Planning):
    one = await once_failing.begin(on("a", DESK))
    await until_it_waits(once_failing)
    await once_failing.clock.advance(3)
    await once_failing.until(one.id, "done")
    assert now_is(once_failing.twin, DESK) == "on"


async def test_what_was_done_is_taken_back_in_reverse_when_a_step_fails(always_failing: Planning):
    home = always_failing
    steps = on("a", LAMP), on("b", BLIND, "close_cover", needs=("a",)), on("c", DESK, needs=("b",))
    one = await home.begin(*steps)
    for wait in (3, 11):
        await until_it_waits(home)
        await home.clock.advance(wait)
    await home.until(one.id, "undone")
    assert (now_is(home.twin, LAMP), now_is(home.twin, BLIND)) == ("off", "open")
    assert [entity for entity, _ in home.sent()] == [LAMP, BLIND, BLIND, LAMP]
    assert "does not answer" in home.seen(one.id).why


async def test_people_are_told_what_could_not_be_taken_back(always_failing: Planning):
    home = always_failing
    one = await home.begin(on("a", BELL, "press"), on("c", DESK, needs=("a",)))
    for wait in (3, 11):
        await until_it_waits(home)
        await home.clock.advance(wait)
    await home.until(one.id, "undone")
    assert (await home.marks(one.id))["a"]["status"] in ("kept", "unknown")


async def test_the_plan_goes_on_without_what_is_optional(always_failing: Planning):
    home = always_failing
    one = await home.begin(on("a", DESK, optional=True), on("b", LAMP))
    for wait in (3, 11):
        await until_it_waits(home)
        await home.clock.advance(wait)
    await home.until(one.id, "done")
    assert now_is(home.twin, LAMP) == "on"


async def test_a_stopped_plan_does_nothing_more(home: Planning):
    one = await home.begin(on("a", LAMP), on("b", DESK, needs=("a",), after_s=60.0))
    await home.until_step(one.id, "a", "done")
    came = await home.wish(plan_turn("stop", one.id))
    await home.clock.advance(3_600)
    assert (came.verdict, came.told) == (Verdict.DONE, "Stopped: 1 of 2 done. Not done: turn on Desk.")
    assert home.seen(one.id).status == "stopped"
    assert home.sent() == [(LAMP, "turn_on")]


async def test_a_plan_rests_and_goes_on(home: Planning):
    one = await home.begin(on("a", LAMP), on("b", DESK, needs=("a",), after_s=60.0))
    await until_it_waits(home)
    await home.wish(plan_turn("pause", one.id))
    await home.clock.advance(120)
    assert len(home.sent()) == 1
    await home.wish(plan_turn("resume", one.id))
    await home.until(one.id, "done")
    assert len(home.sent()) == 2


async def test_a_finished_plan_can_be_taken_back(home: Planning):
    one = await home.begin(on("a", LAMP), on("b", BLIND, "close_cover"))
    await home.until(one.id, "done")
    await home.wish(plan_turn("undo", one.id))
    await home.until(one.id, "undone")
    assert (now_is(home.twin, LAMP), now_is(home.twin, BLIND)) == ("off", "open")


async def test_what_is_about_safety_waits_for_a_yes_of_its_own(home: Planning):
    one = await home.begin(on("a", LAMP), on("b", LOCK, "unlock", needs=("a",)))
    await home.until_step(one.id, "b", "asked")
    (waits,) = home.seen(one.id).waits
    assert (waits.what, now_is(home.twin, LOCK)) == ("unlock Front Door", "locked")
    child = replace(CAUSE, person=KIM.id)
    assert (await home.wish(plan_confirm(one.id, "b", waits.digest), child)).verdict is Verdict.REFUSED
    assert (await home.wish(plan_confirm(one.id, "b", waits.digest))).verdict is Verdict.DONE
    await home.until(one.id, "done")
    assert now_is(home.twin, LOCK) == "unlocked"


async def test_what_waits_for_a_yes_still_does_after_a_restart(tmp_path: Path):
    clock = ManualClock(NOON)
    twin = house(clock)
    async with planning(tmp_path / "hearth.db", clock, twin=twin) as first:
        one = await first.begin(on("b", LOCK, "unlock"))
        await first.until_step(one.id, "b", "asked")
    async with planning(tmp_path / "hearth.db", clock, twin=twin) as second:
        (waits,) = second.seen(one.id).waits
        await second.wish(plan_confirm(one.id, "b", waits.digest))
        await second.until(one.id, "done")
        assert now_is(twin, LOCK) == "unlocked"


async def test_a_newer_plan_takes_what_it_is_about_from_an_older(home: Planning):
    old = await home.begin(on("a", LAMP), on("b", DESK, needs=("a",), after_s=60.0), goal="Reading")
    await home.until_step(old.id, "a", "done")
    await home.begin(on("a", DESK, "turn_on"), goal="Movie")
    assert (await home.until(old.id, "done")).why == ""
    assert (await home.marks(old.id))["b"]["why"] == "the plan Movie came later"


async def test_steps_that_pull_at_one_thing_are_put_in_order(home: Planning):
    one = await home.begin(on("a", LAMP), on("b", LAMP, "turn_off"))
    await home.until(one.id, "done")
    assert home.sent() == [(LAMP, "turn_on"), (LAMP, "turn_off")]


async def test_of_drafts_the_newest_are_kept_and_one_of_each_recipe(home: Planning):
    for number in range(25):
        await home.draft(on("a", LAMP), goal=f"Draft {number}")
    await home.draft(on("a", LAMP), goal="Movie", recipe="movie")
    await home.draft(on("a", LAMP), goal="Movie again", recipe="movie")
    goals = [one.goal for one in home.plans.plans()]
    assert goals[:2] == ["Movie again", "Draft 24"]
    assert len(goals) == 20


class Deaf:
    """A bridge that dies with the daemon while it rings a bell."""

    name = "deaf"

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.rings = 0

    async def run(self) -> None:
        raise AssertionError

    async def call(self, call: Call) -> str | None:
        del call
        self.rings += 1
        self.told.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize(("how", "rings"), [("done", 1), ("skip", 1), ("again", 2)])
async def test_what_can_be_neither_read_back_nor_repeated_is_asked_about(
    tmp_path: Path, how: Literal["done", "skip", "again"], rings: int
):
    clock = ManualClock(NOON)
    twin, bridge = house(clock), Deaf()
    async with planning(tmp_path / "hearth.db", clock, twin=twin, bridge=bridge) as first:
        one = await first.begin(on("a", BELL, "press"))
        await bridge.told.wait()
    async with planning(tmp_path / "hearth.db", clock, twin=twin, bridge=bridge) as second:
        await second.until_step(one.id, "a", "unknown")
        assert [(waits.what, waits.unknown) for waits in second.seen(one.id).waits] == [("press Bell", True)]
        assert bridge.rings == 1
        bridge.told.clear()
        wish = plan_resolve(one.id, "a", how)
        machine = replace(CAUSE, origin=Origin.MCP)
        assert (await second.wish(wish, machine)).verdict is Verdict.REFUSED
        assert (await second.wish(wish)).verdict is Verdict.DONE
        await (bridge.told.wait() if how == "again" else second.until(one.id, "done"))
        assert bridge.rings == rings


async def test_a_step_that_asks_waits_for_its_own_yes_at_its_time(home: Planning):
    at = home.clock.now() + timedelta(hours=2)
    one = await home.begin(on("a", LAMP, at=at, asks=True))
    await home.clock.advance(7_201)
    await home.until_step(one.id, "a", "asked")
    sent = list(home.sent())
    await home.wish(plan_confirm(one.id, "a", home.seen(one.id).waits[0].digest))
    await home.until(one.id, "done")
    assert sent == []
    assert home.sent() == [(LAMP, "turn_on")]


async def test_a_step_whose_time_has_passed_is_left_out(home: Planning):
    at = home.clock.now() + timedelta(hours=2)
    one = await home.begin(on("a", LAMP, at=at, until=at + timedelta(minutes=5)), on("b", DESK, at=at))
    await home.clock.advance(8_000)
    await home.until(one.id, "done")
    assert home.sent() == [(DESK, "turn_on")]


@pytest.mark.parametrize(
    ("step", "acts"),
    [(on("a", LAMP, after_s=30.0), True), (on("a", LAMP, at=NOON + timedelta(days=3)), False)],
    ids=["soon", "in days"],
)
async def test_a_mere_stop_means_a_plan_that_does_something_now(home: Planning, step: StepForm, acts: bool):
    one = await home.begin(step)
    assert home.seen(one.id).acts is acts


async def test_what_a_child_may_not_do_is_kept_for_a_grown_up(home: Planning):
    child = replace(CAUSE, person=KIM.id)
    form = PlanForm(goal="Way in", steps=(on("a", LOCK, "unlock"), on("b", LAMP)))
    drawn = await home.wish(plan_add(form), child)
    one = home.plans.plans()[0]
    refused = await home.wish(plan_start(one.id, one.digest), child)
    begun = await home.wish(plan_start(one.id, one.digest))
    await home.until_step(one.id, "b", "done")
    assert drawn.told.endswith("A grown-up has to say yes to it.")
    assert refused.verdict is not Verdict.DONE
    assert begun.verdict is Verdict.DONE
    wished = "Kim would like this, Way in: unlock Front Door and turn on Lamp."
    assert [(each.people, each.text.startswith(wished)) for each in home.told][:1] == [(("ann",), True)]


async def test_what_a_grown_up_said_yes_to_is_in_the_journal_with_who_wished_for_it(home: Planning):
    form = PlanForm(goal="Way in", steps=(on("a", LOCK, "unlock"), on("b", LAMP)))
    await home.wish(plan_add(form), replace(CAUSE, person=KIM.id))
    one = home.plans.plans()[0]
    shown = str((await home.plans.shown(one.id))["text"])
    await home.wish(plan_start(one.id, one.digest))
    await home.until_step(one.id, "b", "done")
    query = (
        "SELECT step.person, wish.effect, wish.person FROM entry AS step JOIN entry AS wish ON wish.cause = step.parent"
        " WHERE step.cause = ? AND step.kind = 'wish' AND wish.kind = 'wish'"
    )
    rows = await home.store.run_bare(lambda disk: disk.execute(query, (f"plan/{one.id}/b/1",)).fetchall())
    assert shown.startswith("Way in\nKim would like this:")
    assert rows == [("ann", "plan.add", "kim")]


async def test_a_question_whose_time_has_passed_is_asked_no_more(home: Planning):
    asks = on("a", LAMP, asks=True, at=NOON, until=NOON + timedelta(hours=1))
    one = await home.begin(asks)
    await home.until_step(one.id, "a", "asked")
    await home.clock.advance(timedelta(hours=2))
    await home.until(one.id, "done")
    assert home.sent() == []
