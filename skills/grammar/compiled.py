"""The compiled sentences as plain values, to be kept in a file: nothing in here needs YAML or a template parser."""

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from skills.grammar.automaton import Automaton, Key, Signs, Source, State
from skills.grammar.documents import Block, Book, ListKind, ListValue, SlotList
from skills.grammar.graph import Slot
from skills.grammar.reach import signs_of

_Thing = TypeVar("_Thing")
_Object = dict[str, object]
_Names = dict[str, int]
"""Lists by their names; a list is its place among all lists."""
_Value = tuple[str, object, _Object, _Object]
_Numbers = tuple[float, float, float, int, float, bool]
_Said = dict[tuple[str, ...], tuple[int, ...]]
_List = tuple[str, str, tuple[_Value, ...], _Numbers, _Said]
_Block = tuple[str, tuple[str, ...], _Object, _Object, _Object, str | None, _Names, dict[str, str]]
_Slot = tuple[int, str, bool, int]
_State = tuple[dict[str, int], tuple[tuple[int, int], ...], tuple[int, ...], int]
"""The states that words and slots lead to, the blocks that end here and what can be reached, all as places among all
of them.
"""
_Book = tuple[str, _Names, dict[str, str], tuple[str, ...]]
_Signs = tuple[dict[str, int], dict[str, int], tuple[int, ...]]
"""The bits of words and of lists, and the sets of bits that are reached from any state."""
_Table = tuple[tuple[_Slot, ...], tuple[_State, ...], frozenset[str], _Signs]
Packed = tuple[_Book, tuple[_List, ...], tuple[_Block, ...], _Table]


def packed(book: Book, automaton: Automaton) -> Packed | None:
    """Return the book and its automaton as plain values; ``None`` if the automaton has too many states."""
    states = automaton.complete()
    if states is None:
        return None
    numbers = {key: number for number, key in enumerate(states)}
    slots = _numbered(slot for state in states.values() for slot, _ in state.slots)
    own = (slot_list for block in book.blocks for slot_list in block.lists.values())
    lists = _numbered((*book.lists.values(), *own, *(slot.list for slot in slots)))
    signs, reach, bits = signs_of(states)
    sets = _numbered(reach.values())
    raw_states = tuple(
        (
            {word: numbers[after] for word, after in state.words.items()},
            tuple((slots[slot], numbers[after]) for slot, after in state.slots),
            tuple(block.order for block in state.ends),
            sets[reach[key]],
        )
        for key, state in states.items()
    )
    return (
        (book.language, _named(book.lists, lists), dict(book.rules), book.skip_words),
        tuple(map(_packed_list, lists)),
        tuple(_packed_block(block, lists) for block in book.blocks),
        (
            tuple((lists[s.list], s.name, s.captured, bits[s.list]) for s in slots),
            raw_states,
            automaton.vocabulary,
            (dict(signs.words), dict(signs.lists), tuple(sets)),
        ),
    )


def unpacked(raw: object) -> tuple[Book, Automaton]:
    """Return what was `packed`; a state becomes an object when it is first reached."""
    (language, names, rules, skip_words), raw_lists, raw_blocks, table = cast("Packed", raw)
    raw_slots, states, vocabulary, (words_bits, list_bits, sets) = table
    lists = tuple(map(_list, raw_lists))
    blocks = tuple(_block(one, order, lists) for order, one in enumerate(raw_blocks))
    slots = tuple(Slot(lists[at], name, captured) for at, name, captured, _ in raw_slots)
    bits = tuple(bit for *_, bit in raw_slots)

    def expand(key: Key) -> State:
        words, following, ends, reach = states[cast("int", key)]
        slots_here = tuple((slots[at], after) for at, after in following)
        bits_here = tuple(bits[at] for at, _ in following)
        return State(words, slots_here, tuple(blocks[at] for at in ends), sets[reach], bits_here)

    book = Book(language, blocks, {name: lists[at] for name, at in names.items()}, rules, skip_words)
    return book, Automaton(Source(0, expand, vocabulary, Signs(words_bits, list_bits)))


def _numbered(things: Iterable[_Thing]) -> dict[_Thing, int]:
    return {thing: number for number, thing in enumerate(dict.fromkeys(things))}


def _named(lists: Mapping[str, SlotList], numbers: Mapping[SlotList, int]) -> _Names:
    return {name: numbers[slot_list] for name, slot_list in lists.items()}


def _packed_list(one: SlotList) -> _List:
    values = tuple((v.template, v.out, dict(v.context), dict(v.metadata)) for v in one.values)
    numbers = (one.low, one.high, one.step, one.parts, one.multiplier, one.percentage)
    return (one.name, str(one.kind), values, numbers, one.said)


def _list(raw: _List) -> SlotList:
    name, kind, values, numbers, said = raw
    return SlotList(name, ListKind(kind), tuple(ListValue(*value) for value in values), *numbers, said)


def _packed_block(one: Block, numbers: Mapping[SlotList, int]) -> _Block:
    conditions = (dict(one.slots), dict(one.requires), dict(one.excludes))
    return (one.intent, one.sentences, *conditions, one.response, _named(one.lists, numbers), dict(one.rules))


def _block(raw: _Block, order: int, lists: tuple[SlotList, ...]) -> Block:
    intent, sentences, slots, requires, excludes, response, own, rules = raw
    own_lists = {name: lists[at] for name, at in own.items()}
    return Block(intent, sentences, slots, requires, excludes, response, own_lists, rules, order)
