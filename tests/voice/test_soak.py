"""Very many turns, and talk: nothing grows, nothing stays stuck, and nothing is done that nobody asked for."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.voice.room import Butler, Hum, Oracle, hold, said
from tests.voice.sounds import TINY, silence
from voice.considerate import Considerate, Manners
from voice.endpoint import Patience
from voice.engines import Engines, EngineSettings
from voice.outside import Reply
from voice.satellite import Heard, SatelliteEvent, Stage
from voice.satellites.file import FileSatellite, Scene
from voice.session import Session
from voice.wishes import FollowUp, SessionSettings

TALK = (
    "and that is why the mountains are so beautiful in the evening",
    "he told her to turn on the kitchen light but she did not",
    "i think that we should open the window more often",
    "welcome back to the show tonight we talk about money",
    "the temperature in the north will be low tomorrow",
    "you never close the door when you leave the house",
    "stop it said the man and locked the bedroom",
    "good evening and now the news of the day",
)
"""As on a television: sentences with the words of commands in them, and no command."""


class Loud:
    """A detector that hears speech in every loud frame: quick, for very many turns."""

    def __call__(self, frame: bytes, /) -> float:
        return float(np.abs(np.frombuffer(frame, np.int16)).max(initial=0) > 1_000)

    def reset(self) -> None:
        """Nothing to forget."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds."""

    files: int
    tasks: int
    objects: int


def held() -> Held:
    gc.collect()
    return Held(len(list(Path("/proc/self/fd").iterdir())), len(asyncio.all_tasks()), len(gc.get_objects()))


@pytest.mark.parametrize("turns", [200, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
async def test_nothing_grows_with_the_turns(turns: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.session.load_detector", Loud)
    word = (np.sin(np.arange(4_096) / 10) * 8_000).astype(np.int16)
    one_turn = np.concatenate([silence(0.064), word, silence(0.448)])
    house = Butler(lambda said: Reply("Yes." if house.said and len(house.said) % 9 == 0 else ""))
    oracle = Oracle("stop")
    async with Engines(EngineSettings(), recognizer=oracle, synthesizer=Hum()) as engines:

        async def hear(count: int) -> None:
            wakes_s = [number * len(one_turn) / 16_000 for number in range(count)]
            satellite = FileSatellite(np.tile(one_turn, count).tobytes(), scene=Scene(wakes_s=wakes_s))
            session = Session(satellite, house, engines, SessionSettings(Patience(pad_s=0.1)))
            await session.run()
            assert session.stage is Stage.IDLE
            assert len(session.turns) <= 20

        await hear(100)
        before = held()
        house.said.clear()
        for _ in range(turns // 100):
            await hear(100)
            house.claims.clear()
        after = held()

    assert len(house.said) > turns * 0.9
    assert oracle.open == 0
    assert after.files == before.files
    assert after.tasks == before.tasks
    assert after.objects - before.objects < 1_000


class Hiss(FileSatellite):
    """A room in which nobody speaks, in the longest pieces that a satellite may give."""

    PIECE = (np.random.default_rng(1).normal(0, 30, 4_000)).astype(np.int16).tobytes()
    PIECE_S = 0.25

    def __init__(self, lasts_s: float) -> None:
        super().__init__(b"", room="Hall")
        self._lasts_s = lasts_s

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        for number in range(int(self._lasts_s / self.PIECE_S)):
            yield Heard(self.PIECE, number * self.PIECE_S)


@pytest.mark.parametrize(
    "lasts_s", [600.0, pytest.param(3 * 86_400.0, marks=[pytest.mark.soak, pytest.mark.timeout(1_800)])]
)
async def test_days_of_silence_leave_nothing_behind(lasts_s: float):
    """As it is in a room: with manners around it, and a tone that waits for who was woken."""
    house = Butler()
    async with Engines(EngineSettings(), recognizer=Oracle("stop"), synthesizer=Hum()) as engines:

        async def hear(seconds: float) -> Session:
            room = Considerate(Hiss(seconds), Manners(tones=True))
            session = Session(room, house, engines)
            await session.run()
            return session

        await hear(60.0)
        before = held()
        session = await hear(lasts_s)
        after = held()

    assert (house.said, house.claims, list(session.turns), session.problem) == ([], [], [], None)
    assert after.files == before.files
    assert after.tasks == before.tasks
    assert after.objects - before.objects < 500


@pytest.mark.audio
async def test_a_television_without_the_wake_word_does_nothing():
    house = Butler()
    async with Engines(EngineSettings(vosk_model=TINY), synthesizer=Hum()) as engines:
        turns, satellite = await hold(said(*TALK), house, engines, scene=Scene(wakes_s=()))

    assert (house.said, turns, satellite.played) == ([], [], [])


@pytest.mark.audio
async def test_a_television_that_said_the_wake_word_ends_with_what_is_not_for_us():
    """The words reach whoever understands them, who does nothing; and nobody goes on listening."""
    house = Butler(lambda said: Reply("", ours=False))
    settings = SessionSettings(follow_up=FollowUp.ALWAYS)
    async with Engines(EngineSettings(vosk_model=TINY), synthesizer=Hum()) as engines:
        turns, satellite = await hold(said(*TALK), house, engines, scene=Scene(wakes_s=(0.0, 9.0)), settings=settings)

    assert len(house.said) <= len(turns) == 2
    assert Stage.FOLLOW_UP not in satellite.stages
    assert satellite.stages[-1] is Stage.IDLE


@pytest.mark.audio
async def test_four_rooms_speak_at_once():
    texts = ("turn on the kitchen light", "what time is it", "close the bedroom blinds", "open the garage door")
    house = Butler()
    async with Engines(EngineSettings(vosk_model=TINY), synthesizer=Hum()) as engines, asyncio.TaskGroup() as group:
        rooms = [group.create_task(hold(said(text), house, engines)) for text in texts]

    assert sorted(house.said) == sorted(texts)
    assert all(len(room.result()[0]) == 1 for room in rooms)
