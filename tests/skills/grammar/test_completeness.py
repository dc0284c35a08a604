import pytest

from devices.home import Home
from devices.model import Entity, EntityId
from skills.grammar.model import Completeness, Context, Decision, Understander
from tests.skills.grammar import cottage

CLOSED, EXTENDABLE, OPEN, UNKNOWN = Completeness


@pytest.fixture(scope="module")
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("text", "completeness"),
    [
        # Nothing that could follow would change it.
        ("lock the porch door", CLOSED),
        ("is the cellar door locked", CLOSED),
        ("set the piano lamp to forty percent", CLOSED),
        ("please set the easel lamp to forty percent", CLOSED),
        ("turn the mantel lamp red", CLOSED),
        ("put eggs on the shopping list", CLOSED),
        ("turn on the piano lamp please", CLOSED),
        ("would you open the studio blinds, thank you", CLOSED),
        # It could: another value, another place, another number, another name.
        ("turn on the piano lamp", EXTENDABLE),
        ("open the studio blinds", EXTENDABLE),
        ("turn off the lights", EXTENDABLE),
        ("next song", EXTENDABLE),
        ("set a timer for ten minutes", EXTENDABLE),
        ("turn on the studio vent and the piano lamp", EXTENDABLE),
        ("set the piano lamp to twenty", EXTENDABLE),
        # It must.
        ("turn on the piano please", OPEN),
        ("turn on the", OPEN),
        ("turn on the piano", OPEN),
        ("could you please turn off", OPEN),
        ("set a timer for", OPEN),
        ("set the mantel lamp to", OPEN),
        ("turn on the piano lamp and", OPEN),
        # Nobody can tell.
        ("the mountains are beautiful in the evening", UNKNOWN),
        ("remind me to water the plants", UNKNOWN),
        ("don't turn on the piano lamp", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_how_whole_a_text_is(text: str, completeness: Completeness, engine: Understander, home: Home):
    assert engine.outlook(text, home, Context()).completeness is completeness


@pytest.mark.parametrize(
    "sentence",
    [
        "set the piano lamp to forty percent",
        "turn on the reading light",
        "close the studio blinds",
        "put eggs on the shopping list",
        "set a timer for twenty five minutes",
        "unlock the cellar door",
    ],
)
def test_no_beginning_of_a_sentence_is_closed(sentence: str, engine: Understander, home: Home):
    words = sentence.split()
    beginnings = [" ".join(words[:count]) for count in range(1, len(words))]

    found = {text: engine.outlook(text, home, Context()).completeness for text in beginnings}

    assert CLOSED not in found.values(), found


def test_the_outlook_says_what_is_meant(engine: Understander, home: Home):
    meant = engine.outlook("unlock the cellar door", home, Context()).meant

    assert meant.decision is Decision.ACT
    assert [match.targets for match in meant.matches] == [("lock.cellar",)]


def test_a_name_that_begins_another_could_go_on(engine: Understander):
    """With a "Gate" and a "Gate House", who said "lock the gate" may be in the middle of the other."""
    home = Home()
    home.add(Entity(EntityId("lock.gate"), "Gate", "lock"))
    alone = engine.outlook("lock the gate", home, Context()).completeness
    home.add(Entity(EntityId("lock.gate_house"), "Gate House", "lock"))

    assert alone is CLOSED
    assert engine.outlook("lock the gate", home, Context()).completeness is EXTENDABLE


def test_word_salad_is_no_beginning(engine: Understander, home: Home):
    assert engine.outlook("the and of on in to " * 40, home, Context()).completeness is UNKNOWN
