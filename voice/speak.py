"""Speaking: text goes to a worker process sentence by sentence, sound comes back while it is made.

Piper where a voice is installed, espeak-ng otherwise or when Piper fails. Both run as processes of their own: stopping
is instant because nobody waits for a worker any more, their memory (Piper: 150 MB) is not the daemon's, and a crash in
native code costs one sentence.
"""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from voice.model import AudioFormat, EngineError, Sound, Synthesizer
from voice.spoken import sentences, speakable

log = logging.getLogger("hearth." + __name__)

READY_S = 30.0
"""Piper's import and model take 3 s of processor time on a small machine, more under load."""
PIECE_S = 15.0
"""The longest wait for the next piece of sound: Piper gives a sentence at a time."""
GOODBYE_S = 2.0
FIRST_SOUND_S = 2.0
"""A voice that has nothing to hear by then is passed over for this answer: loading after a restart, a machine at its
limit. A medium Piper voice needs 0.2 s for a sentence on one core."""
FAILURES_MAX = 3
REST_S = 60.0
"""After FAILURES_MAX in a row the worker is left alone for this long: the fall-back answers at once meanwhile."""
PIECE_BYTES_MAX = 4 * 1024 * 1024

_ESPEAK_VOICES = {"en": "en-us"}
"""Where the voice is not named like the language."""


