"""What is remembered of the talk with each speaker, for a minute: what was said, done, asked, and not understood."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from daemon.conversation.tongues import foreign_in
from daemon.conversation.whynot import LATELY_S, Came
from skills.grammar.settled import NEXT_LINE
from skills.model import Ask, Cause, Match, PersonId, Told, Utterance

REMEMBERED_S = 60.0
"""How long "it" and an open question hold."""
TOLD_S = 300.0
"""How long "what did you say?" can be answered."""
MOST_REMEMBERED = 5
START = 20
"""Characters by which words that were said are known again."""
MOST_THREADS = 256
"""Speakers remembered at once; the oldest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What this speaker was asked and has not answered."""

    until_s: float
    approvals: tuple[str, ...] = ()
    text_if_done: str = ""
    choices: tuple[str, ...] = ()
    readings: tuple[Match, ...] = ()
    ask: Ask | None = None
    """With it, `readings` is the one command that the answer completes."""
    about: Utterance | None = None
    """What was said that is asked about."""
    wants_pin: bool = False
    """Whether a yes to its approvals is a PIN."""


@dataclass(frozen=True, slots=True)
class Done:
    """The last thing that was done for this speaker."""

    at_s: float
    text: str
    matches: tuple[Match, ...]
    cause: Cause


@dataclass(frozen=True, slots=True)
class Solved:
    """What a model made of words."""

    utterance: Utterance
    commands: tuple[Match, ...]


@dataclass(slots=True)
class Exchange:
    """Something that was said to the model, and what it said to that."""

    at_s: float
    said: str
    told: str = ""
    """Its own words; what the house answered is not among them, since names and texts of others may be in that."""
    heard: str | None = None
    """How much of them was heard, if the person interrupted."""
    person: PersonId | None = None
    """Who said it, as far as that was known: a room may have several who talk."""


@dataclass(slots=True)
class Thread:
    """What is remembered of the talk with one speaker."""

    said: list[tuple[float, str, str]] = field(default_factory=list[tuple[float, str, str]])
    """When what was said that was understood, and in which language."""
    language: str = ""
    """The one in which they were answered last."""
    question: Question | None = None
    pin: str | None = None
    """The digits that were said just now; they are nowhere else, and are taken out when they are looked at."""
    done: Done | None = None
    puzzle: tuple[float, str] | None = None
    """The last text, if it was not understood, and when it was said."""
    told: tuple[float, Told] | None = None
    """What was said to them last, and when."""
    came: Came | None = None
    """The last answer, for who asks why."""
    solved: Solved | None = None
    """What a model has made of the words before, as long as it waits for a yes."""
    talk: list[Exchange] = field(default_factory=list[Exchange])
    """What the model was asked lately, oldest first."""

    def asked_in(self, text: str, now_s: float) -> str | None:
        """Return the language of the question that a text may answer; ``None``: none is open, or it is in another."""
        asked = self.question is not None and self.question.until_s > now_s
        return self.language or None if asked and foreign_in(text, (self.language,)) is None else None

    def talked(self, now_s: float, person: PersonId | None) -> Sequence[Exchange]:
        """Return what was talked about with the model lately, nothing of it by another person; forget what is old."""
        self.talk = [one for one in self.talk if one.at_s > now_s - TOLD_S][-MOST_REMEMBERED:]
        return [one for one in self.talk if one.person in (None, person)]

    def interrupted(self, text: str, heard: str) -> None:
        """Take note that only the beginning of what the model said was heard, if it was the model that said it."""
        last = self.talk[-1] if self.talk else None
        # Before it there may have been a word that it takes a while.
        at = text.find(last.told[:START]) if last is not None and last.told else -1
        if last is not None and at >= 0:
            last.heard = heard[at:]

    def told_lately(self, now_s: float) -> Told | None:
        """Return what was said to them last, unless that is long ago."""
        return self.told[1] if self.told is not None and self.told[0] > now_s - TOLD_S else None

    def came_lately(self, now_s: float) -> Came | None:
        """Return the last answer, unless that is long ago."""
        return self.came if self.came is not None and self.came.at_s > now_s - LATELY_S else None

    def history(self, now_s: float, language: str | None = None) -> tuple[str, ...]:
        """Return what was said and understood lately, oldest first, all or in one language, and forget the rest."""
        self.said = [one for one in self.said if one[0] > now_s - REMEMBERED_S][-MOST_REMEMBERED:]
        return tuple(said for _, said, spoken in self.said if language in (None, spoken))

    def settle(self, question: Question, indices: Sequence[int], cause: Cause, now_s: float) -> None:
        """Remember that what was asked about was done as it was answered."""
        about = question.about
        if about is None or not question.choices:
            return
        self.said.append(
            (now_s, NEXT_LINE.join([about.text, *(question.choices[index] for index in indices)]), about.language)
        )
        self.done = Done(now_s, about.text, tuple(question.readings[index] for index in indices), cause)


def unanswered(question: Question | None, now_s: float) -> Match | None:
    """Return the command that a question is about which still waits for its answer, unless it is too old."""
    if question is None or question.ask is None or question.until_s <= now_s:
        return None
    return question.readings[0]


class Threads:
    """A thread for each speaker."""

    def __init__(self) -> None:
        self._threads: dict[str, Thread] = {}

    def of(self, utterance: Utterance) -> Thread:
        """Return the memory of this speaker: of the person if known, else of the room, else of the door.

        Who is only heard is nobody here: a voice that is not made out every time would lose its own questions.
        """
        cause = utterance.cause
        person = cause.person if cause.person is not None and cause.sure >= 1 else ""
        key = f"{cause.origin}/{person}/{utterance.area or ''}"
        if key not in self._threads and len(self._threads) >= MOST_THREADS:
            self._threads.pop(next(iter(self._threads)))
        return self._threads.setdefault(key, Thread())
