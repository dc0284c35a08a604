import pytest

from devices.home import Home
from skills.grammar.model import Context, Decision, Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("before", "text", "done"),
    [
        (("turn on the scullery lights",), "and the parlour as well", "TurnOn light.piano light.mantel"),
        (("turn on the scullery lights",), "likewise in the studio", "TurnOn light.easel"),
        (
            ("turn off the scullery lights",),
            "everywhere",
            "TurnOff light.stove light.table light.piano light.mantel light.easel light.nook",
        ),
        (
            ("turn off the scullery lights",),
            "in the whole house please",
            "TurnOff light.stove light.table light.piano light.mantel light.easel light.nook",
        ),
        (("open the studio blinds",), "only a third", "SetPosition cover.studio position=33"),
        (("turn on the scullery lights",), "what about upstairs", "TurnOn light.easel light.nook"),
        (("turn off the lights in the parlour",), "the scullery too please", "TurnOff light.stove light.table"),
        (("turn off the lights in the parlour",), "now the nook", "TurnOff light.nook"),
        (("turn on the piano lamp",), "and the easel lamp", "TurnOn light.easel"),
        (("turn on the piano lamp",), "also the mantel one", "TurnOn light.mantel"),
        (("turn on the piano lamp",), "the other one too", "TurnOn light.mantel"),
        (("turn on the piano lamp",), "same for the reading light", "TurnOn light.nook"),
        (("turn on the piano lamp",), "and the paddle fan", "TurnOn fan.paddle"),
        (("turn on the piano lamp",), "and in the nook", "TurnOn light.nook"),
        (("turn on the paddle fan",), "and the lights", "TurnOn light.piano light.mantel"),
        (
            ("turn on the piano lamp and the easel lamp",),
            "turn them off again",
            "TurnOff light.piano + TurnOff light.easel",
        ),
        (("turn on the piano lamp",), "off again please", "TurnOff light.piano"),
        (("turn on the piano lamp",), "switch it back off", "TurnOff light.piano"),
        (("turn on the scullery lights",), "make it 35 percent", "LightSet light.stove light.table brightness=35"),
        (("turn on the scullery lights",), "35 percent", "LightSet light.stove light.table brightness=35"),
        (("turn on the scullery lights",), "a little dimmer", "lights.dimmer light.stove light.table"),
        (("turn on the scullery lights",), "green please", "LightSet light.stove light.table color=green"),
        (("turn on the scullery lights",), "and make them yellow", "LightSet light.stove light.table color=yellow"),
        (("set the easel lamp to 50 percent",), "no, 70", "LightSet light.easel brightness=70"),
        (("set the easel lamp to 50 percent",), "and the piano lamp to 20", "LightSet light.piano brightness=20"),
        (("set the easel lamp to red",), "and the mantel lamp blue", "LightSet light.mantel color=blue"),
        (("open the studio blinds",), "close them again", "TurnOff cover.studio"),
        (("open the studio blinds",), "40 percent", "SetPosition cover.studio position=40"),
        (("open the studio blinds",), "and the parlour ones", "TurnOn cover.parlour"),
        (("open the studio blinds",), "and the nook curtains", "TurnOn cover.nook"),
        (("lock the porch door",), "and the cellar door", "TurnOn lock.cellar"),
        (("lock the porch door",), "unlock it again", "TurnOff lock.porch"),
        (("is the porch door locked",), "how about the cellar door", "GetState lock.cellar state=locked"),
        (("is the porch door locked",), "then lock it", "TurnOn lock.porch"),
        (("are any lights on in the parlour",), "and upstairs", "GetState light.easel light.nook state=on"),
        (("are any lights on in the parlour",), "turn them off", "TurnOff light.piano light.mantel"),
        (("what is the temperature in the studio",), "and in the parlour", "ClimateGetTemperature climate.parlour"),
        (("set the studio to 19 degrees",), "a bit warmer", "climate.warmer climate.studio"),
        (
            ("set the studio to 19 degrees",),
            "make that 20 and a half",
            "ClimateSetTemperature climate.studio temperature=20.5",
        ),
        (
            ("set the studio to 19 degrees",),
            "same in the parlour",
            "ClimateSetTemperature climate.parlour temperature=19",
        ),
        (
            ("set the studio to 19 degrees",),
            "and the parlour to 21",
            "ClimateSetTemperature climate.parlour temperature=21",
        ),
        (
            ("set the gramophone volume to 30",),
            "much louder",
            "SetVolumeRelative media_player.gramophone volume_step=up",
        ),
        (("set the gramophone volume to 30",), "make it 45", "SetVolume media_player.gramophone volume_level=45"),
        (("pause the gramophone",), "resume", "MediaUnpause media_player.gramophone"),
        (("play the gramophone", "skip this one"), "next track", "MediaNext media_player.gramophone"),
        (("vacuum the parlour",), "and the studio", "VacuumCleanArea vacuum.dusty"),
        (("set a timer for 20 minutes",), "add 5 minutes to it", "IncreaseTimer minutes=5"),
        (("set a timer for 20 minutes",), "3 more minutes", "IncreaseTimer minutes=3"),
        (("set a timer for 20 minutes",), "stop it", "CancelTimer"),
        (("set a timer for 20 minutes",), "how much time is left on it", "TimerStatus"),
        (("set a timer for 20 minutes",), "make it 25", "CancelTimer start_minutes=20 + StartTimer minutes=25"),
        (
            ("set a timer for 20 minutes",),
            "sorry, i meant half an hour",
            "CancelTimer start_minutes=20 + StartTimer minutes=30",
        ),
        (("set a timer named bread for 20 minutes",), "cancel it", "CancelTimer name=bread"),
        (("add flour to the shopping list",), "and yeast", "ListAddItem todo.shopping item=yeast"),
        (("add flour to the shopping list",), "olive oil too", "ListAddItem todo.shopping item=olive oil"),
        (("add flour to the shopping list",), "also some honey", "ListAddItem todo.shopping item=honey"),
        (
            ("add flour to the shopping list",),
            "and bread and butter and jam",
            "ListAddItem todo.shopping item=bread and butter + ListAddItem todo.shopping item=jam",
        ),
        (("turn on the scullery lights",), "turn off the parlour ones", "TurnOff light.piano light.mantel"),
        (("turn on the scullery lights",), "turn all of them off", "TurnOff light.stove light.table"),
        (("turn on the scullery lights",), "dim to 15 percent", "LightSet light.stove light.table brightness=15"),
        (("make the easel lamp brighter",), "a bit more", "lights.brighter light.easel"),
        (("pause the gramophone",), "again", "MediaPause media_player.gramophone"),
        (("set the gramophone volume to 20",), "and the wireless", "SetVolume media_player.wireless volume_level=20"),
        (("set a timer for 20 minutes",), "another 4 minutes", "IncreaseTimer minutes=4"),
        (("turn on the piano lamp",), "turn it off and lock the porch door", "TurnOff light.piano + TurnOn lock.porch"),
        (("add rake to the garden list",), "and a hose", "ListAddItem todo.garden item=hose"),
    ],
)
def test_what_goes_on_is_about_what_was_said_before(
    engine: Understander, home: Home, before: tuple[str, ...], text: str, done: str
):
    assert cottage.done(engine, home, text, *before) == done


