"""What the parts of this package build of one announced component: what it can, what it reads, how it is called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from devices.dialects.discovery.config import Config, Read
from devices.dialects.discovery.payload import Payload, compact, finite, head
from devices.dialects.model import Message
from devices.model import NOTHING, CallError, Capability, PayloadError

UNKNOWN: Final = "unknown"
RESET: Final = "None"
"""What a template says, and some publishers send, for "not known"."""

MAX_VALUE: Final = 255
"""Characters of a state; more are no state (Home Assistant's limit too)."""


@dataclass(frozen=True, slots=True)
class Update:
    """What one message says of one entity."""

    value: str | None = None
    attributes: Mapping[str, object] = field(default_factory=lambda: NOTHING)


Reader = Callable[[Payload], Update | None]
"""Says what a message means; ``None``: nothing. Raises `PayloadError` for what makes no sense."""
Data = Mapping[str, object]
Run = Callable[[Data], Sequence[Message]]
"""Makes the messages of a call whose data `devices.services.check` has let pass."""


@dataclass(eq=False, slots=True)
class Component:
    """One component, ready to become an entity."""

    domain: str
    device_class: str | None = None
    capabilities: set[Capability] = field(default_factory=set[Capability])
    options: tuple[str, ...] = ()
    limits: dict[str, object] = field(default_factory=dict[str, object])
    unit: str | None = None
    assumed_state: bool = False
    readers: list[tuple[str, Reader]] = field(default_factory=list[tuple[str, Reader]])
    services: dict[str, Run] = field(default_factory=dict[str, Run])
    momentary: bool = False
    """Each message counts, and an old one says nothing: events."""

    def reads(self, topic: str | None, reader: Reader) -> bool:
        """Have ``reader`` read a topic, if there is one; say whether there is."""
        if topic is not None:
            self.readers.append((topic, reader))
        return topic is not None

    def serves(self, service: str, run: Run, *capabilities: Capability) -> None:
        """Offer a service, and the capabilities that come with it."""
        self.services[service] = run
        self.capabilities.update(capabilities)

    def switches(self, on: Run, off: Run) -> None:
        """Offer ``turn_on`` and ``turn_off``."""
        self.serves("turn_on", on, Capability.ON_OFF)
        self.serves("turn_off", off, Capability.ON_OFF)


Build = Callable[[Config], Component]


def number_in(data: Data, key: str) -> float:
    """Return a number of a call's data.

    Raises:
        CallError: there is none.
    """
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CallError(f"{key!r} must be a number, not {value!r}")
    return value


def text_in(data: Data, key: str, allowed: Sequence[str] = ()) -> str:
    """Return a text of a call's data, one of those allowed if any are.

    Raises:
        CallError: there is none, or another one.
    """
    value = data.get(key)
    if not isinstance(value, str) or (allowed and value not in allowed):
        choice = f"one of {', '.join(allowed)}" if allowed else "a text"
        raise CallError(f"{key!r} must be {choice}, not {value!r}")
    return value


def on_off(read: Read, on: str, off: str) -> Reader:
    """Return what reads two payloads as ``on`` and ``off``."""
    return mapped(read, {on: "on", off: "off"})


def mapped(read: Read, words: Mapping[str, str]) -> Reader:
    """Return what reads exactly these payloads as these states; ``None`` as unknown."""
    updates = {payload: Update(state) for payload, state in words.items()}
    updates.setdefault(RESET, Update(UNKNOWN))

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        update = updates.get(text)
        if update is None:
            raise PayloadError(f"{head(text)} is none of {', '.join(map(repr, words))}")
        return update

    return reader


def one_of(read: Read, words: Sequence[str], attribute: str | None = None) -> Reader:
    """Return what reads one of these words as the state or as an attribute; no words: any."""

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        if text == RESET:
            return Update(UNKNOWN) if attribute is None else Update(attributes={attribute: None})
        if words and text not in words:
            raise PayloadError(f"{head(text)} is none of {', '.join(words[:20])}")
        if len(text) > MAX_VALUE:
            raise PayloadError(f"{head(text)} is longer than {MAX_VALUE} characters")
        return Update(text) if attribute is None else Update(attributes={attribute: text})

    return reader


def measured(read: Read, attribute: str, convert: Callable[[float], object] = compact) -> Reader:
    """Return what reads a number as an attribute, converted."""

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        return Update(attributes={attribute: None if text == RESET else convert(finite(text))})

    return reader
