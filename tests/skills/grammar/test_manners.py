import pytest

from skills.grammar.manners import Manners, load_manners
from skills.grammar.tokens import tokenize

ENGLISH = load_manners("en-GB")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("please turn it on", "turn it on"),
        ("hey jarvis could you please turn it on for me thanks", "turn it on"),
        ("would you mind turning it on", "turn it on"),
        ("please", "please"),
        ("turn it on", "turn it on"),
    ],
)
def test_politeness_comes_off_step_by_step(text: str, bare: str):
    stages = ENGLISH.without_politeness(tokenize(text))
    assert stages[0].words == tokenize(text).words
    assert " ".join(stages[-1].words) == bare


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("turn turn on the the light", "turn on the light"),
        ("in the in the kitchen", "in the kitchen"),
        ("set it to 5 5", "set it to 5 5"),
    ],
)
def test_what_was_said_twice_is_heard_once(text: str, once: str):
    assert " ".join(ENGLISH.without_repeats(tokenize(text)).words) == once


def test_hesitation_goes_and_spelling_is_unified():
    assert ENGLISH.tidied(tokenize("uh the colour um grey")).words == ("the", "color", "gray")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("milk", ["milk"]),
        ("milk and Oat Milk", ["milk", "Oat Milk"]),
        ("milk, eggs and salt and pepper", ["milk", "eggs", "salt and pepper"]),
        ("salt and pepper", ["salt and pepper"]),
    ],
)
def test_a_list_is_taken_apart(text: str, items: list[str]):
    assert ENGLISH.items(text) == items


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("don't do it", "negation"),
        ("he said do it", "report"),
        ("what if you did it", "hypothesis"),
        ("do it if you can", "condition"),
        ("should i do it", "question"),
        ("do all but one", "exception"),
        ("do it at seven", "time"),
        ("do it", None),
        ("", None),
    ],
)
def test_signs_are_seen(text: str, reason: str | None):
    sign = ENGLISH.sign_of(tokenize(text).words)
    assert (sign.reason if sign else None) == reason


def test_a_language_without_manners_has_none():
    assert load_manners("tlh") == Manners()
