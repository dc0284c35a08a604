"""The sentence engine of each language that is spoken here, loaded when it is first heard."""

import asyncio
from collections.abc import Awaitable, Callable

from skills.grammar.model import Understander


class Grammars:
    """The engines that are loaded; each belongs to the event loop."""

    def __init__(
        self, default: str, load: Callable[[str], Understander], keep: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        """Load the language of the house now: it is the one that must answer at once.

        ``keep`` is told each language that was loaded: it makes the next time faster.
        """
        self.default = default
        self._load, self._keep = load, keep
        self._loaded = {default: load(default)}
        self._new = asyncio.Queue[str]()  # no more than there are languages
        self._new.put_nowait(default)

    async def run(self) -> None:
        """Have what was loaded kept, one language after the other; ends only by cancellation."""
        while True:
            language = await self._new.get()
            if self._keep is not None:
                await self._keep(language)

    async def of(self, language: str) -> Understander:
        """Return the engine of a language such as ``de``.

        Raises:
            SkillError: there are no sentences in it.
        """
        if language not in self._loaded:
            self._loaded[language] = await asyncio.to_thread(self._load, language)
            self._new.put_nowait(language)
        return self._loaded[language]

    def loaded(self, language: str) -> Understander | None:
        """Return the engine of a language if it was heard here already."""
        return self._loaded.get(language)

    def fresh(self, language: str) -> Understander:
        """Return another engine, to be tried on another house and in another thread.

        Raises:
            SkillError: there are no sentences in this language.
        """
        return self._load(language)
