"""What every MQTT dialect takes and gives: messages in, changes of the house out; calls in, messages out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from devices.model import NOTHING, Call, Device, Entity, EntityId


@dataclass(frozen=True, slots=True)
class Received:
    """One MQTT message as it came, nothing about it believed yet."""

    topic: str
    payload: bytes
    """Any bytes at all: invalid UTF-8, 1 MB, ``NaN``, a thousand nested lists. A dialect copes or raises
    `PayloadError`."""
    retained: bool
    at: datetime
    """Aware UTC."""


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message to send. It has no retain flag on purpose: a command is never retained."""

    topic: str
    payload: bytes
    qos: int = 1


@dataclass(frozen=True, slots=True)
class Appeared:
    """An entity is there, or is described anew (same id: it replaces the earlier description and keeps its state)."""

    entity: Entity
    device: Device | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """An entity is no longer announced."""

    entity: EntityId


@dataclass(frozen=True, slots=True)
class Reported:
    """An entity said what it is. What is not named here stays as it was."""

    entity: EntityId
    value: str | None = None
    """``None`` leaves the value as it was (a report of attributes only)."""
    attributes: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """Merged into the known ones; an attribute of ``None`` is removed."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """An entity can, or can no longer, be reached."""

    entity: EntityId
    available: bool


Change = Appeared | Gone | Reported | Reachable


class Dialect(Protocol):
    """One dialect with what it has learned of its devices. No I/O, no clock, no tasks: the bridge feeds it and asks it.

    An implementation must be total: whatever the payload, `receive` returns changes or raises `PayloadError`, in time
    linear in the payload, and it must bound what it remembers (the bridge caps the number of entities as well).
    """

    @property
    def name(self) -> str:
        """``discovery``, ``zigbee2mqtt``, ``tasmota``, ``esphome``, ``shelly``."""
        ...

    def filters(self) -> frozenset[str]:
        """Return the topic filters to be subscribed now; it may grow and shrink after each `receive`. Must not cover
        the whole broker (``#``).
        """
        ...

    def wants(self, topic: str) -> bool:
        """Say whether this dialect reads messages on this topic. Must be cheap (a dict look-up, a prefix): asked for
        every message.
        """
        ...

    def newest_wins(self, topic: str) -> bool:
        """Say whether only the newest of several waiting messages on this topic matters (states), or each one does
        (events, deltas, discovery).
        """
        ...

    def receive(self, message: Received) -> Sequence[Change]:
        """Translate one message into changes of the house; an uninteresting one into none.

        Raises:
            PayloadError: the payload makes no sense; nothing was changed.
        """
        ...

    def greet(self) -> Sequence[Message]:
        """Return what to send after each (re)connect, once subscribed: requests for the present state where the
        dialect has them.
        """
        ...

    def pending(self) -> Sequence[Message]:
        """Return, and forget, what follows from what was received: a request for the state of a device that has just
        appeared.
        """
        ...

    def encode(self, call: Call, entity: Entity) -> Sequence[Message]:
        """Translate a call into messages, in order.

        Raises:
            CallError: the entity does not support it, or the data are missing or out of range.
        """
        ...
