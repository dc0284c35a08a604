"""Vacuum cleaners and lawn mowers: what goes out, works and comes home."""

from functools import partial
from typing import Final

from devices.dialects.discovery.component import MAX_VALUE, UNKNOWN, Component, Data, Reader, Update, mapped, text_in
from devices.dialects.discovery.config import Command, Config
from devices.dialects.discovery.payload import Payload, finite, head
from devices.dialects.model import Message
from devices.model import Capability, PayloadError

_STATES: Final = ("idle", "docked", "error", "paused", "returning", "cleaning")
_DEFAULT_FEATURES: Final = ("start", "stop", "return_home", "battery", "clean_spot")
_COMMANDS: Final = (
    ("start", "start", "payload_start", "start", Capability.START),
    ("pause", "pause", "payload_pause", "pause", Capability.PAUSE),
    ("stop", "stop", "payload_stop", "stop", Capability.STOP),
    ("return_home", "return_to_base", "payload_return_to_base", "return_to_base", Capability.RETURN_HOME),
    ("locate", "locate", "payload_locate", "locate", Capability.LOCATE),
)
"""Feature, service, key of its payload, the payload, capability."""
_ACTIVITIES: Final = ("mowing", "paused", "docked", "returning", "error")


def vacuum(config: Config) -> Component:
    """Build a vacuum cleaner (the ``state`` schema; the ``legacy`` one left Home Assistant in 2024.2)."""
    if config.text("schema", "state") == "legacy":
        raise PayloadError("the 'legacy' schema of vacuums is no longer read")
    part = Component("vacuum")
    part.assumed_state = not part.reads(config.state_topic("state_topic"), _vacuum_reader(config))
    features = config.words("supported_features", _DEFAULT_FEATURES)
    command = config.command("command_topic")
    for feature, service, key, word, capability in _COMMANDS:
        if command is not None and feature in features:
            part.serves(service, partial(_send, command, config.text(key, word)), capability)
    speeds = config.words("fan_speed_list")
    speed = config.command("set_fan_speed_topic")
    if speed is not None and "fan_speed" in features and speeds:
        part.limits["fan_speeds"] = speeds
        part.serves("set_fan_speed", lambda data: [speed(text_in(data, "fan_speed", speeds))], Capability.SPEED)
    return part


def _send(command: Command, payload: str, _data: Data) -> list[Message]:
    return [command(payload)]


def _vacuum_reader(config: Config) -> Reader:
    read = config.read("value_template")

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        values = Payload(text.encode()).mapping
        state = values.get("state")
        if state is not None and state not in _STATES:
            raise PayloadError(f"{head(state)} is none of {', '.join(_STATES)}")
        attributes: dict[str, object] = {}
        if "battery_level" in values:
            attributes["battery_level"] = min(100, max(0, round(finite(values["battery_level"]))))
        if isinstance(speed := values.get("fan_speed"), str) and len(speed) <= MAX_VALUE:
            attributes["fan_speed"] = speed
        said = str(state or UNKNOWN) if "state" in values else None
        return Update(said, attributes)

    return reader


def lawn_mower(config: Config) -> Component:
    """Build a lawn mower."""
    part = Component("lawn_mower")
    reader = mapped(config.read("activity_value_template"), {word: word for word in _ACTIVITIES})
    part.assumed_state = not part.reads(config.state_topic("activity_state_topic"), reader) or config.flag("optimistic")
    for option, service, capability in (
        ("start_mowing", "start_mowing", Capability.START),
        ("pause", "pause", Capability.PAUSE),
        ("dock", "dock", Capability.RETURN_HOME),
    ):
        command = config.command(f"{option}_command_topic", f"{option}_command_template")
        if command is not None:
            part.serves(service, partial(_send, command, option), capability)
    return part
