import pytest

from devices.home import Home
from skills.grammar.model import Context, Decision, Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("text", "done"),
    [
        (
            "turn off the parlour and scullery lights",
            "TurnOff light.piano light.mantel + TurnOff light.stove light.table",
        ),
        (
            "turn off the parlour, the scullery and the studio lights",
            "TurnOff light.piano light.mantel + TurnOff light.stove light.table + TurnOff light.easel",
        ),
        (
            "turn off the lights in the parlour scullery and nook",
            "TurnOff light.piano light.mantel + TurnOff light.stove light.table + TurnOff light.nook",
        ),
        ("turn on the piano lamp and the mantel lamp", "TurnOn light.piano + TurnOn light.mantel"),
        ("turn on the piano and the mantel lamp", "TurnOn light.piano + TurnOn light.mantel"),
        ("turn both the piano lamp and the easel lamp off", "TurnOff light.piano + TurnOff light.easel"),
        ("turn the paddle fan on and the piano lamp off", "TurnOn fan.paddle + TurnOff light.piano"),
        ("turn off the lights and the fan in the parlour", "TurnOff light.piano light.mantel + TurnOff fan.paddle"),
        ("turn off the parlour lights and the fan", "TurnOff light.piano light.mantel + TurnOff fan.paddle"),
        ("close the blinds in the parlour and the studio", "TurnOff cover.parlour + TurnOff cover.studio"),
        ("close the studio blinds and the nook curtains", "TurnOff cover.studio + TurnOff cover.nook"),
        (
            "set the parlour and the studio to 20 degrees",
            (
                "ClimateSetTemperature climate.parlour temperature=20 + ClimateSetTemperature climate.studio "
                "temperature=20"
            ),
        ),
        (
            "set the parlour to 21 and the studio to 18",
            (
                "ClimateSetTemperature climate.parlour temperature=21 + ClimateSetTemperature climate.studio "
                "temperature=18"
            ),
        ),
        (
            "set the parlour to 21 degrees and the studio to 18",
            (
                "ClimateSetTemperature climate.parlour temperature=21 + ClimateSetTemperature climate.studio "
                "temperature=18"
            ),
        ),
        (
            "dim the parlour and studio lights to 30 percent",
            "LightSet light.piano light.mantel brightness=30 + LightSet light.easel brightness=30",
        ),
        ("lock the porch and the cellar door", "TurnOn lock.porch + TurnOn lock.cellar"),
        (
            "lock the cellar door and turn off everything downstairs",
            (
                "TurnOn lock.cellar + TurnOff fan.paddle light.piano light.mantel media_player.gramophone "
                "light.stove light.table media_player.wireless"
            ),
        ),
        ("first close the studio blinds then turn on the easel lamp", "TurnOff cover.studio + TurnOn light.easel"),
        (
            "turn on the easel lamp, then after that close the studio blinds and finally lock the porch door",
            "TurnOn light.easel + TurnOff cover.studio + TurnOn lock.porch",
        ),
        ("turn on the easel lamp and set it to 20 percent", "TurnOn light.easel + LightSet light.easel brightness=20"),
        (
            "turn on the scullery lights and make them orange",
            "TurnOn light.stove light.table + LightSet light.stove light.table color=orange",
        ),
        ("turn on the piano lamp and then off again", "TurnOn light.piano + TurnOff light.piano"),
        (
            "add tea, sugar and honey to the shopping list",
            (
                "ListAddItem todo.shopping item=tea + ListAddItem todo.shopping item=sugar + ListAddItem "
                "todo.shopping item=honey"
            ),
        ),
        (
            "add tea to the shopping list and sugar",
            "ListAddItem todo.shopping item=tea + ListAddItem todo.shopping item=sugar",
        ),
        ("set a timer for 5 minutes and another one for 10 minutes", "StartTimer minutes=5 + StartTimer minutes=10"),
        ("set a timer for 3 minutes and turn off the stove light", "StartTimer minutes=3 + TurnOff light.stove"),
        (
            "pause the gramophone and turn on the wireless",
            "MediaPause media_player.gramophone + TurnOn media_player.wireless",
        ),
        (
            "what's the temperature in the parlour and the studio",
            "ClimateGetTemperature climate.parlour + ClimateGetTemperature climate.studio",
        ),
        (
            "are the porch and the cellar door locked",
            "GetState lock.porch state=locked + GetState lock.cellar state=locked",
        ),
        ("vacuum the parlour and the nook", "VacuumCleanArea vacuum.dusty + VacuumCleanArea vacuum.dusty"),
        ("the parlour lights off and the studio lights on", "TurnOff light.piano light.mantel + TurnOn light.easel"),
        (
            "set the piano lamp to red and the easel lamp to blue",
            "LightSet light.piano color=red + LightSet light.easel color=blue",
        ),
        ("turn on the lights in the studio and close the blinds", "TurnOn light.easel + TurnOff cover.studio"),
    ],
)
def test_several_commands_in_one_text_are_all_done(engine: Understander, home: Home, text: str, done: str):
    assert cottage.done(engine, home, text) == done


