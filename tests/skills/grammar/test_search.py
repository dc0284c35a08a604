import pytest

from skills.grammar.lattice import Leniency
from skills.grammar.search import MOST_FOUND
from skills.grammar.work import TooHardError
from skills.model import SkillError
from tests.skills.grammar.small import read, saying, slots

LISTS = {
    "colour": {"values": ["red", {"in": "(dark|deep) blue", "out": "navy"}]},
    "level": {"range": {"from": 0, "to": 100, "type": "percentage"}},
    "warmth": {"range": {"from": 5, "to": 30, "fractions": "halves"}},
    "down": {"range": {"from": 0, "to": 100, "multiplier": -1}},
    "item": {"wildcard": True},
}


@pytest.mark.parametrize(
    ("template", "text", "matches"),
    [
        ("turn on", "turn on", True),
        ("turn on", "turn on now", False),
        ("turn on", "turn", False),
        ("(on|off)", "off", True),
        ("go [now] away", "go away", True),
        ("go [now] away", "go now away", True),
        ("light[s]", "lights", True),
        ("day[ ]light", "daylight", True),
        ("day[ ]light", "day light", True),
        ("{level}[([ ]%)| percent]", "20%", True),
        ("{level}[([ ]%)| percent]", "twenty five percent", True),
        ("{level}( |-)hour[s]", "3-hour", True),
        ("(a;b;c)", "c a b", True),
        ("(a;b;c)", "c a", False),
        ("(turn;[the] light) off", "the light turn off", True),
        ("l'{area}", "l'kitchen", True),
        ("what is (up|new)?", "What is new?", True),
        ("pour {1..3:cups}", "pour two", True),
        ("pour {1..3:cups}", "pour 4", False),
        ("turn on {name}", "turn on the desk lamp", False),
        ("turn on [the] {name}", "TURN ON the desk-lamp!", True),
    ],
)
def test_the_template_language_is_read_in_full(template: str, text: str, matches: bool):
    assert bool(read(saying(template, lists=LISTS), text)) is matches


@pytest.mark.parametrize(
    ("template", "text", "captured"),
    [
        ("paint it {colour}", "paint it deep blue", {"colour": "navy"}),
        ("paint it {colour:color}", "paint it red", {"color": "red"}),
        ("to {level}", "to half", {"level": 50}),
        ("to {warmth}", "to twenty and a half", {"warmth": 20.5}),
        ("by {down:step}", "by 20", {"step": -20}),
        ("add {item} to the list", "add Oat Milk to the list", {"item": "Oat Milk"}),
        ("say {item:@what}", "say hello", {}),
        ("in {area} on {floor}", "in kitchen on downstairs", {"area": "kitchen", "floor": "ground"}),
    ],
)
def test_slots_capture_values(template: str, text: str, captured: dict[str, object]):
    assert slots(read(saying(template, lists=LISTS), text)) == [captured]


def test_a_number_outside_its_range_does_not_match():
    assert read(saying("to {warmth}", lists=LISTS), "to 31") == []
    assert read(saying("to {warmth}", lists=LISTS), "to 20.3") == []


def test_free_text_may_end_in_several_places():
    found = read(saying("add {item} to [my] list", lists=LISTS), "add to to list")
    assert slots(found) == [{"item": "to"}]


def test_a_rule_that_refers_to_itself_is_bounded():
    document = saying("<very> good", expansion_rules={"very": "very [<very>]"})
    assert read(document, "very very very good")
    assert not read(document, "good")


def test_lists_and_rules_of_a_block_win_over_the_documents():
    block = {
        "sentences": ["<verb> {colour}"],
        "lists": {"colour": {"values": ["pink"]}},
        "expansion_rules": {"verb": "dye"},
    }
    document = {"intents": {"Dye": {"data": [block]}}, "lists": LISTS, "expansion_rules": {"verb": "paint"}}
    assert read(document, "dye pink")
    assert not read(document, "paint red")


def test_fillers_are_skipped_and_missing_words_imagined_only_if_allowed():
    document = saying("open [the] blind in the kitchen")
    assert not read(document, "open just the blind kitchen")
    allowed = Leniency(frozenset({"just"}), frozenset({"in", "the"}), most_repairs=3)
    assert [one.repairs for one in read(document, "open just the blind kitchen", allowed)] == [3]
    assert not read(document, "open big blind kitchen", allowed)


def test_a_list_inside_a_list_is_refused():
    document = saying("{outer}", lists={**LISTS, "outer": {"values": [{"in": "very {colour}", "out": 1}]}})
    with pytest.raises(SkillError, match="list in it"):
        read(document, "very red")


def test_endless_ambiguity_ends():
    document = saying("({item} )[{item:a}] [{item:b}] [{item:c}] [{item:d}]", lists=LISTS)
    assert 0 < len(read(document, "x " * 10)) <= MOST_FOUND
    with pytest.raises(TooHardError):
        read(document, "x " * 100)
