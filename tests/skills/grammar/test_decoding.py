"""What was said, from how the whole of what was heard sounds."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision
from tests.skills.grammar import small

ENGINE = load("en", registry.load().documents("en"))


@pytest.mark.parametrize(
    ("heard", "intent", "slots"),
    [
        ("status of my time words", "HassTimerStatus", {}),
        ("how long is left on my ten years", "HassTimerStatus", {}),
    ],
)
def test_words_are_heard_wherever_they_begin_and_end(heard: str, intent: str, slots: dict[str, object]):
    meant = ENGINE.understand(heard, small.house(), Context())
    assert meant.decision is Decision.ACT
    assert meant.matches[0].intent == intent
    assert slots.items() <= meant.matches[0].slots.items()


@pytest.mark.parametrize(
    "heard",
    ["the activate the desk lamp", "kill time in the kitchen", "dnt turn on the desk lamp"],
)
def test_what_may_be_the_opposite_or_something_else_is_not_done(heard: str):
    assert ENGINE.understand(heard, small.house(), Context()).decision is not Decision.ACT


def test_a_known_word_that_begins_otherwise_is_asked_about_and_not_taken_for_a_name():
    meant = ENGINE.understand("turn on the wall lamp", small.house(), Context())
    assert meant.decision is Decision.ASK
    assert meant.question == "Do you mean the Hall Lamp?"


@pytest.mark.parametrize("heard", ["make the wall light purple", "turn off the wall light", "dim the wall lights"])
def test_nothing_that_sounds_like_all_is_taken_for_it(heard: str):
    home = Home(areas=[Area(AreaId("office"), "Office")])
    for name in ("Desk Lamp", "Spot"):
        home.add(Entity(EntityId(f"light.{name[:4].lower()}"), name, "light", area=AreaId("office")))
    assert ENGINE.understand(heard, home, Context(area=AreaId("office"))).decision is not Decision.ACT


def test_numbers_in_names_are_told_apart():
    home = Home()
    for number, name in enumerate(("Big One One Spotlight", "Big One Two Spotlight")):
        home.add(Entity(EntityId(f"light.{number}"), name, "light"))
    meant = ENGINE.understand("turn on the big one one spotligth", home, Context())
    assert [match.slots["name"] for match in meant.matches] == ["Big One One Spotlight"]


def test_articles_alone_are_no_free_text():
    assert ENGINE.understand("what is the weather in my", small.house(), Context()).decision is Decision.DEFER


@pytest.mark.parametrize(
    "heard", ["turn on the lights in the barn", "status of my time words", "make the wall light purple"]
)
def test_what_was_said_before_changes_nothing(heard: str):
    fresh, home = load("en"), small.house()
    first = fresh.understand(heard, home, Context())
    for other in ("what is the whether in the barn tomorow", "play somthing by nobody at al", "set a tiemr for tee"):
        fresh.understand(other, home, Context())
    assert fresh.understand(heard, home, Context()) == first
