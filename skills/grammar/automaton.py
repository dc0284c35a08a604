"""Runs the graph of sentences word by word: a state is everything that may come next, worked out when first reached."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from skills.grammar.documents import Block
from skills.grammar.graph import Graph, Kind, Node, Nodes, Slot
from skills.grammar.tokens import words_of

MOST_STATES = 40_000
"""States are forgotten and worked out anew beyond this number; English has 13,500, German 20,300."""

MOST_STEPS = 300_000
"""Words and slots followed to find all states; German with all our skills has 174,000, Thai and Chinese more than
this. What has more is compiled anew at every start, and searched without knowing what can still follow.
"""

EVERYTHING = -1
"""All bits: what may follow is not known."""

Key = Hashable
"""What names a state: the nodes of a graph, or the place in a table."""


@dataclass(slots=True, eq=False)
class State:
    """What may follow in a sentence begun so far."""

    words: Mapping[str, Key]
    slots: tuple[tuple[Slot, Key], ...]
    ends: tuple[Block, ...]
    """The blocks of which a sentence is complete here."""
    reach: int = EVERYTHING
    """What any way from here to an end may read, as bits of a `Signs`."""
    bits: tuple[int, ...] = ()
    """The bit of each slot; none where that is not known."""
    after: dict[str | int, "State"] = field(default_factory=dict["str | int", "State"])
    """The states that words, and slots by their numbers, lead to, as far as they were reached."""


def vocabulary(graph: Graph) -> frozenset[str]:
    """Return the words of all sentences and of all values of lists, and the parts of words they are made of."""
    texts: set[str] = set()
    for kind, label, follows in zip(graph.kinds, graph.labels, graph.follows, strict=True):
        if kind is Kind.TEXT:
            texts.add(str(label))
            texts.update(f"{label}{graph.labels[after]}" for after in follows if graph.kinds[after] is Kind.TEXT)
    slot_lists = (*graph.book.lists.values(), *(one for block in graph.book.blocks for one in block.lists.values()))
    listed = (words for slot_list in slot_lists for words in slot_list.said)
    return frozenset(word for words in (*map(words_of, texts), *listed) for word in words)


@dataclass(frozen=True, slots=True)
class Signs:
    """Bits for what sentences read: each kind of list of the house and all numbers, each other list, each word."""

    words: Mapping[str, int]
    """Which bit a word of a sentence has."""
    lists: Mapping[str, int]
    """The bits of the lists that have a value with a word."""


FREE, NUMBER, NAME, AREA, FLOOR = (1 << number for number in range(5))
"""The first bits: free text, numbers, and the lists of the house."""

HOUSE_BITS = NAME | AREA | FLOOR
FIRST_LIST = 5


@dataclass(frozen=True, slots=True)
class Source:
    """Where an automaton has its states from."""

    start: Key
    expand: Callable[[Key], State]
    """Works out a state; the same key must give an equal one."""
    vocabulary: frozenset[str]
    signs: Signs = field(default_factory=lambda: Signs({}, {}))


class Automaton:
    """All sentences of a book, ready to be read."""

    def __init__(self, sentences: Graph | Source) -> None:
        source = unfolding(sentences) if isinstance(sentences, Graph) else sentences
        self._source = source
        self._states: dict[Key, State] = {}
        self.start = self._state(source.start)
        self.vocabulary = source.vocabulary
        """Every word that a sentence has."""
        self.signs = source.signs

    def read(self, state: State, word: str) -> State | None:
        """Return the state after `word`, or ``None`` if no sentence goes on with it."""
        known = state.after.get(word)
        if known is not None:
            return known
        key = state.words.get(word)
        return None if key is None else self._enter(state, word, key)

    def fill(self, state: State, number: int) -> State:
        """Return the state after a value stood in the place of the slot of that number."""
        return state.after.get(number) or self._enter(state, number, state.slots[number][1])

    def complete(self) -> Mapping[Key, State] | None:
        """Return all states by their keys; ``None`` if there are too many to know them all beforehand."""
        found: dict[Key, State] = {}
        waiting = [self._source.start]
        steps = 0
        while waiting:
            key = waiting.pop()
            if key not in found:
                state = found[key] = self._state(key)
                waiting += [*state.words.values(), *(after for _, after in state.slots)]
                steps += len(state.words) + len(state.slots)
                if steps > MOST_STEPS or len(found) > MOST_STATES:
                    return None
        return found

    def _enter(self, state: State, label: str | int, key: Key) -> State:
        if len(self._states) > MOST_STATES:
            self._states = {}
            self.start = self._state(self._source.start)
        after = state.after[label] = self._state(key)
        return after

    def _state(self, key: Key) -> State:
        known = self._states.get(key)
        if known is None:
            known = self._states[key] = self._source.expand(key)
        return known


def unfolding(graph: Graph) -> Source:
    """Return the states of a graph, worked out from its nodes."""
    return Source(graph.start, _Unfolding(graph).expand, vocabulary(graph))


class _Unfolding:
    """Works out states: what any of some nodes read, to the next gap between words."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._readings: dict[Node, tuple[tuple[tuple[str, ...], Nodes], ...]] = {}

    def expand(self, key: Key) -> State:
        """Return the state of being before any of some nodes."""
        words: dict[str, set[Node]] = {}
        slots: dict[Slot, set[Node]] = {}
        ends: dict[Block, None] = {}
        for node in self._reachable(cast("Nodes", key)):
            label, follows = self._graph.labels[node], self._graph.follows[node]
            if isinstance(label, Slot):
                slots.setdefault(label, set()).update(follows)
            elif isinstance(label, Block):
                ends[label] = None
            else:
                for read, after in self._whole_words(node):
                    if read:
                        words.setdefault(read[0], set()).update(self._rest(read[1:], after))
        return State(
            {word: tuple(sorted(after)) for word, after in words.items()},
            tuple((slot, tuple(sorted(after))) for slot, after in slots.items()),
            tuple(sorted(ends, key=lambda block: block.order)),
        )

    def _reachable(self, nodes: Nodes) -> Iterator[Node]:
        """Yield the nodes that read something, behind spaces and behind text that is no word (``?``)."""
        seen = set(nodes)
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            more: list[Node] = []
            if self._graph.kinds[node] == Kind.SPACE:
                more += self._graph.follows[node]
            else:
                yield node
                if self._graph.kinds[node] == Kind.TEXT:
                    more += [after for read, nodes in self._whole_words(node) if not read for after in nodes]
            waiting += [after for after in more if after not in seen]
            seen.update(more)

    def _whole_words(self, node: Node) -> tuple[tuple[tuple[str, ...], Nodes], ...]:
        """Return what is read from a text node to the next gap: ``light`` + ``[s]`` is ``light`` and ``lights``."""
        known = self._readings.get(node)
        if known is None:
            whole: dict[str, set[Node]] = {}
            for text, after in self._spell(node):
                whole.setdefault(text, set()).update(after)
            known = self._readings[node] = tuple((words_of(t), tuple(sorted(after))) for t, after in whole.items())
        return known

    def _spell(self, node: Node) -> Iterator[tuple[str, Nodes]]:
        text = str(self._graph.labels[node])
        boundary: list[Node] = []
        for after in self._graph.follows[node]:
            if self._graph.kinds[after] == Kind.TEXT:
                for rest, nodes in self._spell(after):
                    yield text + rest, nodes
            else:
                boundary.append(after)
        if boundary:
            yield text, tuple(boundary)

    def _rest(self, words: tuple[str, ...], after: Nodes) -> Nodes:
        """Return nodes that read the further words of a text that is several words to us (``20%``)."""
        for word in reversed(words):
            self._graph.kinds += [Kind.TEXT, Kind.SPACE]
            self._graph.labels += [word, None]
            self._graph.follows += [(len(self._graph.kinds) - 1,), after]
            after = (len(self._graph.kinds) - 2,)
        return after
