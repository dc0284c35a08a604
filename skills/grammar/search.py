"""Finds every way in which a text is one of the sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from devices.model import NOTHING
from skills.grammar.automaton import Automaton, State
from skills.grammar.documents import HOUSE, Block, Book, ListKind, SlotList
from skills.grammar.graph import Slot
from skills.grammar.house import House
from skills.grammar.numbers import numbers_at, shares_at
from skills.grammar.tokens import Tokens

MOST_STEPS = 6_000
"""A search that takes more steps is given up: about 6 ms."""

LONGEST_FREE_TEXT = 40
"""In words; whoever says more at once is telling a story."""

MOST_FOUND = 64
"""As many readings of one text as are ever compared."""


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


@dataclass(frozen=True, slots=True)
class Capture:
    """A slot, the words in its place and what they mean."""

    slot: Slot
    start: int
    end: int
    value: Value
    letters: int
    """How long the words in its place are."""


Changes = tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One way in which a text is a sentence of a block."""

    block: Block
    captures: tuple[Capture, ...]
    literal: int
    """How many letters were words of the sentence itself."""
    repairs: int
    """How many words had to be left out or imagined."""
    changes: Changes = ()
    """What words were taken for that say something else, with their places: other words, or ids of what they name."""


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
    strangers: frozenset[int] = frozenset()
    """The places of words that may belong to a name of the house that there is none of, to find out what was meant."""


STRICT = Leniency()

STAND_IN = "\0"
"""How a word begins that is the id of an entity: what a pronoun stands for. No word of a text has this character."""


class Hearing(Protocol):
    """What may have been said instead of the words of a text, each with its cost in repairs."""

    def words_at(self, at: int) -> Iterable[tuple[tuple[str, ...], int, int]]:
        """Return words that may be read instead of those from `at` on, where the text goes on, and the cost."""
        ...

    def values_at(self, slot_list: SlotList, at: int) -> Iterable[tuple[int, Value, int]]:
        """Return where values of a list end that may have been said from `at` on, the values, and the cost."""
        ...


MARGIN = 2
"""A search with a `Hearing` goes on to readings that cost so much more than the best: its rivals."""

LONGEST_STRANGER = 4
"""In words."""


class Lexicon:
    """The values of every list, by the words that say them."""

    def __init__(self, book: Book, house: House) -> None:
        self._book = book
        self._house = house
        self._longest: dict[SlotList, int] = {}

    def readings(self, slot_list: SlotList, words: Sequence[str], start: int, partly: bool) -> list[tuple[int, Value]]:
        """Return the values of a list that begin at word `start`, each with where it ends. Wildcards have none."""
        match slot_list.kind:
            case ListKind.TEXT:
                return self._text(slot_list, words, start)
            case ListKind.RANGE:
                return _numbers(slot_list, words, start, self._book.language)
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

    def _text(self, slot_list: SlotList, words: Sequence[str], start: int) -> list[tuple[int, Value]]:
        longest = self._longest.get(slot_list)
        if longest is None:
            longest = self._longest[slot_list] = max(map(len, slot_list.said), default=0)
        values = (
            (end, slot_list.values[index])
            for end in range(start + 1, min(len(words), start + longest) + 1)
            for index in slot_list.said.get(tuple(words[start:end]), ())
        )
        return [
            (end, Value(" ".join(words[start:end]) if value.out is None else value.out, (), value.context))
            for end, value in values
        ]


def search(
    automaton: Automaton,
    lexicon: Lexicon,
    tokens: Tokens,
    leniency: Leniency = STRICT,
    *,
    hearing: Hearing | None = None,
    steps: int = MOST_STEPS,
) -> list[Found]:
    """Return the ways in which all words of a text are one sentence, at most `MOST_FOUND`; empty if there is none.

    Bounded: after `steps` steps what was found so far is returned.
    """
    return _Search(automaton, lexicon, tokens, leniency, hearing).run(steps)


_Path = tuple[State, int, tuple[Capture, ...], int, int, Changes]
"""State, position, captures, letters read literally, repairs, words taken for others."""