class WorkerSynthesizer:
    """A speech worker (`voice.worker` tells the protocol): started on entering, restarted after a crash.

    One text at a time; the next one waits. A text that nobody wants any more is told to stop, and what the worker still
    sends of it is thrown away when the next one is read.
    """

    def __init__(self, command: Sequence[str], *, language: str = "en") -> None:
        self._command = tuple(command)
        self._language = language
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._number = 0
        self._failures = 0
        self._rest_until = 0.0
        self._name = "not started"
        self._owed: dict[str, object] | None = None
        """A header whose sound was not read yet: who waited for it was interrupted."""

    @property
    def name(self) -> str:
        """The voice as the worker calls it."""
        return self._name

    async def __aenter__(self) -> Self:
        # Started now and waited for at the first text: the voice loads while the rest of the house starts.
        async with self._turn:
            try:
                await self._start()
            except EngineError as error:
                log.warning("the speech worker did not start: %s", error)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if self._turn.locked() and self._process is not None:
            # Someone still listens: the end of the worker ends that too.
            self._process.kill()
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S), self._turn:
                    pass
        await self._end()

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        """Yield the sound of `text`. Raises EngineError when the worker is missing, fails or is late."""
        parts = sentences(speakable(text, self._language))
        if not parts:
            return
        async with self._turn:
            self._number += 1
            number = self._number
            done = False
            try:
                process = await self._ready()
                await self._send(process, {"id": number, "say": parts})
                while (sound := await self._piece(process, number)) is not None:
                    yield sound
                done = True
                self._failures = 0
            except EngineError:
                done = True
                await self._failed()
                raise
            finally:
                if not done:
                    self._stop(number)

    async def _ready(self) -> asyncio.subprocess.Process:
        """Return the running worker, started again if it ended."""
        if self._failures >= FAILURES_MAX and asyncio.get_running_loop().time() < self._rest_until:
            raise EngineError(f"the speech worker failed {self._failures} times; it is tried again later")
        process = self._process
        if process is None or process.returncode is not None:
            process = await self._start()
        if self._name == "not started":
            header = await self._header(process, READY_S)
            if "failed" in header:
                raise EngineError(str(header["failed"]), code=str(header.get("code", EngineError.code)))
            self._name = str(header.get("ready", self._command[-1]))
        return process

    async def _start(self) -> asyncio.subprocess.Process:
        await self._end()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise EngineError(f"the speech worker cannot be started: {error}", code="engine-missing") from error
        return self._process

    async def _send(self, process: asyncio.subprocess.Process, request: dict[str, object]) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            async with asyncio.timeout(PIECE_S):
                await process.stdin.drain()
        except (OSError, TimeoutError) as error:
            raise EngineError("the speech worker has ended") from error

    async def _piece(self, process: asyncio.subprocess.Process, number: int) -> Sound | None:
        """Return the next sound of request `number`, None at its end; answers to older requests are dropped."""
        assert process.stdout is not None
        while True:
            header = self._owed or await self._header(process, PIECE_S)
            match header:
                case {"bytes": int(size), "rate_hz": int(rate_hz), "id": int(of)} if 0 < size <= PIECE_BYTES_MAX:
                    self._owed = header
                    pcm = await self._read(process.stdout.readexactly(size), PIECE_S)
                    self._owed = None
                    if of == number:
                        return Sound(pcm, AudioFormat(rate_hz))
                case {"id": int(of), "error": str(reason)} if of == number:
                    raise EngineError(f"the voice failed: {reason}")
                case {"id": int(of), "done": True} if of == number:
                    return None
                case {"id": int(of)} if of < number and "bytes" not in header:
                    pass
                case _:
                    raise EngineError("the speech worker answered nonsense")

    async def _header(self, process: asyncio.subprocess.Process, deadline_s: float) -> dict[str, object]:
        assert process.stdout is not None
        line = await self._read(process.stdout.readline(), deadline_s)
        try:
            header = json.loads(line)
        except ValueError as error:
            raise EngineError(
                "the speech worker has ended" if not line else "the speech worker answered nonsense"
            ) from error
        if not isinstance(header, dict):
            raise EngineError("the speech worker answered nonsense")
        return cast("dict[str, object]", header)

    async def _read(self, reading: Awaitable[bytes], deadline_s: float) -> bytes:
        try:
            async with asyncio.timeout(deadline_s):
                return await reading
        except TimeoutError as error:
            raise EngineError(f"the speech worker did not answer in {deadline_s:.0f} s", code="engine-late") from error
        except (asyncio.IncompleteReadError, ValueError, OSError) as error:
            raise EngineError("the speech worker has ended") from error

    def _stop(self, number: int) -> None:
        """Tell the worker that nobody listens to request `number` any more; never waits."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(json.dumps({"stop": number}).encode() + b"\n")

    async def _failed(self) -> None:
        self._failures += 1
        self._rest_until = asyncio.get_running_loop().time() + REST_S
        await self._end()

    async def _end(self) -> None:
        """End the worker: it leaves when its input closes, and is killed when it does not."""
        process, self._process, self._name, self._owed = self._process, None, "not started", None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(GOODBYE_S):
                await _gone(process)
        except TimeoutError:
            process.kill()
            await _gone(process)


async def _gone(process: asyncio.subprocess.Process) -> None:
    """Wait until `process` has ended, reading what it still says: asyncio sees the end only after the last byte."""
    assert process.stdout is not None
    while await process.stdout.read(65_536):
        pass
    await process.wait()


class EspeakSynthesizer(WorkerSynthesizer):
    """The embedded voice: espeak-ng in a process of 17 MB, first sound within milliseconds."""

    def __init__(self, *, language: str = "en") -> None:
        voice = _ESPEAK_VOICES.get(language[:2], language[:2])
        super().__init__((sys.executable, "-m", "voice.espeak_worker", voice), language=language)


class PiperSynthesizer(WorkerSynthesizer):
    """A Piper voice: `voice` is the ``.onnx`` file, with its ``.onnx.json`` beside it."""

    def __init__(self, voice: Path, *, language: str = "en") -> None:
        super().__init__((sys.executable, "-m", "voice.piper_worker", str(voice)), language=language)


class PoolSynthesizer:
    """Several workers of one voice, all warm: an answer in the kitchen need not wait for one in the bath.

    More texts than workers wait their turn, the longest waiting first.
    """

    def __init__(self, workers: Sequence[WorkerSynthesizer]) -> None:
        self._workers = tuple(workers)
        self._idle = asyncio.LifoQueue[WorkerSynthesizer](len(workers))
        for worker in reversed(self._workers):
            self._idle.put_nowait(worker)

    @property
    def name(self) -> str:
        """The voice, as the first worker calls it."""
        return self._workers[0].name

    async def __aenter__(self) -> Self:
        for worker in self._workers:
            await worker.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        for worker in self._workers:
            await worker.__aexit__(kind, error, trace)

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        """Yield the sound of `text`, from the worker that was busy last: its pages are in memory. Raises as it does."""
        worker = await self._idle.get()
        try:
            async with aclosing(worker.say(text)) as sounds:
                async for sound in sounds:
                    yield sound
        finally:
            self._idle.put_nowait(worker)


class FallbackSynthesizer:
    """Speaks with the first voice, and with the second when the first fails or is late with its first sound.

    A failure in the middle of a sentence is an EngineError: starting again would say half of it twice.
    """

    def __init__(self, first: Synthesizer, second: Synthesizer, *, first_sound_s: float = FIRST_SOUND_S) -> None:
        self._first = first
        self._second = second
        self._first_sound_s = first_sound_s
        self._degraded = False

    @property
    def name(self) -> str:
        """The voice that speaks now."""
        return self._second.name if self._degraded else self._first.name

    async def __aenter__(self) -> Self:
        await self._first.__aenter__()
        await self._second.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        await self._second.__aexit__(kind, error, trace)
        await self._first.__aexit__(kind, error, trace)

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        """Yield the sound of `text`. Raises EngineError when both fail, or the first one in the middle."""
        async with aclosing(self._first.say(text)) as sounds:
            try:
                begun = await self._begun(sounds)
            except EngineError as error:
                if not self._degraded:
                    log.warning("speaking with %s: %s", self._second.name, error)
                self._degraded = True
            else:
                self._degraded = False
                if begun is not None:
                    yield begun
                    async for sound in sounds:
                        yield sound
                return
        async with aclosing(self._second.say(text)) as sounds:
            async for sound in sounds:
                yield sound

    async def _begun(self, sounds: AsyncGenerator[Sound, None]) -> Sound | None:
        """Return the first sound, None if there is nothing to say."""
        try:
            async with asyncio.timeout(self._first_sound_s):
                return await anext(sounds, None)
        except TimeoutError as error:
            raise EngineError(f"no sound within {self._first_sound_s:.1f} s", code="engine-late") from error


def load_synthesizer(piper_voice: Path | None, *, language: str = "en", workers: int = 1) -> Synthesizer:
    """Return Piper with espeak-ng behind it, or espeak-ng alone when no voice is installed.

    `workers` are how many answers Piper gives at a time; each takes 150 MB.
    """
    espeak = EspeakSynthesizer(language=language)
    if piper_voice is None:
        return espeak
    pool = PoolSynthesizer([PiperSynthesizer(piper_voice, language=language) for _ in range(max(workers, 1))])
    return FallbackSynthesizer(pool, espeak)
