"""What a person says, all the way to the reply and its wishes: every built-in skill, over the real sentence engine."""

import pytest

from devices import services
from devices.model import AreaId, Call, EntityId
from skills.actions import DeviceCall
from skills.model import Reply
from skills.registry import load
from skills.testing import Bench
from tests.skills.house import furnished

KITCHEN, BEDROOM, LIVING = AreaId("kitchen"), AreaId("bedroom"), AreaId("living")


@pytest.fixture(scope="module")
def bench() -> Bench:
    skills = [row.skill for row in load().rows if row.distribution == "hearth-home" and row.skill is not None]
    return Bench(*skills, home=furnished())


def wished(reply: Reply) -> list[str]:
    """Return the wishes of a reply in one line each: ``light.desk turn_on brightness=102``."""
    lines: list[str] = []
    for action in reply.do:
        if action.effect != "device.call":
            lines.append(f"{action.effect} {dict(action.arguments)}")
            continue
        call = DeviceCall.model_validate(action.arguments)
        data = "".join(f" {key}={value}" for key, value in call.data.items())
        lines.append(f"{','.join(call.targets)} {call.service}{data}")
    return lines


ACTING: list[tuple[str, AreaId | None, str, list[str]]] = [
    ("turn on the kitchen light", None, "The kitchen light is on.", ["light.kitchen turn_on"]),
    ("turn on the lights in the kitchen", None, "I turned on the counter light and the island pendants.",
     ["light.kitchen,light.counter,light.pendants turn_on"]),
    ("turn on the desk lamp", None, "The desk lamp is on.", ["light.desk turn_on"]),
    ("turn off the island pendants", None, "The island pendants are off.", ["light.pendants turn_off"]),
    ("turn on the bookshelf", None, "The bookshelf light is on.", ["light.bookshelf turn_on"]),
    ("set desk lamp brightness to 40 percent", None, "The desk lamp is at 40 percent.",
     ["light.desk turn_on brightness=102"]),
    ("set desk lamp brightness to 0 percent", None, "The desk lamp is off.", ["light.desk turn_off"]),
    ("set the desk lamp to red", None, "The desk lamp is red.", ["light.desk turn_on rgb_color=[255, 0, 0]"]),
    ("set the desk lamp to lavender", None, "The desk lamp is lavender.",
     ["light.desk turn_on rgb_color=[180, 150, 255]"]),
    ("set the counter light temperature to 6500 kelvin", None, "The counter light is at 4000 kelvin.",
     ["light.counter turn_on color_temp_kelvin=4000"]),
    ("set the hallway light to red", None, "The hallway light can't change its colour.", []),
    ("make the kitchen light brighter", None, "The kitchen light is at 75 percent.",
     ["light.kitchen turn_on brightness=191"]),
    ("dim the desk lamp by 10 percent", None, "The desk lamp is at 90 percent.",
     ["light.desk turn_on brightness=230"]),
    ("make the desk lamp brighter", None, "The desk lamp is already as bright as can be.", []),
    ("dim the bookshelf", None, "The bookshelf light is off.", []),
    ("dim the desk lamp to 20 percent", None, "The desk lamp is at 20 percent.",
     ["light.desk turn_on brightness=51"]),
    ("toggle the desk lamp", None, "The desk lamp is off.", ["light.desk turn_off"]),
    ("toggle the coffee maker", None, "The coffee maker is on.", ["switch.coffee turn_on"]),
    ("turn on the coffee machine", None, "The coffee maker is on.", ["switch.coffee turn_on"]),
    ("get the coffee going", None, "The coffee maker is on.", ["switch.coffee turn_on"]),
    ("change the light colour", AreaId("kitchen"), "Which colour?", []),
    ("turn on the coffee maker", None, "The coffee maker is on.", ["switch.coffee turn_on"]),
    ("turn on the attic siren", None, "The attic siren is on.", ["siren.attic turn_on"]),
    ("open the garage door", None, "The garage door is open.", ["cover.garage open_cover"]),
    ("close the bedroom curtains", None, "The bedroom curtains are closed.", ["cover.bedroom close_cover"]),
    ("open the garden valve", None, "The garden valve is open.", ["valve.garden open_valve"]),
    ("set the office blind to 70 percent", None, "The office blind is 70 percent open.",
     ["cover.office set_cover_position position=70"]),
    ("set the bedroom curtains to 50 percent", None,
     "The bedroom curtains can't be moved to a position, only all the way.", []),
    ("set the bedroom curtains to 100 percent", None, "The bedroom curtains are open.", ["cover.bedroom open_cover"]),
    ("close the garage", None, "The garage door is closed.", ["cover.garage close_cover"]),
    ("open the office blind halfway", None, "The office blind is 50 percent open.",
     ["cover.office set_cover_position position=50"]),
    ("open the office blind a bit", None, "The office blind is 65 percent open.",
     ["cover.office set_cover_position position=65"]),
    ("close the office blind a little more", None, "The office blind is 15 percent open.",
     ["cover.office set_cover_position position=15"]),
    ("open the bedroom curtains a bit", None,
     "The bedroom curtains can't be moved to a position, only all the way.", []),
    ("stop the garage door", None, "I stopped the garage door.", ["cover.garage stop_cover"]),
    ("tilt the office blind to 30 percent", None, "The office blind is tilted to 30 percent.",
     ["cover.office set_cover_tilt_position tilt_position=30"]),
    ("set the temperature in the bedroom to 21 degrees", None, "The bedroom is set to 21 degrees.",
     ["climate.bedroom set_temperature temperature=21.0"]),
    ("set the bedroom radiator to 21.5 degrees", None, "The bedroom radiator is set to 21.5 degrees.",
     ["climate.bedroom set_temperature temperature=21.5"]),
    ("set the temperature in the bedroom to 90 degrees", None,
     "The bedroom radiator can only be set from 5 to 30 degrees.", []),
    ("set the bedroom to 180 degrees", None, "The bedroom radiator can only be set from 5 to 30 degrees.", []),
    ("set the desk lamp to 130 percent", None, "Brightness goes up to 100 percent.", []),
    ("set the boiler to 55 degrees", None, "The boiler is set to 55 degrees.",
     ["water_heater.boiler set_temperature temperature=55.0"]),
    ("make it warmer", BEDROOM, "The bedroom is set to 21 degrees.",
     ["climate.bedroom set_temperature temperature=21.0"]),
    ("make it two degrees cooler in the bedroom", None, "The bedroom is set to 18 degrees.",
     ["climate.bedroom set_temperature temperature=18.0"]),
    ("make it warmer in the office", None,
     "The office radiator is already at 30 degrees, and that is the limit.", []),
    ("set the bedroom radiator to eco", None, "The bedroom radiator is in eco mode.",
     ["climate.bedroom set_preset_mode preset_mode=eco"]),
    ("set the bedroom radiator to cooling", None, "The bedroom radiator can't be set to cool.", []),
    ("turn off the heating in the bedroom", None, "The bedroom radiator is off.",
     ["climate.bedroom set_hvac_mode hvac_mode=off"]),
    ("lock the front door", None, "The front door is locked.", ["lock.front lock"]),
    ("unlock the back door", None, "The back door is unlocked.", ["lock.back unlock"]),
    ("set the tower fan to 80 percent", None, "The tower fan is at 80 percent.",
     ["fan.tower set_percentage percentage=80"]),
    ("make the tower fan faster", None, "The tower fan is at 75 percent.", ["fan.tower set_percentage percentage=75"]),
    ("let the tower fan swing", None, "The tower fan is swinging.", ["fan.tower oscillate oscillating=True"]),
    ("pause the living room tv", None, "The living room TV is paused.", ["media_player.tv media_pause"]),
    ("next track", LIVING, "This is the next one.", ["media_player.tv media_next_track"]),
    ("set the living room tv volume to 30 percent", None, "The living room TV is at 30 percent volume.",
     ["media_player.tv volume_set volume_level=0.3"]),
    ("volume up", LIVING, "The living room TV is at 50 percent volume.",
     ["media_player.tv volume_set volume_level=0.5"]),
    ("volume up", KITCHEN, "The kitchen speaker is at 100 percent volume.",
     ["media_player.speaker volume_set volume_level=1.0"]),
    ("mute the living room tv", None, "The living room TV is muted.",
     ["media_player.tv volume_mute is_volume_muted=True"]),
    ("start the vacuum", None, "Rover is cleaning.", ["vacuum.rover start"]),
    ("return rover to base", None, "Rover is on the way back.", ["vacuum.rover return_to_base"]),
    ("vacuum the bedroom", None, "Rover can't clean a single room yet, only everything.", []),
    ("find the vacuum", None, "Rover is calling.", ["vacuum.rover locate"]),
    ("start mowing", None, "Clippy is mowing.", ["lawn_mower.clippy start_mowing"]),
    ("activate movie night", None, "I activated movie night.", ["scene.movie turn_on"]),
    ("press the test bell", None, "I pressed the test bell.", ["button.bell press"]),
    ("arm the alarm for the night", None, "The house alarm is armed for the night.",
     ["alarm_control_panel.house alarm_arm_night"]),
    ("arm the house", None, "The house alarm is armed.", ["alarm_control_panel.house alarm_arm_away"]),
    ("disarm the alarm", None, "The house alarm is disarmed.", ["alarm_control_panel.house alarm_disarm"]),
    ("set the bedroom humidifier to 55 percent", None, "The bedroom humidifier is set to 55 percent.",
     ["humidifier.bedroom set_humidity humidity=55.0"]),
    ("set the bedroom humidifier to sleep mode", None, "The bedroom humidifier is in sleep mode.",
     ["humidifier.bedroom set_mode mode=sleep"]),
    ("undo that", None, "I took that back.", ["journal.undo {'since': None}"]),
    ("undo everything since nine", None, "I took back everything since 09:00.",
     ["journal.undo {'since': '2026-03-02T09:00:00+00:00'}"]),
    ("undo the last ten minutes", None, "I took back everything since 11:50.",
     ["journal.undo {'since': '2026-03-02T11:50:00+00:00'}"]),
]  # fmt: skip