@pytest.mark.parametrize(
    ("before", "text", "done"),
    [
        (
            ("turn on the piano lamp", "turn off the scullery lights"),
            "turn it on again",
            "TurnOn light.stove light.table",
        ),
        (
            ("set the studio to 19 degrees", "turn on the scullery lights"),
            "a bit warmer",
            "climate.warmer climate.studio",
        ),
        (("turn on the piano lamp", "what time is it"), "turn it off", "TurnOff light.piano"),
        (
            ("turn on the scullery lights", "and the parlour"),
            "now blue",
            "LightSet light.piano light.mantel color=blue",
        ),
        (("turn on the piano lamp", "and the easel lamp"), "the reading light as well", "TurnOn light.nook"),
        (("turn on the piano lamp",), "turn it off and lock the porch door", "TurnOff light.piano + TurnOn lock.porch"),
        (
            ("turn on the piano lamp",),
            "and the easel lamp and the reading light",
            "TurnOn light.easel + TurnOn light.nook",
        ),
    ],
)
def test_the_newest_that_fits_is_meant(engine: Understander, home: Home, before: tuple[str, ...], text: str, done: str):
    assert cottage.done(engine, home, text, *before) == done


@pytest.mark.parametrize(
    ("before", "text", "done"),
    [
        (("turn on the parlour lights",), "no, the studio", "TurnOn light.easel"),
        (("turn on the parlour lights",), "no the studio ones", "TurnOn light.easel"),
        (("turn on the parlour lights",), "i meant the scullery", "TurnOn light.stove light.table"),
        (("turn on the parlour lights",), "i said upstairs", "TurnOn light.easel light.nook"),
        (("turn on the parlour lights",), "not the parlour, the nook", "TurnOn light.nook"),
        (("turn on the parlour lights",), "sorry, the fan", "TurnOn fan.paddle"),
        (("turn on the piano lamp",), "no, the other one", "TurnOn light.mantel"),
        (("turn on the piano lamp",), "wrong one, the mantel lamp", "TurnOn light.mantel"),
        (("turn on the piano lamp",), "actually make it red", "LightSet light.piano color=red"),
        (("turn on the piano lamp",), "no, turn on the easel lamp", "TurnOn light.easel"),
        (("turn on the piano lamp",), "no, off", "TurnOff light.piano"),
        (("turn on the parlour lights",), "the nook, not the parlour", "TurnOn light.nook"),
        (("open the studio blinds",), "no, the parlour", "TurnOn cover.parlour"),
    ],
)
def test_a_correction_takes_the_place_of_what_was_said(
    engine: Understander, home: Home, before: tuple[str, ...], text: str, done: str
):
    assert cottage.done(engine, home, text, *before) == done


