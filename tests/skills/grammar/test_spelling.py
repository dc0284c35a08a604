import pytest

from skills.grammar.spelling import MOST_SPELLINGS, respelled
from skills.grammar.tokens import tokenize, words_of

KNOWN = frozenset(words_of("turn on off the light lights living room bedroom gym panel list lost desk lamp add to my"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("turn on the ligth", ["turn on the light"]),
        ("turn on the lght", ["turn on the light"]),
        ("turn on the lighht", ["turn on the light"]),
        ("trun on the desk lmap", ["turn on the desk lamp"]),
        ("the livingroom light", ["the living room light"]),
        ("the bed room light", ["the bedroom light"]),
        ("gym's panel", ["gym panel"]),
        ("add eggs to my lst", ["add eggs to my list", "add eggs to my lost"]),
        ("turn on the flux capacitor", []),
        ("trn", []),
        ("gum", []),
        ("turn on the light", []),
        ("trun trun trun", ["turn trun trun"]),
    ],
)
def test_unknown_words_become_known_ones(text: str, meant: list[str]):
    assert [" ".join(tokens.words) for tokens in respelled(tokenize(text), KNOWN.__contains__)] == meant


def test_only_a_few_spellings_are_tried():
    known = {f"lam{letter}" for letter in "abcdefghijk"}
    assert len(list(respelled(tokenize("lamz lamz"), known.__contains__))) <= MOST_SPELLINGS
