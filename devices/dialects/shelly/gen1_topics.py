"""What the topics of a first generation Shelly mean (firmware 1.14): ``shellies/<id>/<kind>/<channel>/<detail>``."""

from collections.abc import Iterable, Mapping

from devices.dialects import color
from devices.dialects.json_payload import (
    as_array,
    as_number,
    as_object,
    is_object,
    parse,
    parse_object,
    spoken_number,
    text,
)
from devices.dialects.learner import Sighting
from devices.model import NOTHING, Capability, PayloadError

CHANNELS: Mapping[str, int] = {
    "SHSW-21": 2, "SHSW-25": 2, "SHSW-44": 4, "SHUNI-1": 2, "SHRGBW2": 4, "SHEM": 2, "SHEM-3": 3, "SHIX3-1": 3,
}  # fmt: skip
"""How many channels a model has; one where it is not named here."""

_SENSORS: Mapping[str, tuple[str | None, str | None, bool]] = {
    "temperature": ("temperature", "°C", False),
    "humidity": ("humidity", "%", False),
    "battery": ("battery", "%", True),
    "lux": ("illuminance", "lx", False),
    "tilt": (None, "°", True),
    "concentration": ("gas", "ppm", False),
}
_ALARMS: Mapping[str, str] = {
    "flood": "moisture", "smoke": "smoke", "vibration": "vibration", "motion": "motion", "state": "opening",
    "gas": "gas",
}  # fmt: skip
_METERS: Mapping[str, tuple[str, str, float, bool]] = {
    "power": ("power", "W", 1, False),
    "energy": ("energy", "kWh", 1 / 60_000, False),
    "total": ("energy", "kWh", 1 / 1_000, False),
    "total_returned": ("energy", "kWh", 1 / 1_000, True),
    "voltage": ("voltage", "V", 1, True),
    "current": ("current", "A", 1, True),
}
"""Device class, unit, factor, hidden. A relay counts its energy in watt minutes, an energy meter in watt hours."""
_YES = frozenset({"1", "true", "open", "on", "mild", "heavy"})
_NO = frozenset({"0", "false", "close", "off", "none", "closed"})
_PRESSES = {"S": "single", "SS": "double", "SSS": "triple", "L": "long", "SL": "single_long", "LS": "long_single"}


def sightings(kind: str, rest: tuple[str, ...], payload: bytes, model: str) -> Iterable[Sighting]:
    """Return what one message shows; nothing for what is of no interest. A roller is not read here: what it does
    follows from several messages.
    """
    number = int(rest[0]) if rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 3 else None
    detail = rest[1:]
    match kind:
        case "relay" if number is not None and not detail:
            yield _relay(number, payload, model)
        case "relay" | "light" | "color" | "white" | "roller" | "emeter" if number is not None and len(detail) == 1:
            if detail[0] == "status" and kind in ("light", "color", "white"):
                yield _light(kind, number, parse_object(payload), model)
            elif detail[0] in _METERS:
                yield from _meter(f"{kind}/{number}", detail[0], _numbered(model, number), payload)
        case "input" if number is not None and not detail:
            yield _binary(f"input/{number}", f"Input {number + 1}", None, payload)
        case "input_event" if number is not None and not detail:
            yield from _press(number, parse_object(payload))
        case "ext_temperature" | "ext_humidity" if number is not None and not detail:
            quantity = kind.removeprefix("ext_")
            yield from _sensor(f"{kind}/{number}", f"External {quantity} {number + 1}", quantity, payload)
        case "sensor" if len(rest) == 1:
            yield from _sensor(f"sensor/{rest[0]}", rest[0].capitalize(), rest[0], payload)
        case "temperature" if not rest:
            yield from _sensor("temperature", "Device temperature", "temperature", payload, hidden=True)
        case "status" if not rest:
            yield from _motion(parse_object(payload))
        case "info" if not rest and model == "SHTRV-01":
            yield from _valve(parse_object(payload))
        case _:
            return


def _numbered(model: str, number: int, label: str = "") -> str:
    several = CHANNELS.get(model, 1) > 1
    return " ".join(word for word in (str(number + 1) if several else "", label) if word)


def _word(payload: bytes) -> str:
    return text(payload, limit=1_024)


def _relay(number: int, payload: bytes, model: str) -> Sighting:
    word = _word(payload)
    if word not in ("on", "off", "overpower"):
        raise PayloadError(f"a relay is neither on nor off: {word[:60]!r}")
    value = "on" if word == "on" else "off"
    able = frozenset({Capability.ON_OFF})
    return Sighting(f"relay/{number}", "switch", value, label=_numbered(model, number), capabilities=able)


