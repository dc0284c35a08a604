"""The inside of a speech worker: a process that reads requests on stdin and writes sound on stdout.

A request is a line of JSON: ``{"id": 1, "say": ["First sentence.", "Second."]}`` or ``{"stop": 1}``. An answer is a
line of JSON, with the bytes it announces right after it: ``{"id": 1, "rate_hz": 22050, "bytes": 2646}``, at the end
``{"id": 1, "done": true}`` or ``{"id": 1, "error": "..."}``. The first line is ``{"ready": "name of the voice"}`` or
``{"failed": "...", "code": "..."}``. When stdin closes, the process ends at once.
"""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import IO, Protocol, cast

from voice.model import ModelError, VoiceError

REQUESTS_MAX = 8


class Speaker(Protocol):
    """An engine inside a worker."""

    @property
    def name(self) -> str:
        """Engine and voice, for people."""
        ...

    def say(self, sentence: str, emit: Callable[[int, bytes], bool]) -> None:
        """Give the sound of `sentence` to `emit` (rate in Hz, int16 mono PCM); stop when it returns False."""
        ...


class _Requests:
    """Reads stdin on a thread, so that a stop is seen while the engine works."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.waiting: queue.Queue[tuple[int, list[str]]] = queue.Queue(REQUESTS_MAX)
        self.stopped = 0
        """All requests up to this id are to be dropped: ids only grow."""

    def read(self) -> None:
        for line in self._source:
            request = cast("dict[str, object]", json.loads(line))
            match request:
                case {"stop": int(last)}:
                    self.stopped = max(self.stopped, last)
                case {"id": int(number), "say": list()}:
                    self.waiting.put((number, [str(sentence) for sentence in cast("list[object]", request["say"])]))
                case _:
                    pass
        # Not sys.exit: the engine may be deep in native code, and nobody wants its sound any more.
        os._exit(0)


def serve(load: Callable[[], Speaker]) -> None:
    """Serve requests until stdin closes; never returns otherwise."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break the protocol
    try:
        speaker = load()
    except VoiceError as error:
        _write(out, {"failed": str(error), "code": error.code})
        return
    except OSError as error:  # such as a voice that whoever pulled it did not let others read
        _write(out, {"failed": str(error), "code": ModelError.code})
        return
    requests = _Requests(sys.stdin.buffer)
    threading.Thread(target=requests.read, name="requests", daemon=True).start()
    _write(out, {"ready": speaker.name})
    while True:
        number, sentences = requests.waiting.get()
        _answer(speaker, out, requests, number, sentences)


def _answer(speaker: Speaker, out: IO[bytes], requests: _Requests, number: int, sentences: list[str]) -> None:
    def emit(rate_hz: int, pcm: bytes) -> bool:
        if requests.stopped >= number:
            return False
        _write(out, {"id": number, "rate_hz": rate_hz, "bytes": len(pcm)}, pcm)
        return True

    try:
        for sentence in sentences:
            if requests.stopped < number:
                speaker.say(sentence, emit)
    except Exception as error:  # noqa: BLE001 - the engine's code: report it and serve the next request
        _write(out, {"id": number, "error": f"{type(error).__name__}: {error}"})
    else:
        _write(out, {"id": number, "done": True})


def _write(out: IO[bytes], header: dict[str, object], payload: bytes = b"") -> None:
    out.write(json.dumps(header).encode() + b"\n" + payload)
    out.flush()
