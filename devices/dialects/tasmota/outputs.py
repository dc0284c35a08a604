"""What a Tasmota switches and moves: relays, lamps, shutters, a fan, and the switches wired to it.

Commands and answers are those of Tasmota 15, as in hatasmota 0.10 (const.py, light.py, shutter.py, fan.py, switch.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from devices.dialects import color
from devices.dialects.json_payload import as_number, as_object, as_text
from devices.dialects.tasmota.announcement import (
    COLD_WARM,
    DIMMER,
    LIGHT,
    RELAY,
    RGB,
    RGBCW,
    RGBW,
    SHUTTER,
    Announcement,
)
from devices.dialects.tasmota.part import Commands, Part, Reading
from devices.model import NOTHING, Call, Capability, Entity, EntityId
from devices.names import slug

_EFFECTS = ("Solid", "Wake up", "Cycle up", "Cycle down", "Random")
"""The schemes 0 to 4."""
_STEADY_SWITCHES = frozenset({1, 2, 3, 4, 5, 6, 9, 10, 13, 14, 15, 16})
"""The switch modes whose switch stays where it is: they make a binary sensor."""
_FAN_SPEEDS = (0, 33, 67, 100)
"""The percentages of FanSpeed 0 to 3."""


def outputs(said: Announcement) -> Iterable[Part]:
    """Return a part for each relay, lamp, shutter and switch, and for the fan."""
    lights = [index for index, kind in enumerate(said.relays) if kind == LIGHT]
    for index, kind in enumerate(said.relays):
        bulb = said.fan and index == 0 and kind in (RELAY, LIGHT)
        if kind == LIGHT and not bulb:
            yield _light(said, index, index - lights[0])
        elif kind == RELAY or bulb:
            lit = bulb or said.options.get("30", False)
            yield _relay(said, index, "light" if lit else "switch")
    pairs = sum(1 for kind in said.relays if kind == SHUTTER) // 2
    for index in range(pairs):
        yield _shutter(said, index, alone=pairs == 1)
    if said.fan:
        yield _fan(said)
    for index, mode in enumerate(said.switches):
        if mode in _STEADY_SWITCHES:
            yield _switch(said, index)


def _entity(said: Announcement, domain: str, name: str) -> Entity:
    return Entity(EntityId(f"{domain}.{slug(name)}"), name, domain, device=said.device.id)


def _relay_name(said: Announcement, index: int) -> str:
    """Return the friendly name; where none was given, the device's with a number behind it if there are several."""
    if index < len(said.names) and said.names[index]:
        return said.names[index]
    several = sum(1 for kind in said.relays if kind) > 1
    return f"{said.name} {index + 1}" if several else said.name


def _power(said: Announcement, index: int, result: Mapping[str, object]) -> str | None:
    """Return ``on`` or ``off``; the first relay is POWER on a device with one, POWER1 on others."""
    told = result.get(f"POWER{index + 1}", result.get("POWER") if index == 0 else None)
    return "on" if told == said.on else "off" if told == said.off else None


def _power_keys(index: int) -> tuple[str, ...]:
    return (f"POWER{index + 1}", "POWER") if index == 0 else (f"POWER{index + 1}",)


def _relay(said: Announcement, index: int, domain: str) -> Part:
    entity = replace(_entity(said, domain, _relay_name(said, index)), capabilities=frozenset({Capability.ON_OFF}))

    def read(result: Mapping[str, object]) -> Reading | None:
        value = _power(said, index, result)
        return None if value is None else (value, {})

    def write(call: Call) -> Commands:
        return [(f"Power{index + 1}", said.on if call.service == "turn_on" else said.off)]

    return Part(entity, _power_keys(index), read, write)


@dataclass(frozen=True, slots=True)
class _Lamp:
    """One lamp of a device that may be split in two, or in one for each channel."""

    kind: int
    dimmer: str = "Dimmer"
    """What reports the brightness."""
    dim: str = "Dimmer"
    """The command for it."""
    color_end: str = ""
    """Behind a colour: "=" leaves the white channel alone."""


