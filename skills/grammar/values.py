"""The values of all lists by how they sound: looked through at once, however many lists may be said at a place."""

from collections.abc import Iterable, Iterator
from itertools import islice

from skills.grammar.documents import SlotList
from skills.grammar.phones import features, spoken
from skills.grammar.shortlist import Shortlist, first

MOST_INDEXED = 300
"""So many values of lists are indexed for one text, in about 4 ms: the first ones find fewer of a long list."""


class Values:
    """The values of all lists; each list is indexed when it is first asked for, slice by slice."""

    def __init__(self) -> None:
        self._left = 0
        self._texts: list[str] = []
        self._alike = Shortlist()
        self._waiting: dict[SlotList, Iterator[str]] = {}
        self._places: dict[SlotList, int] = {}
        """The values of a list that are indexed, as bits."""

    def begin(self) -> None:
        """Make ready for another text."""
        self._left = MOST_INDEXED

    def among(self, slot_list: SlotList) -> int:
        """Return the values of a list as bits, as many as were indexed so far; some more of them are, now."""
        waiting = self._waiting.get(slot_list)
        if waiting is None:
            waiting = self._waiting[slot_list] = map(" ".join, slot_list.said)
        known = self._places.get(slot_list, 0)
        for text in islice(waiting, self._left):
            number = len(self._texts)
            self._alike.add(number, features(spoken(text)))
            self._texts.append(text)
            known |= 1 << number
            self._left -= 1
        self._places[slot_list] = known
        return known

    @property
    def size(self) -> int:
        """How many values are indexed."""
        return len(self._texts)

    def levels(self, sounds: str) -> list[int]:
        """Return the values of all lists that sound like a row of sounds at first glance, for `alike`."""
        return self._alike.levels(features(sounds))

    def alike(self, levels: Iterable[int], among: int, most: int) -> list[str]:
        """Return up to `most` values of the levels, the likeliest first, only those among the given bits."""
        return [self._texts[number] for number in first(levels, most, among)]
