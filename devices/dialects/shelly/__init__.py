"""Shelly, all generations."""

from devices.dialects.shelly.dialect import Shelly

__all__ = ["Shelly"]
