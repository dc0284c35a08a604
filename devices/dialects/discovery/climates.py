"""Climate, water heaters and humidifiers: what holds a temperature or a humidity.

Temperatures stay in the unit that the device speaks (``temperature_unit``), which is the entity's ``unit``.
"""

from collections.abc import Sequence
from typing import Final

from devices.dialects.discovery.component import (
    RESET,
    Component,
    Data,
    Reader,
    Update,
    measured,
    number_in,
    on_off,
    one_of,
    text_in,
)
from devices.dialects.discovery.config import Command, Config
from devices.dialects.discovery.payload import Payload, compact
from devices.dialects.model import Message
from devices.model import CallError, Capability

_HVAC_MODES: Final = ("auto", "off", "cool", "heat", "dry", "fan_only")
_FAN_MODES: Final = ("auto", "low", "medium", "high")
_OPERATION_MODES: Final = ("eco", "electric", "gas", "heat_pump", "high_demand", "performance", "off")
_TURN_ON_ORDER: Final = ("heat_cool", "heat", "auto", "cool", "dry", "fan_only")


def climate(config: Config) -> Component:
    """Build a thermostat or an air conditioner."""
    part = Component("climate")
    modes = config.words("modes", _HVAC_MODES)
    part.limits["hvac_modes"] = modes
    _temperatures(config, part, 7, 35)
    mode = config.command("mode_command_topic", "mode_command_template")
    _mode_state(config, part, modes)
    if mode is not None:
        part.serves("set_hvac_mode", lambda data: [mode(text_in(data, "hvac_mode", modes))], Capability.HVAC_MODE)
    _attribute(config, part, "action", "hvac_action", template="action_template", topic="action_topic")
    _choice(config, part, "preset_mode", Capability.PRESET, config.words("preset_modes"), reset="none")
    _choice(config, part, "fan_mode", Capability.FAN_MODE, config.words("fan_modes", _FAN_MODES))
    _attribute(config, part, "swing_mode", "swing_mode")
    _measure(config, part, "current_humidity", "current_humidity")
    _measure(config, part, "target_humidity_state", "humidity")
    _power(config, part, mode, modes)
    part.assumed_state = config.flag("optimistic") or not part.readers
    return part


def water_heater(config: Config) -> Component:
    """Build a water heater: its state is its mode of operation."""
    part = Component("water_heater")
    modes = config.words("modes", _OPERATION_MODES)
    part.limits["operation_modes"] = modes
    # Home Assistant's defaults are 110 and 140 °F, 43.3 and 60 °C.
    _temperatures(config, part, 43.3, 60)
    mode = config.command("mode_command_topic", "mode_command_template")
    _mode_state(config, part, modes)
    if mode is not None:
        part.serves(
            "set_operation_mode",
            lambda data: [mode(text_in(data, "operation_mode", modes))],
            Capability.HVAC_MODE,
        )
    _power(config, part, mode, modes)
    part.assumed_state = config.flag("optimistic") or not part.readers
    return part


def humidifier(config: Config) -> Component:
    """Build a humidifier or a dehumidifier."""
    part = Component("humidifier", config.text("device_class", "humidifier"))
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    switch = config.needed_command("command_topic", "command_template")
    part.assumed_state = not part.reads(
        config.state_topic("state_topic"), on_off(config.read("state_value_template"), on, off)
    ) or config.flag("optimistic")
    part.switches(lambda _: [switch(on)], lambda _: [switch(off)])
    low, high = config.number("min_humidity", 0), config.number("max_humidity", 100)
    part.limits.update({"min": low, "max": high})
    target = config.needed_command("target_humidity_command_topic", "target_humidity_command_template")

    def run(data: Data) -> list[Message]:
        return [target(round(_between(number_in(data, "humidity"), "humidity", low, high)))]

    part.serves("set_humidity", run, Capability.TARGET_HUMIDITY)
    _measure(config, part, "target_humidity_state", "humidity", reset=config.text("payload_reset_humidity", RESET))
    _measure(config, part, "current_humidity", "current_humidity")
    _attribute(config, part, "action", "action", template="action_template", topic="action_topic")
    modes = config.words("modes")
    part.reads(config.state_topic("mode_state_topic"), one_of(config.read("mode_state_template"), modes, "mode"))
    mode = config.command("mode_command_topic", "mode_command_template")
    if mode is not None and modes:
        # A humidifier's modes are what a fan's presets are, and devices.services asks for the same words.
        part.limits["preset_modes"] = modes
        part.serves("set_mode", lambda data: [mode(text_in(data, "mode", modes))], Capability.PRESET)
    return part


