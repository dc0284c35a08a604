"""The graph of words and slots that all sentences of all skills share.

A node is what is read next and the nodes that may follow. Equal nodes are one node, so what sentences have in common
from some word to their end exists once.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from skills.grammar.documents import Book, SlotList
from skills.model import SkillError

MOST_NODES = 400_000
"""A bound on the graph: English needs 61,000, German 133,000."""

Node = int
Nodes = tuple[Node, ...]
"""Nodes of which any may be read next, ascending."""


class Kind(IntEnum):
    """What a node reads."""

    TEXT = 0
    """Letters, perhaps part of a word."""
    SPACE = 1
    SLOT = 2
    END = 3
    """Nothing: the sentence is complete."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in sentences where a value of a list stands."""

    list: SlotList
    name: str
    """The slot it fills."""
    captured: bool = True
    """False for ``{list:@name}``: for the response only, no slot."""


@dataclass(slots=True)
class Graph:
    """The compiled sentences. `kinds`, `labels` and `follows` are parallel."""

    book: Book
    kinds: list[Kind] = field(default_factory=list[Kind])
    labels: list[object] = field(default_factory=list[object])
    """Text, `Slot` or `Block`, after the kind."""
    follows: list[Nodes] = field(default_factory=list[Nodes])
    start: Nodes = ()
    _known: dict[tuple[Kind, object, Nodes], Node] = field(default_factory=dict[tuple[Kind, object, Nodes], Node])

    def node(self, kind: Kind, label: object, follows: Nodes) -> Node:
        """Return the node that reads `label` and continues with `follows`, making it if there is none yet."""
        key = (kind, label, follows)
        known = self._known.get(key)
        if known is not None:
            return known
        if len(self.kinds) >= MOST_NODES:
            raise SkillError(
                f"the sentences of {self.book.language!r} need more than {MOST_NODES} nodes: shorten rules"
            )
        self.kinds.append(kind)
        self.labels.append(label)
        self.follows.append(follows)
        self._known[key] = len(self.kinds) - 1
        return len(self.kinds) - 1

    def close(self) -> None:
        """Drop what only building needs."""
        self._known.clear()