def _lamp(said: Announcement, number: int) -> _Lamp:
    if said.options.get("68"):
        channel = f"Channel{number + 1}"
        return _Lamp(DIMMER, channel, channel)
    if not said.linked and said.light >= RGBW and number < 2:
        name = f"Dimmer{number + 1}"
        if number == 0:
            return _Lamp(RGB, name, name, "=")
        return _Lamp(DIMMER if said.light == RGBW else COLD_WARM, name, name)
    return _Lamp(said.light, "Dimmer", "Dimmer3" if said.tuya else "Dimmer")


def _light(said: Announcement, index: int, number: int) -> Part:
    lamp = _lamp(said, number)
    colored, warm = lamp.kind >= RGB, lamp.kind in (COLD_WARM, RGBCW)
    able = {Capability.ON_OFF}
    limits: dict[str, object] = {}
    if lamp.kind >= DIMMER:
        able.add(Capability.BRIGHTNESS)
    if colored:
        able |= {Capability.COLOR, Capability.EFFECT}
        limits["effects"] = _EFFECTS
    if warm:
        able.add(Capability.COLOR_TEMPERATURE)
        coldest, warmest = (200, 380) if said.options.get("82") else (153, 500)
        limits |= {"min_kelvin": color.kelvin_of(warmest), "max_kelvin": color.kelvin_of(coldest)}
    entity = replace(
        _entity(said, "light", _relay_name(said, index)), capabilities=frozenset(able), limits=limits or NOTHING
    )

    def read(result: Mapping[str, object]) -> Reading | None:
        attributes: dict[str, object] = {}
        level = as_number(result.get(lamp.dimmer)) if lamp.kind >= DIMMER else None
        if level is not None:
            attributes["brightness"] = min(255, max(0, round(level * 255 / 100)))
        attributes |= _tint(result, colored=colored, warm=warm)
        scheme = as_number(result.get("Scheme")) if colored else None
        if scheme is not None and 0 <= scheme < len(_EFFECTS):
            attributes["effect"] = _EFFECTS[int(scheme)]
        value = _power(said, index, result)
        return (value, attributes) if value or attributes else None

    keys = (*_power_keys(index), lamp.dimmer, "HSBColor", "Color", "CT", "White", "Scheme")
    return Part(entity, keys, read, lambda call: _light_commands(said, index, lamp, call))


def _tint(result: Mapping[str, object], *, colored: bool, warm: bool) -> dict[str, object]:
    """Return colour or colour temperature, whichever shines; a lamp with both burns white while ``White`` is not 0."""
    mired = as_number(result.get("CT")) if warm else None
    rgb = _rgb(result) if colored else None
    white = as_number(result.get("White"))
    if mired is not None and (not colored or white):
        return {"color_temp_kelvin": color.kelvin_of(mired), "rgb_color": None}
    if rgb is not None and not (white and warm):
        return {"rgb_color": rgb, "color_temp_kelvin": None} if warm else {"rgb_color": rgb}
    if mired is not None and rgb is None:
        return {"color_temp_kelvin": color.kelvin_of(mired), "rgb_color": None}
    return {}


def _rgb(result: Mapping[str, object]) -> color.Rgb | None:
    parts = _decimals(as_text(result.get("HSBColor")))
    if len(parts) == 3:
        return color.rgb_of_hs(parts[0], parts[1])
    told = as_text(result.get("Color")) or ""
    if "," in told:
        return color.rgb_of(_decimals(told)[:3])
    try:
        return (int(told[0:2], 16), int(told[2:4], 16), int(told[4:6], 16)) if told.isalnum() else None
    except ValueError:
        return None


def _decimals(words: str | None) -> list[float]:
    pieces = words.split(",", 5) if words else []
    # Only plain digits: float() would take "nan", and int() numbers of other scripts.
    return [float(p) for p in pieces if p.isascii() and p.isdigit() and len(p) < 6]


