"""Our services as others use them: through the client of the protocol's own package, with real engines."""

import asyncio
import ipaddress
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop
from wyoming.wake import Detect

from tests.voice.sounds import TINY, silence, speech
from voice.model import Vocabulary
from voice.recognize import load_recognizer
from voice.satellite import Woken
from voice.speak import load_synthesizer
from voice.wyoming.offer import Answered, Asked, Offer
from voice.wyoming.services import Services

SAID = "turn on the kitchen light"


class Engines:
    """The tiny model and espeak-ng, loaded when they are asked for."""

    def __init__(self) -> None:
        self._recognizer = load_recognizer(TINY, Vocabulary((SAID,)))
        self._synthesizer = load_synthesizer(None)

    async def recognizer(self):
        return await self._recognizer.__aenter__()

    async def synthesizer(self):
        return await self._synthesizer.__aenter__()

    async def close(self) -> None:
        await self._recognizer.__aexit__(None, None, None)
        await self._synthesizer.__aexit__(None, None, None)


class Loud:
    """A wake word that is a loud sample."""

    async def accept(self, pcm: bytes, at_s: float) -> Woken | None:
        return Woken("hearth", at_s) if b"\x00\x70" in pcm else None


async def loud() -> Loud:
    return Loud()


async def answer(asked: Asked) -> Answered:
    where = asked.context.get("area", "here")
    return Answered(f"{asked.text} {where}", handled=asked.text != "nonsense")


@asynccontextmanager
async def served(offer: Offer, *networks: str) -> AsyncGenerator[Services]:
    allowed = [ipaddress.ip_network(network) for network in networks or ("127.0.0.0/8",)]
    services = Services(offer, networks=allowed)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(services.run())
        await services.listening.wait()
        try:
            yield services
        finally:
            running.cancel()


@asynccontextmanager
async def client(offer: Offer) -> AsyncGenerator[AsyncTcpClient]:
    async with served(offer) as services:
        assert services.port is not None
        async with AsyncTcpClient("127.0.0.1", services.port) as connected, asyncio.timeout(20):
            yield connected


async def read(connected: AsyncTcpClient, last: str) -> list[Event]:
    """Return the messages up to the one of this type."""
    found: list[Event] = []
    while not found or found[-1].type != last:
        event = await connected.read_event()
        assert event is not None
        found.append(event)
    return found


async def test_what_is_offered_is_understood_by_the_protocols_own_package():
    offer = Offer(Engines(), answer, wake=loud, wake_words=("hey_hearth",), language="en", version="1.2")
    async with client(offer) as connected:
        await connected.write_event(Describe().event())
        told = Info.from_event((await read(connected, "info"))[-1])
    assert told.asr[0].models[0].languages == ["en"]
    assert told.tts[0].supports_synthesize_streaming
    assert told.handle[0].supports_home_control
    assert told.wake[0].models[0].phrase == "hey hearth"
    assert told.satellite is None


async def test_what_is_not_there_is_not_offered():
    async with client(Offer()) as connected:
        await connected.write_event(Describe().event())
        told = Info.from_event((await read(connected, "info"))[-1])
        await connected.write_event(Transcribe().event())
        error = (await read(connected, "error"))[-1]
    assert [*told.asr, *told.tts, *told.handle, *told.wake] == []
    assert error.data["code"] == "engine-missing"


@pytest.mark.audio
@pytest.mark.parametrize("words", [SAID, ""], ids=["speech", "silence"])
async def test_speech_is_recognized(words: str):
    engines = Engines()
    sound = (speech(words) if words else silence(1.0)).tobytes()
    async with client(Offer(engines)) as connected:
        await connected.write_event(Transcribe(language="en").event())
        await connected.write_event(AudioStart(rate=16_000, width=2, channels=1).event())
        for begin in range(0, len(sound), 2048):
            chunk = AudioChunk(rate=16_000, width=2, channels=1, audio=sound[begin : begin + 2048])
            await connected.write_event(chunk.event())
        await connected.write_event(AudioStop().event())
        transcript = Transcript.from_event((await read(connected, "transcript"))[-1])
    await engines.close()
    assert transcript.text == words


@pytest.mark.audio
async def test_text_is_spoken():
    engines = Engines()
    async with client(Offer(engines)) as connected:
        await connected.write_event(Synthesize(text="The light is on.").event())
        found = await read(connected, "audio-stop")
        await connected.write_event(Synthesize(text="").event())
        nothing = await read(connected, "audio-stop")
    await engines.close()
    chunks = [AudioChunk.from_event(event) for event in found if event.type == "audio-chunk"]
    assert found[0].type == "audio-start"
    assert 0.5 < sum(chunk.seconds for chunk in chunks) < 3.0
    assert [event.type for event in nothing] == ["audio-start", "audio-stop"]


