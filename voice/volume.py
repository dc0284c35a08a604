"""How loud to speak: by the time of day, by what was last chosen, and evenly from sentence to sentence."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from voice.model import Sound

LOUDNESS_DBFS = -20.0
"""What a spoken sentence is brought to: Piper evens each sentence by its peak, so that quiet words leave loud ones."""
EVENING_DB = 9.0
"""A sentence is changed by this much at most; more would lift breath and noise."""
_PEAK = 0.89
"""One decibel below full scale."""
_SILENT = 0.003
"""Samples below -50 dBFS are pauses and do not count."""
CHOICE_LASTS = timedelta(hours=4)
"""What somebody chose by hand counts for this long, and no longer than the night or the day in which it was chosen."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How loud a room wants to be, 0 to 1 of what its loudspeaker can."""

    day: float = 0.6
    night: float = 0.25
    night_begins: time = time(22)
    night_ends: time = time(7)
    whisper: bool = True
    """Whether to be brief and soft at night: no earcons, no more than ``night``, unless somebody chose otherwise."""

    def is_night(self, at: datetime) -> bool:
        """Return whether the local time `at` is in the night, which may go over midnight."""
        now = at.time()
        if self.night_begins <= self.night_ends:
            return self.night_begins <= now < self.night_ends
        return now >= self.night_begins or now < self.night_ends


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody last asked a room for."""

    level: float
    """0 to 1."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Loudness:
    """How an answer is to be said."""

    level: float
    """0 to 1."""
    whisper: bool
    """Softly: fewer words where there is a choice, no earcons."""


def loudness(at: datetime, habits: Habits, chosen: Chosen | None = None, *, urgent: bool = False) -> Loudness:
    """Return how loud to speak at the local time `at`; what is urgent (smoke, water) is as loud as by day at least."""
    night = habits.is_night(at)
    usual = habits.night if night else habits.day
    counts = chosen is not None and _still_counts(at, habits, chosen)
    level = chosen.level if chosen is not None and counts else usual
    if urgent:
        return Loudness(max(level, habits.day), whisper=False)
    return Loudness(level, whisper=night and habits.whisper and level <= habits.night)


def _still_counts(at: datetime, habits: Habits, chosen: Chosen) -> bool:
    if not timedelta(0) <= at - chosen.at <= CHOICE_LASTS:
        return False
    # Somebody who wanted it loud at nine in the evening does not want it loud at eleven.
    return habits.is_night(at) == habits.is_night(chosen.at)


def louder(now: Loudness, at: datetime, steps: int = 1) -> Chosen:
    """Return the choice after "louder" (or, with negative `steps`, "quieter"): a tenth a step, never silent."""
    return Chosen(min(max(now.level + steps / 10, 0.05), 1.0), at)


def at_level(sound: Sound, level: float) -> Sound:
    """Return `sound` at `level` (0 to 1), for loudspeakers that have no volume of their own.

    The scale is that of the ear: 0.5 is 15 dB less, 0 is silence.
    """
    import numpy as np

    if level >= 1.0:
        return sound
    gain = 0.0 if level <= 0 else 10 ** (-30 * (1 - level) / 20)
    samples = np.frombuffer(sound.pcm, np.int16).astype(np.float32) * np.float32(gain)
    return replace(sound, pcm=samples.astype(np.int16).tobytes())


def evened(pcm: bytes, *, to_dbfs: float = LOUDNESS_DBFS) -> bytes:
    """Return one sentence (int16 mono) as loud as the others: its speech at `to_dbfs`, by EVENING_DB at most.

    Nothing is clipped; a sentence of silence stays as it is.
    """
    import numpy as np

    samples = np.frombuffer(pcm, np.int16).astype(np.float32) / np.float32(2**15)
    speech = samples[np.abs(samples) > _SILENT]
    if len(speech) == 0:
        return pcm
    wanted = 10 ** (to_dbfs / 20) / float(np.sqrt(np.mean(np.square(speech))))
    most = 10 ** (EVENING_DB / 20)
    gain = min(max(wanted, 1 / most), most, _PEAK / float(np.max(np.abs(samples))))
    louder = np.clip(np.rint(samples * np.float32(gain) * 2**15), -(2**15), 2**15 - 1).astype(np.int16)
    return bytes(louder.tobytes())
