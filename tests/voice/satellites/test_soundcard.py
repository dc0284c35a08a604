"""This machine's own microphone and loudspeaker: over a double, and over PortAudio with ALSA's null device."""

import asyncio
import ctypes.util
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from voice.model import AudioFormat, Sound
from voice.satellite import Heard, SatelliteError, SatelliteEvent
from voice.satellites.portaudio import BLOCK_SAMPLES, PortAudio
from voice.satellites.soundcard import Backend, CardError, Device, SoundCard

CARDS = (Device(0, "HDA Intel PCH", 0, 2), Device(1, "Jabra SPEAK 410 USB", 1, 2))
FORMAT = AudioFormat(22_050)


@dataclass
class Cards:
    """A sound system: what is plugged in, and what it was asked to do. Also the microphone and the loudspeaker."""

    there: Sequence[Device] = CARDS
    missing: str = ""
    breaks_after: int = 1_000_000
    opened: list[tuple[str, int | None]] = field(default_factory=list[tuple[str, int | None]])
    heard: bytes = b""
    ended: str = ""
    on_pcm: Callable[[bytes], None] | None = None
    on_end: Callable[[], None] | None = None
    ready: threading.Event = field(default_factory=threading.Event)

    def devices(self) -> Sequence[Device]:
        if self.missing:
            raise CardError(self.missing)
        return self.there

    def record(self, device: int | None, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> "Cards":
        self.opened.append(("in", device))
        self.on_pcm, self.on_end = on_pcm, on_end
        self.ready.set()
        return self

    def play(self, device: int | None, format: AudioFormat) -> "Cards":
        self.opened.append(("out", device))
        return self

    def write(self, pcm: bytes) -> None:
        if len(self.heard) >= self.breaks_after:
            raise CardError("the loudspeaker is gone: it was unplugged")
        self.heard += pcm

    def drain(self) -> None:
        self.ended = "drained"

    def abort(self) -> None:
        self.ended = "aborted"

    def close(self) -> None:
        self.ended = "closed"


async def sounds(seconds: float) -> AsyncIterator[Sound]:
    yield Sound(b"\1\0" * int(seconds * FORMAT.rate_hz), FORMAT)


async def heard(hearing: AsyncGenerator[SatelliteEvent]) -> SatelliteEvent:
    async with asyncio.timeout(10):
        return await anext(hearing)


async def test_what_the_microphone_gives_from_its_own_thread_is_heard():
    cards = Cards()
    async with aclosing(SoundCard("desk", cards, microphone="jabra").hear()) as hearing, asyncio.TaskGroup() as group:
        first = group.create_task(heard(hearing))
        await asyncio.to_thread(cards.ready.wait, 10)
        assert cards.on_pcm is not None
        await asyncio.to_thread(cards.on_pcm, b"\5\0" * 512)
        event = await first
    assert isinstance(event, Heard)
    assert event.pcm == b"\5\0" * 512
    assert cards.opened == [("in", 1)]
    assert cards.ended == "closed"


@pytest.mark.parametrize(
    ("cards", "microphone", "problem"),
    [
        (Cards(()), None, "no sound input; plug in"),
        (Cards(CARDS[:1]), None, "no sound input; plug in"),
        (Cards(), "blue", "no sound input 'blue'; there are 'Jabra SPEAK 410 USB'"),
        (Cards(missing="PortAudio library not found; apt install"), None, "PortAudio library not found"),
    ],
    ids=["no card", "no microphone", "another name", "no PortAudio"],
)
async def test_what_is_missing_is_told_with_the_remedy(cards: Cards, microphone: str | None, problem: str):
    with pytest.raises(SatelliteError, match=problem):
        await heard(SoundCard("desk", cards, microphone=microphone).hear())


async def test_a_card_that_is_pulled_out_is_gone_and_back_when_it_is_plugged_in():
    cards = Cards()
    card = SoundCard("desk", cards)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(_problem(card))
        await asyncio.to_thread(cards.ready.wait, 10)
        assert cards.on_end is not None
        await asyncio.to_thread(cards.on_end)
    cards.ready.clear()
    cards.there = ()
    assert "plug in" in await _problem(card)
    cards.there = CARDS
    async with aclosing(card.hear()) as hearing, asyncio.TaskGroup() as group:
        again = group.create_task(heard(hearing))
        await asyncio.to_thread(cards.ready.wait, 10)
        assert cards.on_pcm is not None
        cards.on_pcm(b"\1\0")
        await again
    assert "is gone" in first.result()


async def test_a_microphone_that_falls_silent_for_good_is_gone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.satellites.soundcard.SILENT_S", 0.05)
    assert "is gone" in await _problem(SoundCard("desk", Cards()))


async def test_all_of_a_sound_is_played_and_waited_for():
    cards = Cards()
    played = await SoundCard("desk", cards, loudspeaker="jabra").play(sounds(0.2))
    assert played.whole
    assert len(cards.heard) == int(0.2 * FORMAT.rate_hz) * 2
    assert cards.opened == [("out", 1)]
    assert cards.ended == "drained"


async def test_barge_in_drops_what_the_card_has():
    cards = Cards()
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(SoundCard("desk", cards).play(sounds(30.0)))
        async with asyncio.timeout(10):
            while not cards.heard:
                await asyncio.sleep(0.01)
        playing.cancel()
    assert cards.ended == "aborted"
    assert len(cards.heard) < 10 * FORMAT.rate_hz * 2


async def test_a_loudspeaker_that_is_pulled_out_is_told():
    with pytest.raises(SatelliteError, match="unplugged"):
        await SoundCard("desk", Cards(breaks_after=4_000)).play(sounds(1.0))


async def test_the_real_sound_system_hears_and_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """ALSA's null device gives and takes any sound: what is between it and us is the real PortAudio."""
    config = Path("/usr/share/alsa/alsa.conf")
    if ctypes.util.find_library("portaudio") is None or not config.exists():
        pytest.skip("PortAudio or ALSA is not installed: apt install libportaudio2")
    (tmp_path / "alsa.conf").write_text(f"<{config}>\npcm.!default {{ type null }}\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "alsa.conf"))
    backend: Backend = PortAudio()
    card = SoundCard("desk", backend, microphone="default")
    async with aclosing(card.hear()) as hearing:
        event = await heard(hearing)
        played = await card.play(sounds(0.2))
    assert isinstance(event, Heard)
    assert len(event.pcm) == BLOCK_SAMPLES * 2
    assert played.whole


async def _problem(card: SoundCard) -> str:
    async with aclosing(card.hear()) as hearing:
        with pytest.raises(SatelliteError) as caught:
            await heard(hearing)
    return str(caught.value)


async def test_what_is_open_only_after_nobody_wants_it_is_closed_again():
    """A mute while the microphone was being opened left it open, and nobody could listen any more."""
    may_open, closed = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    class Slow(Cards):
        def record(self, device: int | None, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> "Cards":
            self.ready.set()
            may_open.wait(10)
            return self

        def close(self) -> None:
            loop.call_soon_threadsafe(closed.set)

    cards = Slow()
    events = SoundCard("desk", cards).hear()
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(anext(events))
        await asyncio.to_thread(cards.ready.wait, 10)
        listening.cancel()
    may_open.set()

    async with asyncio.timeout(10):
        await closed.wait()
