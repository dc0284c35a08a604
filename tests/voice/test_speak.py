import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from pathlib import Path

import numpy as np
import pytest

from tests.voice.tinyvoice import RATE_HZ, tiny_voice
from voice.audio import level_dbfs
from voice.model import EngineError, Sound, Synthesizer
from voice.speak import (
    EspeakSynthesizer,
    FallbackSynthesizer,
    PiperSynthesizer,
    PoolSynthesizer,
    WorkerSynthesizer,
    load_synthesizer,
)

pytestmark = pytest.mark.audio


async def spoken(synthesizer: Synthesizer, text: str) -> list[Sound]:
    return [sound async for sound in synthesizer.say(text)]


def seconds(sounds: list[Sound]) -> float:
    return sum(sound.format.seconds(len(sound.pcm)) for sound in sounds)


def script(body: str) -> WorkerSynthesizer:
    """A worker that is a few lines of Python."""
    return WorkerSynthesizer(
        (sys.executable, "-c", "import sys, json\nsay = lambda **row: print(json.dumps(row), flush=True)\n" + body)
    )


ENDLESS = """say(ready='x')
while True: say(id=1, rate_hz=8000, bytes=4); print(end='tone', flush=True)
"""


@pytest.fixture(params=["espeak", "piper"])
async def synthesizer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[WorkerSynthesizer]:
    made = EspeakSynthesizer() if request.param == "espeak" else PiperSynthesizer(tiny_voice(tmp_path))
    async with made as opened:
        yield opened


async def test_text_becomes_sound(synthesizer: WorkerSynthesizer):
    sounds = await spoken(synthesizer, "The kitchen light is on.")

    assert seconds(sounds) > 0.4
    assert {sound.format.rate_hz for sound in sounds} == {RATE_HZ}
    assert level_dbfs(np.frombuffer(b"".join(sound.pcm for sound in sounds), np.int16)) > -30
    assert synthesizer.name in ("espeak-ng en-us", "piper tiny")


async def test_every_sentence_is_spoken(synthesizer: WorkerSynthesizer):
    one = seconds(await spoken(synthesizer, "The kitchen light is on."))
    three = seconds(await spoken(synthesizer, "The kitchen light is on. " * 3))

    assert three == pytest.approx(3 * one, rel=0.2)


@pytest.mark.parametrize("text", ["", "🎉", "**"])
async def test_nothing_to_say_is_no_sound(synthesizer: WorkerSynthesizer, text: str):
    assert await spoken(synthesizer, text) == []


async def test_who_is_interrupted_says_nothing_of_it_later(synthesizer: WorkerSynthesizer):
    alone = await spoken(synthesizer, "Okay.")
    async with aclosing(synthesizer.say("This is a very long answer. " * 40)) as sounds:
        first = await anext(sounds)

    after = await spoken(synthesizer, "Okay.")

    assert first.pcm
    assert seconds(after) == pytest.approx(seconds(alone), rel=0.2)


async def test_leaving_in_the_middle_of_an_answer_does_not_hang():
    before = _children()
    async with EspeakSynthesizer() as espeak, aclosing(espeak.say("This is a very long answer. " * 40)) as sounds:
        await anext(sounds)

    assert _children() == before


async def test_leaving_while_someone_listens_ends_both():
    begun = asyncio.Event()

    async def listen(synthesizer: Synthesizer) -> EngineError | None:
        try:
            async for _ in synthesizer.say("This is a very long answer. " * 40):
                begun.set()
        except EngineError as error:
            return error
        return None

    async with asyncio.TaskGroup() as group, script(ENDLESS) as synthesizer:
        task = group.create_task(listen(synthesizer))
        await begun.wait()

    assert "has ended" in str(task.result())


async def test_who_is_interrupted_between_header_and_sound_can_speak_again():
    late = """say(ready='x')
sys.stdin.readline(); say(id=1, rate_hz=8000, bytes=4)
sys.stdin.readline(); print(end='old!', flush=True); say(id=1, done=True)
sys.stdin.readline(); say(id=2, rate_hz=8000, bytes=4); print(end='new!', flush=True); say(id=2, done=True)
"""
    async with script(late) as synthesizer:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await spoken(synthesizer, "One.")

        assert [sound.pcm for sound in await spoken(synthesizer, "Two.")] == [b"new!"]


async def test_a_killed_worker_is_started_again(synthesizer: WorkerSynthesizer):
    await spoken(synthesizer, "Okay.")
    worker = _children()
    os.kill(worker[-1], signal.SIGKILL)

    with suppress(EngineError):  # the loop may see the end before the next text or only with it
        await spoken(synthesizer, "Okay.")

    assert await spoken(synthesizer, "Okay.")


