"""Whether what was said so far is a whole sentence, and whether it could go on: for whoever waits for its end.

What may follow any command (``and …``, ``… in ten minutes``, ``please``) does not count: nobody could ever be sure.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from skills.grammar.automaton import NUMBER, Automaton, State
from skills.grammar.documents import Block, ListKind, SlotList
from skills.grammar.house import House
from skills.grammar.lattice import STRICT, Lattice, Place
from skills.grammar.lexicon import Lexicon
from skills.grammar.model import Completeness, Decision, Understanding
from skills.grammar.resolve import INTENT_DOMAINS, TARGETING, Reading
from skills.grammar.tokens import Tokens
from skills.grammar.work import MOST_WORK, Work

MOST_PLACES = 1_500
"""Places of one text that are looked at: a command of ten words has about 100."""

MOST_STATES = 250
"""States that are looked at for what they lead to; what leads further may lead anywhere."""

_PLACES = frozenset({ListKind.AREA, ListKind.FLOOR})


class Ahead:
    """Looks at what may follow a text in the sentences of one language and house."""

    def __init__(self, automaton: Automaton, lexicon: Lexicon, house: House) -> None:
        self._automaton, self._lexicon, self._house = automaton, lexicon, house

    def completeness(self, tokens: Tokens, readings: Sequence[Reading], meant: Understanding) -> Completeness:
        """Return how whole a text is that has these word-for-word readings and this meaning; bounded."""
        if not tokens.words or meant.decision is Decision.REJECT:
            return Completeness.UNKNOWN
        self._lexicon.work = Work(MOST_WORK)
        places = self._places(tokens)
        if not readings:
            if self._is_beginning(tokens, places):
                return Completeness.OPEN
            return Completeness.EXTENDABLE if meant.decision is Decision.ACT else Completeness.UNKNOWN
        reading = readings[0]
        if any(c.end == len(tokens.words) and c.slot.list.kind is ListKind.WILDCARD for c in reading.found.captures):
            return Completeness.UNKNOWN
        if meant.decision is not Decision.ACT or len(meant.matches) != 1 or self._word_goes_on(tokens, places):
            return Completeness.EXTENDABLE
        closed = all(self._is_settled(place.state, reading) for place in places if place.at == len(tokens.words))
        return Completeness.CLOSED if closed else Completeness.EXTENDABLE

    def _places(self, tokens: Tokens) -> list[Place]:
        lattice = Lattice(self._automaton, self._lexicon, tokens, STRICT, None)
        seen = {id(lattice.start): lattice.start}
        waiting = [lattice.start]
        while waiting and len(seen) < MOST_PLACES:
            place = waiting.pop()
            lattice.look(place)
            for arc in place.arcs or ():
                if id(arc.to) not in seen:
                    seen[id(arc.to)] = arc.to
                    waiting.append(arc.to)
        return list(seen.values())

    def _is_beginning(self, tokens: Tokens, places: Sequence[Place]) -> bool:
        end = len(tokens.words)
        return any(place.at == end for place in places) or self._word_goes_on(tokens, places)

    def _word_goes_on(self, tokens: Tokens, places: Sequence[Place]) -> bool:
        """Return whether the last words may be the beginning of a longer name or number: ``desk`` of ``desk lamp``."""
        words = tokens.words
        if self._lexicon.bits(words[-1], self._automaton.signs) & NUMBER and words[-1].isalpha():
            return True
        return any(
            self._begins(slot.list, words[place.at :])
            for place in places
            if place.at < len(words)
            for slot, _ in place.state.slots
        )

    def _begins(self, slot_list: SlotList, words: tuple[str, ...]) -> bool:
        match slot_list.kind:
            case ListKind.NAME | ListKind.AREA | ListKind.FLOOR:
                return self._house.begins(slot_list.kind, words)
            case ListKind.TEXT:
                return any(len(said) > len(words) and said[: len(words)] == words for said in slot_list.said)
            case _:
                return False

    def _is_settled(self, state: State, reading: Reading) -> bool:
        """Return whether all that may follow from a state leaves the meaning of a reading as it is.

        Where it is changes nothing about a thing that was called by a name that no other has, and what is said of
        other kinds of things cannot follow.
        """
        named = any(c.slot.list.kind is ListKind.NAME and len(c.value.ids) == 1 for c in reading.found.captures)
        domains = {target.domain for target in reading.targets} if named else set[str]()
        return all(
            end is not None and (_is_of_others(end.block, domains) or (not end.adds and _means_the_same(end, reading)))
            for end in self._ends_after(state, named=named)
        )

    def _ends_after(self, state: State, *, named: bool) -> Iterator["_End | None"]:
        """Yield how sentences end behind a state, once something more was said; ``None``: that is not known."""
        seen = set[tuple[int, bool]]()
        waiting = [(state, False)]
        while waiting:
            one, adds = waiting.pop()
            steps = [(after, adds) for word in one.words if (after := self._automaton.read(one, word)) is not None]
            for number, (slot, _) in enumerate(one.slots):
                more = adds or not (named and slot.list.kind in _PLACES)
                steps.append((self._automaton.fill(one, number), more))
            for after, more in steps:
                if (id(after), more) not in seen:
                    seen.add((id(after), more))
                    waiting.append((after, more))
                    yield from (_End(block, more) for block in after.ends)
            if len(seen) > MOST_STATES:
                yield None
                return


@dataclass(frozen=True, slots=True)
class _End:
    """A sentence that ends after more was said."""

    block: Block
    adds: bool
    """Whether what was said more has a value of its own."""


def _is_of_others(block: Block, domains: AbstractSet[str]) -> bool:
    """Return whether a sentence cannot be about things of these domains; with none, it can."""
    wanted = block.domains or INTENT_DOMAINS.get(block.intent, frozenset())
    return bool(domains and wanted) and domains.isdisjoint(wanted)


def _means_the_same(end: _End, reading: Reading) -> bool:
    mine = reading.found.block
    return end.block is mine or (end.block.intent == mine.intent and _values(end.block) == _values(mine))


def _values(block: Block) -> dict[str, object]:
    return {name: value for name, value in block.slots.items() if name not in TARGETING}
