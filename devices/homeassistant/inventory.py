"""What of Home Assistant stands in the house: takes its news and its registries, and reports to our side."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from devices.homeassistant.capabilities import DESCRIBING
from devices.homeassistant.feed import Context, News, Removed, context_after
from devices.homeassistant.labels import groups, value_of
from devices.homeassistant.mapping import SILENT, attributes_of, entity_of, is_id
from devices.homeassistant.registry import Registries
from devices.homeassistant.tracing import Tracing
from devices.model import NOTHING, Device, Entity, EntityId, Register
from devices.ours import is_ours


@dataclass(slots=True)
class _Thing:
    describing: Mapping[str, object]
    """The attributes that say what it is, as Home Assistant has them."""
    entity: Entity
    context: Context | None = None
    seen: bool = True
    """Whether the present connection has told of it."""


class Inventory:
    """Every entity of one Home Assistant, by its id there, which is its id here."""

    def __init__(
        self,
        register: Register,
        tracing: Tracing,
        *,
        now: Callable[[], datetime],
        max_entities: int,
        exposed_only: bool,
    ) -> None:
        self.registries = Registries()
        self.refused = 0
        """Entities that were turned away because there are too many."""
        self._register, self._tracing, self._now = register, tracing, now
        self._max_entities, self._exposed_only = max_entities, exposed_only
        self._things: dict[str, _Thing] = {}
        self._groups: dict[str, Entity] = {}
        self._groups_of: dict[str, list[Entity]] = {}
        """The groups that an entity is in."""
        self._ungrouped = False
        """Whether something came that may be in one."""

    def __len__(self) -> int:
        return len(self._things)

    def entity(self, key: str) -> Entity | None:
        """Return the entity as it was described to the house."""
        thing = self._things.get(key)
        return thing.entity if thing is not None else self._groups.get(key)

    def is_group(self, key: str) -> bool:
        """Return whether this is a group that was made of a label."""
        return key in self._groups

    def of_domain(self, domain: str) -> list[Entity]:
        """Return the entities of a domain."""
        return [thing.entity for thing in self._things.values() if thing.entity.domain == domain]

    def offered(self, domain: str) -> list[Entity]:
        """Return the entities of a domain, but those that are hidden there, or kept from assistants."""
        kept = {key for key, exposed in self.registries.exposed.items() if not exposed} if self._exposed_only else ()
        return [
            one for one in self.of_domain(domain) if one.id not in kept and not self.registries.entry(one.id).hidden
        ]

    def take(self, news: News | Removed) -> None:
        """Pass on what Home Assistant tells of one entity."""
        if isinstance(news, Removed):
            self._forget(news.id)
            return
        thing = self._things.get(news.id)
        if thing is None:
            thing = self._new(news)
        elif news.whole or _describes(news):
            self._describe(news, thing)
        if thing is None:
            return
        thing.seen = True
        thing.context = context_after(thing.context, news)
        self._report(thing, news)

    def lay_out(self) -> None:
        """Pass on floors and rooms as the registries have them now."""
        self._register.lay_out(self.registries.floors, self.registries.areas)

    def redescribe(self, ids: Iterable[str] | None = None) -> Iterator[None]:
        """Describe entities anew, as the registries have them now; yields after each, so that others have a turn."""
        for key in list(self._things if ids is None else ids):
            thing = self._things.get(key)
            if thing is not None:
                self._add(key, thing)
                yield

    def regroup(self) -> None:
        """Make groups of the labels, as the registries have them now."""
        self._ungrouped = False
        entities = (thing.entity for thing in self._things.values())
        now: dict[str, Entity] = {group.id: group for group in groups(entities, self.registries)}
        for gone in [key for key in self._groups if key not in now]:
            self._register.remove(EntityId(gone))
        new = [group for key, group in now.items() if self._groups.get(key) != group]
        self._groups, self._groups_of = now, {}
        for group in now.values():
            for member in group.members:
                self._groups_of.setdefault(member, []).append(group)
        for group in new:
            self._register.add(group, None)
            self._report_group(group)

    def group_new(self) -> None:
        """Make groups anew if something came that may be in one."""
        if self._ungrouped:
            self.regroup()

    def begin(self) -> None:
        """Expect to be told of everything anew."""
        for thing in self._things.values():
            thing.seen = False

    def prune(self) -> Iterator[None]:
        """Take out what was not told of since `begin`."""
        for key in [key for key, thing in self._things.items() if not thing.seen]:
            self._forget(key)
            yield

    def lost(self) -> Iterator[None]:
        """Make everything unreachable."""
        for key in list(self._things):
            self._reach(EntityId(key), available=False)
            yield

    def _new(self, news: News) -> _Thing | None:
        if not news.whole or not is_id(news.id) or self._is_ours(news.id):
            return None
        if len(self._things) >= self._max_entities:
            self.refused += 1
            return None
        describing = {key: item for key, item in news.attributes.items() if key in DESCRIBING}
        thing = _Thing(describing, self._entity(news.id, describing))
        self._things[news.id] = thing
        self._ungrouped = True
        self._register.add(thing.entity, self._device_of(thing.entity))
        return thing

    def _describe(self, news: News, thing: _Thing) -> None:
        kept = NOTHING if news.whole else thing.describing
        added = {key: item for key, item in news.attributes.items() if key in DESCRIBING}
        thing.describing = {key: item for key, item in {**kept, **added}.items() if key not in news.removed}
        self._add(news.id, thing)

    def _add(self, key: str, thing: _Thing) -> None:
        if self._is_ours(key):
            # It was told of before the registry knew whose it is.
            self._forget(key)
            return
        thing.entity = self._entity(key, thing.describing)
        self._register.add(thing.entity, self._device_of(thing.entity))

    def _entity(self, key: str, describing: Mapping[str, object]) -> Entity:
        return entity_of(key, describing, self.registries, exposed_only=self._exposed_only)

    def _is_ours(self, key: str) -> bool:
        platform, _, unique = (self.registries.entry(key).unique or "").partition(":")
        return platform == "mqtt" and is_ours(unique)

    def _device_of(self, entity: Entity) -> Device | None:
        return self.registries.devices.get(entity.device) if entity.device is not None else None

    def _report(self, thing: _Thing, news: News) -> None:
        entity = thing.entity
        before = self._register.state(entity.id)
        if before is None:
            return
        if news.value == SILENT:
            self._reach(entity.id, available=False)
            return
        if news.value is None and not before.available:
            return
        attributes = attributes_of(news.attributes)
        back = not before.available
        if news.whole or back:
            # What is not told again is no more.
            attributes = {**dict.fromkeys(before.attributes, None), **attributes}
            if entity.domain == "weather" and "forecast" in before.attributes:
                attributes = {**attributes, "forecast": before.attributes["forecast"]}
        elif news.removed:
            attributes = {**attributes, **dict.fromkeys(news.removed, None)}
        if entity.domain == "person":
            user, name = news.attributes.get("user_id"), entity.name
            if isinstance(user, str):
                self._tracing.meet(user, name)
        self._register.observe(
            entity.id,
            news.value,
            attributes,
            at=self._now(),
            changed_at=news.changed_at,
            trace=self._tracing.trace(thing.context),
        )
        if back:
            self._register.reach(entity.id, True, at=self._now())
        for group in self._groups_of.get(entity.id, ()):
            self._report_group(group)

    def _reach(self, id: EntityId, *, available: bool) -> None:
        self._register.reach(id, available, at=self._now())
        for group in self._groups_of.get(id, ()):
            self._report_group(group)

    def _report_group(self, group: Entity) -> None:
        states = [state for one in group.members if (state := self._register.state(one)) is not None]
        there = [state.value for state in states if state.available]
        if there:
            self._register.observe(group.id, value_of(there), at=self._now())
        self._register.reach(group.id, bool(there), at=self._now())

    def _forget(self, key: str) -> None:
        if self._things.pop(key, None) is not None:
            self._register.remove(EntityId(key))


def _describes(news: News) -> bool:
    return not DESCRIBING.isdisjoint(news.attributes) or not DESCRIBING.isdisjoint(news.removed)
