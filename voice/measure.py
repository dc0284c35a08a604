"""How fast and how right each stage of speech is on this machine: what `hearth voice bench` prints."""

import asyncio
import resource
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from voice.endpoint import FRAME_BYTES, load_detector
from voice.engines import EngineSettings
from voice.grammar import Grammar
from voice.model import RATE_HZ, EngineError, NotUnderstood, Recognizer, Sound, Synthesizer, Vocabulary
from voice.recognize import load_recognizer
from voice.speak import EspeakSynthesizer, PiperSynthesizer
from voice.waking import WakeSettings, Waking, problem

SENTENCES = 12
ANSWER = "The kitchen light is on. It is 21.5 °C in the living room, and the window is open."
_NOISE_LSB = 30.0
_PIECE_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number."""

    stage: str
    what: str
    value: float
    unit: str
    """``ms``, ``x real time`` (of one core, less is better), ``%`` or ``MB``."""


async def stages(
    settings: EngineSettings, wake: WakeSettings, *, count: int = SENTENCES
) -> AsyncGenerator[Figure, None]:
    """Measure one stage after the other, yielding each figure as it comes.

    The sentences are those of the house, spoken by espeak-ng with a little noise: people are harder to understand.

    Raises:
        VoiceError: an engine that is configured cannot be loaded.
    """
    texts = sentences(settings.vocabulary, settings.language, count)
    async with EspeakSynthesizer(language=settings.language) as voice:
        spoken = [(text, await _recorded(voice, text)) for text in texts]
    async for figure in _listening([pcm for _, pcm in spoken], wake):
        yield figure
    load = load_recognizer(settings.vosk_model, settings.vocabulary, language=settings.language)
    async for figure in _recognizing(load, spoken):
        yield figure
    async for figure in _speaking("voice espeak-ng", EspeakSynthesizer(language=settings.language)):
        yield figure
    if settings.piper_voice is not None:
        async for figure in _speaking(
            "voice Piper", PiperSynthesizer(settings.piper_voice, language=settings.language)
        ):
            yield figure


def sentences(vocabulary: Vocabulary, language: str, count: int) -> Sequence[str]:
    """Return up to `count` sentences of the house, spread over all there are."""
    every = list(Grammar(vocabulary, lambda _word: True, language=language).sentences())
    return every[:: max(len(every) // count, 1)][:count]


async def _recorded(voice: Synthesizer, text: str) -> bytes:
    """Return `text` as a microphone would give it, with a quarter of a second of room around it."""
    import numpy as np

    from voice.audio import resample, to_int16

    sounds = [sound async for sound in voice.say(text)]
    joined = np.frombuffer(b"".join(sound.pcm for sound in sounds), np.int16).astype(np.float32) / np.float32(2**15)
    samples = to_int16(resample(joined, sounds[0].format.rate_hz if sounds else RATE_HZ, RATE_HZ))
    whole = np.pad(samples, RATE_HZ // 4).astype(np.float32)
    noise = np.random.default_rng(len(text)).normal(0.0, _NOISE_LSB, len(whole))
    return np.clip(whole + noise, -(2**15), 2**15 - 1).astype(np.int16).tobytes()


async def _listening(pieces: Sequence[bytes], wake: WakeSettings) -> AsyncGenerator[Figure, None]:
    detector = load_detector()
    begun = time.process_time()
    for pcm in pieces:
        for begin in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES):
            detector(pcm[begin : begin + FRAME_BYTES])
    yield Figure("voice activity", "processor", _share(begun, pieces), "x real time")
    if problem(wake) is not None:
        return
    waking = Waking(wake)
    try:
        watch = await asyncio.to_thread(lambda: waking.watch("bench"))
        woken, at_s, begun = 0, 0.0, time.process_time()
        for pcm in pieces:
            for begin in range(0, len(pcm), _PIECE_BYTES):
                at_s += _PIECE_BYTES / 2 / RATE_HZ
                woken += await watch.accept(pcm[begin : begin + _PIECE_BYTES], at_s) is not None
        yield Figure("wake word", "processor", _share(begun, pieces), "x real time")
        yield Figure("wake word", "woken by commands without it", woken, "times")
    finally:
        waking.close()


async def _recognizing(recognizer: Recognizer, spoken: Sequence[tuple[str, bytes]]) -> AsyncGenerator[Figure, None]:
    before_mb, begun_s = _memory_mb(), time.perf_counter()
    async with recognizer:
        stage = f"recognizer {recognizer.name}"
        yield Figure(stage, "load", (time.perf_counter() - begun_s) * 1000, "ms")
        right, tails_ms, begun = 0, list[float](), time.process_time()
        for text, pcm in spoken:
            heard, tail_ms = await _heard(recognizer, pcm)
            right += heard == text
            tails_ms.append(tail_ms)
        yield Figure(stage, "processor", _share(begun, [pcm for _, pcm in spoken]), "x real time")
        yield Figure(stage, "words after the end of speech, median", _median(tails_ms), "ms")
        yield Figure(stage, "sentences right", 100 * right / max(len(spoken), 1), "%")
        yield Figure(stage, "memory", _memory_mb() - before_mb, "MB")


async def _heard(recognizer: Recognizer, pcm: bytes) -> tuple[str, float]:
    """Return the words in `pcm`, and the milliseconds that were still to wait for after its last piece."""
    hearing = await recognizer.listen("bench")
    try:
        for begin in range(0, len(pcm), _PIECE_BYTES):
            await hearing.accept(pcm[begin : begin + _PIECE_BYTES])
        begun_s = time.perf_counter()
        try:
            text = (await hearing.finish()).text
        except NotUnderstood:
            text = ""
        return text, (time.perf_counter() - begun_s) * 1000
    finally:
        await hearing.close()


async def _speaking(stage: str, voice: Synthesizer) -> AsyncGenerator[Figure, None]:
    begun_s = time.perf_counter()
    async with voice:
        await _first_sound(voice, "Okay.")
        yield Figure(stage, "load and first word", (time.perf_counter() - begun_s) * 1000, "ms")
        firsts_ms = [await _first_sound(voice, ANSWER) for _ in range(5)]
        yield Figure(stage, "first sound of an answer, median", _median(firsts_ms), "ms")
        begun_s = time.perf_counter()
        sounds = [sound async for sound in voice.say(ANSWER)]
        length_s = sum(sound.format.seconds(len(sound.pcm)) for sound in sounds)
        yield Figure(stage, "whole answer", (time.perf_counter() - begun_s) / max(length_s, 0.1), "x real time")


async def _first_sound(voice: Synthesizer, text: str) -> float:
    """Return the milliseconds until `text` begins to be heard."""
    begun_s = time.perf_counter()
    async with aclosing(voice.say(text)) as sounds:
        first: Sound | None = await anext(sounds, None)
    if first is None:
        raise EngineError(f"{voice.name} said nothing")
    return (time.perf_counter() - begun_s) * 1000


def _share(begun: float, pieces: Sequence[bytes]) -> float:
    """Return the processor time since `begun` as a share of the length of `pieces`."""
    length_s = sum(len(pcm) for pcm in pieces) / RATE_HZ / 2
    return (time.process_time() - begun) / max(length_s, 0.1)


def _memory_mb() -> float:
    """Return what this process has in memory; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 1e6


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
