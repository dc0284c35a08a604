"""Lights of the ``json`` schema: Zigbee2MQTT's, ESPHome's and most of the others'."""

from collections.abc import Callable, Mapping
from typing import Final

from devices.dialects import json_payload
from devices.dialects.color import Rgb, hs_of_rgb, xy_of_rgb
from devices.dialects.discovery.component import MAX_VALUE, UNKNOWN, Component, Data, Reader, Update, number_in, text_in
from devices.dialects.discovery.config import Config
from devices.dialects.discovery.lights import (
    COLORS,
    Shade,
    color_in,
    color_of,
    device_level,
    effects,
    known_only,
    level,
    scale,
    shade,
)
from devices.dialects.discovery.payload import Payload, compact, finite, head
from devices.dialects.model import Message
from devices.model import Capability, PayloadError

_DIMMABLE: Final = {"brightness", "color_temp", "hs", "xy", "rgb", "rgbw", "rgbww", "white"}
_UNCOLORED: Final = frozenset({"onoff", "brightness", "color_temp", "white", UNKNOWN})
_STATES: Final = {"ON": "on", "OFF": "off", None: UNKNOWN}
_KEYS: Final = (("rgb", ("r", "g", "b")), ("xy", ("x", "y")), ("hs", ("h", "s")))


def json_light(config: Config) -> Component:
    """Build a light of the ``json`` schema."""
    part = Component("light")
    modes = set(config.words("supported_color_modes"))
    # What came before supported_color_modes (2021), and is still sent: a flag for each mode.
    modes |= {mode for mode in ("color_temp", "hs", "rgb", "xy") if config.raw(mode) is True}
    if config.flag("brightness") or modes & _DIMMABLE:
        part.capabilities.add(Capability.BRIGHTNESS)
    unit = Shade(in_kelvin=config.flag("color_temp_kelvin"))
    if "color_temp" in modes:
        unit = shade(config, part)
    form = next((form for form in COLORS if form in modes), None)
    if form is not None:
        part.capabilities.add(Capability.COLOR)
    names = effects(config, part) if config.flag("effect", otherwise="effect_list" in config) else ()
    top = scale(config)
    topic = config.state_topic("state_topic")
    part.assumed_state = not part.reads(topic, _reader(part, top, unit)) or config.flag("optimistic")
    command = config.needed_command("command_topic")

    def turn_on(data: Data) -> list[Message]:
        wanted: dict[str, object] = {"state": "ON"}
        known_only(data, takes)
        for key, make in makers.items():
            if key in data:
                wanted.update(make(data))
        return [Message(command.topic, json_payload.encode(wanted))]

    def turn_off(data: Data) -> list[Message]:
        more = _transition(data) if "transition" in data else {}
        return [Message(command.topic, json_payload.encode({"state": "OFF", **more}))]

    makers: dict[str, Callable[[Data], Mapping[str, object]]] = {
        "brightness": lambda data: {"brightness": device_level(data, top)},
        "rgb_color": lambda data: {"color": _color(form or "rgb", color_in(data))},
        "color_temp_kelvin": lambda data: {"color_temp": unit.value(number_in(data, "color_temp_kelvin"))},
        "effect": lambda data: {"effect": text_in(data, "effect", names)},
        "transition": _transition,
    }
    needs = {
        "brightness": Capability.BRIGHTNESS,
        "rgb_color": Capability.COLOR,
        "color_temp_kelvin": Capability.COLOR_TEMPERATURE,
        "effect": Capability.EFFECT,
    }
    takes = {key for key, capability in needs.items() if capability in part.capabilities}
    part.switches(turn_on, turn_off)
    return part


def _transition(data: Data) -> dict[str, object]:
    return {"transition": compact(number_in(data, "transition"))}


def _color(form: str, rgb: Rgb) -> dict[str, object]:
    if form == "hs":
        return dict(zip("hs", hs_of_rgb(rgb), strict=True))
    if form == "xy":
        return dict(zip("xy", xy_of_rgb(rgb), strict=True))
    color: dict[str, object] = dict(zip("rgb", rgb, strict=True))
    return color | {"rgbw": {"w": 0}, "rgbww": {"c": 0, "w": 0}}.get(form, {})


def _reader(part: Component, top: float, unit: Shade) -> Reader:
    # Looked up once: this runs for every report of every light.
    dims = Capability.BRIGHTNESS in part.capabilities
    warms = Capability.COLOR_TEMPERATURE in part.capabilities
    colors = Capability.COLOR in part.capabilities
    has_effects = Capability.EFFECT in part.capabilities

    def reader(payload: Payload) -> Update | None:
        values = payload.mapping
        value: str | None = None
        if "state" in values:
            value = _state(values["state"])
        attributes: dict[str, object] = {}
        if dims and values.get("brightness") is not None:
            attributes["brightness"] = level(values["brightness"], top)
        mode = values.get("color_mode")
        if warms and values.get("color_temp") is not None and mode in (None, "color_temp"):
            attributes["color_temp_kelvin"] = unit.kelvin(finite(values["color_temp"]))
        if colors and "color" in values and mode not in _UNCOLORED:
            attributes["rgb_color"] = _color_said(values["color"], mode)
        elif colors and mode in _UNCOLORED:
            attributes["rgb_color"] = None
        if warms and mode is not None and mode != "color_temp":
            attributes["color_temp_kelvin"] = None
        if has_effects and "effect" in values:
            effect = values["effect"]
            attributes["effect"] = effect if isinstance(effect, str) and len(effect) <= MAX_VALUE else None
        return Update(value, attributes) if attributes or value is not None else None

    return reader


def _state(said: object) -> str:
    if isinstance(said, str) or said is None:
        value = _STATES.get(said)
        if value is not None:
            return value
    raise PayloadError(f"'state' is neither 'ON' nor 'OFF': {head(said)}")


def _color_said(said: object, mode: object) -> Rgb | None:
    color = json_payload.as_object(said)
    # The mode says which of several forms leads: Zigbee lamps send all three.
    for form, keys in sorted(_KEYS, key=lambda entry: entry[0] != mode):
        if all(key in color for key in keys):
            return color_of(form, [finite(color[key]) for key in keys])
    return None
