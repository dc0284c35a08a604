import pytest

from devices.home import Home
from skills.grammar.model import Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("turn on the scullery no the parlour lights", "TurnOn light.piano light.mantel"),
        ("is the piano lamp, no, turn on the piano lamp", "TurnOn light.piano"),
        ("are any like lihgts on in the parlour", "GetState light.piano light.mantel state=on"),
        ("turn on the scullery lights no the parlour", "TurnOn light.piano light.mantel"),
        ("switch on the piano lamp no wait the mantel lamp", "TurnOn light.mantel"),
        ("switch the piano lamp on sorry off", "TurnOff light.piano"),
        ("turn off i mean turn on the parlour lights", "TurnOn light.piano light.mantel"),
        ("turn on no off the parlour lights", "TurnOff light.piano light.mantel"),
        ("set the studio to 18 sorry 19 degrees", "ClimateSetTemperature climate.studio temperature=19"),
        ("set the studio to 18 degrees no make it 20", "ClimateSetTemperature climate.studio temperature=20"),
        ("set the studio no the parlour to 20 degrees", "ClimateSetTemperature climate.parlour temperature=20"),
        ("set the easel lamp to 20 or rather 30 percent", "LightSet light.easel brightness=30"),
        ("set the easel lamp to red actually blue", "LightSet light.easel color=blue"),
        ("set a timer for 5 no 6 minutes", "StartTimer minutes=6"),
        ("set a timer for 5 minutes sorry hours", "StartTimer hours=5"),
        ("set a timer for five minutes actually make it ten", "StartTimer minutes=10"),
        ("open the studio blinds actually close them", "TurnOff cover.studio"),
        ("open no close the parlour blinds", "TurnOff cover.parlour"),
        ("close the blinds in the studio i mean in the parlour", "TurnOff cover.parlour"),
        ("lock the porch door no the cellar door", "TurnOn lock.cellar"),
        ("turn off the lights upstairs no downstairs", "TurnOff light.piano light.mantel light.stove light.table"),
        ("turn off the lights upstairs i mean the fans", "TurnOff fan.vent"),
        ("turn on the parlour lights scratch that turn on the studio lights", "TurnOn light.easel"),
        ("turn on the piano lamp and the easel no the reading light", "TurnOn light.piano + TurnOn light.nook"),
        ("add salt no sugar to the shopping list", "ListAddItem todo.shopping item=sugar"),
        (
            "put milk and eggs sorry bread on the shopping list",
            "ListAddItem todo.shopping item=milk + ListAddItem todo.shopping item=bread",
        ),
        ("add nails to the shopping i mean the garden list", "ListAddItem todo.garden item=nails"),
        ("what's the temperature in the parlour no the studio", "ClimateGetTemperature climate.studio"),
        ("is the porch door i mean the cellar door locked", "GetState lock.cellar state=locked"),
        ("turn off the parlour scratch that the studio lights", "TurnOff light.easel"),
        ("turn the parlour lights off make that on", "TurnOn light.piano light.mantel"),
        ("pause no resume the gramophone", "MediaUnpause media_player.gramophone"),
        ("turn on the parlour i mean lights", "TurnOn light.piano light.mantel"),
        ("vacuum the studio no the nook", "VacuumCleanArea vacuum.dusty"),
        ("turn on the scullery lights no wait not the scullery the nook", "TurnOn light.nook"),
        ("turn on uh the piano um no the mantel lamp", "TurnOn light.mantel"),
    ],
)
def test_what_was_corrected_while_it_was_said_is_done_as_corrected(
    engine: Understander, home: Home, text: str, done: str
):
    assert cottage.done(engine, home, text) == done


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("turn on the parlour lights no wait", "defer"),
        ("turn on the parlour lights scratch that", "reject"),
        ("turn on the parlour lights never mind", "reject"),
        ("turn off the parlour no the boathouse lights", "defer"),
        ("she said turn on no off the parlour lights", "reject"),
        ("don't turn on the parlour i mean the studio lights", "reject"),
        ("i turned on the parlour no the studio lights", "reject"),
        ("the parlour no the studio", "defer"),
        ("turn on the parlour lights sorry about the noise", "defer"),
        ("unlock the porch door no don't", "reject"),
    ],
)
def test_what_was_taken_back_or_stays_open_is_not_done(engine: Understander, home: Home, text: str, decision: str):
    assert cottage.done(engine, home, text) == decision
