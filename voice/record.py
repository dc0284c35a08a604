"""What happened in the turns of a satellite, bounded, and exact enough to be played again with another patience."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from voice.endpoint import FRAME_S, Completeness, Endpointer, Patience
from voice.model import NotUnderstood, Transcript, VoiceError
from voice.satellite import Stage

EVENTS_MAX = 128
FRAMES_MAX = 4_000
"""Two minutes: longer than any turn that is not the television's."""
AUDIO_MAX = 1_920_000
"""A minute."""
TURNS_KEPT = 20
_WORDED = {"words": 2, "commit": 0, "own-voice": 0}
"""The events whose detail are words that were heard, and how much stands before these."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    at_s: float
    """Since the turn began."""
    what: str
    """A stage, or ``wake``, ``words``, ``commit``, ``barge-in``, ``first-sound``, ``end``."""
    detail: str = ""


@dataclass(slots=True)
class Turn:
    """One turn of one satellite, from the wake word to the last follow-up's end."""

    satellite: str
    began_s: float
    """The loop's time."""
    keeps_audio: bool = False
    events: list[Event] = field(default_factory=list[Event])
    frames: bytearray = field(default_factory=bytearray)
    """Two bytes for each frame of the microphone: the probability of speech of 255, and its level in dB below full
    scale."""
    audio: bytearray = field(default_factory=bytearray)
    """What was heard, int16 mono at 16 kHz; empty unless the owner wants it kept."""
    transcript: Transcript | None = None
    """The last words that somebody was asked to answer."""
    reply: str = ""
    heard: str | None = None
    """Which words of the reply were heard, if it was interrupted."""
    spoken_s: float = 0.0
    problem: VoiceError | None = None
    """Why nothing was heard, understood or said."""
    timings_ms: dict[str, float] = field(default_factory=dict[str, float])
    """Of the last utterance: ``endpoint`` from the end of speech to the decision that it was over, ``recognize`` from
    there to its words, ``answer``, ``first_sound``."""

    def note(self, at_s: float, what: str, detail: str = "") -> None:
        """Put down that something happened; of too much, what comes last is left out."""
        if len(self.events) < EVENTS_MAX:
            self.events.append(Event(round(at_s - self.began_s, 4), what, detail))

    def cut(self, spoken_s: float, heard: Callable[[float], str], at_s: float) -> str:
        """Put down that the reply was cut short after some seconds; return which words of it were `heard`."""
        self.spoken_s, self.heard = spoken_s, heard(spoken_s)
        self.note(at_s, "silent", self.heard)
        return self.heard

    def answer(self, reply: str, instead: str | None) -> None:
        """Put down what is answered; with `instead`, what was said is a secret: of its words only that is kept, and no
        sound of the whole turn.
        """
        self.reply = reply
        if instead is None:
            return
        self.keeps_audio = False
        self.audio.clear()
        # How whole they were, and when, stays: it says why was waited for so long.
        self.events = [
            replace(event, detail=" ".join(event.detail.split(" ", 2)[: _WORDED[event.what]]))
            if event.what in _WORDED
            else event
            for event in self.events
        ]
        if self.transcript is not None:
            self.transcript = replace(self.transcript, text=instead, words=(), alternatives=())
        if isinstance(self.problem, NotUnderstood):
            self.problem = NotUnderstood(str(self.problem), code=self.problem.code)

    def stages(self) -> list[str]:
        """Return the stages in their order."""
        return [event.what for event in self.events if event.what in set(Stage)]

    def hear(self, frame: bytes, probability: float, level_dbfs: float) -> None:
        """Put down one frame of the microphone."""
        if len(self.frames) < FRAMES_MAX * 2:
            self.frames += bytes((round(probability * 255), min(max(round(-level_dbfs), 0), 255)))
        if self.keeps_audio and len(self.audio) < AUDIO_MAX:
            self.audio += frame


class Turns:
    """The turns of one satellite: the one that goes on, if any, and the last that ended."""

    def __init__(self, satellite: str, now_s: Callable[[], float], *, keeps_audio: bool) -> None:
        """Take the loop's time from `now_s`."""
        self._satellite, self._now_s, self._keeps_audio = satellite, now_s, keeps_audio
        self.now: Turn | None = None
        """The one that goes on."""
        self.kept = deque[Turn](maxlen=TURNS_KEPT)
        """Those that ended, oldest first."""
        self.on_end: Callable[[Turn], None] | None = None
        """Is told of each that has ended."""

    def begin(self) -> Turn:
        """Begin another; the one before ends."""
        self.end()
        self.now = Turn(self._satellite, self._now_s(), self._keeps_audio)
        return self.now

    def note(self, what: str) -> None:
        """Put down in the turn that something happened now; nothing if there is no turn."""
        if self.now is not None:
            self.now.note(self._now_s(), what)

    def end(self) -> None:
        """End the turn and keep it; nothing if there is none."""
        turn, self.now = self.now, None
        if turn is None:
            return
        turn.note(self._now_s(), "end", turn.problem.code if turn.problem is not None else "")
        self.kept.append(turn)
        if self.on_end is not None:
            self.on_end(turn)


class _Again:
    """A detector that says what it said then."""

    def __init__(self, frames: bytes) -> None:
        self._probabilities: Iterator[int] = iter(frames[::2])

    def __call__(self, frame: bytes, /) -> float:
        del frame
        return next(self._probabilities, 0) / 255

    def reset(self) -> None:
        """Nothing to forget."""


def replay(turn: Turn, patience: Patience) -> float | None:
    """Return when the first utterance of a turn would have been over, in seconds of its sound; ``None``: not at all.

    What was understood then is taken as it was: the last words that were looked at before each moment. After what was
    recorded nobody speaks.
    """
    endpointer = Endpointer(_Again(bytes(turn.frames)), patience)
    looks = [event for event in turn.events if event.what == "words"]
    after = int(max(map(patience.pause_s, Completeness)) / FRAME_S) + 1
    for count in range(1, len(turn.frames) // 2 + after):
        endpointer.accept(b"")
        if not endpointer.speaking:
            continue
        known = [look.detail for look in looks if _place(look) <= count * FRAME_S]
        completeness = Completeness(known[-1].partition(" ")[0]) if known else Completeness.UNKNOWN
        if endpointer.too_long or endpointer.silence_s >= patience.pause_s(completeness):
            return endpointer.at_s
    return None


def _place(look: Event) -> float:
    """Return where in the sound words were looked at: ``closed 1.92 turn on the lamp``."""
    return float(look.detail.split(" ", 2)[1])
