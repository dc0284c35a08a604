"""What a command would come to at the gateway, and whether a wish is one of those: by service and by thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from daemon.journal import Wish
from devices.model import NOTHING, EntityId
from skills.actions import SatelliteAnnounce
from skills.model import Action

CALL = "device.call"
ANNOUNCE = "satellite.announce"
_BOTH_WAYS: Mapping[str, frozenset[str]] = {
    "toggle": frozenset({"turn_on", "turn_off"}),
    "set_cover_position": frozenset({"open_cover", "close_cover"}),
    "open": frozenset({"unlock"}),
    "media_play_pause": frozenset({"media_play", "media_pause"}),
    "select_source": frozenset({"media_play"}),
}
"""Services that do, among others, what these do."""


@dataclass(frozen=True, slots=True)
class Act:
    """A service on some things."""

    service: str
    things: frozenset[EntityId]
    data: Mapping[str, object]

    def covers(self, service: str, things: Sequence[EntityId], data: Mapping[str, object]) -> bool:
        """Say whether a call does this to any of these things; a position of 0 closes, any other opens."""
        if not self.things.intersection(things):
            return False
        if service == "set_cover_position":
            service = "close_cover" if data.get("position") == 0 else "open_cover"
        same = service == self.service or self.service in _BOTH_WAYS.get(service, ())
        return same and all(data.get(key) == value for key, value in self.data.items())

    def meets(self, other: "Act") -> bool:
        """Say whether both do the same to one of the same things."""
        return self.covers(other.service, tuple(other.things), other.data) or other.covers(
            self.service, tuple(self.things), self.data
        )


def deeds_of(actions: Sequence[Action]) -> Sequence[Act]:
    """Return what wishes would do to things; nothing of those that are about none."""
    found: list[Act] = []
    for action in actions:
        given = action.arguments
        targets, service, data = given.get("targets"), given.get("service"), given.get("data")
        if action.effect == CALL and isinstance(targets, list | tuple) and isinstance(service, str):
            things = frozenset(EntityId(str(one)) for one in cast("Sequence[object]", targets))
            found.append(Act(service, things, _plain(data)))
    return found


def does(wish: Wish, deeds: Sequence[Act]) -> bool:
    """Say whether a wish does any of these."""
    if wish.action.effect != CALL:
        return False
    service, data = wish.action.arguments.get("service"), _plain(wish.action.arguments.get("data"))
    return any(deed.covers(str(service), wish.targets, data) for deed in deeds)


def _plain(data: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", data) if isinstance(data, Mapping) else NOTHING


def rooms_named(wish: Wish) -> Sequence[str]:
    """Return the rooms that an announcement names; none where it is for the whole house, or is no announcement."""
    if wish.action.effect != ANNOUNCE:
        return ()
    return SatelliteAnnounce.model_validate(dict(wish.action.arguments)).areas
