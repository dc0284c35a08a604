"""Every way through the sentences that a text can take: places reached by words and values, and the arcs between them.

A place is looked at once, whichever way it is reached, so that the work grows with the places and not with the ways.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Protocol

from skills.grammar.automaton import EVERYTHING, FREE, HOUSE_BITS, Automaton, Signs, State
from skills.grammar.documents import HOUSE, ListKind, SlotList
from skills.grammar.graph import Slot
from skills.grammar.lexicon import Lexicon, Named, Value
from skills.grammar.tokens import Tokens
from skills.grammar.work import Work

LONGEST_FREE_TEXT = 40
"""In words; whoever says more at once is telling a story."""

LONGEST_STRANGER = 4
"""In words."""

MARGIN = 2
"""A search with a `Hearing` goes on to readings that cost so much more than the best: its rivals."""

BEGUN = 15
"""What it costs to begin a search at all, in steps."""

NAMES_HEARD, WORD_HEARD = 20, 10
"""What it costs, in steps, to find the names that sound like the words at a place, and words that sound like one."""

FAR = 1_000
"""More than any text costs in repairs."""

Change = tuple[int, tuple[str, ...]]
"""The place of words that were taken for others, and what for: words, or the ids of what they name."""


@dataclass(frozen=True, slots=True)
class Leniency:
    """What a search may overlook. Only words that cannot turn a meaning around may be in here."""

    skip: frozenset[str] = frozenset()
    """Words that may stand anywhere without meaning anything."""
    omit: frozenset[str] = frozenset()
    """Words of sentences that may be missing."""
    partly: bool = False
    """True: an entity may be called by the end of its name."""
    most_repairs: int = 0
    """How many words may be overlooked or imagined, at most."""
    free: bool = True
    """False: nothing is taken as it is, without being understood."""
    strangers: frozenset[int] = frozenset()
    """The places of words that may belong to a name of the house that there is none of, to find out what was meant."""


STRICT = Leniency()
CLOSED = Leniency(free=False)


class Hearing(Protocol):
    """What may have been said instead of the words of a text, each with its cost in repairs."""

    def words_at(self, at: int, expected: Set[str]) -> Iterable[tuple[tuple[str, ...], int, int]]:
        """Return words that may be read instead of those from `at` on, where the text goes on, and the cost.

        The first of them is `expected` there.
        """
        ...

    def bits_at(self, at: int, signs: Signs) -> Iterable[tuple[int, int]]:
        """Return what the word at `at` may have been part of, as bits, after what that costs at least."""
        ...

    def values_at(self, slot_list: SlotList, at: int) -> Iterable[tuple[int, Value, int]]:
        """Return where values of a list end that may have been said from `at` on, the values, and the cost."""
        ...


@dataclass(slots=True, eq=False)
class Arc:
    """One way on from a place."""

    to: "Place"
    cost: int = 0
    literal: int = 0
    """How many letters are words of the sentence itself."""
    slot: Slot | None = None
    value: Value | None = None
    """What fills the slot; ``None``: the text as it is."""
    change: Change | None = None


@dataclass(slots=True, eq=False)
class Place:
    """A state of the sentences at a word of the text."""

    state: State
    at: int
    arcs: list[Arc] | None = None
    """The ways on; ``None``: nobody looked yet."""
    rest: int = FAR
    """What the way to the end costs at least; `FAR`: there is none."""


@dataclass(slots=True)
class Lattice:
    """The places of one text."""

    automaton: Automaton
    lexicon: Lexicon
    tokens: Tokens
    leniency: Leniency
    hearing: Hearing | None
    start: Place = field(init=False)
    """The place before the first word."""
    _places: list[dict[State, Place]] = field(init=False)
    _values: list[dict[SlotList, list[Named]]] = field(init=False)
    _heard: list[dict[SlotList, list[tuple[int, Value, int]]]] = field(init=False)
    _omitted: dict[State, list[State]] = field(init=False)
    _bits: list[int] = field(init=False)
    """What each word may be part of."""
    _heard_bits: dict[int, int] = field(init=False)
    _stuck: dict[State, int] = field(init=False)
    """The last word that has no place in any way from a state to the end; -1: there is none."""
    _ahead: dict[State, list[int]] = field(init=False)
    """What the words from each place on cost at least on any way from a state to the end."""

    def __post_init__(self) -> None:
        size = len(self.tokens.words) + 1
        self._places = [{} for _ in range(size)]
        self._values = [{} for _ in range(size)]
        self._heard = [{} for _ in range(size)]
        self._omitted = {}
        self._stuck = {}
        self._heard_bits = {}
        self._ahead = {}
        self._bits = [self._bits_at(at) for at in range(size - 1)]
        self.start = self._place(self.automaton.start, 0)

    def follow(self, work: Work, steps: int) -> int:
        """Find all ways to the end that are worth it, and return what the dearest may cost; -1 if there is none.

        What needs more repairs than the best is not looked at, but for its rivals where words may have been misheard.
        A text for which `steps` places and ways do not suffice has none: some of them may be the wrong ones.
        """
        most, length = self.leniency.most_repairs, len(self.tokens.words)
        work.spend(BEGUN + length * (WORD_HEARD if self.hearing else 1))
        least = self._rest(self.start.state, 0)
        if least > most:
            return -1
        waiting: list[list[tuple[int, Place]]] = [[] for _ in range(most + 1)]
        waiting[least].append((0, self.start))
        looked_at: list[Place] = []
        ended = False
        for whole, places in enumerate(waiting):
            while places:
                cost, place = places.pop()
                if place.arcs is not None:
                    continue
                arcs = place.arcs = self._arcs(place)
                work.spend(1 + len(arcs))
                steps -= 1 + len(arcs)
                if steps < 0:
                    return -1
                looked_at.append(place)
                ended = ended or (place.at == length and bool(place.state.ends))
                for arc in arcs:
                    to = arc.to
                    if to.arcs is None and (further := cost + arc.cost + self._rest(to.state, to.at)) <= most:
                        waiting[max(whole, further)].append((cost + arc.cost, to))
            if ended:
                most = min(most, whole + (MARGIN if self.hearing else 0))
                if whole >= most:
                    break
        if ended:
            self._measure(looked_at, most)
        return most if ended else -1

    def look(self, place: Place) -> None:
        """Find the ways on from a place."""
        if place.arcs is None:
            place.arcs = self._arcs(place)

    def _measure(self, places: Iterable[Place], most: int) -> None:
        """Find out, from the ends backwards, what the way from each place to the end costs."""
        before: dict[Place, list[tuple[Place, int]]] = {}
        waiting: list[list[Place]] = [[] for _ in range(most + 1)]
        for place in places:
            if place.at == len(self.tokens.words) and place.state.ends:
                waiting[0].append(place)
            for arc in place.arcs or ():
                before.setdefault(arc.to, []).append((place, arc.cost))
        for cost, reached in enumerate(waiting):
            while reached:
                place = reached.pop()
                if place.rest <= cost:
                    continue
                place.rest = cost
                for other, more in before.get(place, ()):
                    if cost + more <= most:
                        waiting[cost + more].append(other)

    def _bits_at(self, at: int) -> int:
        word = self.tokens.words[at]
        if word in self.leniency.skip:
            return EVERYTHING
        strange = not self.leniency.strangers.isdisjoint(range(at - LONGEST_STRANGER, at + LONGEST_STRANGER))
        return self.lexicon.bits(word, self.automaton.signs) | (HOUSE_BITS if strange else 0)

    def _leads_on(self, state: State, at: int) -> bool:
        """Return whether every word from `at` on may have a place in some way from a state to the end."""
        if self.hearing is not None:
            return self._rest(state, at) < FAR
        return self._last_stuck(state) < at

    def _rest(self, state: State, at: int) -> int:
        """Return what the words from `at` on cost at least on a way from a state to the end; `FAR`: there is none."""
        if self.hearing is None:
            return 0
        ahead = self._ahead.get(state)
        if ahead is None:
            reach = self._reach(state)
            length = len(self._bits)
            ahead, cost = [FAR] * (length + 1), 0
            for place in range(length, -1, -1):
                if place < length and not reach & self._bits[place]:
                    cost += self._misheard(self.hearing, place, reach)
                if cost >= FAR:
                    break
                ahead[place] = cost
            self._ahead[state] = ahead
        return ahead[at]

    def _reach(self, state: State) -> int:
        """Return what any way from a state may read; without free text, unless nothing is known about it."""
        return state.reach if self.leniency.free or state.reach == EVERYTHING else state.reach & ~FREE

    def _misheard(self, hearing: Hearing, at: int, reach: int) -> int:
        """Return what it costs at least to read one of some things where a word stands that is none; `FAR`: no way."""
        skipped = 1 if self.tokens.words[at] in self.leniency.skip else FAR
        return min((cost for cost, bits in hearing.bits_at(at, self.automaton.signs) if reach & bits), default=skipped)

    def _last_stuck(self, state: State) -> int:
        stuck = self._stuck.get(state)
        if stuck is None:
            reach = self._reach(state)
            stuck = len(self._bits) - 1
            while stuck >= 0 and reach & self._bits[stuck]:
                stuck -= 1
            self._stuck[state] = stuck
        return stuck

    def _place(self, state: State, at: int) -> Place:
        places = self._places[at]
        place = places.get(state)
        if place is None:
            place = places[state] = Place(state, at)
        return place

    def _arcs(self, place: Place) -> list[Arc]:
        arcs: list[Arc] = []
        if place.at < len(self.tokens.words):
            self._read(place, arcs)
            if place.state.slots:
                self._fill(place, arcs)
        if self.leniency.most_repairs:
            self._repair(place, arcs)
        return arcs

    def _read(self, place: Place, arcs: list[Arc]) -> None:
        state, at = place.state, place.at
        word = self.tokens.words[at]
        after = self.automaton.read(state, word)
        if after is not None and self._leads_on(after, at + 1):
            arcs.append(Arc(self._place(after, at + 1), 0, len(word)))
        if self.hearing is None:
            return
        for words, end, cost in self.hearing.words_at(at, state.words.keys()):
            heard: State | None = state
            for other in words:
                heard = None if heard is None else self.automaton.read(heard, other)
            if heard is not None and self._leads_on(heard, end):
                arcs.append(Arc(self._place(heard, end), cost, len(word), change=(at, words)))

    def _fill(self, place: Place, arcs: list[Arc]) -> None:
        state, at = place.state, place.at
        values, heard = self._values[at], self._heard[at]
        may = self._may_be(at) if state.bits else EVERYTHING
        for number, (slot, _) in enumerate(state.slots):
            if may != EVERYTHING and not state.bits[number] & may:
                continue
            slot_list = slot.list
            if slot_list.kind is ListKind.WILDCARD:
                if not self.leniency.free:
                    continue
                after = self.automaton.fill(state, number)
                arcs += [Arc(self._place(after, end), slot=slot) for end in self._open_ends(after, at)]
                continue
            if self.leniency.strangers and slot_list.kind in _OF_HOUSE:
                after = self.automaton.fill(state, number)
                arcs += [Arc(self._place(after, end), slot=slot) for end in self._stranger_ends(at)]
            said = values.get(slot_list)
            if said is None:
                said = values[slot_list] = self.lexicon.readings(slot_list, self.tokens.words, at, self.leniency.partly)
            for end, value in said:
                after = self.automaton.fill(state, number)
                if self._leads_on(after, end):
                    arcs.append(Arc(self._place(after, end), slot=slot, value=value))
            if self.hearing is None:
                continue
            perhaps = heard.get(slot_list)
            if perhaps is None:
                self.lexicon.work.spend(NAMES_HEARD if slot_list.kind in _OF_HOUSE else 1)
                perhaps = heard[slot_list] = list(self.hearing.values_at(slot_list, at))
            for end, value, cost in perhaps:
                after = self.automaton.fill(state, number)
                if self._leads_on(after, end):
                    change = (at, value.ids or (str(value.out),))
                    arcs.append(Arc(self._place(after, end), cost, 0, slot, value, change))

    def _may_be(self, at: int) -> int:
        """Return what the word at `at` may be part of, or what it may have been part of if it was misheard."""
        if self.hearing is None:
            return self._bits[at]
        known = self._heard_bits.get(at)
        if known is None:
            known = self._bits[at]
            for _, bits in self.hearing.bits_at(at, self.automaton.signs):
                known |= bits
            self._heard_bits[at] = known
        return known

    def _stranger_ends(self, at: int) -> list[int]:
        last = min(at + LONGEST_STRANGER, len(self.tokens.words))
        return [end for end in range(at + 1, last + 1) if not self.leniency.strangers.isdisjoint(range(at, end))]

    def _open_ends(self, after: State, at: int) -> list[int]:
        """Return where free text that begins at `at` may end: only where the sentence can go on."""
        length = len(self.tokens.words)
        last = min(length, at + LONGEST_FREE_TEXT)
        first = at + 1 if self.hearing else max(at, self._last_stuck(after)) + 1
        ends = [
            end
            for end in range(first, last)
            if (after.slots or self._goes_on(after, end)) and (self.hearing is None or self._leads_on(after, end))
        ]
        return [*ends, length] if last == length and (after.ends or self.leniency.omit) else ends

    def _goes_on(self, after: State, at: int) -> bool:
        """Return whether the word at `at`, or one it may have been, can follow."""
        if self.tokens.words[at] in after.words:
            return True
        return self.hearing is not None and any(words for words, _, _ in self.hearing.words_at(at, after.words.keys()))

    def _repair(self, place: Place, arcs: list[Arc]) -> None:
        state, at, words = place.state, place.at, self.tokens.words
        if at < len(words) and words[at] in self.leniency.skip:
            arcs.append(Arc(self._place(state, at + 1), 1))
        # The first word decides whether a sentence asks or orders: none is imagined there.
        if not at or not self.leniency.omit:
            return
        without = self._omitted.get(state)
        if without is None:
            # In an order of their own: that of a set is another one in every process.
            omitted = sorted(self.leniency.omit & state.words.keys())
            known = (self.automaton.read(state, word) for word in omitted)
            without = self._omitted[state] = [after for after in known if after is not None]
        arcs += [Arc(self._place(after, at), 1) for after in without]


_OF_HOUSE = frozenset(HOUSE.values())
