"""The values of all lists by how they sound: looked through at once, however many lists may be said at a place."""

from collections.abc import Iterable

from skills.grammar.documents import SlotList
from skills.grammar.phones import features, spoken
from skills.grammar.shortlist import Shortlist, first


class Values:
    """The values of all lists; each list is indexed when it is first asked for."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._alike = Shortlist()
        self._places: dict[SlotList, int] = {}
        """The values of each list that is indexed, as bits."""

    def among(self, slot_list: SlotList) -> int:
        """Return the values of a list as bits. They are indexed the first time, 1,000 in about 15 ms."""
        known = self._places.get(slot_list)
        if known is None:
            start = len(self._texts)
            for number, words in enumerate(slot_list.said, start):
                text = " ".join(words)
                self._alike.add(number, features(spoken(text)))
                self._texts.append(text)
            known = self._places[slot_list] = (1 << len(self._texts)) - (1 << start)
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
