"""Keeps automatic wishes from pulling one thing to and fro."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from daemon.journal.chain import canonical
from devices.model import EntityId

FLIP_S = 10.0
"""Two who set each other off do it in a second or two; a light by motion that is on, off and on again within ten
seconds of nobody's will does not happen.
"""
MOST_CHANGES = 3
"""On, off and on again; the fourth within `FLIP_S` is one too many."""
MOST_THINGS = 2_000


@dataclass(frozen=True, slots=True)
class _Change:
    at_s: float
    party: str
    what: str


class Flapping:
    """Remembers for a few seconds what automatic wishes did to each thing."""

    def __init__(self) -> None:
        self._changes: OrderedDict[EntityId, deque[_Change]] = OrderedDict()

    def is_one_too_many(
        self, thing: EntityId, party: str, service: str, data: Mapping[str, object], now_s: float
    ) -> bool:
        """Say whether a wish would turn back what was turned back too often just now; one party may blink a lamp."""
        changes = self._lately(thing, now_s)
        if len(changes) < MOST_CHANGES or {change.party for change in changes} == {party}:
            return False
        return changes[-1].what != canonical([service, data])

    def note(self, thing: EntityId, party: str, service: str, data: Mapping[str, object], now_s: float) -> None:
        """Remember that a thing is set now; the same again is no change."""
        what, changes = canonical([service, data]), self._lately(thing, now_s)
        if changes and changes[-1].what == what:
            return
        kept = self._changes.setdefault(thing, deque(maxlen=MOST_CHANGES))
        kept.append(_Change(now_s, party, what))
        self._changes.move_to_end(thing)
        if len(self._changes) > MOST_THINGS:
            self._changes.popitem(last=False)

    def _lately(self, thing: EntityId, now_s: float) -> list[_Change]:
        return [change for change in self._changes.get(thing, ()) if change.at_s > now_s - FLIP_S]
