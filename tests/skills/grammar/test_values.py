"""The values of lists by their sounds."""

from skills.grammar.documents import ListKind, SlotList
from skills.grammar.values import Values

COLOURS = SlotList("colour", ListKind.TEXT, said={("warm", "white"): (0,), ("turquoise",): (1,), ("purple",): (2,)})
LEVELS = SlotList("level", ListKind.TEXT, said={("maximum",): (0,), ("minimum",): (1,)})


def test_only_values_of_the_list_that_is_asked_for_are_alike():
    values = Values()
    colours, levels = values.among(COLOURS), values.among(LEVELS)
    heard = values.levels("tVrkwYz")
    assert values.alike(heard, colours, 1) == ["turquoise"]
    assert values.alike(heard, levels, 1) == []


def test_a_list_is_indexed_once():
    values = Values()
    assert values.among(COLOURS) == values.among(COLOURS) == 0b111
    assert values.size == 3
