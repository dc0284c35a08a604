"""One house out of several sources: what two bridges both reach is one entity, and one of them speaks for it.

The rules, which ADR 0020 gives the reasons for:

- Two entities of different sources are one if they have the same unique id; else if their devices share an identifier
  (an IEEE or MAC address) and each is the only one of its kind (domain and device class) on that device, or they also
  have the same name. Where more than one would fit, they stay two, and that is a conflict.
- The preferred source speaks: its reports count and it is given the calls. While it cannot reach the entity and another
  source can, that one does.
- The id, and what it can be asked, are the preferred source's. The name is that of the source in which people name
  things, which is Home Assistant; the other's is an alias, and the aliases of both count. So does its room before the
  other's. Hidden by one is hidden.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from devices.home import Home
from devices.model import (
    NOTHING,
    Area,
    Bridge,
    BridgeError,
    Call,
    Device,
    Entity,
    EntityId,
    Floor,
    State,
    Trace,
)
from devices.names import fold

log = logging.getLogger("hearth." + __name__)

MOST_CONFLICTS = 200
"""As many conflicts as are kept for the doctor."""


@dataclass(slots=True, eq=False)
class _Record:
    """One entity as one source told it."""

    source: "Source"
    entity: Entity
    device: Device | None
    state: State
    """As this source last reported it."""
    twin: "_Record | None" = None
    """The same thing through another source."""
    house: EntityId = field(default_factory=lambda: EntityId(""))
    """Its id in the house."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something on which sources do not agree, for the owner to look at."""

    about: EntityId
    what: str
    """One sentence, without a full stop: what is so, and what was done about it."""


