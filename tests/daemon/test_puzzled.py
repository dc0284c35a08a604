"""What is said where nothing is done: to a yes that nothing was open for, and to a house of nobody."""

import pytest

from daemon.conversation.puzzled import courtesy, puzzled
from skills.grammar.model import Decision, Understanding
from skills.language import speaking
from tests.skills.house import furnished


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("yes", "I have not asked anything. What can I do for you?"),
        ("yes, please", "I have not asked anything. What can I do for you?"),
        ("cancel", "All right. Nothing is open."),
        ("no thanks", "All right. Nothing is open."),
        ("Why?", "Ask me about one thing by its name, and I tell you why."),
        ("Warum?", "Ask me about one thing by its name, and I tell you why."),
        ("yes, turn on the light", None),
        ("why is the light on", None),
        ("", None),
    ],
)
def test_a_word_that_answers_nothing_is_answered(text: str, reply: str | None):
    assert courtesy(text) == reply


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("en", "Nobody is set up here. Add people under people in the configuration, or a person in Home Assistant."),
        ("de", ("Hier ist niemand eingerichtet. Trag Leute unter „people“ in der Konfiguration ein, oder leg in Home"
               " Assistant eine Person an.")),
    ],
)  # fmt: skip
def test_a_house_without_people_says_where_they_are_set_up(language: str, reply: str):
    meaning = Understanding(Decision.DEFER, reason="nothing-there: person")
    with speaking(language):
        assert puzzled(meaning, furnished()) == reply
