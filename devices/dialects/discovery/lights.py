"""Lights of the ``basic`` schema, one topic for each property, and what all three schemas share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from devices.dialects.color import Rgb, hs_of_rgb, kelvin_of, mired_of, rgb_of, rgb_of_hs, rgb_of_xy, xy_of_rgb
from devices.dialects.discovery.component import (
    RESET,
    UNKNOWN,
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
from devices.dialects.discovery.config import Command, Config, Read
from devices.dialects.discovery.payload import Payload, compact, finite, head
from devices.dialects.model import Message
from devices.model import CallError, Capability, PayloadError

_ON_TYPES: Final = ("last", "first", "brightness")
COLORS: Final = ("rgb", "hs", "xy", "rgbww", "rgbw")
"""The forms of a colour, in the order in which they are chosen: the first needs no conversion."""


@dataclass(slots=True)
class Shade:
    """Colour temperatures as the device counts them."""

    in_kelvin: bool

    def kelvin(self, value: float) -> int:
        """Return kelvin."""
        if value <= 0:
            raise PayloadError(f"a colour temperature of {value:g}")
        return round(value) if self.in_kelvin else kelvin_of(value)

    def value(self, kelvin: float) -> int:
        """Return the device's number."""
        return round(kelvin) if self.in_kelvin else mired_of(kelvin)


def shade(config: Config, part: Component) -> Shade:
    """Add colour temperature to what the light can."""
    part.capabilities.update((Capability.COLOR_TEMPERATURE, Capability.BRIGHTNESS))
    # Home Assistant's defaults, 2000 and 6535 K, are 500 and 153 mireds.
    part.limits["min_kelvin"] = int(config.number("min_kelvin", 1_000_000 / max(1, config.number("max_mireds", 500))))
    part.limits["max_kelvin"] = int(config.number("max_kelvin", 1_000_000 / max(1, config.number("min_mireds", 153))))
    return Shade(in_kelvin=config.flag("color_temp_kelvin"))


def scale(config: Config, key: str = "brightness_scale") -> float:
    """Return what the device calls full brightness."""
    top = config.number(key, 255)
    if top < 1:
        raise PayloadError(f"{key!r} must be 1 or more, not {top:g}")
    return top


def level(value: object, top: float) -> int:
    """Return a brightness, 0 to 255, from the device's number."""
    return min(255, max(0, round(finite(value) * 255 / top)))


def device_level(data: Data, top: float) -> int:
    """Return the device's number for a call's brightness; never 0 for a light that shall be on."""
    wanted = number_in(data, "brightness")
    return max(1 if wanted else 0, round(wanted * top / 255))


def color_in(data: Data) -> Rgb:
    """Return the colour of a call's data.

    Raises:
        CallError: it is none.
    """
    rgb = rgb_of(data.get("rgb_color"))
    if rgb is None:
        raise CallError(f"'rgb_color' must be three numbers from 0 to 255, not {data.get('rgb_color')!r}")
    return rgb


def dimmed(rgb: Rgb, brightness: float) -> Rgb:
    """Return the colour darker, for lights whose brightness is in their colour."""
    red, green, blue = (round(part * brightness / 255) for part in rgb)
    return red, green, blue


def known_only(data: Data, known: set[str]) -> None:
    """Let a call's data pass if the light can do all of it.

    Raises:
        CallError: it cannot.
    """
    beyond = data.keys() - known - {"transition"}
    if beyond:
        raise CallError(f"the light takes no {', '.join(sorted(map(repr, beyond)))}")


def effects(config: Config, part: Component) -> tuple[str, ...]:
    """Add the effects to what the light can."""
    names = config.words("effect_list")
    if names:
        part.capabilities.add(Capability.EFFECT)
        part.limits["effects"] = names
    return names


Send = Callable[[Data], Sequence[Message]]


