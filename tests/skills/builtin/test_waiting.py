"""Reminders that wait for things and people, alarms with exceptions, briefings: as they are spoken of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Capability, Device, DeviceId, Entity, EntityId
from skills.actions import (
    Condition,
    alarm_cancel,
    alarm_set,
    alarm_skip,
    alarm_stop,
    device_call,
    moved,
    reminder_add,
)
from skills.builtin import briefing, proactive, reminders, waking
from skills.model import Action, Match
from skills.testing import NOON, Bench
from skills.views import Appointment, Item, Kind

MUM = Appointment(7, Kind.REMINDER, NOON + timedelta(hours=1), text="call mum")
LAUNDRY = Appointment(8, Kind.REMINDER, NOON + timedelta(days=30), text="hang it up", on="the washing machine is done")
DAILY = Appointment(4, Kind.ALARM, NOON + timedelta(hours=19), rule="FREQ=DAILY\nEXDATE:20260301T070000")
RINGING = Appointment(9, Kind.ALARM, NOON, ringing=True)
BEDROOM = AreaId("bedroom")
DOOR, WINDOW, POWER = map(
    EntityId, ("binary_sensor.front_door_contact", "binary_sensor.bedroom_window", "sensor.laundry_plug_power")
)
LOCK, LAMP, PLUG = map(EntityId, ("lock.front_door", "light.bedroom", "switch.laundry_plug"))
RADIO = EntityId("media_player.radio")


class Agenda:
    """What is open."""

    def __init__(self, *appointments: Appointment) -> None:
        self._appointments = appointments

    def open(self, kind: Kind) -> Sequence[Appointment]:
        return [one for one in self._appointments if one.kind is kind]

    async def items(self, name: str | None = None) -> Sequence[Item]:
        del name
        return ()


def house() -> Home:
    home = Home(areas=[Area(BEDROOM, "Bedroom")])
    plug = Device(DeviceId("plug"), "Laundry Plug")
    home.add(Entity(DOOR, "Front Door Contact", "binary_sensor", "door"))
    home.add(Entity(WINDOW, "Bedroom Window Contact", "binary_sensor", "window", area=BEDROOM))
    home.add(Entity(LOCK, "Front Door", "lock", capabilities=frozenset({Capability.LOCK})))
    home.add(Entity(PLUG, "Laundry Plug", "switch", device=plug.id), plug)
    home.add(Entity(POWER, "Laundry Plug Power", "sensor", "power", device=plug.id), plug)
    home.add(
        Entity(
            LAMP,
            "Bedroom Lamp",
            "light",
            area=BEDROOM,
            capabilities=frozenset({Capability.ON_OFF, Capability.BRIGHTNESS}),
        )
    )
    return home


def bench(*appointments: Appointment) -> Bench:
    skills = (reminders.skill, waking.skill, briefing.skill, proactive.skill)
    return Bench(*skills, home=house(), agenda=Agenda(*appointments))


DONE = Condition(kind="done", entity=POWER, words="the washing machine is done")
OPENS = Condition(kind="becomes", entity=DOOR, state="on", words="the front door is open")
UNLOCKED = Condition(kind="becomes", entity=LOCK, state="unlocked", words="the front door is unlocked")


@pytest.mark.parametrize(
    ("text", "what", "on"),
    [
        ("remind me to hang up the laundry when the washing machine is done", "hang up the laundry", DONE),
        ("remind me when the washing machine finishes to hang up the laundry", "hang up the laundry", DONE),
        ("as soon as the washing machine is done remind me to hang up the laundry", "hang up the laundry", DONE),
        ("when the front door opens remind me to check the mail", "check the mail", OPENS),
        ("remind me to check the mail the next time the front door is opened", "check the mail", OPENS),
        ("remind me to lock it once the front door is unlocked", "lock it", UNLOCKED),
        ("remind me to feed the cat when i get home", "feed the cat",
         Condition(kind="arrives", words="you are at home")),
        ("when i come back home remind me to feed the cat", "feed the cat",
         Condition(kind="arrives", words="you are at home")),
        ("remind me when anna leaves to call mum", "call mum",
         Condition(kind="leaves", person="anna", words="Anna is on the way out")),
        ("remind me to take the keys when i leave the house", "take the keys",
         Condition(kind="leaves", words="you are on the way out")),
        ("after that remind me to tidy up", "tidy up", Condition(kind="told", reminder=7, words="after “call mum”")),
    ],
)  # fmt: skip
async def test_a_reminder_waits_for_what_was_said(text: str, what: str, on: Condition):
    reply = await bench(MUM).hear(text)
    assert list(reply.do) == [reminder_add(what, on=on)]
    assert reply.text.startswith("I will remind you ")


@pytest.mark.parametrize(
    "text", ["tell me when the laundry is done", "let me know once the laundry has finished please"]
)
async def test_what_is_waited_for_may_be_all_that_is_told(text: str):
    reply = await bench().hear(text)
    on = Condition(kind="done", entity=POWER, words="the laundry is done")
    assert list(reply.do) == [reminder_add("the laundry is done", on=on)]
    assert reply.text == "I will tell you when the laundry is done."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("let me know when the cellar window opens", "nothing there reports it"),
        ("remind me to empty it when the dishwasher is done", "nothing there measures its power"),
        ("remind me to air when the cellar window opens", "nothing there reports it"),
        ("remind me to call mum tomorrow when i get home", "not for both"),
    ],
)
async def test_what_cannot_be_waited_for_is_said(text: str, said: str):
    reply = await bench(MUM).hear(text)
    assert list(reply.do) == []
    assert said in reply.text


async def test_nothing_follows_a_reminder_that_is_not_there():
    reply = await bench().hear("after that remind me to tidy up")
    assert (list(reply.do), reply.text) == ([], "There is no reminder that it could follow.")


@pytest.mark.parametrize(
    "text",
    [
        "remind me in 10 minutes to take my pills until i say done",
        "remind me to take my pills in 10 minutes until it is done",
        "remind me in 10 minutes to take my pills and keep reminding me until i confirm",
        "nag me to take my pills in 10 minutes until i've done it",
    ],
)
async def test_a_reminder_is_told_until_it_is_done_where_that_was_said(text: str):
    reply = await bench().hear(text)
    arguments = reply.do[0].arguments
    assert (arguments["insist"], arguments["after_s"], arguments["text"]) == (True, 600, "take my pills")


async def test_reminders_that_wait_are_listed_with_what_for():
    reply = await bench(MUM, LAUNDRY).hear("what are my reminders")
    assert "When the washing machine is done: hang it up." in reply.text


@pytest.mark.parametrize(
    ("text", "appointments", "wishes"),
    [
        ("skip the next alarm", (DAILY,), [alarm_skip(4, NOON + timedelta(hours=19))]),
        ("don't wake me tomorrow", (DAILY,), [alarm_skip(4, NOON + timedelta(hours=19))]),
        ("not tomorrow", (DAILY,), [alarm_skip(4, NOON + timedelta(hours=19))]),
        ("skip the next alarm", (replace(DAILY, rule=None),), [alarm_cancel(4)]),
        ("move my alarm to half past six", (DAILY,),
         [moved("alarm", 4, wall=NOON + timedelta(hours=18.5))]),
        ("stop the alarm", (RINGING, DAILY), [alarm_stop()]),
        ("stop", (RINGING, DAILY), [alarm_stop()]),
        ("i'm awake", (RINGING,), [alarm_stop()]),
        ("stop", (DAILY,), []),
    ],
)  # fmt: skip
async def test_an_alarm_is_stopped_and_left_out(text: str, appointments: Sequence[Appointment], wishes: list[Action]):
    reply = await bench(*appointments).hear(text)
    assert list(reply.do) == wishes


@pytest.mark.parametrize("area", [BEDROOM, None], ids=["a room with a lamp", "nowhere"])
async def test_an_alarm_with_light_says_where_there_is_none(area: AreaId | None):
    reply = await bench().hear("wake me at seven on weekdays with light", area=area)
    walls = NOON + timedelta(hours=19)
    assert list(reply.do) == [alarm_set(walls, rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", area=area, light=True)]
    assert ("without light" in reply.text) is (area is None)


async def test_an_exception_is_no_part_of_how_an_alarm_is_called():
    reply = await bench(DAILY).hear("what alarms are set")
    assert reply.text == "You have one alarm: every day at 07:00."


@pytest.mark.parametrize(
    ("text", "state", "wishes"),
    [
        ("silence please", "playing", [device_call([RADIO], "media_pause")]),
        ("silence please", "paused", []),
        ("i'm awake", "playing", []),
    ],
)
async def test_silence_where_nothing_rings_is_about_the_music(text: str, state: str, wishes: list[Action]):
    there = bench(DAILY)
    there.home.add(Entity(RADIO, "Radio", "media_player"))
    there.home.observe(RADIO, state, at=NOON)
    assert list((await there.hear(text)).do) == wishes


@pytest.mark.parametrize(
    ("in_s", "text"),
    [(20, "You have one alarm: one that rings."), (300, "You have one alarm: one that rings again at 12:05.")],
    ids=["rings", "put off"],
)
async def test_an_alarm_that_was_put_off_is_told_from_one_that_rings(in_s: float, text: str):
    reply = await bench(replace(RINGING, at=NOON + timedelta(seconds=in_s))).hear("what alarms are set")
    assert reply.text == text


async def test_a_briefing_after_a_while_is_one_reminder():
    reply = await bench().hear("give me a briefing in ten minutes")
    assert list(reply.do) == [reminder_add("your briefing", after_s=600, command="daily briefing")]


async def test_good_night_offers_to_turn_off_what_is_on():
    there = bench()
    there.home.observe(LAMP, "on", at=NOON)
    asked = await there.hear("good night")
    done = await there.answer(Match("briefing.evening", {"off": True}), "yes")
    assert asked.ask is not None
    assert asked.text.endswith("One light is still on. Shall I turn it off?")
    assert list(done.do) == [device_call([LAMP], "turn_off")]


async def test_a_briefing_comes_at_a_time_that_is_set():
    reply = await bench().hear("give me a briefing every weekday at seven")
    rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    wish = reminder_add("your briefing", wall=NOON + timedelta(hours=19), rule=rule, command="daily briefing")
    assert list(reply.do) == [wish]


async def test_what_is_not_watched_cannot_be_switched_off():
    reply = await bench().hear("stop telling me about the windows")
    assert (list(reply.do), reply.text) == ([], "I say nothing by myself about the windows.")
