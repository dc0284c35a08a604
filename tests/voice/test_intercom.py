"""Two rooms that talk with each other, over satellites of files."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import numpy as np
import pytest

from tests.voice.room import Butler, Hum, Oracle
from tests.voice.sounds import silence, speech
from voice.audio import Samples
from voice.engines import Engines, EngineSettings
from voice.intercom import Call
from voice.model import Sound
from voice.outside import Reply, Said
from voice.satellite import Heard, Played, SatelliteEvent, Stage, Woken
from voice.session import Session

pytestmark = pytest.mark.audio


class Live:
    """A satellite whose microphone hears what the test lets it hear, and whose loudspeaker takes no time."""

    def __init__(self, name: str, *, wakes_itself: bool = False) -> None:
        self.name, self.room, self.wakes_itself = name, name, wakes_itself
        self._events = asyncio.Queue[SatelliteEvent]()
        self.played: list[Sound] = []
        self.stages = asyncio.Queue[Stage]()

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        while True:
            yield await self._events.get()

    def hears(self, samples: Samples) -> None:
        pcm = samples.tobytes()
        for begin, end in pairwise([*range(0, len(pcm), 2048), len(pcm)]):
            self._events.put_nowait(Heard(pcm[begin:end], 0.0))

    def woken(self) -> None:
        self._events.put_nowait(Woken("hey", asyncio.get_running_loop().time()))

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        before = len(self.played)
        async for sound in sounds:
            self.played.append(sound)
        return Played(sum(one.format.seconds(len(one.pcm)) for one in self.played[before:]), whole=True)

    async def show(self, stage: Stage) -> None:
        self.stages.put_nowait(stage)

    async def rearm(self) -> None:
        """It listens anyway."""

    async def until(self, stage: Stage) -> None:
        while await self.stages.get() is not stage:
            pass

    def level(self) -> float:
        """Return how loud the loudest sound from the other room was."""
        pieces = [np.frombuffer(one.pcm, np.int16) for one in self.played if one.format.rate_hz == 16_000]
        return float(np.abs(np.concatenate(pieces)).max()) if pieces else 0.0


class Line:
    """A hall that calls the kitchen by what is said there."""

    def __init__(self, *words: str, wakes_itself: bool = False) -> None:
        self.hall, self.kitchen = Live("hall"), Live("kitchen", wakes_itself=wakes_itself)
        self.oracle = Oracle(*words)
        self.sessions: dict[str, Session] = {}
        self.joined: list[bool] = []
        self.call: Call | None = None

    def connect(self, said: Said) -> Reply:
        if said.transcript.text != "call":
            return Reply("")
        self.call = Call(asyncio.get_running_loop().time)
        self.joined = [
            self.sessions["hall"].join(self.call, asked=True),
            self.sessions["kitchen"].join(self.call, asked=False),
        ]
        return Reply("")

    async def free(self) -> None:
        """Wait until either can speak."""
        assert self.call is not None
        while self.call.speaks is not None:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def called(line: Line) -> AsyncGenerator[Line]:
    """Have the hall call the kitchen, and wait until both are there."""
    house = Butler(line.connect)
    async with Engines(EngineSettings(), recognizer=line.oracle, synthesizer=Hum()) as engines:
        line.sessions = {one.name: Session(one, house, engines) for one in (line.hall, line.kitchen)}
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            tasks = [group.create_task(session.run()) for session in line.sessions.values()]
            await asyncio.sleep(0)
            line.hall.woken()
            line.hall.hears(speech("call the kitchen"))
            await line.hall.until(Stage.CALL)
            await line.kitchen.until(Stage.CALL)
            yield line
            for task in tasks:
                task.cancel()


async def test_what_is_said_in_one_room_is_heard_in_the_other_and_back():
    async with called(Line("call", "is dinner ready", "in ten minutes", "hang up")) as line:
        assert line.joined == [True, True]
        line.hall.hears(speech("is dinner ready"))
        while line.kitchen.level() < 3_000:
            await asyncio.sleep(0.01)
        await line.free()
        assert line.hall.level() == 0.0
        line.kitchen.hears(speech("in ten minutes"))
        while line.hall.level() < 3_000:
            await asyncio.sleep(0.01)
        await line.free()
        line.hall.hears(speech("hang up"))
        await line.hall.until(Stage.IDLE)
        await line.kitchen.until(Stage.IDLE)

    assert line.call is not None
    assert line.call.why == "hung-up"
    assert line.sessions["kitchen"].turns[-1].transcript is None
    assert line.oracle.open == 0


async def test_a_tone_tells_both_rooms_that_it_is_open_and_that_it_is_over():
    async with called(Line("call")) as line:
        line.sessions["kitchen"].end_call()
        await line.hall.until(Stage.IDLE)
        await line.kitchen.until(Stage.IDLE)

    assert (len(line.hall.played), len(line.kitchen.played)) == (2, 2)


async def test_silence_ends_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.intercom.SILENCE_S", 0.2)
    async with called(Line("call")) as line:
        line.hall.hears(silence(1.0))
        await line.hall.until(Stage.IDLE)
        await line.kitchen.until(Stage.IDLE)

    assert line.call is not None
    assert line.call.why == "silence"


async def test_the_wake_word_ends_it_and_is_listened_to():
    async with called(Line("call", "what time is it")) as line:
        line.kitchen.hears(silence(0.2))
        line.kitchen.woken()
        await line.kitchen.until(Stage.LISTENING)
        await line.hall.until(Stage.IDLE)

    assert line.call is not None
    assert line.call.over.is_set()


async def test_a_satellite_that_wakes_itself_is_heard_after_its_wake_word():
    async with called(Line("call", "here i am", wakes_itself=True)) as line:
        line.kitchen.woken()
        line.kitchen.hears(speech("here I am"))
        while line.hall.level() < 3_000:
            await asyncio.sleep(0.01)

        assert line.sessions["kitchen"].stage is Stage.CALL


async def test_a_room_in_which_somebody_is_listened_to_is_not_put_through():
    line = Line("call")
    house = Butler(line.connect)
    async with Engines(EngineSettings(), recognizer=line.oracle, synthesizer=Hum()) as engines:
        line.sessions = {one.name: Session(one, house, engines) for one in (line.hall, line.kitchen)}
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            tasks = [group.create_task(session.run()) for session in line.sessions.values()]
            line.kitchen.woken()
            await line.kitchen.until(Stage.LISTENING)
            line.hall.woken()
            line.hall.hears(speech("call the kitchen"))
            await line.hall.until(Stage.THINKING)
            await line.hall.until(Stage.CALL)
            assert line.joined == [True, False]
            assert line.sessions["kitchen"].stage is Stage.LISTENING
            for task in tasks:
                task.cancel()
