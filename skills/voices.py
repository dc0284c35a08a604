"""What a skill may know of voices: who speaks just now, and whose voice is being learned."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose voice an utterance has, as far as that can be told."""

    spoken: bool = False
    """Whether it came as sound, loud and long enough to tell."""
    person: str | None = None
    """The id of who it is most likely; ``None``: nobody whose voice is known."""
    name: str = ""
    probability: float = 0.0
    sure: bool = False
    """Whether that is enough to be taken for them."""


class VoicesView(Protocol):
    """Voices, for skills. Reading it changes nothing in the house; samples are held for minutes and never written."""

    def named(self, words: str) -> tuple[str, str] | None:
        """Return the id and the name of whom words mean; ``None`` if nobody is called so."""
        ...

    async def known(self, person: str | None) -> bool:
        """Return whether somebody's voice was learned; with ``None``: anybody's."""
        ...

    def allowed(self, person: str) -> bool:
        """Return whether somebody's voice may be learned now: who may has said so, minutes ago."""
        ...

    async def trouble(self) -> str | None:
        """Return in a sentence why no voice can be learned in this house; ``None`` if one can."""
        ...

    async def heard(self) -> Whose:
        """Return whose voice said what is answered just now."""
        ...

    def drop(self, person: str) -> None:
        """Drop what was held of somebody's voice."""
        ...

    async def hold(self, person: str) -> int | None:
        """Hold the voice that just spoke as a sample; return how many are held, ``None`` if there was too little."""
        ...


class NoVoices:
    """Nobody looks at voices: fulfils `VoicesView`."""

    def named(self, words: str) -> tuple[str, str] | None:
        """Return nobody."""
        del words
        return None

    async def known(self, person: str | None) -> bool:
        """Return that it is not."""
        del person
        return False

    def allowed(self, person: str) -> bool:
        """Return that it may not."""
        del person
        return False

    async def trouble(self) -> str | None:
        """Return nothing: nobody is asked before who it is about is known."""
        return None

    async def heard(self) -> Whose:
        """Return that nobody can tell."""
        return Whose()

    def drop(self, person: str) -> None:
        """Hold nothing."""
        del person

    async def hold(self, person: str) -> int | None:
        """Hold nothing."""
        del person
        return None
