"""Reads a text, or a piece of one, as sentences about this house: word for word, or with words overlooked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from devices.model import AreaId, EntityId, HomeView
from devices.names import fold
from skills.grammar.automaton import Automaton
from skills.grammar.completeness import Ahead
from skills.grammar.compounds import Compounds
from skills.grammar.documents import Book, ListKind, family
from skills.grammar.house import House
from skills.grammar.lattice import STRICT, Leniency
from skills.grammar.lexicon import Lexicon
from skills.grammar.manners import Manners
from skills.grammar.resolve import TARGETING, Doubt, Reading, acts, resolve
from skills.grammar.search import Found, search
from skills.grammar.spelling import MOST_UNKNOWN, unknown_words
from skills.grammar.tokens import Tokens, tokenize
from skills.grammar.tolerance import Tolerance
from skills.grammar.work import MOST_WORK, TooHardError, Work

LEAST_ALIKE = 0.7
"""What a guessed name must share with what was said in its place, as a part of all letters; "Fraser" shares 0.62 with
"freezer". Of 119 misheard commands none that was meant so shares less.
"""

MOST_READ = 100
"""So many pieces of one text are read: what is understood takes up to 35, other texts up to 75, word salad more."""


RESOLVING = 8
"""What it costs to find out what a sentence is about, in steps."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The house, and where in it the text was said."""

    home: HomeView
    area: AreaId | None
    later: bool = False
    """True while a command is read that a timer puts off: it may not be put off again."""
    goes_on: bool = False
    """True for a piece of a text that another piece comes before."""
    earlier: tuple[tuple[Reading, ...], ...] = ()
    """What was done just before, the newest first."""
    read: dict[tuple[tuple[str, ...], Leniency], tuple[Reading, ...]] = field(
        default_factory=dict[tuple[tuple[str, ...], Leniency], tuple[Reading, ...]]
    )
    """What pieces of the text mean, as far as they were read: several ways to cut a text have pieces in common."""
    meant: list[Reading] = field(default_factory=list[Reading])
    """What is done in the end, for what is said next."""
    tried: list[Tokens] = field(default_factory=list[Tokens])
    """The texts that this one was perhaps meant to be, as far as they were looked at."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that is a command of its own."""

    readings: tuple[Reading, ...]
    """Best first."""
    tokens: Tokens

    @property
    def best(self) -> Reading:
        """The reading that counts."""
        return self.readings[0]


