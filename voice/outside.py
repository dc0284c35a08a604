"""What a session is given from outside: who answers, who decides which room is meant, and who spots the wake word."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from voice.endpoint import Completeness
from voice.model import Transcript, VoiceError

log = logging.getLogger("hearth." + __name__)

CLAIM_S = 0.3
"""Whoever decides between rooms has 0.2 s; if that takes longer, this room answers rather than none."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A satellite that was woken: perhaps one of several that heard the same person."""

    satellite: str
    room: str | None
    word: str
    """What woke it; empty: a button."""
    at_s: float
    """The loop's time."""
    score: float
    level_dbfs: float | None
    """How loud the wake word was, where the satellite says so."""


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance that wants an answer."""

    transcript: Transcript
    follow_up: bool = False
    """True: nobody said the wake word before it, so it may not be for us."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes of an utterance."""

    text: str
    """What is to be said; empty: nothing."""
    expects: bool = False
    """True if something was asked: then the answer needs no wake word."""
    ours: bool = True
    """False if it was not meant for us: nothing is said, and nothing more is listened to."""


class House(Protocol):
    """Whoever knows what words mean. One serves all sessions."""

    def complete(self, text: str, satellite: str) -> Completeness:
        """Return how whole a text is. Must be quick (10 ms): it is called in the pauses of every utterance.

        For what would be grave if it were wrong it must not say `Completeness.EXTENDABLE`.
        """
        ...

    async def claim(self, candidate: Candidate) -> bool:
        """Return whether this satellite is the one to answer; within 0.2 s, later is taken for yes."""
        ...

    async def answer(self, said: Said) -> Reply:
        """Do what was said, and return what to say to it."""
        ...

    def apology(self, problem: VoiceError) -> Reply:
        """Return what to say when something went wrong before anybody could be asked."""
        ...

    def interrupted(self, satellite: str, text: str, heard: str) -> None:
        """Be told that only the beginning `heard` of `text` was heard."""
        ...


@dataclass(frozen=True, slots=True)
class Detection:
    """A wake word that was heard."""

    word: str
    score: float
    """0 to 1, comparable only within one engine."""


class WakeWord(Protocol):
    """An engine that listens to one satellite for the words that wake it; blocking, 1 ms for a piece at most."""

    def accept(self, pcm: bytes) -> Detection | None:
        """Take the next piece (int16 mono at 16 kHz, any length); return the word that has just ended, if one has.

        It is returned once for each time that it is said.
        """
        ...

    def reset(self) -> None:
        """Forget what was heard: there is a gap in the sound."""
        ...


async def claimed(house: House, candidate: Candidate) -> bool:
    """Return whether a satellite is the one to answer; it is, where nobody can tell in time. Never raises."""
    try:
        async with asyncio.timeout(CLAIM_S):
            return await house.claim(candidate)
    except TimeoutError:
        return True
    except Exception:  # the border to the house: two rooms that answer are better than none
        log.exception("nobody could tell which room is meant")
        return True
