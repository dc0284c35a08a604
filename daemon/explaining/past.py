"""The house as it was at a moment, and what every routine's triggers and conditions said as it went on."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from daemon.explaining.effects import result_of, touched
from daemon.explaining.timeline import Event, Timeline
from daemon.routines.conditions import Condition
from daemon.routines.evaluating import Around, holds
from daemon.routines.model import Routine
from daemon.routines.triggers import SunEvent
from daemon.routines.watching import Fired, Held, Watched, next_look, observe, watched
from daemon.routines.world import Change, ClockMoved, Seen, StateChanged

MOST_MOMENTS = 20_000
"""As often a routine's triggers are looked at for one question."""
_NOT_TAKEN = ("refused", "failed", "silent", "confirm-asked", "confirm-denied", "gone", "message")
_SOON = timedelta(seconds=60)


class Past:
    """Every thing's states over a timeline; at any moment a `World`."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.changes: list[tuple[datetime, StateChanged]] = []
        self._seen: dict[str, list[tuple[float, Seen | None]]] = {}
        for name, seen in timeline.initial.items():
            self._seen[name] = [(0.0, seen)]
        for event in timeline.events:
            self._take(event)

    def at(self, moment: datetime) -> "House":
        """Return the house as it was just after a moment."""
        return House(self, moment)

    def state(self, entity: str, moment: datetime) -> Seen | None:
        """Return what a thing was just after a moment."""
        line = self._seen.get(entity, [])
        place = bisect_right(line, moment.timestamp(), key=lambda each: each[0])
        return line[place - 1][1] if place else None

    def known_before(self, entity: str, moment: datetime) -> str | None:
        """Return what a thing was when it was last heard of before a moment, while it could be reached."""
        line = self._seen.get(entity, [])
        earlier = [seen.value for at, seen in line if at < moment.timestamp() and seen is not None]
        return next((value for value in reversed(earlier) if value not in ("unavailable", "unknown")), None)

    def since(self, entity: str, moment: datetime) -> Seen | None:
        """Return the first other state that a thing came to after a moment."""
        line = self._seen.get(entity, [])
        return next((seen for at, seen in line if at > moment.timestamp() and seen is not None), None)

    @property
    def ids(self) -> Iterable[str]:
        """All that ever was there."""
        return self._seen

    def _take(self, event: Event) -> None:
        match event.kind:
            case "became" | "hand" | "elsewhere" | "back" if event.entity is not None and event.to is not None:
                self._put(event.entity, event.to, event)
            case "gone" if event.entity is not None:
                self._put(event.entity, "unavailable", event)
            case "removed" | "renamed" if event.entity is not None:
                self._lose(event.entity, event.at)
                if event.kind == "renamed" and event.to is not None:
                    self._put(event.to, "unknown", event)
            case "asked" | "did" | "retried" if event.entity is not None and event.action is not None:
                if not self._came_to_nothing(event):
                    self._command(event)
            case _:
                pass

    def _command(self, event: Event) -> None:
        told = result_of(event.action or "", event.data)
        for entity, up in touched(event, self.timeline):
            now = told if entity == event.entity else None
            if now is None and up is not None and entity != event.entity:
                domain = entity.partition(".")[0]
                now = result_of(f"{domain}.{_verb(domain, up)}", {})
            if now is not None:
                self._put(entity, now, event)

    def _came_to_nothing(self, event: Event) -> bool:
        after = (each for each in self.timeline.events if event.at <= each.at <= event.at + _SOON)
        return any(each.kind in _NOT_TAKEN and each.entity == event.entity for each in after)

    def _put(self, entity: str, value: str, event: Event) -> None:
        line = self._seen.setdefault(entity, [])
        old = line[-1][1] if line else None
        if old is not None and old.value == value and event.kind == "became" and value in ("on", "off"):
            # A report of what it was already: that it went back in between was not kept.
            old = Seen("off" if value == "on" else "on", event.at, old.attributes)
        elif old is not None and old.value == value and event.kind != "became":
            return
        attributes = {} if old is None else dict(old.attributes)
        since = old.since if old is not None and old.value == value else event.at
        new = Seen(value, since, attributes, event.at)
        line.append((event.at.timestamp(), new))
        self.changes.append((event.at, StateChanged(entity, old, new)))

    def _lose(self, entity: str, at: datetime) -> None:
        line = self._seen.setdefault(entity, [])
        old = line[-1][1] if line else None
        line.append((at.timestamp(), None))
        self.changes.append((at, StateChanged(entity, old, None)))


def _verb(domain: str, up: bool) -> str:
    verbs = {"cover": ("open_cover", "close_cover"), "lock": ("unlock", "lock"), "valve": ("open_valve", "close_valve")}
    return verbs.get(domain, ("turn_on", "turn_off"))[0 if up else 1]


@dataclass(frozen=True, slots=True)
class House:
    """A `World`: the house at a moment."""

    past: Past
    now: datetime

    def state(self, entity: str) -> Seen | None:
        """Return what an entity was."""
        if entity == "sun.sun":
            return self._sun()
        return self.past.state(entity, self.now)

    def entities(self) -> Iterable[str]:
        """Return the ids of all entities."""
        return [name for name in self.past.ids if self.state(name) is not None]

    def members(self, kind: Literal["area", "floor", "label", "device"], name: str) -> tuple[str, ...]:
        """Return the ids of the entities in an area."""
        inside = self.past.timeline.things.values()
        return tuple(thing.id for thing in inside if kind == "area" and thing.area == name)

    def belongs(self, entity: str, kind: Literal["area", "floor", "device"]) -> tuple[str, str] | None:
        """Return the area of an entity."""
        thing = self.past.timeline.things.get(entity)
        area = None if thing is None or thing.area is None else self.past.timeline.areas.get(thing.area)
        return (area.id, area.name) if area is not None and kind == "area" else None

    def sun(self, event: SunEvent, day: date) -> datetime | None:
        """Return when the sun rises or sets on a day."""
        return self.past.timeline.sun_at(event, day)

    def _sun(self) -> Seen | None:
        rises, sets = self.sun("sunrise", self.now.date()), self.sun("sunset", self.now.date())
        if rises is None or sets is None:
            return self.past.state("sun.sun", self.now)
        if self.now < rises:
            return Seen("below_horizon", sets - timedelta(days=1))
        return Seen("above_horizon", rises) if self.now < sets else Seen("below_horizon", sets)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A trigger that went off, and what the conditions said then."""

    routine: Routine
    at: datetime
    fired: Fired
    failing: Condition | None
    """The first condition that did not hold; none where all did."""

    @property
    def entity(self) -> str | None:
        """What set it off, where that is a thing."""
        found = self.fired.data.get("entity_id")
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Broken:
    """A trigger that began to hold and did not hold long enough."""

    routine: Routine
    held: Held
    at: datetime
    """When it broke."""

    @property
    def began(self) -> datetime:
        """When it began."""
        return self.held.until - self.held.length


