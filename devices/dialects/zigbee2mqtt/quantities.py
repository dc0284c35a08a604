"""What Zigbee2MQTT's property names mean in Home Assistant's device classes.

Read in zigbee2mqtt 2.12.1 (lib/extension/homeassistant.ts); what is a setting or a diagnosis, Zigbee2MQTT says itself
in ``category``.
"""

from devices.names import fold

BINARY = {
    "battery_low": "battery",
    "carbon_monoxide": "carbon_monoxide",
    "consumer_connected": "plug",
    "garage_door_contact": "garage_door",
    "gas": "gas",
    "moving": "moving",
    "noise_detected": "sound",
    "occupancy": "occupancy",
    "presence": "occupancy",
    "rain": "moisture",
    "rain_status": "moisture",
    "smoke": "smoke",
    "sos": "safety",
    "tamper": "tamper",
    "valve_alarm": "problem",
    "valve_state": "opening",
    "vibration": "vibration",
    "water_leak": "moisture",
    "window": "window",
    "window_open": "window",
}

NUMERIC = {
    "ac_frequency": "frequency",
    "aqi": "aqi",
    "battery": "battery",
    "co2": "carbon_dioxide",
    "current": "current",
    "device_temperature": "temperature",
    "dew_point": "temperature",
    "distance": "distance",
    "eco2": "carbon_dioxide",
    "energy": "energy",
    "external_humidity": "humidity",
    "external_temperature": "temperature",
    "flow": "volume_flow_rate",
    "gas": "gas",
    "humidity": "humidity",
    "illuminance": "illuminance",
    "local_temperature": "temperature",
    "noise": "sound_pressure",
    "pm1": "pm1",
    "pm10": "pm10",
    "pm25": "pm25",
    "power": "power",
    "power_factor": "power_factor",
    "precipitation": "precipitation",
    "pressure": "atmospheric_pressure",
    "rain_rate": "precipitation_intensity",
    "soil_fertility": "conductivity",
    "soil_moisture": "moisture",
    "temperature": "temperature",
    "temperature_probe": "temperature",
    "voc": "volatile_organic_compounds",
    "voc_parts": "volatile_organic_compounds_parts",
    "voltage": "voltage",
    "water_consumed": "water",
    "wind_speed": "wind_speed",
}

_BY_UNIT = {
    "Wh": "energy", "kWh": "energy", "A": "current", "mA": "current", "mW": "power", "W": "power", "kW": "power",
}  # fmt: skip

_CONTACTS = {
    "window": ("window", "fenster", "fenetre", "raam", "ventana", "finestra"),
    "door": ("door", "tur", "porte", "deur", "puerta", "porta"),
    "garage_door": ("garage",),
}
"""What a contact sits on, by the words of its name in the six languages; a garage door is one before it is a door."""


def numeric_class(name: str, unit: str) -> str | None:
    """Return the device class of a number, ``None`` without a unit: a class promises one (an index has none)."""
    if not unit:
        return "aqi" if name == "aqi" else None
    if unit in _BY_UNIT:
        return _BY_UNIT[unit]
    return NUMERIC.get("voc_parts" if name == "voc" and unit in ("ppb", "ppm") else name)


def contact_class(device_name: str) -> str:
    """Return what a contact sensor of this name watches; ``opening`` where the name does not say."""
    words = fold(device_name)
    for kind in ("garage_door", "window", "door"):
        if any(word in words for word in _CONTACTS[kind]):
            return kind
    return "opening"