def _light(kind: str, number: int, status: Mapping[str, object], model: str) -> Sighting:
    colored = "red" in status
    mode = status.get("mode", "color" if kind == "color" else "white")
    level = as_number(status.get("gain" if colored and mode == "color" else "brightness"))
    attributes: dict[str, object] = {}
    able, limits = {Capability.ON_OFF}, NOTHING
    if "gain" in status or "brightness" in status:
        able.add(Capability.BRIGHTNESS)
    if level is not None:
        attributes["brightness"] = min(255, max(0, round(level * 255 / 100)))
    if "temp" in status:
        able.add(Capability.COLOR_TEMPERATURE)
        limits = {"min_kelvin": 2_700 if model == "SHBDUO-1" else 3_000, "max_kelvin": 6_500}
    if colored:
        able.add(Capability.COLOR)
    rgb = color.rgb_of([status.get("red"), status.get("green"), status.get("blue")])
    kelvin = as_number(status.get("temp"))
    if colored and mode == "color" and rgb is not None:
        attributes |= {"rgb_color": rgb, "color_temp_kelvin": None}
    elif kelvin is not None:
        attributes |= {"color_temp_kelvin": round(kelvin), "rgb_color": None}
    on = status.get("ison")
    value = None if not isinstance(on, bool) else "on" if on else "off"
    label = _numbered(model, number) if kind == "white" else ""
    return Sighting(
        f"{kind}/{number}", "light", value, attributes, label=label, capabilities=frozenset(able), limits=limits
    )


def _meter(key: str, what: str, label: str, payload: bytes) -> Iterable[Sighting]:
    device_class, unit, factor, hidden = _METERS[what]
    if key.startswith("emeter") and what == "energy":
        return
    number = as_number(parse(payload))
    if number is None:
        raise PayloadError(f"{what} is no number")
    yield Sighting(
        f"{key}/{what}",
        "sensor",
        spoken_number(round(number * factor, 6)),
        label=f"{label} {device_class}".strip().capitalize(),
        device_class=device_class,
        unit=unit,
        hidden=hidden,
    )


def _binary(key: str, label: str, device_class: str | None, payload: bytes) -> Sighting:
    word = _word(payload).lower()
    if word not in _YES and word not in _NO:
        raise PayloadError(f"{key} is neither yes nor no: {word[:60]!r}")
    value = "on" if word in _YES else "off"
    return Sighting(key, "binary_sensor", value, label=label, device_class=device_class)


def _sensor(key: str, label: str, what: str, payload: bytes, *, hidden: bool = False) -> Iterable[Sighting]:
    if what in _ALARMS:
        if _word(payload) not in ("unknown", "test"):
            yield _binary(key, label, _ALARMS[what], payload)
    elif what in _SENSORS:
        device_class, unit, detail = _SENSORS[what]
        number = as_number(parse(payload))
        # 999 and more is what an unplugged or broken sensor tells.
        if number is not None and abs(number) < (999 if what in ("temperature", "humidity") else 1e9):
            yield Sighting(
                key,
                "sensor",
                spoken_number(number),
                label=label,
                device_class=device_class,
                unit=unit,
                hidden=hidden or detail,
            )


def _press(number: int, told: Mapping[str, object]) -> Iterable[Sighting]:
    press = _PRESSES.get(str(told.get("event")))
    if press is not None:
        yield Sighting(f"input_event/{number}", "sensor", press, label=f"Button {number + 1}", device_class="enum")


def _motion(status: Mapping[str, object]) -> Iterable[Sighting]:
    for key, device_class in (("motion", "motion"), ("vibration", "vibration")):
        value = status.get(key)
        if isinstance(value, bool):
            told = "on" if value else "off"
            yield Sighting(f"status/{key}", "binary_sensor", told, label=key.capitalize(), device_class=device_class)
    lux = spoken_number(status.get("lux"))
    if lux is not None:
        yield Sighting("status/lux", "sensor", lux, label="Illuminance", device_class="illuminance", unit="lx")


def _valve(info: Mapping[str, object]) -> Iterable[Sighting]:
    listed = as_array(info.get("thermostats"))
    if not listed or not is_object(listed[0]):
        return
    target = as_number(as_object(listed[0].get("target_t")).get("value"))
    room = as_number(as_object(listed[0].get("tmp")).get("value"))
    place = as_number(listed[0].get("pos"))
    attributes: dict[str, object] = {}
    if room is not None:
        attributes["current_temperature"] = room
    if place is not None:
        attributes["hvac_action"] = "heating" if place > 0 else "idle"
    if target is not None:
        attributes["temperature"] = target
    yield Sighting(
        "thermostat/0",
        "climate",
        # Four degrees is this valve's way to be off.
        None if target is None else "off" if target <= 4 else "heat",
        attributes,
        capabilities=frozenset({Capability.TARGET_TEMPERATURE}),
        limits={"min": 4, "max": 31, "step": 0.5},
        unit="°C",
    )