@pytest.mark.parametrize(
    ("area", "before", "text", "done"),
    [
        ("studio", ("turn on the piano lamp",), "turn on the lights", "TurnOn light.easel"),
        ("studio", ("turn on the piano lamp",), "a bit brighter", "lights.brighter light.piano"),
        ("studio", ("turn on the lights",), "and in the nook", "TurnOn light.nook"),
        ("studio", ("turn on the scullery lights",), "it's too bright", "lights.dimmer light.stove light.table"),
        (
            "studio",
            ("play the gramophone",),
            "turn it down a bit",
            "SetVolumeRelative media_player.gramophone volume_step=down",
        ),
    ],
)
def test_the_room_of_the_speaker_counts_only_for_whole_commands(
    engine: Understander, home: Home, area: str, before: tuple[str, ...], text: str, done: str
):
    assert cottage.done(engine, home, text, *before, area=area) == done


LIGHTS, DOOR, LIST, TIMER = (
    "turn on the scullery lights",
    "lock the porch door",
    "add flour to the shopping list",
    "set a timer for 20 minutes",
)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (LIGHTS, "it is nice"),
        (LIGHTS, "what about dinner"),
        (LIGHTS, "how about a pad"),
        (LIGHTS, "and you"),
        (LIGHTS, "and then she left"),
        (LIGHTS, "the scullery is a mess"),
        (LIGHTS, "and in the parlour tomorrow"),
        (LIGHTS, "and the parlour if it gets dark"),
        (LIGHTS, "maybe the parlour too"),
        (LIGHTS, "he said make it blue"),
        (LIGHTS, "don't turn it off"),
        (LIGHTS, "should i turn them off"),
        (LIGHTS, "lock it"),
        (LIGHTS, "cancel it"),
        (LIGHTS, "and eggs"),
        (LIGHTS, "and the porch door"),
        (LIGHTS, "and the boathouse"),
        (LIGHTS, "and the parlour and the boathouse"),
        (LIGHTS, "parlour"),
        (LIGHTS, "five"),
        (LIGHTS, "5 minutes"),
        (LIGHTS, "no"),
        (LIGHTS, "not the studio, the parlour"),
        ("close the parlour blinds", "and the porch door"),
        ("close the parlour blinds", "and the lights"),
        (DOOR, "and the lights"),
        (DOOR, "what about the parlour blinds"),
        (TIMER, "and eggs"),
        (TIMER, "30 minutes"),
        (LIST, "and call mum"),
        (LIST, "and feed the cat"),
        (LIST, "and the piano lamp"),
        (LIST, "no eggs"),
        (LIST, "eggs"),
        (LIST, "and remove the eggs"),
        (LIST, "and to the boathouse list"),
        (LIGHTS, "more"),
        (DOOR, "a bit more"),
        ("what time is it", "and in the parlour"),
    ],
)
def test_without_a_fitting_command_before_nothing_is_done(engine: Understander, home: Home, before: str, text: str):
    assert cottage.done(engine, home, text, before) in ("defer", "reject", "ask")


