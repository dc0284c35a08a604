from collections.abc import Sequence
from datetime import timedelta

import pytest

from devices.home import Home
from devices.model import Entity, EntityId, Trace
from skills.builtin import status
from skills.model import Match
from skills.testing import NOON, Bench
from skills.views import Happening
from tests.skills.house import furnished


def asked(response: str, *, targets: Sequence[str], **slots: object) -> Match:
    return Match("HassGetState", slots, tuple(EntityId(target) for target in targets), response)


def lights(count: int, *, on: int, away: int = 0) -> Home:
    home = Home()
    for index in range(count):
        light = home.add(Entity(EntityId(f"light.l{index}"), f"Lamp {index}", "light"))
        home.observe(light.id, "on" if index < on else "off", at=NOON)
        if index >= count - away:
            home.reach(light.id, False, at=NOON)
    return home


@pytest.mark.parametrize(
    ("kind", "on", "away", "text"),
    [
        ("all", 3, 0, "Yes, all three lights are on."),
        ("all", 2, 0, "No, the lamp 2 is off."),
        (
            "all",
            3,
            1,
            "Both lights that I can reach are on. I can't reach the lamp 2 right now; it was last on at 12:00.",
        ),
        ("any", 0, 0, "No, no lights are on."),
        ("any", 1, 0, "Yes, the lamp 0 is on."),
        ("which", 0, 0, "No lights are on."),
        ("how_many", 0, 0, "No lights are on."),
        ("how_many", 2, 0, "Two lights are on: the lamp 0 and the lamp 1."),
        (
            "any",
            0,
            1,
            "No lights that I can reach are on. I can't reach the lamp 2 right now; it was last off at 12:00.",
        ),
        ("any", 0, 3, "I can't tell about the lamp 0, the lamp 1 and the lamp 2 right now."),
    ],
)
async def test_the_kind_of_question_decides_the_answer(kind: str, on: int, away: int, text: str):
    targets = tuple(f"light.l{index}" for index in range(3))
    reply = await Bench(status.skill, home=lights(3, on=on, away=away)).answer(
        asked(kind, domain="light", state="on", targets=targets)
    )
    assert reply.text == text


async def test_many_are_counted_and_only_the_first_are_named():
    targets = tuple(f"light.l{index}" for index in range(9))
    bench = Bench(status.skill, home=lights(9, on=8))
    which = await bench.answer(asked("which", domain="light", state="on", targets=targets))
    assert which.text == "Eight lights, the lamp 0, the lamp 1 and the lamp 2 among them, are on."
    count = await bench.answer(asked("how_many", domain="light", state="on", targets=targets))
    assert count.text == "Eight lights are on."


@pytest.mark.parametrize(
    ("domain", "device_class", "value", "state", "text"),
    [
        ("binary_sensor", "window", "on", "open", "Yes, the thing is open."),
        ("binary_sensor", "window", "off", "open", "No, the thing is closed."),
        ("binary_sensor", "moisture", "on", "on", "Yes, the thing is wet."),
        ("lock", None, "jammed", "locked", "No, the thing is jammed."),
        ("lock", None, "locking", "locked", "No, the thing is locking."),
        ("cover", "blind", "opening", "closed", "No, the thing is opening."),
        ("media_player", None, "idle", "on", "Yes, the thing is idle."),
        ("climate", None, "heat", "on", "Yes, the thing is set to heat."),
        ("climate", None, "off", "on", "No, the thing is off."),
        ("vacuum", None, "docked", "on", "No, Thing is at its base."),
        ("switch", None, "unknown", "on", "I don't know yet: the thing has not reported."),
    ],
)
async def test_one_thing_is_compared_in_the_words_of_its_kind(
    domain: str, device_class: str | None, value: str, state: str, text: str
):
    home = Home()
    entity = home.add(Entity(EntityId(f"{domain}.x"), "Thing", domain, device_class=device_class))
    home.observe(entity.id, value, at=NOON)
    reply = await Bench(status.skill, home=home).answer(
        asked("one_yesno", name="Thing", state=state, targets=(entity.id,))
    )
    assert reply.text == text


@pytest.mark.parametrize(
    ("entity", "value", "attributes", "text"),
    [
        (Entity(EntityId("light.x"), "Lamp", "light"), "on", {"brightness": 102}, "The lamp is on at 40 percent."),
        (Entity(EntityId("cover.x"), "Blind", "cover"), "open", {"current_position": 40},
         "The blind is 40 percent open."),
        (Entity(EntityId("cover.x"), "Blind", "cover"), "open", {"current_position": 100}, "The blind is open."),
        (
            Entity(EntityId("climate.x"), "Radiator", "climate"),
            "heat",
            {"temperature": 21, "current_temperature": 19.5},
            "The radiator is set to 21 degrees, and it is 19.5 degrees.",
        ),
        (
            Entity(EntityId("media_player.x"), "TV", "media_player"),
            "playing",
            {"media_title": "The News"},
            "The TV is playing The News.",
        ),
        (Entity(EntityId("sensor.x"), "Power", "sensor", unit="W"), "1200.0", {}, "The power is 1200 watts."),
        (Entity(EntityId("sensor.x"), "Air", "sensor", unit="bananas"), "3", {}, "The air is 3 bananas."),
        (Entity(EntityId("sensor.x"), "Phase", "sensor"), "rinse_hold", {}, "The phase is rinse hold."),
        (Entity(EntityId("alarm_control_panel.x"), "Alarm", "alarm_control_panel"), "armed_night", {},
         "The alarm is armed for the night."),
        (Entity(EntityId("switch.x"), "Old Plug", "switch", assumed_state=True), "on", {},
         "The old plug is on, as far as I know."),
    ],
)  # fmt: skip
async def test_the_whole_state_is_said(entity: Entity, value: str, attributes: dict[str, object], text: str):
    home = Home()
    home.add(entity)
    home.observe(entity.id, value, attributes, at=NOON)
    reply = await Bench(status.skill, home=home).answer(asked("one", name=entity.name, targets=(entity.id,)))
    assert reply.text == text


