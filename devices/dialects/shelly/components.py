"""What the components of a Shelly of the second generation and later tell and take.

Status and methods are those of the RPC API, firmware 1.4 (shelly-api-docs.shelly.cloud, gen2, Components). A status may
be a part of one: what is missing did not change.
"""

from collections.abc import Callable, Iterable, Mapping

from devices.dialects import color
from devices.dialects.json_payload import as_array, as_name, as_number, as_object, as_text, spoken_number
from devices.dialects.learner import Sighting
from devices.model import Call, Capability

Component = Mapping[str, object]
Request = tuple[str, dict[str, object]]
"""A method and its parameters."""

_ON_OFF = frozenset({Capability.ON_OFF})
_DIMMED = _ON_OFF | {Capability.BRIGHTNESS}
_MEASURES: tuple[tuple[str, str, str, str, float, bool], ...] = (
    ("apower", "Power", "power", "W", 1, False),
    ("act_power", "Power", "power", "W", 1, False),
    ("total_act_power", "Power", "power", "W", 1, False),
    ("a_act_power", "Phase A power", "power", "W", 1, False),
    ("b_act_power", "Phase B power", "power", "W", 1, False),
    ("c_act_power", "Phase C power", "power", "W", 1, False),
    ("total_act", "Energy", "energy", "kWh", 1 / 1_000, False),
    ("total_act_energy", "Energy", "energy", "kWh", 1 / 1_000, False),
    ("voltage", "Voltage", "voltage", "V", 1, True),
    ("current", "Current", "current", "A", 1, True),
    ("tC", "Temperature", "temperature", "°C", 1, False),
    ("rh", "Humidity", "humidity", "%", 1, False),
    ("lux", "Illuminance", "illuminance", "lx", 1, False),
)
"""Key, label, device class, unit, factor (an energy comes in watt hours), hidden."""
_ALARMS: Mapping[str, tuple[str, str]] = {"smoke": ("Smoke", "smoke"), "flood": ("Flood", "moisture")}
_COVER_STATES = {"open": "open", "closed": "closed", "opening": "opening", "closing": "closing"}
_EVENTS: Mapping[str, str] = {
    "single_push": "single", "double_push": "double", "triple_push": "triple", "long_push": "long",
}  # fmt: skip


def sightings(key: str, status: Component, config: Component, *, alone: bool, lit: bool) -> Iterable[Sighting]:
    """Return what a component's status shows.

    ``alone``: the device has no second one of its kind, which is why no number stands in its name. ``lit``: its owner
    says that this relay feeds a light.
    """
    kind, _, number = key.partition(":")
    name = as_name(config.get("name")) or ""
    label = "" if name or alone or not number.isdigit() else str(int(number) + 1)
    main = _MAIN.get(kind)
    if main is not None:
        yield from main(key, status, config, name, label)
    if kind == "switch" and isinstance(status.get("output"), bool):
        domain = "light" if lit else "switch"
        yield Sighting(key, domain, _on_off(status), name=name, label=label, capabilities=_ON_OFF)
    if kind in _ALARMS and isinstance(status.get("alarm"), bool):
        words, device_class = _ALARMS[kind]
        value = "on" if status["alarm"] else "off"
        yield Sighting(key, "binary_sensor", value, name=name, label=words, device_class=device_class)
    yield from _measures(key, status, name, label)


def press(event: Component) -> Sighting | None:
    """Return what a button's event shows; ``None`` for an event that is no press."""
    key = as_text(event.get("component")) or ""
    kind, _, number = key.partition(":")
    word = _EVENTS.get(str(event.get("event")))
    if kind != "input" or word is None or not (number.isascii() and number.isdigit()) or len(number) > 3:
        return None
    label = f"Button {int(number) + 1}"
    return Sighting(f"{key} event", "sensor", word, label=label, device_class="enum")


