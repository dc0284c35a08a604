"""Finds what may have been said by how the whole of what was heard sounds, wherever its words begin and end.

A recogniser writes down words that sound like what was said ("sweet you coffee the" for "switches off in the"). The
sounds of a text are one row here; from the beginning of the sentences on, only words and names that are expected next
are laid along the sounds that follow, and the cheapest ways to get as far are kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from skills.grammar.automaton import Automaton, State
from skills.grammar.documents import HOUSE, ListKind, SlotList
from skills.grammar.graph import Slot
from skills.grammar.hearing import Ear
from skills.grammar.lattice import Leniency
from skills.grammar.laying import Sounding
from skills.grammar.lexicon import Value
from skills.grammar.numbers import NUMBER_WORDS
from skills.grammar.phones import apart, spoken
from skills.grammar.search import Capture, Found
from skills.grammar.tokens import Tokens
from skills.grammar.values import Values

KEPT, WIDTH = 4, 0.8
"""So many ways to get to a place in the sounds are followed, and none that costs so much more than the best."""

MOST_SHARE = 0.19
"""Of all sounds so many may be other ones: what differs more was something else."""

BEGUN = 0.8
"""What may be other at the beginning, beside `MOST_RUNNING` of the sounds so far."""
MOST_RUNNING = 0.2

MOST_OF_WORD, MOST_OF_NAME = 0.6, 0.36
"""The same of the sounds of one word, and of a name or value."""

MOST_OF_PART = 0.36
"""The same of what is left of them without the words at their ends that were heard as they are."""

MOST_OF_KNOWN = 0.3
"""The same where what was heard is a word of sentences itself."""

SHORTEST_SAID = 1.1
"""What any word may differ, however short."""

OFF_BOUNDARY = 0.35
"""What it costs that a word ends in the middle of one that was heard."""

LEFT_OUT, SKIPPED, PLURAL = 0.4, 0.3, 0.1
"""What it costs that a small word is missing, or means nothing."""

FEW_WORDS, FEW_VALUES = 4, 5
"""So many expected words are compared one by one; of more, only those that sound alike at first glance."""

GLANCED_WORDS, GLANCED_NAMES = 3, 3
"""As many of those, for each of the next words that were heard."""

LONGEST_WORD, WORDS_OF_NAME = 2, (1, 2, 4)
"""In words that were heard, of a word, and of what is looked at to find names: a longer one is found by its first."""

MOST_EDGES = 2
"""At the ends of so many words that were heard may a word end."""

MOST_OF_FILLER, FAR = 0.5, 1e3
"""An article is not imagined: "mia lights" are not "my lights"."""

LONGEST_TEXT = 14
"""In words."""

MOST_STEPS = 2_000
"""What one text may take, beside what else it may cost: about 12 ms. Of 800 that were decoded none took over 1,820,
and of those that were understood none more than 1,550.
"""

CHARGED = 300
"""What it takes of the work that one text may cost: texts that are decoded again and again get no further."""

MOST_REMEMBERED = 512
"""States whose words are kept as bits."""

STEPS_OF_WAY, STEPS_OF_GLANCE, STEPS_OF_WORD = 1, 5, 3


@dataclass(frozen=True, slots=True)
class Way:
    """What may have been said so far."""

    state: State
    cost: float = 0.0
    captures: tuple[Capture, ...] = ()
    literal: int = 0
    said: tuple[str, ...] = ()
    """The words of the sentence, and of names and values."""
    doubtful: tuple[tuple[str, int, int], ...] = ()
    """Those of them that were heard as others, with where these begin and end."""
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class Decoded:
    """What may have been said."""

    found: Found
    cost: float
    """How many sounds are other ones than those that were heard."""
    share: float
    """How many of all sounds these are."""
    said: tuple[str, ...]
    doubtful: frozenset[str]
    """Those of them that were heard as others."""
    others: frozenset[int]
    """The places of these others."""
    sure: bool
    """False: a number, or a value, may be another one as well."""


class Decoder:
    """Decodes the texts of one language in one house."""

    def __init__(self, automaton: Automaton, ear: Ear, leniency: Leniency) -> None:
        self.automaton = automaton
        self.ear = ear
        self.leniency = leniency
        self.values = Values()
        self._expected: dict[State, int] = {}

    def warm(self, lists: Iterable[SlotList]) -> None:
        """Index the values of lists beforehand, for whoever decodes first."""
        for slot_list in lists:
            if slot_list.kind is ListKind.TEXT and len(slot_list.said) > FEW_VALUES:
                self.values.among(slot_list)

    def decode(self, tokens: Tokens) -> list[Decoded]:
        """Return what may have been said, the cheapest first. Free text is never part of it."""
        words = tokens.words
        if len(words) > LONGEST_TEXT or not all(word.replace("'", "").isalpha() for word in words):
            return []
        self.ear.lexicon.work.spend(CHARGED)
        return _Decoding(self, words).decoded()

    def expected(self, state: State) -> int:
        """Return the words that are expected in a state, as bits."""
        known = self._expected.get(state)
        if known is None:
            if len(self._expected) >= MOST_REMEMBERED:
                self._expected.clear()
            known = self._expected[state] = self.ear.every.bits(state.words)
        return known


class _Decoding:
    """The work on one text."""

    def __init__(self, decoder: Decoder, words: Sequence[str]) -> None:
        self._decoder = decoder
        self._ear = decoder.ear
        self._words = words
        sounds = [spoken(word) for word in words]
        self._sounds = "".join(sounds)
        self._sounding = Sounding(self._sounds)
        self._starts: dict[int, int] = {}
        """The words by where they start."""
        self._bounds = [0]
        for number, sound in enumerate(sounds):
            self._starts.setdefault(self._bounds[-1], number)
            self._bounds.append(self._bounds[-1] + len(sound))
        self._edges = frozenset(self._bounds)
        self._heard = list(zip(words, self._bounds, self._bounds[1:], strict=False))
        """The words, with where they start and end."""
        self._left = MOST_STEPS
        self._best = 0.0
        """What the cheapest way to the place costs that is gone on from."""
        self._laid: dict[tuple[str, int], list[tuple[int, float]]] = {}
        self._near: dict[tuple[State, int], Iterable[str]] = {}
        self._glanced: dict[tuple[int, int], list[int]] = {}
        self._valued: dict[tuple[int, int, int], list[int]] = {}
        """The values that sound like a stretch of the text, by how many were indexed then."""
        self._filled: dict[tuple[object, int], list[tuple[int, float, Value, str]]] = {}

    def decoded(self) -> list[Decoded]:
        length = len(self._sounds)
        most = MOST_SHARE * length
        places: list[dict[tuple[object, ...], Way]] = [{} for _ in range(length + 1)]
        places[0][()] = Way(self._decoder.automaton.start)
        for at, ways in enumerate(places):
            if not ways:
                continue
            kept = sorted(ways.values(), key=lambda way: way.cost)[:KEPT]
            limit = min(kept[0].cost + WIDTH, most, BEGUN + MOST_RUNNING * at)
            if at == length:
                return self._finished(way for way in ways.values() if way.cost <= limit or way.cost <= most)
            if self._left < 0:
                return []
            self._best = kept[0].cost
            for way in kept:
                if way.cost > limit or self._left < 0:
                    break
                for end, further in self._further(way, at):
                    self._spend(STEPS_OF_WAY)
                    if further.cost > most:
                        continue
                    key = (further.state, *((c.slot, c.value.ids or str(c.value.out)) for c in further.captures))
                    other = places[end].get(key)
                    if other is None or further.cost < other.cost:
                        if end == at and len(kept) < 2 * KEPT:
                            kept.append(further)
                        places[end][key] = further
        return []

    def _spend(self, steps: int) -> None:
        self._left -= steps

    def _finished(self, ways: Iterable[Way]) -> list[Decoded]:
        found: list[Decoded] = []
        for way in sorted(ways, key=lambda one: one.cost):
            for block in way.state.ends:
                repairs = round(way.cost)
                one = Found(block, way.captures, way.literal, repairs, ((0, way.said),))
                found.append(
                    Decoded(
                        one,
                        way.cost,
                        way.cost / max(1, len(self._sounds)),
                        way.said,
                        *self._doubts(way),
                        self._is_sure(way),
                    )
                )
        return found

    def _doubts(self, way: Way) -> tuple[frozenset[str], frozenset[int]]:
        said = frozenset(word for text, _, _ in way.doubtful for word in text.split())
        places = (
            number
            for _, start, end in way.doubtful
            for number, (_, left, right) in enumerate(self._heard)
            if left < end and right > start
        )
        return said, frozenset(places)

    def _is_sure(self, way: Way) -> bool:
        """Return whether no number was misheard, not even in a name, and no value as a word that nothing knows."""
        for text, start, end in way.doubtful:
            within = (word for word, left, right in self._heard if left < end and right > start)
            if " " in text and _numbers_in(within) != _numbers_in(text.split()):
                return False
        for capture in way.captures:
            kind, heard = capture.slot.list.kind, self._words[capture.start : capture.end]
            if (
                kind is ListKind.RANGE
                and not NUMBER_WORDS.issuperset(heard)
                and not {"a", "and", "point"}.issuperset(set(heard) - NUMBER_WORDS)
            ):
                return False
            if kind is ListKind.TEXT and not all(map(self._ear.knows, heard)):
                return False
        return True

    def _further(self, way: Way, at: int) -> Iterator[tuple[int, Way]]:
        state, number = way.state, self._starts.get(at)
        read = self._decoder.automaton.read
        exact = ""
        if number is not None:
            exact = self._words[number]
            end = self._bounds[number + 1]
            after = read(state, exact)
            if after is not None:
                yield end, self._on(way, after, 0.0, exact)
            if exact in self._decoder.leniency.skip:
                yield (
                    end,
                    Way(state, way.cost + SKIPPED, way.captures, way.literal, way.said, way.doubtful, way.omitted),
                )
        for word in self._expected(state, at):
            if word != exact:
                after = read(state, word)
                assert after is not None
                most = MOST_OF_FILLER if word in self._ear.errors.fillers else FAR
                for end, cost in self._lay(word, at, MOST_OF_WORD):
                    if cost > most:
                        continue
                    yield end, self._on(way, after, cost, word, doubtful=((word, at, end),))
        if at and way.omitted < 2:
            for word in sorted(self._decoder.leniency.omit & state.words.keys()):
                after = read(state, word)
                if after is not None:
                    yield (
                        at,
                        Way(
                            after,
                            way.cost + LEFT_OUT,
                            way.captures,
                            way.literal,
                            way.said,
                            way.doubtful,
                            way.omitted + 1,
                        ),
                    )
        for place, (slot, _) in enumerate(state.slots):
            for end, cost, value, said in self._fill(slot.list, at):
                after = self._decoder.automaton.fill(state, place)
                yield (
                    end,
                    self._on(
                        way, after, cost, said, slot=(slot, value, at, end), doubtful=((said, at, end),) if cost else ()
                    ),
                )

    def _on(
        self,
        way: Way,
        after: State,
        cost: float,
        said: str,
        *,
        doubtful: tuple[tuple[str, int, int], ...] = (),
        slot: tuple[Slot, Value, int, int] | None = None,
    ) -> Way:
        captures = way.captures
        if slot is not None:
            of, value, start, end = slot
            capture = Capture(of, self._word_at(start), self._word_at(end), value, len(said.replace(" ", "")))
            captures = (*captures, capture)
        unsure = (*way.doubtful, *doubtful)
        literal = way.literal + (0 if slot else len(said))
        return Way(after, way.cost + cost, captures, literal, (*way.said, said), unsure, way.omitted)

    def _word_at(self, at: int) -> int:
        return next(number for number, bound in enumerate(self._bounds) if bound >= at)

    def _ends(self, at: int, most: int) -> list[int]:
        """Return where the next words that were heard end."""
        return [bound for bound in self._bounds if bound > at][:most]

    def _expected(self, state: State, at: int) -> Iterable[str]:
        if len(state.words) <= FEW_WORDS:
            return state.words
        near = self._near.get((state, at))
        if near is None:
            every, among = self._ear.every, self._decoder.expected(state)
            levels = (self._levels(at, end) for end in self._ends(at, LONGEST_WORD))
            words = (word for one in levels for word in every.alike(one, GLANCED_WORDS, among))
            near = self._near[state, at] = dict.fromkeys(words)
        return near

    def _levels(self, at: int, end: int) -> list[int]:
        known = self._glanced.get((at, end))
        if known is None:
            self._spend(STEPS_OF_GLANCE)
            known = self._glanced[at, end] = self._ear.every.levels(self._sounds[at:end])
        return known

    def _lay(self, text: str, at: int, share: float) -> list[tuple[int, float]]:
        """Return where a text may end that begins at a place in the sounds, each with how much of it is other."""
        known = self._laid.get((text, at))
        if known is not None:
            return known
        self._spend(STEPS_OF_WORD)
        said = spoken(text)
        most = max(share * len(said), SHORTEST_SAID)
        most = min(
            most, BEGUN + MOST_RUNNING * (at + len(said)) - self._best, MOST_SHARE * len(self._sounds) - self._best
        )
        costs = self._sounding.costs(said, at, most)
        found: dict[int, float] = {}
        if costs is not None:
            ends = range(1, len(costs))
            edges = sorted((end for end in ends if at + end in self._edges), key=costs.__getitem__)[:MOST_EDGES]
            inner = min(ends, key=costs.__getitem__, default=0)
            found = {at + end: costs[end] for end in edges if costs[end] <= most}
            if inner and inner not in edges and costs[inner] + OFF_BOUNDARY <= min([most, *found.values()]):
                found[at + inner] = costs[inner] + OFF_BOUNDARY
        words = text.split()
        known = self._laid[text, at] = [
            (to, cost)
            for to, cost in found.items()
            if self._is_alike(words, at, to, cost) and not self._is_meant(at, to, cost, len(said))
        ]
        return known

    def _is_meant(self, start: int, end: int, cost: float, length: int) -> bool:
        """Return whether all that was heard are words of sentences, too: they are taken for what is very like only."""
        heard = [word for word, left, right in self._heard if left >= start and right <= end]
        if start not in self._edges or end not in self._edges or not self._ear.vocabulary.issuperset(heard):
            return False
        return cost > MOST_OF_KNOWN * max(length, end - start)

    def _is_alike(self, said: list[str], start: int, end: int, cost: float) -> bool:
        """Return whether what is other sounds alike by itself: "wall light" is no mirror light."""
        heard = [word for word, left, right in self._heard if left >= start and right <= end]
        if start not in self._edges or end not in self._edges or heard == said:
            return True
        while heard and said and heard[0] == said[0]:
            heard, said = heard[1:], said[1:]
        while heard and said and heard[-1] == said[-1]:
            heard, said = heard[:-1], said[:-1]
        if not heard or not said:
            return False
        length = max(len(spoken(" ".join(heard))), len(spoken(" ".join(said))))
        return cost <= max(MOST_OF_PART * length, SHORTEST_SAID)

    def _fill(self, slot_list: SlotList, at: int) -> list[tuple[int, float, Value, str]]:
        house = slot_list.kind in HOUSE.values()
        if slot_list.kind is ListKind.WILDCARD:
            return []
        key = (slot_list.kind if house else slot_list, at)
        known = self._filled.get(key)
        if known is None:
            known = self._filled[key] = list(self._values(slot_list, at))
        return known

    def _values(self, slot_list: SlotList, at: int) -> Iterator[tuple[int, float, Value, str]]:
        number = self._starts.get(at)
        taken: set[int] = set()
        if number is not None:
            for end, value in self._ear.lexicon.readings(slot_list, self._words, number, partly=False):
                taken.add(self._bounds[end])
                yield self._bounds[end], 0.0, value, " ".join(self._words[number:end])
        if slot_list.kind is ListKind.RANGE:
            if number is not None:
                yield from self._numbers(slot_list, number)
            return
        self._spend(STEPS_OF_GLANCE)
        if slot_list.kind in HOUSE.values():
            house, kind = self._ear.house, slot_list.kind
            ends = self._ends(at, WORDS_OF_NAME[-1])
            ends = [ends[size - 1] for size in WORDS_OF_NAME if size <= len(ends)] + ends[-1:]
            alike = (name for end in ends for name in house.alike(kind, self._sounds[at:end], GLANCED_NAMES))
            names = dict.fromkeys(alike)
            for name in names:
                ids = house.called(kind, name)
                for end, cost in self._lay(" ".join(name), at, MOST_OF_NAME):
                    if end not in taken or cost:
                        yield end, max(cost, 0.05), Value(ids[0], ids), " ".join(name)
            return
        if len(slot_list.said) <= FEW_VALUES:
            phrases: Iterable[str] = map(" ".join, slot_list.said)
        else:
            phrases = self._phrases(slot_list, at)
        for text in phrases:
            for end, cost in self._lay(text, at, MOST_OF_NAME):
                words = tuple(text.split())
                for stop, value in self._ear.lexicon.readings(slot_list, words, 0, partly=False):
                    if stop == len(words) and not (end in taken and cost == 0):
                        yield end, max(cost, 0.05), value, text

    def _phrases(self, slot_list: SlotList, at: int) -> Iterable[str]:
        """Return the values of a list that sound like what follows at first glance."""
        values = self._decoder.values
        among = values.among(slot_list)
        found: dict[str, None] = {}
        for end in self._ends(at, LONGEST_WORD):
            key = (at, end, values.size)
            levels = self._valued.get(key)
            if levels is None:
                levels = self._valued[key] = values.levels(self._sounds[at:end])
            found |= dict.fromkeys(values.alike(levels, among, GLANCED_WORDS))
        return found

    def _numbers(self, slot_list: SlotList, number: int) -> Iterator[tuple[int, float, Value, str]]:
        """Yield numbers of which one word was misheard."""
        for place in range(number, min(number + 2, len(self._words))):
            if self._words[place] not in NUMBER_WORDS:
                for other, cost in _number_words_like(spoken(self._words[place])):
                    words = [*self._words[:place], other, *self._words[place + 1 :]]
                    for end, value in self._ear.lexicon.readings(slot_list, words, number, partly=False):
                        if end > place:
                            yield self._bounds[end], cost + 0.1, value, " ".join(words[number:end])


def _numbers_in(words: Iterable[str]) -> list[str]:
    return [word for word in words if word in NUMBER_WORDS]


@lru_cache(maxsize=1024)
def _number_words_like(heard: str) -> tuple[tuple[str, float], ...]:
    most = MOST_OF_NAME * len(heard)
    weighed = ((word, apart(heard, spoken(word), most)) for word in sorted(NUMBER_WORDS))
    return tuple((word, cost) for word, cost in weighed if cost <= most)
