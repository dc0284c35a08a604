"""Understands what was said or written with mistakes, and judges whether that is certain enough to be acted on."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from enum import Enum, auto

from devices.model import AreaId, HomeView
from skills.grammar.automaton import Automaton
from skills.grammar.decoding import Decoded, Decoder
from skills.grammar.documents import Book, ListKind
from skills.grammar.hearing import MOST_CHANGED_THING, Ear, Hearing
from skills.grammar.house import House
from skills.grammar.lattice import MARGIN, Leniency
from skills.grammar.lexicon import Lexicon
from skills.grammar.manners import Manners
from skills.grammar.order import reordered
from skills.grammar.phones import spoken
from skills.grammar.resolve import LATER_SLOT, Doubt, Reading, resolve
from skills.grammar.search import Found, search
from skills.grammar.tokens import Tokens, words_of

MOST_STEPS = 800
"""A search for misheard words has many more ways to go, and is seldom worth them."""

MOST_WORDS = 20
"""Longer texts are no commands with a mistake in them."""

MOST_STRANGERS = 3
"""A text with more unknown words is about something else."""

LEAST_KNOWN = 0.55
"""So many of the letters must be in words that are known, or a text is about something else than this house: of 150
that were misheard and understood by their sounds 3 in 100 have less, and so have two fifths of the talk of SLURP.
"""

MOST_COST_PER_LETTER = 0.28
"""So much may be changed for each letter that was read. With three mistakes in each command (tests/bench/noise.py), 0.1
leaves 53 % right, 0.2 77 %, 0.28 83 %, and no bound 84 % (docs/adr/0011): what is left to gain is not worth the risk.
"""

MOST_COST_FREE = 3
"""Beside free text, which swallows any error, little else may be wrong."""

FREE_COST = 2
"""By so much must free text, which takes what may be anything, be cheaper than a sentence without."""

MOST_COST_DONE = 5
"""What costs more to understand is asked about."""

MARGIN_OF_SOUND = 0.8
"""By so many sounds must what was said be nearer than anything else."""

MOST_SHARE_DONE, MOST_SHARE_ASKED = 0.15, 0.18
"""So much of all sounds may be others, to be done and to be asked about."""

LONG_WORD = 5
"""In sounds, of a word that is hardly imagined: "kelvin", not "light"."""

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
        self._closed = replace(manners.mistaken, free=False)
        self._ear = Ear(automaton.vocabulary, house, lexicon, manners.errors)
        self._decoder = Decoder(automaton, self._ear, manners.mistaken)

    def warm(self) -> None:
        """Work out beforehand what the first misheard text would wait for: all words, and 4,000 values of lists."""
        self._ear.warm()
        if self._ear.by_sound:
            own = (slot_list for block in self._book.blocks for slot_list in block.lists.values())
            self._decoder.warm((*self._book.lists.values(), *own))

    def reordered(self, tokens: Tokens, home: HomeView, here: AreaId | None) -> tuple[Reading, ...]:
        """Return what a text means as a bag of pieces."""
        for sentence in reordered(tokens, self._manners.orders, self._book):
            found = search(self._automaton, self._lexicon, sentence, PARTLY)
            readings = _possible(self._resolved(found, home, here))
            if readings and not readings[0].free_slots:
                return readings
        return ()

    def misheard(
        self,
        tokens: Tokens,
        home: HomeView,
        here: AreaId | None,
        may: Callable[[Reading], bool],
        *,
        whole: bool = True,
    ) -> tuple[Verdict, tuple[Reading, ...]]:
        """Return what a text means if any of its words may be others that sound or look alike, best first."""
        strangers = sum(word.isalpha() and not self._ear.knows(word) for word in tokens.words)
        if len(tokens.words) > MOST_WORDS or strangers > MOST_STRANGERS:
            return Verdict.LEAVE, ()
        separated = self._ear.separated(tokens)
        if separated is not None:
            verdict, apart = self.misheard(separated, home, here, may, whole=False)
            if verdict is not Verdict.LEAVE:
                return verdict, apart
        hearing = Hearing(self._ear, tokens)
        closed = self._heard_as(tokens, hearing, self._closed, home, here, may)
        if closed and closed[0].found.repairs <= FREE_COST:
            return weigh(closed), closed
        verdict = weigh(closed)
        if verdict is Verdict.CONFIRM and self._is_other_name(tokens, closed[0]):
            return Verdict.ASK, closed[:1]
        if verdict not in (Verdict.ACT, Verdict.CONFIRM) and whole:
            by_sound, sounding = self._decoded(tokens, home, here, may)
            if by_sound is Verdict.CONFIRM or (by_sound is Verdict.ASK and verdict is Verdict.LEAVE):
                return by_sound, sounding
        most = min(MOST_COST_FREE, closed[0].found.repairs - FREE_COST if closed else MOST_COST_FREE)
        freely = replace(self._manners.mistaken, most_repairs=most)
        possible = self._heard_as(tokens, hearing, freely, home, here, may) or closed
        return weigh(possible), possible

    def _is_other_name(self, tokens: Tokens, reading: Reading) -> bool:
        """Return whether a word that is known was taken for one of a name that begins otherwise: "wall" for "hall"."""
        changes = dict(reading.found.changes)
        for one in reading.found.captures:
            if one.value.ids and changes.get(one.start) == one.value.ids:
                heard, said = tokens.words[one.start : one.end], words_of(str(reading.slots.get(one.slot.name, "")))
                if len(heard) == len(said) and any(map(self._is_other_word, heard, said)):
                    return not reading.reads_only
        return False

    def _is_other_word(self, heard: str, said: str) -> bool:
        return self._ear.knows(heard) and spoken(heard)[:1] != spoken(said)[:1]

    def _decoded(
        self, tokens: Tokens, home: HomeView, here: AreaId | None, may: Callable[[Reading], bool]
    ) -> tuple[Verdict, tuple[Reading, ...]]:
        """Return what a text means by how all of it sounds, whatever its words are."""
        meant: dict[tuple[object, ...], tuple[Decoded, Reading]] = {}
        for one in self._decoder.decode(tokens) if self._ear.by_sound and self._is_about_us(tokens) else ():
            reading = resolve(one.found, self._house, home, here)
            if reading is not None and may(reading) and _is_possible(reading):
                meant.setdefault(reading.effect, (one, reading))
        if not meant:
            return Verdict.LEAVE, ()
        best = next(iter(meant.values()))
        near = [reading for one, reading in meant.values() if one.cost < best[0].cost + MARGIN_OF_SOUND]
        return self._verdict(tokens, *best, near), tuple(near)

    def _is_about_us(self, tokens: Tokens) -> bool:
        """Return whether most of a text is known: what is left of a misheard command mostly is."""
        known = sum(len(word) for word in tokens.words if self._ear.knows(word))
        return known >= LEAST_KNOWN * sum(map(len, tokens.words))

    def _verdict(self, tokens: Tokens, best: Decoded, reading: Reading, near: Sequence[Reading]) -> Verdict:
        errors = self._manners.errors
        lost = set(tokens.words).difference(*map(str.split, best.said))
        turned = {word.partition("'")[0] for word in lost} & (errors.guarded - errors.swapped)
        widened = not errors.widening.isdisjoint(best.doubtful)
        if not best.sure or ((turned or widened) and not reading.reads_only) or self._names_any(tokens, lost):
            return Verdict.LEAVE
        known = all(self._ear.knows(word) or word in errors.things for word in (tokens.words[at] for at in best.others))
        garbled = len(best.others) > 1 and best.cost <= MOST_CHANGED_THING and not known
        done = len(near) == 1 and best.share <= MOST_SHARE_DONE and (garbled or errors.things.isdisjoint(lost))
        if done and (reading.reads_only or errors.turning.isdisjoint(best.doubtful)):
            return Verdict.LEAVE if self._is_whole(tokens, best, reading) else Verdict.CONFIRM
        about = len(near) <= MOST_ASKED and all(one.targets for one in near)
        if about and best.share <= MOST_SHARE_ASKED and len({_done(one) for one in near}) == 1:
            return Verdict.LEAVE if self._is_whole(tokens, best, reading) else Verdict.ASK
        return Verdict.LEAVE

    def _names_any(self, tokens: Tokens, lost: Set[str]) -> bool:
        """Return whether words that would be taken for others name a device as they stand: the bedroom blind."""
        words = tokens.words
        named = (words[at:end] for at in range(len(words)) for end, _ in self._house.named(ListKind.NAME, words, at))
        return any(len(name) > 1 and not lost.isdisjoint(name) for name in named)

    def _is_whole(self, tokens: Tokens, best: Decoded, reading: Reading) -> bool:
        """Return whether a text is a command without a short word at its edge: whatever that is, it says more."""
        at_the_edge = not {0, len(tokens.words) - 1}.isdisjoint(best.others)
        short = all(len(spoken(word)) < LONG_WORD for word in best.doubtful)
        if reading.reads_only or not (at_the_edge and short):
            return False
        kept = [at for at in range(len(tokens.words)) if at not in best.others]
        return bool(search(self._automaton, self._lexicon, tokens.keep(kept), self._closed))

    def _heard_as(
        self,
        tokens: Tokens,
        hearing: Hearing,
        leniency: Leniency,
        home: HomeView,
        here: AreaId | None,
        may: Callable[[Reading], bool],
    ) -> tuple[Reading, ...]:
        """Return what a text may mean that was misheard, best first; nothing if too much of it would be other."""
        found = search(self._automaton, self._lexicon, tokens, leniency, hearing=hearing, steps=MOST_STEPS)
        letters = sum(map(len, tokens.words))
        possible = _possible(
            one for one in self._resolved(found, home, here) if may(one) and not _is_imagined(one, letters)
        )
        if not possible or possible[0].found.repairs > MOST_COST_PER_LETTER * (letters - _free_letters(possible[0])):
            return ()
        return possible

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
    return tuple(sorted(filter(_is_possible, readings), key=lambda reading: reading.rank))


def _is_possible(reading: Reading) -> bool:
    return reading.doubt != Doubt.NOTHING_THERE and not reading.is_bare_name


def _is_imagined(reading: Reading, letters: int) -> bool:
    """Return whether much is wrong beside free text, or a word missing: that makes a sentence of anything."""
    free = _free_letters(reading)
    if not free or (reading.found.changes and reading.found.repairs <= SURE_COST):
        return False
    return 2 * free > letters or reading.found.repairs > MOST_COST_FREE or not reading.found.changes


def _free_letters(reading: Reading) -> int:
    """Return how much is taken as it is; a command that is put off is looked at by whoever decides."""
    captures = (one for one in reading.found.captures if one.slot.name != LATER_SLOT)
    return sum(capture.letters for capture in captures if capture.slot.list.kind == ListKind.WILDCARD)
