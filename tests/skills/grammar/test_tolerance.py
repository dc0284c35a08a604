"""Commands as people say, write and are heard to say them: with slips, in another order, in other words."""

from collections.abc import Sequence

import pytest

from devices.home import Home
from skills.grammar.model import Context, Decision, Understander

KITCHEN_LIGHTS = "light.kitchen_ceiling light.counter"
SAID = {
    ("HassTurnOn", "light.desk_lamp"): """
        turn on the desk lmap
        tunr on the desk lamp
        trun on the desk lamp
        turn on the deks lamp
        turn on teh desk lamp
        turn on the desk lapm
        turnon the desk lamp
        turn onthe desk lamp
        turn on the desklamp
        turn on the des klamp
        turn own the desk lamp
        tern on the desk lamp
        turn on the disk lamp
        turn on the desk lump
        turn on the disc clamp
        turn on on the desk lamp
        turn on the the desk lamp
        turn um on the uh desk lamp
        turn on the desk like lamp
        turn on desk lamp
        turn desk lamp on
        desk lamp on please
        the desk lamp, turn it on
        the desk lamp turn on
        the desk lamp should be turned on
        the desk lamp should be on
        i want the desk lamp on
        i'd like the desk lamp on please
        i would like to have the desk lamp on
        i need the desk lamp switched on
        can i have the desk lamp on
        get the desk lamp on
        put the desk lamp on
        put on the desk lamp
        power up the desk lamp
        fire up the desk lamp
        light up the desk lamp
        switch the lamp desk on
        turn on the lamp on the desk
        turn on the desk lamp thing
        turn on the old desk lamp
        turn on the stupid desk lamp
        turn on the desk lamps
        hey jarvis turn on the desk lamp
        okay so turn on the desk lamp will you
        would you mind turning on the desk lamp
        desk lamp turn it on please""",
    ("HassTurnOff", "light.hall_lamp"): """
        turn of the hall lamp
        turn off the haul lamp
        turn off the hall lamb
        trn off the hall lamp
        turn off the hal lamp
        turn off the hallamp
        turnoff the hall lamp
        kill the hall lamp
        extinguish the hall lamp
        shut off the hall lamp
        get rid of the hall lamp
        put out the hall lamp
        hall lamp off
        off with the hall lamp
        hall lamp turn it off
        the hall lamp should be turned off
        i want the hall lamp switched off
        i want the hall lamp off
        switch off the lamp in the hall
        turn the hall lamp off off
        turned off the hall lamp please
        set hall lamp to off
        deactivate the hall lamp
        power down the hall lamp
        knock off the hall lamp
        turn turn off the hall lamp""",
    ("HassTurnOff", KITCHEN_LIGHTS): """
        turn off the kitchen lites
        turn off the lights in kitchen
        turn off the lights inn the kitchen
        turn off the kichen lights
        turn off the kitchn lights
        turn off the kitch en lights
        turn off kitchen lights
        kitchen lights off
        lights off kitchen
        lights kitchen off
        the kitchen lights, switch them off
        all the lights in the kitchen off
        kill the kitchen lights
        kill the lights in the kitchen
        turn off the kitchen lice
        turn of the kitchen lights
        tern off the kitchen lights
        i want the kitchen lights turned off
        the lights in the kitchen should be turned off
        the lights in the kitchen turn off
        get the kitchen lights off
        extinguish the kitchen lights
        turn off the lights lights in the kitchen
        turnoff the kitchen lights
        turn off the kitchenlights""",
    ("HassTurnOff", "cover.bedroom_blind"): """
        close the bedroom blined
        clothes the bedroom blind
        close the bed room blind
        close the bedroom bling
        shut the bedroom blind
        lower the bedroom blind
        the bedroom blind, close it
        bedroom blind close
        the bedroom blind should be closed
        i want the bedroom blind closed
        i want the blind in the bedroom closed
        pull down the bedroom blind
        close the bedrom blind
        close bedroom blind
        clsoe the bedroom blind
        draw the bedroom blind
        close the bedroomblind
        close the blind in the bedroom please""",
    ("HassTurnOn", "cover.office_blind"): """
        open the ofice blind
        open the offis blind
        raise the office blind
        raze the office blind
        lift the office blind
        the office blind should be opened
        the office blind open it
        i'd like the office blind opened
        opne the office blind
        open up the office blind
        pull up the office blind
        office blind open
        open office blind
        open the blind in the office""",
    ("HassTurnOn", "switch.coffee"): """
        turn on the coffe maker
        turn on the coffee make
        turn on the cofee maker
        fire up the coffee maker
        start the coffee maker
        turn on the coffeemaker
        get the coffee maker on
        coffee maker on
        i'd love the coffee maker on
        turn on the coffee maker thing""",
    ("HassTurnOn", "fan.tower"): """
        turn on the tower van
        turn on the tower fun
        turn on the tour fan
        turn on the towre fan
        tower fan on
        turn on tower fan
        turn on the fan tower
        put the tower fan on
        turn on the tow er fan""",
    ("HassMediaPause", "media_player.speaker"): """
        pause the kitchen speaker
        paws the kitchen speaker
        pause the kitchen speeker
        hold the kitchen speaker
        kitchen speaker pause
        the kitchen speaker, pause it
        pose the kitchen speaker
        pause kitchen speaker
        pause the kitchenspeaker
        halt the kitchen speaker""",
    ("HassMediaPlayerMute", "media_player.radio"): """
        mute the bedroom speaker
        moot the bedroom speaker
        silence the bedroom speaker
        mute the bedroom speeker
        bedroom speaker mute
        mute bed room speaker
        the bedroom speaker, mute it""",
}
VALUES = {
    ("HassLightSet", "light.desk_lamp", "brightness", 40): """
        set the desk lamp too 40 percent
        set the desk lamp two 40 percent
        said the desk lamp to 40 percent
        sit the desk lamp to forty percent
        set the desk lamp to 40 per cent
        desk lamp 40 percent
        desk lamp to 40 %
        brightness 40 percent desk lamp
        desk lamp brightness 40
        make the desk lamp 40 percent
        bring the desk lamp to 40 percent
        set teh desk lamp to 40%
        set desk lamp brightness to fourty percent
        40 percent brightness for the desk lamp
        i want the desk lamp at 40 percent""",
    ("HassClimateSetTemperature", "climate.bedroom", "temperature", 21): """
        set the bedroom two 21 degrees
        set the bed room to 21 degrees
        set the bedroom radiater to 21 degrees
        bedroom radiator 21 degrees
        21 degrees in the bedroom
        temperature 21 degrees bedroom
        set bedroom temperature to twenty one
        bring the bedroom to 21 degrees
        put the bedroom radiator to 21 degrees
        said the bedroom temperature to 21 degrees
        set the temprature in the bedroom to 21 degrees
        bedroom to 21 degrees""",
    ("HassSetPosition", "cover.kitchen_blind", "position", 30): """
        set the kitchen blind too 30 percent
        open the kitchen blind two 30 percent
        set the kichen blind to 30 percent
        kitchen blind to 30 percent
        the kitchen blind to 30 percent open
        set kitchen blind 30 percent""",
    ("HassSetVolume", "media_player.speaker", "volume_level", 35): """
        set the kitchen speaker volume too 35 percent
        set the kitchen speeker volume to 35 percent
        kitchen speaker volume 35
        volume 35 percent kitchen speaker
        said the kitchen speaker volume to 35 percent
        set the kitchen speaker volumn to 35 percent
        put the kitchen speaker volume to 35 percent""",
}


