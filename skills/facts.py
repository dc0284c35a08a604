"""What a skill may read of what the household told: a protocol that the daemon fulfils."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that somebody told, as it is told again."""

    id: int
    subject: str
    """Whom or what it is about: a person's id, or folded words such as ``spare key``."""
    relation: str
    """``home, work, likes, allergy, goal, instruction, is, note …``, or a word of the household's own."""
    thing: str
    text: str
    """The clause that said it: ``the spare key is in the blue drawer``."""
    at: datetime
    """When it was told, aware UTC."""
    own: bool = False
    """Whether it is about whoever asks."""
    private: bool = False
    """Whether nobody but its owner is told."""
    teller: str | None = None
    """The name of who told it; ``None``: nobody knows."""
    until: datetime | None = None
    """Since when it is so no longer."""
    words: str = ""
    """The whole of what was said, where that is still there."""
    sure: bool = True
    """False: nobody said it in so many words; it was concluded from what they said."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said once."""

    id: int
    text: str
    at: datetime
    """Aware UTC."""
    speaker: str | None = None
    own: bool = False
    """Whether it was whoever asks."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of what was asked; no facts: nobody told."""

    facts: Sequence[Known] = ()
    past: bool = False
    """Whether it was asked about what is so no longer."""
    disputed: bool = False
    """Whether people told different things, none of them of themselves."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What this speaker told, or was told, just before: what "that" means."""

    facts: Sequence[Known] = ()
    memories: Sequence[int] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to forget: whatever fits all that is given. Its fields are those of the effect ``memory.forget``."""

    topic: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Taste:
    """How somebody wants something."""

    value: str
    """As it was said: ``20 degrees``, ``jazz``, ``warm white``."""
    whose: str | None = None
    """The name of somebody else who is in the room; ``None``: whoever asks, or the household."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that is likely of somebody, by what they did."""

    topic: str
    """``brief``, ``versed``, ``corrects``, ``asks/morning``."""
    outcome: str
    """``yes``, ``no``, or what: ``weather``."""
    share: float
    """How likely it is next time, 0 to 1."""
    count: int
    """By how much it is known."""


class FactsView(Protocol):
    """What was told and said here, as far as whoever asks may know it. Reading it can change nothing.

    ``who`` is the person who asks, ``None`` where nobody knows who it is: then it is what everybody may know.
    """

    async def answer(self, question: str, *, who: str | None, language: str) -> Answered | None:
        """Return what is known of what a question asks for; ``None`` if it asks for nothing of the kind."""
        ...

    async def known(self, *, who: str | None, about: str | None = None) -> Sequence[Known]:
        """Return what is so by what people told: of whoever asks, or all that has the words of ``about``."""
        ...

    async def said(self, words: str, *, who: str | None, most: int = 3) -> Sequence[Said]:
        """Return what was said about something, best first; a time among the words counts. Nothing if nothing was."""
        ...

    async def told_before(self, question: str, *, who: str | None) -> Sequence[Said]:
        """Return what was said with all the words of a question that no fact answers; nothing where that is a guess."""
        ...

    async def just_said(self, since: datetime, *, who: str | None) -> Sequence[int]:
        """Return what whoever asks said since a moment, by its numbers; nothing of whom nobody knows."""
        ...

    async def count(self, chosen: Chosen, *, who: str | None) -> int:
        """Return how many things would be forgotten."""
        ...

    def objection(self, words: str, *, who: str | None, where: str | None, language: str, outright: bool) -> str | None:
        """Return in a sentence why something cannot be remembered for this speaker; ``None`` if it can."""
        ...

    def is_locked(self, who: str | None) -> bool:
        """Return whether what this person told is sealed, and not open now."""
        ...

    def lately(self, who: str | None, where: str | None) -> Lately:
        """Return what this speaker told or was told just before."""
        ...

    def note_told(self, facts: Sequence[Known], who: str | None, where: str | None) -> None:
        """Take note of what this speaker was told: "that" now means it."""
        ...

    def tastes(self, relation: str, *, who: str | None, where: str | None) -> Sequence[Taste]:
        """Return how whoever asks wants something, the newest first, then how others in the room do who said so to all;
        who told nothing gets what the household wants.

        Args:
            relation: ``temperature``, ``likes``, ``wake light``, ``waking``, ``answers``.
            who: the person who asks.
            where: the room.
        """
        ...

    def noticed(self, who: str | None) -> Sequence[Noticed]:
        """Return what is likely of whoever asks, by what they did here."""
        ...


class NoFacts:
    """Nothing was told: fulfils `FactsView`."""

    async def answer(self, question: str, *, who: str | None, language: str) -> Answered | None:
        """Return that it asks for nothing."""
        del question, who, language
        return None

    async def known(self, *, who: str | None, about: str | None = None) -> Sequence[Known]:
        """Return nothing."""
        del who, about
        return ()

    async def said(self, words: str, *, who: str | None, most: int = 3) -> Sequence[Said]:
        """Return nothing."""
        del words, who, most
        return ()

    async def told_before(self, question: str, *, who: str | None) -> Sequence[Said]:
        """Return nothing."""
        del question, who
        return ()

    async def just_said(self, since: datetime, *, who: str | None) -> Sequence[int]:
        """Return nothing."""
        del since, who
        return ()

    async def count(self, chosen: Chosen, *, who: str | None) -> int:
        """Return none."""
        del chosen, who
        return 0

    def objection(self, words: str, *, who: str | None, where: str | None, language: str, outright: bool) -> str | None:
        """Return none."""
        del words, who, where, language, outright
        return None

    def is_locked(self, who: str | None) -> bool:
        """Return that nothing is."""
        del who
        return False

    def lately(self, who: str | None, where: str | None) -> Lately:
        """Return nothing."""
        del who, where
        return Lately()

    def note_told(self, facts: Sequence[Known], who: str | None, where: str | None) -> None:
        """Take no note."""
        del facts, who, where

    def tastes(self, relation: str, *, who: str | None, where: str | None) -> Sequence[Taste]:
        """Return nothing."""
        del relation, who, where
        return ()

    def noticed(self, who: str | None) -> Sequence[Noticed]:
        """Return nothing."""
        del who
        return ()