@pytest.mark.parametrize(("said", "area", "text", "wishes"), ACTING, ids=[f"{row[0]}-{row[1]}" for row in ACTING])
async def test_a_command_is_worded_and_wished_for(
    bench: Bench, said: str, area: AreaId | None, text: str, wishes: list[str]
):
    reply = await bench.hear(said, area=area)
    assert (reply.text, wished(reply)) == (text, wishes)


@pytest.mark.parametrize(("said", "area"), [row[:2] for row in ACTING], ids=[f"{row[0]}-{row[1]}" for row in ACTING])
async def test_every_wish_is_one_that_its_entities_can_carry_out(bench: Bench, said: str, area: AreaId | None):
    reply = await bench.hear(said, area=area)
    for action in (action for action in reply.do if action.effect == "device.call"):
        call = DeviceCall.model_validate(action.arguments)
        for target in call.targets:
            entity = bench.home.entity(target)
            assert entity is not None
            services.check(entity, Call(target, call.service, call.data))


ASKING = [
    ("is the front door locked", "Yes, the front door is locked."),
    ("is the back door locked", "No, the back door is unlocked."),
    ("is the desk lamp on", "Yes, the desk lamp is on."),
    ("is the garage open", "No, the garage door is closed."),
    ("are the doors locked", "No, the back door is unlocked."),
    ("is there anyone home", "No, Jane is away."),
    ("is there a leak", "No, the leak sensor is dry."),
    ("how much power is the washing machine using", "The washer power is 2.4 watts."),
    ("where is rover", "Rover is at its base."),
    ("where is the vacuum", "Rover is at its base."),
    ("what's playing in the living room", "The living room TV is playing The News."),
    ("are any lights still on", "Yes, the kitchen light, the hallway light and the desk lamp are on."),
    ("status of the front door", "The front door is locked."),
    ("thank you", "You're welcome."),
    ("which lights are on", "The kitchen light, the hallway light and the desk lamp are on."),
    ("are any lights on in the living room", "No, the bookshelf light is off."),
    ("how many lights are on", "Three lights are on: the kitchen light, the hallway light and the desk lamp."),
    ("are all the doors locked", "No, the back door is unlocked."),
    ("is any window open", "Yes, the kitchen window is open."),
    ("which windows are open upstairs", "No windows on the first floor are open."),
    ("how many windows are open", "One window is open: the kitchen window."),
    ("what is the temperature in the bedroom", "It is 19.5 degrees in the bedroom."),
    ("what is the temperature in the living room", "It is 21.5 degrees in the living room."),
    ("what is the washer power", "The washer power is 2.4 watts."),
    ("is the washing machine done", "Yes, the washing machine is done."),
    ("how's the office blind", "The office blind is 40 percent open."),
    ("is the tower fan on", "Yes, the tower fan is on."),
    ("is the kitchen window open", "Yes, the kitchen window is open."),
    ("where is jane", "Jane is away."),
    (
        "why is the hallway light on",
        "The hallway light has been on since 11:40, and that was not my doing.",
    ),
    ("what time is it", "It's 12:00."),
    ("what's today's date", "It's Monday, 2 March 2026."),
    ("never mind", "All right."),
    ("who made you", "I am Hearth, an open-source assistant that runs on this house's own computer."),
    ("what did you do", "I have not done anything yet."),
]


