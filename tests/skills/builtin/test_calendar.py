"""The calendar as it is spoken of: what is on, when there is time, and what is put in, moved and cancelled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from devices.home import Home
from devices.model import Entity, EntityId
from skills.builtin import calendar, lists, reminders
from skills.events import event_add, event_cancel, event_move, event_remind
from skills.model import Action
from skills.testing import NOON, Bench
from skills.views import CalendarNote, Event
from tests.skills.house import furnished


def event(number: int, title: str, at: datetime, minutes: int = 60, *, series: bool = False) -> Event:
    ends = at + timedelta(minutes=minutes)
    return Event(f"{number:016x}", title, at, ends, minutes == 1440, "family", series=series, busy=minutes < 1440)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    return NOON + timedelta(days=days, hours=hour - 12, minutes=minute)


DENTIST = event(1, "Dentist", at(1, 15))
STANDUP = event(2, "Standup", at(1, 9), 30, series=True)
SARAH = event(3, "Meeting with Sarah", at(3, 10))
LUNCH = event(4, "Lunch with Tom", at(4, 12, 30))
BIRTHDAY = event(5, "Anna's birthday", at(5, 0), 1440)


class Family:
    """A calendar of five events."""

    def __init__(self, *, stale: bool = False) -> None:
        self.stale = stale

    def calendars(self, *, person: str | None = None) -> Sequence[CalendarNote]:
        return [CalendarNote("family", as_of=NOON - timedelta(hours=2), stale=self.stale)]

    async def events(self, since: datetime, until: datetime, *, person: str | None = None) -> Sequence[Event]:
        found = (STANDUP, DENTIST, SARAH, LUNCH, BIRTHDAY)
        return [one for one in found if one.begins < until and one.ends > since]


def with_calendar() -> Home:
    home = furnished()
    home.add(Entity(EntityId("calendar.family"), "Family calendar", "calendar"))
    return home


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(calendar.skill, lists.skill, reminders.skill, home=with_calendar(), calendar=Family())


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what is on tomorrow", "Tomorrow: at 09:00 Standup; at 15:00 Dentist."),
        ("what's happening on sunday", "There is nothing in your calendar on Sunday."),
        ("do i have anything on friday", "On Friday: at 12:30 Lunch with Tom."),
        ("how many meetings do i have this week", "You have five appointments this week."),
        ("what is on this weekend", "This weekend: on Saturday all day Anna's birthday."),
        ("when is my next appointment", "Tomorrow at 09:00 Standup."),
        ("when is the dentist", "Tomorrow at 15:00 Dentist."),
        ("when is my meeting with sarah", "On Thursday at 10:00 Meeting with Sarah."),
        ("am i free on friday afternoon", "Not quite: on Friday afternoon you have Lunch with Tom at 12:30."),
        ("am i free on thursday afternoon", "Yes, you are free on Thursday afternoon."),
        ("am i busy tomorrow", "Yes: tomorrow you have Standup at 09:00 and Dentist at 15:00."),
        ("am i free on saturday", "Yes, you are free on Saturday."),
        ("when am i free tomorrow", "You are free tomorrow from 08:00 to 09:00, 09:30 to 15:00 and 16:00 to 22:00."),
        ("clear my calendar", "For which day?"),
        ("cancel the haircut", "I find no haircut in your calendar."),
    ],
)
async def test_what_is_asked_is_answered(bench: Bench, text: str, reply: str):
    answer = await bench.hear(text)
    assert (answer.text, list(answer.do)) == (reply, [])


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("add dentist on tuesday at three for an hour", event_add("dentist", at(1, 15), at(1, 16))),
        ("schedule a meeting with Sarah on the third of May at ten",
         event_add("meeting with Sarah", at(62, 10), at(62, 11))),
        ("put pool party in my calendar on saturday at 4 pm", event_add("pool party", at(5, 16), at(5, 17))),
        ("add holiday to my calendar on friday", event_add("holiday", at(4, 0), at(5, 0), all_day=True)),
        ("add standup to my family calendar every weekday at 9",
         event_add("standup", at(1, 9), at(1, 10), rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", calendar="family")),
        ("move the dentist to thursday", event_move(DENTIST.id, at(3, 15), at(3, 16))),
        ("move the dentist to 4", event_move(DENTIST.id, at(1, 16), at(1, 17))),
        ("move the dentist to 5 pm", event_move(DENTIST.id, at(1, 17), at(1, 18))),
        ("postpone my meeting with sarah by an hour", event_move(SARAH.id, at(3, 11), at(3, 12))),
        ("cancel the dentist appointment", event_cancel([DENTIST.id])),
        ("cancel lunch with tom", event_cancel([LUNCH.id])),
        ("clear my calendar for tomorrow", event_cancel([STANDUP.id, DENTIST.id])),
        ("remind me an hour before the dentist", event_remind(3600, id=DENTIST.id)),
        ("remind me 10 minutes before every meeting", event_remind(600, words="meeting")),
    ],
)  # fmt: skip
async def test_what_is_wished_for_is_the_event_that_was_meant(bench: Bench, text: str, wish: Action):
    assert list((await bench.hear(text)).do) == [wish]


@pytest.mark.parametrize("text", ["schedule a meeting", "move the dentist to sometime", "reschedule the dentist"])
async def test_a_change_without_a_time_is_asked_about(bench: Bench, text: str):
    answer = await bench.hear(text)
    assert answer.ask is not None
    assert list(answer.do) == []


@pytest.mark.parametrize(
    "text",
    ["what is on in the kitchen", "what is on at the moment", "move the shelf to 50", "add milk", "book a taxi",
     "don't cancel the dentist", "delete the contacts that are old"],
)  # fmt: skip
async def test_what_is_not_about_the_calendar_is_left_to_others(bench: Bench, text: str):
    with pytest.raises(LookupError):
        await bench.hear(text)


async def test_old_answers_are_said_to_be_old():
    bench = Bench(calendar.skill, home=with_calendar(), calendar=Family(stale=True))
    answer = await bench.hear("what is on tomorrow")
    assert answer.text.endswith("The family calendar does not answer; this is as of today at 10:00.")
    changed = await bench.hear("cancel the dentist")
    assert changed.text.endswith("The calendar does not answer right now; I will send it when it does.")


async def test_a_calendar_of_which_nothing_is_known_here_is_told():
    """A person sees no calendar of their own, although the house has one."""
    answer = await Bench(calendar.skill, home=with_calendar()).hear("what is on tomorrow")
    assert "no calendar here yet" in answer.text


@pytest.mark.parametrize("text", ["what is on tomorrow", "add dentist to my calendar", "clear my calendar"])
async def test_a_house_without_calendars_understands_that_there_is_none(text: str):
    with pytest.raises(LookupError, match="nothing-there: calendar"):
        await Bench(calendar.skill, home=furnished()).hear(text)
