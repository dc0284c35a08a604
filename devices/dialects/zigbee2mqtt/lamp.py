"""Zigbee2MQTT's ``light`` (2.12.1): brightness up to 254, colour temperature in mireds, colour as xy or hs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from devices.dialects import color
from devices.dialects.json_payload import as_name, as_number, as_object
from devices.dialects.zigbee2mqtt.feature import PUBLISHED, Feature
from devices.dialects.zigbee2mqtt.part import Owner, Part, Reading, asks, capable, properties, switched, top_of
from devices.model import Call, Capability


@dataclass(frozen=True, slots=True)
class _Lamp:
    """The features of one lamp."""

    state: Feature
    brightness: Feature | None
    warmth: Feature | None
    tint: Feature | None
    effect: Feature | None
    mode: str
    """The property that tells which of colour and colour temperature shines."""

    def read(self, payload: Mapping[str, object]) -> Reading | None:
        attributes: dict[str, object] = {}
        level = None if self.brightness is None else as_number(payload.get(self.brightness.property))
        if level is not None:
            attributes["brightness"] = min(255, max(0, round(level * 255 / top_of(self.brightness))))
        mode = payload.get(self.mode)
        mired = None if self.warmth is None else as_number(payload.get(self.warmth.property))
        if mired is not None and mode in ("color_temp", None):
            attributes |= {"color_temp_kelvin": color.kelvin_of(mired), "rgb_color": None}
        rgb = None if self.tint is None else _rgb(as_object(payload.get(self.tint.property)))
        if rgb is not None and mode != "color_temp":
            attributes |= {"rgb_color": rgb, "color_temp_kelvin": None}
        effect = None if self.effect is None else as_name(payload.get(self.effect.property))
        if effect is not None:
            attributes["effect"] = effect
        return switched(self.state, payload, attributes)

    def write(self, call: Call) -> dict[str, object]:
        level = as_number(call.data.get("brightness"))
        on = call.service == "turn_on" and level != 0
        wanted: dict[str, object] = {self.state.property: self.state.on if on else self.state.off}
        if (seconds := as_number(call.data.get("transition"))) is not None:
            wanted["transition"] = seconds
        if not on:
            return wanted
        if level is not None and self.brightness is not None:
            wanted[self.brightness.property] = max(1, round(level * top_of(self.brightness) / 255))
        kelvin = as_number(call.data.get("color_temp_kelvin"))
        if kelvin is not None and self.warmth is not None:
            wanted[self.warmth.property] = _clipped(color.mired_of(kelvin), self.warmth)
        rgb = color.rgb_of(call.data.get("rgb_color"))
        if rgb is not None and self.tint is not None:
            wanted[self.tint.property] = _tint(rgb, self.tint)
        if self.effect is not None and "effect" in call.data:
            wanted[self.effect.property] = self.effect.values.get(str(call.data["effect"]), call.data["effect"])
        return wanted


def light(owner: Owner, kind: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return a lamp; its colour is set as xy where it knows that, else as hue and saturation."""
    state = kind.find("state")
    if state is None:
        return None
    effect = next((e for e in exposes if e.name == "effect" and e.values and e.endpoint == kind.endpoint), None)
    tail = f"_{kind.endpoint}" if state.property.endswith(f"_{kind.endpoint}") else ""
    lamp = _Lamp(
        state,
        kind.find("brightness"),
        kind.find("color_temp"),
        kind.find("color_xy", "color_hs"),
        effect,
        f"color_mode{tail}",
    )
    entity = replace(
        owner.entity("light", kind.endpoint),
        capabilities=capable(
            (Capability.ON_OFF, state),
            (Capability.BRIGHTNESS, lamp.brightness),
            (Capability.COLOR_TEMPERATURE, lamp.warmth),
            (Capability.COLOR, lamp.tint),
            (Capability.EFFECT, effect),
        ),
        limits=_limits(lamp.warmth, effect),
        assumed_state=not state.may(PUBLISHED),
    )
    told = properties(state, lamp.brightness, lamp.warmth, lamp.tint, effect)
    return Part(entity, (*told, lamp.mode), lamp.read, lamp.write, asks(state, lamp.brightness, lamp.warmth, lamp.tint))


def _limits(warmth: Feature | None, effect: Feature | None) -> dict[str, object]:
    limits: dict[str, object] = {}
    if warmth is not None and warmth.low is not None and warmth.high is not None:
        limits |= {"min_kelvin": color.kelvin_of(warmth.high), "max_kelvin": color.kelvin_of(warmth.low)}
    if effect is not None:
        limits["effects"] = tuple(effect.values)
    return limits


def _clipped(mired: int, warmth: Feature) -> int:
    low = warmth.low if warmth.low is not None else mired
    high = warmth.high if warmth.high is not None else mired
    return round(max(low, min(high, mired)))


def _rgb(shown: Mapping[str, object]) -> color.Rgb | None:
    x, y = as_number(shown.get("x")), as_number(shown.get("y"))
    if x is not None and y is not None:
        return color.rgb_of_xy(x, y)
    hue, saturation = as_number(shown.get("hue")), as_number(shown.get("saturation"))
    if hue is not None and saturation is not None:
        return color.rgb_of_hs(hue, saturation)
    return None


def _tint(rgb: color.Rgb, tint: Feature) -> dict[str, object]:
    if tint.name == "color_xy":
        x, y = color.xy_of_rgb(rgb)
        return {"x": x, "y": y}
    hue, saturation = color.hs_of_rgb(rgb)
    return {"hue": round(hue), "saturation": round(saturation)}