@dataclass(slots=True)
class Replay:
    """What a routine's triggers did over a timeline, as if nothing had kept it from running."""

    attempts: list[Attempt] = field(default_factory=list[Attempt])
    broken: list[Broken] = field(default_factory=list[Broken])


def replayed(routine: Routine, past: Past) -> Replay:
    """Run a routine's triggers and conditions over the timeline."""
    found = Replay()
    changes = past.changes
    # Before the first event nothing is on record, so that a routine may well have run then.
    begins = past.timeline.events[0].at if past.timeline.events else past.timeline.now - timedelta(days=1)
    begins -= timedelta(minutes=1)
    memory = watched(routine.triggers, Around(past.at(begins)))
    last, place = begins, 0
    for _ in range(MOST_MOMENTS):
        due = next_look(routine.triggers, memory, Around(past.at(last)))
        change: Change
        if place < len(changes) and (due is None or changes[place][0] <= due):
            at, change = changes[place]
            place += 1
        elif due is not None and due <= past.timeline.now:
            at, change = due, ClockMoved(last)
        else:
            break
        if isinstance(change, StateChanged) and at > last and due == at:
            memory = _look(routine, past, memory, (at, ClockMoved(last)), found)
        memory = _look(routine, past, memory, (at, change), found)
        last = at
    return found


def _look(routine: Routine, past: Past, memory: Watched, happened: tuple[datetime, Change], found: Replay) -> Watched:
    at, change = happened
    around = Around(past.at(at))
    after, fired = observe(routine.triggers, memory, change, around)
    for one in fired:
        around = replace(around, variables={"trigger": one.data, **one.variables})
        failing = next((each for each in routine.conditions if holds(each, around) is not True), None)
        found.attempts.append(Attempt(routine, at, one, failing))
    went_off = {one.trigger for one in fired}
    for held in memory.held:
        if held not in after.held and held.trigger not in went_off and held.until > at:
            found.broken.append(Broken(routine, held, at))
    return after
