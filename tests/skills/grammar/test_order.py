import pytest

from skills.grammar.documents import merge
from skills.grammar.manners import load_manners
from skills.grammar.order import reordered
from skills.grammar.tokens import tokenize

ORDERS, BOOK = load_manners("en").orders, merge("en", [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("the hall lamp switch it on", "turn on the hall lamp"),
        ("i want the blind closed", "close the blind"),
        ("the blind should be closed", "close the blind"),
        ("brightness 35 percent office", "set the office brightness to 35 percent"),
        ("all the lamps off", "turn off all the lamps"),
        ("lamp hall on", "turn on the hall lamp"),
        ("open 40 percent the blind", "open the blind to 40 percent"),
    ],
)
def test_pieces_in_any_order_are_said_again_as_a_sentence(text: str, sentence: str):
    assert sentence in [" ".join(tokens.words) for tokens in reordered(tokenize(text), ORDERS, BOOK)]


@pytest.mark.parametrize(
    "text",
    [
        "the blind closed",
        "the lamp on off",
        "open the blind close the door",
        "lamp",
        "the lamp in the hall of the house of my aunt by the sea where i was born turn on",
        "one two three four five six seven eight nine",
    ],
)
def test_what_is_no_single_order_is_left_alone(text: str):
    assert list(reordered(tokenize(text), ORDERS, BOOK)) == []
