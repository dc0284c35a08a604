"""The picture of the house: every entity, its last state, and the ways to find one."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from devices.model import (
    NOTHING,
    Area,
    AreaId,
    Device,
    DeviceId,
    Entity,
    EntityId,
    Floor,
    FloorId,
    Listener,
    State,
    Trace,
)
from devices.names import fold, likeness, slug, trigrams

log = logging.getLogger("hearth." + __name__)

CLOSE_ENOUGH = 0.45
"""Least `likeness` of a near miss; measured on misspelt names of the simulated home, where strangers stay below 0.4."""

Predicate = Callable[[State], bool]

COVERS = ("awning", "blind", "curtain", "garage", "gate", "shade", "shutter")
"""Home Assistant's device classes of covers that are also what people call the thing."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a household calls an entity beside what it is called anyway."""

    name: str | None = None
    """Its name now; the one before is an alias."""
    aliases: tuple[str, ...] = ()


class Home:
    """Every entity and its last state; bridges report to it, everything else reads it (as a `HomeView`).

    Lives on one event loop and is not thread-safe. A report calls the listeners and wakes the waiters in the same turn.
    """

    def __init__(
        self,
        *,
        floors: Iterable[Floor] = (),
        areas: Iterable[Area] = (),
        placement: Mapping[str, AreaId] | None = None,
        aliases: Mapping[str, Sequence[str]] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Start with the rooms that the household named.

        ``placement`` says where things stand, ``names`` what they are called and ``aliases`` how else; all by entity
        id, entity name or device name, and all win over what a device says of itself.
        """
        self._floors: dict[FloorId, Floor] = {floor.id: floor for floor in floors}
        self._areas: dict[AreaId, Area] = {area.id: area for area in areas}
        self._own_floors, self._own_areas = dict(self._floors), dict(self._areas)
        """What the household named itself: nobody takes it away."""
        self._laid_out: tuple[Sequence[Floor], Sequence[Area]] = ((), ())
        self._same_area: dict[AreaId, AreaId] = {}
        """Which room of the household's a room that a bridge laid out is."""
        self._placement = {fold(key): area for key, area in (placement or {}).items()}
        self._aliases = {fold(key): tuple(names) for key, names in (aliases or {}).items()}
        self._names = {fold(key): name for key, name in (names or {}).items()}
        self._called: dict[EntityId, Called] = {}
        self._unspoken: set[EntityId] = set()
        self._described: dict[EntityId, Entity] = {}
        """Every entity as its bridge described it."""
        self._entities: dict[EntityId, Entity] = {}
        self._devices: dict[DeviceId, Device] = {}
        self._housed: Counter[DeviceId] = Counter()
        self._states: dict[EntityId, State] = {}
        self._by_name: dict[str, dict[EntityId, None]] = {}
        self._trigrams: dict[str, frozenset[str]] = {}
        self._listeners: list[Listener] = []
        self._waiters: dict[EntityId, list[tuple[Predicate, asyncio.Future[State]]]] = {}
        self._version = 0

    # What bridges report

    def add(self, entity: Entity, device: Device | None = None) -> Entity:
        """Take in an entity, or its new description; return it as it stands in the house: placed, with its aliases."""
        if device is not None:
            self._devices[device.id] = device
        placed = self._placed(entity, device or (self._devices.get(entity.device) if entity.device else None))
        known = self._entities.get(entity.id)
        self._described[entity.id] = entity
        if placed == known:
            return placed
        if known is not None:
            self._forget(known)
        self._entities[placed.id] = placed
        if placed.device is not None:
            self._housed[placed.device] += 1
        for name in (placed.name, *placed.aliases):
            folded = fold(name)
            self._by_name.setdefault(folded, {})[placed.id] = None
        self._states.setdefault(placed.id, State(placed.id, "unknown"))
        self._version += 1
        return placed

    def remove(self, id: EntityId) -> None:
        """Forget an entity and its state; what waits for it goes on waiting until its deadline."""
        entity = self._entities.pop(id, None)
        if entity is None:
            return
        self._described.pop(id, None)
        self._forget(entity)
        self._states.pop(id, None)
        if entity.device is not None and not self._housed[entity.device]:
            self._devices.pop(entity.device, None)
        self._version += 1

    def call(self, id: EntityId, called: "Called") -> None:
        """Let an entity be called so from now on, in place of what this said before; it need not be there yet."""
        self._called[id] = called
        if id in self._described:
            self.add(self._described[id])

    def hide(self, id: EntityId) -> None:
        """Let nobody mean an entity by its name from now on, because another stands for the same; it is there by id."""
        self._unspoken.add(id)
        if id in self._described:
            self.add(self._described[id])

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
        """Note what an entity reports: a ``value`` of ``None`` leaves it, ``attributes`` are merged (``None`` removes).

        ``changed_at`` is when the value became what it is, where that is known better than by this report. A report of
        an entity that is not there is dropped: descriptions come before states.
        """
        before = self._states.get(id)
        if before is None:
            return
        merged = before.attributes
        if attributes:
            both = {**before.attributes, **attributes}
            merged = MappingProxyType({key: item for key, item in both.items() if item is not None})
        now = before.value if value is None else value
        changed = now != before.value
        changed_at = changed_at or (at if changed or before.changed_at is None else before.changed_at)
        if not changed and (trace is None or not trace.tells):
            # Who switched it on still did so when it then reports its power.
            trace = before.trace
        self._settle(before, State(id, now, merged, at, changed_at, before.available, before.reports + 1, trace))

    def reach(self, id: EntityId, available: bool, *, at: datetime) -> None:
        """Note that an entity can, or can no longer, be reached; its last value is kept."""
        before = self._states.get(id)
        if before is None or before.available == available:
            return
        self._settle(before, replace(before, available=available, seen_at=at if available else before.seen_at))

    def lay_out(self, floors: Sequence[Floor], areas: Sequence[Area]) -> None:
        """Take in all floors and rooms that a bridge knows, in place of those it knew before.

        A room that the household named is the household's: it only gains the other name and the aliases.
        """
        if (tuple(floors), tuple(areas)) == self._laid_out:
            return
        before, self._laid_out = self._laid_out, (tuple(floors), tuple(areas))
        for floor in before[0]:
            self._floors.pop(floor.id, None)
        for area in before[1]:
            self._areas.pop(area.id, None)
        self._floors |= self._own_floors
        self._areas |= self._own_areas
        same = {fold(name): floor.id for floor in self._own_floors.values() for name in (floor.id, floor.name)}
        for floor in floors:
            known = self._own_floors.get(same.get(fold(floor.name), floor.id))
            mine = floor if known is None else replace(known, aliases=_names_too(known, floor))
            self._floors[mine.id] = mine
        self._same_area = {}
        rooms = {fold(name): area for area in self._own_areas.values() for name in (area.id, area.name, *area.aliases)}
        for area in areas:
            floor_id = same.get(self._floor_name(area, floors), area.floor)
            own = self._own_areas.get(area.id) or rooms.get(fold(area.name))
            if own is None:
                self._areas[area.id] = replace(area, floor=floor_id)
                continue
            self._same_area[area.id] = own.id
            self._areas[own.id] = replace(own, aliases=_names_too(own, area), floor=own.floor or floor_id)
        self._version += 1
        for described in tuple(self._described.values()):
            self.add(described)

    # What everyone reads

    @property
    def version(self) -> int:
        """Moves when a floor, an area, an entity or a name changes; not when a state does."""
        return self._version

    def floors(self) -> Sequence[Floor]:
        """Return every floor."""
        return tuple(self._floors.values())

    def areas(self) -> Sequence[Area]:
        """Return every area."""
        return tuple(self._areas.values())

    def entities(self) -> Sequence[Entity]:
        """Return every entity, hidden ones too."""
        return tuple(self._entities.values())

    def devices(self) -> Sequence[Device]:
        """Return every device."""
        return tuple(self._devices.values())

    def entity(self, id: str) -> Entity | None:
        """Return the entity, or ``None`` if there is none of this id."""
        return self._entities.get(EntityId(id))

    def area(self, id: AreaId) -> Area | None:
        """Return the area, or ``None`` if there is none of this id."""
        return self._areas.get(id)

    def area_named(self, words: str) -> Area | None:
        """Return the area of this id, name or alias, or ``None``."""
        wanted = fold(words)
        for area in self._areas.values():
            if wanted in (fold(area.id), fold(area.name), *map(fold, area.aliases)):
                return area
        return None

    def state(self, id: str) -> State | None:
        """Return what the entity was last seen to be; ``None`` only if there is no such entity."""
        return self._states.get(EntityId(id))

    def find(
        self,
        *,
        name: str | None = None,
        area: AreaId | None = None,
        floor: FloorId | None = None,
        domains: frozenset[str] = frozenset(),
        device_classes: frozenset[str] = frozenset(),
    ) -> Sequence[Entity]:
        """Return the visible entities that fit every condition given, in the order in which they appeared."""
        if name is None:
            pool: Iterable[Entity] = self._entities.values()
        else:
            pool = (self._entities[known] for known in self._by_name.get(fold(name), ()))
        return tuple(
            entity
            for entity in pool
            if not entity.hidden
            and (not domains or entity.domain in domains)
            and (area is None or entity.area == area)
            and (not device_classes or entity.device_class in device_classes)
            and (floor is None or self._floor_of(entity) == floor)
        )

    def near(self, words: str, *, limit: int = 3) -> Sequence[Entity]:
        """Return the visible entities whose name or alias comes closest to ``words``, best first; none if none is."""
        wanted = trigrams(fold(words))
        scores: dict[EntityId, float] = {}
        for folded, ids in self._by_name.items():
            # Kept from the first search on: a name's are 1.5 KB, and most houses are never searched so.
            known = self._trigrams.get(folded)
            if known is None:
                known = self._trigrams[folded] = trigrams(folded)
            score = likeness(wanted, known)
            if score >= CLOSE_ENOUGH:
                for called in ids:
                    if not self._entities[called].hidden:
                        scores[called] = max(score, scores.get(called, 0.0))
        best = sorted(scores, key=lambda found: (-scores[found], found))[:limit]
        return tuple(self._entities[found] for found in best)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` at every report from now on; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def wait_until(self, id: EntityId, predicate: Predicate, *, timeout_s: float) -> State | None:
        """Return the first state that satisfies ``predicate``, the present one included; ``None`` when time is up."""
        state = self._states.get(id)
        if state is not None and predicate(state):
            return state
        with self._waiting(id, predicate) as future:
            try:
                async with asyncio.timeout(timeout_s):
                    return await future
            except TimeoutError:
                return None

    # Inside

    @contextmanager
    def _waiting(self, id: EntityId, predicate: Predicate) -> Generator[asyncio.Future[State]]:
        future: asyncio.Future[State] = asyncio.get_running_loop().create_future()
        waiter = (predicate, future)
        self._waiters.setdefault(id, []).append(waiter)
        try:
            yield future
        finally:
            waiters = self._waiters[id]
            waiters.remove(waiter)
            if not waiters:
                del self._waiters[id]

    def _settle(self, before: State, after: State) -> None:
        self._states[after.entity] = after
        for predicate, future in self._waiters.get(after.entity, ()):
            if not future.done() and predicate(after):
                future.set_result(after)
        for listener in tuple(self._listeners):
            try:
                listener(before, after)
            except Exception:  # a listener is foreign code here: one that breaks must not stop the others
                log.exception("a listener failed on %s", after.entity)

    def _placed(self, entity: Entity, device: Device | None) -> Entity:
        keys = [fold(entity.id), fold(entity.name), *([fold(device.name)] if device else [])]
        aliases = tuple(dict.fromkeys([*entity.aliases, *(a for key in keys for a in self._aliases.get(key, ()))]))
        chosen = next((self._placement[key] for key in keys if key in self._placement), None)
        area = chosen or self._room(entity.area) or self._suggested(device) or self._named_in(entity, device)
        entity = self._renamed(entity, device)
        kind = _class_in_name(entity) or entity.device_class
        called = self._called.get(entity.id)
        if called is not None:
            # What it is called later does not change what it is: a garage door is no curtain, whatever its name.
            former = (entity.name,) if called.name else ()
            entity = replace(entity, name=called.name or entity.name)
            aliases = tuple(dict.fromkeys([*former, *aliases, *called.aliases]))
        hidden = entity.hidden or entity.id in self._unspoken
        return replace(entity, area=area, aliases=aliases, device_class=kind, hidden=hidden)

    def _room(self, area: AreaId | None) -> AreaId | None:
        return self._same_area.get(area, area) if area is not None else None

    def _renamed(self, entity: Entity, device: Device | None) -> Entity:
        """Give the entity the household's name for it, or let the name of its device in its own be the household's."""
        own = self._names.get(fold(entity.id)) or self._names.get(fold(entity.name))
        if own is not None:
            return replace(entity, name=own)
        theirs = self._names.get(fold(device.name)) if device else None
        if device is None or theirs is None or not entity.name.startswith(device.name):
            return entity
        return replace(entity, name=theirs + entity.name.removeprefix(device.name))

    @staticmethod
    def _floor_name(area: Area, floors: Sequence[Floor]) -> str:
        return next((fold(floor.name) for floor in floors if floor.id == area.floor), "")

    def _suggested(self, device: Device | None) -> AreaId | None:
        if device is None or not device.suggested_area or not device.suggested_area.strip():
            return None
        known = self.area_named(device.suggested_area)
        if known is None:
            known = Area(AreaId(slug(device.suggested_area)), device.suggested_area.strip())
            self._areas[known.id] = known
        return known.id

    def _named_in(self, entity: Entity, device: Device | None) -> AreaId | None:
        """Return the area whose name stands in the entity's or the device's name, the longest such."""
        text = f" {fold(entity.name)} {fold(device.name) if device else ''} "
        best: tuple[int, AreaId] | None = None
        for area in self._areas.values():
            for name in (area.name, *area.aliases):
                folded = fold(name)
                if folded and f" {folded} " in text and (best is None or len(folded) > best[0]):
                    best = (len(folded), area.id)
        return best[1] if best else None

    def _floor_of(self, entity: Entity) -> FloorId | None:
        area = self._areas.get(entity.area) if entity.area else None
        return area.floor if area else None

    def _forget(self, entity: Entity) -> None:
        """Take an entity out of every index; its state and its device stay."""
        if entity.device is not None:
            self._housed[entity.device] -= 1
        for name in (entity.name, *entity.aliases):
            folded = fold(name)
            ids = self._by_name.get(folded)
            if ids is not None:
                ids.pop(entity.id, None)
                if not ids:
                    del self._by_name[folded]
                    self._trigrams.pop(folded, None)


def _names_too(own: Area | Floor, other: Area | Floor) -> tuple[str, ...]:
    """Return the aliases of a room with the names that somebody else has for it."""
    names = (*own.aliases, *(name for name in (other.name, *other.aliases) if fold(name) != fold(own.name)))
    return tuple(dict.fromkeys(names))


def _class_in_name(entity: Entity) -> str | None:
    """Return what a cover is by its own name, which people chose: few dialects can tell a blind from a curtain."""
    if entity.domain != "cover":
        return None
    words = {word.removesuffix("s") for word in fold(entity.name).split()}
    return next((kind for kind in COVERS if kind in words), None)