class _Search:
    """One search: a depth-first walk over states and positions."""

    def __init__(
        self, automaton: Automaton, lexicon: Lexicon, tokens: Tokens, leniency: Leniency, hearing: Hearing | None
    ) -> None:
        self._automaton = automaton
        self._lexicon = lexicon
        self._tokens = tokens
        self._words = tokens.words
        self._leniency = leniency
        self._hearing = hearing
        self._values: dict[tuple[SlotList, int], list[tuple[int, Value]]] = {}
        self._texts: dict[tuple[int, int], Value] = {}
        self._found: dict[tuple[Block, tuple[Capture, ...]], Found] = {}
        self._paths: list[list[_Path]] = []
        self._lenient = leniency.most_repairs > 0
        self._seen: set[tuple[int, int, tuple[Capture, ...]]] = set()

    def run(self, steps: int) -> list[Found]:
        """Walk the paths with the fewest repairs first; what needs more than the best found is not looked at, but for
        its rivals where words may have been misheard.
        """
        self._paths = [[] for _ in range(self._leniency.most_repairs + 1)]
        self._push(self._automaton.start, 0, (), 0, 0, ())
        length = len(self._words)
        last = self._leniency.most_repairs
        for cost, paths in enumerate(self._paths):
            while paths and steps and len(self._found) < MOST_FOUND:
                path = paths.pop()
                if self._lenient and self._was_here(path):
                    continue
                steps -= 1
                if path[1] == length:
                    self._finish(path)
                else:
                    self._read(path)
                    if path[0].slots:
                        self._fill(path)
                if path[4] < self._leniency.most_repairs:
                    self._repair(path)
            if self._found:
                last = min(last, cost + (MARGIN if self._hearing else 0))
                if cost >= last:
                    break
        return list(self._found.values())

    def _push(
        self, state: State, at: int, captures: tuple[Capture, ...], literal: int, repairs: int, changes: Changes
    ) -> None:
        if repairs > self._leniency.most_repairs:
            return
        self._paths[repairs].append((state, at, captures, literal, repairs, changes))

    def _was_here(self, path: _Path) -> bool:
        """Return whether the same place was reached before: by leaving out other words, and as cheaply."""
        key = (id(path[0]), path[1], path[2])
        if key in self._seen:
            return True
        self._seen.add(key)
        return False

    def _finish(self, path: _Path) -> None:
        state, _, captures, literal, repairs, changes = path
        for block in state.ends:
            key = (block, captures)
            known = self._found.get(key)
            if known is None or known.literal < literal:
                self._found[key] = Found(block, captures, literal, repairs, changes)

    def _read(self, path: _Path) -> None:
        state, at, captures, literal, repairs, changes = path
        word = self._words[at]
        after = self._automaton.read(state, word)
        if after is not None:
            self._push(after, at + 1, captures, literal + len(word), repairs, changes)
        if self._hearing is not None:
            for words, end, cost in self._hearing.words_at(at):
                heard: State | None = state
                for other in words:
                    heard = None if heard is None else self._automaton.read(heard, other)
                if heard is not None:
                    self._push(heard, end, captures, literal + len(word), repairs + cost, (*changes, (at, words)))

    def _fill(self, path: _Path) -> None:
        state, at, captures, literal, repairs, changes = path
        for slot, nodes in state.slots:
            if slot.list.kind == ListKind.WILDCARD:
                after = self._automaton.fill(state, slot, nodes)
                for end in self._open_ends(after, at):
                    kept = self._keep(captures, slot, at, end, self._free(at, end))
                    self._push(after, end, kept, literal, repairs, changes)
                continue
            if self._leniency.strangers and slot.list.kind in HOUSE.values():
                after = self._automaton.fill(state, slot, nodes)
                for end in self._stranger_ends(at):
                    self._push(
                        after, end, self._keep(captures, slot, at, end, self._free(at, end)), literal, repairs, changes
                    )
            for end, value in self._readings(slot.list, at):
                after = self._automaton.fill(state, slot, nodes)
                kept = self._keep(captures, slot, at, end, value)
                self._push(after, end, kept, literal, repairs, changes)
            if self._hearing is not None:
                for end, value, cost in self._hearing.values_at(slot.list, at):
                    after = self._automaton.fill(state, slot, nodes)
                    kept = self._keep(captures, slot, at, end, value)
                    heard = value.ids or (str(value.out),)
                    self._push(after, end, kept, literal, repairs + cost, (*changes, (at, heard)))

    def _readings(self, slot_list: SlotList, at: int) -> list[tuple[int, Value]]:
        known = self._values.get((slot_list, at))
        if known is None:
            known = self._lexicon.readings(slot_list, self._words, at, self._leniency.partly)
            self._values[slot_list, at] = known
        return known

    def _keep(
        self, captures: tuple[Capture, ...], slot: Slot, start: int, end: int, value: Value
    ) -> tuple[Capture, ...]:
        return (*captures, Capture(slot, start, end, value, sum(map(len, self._words[start:end]))))

    def _free(self, start: int, end: int) -> Value:
        known = self._texts.get((start, end))
        if known is None:
            known = self._texts[start, end] = Value(self._tokens.said(start, end))
        return known

    def _stranger_ends(self, at: int) -> list[int]:
        last = min(at + LONGEST_STRANGER, len(self._words))
        return [end for end in range(at + 1, last + 1) if not self._leniency.strangers.isdisjoint(range(at, end))]

    def _open_ends(self, after: State, at: int) -> list[int]:
        """Return where free text that begins at `at` may end: only where the sentence can go on."""
        length = len(self._words)
        last = min(length, at + LONGEST_FREE_TEXT)
        ends = [end for end in range(at + 1, last) if after.slots or self._goes_on(after, end)]
        return [*ends, length] if last == length and (after.ends or self._leniency.omit) else ends

    def _goes_on(self, after: State, at: int) -> bool:
        """Return whether the word at `at`, or one it may have been, can follow."""
        if self._words[at] in after.words:
            return True
        return self._hearing is not None and any(
            words and words[0] in after.words for words, _, _ in self._hearing.words_at(at)
        )

    def _repair(self, path: _Path) -> None:
        state, at, captures, literal, repairs, changes = path
        if at < len(self._words) and self._words[at] in self._leniency.skip:
            self._push(state, at + 1, captures, literal, repairs + 1, changes)
        # The first word decides whether a sentence asks or orders: none is imagined there.
        for word in self._leniency.omit if at else ():
            if word in state.words:
                after = self._automaton.read(state, word)
                if after is not None:
                    self._push(after, at, captures, literal, repairs + 1, changes)


def _numbers(slot_list: SlotList, words: Sequence[str], start: int, language: str) -> list[tuple[int, Value]]:
    readings = numbers_at(words, start, language)
    if slot_list.percentage:
        readings = [*readings, *shares_at(words, start, language)]
    return [
        (end, Value(_plain(value * slot_list.multiplier)))
        for end, value in readings
        if _fits(slot_list, value) or _is_beyond(slot_list, value, words[end : end + 1])
    ]


ANSWERED = frozenset({"brightness", "temperature"})
"""Lists of which too large a number is understood where its unit was said: the skill answers what is possible."""

UNITS = frozenset({"%", "percent", "prozent", "°", "degree", "degrees", "grad"})

MOST_NUMBER = 1_000


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
