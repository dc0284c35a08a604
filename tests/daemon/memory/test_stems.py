"""Tests of `daemon.memory.stems`."""

import pytest

from daemon.memory.stems import MOST_TERMS, stem, terms, words


@pytest.mark.parametrize(
    "forms",
    [
        "hike hikes hiked hiking",
        "hop hops hopped hopping",
        "story stories",
        "day days",
        "teach teaches taught teaching",
        "go goes went gone going",
        "child children",
        "dance dances danced dancing dancer dancers",
        "class classes",
        "need needs needed needing",
        "organize organized organizing organization organizations",
        "allergy allergies",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str):
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("others", ["hope hop", "mental mention", "list listen", "care car", "8pm 8"])
def test_other_words_keep_stems_of_their_own(others: str):
    assert len({stem(word) for word in others.split()}) == len(others.split())


def test_words_are_folded_and_possessives_are_not_words():
    assert words("Anna's CAFÉ, Müller’s & Jürgen") == ["anna", "cafe", "muller", "jurgen"]


def test_filler_words_are_no_terms_and_a_long_text_has_only_so_many():
    assert terms("What did you say about the boiler?") == [stem("boiler")]
    assert len(terms("word " * 10_000)) == MOST_TERMS