def request(call: Call, key: str) -> Request | None:
    """Return the method that carries out a call that was checked; ``None`` if the component has none for it."""
    kind, _, number = key.partition(":")
    if not (number.isascii() and number.isdigit()):
        return None
    where: dict[str, object] = {"id": int(number)}
    match kind:
        case "switch":
            return "Switch.Set", where | {"on": call.service == "turn_on"}
        case "light" | "cct" | "rgb" | "rgbw" | "rgbcct":
            method = "Light.Set" if kind == "light" else f"{kind.upper()}.Set"
            return method, where | _light_parameters(call)
        case "cover":
            return _cover_request(call, where)
        case "thermostat":
            wanted = _thermostat_config(call)
            return ("Thermostat.SetConfig", where | {"config": where | wanted}) if wanted else None
        case _:
            return None


def _on_off(status: Component) -> str | None:
    output = status.get("output")
    return None if not isinstance(output, bool) else "on" if output else "off"


def _light(key: str, status: Component, config: Component, name: str, label: str) -> Iterable[Sighting]:
    kind = key.partition(":")[0]
    attributes: dict[str, object] = {}
    limits: dict[str, object] = {}
    able = set(_DIMMED)
    level = as_number(status.get("brightness"))
    if level is not None:
        attributes["brightness"] = min(255, max(0, round(level * 255 / 100)))
    mode = status.get("mode")
    if kind in ("cct", "rgbcct"):
        able.add(Capability.COLOR_TEMPERATURE)
        span = [as_number(end) for end in as_array(config.get("ct_range"))]
        low, high = (span[0], span[1]) if len(span) == 2 else (2_700, 6_500)
        limits = {"min_kelvin": round(low or 2_700), "max_kelvin": round(high or 6_500)}
        kelvin = as_number(status.get("ct"))
        if kelvin is not None and mode != "rgb":
            attributes |= {"color_temp_kelvin": round(kelvin), "rgb_color": None}
    if kind in ("rgb", "rgbw", "rgbcct"):
        able.add(Capability.COLOR)
        rgb = color.rgb_of(status.get("rgb"))
        if rgb is not None and mode != "cct":
            attributes |= {"rgb_color": rgb, "color_temp_kelvin": None}
    value = _on_off(status)
    if value or attributes:
        yield Sighting(key, "light", value, attributes, label, name, capabilities=frozenset(able), limits=limits)


def _cover(key: str, status: Component, config: Component, name: str, label: str) -> Iterable[Sighting]:
    del config
    able = {Capability.OPEN_CLOSE, Capability.STOP}
    attributes: dict[str, object] = {}
    place, slats = as_number(status.get("current_pos")), as_number(status.get("slat_pos"))
    if place is not None:
        able.add(Capability.POSITION)
        attributes["current_position"] = min(100, max(0, round(place)))
    if slats is not None:
        able.add(Capability.TILT)
        attributes["current_tilt_position"] = min(100, max(0, round(slats)))
    state = as_text(status.get("state"))
    value = _COVER_STATES.get(state or "")
    if state == "stopped":
        # Somewhere in between, unless the place says that it is down.
        value = "closed" if place is not None and place <= 0 else "open"
    if value or attributes:
        yield Sighting(
            key, "cover", value, attributes, label, name, capabilities=frozenset(able), device_class="shutter"
        )


def _input(key: str, status: Component, config: Component, name: str, label: str) -> Iterable[Sighting]:
    del config
    state = status.get("state")
    words = "" if name else f"Input {label}".strip()
    if isinstance(state, bool):
        yield Sighting(key, "binary_sensor", "on" if state else "off", label=words, name=name)
    percent = spoken_number(status.get("percent"))
    if percent is not None:
        yield Sighting(f"{key} percent", "sensor", percent, label=words, name=name, unit="%")


def _battery(key: str, status: Component, config: Component, name: str, label: str) -> Iterable[Sighting]:
    del config, name, label
    percent = spoken_number(as_object(status.get("battery")).get("percent"))
    if percent is not None:
        yield Sighting(key, "sensor", percent, label="Battery", device_class="battery", unit="%", hidden=True)


