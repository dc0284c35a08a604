"""The house as it is played: states that change, a clock that is turned by hand, and the sun of the place."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daemon.routines.playing.house import House, house_seen
from daemon.routines.triggers import SunEvent
from daemon.routines.values import Value
from daemon.routines.world import Seen, StateChanged, World


@lru_cache(maxsize=4096)
def sun_of(event: SunEvent, day: date, place: tuple[float, float], zone: str) -> datetime | None:
    """Return when the sun rises or sets somewhere on a day; none where it does not."""
    from skills.grammar.when.sun import sun_at

    return sun_at(event, day, place, zone_of(zone))


@lru_cache(maxsize=16)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name; UTC where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


class Stage:
    """A `World` that is a copy: what is played on it happens nowhere else."""

    def __init__(
        self, house: House, now: datetime, states: Mapping[str, Seen] | None = None, *, sky: World | None = None
    ) -> None:
        """Begin with states as recorded, or with those the house was described with; `sky` knows the sun better."""
        self.house = house
        self._sky = sky
        self._now = now
        self._states: MutableMapping[str, Seen] = (
            (states if isinstance(states, ChainMap) else dict(states))
            if states is not None
            else {thing.id: Seen(thing.state, now, thing.attributes) for thing in house.things.values()}
        )

    @classmethod
    def of(cls, world: World) -> Stage:
        """Return a copy of the house as it is seen now."""
        house = house_seen(world)
        states = {entity: seen for entity in house.things if (seen := world.state(entity)) is not None}
        return cls(house, world.now, states, sky=world)

    @property
    def now(self) -> datetime:
        """The time that is played."""
        return self._now

    def turn_to(self, at: datetime) -> None:
        """Let it be another time."""
        self._now = at

    def state(self, entity: str) -> Seen | None:
        """Return what an entity is."""
        return self._states.get(entity)

    def entities(self) -> Iterable[str]:
        """Return the ids of all entities."""
        return list(self._states)

    def members(self, kind: Literal["area", "floor", "label", "device"], name: str) -> tuple[str, ...]:
        """Return the ids of the entities in an area or on a floor; labels and devices are not known."""
        return () if kind in ("label", "device") else self.house.members("area" if kind == "area" else "floor", name)

    def belongs(self, entity: str, kind: Literal["area", "floor", "device"]) -> tuple[str, str] | None:
        """Return the id and the name of an entity's area or floor."""
        area = self.house.area_of(entity)
        room = None if area is None else self.house.room("area", area)
        if room is not None and kind == "floor":
            room = None if room.floor is None else self.house.room("floor", room.floor)
        return None if room is None or kind == "device" else (room.id, room.names[0])

    def sun(self, event: SunEvent, day: date) -> datetime | None:
        """Return when the sun rises or sets on a day."""
        if self._sky is not None:
            return self._sky.sun(event, day)
        return sun_of(event, day, self.house.place, self.house.zone)

    def as_of(self, change: StateChanged) -> World:
        """Return the house as it was just after a change, though its entity may have gone on since."""
        states = ChainMap({} if change.new is None else {change.entity_id: change.new}, self._states)
        return Stage(self.house, self._now, states, sky=self)

    def put(self, entity: str, value: str, attributes: Mapping[str, Value] | None = None) -> StateChanged | None:
        """Let an entity become something, and return that change; none where it is that already."""
        old = self._states.get(entity)
        before: Mapping[str, Value] = {} if old is None else old.attributes
        shown = before if attributes is None else {**before, **attributes}
        if old is not None and (old.value, old.attributes) == (value, shown):
            return None
        since = old.since if old is not None and old.value == value else self._now
        self._states[entity] = Seen(value, since, shown, self._now)
        return StateChanged(entity, old, self._states[entity])
