"""Conversations over the light satellite: its microphone and its loudspeaker are programs over files, in real time."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.voice.paired.pi import PROGRAMS, House, Mark, between, loud_after, now_s, satellite, until
from tests.voice.room import Butler, Hum
from tests.voice.sounds import TINY, speech
from tests.voice.wyoming import hardware
from voice.endpoint import Energy
from voice.engines import Engines, EngineSettings
from voice.outside import Reply
from voice.paired.light import Senses, run
from voice.paired.pairing import FILE
from voice.satellite import Heard, Played, Reached, Satellite, SatelliteError, SatelliteEvent, Woken
from voice.satellites.commands import Commands
from voice.satellites.soundcard import SoundCard
from voice.session import Session

pytestmark = pytest.mark.audio

STORY = "It was a dark night, and all the lamps in the house were out, and nobody knew why that was."
COMMAND = hardware.mark() + speech("turn on the kitchen light").tobytes()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dial again soon."""
    monkeypatch.setattr("voice.paired.light.AGAIN_S", (0.1, 0.2))


@pytest.fixture
async def engines() -> AsyncGenerator[Engines]:
    async with Engines(EngineSettings(vosk_model=TINY), synthesizer=Hum()) as opened:
        await opened.recognizer()
        yield opened


class Ear:
    """Serves by noting what is heard."""

    def __init__(self) -> None:
        self.satellites: list[Satellite] = []
        self.events: list[SatelliteEvent] = []
        self.left = 0

    async def __call__(self, satellite: Satellite) -> None:
        self.satellites.append(satellite)
        try:
            async with aclosing(satellite.hear()) as events:
                async for event in events:
                    self.events.append(event)
        except SatelliteError:
            await asyncio.Event().wait()
        finally:
            self.left += 1

    @property
    def woken(self) -> list[Woken]:
        return [event for event in self.events if isinstance(event, Woken)]

    @property
    def heard_s(self) -> float:
        return sum(len(event.pcm) for event in self.events if isinstance(event, Heard)) / 32_000


@pytest.mark.slow
async def test_a_conversation_with_barge_in(engines: Engines, tmp_path: Path):
    """Wake word, command, an answer that the wake word cuts short, and a second command."""
    butler = Butler(lambda said: Reply(STORY))

    async def serve(satellite: Satellite) -> None:
        await Session(satellite, butler, engines).run()

    async with House(tmp_path / "house", serve).open() as house:
        await house.pair(tmp_path)
        async with satellite(tmp_path) as pi:
            await until(lambda: house.door.present == ["attic"])
            pi.say(COMMAND)
            await pi.until_loud(1.0)
            assert butler.said == ["turn on the kitchen light"]
            pi.say(hardware.mark() + speech("what time is it").tobytes())
            await until(lambda: len(butler.claims) == 2)
            cut_at = now_s()
            await until(lambda: len(butler.said) == 2)
            before_the_second_answer = loud_after(pi, cut_at + 0.4)
            await pi.until_loud(pi.loud_s() + 0.5)

    assert butler.said[1] == "what time is it"
    assert before_the_second_answer == []
    assert STORY.startswith(butler.cut[0][:20])
    assert len(butler.cut[0]) < len(STORY)
    assert (butler.claims[0].word, butler.claims[0].score, butler.claims[0].level_dbfs) == ("okay nabu", 0.9, -20.0)
    assert butler.claims[0].room == "Attic"


@pytest.mark.slow
async def test_nothing_is_sent_before_the_wake_word_and_after_the_turn(tmp_path: Path):
    ear = Ear()
    async with House(tmp_path / "house", ear).open() as house:
        await house.pair(tmp_path)
        async with satellite(tmp_path) as pi:
            await until(lambda: len(ear.satellites) == 1)
            pi.say(speech("this is between us").tobytes())
            pi.say(COMMAND)
            await until(lambda: ear.heard_s > 1.0)
            assert [type(event) for event in ear.events[:2]] == [Reached, Woken]
            await ear.satellites[0].rearm()
            sent_s = ear.heard_s
            pi.say(speech("this is between us").tobytes())
            pi.say(COMMAND)
            await until(lambda: len(ear.woken) == 2)

    assert ear.heard_s < sent_s + 0.5


