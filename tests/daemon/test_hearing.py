from pathlib import Path

import pytest

from daemon.grammars import Grammars
from daemon.hearing import Meanings
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.grammar import load


@pytest.fixture(scope="module")
def meanings(tmp_path_factory: pytest.TempPathFactory) -> Meanings:
    cache: Path = tmp_path_factory.mktemp("sentences")
    home = Home(areas=[Area(AreaId("study"), "Study"), Area(AreaId("hall"), "Hall")])
    home.add(Entity(EntityId("light.desk"), "Desk Lamp", "light", None, AreaId("study"), aliases=("reading lamp",)))
    home.add(Entity(EntityId("light.door"), "Door Lamp", "light", None, AreaId("hall")))
    grammars = Grammars("en", lambda language: load(language, cache=cache))
    return Meanings(grammars, home, lambda satellite: AreaId(satellite) if satellite else None)


def test_two_names_of_one_thing_mean_the_same_and_two_things_do_not(meanings: Meanings):
    desk, reading, door = meanings(["turn on the desk lamp", "turn on the reading lamp", "turn on the door lamp"], "")

    assert desk.meaning == reading.meaning != door.meaning
    assert desk.weight > 0.5


def test_what_nobody_understands_has_no_meaning(meanings: Meanings):
    assert [sense.meaning for sense in meanings(["my brother said so", "don't turn on the desk lamp"], "")] == [
        "",
        "",
    ]


def test_the_room_of_the_satellite_counts(meanings: Meanings):
    (study,), (hall,) = meanings(["turn on the light"], "study"), meanings(["turn on the light"], "hall")

    assert study.meaning != hall.meaning


@pytest.mark.parametrize("text", ["again", "could you again", "do it again please", "one more time"])
def test_what_only_repeats_must_be_heard_surely(meanings: Meanings, text: str):
    (sense,) = meanings([text], "")

    assert sense.least > 0.6


@pytest.mark.parametrize("text", ["turn the desk lamp on again", "listen again", "turn on the desk lamp", "again what"])
def test_what_says_more_is_judged_by_that(meanings: Meanings, text: str):
    (sense,) = meanings([text], "")

    assert sense.least == 0
