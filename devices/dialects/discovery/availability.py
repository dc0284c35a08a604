"""Whether an entity can be reached, from all the topics that say so."""

from dataclasses import dataclass, field
from typing import Final

from devices.dialects import json_payload
from devices.dialects.discovery.config import Config, Read, checked_topic, plain, scalar
from devices.dialects.discovery.payload import Payload, head
from devices.dialects.discovery.templates import Templates
from devices.model import PayloadError

MAX_TOPICS: Final = 32
_MODES: Final = ("latest", "all", "any")


@dataclass(frozen=True, slots=True)
class _Source:
    read: Read
    online: str
    offline: str


@dataclass(slots=True)
class Availability:
    """The topics that say whether an entity can be reached, and what they last said."""

    mode: str
    sources: dict[str, _Source]
    heard: dict[str, bool] = field(default_factory=dict[str, bool])

    @property
    def available(self) -> bool:
        """Whether it can be reached: what was never said counts as no, as in Home Assistant."""
        if not self.sources:
            return True
        said = [self.heard.get(topic, False) for topic in self.sources]
        if self.mode == "latest":
            return next(reversed(self.heard.values()), False)
        return all(said) if self.mode == "all" else any(said)

    def hear(self, topic: str, payload: Payload) -> bool:
        """Take in what a topic says; return whether it said anything.

        Raises:
            PayloadError: it said something else than online and offline.
        """
        source = self.sources[topic]
        text = source.read(payload)
        if text is None:
            return False
        if text not in (source.online, source.offline):
            raise PayloadError(f"{head(text)} is neither {source.online!r} nor {source.offline!r}")
        # Out and in again: the dict's order says which was heard last.
        self.heard.pop(topic, None)
        self.heard[topic] = text == source.online
        return True


def availability_of(config: Config, templates: Templates) -> Availability:
    """Return the availability that a configuration describes: one topic, a list of them, or none."""
    mode = config.text("availability_mode", "latest")
    if mode not in _MODES:
        raise PayloadError(f"'availability_mode' is none of {', '.join(_MODES)}: {head(mode)}")
    sources: dict[str, _Source] = {}
    topic = config.topic("availability_topic")
    if topic is not None:
        online, offline = config.text("payload_available", "online"), config.text("payload_not_available", "offline")
        sources[topic] = _Source(config.read("availability_template"), online, offline)
    entries = json_payload.as_array(config.raw("availability"))
    if len(entries) > MAX_TOPICS:
        raise PayloadError(f"{len(entries)} availability topics, at most {MAX_TOPICS} are read")
    for entry in map(json_payload.as_object, entries):
        template = entry.get("value_template")
        read = templates.compile(template).read if isinstance(template, str) else plain
        online = scalar(entry.get("payload_available", "online"), "payload_available")
        offline = scalar(entry.get("payload_not_available", "offline"), "payload_not_available")
        sources[checked_topic(entry.get("topic"), "availability topic")] = _Source(read, online, offline)
    return Availability(mode, sources)
