"""Runs the graph of sentences word by word: a state is everything that may come next, worked out when first reached."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from skills.grammar.documents import Block
from skills.grammar.graph import Graph, Kind, Node, Nodes, Slot
from skills.grammar.templates import list_words
from skills.grammar.tokens import words_of

MOST_STATES = 40_000
"""States are forgotten and worked out anew beyond this number; English uses about 4,000 of them in daily life."""


@dataclass(slots=True, eq=False)
class State:
    """What may follow in a sentence begun so far."""

    words: dict[str, Nodes]
    slots: tuple[tuple[Slot, Nodes], ...]
    ends: tuple[Block, ...]
    """The blocks of which a sentence is complete here."""
    after: dict[object, "State"] = field(default_factory=dict[object, "State"])
    """The states that words and slots lead to, as far as they were reached."""


def vocabulary(graph: Graph) -> frozenset[str]:
    """Return the words of all sentences and of all values of lists, and the parts of words they are made of."""
    texts: set[str] = set()
    for kind, label, follows in zip(graph.kinds, graph.labels, graph.follows, strict=True):
        if kind is Kind.TEXT:
            texts.add(str(label))
            texts.update(f"{label}{graph.labels[after]}" for after in follows if graph.kinds[after] is Kind.TEXT)
    slot_lists = (*graph.book.lists.values(), *(one for block in graph.book.blocks for one in block.lists.values()))
    listed = (words for slot_list in slot_lists for words, _ in list_words(graph.book, slot_list))
    return frozenset(word for words in (*map(words_of, texts), *listed) for word in words)


class Automaton:
    """All sentences of a book, ready to be read."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._states: dict[Nodes, State] = {}
        self._readings: dict[Node, tuple[tuple[tuple[str, ...], Nodes], ...]] = {}
        self.start = self._state(graph.start)
        self.vocabulary = vocabulary(graph)
        """Every word that a sentence has."""

    def read(self, state: State, word: str) -> State | None:
        """Return the state after `word`, or ``None`` if no sentence goes on with it."""
        known = state.after.get(word)
        if known is not None:
            return known
        nodes = state.words.get(word)
        return None if nodes is None else self._enter(state, word, nodes)

    def fill(self, state: State, slot: Slot, nodes: Nodes) -> State:
        """Return the state after a value stood in the place of `slot`."""
        return state.after.get(slot) or self._enter(state, slot, nodes)

    def warm(self) -> None:
        """Work out the states behind the first word of every sentence, so that the first utterance is fast, too."""
        for word, nodes in self.start.words.items():
            self._enter(self.start, word, nodes)
        for slot, nodes in self.start.slots:
            self._enter(self.start, slot, nodes)

    def _enter(self, state: State, label: object, nodes: Nodes) -> State:
        if len(self._states) > MOST_STATES:
            self._states = {}
            self.start = self._state(self._graph.start)
        after = state.after[label] = self._state(nodes)
        return after

    def _state(self, nodes: Nodes) -> State:
        known = self._states.get(nodes)
        if known is None:
            known = self._states[nodes] = self._expand(nodes)
        return known

    def _expand(self, nodes: Nodes) -> State:
        words: dict[str, set[Node]] = {}
        slots: dict[Slot, set[Node]] = {}
        ends: dict[Block, None] = {}
        for node in self._reachable(nodes):
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
