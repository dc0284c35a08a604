"""What is said about doubtful texts: questions that do not pretend, and reasons that name only names."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.grammar.model import Context, Decision, Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.fixture
def hotel() -> Home:
    """Return a house of seven rooms with a lamp each."""
    rooms = ("Ruby", "Opal", "Pearl", "Jade", "Onyx", "Topaz", "Agate")
    home = Home(areas=[Area(AreaId(room.lower()), room) for room in rooms])
    for room in rooms:
        home.add(Entity(EntityId(f"light.{room.lower()}"), f"{room} Lantern", "light", None, AreaId(room.lower())))
    return home


def test_a_kind_alone_is_asked_about_in_the_room_where_it_was_said(engine: Understander, home: Home):
    meant = engine.understand("lights", home, Context(area=AreaId("studio")))
    assert meant.question == "Shall I switch the lights in the Studio on or off?"
    assert [(match.intent, match.targets) for match in meant.matches] == [
        ("HassTurnOn", ("light.easel",)),
        ("HassTurnOff", ("light.easel",)),
    ]


def test_covers_alone_are_asked_about_as_what_opens(engine: Understander, hotel: Home):
    hotel.add(Entity(EntityId("cover.ruby"), "Ruby Sail", "cover", "blind", AreaId("ruby")))
    meant = engine.understand("the blinds in the ruby", hotel, Context())
    assert meant.question == "Shall I open or close the blinds in the Ruby?"
    assert [(match.intent, match.targets) for match in meant.matches] == [
        ("HassTurnOn", ("cover.ruby",)),
        ("HassTurnOff", ("cover.ruby",)),
    ]


def test_a_kind_alone_reaches_nothing_where_no_room_is_known(engine: Understander, home: Home):
    assert cottage.done(engine, home, "lights") == "defer"


def test_a_question_about_many_rooms_leaves_room_for_others(engine: Understander, hotel: Home):
    meant = engine.understand("turn on the light", hotel, Context())
    assert meant.question is not None
    assert meant.question.endswith("or another room?")
    assert len(meant.choices) == len(hotel.areas())


def test_without_rooms_devices_are_asked_for_by_name(engine: Understander):
    home = Home()
    for number in ("Left", "Middle", "Right", "Rear"):
        home.add(Entity(EntityId(f"light.{number.lower()}"), f"{number} Beam", "light", None, None))
    meant = engine.understand("turn on the light", home, Context())
    assert (meant.decision, meant.choices) == (
        Decision.ASK,
        ("the Left Beam", "the Middle Beam", "the Right Beam", "the Rear Beam"),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("is the furnace on", "no-such-entity: furnace"),
        ("turn on the plasma globe", "no-such-entity: plasma globe"),
        ("chair to 60 cm", "no-sentence"),
        ("its drizzling", "no-sentence"),
    ],
)
def test_a_reason_names_only_what_may_be_a_name(engine: Understander, home: Home, text: str, reason: str):
    assert engine.understand(text, home, Context()).reason == reason


@pytest.mark.parametrize("text", ["make the easel lamp blurange", "set the easel lamp to greenish grey mist"])
def test_no_colour_is_guessed_from_an_unknown_word(engine: Understander, home: Home, text: str):
    assert cottage.done(engine, home, text) == "defer"


def test_a_colour_with_a_slip_of_the_finger_is_understood(engine: Understander, home: Home):
    assert cottage.done(engine, home, "set the easel lamp to purpel") == "LightSet light.easel color=purple"
