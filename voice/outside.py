"""What a session is given from outside: who answers, and who decides which room is meant."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from voice.endpoint import Completeness
from voice.model import EngineError, Transcript, VoiceError

log = logging.getLogger("hearth." + __name__)

CLAIM_S = 0.3
"""Whoever decides between rooms has 0.2 s; if that takes longer, this room answers rather than none."""
ANSWER_S = 30.0
"""The house answers within its own, shorter deadlines; this one only keeps a turn from hanging."""


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
    meanwhile: Callable[[str], None] | None = None
    """Says a sentence before the answer is there; neither waits nor raises. None: nothing can be said before."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes of an utterance."""

    text: str
    """What is to be said; empty: nothing."""
    expects: bool = False
    """True if something was asked: then the answer needs no wake word."""
    ours: bool = True
    """False if it was not meant for us: nothing is said, and nothing more is listened to."""
    instead: str | None = None
    """What is put down in place of what was said, whose sound is not kept either; ``None``: it may be kept."""
    language: str | None = None
    """That of the text, where several are spoken; ``None``: that of the engines."""


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


def completeness(house: House, satellite: str, text: str) -> Completeness:
    """Return how whole a text is; UNKNOWN if that cannot be told: then the pause decides alone."""
    try:
        return house.complete(text, satellite)
    except Exception:  # as above
        log.exception("nobody could tell whether a sentence is whole")
        return Completeness.UNKNOWN


async def answered(house: House, said: Said) -> tuple[Reply, EngineError | None]:
    """Return what is answered; what went wrong too, if there is an apology instead."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await house.answer(said), None
    except TimeoutError:
        problem = EngineError(f"there was no answer within {ANSWER_S:.0f} s", code="answer-late")
    except Exception as error:  # as above: a turn ends in words whatever breaks behind it
        log.exception("what was said in %s could not be answered", said.transcript.satellite)
        problem = EngineError(f"the answer failed: {error}", code="answer-failed")
    return house.apology(problem), problem
