"""Tests of `daemon.memory.question`: which time of the past is meant, and what else is asked."""

from datetime import UTC, date, datetime

import pytest

from daemon.memory.question import read, window_of
from daemon.memory.sketches import speaker_code

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("what did we say about the boiler last winter?", date(2025, 12, 1), date(2026, 3, 1)),
        ("what did we plant in spring", date(2026, 3, 1), date(2026, 6, 1)),
        ("where were we in the summer of 2024", date(2024, 6, 1), date(2024, 9, 1)),
        ("what did I do last summer", date(2025, 6, 1), date(2025, 9, 1)),
        ("what happened in June?", date(2025, 6, 1), date(2025, 7, 1)),
        ("what happened in March?", date(2026, 3, 1), date(2026, 4, 1)),
        ("what did I say in July 2023", date(2023, 7, 1), date(2023, 8, 1)),
        ("where did I work last year", date(2025, 1, 1), date(2026, 1, 1)),
        ("where did I live in 2019", date(2019, 1, 1), date(2020, 1, 1)),
        ("who called yesterday", date(2026, 5, 19), date(2026, 5, 20)),
        ("what did I buy last month", date(2026, 4, 1), date(2026, 5, 1)),
        ("what did we eat on Friday", date(2026, 5, 15), date(2026, 5, 16)),
        ("what was on May 25, 2025", date(2025, 5, 25), date(2025, 5, 26)),
        ("what was on December 24", date(2025, 12, 24), date(2025, 12, 25)),
    ],
)
def test_a_time_in_a_question_is_of_the_past(text: str, begin: date, end: date):
    window, _ = window_of(text, NOW)
    assert window is not None
    assert (window[0].date(), window[1].date()) == (begin, end)


@pytest.mark.parametrize("text", ["what is the wifi password", "who may come", "", "one-year-old child"])
def test_a_question_without_a_time_has_no_window(text: str):
    assert window_of(text, NOW) == (None, text)


def test_names_and_times_are_told_from_what_is_asked():
    asked = read("When did Anna buy the piano last year?", speakers=frozenset({speaker_code("Anna")}), me=None, now=NOW)
    assert asked.people == {speaker_code("anna")}
    assert asked.bare == "when did buy the piano"
    assert asked.when


def test_my_is_whoever_asks():
    asked = read("how many books do I have?", speakers=frozenset(), me="ben", now=NOW)
    assert asked.people == {speaker_code("ben")}
    assert asked.many
