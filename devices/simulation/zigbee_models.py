"""Zigbee devices as zigbee-herdsman-converters describes them: what they expose, and what state they start in.

The shapes follow Zigbee2MQTT 2.12.1's ``definition.exposes`` (https://www.zigbee2mqtt.io/guide/usage/exposes.html);
access is a sum of 1 (published), 2 (can be set) and 4 (can be asked for).
"""

from collections.abc import Mapping
from dataclasses import dataclass

Expose = dict[str, object]


@dataclass(frozen=True, slots=True)
class Model:
    """One product."""

    model: str
    vendor: str
    description: str
    exposes: tuple[Expose, ...]
    state: Mapping[str, object]
    """The cached state that Zigbee2MQTT publishes at its start."""
    sleepy: bool = False
    """Runs on a battery."""


def _binary(name: str, on: object, off: object, *, access: int = 1) -> Expose:
    return {
        "type": "binary", "name": name, "label": name.capitalize(), "property": name, "access": access,
        "value_on": on, "value_off": off,
    }  # fmt: skip


def _state(on: str, off: str, toggle: str | None = None) -> Expose:
    return _binary("state", on, off, access=7) | ({"value_toggle": toggle} if toggle else {})


def _numeric(name: str, unit: str | None = None, *, access: int = 1, **limits: object) -> Expose:
    expose: Expose = {
        "type": "numeric", "name": name, "label": name.capitalize(), "property": name, "access": access,
    }  # fmt: skip
    return expose | ({"unit": unit} if unit else {}) | limits


def _enum(name: str, *values: str, access: int = 1) -> Expose:
    return {
        "type": "enum", "name": name, "label": name.capitalize(), "property": name, "access": access,
        "values": list(values),
    }  # fmt: skip


def _color(name: str, *axes: str) -> Expose:
    return {
        "type": "composite", "name": name, "label": name, "property": "color", "access": 7,
        "features": [_numeric(axis, access=7) for axis in axes],
    }  # fmt: skip


def _specific(kind: str, *features: Expose) -> Expose:
    return {"type": kind, "features": list(features)}


_SIGNAL = _numeric("linkquality", "lqi", value_min=0, value_max=255) | {"category": "diagnostic"}
_BATTERY = _numeric("battery", "%", value_min=0, value_max=100) | {"category": "diagnostic"}
_LEVEL = _numeric("brightness", access=7, value_min=0, value_max=254)
_EFFECT = _enum("effect", "blink", "breathe", "okay", "channel_change", "finish_effect", "stop_effect", access=2)
_POSITION = _numeric("position", "%", access=7, value_min=0, value_max=100)
_TILT = _numeric("tilt", "%", access=7, value_min=0, value_max=100)
_COVER = _enum("state", "OPEN", "CLOSE", "STOP", access=3)
_CELSIUS = _numeric("temperature", "°C")
_HUMIDITY = _numeric("humidity", "%")


def _mireds(coolest: int, warmest: int) -> Expose:
    return _numeric("color_temp", "mired", access=7, value_min=coolest, value_max=warmest) | {
        "presets": [{"name": "coolest", "value": coolest, "description": "Coolest temperature supported"}]
    }


