"""How long to wait before the next attempt to connect, and what to tell the owner about it."""

from collections.abc import Callable

from devices.mqtt.ending import End, Ended
from devices.mqtt.settings import MqttSettings

STABLE_S = 10.0
"""A connection that lived so long was a good one: the waits start over."""
FLAPPING = 3
"""Connections in a row that ended young: somebody, or something, throws us out."""

Jitter = Callable[[], float]
"""Returns a number of [0, 1), as ``random.random`` does."""


class Retry:
    """Counts the attempts that failed; the waits double from the shortest to the longest, jittered to the lower half.

    Being refused waits the longest at once. Being taken over never counts as success, however long it took: two
    daemons with one client id would otherwise throw each other out for ever.
    """

    def __init__(self, settings: MqttSettings, jitter: Jitter) -> None:
        self._settings = settings
        self._jitter = jitter
        self._failed = 0
        self._young = 0

    def after(self, ended: Ended, *, lived_s: float) -> float:
        """Return how many seconds to wait after a connection that lived so long (0: it never came about)."""
        thrown_out = ended.kind is End.TAKEN_OVER or (ended.kind is End.LOST and 0 < lived_s < STABLE_S)
        self._young = self._young + 1 if thrown_out else 0
        if lived_s >= STABLE_S and ended.kind is not End.TAKEN_OVER:
            self._failed = 0
        self._failed += 1
        shortest_s, longest_s = self._settings.shortest_wait_s, self._settings.longest_wait_s
        if ended.kind is End.REFUSED:
            return longest_s
        # The exponent is bounded: 2.0 ** 1024 is an error, and a broker may be away for years.
        ceiling_s = min(longest_s, shortest_s * 2.0 ** min(self._failed, 30))
        return max(shortest_s, ceiling_s * (0.5 + self._jitter() / 2))

    def explain(self, ended: Ended) -> str:
        """Return what is wrong and what to do about it, in one line."""
        settings = self._settings
        broker = f"the MQTT broker at {settings.host}:{settings.port}"
        if ended.kind is End.REFUSED:
            who = f"user {settings.username!r}" if settings.username else "us without a user name"
            return f"{broker} refuses {who} ({ended.detail}): check user name, password and client id in [mqtt]"
        if self._young >= FLAPPING:
            certainly = "another client uses" if ended.kind is End.TAKEN_OVER else "perhaps another client uses"
            return (
                f"{broker} ends our connection again and again: {certainly} the client id {settings.client_id!r}; "
                "give one of the two another"
            )
        if ended.kind in (End.UNREACHABLE, End.UNANSWERED):
            return f"{broker} cannot be reached: {ended.detail}"
        return f"{broker} is gone: {ended.detail}"
