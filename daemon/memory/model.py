"""What memory takes in and gives out: notes, memories, hits and facts.

Errors::

    RememberingError       memory cannot do this; the message says why, `code` is stable
    └── EmbeddingError     no vectors can be had now; what was to be embedded is found by its words until they can
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from daemon.errors import DaemonError
from skills.model import PersonId

MemoryId = NewType("MemoryId", int)
FactId = NewType("FactId", int)

Visibility = Literal["me", "household"]

LONGEST_TEXT = 10_000
"""Characters."""
HOUSEHOLD = ""
"""The shelf that everybody in the house may read, guests too."""


def shelf_of(person: PersonId | None, visibility: Visibility) -> str:
    """Return where something of a person's stands; capitals make no other person."""
    return plain(person).casefold() if person and visibility == "me" else HOUSEHOLD


def plain(text: str) -> str:
    """Return a text without halves of signs, which JSON can hold and no file can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class RememberingError(DaemonError):
    """Memory cannot do this."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class EmbeddingError(RememberingError):
    """No vectors can be had now."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="embedder-away")


class Assurance(StrEnum):
    """How something came to be known."""

    SAID = "said"
    CONFIRMED = "confirmed"
    INFERRED = "inferred"


FactKind = Literal["profile", "fact", "preference", "goal", "instruction", "procedure"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be kept, word for word."""

    text: str
    at: datetime
    speaker: str | None = None
    """Who said it, by name; may be somebody who does not live here."""
    person: PersonId | None = None
    """Whose it is. None: it belongs to nobody in particular."""
    visibility: Visibility = "household"
    """``me`` needs a person; what is theirs alone is never read for anybody else."""
    conversation: str | None = None
    area: str | None = None
    ref: str | None = None
    """What it is called elsewhere; of two with the same only the first is kept."""
    entry: int | None = None
    """The journal's entry that it came from."""
    confidence: float = 1.0
    """0 to 1: how sure the ears were."""
    assurance: Assurance = Assurance.SAID
    expires_at: datetime | None = None
    tainted: bool = False
    """Whether text from outside the household had a part in it: such text is found, but teaches nothing."""

    @property
    def shelf(self) -> str:
        """Where it stands: whoever may not read that shelf can neither find it nor learn that it is there."""
        return shelf_of(self.person, self.visibility)


def refuse_unfit(note: Note) -> None:
    """Raise a `RememberingError` if a note cannot be kept: there is nothing in it, or it is too long."""
    if not note.text.strip():
        raise RememberingError("there is nothing to remember in an empty text", code="memory-empty")
    if len(note.text) > LONGEST_TEXT:
        why = f"a text of {len(note.text)} characters is too long: {LONGEST_TEXT} at most; split it"
        raise RememberingError(why, code="memory-too-long")
    if note.at.tzinfo is None:
        raise RememberingError("the time of a memory must say its zone", code="memory-time")


@dataclass(frozen=True, slots=True)
class Hit:
    """A memory that a search found."""

    id: MemoryId
    text: str
    at: datetime
    score: float
    """Comparable within one answer only."""
    speaker: str | None
    person: PersonId | None
    conversation: str | None
    ref: str | None
    tainted: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so, or was, or was believed to be, of a person or a thing."""

    subject: str
    """A person's id, or what it is about, folded: ``car``."""
    relation: str
    """``home, work, job, name, likes, dislikes, allergy, diet, goal, instruction, procedure, note, favourite …``, or a
    word of the household's own: ``car``."""
    object: str
    text: str
    """How it was said, for people to read."""
    kind: FactKind = "fact"
    person: PersonId | None = None
    """Whose it is: who said it."""
    visibility: Visibility = "household"
    source: MemoryId | None = None
    entry: int | None = None
    confidence: float = 1.0
    assurance: Assurance = Assurance.SAID
    valid_from: datetime | None = None
    """Since when it is so; none: nobody said since when."""
    valid_until: datetime | None = None
    known_from: datetime | None = None
    """When it was learned; set when it is kept."""
    known_until: datetime | None = None
    """When it was found to be wrong."""
    expires_at: datetime | None = None
    id: FactId | None = None


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is known of one thing about one subject."""

    facts: Sequence[Fact]
    """Those that hold, or held, the surest first; empty: nothing is known."""
    disputed: bool = False
    """Whether they contradict each other: people said so, and none of them of themselves."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a statement."""

    fact: Fact
    ended: Sequence[Fact] = ()
    """What was so until then."""
    corrected: Sequence[Fact] = ()
    """What never was so."""
    disputes: Sequence[Fact] = ()
    """What somebody else said, and contradicts it: to be asked about, at a good moment."""
    again: bool = False
    """Whether it was known already."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a note."""

    id: MemoryId | None
    """None: it was there already, or waits."""
    learned: Sequence[Learned]
    waits: bool = False
    """Whether it was put away, since the shelf that it belongs to is locked."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten: counts of what is gone from the file."""

    memories: int
    facts: int
    refs: Sequence[str] = ()
    """What the memories are called elsewhere: there too something of them may stand."""


Exported = Mapping[str, object]
"""One memory or fact as JSON values."""
