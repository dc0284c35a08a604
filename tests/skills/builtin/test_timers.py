"""Timers as they are spoken of: which one is meant, what is wished for, and what is said about them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from devices.model import AreaId
from skills.actions import timer_cancel, timer_change, timer_pause, timer_resume, timer_start
from skills.builtin import reminders, timers
from skills.model import Action, Match
from skills.testing import NOON, Bench
from skills.views import Appointment, Item, Kind
from tests.skills.house import furnished

KITCHEN, OFFICE = AreaId("kitchen"), AreaId("office")


def timer(
    id: int, left_s: float, name: str | None = None, *, area: AreaId | None = None, paused: bool = False
) -> Appointment:
    at = NOON + timedelta(seconds=left_s)
    return Appointment(id, Kind.TIMER, at, name, area=area, length_s=600.0, paused_left_s=left_s if paused else None)


class Agenda:
    """An agenda of timers."""

    def __init__(self) -> None:
        self.timers: Sequence[Appointment] = ()

    def open(self, kind: Kind) -> Sequence[Appointment]:
        return self.timers if kind is Kind.TIMER else ()

    async def items(self, name: str | None = None) -> Sequence[Item]:
        del name
        return ()


@pytest.fixture(scope="module")
def agenda() -> Agenda:
    return Agenda()


@pytest.fixture(scope="module")
def bench(agenda: Agenda) -> Bench:
    return Bench(timers.skill, home=furnished(), agenda=agenda)


PASTA, TEA, EGGS = timer(1, 90, "pasta"), timer(2, 300, "tea", area=KITCHEN), timer(3, 500, paused=True)


@pytest.mark.parametrize(
    ("text", "reply", "wish"),
    [
        ("set a timer for 5 minutes", "I set a timer for 5 minutes.", timer_start(300, area=KITCHEN)),
        ("set a pasta timer for 10 minutes", "I set a pasta timer for 10 minutes.",
         timer_start(600, name="pasta", area=KITCHEN)),
        ("set a ten minute tea timer", "I set a tea timer for 10 minutes.", timer_start(600, name="tea", area=KITCHEN)),
        ("start a 90 second timer", "I set a timer for 1 minute and 30 seconds.", timer_start(90, area=KITCHEN)),
        ("set a timer for an hour and a half", "I set a timer for 1 hour and 30 minutes.",
         timer_start(5_400, area=KITCHEN)),
        ("set an egg timer for 6 minutes and 30 seconds", "I set an egg timer for 6 minutes and 30 seconds.",
         timer_start(390, name="egg", area=KITCHEN)),
        ("set an office timer for 5 minutes", "I set an office timer for 5 minutes.",
         timer_start(300, name="office", area=OFFICE)),
        ("set a timer for nine minutes for the pasta", "I set a pasta timer for 9 minutes.",
         timer_start(540, name="pasta", area=KITCHEN)),
        ("timer for the rice, half an hour", "I set a rice timer for 30 minutes.",
         timer_start(1_800, name="rice", area=KITCHEN)),
        ("turn off the desk lamp in ten minutes", "In 10 minutes: turn off the desk lamp.",
         timer_start(600, area=KITCHEN, command="turn off the desk lamp")),
    ],
)  # fmt: skip
async def test_timers_are_set(bench: Bench, text: str, reply: str, wish: Action):
    answer = await bench.hear(text, area=KITCHEN)
    assert (answer.text, list(answer.do)) == (reply, [wish])


@pytest.mark.parametrize(
    ("text", "area", "reply", "wishes"),
    [
        ("cancel the pasta timer", None, "I cancelled the pasta timer.", [timer_cancel(1)]),
        ("cancel the pasta one", None, "I cancelled the pasta timer.", [timer_cancel(1)]),
        ("cancel the timer", KITCHEN, "I cancelled the tea timer.", [timer_cancel(2)]),
        ("cancel the kitchen timer", None, "I cancelled the tea timer.", [timer_cancel(2)]),
        ("cancel all timers", None, "I cancelled three timers.", [timer_cancel(1), timer_cancel(2), timer_cancel(3)]),
        ("cancel all kitchen timers", None, "I cancelled one timer in the kitchen.", [timer_cancel(2)]),
        ("pause the tea timer", None, "I paused the tea timer.", [timer_pause(2)]),
        ("resume the timer", None, "The 10 minute timer goes on.", [timer_resume(3)]),
        ("add 5 minutes to the pasta timer", None, "The pasta timer has 5 minutes more.", [timer_change(1, 300)]),
        ("take 2 minutes off the tea timer", None, "The tea timer has 2 minutes less.", [timer_change(2, -120)]),
        ("cancel the rice timer", None, "There is no rice timer.", []),
    ],
)  # fmt: skip
async def test_the_timer_that_is_meant(
    bench: Bench, agenda: Agenda, text: str, area: AreaId | None, reply: str, wishes: Sequence[Action]
):
    agenda.timers = (PASTA, TEA, EGGS)
    answer = await bench.hear(text, area=area)
    assert (answer.text, list(answer.do)) == (reply, wishes)


async def test_which_timer_is_asked_and_none_is_touched(bench: Bench, agenda: Agenda):
    agenda.timers = (PASTA, TEA)
    answer = await bench.hear("cancel the timer")
    assert not answer.do
    assert answer.ask is not None
    assert answer.ask.choices == ("pasta timer", "tea timer")


@pytest.mark.parametrize(
    ("text", "there", "reply"),
    [
        ("how long is left on the pasta", (PASTA, TEA), "The pasta timer has 1 minute and 30 seconds left."),
        ("how much time is left on the timer", (EGGS,),
         "The 10 minute timer has 8 minutes and 20 seconds left and is paused."),
        ("which timers are running", (PASTA, TEA),
         "The pasta timer has 1 minute and 30 seconds left. The tea timer has 5 minutes left."),
        ("which timers are running", (), "There is no timer."),
        ("cancel all timers", (), "There are no timers."),
    ],
)  # fmt: skip
async def test_what_is_said_about_timers(
    bench: Bench, agenda: Agenda, text: str, there: Sequence[Appointment], reply: str
):
    agenda.timers = there
    assert (await bench.hear(text)).text == reply


@pytest.mark.parametrize(
    ("left_s", "chosen"), [((580, 590), [timer_cancel(2)]), ((100, 90), [])], ids=["just set", "long ago"]
)
async def test_it_is_the_timer_that_was_just_set(
    bench: Bench, agenda: Agenda, left_s: tuple[float, float], chosen: list[Action]
):
    agenda.timers = [timer(1, left_s[0]), timer(2, left_s[1])]
    reply = await bench.answer(Match("HassCancelTimer"), "cancel it")
    assert list(reply.do) == chosen


@pytest.mark.parametrize(
    "name", ["tea timer and a 10 minute egg", "tea and an egg", "mach das Licht aus und stell einen", "timer eggs"]
)
async def test_two_timers_are_not_one_of_a_long_name(bench: Bench, name: str):
    """Seen: "a 3 minute tea timer and a 10 minute egg timer" set one called "tea and 10 minute egg"."""
    reply = await bench.answer(Match("HassStartTimer", {"minutes": 3, "name": name}), "")
    assert not reply.do


async def test_all_timers_are_paused_together(bench: Bench, agenda: Agenda):
    agenda.timers = [timer(1, 90), timer(2, 300, "tea"), EGGS]
    reply = await bench.hear("pause all timers")
    assert (reply.text, list(reply.do)) == ("I paused two timers.", [timer_pause(1), timer_pause(2)])


async def test_a_timer_is_extended_by_its_name(bench: Bench, agenda: Agenda):
    agenda.timers = [PASTA, TEA]
    reply = await bench.hear("extend the pasta timer by 2 minutes")
    assert list(reply.do) == [timer_change(1, 120)]


@pytest.mark.parametrize(
    ("text", "left_s", "sets"),
    [
        ("set a timer for 10 minutes", 599, False),
        ("set another timer for 10 minutes", 599, True),
        ("set a timer for 10 minutes", 540, True),
        ("set a pasta timer for 10 minutes", 599, True),
    ],
)
async def test_a_timer_that_was_just_set_is_not_set_again(
    bench: Bench, agenda: Agenda, text: str, left_s: float, sets: bool
):
    agenda.timers = [timer(1, left_s, area=KITCHEN)]
    reply = await bench.hear(text, area=KITCHEN)
    assert bool(reply.do) is sets
    assert sets or reply.text == "There is such a timer already: 10 minutes."


async def test_no_timer_waits_to_remind_who_is_not_known(agenda: Agenda):
    """It would have said ten minutes later that it knows nobody of that name."""
    both = Bench(timers.skill, reminders.skill, home=furnished(), agenda=agenda)
    for text in ("remind tom about the parcel in ten minutes", "remind my brother to ring me in an hour"):
        assert not (await both.hear(text)).do
