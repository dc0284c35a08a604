"""How quickly speech is answered and how often it is right, with the tiny model and espeak-ng's voices."""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import cycle, product
from pathlib import Path

import numpy as np

from skills import registry
from skills.grammar import load
from skills.grammar.model import Completeness as Whole
from skills.grammar.model import Context, Understander
from skills.grammar.vocabulary import spoken as vocabulary
from tests.bench.spokenhouse import VOICES as OTHER_VOICES
from tests.bench.spokenhouse import commands, house
from tests.voice.sounds import TINY, silence, speech, with_noise
from tests.voice.tinyvoice import tiny_voice
from voice.endpoint import FRAME_BYTES, FRAME_S, Completeness, load_detector
from voice.engines import Engines, EngineSettings
from voice.model import NoSpeech, Synthesizer, Vocabulary, VoiceError
from voice.outside import Candidate, Reply, Said
from voice.record import Turn
from voice.satellites.file import FileSatellite, Interruption, Scene
from voice.session import Session
from voice.speak import EspeakSynthesizer, PiperSynthesizer

COMMANDS = (
    "turn on the kitchen light",
    "turn off the living room lamp",
    "close the bedroom blinds",
    "set the bedroom lights to fifty percent",
    "is the front door locked",
    "what's the temperature in the bathroom",
    "open the garage door",
    "set a timer for ten minutes",
    "turn up the volume",
    "stop",
)
VOICES = ("en-us", "en-us+f2", "en+m3")
HOUSE = Vocabulary.of(COMMANDS)
REALTIME = 32
"""Commands that are heard as slowly as they are said."""
ANSWER = "The kitchen light is on, and the temperature in the bedroom is twenty one degrees, which is rather warm."


def measure() -> dict[str, float]:
    """Return shares of sentences that were right (0 to 1), times in milliseconds, real-time factors and megabytes."""
    return asyncio.run(_measure())


