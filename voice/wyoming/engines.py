"""Engines of another machine over Wyoming, faster-whisper and the like, with our own behind them.

What another machine does may be late or not come at all. So a recognizer of ours listens along: its words are there at
once for whoever waits, and are the answer where the other one gives none in time.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Self

from voice.model import (
    AudioFormat,
    EngineError,
    Hearing,
    NotUnderstood,
    Recognizer,
    Sound,
    Synthesizer,
    Transcript,
    Vocabulary,
)
from voice.wyoming.wire import Event, WireError, described, events, format_of, send

log = logging.getLogger("hearth." + __name__)

CONNECT_S = 1.0
ANSWER_S = 3.0
"""After the last sound. A bigger machine takes one second for a command; a person waits no longer than this."""
FIRST_SOUND_S = 2.0
PIECE_S = 5.0
REST_S = 30.0
"""So long a machine that failed is left alone."""
CONFIDENCE = 0.8
"""The protocol has none."""
_ASIDE = re.compile(r"\[[^\]]*\]|\([^)]*\)")
"""``[BLANK_AUDIO]``, ``(music)``: what whisper.cpp writes of what is no speech."""
_FOREIGN = re.compile(r"[^\w'%°.,:/-]+")
_EDGES = re.compile(r"(?<!\w)[.,:/'-]+|[.,:/'-]+(?!\w)")


class Remote:
    """A machine with Wyoming services: where it is, and whether to try it now."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._rest_until = 0.0
        self.problem: str | None = None
        """Why it is of no use at the moment."""

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"{self._host}:{self._port}"

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a connection. Raises EngineError at once while it rests."""
        if asyncio.get_running_loop().time() < self._rest_until:
            raise EngineError(f"{self.address} is left alone for a while: {self.problem}")
        try:
            async with asyncio.timeout(CONNECT_S):
                return await asyncio.open_connection(self._host, self._port)
        except OSError as error:
            raise self.failed(f"cannot connect ({type(error).__name__})") from error

    def failed(self, why: str) -> EngineError:
        """Note that it failed, and let it rest; return what to raise."""
        if self.problem is None:
            log.warning("the engine at %s is of no use: %s; our own is used", self.address, why)
        self.problem = why
        self._rest_until = asyncio.get_running_loop().time() + REST_S
        return EngineError(f"the engine at {self.address}: {why}")

    def worked(self) -> None:
        """Note that it is there."""
        if self.problem is not None:
            log.info("the engine at %s is back", self.address)
        self.problem, self._rest_until = None, 0.0


class RemoteRecognizer:
    """The recognizer of another machine, with one of ours that listens along."""

    def __init__(self, remote: Remote, local: Recognizer, *, language: str = "en") -> None:
        """Use `local`, which is entered and left with this one, where `remote` gives nothing in time."""
        self._remote, self._local, self._language = remote, local, language

    @property
    def name(self) -> str:
        """What recognizes now."""
        return self._local.name if self._remote.problem else f"{self._remote.address} over {self._local.name}"

    async def __aenter__(self) -> Self:
        await self._local.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        await self._local.__aexit__(kind, error, trace)

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Let ours expect `vocabulary`; the other one is told no names of this house."""
        return await self._local.learn(vocabulary)

    async def listen(self, satellite: str) -> "RemoteHearing":
        """Begin an utterance on both."""
        local = await self._local.listen(satellite)
        try:
            reader, writer = await self._remote.connect()
        except EngineError:
            return RemoteHearing(self._remote, local, None, satellite, self._language)
        return RemoteHearing(self._remote, local, (reader, writer), satellite, self._language)


