"""Reminders and alarms as they are spoken of: the time that is understood, and the words that repeat it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from skills.actions import alarm_cancel, alarm_set, alarm_snooze, moved, reminder_add, reminder_cancel
from skills.builtin import reminders, waking
from skills.model import Action, Match
from skills.testing import NOON, Bench
from skills.views import Appointment, Item, Kind
from tests.skills.house import furnished

DENTIST = Appointment(1, Kind.REMINDER, NOON + timedelta(days=1), text="go to the dentist")
BINS = Appointment(2, Kind.REMINDER, NOON + timedelta(days=2), text="take out the bins", rule="FREQ=WEEKLY;BYDAY=WE")
EARLY = Appointment(3, Kind.ALARM, NOON + timedelta(hours=18, minutes=30))
DAILY = Appointment(4, Kind.ALARM, NOON + timedelta(hours=19), rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


class Agenda:
    """An agenda of two reminders and two alarms."""

    def open(self, kind: Kind) -> Sequence[Appointment]:
        return [one for one in (DENTIST, BINS, EARLY, DAILY) if one.kind is kind]

    async def items(self, name: str | None = None) -> Sequence[Item]:
        del name
        return ()


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(reminders.skill, waking.skill, home=furnished(), agenda=Agenda())


def at(days: int, hour: int, minute: int = 0) -> timedelta:
    return timedelta(days=days, hours=hour - 12, minutes=minute)


@pytest.mark.parametrize(
    ("text", "reply", "wish"),
    [
        ("remind jane to take the bins out at seven", "I will remind Jane at 19:00: take the bins out.",
         reminder_add("Jane: take the bins out", wall=NOON + at(0, 19))),
        ("remind jane about the oven in 10 minutes", "I will remind Jane in 10 minutes, at 12:10: the oven.",
         reminder_add("Jane: the oven", after_s=600)),
        ("remind everyone to leave at half past five", "I will remind everyone at 17:30: leave.",
         reminder_add("everyone: leave", wall=NOON + at(0, 17, 30))),
        ("don't let me forget to water the ferns at six", "I will remind you at 18:00: water the ferns.",
         reminder_add("water the ferns", wall=NOON + at(0, 18))),
    ],
)  # fmt: skip
async def test_others_are_reminded_by_their_name(bench: Bench, text: str, reply: str, wish: Action):
    told = await bench.hear(text)
    assert (told.text, list(told.do)) == (reply, [wish])


@pytest.mark.parametrize("text", ["remind Tom to do his homework at four", "remind my aunt about the parcel"])
async def test_who_is_not_known_is_not_reminded(bench: Bench, text: str):
    """Nobody would have been told, and whoever asked would have relied on it."""
    told = await bench.hear(text)
    assert told.text.startswith("I know nobody called")
    assert not told.do


@pytest.mark.parametrize(
    ("text", "wall", "when"),
    [
        ("push that reminder back half an hour", at(1, 12, 30), "tomorrow at 12:30"),
        ("delay the reminder about the dentist by ten minutes", at(1, 12, 10), "tomorrow at 12:10"),
        ("postpone my reminder by 2 hours", at(1, 14), "tomorrow at 14:00"),
        ("move the reminder to three", at(1, 15), "tomorrow at 15:00"),
    ],
)
async def test_a_reminder_is_moved(bench: Bench, text: str, wall: timedelta, when: str):
    told = await bench.hear(text)
    assert told.text == f"I will remind you {when}: go to the dentist."
    assert list(told.do) == [moved("reminder", 1, wall=NOON + wall)]


@pytest.mark.parametrize(
    ("text", "reply", "wish"),
    [
        ("remind me to call mum on friday after lunch", "I will remind you on Friday at 13:30: call mum.",
         reminder_add("call mum", wall=NOON + at(4, 13, 30))),
        ("remind me on friday after lunch to call mum", "I will remind you on Friday at 13:30: call mum.",
         reminder_add("call mum", wall=NOON + at(4, 13, 30))),
        ("remind me in 10 minutes to check the oven", "I will remind you in 10 minutes, at 12:10: check the oven.",
         reminder_add("check the oven", after_s=600)),
        ("remind me to check the oven in 10 minutes", "I will remind you in 10 minutes, at 12:10: check the oven.",
         reminder_add("check the oven", after_s=600)),
        ("in an hour and 20 minutes remind me to leave", "I will remind you in 1 hour and 20 minutes, at 13:20: leave.",
         reminder_add("leave", after_s=4800)),
        ("remind me in an hour and a half to leave", "I will remind you in 1 hour and 30 minutes, at 13:30: leave.",
         reminder_add("leave", after_s=5400)),
        ("set a reminder to call mum in 2 hours", "I will remind you in 2 hours, at 14:00: call mum.",
         reminder_add("call mum", after_s=7200)),
        ("wake me in 20 minutes", "I will wake you in 20 minutes, at 12:20.", alarm_set(NOON + at(0, 12, 20))),
        ("tomorrow at 8 remind me to water the plants", "I will remind you tomorrow at 08:00: water the plants.",
         reminder_add("water the plants", wall=NOON + at(1, 8))),
        ("remind me tomorrow to call the bank", "I will remind you tomorrow at 09:00: call the bank.",
         reminder_add("call the bank", wall=NOON + at(1, 9))),
        ("remind me to take out the bins every tuesday at 7 pm",
         "I will remind you every Tuesday at 19:00, first tomorrow at 19:00: take out the bins.",
         reminder_add("take out the bins", wall=NOON + at(1, 19), rule="FREQ=WEEKLY;BYDAY=TU")),
        ("remind me on the last friday of every month to pay rent",
         "I will remind you every month on the last Friday at 09:00, first on 27 March at 09:00: pay rent.",
         reminder_add("pay rent", wall=NOON + at(25, 9), rule="FREQ=MONTHLY;BYDAY=-1FR")),
        ("remind me at 8 and 20 every day to take my pills",
         "I will remind you every day at 08:00 and 20:00, first at 20:00: take my pills.",
         reminder_add("take my pills", wall=NOON + at(0, 20), rule="FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0;BYSECOND=0")),
        ("remind me every day to take my pills",
         "I will remind you every day at 09:00, first tomorrow at 09:00: take my pills.",
         reminder_add("take my pills", wall=NOON + at(1, 9), rule="FREQ=DAILY")),
        ("wake me at half past five tomorrow", "I will wake you tomorrow at 05:30.", alarm_set(NOON + at(1, 5, 30))),
        ("set an alarm for eight every weekday", "I will wake you every weekday at 08:00, first tomorrow at 08:00.",
         alarm_set(NOON + at(1, 8), rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")),
        ("snooze", "I will wake you again in 9 minutes.", alarm_snooze(540)),
        ("snooze for 5 minutes", "I will wake you again in 5 minutes.", alarm_snooze(300)),
        ("cancel the reminder about the dentist", "I will not remind you: go to the dentist.", reminder_cancel(1)),
        ("cancel the seven o'clock alarm", "I cancelled the alarm every weekday at 07:00.", alarm_cancel(4)),
    ],
)  # fmt: skip
async def test_what_is_wished_for_is_repeated(bench: Bench, text: str, reply: str, wish: Action):
    answer = await bench.hear(text)
    assert (answer.text, list(answer.do)) == (reply, [wish])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("remind me to call mum", "When shall I remind you: call mum?"),
        ("remind me in ten minutes", "What shall I remind you of?"),
        ("remind me an hour before the dentist",
         "I don't know when that is: before the dentist. When shall I remind you?"),
        ("remind me yesterday to eat", "That is over. When do you mean?"),
        ("remind me tomorrow at 8", "What shall I remind you of?"),
        ("remind me to call mum on the 31st of february",
         "There is no such time: on the 31st of february. When do you mean?"),
        ("cancel the reminder", "Which one: go to the dentist or take out the bins?"),
        ("remind me at sunset to close the blinds", "I don't know where the house stands. At what time?"),
    ],
)  # fmt: skip
async def test_what_is_not_clear_is_asked(bench: Bench, text: str, question: str):
    answer = await bench.hear(text)
    assert not answer.do
    assert answer.ask is not None
    assert answer.text == answer.ask.question == question


@pytest.mark.parametrize(
    ("what", "when", "wish"),
    [
        ("to pay on the 31st of february", "tomorrow at 9", reminder_add("pay", wall=NOON + at(1, 9))),
        ("an hour before the dentist", "at 3", reminder_add("before the dentist", wall=NOON + at(0, 15))),
        ("to call Bob at 7pm", "at 8pm", reminder_add("call Bob", wall=NOON + at(0, 20))),
        ("to call Bob in an hour", "at 8pm until I say done",
         reminder_add("call Bob", wall=NOON + at(0, 20), insist=True)),
    ],
)  # fmt: skip
async def test_a_time_that_was_asked_for_takes_the_place_of_the_one_before(
    bench: Bench, what: str, when: str, wish: Action
):
    answer = await bench.answer(Match("reminders.add", {"what": what, "when": when}), when)
    assert list(answer.do) == [wish]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("wake me at half past six tomorrow", "There is such an alarm already: tomorrow at 06:30."),
        ("set an alarm for seven every weekday",
         "There is such an alarm already: every weekday at 07:00, first tomorrow at 07:00."),
        ("remind me tomorrow at noon to go to the dentist",
         "I remind you of that already, tomorrow at 12:00: go to the dentist."),
    ],
)  # fmt: skip
async def test_what_is_there_already_is_not_set_again(bench: Bench, text: str, reply: str):
    answer = await bench.hear(text)
    assert (answer.text, list(answer.do)) == (reply, [])


@pytest.mark.parametrize(
    "text",
    [
        "wake me at half past six tomorrow with light",
        "wake me at seven tomorrow",
        "remind me tomorrow at noon to call the dentist",
        "remind me tomorrow at one to go to the dentist",
    ],
)
async def test_what_differs_from_what_is_there_is_set(bench: Bench, text: str):
    assert len((await bench.hear(text)).do) == 1


async def test_of_a_time_alone_it_is_asked_what_for(bench: Bench):
    """Seen: "remind me", then "tomorrow at 8", and the reminder was "tomorrow at 8"."""
    asked = await bench.answer(Match("reminders.add", {"text": "tomorrow at 8"}))
    assert (asked.text, list(asked.do)) == ("What shall I remind you of?", [])
    assert asked.ask is not None
    given = {"text": "tomorrow at 8", asked.ask.slot or "": "to buy bread"}
    answer = await bench.answer(Match("reminders.add", given))
    assert list(answer.do) == [reminder_add("buy bread", wall=NOON + at(1, 8))]


async def test_the_time_is_kept_while_it_is_asked_what_for(bench: Bench):
    """Seen: "remind me tomorrow", then "to call Bob", and the time was asked for again."""
    asked = await bench.hear("remind me tomorrow")
    assert asked.ask is not None
    answer = await bench.answer(Match("reminders.add", {"what": "tomorrow", asked.ask.slot or "": "to call Bob"}))
    assert list(answer.do) == [reminder_add("call Bob", wall=NOON + at(1, 9))]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what are my reminders",
         "You have two reminders. Tomorrow at 12:00: go to the dentist. Every Wednesday at 12:00: take out the bins."),
        ("what's due",
         ("Tomorrow at 06:30: alarm clock. Every weekday at 07:00: alarm clock. Tomorrow at 12:00: go to the dentist."
          " Every Wednesday at 12:00: take out the bins.")),
        ("what alarms are set", "You have two alarms: tomorrow at 06:30 and every weekday at 07:00."),
    ],
)  # fmt: skip
async def test_what_there_is_is_told(bench: Bench, text: str, reply: str):
    assert (await bench.hear(text)).text == reply


class Waiting(Agenda):
    """One command that waits."""

    def open(self, kind: Kind) -> Sequence[Appointment]:
        waiting = Appointment(1, Kind.TIMER, NOON + at(0, 13), length_s=3_600.0, command="turn the Kitchen Light off")
        return [waiting] if kind is Kind.TIMER else []


async def test_what_waits_to_be_done_is_named_by_what_it_does():
    answer = await Bench(reminders.skill, home=furnished(), agenda=Waiting()).hear("what's due")
    assert answer.text == "At 13:00: turn the Kitchen Light off."


async def test_never_remind_me_is_no_wish(bench: Bench):
    answer = await bench.hear("never again remind me to call mum tomorrow at 8")
    assert not answer.do
