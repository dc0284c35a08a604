import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import numpy as np
import pytest

from voice.considerate import Considerate, Manners
from voice.earcons import Earcon
from voice.model import AudioFormat, Sound
from voice.satellite import Heard, SatelliteError, SatelliteEvent, Stage
from voice.satellites.file import FileSatellite
from voice.tasks import next_event
from voice.volume import Loudness

LOUD = Sound(np.full(2_205, 8_000, np.int16).tobytes(), AudioFormat(22_050))
PIECE_S = 0.064


class Endless(FileSatellite):
    """Hears what it is given to hear, and counts its readers."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.heard = asyncio.Queue[SatelliteEvent | SatelliteError](100)
        self.readers = 0

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        self.readers += 1
        try:
            while not isinstance(event := await self.heard.get(), SatelliteError):
                yield event
            raise event
        finally:
            self.readers -= 1


def piece(level: int) -> Heard:
    return Heard(np.full(1_024, level, np.int16).tobytes(), 0.0)


async def _sounds(*sounds: Sound) -> AsyncGenerator[Sound]:
    for sound in sounds:
        yield sound


async def test_a_muted_microphone_is_closed_and_opened_again():
    inner = Endless()
    satellite = Considerate(inner, Manners())
    async with asyncio.timeout(5), aclosing(satellite.hear()) as events, asyncio.TaskGroup() as group:
        inner.heard.put_nowait(piece(1))
        assert await anext(events) == piece(1)
        waiting = group.create_task(next_event(events))
        await asyncio.sleep(0)
        satellite.listen(hears=False)
        while inner.readers:
            await asyncio.sleep(0)
        inner.heard.put_nowait(piece(2))
        await asyncio.sleep(0)
        assert not waiting.done()
        satellite.listen(hears=True)
        assert await waiting == piece(2)


async def test_what_was_heard_as_it_was_muted_is_not_told():
    inner = Endless()
    satellite = Considerate(inner, Manners(), hears=False)
    async with asyncio.timeout(5), aclosing(satellite.hear()) as events, asyncio.TaskGroup() as group:
        waiting = group.create_task(next_event(events))
        for _ in range(5):
            await asyncio.sleep(0)
        assert inner.readers == 0
        waiting.cancel()


async def test_a_satellite_that_is_gone_is_told():
    inner = Endless()
    inner.heard.put_nowait(SatelliteError("unplugged"))

    with pytest.raises(SatelliteError, match="unplugged"):
        await anext(Considerate(inner, Manners()).hear())


async def test_it_is_as_loud_as_the_room_wants():
    inner = FileSatellite(b"")
    await Considerate(inner, Manners(lambda: Loudness(0.5, whisper=False))).play(_sounds(LOUD))

    loudest = int(np.frombuffer(inner.played[0].pcm, np.int16).max())
    assert loudest == pytest.approx(8_000 * 10 ** (-15 / 20), rel=0.01)


@pytest.mark.parametrize(
    ("levels", "whisper", "tones"),
    [
        ([5] * 20, False, 1),
        ([5] * 4 + [3_000] * 16, False, 0),
        ([5] * 20, True, 0),
    ],
    ids=["who waits hears it", "who speaks on is not disturbed", "nobody is woken at night"],
)
async def test_a_tone_tells_that_it_listens(levels: list[int], *, whisper: bool, tones: int):
    inner = Endless()
    satellite = Considerate(inner, Manners(lambda: Loudness(1.0, whisper=whisper), tones=True))
    async with asyncio.timeout(5), aclosing(satellite.hear()) as events, asyncio.TaskGroup() as group:
        running = group.create_task(satellite.run())
        for at, level in enumerate([5] * 10 + levels):
            if at == 10:
                await satellite.show(Stage.LISTENING)
            inner.heard.put_nowait(piece(level))
            await anext(events)
        for _ in range(20):
            await asyncio.sleep(0)
        running.cancel()

    assert len(inner.played) == tones


async def test_no_tone_when_somebody_goes_on_in_a_follow_up():
    inner = Endless()
    satellite = Considerate(inner, Manners(tones=True))
    await satellite.show(Stage.FOLLOW_UP)
    await satellite.show(Stage.LISTENING)
    async with asyncio.timeout(5), aclosing(satellite.hear()) as events, asyncio.TaskGroup() as group:
        running = group.create_task(satellite.run())
        for _ in range(20):
            inner.heard.put_nowait(piece(5))
            await anext(events)
        running.cancel()

    assert inner.played == []


async def test_stages_are_told_before_they_are_shown():
    told: list[Stage] = []
    inner = FileSatellite(b"")
    satellite = Considerate(inner, Manners(on_stage=told.append))

    await satellite.show(Stage.LISTENING)
    await satellite.signal(Earcon.DONE)
    await satellite.show(Stage.IDLE)

    assert told == inner.stages == [Stage.LISTENING, Stage.IDLE]
    assert len(inner.played) == 1