class RemoteHearing:
    """One utterance, on its way to both."""

    def __init__(
        self,
        remote: Remote,
        local: Hearing,
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None,
        satellite: str,
        language: str,
    ) -> None:
        self._remote, self._local, self._connection = remote, local, connection
        self._satellite, self._language = satellite, language
        self._begun = False

    async def accept(self, pcm: bytes) -> str:
        """Hand on the next piece, and return our own words so far."""
        begin = [] if self._begun else self._beginning()
        self._begun = True
        await self._send(*begin, Event("audio-chunk", described(AudioFormat()), pcm))
        return await self._local.accept(pcm)

    async def finish(self) -> Transcript:
        """Return the other one's words, ours where it gives none in time."""
        try:
            await self._send(Event("audio-stop"))
            text = await self._transcript()
        except EngineError:
            return await self._local.finish()
        finally:
            await self.close()
        if not text:
            raise NotUnderstood("no words were recognized")
        return Transcript(text, CONFIDENCE, self._satellite, self._language)

    async def close(self) -> None:
        """Drop the utterance on both; again is harmless."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection[1].close()
        await self._local.close()

    def _beginning(self) -> list[Event]:
        about = described(AudioFormat())
        return [Event("transcribe", {"language": self._language}), Event("audio-start", about)]

    async def _send(self, *messages: Event) -> None:
        if self._connection is None:
            return
        try:
            await send(self._connection[1], *messages)
        except OSError as error:
            self._connection[1].close()
            self._connection = None
            self._remote.failed(f"it broke off ({type(error).__name__})")

    async def _transcript(self) -> str:
        if self._connection is None:
            raise EngineError("there is no connection")
        try:
            async with asyncio.timeout(ANSWER_S), aclosing(events(self._connection[0])) as messages:
                async for event in messages:
                    if event.type == "transcript":
                        self._remote.worked()
                        return plain(event.text("text"))
                    if event.type == "error":
                        raise self._remote.failed(event.text("text") or "it failed")
        except TimeoutError as error:
            raise self._remote.failed(f"no words within {ANSWER_S:.0f} s") from error
        except (OSError, WireError) as error:
            raise self._remote.failed(str(error)) from error
        raise self._remote.failed("it hung up")


class RemoteSynthesizer:
    """The voice of another machine. Where it fails, what stands behind it speaks: `voice.speak.FallbackSynthesizer`."""

    def __init__(self, remote: Remote, *, voice: str | None = None) -> None:
        """Take `voice` as the other one calls it; without, its own choice."""
        self._remote, self._voice = remote, voice

    @property
    def name(self) -> str:
        """Where the voice is, and which."""
        return " ".join(part for part in (self._voice, self._remote.address) if part)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Nothing is held between texts."""

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        """Yield the sound of `text`. Raises EngineError, before its first sound where that is possible."""
        if not text.strip():
            return
        reader, writer = await self._remote.connect()
        wanted: dict[str, object] = {"text": text}
        if self._voice is not None:
            wanted["voice"] = {"name": self._voice}
        try:
            await send(writer, Event("synthesize", wanted))
            async with aclosing(events(reader)) as messages:
                wait_s = FIRST_SOUND_S
                while (sound := await self._next(messages, wait_s)) is not None:
                    wait_s = PIECE_S
                    yield sound
            self._remote.worked()
        except (OSError, WireError) as error:
            raise self._remote.failed(str(error) or type(error).__name__) from error
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _next(self, messages: AsyncGenerator[Event], wait_s: float) -> Sound | None:
        """Return the next piece of sound, None when all of it came."""
        try:
            async with asyncio.timeout(wait_s):
                async for event in messages:
                    if event.type == "audio-stop":
                        return None
                    if event.type == "error":
                        raise self._remote.failed(event.text("text") or "it failed")
                    if event.type == "audio-chunk":
                        return self._sound(event)
        except TimeoutError as error:
            raise self._remote.failed(f"no sound within {wait_s:.0f} s") from error
        raise self._remote.failed("it hung up")

    def _sound(self, event: Event) -> Sound:
        told = format_of(event)
        if told.sample_bytes != 2 or told.channels != 1:
            raise self._remote.failed("its sound is not 16 bit mono")
        return Sound(event.payload, told)


def with_remote_voice(remote: Remote, local: Synthesizer, *, voice: str | None = None) -> Synthesizer:
    """Return the other machine's voice with `local` behind it."""
    from voice.speak import FallbackSynthesizer

    return FallbackSynthesizer(RemoteSynthesizer(remote, voice=voice), local)


def plain(text: str) -> str:
    """Return the words as recognizers of ours give them: lower case, without punctuation that belongs to no word."""
    return " ".join(_EDGES.sub(" ", _FOREIGN.sub(" ", _ASIDE.sub(" ", text.lower()))).split())
