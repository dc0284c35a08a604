"""Who reads which topic, and what was last said there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from devices.dialects.discovery.availability import Availability
from devices.dialects.discovery.component import Component, Reader, Update
from devices.dialects.discovery.payload import Payload
from devices.dialects.model import Change, Reachable, Reported
from devices.model import Entity, PayloadError

MAX_SHAPES: Final = 16
"""Kinds of filters with wildcards: each costs a look-up for every message. Publishers have one each."""
MAX_KEPT: Final = 8 * 1024
MAX_KEPT_TOTAL: Final = 4 * 1024 * 1024
"""Bytes of last messages that are kept for entities announced after them."""


@dataclass(eq=False, slots=True)
class Known:
    """One announced entity."""

    entity: Entity
    part: Component
    availability: Availability
    partial: bool
    """Messages on its topics do not hold everything each time."""
    commands: frozenset[str] = frozenset()
    """The topics on which it takes commands."""


@dataclass(slots=True)
class Route:
    """One topic."""

    readers: dict[Known, tuple[Reader, ...]] = field(default_factory=dict[Known, tuple[Reader, ...]])
    presences: dict[Known, None] = field(default_factory=dict[Known, None])
    last: Payload | None = None

    @property
    def each_counts(self) -> bool:
        """Whether it must not be skipped for a newer message."""
        return any(known.partial or known.part.momentary for known in self.readers)


_Shape = tuple[int, tuple[int, ...]]
"""How many levels a filter has, and at which of them its wildcards are."""


def _shape(topic: str) -> _Shape:
    levels = topic.split("/")
    return len(levels), tuple(place for place, level in enumerate(levels) if level == "+")


class Routes:
    """All topics that announced entities read."""

    def __init__(self) -> None:
        self._routes: dict[str, Route] = {}
        self._shapes: dict[_Shape, int] = {}
        """How many filters with wildcards there are of each shape."""
        self._filters: frozenset[str] | None = None
        self._kept = 0
        self.faults = 0
        """Readers that failed while others understood the same message."""

    def __contains__(self, topic: str) -> bool:
        return topic in self._routes or (bool(self._shapes) and bool(self._matching(topic)))

    def _matching(self, topic: str) -> list[Route]:
        """Return the routes of a topic; its own first."""
        found = [self._routes[topic]] if topic in self._routes else []
        if self._shapes:
            levels = topic.split("/")
            for count, places in islice(self._shapes, MAX_SHAPES):
                if count == len(levels):
                    masked = "/".join("+" if place in places else level for place, level in enumerate(levels))
                    if masked in self._routes and masked != topic:
                        found.append(self._routes[masked])
        return found

    def topics(self) -> frozenset[str]:
        """Return all topics."""
        if self._filters is None:
            self._filters = frozenset(self._routes)
        return self._filters

    def each_counts(self, topic: str) -> bool:
        """Say whether a message on this topic must not be skipped for a newer one."""
        return any(route.each_counts for route in self._matching(topic))

    def add(self, known: Known) -> None:
        """Have an entity read its topics."""
        for topic, reader in known.part.readers:
            route = self._route(topic)
            route.readers[known] = (*route.readers.get(known, ()), reader)
        for topic in known.availability.sources:
            self._route(topic).presences[known] = None

    def _route(self, topic: str) -> Route:
        route = self._routes.get(topic)
        if route is None:
            route = self._routes[topic] = Route()
            self._filters = None
            if "+" in topic:
                shape = _shape(topic)
                self._shapes[shape] = self._shapes.get(shape, 0) + 1
        return route

    def drop(self, known: Known) -> None:
        """Have an entity read nothing any more."""
        for topic in _topics(known):
            route = self._routes.get(topic)
            if route is None:
                continue
            route.readers.pop(known, None)
            route.presences.pop(known, None)
            if not route.readers and not route.presences:
                self._keep(route, None)
                del self._routes[topic]
                self._filters = None
                if "+" in topic:
                    shape = _shape(topic)
                    self._shapes[shape] -= 1
                    if not self._shapes[shape]:
                        del self._shapes[shape]

    def heard(self, topic: str, data: bytes, *, retained: bool) -> list[Change]:
        """Return what a message on one of the topics changes.

        Raises:
            PayloadError: nobody understands it.
        """
        payload = Payload(data, retained=retained)
        routes = self._matching(topic)
        changes: list[Change] = []
        errors: list[PayloadError] = []
        for route in routes:
            for known in route.readers:
                try:
                    changes += self._reported(route, known, payload)
                except PayloadError as error:
                    errors.append(error)
            for known in route.presences:
                try:
                    changes += _reachable(topic, known, payload)
                except PayloadError as error:
                    errors.append(error)
        if errors and not changes:
            raise PayloadError(f"{topic}: {errors[0]}") from errors[0]
        self.faults += len(errors)
        for route in routes:
            self._keep(route, payload)
        return changes

    def replay(self, known: Known) -> Iterator[Change]:
        """Yield what was said on the topics of a new entity before it was announced: nobody will say it again."""
        for topic in _topics(known):
            payload = self._routes[topic].last
            if payload is None or known.part.momentary:
                continue
            try:
                yield from self._reported(self._routes[topic], known, payload)
                if topic in known.availability.sources:
                    known.availability.hear(topic, payload)
            except PayloadError:
                self.faults += 1
        if known.availability.sources:
            yield Reachable(known.entity.id, known.availability.available)

    def _reported(self, route: Route, known: Known, payload: Payload) -> Iterable[Change]:
        readers = route.readers.get(known, ())
        value: str | None = None
        attributes: dict[str, object] = {}
        error: PayloadError | None = None
        understood: Update | None = None
        for reader in readers:
            try:
                update = reader(payload)
            except PayloadError as failed:
                error = error or failed
                continue
            if update is not None:
                understood = update
                value = update.value if update.value is not None else value
                attributes.update(update.attributes)
        if understood is not None:
            # One message is one report, though a thermostat has six readers of it.
            self.faults += error is not None
            return (Reported(known.entity.id, value, attributes),)
        if error is not None:
            raise error
        return ()

    def _keep(self, route: Route, payload: Payload | None) -> None:
        if route.last is not None:
            self._kept -= len(route.last.data)
        size = len(payload.data) if payload is not None else 0
        fits = size <= MAX_KEPT and self._kept + size <= MAX_KEPT_TOTAL
        route.last = Payload(payload.data, retained=True) if payload is not None and fits else None
        self._kept += size if route.last is not None else 0


def _topics(known: Known) -> Iterable[str]:
    return dict.fromkeys((*(topic for topic, _ in known.part.readers), *known.availability.sources))


def _reachable(topic: str, known: Known, payload: Payload) -> Iterable[Change]:
    if known.availability.hear(topic, payload):
        return (Reachable(known.entity.id, known.availability.available),)
    return ()
