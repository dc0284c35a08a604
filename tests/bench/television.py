"""Lets a television talk for half an hour, wakes the house by mistake again and again, and counts what is done.

``python -m tests.bench.television [--minutes 30] [--every 60]``: sentences with the words of commands in them, in
voices of espeak-ng; the real watch, detector, recogniser (the tiny model) and understanding, over a gateway that only
counts.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from daemon.conversation import Conversation, Grammars
from daemon.hearing import Meanings
from daemon.rooms import Answering, Place
from devices.model import AreaId
from skills import registry
from skills.grammar import load
from skills.grammar.vocabulary import spoken
from skills.model import Action, Cause, Outcome, Verdict
from tests.bench.spokenhouse import OTHERS, house
from tests.daemon.test_conversation import NoJournal
from tests.doubles import ManualClock
from tests.voice.sounds import TINY, speech
from voice.engines import Engines, EngineSettings
from voice.model import RATE_HZ, EngineError, Vocabulary
from voice.satellites.file import FileSatellite, Scene
from voice.session import Session
from voice.wake import Watch
from voice.waking import WakeSettings, Waking
from voice.wishes import FollowUp, SessionSettings

VOICES = ("en-us", "en-us+f2", "en+m3", "en-us+m7", "en+f4")
WHO = ("he", "she", "my brother", "the old man", "the minister", "our neighbour", "the captain", "nobody")
SAID = ("said that", "thought that", "never knew why", "told me that", "was sure that", "had forgotten that")
WHAT = (
    "the light in the kitchen was still on", "they had turned off the heating in the winter",
    "she should open the window before the storm", "it would rain in the north tomorrow",
    "the door had been locked for ten minutes", "the music was too loud for the children",
    "somebody had switched on every lamp in the house", "prices would go up by fifty percent",
    "we should stop the car at the next corner", "the garage was full of old newspapers",
    "the fan in the office made a terrible noise", "you could set a clock by the train",
    "all the lights in town went out at eight", "the temperature had fallen to minus ten",
)  # fmt: skip


class Counting:
    """A gateway that does nothing, and counts what it was to do."""

    def __init__(self) -> None:
        self.acts: list[tuple[str | None, str]] = []

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        """Count it."""
        self.acts.append((cause.said, action.effect))
        return Outcome(Verdict.DONE)

    async def approve(self, approval: str, cause: Cause, pin: str | None = None) -> Outcome:
        """Count it."""
        del pin
        self.acts.append((cause.said, approval))
        return Outcome(Verdict.DONE)

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        """Nothing to do."""
        del approval, cause
        return Outcome(Verdict.REFUSED)


@dataclass(frozen=True, slots=True)
class Evening:
    """What came of it."""

    minutes: float
    injected: int
    """False wakes that were put in."""
    turns: int
    """Those, and the ones that the watch made of the talk."""
    acts: tuple[tuple[str | None, str], ...]
    """The words that were taken for a command, and its effect."""
    heard: tuple[str, ...]


def talk(seed: int = 5) -> Iterator[str]:
    """Yield sentences for ever."""
    rng = random.Random(seed)
    while True:
        made = f"{rng.choice(WHO)} {rng.choice(SAID)} {rng.choice(WHAT)}"
        yield made if rng.random() < 0.8 else rng.choice(OTHERS)


def programme(minutes: float, sentences: Iterator[str]) -> bytes:
    """Return talk of about this length, without the pauses that somebody who waits for an answer makes."""
    pieces: list[np.ndarray[tuple[int, ...], np.dtype[np.int16]]] = []
    length = 0
    for number, sentence in enumerate(sentences):
        sound = speech(sentence, voice=VOICES[number % len(VOICES)])[RATE_HZ // 4 : -RATE_HZ // 2]
        pieces.append(sound)
        length += len(sound)
        if length >= minutes * 60 * RATE_HZ:
            break
    return np.concatenate(pieces).tobytes()


async def evening(minutes: float, every_s: float, folder: Path, *, wake: Callable[[], Watch | None]) -> Evening:
    """Let the television talk, with a false wake every so many seconds."""
    home, known, gateway = house(), registry.load(), Counting()
    engine = load("en", known.documents("en"), cache=folder)
    grammars = Grammars("en", lambda _: engine)
    await grammars.of("en")
    clock = ManualClock(datetime(2026, 3, 2, 20, tzinfo=UTC))
    conversation = Conversation(home, known, grammars, gateway, NoJournal(), clock=clock, zone=ZoneInfo("UTC"))
    said = spoken(home, "en", cache=folder)
    settings = EngineSettings(vosk_model=TINY, vocabulary=Vocabulary.of(said.phrases, **said.slots))
    pcm = programme(minutes, talk())
    wakes_s = tuple(np.arange(every_s / 2, len(pcm) / 2 / RATE_HZ, every_s).tolist())
    satellite = FileSatellite(pcm, name="television", scene=Scene(wakes_s=wakes_s))
    area = AreaId("living_room")
    async with Engines(settings, judge=Meanings(grammars, home, lambda _: area)) as engines:
        answering = Answering(conversation, home, Place(area))
        session = Session(satellite, answering, engines, SessionSettings(follow_up=FollowUp.QUESTIONS), wake=wake())
        heard: list[str] = []
        turns = 0

        def count(turn: object) -> None:
            nonlocal turns
            turns += 1
            text = getattr(getattr(turn, "transcript", None), "text", "")
            heard.append(text)

        session.on_turn(count)
        await session.run()
    return Evening(len(pcm) / 2 / RATE_HZ / 60, len(wakes_s), turns, tuple(gateway.acts), tuple(heard))


def watch() -> Watch | None:
    """Return the real one for the default word, ``None`` where its engine cannot be had."""
    try:
        return Waking(WakeSettings()).watch("television")
    except EngineError:
        return None


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.television", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--every", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        came = asyncio.run(evening(given.minutes, given.every, Path(name), wake=watch))
    print(f"{came.minutes:.1f} minutes, {came.injected} false wakes put in, {came.turns} turns, {len(came.acts)} acts")
    for said, effect in came.acts:
        print(f"  acted: {effect} for {said!r}")
    print(f"  words that reached the house: {sum(map(bool, came.heard))}")


if __name__ == "__main__":
    main()
