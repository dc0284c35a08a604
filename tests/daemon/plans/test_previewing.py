"""A plan as it is shown: what would change, how long it takes, what cannot be undone, and whom it meets."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from skills.plans import PlanForm, plan_add
from tests.daemon.automating.house import NOON
from tests.daemon.house import BELL, BLIND, DESK, LAMP, LOCK
from tests.daemon.plans.house import Planning, on, planning

ECHO = """
id: echo
alias: Echo
triggers: [{trigger: state, entity_id: light.lamp, to: "on"}]
actions:
  - {action: light.turn_off, target: {entity_id: light.desk}}
"""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncGenerator[Planning]:
    async with planning(tmp_path / "hearth.db") as one:
        yield one


async def text_of(home: Planning) -> str:
    return str((await home.plans.shown(home.plans.plans()[0].id))["text"])


async def test_it_is_spoken_short(home: Planning):
    steps = on("a", LAMP), on("b", DESK), on("c", BLIND, "close_cover"), on("d", BELL, "press"), on("e", LOCK, "unlock")
    told = (await home.wish(plan_add(PlanForm(goal="Evening", steps=steps)))).told
    assert told == (
        "Evening takes 5 steps, among them: turn on Lamp, press Bell and unlock Front Door."
        " This cannot be taken back: press Bell. I ask again before this: unlock Front Door. Shall I?"
    )


async def test_what_would_change_is_written_down_in_full(home: Planning):
    await home.draft(on("a", LAMP), on("b", BLIND, "close_cover", needs=("a",), after_s=300.0))
    told = await text_of(home)
    assert "+0 s  Lamp: off → on" in told
    assert "+300 s  Blind: open → closed" in told
    assert "It takes about 5 minutes and 4 seconds." in told
    assert home.sent() == []


async def test_what_a_routine_makes_of_it_is_named(home: Planning):
    from skills.routines import routine_add

    await home.wish(routine_add(ECHO))
    await home.draft(on("b", DESK), on("a", LAMP, needs=("b",)))
    told = await text_of(home)
    assert "Desk: on → off  (the routine “Echo”)" in told
    assert "Conflict about light.desk with Echo" in told


async def test_a_condition_that_does_not_hold_changes_nothing(home: Planning):
    await home.draft(on("a", LAMP, condition="{{ is_state('light.desk', 'on') }}"))
    assert "Nothing in the house would change." in await text_of(home)


async def test_what_undoes_an_earlier_step_in_time_hangs_on_nothing_that_came_of_it(home: Planning):
    later = NOON + timedelta(days=7)
    down, up = on("down", LAMP, "turn_off", at=NOON, until=later), on("up", LAMP, at=later)
    await home.draft(down, up)
    text = await text_of(home)
    assert "after down" not in text
    assert "Conflict" not in text


async def test_a_plan_that_meets_another_says_who_gives_way(home: Planning):
    await home.begin(on("a", LAMP), on("b", DESK, needs=("a",), after_s=60.0), goal="Reading")
    told = (await home.wish(plan_add(PlanForm(goal="Movie", steps=(on("a", DESK),))))).told
    assert "The plan Reading gives way to it." in told
