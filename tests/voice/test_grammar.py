import pytest

from voice.grammar import Grammar, spoken_words
from voice.model import Vocabulary

HOUSE = Vocabulary.of(
    ["Turn on the {name}!", "turn on the {name} in the {area}", "what time is it", "dim the {nothing}"],
    name=["Ceiling Light", "lamp 2", "Zigbee thing"],
    area=["kitchen", "living room"],
)


def knows(word: str) -> bool:
    return word != "zigbee"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Turn ON, the light!", "turn on the light"),
        ("What's mom’s lamp?", "what's mom's lamp"),
        ("lamp 2", "lamp two"),
        ("set 21 degrees", "set twenty one degrees"),
        ("channel 305", "channel three hundred five"),
        ("room 1200", "room one two zero zero"),
        ("café_lamp-3", "café lamp three"),
        ("🎉 !", ""),
    ],
)
def test_text_becomes_the_words_that_recognizers_write(text: str, words: str):
    assert " ".join(spoken_words(text)) == words


def test_numbers_of_other_languages_stay_digits():
    assert spoken_words("Lampe 2", "de") == ["lampe", "2"]


def test_every_value_stands_in_every_place_at_least_once():
    sentences = list(Grammar(HOUSE, knows).sentences())

    assert sentences == [
        "turn on the ceiling light",
        "turn on the lamp two",
        "turn on the ceiling light in the kitchen",
        "turn on the lamp two in the living room",
        "what time is it",
    ]


def test_what_the_engine_lacks_is_left_out_whole_and_told():
    grammar = Grammar(HOUSE, knows)

    assert grammar.missing == ("zigbee",)
    assert grammar.slots["name"] == ("ceiling light", "lamp two")
    assert not grammar.accepts("turn on the thing")


def test_the_jsgf_has_a_rule_for_each_slot_that_is_used():
    assert Grammar(HOUSE, knows).jsgf() == (
        "#JSGF V1.0;\n"
        "grammar house;\n"
        "<area> = kitchen | living room;\n"
        "<name> = ceiling light | lamp two;\n"
        "public <command> = (turn on the) <name> | (turn on the) <name> in the <area> | what time is it;"
    )


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("turn on the lamp two", True),
        ("turn on the lamp two in the living room", True),
        ("turn on the ceiling light in the kitchen", True),
        ("turn on the ceiling light in the", False),
        ("turn on the", False),
        ("turn on the lamp two now", False),
        ("", False),
    ],
)
def test_only_whole_sentences_are_accepted(text: str, whole: bool):
    assert Grammar(HOUSE, knows).accepts(text) is whole


def test_an_empty_house_has_no_grammar():
    empty = Grammar(Vocabulary.of(["dim the {name}", "", "!"]), knows)

    assert empty.jsgf() == ""
    assert list(empty.sentences()) == []
    assert not empty.accepts("")
