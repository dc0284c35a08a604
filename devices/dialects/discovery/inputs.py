"""What is pressed, chosen or typed: buttons, scenes, numbers, selects, texts."""

from devices.dialects.discovery.component import (
    RESET,
    UNKNOWN,
    Component,
    Data,
    Update,
    number_in,
    one_of,
    text_in,
)
from devices.dialects.discovery.config import Config
from devices.dialects.discovery.payload import Payload, compact, finite
from devices.dialects.model import Message
from devices.model import CallError, Capability


def button(config: Config) -> Component:
    """Build a button."""
    part = Component("button", config.optional("device_class"))
    command, press = config.needed_command("command_topic", "command_template"), config.text("payload_press", "PRESS")
    part.serves("press", lambda _: [command(press)], Capability.PRESS)
    part.assumed_state = True
    return part


def scene(config: Config) -> Component:
    """Build a scene."""
    part = Component("scene")
    command, on = config.needed_command("command_topic"), config.text("payload_on", "ON")
    part.serves("turn_on", lambda _: [command(on)], Capability.ACTIVATE)
    part.assumed_state = True
    return part


def number(config: Config) -> Component:
    """Build a number."""
    part = Component("number", config.optional("device_class"), unit=config.optional("unit_of_measurement"))
    low, high = config.number("min", 1), config.number("max", 100)
    part.limits.update({"min": low, "max": high, "step": config.number("step", 1)})
    read, reset = config.read("value_template"), config.text("payload_reset", RESET)

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        return Update(UNKNOWN if text == reset else str(compact(finite(text))))

    part.assumed_state = not part.reads(config.state_topic("state_topic"), reader) or config.flag("optimistic")
    command = config.needed_command("command_topic", "command_template")

    def run(data: Data) -> list[Message]:
        value = number_in(data, "value")
        if not low <= value <= high:
            raise CallError(f"'value' must be between {low:g} and {high:g}, not {value:g}")
        return [command(compact(value))]

    part.serves("set_value", run, Capability.SET_VALUE)
    return part


def select(config: Config) -> Component:
    """Build a select."""
    part = Component("select", options=config.words("options"))
    reader = one_of(config.read("value_template"), part.options)
    part.assumed_state = not part.reads(config.state_topic("state_topic"), reader) or config.flag("optimistic")
    command = config.needed_command("command_topic", "command_template")
    part.serves(
        "select_option", lambda data: [command(text_in(data, "option", part.options))], Capability.SELECT_OPTION
    )
    return part


def text(config: Config) -> Component:
    """Build a text; ``pattern`` is left alone: a stranger's regular expression can take hours."""
    part = Component("text")
    low, high = int(config.number("min", 0)), int(config.number("max", 255))
    part.limits.update({"min": low, "max": high})
    part.assumed_state = not part.reads(config.state_topic("state_topic"), one_of(config.read("value_template"), ()))
    command = config.needed_command("command_topic", "command_template")

    def run(data: Data) -> list[Message]:
        value = text_in(data, "value")
        if not low <= len(value) <= high:
            raise CallError(f"'value' must have {low} to {high} characters, not {len(value)}")
        return [command(value)]

    part.serves("set_value", run, Capability.SET_VALUE)
    return part
