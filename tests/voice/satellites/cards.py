"""A sound system whose microphone is a recording and whose loudspeaker plays in real time, each in its own thread."""

import threading
import time
from collections.abc import Callable, Sequence

from voice.model import AudioFormat
from voice.satellites.soundcard import Device

_BLOCK = 1_024
_BLOCK_S = 0.032


class Microphone:
    """Gives a recording in real time, and ends with it."""

    def __init__(self, pcm: bytes, on_pcm: Callable[[bytes], None]) -> None:
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(pcm, on_pcm), daemon=True)
        self._thread.start()

    def _run(self, pcm: bytes, on_pcm: Callable[[bytes], None]) -> None:
        for begin in range(0, len(pcm), _BLOCK):
            if self._closed.wait(_BLOCK_S):
                return
            on_pcm(pcm[begin : begin + _BLOCK])

    def close(self) -> None:
        self._closed.set()
        self._thread.join()


class Loudspeaker:
    """Plays what it was given; what it has is dropped when it is told to."""

    def __init__(self, format: AudioFormat, on_out: Callable[[float], None]) -> None:
        self._format, self._on_out = format, on_out
        self._out_at = time.monotonic()

    def write(self, pcm: bytes) -> None:
        seconds = self._format.seconds(len(pcm))
        self._out_at = max(self._out_at, time.monotonic()) + seconds
        self._on_out(seconds)

    def drain(self) -> None:
        time.sleep(max(0.0, self._out_at - time.monotonic()))

    def abort(self) -> None:
        self._on_out(-max(0.0, self._out_at - time.monotonic()))


class RecordedCards:
    """One card that hears a recording."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm
        self.handed_s = 0.0

    def devices(self) -> Sequence[Device]:
        return (Device(0, "recorded", 1, 2),)

    def record(self, device: int | None, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> Microphone:
        return Microphone(self._pcm, on_pcm)

    def play(self, device: int | None, format: AudioFormat) -> Loudspeaker:
        return Loudspeaker(format, self._out)

    def _out(self, seconds: float) -> None:
        self.handed_s += seconds
