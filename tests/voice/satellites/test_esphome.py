"""What is particular to ESPHome's devices: turns that they are told of, sound that they fetch, and who is none."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import pytest

from tests.voice.satellites.esphomes import Device
from voice.model import AudioFormat, Sound
from voice.satellite import Heard, Reached, SatelliteError, SatelliteEvent, Stage, Woken
from voice.satellites import esphome
from voice.satellites.esphome import EsphomeSatellite
from voice.satellites.fetching import Fetching

PCM = bytes(range(256)) * 64
FORMAT = AudioFormat(22_050)


async def sounds(*rates_hz: int) -> AsyncGenerator[Sound]:
    for rate_hz in rates_hz:
        yield Sound(bytes(rate_hz // 10 * 2), AudioFormat(rate_hz))


def satellite_of(device: Device) -> EsphomeSatellite:
    return EsphomeSatellite("box", "127.0.0.1", device.port)


@asynccontextmanager
async def woken(device: Device) -> AsyncGenerator[tuple[EsphomeSatellite, AsyncGenerator[SatelliteEvent]]]:
    """A device whose wake word was just heard."""
    async with device.running(), asyncio.timeout(20):
        satellite = satellite_of(device)
        async with aclosing(satellite.hear()) as events:
            assert isinstance(await anext(events), Reached)
            assert isinstance(await anext(events), Woken)
            yield satellite, events


async def test_after_the_wake_word_comes_what_is_said():
    device = Device(PCM)
    async with device.running(), asyncio.timeout(20):
        satellite = satellite_of(device)
        async with aclosing(satellite.hear()) as events:
            assert isinstance(await anext(events), Reached)
            first, second = await anext(events), await anext(events)
            await device.until(lambda: device.answered == [0])
    assert isinstance(first, Woken)
    assert first.word == "okay"
    assert isinstance(second, Heard)
    assert PCM.startswith(second.pcm)
    assert satellite.room == "Attic"


async def test_a_device_is_told_of_its_turn():
    device = Device(PCM)
    async with woken(device) as (satellite, _):
        await satellite.show(Stage.LISTENING)
        await satellite.show(Stage.THINKING)
        await satellite.show(Stage.SPEAKING)
        played = await satellite.play(sounds(22_050, 16_000))
        await satellite.rearm()
        await device.until(lambda: "RUN_END" in device.events and device.came_out_s > 0.19)
    assert played.whole
    assert device.came_out_s == pytest.approx(0.2, abs=0.01)
    assert device.events == [
        *("RUN_START", "STT_START", "STT_VAD_END", "STT_END", "INTENT_START", "INTENT_END"),
        *("TTS_START", "TTS_END", "RUN_END"),
    ]


async def test_after_a_question_the_device_listens_on_by_itself():
    device = Device(PCM)
    async with woken(device) as (satellite, events):
        await satellite.show(Stage.LISTENING)
        left = len(PCM)
        while left:
            heard = await anext(events)
            left -= len(heard.pcm) if isinstance(heard, Heard) else 0
        await satellite.show(Stage.THINKING)
        await satellite.show(Stage.ASKING)
        await satellite.show(Stage.SPEAKING)
        await satellite.play(sounds(22_050))
        await satellite.show(Stage.FOLLOW_UP)
        answer = await anext(events)
        await satellite.show(Stage.LISTENING)
        await satellite.show(Stage.THINKING)
        await satellite.rearm()
        await device.until(lambda: device.events.count("RUN_END") == 2)
    assert isinstance(answer, Heard)
    assert PCM.startswith(answer.pcm)
    turn = ["RUN_START", "STT_START", "STT_VAD_END", "STT_END", "INTENT_START", "INTENT_END"]
    assert device.events == [*turn, "TTS_START", "TTS_END", "RUN_END", *turn, "RUN_END"]


async def test_a_device_that_was_asked_nothing_waits_for_its_wake_word():
    device = Device(PCM)
    async with woken(device) as (satellite, _):
        await satellite.show(Stage.LISTENING)
        await satellite.show(Stage.THINKING)
        await satellite.show(Stage.SPEAKING)
        await satellite.play(sounds(22_050))
        await satellite.rearm()
        await device.until(lambda: device.events[-1] == "RUN_END")
    assert device.answered == [0]


async def test_a_turn_in_which_nothing_was_understood_ends_too():
    device = Device(PCM)
    async with woken(device) as (satellite, _):
        await satellite.show(Stage.LISTENING)
        await satellite.rearm()
        await device.until(lambda: "RUN_END" in device.events)
    assert device.events == ["RUN_START", "STT_START", "ERROR", "RUN_END"]


async def test_outside_a_turn_something_is_announced_also_where_nobody_listens():
    device = Device(wakes=False)
    async with device.running(), asyncio.timeout(20):
        played = await satellite_of(device).play(sounds(16_000))
    assert played.whole
    assert device.events == ["announce"]


async def test_a_device_that_hears_its_own_word_for_stop_is_not_spoken_to_any_more():
    """It ignores its wake word meanwhile: this is the one way to interrupt it that does not need our ears."""
    device = Device(PCM)
    async with woken(device) as (satellite, _), asyncio.TaskGroup() as group:
        await satellite.show(Stage.THINKING)
        playing = group.create_task(satellite.play(sounds(*[22_050] * 600)))
        await device.until(lambda: device.came_out_s > 0.3)
        device.stop()
        played = await playing
        await satellite.rearm()
        await device.until(lambda: device.events[-1] == "RUN_END")
    assert not played.whole
    assert played.seconds < 10


async def test_a_device_that_fetches_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(esphome, "FETCH_S", 0.05)
    device = Device(wakes=False)
    device.fetches = False
    async with device.running(), asyncio.timeout(20):
        played = await satellite_of(device).play(sounds(16_000))
    assert not played.whole


async def test_a_device_that_leaves_is_said_to_be_gone():
    device = Device(PCM)
    async with woken(device) as (_, events):
        await device.vanish()
        with pytest.raises(SatelliteError, match=f"'box' at 127.0.0.1:{device.port} is gone"):
            await _last(events)


async def _last(events: AsyncGenerator[SatelliteEvent]) -> None:
    async for _ in events:
        pass


@pytest.mark.parametrize("flags", [0, 1, 7, 16])
async def test_what_has_no_voice_of_the_kind_that_is_needed_is_said_so(flags: int):
    async with Device(flags=flags).running() as device, asyncio.timeout(20):
        with pytest.raises(SatelliteError, match="media_player"):
            await anext(satellite_of(device).hear())


async def test_what_is_not_there_is_named():
    async with Device().running() as device:
        pass
    with pytest.raises(SatelliteError, match=f"'box' at 127.0.0.1:{device.port}: "):
        await anext(satellite_of(device).hear())


# What is fetched


async def asked(fetching_url: str, request: str) -> bytes:
    host, _, port = fetching_url.removeprefix("http://").partition("/")[0].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request.encode())
        async with asyncio.timeout(20):
            return await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "request_", ["GET / HTTP/1.1\r\n\r\n", "POST {path} HTTP/1.1\r\n\r\n", "GET\r\n\r\n", "x" * 9_000]
)
async def test_only_what_is_offered_can_be_fetched(request_: str):
    async with Fetching.serving("127.0.0.1", 1) as fetching, fetching.offer(FORMAT) as offer:
        path = "/" + offer.url.rpartition("/")[2]
        assert b"200" not in await asked(offer.url, request_.format(path=path))
        assert not offer.is_taken


async def test_an_answer_is_fetched_once():
    async with Fetching.serving("127.0.0.1", 1) as fetching, fetching.offer(FORMAT) as offer:
        request = f"GET /{offer.url.rpartition('/')[2]} HTTP/1.1\r\n\r\n"
        assert b"200" in await asked(offer.url, request)
        assert b"404" in await asked(offer.url, request)