def _between(value: float, key: str, low: float, high: float) -> float:
    if not low <= value <= high:
        raise CallError(f"{key!r} must be between {low:g} and {high:g}, not {value:g}")
    return value


def _temperatures(config: Config, part: Component, low_c: float, high_c: float) -> None:
    """Add the target temperatures and the current one."""
    fahrenheit = config.text("temperature_unit", "C").upper() == "F"
    part.unit = "°F" if fahrenheit else "°C"
    low = config.number("min_temp", round(low_c * 1.8 + 32, 1) if fahrenheit else low_c)
    high = config.number("max_temp", round(high_c * 1.8 + 32, 1) if fahrenheit else high_c)
    part.limits.update({"min": low, "max": high, "step": config.number("temp_step", 1)})
    commands: dict[str, Command] = {}
    for prefix, attribute, capability in (
        ("temperature", "temperature", Capability.TARGET_TEMPERATURE),
        ("temperature_low", "target_temp_low", Capability.TARGET_RANGE),
        ("temperature_high", "target_temp_high", Capability.TARGET_RANGE),
    ):
        _measure(config, part, f"{prefix}_state", attribute)
        command = config.command(f"{prefix}_command_topic", f"{prefix}_command_template")
        if command is not None:
            commands[attribute] = command
            part.capabilities.add(capability)
    _measure(config, part, "current_temperature", "current_temperature")
    if not commands:
        return

    def run(data: Data) -> list[Message]:
        messages: list[Message] = []
        if "hvac_mode" in data:
            messages += part.services["set_hvac_mode"]({"hvac_mode": data["hvac_mode"]})
        for attribute in data.keys() - {"hvac_mode"}:
            if attribute not in commands:
                raise CallError(f"{attribute!r} cannot be set here, only {', '.join(commands)}")
        for attribute, command in commands.items():
            if attribute in data:
                wanted = _between(number_in(data, attribute), attribute, low, high)
                messages.append(command(compact(round(wanted, 2))))
        return messages

    part.serves("set_temperature", run)


def _mode_state(config: Config, part: Component, modes: Sequence[str]) -> None:
    read = config.read("mode_state_template", "value_template")
    part.reads(config.state_topic("mode_state_topic"), one_of(read, modes))


def _choice(
    config: Config,
    part: Component,
    name: str,
    capability: Capability,
    words: Sequence[str],
    *,
    reset: str | None = None,
) -> None:
    """Add a mode of which one is chosen: its state, and its service ``set_<name>``."""
    allowed = (*words, reset) if reset is not None else tuple(words)
    template = f"{name}_value_template" if f"{name}_value_template" in config else f"{name}_state_template"
    part.reads(
        config.state_topic(f"{name}_state_topic"), one_of(config.read(template, "value_template"), allowed, name)
    )
    command = config.command(f"{name}_command_topic", f"{name}_command_template")
    if command is not None and words:
        part.limits[f"{name}s"] = tuple(words)
        part.serves(f"set_{name}", lambda data: [command(text_in(data, name, allowed))], capability)


def _attribute(
    config: Config, part: Component, prefix: str, attribute: str, *, topic: str = "", template: str = ""
) -> None:
    read = config.read(template or f"{prefix}_state_template", "value_template")
    part.reads(config.state_topic(topic or f"{prefix}_state_topic"), one_of(read, (), attribute))


def _measure(config: Config, part: Component, prefix: str, attribute: str, *, reset: str = RESET) -> None:
    inner = measured(config.read(f"{prefix}_template", "value_template"), attribute)
    part.reads(config.state_topic(f"{prefix}_topic"), inner if reset == RESET else _resettable(inner, attribute, reset))


def _resettable(inner: Reader, attribute: str, reset: str) -> Reader:
    def reader(payload: Payload) -> Update | None:
        return Update(attributes={attribute: None}) if payload.text == reset else inner(payload)

    return reader


def _power(config: Config, part: Component, mode: Command | None, modes: Sequence[str]) -> None:
    """Add ``turn_on`` and ``turn_off``: by their own topic, else by a mode that says so."""
    power = config.command("power_command_topic", "power_command_template")
    if power is not None:
        on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
        part.switches(lambda _: [power(on)], lambda _: [power(off)])
        return
    turned_on = next((word for word in _TURN_ON_ORDER if word in modes), None)
    if part.domain == "climate" and mode is not None and "off" in modes and turned_on is not None:
        part.switches(lambda _: [mode(turned_on)], lambda _: [mode("off")])
