"""Where people are, as far as the house can tell: by their phones, by where they were heard, and by what moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.household import Household, Person
from daemon.household.namesakes import own_tracker
from devices.home import Home
from devices.model import AreaId, EntityId, State
from devices.names import fold
from skills.model import PersonId

HEARD_FOR = timedelta(minutes=20)
"""How long somebody is taken to be where they spoke."""
MOVED_FOR = timedelta(minutes=5)
"""How long a room counts as in use after its motion sensor fell silent: most hold for one to three minutes."""

_MOTION = frozenset({"motion", "occupancy", "presence"})
_SILENT = frozenset({"unknown", "unavailable", "none", ""})


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a person is believed to be."""

    at_home: bool | None = None
    """``None``: nothing tells."""
    area: AreaId | None = None
    how: str = "nothing tells"
    """What it is known from, for people."""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """That somebody spoke in a room."""

    area: AreaId
    at: datetime


class Presence:
    """Collects what tells where people are; see `whereabouts` for what counts more."""

    def __init__(self, home: Home, household: Household) -> None:
        self._home, self._household = home, household
        self._heard: dict[PersonId | None, Heard] = {}

    def heard(self, area: AreaId | None, person: PersonId | None, at: datetime) -> None:
        """Note that somebody spoke in a room; without a person it tells only that somebody is there."""
        if area is not None and (person is None or person in self._household.people):
            self._heard[person] = Heard(area, at)

    def where(self, person: Person, now: datetime) -> Whereabouts:
        """Return where a person is."""
        alone = not any(
            self._tracked(other).at_home is not False
            for other in self._household.people.values()
            if other.id != person.id
        )
        heard = self._recently(person.id, now) or (self._recently(None, now) if alone else None)
        return whereabouts(self._tracked(person), heard, self._moving(now), alone=alone)

    def named(self, name: str) -> Person | None:
        """Return whom Home Assistant calls so: by their name here, else by the name of what tells of them there."""
        people = self._household.people.values()
        wanted = fold(name)
        told = (person for person in people for one in _trackers(person) if self._is_called(one, wanted))
        return self._household.person_named(name) or next(told, None)

    def occupied(self, now: datetime) -> Sequence[AreaId]:
        """Return the rooms where somebody is, the likeliest first."""
        spoken = sorted(self._heard.values(), key=lambda heard: heard.at, reverse=True)
        recent = [heard.area for heard in spoken if now - heard.at <= HEARD_FOR]
        return tuple(dict.fromkeys((*recent, *self._moving(now))))

    def is_left(self, area: AreaId, since: datetime, now: datetime) -> bool:
        """Say whether nobody has been in a room for a while, though somebody was at that time.

        A room without a sensor that sees people is left only once everybody's phone is away; who was heard there since
        is there.
        """
        heard = max((one.at for one in self._heard.values() if one.area == area), default=None)
        if heard is not None and heard > since and now - heard <= HEARD_FOR:
            return False
        people = self._household.people.values()
        if people and all(self._tracked(person).at_home is False for person in people):
            return True
        seen = [
            state
            for entity in self._home.find(area=area, domains=frozenset({"binary_sensor"}), device_classes=_MOTION)
            if (state := self._home.state(entity.id)) is not None and state.available and state.value in {"on", "off"}
        ]
        if not seen or now - since <= MOVED_FOR:
            return False
        # A sensor that has seen nobody since then need not see where they sit.
        fell_silent = [at for state in seen if state.value == "off" and (at := state.changed_at) is not None]
        silent = len(fell_silent) == len(seen)
        return silent and since <= max(fell_silent) <= now - MOVED_FOR

    def listen(self, listener: Callable[[PersonId], None]) -> Callable[[], None]:
        """Call ``listener`` when a person's phone or tracker reports; return what ends that."""

        def on_change(before: State, after: State) -> None:
            if before.value == after.value:
                return
            for person in self._household.people.values():
                if after.entity in _trackers(person):
                    listener(person.id)

        return self._home.listen(on_change)

    def _recently(self, person: PersonId | None, now: datetime) -> Heard | None:
        heard = self._heard.get(person)
        return heard if heard is not None and now - heard.at <= HEARD_FOR else None

    def _tracked(self, person: Person) -> Whereabouts:
        states = [state for one in _trackers(person) if (state := self._home.state(one)) is not None]
        areas = {fold(name): area.id for area in self._home.areas() for name in (area.id, area.name, *area.aliases)}
        return tracked([state for state in states if state.available], areas)

    def _is_called(self, tracker: EntityId, wanted: str) -> bool:
        entity = self._home.entity(tracker)
        return entity is not None and entity.domain == "person" and fold(entity.name) == wanted

    def _moving(self, now: datetime) -> Sequence[AreaId]:
        """Return the rooms in which something moves, or did just now, the latest first."""
        found: dict[AreaId, datetime] = {}
        for entity in self._home.find(domains=frozenset({"binary_sensor"}), device_classes=_MOTION):
            state = self._home.state(entity.id)
            moved_at = _moved_at(state, now) if state is not None else None
            if entity.area is not None and moved_at is not None and moved_at >= found.get(entity.area, moved_at):
                found[entity.area] = moved_at
        return tuple(sorted(found, key=lambda area: found[area], reverse=True))


def tracked(states: Sequence[State], areas: Mapping[str, AreaId]) -> Whereabouts:
    """Return where the trackers say that somebody is.

    One that names a room (a beacon's) tells most, one that is at home more than one that is not: a phone that was left
    in the car reports like one that is on its way.
    """
    said = {fold(state.value): state.changed_at for state in states if fold(state.value) not in _SILENT}
    room = next((word for word in said if word in areas), None)
    if room is not None:
        return Whereabouts(True, areas[room], "a tracker names the room", said[room])
    at_home = next((word for word in said if word in {"home", "on"}), None)
    if at_home is not None:
        return Whereabouts(True, None, "their phone is at home", said[at_home])
    left = max((at for at in said.values() if at is not None), default=None)
    return Whereabouts(False, None, "their phone is not at home", left) if said else Whereabouts()


def whereabouts(trackers: Whereabouts, heard: Heard | None, moving: Sequence[AreaId], *, alone: bool) -> Whereabouts:
    """Return where a person is: a voice tells more than a phone, a phone more than what moves.

    Motion tells that somebody is there and not who: it counts only for whoever is ``alone`` in the house, and not
    against a phone that is away (a cat moves, too). Who left after they were heard is gone.
    """
    left_at = trackers.since if trackers.at_home is False else None
    if heard is not None and (left_at is None or left_at <= heard.at):
        return Whereabouts(True, heard.area, "they were heard there", heard.at)
    if trackers.area is not None or trackers.at_home is False:
        return trackers
    if alone and moving:
        return Whereabouts(True, moving[0], "something moves there, and nobody else is at home")
    return trackers


def _trackers(person: Person) -> Sequence[EntityId]:
    return tuple(map(EntityId, person.trackers)) or (own_tracker(person.id),)


def _moved_at(state: State, now: datetime) -> datetime | None:
    if not state.available or state.value not in {"on", "off"}:
        return None
    if state.value == "on":
        return now
    at = state.changed_at
    return at if at is not None and state.reports > 1 and now - at <= MOVED_FOR else None
