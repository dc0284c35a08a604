"""What the sentence engine takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from devices.model import AreaId, HomeView
from skills.model import Match, PersonId


class Decision(StrEnum):
    """What is to be done with an utterance."""

    ACT = "act"
    """Do exactly the matches, in order."""
    ASK = "ask"
    """Ask `Understanding.question` back; do nothing."""
    DEFER = "defer"
    """No sentence covers it: for the reasoner."""
    REJECT = "reject"
    """Not meant for us, or must not be done."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about the moment an utterance was said in."""

    area: AreaId | None = None
    """The room it was said in."""
    person: PersonId | None = None
    history: tuple[str, ...] = ()
    """Earlier utterances of this conversation, oldest first, each understood and done. One that was asked about first
    has the choices that were answered behind it, each on a line of its own.
    """
    open: Match | None = field(default=None, compare=False)
    """The command that was asked about last and has no answer yet: words that are no sentence may be about it."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What an utterance means."""

    decision: Decision
    matches: tuple[Match, ...] = ()
    question: str | None = None
    """With `Decision.ASK`, what to say."""
    choices: tuple[str, ...] = ()
    """With `Decision.ASK`, the answers that fit, as they may be said."""
    corrects: bool = False
    """True if it was said that what was done last was not meant (``no, I meant the desk lamp``): what that did to
    things these matches leave alone is to be undone first."""
    confidence: float = 0.0
    """0 to 1."""
    reason: str = ""
    """For people who debug: which sentence matched, or why nothing did (``negation``, ``no-such-entity: the lamp``)."""


class Completeness(StrEnum):
    """How whole a text is."""

    CLOSED = "closed"
    """A whole sentence, and nothing could follow that would change what it means."""
    EXTENDABLE = "extendable"
    """A whole sentence that could go on to mean something else."""
    OPEN = "open"
    """The beginning of a sentence: ``turn on the``."""
    UNKNOWN = "unknown"
    """No beginning of any sentence, or one that ends in words that may be any."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a text means as it stands, and whether it is all."""

    completeness: Completeness
    meant: Understanding


class Understander(Protocol):
    """The engine behind one interface: sentence templates and the house in, readings out."""

    def understand(self, text: str, home: HomeView, context: Context) -> Understanding:
        """Return what `text` means in this house at this moment. Total: never raises, whatever the text; bounded
        time.
        """
        ...

    def at_once(self, text: str, home: HomeView, context: Context) -> Understanding | None:
        """Return what `text` means if that is found out in a moment, as it is for most commands; else ``None``.

        For whoever must not wait: the rest may be left to `understand` in another thread.
        """
        ...

    def warm(self) -> None:
        """Work out beforehand what the first texts would wait for; it is done with the first of them, else."""
        ...

    def outlook(self, text: str, home: HomeView, context: Context) -> Outlook:
        """Return what `text` means as far as it was said, and whether that is all: for whoever waits for its end."""
        ...

    def only_repeats(self, text: str) -> bool:
        """Return whether `text` asks for what was done before once more, or for more of it, and says nothing else."""
        ...

    def explain(self, text: str, home: HomeView, context: Context) -> Sequence[str]:
        """Return in lines for people how `text` can be read, the decision first, and why each reading won or lost."""
        ...

    def examples(self, limit: int = 20) -> Sequence[str]:
        """Return sentences that would be understood in any house, one per kind of command, for help."""
        ...
