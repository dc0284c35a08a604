"""ESPHome over MQTT, for nodes that do not announce themselves through Home Assistant's discovery."""

from devices.dialects.esphome.dialect import Esphome

__all__ = ["Esphome"]
