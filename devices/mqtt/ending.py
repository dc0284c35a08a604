"""How a connection to a broker can end, and what the broker's reason codes mean for the next attempt."""

from dataclasses import dataclass
from enum import Enum, auto

from paho.mqtt.reasoncodes import ReasonCode


class End(Enum):
    """Why there is no connection, as far as it matters for the next attempt."""

    UNREACHABLE = auto()
    """Nobody answers at that address."""
    UNANSWERED = auto()
    """Somebody does, but does not answer CONNECT."""
    VERSION = auto()
    """The broker does not speak this version of MQTT."""
    REFUSED = auto()
    """Wrong user, password or client id: trying again soon changes nothing."""
    TAKEN_OVER = auto()
    """Somebody else connected with our client id."""
    LOST = auto()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a connection ended, in words for the owner."""

    kind: End
    detail: str


_KINDS = {
    132: End.VERSION,
    133: End.REFUSED,
    134: End.REFUSED,
    135: End.REFUSED,
    138: End.REFUSED,
    140: End.REFUSED,
    142: End.TAKEN_OVER,
}
"""Reason codes of CONNACK and DISCONNECT (MQTT 5.0 section 2.4); paho translates those of 3.1.1 into them."""


def ended_by(reason: ReasonCode) -> Ended:
    """Return what a CONNACK or DISCONNECT with this reason means."""
    return Ended(_KINDS.get(reason.value, End.LOST), reason.getName().lower())