def _table(said: str) -> list[str]:
    return [line.strip() for line in said.strip().splitlines()]


@pytest.mark.parametrize(
    ("text", "intent", "targets"),
    [
        pytest.param(text, intent, targets.split(), id=text)
        for (intent, targets), said in SAID.items()
        for text in _table(said)
    ],
)
def test_what_was_meant_is_done(engine: Understander, home: Home, text: str, intent: str, targets: Sequence[str]):
    meant = engine.understand(text, home, Context())
    assert meant.decision == Decision.ACT, (meant.reason, meant.question)
    assert [(match.intent, sorted(match.targets)) for match in meant.matches] == [(intent, sorted(targets))]


@pytest.mark.parametrize(
    ("text", "intent", "target", "slot", "value"),
    [pytest.param(text, *meant, id=text) for meant, said in VALUES.items() for text in _table(said)],
)
def test_the_value_that_was_meant_is_set(
    engine: Understander, home: Home, text: str, intent: str, target: str, slot: str, value: int
):
    meant = engine.understand(text, home, Context())
    assert meant.decision == Decision.ACT, (meant.reason, meant.question)
    [match] = meant.matches
    assert (match.intent, match.targets, match.slots[slot]) == (intent, (target,), value)


@pytest.mark.parametrize(
    "text",
    [
        "look the front door",
        "unlok the front door",
        "unlock the frount door",
        "open the garag door",
        "open the garage dor",
        "unlock the fond door",
        "the front door should be unlocked",
        "i want the garage door opened",
        "un lock the back door",
        "opne the garage door",
        "unlock the door front",
    ],
)
def test_what_is_dangerous_to_move_is_asked_about_after_a_slip(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context())
    assert meant.decision == Decision.ASK, meant
    assert "Door" in (meant.question or "")


@pytest.mark.parametrize(
    "text",
    [
        "turn o the desk lamp",
        "turn onf the desk lamp",
        "turn in the dark lamb",
        "switch the tower of the fan kitchen speaker",
        "turn off the hallway",
        "close the bathroom blind",
        "turn on the dining lamp",
        "turn on the sauna",
        "turn on the deck lamp in the yard",
        "turn the blind fan speaker lamp",
        "on the desk is a lamp",
        "the lights in the kitchen",
        "are kitchen the lights on or off turn",
    ],
)
def test_what_may_mean_something_else_is_not_done(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context())
    assert meant.decision != Decision.ACT, meant
