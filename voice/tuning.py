"""What a microphone gives, and what to do about it: level, noise, clipping, and how well the wake word is heard."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voice.audio import SILENCE_DBFS, Samples, level_dbfs
from voice.endpoint import FRAME_BYTES, FRAME_SAMPLES, load_detector
from voice.model import RATE_HZ
from voice.wake import WakeEngine

SPEECH_DBFS = (-38.0, -14.0)
"""Between these every engine here hears well; people at three metres give about -35, close ones -15."""
SNR_DB = 15.0
"""Of 86 % of commands at 20 dB about half are left at 10 dB (pocketsphinx, people, a kitchen's noise)."""
CLIPPED = 0.001
"""Share of the speech's samples at full scale; more is heard as crackling, and breaks the wake word first."""
MARGIN = 0.15
"""A threshold is put this much below the weakest of the words that were said for it."""
THRESHOLDS = (0.5, 0.97)
"""Lower, other talk wakes; higher, half of the people do not."""
_FULL = 32_700
_GAP_S = 1.0


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording is like. Levels in dB below full scale."""

    speech_s: float
    speech_dbfs: float
    """`SILENCE_DBFS` where nobody spoke."""
    noise_dbfs: float
    """Of what is not speech; `SILENCE_DBFS` where there is nothing else."""
    clipped: float
    """Share of the speech's samples at full scale, 0 to 1."""

    @property
    def snr_db(self) -> float:
        """How far speech stands out."""
        return self.speech_dbfs - self.noise_dbfs


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know or to do."""

    fine: bool
    what: str
    remedy: str = ""


def measured(samples: Samples) -> Recording:
    """Return what a recording (int16 mono at 16 kHz) is like."""
    import numpy as np

    detector = load_detector()
    frames = [samples[begin : begin + FRAME_SAMPLES] for begin in range(0, len(samples), FRAME_SAMPLES)]
    frames = [frame for frame in frames if len(frame.tobytes()) == FRAME_BYTES]
    voiced = [detector(frame.tobytes()) >= 0.5 for frame in frames]
    spoken = [frame for frame, is_voiced in zip(frames, voiced, strict=True) if is_voiced]
    around = [_near(voiced, at) for at in range(len(frames))]
    quiet = [frame for frame, near in zip(frames, around, strict=True) if not near]
    speech = np.concatenate(spoken) if spoken else np.zeros(0, np.int16)
    noise = np.concatenate(quiet) if quiet else np.zeros(0, np.int16)
    clipped = float(np.mean(np.abs(speech.astype(np.int32)) >= _FULL)) if len(speech) else 0.0
    return Recording(len(speech) / RATE_HZ, level_dbfs(speech), level_dbfs(noise), clipped)


def _near(voiced: Sequence[bool], at: int) -> bool:
    """Return whether there is speech within a tenth of a second: its echo is not the room's noise."""
    return any(voiced[max(at - 3, 0) : at + 4])


def peaks(engine: WakeEngine, samples: Samples) -> Mapping[str, Sequence[float]]:
    """Return how strongly each wake word was heard, once for each time that it rose above a tenth."""
    best: dict[str, list[tuple[float, float]]] = {word: [] for word in engine.words}
    pcm = samples.tobytes()
    for begin in range(0, len(pcm), FRAME_BYTES):
        at_s = begin / 2 / RATE_HZ
        for one in engine.accept(pcm[begin : begin + FRAME_BYTES]):
            rows = best[one.word]
            if rows and at_s - rows[-1][0] < _GAP_S:
                rows[-1] = (at_s, max(rows[-1][1], one.score)) if one.score > 0.1 else rows[-1]
            elif one.score > 0.1:
                rows.append((at_s, one.score))
    return {word: [score for _, score in rows] for word, rows in best.items()}


def threshold(scores: Sequence[float]) -> float | None:
    """Return the threshold for a room in which `scores` were reached by the word itself; None for fewer than three."""
    if len(scores) < 3:
        return None
    return round(min(max(min(scores) - MARGIN, THRESHOLDS[0]), THRESHOLDS[1]), 2)


def advice(recording: Recording) -> Iterator[Advice]:
    """Yield what is to be said of a recording, the worst first."""
    if recording.speech_s < 0.3:
        found = "there is only digital silence" if recording.noise_dbfs <= SILENCE_DBFS else "nobody speaks in it"
        yield Advice(False, found, "check that the right microphone is chosen and not muted, and speak")
        return
    yield from sorted((_clipping(recording), _level(recording), _noise(recording)), key=lambda one: one.fine)


def _clipping(recording: Recording) -> Advice:
    if recording.clipped > CLIPPED:
        return Advice(
            False, f"{recording.clipped:.1%} of the speech is clipped", "turn the microphone's gain down by 6 dB"
        )
    return Advice(True, "nothing is clipped")


def _level(recording: Recording) -> Advice:
    low, high = SPEECH_DBFS
    said = f"speech is at {recording.speech_dbfs:.0f} dBFS"
    if recording.speech_dbfs < low:
        return Advice(False, said, f"turn the gain up by {low - recording.speech_dbfs + 6:.0f} dB, or come nearer")
    if recording.speech_dbfs > high:
        return Advice(False, said, f"turn the gain down by {recording.speech_dbfs - high + 3:.0f} dB")
    return Advice(True, said)


def _noise(recording: Recording) -> Advice:
    if recording.noise_dbfs <= SILENCE_DBFS:
        return Advice(True, "there is nothing but speech to measure noise by")
    said = f"noise is at {recording.noise_dbfs:.0f} dBFS, {recording.snr_db:.0f} dB below speech"
    if recording.snr_db < SNR_DB:
        return Advice(False, said, "move it away from what hums, or nearer to where people speak")
    return Advice(True, said)