class Merging:
    """Makes one house of the sources that are asked of it; the first of ``order`` is preferred."""

    name = "house"

    def __init__(self, home: Home, order: Sequence[str], *, naming: str) -> None:
        """Take the names of sources, the preferred one first, and the name of the one in which people name things."""
        self._home, self._order, self._naming = home, tuple(order), naming
        self._sources: dict[str, Source] = {}
        self._by_house: dict[EntityId, _Record] = {}
        """Who speaks for each entity of the house."""
        self._conflicts: dict[EntityId, Conflict] = {}

    def source(self, name: str) -> "Source":
        """Return what the bridge of this name reports to; `Source.bridge` is to be set to it."""
        return self._sources.setdefault(name, Source(self, name))

    @property
    def conflicts(self) -> Sequence[Conflict]:
        """What the sources do not agree on."""
        return tuple(self._conflicts.values())

    @property
    def merged(self) -> int:
        """How many entities come from more than one source."""
        return sum(record.twin is not None for record in self._by_house.values())

    async def run(self) -> None:
        """Do nothing until cancelled: each bridge runs by itself."""
        await asyncio.Event().wait()

    async def call(self, call: Call) -> str | None:
        """Give a call to the source that speaks for the entity, under the id that it knows.

        Raises:
            BridgeError: nobody reaches the entity, or its bridge cannot hand the call over.
            CallError: the entity does not support it.
        """
        record = self._by_house.get(call.entity)
        if record is None or record.source.bridge is None:
            raise BridgeError(f"nothing reaches {call.entity!r}")
        return await record.source.bridge.call(replace(call, entity=record.entity.id))

    # What sources report

    def add(self, record: _Record) -> None:
        """Put an entity into the house, or what changed of it; together with its twin where it has one."""
        self._conflicts.pop(record.entity.id, None)
        twin = self._twin_of(record)
        if record.twin is not None and twin is not record.twin:
            other = record.twin
            self._part(record)
            self._settle(other)
        if twin is not None and record.twin is None:
            record.twin, twin.twin = twin, record
            if self._ranked(record)[0] is twin or twin.house == record.entity.id:
                record.house = twin.house
            else:
                self._withdraw(twin)
        self._settle(record)

    def remove(self, record: _Record) -> None:
        """Take an entity out; its twin stays."""
        other = record.twin
        self._part(record)
        self._withdraw(record)
        if other is not None:
            self._settle(other)

    def reported(self, record: _Record, report: "_Report") -> None:
        """Pass on what a source reports, if it speaks for the entity."""
        if record.twin is not None:
            speaker = self._speaker(record)
            if self._by_house.get(record.house) is not speaker:
                self._hand_to(speaker, at=report.at)
                return
            if speaker is not record:
                return
        if report.available is not None:
            self._home.reach(record.house, report.available, at=report.at)
        else:
            self._home.observe(
                record.house,
                report.value,
                report.attributes,
                at=report.at,
                changed_at=report.changed_at,
                trace=report.trace,
            )

    def lay_out(self, floors: Sequence[Floor], areas: Sequence[Area]) -> None:
        """Pass on rooms: only Home Assistant knows any."""
        self._home.lay_out(floors, areas)

    # Inside

    def _twin_of(self, record: _Record) -> _Record | None:
        """Return the same thing as another source told it."""
        for source in self._sources.values():
            if source is not record.source:
                found = source.like(record.entity, record.device)
                if len(found) == 1 and (found[0].twin in (None, record)):
                    return found[0]
                if len(found) > 1:
                    names = ", ".join(str(other.entity.id) for other in found[:3])
                    self._note(record.entity.id, f"may be any of {names} of {source.name}: all are kept")
        return None

    def _ranked(self, record: _Record) -> Sequence[_Record]:
        """Return the record and its twin, the preferred first."""
        both = [record] if record.twin is None else [record, record.twin]
        return sorted(both, key=lambda one: self._rank(one.source.name))

    def _rank(self, name: str) -> int:
        return self._order.index(name) if name in self._order else len(self._order)

    def _speaker(self, record: _Record) -> _Record:
        ranked = self._ranked(record)
        return next((one for one in ranked if one.state.available), ranked[0])

    def _settle(self, record: _Record) -> None:
        """Write the entity into the house as all its sources have it together."""
        ranked = self._ranked(record)
        wanted = ranked[0].house or self._free(ranked[0])
        for one in ranked:
            one.house = wanted
        before, speaker = self._by_house.get(wanted), self._speaker(record)
        self._by_house[wanted] = speaker
        entity = self._together(ranked) if len(ranked) > 1 else ranked[0].entity
        self._home.add(replace(entity, id=wanted, members=self._members(ranked[0])), ranked[0].device)
        if before is not speaker:
            self._replay(speaker, at=next((one.state.seen_at for one in ranked if one.state.seen_at), None))
        for one in ranked:
            if one.entity.id != wanted:
                for group in one.source.groups_of(one.entity.id):
                    self._settle(group)

    def _together(self, ranked: Sequence[_Record]) -> Entity:
        """Return one description of two, by the rules above."""
        first, other = ranked[0].entity, ranked[1].entity
        named, second = (other, first) if ranked[1].source.name == self._naming else (first, other)
        aliases = [*named.aliases, *second.aliases, *([second.name] if fold(second.name) != fold(named.name) else ())]
        if named.area and second.area and named.area != second.area:
            self._note(named.id, f"stands in {named.area!r} and, for the other source, in {second.area!r}")
        return replace(
            first,
            name=named.name,
            aliases=tuple(dict.fromkeys(aliases)),
            area=named.area or second.area,
            device_class=first.device_class or other.device_class,
            hidden=first.hidden or other.hidden,
            unit=first.unit or other.unit,
        )

    def _members(self, record: _Record) -> tuple[EntityId, ...]:
        """Return the members of a group as the house knows them."""
        own = (record.source.record(member) for member in record.entity.members)
        return tuple(
            known.house if known is not None and known.house else member
            for known, member in zip(own, record.entity.members, strict=True)
        )

    def _hand_to(self, speaker: _Record, *, at: datetime) -> None:
        log.debug("%s now speaks for %s", speaker.source.name, speaker.house)
        self._by_house[speaker.house] = speaker
        self._replay(speaker, at=at)

    def _replay(self, record: _Record, *, at: datetime | None = None) -> None:
        """Bring the house up to what a source last reported of an entity."""
        state, known = record.state, self._home.state(record.house)
        if known is None:
            return
        seen_at = state.seen_at or at
        if state.reports and seen_at is not None:
            gone = {key: None for key in known.attributes if key not in state.attributes}
            self._home.observe(
                record.house, state.value, {**gone, **state.attributes},
                at=seen_at, changed_at=state.changed_at, trace=state.trace,
            )  # fmt: skip
        if seen_at is not None:
            self._home.reach(record.house, state.available, at=seen_at)

    def _part(self, record: _Record) -> None:
        """Make two of what was one."""
        other, record.twin = record.twin, None
        if other is not None:
            other.twin = None
            self._withdraw(other)
            record.house = other.house = EntityId("")

    def _withdraw(self, record: _Record) -> None:
        """Take an entity out of the house."""
        if record.house and self._by_house.pop(record.house, None) is not None:
            self._home.remove(record.house)
        record.house = EntityId("")

    def _free(self, record: _Record) -> EntityId:
        free = record.entity.id
        while free in self._by_house:
            free = EntityId(f"{free}_{record.source.name}")
        if free != record.entity.id:
            self._note(record.entity.id, f"is another thing for another source: here it is {free!r}")
        return free

    def _note(self, about: EntityId, what: str) -> None:
        if len(self._conflicts) < MOST_CONFLICTS:
            self._conflicts[about] = Conflict(about, what)


