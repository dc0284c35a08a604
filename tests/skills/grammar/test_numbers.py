import pytest

from skills.grammar.numbers import numbers_at, shares_at


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("20", [20]),
        ("20,5", [20.5]),
        ("-5", [-5]),
        ("1/2", [0.5]),
        ("1/0", []),
        ("seven", [7]),
        ("twenty one", [21, 20]),
        ("fourty", [40]),
        ("a hundred", [100, 1]),
        ("one hundred and five", [105, 100, 1]),
        ("two thousand seven hundred", [2700, 2000, 2]),
        ("two point five", [2.5, 2]),
        ("twenty and a half", [20.5, 20]),
        ("2 and a half", [2.5, 2]),
        ("light", []),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, values: list[float]):
    assert [value for _, value in numbers_at(text.split(), 0, "en")] == values


@pytest.mark.parametrize(("language", "text"), [("de", "einundzwanzig"), ("fr", "vingt et un"), ("es", "veintiuno")])
def test_other_languages_spell_their_numbers_by_the_rules_of_unicode(language: str, text: str):
    assert (len(text.split()), 21) in numbers_at(text.split(), 0, language)


def test_an_unknown_language_has_digits_only():
    assert numbers_at(["seven"], 0, "tlh") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("einundzwanzigeinhalb", 21.5),
        ("zweieinhalb", 2.5),
        ("anderthalb", 1.5),
        ("einundzwanzig komma funf", 21.5),
        ("zwanzig komma viele", 20),
    ],
)
def test_german_halves_and_decimals_are_read(text: str, value: float):
    assert numbers_at(text.split(), 0, "de")[0][1] == value


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("a third", 33),
        ("two thirds", 67),
        ("three quarters", 75),
        ("one fifth", 20),
        ("1/2", 50),
        ("3/4", 75),
        ("half way", 50),
        ("halfway", 50),
        ("quarter", 25),
    ],
)
def test_a_share_is_read_as_percent(text: str, percent: int):
    words = tuple(text.split())
    assert shares_at(words, 0, "en") == [(len(words), percent)]


@pytest.mark.parametrize("text", ["thirds", "five thirds", "4/3", "1/0", "a", "fifth"])
def test_no_share_is_read_where_there_is_none(text: str):
    assert shares_at(tuple(text.split()), 0, "en") == []
