import math

import pytest

from voice.arbitrate import CANDIDATES_MAX, CLOSED_BONUS, Candidate, Sense, choose, pooled
from voice.model import NotUnderstood, Transcript, Word

EMPTY = Transcript("", 0.0, "kitchen", "en")
BED, BEDS = Sense(1.0, "bed"), Sense(1.0, "bed")
RED = Sense(1.0, "red")
NONSENSE = Sense()


def test_a_sentence_that_both_decoders_heard_counts_once_with_both_likelihoods():
    both = pooled([Candidate("stop", 10.0)], [Candidate("stop", 10.0 - CLOSED_BONUS, closed=True)])

    assert [one.text for one in both] == ["stop"]
    assert both[0].score == pytest.approx(10.0 + math.log(2))
    assert both[0].closed


def test_sound_outside_the_grammar_and_far_behind_is_no_candidate():
    heard = [Candidate("turn on the [unk]", 90.0), Candidate("", 80.0), Candidate("stop", 70.0), Candidate("top", 65.0)]

    assert [one.text for one in pooled(heard)] == ["stop"]


def test_candidates_are_bounded():
    assert len(pooled([Candidate(str(n), -n / 100) for n in range(50)])) == CANDIDATES_MAX


@pytest.mark.parametrize(
    ("scores", "senses", "text"),
    [
        ([10.0, 9.99, 9.99], [NONSENSE, BED, BEDS], "b"),
        ([10.0, 5.0], [NONSENSE, BED], "a"),
        ([10.0, 5.0], [BED, NONSENSE], "a"),
        ([10.0, 10.0], [NONSENSE, BED], "b"),
        ([10.0, 4.0], [BED, RED], "a"),
    ],
    ids=["two words for one meaning", "far from it", "both", "sense decides", "clearly one of two"],
)
def test_likelihood_and_sense_decide_together(scores: list[float], senses: list[Sense], text: str):
    candidates = [Candidate(name, score) for name, score in zip("abc", scores, strict=False)]

    chosen = choose(candidates, senses, EMPTY)

    assert chosen.text == text
    assert 0.5 <= chosen.confidence <= 1.0
    assert set(chosen.alternatives) == {one.text for one in candidates} - {text}


def test_two_commands_that_are_as_likely_are_asked_about():
    with pytest.raises(NotUnderstood) as caught:
        choose([Candidate("bed light", 10.0), Candidate("red light", 9.9)], [BED, RED], EMPTY)

    assert caught.value.code == "unsure"
    assert caught.value.guesses == ("bed light", "red light")


def test_sense_chooses_among_what_was_heard_and_makes_nothing_up():
    with pytest.raises(NotUnderstood) as caught:
        choose([Candidate("smart mirror", 10.0), Candidate("start mirror", 9.5)], [NONSENSE, BED], EMPTY)

    assert caught.value.guesses == ("start mirror",)


def test_no_candidates_are_no_words():
    with pytest.raises(NotUnderstood, match="no words"):
        choose([], [], EMPTY)


def test_words_that_all_sentences_have_are_sure_and_the_others_are_not():
    def words(*texts: str) -> tuple[Word, ...]:
        return tuple(Word(text, 1.0, float(at), at + 0.9) for at, text in enumerate(texts))

    heard = [Candidate("red light", 10.0, words("red", "light")), Candidate("bed light", 10.0, words("bed", "light"))]

    chosen = choose(heard, [], EMPTY)

    assert [word.confidence for word in chosen.words] == [0.5, 1.0]
    assert chosen.confidence == pytest.approx(0.75)


def test_what_the_sound_does_not_fit_well_stays_unsure():
    assert choose([Candidate("stop", 0.0, trust=0.55)], [BED], EMPTY).confidence == pytest.approx(0.55)


def test_what_nothing_but_its_sound_tells_needs_each_word_to_be_sure():
    """From "computer" a small model made "could you again", and the last timer was started once more."""
    word = Word("again", 0.3, 0.6, 1.0)
    mumbled = [Candidate("could you again", 10.0, (word,)), Candidate("could you tell mom", 9.5)]

    assert choose(mumbled, [Sense(least=0.6), NONSENSE], EMPTY).text == "could you again"
    with pytest.raises(NotUnderstood, match="unsure"):
        choose(mumbled, [Sense(least=0.75), NONSENSE], EMPTY)