def _light_commands(said: Announcement, index: int, lamp: _Lamp, call: Call) -> Commands:
    seconds = as_number(call.data.get("transition"))
    commands: Commands = []
    if seconds is not None and lamp.kind and not said.tuya:
        commands.append(("Fade2", "1" if seconds else "0"))
        if seconds:
            # Half seconds for a fade over the whole range; a shorter way takes less, unless SetOption117 is on.
            commands.append(("Speed2", str(min(40, max(1, round(seconds * 2))))))
    level = as_number(call.data.get("brightness"))
    on = call.service == "turn_on" and level != 0
    if on and level is not None:
        commands.append((lamp.dim, str(max(1, round(level * 100 / 255)))))
    if not on or level is None or said.options.get("20"):
        commands.append((f"Power{index + 1}", said.on if on else said.off))
    if not on:
        return commands
    rgb = color.rgb_of(call.data.get("rgb_color"))
    if rgb is not None:
        commands.append(("Color2", ",".join(map(str, rgb)) + lamp.color_end))
    kelvin = as_number(call.data.get("color_temp_kelvin"))
    if kelvin is not None:
        commands.append(("CT", str(min(500, max(153, color.mired_of(kelvin))))))
    if call.data.get("effect") in _EFFECTS:
        commands.append(("Scheme", str(_EFFECTS.index(str(call.data["effect"])))))
    return commands


def _shutter(said: Announcement, index: int, *, alone: bool) -> Part:
    low, high = said.tilts[index] if index < len(said.tilts) else (0, 0)
    inverted = said.inverted(index)
    able = {Capability.OPEN_CLOSE, Capability.STOP, Capability.POSITION}
    if low != high:
        able.add(Capability.TILT)
    name = said.name if alone else f"{said.name} {index + 1}"
    entity = replace(_entity(said, "cover", name), device_class="shutter", capabilities=frozenset(able))
    key = f"Shutter{index + 1}"

    def read(result: Mapping[str, object]) -> Reading | None:
        told = as_object(result.get(key))
        place, direction = as_number(told.get("Position")), as_number(told.get("Direction"))
        tilt = as_number(told.get("Tilt")) if low != high else None
        attributes: dict[str, object] = {}
        if place is not None:
            place = min(100, max(0, round(100 - place if inverted else place)))
            attributes["current_position"] = place
        if tilt is not None:
            attributes["current_tilt_position"] = min(100, max(0, round((tilt - low) * 100 / (high - low))))
        moving = (-direction if inverted else direction) if direction else 0
        standing = None if place is None else "open" if place else "closed"
        value = "opening" if moving > 0 else "closing" if moving < 0 else standing
        return (value, attributes) if value or attributes else None

    plain = {"open_cover": "ShutterOpen", "close_cover": "ShutterClose", "stop_cover": "ShutterStop"}

    def write(call: Call) -> Commands:
        if call.service in plain:
            return [(f"{plain[call.service]}{index + 1}", "")]
        if call.service == "set_cover_position":
            place = round(as_number(call.data["position"]) or 0)
            return [(f"ShutterPosition{index + 1}", str(100 - place if inverted else place))]
        angle = low + (as_number(call.data["tilt_position"]) or 0) * (high - low) / 100
        return [(f"ShutterTilt{index + 1}", str(round(angle)))]

    return Part(entity, (key,), read, write)


def _fan(said: Announcement) -> Part:
    able = frozenset({Capability.ON_OFF, Capability.SPEED})
    entity = replace(_entity(said, "fan", said.name), capabilities=able)

    def read(result: Mapping[str, object]) -> Reading | None:
        speed = as_number(result.get("FanSpeed"))
        if speed is None or speed not in range(len(_FAN_SPEEDS)):
            return None
        return "on" if speed else "off", {"percentage": _FAN_SPEEDS[int(speed)]}

    def write(call: Call) -> Commands:
        share = as_number(call.data.get("percentage"))
        if call.service == "turn_off":
            return [("FanSpeed", "0")]
        if share is None:
            return [("FanSpeed", "2")]
        return [("FanSpeed", str(0 if not share else max(1, round(share * 3 / 100))))]

    return Part(entity, ("FanSpeed",), read, write)


def _switch(said: Announcement, index: int) -> Part:
    given = said.switch_names[index] if index < len(said.switch_names) else ""
    key = f"Switch{index + 1}"
    entity = _entity(said, "binary_sensor", given or f"{said.name} {key}")

    def read(result: Mapping[str, object]) -> Reading | None:
        told = result.get(key)
        word = as_object(told).get("Action") or told
        return ("on" if word == said.on else "off", {}) if word in (said.on, said.off) else None

    return Part(entity, (key,), read, lambda _: [])
