"""Zigbee2MQTT 2.x, natively: richer than what it announces through Home Assistant's discovery."""

from devices.dialects.zigbee2mqtt.dialect import Zigbee2Mqtt

__all__ = ["Zigbee2Mqtt"]
