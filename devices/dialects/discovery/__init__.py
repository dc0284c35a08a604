"""Home Assistant's MQTT discovery, as ESPHome, Zigbee2MQTT, Tasmota, Valetudo, evcc and a hundred others publish it."""

from devices.dialects.discovery.dialect import Discovery

__all__ = ["Discovery"]
