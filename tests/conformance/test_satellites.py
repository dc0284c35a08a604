"""What every satellite promises (`voice.satellite.Satellite`), over all of them; another one adds a row to `OPENED`.

A microphone here hears a recording, and its loudspeaker can be asked what came out of it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from tests.voice.paired.pi import House
from tests.voice.satellites.browsers import Page
from tests.voice.satellites.cards import RecordedCards
from tests.voice.satellites.esphomes import Device
from tests.voice.wyoming.fake import FakeSatellite, running
from voice.endpoint import Energy
from voice.model import RATE_HZ, AudioFormat, Sound
from voice.paired.light import Senses, run
from voice.satellite import Heard, Satellite, Stage, Woken
from voice.satellites.esphome import EsphomeSatellite
from voice.satellites.file import FileSatellite, Scene
from voice.satellites.soundcard import SoundCard
from voice.wyoming.satellite import WyomingSatellite

LONGEST_PIECE_BYTES = RATE_HZ // 4 * 2
AHEAD_S = 0.2
PIECE_S = 0.06


@dataclass(frozen=True, slots=True)
class Bench:
    """A satellite under test."""

    satellite: Satellite
    came_out_s: Callable[[], float]
    """How many seconds of sound came out of its loudspeaker so far."""
    silent_s: float = 0.15


@asynccontextmanager
async def _file(pcm: bytes, *, realtime: bool) -> AsyncGenerator[Bench]:
    satellite = FileSatellite(pcm, realtime=realtime, scene=Scene(wakes_s=()))
    yield Bench(satellite, lambda: sum(sound.format.seconds(len(sound.pcm)) for sound in satellite.played))


@asynccontextmanager
async def _wyoming(pcm: bytes, *, old: bool) -> AsyncGenerator[Bench]:
    async with running(FakeSatellite(old=old)) as fake, asyncio.TaskGroup() as group:
        recording = group.create_task(_recorded(fake, pcm))
        # Its loudspeaker has what was sent ahead of what is heard.
        yield Bench(WyomingSatellite("attic", "127.0.0.1", fake.port), lambda: fake.came_out_s, silent_s=0.4)
        recording.cancel()


async def _recorded(fake: FakeSatellite, pcm: bytes) -> None:
    with suppress(ConnectionError, AssertionError):
        await fake.record(pcm)


@asynccontextmanager
async def _soundcard(pcm: bytes) -> AsyncGenerator[Bench]:
    cards = RecordedCards(pcm)
    yield Bench(SoundCard("desk", cards), lambda: cards.handed_s)


@asynccontextmanager
async def _browser(pcm: bytes) -> AsyncGenerator[Bench]:
    page = Page()
    async with asyncio.TaskGroup() as group:
        recording = group.create_task(page.record(pcm))
        yield Bench(page.satellite, lambda: page.came_out_s)
        recording.cancel()


@asynccontextmanager
async def _esphome(pcm: bytes) -> AsyncGenerator[Bench]:
    async with Device(pcm).running() as device:
        yield Bench(EsphomeSatellite("box", "127.0.0.1", device.port), lambda: device.came_out_s, silent_s=0.4)


class First:
    """Is woken by the first piece of sound."""

    def __init__(self) -> None:
        self._waits = True

    async def accept(self, pcm: bytes, at_s: float) -> Woken | None:
        waits, self._waits = self._waits, False
        return Woken("okay nabu", at_s) if waits else None

    def reset(self) -> None:
        self._waits = True


@asynccontextmanager
async def _paired(pcm: bytes) -> AsyncGenerator[Bench]:
    cards = RecordedCards(bytes(1024) + pcm)
    came: asyncio.Queue[Satellite] = asyncio.Queue(1)

    async def serve(satellite: Satellite) -> None:
        await came.put(satellite)
        await asyncio.Event().wait()

    with TemporaryDirectory() as folder:
        own = Path(folder, "satellite")
        async with House(Path(folder, "house"), serve).open() as house, asyncio.TaskGroup() as group:
            belonging = await house.pair(own)
            running = group.create_task(run(own, belonging, Senses(SoundCard("attic", cards), First(), Energy())))
            yield Bench(await came.get(), lambda: cards.handed_s, silent_s=0.4)
            running.cancel()


Open = Callable[[bytes], AbstractAsyncContextManager[Bench]]
OPENED: Mapping[str, Open] = {
    "browser": _browser,
    "esphome": _esphome,
    "file": lambda pcm: _file(pcm, realtime=False),
    "file in real time": lambda pcm: _file(pcm, realtime=True),
    "paired": _paired,
    "sound card": _soundcard,
    "wyoming 1.0": lambda pcm: _wyoming(pcm, old=True),
    "wyoming 1.4": lambda pcm: _wyoming(pcm, old=False),
}


@pytest.fixture(params=list(OPENED))
def opened(request: pytest.FixtureRequest) -> Open:
    """Opens one satellite that hears a recording."""
    return OPENED[request.param]


def recording(seconds: float) -> bytes:
    """Return a tone with the noise of a room."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    noise = np.random.default_rng(1).normal(0, 30, len(at))
    return (np.sin(2 * np.pi * 440 * at) * 8_000 + noise).astype(np.int16).tobytes()


