"""Looking after speech: how fast each stage is on this machine, and whether the microphone hears well."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.output import (
    CommandError,
    ConfigOption,
    Exit,
    JsonOption,
    StateOption,
    config_path,
    print_rows,
    show,
    state_of,
)
from voice.model import RATE_HZ, VoiceError

if TYPE_CHECKING:
    from voice.audio import Samples
    from voice.engines import EngineSettings
    from voice.measure import Figure

voice = typer.Typer(help="Speech on this machine: measure its stages, tune the microphone.")

LISTEN_S = 12.0
"""Three wake words with pauses, and some seconds of the room by itself."""


@voice.command()
def bench(
    sentences: Annotated[int, typer.Option("--sentences", help="How many to say.", metavar="N", min=1, max=200)] = 12,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Measure each stage of speech here: wake word, activity, recognizer, voices. Takes about a minute."""
    from voice.measure import stages
    from voice.waking import WakeSettings

    settings = _engines(config, state)
    if not as_json:
        print(f"{sentences} sentences of this house, spoken by espeak-ng; people are harder to understand")
    rows = asyncio.run(_gathered(stages(settings, WakeSettings(), count=sentences), show_each=not as_json))
    if as_json:
        show([asdict(row) for row in rows])


async def _gathered(figures: "AsyncGenerator[Figure, None]", *, show_each: bool) -> "list[Figure]":
    rows: list[Figure] = []
    try:
        async with aclosing(figures) as coming:
            async for row in coming:
                rows.append(row)
                if show_each:
                    print(f"{row.stage:<42} {row.what:<42} {row.value:10.3f} {row.unit}", flush=True)
    except VoiceError as error:
        raise CommandError(str(error), code=error.code, exit_code=Exit.FAILED) from error
    return rows


def _engines(config: Path | None, state: Path | None) -> "EngineSettings":
    """Return the engines of the configuration, told the names that it gives; those of the house are not known here."""
    from daemon.config import load
    from daemon.learning.naming import configured
    from daemon.listening import models_folder
    from skills.grammar.vocabulary import spoken
    from voice.catalogue import Kind
    from voice.engines import EngineSettings
    from voice.model import Vocabulary
    from voice.models import best, installed

    loaded, place = load(config_path(config)), state_of(state)
    language, there = loaded.home.language, installed(models_folder(loaded, place))
    pulled = {kind: best(there, kind, language) for kind in Kind}
    recognizer, synthesizer = pulled[Kind.RECOGNIZER], pulled[Kind.SYNTHESIZER]
    said = spoken(configured(loaded), language, cache=place / "cache")
    return EngineSettings(
        loaded.voice.vosk_model or (recognizer.path if recognizer else None),
        loaded.voice.piper_voice or (synthesizer.path if synthesizer else None),
        language,
        Vocabulary.of(said.phrases, **said.slots),
    )


@voice.command()
def tune(
    file: Annotated[
        Path | None, typer.Argument(help="A recording instead of the microphone.", metavar="[FILE.wav]")
    ] = None,
    word: Annotated[str, typer.Option("--word", help="The wake word to say.", metavar="WORD")] = "okay nabu",
    microphone: Annotated[
        str | None, typer.Option("--microphone", help="A part of its name; default: the system's.", metavar="NAME")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Listen to the microphone, or to a recording: level, noise, and how surely the wake word is heard."""
    from voice.microwake import MicroWake
    from voice.tuning import advice, measured, peaks, threshold

    try:
        samples = _recorded(word, microphone) if file is None else _read(file)
        recording, engine = measured(samples), MicroWake([word])
        scores = [round(score, 3) for score in next(iter(peaks(engine, samples).values()))]
    except VoiceError as error:
        raise CommandError(str(error), code=error.code, exit_code=Exit.FAILED) from error
    told = list(advice(recording))
    suggested = threshold(scores)
    if as_json:
        rows = [asdict(one) for one in told]
        show({**asdict(recording), "advice": rows, "word": word, "scores": scores, "threshold": suggested})
    else:
        print_rows(
            ("", "what", "what to do"), [("fine" if one.fine else "change", one.what, one.remedy) for one in told]
        )
        heard = ", ".join(f"{score:.2f}" for score in scores) or "not at all"
        print(f"{word!r} was heard: {heard}; it wakes above {next(iter(engine.words.values())):.2f}")
        print(f"for this place: {suggested:.2f}" if suggested else "say it three times for a threshold of this place")
    raise typer.Exit(Exit.OK if all(one.fine for one in told) else Exit.FAILED)


def _read(file: Path) -> "Samples":
    from voice.audio import read_wav

    return read_wav(file)


def _recorded(word: str, microphone: str | None) -> "Samples":
    """Return LISTEN_S of the microphone, after telling what to do."""
    import numpy as np

    from voice.satellite import SatelliteError

    print(f"be quiet for four seconds, then say {word!r} three times with pauses …", flush=True)
    try:
        pcm = asyncio.run(_listened(microphone))
    except SatelliteError as error:
        remedy = "or give a recording: hearth voice tune FILE.wav"
        raise CommandError(str(error), remedy, code="no-microphone", exit_code=Exit.FAILED) from error
    return np.frombuffer(pcm, np.int16)


async def _listened(microphone: str | None) -> bytes:
    from voice.satellite import Heard
    from voice.satellites.portaudio import PortAudio
    from voice.satellites.soundcard import SoundCard

    heard = bytearray()
    async with aclosing(SoundCard("tune", PortAudio(), microphone=microphone).hear()) as events:
        async for event in events:
            if isinstance(event, Heard):
                heard += event.pcm
            if len(heard) >= LISTEN_S * RATE_HZ * 2:
                break
    return bytes(heard)
