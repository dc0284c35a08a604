"""What is wrong with a plan is said before anybody is asked: its shape, its arguments, rights, and who steers it."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from daemon.plans.agents import Budget, Work
from daemon.plans.form import digest_of, plan_of, read_form
from daemon.plans.model import Label, PlanError
from daemon.plans.progress import Result
from devices.model import EntityId
from skills.actions import device_call
from skills.model import Verdict
from skills.plans import GivenForm, PlanForm, StepForm, TakenForm, plan_add, plan_confirm, step
from tests.daemon.automating.house import NOON
from tests.daemon.house import DESK, LAMP, LOCK, now_is
from tests.daemon.plans.house import CAUSE, Planning, on, planning


@dataclass(frozen=True)
class Reader:
    """An agent that finds something out for a step."""

    finds: object
    gives: Label = Label.THIRD_PARTY
    name: str = "research"
    role: str = "find something out"
    tools: frozenset[str] = frozenset()
    budget: Budget = field(default_factory=Budget)

    async def work(self, work: Work) -> Result:
        del work
        return Result(self.finds, self.gives)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncGenerator[Planning]:
    async with planning(tmp_path / "hearth.db", agents=[Reader({"text": "news", "target": [LAMP]})]) as one:
        yield one


def lamp(id: str, *needs: str, **more: object) -> StepForm:
    return on(id, LAMP).model_copy(update={"needs": needs, **more})


def opened(targets: GivenForm | TakenForm) -> StepForm:
    given = {"service": GivenForm(value="unlock"), "data": GivenForm(value={})}
    return StepForm(id="open", does="device.call", arguments={**given, "targets": targets})


FOUND = StepForm(id="found", does="agent.research")
FOUND_THEN = FOUND.model_copy(update={"at": NOON})
"""Not before the plan is carried out."""


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([lamp("a", "b"), lamp("b", "a")], "come before itself"),
        ([lamp("a"), lamp("a")], "two steps have this id"),
        ([lamp("a", "z")], "there is no such step"),
        ([on("a", EntityId("light.nowhere"))], "there is no 'light.nowhere'"),
        ([StepForm(id="a", does="device.cal")], "did you mean 'device.call'?"),
        ([StepForm(id="a", does="plan.start")], "there is no effect 'plan.start'"),
        ([StepForm(id="a", does="agent.nobody")], "there is no agent 'nobody'"),
        ([StepForm(id="a", does="device.call", arguments={"targets": GivenForm(value=[LAMP])})], "service"),
        ([lamp("a", condition="{{ nonsense( }}")], "its condition is not understood"),
        ([opened(GivenForm(value=[LOCK], source="third_party"))], "would choose its 'targets'"),
        ([FOUND, opened(TakenForm(of="found", path=("target",)))], "would choose its 'targets'"),
    ],
    ids=[
        "circle", "twice", "reference", "entity", "effect", "plans start no plans", "agent", "arguments", "condition",
        "steered by a stranger", "steered by what an agent read",
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_and_nothing_is_kept(home: Planning, steps: list[StepForm], why: str):
    came = await home.wish(plan_add(PlanForm(goal="Bad", steps=tuple(steps))))
    assert came.verdict is Verdict.FAILED
    assert why in came.detail
    assert home.plans.plans() == []


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"goal": "x", "steps": []},
        {"goal": "x", "steps": [{"id": "A b", "does": "x"}]},
        "no",
        {"goal": 3, "more": 1},
    ],
)
def test_what_is_no_plan_is_said_to_be_none(raw: object):
    with pytest.raises(PlanError, match="this is no plan"):
        read_form(raw)


def test_a_yes_to_a_plan_is_a_yes_to_its_times():
    def digest(**times: str) -> str:
        wake = {"id": "wake", "does": "list.add", **times}
        return digest_of(plan_of(read_form({"goal": "x", "steps": [wake]})))

    early, late = "2026-03-04T18:00:00+01:00", "2026-03-04T20:00:00+01:00"
    assert len({digest(), digest(at=early), digest(until=early), digest(until=late)}) == 4


async def test_what_an_agent_found_is_handed_over_and_asked_about(tmp_path: Path):
    finder = Reader({"target": [LAMP]})
    async with planning(tmp_path / "hearth.db", agents=[finder]) as home:
        more: Mapping[str, object] = {"targets": TakenForm(of="found", path=("target",)).model_dump()}
        light = step("light", device_call([DESK], "turn_on"))
        light = StepForm.model_validate(
            {**light.model_dump(), "arguments": {**light.model_dump()["arguments"], **more}}
        )
        drawn = await home.wish(plan_add(PlanForm(goal="Found", steps=(FOUND, light))))
        # Which thing it is about is not known beforehand, and a stranger would choose it.
        assert drawn.verdict is Verdict.FAILED


async def test_what_a_trusted_agent_found_is_done(tmp_path: Path):
    finder = Reader({"target": [LAMP]}, gives=Label.SENSOR)
    async with planning(tmp_path / "hearth.db", agents=[finder]) as home:
        light = StepForm(
            id="light",
            does="device.call",
            arguments={
                "targets": TakenForm(of="found", path=("target",)),
                "service": GivenForm(value="turn_on"),
                "data": GivenForm(value={}),
            },
        )
        one = await home.begin(FOUND, light)
        await home.until(one.id, "done")
        assert now_is(home.twin, LAMP) == "on"


async def test_a_text_of_a_stranger_is_shown_before_it_is_passed_on(home: Planning):
    notice = StepForm(id="tell", does="notice.send", arguments={"text": TakenForm(of="found", path=("text",))})
    one = await home.begin(FOUND_THEN, notice)
    await home.until_step(one.id, "tell", "asked")
    (waits,) = home.seen(one.id).waits
    assert (waits.what, [told.text for told in home.told if told.text == "news"]) == ("news", [])
    await home.wish(plan_confirm(one.id, "tell", waits.digest))
    await home.until(one.id, "done")
    assert [told.text for told in home.told if told.text == "news"] == ["news"]


async def test_the_same_yes_does_not_count_for_another_text(home: Planning):
    notice = StepForm(id="tell", does="notice.send", arguments={"text": TakenForm(of="found", path=("text",))})
    one = await home.begin(FOUND_THEN, notice)
    await home.until_step(one.id, "tell", "asked")
    came = await home.wish(plan_confirm(one.id, "tell", "0123456789abcdef"), replace(CAUSE))
    assert came.verdict is Verdict.FAILED
