"""What the bridge says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MqttHealth:
    """How the bridge is, at one moment; the numbers count since it was built."""

    connected: bool
    detail: str
    """One line for the owner: what is so, and what to do where something is wrong."""
    received: int
    applied: int
    """Messages that a dialect read."""
    waiting: int
    """Messages received and not yet read."""
    coalesced: int
    """Messages that a newer one of the same topic made superfluous before they were read."""
    dropped: int
    """Messages for which there was no room, which nobody wanted, or which were commands from the past."""
    rejected: Mapping[str, int]
    """Payloads that made no sense, by dialect; those too large for any of them count under ``mqtt``."""
    reconnects: int
    entities: int
    refused_entities: int
    """Descriptions of more entities than the bridge takes."""
