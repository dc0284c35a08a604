"""What a house offers to others over Wyoming, and how that is described to them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from voice.model import Recognizer, Synthesizer
from voice.satellite import Woken


class Speech(Protocol):
    """The engines of the house, loaded when they are first needed: `voice.engines.Engines`."""

    async def recognizer(self) -> Recognizer:
        """Return the recognizer, or raise VoiceError."""
        ...

    async def synthesizer(self) -> Synthesizer:
        """Return the voice, or raise VoiceError."""
        ...


class Spotter(Protocol):
    """Listens for wake words in one stream of sound: `voice.wake.Watch`."""

    async def accept(self, pcm: bytes, at_s: float) -> Woken | None:
        """Take the next piece, int16 mono at 16 kHz; return the word that was said, once."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence for the house, from a program that speaks for somebody."""

    text: str
    language: str | None
    context: Mapping[str, object]
    """As it came: Home Assistant (2026.11) sends ``conversation_id``, ``device_id`` and ``satellite_id``."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the house says to it."""

    text: str
    handled: bool
    """False: it was not understood, or not done."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered, and by whom it is done."""

    speech: Speech | None = None
    answer: Callable[[Asked], Awaitable[Answered]] | None = None
    """Does what is said; None: the house takes no commands this way."""
    wake: Callable[[], Awaitable[Spotter]] | None = None
    """Makes a detector for one connection, or raises VoiceError."""
    wake_words: tuple[str, ...] = ()
    language: str = "en"
    version: str = "0"


def info(offer: Offer) -> dict[str, object]:
    """Return what is offered, in the form of ``info`` (wyoming 1.10.2)."""
    languages = [offer.language]

    def artifact(name: str, description: str, **more: object) -> dict[str, object]:
        about = {"attribution": {"name": "Hearth", "url": ""}, "installed": True, "version": offer.version}
        return {"name": name, "description": description, **about, **more}

    models = [artifact("hearth", "Hearth", languages=languages)]
    told: dict[str, object] = {kind: [] for kind in ("asr", "tts", "handle", "intent", "wake", "mic", "snd")}
    if offer.speech is not None:
        told["asr"] = [artifact("Hearth", "What this house is called, and free speech", models=models)]
        voices = [artifact("hearth", "The voice of the house", languages=languages)]
        told["tts"] = [artifact("Hearth", "The voice of the house", voices=voices, supports_synthesize_streaming=True)]
    if offer.answer is not None:
        told["handle"] = [artifact("Hearth", "The house itself", models=models, supports_home_control=True)]
    if offer.wake is not None:
        words = [artifact(word, word, languages=languages, phrase=word.replace("_", " ")) for word in offer.wake_words]
        told["wake"] = [artifact("Hearth", "Wake words", models=words)]
    return told