class Reader:
    """Reads texts with one language's sentences over one house at a time."""

    def __init__(self, book: Book, automaton: Automaton, manners: Manners) -> None:
        self._automaton = automaton
        self.manners = manners
        self._closed = replace(manners.lenient, free=False)
        self.house = House(manners.commanding, manners.synonyms, manners.nouns)
        self._bounded = False
        self._words = automaton.vocabulary | manners.lenient.skip
        self._lexicon = Lexicon(book, self.house)
        self.tolerance = Tolerance(book, automaton, self._lexicon, self.house, manners)
        self.ahead = Ahead(automaton, self._lexicon, self.house)
        self._compounds = Compounds(family(book.language), self.house.has_word, self.knows)

    @property
    def work(self) -> Work:
        """What may still be done for the text that is being understood."""
        return self._lexicon.work

    def begin(self, home: HomeView, most: int | None = None) -> None:
        """Make ready to understand another text in a house, in so many steps at most; as many as any text may cost."""
        self.house.follow(home)
        self._bounded = most is not None
        self._lexicon.begin(MOST_WORK if most is None else most)

    def refill(self) -> None:
        """Have as many steps anew for the next of several texts, unless they are bounded for all of them together."""
        if not self._bounded:
            self._lexicon.begin(MOST_WORK)

    def tidied(self, text: str) -> Tokens:
        """Return the words of a text as sentences have them: without hesitations, compounds taken apart."""
        return self._compounds.parted(self.manners.tidied(tokenize(text)))

    def plain(self, tokens: Tokens, moment: Moment, leniency: Leniency = STRICT) -> tuple[Reading, ...]:
        """Return what a text means word for word, but for politeness around it."""
        best: tuple[Reading, ...] = ()
        for stage in self.manners.without_politeness(tokens):
            readings = self.readings(stage, moment, leniency)
            # Politeness must not end up in free text: "hey, timer status" asks for no timer called "hey".
            if readings and (not best or readings[0].free < best[0].free):
                best = readings
            if best and not best[0].free_slots:
                break
        return best

    def lenient(self, tokens: Tokens, moment: Moment) -> tuple[Reading, ...]:
        """Return what a text means if words are overlooked; beside free text, which takes anything, none may miss."""
        readings = self.readings(tokens, moment, self.manners.fillers)
        # Without free text, a word that nothing knows has no place.
        if readings or unknown_words(tokens, self.knows):
            return readings
        return self.readings(tokens, moment, self._closed)

    def is_wholly_known(self, tokens: Tokens) -> bool:
        """Return whether a text may be a sentence of which nothing is taken as it is, if words are overlooked."""
        return bool(search(self._automaton, self._lexicon, tokens, self._closed))

    def knows(self, word: str) -> bool:
        """Return whether the word is one of a sentence, of the house, or one that means nothing."""
        return word in self._words or self.house.has_word(word)

    def readings(self, tokens: Tokens, moment: Moment, leniency: Leniency) -> tuple[Reading, ...]:
        """Return what a text may mean, best first."""
        key = (tokens.words, leniency)
        known = moment.read.get(key)
        if known is None and len(moment.read) >= MOST_READ:
            return ()
        if known is None:
            found = search(self._automaton, self._lexicon, tokens, leniency)
            self.work.spend(len(found) * RESOLVING)
            resolved = (self.resolved(one, moment) for one in found)
            readings = [
                self._honest(self._named_whole(one, tokens, moment), tokens) for one in resolved if one is not None
            ]
            known = moment.read[key] = tuple(sorted(readings, key=lambda reading: reading.rank))
        return known

    def _named_whole(self, reading: Reading, tokens: Tokens, moment: Moment) -> Reading:
        """Return a reading of a place and a kind as one of the device that is called just that: "hall lamp"."""
        place = next((c for c in reading.found.captures if c.slot.list.kind == ListKind.AREA), None)
        if place is None or len(reading.targets) <= 1 or not acts(reading.intent):
            return reading
        domains = {entity.domain for entity in reading.targets}
        for end, ids in reversed(self.house.named(ListKind.NAME, tokens.words, place.start)):
            whole = [e for key in ids if (e := moment.home.entity(EntityId(key))) and e.domain in domains]
            if end > place.end and len(whole) == 1:
                kept = {name: value for name, value in reading.slots.items() if name not in TARGETING}
                slots = {**kept, "name": whole[0].name}
                return replace(reading, slots=slots, targets=tuple(whole), named=place.letters, doubt=Doubt.NONE)
        return reading

    def _honest(self, reading: Reading, tokens: Tokens) -> Reading:
        """Return a reading of a name with an article ("the lamp") as one of the bare name: articles are no command."""
        captures = reading.found.captures
        if len(captures) != 1 or captures[0].slot.list.kind != ListKind.NAME:
            return reading
        around = (*tokens.words[: captures[0].start], *tokens.words[captures[0].end :])
        if not around or not self.manners.lenient.skip.issuperset(around):
            return reading
        return replace(reading, found=replace(reading.found, literal=0))

    def resolved(self, found: Found, moment: Moment) -> Reading | None:
        """Return what a sentence means here and now; ``None`` if its conditions are not met."""
        return resolve(found, self.house, moment.home, moment.area)

    def part(self, tokens: Tokens, moment: Moment) -> Part | None:
        """Return a piece of a text as a command; a name alone is none."""
        if not tokens.words:
            return None
        readings = tuple(r for r in self.plain(tokens, moment) if r.found.literal or len(r.found.captures) > 1)
        if not readings and self.manners.sign_of(tokens.words) is None:
            bare = self.manners.without_politeness(tokens)[-1]
            readings = tuple(r for r in self.lenient(bare, moment) if r.found.literal)
        return Part(readings, tokens) if readings else None

    def _may_name(self, words: Sequence[str]) -> bool:
        """Return whether unknown words can be a name: it begins with a word, and has none that turns a meaning."""
        errors = self.manners.errors
        return words[0].isalpha() and errors.guarded.isdisjoint(words) and errors.between.isdisjoint(words)

    def too_hard(self, text: str, home: HomeView) -> str:
        """Return the reason for which a text was too hard: often it is about a thing that is not in the house."""
        self.begin(home)
        try:
            stranger = self.stranger(self.tidied(text))
        except TooHardError:
            stranger = ""
        return f"no-such-entity: {stranger}" if stranger else "too-hard"

    def unlike(self, tokens: Tokens, readings: Sequence[Reading], home: HomeView) -> str:
        """Return the `stranger` in a text, unless it is written much like what guessed readings took it for."""
        stranger = self.stranger(tokens)
        targets = [entity for reading in readings for entity in reading.targets]
        areas = [home.area(entity.area) for entity in targets if entity.area is not None]
        called = " ".join([entity.name for entity in targets] + [area.name for area in areas if area is not None])
        alike = (SequenceMatcher(None, fold(stranger), word).ratio() for word in fold(called).split(" "))
        return "" if max(alike, default=0) >= LEAST_ALIKE else stranger

    def stranger(self, tokens: Tokens) -> str:
        """Return the words that stand where a sentence has a name, but that nothing in this house is called."""
        unknown = unknown_words(tokens, self.knows)
        if not 0 < len(unknown) <= MOST_UNKNOWN:
            return ""
        leniency = Leniency(strangers=frozenset(unknown))
        found = [one for one in search(self._automaton, self._lexicon, tokens, leniency) if one.literal]
        names = [
            (sum(not c.value.ids for c in one.captures), -one.literal, str(capture.value.out))
            for one in found
            for capture in one.captures
            if capture.slot.list.kind in (ListKind.NAME, ListKind.AREA, ListKind.FLOOR) and not capture.value.ids
            if self._may_name(str(capture.value.out).split())
        ]
        return min(names)[2] if names else ""
