"""Switches, sirens, locks and alarm panels: what is on or off, shut or open, armed or not."""

import json
from functools import partial
from typing import Final

from devices.dialects.discovery.component import (
    MAX_VALUE,
    RESET,
    UNKNOWN,
    Component,
    Data,
    Reader,
    Update,
    mapped,
    on_off,
    text_in,
)
from devices.dialects.discovery.config import Config
from devices.dialects.discovery.payload import Payload, finite, head
from devices.dialects.model import Message
from devices.model import CallError, Capability, PayloadError

_ARMS: Final = {
    "arm_home": "ARM_HOME",
    "arm_away": "ARM_AWAY",
    "arm_night": "ARM_NIGHT",
    "arm_vacation": "ARM_VACATION",
}
_ALARM_STATES: Final = (
    "disarmed", "armed_home", "armed_away", "armed_night", "armed_vacation", "armed_custom_bypass", "pending",
    "arming", "disarming", "triggered",
)  # fmt: skip
_REMOTE_CODES: Final = ("REMOTE_CODE", "REMOTE_CODE_TEXT")


def switch(config: Config) -> Component:
    """Build a switch."""
    part = Component("switch", config.optional("device_class"))
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    reader = on_off(config.read("value_template"), config.text("state_on", on), config.text("state_off", off))
    part.assumed_state = not part.reads(config.state_topic("state_topic"), reader) or config.flag("optimistic")
    command = config.needed_command("command_topic", "command_template")
    part.switches(lambda _: [command(on)], lambda _: [command(off)])
    return part


def lock(config: Config) -> Component:
    """Build a lock."""
    part = Component("lock")
    states = {
        config.text("state_locked", "LOCKED"): "locked",
        config.text("state_unlocked", "UNLOCKED"): "unlocked",
        config.text("state_locking", "LOCKING"): "locking",
        config.text("state_unlocking", "UNLOCKING"): "unlocking",
        config.text("state_jammed", "JAMMED"): "jammed",
        config.text("payload_reset", RESET): UNKNOWN,
    }
    reader = mapped(config.read("value_template"), states)
    part.assumed_state = not part.reads(config.state_topic("state_topic"), reader) or config.flag("optimistic")
    part.limits["code_required"] = "code_format" in config
    command = config.needed_command("command_topic", "command_template")

    def send(payload: str, data: Data) -> list[Message]:
        return [command(payload, code=data.get("code"))]

    part.serves("lock", partial(send, config.text("payload_lock", "LOCK")), Capability.LOCK)
    part.serves("unlock", partial(send, config.text("payload_unlock", "UNLOCK")), Capability.LOCK)
    unlatch = config.optional("payload_open")
    if unlatch is not None:
        part.serves("open", partial(send, unlatch), Capability.UNLATCH)
    return part


def siren(config: Config) -> Component:
    """Build a siren."""
    part = Component("siren")
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    reader = _siren_reader(config, config.text("state_on", on), config.text("state_off", off))
    part.assumed_state = not part.reads(config.state_topic("state_topic"), reader) or config.flag("optimistic")
    takes: set[str] = set()
    tones = config.words("available_tones")
    if tones:
        part.capabilities.add(Capability.TONE)
        part.limits["tones"] = tones
        takes.add("tone")
    if config.flag("support_duration", otherwise=True):
        part.capabilities.add(Capability.DURATION)
        takes.add("duration")
    if config.flag("support_volume_set", otherwise=True):
        part.capabilities.add(Capability.VOLUME)
        takes.add("volume_level")
    turn_on = config.needed_command("command_topic", "command_template")
    off_key = "command_off_template" if "command_off_template" in config else "command_template"
    turn_off = config.needed_command("command_topic", off_key)

    def switched_on(data: Data) -> list[Message]:
        beyond = data.keys() - takes
        if beyond or data.get("tone", "") not in ("", *tones):
            raise CallError(f"the siren takes no {', '.join(sorted(beyond)) or repr(data['tone'])}")
        state = {"state": on, **data}
        return [turn_on(on, **state) if turn_on.templated else turn_on(json.dumps(state))]

    def switched_off(_: Data) -> list[Message]:
        return [turn_off(off, state=off) if turn_off.templated else turn_off(json.dumps({"state": off}))]

    part.switches(switched_on, switched_off)
    return part


def _siren_reader(config: Config, on: str, off: str) -> Reader:
    read = config.read("state_value_template")
    states = {on: "on", off: "off", RESET: UNKNOWN}

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None or text == "{}":
            return None
        if text in states:
            return Update(states[text])
        values = Payload(text.encode()).mapping
        attributes: dict[str, object] = {}
        if isinstance(tone := values.get("tone"), str) and len(tone) <= MAX_VALUE:
            attributes["tone"] = tone
        for key in ("duration", "volume_level"):
            if key in values:
                attributes[key] = finite(values[key])
        state = values.get("state")
        if state is not None and state not in states:
            raise PayloadError(f"{head(state)} is neither {on!r} nor {off!r}")
        return Update(states[str(state)] if state is not None else None, attributes)

    return reader


def alarm_control_panel(config: Config) -> Component:
    """Build an alarm panel."""
    part = Component("alarm_control_panel")
    part.reads(
        config.state_topic("state_topic"), mapped(config.read("value_template"), {word: word for word in _ALARM_STATES})
    )
    part.assumed_state = not part.readers
    supported = config.words("supported_features", tuple(_ARMS))
    modes = tuple(mode for mode in _ARMS if mode in supported)
    code = config.optional("code")
    part.limits["arm_modes"] = tuple(mode.removeprefix("arm_") for mode in modes)
    part.limits["code_required"] = code is not None and config.flag("code_disarm_required", otherwise=True)
    command = config.needed_command("command_topic", "command_template")

    def send(payload: str, needed: bool, data: Data) -> list[Message]:
        given = data.get("code")
        if code is not None and code not in _REMOTE_CODES and needed and given != code:
            raise CallError("the alarm panel wants its code, and this is not it")
        if code in _REMOTE_CODES and needed:
            text_in(data, "code")
        return [command(payload, action=payload, code=given) if command.templated else command(payload)]

    arming = config.flag("code_arm_required", otherwise=True)
    for mode in modes:
        payload = config.text(f"payload_{mode}", _ARMS[mode])
        part.serves(f"alarm_{mode}", partial(send, payload, arming), Capability.ARM)
    disarming = config.flag("code_disarm_required", otherwise=True)
    part.serves("alarm_disarm", partial(send, config.text("payload_disarm", "DISARM"), disarming), Capability.ARM)
    return part
