"""How well a speaker model tells voices apart: equal error rates, and whether its probabilities hold.

``python -m tests.bench.telling MODEL [PEOPLE]``: MODEL is a folder of `voice.ge2e`; PEOPLE holds a folder of WAV files
for each person. Without it only voices of espeak-ng are compared. Each voice is enrolled with its first three
utterances, clean; the others are tried clean, with noise at 10 dB, and from across a simulated room. The first half of
the voices gives the calibration, the second half tells how good it is.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.voice.sounds import speech
from voice.audio import Samples, read_wav
from voice.ge2e import Ge2e
from voice.model import RATE_HZ
from voice.speaker import UTTERANCES_MIN, SpeakerModel, Vector, Voiceprint, calibrated, cosine, unit, who
from voice.whose import spoken

ESPEAK = [f"en-us+{kind}{n}" for kind in ("m", "f") for n in range(1, 6)] + ["en-us"]
SENTENCES = (
    "the morning sun shines through the window and wakes the whole house",
    "five yellow birds sat quietly on the fence behind our garden",
    "when it rains in the evening we drink hot chocolate by the stove",
    "turn off the lights in the living room",
    "what is on my shopping list today",
    "remind me to call the dentist tomorrow at nine",
    "how warm is it in the bedroom",
    "set the heating in the bathroom to twenty one degrees",
)
CONDITIONS = ("clean", "noise 10 dB", "room")
BINS = (0.0, 0.1, 0.5, 0.9, 1.01)
MOST = 10
"""Utterances of one person."""


@dataclass(frozen=True)
class Trial:
    """One utterance against the household."""

    condition: str
    person: str
    vector: Vector


def changed(samples: Samples, condition: str, seed: int) -> Samples:
    """Return a sound as it arrives in a condition."""
    chance = np.random.default_rng(seed)
    wave = samples.astype(np.float64)
    if condition == "room":
        # 0.4 s until it is 60 dB softer, the direct sound 3 dB below all that is thrown back.
        at = np.arange(int(0.4 * RATE_HZ)) / RATE_HZ
        tail = chance.normal(0, 1, len(at)) * 10 ** (-3 * at / 0.4)
        tail[0] = np.sqrt(np.sum(tail[1:] ** 2)) * 10 ** (-3 / 20)
        size = len(wave) + len(tail) - 1
        wave = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(tail, size), size)[: len(wave)]
        wave *= 3_000 / max(np.abs(wave).max(), 1.0)
    elif condition.startswith("noise"):
        wave += chance.normal(0, np.sqrt(np.mean(wave**2)) * 10 ** (-10 / 20), len(wave))
    return np.clip(wave, -(2**15), 2**15 - 1).astype(np.int16)


def voices(people: Path | None) -> Mapping[str, Sequence[Samples]]:
    """Return the utterances of each voice."""
    if people is None:
        return {voice: [speech(text, voice=voice) for text in SENTENCES] for voice in ESPEAK}
    folders = sorted(folder for folder in people.iterdir() if folder.is_dir())
    return {folder.name: [read_wav(file) for file in sorted(folder.glob("*.wav"))[:MOST]] for folder in folders}


def heard(model: SpeakerModel, samples: Samples) -> Vector:
    """Return the vector of what the house would hear."""
    return model.vector(spoken(samples[: 5 * RATE_HZ].tobytes()))


def equal_error(same: Sequence[float], different: Sequence[float]) -> float:
    """Return where as many of a person's own are turned away as strangers are taken for them."""
    values: NDArray[np.float64] = np.sort(np.concatenate([same, different]))
    missed = np.searchsorted(np.sort(same), values) / len(same)
    taken = 1 - np.searchsorted(np.sort(different), values) / len(different)
    at = int(np.argmin(np.abs(missed - taken)))
    return float(missed[at] + taken[at]) / 2


def main(folder: Path, people: Path | None) -> None:
    """Print the figures."""
    model = Ge2e(folder)
    sounds = voices(people)
    prints = [
        Voiceprint(name, tuple(unit(heard(model, one)) for one in said[:UTTERANCES_MIN]))
        for name, said in sounds.items()
    ]
    trials = [
        Trial(condition, name, heard(model, changed(one, condition, seed)))
        for name, said in sounds.items()
        for seed, one in enumerate(said[UTTERANCES_MIN:])
        for condition in CONDITIONS
    ]
    print(f"{len(sounds)} voices, {len(trials) // len(CONDITIONS)} utterances in each condition")
    for condition in CONDITIONS:
        rows = [(one.person == p.person, cosine(one.vector, p.centre)) for one in trials for p in prints
                if one.condition == condition]  # fmt: skip
        rate = equal_error([value for own, value in rows if own], [value for own, value in rows if not own])
        print(f"{condition:<12} equal error rate {rate:6.1%}")
    reliability(prints, trials, model)


def reliability(prints: Sequence[Voiceprint], trials: Sequence[Trial], model: SpeakerModel) -> None:
    """Print how far probabilities hold for voices that gave nothing to the calibration, two of which live here."""
    half = len(prints) // 2
    calibration = calibrated(prints[:half]) or model.calibration
    rest = prints[half:]
    told = [
        (value, person == one.person)
        for at, resident in enumerate(rest)
        for home in [(resident, rest[(at + 1) % len(rest)])]
        for one in trials
        if one.person in {p.person for p in rest}
        for person, value in who(one.vector, home, calibration).items()
    ]
    brier = sum((value - right) ** 2 for value, right in told) / len(told)
    print(f"calibration: middle {calibration.middle:.3f}, slope {calibration.slope:.1f}; Brier score {brier:.3f}")
    for low, high in pairwise(BINS):
        inside = [right for value, right in told if low <= value < high]
        if inside:
            print(
                f"  told {low:.1f} to {min(high, 1.0):.1f}: right in {sum(inside) / len(inside):6.1%} of {len(inside)}"
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