async def _measure() -> dict[str, float]:
    figures: dict[str, float] = {}
    sounds = [(command, speech(command, voice=voice).tobytes()) for command, voice in product(COMMANDS, VOICES)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures |= await _recognizing("vosk_free", EngineSettings(vosk_model=TINY), sounds)
        figures |= await _recognizing("vosk_house", EngineSettings(vosk_model=TINY, vocabulary=HOUSE), sounds)
        figures |= await _recognizing("pocketsphinx", EngineSettings(vocabulary=HOUSE), sounds)
        figures |= await _in_real_time(folder)
        figures |= await _speaking("espeak", EspeakSynthesizer())
        figures |= await _speaking("piper_tiny", PiperSynthesizer(tiny_voice(folder)))
    return figures | await _stages()


class _Listener:
    """A house that knows the sentences of a grammar, does nothing, and notes when it was asked."""

    def __init__(self, grammar: Understander | None = None, answer: str = "") -> None:
        self._grammar, self._answer, self._home = grammar, answer, house()
        self.said: list[str] = []
        self.asked_s: list[float] = []

    def complete(self, text: str, satellite: str) -> Completeness:
        """As the daemon does it."""
        if self._grammar is None:
            return Completeness.EXTENDABLE if text in COMMANDS else Completeness.UNKNOWN
        whole = self._grammar.outlook(text, self._home, Context()).completeness
        grave = "garage" in text or "lock" in text
        return Completeness.UNKNOWN if grave and whole is Whole.EXTENDABLE else Completeness(whole.value)

    async def claim(self, candidate: Candidate) -> bool:
        """Always."""
        return True

    async def answer(self, said: Said) -> Reply:
        """Note it."""
        self.asked_s.append(asyncio.get_running_loop().time())
        self.said.append(said.transcript.text)
        return Reply(self._answer)

    def apology(self, problem: VoiceError) -> Reply:
        """Say nothing."""
        return Reply("")

    def interrupted(self, satellite: str, text: str, heard: str) -> None:
        """Nothing to note."""


async def _held(engines: Engines, listener: _Listener, satellite: FileSatellite) -> Turn:
    session = Session(satellite, listener, engines)
    await session.run()
    return session.turns[0]


async def _recognizing(name: str, settings: EngineSettings, sounds: Sequence[tuple[str, bytes]]) -> dict[str, float]:
    right = wrong = 0
    turns: list[Turn] = []
    async with Engines(settings) as engines:
        await engines.recognizer()
        for command, pcm in sounds:
            listener = _Listener()
            turns.append(await _held(engines, listener, FileSatellite(pcm, speaks=False)))
            right += listener.said == [command]
            wrong += listener.said not in ([], [command])
        acts = 0
        for level_lsb in (0, 30, 300, 3_000):
            noise = with_noise(silence(5.0), level_lsb).tobytes()
            turn = await _held(engines, _Listener(), FileSatellite(noise, speaks=False))
            acts += not isinstance(turn.problem, NoSpeech)
    waits = [turn.timings_ms["recognize"] for turn in turns if "recognize" in turn.timings_ms]
    return {
        f"voice_{name}_right": right / len(sounds),
        f"voice_{name}_wrong": wrong / len(sounds),
        f"voice_{name}_acts_on_noise": float(acts),
        f"voice_{name}_words_after_pause_ms": _quantile(waits, 0.5),
    }


async def _in_real_time(folder: Path) -> dict[str, float]:
    """Measure what a person waits for: from the last sound of a command to its act, to the answer, to silence."""
    grammar = load("en", registry.load().documents("en"), cache=folder)
    said = vocabulary(house(), "en", cache=folder)
    settings = EngineSettings(vosk_model=TINY, vocabulary=Vocabulary.of(said.phrases, **said.slots))
    figures: dict[str, float] = {}
    async with Engines(settings) as engines:
        await engines.recognizer()
        await _first_word(engines)
        for count in (1, 4):
            waits, firsts = await _commanded(engines, grammar, count)
            name = f"voice_realtime_{count}" if count > 1 else "voice_realtime"
            figures[f"{name}_command_p50_ms"] = _quantile(waits, 0.5)
            figures[f"{name}_command_p95_ms"] = _quantile(waits, 0.95)
            figures[f"{name}_first_sound_p95_ms"] = _quantile(firsts, 0.95)
        hushes, noticed = await _interrupted(engines, grammar)
    figures["voice_barge_in_silent_p95_ms"] = _quantile(hushes, 0.95)
    figures["voice_barge_in_noticed_p50_ms"] = _quantile(noticed, 0.5)
    return figures


async def _first_word(engines: Engines) -> None:
    """Let the voice's worker start: a daemon that runs has done so long ago."""
    synthesizer = await engines.synthesizer()
    async for _ in synthesizer.say("Hello."):
        pass


async def _commanded(engines: Engines, grammar: Understander, at_once: int) -> tuple[list[float], list[float]]:
    waits: list[float] = []
    firsts: list[float] = []

    async def one(command: str, voice: str) -> None:
        clean = np.abs(speech(command, voice=voice, noise_lsb=0))
        ended_s = int(np.nonzero(clean > clean.max() / 50)[0][-1]) / 16_000
        listener = _Listener(grammar, "Done.")
        satellite = FileSatellite(speech(command, voice=voice).tobytes(), realtime=True)
        turn = await _held(engines, listener, satellite)
        waits.extend((asked_s - satellite.begun_s - ended_s) * 1000 for asked_s in listener.asked_s)
        firsts.append(turn.timings_ms.get("first_sound", 0.0))

    every = list(zip(commands(REALTIME), cycle(OTHER_VOICES), strict=False))
    for begin in range(0, len(every), at_once):
        async with asyncio.TaskGroup() as group:
            for command, voice in every[begin : begin + at_once]:
                group.create_task(one(command, voice))
    return waits, firsts


async def _interrupted(engines: Engines, grammar: Understander) -> tuple[list[float], list[float]]:
    """Return how long playing went on after it was decided to stop, and how long after "stop" began that was."""
    silent: list[float] = []
    noticed: list[float] = []
    for voice in VOICES:
        sound = speech("stop", voice=voice)[8_000:]
        scene = Scene(echo=0.2, interruptions=[Interruption(1.0, sound.tobytes())])
        command = speech("what's the temperature in the bathroom").tobytes()
        satellite = FileSatellite(command, realtime=True, scene=scene)
        turn = await _held(engines, _Listener(grammar, ANSWER), satellite)
        at_s = {event.what: event.at_s for event in turn.events}
        if "barge-in" in at_s:
            silent.append((at_s["silent"] - at_s["barge-in"]) * 1000)
            noticed.append((at_s["barge-in"] - at_s["first-sound"] - 1.0) * 1000)
    return silent, noticed


async def _speaking(name: str, synthesizer: Synthesizer) -> dict[str, float]:
    first_ms: list[float] = []
    async with synthesizer:
        for _ in range(6):
            begun = time.perf_counter()
            sounds = synthesizer.say("The kitchen light is on. It is 21.5 °C.")
            await anext(sounds)
            first_ms.append((time.perf_counter() - begun) * 1000)
            await sounds.aclose()
    warm = _quantile(first_ms[1:], 0.5)
    return {f"voice_{name}_cold_first_sound_ms": first_ms[0], f"voice_{name}_first_sound_ms": warm}


async def _stages() -> dict[str, float]:
    """Return processor seconds for each second of sound, and memory, of detector and recognizer."""
    pcm = b"".join(speech(command).tobytes() for command in COMMANDS)
    lasts_s = len(pcm) / 32_000
    detector = load_detector()
    frames = [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)]
    begun = time.process_time()
    for frame in frames:
        detector(frame)
    detecting = (time.process_time() - begun) / (len(frames) * FRAME_S)
    before_mb = _resident_mb()
    async with _recognizer() as recognize:
        memory_mb = _resident_mb() - before_mb
        begun = time.process_time()
        await recognize(pcm)
        recognizing = (time.process_time() - begun) / lasts_s
    return {"voice_detector_rtf": detecting, "voice_vosk_rtf": recognizing, "voice_vosk_mb": memory_mb}


@asynccontextmanager
async def _recognizer() -> AsyncGenerator[Callable[[bytes], Awaitable[None]]]:
    async with Engines(EngineSettings(vosk_model=TINY, vocabulary=HOUSE)) as engines:
        recognizer = await engines.recognizer()

        async def recognize(pcm: bytes) -> None:
            hearing = await recognizer.listen("bench")
            for at in range(0, len(pcm), 2_048):
                await hearing.accept(pcm[at : at + 2_048])
            await hearing.finish()

        yield recognize


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def _quantile(values: Sequence[float], share: float) -> float:
    return round(float(np.quantile(values, share)), 2) if values else 0.0