@pytest.mark.parametrize(
    ("text", "done"),
    [
        (
            "turn off all the lights except the easel lamp",
            "TurnOff light.stove light.table + TurnOff light.piano light.mantel + TurnOff light.nook",
        ),
        (
            "turn off all the lights except in the parlour",
            "TurnOff light.stove light.table + TurnOff light.easel + TurnOff light.nook",
        ),
        (
            "turn off all the lights but the parlour and the studio",
            "TurnOff light.stove light.table + TurnOff light.nook",
        ),
        ("turn off everything upstairs except the nook", "TurnOff fan.vent light.easel"),
        (
            "turn off everything except the fans",
            (
                "TurnOff light.stove light.table light.piano light.mantel light.easel light.nook "
                "media_player.gramophone media_player.wireless"
            ),
        ),
        ("turn off the scullery lights but not the stove light", "TurnOff light.table"),
        ("close all the blinds apart from the studio", "TurnOff cover.parlour"),
        (
            "turn on all the lights downstairs except for the piano lamp and the stove light",
            "TurnOn light.mantel + TurnOn light.table",
        ),
    ],
)
def test_what_is_left_out_is_spared(engine: Understander, home: Home, text: str, done: str):
    assert cottage.done(engine, home, text) == done


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("turn off everything", ["fan", "light", "media_player"]),
        ("switch everything off downstairs", ["fan", "light", "media_player"]),
        ("everything off in the scullery", ["light", "media_player"]),
        ("turn everything off upstairs", ["fan", "light"]),
    ],
)
def test_everything_is_what_may_go_off_unseen(engine: Understander, home: Home, text: str, kinds: list[str]):
    [match] = engine.understand(text, home, Context()).matches
    assert sorted({target.partition(".")[0] for target in match.targets}) == kinds


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("turn on the parlour lights and sing", "defer"),
        ("turn on the parlour lights and the boathouse lights", "defer"),
        ("turn on the parlour lights and don't touch the fan", "reject"),
        ("turn on the parlour lights or the studio lights", "defer"),
        ("turn off all the lights except the boathouse", "defer"),
        ("turn off everything except what i need", "defer"),
        ("turn on the lights and dance", "defer"),
        ("turn everything on", "defer"),
    ],
)
def test_if_one_part_is_not_understood_nothing_is_done(engine: Understander, home: Home, text: str, decision: str):
    assert cottage.done(engine, home, text) == decision


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("turn on the parlour lights and sing a song", "no-sentence: sing a song"),
        ("turn on the parlour lights and turn off the lights in the boathouse", "no-such-entity: boathouse"),
        ("close the blinds in the scullery and turn on the piano lamp", "nothing-there: blinds in the Scullery"),
        ("close the curtains downstairs", "nothing-there: curtains on the Lower Floor"),
    ],
)
def test_the_part_that_is_not_understood_is_named(engine: Understander, home: Home, text: str, reason: str):
    meant = engine.understand(text, home, Context())
    assert (meant.decision, meant.reason) == (Decision.DEFER, reason)


def test_a_question_about_one_of_several_commands_holds_no_answer(engine: Understander, home: Home):
    meant = engine.understand("turn on the piano lamp and unlock the door", home, Context())
    assert (meant.decision, meant.matches) == (Decision.ASK, ())
