"""Everyday sentences about fans, blinds and windows, as people put them."""

import pytest

from devices.home import Home
from skills import registry
from skills.grammar import load
from skills.grammar.model import Understander
from tests.skills.grammar import cottage


@pytest.fixture(scope="module")
def skilled() -> Understander:
    return load("en", registry.load().documents("en"))


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("put the paddle fan on medium", "FanSetSpeed fan.paddle percentage=66"),
        ("set the fan in the studio to low", "FanSetSpeed fan.vent percentage=33"),
        ("paddle fan to maximum", "FanSetSpeed fan.paddle percentage=100"),
        ("are the parlour blinds shut", "GetState cover.parlour state=closed"),
        ("are the blinds open upstairs", "GetState cover.studio state=open"),
        ("check off brown sugar fromm my shopping list", "ListCompleteItem todo.shopping item=brown sugar"),
    ],
)
def test_it_is_understood_with_all_skills(skilled: Understander, home: Home, text: str, done: str):
    assert cottage.done(skilled, home, text) == done