def light(config: Config) -> Component:
    """Build a light of the ``basic`` schema."""
    part = Component("light")
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    read = config.read("state_value_template", "value_template")
    part.assumed_state = not part.reads(config.state_topic("state_topic"), on_off(read, on, off)) or config.flag(
        "optimistic"
    )
    command = config.needed_command("command_topic")
    on_type = config.text("on_command_type", "last")
    if on_type not in _ON_TYPES:
        raise PayloadError(f"'on_command_type' is none of {', '.join(_ON_TYPES)}: {head(on_type)}")
    last = {"brightness": 255.0}
    # In Home Assistant's order: colour, brightness, colour temperature, effect.
    steps: dict[str, Send] = {}
    _color(config, part, steps, last)
    _brightness(config, part, steps, last)
    _color_temperature(config, part, steps)
    _effect(config, part, steps)

    def turn_on(data: Data) -> list[Message]:
        known_only(data, set(steps))
        if on_type == "brightness" and "brightness" in steps and "brightness" not in data:
            data = {**data, "brightness": last["brightness"]}
        styles = [message for key, step in steps.items() if key in data for message in step(data)]
        if on_type == "brightness" and styles:
            return styles
        return [command(on), *styles] if on_type == "first" else [*styles, command(on)]

    part.switches(turn_on, lambda _: [command(off)])
    return part


def _brightness(config: Config, part: Component, steps: dict[str, Send], last: dict[str, float]) -> None:
    top = scale(config)

    def told(value: float) -> int:
        brightness = level(value, top)
        last["brightness"] = brightness or last["brightness"]
        return brightness

    reader = measured(config.read("brightness_value_template"), "brightness", told)
    part.reads(config.state_topic("brightness_state_topic"), reader)
    command = config.command("brightness_command_topic", "brightness_command_template")
    if command is not None:
        part.capabilities.add(Capability.BRIGHTNESS)
        steps["brightness"] = lambda data: [command(device_level(data, top))]
    elif "rgb_command_topic" in config:
        # Its brightness is in its colour: without a colour it is a grey.
        part.capabilities.add(Capability.BRIGHTNESS)
        rgb = steps["rgb_color"]
        steps["brightness"] = lambda data: () if "rgb_color" in data else rgb({"rgb_color": (255, 255, 255), **data})


def _color_temperature(config: Config, part: Component, steps: dict[str, Send]) -> None:
    if "color_temp_command_topic" not in config and "color_temp_state_topic" not in config:
        return
    unit = shade(config, part)
    reader = measured(config.read("color_temp_value_template"), "color_temp_kelvin", unit.kelvin)
    part.reads(config.state_topic("color_temp_state_topic"), reader)
    command = config.command("color_temp_command_topic", "color_temp_command_template")
    if command is None:
        part.capabilities.discard(Capability.COLOR_TEMPERATURE)
        return
    steps["color_temp_kelvin"] = lambda data: [command(unit.value(number_in(data, "color_temp_kelvin")))]


def _effect(config: Config, part: Component, steps: dict[str, Send]) -> None:
    names = config.words("effect_list")
    part.reads(config.state_topic("effect_state_topic"), one_of(config.read("effect_value_template"), (), "effect"))
    command = config.command("effect_command_topic", "effect_command_template")
    if command is not None and names:
        effects(config, part)
        steps["effect"] = lambda data: [command(text_in(data, "effect", names))]


def _color(config: Config, part: Component, steps: dict[str, Send], last: dict[str, float]) -> None:
    for form in COLORS:
        reader = _color_reader(config.read(f"{form}_value_template"), form)
        part.reads(config.state_topic(f"{form}_state_topic"), reader)
    separate = "brightness_command_topic" in config
    for form in COLORS:
        command = config.command(f"{form}_command_topic", f"{form}_command_template")
        if command is not None:
            part.capabilities.add(Capability.COLOR)
            steps["rgb_color"] = _color_step(command, form, None if separate else last)
            return


def _color_step(command: Command, form: str, last: dict[str, float] | None) -> Send:
    def step(data: Data) -> list[Message]:
        rgb = color_in(data)
        if form == "hs":
            hue, saturation = hs_of_rgb(rgb)
            return [command(f"{compact(hue)},{compact(saturation)}", hue=hue, sat=saturation)]
        if form == "xy":
            x, y = xy_of_rgb(rgb)
            return [command(f"{x},{y}", x=x, y=y)]
        if last is not None:
            rgb = dimmed(rgb, number_in(data, "brightness") if "brightness" in data else last["brightness"])
        parts = dict(zip(("red", "green", "blue"), rgb, strict=True))
        parts |= {"rgbw": {"white": 0}, "rgbww": {"cold_white": 0, "warm_white": 0}}.get(form, {})
        return [command(",".join(map(str, parts.values())), **parts)]

    return step


