"""Configuration payloads: from a topic and its JSON to the components announced, short forms and ``~`` resolved."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from devices.dialects import json_payload
from devices.dialects.discovery.abbreviations import DEVICE_KEYS, KEYS
from devices.dialects.discovery.payload import Payload, finite, head
from devices.dialects.discovery.templates import Template, Templates
from devices.dialects.model import Message
from devices.model import CallError, PayloadError

MAX_CONFIG_BYTES: Final = 512 * 1024
"""A device's message with a hundred components has about 60 kB."""
MAX_COMPONENTS: Final = 500
MAX_WORDS: Final = 1_000
"""Options, modes, effects of one entity: WLED lists about 200 effects."""
MAX_TOPIC: Final = 1_024
MAX_LEVELS: Final = 8
"""Of a topic with wildcards."""

_NODE = re.compile(r"[a-zA-Z0-9_-]+")

Read = Callable[[Payload], str | None]
"""Says what a payload reports as text; ``None``: nothing."""


@dataclass(frozen=True, slots=True)
class Announced:
    """One component as it was announced."""

    platform: str
    key: str
    """What distinguishes it from all others of its platform: node and object id, and the component's key."""
    config: Mapping[str, object]
    """Keys in their long form; ``None`` is never a value but for ``name`` and payloads."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one configuration message says."""

    components: tuple[Announced, ...] = ()
    migrates: bool = False
    """The components of this topic stay, until another topic takes them over or this one is cleared."""


def split(topic: str, prefix: str) -> tuple[str, str] | None:
    """Return component and discovery id of a configuration topic, ``None`` for any other topic."""
    parts = topic.removeprefix(prefix + "/").split("/")
    if parts[-1] != "config" or len(parts) not in (3, 4) or not all(map(_NODE.fullmatch, parts)):
        return None
    return parts[0], " ".join(parts[1:-1])


def announcement(component: str, key: str, data: bytes) -> Announcement:
    """Return what a configuration message announces; an empty one announces nothing.

    Raises:
        PayloadError: it makes no sense as a whole.
    """
    if not data.strip():
        return Announcement()
    values = _long(json_payload.parse_object(data, limit=MAX_CONFIG_BYTES), KEYS)
    if values.get("migrate_discovery") is True:
        return Announcement(migrates=True)
    _nested(values)
    if component != "device":
        _resolve_base(values)
        return Announcement((Announced(component, key, values),))
    return Announcement(_components(values, key))


def _components(values: dict[str, object], key: str) -> tuple[Announced, ...]:
    parts = values.pop("components", None)
    if not json_payload.is_object(parts) or not json_payload.is_object(values.get("device")):
        raise PayloadError("a device's configuration needs 'device' and 'components'")
    if not json_payload.is_object(values.get("origin")):
        raise PayloadError("a device's configuration needs 'origin'")
    if len(parts) > MAX_COMPONENTS:
        raise PayloadError(f"{len(parts)} components in one device, at most {MAX_COMPONENTS} are read")
    found: list[Announced] = []
    for name, part in parts.items():
        own = _long(json_payload.as_object(part), KEYS)
        platform = own.pop("platform", None)
        if not isinstance(platform, str):
            raise PayloadError(f"component {head(name)} has no 'platform'")
        if not own:
            continue  # only a platform: it is removed, as if it were not listed
        _nested(own)
        merged = {**values, **own}
        _resolve_base(merged)
        found.append(Announced(platform, f"{key} {name}"[:MAX_TOPIC], merged))
    return tuple(found)


def _long(values: Mapping[str, object], table: Mapping[str, str]) -> dict[str, object]:
    return {table.get(key, key): value for key, value in values.items()}


def _nested(values: dict[str, object]) -> None:
    """Lengthen the keys of the device and of each availability."""
    device = values.get("device")
    if json_payload.is_object(device):
        values["device"] = _long(device, DEVICE_KEYS)
    entries = values.get("availability")
    if entries is not None:
        listed: Sequence[object] = entries if json_payload.is_array(entries) else (entries,)
        values["availability"] = [_long(json_payload.as_object(entry), KEYS) for entry in listed]


def _resolve_base(values: dict[str, object]) -> None:
    base = values.pop("~", None)
    if not isinstance(base, str):
        return
    for key, value in values.items():
        if key.endswith("topic"):
            values[key] = _based(value, base)
    entries = values.get("availability")
    if json_payload.is_array(entries):
        values["availability"] = [
            {**entry, "topic": _based(entry.get("topic"), base)} for entry in map(json_payload.as_object, entries)
        ]


def _based(topic: object, base: str) -> object:
    if isinstance(topic, str):
        if topic.startswith("~"):
            topic = base + topic[1:]
        if topic.endswith("~"):
            topic = topic[:-1] + base
    return topic


def checked_topic(value: object, key: str) -> str:
    """Return a topic without wildcards.

    Raises:
        PayloadError: it is none.
    """
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TOPIC or any(mark in value for mark in "+#\0"):
        raise PayloadError(f"{key!r} is no topic without wildcards: {head(value)}")
    return value


class Command:
    """Where a command goes, and what its payload looks like.

    The configuration's ``qos`` and ``retain`` are left alone: commands go with QoS 1 and are never retained.
    """

    __slots__ = ("_template", "templated", "topic")

    def __init__(self, topic: str, template: Template | None) -> None:
        self.topic = topic
        self._template = template
        self.templated = template is not None

    def __call__(self, value: object, **variables: object) -> Message:
        """Return the message that commands ``value``; ``variables`` are for the template.

        Raises:
            CallError: the publisher's template fails.
        """
        text: str | None = str(value)
        if self._template is not None:
            try:
                text = self._template.render({"value": value, **variables})
            except PayloadError as error:
                raise CallError(f"the command for {self.topic!r} cannot be made: {error}") from error
            if text is None:
                raise CallError(f"the command for {self.topic!r} cannot be made: its template refuses")
        return Message(self.topic, (text or "").encode())


