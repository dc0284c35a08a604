"""The sentence engine of each language that is spoken here, loaded when it is first heard."""

import asyncio
from collections.abc import Callable

from skills.grammar.model import Understander


class Grammars:
    """The engines that are loaded; each belongs to the event loop."""

    def __init__(self, default: str, load: Callable[[str], Understander]) -> None:
        """Load the language of the house now: it is the one that must answer at once."""
        self.default = default
        self._load = load
        self._loaded = {default: load(default)}

    async def of(self, language: str) -> Understander:
        """Return the engine of a language such as ``de``.

        Raises:
            SkillError: there are no sentences in it.
        """
        if language not in self._loaded:
            self._loaded[language] = await asyncio.to_thread(self._load, language)
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
