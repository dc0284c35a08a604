"""How long speech takes, and how often it is right, with the tiny model and espeak-ng's voices."""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.voice.sounds import TINY, save, silence, speech, with_noise
from tests.voice.tinyvoice import tiny_voice
from voice.model import NoSpeech, NotUnderstood, Synthesizer, Transcript, Vocabulary
from voice.session import Turn, Voice, VoiceSettings
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


def measure() -> dict[str, float]:
    """Return shares of sentences that were right (0 to 1) and times in milliseconds of the median turn."""
    return asyncio.run(_measure())


async def _measure() -> dict[str, float]:
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sounds = [
            (command, save(folder / f"{number}-{at}.wav", speech(command, voice=voice)))
            for number, command in enumerate(COMMANDS)
            for at, voice in enumerate(VOICES)
        ]
        figures |= await _recognizing("vosk_free", VoiceSettings(vosk_model=TINY), sounds, folder)
        figures |= await _recognizing("vosk_house", VoiceSettings(vosk_model=TINY, vocabulary=HOUSE), sounds, folder)
        figures |= await _recognizing("pocketsphinx", VoiceSettings(vocabulary=HOUSE), sounds, folder)
        figures |= await _speaking("espeak", EspeakSynthesizer())
        figures |= await _speaking("piper_tiny", PiperSynthesizer(tiny_voice(folder)))
    return figures


async def _recognizing(
    name: str, settings: VoiceSettings, sounds: list[tuple[str, Path]], folder: Path
) -> dict[str, float]:
    async def answer(transcript: Transcript) -> str:
        return transcript.text

    right, wrong, turns = 0, 0, list[Turn]()
    async with Voice(settings) as voice:
        await voice.warm()
        for command, sound in sounds:
            try:
                turns.append(await voice.listen(sound, answer=answer, reply_path=folder / "reply.wav"))
            except (NoSpeech, NotUnderstood):
                continue
            right += turns[-1].transcript.text == command
            wrong += turns[-1].transcript.text != command
        acted = await _acts_on_noise(voice, folder)
    stages = ("decode", "endpoint", "recognize", "first_sound", "synthesize")
    times = {f"voice_{name}_{stage}_ms": _median([turn.timings_ms[stage] for turn in turns]) for stage in stages}
    return {
        f"voice_{name}_right": right / len(sounds),
        f"voice_{name}_wrong": wrong / len(sounds),
        f"voice_{name}_acts_on_noise": float(acted),
        **times,
    }


async def _acts_on_noise(voice: Voice, folder: Path) -> int:
    acted = 0
    for level_lsb in (0, 30, 300, 3_000):
        sound = save(folder / "noise.wav", with_noise(silence(5.0), level_lsb))
        try:
            await voice.hear(sound)
            acted += 1
        except (NoSpeech, NotUnderstood):
            pass
    return acted


async def _speaking(name: str, synthesizer: Synthesizer) -> dict[str, float]:
    first_ms: list[float] = []
    async with synthesizer:
        for _ in range(6):
            begun = time.perf_counter()
            sounds = synthesizer.say("The kitchen light is on. It is 21.5 °C.")
            await anext(sounds)
            first_ms.append((time.perf_counter() - begun) * 1000)
            await sounds.aclose()
    return {f"voice_{name}_cold_first_sound_ms": first_ms[0], f"voice_{name}_first_sound_ms": _median(first_ms[1:])}


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