@pytest.mark.audio
async def test_text_that_comes_in_pieces_is_spoken_before_all_of_it_is_there():
    engines = Engines()
    async with client(Offer(engines)) as connected:
        await connected.write_event(SynthesizeStart().event())
        for piece in ("It is 21", ".5 degrees. And the ", "light"):
            await connected.write_event(SynthesizeChunk(text=piece).event())
        early = await read(connected, "audio-chunk")
        # As Home Assistant does for voices that know no streaming; it is no second text.
        await connected.write_event(Synthesize(text="It is 21.5 degrees. And the light is on.").event())
        await connected.write_event(SynthesizeChunk(text=" is on.").event())
        await connected.write_event(SynthesizeStop().event())
        rest = await read(connected, "synthesize-stopped")
    await engines.close()
    kinds = [event.type for event in early + rest if event.type != "audio-chunk"]
    seconds = sum(AudioChunk.from_event(event).seconds for event in early + rest if event.type == "audio-chunk")
    assert kinds == ["audio-start", "audio-stop", "synthesize-stopped"]
    assert 2.0 < seconds < 6.0


async def test_the_house_answers_with_the_context_it_was_given():
    async with client(Offer(answer=answer)) as connected:
        await connected.write_event(Transcript("lights on", context={"area": "kitchen"}).event())
        done = Handled.from_event((await read(connected, "handled"))[-1])
        await connected.write_event(Transcript("nonsense").event())
        refused = NotHandled.from_event((await read(connected, "not-handled"))[-1])
    assert done.text == "lights on kitchen"
    assert done.context == {"area": "kitchen"}
    assert refused.text == "nonsense here"


async def test_a_house_that_takes_no_commands_handles_none():
    async with client(Offer()) as connected:
        await connected.write_event(Transcript("unlock the door").event())
        assert (await read(connected, "not-handled"))[-1].data["text"] == ""


async def test_wake_words_are_detected():
    async with client(Offer(wake=loud, wake_words=("hearth",))) as connected:
        for pcm, last in ((b"\0\x70" * 100, "detection"), (b"\0\0" * 100, "not-detected")):
            await connected.write_event(Detect(names=["hearth"]).event())
            await connected.write_event(AudioChunk(rate=16_000, width=2, channels=1, audio=pcm, timestamp=5).event())
            await connected.write_event(AudioStop().event())
            assert (await read(connected, last))[-1].type == last


async def test_a_ping_is_answered():
    async with client(Offer()) as connected:
        await connected.write_event(Ping(text="x").event())
        assert (await read(connected, "pong"))[-1].data["text"] == "x"


async def test_sound_of_another_form_is_refused_with_the_right_one():
    engines = Engines()
    async with client(Offer(engines)) as connected:
        await connected.write_event(Transcribe().event())
        await connected.write_event(AudioChunk(rate=44_100, width=2, channels=2, audio=b"\0" * 8).event())
        error = (await read(connected, "error"))[-1]
    await engines.close()
    assert "16000 Hz" in error.data["text"]


async def test_an_address_that_was_not_named_is_turned_away_and_counted():
    async with served(Offer(answer=answer), "192.0.2.0/24") as services:
        assert services.port is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", services.port)
        assert await reader.read() == b""
        writer.close()
        assert services.refused == {"127.0.0.1": 1}


async def test_rubbish_ends_its_own_connection_only():
    async with served(Offer(answer=answer)) as services:
        assert services.port is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", services.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert await reader.read() == b""
        writer.close()
        async with AsyncTcpClient("127.0.0.1", services.port) as connected:
            await connected.write_event(Ping(text="still here").event())
            assert (await read(connected, "pong"))[-1].data["text"] == "still here"


async def test_who_is_connected_when_the_house_stops_is_hung_up_on(caplog: pytest.LogCaptureFixture):
    async with served(Offer()) as services:
        assert services.port is not None
        connected = AsyncTcpClient("127.0.0.1", services.port)
        await connected.connect()
        await connected.write_event(Ping(text="one").event())
        assert [event.type for event in await read(connected, "pong")] == ["pong"]
    async with asyncio.timeout(5):
        assert await connected.read_event() is None
    await connected.disconnect()
    assert not caplog.records
