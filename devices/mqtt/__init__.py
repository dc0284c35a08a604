"""One MQTT broker as a bridge: the connection, what waits to be read, and which dialect speaks for which entity."""

from devices.mqtt.bridge import Mqtt
from devices.mqtt.health import MqttHealth
from devices.mqtt.settings import MqttSettings

__all__ = ["Mqtt", "MqttHealth", "MqttSettings"]