@dataclass(frozen=True, slots=True)
class _Report:
    """One report of a source: what it observed, or, with ``available``, only whether it reaches the entity."""

    at: datetime
    value: str | None = None
    attributes: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    changed_at: datetime | None = None
    trace: Trace | None = None
    available: bool | None = None


class Source:
    """One bridge's own view of the house, with the ids that it uses; a `Register`."""

    def __init__(self, merging: Merging, name: str) -> None:
        self.name = name
        self.bridge: Bridge | None = None
        self._merging = merging
        self._records: dict[EntityId, _Record] = {}
        self._by_unique: dict[str, EntityId] = {}
        self._by_identifier: dict[str, dict[EntityId, None]] = {}
        self._groups: dict[EntityId, dict[EntityId, None]] = {}
        """The groups that each member is in."""

    def entity(self, id: str) -> Entity | None:
        """Return the entity as this source told it."""
        record = self._records.get(EntityId(id))
        return record.entity if record is not None else None

    def state(self, id: str) -> State | None:
        """Return what this source last reported of an entity."""
        record = self._records.get(EntityId(id))
        return record.state if record is not None else None

    def add(self, entity: Entity, device: Device | None = None) -> Entity:
        """Take in an entity, or its new description."""
        record = self._records.get(entity.id)
        if record is None:
            record = _Record(self, entity, device, State(entity.id, "unknown"))
            self._records[entity.id] = record
        else:
            self._unlist(record)
            record.entity, record.device = entity, device
        if entity.unique is not None:
            self._by_unique[entity.unique] = entity.id
        for one in device.identifiers if device is not None else ():
            self._by_identifier.setdefault(one, {})[entity.id] = None
        for member in entity.members:
            self._groups.setdefault(member, {})[entity.id] = None
        self._merging.add(record)
        return entity

    def remove(self, id: EntityId) -> None:
        """Forget an entity."""
        record = self._records.pop(id, None)
        if record is not None:
            self._unlist(record)
            self._merging.remove(record)

    def observe(
        self,
        id: EntityId,
        value: str | None = None,
        attributes: Mapping[str, object] = NOTHING,
        *,
        at: datetime,
        changed_at: datetime | None = None,
        trace: Trace | None = None,
    ) -> None:
        """Note what this source reports of an entity."""
        record = self._records.get(id)
        if record is None:
            return
        before = record.state
        merged = before.attributes
        if attributes:
            both = {**before.attributes, **attributes}
            merged = MappingProxyType({key: item for key, item in both.items() if item is not None})
        now = before.value if value is None else value
        since = changed_at or (at if now != before.value else before.changed_at)
        record.state = State(id, now, merged, at, since, before.available, before.reports + 1, trace or before.trace)
        self._merging.reported(record, _Report(at, value, attributes, changed_at, trace))

    def reach(self, id: EntityId, available: bool, *, at: datetime) -> None:
        """Note whether this source reaches an entity."""
        record = self._records.get(id)
        if record is not None and record.state.available != available:
            record.state = replace(record.state, available=available)
            self._merging.reported(record, _Report(at, available=available))

    def lay_out(self, floors: Sequence[Floor], areas: Sequence[Area]) -> None:
        """Take in floors and rooms."""
        self._merging.lay_out(floors, areas)

    # For the merging alone

    def record(self, id: EntityId) -> _Record | None:
        """Return what this source told of an entity."""
        return self._records.get(id)

    def groups_of(self, member: EntityId) -> Sequence[_Record]:
        """Return the groups of this source that something is in."""
        return [self._records[group] for group in self._groups.get(member, ())]

    def like(self, entity: Entity, device: Device | None) -> Sequence[_Record]:
        """Return what this source tells that is, or may be, the same thing."""
        if entity.unique is not None and entity.unique in self._by_unique:
            return [self._records[self._by_unique[entity.unique]]]
        shared = dict.fromkeys(
            known for one in (device.identifiers if device else ()) for known in self._by_identifier.get(one, ())
        )
        fitting = [one for known in shared if _same_kind((one := self._records[known]).entity, entity)]
        same_name = [one for one in fitting if fold(one.entity.name) == fold(entity.name)]
        return same_name if len(same_name) == 1 else fitting

    def _unlist(self, record: _Record) -> None:
        if record.entity.unique is not None:
            self._by_unique.pop(record.entity.unique, None)
        for one in record.device.identifiers if record.device is not None else ():
            self._by_identifier.get(one, {}).pop(record.entity.id, None)
        for member in record.entity.members:
            self._groups.get(member, {}).pop(record.entity.id, None)


def _same_kind(one: Entity, other: Entity) -> bool:
    """Say whether two descriptions may be of the same thing: of some things, not every source knows the class."""
    if one.domain != other.domain:
        return False
    classes = {one.device_class, other.device_class}
    return len(classes) == 1 or (None in classes and one.domain not in ("sensor", "binary_sensor"))
