import asyncio

import pytest

from voice.arbiter import Arbiter, nearest
from voice.outside import Candidate


def woken(
    satellite: str, at_s: float = 10.0, score: float = 0.9, level: float | None = None, word: str = "hey"
) -> Candidate:
    return Candidate(satellite, None, word, at_s, score, level)


@pytest.mark.parametrize(
    ("candidates", "winner"),
    [
        ([woken("hall")], "hall"),
        ([woken("hall", level=-40), woken("kitchen", level=-25)], "kitchen"),
        ([woken("hall", level=-25.5, score=0.5), woken("kitchen", level=-26, score=0.95)], "kitchen"),
        ([woken("hall", level=-10, score=0.5), woken("kitchen", level=None, score=0.95)], "kitchen"),
        ([woken("hall", score=0.91), woken("kitchen", 9.9, score=0.89)], "kitchen"),
        ([woken("hall", 10.1), woken("kitchen", 10.0)], "kitchen"),
        ([woken("kitchen"), woken("hall")], "hall"),
        ([woken("hall", level=-20), woken("kitchen", level=-60, word="")], "kitchen"),
        ([woken("a", level=-30), woken("b", level=-20), woken("c", level=-29)], "b"),
    ],
    ids=[
        "alone",
        "louder",
        "as loud but surer",
        "not all levels",
        "as sure but first",
        "first",
        "even",
        "button",
        "three",
    ],
)
def test_the_nearest_answers(candidates: list[Candidate], winner: str):
    assert nearest(candidates).satellite == winner
    assert nearest(reversed(candidates)).satellite == winner


async def claims(arbiter: Arbiter, *candidates: Candidate) -> dict[str, bool]:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        asked = {one.satellite: group.create_task(arbiter.claim(one)) for one in candidates}
    return {name: task.result() for name, task in asked.items()}


async def test_of_three_that_hear_one_person_one_answers():
    heard = [woken("hall", level=-40), woken("kitchen", 10.2, level=-20), woken("attic", 10.5, level=-50)]
    assert await claims(Arbiter(), *heard) == {"hall": False, "kitchen": True, "attic": False}


async def test_two_people_at_different_times_are_both_answered():
    assert await claims(Arbiter(), woken("hall", 10.0), woken("kitchen", 12.0)) == {"hall": True, "kitchen": True}


async def test_one_that_reports_late_is_quiet():
    arbiter = Arbiter()
    assert await arbiter.claim(woken("hall", level=-50))
    assert not await arbiter.claim(woken("kitchen", 10.3, level=-10))


async def test_the_one_that_answers_may_be_woken_again_at_once():
    arbiter = Arbiter()
    assert await arbiter.claim(woken("hall"))
    assert await arbiter.claim(woken("hall", 10.5))


async def test_a_button_is_answered_where_it_is_held():
    found = await claims(Arbiter(), woken("hall", level=-10), woken("kitchen", level=-60, word=""))
    assert found == {"hall": False, "kitchen": True}


async def test_the_others_are_told_when_the_first_went_away():
    arbiter = Arbiter()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        first = group.create_task(arbiter.claim(woken("hall", level=-10)))
        await asyncio.sleep(0)
        second = group.create_task(arbiter.claim(woken("kitchen", level=-60)))
        await asyncio.sleep(0)
        first.cancel()
    assert second.done()


async def test_a_thousand_moments_leave_nothing_behind():
    arbiter = Arbiter()
    for number in range(1000):
        await arbiter.claim(woken("kitchen", number * 10.0, word=""))
    assert arbiter.open == 1
