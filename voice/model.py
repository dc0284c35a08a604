"""The words for speech: what was heard, what is said, the engines that do it, and what can go wrong.

Nothing here needs numpy or an engine, so everyone may import it. Errors of this package::

    VoiceError
    ├── AudioError       sound that cannot be read: the message names the file and the remedy
    ├── NoSpeech         nobody spoke: silence or noise only; nothing must be done and nothing said
    ├── NotUnderstood    someone spoke, but no words came out that can be trusted: ask again
    ├── EngineError      an engine is missing, broken, or did not answer in time: another one may be tried
    └── ModelError       a model that is unknown, missing, broken, or cannot be downloaded
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

RATE_HZ = 16_000
"""The rate of everything that is listened to; all engines here want it."""


class VoiceError(Exception):
    """The base of everything that this package raises; ``code`` is stable and may be shown to people."""

    code = "voice-error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class AudioError(VoiceError):
    """Sound that cannot be read or is too long; the message names the file and what to do."""

    code = "audio-unreadable"


class NoSpeech(VoiceError):  # noqa: N818 - an outcome of listening that is named as people say it
    """Nobody spoke: only silence or noise was heard."""

    code = "no-speech"


class NotUnderstood(VoiceError):  # noqa: N818 - as above
    """Someone spoke, but there are no words that can be trusted."""

    code = "not-understood"

    def __init__(self, message: str, *, code: str | None = None, guesses: tuple[str, ...] = ()) -> None:
        """`code` is ``unsure`` where the `guesses` are about as likely, best first: ask which of them was meant."""
        super().__init__(message, code=code)
        self.guesses = guesses


class EngineError(VoiceError):
    """An engine is missing (``engine-missing``), failed (``engine-failed``) or is late (``engine-late``)."""

    code = "engine-failed"


class ModelError(VoiceError):
    """A model is ``model-unknown``, ``model-missing``, ``model-broken``, or cannot be had now: ``model-offline``."""

    code = "model-broken"


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How PCM samples lie in memory; samples are signed, little endian, channels interleaved."""

    rate_hz: int = RATE_HZ
    sample_bytes: int = 2
    channels: int = 1

    def seconds(self, size_bytes: int) -> float:
        """Return how long `size_bytes` of sound last."""
        return size_bytes / (self.rate_hz * self.sample_bytes * self.channels)


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of sound: signed 16-bit mono PCM at ``format.rate_hz``."""

    pcm: bytes
    format: AudioFormat


@dataclass(frozen=True, slots=True)
class Word:
    """One recognized word and where it lies in the utterance."""

    text: str
    confidence: float
    """0 to 1."""
    start_s: float
    end_s: float


class Timbre(Protocol):
    """What the voice of one utterance is like: worked out beside its words, and perhaps later than they."""

    @property
    def ready(self) -> bool:
        """Whether `vector` has nothing to wait for."""
        ...

    async def vector(self, within_s: float) -> tuple[float, ...]:
        """Return it with length 1; empty where nobody can tell, or not in time."""
        ...


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a recognizer heard; never empty."""

    text: str
    """Lower case words, no punctuation, numbers as words: as the engines give it."""
    confidence: float
    """0 to 1; comparable within one engine, not between two."""
    satellite: str
    """The name of the microphone: ``kitchen``; for a file whatever the caller said."""
    language: str
    words: tuple[Word, ...] = ()
    """Empty where the engine gives no times."""
    alternatives: tuple[str, ...] = ()
    """What else it may have been, best first, without `text`: for whoever can tell which one makes sense."""
    voice: Timbre | None = field(default=None, repr=False, compare=False)
    """What the voice is like, for comparing with those of the household (`voice.speaker`); ``None``: nobody looks."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What this house expects to hear: command phrases with slots, and what the slots can be.

    A phrase is lower case words; ``{name}`` in it stands for any value of ``slots["name"]``. A phrase with a slot that
    has no values is left out. Plain phrases without slots are fine as well.
    """

    phrases: tuple[str, ...] = ()
    slots: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, phrases: Sequence[str], **slots: Sequence[str]) -> Self:
        """Build one from plain sequences."""
        return cls(tuple(phrases), tuple((name, tuple(values)) for name, values in slots.items()))


class Hearing(Protocol):
    """One utterance while it is being recognized.

    An implementation must keep `accept` and `finish` off the event loop, must allow `close` at any time and twice, and
    may return the empty string from `accept` when it has no partial result.
    """

    async def accept(self, pcm: bytes) -> str:
        """Take the next piece (int16 mono at 16 kHz, any length) and return the words so far."""
        ...

    async def finish(self) -> Transcript:
        """Return the words; NotUnderstood when there are none, EngineError when the engine failed or is late."""
        ...

    async def close(self) -> None:
        """Drop the utterance."""
        ...


class Recognizer(Protocol):
    """An engine that turns sound into words, opened as an async context manager.

    An implementation must serve several hearings at once up to its own bound, and must keep working after a hearing
    failed. It may ignore words of the vocabulary that it cannot know, but must report them.
    """

    @property
    def name(self) -> str:
        """Which engine and model this is, for people: ``vosk-model-small-en-us-0.15``."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Use `vocabulary` from the next hearing on; return its words that this engine cannot recognize."""
        ...

    async def listen(self, satellite: str) -> Hearing:
        """Begin an utterance; EngineError ``engine-busy`` when too many are open."""
        ...


class Synthesizer(Protocol):
    """An engine that turns text into sound, opened as an async context manager.

    An implementation must give the first sound before the last sentence is synthesized, and must stop soon when the
    iterator is closed (barge-in). It may serve one text at a time and let the next one wait.
    """

    @property
    def name(self) -> str:
        """Which engine and voice this is, for people."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def say(self, text: str) -> AsyncGenerator[Sound, None]:
        """Yield the sound of `text` in order; nothing for a text without anything to speak.

        Raises:
            EngineError: the engine is missing, failed or is late.
        """
        ...
