"""Engines of another machine, which is slow, silent, broken or gone as a test wants it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

import pytest
from wyoming.asr import Transcript as Heard
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, async_read_event, async_write_event

from voice.engines import Engines, EngineSettings
from voice.model import AudioFormat, EngineError, NotUnderstood, Sound, Transcript, Vocabulary
from voice.wyoming.engines import Remote, RemoteRecognizer, RemoteSynthesizer, plain, with_remote_voice


@dataclass
class Machine:
    """Another machine: what it says to ``audio-stop`` and to ``synthesize``; nothing: it hangs."""

    says: list[Event] = field(default_factory=list[Event])
    hangs_up: bool = False
    port: int = 0
    got: list[Event] = field(default_factory=list[Event])
    writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        while (event := await async_read_event(reader)) is not None:
            self.got.append(event)
            if event.type in ("audio-stop", "synthesize"):
                for said in self.says:
                    await async_write_event(said, writer)
                if self.hangs_up:
                    break
        writer.close()


@asynccontextmanager
async def running(machine: Machine) -> AsyncGenerator[Remote]:
    server = await asyncio.start_server(machine.serve, "127.0.0.1", 0)
    async with server:
        machine.port = server.sockets[0].getsockname()[1]
        yield Remote("127.0.0.1", machine.port)
    for writer in machine.writers:
        writer.close()
        await writer.wait_closed()


class LocalHearing:
    async def accept(self, pcm: bytes) -> str:
        return "so far"

    async def finish(self) -> Transcript:
        return Transcript("our own words", 0.5, "kitchen", "en")

    async def close(self) -> None:
        """Nothing is held."""


class Local:
    name = "ours"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is held."""

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        return ()

    async def listen(self, satellite: str) -> LocalHearing:
        return LocalHearing()


class LocalVoice(Local):
    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        yield Sound(b"\1\0", AudioFormat(8_000))


async def hear(remote: Remote) -> str:
    async with RemoteRecognizer(remote, Local()) as recognizer, asyncio.timeout(10):
        hearing = await recognizer.listen("kitchen")
        assert await hearing.accept(b"\0\0" * 1000) == "so far"
        return (await hearing.finish()).text


async def test_the_other_machines_words_are_taken():
    machine = Machine([Heard("Turn on the Kitchen light.").event()])
    async with running(machine) as remote:
        assert await hear(remote) == "turn on the kitchen light"
    assert [event.type for event in machine.got] == ["transcribe", "audio-start", "audio-chunk", "audio-stop"]


@pytest.mark.parametrize(
    "machine",
    [
        Machine(),
        Machine(hangs_up=True),
        Machine([Event("error", {"text": "no model", "code": "x"})]),
        Machine([Event("transcript", {"text": 5})], hangs_up=True),
    ],
    ids=["hangs", "hangs up", "error", "no text"],
)
async def test_where_it_gives_none_in_time_ours_are_taken(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.wyoming.engines.ANSWER_S", 0.1)
    async with running(machine) as remote:
        if machine.says and machine.says[0].type == "transcript":
            with pytest.raises(NotUnderstood):
                await hear(remote)
        else:
            assert await hear(remote) == "our own words"
            assert remote.problem is not None


async def test_one_that_failed_is_left_alone_for_a_while():
    machine = Machine([Event("error", {"text": "no model"})])
    async with running(machine) as remote:
        await hear(remote)
        before = len(machine.got)
        assert await hear(remote) == "our own words"
    assert len(machine.got) == before


async def test_nobody_there_costs_nothing_but_the_attempt():
    async with running(Machine()) as remote:
        gone = remote
    assert await hear(gone) == "our own words"


def spoken(*chunks: bytes, stop: bool = True) -> list[Event]:
    events = [AudioStart(rate=22_050, width=2, channels=1).event()]
    events += [AudioChunk(rate=22_050, width=2, channels=1, audio=chunk).event() for chunk in chunks]
    return events + ([AudioStop().event()] if stop else [])


async def test_the_other_machines_voice_is_heard():
    machine = Machine(spoken(b"\1\0" * 10, b"\2\0" * 10))
    async with running(machine) as remote:
        sounds = [sound async for sound in RemoteSynthesizer(remote, voice="amy").say("hello")]
    assert [sound.pcm[0] for sound in sounds] == [1, 2]
    assert sounds[0].format.rate_hz == 22_050
    assert machine.got[0].data["voice"] == {"name": "amy"}


@pytest.mark.parametrize(
    "machine", [Machine(hangs_up=True), Machine([Event("error", {"text": "no voice"})])], ids=["hangs up", "error"]
)
async def test_where_it_gives_no_sound_our_voice_speaks(machine: Machine):
    async with running(machine) as remote:
        sounds = [sound async for sound in with_remote_voice(remote, LocalVoice()).say("hello")]
    assert [sound.format.rate_hz for sound in sounds] == [8_000]


async def test_one_that_breaks_off_in_the_middle_says_nothing_twice():
    machine = Machine(spoken(b"\1\0" * 10, stop=False), hangs_up=True)
    async with running(machine) as remote, aclosing(with_remote_voice(remote, LocalVoice()).say("hello")) as sounds:
        assert (await anext(sounds)).pcm[0] == 1
        with pytest.raises(EngineError, match="hung up"):
            await anext(sounds)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" Turn on the kitchen light.", "turn on the kitchen light"),
        ("Set it to 21.5 degrees, please!", "set it to 21.5 degrees please"),
        ("What's on TV?", "what's on tv"),
        ("Dim to 50%.", "dim to 50%"),
        ("[BLANK_AUDIO] ...", ""),
        ("Wake me at 7:30 a.m.", "wake me at 7:30 a.m"),
        ("?!", ""),
        ("(soft music) Good night.", "good night"),
    ],
)
def test_words_are_as_our_own_recognizers_give_them(text: str, words: str):
    assert plain(text) == words


async def test_the_engines_of_a_house_are_those_of_the_other_machine_where_one_is_named():
    machine = Machine([Heard("Good night.").event()])
    async with running(machine):
        settings = EngineSettings(remote_recognizer=("127.0.0.1", machine.port))
        async with Engines(settings, recognizer=Local(), synthesizer=LocalVoice()) as engines:
            hearing = await (await engines.recognizer()).listen("kitchen")
            await hearing.accept(b"\0\0")
            assert (await hearing.finish()).text == "good night"


async def test_the_voice_of_a_house_is_that_of_the_other_machine_where_one_is_named():
    machine = Machine(spoken(b"\1\0" * 10))
    async with running(machine):
        settings = EngineSettings(remote_voice=("127.0.0.1", machine.port), remote_voice_name="amy")
        async with Engines(settings, recognizer=Local(), synthesizer=LocalVoice()) as engines:
            sounds = [sound async for sound in (await engines.synthesizer()).say("hello")]
    assert [sound.format.rate_hz for sound in sounds] == [22_050]
