"""What the topics of an ESPHome node mean: ``<node>/<component>/<object_id>/[<detail>/]state`` and ``…/command``.

As in ESPHome 2024.10, components/mqtt. Nothing there tells ranges, options or units, so none are known.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from devices.dialects import color
from devices.dialects.json_payload import (
    NAME_LIMIT,
    as_name,
    as_number,
    as_object,
    as_text,
    encode,
    parse,
    parse_object,
    text,
)
from devices.dialects.learner import Sighting
from devices.model import Call, Capability, PayloadError

Command = tuple[str, bytes]
"""The end of a topic behind the component, and the payload."""
COMPONENTS = frozenset(
    {"switch", "light", "sensor", "binary_sensor", "text_sensor", "cover", "valve", "fan", "climate", "number",
     "select", "text", "lock"}
)  # fmt: skip

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?")
_QUANTITIES = ("temperature", "humidity", "illuminance", "pressure", "power", "energy", "battery", "voltage", "current")
"""Quantities that are device classes too: the last word of an object id tells one."""
_LIGHT_MODES: Mapping[str, frozenset[Capability]] = {
    "brightness": frozenset({Capability.BRIGHTNESS}),
    "white": frozenset({Capability.BRIGHTNESS}),
    "color_temp": frozenset({Capability.BRIGHTNESS, Capability.COLOR_TEMPERATURE}),
    "cwww": frozenset({Capability.BRIGHTNESS}),
    "rgb": frozenset({Capability.BRIGHTNESS, Capability.COLOR}),
    "rgbw": frozenset({Capability.BRIGHTNESS, Capability.COLOR}),
    "rgbct": frozenset({Capability.BRIGHTNESS, Capability.COLOR, Capability.COLOR_TEMPERATURE}),
    "rgbww": frozenset({Capability.BRIGHTNESS, Capability.COLOR}),
}
_CLIMATE: Mapping[str, tuple[str, Capability | None]] = {
    "target_temperature": ("temperature", Capability.TARGET_TEMPERATURE),
    "target_temperature_low": ("target_temp_low", Capability.TARGET_RANGE),
    "target_temperature_high": ("target_temp_high", Capability.TARGET_RANGE),
    "current_temperature": ("current_temperature", None),
    "current_humidity": ("current_humidity", None),
    "preset": ("preset_mode", Capability.PRESET),
    "fan_mode": ("fan_mode", Capability.FAN_MODE),
    "action": ("hvac_action", None),
}
_WORDS = frozenset({"preset_mode", "fan_mode", "hvac_action"})
_MOVES = frozenset({"open", "closed", "opening", "closing"})
_BOLTS = frozenset({"locked", "unlocked", "locking", "unlocking", "jammed"})


def sighting(component: str, object_id: str, detail: str, payload: bytes) -> Sighting | None:
    """Return what one state topic shows; ``None`` for a detail that is of no interest or a value that is unknown.

    Raises:
        PayloadError: it says what this component cannot.
    """
    key = f"{component}/{object_id}"
    read = _READERS[component]
    return read(key, object_id.replace("_", " ").capitalize()[:NAME_LIMIT], detail, payload)


def commands(call: Call, key: str) -> Iterable[Command]:
    """Return what carries out a call that was checked; nothing if the component takes no such call."""
    data = call.data
    match key.partition("/")[0]:
        case "light":
            yield "command", encode(_light_command(call))
        case "switch":
            yield "command", _on_off(call)
        case "fan" if call.service == "oscillate":
            yield "oscillation/command", b"oscillate_on" if data["oscillating"] else b"oscillate_off"
        case "fan":
            yield "command", _on_off(call)
        case "cover" | "valve":
            yield from _move(call)
        case "climate":
            yield from _climate_commands(data)
        case "lock":
            yield "command", call.service.upper().encode()
        case "number" | "text":
            yield "command", _plain(data["value"])
        case "select":
            yield "command", _plain(data["option"])
        case _:
            return


def _word(payload: bytes) -> str:
    return text(payload, limit=1_024)


def _switched(key: str, label: str, payload: bytes, capabilities: frozenset[Capability]) -> Sighting:
    word = _word(payload)
    if word not in ("ON", "OFF"):
        raise PayloadError(f"{key} is neither ON nor OFF: {word[:60]!r}")
    domain = key.partition("/")[0]
    return Sighting(key, domain, word.lower(), label=label, capabilities=capabilities)


def _switch(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    return None if detail else _switched(key, label, payload, frozenset({Capability.ON_OFF}))


def _binary_sensor(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    return None if detail else _switched(key, label, payload, frozenset())


def _fan(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    able = frozenset({Capability.ON_OFF})
    if not detail:
        return _switched(key, label, payload, able)
    word = _word(payload)
    if detail != "oscillation" or word not in ("oscillate_on", "oscillate_off"):
        return None
    told = {"oscillating": word == "oscillate_on"}
    return Sighting(key, "fan", None, told, label, capabilities=able | {Capability.OSCILLATE})


def _sensor(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    value = _number(payload)
    quantity = label.lower().split()[-1]
    device_class = quantity if quantity in _QUANTITIES else None
    return None if detail or value is None else Sighting(key, "sensor", value, label=label, device_class=device_class)


def _text_sensor(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    return None if detail else Sighting(key, "sensor", as_name(_word(payload)) or "", label=label)


def _settable(domain: str, capability: Capability) -> "Read":
    def read(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
        value = _number(payload) if domain == "number" else as_name(_word(payload))
        if detail or value is None:
            return None
        return Sighting(key, domain, value, label=label, capabilities=frozenset({capability}))

    return read


def _light(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    if detail:
        return None
    told = parse_object(payload)
    mode = as_text(told.get("color_mode")) or ""
    able = {Capability.ON_OFF, *_LIGHT_MODES.get(mode, ())}
    attributes: dict[str, object] = {}
    level, mired = as_number(told.get("brightness")), as_number(told.get("color_temp"))
    if level is not None:
        able.add(Capability.BRIGHTNESS)
        attributes["brightness"] = min(255, max(0, round(level)))
    shown = as_object(told.get("color"))
    rgb = color.rgb_of([shown.get("r"), shown.get("g"), shown.get("b")])
    if rgb is not None:
        attributes |= {"rgb_color": rgb, "color_temp_kelvin": None}
    if mired and mode in ("color_temp", "rgbct"):
        attributes |= {"color_temp_kelvin": color.kelvin_of(mired)} | ({} if rgb else {"rgb_color": None})
    effect = as_name(told.get("effect"))
    if effect is not None:
        able.add(Capability.EFFECT)
        attributes["effect"] = effect
    value = {"ON": "on", "OFF": "off"}.get(as_text(told.get("state")) or "")
    return Sighting(key, "light", value, attributes, label, capabilities=frozenset(able)) if value else None


def _mover(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    able = frozenset({Capability.OPEN_CLOSE, Capability.STOP})
    domain = key.partition("/")[0]
    if not detail:
        word = _word(payload)
        value = word if word in _MOVES else None
        return Sighting(key, domain, value, label=label, capabilities=able)
    place = as_number(parse(payload))
    attribute = {"position": "current_position", "tilt": "current_tilt_position"}.get(detail)
    if place is None or attribute is None:
        return None
    more = Capability.POSITION if detail == "position" else Capability.TILT
    return Sighting(key, domain, None, {attribute: min(100, max(0, round(place)))}, label, capabilities=able | {more})


def _climate(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    able = frozenset({Capability.HVAC_MODE})
    word = as_name(_word(payload)) or ""
    if detail == "mode":
        return Sighting(key, "climate", word, label=label, capabilities=able, unit="°C")
    attribute, more = _CLIMATE.get(detail, ("", None))
    told: object = word if attribute in _WORDS else _measured(word)
    if not attribute or told is None:
        return None
    able = able if more is None else able | {more}
    return Sighting(key, "climate", None, {attribute: told}, label, capabilities=able, unit="°C")


def _lock(key: str, label: str, detail: str, payload: bytes) -> Sighting | None:
    word = _word(payload).lower()
    if detail:
        return None
    return Sighting(
        key, "lock", word if word in _BOLTS else None, label=label, capabilities=frozenset({Capability.LOCK})
    )


Read = Callable[[str, str, str, bytes], Sighting | None]
_READERS: Mapping[str, Read] = {
    "switch": _switch,
    "light": _light,
    "sensor": _sensor,
    "binary_sensor": _binary_sensor,
    "text_sensor": _text_sensor,
    "cover": _mover,
    "valve": _mover,
    "fan": _fan,
    "climate": _climate,
    "number": _settable("number", Capability.SET_VALUE),
    "select": _settable("select", Capability.SELECT_OPTION),
    "text": _settable("text", Capability.SET_VALUE),
    "lock": _lock,
}


def _number(payload: bytes) -> str | None:
    """Return the number as it was written; ``None`` for what is none: ESPHome writes ``nan`` for "not yet"."""
    word = _word(payload)
    return word if _NUMBER.fullmatch(word) else None


def _measured(word: str) -> float | None:
    return float(word) if _NUMBER.fullmatch(word) else None


def _on_off(call: Call) -> bytes:
    return b"ON" if call.service == "turn_on" else b"OFF"


def _plain(value: object) -> bytes:
    number = as_number(value)
    return (f"{number:g}" if number is not None else str(value)).encode()


def _light_command(call: Call) -> dict[str, object]:
    level = as_number(call.data.get("brightness"))
    on = call.service == "turn_on" and level != 0
    wanted: dict[str, object] = {"state": "ON" if on else "OFF"}
    if "transition" in call.data:
        wanted["transition"] = call.data["transition"]
    if not on:
        return wanted
    if level is not None:
        wanted["brightness"] = round(level)
    if (kelvin := as_number(call.data.get("color_temp_kelvin"))) is not None:
        wanted["color_temp"] = color.mired_of(kelvin)
    if (rgb := color.rgb_of(call.data.get("rgb_color"))) is not None:
        wanted["color"] = dict(zip("rgb", rgb, strict=True))
    if "effect" in call.data:
        wanted["effect"] = call.data["effect"]
    return wanted


def _move(call: Call) -> Iterable[Command]:
    for key, tail in (("position", "position/command"), ("tilt_position", "tilt/command")):
        if key in call.data:
            yield tail, _plain(round(as_number(call.data[key]) or 0))
    if not call.data:
        yield "command", call.service.partition("_")[0].upper().encode()


def _climate_commands(data: Mapping[str, object]) -> Iterable[Command]:
    if "hvac_mode" in data:
        yield "mode/command", _plain(data["hvac_mode"])
    for detail, (attribute, _) in _CLIMATE.items():
        if attribute in data:
            yield f"{detail}/command", _plain(data[attribute])
