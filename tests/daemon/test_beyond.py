"""What only a language model could answer says so in a house without one; what is about the house does not."""

import pytest

from daemon.conversation.beyond import beyond
from skills.grammar.model import Decision, Understanding
from skills.language import speaking
from tests.skills.house import furnished

UNKNOWN = Understanding(Decision.DEFER, reason="no-sentence")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "who was Albert Einstein"),
        ("en", "why is the sky blue"),
        ("en", "what's the capital of Australia?"),
        ("en", "how does a heat pump work"),
        ("en", "tell me a joke"),
        ("en", "tell me something interesting"),
        ("en", "can you explain photosynthesis"),
        ("en", "what can I cook tonight"),
        ("de", "wer war Albert Einstein"),
        ("de", "erzähl mir einen Witz"),
        ("de", "was ist die Hauptstadt von Australien"),
    ],
)
def test_a_question_about_the_world_says_what_it_takes(language: str, text: str):
    with speaking(language):
        told = beyond(text, UNKNOWN, furnished())
        assert told is not None
        assert "hearth doctor" in told


@pytest.mark.parametrize(
    "text",
    [
        "who is at the door",
        "why is it so cold here",
        "how old is that",
        "what is the lamp of the desk",
        "tell me about the desk lamp",
        "when was the window open",
        "turn on the sun",
        "warum ist die Heizung aus",
        "",
    ],
)
def test_a_question_about_the_house_is_no_question_about_the_world(text: str):
    assert beyond(text, UNKNOWN, furnished()) is None


def test_what_must_not_be_done_needs_no_model():
    rejected = Understanding(Decision.REJECT, reason="negation")
    assert beyond("tell me a joke", rejected, furnished()) is None
