"""What can still be read on the way from a state to the end of a sentence: where a word of a text has no place in it,
nobody needs to look.
"""

from collections.abc import Iterable, Mapping

from skills.grammar.automaton import AREA, FIRST_LIST, FLOOR, FREE, NAME, NUMBER, Key, Signs, State
from skills.grammar.documents import ListKind, SlotList

_KINDS = {
    ListKind.WILDCARD: FREE,
    ListKind.RANGE: NUMBER,
    ListKind.NAME: NAME,
    ListKind.AREA: AREA,
    ListKind.FLOOR: FLOOR,
}


def signs_of(states: Mapping[Key, State]) -> tuple[Signs, dict[Key, int], dict[SlotList, int]]:
    """Return bits for what all the states read, what is read from each of them on, and the bits of the lists."""
    lists = dict.fromkeys(slot.list for state in states.values() for slot, _ in state.slots)
    texts = [slot_list for slot_list in lists if slot_list.kind is ListKind.TEXT]
    bits = {slot_list: _KINDS[slot_list.kind] for slot_list in lists if slot_list.kind in _KINDS}
    bits |= {slot_list: 1 << FIRST_LIST + number for number, slot_list in enumerate(texts)}
    words = dict.fromkeys(word for state in states.values() for word in state.words)
    places = {word: FIRST_LIST + len(texts) + number for number, word in enumerate(words)}
    listed: dict[str, int] = {}
    for slot_list in texts:
        for word in {word for said in slot_list.said for word in said}:
            listed[word] = listed.get(word, 0) | bits[slot_list]
    return Signs(places, listed), _reached(states, bits, places), bits


def _reached(states: Mapping[Key, State], bits: Mapping[SlotList, int], places: Mapping[str, int]) -> dict[Key, int]:
    """Work out from the ends of sentences to their beginnings; no sentence comes back to where it was."""
    reach: dict[Key, int] = {}
    waiting = list(states)
    while waiting:
        key = waiting[-1]
        if key in reach:
            waiting.pop()
            continue
        state = states[key]
        missing = [after for after in _after(state) if after not in reach]
        if missing:
            waiting += missing
            continue
        found = 0
        for word, after in state.words.items():
            found |= 1 << places[word] | reach[after]
        for slot, after in state.slots:
            found |= bits[slot.list] | reach[after]
        reach[key] = found
        waiting.pop()
    return reach


def _after(state: State) -> Iterable[Key]:
    yield from state.words.values()
    yield from (after for _, after in state.slots)
