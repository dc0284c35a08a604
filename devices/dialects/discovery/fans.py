"""Fans: on and off, speed, presets, oscillation, direction."""

import math
from typing import Final

from devices.dialects.discovery.component import (
    RESET,
    Component,
    Data,
    Update,
    mapped,
    number_in,
    on_off,
    one_of,
    text_in,
)
from devices.dialects.discovery.config import Config
from devices.dialects.discovery.payload import Payload, finite
from devices.dialects.model import Message
from devices.model import CallError, Capability, PayloadError

_DIRECTIONS: Final = ("forward", "reverse")


def fan(config: Config) -> Component:
    """Build a fan."""
    part = Component("fan")
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    command = config.needed_command("command_topic", "command_template")
    part.assumed_state = not part.reads(
        config.state_topic("state_topic"), on_off(config.read("state_value_template"), on, off)
    ) or config.flag("optimistic")
    _speed(config, part)
    presets = config.words("preset_modes")
    reader = one_of(config.read("preset_mode_value_template"), presets, "preset_mode")
    part.reads(config.state_topic("preset_mode_state_topic"), reader)
    preset = config.command("preset_mode_command_topic", "preset_mode_command_template")
    if preset is not None and presets:
        part.limits["preset_modes"] = presets
        part.serves("set_preset_mode", lambda data: [preset(text_in(data, "preset_mode", presets))], Capability.PRESET)
    _oscillation(config, part)
    _direction(config, part)

    def turn_on(data: Data) -> list[Message]:
        messages = [command(on)]
        for key, service in (("percentage", "set_percentage"), ("preset_mode", "set_preset_mode")):
            if key in data:
                if service not in part.services:
                    raise CallError(f"the fan takes no {key!r}")
                messages += part.services[service]({key: data[key]})
        return messages

    part.switches(turn_on, lambda _: [command(off)])
    return part


def _speed(config: Config, part: Component) -> None:
    low, high = config.number("speed_range_min", 1), config.number("speed_range_max", 100)
    if not 1 <= low < high:
        raise PayloadError("'speed_range_min' must be 1 or more, and below 'speed_range_max'")
    steps = high - low + 1
    read, reset = config.read("percentage_value_template"), config.text("payload_reset_percentage", RESET)

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        if text in (reset, RESET):
            return Update(attributes={"percentage": None})
        percent = int((finite(text) - low + 1) * 100 // steps)
        if not 0 <= percent <= 100:
            raise PayloadError(f"a speed of {percent} %")
        return Update(attributes={"percentage": percent})

    part.reads(config.state_topic("percentage_state_topic"), reader)
    command = config.command("percentage_command_topic", "percentage_command_template")
    if command is None:
        return
    part.limits["speed_steps"] = int(steps)

    def run(data: Data) -> list[Message]:
        return [command(math.ceil(steps * number_in(data, "percentage") / 100 + low - 1))]

    part.serves("set_percentage", run, Capability.SPEED)


def _oscillation(config: Config, part: Component) -> None:
    on, off = (
        config.text("payload_oscillation_on", "oscillate_on"),
        config.text("payload_oscillation_off", "oscillate_off"),
    )
    told = mapped(config.read("oscillation_value_template"), {on: "on", off: "off"})

    def reader(payload: Payload) -> Update | None:
        update = told(payload)
        return None if update is None else Update(attributes={"oscillating": update.value == "on"})

    part.reads(config.state_topic("oscillation_state_topic"), reader)
    command = config.command("oscillation_command_topic", "oscillation_command_template")
    if command is None:
        return

    def run(data: Data) -> list[Message]:
        wanted = data.get("oscillating")
        if not isinstance(wanted, bool):
            raise CallError(f"'oscillating' must be true or false, not {wanted!r}")
        return [command(on if wanted else off)]

    part.serves("oscillate", run, Capability.OSCILLATE)


def _direction(config: Config, part: Component) -> None:
    reader = one_of(config.read("direction_value_template"), _DIRECTIONS, "direction")
    part.reads(config.state_topic("direction_state_topic"), reader)
    command = config.command("direction_command_topic", "direction_command_template")
    if command is not None:
        part.serves(
            "set_direction", lambda data: [command(text_in(data, "direction", _DIRECTIONS))], Capability.DIRECTION
        )
