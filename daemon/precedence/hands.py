"""Tells a hand at a device, and people who use Home Assistant, from what was our own doing."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from devices.model import DeviceId, Entity, EntityId, HomeView, State

OURS_S, SLOWLY_S = 10.0, 90.0
"""So long after a wish a change of what it was about counts as its doing; what drives somewhere takes its time."""
MOST_TOUCHED = 2_000
SET_BY_HAND = frozenset({"light", "switch", "fan", "cover"})
"""What has a switch on the wall; the rest changes by itself too: heat by its own hours, music at its end."""
SET_BY_NAME = SET_BY_HAND | {"climate", "media_player", "humidifier", "water_heater", "valve", "lock", "vacuum"}
"""What a person who is named may have set."""
_DRIVEN = frozenset({"cover", "valve", "lock", "vacuum"})
_SETTINGS = ("brightness", "percentage", "temperature", "current_position", "volume_level")
_AT_ONCE = frozenset({"scene", "script"})
"""Setting one of these off sets things of which it does not say that they are its members."""
_WANTED: Mapping[str, str] = {"turn_on": "on", "turn_off": "off"}
_DONE: Mapping[str, str] = {"on": "turn_on", "off": "turn_off", "open": "open_cover", "closed": "close_cover"}


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody set a thing past the gateway."""

    thing: EntityId
    service: str
    """What that comes to; empty: something else than on and off, open and closed."""
    name: str | None
    """What they are called in Home Assistant; ``None``: nobody says whose hand it was."""


@dataclass(frozen=True, slots=True)
class _Touched:
    wanted: str | None
    """What it was to become; ``None``: anything."""
    until_s: float


class Hands:
    """Remembers for a while what is done through the gateway, and so knows what was not."""

    def __init__(self, home: HomeView) -> None:
        self._home = home
        self._touched: OrderedDict[EntityId | DeviceId, _Touched] = OrderedDict()
        self._anything_until_s = 0.0

    def touch(self, thing: EntityId, service: str, now_s: float) -> None:
        """Note that a thing, which is no group, is about to be set."""
        domain = thing.partition(".")[0]
        until_s = now_s + (SLOWLY_S if domain in _DRIVEN else OURS_S)
        if domain in _AT_ONCE:
            self._anything_until_s = until_s
        entity = self._home.entity(thing)
        if entity is not None and entity.device is not None:
            # What else the device has may follow: a relay that is told of as a lamp and as a switch.
            self._keep(entity.device, _Touched(None, until_s))
        self._keep(thing, _Touched(_WANTED.get(service), until_s))

    def hand(self, before: State, after: State, now_s: float) -> Hand | None:
        """Return whose hand changed a thing so; ``None``: nobody's, or our own.

        What comes back after it was away is nobody's hand, nor is a first report.
        """
        domain = after.entity.partition(".")[0]
        if domain not in SET_BY_NAME or not (before.available and after.available):
            return None
        trace, entity = after.trace, self._home.entity(after.entity)
        named = trace.who if trace is not None and not trace.ours and trace.what is None else None
        if entity is None or entity.members or not _is_set(before, after, named is not None):
            return None
        if named is not None and trace != before.trace:
            return Hand(after.entity, _service(before, after), named)
        if (trace is not None and trace.tells) or domain not in SET_BY_HAND or self._is_ours(entity, after, now_s):
            return None
        return Hand(after.entity, _service(before, after), None)

    def _is_ours(self, entity: Entity, after: State, now_s: float) -> bool:
        if now_s < self._anything_until_s:
            return True
        touched = self._touched.get(entity.id)
        if touched is not None and now_s < touched.until_s:
            # Off again within a moment of being turned on is a hand all the same.
            return touched.wanted is None or touched.wanted == after.value
        other = self._touched.get(entity.device) if entity.device is not None else None
        return other is not None and now_s < other.until_s

    def _keep(self, key: EntityId | DeviceId, touched: _Touched) -> None:
        self._touched[key] = touched
        self._touched.move_to_end(key)
        if len(self._touched) > MOST_TOUCHED:
            self._touched.popitem(last=False)


def _is_set(before: State, after: State, named: bool) -> bool:
    if before.reports == 0 or before.value in ("unknown", "unavailable") or after.value in ("unknown", "unavailable"):
        return False
    if before.value != after.value:
        return True
    return named and any(before.attributes.get(one) != after.attributes.get(one) for one in _SETTINGS)


def _service(before: State, after: State) -> str:
    return _DONE.get(after.value, "") if before.value != after.value else ""
