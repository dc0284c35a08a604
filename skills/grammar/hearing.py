"""What the words of a text may have been, had they been written or heard rightly, each alternative with its cost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations

from skills.grammar.automaton import AREA, EVERYTHING, FLOOR, HOUSE_BITS, NAME, Signs
from skills.grammar.documents import HOUSE, ListKind, SlotList
from skills.grammar.house import House, Named
from skills.grammar.lexicon import Lexicon, Value
from skills.grammar.numbers import NUMBER_WORDS
from skills.grammar.sounds import LONGEST, Sounds
from skills.grammar.tokens import Tokens

MOST_UNLIKE = 0.34
"""Words that differ more are different words. Commands with three mistakes each (tests/bench/noise.py, own house) are
right in 81.4 % at 0.20, 82.6 % at 0.34, 83.7 % at 0.50, with as few wrong; but more is read into talk by it.
"""

MOST_UNLIKE_NAME = 0.3
"""The same for names: 80.5 % at 0.15, 81.4 % at 0.22, 82.6 % at 0.30 and above."""

MOST_CHANGED_THING = 1.5
"""So many sounds may be other ones in a name that was heard as words that mean something: "pantry way", "off was"."""

SHORTEST = 3
"""Shorter words are only what a table says: every other is one letter away."""

LONGEST_VALUE = 3
"""In words, of a number or a value of a list in which one is misheard."""

MOST_COST_VALUE = 2
"""A colour, mode or level is taken for no other word that is more unlike: "blurple" is no purple. Twice that where
another of its words was heard: "warm wife" is warm white.
"""

SAME_SOUND = 0.5
"""So many are other ones where the same was said: "entry way" is the entryway."""

LONGEST_ARTICLE = 3
"""In letters, of an unknown word beside a name that may be an article misspelt: "teh"."""

MOST_COST_WORD = 7
"""What is more unlike is no word that was meant."""

LONGEST_NAME = 5
"""In words, of a name that was heard wrongly."""

SMALL, PLURAL, JOINED, REPEATED = 1, 1, 1, 1
"""What mistakes cost, in overlooked articles: a small word for one that sounds the same ("two" for "to"), one lamp for
several, a word torn apart, a word said twice.
"""

HOMOPHONE, TURNED, KNOWN, PARTLY, CLIPPED, TORN, SWAPPED = 2, 2, 2, 2, 2, 2, 2
"""Those that cost more: any other word of the table, a name in another order, a change of a word that is one, a name
in part, a first word whose beginning was not recorded, a word that was heard as others, a preposition for another.
"""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

LONGEST_TORN = 3
"""In words, of what one word was heard as."""

LONGEST_TURNED = 3
"""In words, of a name said in another order."""

COST_OF_SOUND = 1.5
"""What another sound costs, or another letter. By how much of a word is other, long names would be too much alike."""

MOST_COST = 9
"""What costs more in all is not what was said."""

Alternative = tuple[tuple[str, ...], int, int]
"""Words that may have been meant, where the text goes on, what that costs."""

_NAMED = {ListKind.NAME: NAME, ListKind.AREA: AREA, ListKind.FLOOR: FLOOR}
"""The bits of the lists of the house."""

Heard = tuple[int, Value, int]
"""Where a value ends, the value, what it costs."""


@dataclass(frozen=True, slots=True)
class Errors:
    """What goes wrong in one language, from its manners."""

    homophones: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What a word may have been; one way only where the other makes no sense (``own`` for ``on``)."""
    guarded: frozenset[str] = frozenset()
    """Words that no other word is ever taken for, as they turn a meaning around: ``on`` and ``off``, ``open``."""
    turning: frozenset[str] = frozenset()
    """Those of them that are no part of a longer word or name, either, however alike that sounds."""
    widening: frozenset[str] = frozenset()
    """Words that make one thing many: never taken from sound alone where something is done."""
    generic: frozenset[str] = frozenset()
    """Words around a name that say nothing: ``thing``, ``old``."""
    fillers: frozenset[str] = frozenset()
    """Words that may stand anywhere, even inside a name, and mean nothing."""
    between: frozenset[str] = frozenset()
    """Words inside a name said in another order: ``the lamp on the desk``."""
    things: frozenset[str] = frozenset()
    """Words for rooms and devices: they are meant even where there is none."""
    swapped: frozenset[str] = frozenset()
    """Small words that are heard for one another: ``of`` for ``in``."""

    @property
    def settled(self) -> frozenset[str]:
        """Words that are not misspelt."""
        return self.things | self.homophones.keys()


