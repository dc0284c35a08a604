"""The house as routines see it: its states in Home Assistant's words, rooms, the sun, and who is at home."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from daemon.household import Household
from daemon.routines.triggers import SunEvent
from daemon.routines.values import Value, value_of
from daemon.routines.world import Seen
from devices.home import Home
from devices.model import Entity, EntityId, State
from devices.names import fold

SUN, HOME_ZONE = "sun.sun", "zone.home"
MOST_REMEMBERED = 20_000
"""States that were put into words once and are not again while they stay as they are."""
MOST_DAYS = 2_000


class House:
    """What does not change from one look to the next; gives a `Sight` of each moment."""

    def __init__(self, home: Home, household: Household, zone: ZoneInfo, place: tuple[float, float] | None) -> None:
        """``place`` is latitude and longitude in degrees; without one there is no sun."""
        self.home, self.household, self.zone = home, household, zone
        self._place = place
        self.persons: dict[str, Seen] = {}
        """Who of the household is at home, as ``person.<id>``, for those of whom no other source has an entity."""
        self._worded: dict[str, tuple[State, Entity | None, Seen]] = {}
        self._days: dict[tuple[SunEvent, date], datetime | None] = {}

    def now(self, at: datetime) -> "Sight":
        """Return the house at a moment, which must be this one: states are looked up as they are."""
        return Sight(self, at.astimezone(self.zone))

    def seen(self, state: State) -> Seen | None:
        """Return a state in Home Assistant's words; none for an entity that never said anything."""
        if state.reports == 0 and state.available:
            return None
        entity = self.home.entity(state.entity)
        known = self._worded.get(state.entity)
        if known is not None and known[0] is state and known[1] is entity:
            return known[2]
        seen = worded(state, entity)
        if len(self._worded) >= MOST_REMEMBERED:
            self._worded.clear()
        self._worded[state.entity] = state, entity, seen
        return seen

    def sun(self, event: SunEvent, day: date) -> datetime | None:
        """Return when the sun rises or sets on a day."""
        if self._place is None:
            return None
        key = event, day
        if key not in self._days:
            from skills.grammar.when.sun import sun_at

            if len(self._days) >= MOST_DAYS:
                self._days.clear()
            self._days[key] = sun_at(event, day, self._place, self.zone)
        return self._days[key]


@dataclass(frozen=True, slots=True)
class Sight:
    """The house at one moment; fulfils `daemon.routines.world.World`."""

    house: House
    now: datetime

    def state(self, entity: str) -> Seen | None:
        """Return what an entity is; none where there is no such entity, or it never said anything."""
        state = self.house.home.state(entity)
        if state is not None:
            return self.house.seen(state)
        if entity == SUN:
            return self._sun()
        if entity == HOME_ZONE:
            return Seen(str(self._at_home()), self.now, {"friendly_name": "Home"})
        return self.house.persons.get(entity)

    def entities(self) -> Iterable[str]:
        """Return the ids of all entities."""
        return [*(entity.id for entity in self.house.home.entities()), *self.house.persons]

    def members(self, kind: Literal["area", "floor", "label", "device"], name: str) -> tuple[str, ...]:
        """Return the entities in a place, by its id or name; nothing is labelled here."""
        home, wanted = self.house.home, fold(name)
        match kind:
            case "area":
                places = {area.id for area in home.areas() if wanted in _names(area.id, area.name, *area.aliases)}
                return tuple(one.id for one in home.entities() if one.area in places)
            case "floor":
                floors = {floor.id for floor in home.floors() if wanted in _names(floor.id, floor.name, *floor.aliases)}
                places = {area.id for area in home.areas() if area.floor in floors}
                return tuple(one.id for one in home.entities() if one.area in places)
            case "device":
                devices = {device.id for device in home.devices() if wanted in _names(device.id, device.name)}
                return tuple(one.id for one in home.entities() if one.device in devices)
            case _:
                return ()

    def belongs(self, entity: str, kind: Literal["area", "floor", "device"]) -> tuple[str, str] | None:
        """Return the id and the name of what an entity belongs to."""
        home = self.house.home
        known = home.entity(entity)
        if known is None:
            return None
        if kind == "device":
            device = next((one for one in home.devices() if one.id == known.device), None)
            return None if device is None else (device.id, device.name)
        area = None if known.area is None else home.area(known.area)
        if kind == "area" or area is None:
            return None if area is None else (area.id, area.name)
        floor = next((one for one in home.floors() if one.id == area.floor), None)
        return None if floor is None else (floor.id, floor.name)

    def sun(self, event: SunEvent, day: date) -> datetime | None:
        """Return when the sun rises or sets on a day."""
        return self.house.sun(event, day)

    def _sun(self) -> Seen | None:
        rises, sets = (self.sun(event, self.now.date()) for event in ("sunrise", "sunset"))
        if rises is None or sets is None:
            return None
        day = rises <= self.now < sets if rises < sets else not sets <= self.now < rises
        past = [at for at in (rises, sets) if at <= self.now]
        return Seen("above_horizon" if day else "below_horizon", max(past, default=self.now), {"friendly_name": "Sun"})

    def _at_home(self) -> int:
        people = {person for person in self.house.persons if self.house.home.state(person) is None}
        people |= {one.id for one in self.house.home.find(domains=frozenset({"person"}))}
        return sum((seen := self.state(person)) is not None and seen.value == "home" for person in people)


def worded(state: State, entity: Entity | None) -> Seen:
    """Return a state in Home Assistant's words, with what it says of the entity itself as attributes."""
    attributes = {key: value_of(item) for key, item in state.attributes.items()}
    if entity is not None:
        attributes.setdefault("friendly_name", entity.name)
        if entity.device_class is not None:
            attributes.setdefault("device_class", entity.device_class)
        if entity.unit is not None:
            attributes.setdefault("unit_of_measurement", entity.unit)
        if entity.members:
            attributes.setdefault("entity_id", tuple(entity.members))
    since = state.changed_at or state.seen_at or datetime.min
    value = state.value if state.available else "unavailable"
    return Seen(value, since, attributes, state.seen_at)


def context_of(state: State, cause: str | None) -> Mapping[str, Value]:
    """Return whose doing a state was, as far as it is known."""
    if state.trace is not None and not state.trace.ours:
        return {"id": state.trace.id, "parent_id": None, "user_id": state.trace.who}
    return {"id": cause, "parent_id": cause, "user_id": None} if cause is not None else {}


def entity_of(person: str) -> EntityId:
    """Return the entity that stands for a person of the household."""
    return EntityId(f"person.{person}")


def _names(*names: str) -> set[str]:
    return {fold(name) for name in names}
