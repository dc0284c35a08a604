"""The hub's side of a Wyoming satellite, against a small one that speaks through the protocol's own package."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest
from wyoming.pipeline import PipelineStage

from tests.voice.wyoming.fake import DEADLINE_S, FakeSatellite, running
from voice.model import AudioFormat, Sound
from voice.pace import LEAD_S, PIECE_S
from voice.satellite import Heard, Reached, SatelliteError, SatelliteEvent, Stage, Woken
from voice.wyoming.satellite import WyomingSatellite

FORMAT = AudioFormat(22_050)


async def sounds(seconds: float) -> AsyncIterator[Sound]:
    yield Sound(b"\1\0" * int(seconds * FORMAT.rate_hz), FORMAT)


async def heard(hearing: AsyncGenerator[SatelliteEvent]) -> SatelliteEvent:
    """Return what is heard next; that it is there is not heard."""
    async with asyncio.timeout(DEADLINE_S):
        while isinstance(event := await anext(hearing), Reached):
            pass
        return event


def of(fake: FakeSatellite, name: str = "kitchen") -> WyomingSatellite:
    return WyomingSatellite(name, "127.0.0.1", fake.port)


@pytest.mark.parametrize("old", [False, True], ids=["1.4", "1.0"])
async def test_a_satellite_that_wakes_itself_is_heard_until_its_turn_is_over(old: bool):
    async with running(FakeSatellite(old=old)) as fake:
        satellite = of(fake)
        async with aclosing(satellite.hear()) as hearing, asyncio.TaskGroup() as group:
            first = group.create_task(heard(hearing))
            await fake.seen("run-satellite")
            await fake.wake()
            woken = await first
            await fake.hear(b"\5\0" * 1024)
            sound = await heard(hearing)
            await satellite.show(Stage.THINKING)
            await satellite.rearm()
            await fake.seen("transcript")
            kinds = [event.type for event in fake.got if event.type not in ("ping", "pong")]
    assert isinstance(woken, Woken)
    assert woken.word == ("wake word" if old else "okay_nabu")
    assert isinstance(sound, Heard)
    assert sound.pcm == b"\5\0" * 1024
    assert satellite.wakes_itself
    assert kinds == ["run-satellite", "transcribe", "voice-stopped", "transcript"]


@pytest.mark.parametrize("old", [False, True], ids=["1.4", "1.0"])
async def test_that_it_is_there_is_known_before_anybody_wakes_it(old: bool):
    async with (
        running(FakeSatellite(old=old)) as fake,
        aclosing(of(fake).hear()) as hearing,
        asyncio.timeout(DEADLINE_S),
    ):
        assert isinstance(await anext(hearing), Reached)


async def test_a_turn_without_words_ends_with_an_error_and_not_with_endless_streaming():
    async with running(FakeSatellite()) as fake:
        satellite = of(fake)
        async with aclosing(satellite.hear()) as hearing, asyncio.TaskGroup() as group:
            first = group.create_task(heard(hearing))
            await fake.seen("run-satellite")
            await fake.wake()
            await first
            await satellite.rearm()
            error = await fake.seen("error")
            await fake.seen("transcript")
    assert error.data["code"] == "stt-no-text-recognized"


async def test_one_that_streams_always_goes_on_after_its_turn():
    async with running(FakeSatellite(area="Kitchen")) as fake:
        satellite = of(fake)
        async with aclosing(satellite.hear()) as hearing, asyncio.TaskGroup() as group:
            first = group.create_task(heard(hearing))
            await fake.seen("run-satellite")
            await fake.stream()
            await fake.hear(b"\1\0" * 1024)
            await first
            await satellite.show(Stage.LISTENING)
            await satellite.show(Stage.THINKING)
            await satellite.rearm()
            await fake.seen("transcript")
            await fake.hear(b"\2\0" * 1024)
            again = await heard(hearing)
            assert not satellite.wakes_itself
            assert satellite.room == "Kitchen"
            kinds = [event.type for event in fake.got if event.type not in ("ping", "pong")]
    assert isinstance(again, Heard)
    assert again.pcm == b"\2\0" * 1024
    assert kinds == ["run-satellite", "detect", "detection", "voice-stopped", "transcript"]


async def test_closing_the_iterator_lets_the_satellite_go():
    async with running(FakeSatellite()) as fake:
        hearing = of(fake).hear()
        async with asyncio.TaskGroup() as group:
            first = group.create_task(heard(hearing))
            await fake.seen("run-satellite")
            await fake.wake()
            await first
        await hearing.aclose()
        await fake.seen("transcript")
        await fake.seen("pause-satellite")


async def test_a_ping_is_answered_with_its_own_text():
    async with running(FakeSatellite()) as fake, aclosing(of(fake).hear()) as hearing, asyncio.TaskGroup() as group:
        waiting = group.create_task(heard(hearing))
        pong = await fake.seen("pong")
        await fake.stream()
        await fake.hear(b"\0\0")
        await waiting
    assert pong.data["text"] == "mine"


@pytest.mark.parametrize("old", [False, True], ids=["1.4", "1.0"])
async def test_an_answer_is_handed_on_no_faster_than_it_is_heard(old: bool):
    async with running(FakeSatellite(old=old)) as fake:
        loop = asyncio.get_running_loop()
        began = loop.time()
        played = await of(fake).play(sounds(0.6))
        took_s = loop.time() - began
        await fake.seen("audio-stop")
        chunks = [event for event in fake.got if event.type == "audio-chunk"]
    assert played.whole
    assert played.seconds == pytest.approx(0.6, abs=0.01)
    assert took_s >= 0.6 - LEAD_S
    assert all(len(event.payload or b"") <= PIECE_S * FORMAT.rate_hz * 2 for event in chunks)
    assert sum(len(event.payload or b"") for event in chunks) == int(0.6 * FORMAT.rate_hz) * 2


async def test_a_cancelled_answer_ends_with_what_the_satellite_has():
    async with running(FakeSatellite()) as fake:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            began = loop.time()
            playing = group.create_task(of(fake).play(sounds(30.0)))
            await fake.seen("audio-chunk", 6)
            playing.cancel()
            await fake.seen("audio-stop")
            stopped_s = loop.time() - began
        sent_s = sum(len(event.payload or b"") for event in fake.got if event.type == "audio-chunk") / 44_100
    assert sent_s <= stopped_s + LEAD_S + 0.01


async def test_an_announcement_reaches_a_satellite_that_somebody_listens_to():
    async with running(FakeSatellite()) as fake:
        satellite = of(fake)
        async with aclosing(satellite.hear()) as hearing, asyncio.TaskGroup() as group:
            first = group.create_task(heard(hearing))
            await fake.seen("run-satellite")
            played = await satellite.play(sounds(0.1))
            await fake.stream()
            await fake.hear(b"\0\0")
            await first
    assert played.whole
    assert fake.connections == 1


async def test_a_satellite_that_goes_while_it_speaks_did_not_play_all():
    async with running(FakeSatellite()) as fake:
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(of(fake).play(sounds(30.0)))
            await fake.seen("audio-chunk", 2)
            fake.hang_up()
        played = playing.result()
    assert not played.whole
    assert played.seconds < 30.0


async def test_one_without_a_loudspeaker_says_so():
    async with running(FakeSatellite()) as fake:
        satellite = of(fake)
        async with aclosing(satellite.hear()) as hearing, asyncio.TaskGroup() as group:
            first = group.create_task(heard(hearing))
            await fake.seen("run-satellite")
            await fake.stream(end=PipelineStage.HANDLE)
            await fake.hear(b"\0\0")
            await first
            with pytest.raises(SatelliteError, match="no loudspeaker"):
                await satellite.play(sounds(0.1))


async def test_a_satellite_that_hangs_up_is_gone():
    async with running(FakeSatellite()) as fake, aclosing(of(fake).hear()) as hearing, asyncio.TaskGroup() as group:
        waiting = group.create_task(_problem(hearing))
        await fake.seen("run-satellite")
        fake.hang_up()
    assert "it hung up" in waiting.result()


async def test_of_two_hubs_the_second_is_told_who_may_have_it():
    async with (
        running(FakeSatellite(old=True)) as fake,
        aclosing(of(fake).hear()) as first,
        asyncio.TaskGroup() as group,
    ):
        waiting = group.create_task(heard(first))
        await fake.seen("run-satellite")
        assert "another hub" in await _problem(of(fake).hear())
        await fake.stream()
        await fake.hear(b"\0\0")
        assert isinstance(await waiting, Heard)


async def test_one_that_another_hub_has_is_told_where_it_would_answer_otherwise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.wyoming.satellite.DOUBT_S", 0.2)
    async with running(FakeSatellite()) as fake, aclosing(of(fake).hear()) as first, asyncio.TaskGroup() as group:
        waiting = group.create_task(heard(first))
        await fake.seen("run-satellite")
        assert "another hub may have claimed it" in await _problem(of(fake).hear())
        await fake.stream()
        await fake.hear(b"\0\0")
        await waiting


async def test_an_old_one_that_says_nothing_is_claimed_again_and_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.wyoming.satellite.DOUBT_S", 0.05)
    async with (
        running(FakeSatellite(old=True)) as fake,
        aclosing(of(fake).hear()) as hearing,
        asyncio.TaskGroup() as group,
    ):
        waiting = group.create_task(heard(hearing))
        await fake.seen("run-satellite", 3)
        monkeypatch.setattr("voice.wyoming.satellite.DOUBT_S", DEADLINE_S)
        await fake.seen("run-satellite", 4)
        await fake.wake()
        assert isinstance(await waiting, Woken)


@pytest.mark.parametrize(
    ("fake", "problem"),
    [(FakeSatellite(is_satellite=False), "is no satellite"), (FakeSatellite(answers=False), "does not answer")],
    ids=["another service", "silent"],
)
async def test_what_is_no_satellite_is_told(fake: FakeSatellite, problem: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.wyoming.line.CONNECT_S", 0.2)
    async with running(fake):
        assert problem in await _problem(of(fake).hear())


async def test_nothing_at_the_address_is_told_with_the_remedy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gone = WyomingSatellite("attic", "127.0.0.1", taken.getsockname()[1])
        problem = await _problem(gone.hear())
    assert "'attic'" in problem
    assert "address right?" in problem


async def test_sound_of_another_rate_is_refused_with_the_remedy():
    async with running(FakeSatellite()) as fake, aclosing(of(fake).hear()) as hearing, asyncio.TaskGroup() as group:
        waiting = group.create_task(_problem(hearing))
        await fake.seen("run-satellite")
        await fake.stream()
        await fake.hear(b"\0\0", rate=44_100)
    assert "16000 Hz" in waiting.result()


async def test_rubbish_ends_the_connection():
    async with running(FakeSatellite()) as fake, aclosing(of(fake).hear()) as hearing, asyncio.TaskGroup() as group:
        waiting = group.create_task(_problem(hearing))
        await fake.seen("run-satellite")
        assert fake.owner is not None
        fake.owner.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert "not JSON" in waiting.result()


async def _problem(hearing: AsyncGenerator[SatelliteEvent]) -> str:
    async with aclosing(hearing):
        with pytest.raises(SatelliteError) as caught:
            await heard(hearing)
    return str(caught.value)