async def test_an_old_reading_is_said_with_its_age():
    home = Home()
    sensor = home.add(Entity(EntityId("sensor.x"), "Freezer Temperature", "sensor", unit="°C"))
    home.observe(sensor.id, "-18.2", at=NOON - timedelta(hours=20))
    reply = await Bench(status.skill, home=home).answer(asked("one", name=sensor.name, targets=(sensor.id,)))
    assert reply.text == "The freezer temperature is -18.2 degrees, last reported yesterday at 16:00."


async def test_doors_and_windows_are_asked_of_covers_and_contacts_alike():
    home = Home()
    skylight = home.add(Entity(EntityId("cover.skylight"), "Skylight", "cover", device_class="window"))
    contact = home.add(Entity(EntityId("binary_sensor.w"), "Bath Window", "binary_sensor", device_class="window"))
    home.observe(skylight.id, "open", at=NOON)
    home.observe(contact.id, "on", at=NOON)
    match = asked("which", domain="cover", device_class="window", state="open", targets=(skylight.id,))
    assert (await Bench(status.skill, home=home).answer(match)).text == "The skylight and the bath window are open."


async def test_a_washing_machine_is_judged_by_the_power_of_its_plug():
    home = furnished()
    bench = Bench(status.skill, home=home)
    match = asked("running", name="Washing Machine", targets=("switch.washer",))
    assert (
        await bench.answer(match, "is the washing machine running")
    ).text == "No, the washing machine is not running."
    home.observe(EntityId("sensor.washer_power"), "1900", at=NOON)
    assert (
        await bench.answer(match, "is the washing machine done")
    ).text == "No, the washing machine is still running."


NOT_ME = "The hallway light has been on since 11:40, and that was not my doing."


@pytest.mark.parametrize(
    ("happening", "text"),
    [
        (None, NOT_ME),
        (
            Happening(NOON - timedelta(minutes=20), "turn on Hallway Light: done", "voice", "anna", "hall light on",
                      (EntityId("light.hallway"),), "done"),
            "The hallway light is on because anna said “hall light on” at 11:40.",
        ),
        (
            Happening(NOON - timedelta(minutes=20), "turn on Hallway Light: done", "routine", None, None,
                      (EntityId("light.hallway"),), "done"),
            "The hallway light is on because of a routine at 11:40.",
        ),
        (
            Happening(NOON - timedelta(hours=2), "turn on Hallway Light: done", "text", None, "hall light on",
                      (EntityId("light.hallway"),), "done"),
            NOT_ME,
        ),
        (
            Happening(NOON - timedelta(minutes=20), "turn on Hallway Light: refused", "text", None, "hall light on",
                      (EntityId("light.hallway"),), "refused"),
            NOT_ME,
        ),
    ],
    ids=["nothing", "said", "routine", "by hand since", "refused"],
)  # fmt: skip
async def test_why_is_answered_from_the_journal(happening: Happening | None, text: str):
    bench = Bench(status.skill, home=furnished())
    bench.journal.happenings = [happening] if happening else []
    reply = await bench.answer(asked("why", name="Hallway Light", targets=("light.hallway",)))
    assert reply.text == text


@pytest.mark.parametrize(
    ("trace", "text"),
    [
        (Trace("c", who="Anna"), "that was Anna's doing, in Home Assistant."),
        (Trace("c", what="the automation Dusk"), "that was the automation Dusk in Home Assistant."),
        (Trace("c"), "because someone said “hall light on” at 11:40."),
        (Trace("c", ours=True, who="Anna"), "because someone said “hall light on” at 11:40."),
    ],
    ids=["person", "automation", "nothing told", "ours"],
)
async def test_why_reaches_into_home_assistant(trace: Trace, text: str):
    home = furnished()
    at = NOON - timedelta(minutes=20)
    home.observe(EntityId("light.hallway"), "off", at=at)
    home.observe(EntityId("light.hallway"), "on", at=at, trace=trace)
    bench = Bench(status.skill, home=home)
    words = ("text", None, "hall light on")
    bench.journal.happenings = [
        Happening(at, "turn on Hallway Light: done", *words, (EntityId("light.hallway"),), "done")
    ]
    reply = await bench.answer(asked("why", name="Hallway Light", targets=("light.hallway",)))
    assert reply.text.endswith(text)


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ("which", "The mailbox battery and the doorbell battery are low."),
        ("how_many", "Two batteries are low: the mailbox battery and the doorbell battery."),
        ("any", "Yes, the mailbox battery and the doorbell battery are low."),
    ],
)
async def test_batteries_are_low_by_their_level_or_by_their_contact(response: str, text: str):
    home = Home()
    for key, name, value in (("mailbox", "Mailbox Battery", "12"), ("phone", "Phone Battery", "80")):
        sensor = home.add(Entity(EntityId(f"sensor.{key}"), name, "sensor", "battery", unit="%"))
        home.observe(sensor.id, value, at=NOON)
    bell = home.add(Entity(EntityId("binary_sensor.bell"), "Doorbell Battery", "binary_sensor", "battery"))
    home.observe(bell.id, "on", at=NOON)
    match = asked(
        response, domain="sensor", device_class="battery", state="on", targets=("sensor.mailbox", "sensor.phone")
    )
    assert (await Bench(status.skill, home=home).answer(match)).text == text
