import pytest

from skills.grammar.tokens import MOST_TOKENS, tokenize, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Turn ON the Light!", ("turn", "on", "the", "light")),
        ("what's up?", ("what's", "up")),
        ("what’s up", ("what's", "up")),
        ("living-room", ("living", "room")),
        ("20%", ("20", "%")),
        ("21.5°", ("21.5", "°")),
        ("2200k", ("2200", "k")),
        ("-5 degrees", ("-5", "degrees")),
        ("at 7:30", ("at", "7:30")),
        ("½ hour", ("1/2", "hour")),
        ("the A.C.", ("the", "ac")),
        ("Küche, Büro", ("kuche", "buro")),
        ("l'entrée", ("l'", "entree")),
        ("nell’ingresso", ("nell'", "ingresso")),
        ("salt & pepper", ("salt", "and", "pepper")),
        ("开灯", ("开", "灯")),
        ("💡🔥\x00\x1b", ()),
    ],
)
def test_text_is_cut_into_folded_words(text: str, words: tuple[str, ...]):
    assert words_of(text) == words


def test_what_was_said_keeps_its_case_and_loses_its_punctuation():
    tokens = tokenize("play The Dark  Side, please!")
    assert tokens.said(1, 4) == "The Dark  Side"


def test_a_long_text_is_cut_only_until_it_is_too_long():
    assert len(tokenize("on " * 10_000).words) == MOST_TOKENS + 1