async def answer(seconds: float, handed: list[float] | None = None) -> AsyncGenerator[Sound]:
    """Yield an answer in pieces as a voice gives them; notes in `handed` how much was asked for."""
    piece = Sound(recording(PIECE_S), AudioFormat())
    for _ in range(round(seconds / PIECE_S)):
        if handed is not None:
            handed.append(PIECE_S)
        yield piece


@asynccontextmanager
async def listened_to(bench: Bench) -> AsyncGenerator[list[Heard]]:
    """Let somebody listen meanwhile, as a session does all the time."""
    heard: list[Heard] = []

    async def listen() -> None:
        async with aclosing(bench.satellite.hear()) as events:
            async for event in events:
                heard.extend([event] if isinstance(event, Heard) else [])

    async with asyncio.TaskGroup() as group:
        listening = group.create_task(listen())
        await until(lambda: bool(heard))
        yield heard
        listening.cancel()


async def until(reached: Callable[[], bool]) -> None:
    """Wait for a state that nothing tells of."""
    async with asyncio.timeout(10):
        while not reached():
            await asyncio.sleep(0.005)


async def test_what_is_said_is_heard_in_order_and_in_small_pieces(opened: Open):
    pcm = recording(1.0)
    async with opened(pcm) as bench, listened_to(bench) as heard:
        await until(lambda: sum(len(piece.pcm) for piece in heard) >= len(pcm))

    whole = b"".join(piece.pcm for piece in heard)
    assert whole.startswith(pcm)
    assert all(0 < len(piece.pcm) <= LONGEST_PIECE_BYTES and len(piece.pcm) % 2 == 0 for piece in heard)
    assert [piece.at_s for piece in heard] == sorted(piece.at_s for piece in heard)


async def test_the_microphone_stops_when_nobody_listens_any_more(opened: Open):
    async with opened(recording(60.0)) as bench:
        async with aclosing(bench.satellite.hear()) as events:
            await anext(events)
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_an_answer_comes_out_whole_and_in_its_time(opened: Open):
    async with opened(recording(5.0)) as bench, listened_to(bench):
        await bench.satellite.show(Stage.SPEAKING)
        async with asyncio.timeout(10):
            played = await bench.satellite.play(answer(0.9))

        assert played.whole
        assert played.seconds == pytest.approx(0.9, abs=0.1)
        assert bench.came_out_s() == pytest.approx(0.9, abs=0.1)


async def test_an_answer_is_asked_for_as_it_is_heard(opened: Open):
    """What is not handed over yet can still be cut off."""
    async with opened(recording(10.0)) as bench, listened_to(bench):
        handed: list[float] = []
        async with asyncio.TaskGroup() as group:
            await bench.satellite.show(Stage.SPEAKING)
            playing = group.create_task(bench.satellite.play(answer(3.0, handed)))
            await until(lambda: len(handed) > 8)
            out_s = bench.came_out_s()
            playing.cancel()

        assert sum(handed[:9]) <= out_s + AHEAD_S + 2 * PIECE_S


async def test_an_answer_that_is_cut_off_is_silent_soon(opened: Open):
    async with opened(recording(20.0)) as bench, listened_to(bench):
        handed: list[float] = []
        await bench.satellite.show(Stage.SPEAKING)
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(bench.satellite.play(answer(8.0, handed)))
            await until(lambda: len(handed) > 8)
            playing.cancel()
            with suppress(asyncio.CancelledError):
                await playing
        await asyncio.sleep(bench.silent_s)
        out_s = bench.came_out_s()
        await asyncio.sleep(0.2)

        assert bench.came_out_s() == out_s
        assert out_s <= sum(handed)


async def test_after_an_answer_that_was_cut_off_comes_the_next(opened: Open):
    async with opened(recording(20.0)) as bench, listened_to(bench):
        handed: list[float] = []
        await bench.satellite.show(Stage.SPEAKING)
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(bench.satellite.play(answer(8.0, handed)))
            await until(lambda: len(handed) > 3)
            playing.cancel()
        async with asyncio.timeout(10):
            played = await bench.satellite.play(answer(0.3))

        assert played.whole
        assert played.seconds == pytest.approx(0.3, abs=0.1)


async def test_nothing_to_say_is_said_at_once(opened: Open):
    async def nothing() -> AsyncIterator[Sound]:
        for sound in list[Sound]():
            yield sound

    async with opened(recording(2.0)) as bench, listened_to(bench), asyncio.timeout(5):
        played = await bench.satellite.play(nothing())

    assert played.seconds == 0


async def test_stages_and_the_end_of_a_turn_are_always_taken(opened: Open):
    async with opened(recording(1.0)) as bench:
        for stage in Stage:
            await bench.satellite.show(stage)
        await bench.satellite.rearm()
        await bench.satellite.rearm()


async def test_it_has_a_name(opened: Open):
    async with opened(recording(0.1)) as bench:
        assert bench.satellite.name
        assert bench.satellite.room is None or bench.satellite.room