class Config:
    """The configuration of one component, read with the types that are expected."""

    def __init__(self, announced: Announced, templates: Templates) -> None:
        self.platform = announced.platform
        self._values = announced.config
        self._templates = templates
        self.partial = False
        """Whether one of the templates used says that messages do not hold everything each time."""

    @property
    def commands(self) -> frozenset[str]:
        """Every topic on which it says that it takes commands, whether we send any or not."""
        found = (item for key, item in self._values.items() if key.endswith("command_topic"))
        return frozenset(item for item in found if isinstance(item, str))

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def raw(self, key: str) -> object:
        """Return the value as it came."""
        return self._values.get(key)

    def null(self, key: str) -> bool:
        """Say whether the key is there and explicitly null."""
        return key in self._values and self._values[key] is None

    def topic(self, key: str) -> str | None:
        """Return a topic, ``None`` if there is none."""
        return checked_topic(self._values[key], key) if key in self else None

    def state_topic(self, key: str) -> str | None:
        """Return a topic to read, which may hold ``+`` levels; ``None`` if there is none.

        OpenMQTTGateway 1.8 announces ``+/+/BTtoMQTT/<mac>``: any of its gateways may hear the sensor.
        """
        value = self._values.get(key)
        if not isinstance(value, str) or "+" not in value:
            return self.topic(key)
        levels = value.split("/")
        plain_levels = [level for level in levels if level != "+"]
        checked_topic("/".join(plain_levels), key)
        # With fewer a stranger could subscribe us to half of the broker.
        if len(plain_levels) < 2 or len(levels) > MAX_LEVELS:
            raise PayloadError(f"{key!r} covers too much: {head(value)}")
        return value

    def words(self, key: str, otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts; a single one counts as a list."""
        value = self._values.get(key)
        if value is None:
            return otherwise
        items: Sequence[object] = value if json_payload.is_array(value) else (value,)
        if len(items) > MAX_WORDS:
            raise PayloadError(f"{key!r} has {len(items)} entries, at most {MAX_WORDS} are read")
        return tuple(scalar(item, key) for item in items)

    def text(self, key: str, otherwise: str) -> str:
        """Return a text; numbers and booleans count as one, written as Home Assistant does."""
        value = self._values.get(key)
        return otherwise if value is None else scalar(value, key)

    def optional(self, key: str) -> str | None:
        """Return a text, ``None`` if there is none or it is empty."""
        return self.text(key, "") or None

    def payload(self, key: str, otherwise: str) -> str | None:
        """Return a command's payload; an explicit null says that there is no such command."""
        return None if self.null(key) else self.text(key, otherwise)

    def number(self, key: str, otherwise: float) -> float:
        """Return a finite number."""
        value = self._values.get(key)
        try:
            return otherwise if value is None else finite(value)
        except PayloadError as error:
            raise PayloadError(f"{key!r}: {error}") from error

    def flag(self, key: str, *, otherwise: bool = False) -> bool:
        """Return a boolean; the words that Home Assistant takes for one count."""
        value = self._values.get(key)
        if value is None:
            return otherwise
        word = str(value).casefold()
        if word in ("true", "yes", "on", "enable", "1"):
            return True
        if word in ("false", "no", "off", "disable", "0"):
            return False
        raise PayloadError(f"{key!r} is neither true nor false: {head(value)}")

    def template(self, key: str) -> Template | None:
        """Return the compiled template, ``None`` if there is none.

        Raises:
            PayloadError: it does not compile.
        """
        if key not in self:
            return None
        source = self._values[key]
        if not isinstance(source, str):
            raise PayloadError(f"{key!r} is no template: {head(source)}")
        if not source.strip():
            return None
        try:
            template = self._templates.compile(source)
        except PayloadError as error:
            raise PayloadError(f"{key!r}: {error}") from error
        self.partial = self.partial or template.partial
        return template

    def read(self, *keys: str) -> Read:
        """Return what reads a payload with the first of these templates that is there, or as it is."""
        for key in keys:
            template = self.template(key)
            if template is not None:
                return template.read
        return plain

    def command(self, topic_key: str, template_key: str | None = None) -> Command | None:
        """Return the command to that topic, ``None`` if there is no topic."""
        topic = self.topic(topic_key)
        if topic is None:
            return None
        if topic.startswith("$"):
            raise PayloadError(f"{topic_key!r} is the broker's own: {head(topic)}")
        return Command(topic, self.template(template_key) if template_key else None)

    def needed_command(self, topic_key: str, template_key: str | None = None) -> Command:
        """Return the command to that topic.

        Raises:
            PayloadError: there is no topic.
        """
        command = self.command(topic_key, template_key)
        if command is None:
            raise PayloadError(f"{topic_key!r} is missing")
        return command


def plain(payload: Payload) -> str | None:
    """Return the text of a payload, ``None`` for an empty one."""
    return payload.text or None


def scalar(value: object, key: str) -> str:
    """Return a text, number or boolean as text.

    Raises:
        PayloadError: it is something else.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    raise PayloadError(f"{key!r} is no text: {head(value)}")
