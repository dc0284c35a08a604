"""Compiles sentence templates into one graph of words and slots, which every sentence of every skill shares.

Built from the end of a sentence to its start: a node is what is read next and the nodes that may follow, and equal
nodes are one node, so rules and endings that sentences have in common exist once. Permutations, optionals and
alternatives become branches; nothing is spelled out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from skills.grammar.documents import Block, Book, SlotList
from skills.grammar.tokens import words_of
from skills.model import SkillError

DEEPEST_RULE = 12
"""How far rules may refer to rules, themselves included; deeper branches are left out."""

MOST_NODES = 400_000
"""A bound on the graph: English needs about 10,000."""

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


def compile_book(book: Book) -> Graph:
    """Return all sentences of a book as one graph.

    Raises:
        SkillError: a template cannot be parsed or refers to a list or rule that there is none of; it is named.
    """
    graph = Graph(book)
    starts: set[Node] = set()
    shared = _Builder(graph, book.rules, book.lists)
    for block in book.blocks:
        own = block.lists or block.rules
        builder = _Builder(graph, {**book.rules, **block.rules}, {**book.lists, **block.lists}) if own else shared
        end = (graph.node(Kind.END, block, ()),)
        for sentence in block.sentences:
            starts.update(builder.sentence(sentence, end, block))
    graph.start = tuple(sorted(starts))
    graph.close()
    return graph


class _Builder:
    """Adds expressions of hassil's template parser to a graph, with the lists and rules that are in force."""

    def __init__(self, graph: Graph, rules: Mapping[str, str], lists: Mapping[str, SlotList]) -> None:
        from hassil import expression, parse_expression

        self._graph = graph
        self._rules = rules
        self._lists = lists
        self._parse = parse_expression.parse_sentence
        self._e = expression
        self._parsed: dict[str, object] = {}
        self._built: dict[tuple[str, Nodes], Nodes] = {}
        self._slots: dict[tuple[str, str, bool], Slot] = {}
        self._depth = 0

    def sentence(self, template: str, end: Nodes, block: Block) -> Nodes:
        try:
            return self._add(self._parse(template).expression, end)
        except self._e_errors() as error:
            raise SkillError(f"sentence {template!r} of intent {block.intent!r}: {error}") from error

    def _e_errors(self) -> tuple[type[Exception], ...]:
        from hassil.parser import ParseError

        return ParseError, AssertionError, LookupError, ValueError

    def _add(self, item: object, follows: Nodes) -> Nodes:
        e = self._e
        if isinstance(item, e.TextChunk):
            return self._text(item.text, follows)
        if isinstance(item, e.Permutation):
            return self._permuted(list(item.items), follows)
        if isinstance(item, e.Alternative):
            return _any(self._add(choice, follows) for choice in item.items)
        if isinstance(item, e.Group):
            for part in reversed(item.items):
                follows = self._add(part, follows)
            return follows
        if isinstance(item, e.RuleReference):
            return self._rule(item.rule_name, follows)
        if isinstance(item, e.ListReference):
            return (self._graph.node(Kind.SLOT, self._slot(item), follows),)
        raise ValueError(f"unknown part {item!r}")

    def _text(self, text: str, follows: Nodes) -> Nodes:
        # A hyphen inside a word is a gap for what people say, too.
        pieces = text.replace("-", " ").replace("_", " ").split(" ")
        for index, piece in reversed(list(enumerate(pieces))):
            if piece:
                follows = (self._graph.node(Kind.TEXT, piece, follows),)
            if index:
                follows = (self._graph.node(Kind.SPACE, None, follows),)
        return follows

    def _permuted(self, items: list[object], follows: Nodes) -> Nodes:
        if len(items) == 1:
            return self._add(items[0], follows)
        return _any(
            self._permuted(items[:index] + items[index + 1 :], self._add(last, follows))
            for index, last in enumerate(items)
        )

    def _rule(self, name: str, follows: Nodes) -> Nodes:
        if name not in self._rules:
            raise LookupError(f"there is no rule <{name}>")
        key = (name, follows)
        if key in self._built:
            return self._built[key]
        if self._depth >= DEEPEST_RULE:
            return ()
        if name not in self._parsed:
            self._parsed[name] = self._parse(self._rules[name]).expression
        self._depth += 1
        built = self._add(self._parsed[name], follows)
        self._depth -= 1
        # Only what was not cut off by the depth is the same for every caller.
        if self._depth == 0 or built:
            self._built[key] = built
        return built

    def _slot(self, reference: object) -> Slot:
        assert isinstance(reference, self._e.ListReference)
        name, slot = reference.list_name, reference.slot_name
        if name not in self._lists and not reference.is_inline_range:
            raise LookupError(f"there is no list {{{name}}}")
        key = (name, slot, reference.is_capture)
        if key not in self._slots:
            values = self._lists[name] if name in self._lists else _inline(name, reference.get_inline_range())
            self._slots[key] = Slot(values, slot, not reference.is_capture)
        return self._slots[key]


def list_words(book: Book, slot_list: SlotList) -> Iterable[tuple[tuple[str, ...], int]]:
    """Yield every way to say a value of a text list, with the value's index."""
    graph = Graph(book)
    builder = _Builder(graph, book.rules, book.lists)
    plain = frozenset("[](){}|<>;")
    for index, value in enumerate(slot_list.values):
        if not plain.intersection(value.template):
            yield words_of(value.template), index
            continue
        block = Block(f"list {slot_list.name}", (), {}, {}, {}, None, {}, {}, 0)
        end = (graph.node(Kind.END, block, ()),)
        for text in dict.fromkeys(_spell(graph, builder.sentence(value.template, end, block))):
            yield words_of(text), index


def _spell(graph: Graph, nodes: Nodes) -> Iterable[str]:
    for node in nodes:
        match graph.kinds[node]:
            case Kind.END:
                yield ""
            case Kind.SLOT:
                raise SkillError(f"a list of {graph.book.language!r} has a value with a list in it: write it as a rule")
            case kind:
                read = graph.labels[node] if kind == Kind.TEXT else " "
                for rest in _spell(graph, graph.follows[node]):
                    yield f"{read}{rest}"


def _any(choices: Iterable[Nodes]) -> Nodes:
    found: set[Node] = set()
    for nodes in choices:
        found.update(nodes)
    return tuple(sorted(found))


def _inline(name: str, span: tuple[int, int, int] | None) -> SlotList:
    from skills.grammar.documents import ListKind

    assert span is not None
    low, high, step = span
    return SlotList(name, ListKind.RANGE, (), low, high, step)
