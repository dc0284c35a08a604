"""Understands what was said or written with mistakes, and judges whether that is certain enough to be acted on."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto

from devices.model import AreaId, HomeView
from skills.grammar.automaton import Automaton
from skills.grammar.documents import Book, ListKind
from skills.grammar.hearing import Ear, Hearing
from skills.grammar.house import House
from skills.grammar.lattice import MARGIN, Leniency
from skills.grammar.lexicon import Lexicon
from skills.grammar.manners import Manners
from skills.grammar.order import reordered
from skills.grammar.resolve import Doubt, Reading, resolve
from skills.grammar.search import Found, search
from skills.grammar.tokens import Tokens

MOST_STEPS = 2_500
"""A search for misheard words has many more ways to go, and is seldom worth them."""

MOST_WORDS = 20
"""Longer texts are no commands with a mistake in them."""

MOST_STRANGERS = 3
"""A text with more unknown words is about something else."""

MOST_COST_PER_LETTER = 0.28
"""So much may be changed for each letter that was read. With three mistakes in each command (tests/bench/noise.py), 0.1
leaves 53 % right, 0.2 77 %, 0.28 83 %, and no bound 84 % (docs/adr/0011): what is left to gain is not worth the risk.
"""

MOST_COST_FREE = 3
"""Beside free text, which swallows any error, little else may be wrong."""

MOST_COST_DONE = 5
"""What costs more to understand is asked about."""

MOST_ASKED = 4
"""Of more things none is asked about: too little was understood."""

SURE_COST = 1
"""A mistake that costs no more ("two" for "to") leaves no doubt about a device that is dangerous to move."""

PARTLY = Leniency(partly=True)


class Verdict(Enum):
    """What follows from the readings of a guessed text."""

    ACT = auto()
    CONFIRM = auto()
    """Good enough, but for what must not be moved by mistake."""
    ASK = auto()
    LEAVE = auto()
    """Too little is certain even to ask."""


class Tolerance:
    """The readings of texts that are no sentence as they stand."""

    def __init__(self, book: Book, automaton: Automaton, lexicon: Lexicon, house: House, manners: Manners) -> None:
        self._book = book
        self._automaton = automaton
        self._lexicon = lexicon
        self._house = house
        self._manners = manners
        self._ear = Ear(automaton.vocabulary, house, lexicon, manners.errors)

    def reordered(self, tokens: Tokens, home: HomeView, here: AreaId | None) -> tuple[Reading, ...]:
        """Return what a text means as a bag of pieces."""
        for sentence in reordered(tokens, self._manners.orders, self._book):
            found = search(self._automaton, self._lexicon, sentence, PARTLY)
            readings = _possible(self._resolved(found, home, here))
            if readings and not readings[0].free_slots:
                return readings
        return ()

    def misheard(
        self, tokens: Tokens, home: HomeView, here: AreaId | None, may: Callable[[Reading], bool]
    ) -> tuple[Verdict, tuple[Reading, ...]]:
        """Return what a text means if any of its words may be others that sound or look alike, best first."""
        strangers = sum(word.isalpha() and not self._ear.knows(word) for word in tokens.words)
        if len(tokens.words) > MOST_WORDS or strangers > MOST_STRANGERS:
            return Verdict.LEAVE, ()
        separated = self._ear.separated(tokens)
        if separated is not None:
            verdict, apart = self.misheard(separated, home, here, may)
            if verdict is not Verdict.LEAVE:
                return verdict, apart
        found = search(
            self._automaton,
            self._lexicon,
            tokens,
            self._manners.mistaken,
            hearing=Hearing(self._ear, tokens),
            steps=MOST_STEPS,
        )
        letters = sum(map(len, tokens.words))
        possible = _possible(
            one for one in self._resolved(found, home, here) if may(one) and not _is_imagined(one, letters)
        )
        if not possible or possible[0].found.repairs > MOST_COST_PER_LETTER * (letters - _free_letters(possible[0])):
            return Verdict.LEAVE, ()
        return weigh(possible), possible

    def _resolved(self, found: Iterable[Found], home: HomeView, here: AreaId | None) -> list[Reading]:
        resolved = (resolve(one, self._house, home, here) for one in found)
        return [reading for reading in resolved if reading is not None]


def weigh(readings: Sequence[Reading]) -> Verdict:
    """Judge readings, best first: the best is acted on if all within `MARGIN` of it come to the same.

    Of readings that take the same words for the same others only the best counts, as in a text without mistakes.
    """
    if not readings:
        return Verdict.LEAVE
    best = readings[0]
    near = list({one.found.changes: one for one in reversed(readings) if _is_near(best, one)}.values())
    if len({reading.effect for reading in near}) == 1 and (best.found.repairs <= MOST_COST_DONE or best.reads_only):
        return Verdict.ACT if best.found.repairs <= SURE_COST else Verdict.CONFIRM
    about = len(near) <= MOST_ASKED and all(reading.targets for reading in near)
    if about and len({_done(reading) for reading in near}) == 1:
        return Verdict.ASK
    return Verdict.LEAVE


def _is_near(best: Reading, other: Reading) -> bool:
    return other.found.repairs < best.found.repairs + MARGIN and other.free_slots <= best.free_slots


def _done(reading: Reading) -> tuple[object, ...]:
    """Return what would be done, without to what."""
    return (reading.intent, *reading.effect[2:])


def _possible(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings that could be carried out, best first."""
    kept = [r for r in readings if r.doubt != Doubt.NOTHING_THERE and not r.is_bare_name]
    return tuple(sorted(kept, key=lambda reading: reading.rank))


def _is_imagined(reading: Reading, letters: int) -> bool:
    """Return whether much is wrong beside free text, or a word missing: that makes a sentence of anything."""
    if not reading.free_slots or (reading.found.changes and reading.found.repairs <= SURE_COST):
        return False
    mostly_free = 2 * _free_letters(reading) > letters
    return mostly_free or reading.found.repairs > MOST_COST_FREE or not reading.found.changes


def _free_letters(reading: Reading) -> int:
    captures = reading.found.captures
    return sum(capture.letters for capture in captures if capture.slot.list.kind == ListKind.WILDCARD)
