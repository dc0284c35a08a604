"""The values of lists by their sounds."""

from skills.grammar.documents import ListKind, SlotList
from skills.grammar.values import MOST_INDEXED, Values

COLOURS = SlotList("colour", ListKind.TEXT, said={("warm", "white"): (0,), ("turquoise",): (1,), ("purple",): (2,)})
LEVELS = SlotList("level", ListKind.TEXT, said={("maximum",): (0,), ("minimum",): (1,)})


def test_only_values_of_the_list_that_is_asked_for_are_alike():
    values = Values()
    values.begin()
    colours, levels = values.among(COLOURS), values.among(LEVELS)
    heard = values.levels("tVrkwYz")
    assert values.alike(heard, colours, 1) == ["turquoise"]
    assert values.alike(heard, levels, 1) == []


def test_a_long_list_is_indexed_over_several_texts():
    values, size = Values(), MOST_INDEXED + 1
    long = SlotList("long", ListKind.TEXT, said={(f"word{number}",): (number,) for number in range(size)})
    values.begin()
    assert values.among(long).bit_count() == MOST_INDEXED
    values.begin()
    assert values.among(long).bit_count() == values.size == size
