"""The sentence engine of each language that is spoken here, loaded when it is heard, and let go when it is not."""

import asyncio
import gc
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
UNUSED_S = 1800.0
"""A language that nobody has spoken for so long is let go: German holds 14 MB, and is back within 0.1 s."""
MOST_NEW = 16
"""Languages that wait to be made ready; a further one is made ready when it is loaded again."""
MOST_GUESTS = 2
"""So many languages are loaded beside those that are held; one more takes the place of the one longest unheard."""


class Grammars:
    """The engines that are loaded. What they need long for is thought about in a thread of its own."""

    def __init__(
        self,
        default: str,
        load: Callable[[str], Understander],
        keep: Callable[[str], Awaitable[None]] | None = None,
        *,
        unused_s: float = UNUSED_S,
    ) -> None:
        """Load the language of the house now: it is the one that must answer at once.

        ``keep`` is told each language that was loaded: it makes the next time faster. Others than this one are let go
        once nobody has spoken them for ``unused_s``.
        """
        self.default = default
        self._load, self._keep, self._unused_s = load, keep, unused_s
        self._loaded = {default: load(default)}
        self._held = {default}
        self._used_s: dict[str, float] = {}
        """When each language was last heard here, by the clock of the event loop; the longest unheard first."""
        self._new = asyncio.Queue[str](MOST_NEW)
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
        """Have what was loaded made ready and kept, one language after the other, and let go of what is unused.

        Ends only by cancellation.
        """
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout(self._unused_s / 4):
                    language = await self._new.get()
            except TimeoutError:
                unused = [one for one, at_s in self._used_s.items() if at_s < loop.time() - self._unused_s]
                gone = [one for one in unused if self._let_go(one)]
                if gone:
                    await loop.run_in_executor(self._thread, _give_back)
                continue
            if language in self._loaded:
                await loop.run_in_executor(self._thread, self._loaded[language].warm)
                if self._keep is not None:
                    await self._keep(language)

    async def of(self, language: str) -> Understander:
        """Return the engine of a language such as ``de``.

        Raises:
            SkillError: there are no sentences in it.
        """
        engine = self._loaded.get(language)
        if engine is None:
            guests = [one for one in self._used_s if one in self._loaded and one not in self._held]
            if len(guests) >= MOST_GUESTS and self._let_go(guests[0]):
                await asyncio.to_thread(_give_back)
            engine = self._loaded[language] = await asyncio.to_thread(self._load, language)
            if not self._new.full():
                self._new.put_nowait(language)
        self._used_s.pop(language, None)
        self._used_s[language] = asyncio.get_running_loop().time()
        return engine

    async def hold(self, language: str) -> None:
        """Load a language, if it is not there, and never let go of it: a room is spoken to in it.

        Raises:
            SkillError: there are no sentences in it.
        """
        await self.of(language)
        self._held.add(language)

    def _let_go(self, language: str) -> bool:
        return language not in self._held and self._loaded.pop(language, None) is not None

    @property
    def spoken(self) -> Sequence[str]:
        """The languages that were heard here so far, that of the house first."""
        return tuple(dict.fromkeys((self.default, *self._used_s)))

    def loaded(self, language: str) -> Understander | None:
        """Return the engine of a language if it was heard here already."""
        return self._loaded.get(language)

    def fresh(self, language: str) -> Understander:
        """Return another engine, to be tried on another house and in another thread.

        Raises:
            SkillError: there are no sentences in this language.
        """
        return self._load(language)


def _give_back() -> None:
    """Give the memory of an engine back to the machine: the engine is full of cycles, and malloc keeps its pages."""
    gc.collect()
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's alone
    if trim is not None:
        trim(0)
