from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.home import Home
from devices.model import EntityId
from skills.grammar.documents import ListKind
from skills.grammar.house import House
from skills.grammar.tokens import tokenize, words_of
from tests.skills.grammar import small


@pytest.fixture
def names(home: Home) -> House:
    index = House()
    index.follow(home)
    return index


def test_a_name_is_found_where_it_begins(names: House):
    assert names.named(ListKind.NAME, ["the", "desk", "lamp", "now"], 1) == [(3, ("light.desk_lamp",))]
    assert names.named(ListKind.NAME, ["desk"], 0) == []


def test_several_things_may_have_one_name(names: House):
    assert names.named(ListKind.NAME, ["spot"], 0) == [(1, ("light.office_spot", "light.bedroom_spot"))]


def test_areas_and_floors_are_found_by_their_aliases(names: House):
    assert names.named(ListKind.FLOOR, ["upstairs"], 0) == [(1, ("first",))]
    assert set(names.areas_on(small.house().floors()[1].id)) == {small.BEDROOM, small.OFFICE}


def test_a_thing_may_be_called_by_the_end_of_its_name(names: House):
    assert names.called_partly(["speaker"], 0) == [(1, ("media_player.speaker", "media_player.radio"))]


def test_a_rename_is_followed(home: Home, names: House):
    lamp = home.entity(EntityId("light.desk_lamp"))
    assert lamp is not None
    home.add(replace(lamp, name="Banker Light"))
    names.follow(home)
    assert names.named(ListKind.NAME, ["desk", "lamp"], 0) == []
    assert names.named(ListKind.NAME, ["banker", "light"], 0) == [(2, ("light.desk_lamp",))]
    assert names.has_word("banker")
    assert not names.has_word("desk")


def test_a_thing_that_leaves_is_forgotten(home: Home, names: House):
    home.remove(EntityId("fan.tower"))
    names.follow(home)
    assert names.named(ListKind.NAME, ["tower", "fan"], 0) == []
    assert names.entities(areas=None, domains=["fan"]) == []


def test_hidden_things_are_not_called(home: Home, names: House):
    fan = home.entity(EntityId("fan.tower"))
    assert fan is not None
    home.add(replace(fan, hidden=True))
    names.follow(home)
    assert names.named(ListKind.NAME, ["tower", "fan"], 0) == []
    assert names.entities(areas=None, domains=["fan"]) == []


def test_another_house_replaces_the_first(names: House):
    names.follow(Home())
    assert names.named(ListKind.NAME, ["desk", "lamp"], 0) == []


def test_a_large_house_may_be_learned_in_slices(home: Home):
    house = House()
    slices = 0
    while not house.follow(home, most=5):
        slices += 1
    assert slices == len([*home.entities(), *home.areas(), *home.floors()]) // 5
    assert [ids for _, ids in house.named(ListKind.NAME, ("desk", "lamp"), 0)] == [("light.desk_lamp",)]


@given(st.text("aB1 2-é'", max_size=12))
def test_plain_names_are_cut_as_any_text_is(name: str):
    assert words_of(name) == tokenize(name).words