MODELS: Mapping[str, Model] = {
    "white light": Model(
        "LED2201G8", "IKEA", "TRADFRI bulb E27, white spectrum, globe, opal, 1055 lm",
        (_specific("light", _state("ON", "OFF", "TOGGLE"), _LEVEL, _mireds(250, 454)), _EFFECT, _SIGNAL),
        {"state": "OFF", "brightness": 254, "color_temp": 370, "color_mode": "color_temp", "linkquality": 144},
    ),
    "dimmable light": Model(
        "LED1649C5", "IKEA", "TRADFRI bulb E12/E14/E17, white, dimmable, 400 lm",
        (_specific("light", _state("ON", "OFF", "TOGGLE"), _LEVEL), _EFFECT, _SIGNAL),
        {"state": "OFF", "brightness": 200, "linkquality": 120},
    ),
    "color light": Model(
        "9290024687", "Philips", "Hue white and color ambiance E27 1100 lumen",
        (
            _specific(
                "light", _state("ON", "OFF", "TOGGLE"), _LEVEL, _mireds(153, 500),
                _color("color_xy", "x", "y"), _color("color_hs", "hue", "saturation"),
            ),
            _EFFECT, _SIGNAL,
        ),
        {
            "state": "OFF", "brightness": 254, "color_temp": 366, "color_mode": "color_temp",
            "color": {"x": 0.4575, "y": 0.4101}, "linkquality": 98,
        },
    ),
    "plug": Model(
        "TS011F_plug_1", "Tuya", "Smart plug (with power monitoring)",
        (
            _specific("switch", _state("ON", "OFF", "TOGGLE")),
            _numeric("power", "W", access=5), _numeric("current", "A", access=5),
            _numeric("voltage", "V", access=5), _numeric("energy", "kWh"), _SIGNAL,
        ),
        {"state": "OFF", "power": 0, "current": 0, "voltage": 231, "energy": 41.73, "linkquality": 160},
    ),
    "blind": Model(
        "TS130F", "Tuya", "Curtain/blind switch",
        (_specific("cover", _COVER, _POSITION), _enum("moving", "UP", "STOP", "DOWN"), _SIGNAL),
        {"state": "OPEN", "position": 100, "moving": "STOP", "linkquality": 84},
    ),
    "venetian blind": Model(
        "J1", "Ubisys", "Shutter control J1",
        (_specific("cover", _COVER, _POSITION, _TILT), _SIGNAL),
        {"state": "OPEN", "position": 100, "tilt": 100, "linkquality": 91},
    ),
    "thermostat": Model(
        "SPZB0001", "Eurotronic", "Spirit Zigbee wireless heater thermostat",
        (
            _specific(
                "climate",
                _numeric("occupied_heating_setpoint", "°C", access=7, value_min=5, value_max=30, value_step=0.5),
                _numeric("local_temperature", "°C", access=5),
                _enum("system_mode", "off", "auto", "heat", access=7),
                _enum("running_state", "idle", "heat", access=5),
            ),
            _BATTERY, _SIGNAL,
        ),
        {
            "occupied_heating_setpoint": 19.5, "local_temperature": 19.8, "system_mode": "heat",
            "running_state": "idle", "battery": 87, "linkquality": 66,
        },
    ),
    "lock": Model(
        "V3-BTZB/V3-BTZBE", "Danalock", "BT/ZB smartlock",
        (
            _specific("lock", _state("LOCK", "UNLOCK"), _enum("lock_state", "not_fully_locked", "locked", "unlocked")),
            _BATTERY, _SIGNAL,
        ),
        {"state": "LOCK", "lock_state": "locked", "battery": 74, "linkquality": 72},
    ),
    "contact": Model(
        "MCCGQ11LM", "Aqara", "Door and window sensor",
        # Closed is true on the wire: value_on, "there is something to notice", is the open window.
        (_binary("contact", on=False, off=True), _BATTERY, _SIGNAL),
        {"contact": True, "battery": 100, "linkquality": 54}, sleepy=True,
    ),
    "motion": Model(
        "RTCGQ11LM", "Aqara", "Motion sensor",
        (_binary("occupancy", on=True, off=False), _numeric("illuminance", "lx"), _BATTERY, _SIGNAL),
        {"occupancy": False, "illuminance": 12, "battery": 91, "linkquality": 61}, sleepy=True,
    ),
    "leak": Model(
        "SJCGQ11LM", "Aqara", "Water leak sensor",
        (_binary("water_leak", on=True, off=False), _binary("battery_low", on=True, off=False), _BATTERY, _SIGNAL),
        {"water_leak": False, "battery_low": False, "battery": 95, "linkquality": 70}, sleepy=True,
    ),
    "climate sensor": Model(
        "WSDCGQ11LM", "Aqara", "Temperature and humidity sensor",
        (_BATTERY, _CELSIUS, _HUMIDITY, _numeric("pressure", "hPa"), _SIGNAL),
        {"temperature": 21.34, "humidity": 46.2, "pressure": 1013.4, "battery": 100, "linkquality": 88}, sleepy=True,
    ),
    "remote": Model(
        "E1743", "IKEA", "TRADFRI on/off switch",
        (_BATTERY, _enum("action", "on", "off", "brightness_move_up", "brightness_move_down"), _SIGNAL),
        {"battery": 60, "linkquality": 110}, sleepy=True,
    ),
}  # fmt: skip
