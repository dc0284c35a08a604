"""Where a Home Assistant is, how it knows us, and the limits of what we take from it."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach it and how long to wait for it."""

    url: str
    """``http://homeassistant.local:8123`` or ``https://…``, without a path."""
    token: str = field(repr=False)
    """A long-lived access token."""
    ca_file: Path | None = None
    """Whom to trust with ``https``; ``None``: the authorities that this machine trusts."""
    exposed_only: bool = True
    """Whether what the owner keeps from Home Assistant's own assistants cannot be asked for by name here either."""
    connect_timeout_s: float = 10.0
    answer_timeout_s: float = 15.0
    """A Home Assistant on a small machine lists its registries in 2 s, and a busy one in 10."""
    quiet_s: float = 20.0
    """After so long without a word it is asked whether it is there…"""
    pong_timeout_s: float = 10.0
    """…and if it says nothing for so long again, it is not."""
    shortest_wait_s: float = 1.0
    """Before the first new attempt to connect; it doubles, with jitter, up to ``longest_wait_s``."""
    longest_wait_s: float = 60.0
    max_frame_bytes: int = 64 * 1024 * 1024
    """20,000 entities with their attributes come in one frame of about 20 MB."""
    max_waiting: int = 50_000
    """Changes received and not yet applied; beyond that the connection is made anew, with all states."""
    max_entities: int = 20_000

    @property
    def websocket(self) -> str:
        """The address of its WebSocket API."""
        return "ws" + self.url.rstrip("/").removeprefix("http") + "/api/websocket"
