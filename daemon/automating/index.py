"""Who has to be told of a change: found by what changed, so that those who do not care cost nothing."""

from collections.abc import Hashable, Iterator

from daemon.routines.interests import TAG_EVENT, Interests
from daemon.routines.world import (
    CalendarMoment,
    Change,
    ClockMoved,
    EventFired,
    MessageCame,
    RoutineEnded,
    StateChanged,
    TagRead,
    WebhookCalled,
)
from devices.topics import fits

_ANYTHING: Hashable = ("anything",)
_OTHERS: Hashable = ("others",)


class Index:
    """Keys (of routines, of runs) by what they are interested in."""

    def __init__(self) -> None:
        self._by_thing: dict[Hashable, dict[str, None]] = {}
        self._patterns: set[str] = set()
        """Topic filters with wildcards, which are compared one by one."""
        self._interests: dict[str, Interests] = {}

    def put(self, key: str, interests: Interests) -> None:
        """Take a key, or its new interests in place of its old."""
        if self._interests.get(key) == interests:
            return
        self.drop(key)
        self._interests[key] = interests
        for thing in _things(interests):
            self._by_thing.setdefault(thing, {})[key] = None
        self._patterns |= {topic for topic in interests.topics if "+" in topic or "#" in topic}

    def drop(self, key: str) -> None:
        """Forget a key."""
        interests = self._interests.pop(key, None)
        if interests is None:
            return
        for thing in _things(interests):
            keys = self._by_thing[thing]
            del keys[key]
            if not keys:
                del self._by_thing[thing]
        self._patterns = {topic for topic in self._patterns if ("topic", topic) in self._by_thing}

    def of_entity(self, id: str) -> tuple[str, ...]:
        """Return whoever is interested in an entity; asked at every report in the house."""
        keys, all_of = self._by_thing.get(("entity", id)), self._by_thing.get(_ANYTHING)
        if keys is None:
            return tuple(all_of) if all_of is not None else ()
        return tuple(keys) if all_of is None else tuple({**keys, **all_of})

    def told_of(self, change: Change) -> tuple[str, ...]:
        """Return whoever must be told of a change; time alone is told to whom the time ledger names."""
        match change:
            case StateChanged(entity_id):
                return self.of_entity(entity_id)
            case MessageCame(topic):
                fitting = [pattern for pattern in self._patterns if fits(pattern, topic)]
                return tuple(dict.fromkeys(key for one in (topic, *fitting) for key in self._of("topic", one)))
            case EventFired(event_type):
                return self._of("event", event_type)
            case CalendarMoment(entity_id):
                return self._of("calendar", entity_id)
            case WebhookCalled(webhook_id):
                return self._of("webhook", webhook_id)
            case RoutineEnded(routine):
                return self._of("routine", routine)
            case TagRead():
                return self._of("event", TAG_EVENT)
            case ClockMoved():
                return ()
            case _:
                return tuple(self._by_thing.get(_OTHERS, ()))

    @property
    def topics(self) -> frozenset[str]:
        """Every topic filter that somebody waits for."""
        return frozenset(topic for interests in self._interests.values() for topic in interests.topics)

    @property
    def events(self) -> frozenset[str]:
        """Every type of event that somebody waits for."""
        return frozenset(one for interests in self._interests.values() for one in interests.events)

    @property
    def calendars(self) -> frozenset[str]:
        """Every calendar that somebody waits for."""
        return frozenset(one for interests in self._interests.values() for one in interests.calendars)

    def _of(self, kind: str, name: Hashable) -> tuple[str, ...]:
        return tuple(self._by_thing.get((kind, name), ()))


def _things(interests: Interests) -> Iterator[Hashable]:
    for kind, names in (
        ("entity", interests.entities),
        ("topic", interests.topics),
        ("event", interests.events),
        ("calendar", interests.calendars),
        ("webhook", interests.webhooks),
        ("routine", interests.routines),
    ):
        for name in names:
            yield kind, name
    if interests.anything:
        yield _ANYTHING
    if interests.others:
        yield _OTHERS
