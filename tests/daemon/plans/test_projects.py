"""Projects: kept for weeks, handed to people, and looked through each Sunday evening."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from daemon.plans.handing import handed
from skills.model import Verdict
from skills.planned import Item, Project
from skills.plans import project_add, project_close, project_done, project_note
from tests.daemon.automating.house import NOON
from tests.daemon.house import LAMP
from tests.daemon.plans.house import Planning, on, planning
from tests.doubles import ManualClock

PARTY = Project(1, "Garden party", items=(Item(1, "step", "buy drinks"),))
MOVE = Project(2, "Moving house")
WEEK_S = 7 * 86_400.0


async def begun(home: Planning) -> Project:
    assert (await home.wish(project_add("Garden party", date(2026, 3, 28)))).verdict is Verdict.DONE
    (one,) = home.plans.projects()
    await home.wish(project_note(one.id, "step", "drinks", "Anna"))
    await home.wish(project_note(one.id, "question", "how many people come"))
    return home.plans.projects()[0]


async def test_what_is_noted_outlives_the_daemon(tmp_path: Path):
    async with planning(tmp_path / "hearth.db") as home:
        kept = await begun(home)
        await home.wish(project_done(kept.items[1].id))
    async with planning(tmp_path / "hearth.db") as again:
        (found,) = again.plans.projects()
        assert [(item.text, item.who, item.done) for item in found.items] == [
            ("drinks", "Anna", False),
            ("how many people come", "", True),
        ]


async def test_each_sunday_evening_whose_it_is_hears_how_it_stands(tmp_path: Path):
    clock = ManualClock(NOON)
    async with planning(tmp_path / "hearth.db", clock) as home:
        await begun(home)
        for count in (1, 2):
            await clock.advance(WEEK_S)
            async with asyncio.timeout(10):
                while len(home.told) < count:
                    await asyncio.sleep(0.002)
        assert home.told[0].people == ("ann",)
        assert home.told[0].text == (
            "Garden party: two things are open. There are 19 days left. Anna takes care of: drinks."
            " Still open: how many people come."
        )


async def test_a_closed_project_is_told_of_no_more(tmp_path: Path):
    async with planning(tmp_path / "hearth.db") as home:
        one = await begun(home)
        closed = await home.wish(project_close(one.id))
        assert (home.plans.projects(), home.schedule.open("project")) == ([], [])
        assert closed.undo is not None
        await home.wish(closed.undo)
        assert len(home.schedule.open("project")) == 1


@pytest.mark.parametrize(
    ("text", "spoken_of", "project"),
    [
        ("Anna takes care of the drinks", None, "Garden party"),
        ("Anna kümmert sich um die Drinks.", None, "Garden party"),
        ("Uncle Ben will take care of the music", 2, "Moving house"),
        ("Anna takes care of the dog", None, None),
        ("Anna takes care of the drinks for the garden party", 1, None),
        ("who takes care of the dog?", 1, None),
    ],
)
def test_who_takes_care_of_what_is_heard_where_it_is_about_a_project(
    text: str, spoken_of: int | None, project: str | None
):
    found = handed(text, [PARTY, MOVE], spoken_of)
    assert (found.matches[0].slots["project"] if found is not None else None) == project


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("who takes care of the drinks?", "plans.whose", {"what": "the drinks"}),
        ("wer kümmert sich um die Drinks?", "plans.whose", {"what": "die Drinks"}),
        ("what does Anna take care of?", "plans.whose", {"who": "anna"}),
        ("what did I hand to Anna?", "plans.whose", {"who": "anna"}),
        ("worum kümmert sich Anna beim Gartenfest?", "plans.whose", {"who": "anna"}),
        ("how is the Gartenfest going?", "plans.ahead", {"project": "Gartenfest"}),
        ("was ist beim Gartenfest noch offen?", "plans.ahead", {"project": "Gartenfest"}),
        ("wie geht es mit dem Gartenfest weiter?", "plans.ahead", {"project": "Gartenfest"}),
        ("hake die Stühle für das Gartenfest ab", "plans.ticked",
         {"what": "Stühle bestellen", "project": "Gartenfest"}),
        ("the question how many people come to the Gartenfest is answered", "plans.ticked",
         {"what": "how many people come", "project": "Gartenfest"}),
        ("what does Tom take care of?", "", {}),
        ("was ist ein Gartenfest?", "", {}),
        ("when is the Gartenfest?", "", {}),
        ("hake die Milch ab", "", {}),
    ],
)  # fmt: skip
def test_what_is_asked_and_settled_of_a_project_is_heard(text: str, intent: str, slots: dict[str, object]):
    items = (
        Item(1, "step", "drinks", "Anna"),
        Item(2, "step", "Stühle bestellen"),
        Item(3, "question", "how many people come"),
    )
    found = handed(text, [Project(1, "Gartenfest", items=items), MOVE], None)
    assert (found.matches[0].intent if found else "") == intent
    assert (found.matches[0].slots if found else {}) == slots


async def test_a_plan_that_is_a_step_of_a_project_is_ticked_off_once_it_is_done(tmp_path: Path):
    async with planning(tmp_path / "hearth.db") as home:
        project = await begun(home)
        await home.wish(project_note(project.id, "step", "Evening"))
        one = await home.begin(on("a", LAMP), goal="Evening")
        await home.until(one.id, "done")
        async with asyncio.timeout(10):
            while not home.plans.projects()[0].items[2].done:
                await asyncio.sleep(0.002)
        assert [item.done for item in home.plans.projects()[0].items] == [False, False, True]
