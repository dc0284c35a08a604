"""What no sentence of the table says: many targets, things that cannot, states that are not known."""

import pytest

from devices.home import Home
from devices.model import NOTHING, Capability, Entity, EntityId
from skills.builtin import alarm, climate, fans, lights, media, scenes, switches
from skills.model import Match
from skills.testing import NOON, Bench
from tests.skills.house import furnished

PENDANTS = EntityId("light.pendants")
KITCHEN = (EntityId("light.kitchen"), EntityId("light.counter"), EntityId("light.hallway"))


async def test_those_that_cannot_are_named_and_the_others_are_set():
    reply = await Bench(lights.skill, home=furnished()).answer(
        Match("HassLightSet", {"area": "Kitchen", "color": "red"}, KITCHEN)
    )
    assert reply.text == "The counter light is red. The kitchen light and the hallway light can't change their colour."
    assert [action.arguments["targets"] for action in reply.do] == [["light.counter"]]


async def test_brightness_and_colour_are_set_in_one_wish():
    match = Match("HassLightSet", {"brightness": 50, "color": "Blue"}, (EntityId("light.desk"),))
    reply = await Bench(lights.skill, home=furnished()).answer(match)
    assert reply.text == "The desk lamp is at 50 percent and blue."
    assert reply.do[0].arguments["data"] == {"brightness": 128, "rgb_color": [0, 0, 255]}


async def test_different_steps_become_different_wishes():
    match = Match("lights.brighter", {"area": "Kitchen"}, KITCHEN)
    reply = await Bench(lights.skill, home=furnished()).answer(match)
    assert reply.text == "I made two lights in the kitchen brighter."
    assert [(a.arguments["targets"], a.arguments["data"]) for a in reply.do] == [
        (["light.kitchen"], {"brightness": 191}),
        (["light.counter"], {"brightness": 64}),
    ]


@pytest.mark.parametrize(
    ("slots", "text"),
    [
        ({"color": "octarine"}, "I don't know how octarine looks on a lamp."),
        ({"brightness": "nonsense"}, "The desk lamp is on."),
        ({"brightness": 250}, "Brightness goes up to 100 percent."),
        ({"color": "white"}, "The desk lamp is white."),
    ],
)
async def test_odd_values_of_a_light_act_as_far_as_they_make_sense(slots: dict[str, object], text: str):
    reply = await Bench(lights.skill, home=furnished()).answer(Match("HassLightSet", slots, (EntityId("light.desk"),)))
    assert reply.text == text


async def test_what_was_so_already_is_not_told_as_done():
    match = Match("HassTurnOff", {"area": "Kitchen", "domain": "light"}, (EntityId("light.counter"), PENDANTS))
    reply = await Bench(lights.skill, home=furnished()).answer(match)
    assert reply.text == "Both lights in the kitchen were already off."
    assert [action.arguments["targets"] for action in reply.do] == [["light.counter", "light.pendants"]]


@pytest.mark.parametrize("intent", ["HassTurnOn", "HassTurnOff"])
async def test_a_sensor_cannot_be_switched(intent: str):
    match = Match(intent, {"name": "Washer Power"}, (EntityId("sensor.washer_power"),))
    reply = await Bench(switches.skill, home=furnished()).answer(match)
    assert (reply.text, reply.do) == (f"The washer power can't be turned {intent[8:].lower()}.", [])


async def test_nothing_to_act_on_is_said():
    reply = await Bench(switches.skill, home=furnished()).answer(Match("HassTurnOn", {"area": "Attic"}))
    assert (reply.text, reply.do) == ("I found nothing there that I could do that with.", [])


