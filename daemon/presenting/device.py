"""The configurations by which Home Assistant makes entities of us: one for each, as every version since 2024.3 reads.

A configuration for the whole device (``homeassistant/device/…``) is read since 2024.11 only; ``notify`` since 2024.5,
before that it is a line in Home Assistant's log. An entity's id there follows from the names: ``sensor.hearth_health``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from devices.names import slug
from devices.ours import PREFIX

LONGEST_STATE = 255
"""Characters of a state in Home Assistant; more makes it unknown. The whole text stands in the attributes."""
STAGES = ("idle", "listening", "thinking", "speaking", "follow-up", "muted", "away")
EVENTS = (
    "command", "refused", "unknown", "notice_acknowledged", "timer_finished", "alarm_ringing", "reminder_due",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """A room with a satellite."""

    key: str
    """In topics: ``[a-z0-9_]``."""
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the broker things are."""

    base: str
    """``hearth``."""
    discovery: str
    """``homeassistant``."""

    @property
    def node(self) -> str:
        """What our configurations stand under, in the place of a node's id."""
        return slug(self.base)

    @property
    def own(self) -> str:
        """The beginning of the topics of our states and commands."""
        return f"{self.base}/self"

    def config(self, platform: str, key: str) -> str:
        """Return the topic of a configuration."""
        return f"{self.discovery}/{platform}/{self.node}/{key}/config"


def configurations(place: Place, rooms: Iterable[Room]) -> Mapping[str, bytes]:
    """Return what to publish, retained, by topic."""
    given = [*_house(place), *(one for room in rooms for one in _room(place, room))]
    return {place.config(platform, key): _whole(place, key, told) for platform, key, told in given}


_Component = tuple[str, str, dict[str, object]]


def _house(place: Place) -> Iterator[_Component]:
    own = place.own
    yield _sensor(own, "last_utterance", "Last utterance", icon="mdi:account-voice")
    yield _sensor(own, "last_answer", "Last answer", icon="mdi:message-reply-text")
    yield _sensor(own, "last_notice", "Last notice", icon="mdi:bell")
    yield _sensor(own, "next_due", "Next due", device_class="timestamp")
    yield _sensor(own, "open_timers", "Open timers", state_class="measurement", icon="mdi:timer-outline")
    yield _sensor(own, "state", "State", device_class="enum", options=STAGES, icon="mdi:home-sound-in")
    conditions = {"device_class": "enum", "options": ("fine", "degraded"), "entity_category": "diagnostic"}
    yield _sensor(own, "health", "Health", **conditions)
    yield _switch(own, "listening", "Listening", "mdi:microphone")
    yield _switch(own, "do_not_disturb", "Do not disturb", "mdi:bell-sleep")
    for key, name, icon in (("say", "Say this", "mdi:bullhorn"), ("ask", "Ask this", "mdi:chat-question")):
        yield "text", key, {"name": name, "icon": icon, "command_topic": f"{own}/{key}/set", "max": LONGEST_STATE}
    yield "notify", "say", {"name": "Say this", "command_topic": f"{own}/say/set"}
    for key, name, icon in (
        ("stop", "Stop talking", "mdi:volume-off"),
        ("acknowledge", "Acknowledge all notices", "mdi:bell-check"),
        ("briefing", "Briefing", "mdi:newspaper-variant-outline"),
    ):
        yield "button", key, {"name": name, "icon": icon, "command_topic": f"{own}/{key}/set"}
    yield "event", "event", {"name": "Event", "state_topic": f"{own}/event", "event_types": EVENTS}


def _room(place: Place, room: Room) -> Iterator[_Component]:
    own, key = place.own, room.key
    yield _sensor(own, f"state_{key}", f"{room.name} state", device_class="enum", options=STAGES)
    yield _switch(own, f"mute_{key}", f"Mute {room.name}", "mdi:microphone-off")
    yield "notify", f"say_{key}", {"name": f"Say in {room.name}", "command_topic": f"{own}/say_{key}/set"}


def _sensor(own: str, key: str, name: str, **more: object) -> _Component:
    topic = f"{own}/{key}"
    read = {"state_topic": topic, "json_attributes_topic": topic, "value_template": "{{ value_json.state }}"}
    attributes = "{{ value_json.attributes | tojson }}"
    return "sensor", key, {"name": name, **read, "json_attributes_template": attributes, **more}


def _switch(own: str, key: str, name: str, icon: str) -> _Component:
    command = f"{own}/{key}/set"
    kind, key, told = _sensor(own, key, name, icon=icon, command_topic=command)
    del kind
    return "switch", key, told


def _whole(place: Place, key: str, told: Mapping[str, object]) -> bytes:
    """Return a configuration with what all of them share."""
    device = {
        "identifiers": [f"{PREFIX}{place.node}"],
        "name": "Hearth" if place.node == "hearth" else f"Hearth {place.base}",
        "manufacturer": "Hearth",
        "model": "Home assistant daemon",
        "sw_version": version("hearth-home"),
    }
    shared = {
        "unique_id": f"{PREFIX}{place.node}-{key}",
        "availability_topic": f"{place.base}/status",
        "device": device,
        "origin": {"name": "Hearth", "sw_version": version("hearth-home")},
        "qos": 1,
    }
    return json.dumps({**told, **shared}, ensure_ascii=False).encode()
