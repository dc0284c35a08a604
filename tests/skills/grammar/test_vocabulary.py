import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.grammar.model import Context, Decision, Understander
from skills.grammar.vocabulary import confusable, spoken, trouble, unheard
from tests.skills.grammar.small import KITCHEN, house

NEVER_ALONE = {"yes", "no", "stop", "cancel", "undo that"}
"""Answers, and words about what was just done: they mean something only after something else."""


def said(home: Home) -> Iterator[tuple[str, list[str]]]:
    """Yield each phrase with the sentences it stands for in a house."""
    whole = spoken(home)
    for phrase in whole.phrases:
        texts = [phrase]
        for slot in re.findall(r"\{(\w+)\}", phrase):
            texts = [text.replace(f"{{{slot}}}", value) for text in texts for value in whole.slots[slot]]
        yield phrase, texts


def furnished() -> Home:
    """Return the small house with what the phrases are about and it lacks."""
    home = house()
    for key, name, device_class in (
        ("climate.kitchen", "Kitchen Radiator", None),
        ("cover.kitchen_window", "Kitchen Window", "window"),
        ("sensor.kitchen_humidity", "Kitchen Humidity", "humidity"),
        ("weather.home", "Weather", None),
        ("scene.night", "Good Night", None),
    ):
        home.add(Entity(EntityId(key), name, key.partition(".")[0], device_class, KITCHEN))
    return home


def test_every_phrase_is_understood(engine: Understander):
    home = furnished()
    deaf = {
        phrase
        for phrase, texts in said(home)
        if phrase not in NEVER_ALONE
        and not any(
            engine.understand(text, home, Context(area=KITCHEN)).decision in (Decision.ACT, Decision.ASK)
            for text in texts[:4_000:7] + texts[:40]
        )
    }
    assert not deaf


def test_the_names_are_those_that_are_said():
    home = house()
    home.add(Entity(EntityId("light.secret"), "Secret", "light", hidden=True))
    whole = spoken(home)
    assert "coffee maker" in whole.slots["name"]
    assert "secret" not in whole.slots["name"]
    assert {"kitchen", "upstairs", "coffee", "turn", "fifty"} - whole.words == {"fifty"}


def test_a_language_without_phrases_has_its_examples(tmp_path: Path):
    assert "enciende la luz" in spoken(house(), "es", cache=tmp_path).phrases
    assert spoken(house(), "xx").phrases == ()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Desk Lamp", "Disk Lamp", True),
        ("Kitchen Fan", "Kitchen Van", True),
        ("Left Blind", "Right Blind", False),
        ("Living Room Lamp One", "Living Room Lamp Two", False),
        ("Bett Licht", "Bed Licht", True),
        ("Desk Lamp", "Desk Lamp", True),
        ("Attic", "Garage Door", False),
    ],
)
def test_names_that_sound_alike_are_told(one: str, other: str, alike: bool):
    home = Home()
    home.add(Entity(EntityId("light.one"), one, "light"))
    home.add(Entity(EntityId("light.other"), other, "light"))
    assert bool(confusable(home)) == (alike and one != other)


def test_a_room_may_sound_like_a_lamp_in_it():
    home = Home(areas=[Area(AreaId("study"), "Study")])
    home.add(Entity(EntityId("light.study"), "Study", "light"))
    assert confusable(home) == []


def test_things_that_are_told_apart_by_figures_do_not_sound_alike():
    """A thousand lamps with numbers kept the loop for 1.6 s, to tell that "lamp 1" sounds like "lamp 11"."""
    home = Home()
    for number in range(300):
        home.add(Entity(EntityId(f"light.lamp_{number}"), f"Lamp {number}", "light"))
    assert confusable(home) == []


def test_words_that_a_model_lacks_are_told():
    assert unheard(["Zigbee Lamp 2", "Lamp"], {"lamp"}.__contains__) == ["zigbee"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Fritz", ["“fritz” is a word the speech model does not know; I may miss it."]),
        ("Disk Lamp", ["“Disk Lamp” sounds like “desk lamp”; one may be heard as the other."]),
        ("Reading Light", []),
    ],
)
def test_a_name_that_is_trouble_is_told_when_it_is_given(name: str, told: list[str]):
    assert trouble(name, house(), lambda word: word != "fritz") == told