@pytest.mark.parametrize(
    ("can", "modes", "on", "off"),
    [
        (Capability.ON_OFF, "", "turn_on {}", "turn_off {}"),
        (Capability.HVAC_MODE, "off cool", "set_hvac_mode {'hvac_mode': 'cool'}", "set_hvac_mode {'hvac_mode': 'off'}"),
        (Capability.HVAC_MODE, "off heat auto", "set_hvac_mode {'hvac_mode': 'auto'}",
         "set_hvac_mode {'hvac_mode': 'off'}"),
    ],
    ids=["plain", "cooling only", "auto first"],
)  # fmt: skip
async def test_heating_is_switched_the_way_it_can_be(can: Capability, modes: str, on: str, off: str):
    home = Home()
    limits = {"hvac_modes": modes.split()}
    entity = home.add(Entity(EntityId("climate.x"), "Heating", "climate", capabilities=frozenset({can}), limits=limits))
    bench = Bench(climate.skill, home=home)
    for intent, expected in (("HassTurnOn", on), ("HassTurnOff", off)):
        [action] = (await bench.answer(Match(intent, NOTHING, (entity.id,)))).do
        assert f"{action.arguments['service']} {action.arguments['data']}" == expected


async def test_two_rooms_at_different_temperatures_are_moved_each_by_a_degree():
    match = Match("climate.cooler", {"step": 2}, (EntityId("climate.bedroom"), EntityId("climate.office")))
    reply = await Bench(climate.skill, home=furnished()).answer(match)
    assert reply.text == "I turned two thermostats down."
    assert [action.arguments["data"] for action in reply.do] == [{"temperature": 18.0}, {"temperature": 28.0}]


async def test_a_thermostat_that_never_said_its_target_is_not_moved_blindly():
    home = Home()
    entity = home.add(
        Entity(EntityId("climate.x"), "Heating", "climate", capabilities=frozenset({Capability.TARGET_TEMPERATURE}))
    )
    reply = await Bench(climate.skill, home=home).answer(Match("climate.warmer", NOTHING, (entity.id,)))
    assert (reply.text, reply.do) == ("I don't know what the heating is set to.", [])


async def test_a_temperature_of_an_unreachable_room_is_not_made_up():
    home = furnished()
    home.reach(EntityId("climate.bedroom"), False, at=NOON)
    reply = await Bench(climate.skill, home=home).answer(
        Match("HassClimateGetTemperature", {"area": "Bedroom"}, (EntityId("climate.bedroom"),))
    )
    assert reply.text == "I can't reach the bedroom radiator right now; it was last set to heat at 11:40."


async def test_volume_is_not_changed_blindly():
    home = Home()
    entity = home.add(
        Entity(EntityId("media_player.x"), "Radio", "media_player", capabilities=frozenset({Capability.VOLUME}))
    )
    reply = await Bench(media.skill, home=home).answer(
        Match("HassSetVolumeRelative", {"volume_step": "up"}, (entity.id,))
    )
    assert (reply.text, reply.do) == ("I don't know how loud the radio is now.", [])


async def test_pause_without_a_name_pauses_what_plays():
    home = furnished()
    players = (EntityId("media_player.tv"), EntityId("media_player.speaker"))
    reply = await Bench(media.skill, home=home).answer(Match("HassMediaPause", {"floor": "Ground Floor"}, players))
    assert [action.arguments["targets"] for action in reply.do] == [["media_player.tv"]]


async def test_a_slow_fan_does_not_stop():
    home = furnished()
    home.observe(EntityId("fan.tower"), "on", {"percentage": 10}, at=NOON)
    [action] = (await Bench(fans.skill, home=home).answer(Match("fans.slower", NOTHING, (EntityId("fan.tower"),)))).do
    assert action.arguments["data"] == {"percentage": 1}


async def test_an_alarm_with_a_code_is_not_disarmed_aloud():
    home = Home()
    panel = home.add(
        Entity(
            EntityId("alarm_control_panel.x"),
            "Alarm",
            "alarm_control_panel",
            capabilities=frozenset({Capability.ARM}),
            limits={"code_required": True},
        )
    )
    reply = await Bench(alarm.skill, home=home).answer(Match("HassTurnOff", NOTHING, (panel.id,)))
    assert (reply.text, reply.do) == ("The alarm is only disarmed with the code, and I don't take that aloud.", [])


async def test_a_scene_has_no_off():
    reply = await Bench(scenes.skill, home=furnished()).answer(
        Match("HassTurnOff", NOTHING, (EntityId("scene.movie"),))
    )
    assert (reply.text, reply.do) == ("Movie night has no off. Say undo to take back what I did.", [])
