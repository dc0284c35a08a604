"""Finds every way in which a text is one of the sentences."""

from dataclasses import dataclass

from skills.grammar.automaton import EVERYTHING, FREE, Automaton, State
from skills.grammar.documents import Block
from skills.grammar.graph import Slot
from skills.grammar.lattice import STRICT, Arc, Change, Hearing, Lattice, Leniency, Place
from skills.grammar.lexicon import Lexicon, Value
from skills.grammar.tokens import Tokens
from skills.grammar.work import Work

MOST_STEPS = 6_000
"""A search that takes more steps is given up: about 6 ms."""

REFUSED = 1
"""What it costs to see that no sentence begins like a text, in steps."""

MOST_FOUND = 64
"""As many readings of one text as are ever compared."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A slot, the words in its place and what they mean."""

    slot: Slot
    start: int
    end: int
    value: Value
    letters: int
    """How long the words in its place are."""


Changes = tuple[Change, ...]


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

    Bounded: a text for which `steps` steps do not suffice has none.

    Raises:
        TooHardError: `lexicon.work` is used up.
    """
    if hearing is None and not leniency.strangers and not _may_begin(automaton, lexicon, tokens, leniency):
        lexicon.work.spend(REFUSED)
        return []
    lattice = Lattice(automaton, lexicon, tokens, leniency, hearing)
    most = lattice.follow(lexicon.work, steps)
    return [] if most < 0 else _Ways(tokens, leniency).collected(lattice.start, most, lexicon.work)


def _may_begin(automaton: Automaton, lexicon: Lexicon, tokens: Tokens, leniency: Leniency) -> bool:
    """Return whether any sentence begins like a text, and has a place for each word of one without free text."""
    start = automaton.start
    if not leniency.free and start.reach != EVERYTHING:
        closed = start.reach & ~FREE
        if any(not closed & lexicon.bits(w, automaton.signs) and w not in leniency.skip for w in tokens.words):
            return False
    for word in tokens.words:
        if word in start.words or (start.slots and not start.bits):
            return True
        part_of = lexicon.bits(word, automaton.signs)
        for number, bit in enumerate(start.bits):
            if bit & part_of and (bit != FREE or _may_end(automaton.fill(start, number), tokens, leniency)):
                return True
        if word not in leniency.skip:
            return False
    return bool(start.ends)


def _may_end(after: State, tokens: Tokens, leniency: Leniency) -> bool:
    """Return whether free text at the beginning may end: the text has a word that stands behind it in a sentence."""
    known = after.words.keys()
    return bool(after.slots or after.ends) or not (known.isdisjoint(tokens.words) and known.isdisjoint(leniency.omit))


_Path = tuple[Place, tuple[Capture, ...], int, int, Changes]
"""Place, captures, letters read literally, repairs, words taken for others."""


class _Ways:
    """Collects the ways through a lattice, depth first."""

    def __init__(self, tokens: Tokens, leniency: Leniency) -> None:
        self._tokens = tokens
        self._lenient = leniency.most_repairs > 0
        self._texts: dict[tuple[int, int], Value] = {}
        self._found: dict[tuple[Block, tuple[Capture, ...]], Found] = {}
        self._seen: set[tuple[int, tuple[Capture, ...]]] = set()

    def collected(self, start: Place, most: int, work: Work) -> list[Found]:
        """Return what stands at the ends of the ways that cost at most so much, the cheapest first."""
        waiting: list[list[_Path]] = [[] for _ in range(most + 1)]
        waiting[0].append((start, (), 0, 0, ()))
        length = len(self._tokens.words)
        for paths in waiting:
            while paths and len(self._found) < MOST_FOUND:
                path = paths.pop()
                place, captures, literal, repairs, changes = path
                if self._lenient and self._was_here(place, captures):
                    continue
                work.spend(1)
                if place.at == length:
                    self._finish(path)
                for arc in place.arcs or ():
                    cost = repairs + arc.cost
                    if cost + arc.to.rest > most:
                        continue
                    kept = captures if arc.slot is None else (*captures, self._capture(place.at, arc, arc.slot))
                    changed = changes if arc.change is None else (*changes, arc.change)
                    waiting[cost].append((arc.to, kept, literal + arc.literal, cost, changed))
        return list(self._found.values())

    def _was_here(self, place: Place, captures: tuple[Capture, ...]) -> bool:
        """Return whether the same place was reached before: by leaving out other words, and as cheaply."""
        key = (id(place), captures)
        if key in self._seen:
            return True
        self._seen.add(key)
        return False

    def _finish(self, path: _Path) -> None:
        place, captures, literal, repairs, changes = path
        for block in place.state.ends:
            key = (block, captures)
            known = self._found.get(key)
            if known is None or known.literal < literal:
                self._found[key] = Found(block, captures, literal, repairs, changes)

    def _capture(self, start: int, arc: Arc, slot: Slot) -> Capture:
        end = arc.to.at
        value = self._free(start, end) if arc.value is None else arc.value
        return Capture(slot, start, end, value, sum(map(len, self._tokens.words[start:end])))

    def _free(self, start: int, end: int) -> Value:
        known = self._texts.get((start, end))
        if known is None:
            known = self._texts[start, end] = Value(self._tokens.said(start, end))
        return known
