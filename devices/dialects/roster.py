"""The entities that one dialect has announced: unique ids, and only what changed is told again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from devices.dialects.json_payload import NAME_LIMIT
from devices.dialects.model import Appeared, Change, Gone, Reachable
from devices.model import Device, Entity, EntityId

LIMIT = 10_000
"""Entities of one dialect; what comes beyond is not announced."""


def is_topic(words: str) -> bool:
    """Say whether words from a payload may stand in a topic that is subscribed or published to: no wildcard, no control
    character, of a sane length, not empty.
    """
    return 0 < len(words) <= NAME_LIMIT and words.isprintable() and not {"+", "#"} & set(words)


class Roster:
    """Who belongs to which owner (a device, a group, a node), and whether each can be reached."""

    def __init__(self) -> None:
        self._owned: dict[str, dict[EntityId, tuple[Entity, Device | None]]] = {}
        self._owners: dict[EntityId, str] = {}
        self._reachable: dict[EntityId, bool] = {}
        self._away: set[str] = set()

    def settle(self, owner: str, entities: Sequence[Entity], device: Device | None = None) -> "Settled":
        """Make these the entities of ``owner``; return what changed, and each wanted id's true one.

        An id that another owner has already gets the end of this owner's name behind it.
        """
        before = self._owned.get(owner, {})
        after: dict[EntityId, tuple[Entity, Device | None]] = {}
        placed: list[Entity | None] = []
        for entity in entities:
            named = self._named(owner, entity, after)
            placed.append(named)
            if named is not None:
                after[named.id] = (named, device)
        changes: list[Change] = []
        for lost in [known for known in before if known not in after]:
            changes.append(Gone(lost))
            del self._owners[lost]
            self._reachable.pop(lost, None)
        for known, (entity, _) in after.items():
            self._owners[known] = owner
            if before.get(known) != (entity, device):
                changes.append(Appeared(entity, device))
        if after:
            self._owned[owner] = after
        elif before:
            del self._owned[owner]
            self._away.discard(owner)
        if owner in self._away:
            changes += self.reach(owner, False)
        return Settled(changes, placed)

    def reach(self, owner: str, available: bool) -> list[Change]:
        """Return the news that the owner's entities can, or can no longer, be reached; none if that was known. It
        holds for those that the owner gets later, too.
        """
        if available:
            self._away.discard(owner)
        elif len(self._away) < LIMIT:
            self._away.add(owner)
        changes: list[Change] = []
        for known in self._owned.get(owner, ()):
            if self._reachable.get(known, True) != available:
                self._reachable[known] = available
                changes.append(Reachable(known, available))
        return changes

    def entities(self, owner: str) -> Mapping[EntityId, tuple[Entity, Device | None]]:
        """Return the owner's entities by id, each with its device."""
        return self._owned.get(owner, {})

    def _named(self, owner: str, entity: Entity, taken: Mapping[EntityId, object]) -> Entity | None:
        """Return the entity under an id that is free or its own; ``None`` where the roster is full."""
        if entity.id not in self._owners and len(self._owners) + len(taken) >= LIMIT:
            return None
        for wanted in _ids(owner, entity.id):
            if wanted not in taken and self._owners.get(wanted, owner) == owner:
                return entity if wanted == entity.id else replace(entity, id=wanted)
        return None


def _ids(owner: str, wanted: EntityId) -> Iterator[EntityId]:
    yield wanted
    tail = "".join(c for c in owner.lower() if c.isascii() and c.isalnum())[-4:]
    yield EntityId(f"{wanted}_{tail}")
    for number in range(2, 100):
        yield EntityId(f"{wanted}_{tail}_{number}")


class Settled:
    """What became of a list of wanted entities."""

    __slots__ = ("changes", "placed")

    def __init__(self, changes: list[Change], placed: list[Entity | None]) -> None:
        self.changes = changes
        self.placed = placed
        """In the order asked for, under their true ids; ``None`` for one that found no place."""
