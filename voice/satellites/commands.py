"""A sound system that is two programs, such as ``arecord`` and ``aplay``: for machines without PortAudio, and tests."""

import logging
import shlex
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from voice.model import RATE_HZ, AudioFormat
from voice.satellites.soundcard import CardError, Device

log = logging.getLogger("hearth." + __name__)

PIECE_BYTES = 1024
"""32 ms, what the detector of speech takes."""
DRAIN_S = 5.0
"""A loudspeaker has less than this in its buffers."""
END_S = 1.0
RATE = "{rate}"
"""Stands for the rate of the sound in a command, and may be left out."""


class Commands:
    """The sound system; both programs speak raw int16 mono, the microphone at 16 kHz."""

    def __init__(self, microphone: str, loudspeaker: str | None) -> None:
        """Take the commands as one types them; no shell sees them."""
        self._microphone, self._loudspeaker = microphone, loudspeaker

    def devices(self) -> Sequence[Device]:
        """Return the two as one device."""
        return [Device(0, "commands", 1, 0 if self._loudspeaker is None else 1)]

    def record(self, device: int | None, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> "Recorder":
        """Start the microphone's program; raises CardError."""
        del device
        process = _started(self._microphone, RATE_HZ, stdout=subprocess.PIPE)
        return Recorder(process, on_pcm, on_end)

    def play(self, device: int | None, format: AudioFormat) -> "Player":
        """Start the loudspeaker's program; raises CardError."""
        del device
        assert self._loudspeaker is not None
        return Player(_started(self._loudspeaker, format.rate_hz, stdin=subprocess.PIPE))


class Recorder:
    """A microphone's program that runs."""

    def __init__(
        self, process: subprocess.Popen[bytes], on_pcm: Callable[[bytes], None], on_end: Callable[[], None]
    ) -> None:
        self._process = process
        self._thread = threading.Thread(target=self._read, args=(on_pcm, on_end), daemon=True, name="microphone")
        self._thread.start()

    def _read(self, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        assert self._process.stdout is not None
        while piece := self._process.stdout.read(PIECE_BYTES):
            on_pcm(piece)
        on_end()

    def close(self) -> None:
        """End the program; again is harmless."""
        _ended(self._process)
        self._thread.join(END_S)
        if self._process.stdout is not None:
            self._process.stdout.close()


class Player:
    """A loudspeaker's program that runs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def write(self, pcm: bytes) -> None:
        """Hand on sound; raises CardError when the program has ended."""
        assert self._process.stdin is not None
        try:
            rest = memoryview(pcm)
            while rest:
                rest = rest[self._process.stdin.write(rest) :]
        except (OSError, ValueError) as error:
            raise CardError(f"the loudspeaker's program has ended: {error}") from error

    def drain(self) -> None:
        """Return when the program has played all and ended."""
        self._hang_up()
        try:
            self._process.wait(DRAIN_S)
        except subprocess.TimeoutExpired:
            _ended(self._process)

    def abort(self) -> None:
        """End the program now; what it has not played is not heard."""
        self._process.kill()
        self._hang_up()
        _ended(self._process)

    def _hang_up(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()


def _started(
    command: str, rate_hz: int, *, stdin: int | None = None, stdout: int | None = None
) -> subprocess.Popen[bytes]:
    try:
        words = [word.replace(RATE, str(rate_hz)) for word in shlex.split(command)]
        # What is written must not wait in a buffer of ours; what is read comes in whole pieces.
        size = 0 if stdin is not None else -1
        return subprocess.Popen(words, bufsize=size, stdin=stdin or subprocess.DEVNULL, stdout=stdout)
    except (OSError, ValueError, IndexError) as error:
        raise CardError(f"cannot run {command!r}: {error}") from error


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End a program, by force if it does not want to."""
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
