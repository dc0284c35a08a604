"""Which MQTT topics devices take commands on, as far as anybody can know: what is sent there passes `Bridge.call`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_LEVELS: Final = frozenset({"cmnd", "command", "commands", "set", "rpc", "cmd"})
"""Levels of topics that say what they are for: Tasmota's, Shelly's and ESPHome's, and ``…/set`` of most others."""
_ROOTS: Final = ("shellies",)


@dataclass(frozen=True, slots=True)
class Commands:
    """Says on which topics a device, or who describes devices, would take a message for an order."""

    roots: Sequence[str]
    """Topics below which everything is a device's, or ours: ``zigbee2mqtt``, the discovery prefix."""
    announced: Callable[[str], bool]
    """Says whether a device has announced that it takes commands on a topic."""

    def takes(self, topic: str) -> bool:
        """Say whether a message on this topic may be an order; sooner too often than too seldom."""
        if topic.startswith("$") or self.announced(topic):
            return True
        if any(topic == root or topic.startswith(root + "/") for root in (*self.roots, *_ROOTS)):
            return True
        return not _LEVELS.isdisjoint(topic.casefold().split("/"))
