"""Commands that are one: what is put on one list, what is done in room after room. It is answered in one sentence."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from itertools import groupby

from skills.model import Match

PUT_ON_LIST = frozenset({"HassShoppingListAddItem", "HassListAddItem"})
FEW_ROOMS = 2
"""What is done in so few rooms is told of each."""
_PLACES = frozenset({"area", "floor"})


def joined(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Return the commands, neighbours that do the same to different things as one."""
    together: list[Match] = []
    for (kind, _), group in groupby(matches, _kind):
        alike = list(group)
        if kind == "list" and len(alike) > 1:
            slots = {key: value for key, value in alike[0].slots.items() if key != "item"}
            items = tuple(str(one.slots["item"]) for one in alike)
            alike = [replace(alike[0], slots={**slots, "items": items})]
        elif kind == "rooms" and len(alike) > FEW_ROOMS:
            slots = {key: value for key, value in alike[0].slots.items() if key not in _PLACES}
            targets = tuple(dict.fromkeys(target for one in alike for target in one.targets))
            alike = [replace(alike[0], slots=slots, targets=targets)]
        together += alike
    return tuple(together)


def _kind(match: Match) -> tuple[str, Hashable]:
    """Return as what a command may be one with its neighbour, and what the two must have in common."""
    if match.intent in PUT_ON_LIST and "item" in match.slots:
        return "list", _without(match, frozenset({"item"}))
    if match.targets and "name" not in match.slots:
        return "rooms", _without(match, _PLACES)
    return "", None


def _without(match: Match, left_out: frozenset[str]) -> Hashable:
    rest = sorted((key, str(value)) for key, value in match.slots.items() if key not in left_out)
    return match.intent, match.response, tuple(rest)
