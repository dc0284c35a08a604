"""What only reports: sensors, binary sensors, events, trackers; and updates, which can be installed."""

from devices.dialects import json_payload
from devices.dialects.discovery.component import MAX_VALUE, RESET, UNKNOWN, Component, Update, on_off
from devices.dialects.discovery.config import Config
from devices.dialects.discovery.payload import Payload, finite, head
from devices.model import Capability, PayloadError


def sensor(config: Config) -> Component:
    """Build a sensor; ``expire_after`` needs a clock, which a dialect has not: the age is in the state's time."""
    part = Component("sensor", config.optional("device_class"), unit=config.optional("unit_of_measurement"))
    part.options = config.words("options")
    numeric = part.unit is not None or "state_class" in config
    read = config.read("value_template")

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        if text in (RESET, UNKNOWN, "unavailable"):
            return Update(UNKNOWN)
        if numeric:
            finite(text)
        if len(text) > MAX_VALUE:
            raise PayloadError(f"{head(text)} is longer than {MAX_VALUE} characters")
        return Update(text)

    part.reads(config.state_topic("state_topic"), reader)
    return part


def binary_sensor(config: Config) -> Component:
    """Build a binary sensor; ``off_delay`` and ``expire_after`` need a clock, which a dialect has not."""
    part = Component("binary_sensor", config.optional("device_class"))
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    part.reads(config.state_topic("state_topic"), on_off(config.read("value_template"), on, off))
    return part


def event(config: Config) -> Component:
    """Build an event: its state is the type of the last one, its other data are attributes."""
    part = Component("event", config.optional("device_class"), options=config.words("event_types"), momentary=True)
    read = config.read("value_template")

    def reader(payload: Payload) -> Update | None:
        text = None if payload.retained else read(payload)
        if text is None or text in (RESET, "{}"):
            return None
        values = dict(Payload(text.encode()).mapping)
        kind = values.pop("event_type", None)
        if not isinstance(kind, str) or kind not in part.options:
            raise PayloadError(f"{head(kind)} is no event of this entity")
        return Update(kind, values)

    part.reads(config.state_topic("state_topic"), reader)
    return part


def device_tracker(config: Config) -> Component:
    """Build a tracker: ``home``, ``not_home`` or the name of a place."""
    part = Component("device_tracker")
    read = config.read("value_template")
    words = {
        config.text("payload_home", "home"): "home",
        config.text("payload_not_home", "not_home"): "not_home",
        config.text("payload_reset", RESET): UNKNOWN,
    }

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        return None if text is None else Update(words.get(text, text[:MAX_VALUE]))

    part.reads(config.state_topic("state_topic"), reader)
    return part


def update(config: Config) -> Component:
    """Build an update: ``on`` while the latest version is not the installed one."""
    part = Component("update", config.optional("device_class"))
    versions: dict[str, object] = {}

    def told(found: dict[str, object]) -> Update:
        versions.update(found)
        installed, latest = versions.get("installed_version"), versions.get("latest_version")
        known = installed is not None and latest is not None
        return Update(("off" if installed == latest else "on") if known else UNKNOWN, dict(found))

    read, read_latest = config.read("value_template"), config.read("latest_version_template")

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None or text == "{}":
            return None
        try:
            values = Payload(text.encode()).json
        except PayloadError:
            values = text
        if not json_payload.is_object(values):
            return told({"installed_version": text[:MAX_VALUE]})
        keys = ("installed_version", "latest_version", "title", "release_url", "update_percentage", "in_progress")
        return told({key: values[key] for key in keys if key in values})

    def latest_reader(payload: Payload) -> Update | None:
        text = read_latest(payload)
        return told({"latest_version": text[:MAX_VALUE]}) if text else None

    part.reads(config.state_topic("state_topic"), reader)
    part.reads(config.state_topic("latest_version_topic"), latest_reader)
    command, install = config.command("command_topic"), config.optional("payload_install")
    if command is not None and install is not None:
        part.serves("install", lambda _: [command(install)], Capability.INSTALL)
    return part
