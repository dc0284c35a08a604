"""Sums, shares and units; and what is left to chance."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from skills.builtin import calculator
from skills.builtin.units import UNITS, converted
from skills.language import speaking
from skills.testing import Bench

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(calculator.skill, now=NOW)


@pytest.fixture(scope="module")
def german() -> Bench:
    return Bench(calculator.skill, now=NOW, language="de")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what's 18 times 24", "That's 432."),
        ("what is eighteen times twenty four", "That's 432."),
        ("12 plus 7.5", "That's 19.5."),
        ("how much is 100 divided by 3", "About 33.33."),
        ("what's five divided by zero", "Nothing can be divided by zero."),
        ("what's 15 percent of 84", "That's 12.6."),
        ("what's 15% of 84", "That's 12.6."),
        ("what is a quarter of 350", "That's 87.5."),
        ("what is half of 90", "That's 45."),
        ("square root of 81", "That's 9."),
        ("how many grams are in a pound", "About 453.6 grams."),
        ("how many cups is half a litre", "That's 2 cups."),
        ("how many minutes are in 3 hours", "That's 180 minutes."),
        ("180 celsius in fahrenheit", "That's 356 degrees Fahrenheit."),
        ("convert 350 degrees fahrenheit to celsius", "About 176.7 degrees Celsius."),
        ("one inch in centimetres", "That's 2.54 centimetres."),
        ("convert five miles to kilometers", "About 8.047 kilometres."),
        ("how many grams are in a mile", "The two measure different things."),
    ],
)
async def test_it_reckons(bench: Bench, text: str, reply: str):
    assert (await bench.hear(text)).text == reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("was ist 18 mal 24", "Das sind 432."),
        ("wie viel ist 100 geteilt durch 3", "Ungefähr 33,33."),
        ("was sind 15 Prozent von 84", "Das sind 12,6."),
        ("was ist ein Viertel von 350", "Das sind 87,5."),
        ("was ist die Hälfte von 90", "Das sind 45."),
        ("wie viel Gramm hat ein Pfund", "Das sind 500 Gramm."),
        ("wie viele Milliliter sind eine Tasse", "Das sind 250 Milliliter."),
        ("wie viel Milliliter hat ein halber Liter", "Das sind 500 Milliliter."),
        ("180 Grad Celsius in Fahrenheit", "Das sind 356 Grad Fahrenheit."),
        ("rechne 5 Meilen in Kilometer um", "Ungefähr 8,047 Kilometer."),
        ("wie viel Gramm hat eine Meile", "Die beiden messen Verschiedenes."),
    ],
)
async def test_it_reckons_in_german(german: Bench, text: str, reply: str):
    with speaking("de"):
        assert (await german.hear(text)).text == reply


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("flip a coin", r"Heads\.|Tails\."),
        ("roll a die", r"It's a [1-6]\."),
        ("pick a number between one and three", r"I pick [1-3]\."),
        ("give me a random number from nine to seven", r"I pick [7-9]\."),
    ],
)
async def test_it_leaves_to_chance_what_is_asked_for(bench: Bench, text: str, pattern: str):
    assert re.fullmatch(pattern, (await bench.hear(text)).text)


@pytest.mark.parametrize(("unit", "other"), [(a, b) for a in UNITS for b in UNITS if UNITS[a].kind == UNITS[b].kind])
def test_there_and_back_is_the_same(unit: str, other: str):
    there = converted(7.25, unit, other)
    assert there is not None
    assert converted(there, other, unit) == pytest.approx(7.25)
