"""The sound system of this machine, through sounddevice 0.5.6 and PortAudio, which Debian has as libportaudio2."""

import importlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol, cast

from voice.model import RATE_HZ, AudioFormat
from voice.satellites.soundcard import CardError, Device, Playing, Recording

log = logging.getLogger("hearth." + __name__)

BLOCK_SAMPLES = 512
LATENCY_S = 0.06
"""What is asked of the loudspeaker: it plays no more than this after it was told to stop."""


class _Stream(Protocol):
    """What we use of sounddevice's streams."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...
    def write(self, data: bytes) -> bool: ...


class PortAudio:
    """The sound system."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0

    def devices(self) -> Sequence[Device]:
        """Return what is there; looked for anew where nothing is open, as PortAudio lists devices only when it starts.

        Raises:
            CardError: PortAudio is missing or broken.
        """
        sound = _library()
        with self._lock:
            try:
                if self._open == 0:
                    # Its only way to see a card that was plugged in since.
                    sound._terminate()  # noqa: SLF001 - there is no public name
                    sound._initialize()  # noqa: SLF001
                found = cast("Sequence[Mapping[str, Any]]", sound.query_devices())
            except sound.PortAudioError as error:
                raise CardError(f"the sound system does not answer: {error}") from error
            return [
                Device(number, str(one["name"]), int(one["max_input_channels"]), int(one["max_output_channels"]))
                for number, one in enumerate(found)
            ]

    def record(self, device: int | None, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> Recording:
        """Open a microphone; raises CardError."""
        sound = _library()

        def take(data: object, frames: int, time: object, status: object) -> None:
            del frames, time, status
            on_pcm(bytes(cast("bytes", data)))

        return self._opened(
            lambda: sound.RawInputStream(
                samplerate=RATE_HZ,
                blocksize=BLOCK_SAMPLES,
                device=device,
                channels=1,
                dtype="int16",
                callback=take,
                finished_callback=on_end,
            ),
            "16000 Hz; choose one that converts, such as 'pulse', 'pipewire' or 'default'",
        )

    def play(self, device: int | None, format: AudioFormat) -> Playing:
        """Open a loudspeaker; raises CardError."""
        sound = _library()
        return self._opened(
            lambda: sound.RawOutputStream(
                samplerate=format.rate_hz, device=device, channels=format.channels, dtype="int16", latency=LATENCY_S
            ),
            f"{format.rate_hz} Hz; choose one that converts, such as 'pulse', 'pipewire' or 'default'",
        )

    def _opened(self, make: Callable[[], object], wanted: str) -> "_Card":
        sound = _library()
        try:
            with self._lock:
                stream = cast("_Stream", make())
                self._open += 1
        except (sound.PortAudioError, ValueError) as error:
            raise CardError(f"the sound device cannot be opened: {error}; it must take {wanted}") from error
        card = _Card(stream, sound.PortAudioError, self._closed)
        try:
            stream.start()
        except sound.PortAudioError as error:
            card.close()
            raise CardError(f"the sound device does not start: {error}") from error
        return card

    def _closed(self) -> None:
        with self._lock:
            self._open -= 1


class _Card:
    """A stream that is open."""

    def __init__(self, stream: _Stream, problem: type[Exception], closed: Callable[[], None]) -> None:
        self._stream: _Stream | None = stream
        self._problem, self._closed = problem, closed

    def write(self, pcm: bytes) -> None:
        stream = self._stream
        if stream is None:
            return
        try:
            stream.write(pcm)
        except self._problem as error:
            if self._stream is not None:
                raise CardError(f"the loudspeaker is gone: {error}") from error

    def drain(self) -> None:
        self._end(lambda stream: stream.stop())

    def abort(self) -> None:
        self._end(lambda stream: stream.abort())

    def close(self) -> None:
        self._end(lambda stream: stream.abort())

    def _end(self, how: Callable[[_Stream], None]) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        with suppress(self._problem):
            how(stream)
        with suppress(self._problem):
            stream.close()
        self._closed()


def _library() -> Any:
    try:
        return importlib.import_module("sounddevice")
    except (ImportError, OSError) as error:
        raise CardError(f"{error}; install it with: apt install libportaudio2") from error