async def test_leaving_ends_the_worker():
    before = _children()
    async with EspeakSynthesizer() as synthesizer:
        await spoken(synthesizer, "Okay.")
        assert len(_children()) == len(before) + 1

    assert _children() == before


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "has ended"),
        ("print('hello', flush=True)", "nonsense"),
        ("print('[1]', flush=True)", "nonsense"),
        ("say(failed='no such voice', code='model-missing')", "no such voice"),
        ("say(ready='x'); sys.stdin.readline(); say(id=1, error='out of memory')", "out of memory"),
        ("say(ready='x'); sys.stdin.readline(); say(id=1, rate_hz=8000, bytes=100)", "has ended"),
        ("say(ready='x'); sys.stdin.readline(); say(id=1, rate_hz=8000, bytes=10**12)", "nonsense"),
        ("say(ready='x'); sys.stdin.readline(); say(id=7, done=True)", "nonsense"),
        ("say(ready='x' * 100_000)", "has ended"),
    ],
)
async def test_a_worker_that_misbehaves_is_an_engine_error(body: str, why: str):
    async with script(body) as synthesizer:
        with pytest.raises(EngineError, match=why):
            await spoken(synthesizer, "Okay.")


async def test_a_worker_that_hangs_is_late_and_killed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.speak.PIECE_S", 0.1)
    monkeypatch.setattr("voice.speak.GOODBYE_S", 0.1)
    async with script("say(ready='x')\nimport signal\nwhile True: signal.pause()") as synthesizer:
        with pytest.raises(EngineError) as caught:
            await spoken(synthesizer, "Okay.")

    assert caught.value.code == "engine-late"


async def test_a_worker_that_keeps_failing_is_left_alone_for_a_while():
    async with script("") as synthesizer:
        for _ in range(3):
            with pytest.raises(EngineError, match="has ended"):
                await spoken(synthesizer, "Okay.")
        with pytest.raises(EngineError, match="failed 3 times"):
            await spoken(synthesizer, "Okay.")


async def test_a_program_that_is_missing_is_an_engine_error():
    async with WorkerSynthesizer(("/nowhere/speak",)) as synthesizer:
        with pytest.raises(EngineError) as caught:
            await spoken(synthesizer, "Okay.")

    assert caught.value.code == "engine-missing"


@pytest.mark.parametrize("damage", ["missing", "empty", "no config"])
async def test_espeak_speaks_when_the_voice_is_broken(tmp_path: Path, damage: str):
    voice = tiny_voice(tmp_path)
    match damage:
        case "missing":
            voice.unlink()
        case "empty":
            voice.write_bytes(b"")
        case _:
            voice.with_name("tiny.onnx.json").unlink()

    async with load_synthesizer(voice) as synthesizer:
        sounds = await spoken(synthesizer, "The kitchen light is on.")

    assert seconds(sounds) > 0.8
    assert synthesizer.name == "not started"


async def test_espeak_speaks_when_the_voice_is_late():
    slow = script("say(ready='slow')\nimport signal\nwhile True: signal.pause()")
    async with FallbackSynthesizer(slow, EspeakSynthesizer(), first_sound_s=0.2) as synthesizer:
        sounds = await spoken(synthesizer, "The kitchen light is on.")
        assert synthesizer.name == "espeak-ng en-us"
        await slow.__aexit__(None, None, None)

    assert seconds(sounds) > 0.8


async def test_a_voice_that_breaks_off_is_not_begun_again_by_another():
    breaks = script("""say(ready='x')
sys.stdin.readline(); say(id=1, rate_hz=8000, bytes=4); print(end='tone', flush=True); say(id=1, error='memory')
""")
    async with FallbackSynthesizer(breaks, EspeakSynthesizer(), first_sound_s=20) as synthesizer:
        sounds = synthesizer.say("Okay.")
        first = await anext(sounds)
        with pytest.raises(EngineError, match="memory"):
            await anext(sounds)

    assert first.pcm == b"tone"


async def test_the_first_sentence_is_heard_before_the_second_is_made():
    one_by_one = """say(ready='x')
request = json.loads(sys.stdin.readline())
for part in request['say']:
    say(id=1, rate_hz=8000, bytes=2); print(end='%02d' % len(part), flush=True); sys.stdin.readline()
say(id=1, done=True)
"""
    async with script(one_by_one) as synthesizer, aclosing(synthesizer.say("Yes. The lamp is on.")) as sounds:
        assert (await anext(sounds)).pcm == b"04"


async def test_a_pool_answers_two_rooms_at_once(tmp_path: Path):
    voice = tiny_voice(tmp_path)
    async with PoolSynthesizer([PiperSynthesizer(voice), PiperSynthesizer(voice)]) as pool:
        async with aclosing(pool.say("The kitchen light is on. " * 20)) as kitchen:
            assert (await anext(kitchen)).pcm
            assert seconds(await spoken(pool, "Okay.")) > 0
        assert seconds(await spoken(pool, "Okay.")) > 0


async def test_piper_is_brought_to_the_level_of_speech(tmp_path: Path):
    """The voice of the tests hums at -6 dBFS, which is changed by nine decibels at most."""
    async with PiperSynthesizer(tiny_voice(tmp_path)) as synthesizer:
        sounds = await spoken(synthesizer, "The kitchen light is on.")

    assert level_dbfs(np.frombuffer(b"".join(sound.pcm for sound in sounds), np.int16)) == pytest.approx(-15, abs=1)


async def test_german_is_spoken_with_a_german_voice():
    async with load_synthesizer(None, language="de") as synthesizer:
        await spoken(synthesizer, "Das Licht ist an.")

        assert synthesizer.name == "espeak-ng de"


def _children() -> list[int]:
    """Return the processes that this one started and that still run."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(child) for child in path.read_text().split()]
