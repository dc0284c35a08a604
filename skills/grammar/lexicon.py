"""The values of every list, by the words that say them: those of sentences, numbers, and the names of the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devices.model import NOTHING
from skills.grammar.automaton import EVERYTHING, FREE, HOUSE_BITS, NUMBER, Signs
from skills.grammar.documents import Book, ListKind, SlotList
from skills.grammar.house import House
from skills.grammar.numbers import NUMBER_WORDS, POINTS, SHARE_WORDS, numbers_at, shares_at, spelled_numbers
from skills.grammar.work import MOST_WORK, Work

STAND_IN = "\0"
"""How a word begins that is the id of an entity: what a pronoun stands for. No word of a text has this character."""

ANSWERED = frozenset({"brightness", "temperature"})
"""Lists of which too large a number is understood where its unit was said: the skill answers what is possible."""

UNITS = frozenset({"%", "percent", "prozent", "°", "degree", "degrees", "grad"})

MOST_NUMBER = 1_000

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """What stood in the place of a slot."""

    out: object
    """What goes into the slot; for names of the house, the first id."""
    ids: tuple[str, ...] = ()
    """The entities, areas or floors that are called so."""
    context: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    partly: bool = False
    """True if only the end of a name was said."""


Named = tuple[int, Value]
"""Where a value ends (exclusive), and the value."""


class Lexicon:
    """The values of one language in one house."""

    def __init__(self, book: Book, house: House) -> None:
        self.work = Work(MOST_WORK)
        """What may still be looked at for the text that is being understood."""
        self._bits: dict[str, int] = {}
        """What the words of that text may be part of."""
        self._language = book.language
        self._house = house
        self._lengths: dict[SlotList, Mapping[str, Sequence[int]]] = {}
        """How many words the values of a list have, by their first word."""
        self._number_words = _number_words(book.language)

    def begin(self, most: int) -> None:
        """Make ready for another text, of at most so much work; the house may have changed since the last."""
        self.work = Work(most)
        self._bits.clear()

    def readings(self, slot_list: SlotList, words: Sequence[str], start: int, partly: bool) -> list[Named]:
        """Return the values of a list that begin at word `start`, each with where it ends. Wildcards have none."""
        match slot_list.kind:
            case ListKind.TEXT:
                return self._text(slot_list, words, start)
            case ListKind.RANGE:
                return self._numbers(slot_list, words, start)
            case ListKind.WILDCARD:
                return []
            case ListKind.NAME if words[start].startswith(STAND_IN):
                entity = words[start].removeprefix(STAND_IN)
                return [(start + 1, Value(entity, (entity,)))]
            case ListKind.NAME if partly:
                full = self._house.named(ListKind.NAME, words, start)
                seen = {end for end, _ in full}
                heads = [(end, ids) for end, ids in self._house.called_partly(words, start) if end not in seen]
                return [(end, Value(ids[0], ids)) for end, ids in full] + [
                    (end, Value(ids[0], ids, partly=True)) for end, ids in heads
                ]
            case kind:
                return [(end, Value(ids[0], ids)) for end, ids in self._house.named(kind, words, start)]

    def bits(self, word: str, signs: Signs) -> int:
        """Return what a word may be part of, as bits of `signs`: free text at least."""
        known = self._bits.get(word)
        if known is None:
            known = self._bits[word] = self._part_of(word, signs)
        return known

    def _part_of(self, word: str, signs: Signs) -> int:
        if word.startswith(STAND_IN):
            return EVERYTHING
        place = signs.words.get(word)
        found = signs.lists.get(word, 0) | FREE
        if place is not None:
            found |= 1 << place
        if self._may_count(word):
            found |= NUMBER
        return found | HOUSE_BITS if self._house.may_say(word) else found

    def _may_count(self, word: str) -> bool:
        return word in self._number_words or word[0].isdecimal() or word[0] == "-"

    def _text(self, slot_list: SlotList, words: Sequence[str], start: int) -> list[Named]:
        lengths = self._lengths.get(slot_list)
        if lengths is None:
            lengths = self._lengths[slot_list] = _lengths(slot_list)
        return [
            (end, Value(" ".join(words[start:end]) if value.out is None else value.out, (), value.context))
            for end in (start + length for length in lengths.get(words[start], ()) if start + length <= len(words))
            for value in (slot_list.values[index] for index in slot_list.said.get(tuple(words[start:end]), ()))
        ]

    def _numbers(self, slot_list: SlotList, words: Sequence[str], start: int) -> list[Named]:
        if not self._may_count(words[start]):
            return []
        readings = numbers_at(words, start, self._language)
        if slot_list.percentage:
            readings = [*readings, *shares_at(words, start, self._language)]
        return [
            (end, Value(_plain(value * slot_list.multiplier)))
            for end, value in readings
            if _fits(slot_list, value) or _is_beyond(slot_list, value, words[end : end + 1])
        ]


def _number_words(language: str) -> frozenset[str]:
    """Return every word that stands in a spelled number, wherever in it."""
    if language.startswith("en"):
        return NUMBER_WORDS | SHARE_WORDS | {"a", "and"}
    return frozenset(word for words in spelled_numbers(language) for word in words) | frozenset(POINTS.values())


def _lengths(slot_list: SlotList) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for words in slot_list.said:
        found.setdefault(words[0], set()).add(len(words))
    return {first: sorted(lengths) for first, lengths in found.items()}


def _is_beyond(slot_list: SlotList, value: float, after: Sequence[str]) -> bool:
    return slot_list.name in ANSWERED and slot_list.high < value < MOST_NUMBER and not UNITS.isdisjoint(after)


def _fits(slot_list: SlotList, value: float) -> bool:
    if not slot_list.low <= value <= slot_list.high:
        return False
    if slot_list.parts > 1:
        return (value * slot_list.parts) % 1 == 0
    return (value - slot_list.low) % slot_list.step == 0


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value
