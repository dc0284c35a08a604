"""Which dialect speaks for which entity: each device once in the house, and reachable only while somebody vouches."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from devices.dialects.model import Appeared, Change, Dialect, Gone, Reachable, Reported
from devices.model import Device, Entity, EntityId, Register

log = logging.getLogger("hearth." + __name__)

SECOND_HAND = "discovery"
"""The dialect that describes other dialects' devices too: it gives way to the device's own."""
AT_ONCE = 100
"""Entities that become reachable or unreachable in one turn of the event loop, each with all its listeners."""

Key = tuple[Dialect, EntityId]
"""A dialect and the id that it uses; two of them may give the same id to different things."""


@dataclass(slots=True)
class _Entry:
    dialect: Dialect
    told: Entity
    """As the dialect described it, with the id that the dialect knows it by."""
    device: Device | None
    topic: str
    """Where its description came from."""
    vouched: bool
    """Whether anything was heard of it since the present connection began."""
    id: EntityId | None = None
    """As the house knows it; ``None`` while another dialect speaks for its device."""
    said_reachable: bool = True

    @property
    def key(self) -> Key:
        return (self.dialect, self.told.id)

    @property
    def identifiers(self) -> frozenset[str]:
        return self.device.identifiers if self.device else frozenset()


class Census:
    """Takes the changes that dialects report, and passes on to the house what is so.

    An entity is reachable while the broker is, its dialect does not say otherwise, and something was heard of it since
    the connection began: its description again, a report, a sign of life. What a broker has forgotten thus stays in the
    house with its last state, as unreachable, and not as if it were there.
    """

    def __init__(self, home: Register, *, max_entities: int) -> None:
        self._home = home
        self._max_entities = max_entities
        self._entries: dict[Key, _Entry] = {}
        self._by_id: dict[EntityId, _Entry] = {}
        self._by_topic: dict[str, dict[Key, None]] = {}
        self._by_identifier: dict[str, dict[Key, None]] = {}
        self._connected = False
        self.refused = 0
        """Descriptions that were turned away because there are too many entities."""

    def __len__(self) -> int:
        return len(self._by_id)

    def addressee(self, id: EntityId) -> tuple[Dialect, Entity] | None:
        """Return who speaks for an entity of the house, and the entity as that dialect described it."""
        entry = self._by_id.get(id)
        return (entry.dialect, entry.told) if entry else None

    def take(self, dialect: Dialect, changes: Sequence[Change], *, topic: str, at: datetime) -> None:
        """Pass on what a dialect made of a message on ``topic``, or of a part of it."""
        for change in changes:
            match change:
                case Appeared():
                    self._appeared(dialect, change, topic, at)
                case Gone(entity=id):
                    self._gone(self._entries.get((dialect, id)), at)
                case Reported(entity=id):
                    self._reported(self._entries.get((dialect, id)), change, at)
                case Reachable(entity=id, available=available):
                    entry = self._entries.get((dialect, id))
                    if entry is not None:
                        entry.said_reachable = available
                        self._vouch(entry, at)

    def found(self) -> None:
        """Believe again what is heard: the broker is there."""
        self._connected = True

    async def heard(self, topic: str, at: datetime) -> None:
        """Note that a message came where entities were described: they are there still, though nothing changed."""
        if topic in self._by_topic:
            await self._vouch_for([self._entries[key] for key in self._by_topic[topic]], at)

    async def lost(self, at: datetime) -> None:
        """Make everything unreachable until something is heard of it over the next connection.

        What was received over this one and not yet read still counts as a report, but not as a sign of life.
        """
        self._connected = False
        await self._vouch_for(list(self._entries.values()), at)

    async def _vouch_for(self, entries: Sequence[_Entry], at: datetime) -> None:
        """Vouch for entities, or without the broker for none, and let others have their turn in between."""
        for start in range(0, len(entries), AT_ONCE):
            if start:
                await asyncio.sleep(0)
            for entry in entries[start : start + AT_ONCE]:
                self._vouch(entry, at)

    def _appeared(self, dialect: Dialect, change: Appeared, topic: str, at: datetime) -> None:
        known = self._entries.get((dialect, change.entity.id))
        if known is None and len(self._entries) >= self._max_entities:
            self.refused += 1
            if self.refused == 1:
                log.warning("more than %d entities: the rest is left out", self._max_entities)
            return
        entry = _Entry(dialect, change.entity, change.device, topic, vouched=self._connected)
        if known is not None:
            entry.id, known.id, entry.said_reachable = known.id, None, known.said_reachable
            self._unlist(known)
        self._list(entry)
        if dialect.name != SECOND_HAND:
            # First, since it may be known by the very id that this one is to have.
            for other in self._same_device(entry):
                self._settle(other, at)
        self._settle(entry, at)

    def _gone(self, entry: _Entry | None, at: datetime) -> None:
        if entry is None:
            return
        self._unlist(entry)
        self._withdraw(entry)
        for other in self._same_device(entry):
            self._settle(other, at)

    def _reported(self, entry: _Entry | None, change: Reported, at: datetime) -> None:
        if entry is None:
            return
        self._vouch(entry, at)
        if entry.id is not None:
            self._home.observe(entry.id, change.value, change.attributes, at=at)

    def _settle(self, entry: _Entry, at: datetime) -> None:
        """Put an entity into the house, or take it out because its device's own dialect speaks for it."""
        if entry.dialect.name == SECOND_HAND and any(
            other.dialect.name != SECOND_HAND for other in self._same_device(entry)
        ):
            self._withdraw(entry)
            return
        if entry.id is None:
            entry.id = self._free_id(entry)
        self._by_id[entry.id] = entry
        self._home.add(replace(entry.told, id=entry.id, members=self._members(entry)), entry.device)
        self._reach(entry, at)

    def _withdraw(self, entry: _Entry) -> None:
        if entry.id is not None:
            self._home.remove(entry.id)
            del self._by_id[entry.id]
            entry.id = None

    def _free_id(self, entry: _Entry) -> EntityId:
        """Return the dialect's own id for it, with the dialect's name behind where the house has that id already."""
        free = entry.told.id
        while self._home.entity(free) is not None:
            free = EntityId(f"{free}_{entry.dialect.name}")
        return free

    def _members(self, entry: _Entry) -> tuple[EntityId, ...]:
        members = (self._entries.get((entry.dialect, member)) for member in entry.told.members)
        return tuple(
            known.id if known and known.id else member
            for known, member in zip(members, entry.told.members, strict=True)
        )

    def _vouch(self, entry: _Entry, at: datetime) -> None:
        entry.vouched = self._connected
        self._reach(entry, at)

    def _reach(self, entry: _Entry, at: datetime) -> None:
        if entry.id is not None:
            self._home.reach(entry.id, entry.vouched and entry.said_reachable, at=at)

    def _same_device(self, entry: _Entry) -> tuple[_Entry, ...]:
        """Return what other dialects say of the same device, by what identifies it."""
        keys = dict.fromkeys(key for one in entry.identifiers for key in self._by_identifier.get(one, ()))
        return tuple(self._entries[key] for key in keys if key[0] is not entry.dialect)

    def _list(self, entry: _Entry) -> None:
        self._entries[entry.key] = entry
        self._by_topic.setdefault(entry.topic, {})[entry.key] = None
        for one in entry.identifiers:
            self._by_identifier.setdefault(one, {})[entry.key] = None

    def _unlist(self, entry: _Entry) -> None:
        del self._entries[entry.key]
        _discard(self._by_topic, entry.topic, entry.key)
        for one in entry.identifiers:
            _discard(self._by_identifier, one, entry.key)


def _discard(index: dict[str, dict[Key, None]], name: str, key: Key) -> None:
    index[name].pop(key, None)
    if not index[name]:
        del index[name]