@pytest.mark.parametrize(
    "text",
    ["and the parlour too", "make it 80 percent", "turn it off", "the other one", "no, the parlour", "a bit more"],
)
def test_a_follow_up_to_nothing_does_nothing(engine: Understander, home: Home, text: str):
    assert cottage.done(engine, home, text) in ("defer", "reject")


def test_a_pronoun_that_stands_for_nothing_is_told_from_an_unknown_name(engine: Understander, home: Home):
    assert engine.understand("turn it off", home, Context()).reason == "no-antecedent"


def test_two_things_that_it_could_mean_are_asked_about(engine: Understander, home: Home):
    context = Context(history=("turn on the piano lamp and the easel lamp",))
    meant = engine.understand("make it red", home, context)
    assert (meant.decision, meant.choices) == (Decision.ASK, ("the Piano Lamp", "the Easel Lamp"))
    assert [match.targets for match in meant.matches] == [("light.piano",), ("light.easel",)]


def test_what_was_said_before_means_what_it_meant_until_the_house_changes(engine: Understander, home: Home):
    assert cottage.done(engine, home, "turn it off", "turn on the piano lamp") == "TurnOff light.piano"
    piano = next(entity for entity in home.entities() if entity.id == "light.piano")
    home.remove(piano.id)
    assert cottage.done(engine, home, "turn it off", "turn on the piano lamp") == "defer"


@pytest.mark.parametrize(
    ("before", "text", "corrects"),
    [
        ("turn on the piano lamp", "no, i meant the easel lamp", True),
        ("turn on the piano lamp", "sorry, the easel lamp", True),
        ("turn on the parlour lights", "not the parlour, the scullery", True),
        ("turn on the piano lamp", "wrong lamp, the mantel one", True),
        ("turn on the piano lamp", "no, turn on the paddle fan", True),
        ("turn on the piano lamp", "make it blue", False),
        ("turn on the piano lamp", "oh and the easel lamp", False),
        ("turn on the piano lamp", "no wait, the easel lamp too", False),
        ("turn on the piano lamp", "turn it off again", False),
        ("turn on the piano lamp", "lock the porch door", False),
    ],
)
def test_it_is_told_that_what_was_done_before_was_not_meant(
    engine: Understander, home: Home, before: str, text: str, corrects: bool
):
    meant = engine.understand(text, home, Context(history=(before,)))
    assert (meant.decision, meant.corrects) == (Decision.ACT, corrects)
