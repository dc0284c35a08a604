"""What was said, from how the whole of what was heard sounds."""

import pytest

from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision
from tests.skills.grammar import small

ENGINE = load("en", registry.load().documents("en"))


@pytest.mark.parametrize(
    ("heard", "intent", "slots"),
    [
        ("status of my time words", "HassTimerStatus", {}),
        ("how long is left on my ten years", "HassTimerStatus", {}),
    ],
)
def test_words_are_heard_wherever_they_begin_and_end(heard: str, intent: str, slots: dict[str, object]):
    meant = ENGINE.understand(heard, small.house(), Context())
    assert meant.decision is Decision.ACT
    assert meant.matches[0].intent == intent
    assert slots.items() <= meant.matches[0].slots.items()


@pytest.mark.parametrize(
    "heard",
    ["the activate the desk lamp", "kill time in the kitchen", "dnt turn on the desk lamp"],
)
def test_what_may_be_the_opposite_or_something_else_is_not_done(heard: str):
    assert ENGINE.understand(heard, small.house(), Context()).decision is not Decision.ACT


def test_articles_alone_are_no_free_text():
    assert ENGINE.understand("what is the weather in my", small.house(), Context()).decision is Decision.DEFER
