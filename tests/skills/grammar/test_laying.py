"""How well words fit along the sounds of a text."""

from skills.grammar.laying import Sounding
from skills.grammar.phones import spoken


def test_what_was_heard_as_it_is_costs_nothing_where_it_ends():
    said = spoken("lamp")
    costs = Sounding(spoken("lamp on")).costs(said, 0, 2)
    assert costs is not None
    assert costs[len(said)] == 0 == min(costs)


def test_a_word_fits_from_a_place_within_the_sounds():
    said = spoken("lamp")
    costs = Sounding(spoken("desk lamb")).costs(said, len(spoken("desk")), 2)
    assert costs is not None
    assert min(costs) <= 1


def test_what_begins_otherwise_is_given_up():
    assert Sounding(spoken("kitchen")).costs(spoken("mirror light"), 0, 9) is None


def test_nothing_fits_behind_the_end():
    text = spoken("lamp")
    assert Sounding(text).costs(spoken("ceiling"), len(text), 1) is None
