"""What a satellite is: a place in the house with a microphone and mostly a loudspeaker, wherever it runs.

The session drives it and knows no more of it than this. Implementations: this machine's own sound card, Wyoming and
ESPHome satellites, the browser, and a file for tests.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from voice.model import Sound


class Stage(StrEnum):
    """Where a satellite's turn is."""

    IDLE = "idle"
    """Waiting for the wake word, a button, or for something to announce."""
    LISTENING = "listening"
    THINKING = "thinking"
    ASKING = "asking"
    """Only shown, just before what is spoken: nobody has to say the wake word after it."""
    SPEAKING = "speaking"
    FOLLOW_UP = "follow-up"
    """Listening without a wake word, for a while after an answer."""
    CALL = "call"
    """Talking with another room."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of sound from the microphone: int16 mono at 16 kHz, at most a quarter of a second."""

    pcm: bytes
    at_s: float
    """The loop's time when its last sample was taken, as near as the satellite can tell."""


@dataclass(frozen=True, slots=True)
class Woken:
    """The satellite itself heard its wake word; the sound that follows is the command."""

    word: str
    at_s: float
    score: float = 1.0
    """0 to 1, comparable only within one engine."""
    level_dbfs: float | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody holds the button: everything is for us until `Released`."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Released:
    """The button was let go: the utterance ends here."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Reached:
    """It is there: from one that is not heard of before somebody wakes it."""

    at_s: float


SatelliteEvent = Heard | Woken | Pressed | Released | Reached


@dataclass(frozen=True, slots=True)
class Played:
    """How much of an answer came out of the loudspeaker."""

    seconds: float
    whole: bool
    """False if it was stopped, or the satellite went away."""


class SatelliteError(Exception):
    """A satellite cannot be reached, or its sound device is gone; the message names it and the remedy."""


class Satellite(Protocol):
    """One microphone and loudspeaker. Every implementation passes ``tests/conformance/test_satellites.py``."""

    @property
    def name(self) -> str:
        """What it is called in records and in the configuration: ``kitchen``; unique in the house."""
        ...

    @property
    def room(self) -> str | None:
        """The name or id of the area in which it stands, if known."""
        ...

    @property
    def wakes_itself(self) -> bool:
        """Whether it listens for the wake word on board and sends sound only after it."""
        ...

    def hear(self) -> AsyncGenerator[SatelliteEvent]:
        """Yield what it hears for as long as it is there; closing the iterator stops the microphone's reader.

        At most six seconds of sound wait for a slow listener; of more, the oldest is dropped and counted.

        Raises:
            SatelliteError: it is gone; the caller tries again later.
        """
        ...

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Play sounds in order, handed on at most 0.2 s ahead of what is heard; returns when the last one is out.

        Cancelling is barge-in: it is silent within 0.15 s where the loudspeaker is ours, 0.4 s over a network.

        Raises:
            SatelliteError: it is gone, or has no loudspeaker.
        """
        ...

    async def show(self, stage: Stage) -> None:
        """Let people see or hear where the turn is: a light, an earcon, or nothing. Never raises."""
        ...

    async def rearm(self) -> None:
        """The turn is over: go back to the wake word, if it listens for one itself. Never raises."""
        ...