@pytest.mark.parametrize(("said", "text"), ASKING, ids=[row[0] for row in ASKING])
async def test_a_question_is_answered_from_what_was_seen(bench: Bench, said: str, text: str):
    reply = await bench.hear(said)
    assert (reply.text, reply.do) == (text, [])


async def test_help_names_things_of_this_house(bench: Bench):
    reply = await bench.hear("what can I say")
    assert "turn on the kitchen light" in reply.text
    assert "is the front door locked?" in reply.text


async def test_help_tells_the_kinds_of_what_this_house_has(bench: Bench):
    told = (await bench.hear("what can you do")).text
    assert told.startswith("I can help with lights and other devices, timers, alarms and reminders,")
    assert "calendar" not in told


@pytest.mark.parametrize("topic", ["timers", "lists", "lights"])
async def test_every_example_about_a_topic_is_understood(bench: Bench, topic: str):
    told = (await bench.hear(f"what can I say about {topic}")).text
    examples = told.removeprefix("You can say, for example: ").rstrip(".").partition("; or,")[0].split("; ")
    assert len([await bench.hear(example) for example in examples]) >= 3


async def test_every_example_of_the_help_is_understood(bench: Bench):
    reply = await bench.hear("what can I say")
    examples = reply.text.removeprefix("You can say, for example: ").partition("; or,")[0].split("; ")
    replies = [await bench.hear(example) for example in examples]
    assert len(replies) == 5


async def test_what_cannot_be_reached_is_said_with_what_it_last_was():
    home = furnished()
    bench = Bench(*(row.skill for row in load().rows if row.skill is not None and row.name == "status"), home=home)
    home.reach(EntityId("lock.front"), False, at=bench.now)
    reply = await bench.hear("is the front door locked")
    assert reply.text == "I can't reach the front door lock right now; it was last locked at 11:40."
