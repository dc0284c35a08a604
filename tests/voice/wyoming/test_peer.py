"""A conversation with the real ``wyoming-satellite`` of PyPI, over a microphone and a loudspeaker made of files."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest

from tests.voice.sounds import TINY, speech
from tests.voice.wyoming import hardware, peer
from voice.model import AudioFormat, Recognizer, Sound, Vocabulary
from voice.pace import LEAD_S
from voice.recognize import load_recognizer
from voice.satellite import Heard, SatelliteEvent, Stage, Woken
from voice.wyoming.satellite import WyomingSatellite

pytestmark = [pytest.mark.audio, pytest.mark.slow]

HISS_LEVEL, MARK_LEVEL = 150.0, 12_000.0
PAUSE_S = 0.8


@pytest.fixture(scope="module")
def python() -> Path:
    found = peer.installed()
    if found is None:
        if os.environ.get("HEARTH_REQUIRE_SERVICES") == "1":
            pytest.fail("wyoming-satellite cannot be had, and HEARTH_REQUIRE_SERVICES=1")
        pytest.skip("wyoming-satellite cannot be had: there is no package index")
    return found


async def talk(seconds: float) -> AsyncIterator[Sound]:
    """Speak for so long, in sentences of two seconds, as a synthesizer that is faster than speech."""
    rate = peer.SPEAKER_HZ
    tone = (np.sin(np.arange(rate * 2) * (2 * np.pi * 440 / rate)) * 8_000).astype(np.int16).tobytes()
    for _ in range(int(seconds / 2)):
        yield Sound(tone, AudioFormat(rate))


async def utterance(hearing: AsyncIterator[SatelliteEvent]) -> bytes:
    """Return what is said, up to 0.8 s of the room's hiss after it; the mark that is the wake word is none of it."""
    heard = b""
    quiet_s = 0.0
    async with asyncio.timeout(20):
        while quiet_s < PAUSE_S:
            event = await anext(hearing)
            if not isinstance(event, Heard) or hardware.loudness(event.pcm) > MARK_LEVEL:
                continue
            speaks = hardware.loudness(event.pcm) > HISS_LEVEL
            if speaks or heard:
                heard += event.pcm
                quiet_s = 0.0 if speaks else quiet_s + len(event.pcm) / 32_000
    return heard


async def woken(hearing: AsyncIterator[SatelliteEvent]) -> Woken:
    async with asyncio.timeout(20):
        while not isinstance(event := await anext(hearing), Woken):
            pass
    return event


async def test_a_conversation_with_barge_in(python: Path, tmp_path: Path):
    """Wake word, command, answer that is interrupted, second command without the wake word, wake word again."""
    said = "turn on the kitchen light"
    recognizer = load_recognizer(TINY, Vocabulary((said, "turn off the kitchen light")))
    async with (
        peer.satellite(python, tmp_path, wakes_itself=True) as running,
        recognizer,
    ):
        satellite = WyomingSatellite("attic", "127.0.0.1", running.port)
        async with aclosing(satellite.hear()) as hearing:
            command = hardware.mark() + speech(said).tobytes()
            async with asyncio.TaskGroup() as group:
                group.create_task(woken(hearing))
                await running.say_once_armed(command)
            assert await _words(recognizer, await utterance(hearing)) == said
            await satellite.show(Stage.THINKING)
            await satellite.show(Stage.SPEAKING)
            second_words = speech("turn off the kitchen light").tobytes()
            async with asyncio.TaskGroup() as group:
                began_at = time.monotonic()
                answer = group.create_task(satellite.play(talk(14)))
                await running.until_loud(2.0)
                # It still sends what it hears: so one is heard in the middle of the answer.
                running.say(second_words)
                interrupted_at = time.monotonic()
                answer.cancel()
                second = await utterance(hearing)
            assert await _words(recognizer, second) == "turn off the kitchen light"
            assert running.loud_s() <= interrupted_at - began_at + LEAD_S + 0.05
            print(f"silent {running.last_loud() - interrupted_at:.3f} s after barge-in")
            await satellite.rearm()
            await running.say_once_armed(command, 2)
            await woken(hearing)
            assert satellite.room == "Attic"
            assert satellite.wakes_itself


async def test_an_announcement_while_nobody_listens(python: Path, tmp_path: Path):
    async with peer.satellite(python, tmp_path, wakes_itself=True) as running:
        played = await WyomingSatellite("attic", "127.0.0.1", running.port).play(talk(2))
        await running.until_loud(1.8)
    assert played.whole
    assert played.seconds == pytest.approx(2.0, abs=0.05)


async def test_one_that_streams_always_is_heard_before_and_after_its_turn(python: Path, tmp_path: Path):
    async with peer.satellite(python, tmp_path, wakes_itself=False) as running:
        satellite = WyomingSatellite("attic", "127.0.0.1", running.port)
        async with aclosing(satellite.hear()) as hearing:
            running.say(speech("turn on the kitchen light").tobytes())
            assert len(await utterance(hearing)) > 16_000
            await satellite.show(Stage.THINKING)
            await satellite.rearm()
            running.say(speech("turn off the kitchen light").tobytes())
            assert len(await utterance(hearing)) > 16_000
            assert not satellite.wakes_itself


async def test_a_second_hub_gets_it_once_the_first_has_left(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("voice.wyoming.satellite.DOUBT_S", 0.5)
    async with peer.satellite(python, tmp_path, wakes_itself=False) as running, asyncio.TaskGroup() as group:
        first, second = (WyomingSatellite("attic", "127.0.0.1", running.port) for _ in range(2))
        async with aclosing(second.hear()) as later:
            async with aclosing(first.hear()) as hearing:
                await _sound(hearing)
                waiting = group.create_task(_sound(later))
                for _ in range(20):
                    await _sound(hearing)
                assert not waiting.done()
            async with asyncio.timeout(10):
                await waiting


async def _sound(hearing: AsyncIterator[SatelliteEvent]) -> None:
    while not isinstance(await anext(hearing), Heard):
        pass


async def _words(recognizer: Recognizer, pcm: bytes) -> str:
    hearing = await recognizer.listen("attic")
    await hearing.accept(pcm)
    return (await hearing.finish()).text
