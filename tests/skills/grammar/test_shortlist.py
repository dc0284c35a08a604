"""What has most in common with something, among many."""

from skills.grammar.shortlist import Shortlist, first


def shortlist() -> Shortlist:
    sets = Shortlist()
    for number, features in enumerate(({1, 2, 3, 4}, {1, 2, 8, 9}, {10, 11, 12})):
        sets.add(number, features)
    return sets


def test_what_has_more_in_common_comes_first():
    assert first(shortlist().levels({1, 2, 3}), 5) == [0, 1]


def test_no_more_come_than_were_wanted_and_only_those_expected():
    levels = shortlist().levels({1, 2, 3})
    assert first(levels, 1) == [0]
    assert first(levels, 5, among=0b110) == [1]


def test_what_was_dropped_comes_no_more():
    sets = shortlist()
    sets.drop(0, {1, 2, 3, 4})
    assert first(sets.levels({1, 2, 3}), 5) == [1]
