"""The sentence engine of each language that is spoken here, loaded when it is first heard."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from devices.model import HomeView
from skills.grammar.model import Context, Decision, Understander, Understanding

MOST_THOUGHT_ABOUT = 8
"""So many texts may wait to be understood; whoever says more at once is not listened to."""

THOUGHT_S = 10.0
"""Longer than a cold engine takes to learn the names of a large house on a busy machine; half of what a turn may take.

Until then it is not known whether a text is a command, or must not be done: nobody else gets to make something of it.
"""
LATE = "late"
"""Why a text is deferred that took longer."""


class Grammars:
    """The engines that are loaded. What they need long for is thought about in a thread of its own."""

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
        self._thread = ThreadPoolExecutor(1, "hearth-grammar")
        self._thinking = 0
        self.before: Callable[[str], Understanding | None] = lambda _: None
        """Is asked first: sentences that others have, word by word."""

    async def understand(
        self, language: str, text: str, home: HomeView, context: Context, *, within_s: float = THOUGHT_S
    ) -> Understanding:
        """Return what a text means: at once if it is as most commands are, else without holding up the event loop.

        What comes while too many others wait, or takes longer than ``within_s``, is deferred, and nothing comes of it
        later.

        Raises:
            SkillError: there are no sentences in this language.
        """
        grammar = await self.of(language)
        meant = self.before(text) or grammar.at_once(text, home, context)
        if meant is not None:
            return meant
        if self._thinking >= MOST_THOUGHT_ABOUT:
            return Understanding(Decision.DEFER, reason="busy")
        self._thinking += 1
        thought = asyncio.get_running_loop().run_in_executor(self._thread, grammar.understand, text, home, context)
        thought.add_done_callback(self._on_thought)
        try:
            async with asyncio.timeout(within_s):
                return await thought
        except TimeoutError:
            return Understanding(Decision.DEFER, reason=LATE)

    def _on_thought(self, _: "asyncio.Future[Understanding]") -> None:
        self._thinking -= 1

    async def run(self) -> None:
        """Have what was loaded made ready and kept, one language after the other; ends only by cancellation."""
        while True:
            language = await self._new.get()
            await asyncio.get_running_loop().run_in_executor(self._thread, self._loaded[language].warm)
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

    @property
    def spoken(self) -> Sequence[str]:
        """The languages that were heard here so far, that of the house first."""
        return tuple(self._loaded)

    def loaded(self, language: str) -> Understander | None:
        """Return the engine of a language if it was heard here already."""
        return self._loaded.get(language)

    def fresh(self, language: str) -> Understander:
        """Return another engine, to be tried on another house and in another thread.

        Raises:
            SkillError: there are no sentences in this language.
        """
        return self._load(language)
