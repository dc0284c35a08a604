"""What a request says, as our types: rooms, people and things by name, times, numbers; and times as text again."""

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.control import ControlError, Request
from daemon.household import Household
from devices.home import Home
from devices.model import AreaId, Entity
from skills.model import PersonId


class Fields:
    """Reads the fields of requests over the picture of the house.

    Every method raises `ControlError`, with what would have been right, for what does not fit.
    """

    def __init__(self, home: Home, household: Household, clock: Clock, zone: ZoneInfo) -> None:
        """Take the house and its people, and the zone that times without one are in."""
        self._home, self._household = home, household
        self._clock, self._zone = clock, zone

    def area(self, request: Request) -> AreaId | None:
        """Return the room that ``area`` names; None where it is left out."""
        words = perhaps(request, "area")
        if words is None or not words.strip():
            return None
        area = self._home.area_named(words)
        if area is None:
            rooms = ", ".join(area.name for area in self._home.areas()) or "none is configured"
            raise ControlError("unknown-area", f"there is no room {words!r}", f"rooms: {rooms}")
        return area.id

    def person(self, request: Request) -> PersonId | None:
        """Return whom ``person`` names; None where it is left out."""
        words = perhaps(request, "person")
        if words is None or not words.strip():
            return None
        person = self._household.person_named(words)
        if person is None:
            raise ControlError("unknown-person", f"nobody here is called {words!r}", "add them under [[people]]")
        return person.id

    def entity(self, words: str) -> Entity:
        """Return the one thing with this id or name."""
        found = [e for e in self._home.entities() if e.id == words] or list(self._home.find(name=words))
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(entity.id for entity in found)
            raise ControlError("entity-ambiguous", f"several things are called {words!r}: {ids}", "give one of the ids")
        near = [entity.name for entity in self._home.near(words)]
        remedy = f"did you mean {near[0]!r}?" if near else "see: hearth devices"
        raise ControlError("unknown-entity", f"nothing is called {words!r}", remedy)

    def time(self, words: str) -> datetime:
        """Return the time that ``--since`` names: ``18:30`` is the last time it was so, else ISO 8601."""
        now = self.now()
        try:
            hour, minute = (int(part) for part in words.split(":"))
            at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError:
            pass
        else:
            if at > now:
                raise ControlError("bad-time", f"{words} is yet to come today", "give the day too: 2026-11-22T18:30")
            return at
        try:
            at = datetime.fromisoformat(words)
        except ValueError as error:
            raise ControlError("bad-time", f"{words!r} is no time", "use 18:30 or 2026-11-22T18:30+01:00") from error
        return at if at.tzinfo else at.replace(tzinfo=self._zone)

    def now(self) -> datetime:
        """Return the time of the house."""
        return self._clock.now().astimezone(self._zone)

    def iso(self, at: datetime | None) -> str | None:
        """Return a time as text, in the zone of the house."""
        return at.astimezone(self._zone).isoformat(timespec="milliseconds") if at else None

    def zoned(self, value: object) -> object:
        """Return the same with every time in it as text, in the zone of the house."""
        match value:
            case datetime():
                return self.iso(value)
            case dict():
                return {str(key): self.zoned(item) for key, item in cast("dict[object, object]", value).items()}
            case list():
                return [self.zoned(item) for item in cast("list[object]", value)]
            case _:
                return value


def text(request: Request, key: str) -> str:
    """Return a text that must be there.

    Raises:
        ControlError: it is not, or is no text.
    """
    value = perhaps(request, key)
    if value is None:
        raise ControlError("bad-request", f"{key!r} must be a text")
    return value


def perhaps(request: Request, key: str) -> str | None:
    """Return a text that may be left out.

    Raises:
        ControlError: it is no text.
    """
    value = request.get(key)
    if value is not None and not isinstance(value, str):
        raise ControlError("bad-request", f"{key!r} must be a text")
    return value


def number(request: Request, key: str, otherwise: int, *, most: int) -> int:
    """Return a number from 1 to `most`.

    Raises:
        ControlError: it is none.
    """
    found = request.get(key, otherwise)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= most:
        raise ControlError("bad-request", f"{key!r} must be a number from 1 to {most}")
    return found
