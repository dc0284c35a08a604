"""What a model may say: no outcome in any wording, and all the talk that is none."""

from pathlib import Path

import pytest
import yaml

from daemon.reasoner.claims import claims
from daemon.reasoner.sayable import SAY_MAX, is_words, speakable

SAYINGS = yaml.safe_load((Path(__file__).parent / "sayings.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", SAYINGS["claims"])
def test_what_tells_an_outcome_or_a_state_of_the_house_is_not_said(text: str):
    assert claims(speakable(text)) or not is_words(text)


@pytest.mark.parametrize("text", SAYINGS["talk"])
def test_talk_and_questions_back_are_said(text: str):
    assert is_words(text)
    assert not claims(speakable(text))
    assert speakable(text) == text


@pytest.mark.parametrize("text", SAYINGS["no words"])
def test_what_is_no_words_for_people_is_not_said(text: str):
    assert not is_words(text) or not speakable(text) or claims(speakable(text))


@pytest.mark.parametrize(("text", "spoken"), [(row["text"], row["spoken"]) for row in SAYINGS["markup"]])
def test_only_words_of_a_marked_up_text_are_spoken(text: str, spoken: str):
    assert speakable(text) == spoken


@pytest.mark.parametrize("text", ["word " * 5_000, "A sentence of five words. " * 1_000, "x" * 10_000])
def test_what_is_endless_is_cut_to_two_breaths(text: str):
    assert len(speakable(text)) <= SAY_MAX
