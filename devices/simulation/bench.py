"""Any number of plain lights on one connection, for measuring at 10, 200 and 1,000 entities."""

from collections.abc import Mapping, Sequence
from functools import partial

from devices.simulation.discovery import PREFIX
from devices.simulation.house import bench_name
from devices.simulation.line import Voice, Will
from devices.simulation.part import Pace, Part
from devices.simulation.wire import read_object

_BASE = "bench"


class Rack:
    """Lights of the JSON schema, each announced as a device in a room of its own choosing."""

    client_id = "bench_rack"
    will = Will(f"{_BASE}/availability", "offline")
    filters: Sequence[str] = (f"{_BASE}/+/set",)

    def __init__(self, lights: int, pace: Pace) -> None:
        self._parts = [Part(pace, {"state": "OFF", "brightness": 128}) for _ in range(lights)]
        self.parts: Mapping[str, Part] = {bench_name(n)[0]: part for n, part in enumerate(self._parts, start=1)}
        self._voice: Voice | None = None
        for number, part in enumerate(self._parts, start=1):
            part.report = partial(self._report, number)

    def wake(self, voice: Voice) -> None:
        """Announce every light and tell its state."""
        self._voice = voice
        voice.publish(self.will.topic, "online", retain=True, qos=1)
        for number in range(1, len(self._parts) + 1):
            voice.publish(f"{PREFIX}/light/bench_{number}/light/config", self._config(number), retain=True)
            self._report(number)

    def hear(self, topic: str, payload: str) -> None:
        """Switch one light."""
        part = self._parts[int(topic.split("/")[1]) - 1]
        wanted = read_object(payload)
        part.order(**{key: value for key, value in wanted.items() if key in part.condition})

    def remind(self) -> None:
        """Say nothing: a benchmark is not to be disturbed."""

    def _report(self, number: int) -> None:
        if self._voice is not None:
            self._voice.publish(f"{_BASE}/{number}/state", self._parts[number - 1].condition, retain=True)

    @staticmethod
    def _config(number: int) -> dict[str, object]:
        name, room = bench_name(number)
        return {
            "~": f"{_BASE}/{number}", "name": None, "schema": "json", "stat_t": "~/state", "cmd_t": "~/set",
            "brightness": True, "sup_clrm": ["brightness"], "uniq_id": f"bench_{number}",
            "avty_t": f"{_BASE}/availability",
            "dev": {"ids": [f"bench_{number}"], "name": name, "mf": "Simulated", "mdl": "lamp", "sa": room},
        }  # fmt: skip
