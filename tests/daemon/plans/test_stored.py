"""Plans that another version of Hearth wrote down: carried out where that is sure, else shown and left alone."""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path

import pytest

from daemon.plans.model import PlanError
from daemon.plans.stored import read_stored
from daemon.store import Store
from daemon.supervise import Condition
from skills.model import Verdict
from skills.plans import plan_turn
from tests.daemon.automating.house import NOON, house
from tests.daemon.house import DESK, LAMP
from tests.daemon.plans.house import on, planning
from tests.doubles import ManualClock

FORMS = sorted((Path(__file__).parent / "stored").glob("*.json"))
"""One for each way in which plans were ever stored, as that version wrote it."""


async def stored(path: Path, clock: ManualClock, form: str, mark: Mapping[str, object] | None = None) -> str:
    """Leave a plan on disk whose first step is to be done after 600 s, as another version had it; return its id."""
    async with planning(path, clock) as first:
        one = await first.begin(on("a", LAMP, after_s=600.0), on("b", DESK, needs=("a",)))
        while not first.schedule.open("plan"):
            await asyncio.sleep(0.002)
    async with Store.open(path, clock) as store:
        await store.run_bare(lambda rows: rows.execute("UPDATE plan SET form = ?", (form,)))
        if mark is not None:
            await store.run_bare(lambda rows: rows.execute("UPDATE plan_step SET mark = ?", (json.dumps(mark),)))
    return one.id


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
async def test_a_plan_that_an_older_version_began_is_carried_out(tmp_path: Path, file: Path):
    clock, kept = ManualClock(NOON), json.loads(file.read_text())
    plan = await stored(tmp_path / "hearth.db", clock, json.dumps(kept["form"]), kept["mark"])
    async with planning(tmp_path / "hearth.db", clock) as home:
        await home.until(plan, "done")
        assert home.sent() == [(LAMP, "turn_on"), (DESK, "turn_on")]
        assert home.plans.health().condition is Condition.FINE


def form_with(**more: object) -> str:
    step = {"id": "a", "does": "device.call", **more}
    return json.dumps({"goal": "Evening", "steps": [step]})


def test_what_is_empty_and_not_known_is_left_out(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING)
    form, left = read_stored(form_with(pace="", arguments={"x": {"value": 1, "unit": None}}))
    assert left == ["steps.0.pace", "steps.0.arguments.x.unit"]
    assert form.steps[0].id == "a"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (form_with(only_if="{{ false }}"), "steps.0.only_if"),
        (form_with(arguments={"x": {"value": 1, "unit": "°F"}}), "steps.0.arguments.x.unit"),
        (json.dumps({"goal": "Evening", "steps": [], "most": 2}), "most"),
        (json.dumps({"goal": "Evening", "steps": "none"}), "steps"),
        ("{", "JSON"),
        ("[]", "plan"),
    ],
    ids=["of a step", "of a value", "of the plan", "no steps", "cut off", "no object"],
)
def test_what_may_change_what_is_done_is_not_read(text: str, names: str):
    with pytest.raises(PlanError, match=names):
        read_stored(text)


@pytest.mark.parametrize(
    ("form", "mark"),
    [
        (form_with(only_if="{{ false }}"), None),
        ("{", None),
        (form_with(), {"at": "half done"}),
    ],
    ids=["a key that is not known", "no JSON", "a step that stands as nobody knows"],
)
async def test_a_plan_that_cannot_be_read_is_shown_until_it_is_given_up(
    tmp_path: Path, form: str, mark: Mapping[str, object] | None
):
    clock, twin = ManualClock(NOON), house(ManualClock(NOON))
    plan = await stored(tmp_path / "hearth.db", clock, form, mark)
    await clock.advance(3_600)
    async with planning(tmp_path / "hearth.db", clock, twin=twin) as home:
        (one,) = home.plans.unread()
        assert (one.id, one.goal, one.status) == (plan, "Evening", "unreadable")
        assert f"hearth plan stop {plan}" in one.why
        assert home.plans.health().condition is Condition.DEGRADED
        with pytest.raises(PlanError, match="cannot be read"):
            await home.plans.shown(plan)
        assert (await home.wish(plan_turn("undo", plan))).verdict is Verdict.FAILED
        assert (await home.wish(plan_turn("stop", plan))).verdict is Verdict.DONE
        assert home.plans.unread() == []
        assert home.plans.health().condition is Condition.FINE
    async with planning(tmp_path / "hearth.db", clock, twin=twin) as again:
        assert (again.plans.unread(), again.sent()) == ([], [])
