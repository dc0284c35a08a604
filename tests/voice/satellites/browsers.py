"""A page on the other side of a channel: its microphone is a recording, its loudspeaker plays in real time."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voice.model import AudioFormat
from voice.satellite import SatelliteError
from voice.satellites.browser import BrowserSatellite

BLOCK = 1_024
BLOCK_S = 0.032


@dataclass
class Page:
    """Does with what it is sent what the real page does."""

    told: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    came_out_s: float = 0.0
    """What it was given, but for what it dropped when it was told to stop."""
    confirms: bool = True
    gone: bool = False
    satellite: BrowserSatellite = field(init=False)

    def __post_init__(self) -> None:
        self.satellite = BrowserSatellite("tablet", self)
        self.ready = asyncio.Event()
        self._format = AudioFormat()
        self._out_at = 0.0

    def send(self, message: Mapping[str, object] | bytes) -> None:
        if self.gone:
            raise SatelliteError("the page is gone")
        now = asyncio.get_running_loop().time()
        if isinstance(message, bytes):
            seconds = self._format.seconds(len(message))
            self._out_at = max(self._out_at, now) + seconds
            self.came_out_s += seconds
            return
        told = json.loads(json.dumps(message))
        self.told.append(told)
        match told:
            case {"type": "ready"}:
                self.ready.set()
            case {"type": "sound", "rate_hz": rate_hz}:
                self._format = AudioFormat(rate_hz)
            case {"type": "stop"}:
                self.came_out_s -= max(0.0, self._out_at - now)
            case {"type": "end", "answer": answer} if self.confirms:
                asyncio.get_running_loop().call_later(self._out_at - now, self.satellite.played, answer)
            case _:
                pass

    async def record(self, pcm: bytes) -> None:
        """Send a recording in real time once somebody listens."""
        await self.ready.wait()
        for begin in range(0, len(pcm), BLOCK):
            self.satellite.sound(pcm[begin : begin + BLOCK])
            await asyncio.sleep(BLOCK_S)
