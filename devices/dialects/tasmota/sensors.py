"""What a Tasmota measures: the tree that it announces on ``tasmota/discovery/<MAC>/sensors``."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from devices.dialects.json_payload import as_name, as_object, as_text, is_array, is_object, spoken_number
from devices.dialects.tasmota.announcement import Announcement
from devices.dialects.tasmota.part import Part, Reading
from devices.model import Entity, EntityId
from devices.names import slug

MOST_SENSORS = 100
Path = tuple[str | int, ...]

_IGNORED = frozenset({"Time", "PN532", "RDM6300"})
_HIDDEN = frozenset({"Factor", "Period", "TotalStartTime", "Frequency", "ApparentPower", "ReactivePower", "Id"})
_SHUTTER = re.compile(r"Shutter[0-9]+")
"""Told among the sensors, but a cover."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

QUANTITIES: Mapping[str, tuple[str | None, str | None]] = {
    "Ambient": ("illuminance", "lx"),
    "ApparentPower": ("apparent_power", "VA"),
    "Battery": ("battery", "%"),
    "CarbonDioxide": ("carbon_dioxide", "ppm"),
    "Current": ("current", "A"),
    "Distance": ("distance", "cm"),
    "Energy": ("energy", "kWh"),
    "ExportActive": ("energy", "kWh"),
    "Factor": ("power_factor", None),
    "Frequency": ("frequency", "Hz"),
    "Humidity": ("humidity", "%"),
    "Illuminance": ("illuminance", "lx"),
    "ImportActive": ("energy", "kWh"),
    "Moisture": ("moisture", "%"),
    "PM1": ("pm1", "µg/m³"),
    "PM10": ("pm10", "µg/m³"),
    "PM2.5": ("pm25", "µg/m³"),
    "Power": ("power", "W"),
    "ActivePower": ("power", "W"),
    "ReactivePower": ("reactive_power", "var"),
    "TVOC": ("volatile_organic_compounds_parts", "ppb"),
    "Today": ("energy", "kWh"),
    "Total": ("energy", "kWh"),
    "Voltage": ("voltage", "V"),
    "Weight": ("weight", "kg"),
    "Yesterday": ("energy", "kWh"),
    "eCO2": ("carbon_dioxide", "ppm"),
}
"""Device class and unit by the last word of a path (hatasmota 0.10, sensor.py)."""
_BY_UNIT = {
    "DewPoint": ("temperature", "TempUnit"),
    "Temperature": ("temperature", "TempUnit"),
    "Pressure": ("pressure", "PressureUnit"),
    "SeaPressure": ("pressure", "PressureUnit"),
    "Speed": ("speed", "SpeedUnit"),
}
"""Quantities whose unit stands in the message."""
_NO_ENERGY = frozenset({"AS3935", "LD2410"})
"""Sensors whose "Energy" is a strength of their own."""


def sensors(said: Announcement, tree: Mapping[str, object]) -> Iterable[Part]:
    """Return a part for each value in the tree.

    A value is called by its quantity alone where the device has only one such: ``Washer Power``, not ``Washer ENERGY
    Power``; its id has the whole path, so that it stays when a second sensor is wired.
    """
    paths = [path for path, _ in zip(_paths(tree), range(MOST_SENSORS), strict=False)]
    count = Counter(path[1:] for path in paths)
    for path in paths:
        words = path[1:] if count[path[1:]] == 1 else path
        yield _sensor(said, tree, path, " ".join(_word(step) for step in words))


def _paths(tree: Mapping[str, object]) -> Iterable[Path]:
    for sensor, values in tree.items():
        if sensor in _IGNORED or _SHUTTER.fullmatch(sensor):
            continue
        for key, value in as_object(values).items():
            if is_object(value):
                yield from ((sensor, key, inner) for inner in value)
            elif is_array(value):
                yield from ((sensor, key, index) for index in range(min(len(value), 8)))
            else:
                yield sensor, key


def _sensor(said: Announcement, tree: Mapping[str, object], path: Path, words: str) -> Part:
    device_class, unit = _quantity(tree, path)
    ids = [slug(said.name), *(slug(str(step)) for step in path)]
    entity = Entity(
        EntityId(f"sensor.{'_'.join(ids)}"),
        as_name(f"{said.name} {words}") or said.name,
        "sensor",
        device_class,
        device=said.device.id,
        unit=unit,
        hidden=path[-1] in _HIDDEN or path[0] == "ESP32",
    )

    def read(message: Mapping[str, object]) -> Reading | None:
        found = _at(message, path)
        value = spoken_number(found) or as_name(found)
        return None if value is None else (value, {})

    return Part(entity, (str(path[0]),), read, lambda _: [])


def _quantity(tree: Mapping[str, object], path: Path) -> tuple[str | None, str | None]:
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if path[0] in _NO_ENERGY and name == "Energy":
        return None, None
    if name in _BY_UNIT:
        device_class, key = _BY_UNIT[name]
        unit = as_text(tree.get(key))
        return (device_class, f"°{unit}" if unit in ("C", "F") else unit[:16]) if unit else (None, None)
    if path[0] == "ANALOG":
        # An ESP32 puts the number of the pin behind the quantity.
        name = name.rstrip("0123456789")
    return QUANTITIES.get(name, (None, None))


def _at(message: Mapping[str, object], path: Sequence[str | int]) -> object:
    """Return what stands at the path; one value where a list was announced is that list's first."""
    found: object = message
    for step in path:
        if is_object(found):
            found = found.get(str(step))
        elif is_array(found):
            found = found[step] if isinstance(step, int) and step < len(found) else None
        elif step != 0:
            return None
    return found


def _word(step: str | int) -> str:
    return str(step + 1) if isinstance(step, int) else _CAMEL.sub(" ", step)