def _thermostat(key: str, status: Component, config: Component, name: str, label: str) -> Iterable[Sighting]:
    attributes: dict[str, object] = {}
    for told, attribute in (("target_C", "temperature"), ("current_C", "current_temperature")):
        number = as_number(status.get(told))
        if number is not None:
            attributes[attribute] = number
    running = "cool" if config.get("type") == "cooling" else "heat"
    if isinstance(status.get("output"), bool):
        attributes["hvac_action"] = f"{running}ing" if status["output"] else "idle"
    enabled = status.get("enable")
    value = None if not isinstance(enabled, bool) else running if enabled else "off"
    able = frozenset({Capability.ON_OFF, Capability.TARGET_TEMPERATURE, Capability.HVAC_MODE})
    limits = {"min": 5, "max": 35, "step": 0.5, "hvac_modes": ("off", running)}
    if value or attributes:
        yield Sighting(key, "climate", value, attributes, label, name, capabilities=able, limits=limits, unit="°C")


def _measures(key: str, status: Component, name: str, label: str) -> Iterable[Sighting]:
    # The thermometer inside a relay watches the relay, not the room.
    inner = as_object(status.get("temperature"))
    read = {**status, "tC": inner["tC"]} if "tC" in inner else status
    energy = as_number(as_object(status.get("aenergy")).get("total"))
    if energy is not None:
        read = {**read, "total_act_energy": energy}
    for told, words, device_class, unit, factor, hidden in _MEASURES:
        number = as_number(read.get(told))
        if number is not None:
            yield Sighting(
                f"{key} {told}",
                "sensor",
                spoken_number(round(number * factor, 6)),
                label=" ".join(word for word in (label, words) if word),
                name=name,
                device_class=device_class,
                unit=unit,
                hidden=hidden or ("tC" in inner and told == "tC"),
            )


_Main = Callable[[str, Component, Component, str, str], Iterable[Sighting]]
_MAIN: Mapping[str, _Main] = {
    "light": _light,
    "cct": _light,
    "rgb": _light,
    "rgbw": _light,
    "rgbcct": _light,
    "cover": _cover,
    "input": _input,
    "devicepower": _battery,
    "thermostat": _thermostat,
}


def _light_parameters(call: Call) -> dict[str, object]:
    level = as_number(call.data.get("brightness"))
    on = call.service == "turn_on" and level != 0
    wanted: dict[str, object] = {"on": on}
    if (seconds := as_number(call.data.get("transition"))) is not None:
        wanted["transition_duration"] = seconds
    if not on:
        return wanted
    if level is not None:
        wanted["brightness"] = max(1, round(level * 100 / 255))
    if (kelvin := as_number(call.data.get("color_temp_kelvin"))) is not None:
        wanted["ct"] = round(kelvin)
    if (rgb := color.rgb_of(call.data.get("rgb_color"))) is not None:
        wanted["rgb"] = rgb
    return wanted


def _cover_request(call: Call, where: dict[str, object]) -> Request:
    if call.service == "set_cover_position":
        return "Cover.GoToPosition", where | {"pos": round(as_number(call.data["position"]) or 0)}
    if call.service == "set_cover_tilt_position":
        return "Cover.GoToPosition", where | {"slat_pos": round(as_number(call.data["tilt_position"]) or 0)}
    return f"Cover.{call.service.removesuffix('_cover').capitalize()}", where


def _thermostat_config(call: Call) -> dict[str, object]:
    wanted: dict[str, object] = {}
    if "temperature" in call.data:
        wanted["target_C"] = call.data["temperature"]
    if call.service in ("turn_on", "turn_off"):
        wanted["enable"] = call.service == "turn_on"
    elif "hvac_mode" in call.data:
        wanted["enable"] = call.data["hvac_mode"] != "off"
    return wanted
