"""Lights of the ``json`` schema: Zigbee2MQTT's, ESPHome's and most of the others'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from devices.dialects import json_payload
from devices.dialects.color import Rgb, hs_of_rgb, xy_of_rgb
from devices.dialects.discovery.component import MAX_VALUE, UNKNOWN, Component, Data, Update, number_in, text_in
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
_NEEDS: Final = {
    "brightness": Capability.BRIGHTNESS,
    "rgb_color": Capability.COLOR,
    "color_temp_kelvin": Capability.COLOR_TEMPERATURE,
    "effect": Capability.EFFECT,
}


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
    able = frozenset(part.capabilities)
    lamp = _Light(config.needed_command("command_topic").topic, able, top, unit, form or "rgb", names)
    part.assumed_state = not part.reads(topic, lamp.read) or config.flag("optimistic")
    part.switches(lamp.turn_on, lamp.turn_off)
    return part


@dataclass(frozen=True, slots=True)
class _Light:
    """What reads and commands one light. One object: a function for each thing that each of a thousand lights can took
    2 MiB more.
    """

    topic: str
    """Of its commands."""
    able: frozenset[Capability]
    top: float
    """The brightness that it calls full."""
    unit: Shade
    form: str
    """In which it takes colors."""
    effects: Sequence[str]

    def turn_on(self, data: Data) -> list[Message]:
        """Return what switches it on, as ``data`` says."""
        known_only(data, {key for key, capability in _NEEDS.items() if capability in self.able})
        wanted: dict[str, object] = {"state": "ON"}
        for key in data:
            wanted.update(self._wanted(key, data))
        return [Message(self.topic, json_payload.encode(wanted))]

    def turn_off(self, data: Data) -> list[Message]:
        """Return what switches it off."""
        more = _transition(data) if "transition" in data else {}
        return [Message(self.topic, json_payload.encode({"state": "OFF", **more}))]

    def _wanted(self, key: str, data: Data) -> Mapping[str, object]:
        match key:
            case "brightness":
                return {"brightness": device_level(data, self.top)}
            case "rgb_color":
                return {"color": _color(self.form, color_in(data))}
            case "color_temp_kelvin":
                return {"color_temp": self.unit.value(number_in(data, "color_temp_kelvin"))}
            case "effect":
                return {"effect": text_in(data, "effect", self.effects)}
            case _:
                return _transition(data)

    def read(self, payload: Payload) -> Update | None:
        """Return what a report of it says."""
        values = payload.mapping
        value: str | None = None
        if "state" in values:
            value = _state(values["state"])
        attributes: dict[str, object] = {}
        if Capability.BRIGHTNESS in self.able and values.get("brightness") is not None:
            attributes["brightness"] = level(values["brightness"], self.top)
        mode = values.get("color_mode")
        if Capability.COLOR_TEMPERATURE in self.able:
            if values.get("color_temp") is not None and mode in (None, "color_temp"):
                attributes["color_temp_kelvin"] = self.unit.kelvin(finite(values["color_temp"]))
            elif mode is not None and mode != "color_temp":
                attributes["color_temp_kelvin"] = None
        if Capability.COLOR in self.able:
            if "color" in values and mode not in _UNCOLORED:
                attributes["rgb_color"] = _color_said(values["color"], mode)
            elif mode in _UNCOLORED:
                attributes["rgb_color"] = None
        if Capability.EFFECT in self.able and "effect" in values:
            effect = values["effect"]
            attributes["effect"] = effect if isinstance(effect, str) and len(effect) <= MAX_VALUE else None
        return Update(value, attributes) if attributes or value is not None else None


def _transition(data: Data) -> dict[str, object]:
    return {"transition": compact(number_in(data, "transition"))}


def _color(form: str, rgb: Rgb) -> dict[str, object]:
    if form == "hs":
        return dict(zip("hs", hs_of_rgb(rgb), strict=True))
    if form == "xy":
        return dict(zip("xy", xy_of_rgb(rgb), strict=True))
    color: dict[str, object] = dict(zip("rgb", rgb, strict=True))
    return color | {"rgbw": {"w": 0}, "rgbww": {"c": 0, "w": 0}}.get(form, {})


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