class Ear:
    """Knows the words of the sentences and of the house by how they sound."""

    def __init__(self, vocabulary: Iterable[str], house: House, lexicon: Lexicon, errors: Errors) -> None:
        self.house = house
        self.lexicon = lexicon
        self.errors = errors
        self.vocabulary = frozenset(vocabulary) | NUMBER_WORDS
        self.by_sound = bool(errors.homophones)
        """Whether there are sounds to go by: only where something is said about what is misheard in the language."""
        self._forms: dict[str, Mapping[str, int]] = {}
        self._likely: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._weighed: dict[tuple[tuple[str, ...], str], int | None] = {}
        self._listed: dict[SlotList, frozenset[str]] = {}

    @cached_property
    def every(self) -> Sounds[str]:
        """All words of the sentences by how they sound, those that are never taken for others included."""
        return _by_sound(self.vocabulary if self.by_sound else ())

    @cached_property
    def _sounds(self) -> Sounds[str]:
        guarded = self.errors.guarded
        return _by_sound(word for word in self.vocabulary if len(word) >= SHORTEST and word not in guarded)

    def warm(self) -> None:
        """Index the words beforehand, in about 50 ms, for whoever is misheard first."""
        _ = self.every, self._sounds

    def words_of(self, slot_list: SlotList) -> frozenset[str]:
        """Return the words of all values of a list."""
        known = self._listed.get(slot_list)
        if known is None:
            known = self._listed[slot_list] = frozenset(word for words in slot_list.said for word in words)
        return known

    def forms(self, word: str) -> Mapping[str, int]:
        """Return other words for a word that need no comparing, each with its cost: by the table, one for several."""
        known = self._forms.get(word)
        if known is None:
            if len(self._forms) > MOST_REMEMBERED:
                self._forms.clear()
            known = self._forms[word] = dict(reversed(list(self._other_forms(word))))
        return known

    def _other_forms(self, word: str) -> Iterable[tuple[str, int]]:
        for other in self.errors.homophones.get(word, ()):
            small = other in self.errors.between or other in NUMBER_WORDS
            yield other, SMALL if small else HOMOPHONE
        for other in (f"{word}s", word.removesuffix("s")):
            if other != word and other in self.vocabulary and other not in self.errors.guarded:
                yield other, PLURAL + (word in self.vocabulary)
        if word in self.errors.swapped:
            yield from ((other, SWAPPED) for other in sorted(self.errors.swapped - {word}))

    def likely(self, span: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words of the sentences that perhaps were heard as one or several words, to be weighed."""
        known = self._likely.get(span)
        if known is None:
            if len(self._likely) > MOST_REMEMBERED:
                self._likely.clear()
            may = self._may_be_another(span[0]) if len(span) == 1 else self._may_be_one(span)
            known = self._likely[span] = self._sounds.likely(" ".join(span)) if may else ()
        return known

    def weigh(self, span: tuple[str, ...], other: str) -> int | None:
        """Return what it costs that words were heard instead of one `likely` other; ``None``: they were not."""
        known = self._weighed.get((span, other), -1)
        if known == -1:
            if len(self._weighed) > MOST_REMEMBERED:
                self._weighed.clear()
            known = self._weighed[span, other] = self._cost(span, other)
        return known

    def _cost(self, span: tuple[str, ...], other: str) -> int | None:
        known = all(map(self.knows, span))
        if len(span) == 1:
            if other == span[0] or other in self.forms(span[0]):
                return None
            extra = KNOWN if span[0] in self.vocabulary else 0
            most = MOST_UNLIKE if len(span[0]) > SHORTEST else MOST_UNLIKE / 1.5
        else:
            if other in span or other in NUMBER_WORDS:
                return None
            extra = TORN - 1 + KNOWN * known
            most = MOST_UNLIKE_NAME
        changed = self._sounds.weigh(" ".join(span), other, most)
        return None if changed is None or cost_of(changed) + extra > MOST_COST_WORD else cost_of(changed) + extra

    def _may_be_another(self, word: str) -> bool:
        fixed = word in self.errors.guarded or word in NUMBER_WORDS or word in self.errors.things
        return len(word) >= SHORTEST and word.isalpha() and not fixed

    def _may_be_one(self, span: tuple[str, ...]) -> bool:
        if span[0] in self.errors.fillers or span[-1] in self.errors.fillers or not all(map(str.isalpha, span)):
            return False
        return self.errors.turning.isdisjoint(span) and NUMBER_WORDS.isdisjoint(span) and not self.knows("".join(span))

    def separated(self, tokens: Tokens) -> Tokens | None:
        """Return the text with unknown words that are two known ones taken apart; ``None`` if there are none."""
        words: list[str] = []
        spans: list[tuple[int, int]] = []
        for word, span in zip(tokens.words, tokens.spans, strict=True):
            parts = self._parts(word)
            words += parts
            spans += [span] * len(parts)
        return Tokens(tokens.text, tuple(words), tuple(spans)) if len(words) > len(tokens.words) else None

    def _parts(self, word: str) -> list[str]:
        if self.knows(word) or word in self.errors.things or not word.isalpha() or len(word) > LONGEST:
            return [word]
        cuts = [cut for cut in range(2, len(word) - 1) if self.knows(word[:cut]) and self.knows(word[cut:])]
        if not cuts:
            return [word]
        cut = max(cuts, key=lambda at: (self.house.has_word(word[:at]) + self.house.has_word(word[at:]), at))
        return [word[:cut], word[cut:]]

    def knows(self, word: str) -> bool:
        """Return whether the word is one of a sentence or of the house, or means nothing."""
        return word in self.vocabulary or word in self.errors.fillers or self.house.has_word(word)


def _by_sound(words: Iterable[str]) -> Sounds[str]:
    """Return an index of words of letters, in an order of their own.

    Of several words that are as likely the first is taken: a set has another order in every process.
    """
    index = Sounds[str]()
    for word in sorted(words):
        if word.isalpha():
            index.add(word, word)
    return index


MOST_REMEMBERED = 4_096


def cost_of(changed: float) -> int:
    """Return what words cost of which so many letters or sounds are other ones than those that were said."""
    return 1 + round(changed * COST_OF_SOUND)


class Hearing:
    """The alternatives for one text."""

    def __init__(self, ear: Ear, tokens: Tokens) -> None:
        self._ear = ear
        self._words = tokens.words
        self._at: dict[int, tuple[Alternative, ...]] = {}
        self._likely: dict[int, tuple[tuple[str, int], ...]] = {}
        self._firsts: dict[int, frozenset[str]] = {}
        self._values: dict[tuple[SlotList, int], list[Heard]] = {}
        self._named: dict[tuple[ListKind, int], list[Heard]] = {}
        self._exact: dict[tuple[ListKind, int], list[Named]] = {}
        self._bits: dict[int, Sequence[tuple[int, int]]] = {}
        self._like_names: dict[tuple[int, int], int] = {}

    def words_at(self, at: int, expected: Set[str]) -> Iterable[Alternative]:
        """Return what may be read instead of the words from `at` on; one word only if it is expected there."""
        firsts = self._firsts_at(at)
        return () if "" not in firsts and expected.isdisjoint(firsts) else self._words_at(at, expected)

    def _words_at(self, at: int, expected: Set[str]) -> Iterator[Alternative]:
        for words, end, cost in self._forms_at(at):
            if not words or words[0] in expected:
                yield words, end, cost
        for other, end in self._likely_at(at):
            if other in expected and (weight := self._ear.weigh(self._words[at:end], other)) is not None:
                yield (other,), end, weight

    def bits_at(self, at: int, signs: Signs) -> Sequence[tuple[int, int]]:
        """Return what the word at `at` may have been part of, as bits, after what that costs at least: least first.

        What several words cost together is shared out, so that each alone perhaps costs nothing.
        """
        known = self._bits.get(at)
        if known is None:
            known = self._bits[at] = sorted(self._bits_by_cost(at, signs).items())
        return known

    def _bits_by_cost(self, at: int, signs: Signs) -> Mapping[int, int]:
        found = {0: self._named_bits(at)}
        for start in range(max(0, at - LONGEST_TORN + 1), at + 1):
            forms = ((words[0] if words else "", end, cost) for words, end, cost in self._forms_at(start) if end > at)
            likely = (
                (other, end, cost)
                for other, end in self._likely_at(start)
                if end > at and (cost := self._ear.weigh(self._words[start:end], other)) is not None
            )
            for other, end, cost in (*forms, *likely):
                share = cost // (end - start)
                bits = self._ear.lexicon.bits(other, signs) if other else EVERYTHING
                found[share] = found.get(share, 0) | bits
        return found

    def _named_bits(self, at: int) -> int:
        """Return for what kinds of names of the house a word, with those beside it, may have been heard."""
        word, errors, house, length = self._words[at], self._ear.errors, self._ear.house, len(self._words)
        if word in errors.fillers or word in errors.between or any(map(house.may_say, errors.homophones.get(word, ()))):
            return HOUSE_BITS
        found = 0
        for start in range(max(0, at - LONGEST_NAME + 1), at + 1):
            for end in range(at + 1, min(start + LONGEST_NAME, length) + 1):
                known = self._like_names.get((start, end))
                if known is None:
                    known = self._like_names[start, end] = self._bits_of_names(self._words[start:end])
                found |= known
            if found == HOUSE_BITS:
                break
        return found

    def _bits_of_names(self, span: tuple[str, ...]) -> int:
        if not self._may_name(span):
            return 0
        return sum(_NAMED[kind] for kind in self._ear.house.perhaps(" ".join(span)))

    def _likely_at(self, at: int) -> tuple[tuple[str, int], ...]:
        """Return the words that perhaps were heard as those from `at` on, and where these end."""
        known = self._likely.get(at)
        if known is None:
            ends = range(at + 1, min(at + LONGEST_TORN, len(self._words)) + 1)
            known = self._likely[at] = tuple(
                (other, end) for end in ends for other in self._ear.likely(self._words[at:end])
            )
        return known

    def _firsts_at(self, at: int) -> frozenset[str]:
        """Return all words that `words_at` may yield; an empty one for none at all."""
        known = self._firsts.get(at)
        if known is None:
            known = self._firsts[at] = frozenset(
                [
                    *(words[0] if words else "" for words, _, _ in self._forms_at(at)),
                    *(other for other, _ in self._likely_at(at)),
                ]
            )
        return known

    def _forms_at(self, at: int) -> tuple[Alternative, ...]:
        known = self._at.get(at)
        if known is None:
            known = self._at[at] = tuple(self._alternatives(at))
        return known

    def values_at(self, slot_list: SlotList, at: int) -> list[Heard]:
        """Return the values of a list that may have been said from `at` on, beside those that were."""
        if slot_list.kind in HOUSE.values():
            key = (slot_list.kind, at)
            if key not in self._named:
                self._named[key] = list(self._names(slot_list.kind, at))
            return self._named[key]
        if slot_list.kind == ListKind.WILDCARD:
            return []
        known = self._values.get((slot_list, at))
        if known is None:
            known = self._values[slot_list, at] = list(self._listed(slot_list, at))
        return known

    def _alternatives(self, at: int) -> Iterable[Alternative]:
        word, vocabulary = self._words[at], self._ear.vocabulary
        if at and word == self._words[at - 1] and word not in NUMBER_WORDS:
            yield (), at + 1, REPEATED
        for other, cost in self._ear.forms(word).items():
            yield (other,), at + 1, cost
        if not at and word.isalpha() and not self._ear.knows(word):
            for letter in _LETTERS:
                if letter + word in vocabulary:
                    yield (letter + word,), 1, CLIPPED
        if at + 1 < len(self._words):
            joined = word + self._words[at + 1]
            if joined in vocabulary:
                yield (joined,), at + 2, JOINED if joined not in self._ear.errors.guarded else HOMOPHONE

    def _names(self, kind: ListKind, at: int) -> Iterable[Heard]:
        words, house = self._words, self._ear.house
        if kind == ListKind.NAME:
            for end, ids in house.called_partly(words, at):
                yield end, Value(ids[0], ids, partly=True), PARTLY
        best: dict[tuple[str, ...], tuple[int, int]] = {}
        for end in range(at + 1, min(at + LONGEST_NAME, len(words)) + 1):
            span = words[at:end]
            if any(house.called(one, span) for one in HOUSE.values()) or not self._may_name(span):
                continue
            for cost, ids in (*self._sounding(kind, at, end), *self._reworded(kind, span)):
                if ids not in best or cost < best[ids][1]:
                    best[ids] = (end, cost)
        for ids, (end, cost) in best.items():
            yield end, Value(ids[0], ids), cost

    def _within(self, kind: ListKind, start: int, end: int) -> set[str]:
        """Return what is named among the words, as it is, with a word beside it that is more than an article."""
        return {
            key
            for at in range(start, end)
            for stop, ids in self._named_at(kind, at)
            if stop <= end and any(map(self._is_said, (*self._words[start:at], *self._words[stop:end])))
            for key in ids
        }

    def _is_said(self, word: str) -> bool:
        return len(word) > LONGEST_ARTICLE or self._ear.knows(word)

    def _named_at(self, kind: ListKind, at: int) -> list[Named]:
        known = self._exact.get((kind, at))
        if known is None:
            known = self._exact[kind, at] = self._ear.house.named(kind, self._words, at)
        return known

    def _may_name(self, span: tuple[str, ...]) -> bool:
        """Return whether words may be a misheard name: articles belong to the sentence around it."""
        fillers, things = self._ear.errors.fillers, self._ear.errors.things
        return span[0] not in fillers and span[-1] not in fillers and not (len(span) == 1 and span[0] in things)

    def _sounding(self, kind: ListKind, at: int, end: int) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Yield what is called so that words look or sound like it, each with its cost."""
        house, errors, span = self._ear.house, self._ear.errors, self._words[at:end]
        known = all(word in errors.things or self._ear.knows(word) for word in span)
        within = self._within(kind, at, end)
        meant = (errors.things | errors.turning).intersection(span)
        for changed, ids in house.written(kind, " ".join(span), MOST_UNLIKE_NAME):
            if not within.isdisjoint(ids):
                continue
            alike = changed <= MOST_CHANGED_THING and len(span) > 1
            other = {word for word in meant if not house.says(kind, ids[0], word)}
            garbled = alike and (not known or changed <= SAME_SOUND or other.isdisjoint(errors.things))
            if garbled or not other:
                yield cost_of(changed), ids

    def _reworded(self, kind: ListKind, span: tuple[str, ...]) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Yield what is called so with another word, without words that mean nothing, or in another order."""
        house = self._ear.house
        for at, word in enumerate(span):
            for other in self._ear.errors.homophones.get(word, ()):
                if ids := house.called(kind, (*span[:at], other, *span[at + 1 :])):
                    yield HOMOPHONE, ids
        said = tuple(word for word in span if word not in self._ear.errors.fillers)
        if said != span and (ids := house.called(kind, said)):
            yield PLURAL, ids
        said = tuple(word for word in said if word not in self._ear.errors.between)
        whole = span[0] in said and span[-1] in said and all(house.has_word(word) for word in said)
        if kind == ListKind.NAME and whole and 2 <= len(said) <= LONGEST_TURNED:
            for order in permutations(said):
                if ids := house.called(kind, order):
                    yield TURNED, ids

    def _listed(self, slot_list: SlotList, at: int) -> Iterable[Heard]:
        known = NUMBER_WORDS if slot_list.kind == ListKind.RANGE else self._ear.words_of(slot_list)
        most = MOST_COST if slot_list.kind == ListKind.RANGE else MOST_COST_VALUE
        last = min(len(self._words), at + LONGEST_VALUE)
        for place in range(at, last):
            for others, end, cost in self.words_at(place, known):
                if not others or cost > 2 * most:
                    continue
                said = [*self._words[:place], *others, *self._words[end:]]
                for value_end, value in self._ear.lexicon.readings(slot_list, said, at, partly=False):
                    if value_end >= place + len(others) and (cost <= most or value_end > at + len(others)):
                        yield value_end + end - place - len(others), value, cost
