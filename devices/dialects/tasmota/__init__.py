"""Tasmota, by the discovery of its own (SetOption19 0)."""

from devices.dialects.tasmota.dialect import Tasmota

__all__ = ["Tasmota"]
