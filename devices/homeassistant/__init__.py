"""The bridge to a Home Assistant: everything it knows, live, over one WebSocket connection of our own."""

from devices.homeassistant.bridge import HomeAssistant
from devices.homeassistant.settings import Settings

__all__ = ["HomeAssistant", "Settings"]
