from collections.abc import Iterable, Mapping
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.grammar.when import Instant, Nothing, Question, Use, find, parse
from skills.grammar.when.english import WORDS
from skills.grammar.when.german import WORDS as GERMAN
from tests.skills.grammar.when.shown import TUESDAY, shown


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("remind me to call mum on friday after lunch to talk", "remind me to call mum  to talk"),
        ("remind me tomorrow to buy milk at 5 pm", "remind me  to buy milk "),
        ("in ten minutes turn off the lamp", " turn off the lamp"),
        ("turn it on every evening at 8", "turn it on  "),
        ("wake me at SEVEN, please", "wake me , please"),
    ],
)  # fmt: skip
def test_cutting_out_the_spans_leaves_the_rest_of_the_sentence(text: str, rest: str):
    found = find(text, ref=TUESDAY)
    for start, end in reversed(found.spans):
        text = text[:start] + text[end:]
    assert text == rest


def test_a_text_with_more_than_a_time_is_no_time_but_has_one_in_it():
    assert isinstance(parse("call mum at seven pm", ref=TUESDAY), Nothing)
    assert isinstance(find("call mum at seven pm", ref=TUESDAY), Instant)
    assert isinstance(parse("at seven pm", ref=TUESDAY), Instant)


@pytest.mark.parametrize(
    ("text", "use", "meant"),
    [
        ("at 6", None, "09-15 18:00"),
        ("at 6", "routine", "09-16 06:00"),
        ("at 6", "reminder", "09-15 18:00"),
        ("seven", "reminder", "09-15 19:00"),
        ("seven", None, "-"),
        ("ten minutes at noon", "timer", "600s"),
        ("this morning at 9", "reminder", "?"),
        ("this morning at 9", None, "09-15 09:00"),
    ],
)
def test_what_a_time_is_for_decides_a_bare_hour(text: str, use: Use | None, meant: str):
    assert shown(find(text, ref=TUESDAY, use=use)) == meant


def test_a_question_is_in_the_language_of_the_text_and_names_what_was_said():
    found = find("erinnere mich am 31. April", ref=TUESDAY, language="de")
    assert isinstance(found, Question)
    assert "31. April" in found.text
    assert found.text.endswith("Wann meinst du?")


def test_a_friday_that_may_be_two_and_a_guessed_word_are_less_sure():
    sure, doubtful, guessed = (
        find(text, ref=TUESDAY).confidence
        for text in ("on friday at 4 pm", "next friday at 4 pm", "on thurzday at 4 pm")
    )
    assert sure > guessed > doubtful


def test_a_text_of_a_language_that_is_not_spoken_is_not_guessed_at():
    assert isinstance(find("demain at 7", ref=TUESDAY, language="fr"), Nothing)
    assert isinstance(find("tomorrow at 7", ref=TUESDAY, language="en-GB"), Instant)


def test_a_reference_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="zone"):
        find("tomorrow", ref=datetime(2026, 9, 15, 10, 20))


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x1b[", "🕖", "½", "'s", "-", "24:60", "99999999999999 hours", "1/0 hours"]
)
def test_rubbish_is_no_time_and_no_error(text: str):
    assert shown(find(text, ref=TUESDAY)) in "-?"


LONGEST_READ = 120 * 40
"""Characters: as many words as are read, each longer than any of the table."""


@pytest.mark.parametrize(
    "words", ["at seven and ", "every day until friday ", "from 2 to 4 and ", "1 hour ", "to ", "x " * 3]
)
def test_ten_thousand_words_are_read_as_far_as_a_sentence_goes(words: str):
    found = find(words * 10_000, ref=TUESDAY)
    assert all(end <= LONGEST_READ for _, end in found.spans)


def vocabulary_of(tables: Mapping[str, Iterable[str]]) -> list[str]:
    numbers = {"7", "12", "25", "2026", "7:30", "3/4", "25.12.", "3rd"}
    return sorted({word for table in tables.values() for word in table} | numbers)


@settings(max_examples=400, deadline=None)
@given(
    words=st.lists(st.sampled_from(vocabulary_of(WORDS)), max_size=14),
    ref=st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1)),
    use=st.sampled_from([None, "reminder", "routine", "timer"]),
)
def test_no_row_of_english_words_of_time_raises(words: list[str], ref: datetime, use: Use | None):
    found = find(" ".join(words), ref=ref.replace(tzinfo=TUESDAY.tzinfo), use=use, place=(52.5, 13.4))
    assert shown(found)


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.sampled_from(vocabulary_of(GERMAN)), max_size=14))
def test_no_row_of_german_words_of_time_raises(words: list[str]):
    assert shown(find(" ".join(words), ref=TUESDAY, language="de", place=(52.5, 13.4)))


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_no_text_raises(text: str):
    assert shown(find(text, ref=TUESDAY))
