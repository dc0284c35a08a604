"""Compiles sentence templates, parsed by hassil, into one graph.

Built from the end of a sentence to its start. Permutations, optionals and alternatives become branches; nothing is
spelled out. hassil (3.12) is imported here and nowhere else, by `skills.grammar.load`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    Sequence,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from skills.grammar.documents import Block, Book, ListKind, SlotList
from skills.grammar.graph import Graph, Kind, Node, Nodes, Slot
from skills.grammar.tokens import words_of
from skills.model import SkillError

DEEPEST_RULE = 12
"""How far rules may refer to rules, themselves included; deeper branches are left out."""

_TEXT, _SPACE = Kind.TEXT, Kind.SPACE


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
    for slot_list in (*book.lists.values(), *(one for block in book.blocks for one in block.lists.values())):
        slot_list.said.update(_said(book, slot_list))
    return graph


class _Builder:
    """Adds expressions of hassil's template parser to a graph, with the lists and rules that are in force."""

    def __init__(self, graph: Graph, rules: Mapping[str, str], lists: Mapping[str, SlotList]) -> None:
        self._graph = graph
        self._rules = rules
        self._lists = lists
        self._parse = parse_sentence
        self._mistakes = (ParseError, AssertionError, LookupError, ValueError)
        self._parsed: dict[str, object] = {}
        self._built: dict[tuple[str, Nodes], Nodes] = {}
        self._slots: dict[tuple[str, str, bool], Slot] = {}
        self._depth = 0
        self._adders: Mapping[type, Callable[[Any, Nodes], Nodes]] = {
            TextChunk: self._text,
            Sequence: self._sequence,
            Alternative: self._alternative,
            Permutation: self._permutation,
            RuleReference: self._rule,
            ListReference: self._list,
        }

    def sentence(self, template: str, end: Nodes, block: Block) -> Nodes:
        try:
            return self._add(self._parse(template).expression, end)
        except self._mistakes as error:
            raise SkillError(f"sentence {template!r} of intent {block.intent!r}: {error}") from error

    def _add(self, item: object, follows: Nodes) -> Nodes:
        return self._adders[type(item)](item, follows)

    def _sequence(self, item: Group, follows: Nodes) -> Nodes:
        for part in reversed(item.items):
            follows = self._adders[type(part)](part, follows)
        return follows

    def _alternative(self, item: Group, follows: Nodes) -> Nodes:
        return _any(self._add(choice, follows) for choice in item.items)

    def _permutation(self, item: Group, follows: Nodes) -> Nodes:
        return self._permuted(list(item.items), follows)

    def _list(self, item: ListReference, follows: Nodes) -> Nodes:
        return (self._graph.node(Kind.SLOT, self._slot(item), follows),)

    def _text(self, item: TextChunk, follows: Nodes) -> Nodes:
        # A hyphen inside a word is a gap for what people say, too.
        pieces = item.text.replace("-", " ").replace("_", " ").split(" ")
        for index in range(len(pieces) - 1, -1, -1):
            if pieces[index]:
                follows = (self._graph.node(_TEXT, pieces[index], follows),)
            if index:
                follows = (self._graph.node(_SPACE, None, follows),)
        return follows

    def _permuted(self, items: list[Expression], follows: Nodes) -> Nodes:
        if len(items) == 1:
            return self._add(items[0], follows)
        return _any(
            self._permuted(items[:index] + items[index + 1 :], self._add(last, follows))
            for index, last in enumerate(items)
        )

    def _rule(self, item: RuleReference, follows: Nodes) -> Nodes:
        name = item.rule_name
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

    def _slot(self, reference: ListReference) -> Slot:
        name, slot = reference.list_name, reference.slot_name
        if name not in self._lists and not reference.is_inline_range:
            raise LookupError(f"there is no list {{{name}}}")
        key = (name, slot, reference.is_capture)
        if key not in self._slots:
            values = self._lists[name] if name in self._lists else _inline(name, reference.get_inline_range())
            self._slots[key] = Slot(values, slot, not reference.is_capture)
        return self._slots[key]


def _said(book: Book, slot_list: SlotList) -> Mapping[tuple[str, ...], tuple[int, ...]]:
    """Return every way to say a value of a text list, with the indices of the values that are said so."""
    graph = Graph(book)
    builder = _Builder(graph, book.rules, book.lists)
    plain = frozenset("[](){}|<>;")
    said: dict[tuple[str, ...], tuple[int, ...]] = {}
    for index, value in enumerate(slot_list.values):
        texts: Iterable[str] = (value.template,)
        if plain.intersection(value.template):
            block = Block(f"list {slot_list.name}", (), {}, {}, {}, None, {}, {}, 0)
            end = (graph.node(Kind.END, block, ()),)
            texts = _spell(graph, builder.sentence(value.template, end, block))
        for words in dict.fromkeys(map(words_of, texts)):
            if words:
                said[words] = (*said.get(words, ()), index)
    return said


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
    assert span is not None
    low, high, step = span
    return SlotList(name, ListKind.RANGE, (), low, high, step)
