import pytest

from devices.home import Home
from devices.model import EntityId
from skills.grammar.model import Understander
from skills.grammar.paraphrases import House, akin, is_risky, key, parted, stood_for
from skills.model import Match

DESK = EntityId("light.desk_lamp")
ON = Match("HassTurnOn", {"name": "Desk Lamp"}, (DESK,))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("turn on the lampion", "lampion"),
        ("switch the reading thing on", "reading thing"),
        ("could you turn on the desk lump please", "desk lump"),
        ("hello there", None),
        ("turn off the lampion", None),
    ],
)
def test_the_words_that_stood_for_a_thing(engine: Understander, home: Home, text: str, words: str | None):
    thing = home.entity(DESK)
    assert thing is not None
    assert stood_for(text, ON, thing, House(engine, home, "en"), None) in (words, words and f"the {words}")


@pytest.mark.parametrize(
    ("text", "phrase", "command"),
    [
        ("movie time turn off the desk lamp", "movie time", "turn off the desk lamp"),
        ("it is too dark turn on the hall lamp", "it is too dark", "turn on the hall lamp"),
        ("movie time, lock up then lock the front door", "movie time", "lock up then lock the front door"),
        ("good night then lock the front door", "good night", "lock the front door"),
    ],
)
def test_a_phrase_is_parted_from_its_command(engine: Understander, home: Home, text: str, phrase: str, command: str):
    assert parted(text, House(engine, home, "en")) == (phrase, command)


def test_what_ends_in_no_command_is_not_parted(engine: Understander, home: Home):
    assert parted("the cat is on the mat", House(engine, home, "en")) is None


@pytest.mark.parametrize("text", ["movie time", "Movie time!", "please, movie time", "movie time please"])
def test_politeness_is_no_part_of_a_phrase(text: str):
    assert key(text, "en") == ("movie", "time")


@pytest.mark.parametrize(("text", "same"), [("make the desk shine", True), ("where are my keys", False)])
def test_what_names_the_same_thing_is_akin(home: Home, text: str, same: bool):
    assert akin(text, ON, home) is same


@pytest.mark.parametrize(
    ("key", "risky"),
    [("lock.front_door", True), ("cover.garage", True), ("climate.bedroom", True), ("cover.kitchen_blind", False)],
)
def test_what_keeps_people_safe_is_risky(home: Home, key: str, risky: bool):
    entity = home.entity(key)
    assert entity is not None
    assert is_risky(entity) is risky


TEACHING = """
when i say movie time, turn off the desk lamp
if i say movie time then turn on the desk lamp
whenever we say good night turn off the hall lamp and lock the front door
"""


@pytest.mark.parametrize("text", TEACHING.strip().splitlines())
def test_a_command_that_is_taught_is_not_carried_out(engine: Understander, home: Home, text: str):
    meant = House(engine, home, "en").read(text)
    assert [match.intent for match in meant.matches] == ["learning.phrase"]
