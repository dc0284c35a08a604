"""Everyday sentences about fans, blinds and windows, as people put them."""

import pytest

from devices.home import Home
from skills import registry
from skills.grammar import load
from skills.grammar.model import Understander
from tests.skills.grammar import cottage

WHOLE_HOUSE = (
    "TurnOff fan.paddle fan.vent light.stove light.table light.piano light.mantel light.easel light.nook"
    " media_player.gramophone media_player.wireless"
)
EVERYTHING = "TurnOff fan.paddle light.piano light.mantel media_player.gramophone"


@pytest.fixture(scope="module")
def skilled() -> Understander:
    return load("en", registry.load().documents("en"))


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("put the paddle fan on medium", "FanSetSpeed fan.paddle percentage=66"),
        ("set the fan in the studio to low", "FanSetSpeed fan.vent percentage=33"),
        ("paddle fan to maximum", "FanSetSpeed fan.paddle percentage=100"),
        ("run the paddle fan at 1/2 speed", "FanSetSpeed fan.paddle percentage=50"),
        ("studio vent at its lowest", "FanSetSpeed fan.vent percentage=33"),
        ("put the paddle fan on full blast", "FanSetSpeed fan.paddle percentage=100"),
        ("set the easel lamp to three quarters", "LightSet light.easel brightness=75"),
        ("piano lamp on low", "LightSet light.piano brightness=20"),
        ("turn the mantel lamp all the way up", "LightSet light.mantel brightness=100"),
        ("put the scullery lights on full", "LightSet light.stove light.table brightness=100"),
        ("toggle the piano lamp", "switches.toggle light.piano"),
        ("toggle the parlour lights", "switches.toggle light.piano light.mantel"),
        ("open the studio blinds a third", "SetPosition cover.studio position=33"),
        ("close the studio blinds a third", "SetPosition cover.studio position=67"),
        ("close the nook curtains three quarters of the way", "SetPosition cover.nook position=25"),
        ("open the parlour blinds a bit", "covers.open_more cover.parlour"),
        ("lower the parlour blinds a little more", "covers.close_more cover.parlour"),
        ("parlour blinds down please", "TurnOff cover.parlour"),
        ("nook curtains half open", "SetPosition cover.nook position=50"),
        ("open the nook curtains all the way", "TurnOn cover.nook"),
        ("set the studio to 19", "ClimateSetTemperature climate.studio temperature=19"),
        ("set the studio to 60", "LightSet light.easel brightness=60"),
        ("maybe turn on the piano lamp", "TurnOn light.piano"),
        ("perhaps you could switch the paddle fan off", "TurnOff fan.paddle"),
        ("maybe it's a lamp", "reject"),
        ("turn off the mantel", "TurnOff light.mantel"),
        ("all lights downstairs off but not the piano lamp", "TurnOff light.mantel + TurnOff light.stove light.table"),
        ("turn off everything in the parlour except the radiator", EVERYTHING),
        ("leave only the piano lamp on", "TurnOff light.mantel"),
        ("keep just the mantel lamp on in the parlour", "TurnOff light.piano"),
        ("leave only the boathouse lamp on", "reject"),
        ("porch door locked?", "GetState lock.porch state=locked"),
        ("any lights on upstairs?", "GetState light.easel light.nook state=on"),
        ("temperature in the studio", "ClimateGetTemperature climate.studio"),
        ("turn the studio heating down by a degree", "climate.cooler climate.studio step=1"),
        ("make the studio half a degree warmer", "climate.warmer climate.studio step=0.5"),
        ("turn up the heating in the studio a couple of degrees", "climate.warmer climate.studio step=2"),
        ("turn the heating down by two degrees in the studio", "climate.cooler climate.studio step=2"),
        ("turn everything off except the chest freezer", WHOLE_HOUSE),
        ("turn everything off except the boathouse lamp", "defer"),
        ("what's your name", "Respond"),
        ("thanks, you're great", "Respond"),
        ("are you there", "Respond"),
        ("put it back the way it was", "history.undo_last"),
        ("bump up the heating in the studio a notch", "climate.warmer climate.studio"),
        ("drop the studio heating by a couple of degrees", "climate.cooler climate.studio step=2"),
        ("take a minute off the ten minute timer", "DecreaseTimer minutes=1 start_minutes=10"),
        ("put three more minutes on the rice timer", "IncreaseTimer minutes=3 name=rice"),
        ("how long have I got left", "TimerStatus"),
        ("turn yourself down a bit", "speaking.quieter"),
        ("stop talking", "waking.stop"),
        ("tell me if the porch door is locked", "GetState lock.porch state=locked"),
        ("check whether any lights are on upstairs", "GetState light.easel light.nook state=on"),
        ("the porch door", "defer"),
        ("turn off all the lights except the piano lamp in the parlour", "TurnOff light.mantel"),
        ("turn the heating up in the studio", "climate.warmer climate.studio"),
        ("we're too warm in the parlour", "climate.cooler climate.parlour"),
        ("i think you can turn the paddle fan off", "TurnOff fan.paddle"),
        ("kill time in the scullery", "defer"),
        ("are there any unlocked doors", "GetState lock.porch lock.cellar state=unlocked"),
        ("turn all fans off", "TurnOff fan.paddle fan.vent"),
        ("what's the weather in the parlour is nice", "defer"),
        ("the weather in paris is nice", "defer"),
        ("bolt the porch door", "TurnOn lock.porch"),
        ("lights to 40 percent in the scullery", "LightSet light.stove light.table brightness=40"),
        ("piano lamp red", "LightSet light.piano color=red"),
        ("make it 70 fahrenheit in the studio", "ClimateSetTemperature climate.studio temperature=70"),
        ("piano lamp on?", "GetState light.piano state=on"),
        ("turn the piano lamp on?", "TurnOn light.piano"),
        ("is the gramophone still on", "GetState media_player.gramophone state=on"),
        ("heating off everywhere", "TurnOff climate.parlour climate.studio"),
        ("is the heating on", "GetState climate.parlour climate.studio state=on"),
        ("is dusty still cleaning", "GetState vacuum.dusty state=cleaning"),
        ("tell dusty to go back to its dock", "VacuumReturnToBase vacuum.dusty"),
        ("are the parlour blinds shut", "GetState cover.parlour state=closed"),
        ("are the blinds open upstairs", "GetState cover.studio state=open"),
        ("tell the robot to go home", "VacuumReturnToBase vacuum.dusty"),
        ("ask the vacuum to clean", "VacuumStart vacuum.dusty"),
        ("dim everything in the parlour to a third", "LightSet light.piano light.mantel brightness=33"),
        ("studio blinds down to 30 percent", "SetPosition cover.studio position=30"),
        ("curtains down to 40 percent in the nook", "SetPosition cover.nook position=40"),
        ("what's the studio set to", "GetState climate.studio"),
        ("tell the kids to come down", "Broadcast message=come down"),
        ("morning", "briefing.morning"),
        ("what was that", "speaking.repeat"),
        ("what's due today", "reminders.due"),
        ("which timer ends first", "TimerStatus"),
        ("how many things do i need to buy", "ListGetItems"),
        ("we're leaving now", "briefing.leaving"),
        ("i'm home", "briefing.arriving"),
        ("move my alarm to half seven", "waking.move time=half seven"),
        ("what did i ask you to remind me about", "reminders.tell"),
        ("check off brown sugar fromm my shopping list", "ListCompleteItem todo.shopping item=brown sugar"),
    ],
)
def test_it_is_understood_with_all_skills(skilled: Understander, home: Home, text: str, done: str):
    assert cottage.done(skilled, home, text) == done
