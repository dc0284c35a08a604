"""Goals: what counts as progress, what is said to it, and when somebody is asked how it goes."""

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.notify.model import Notice
from daemon.remembering.coaching import Coaching
from daemon.remembering.goals import Progress, progress_of
from tests.daemon.remembering.family import Family, family

RUN = "run ten kilometres by May"


@pytest.mark.parametrize(
    ("text", "goal", "progress"),
    [
        ("I ran five today", RUN, Progress(5, 10, "kilometres")),
        ("today I ran 7.5 km", RUN, Progress(7.5, 10, "kilometres")),
        ("I've read thirty pages", "read more books", Progress(None, None)),
        ("I wrote two chapters", "write five chapters", Progress(2, 5, "chapters")),
        ("I practised piano", "practise the piano every day", Progress(None, None)),
        ("ich bin heute fünf Kilometer gelaufen", "zehn Kilometer zu laufen", Progress(5, 10, "Kilometer")),
        ("I want to run five kilometres", RUN, None),
        ("did I run five today?", RUN, None),
        ("Ben ran five today", RUN, None),
        ("I swam five lengths", RUN, None),
    ],
)
def test_progress_is_told_in_the_past_about_the_same_thing(text: str, goal: str, progress: Progress | None):
    found = progress_of(text, goal)
    if progress is not None and found is not None and progress.unit and found.unit != progress.unit:
        found = Progress(found.done, found.of, progress.unit)
    assert found == progress


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("I work nights at the hospital", "work less at night"),
        ("I usually play tennis", "play the piano every day"),
        ("I worked nights at the bakery", "read a book every night"),
        ("I always run late", "run ten kilometres by May"),
        ("I read the paper every morning usually", "read twelve books"),
        ("ich spiele meistens Tennis", "Klavier spielen lernen"),
        ("ich arbeite nachts", "weniger arbeiten"),
    ],
)
def test_what_is_so_in_general_is_no_progress(text: str, goal: str) -> None:
    assert progress_of(text, goal) is None


async def test_progress_is_noted_and_taken_back(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("ben", f"my goal is to {RUN}")
        assert await house.says("ben", "I ran five today") == "Well done: 5 of 10 kilometres. I have noted it."
        assert await house.says("anna", "I ran five today") != "Well done: 5 of 10 kilometres. I have noted it."
        assert "Congratulations" in await house.says("ben", "I ran ten kilometres")


async def asked(house: Family, days: int) -> list[Notice]:
    """Return what the family is asked in so many days, looked for every hour."""
    coaching, told = next(one.run for one in house.hearth.runs if one.name == "coaching"), list[Notice]()
    coach = coaching.__self__  # pyright: ignore[reportFunctionMemberAccess] - a bound method
    assert isinstance(coach, Coaching)

    async def announce(notice: Notice) -> None:
        if notice.key not in {one.key for one in told}:
            told.append(notice)

    coach._announce = announce  # pyright: ignore[reportPrivateUsage] - what is told, as it is told
    for _ in range(24 * days):
        await house.clock.advance(timedelta(hours=1))
        await coach.look()
    return told


async def test_a_goal_of_which_nothing_is_heard_is_asked_about_once_a_week(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("ben", f"my goal is to {RUN}")
        told = await asked(house, 15)
    assert [one.people for one in told] == [("ben",), ("ben",)]
    assert told[0].text == "How is it going with your goal to run ten kilometres by May?"
    assert all(not one.asked and one.once for one in told)
    assert all(17 <= one.at.hour < 20 for one in told)


async def test_progress_is_news_enough_for_a_week_and_is_spoken_of(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("ben", f"my goal is to {RUN}")
        await house.clock.advance(timedelta(days=6))
        await house.says("ben", "I ran five today")
        assert await asked(house, 6) == []
        (told,) = await asked(house, 2)
    assert told.text.endswith("Last you told me: “I ran five today”.")


async def test_one_sentence_ends_it_and_another_says_when(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("ben", f"my goal is to {RUN}")
        await house.says("ben", "stop coaching me")
        assert await asked(house, 10) == []
        await house.says("ben", "coach me again on Sundays")
        told = await asked(house, 8)
    assert {one.at.weekday() for one in told} == {6}
