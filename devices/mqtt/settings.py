"""What the household says about its broker, and the limits of what we take from it."""

from dataclasses import dataclass, field
from pathlib import Path

from devices.mqtt.topics import valid_topic


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """How to reach the broker and how much to believe it; every field has the default of a broker on this machine."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    client_id: str = "hearth"
    """Must be nobody else's: a broker ends the older of two connections that carry the same one."""
    tls: bool = False
    ca_file: Path | None = None
    """Whom to trust with ``tls``; ``None``: the authorities that this machine trusts."""
    cert_file: Path | None = None
    """Our own certificate, where the broker asks for one; ``key_file`` holds its key unless the same file does."""
    key_file: Path | None = None
    keepalive_s: int = 15
    """A broker that hangs is noticed within twice this time."""
    base_topic: str = "hearth"
    """``hearth/status`` says ``online`` or ``offline``, retained."""
    connect_timeout_s: float = 5.0
    shortest_wait_s: float = 1.0
    """Before the first new attempt to connect; it doubles, with jitter, up to ``longest_wait_s``."""
    longest_wait_s: float = 60.0
    max_payload_bytes: int = 8 * 1024 * 1024
    """Longest payload that a dialect is given: Zigbee2MQTT lists all its devices in one message, with 5 to 25 kB for
    each. What is too long for a state is for the dialects to say.
    """
    max_waiting: int = 10_000
    """Messages received and not yet read; what comes beyond is dropped and counted."""
    max_waiting_bytes: int = 16 * 1024 * 1024
    max_entities: int = 5_000

    def __post_init__(self) -> None:
        if not valid_topic(f"{self.base_topic}/status"):
            raise ValueError(f"{self.base_topic!r} is no topic that can be published on")