def _color_reader(read: Read, form: str) -> Reader:
    count = 2 if form in ("hs", "xy") else len(form)

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        if text == RESET:
            return Update(attributes={"rgb_color": None})
        parts = [finite(part) for part in text.split(",", count)]
        if len(parts) != count:
            raise PayloadError(f"{head(text)} is no {form} colour")
        return Update(attributes={"rgb_color": color_of(form, parts)})

    return reader


def color_of(form: str, parts: Sequence[float]) -> Rgb:
    """Return the colour that these numbers describe."""
    if form == "hs":
        return rgb_of_hs(parts[0], parts[1])
    if form == "xy":
        return rgb_of_xy(parts[0], parts[1])
    red, green, blue = (min(255, max(0, round(part))) for part in parts[:3])
    return red, green, blue


def template_light(config: Config) -> Component:
    """Build a light of the ``template`` schema: one topic each way, and a template for each property."""
    part = Component("light")
    part.reads(config.state_topic("state_topic"), _template_reader(config))
    part.assumed_state = not part.readers or "state_template" not in config or config.flag("optimistic")
    names = effects(config, part)
    unit = shade(config, part) if "color_temp_template" in config else Shade(in_kelvin=config.flag("color_temp_kelvin"))
    colored = all(f"{name}_template" in config for name in ("red", "green", "blue"))
    if "brightness_template" in config:
        part.capabilities.add(Capability.BRIGHTNESS)
    if colored:
        part.capabilities.add(Capability.COLOR)
    turn_on = config.needed_command("command_topic", "command_on_template")
    turn_off = config.needed_command("command_topic", "command_off_template")
    if not (turn_on.templated and turn_off.templated):
        raise PayloadError("'command_on_template' or 'command_off_template' is missing")
    takes = {
        key
        for key, capability in (
            ("brightness", Capability.BRIGHTNESS),
            ("color_temp_kelvin", Capability.COLOR_TEMPERATURE),
            ("rgb_color", Capability.COLOR),
            ("effect", Capability.EFFECT),
        )
        if capability in part.capabilities
    }

    def run_on(data: Data) -> list[Message]:
        known_only(data, takes)
        values: dict[str, object] = {"state": True}
        for key in ("brightness", "transition"):
            if key in data:
                values[key] = compact(number_in(data, key))
        if "color_temp_kelvin" in data:
            values["color_temp"] = unit.value(number_in(data, "color_temp_kelvin"))
        if "rgb_color" in data:
            rgb = color_in(data)
            values.update(zip(("red", "green", "blue"), rgb, strict=True))
            values.update(zip(("hue", "sat"), hs_of_rgb(rgb), strict=True))
        if "effect" in data:
            values["effect"] = text_in(data, "effect", names)
        return [turn_on("", **values)]

    def run_off(data: Data) -> list[Message]:
        more = {"transition": compact(number_in(data, "transition"))} if "transition" in data else {}
        return [turn_off("", state=False, **more)]

    part.switches(run_on, run_off)
    return part


def _template_reader(config: Config) -> Reader:
    names = ("state", "brightness", "color_temp", "red", "green", "blue", "effect")
    templates = {name: config.template(f"{name}_template") for name in names}
    unit = Shade(in_kelvin=config.flag("color_temp_kelvin"))

    def reader(payload: Payload) -> Update | None:
        said = {name: template.read(payload) for name, template in templates.items() if template is not None}
        state = said.get("state")
        if state is not None and state not in ("on", "off", RESET):
            raise PayloadError(f"{head(state)} is neither 'on' nor 'off'")
        attributes: dict[str, object] = {}
        if (brightness := said.get("brightness")) not in (None, RESET):
            attributes["brightness"] = level(brightness, 255)
        if (warmth := said.get("color_temp")) not in (None, RESET):
            attributes["color_temp_kelvin"] = unit.kelvin(finite(warmth))
        if (effect := said.get("effect")) is not None:
            attributes["effect"] = None if effect == RESET else effect
        rgb = [said.get(name) for name in ("red", "green", "blue")]
        if None not in rgb and RESET not in rgb:
            attributes["rgb_color"] = color_of("rgb", [finite(value) for value in rgb])
        return Update(UNKNOWN if state == RESET else state, attributes)

    return reader