async def test_who_says_nothing_is_not_listened_to_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Even if the house would like to."""
    monkeypatch.setattr("voice.paired.light.QUIET_S", 0.5)
    ear = Ear()
    async with House(tmp_path / "house", ear).open() as house:
        await house.pair(tmp_path)
        async with satellite(tmp_path) as pi:
            await until(lambda: len(ear.satellites) == 1)
            pi.say(hardware.mark())
            await until(lambda: ear.heard_s > 0.4)
            pi.say(COMMAND)
            await until(lambda: len(ear.woken) == 2)

    assert ear.heard_s < 2.0


async def test_a_mute_closes_the_microphone(tmp_path: Path):
    class Muted(Ear):
        async def __call__(self, satellite: Satellite) -> None:
            self.satellites.append(satellite)
            for _ in range(2):
                async with aclosing(satellite.hear()) as events:
                    while not isinstance(event := await anext(events), Woken):
                        pass
                    self.events.append(event)
            await asyncio.Event().wait()

    ear = Muted()
    async with House(tmp_path / "house", ear).open() as house:
        await house.pair(tmp_path)
        async with satellite(tmp_path) as pi:
            await until(lambda: len(ear.satellites) == 1)
            pi.say(COMMAND)
            await until(lambda: len(ear.events) == 1)
            # It is listened to anew: by another program.
            pi.say(COMMAND)
            await until(lambda: len(ear.events) == 2)

    assert len(ear.woken) == 2
    assert len(ear.satellites) == 1


@pytest.mark.slow
async def test_a_connection_that_is_cut_in_a_turn_comes_back(engines: Engines, tmp_path: Path):
    butler = Butler(lambda said: Reply(STORY))
    sessions: list[Session] = []

    async def serve(satellite: Satellite) -> None:
        sessions.append(Session(satellite, butler, engines))
        await sessions[-1].run()

    async with House(tmp_path / "house", serve).open() as house, between(house.port) as carrier:
        await house.pair(tmp_path)
        async with satellite(tmp_path, port=carrier.port) as pi:
            await until(lambda: len(sessions) == 1)
            pi.say(COMMAND)
            await pi.until_loud(0.5)
            carrier.cut()
            await until(lambda: len(sessions) == 2)
            pi.say(COMMAND)
            await until(lambda: len(butler.said) == 2)

    assert butler.said == ["turn on the kitchen light"] * 2


async def test_a_house_that_starts_again_is_found_again(tmp_path: Path):
    ear = Ear()
    house = House(tmp_path / "house", ear)
    async with house.open():
        await house.pair(tmp_path)
        pi = satellite(tmp_path)
        await pi.__aenter__()
        await until(lambda: house.door.present == ["attic"])
    async with house.open():
        await until(lambda: house.door.present == ["attic"])
        await pi.__aexit__(None, None, None)

    assert len(ear.satellites) == 2


async def test_who_is_sent_away_is_silent_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    ear = Ear()
    async with House(tmp_path / "house", ear).open() as house:
        await house.pair(tmp_path)
        async with satellite(tmp_path):
            await until(lambda: house.door.present == ["attic"])
            house.guests.revoke("attic")
            await house.door.send_away("attic")
            assert house.door.present == []
            await until(lambda: "does not know this satellite any more" in caplog.text)

    assert len(ear.satellites) == 1
    assert ear.left == 1


async def test_a_satellite_of_another_house_is_told_to_pair(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    ear = Ear()
    async with House(tmp_path / "other").open() as other, House(tmp_path / "house", ear).open() as house:
        await other.pair(tmp_path / "pi")
        await house.pair(tmp_path / "ours")
        shutil.copy(tmp_path / "ours" / FILE, tmp_path / "pi" / FILE)
        async with satellite(tmp_path / "pi"):
            await until(lambda: "pair it again" in caplog.text)

    assert ear.satellites == []


async def test_a_satellite_that_started_again_takes_the_place_of_what_it_was(tmp_path: Path):
    """The house has not noticed yet that its machine was switched off."""
    ear = Ear()
    async with House(tmp_path / "house", ear).open() as house:
        await house.pair(tmp_path)
        async with satellite(tmp_path):
            await until(lambda: len(ear.satellites) == 1)
            async with satellite(tmp_path):
                await until(lambda: len(ear.satellites) >= 2)
                await until(lambda: ear.left >= 1)


async def test_a_long_answer_without_a_loudspeaker_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("voice.paired.light.WAITING_MAX", 4)
    played: list[Played] = []

    async def serve(satellite: Satellite) -> None:
        played.append(await satellite.play(Hum().say("a long answer")))
        await asyncio.Event().wait()

    async with House(tmp_path / "house", serve).open() as house:
        belonging = await house.pair(tmp_path)
        silent = SoundCard("attic", Commands(f"{PROGRAMS} mic {tmp_path}", None))
        async with asyncio.TaskGroup() as group:
            running = group.create_task(run(tmp_path, belonging, Senses(silent, Mark(), Energy())))
            await until(lambda: len(played) == 1)
            assert house.door.present == ["attic"]
            running.cancel()

    assert "nothing can be said here" in caplog.text
    assert "dialling again" not in caplog.text


async def test_a_microphone_that_is_missing_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.voice.paired.pi.PROGRAMS", str(tmp_path / "missing"))
    ear = Ear()
    async with House(tmp_path / "house", ear).open() as house:
        await house.pair(tmp_path)
        async with satellite(tmp_path) as pi:
            await until(lambda: len(ear.satellites) == 1)
            (tmp_path / "missing").write_text(f'#!/bin/sh\nexec {PROGRAMS} "$@"\n')
            (tmp_path / "missing").chmod(0o755)
            pi.say(COMMAND)
            await until(lambda: len(ear.woken) == 1)
