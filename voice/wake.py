"""Waiting for the wake word: engines give scores, this decides; a doubtful word is looked at by the recogniser.

A score above ``sure`` wakes at once. One between ``possible`` and ``sure`` is checked by a `Checker` a fifth of a
second later: that finds the quiet and the hoarse without waking to the television.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from voice.model import RATE_HZ
from voice.satellite import Woken

log = logging.getLogger("hearth." + __name__)

REFRACTORY_S = 2.0
"""An engine fires on about nine frames in a row for one word (pymicro-wakeword 2.5.0), and people do not say it twice
within this."""
SETTLE_S = 0.2
"""How long a doubtful score may still rise before it is checked."""
KEPT_S = 1.8
"""Sound kept for the check: the longest wake word, slowly said."""
CHECK_S = 0.6
"""The check takes 0.05 s of processor time; if it does not come in time, nobody is woken."""
POSSIBLE = 0.5


@dataclass(frozen=True, slots=True)
class Score:
    """What an engine thinks of one word at one moment."""

    word: str
    score: float
    """0 to 1; comparable only within one engine."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """When to wake; both 0 to 1. With ``possible`` at or above ``sure`` nothing is checked, with ``sure`` above 1
    everything is.
    """

    sure: float
    possible: float = POSSIBLE


class WakeEngine(Protocol):
    """Hears wake words in one stream; blocking, a few percent of real time at most. One stream, one engine."""

    @property
    def words(self) -> Mapping[str, float]:
        """The words it hears, each with the score that its makers found enough."""
        ...

    def accept(self, pcm: bytes) -> Sequence[Score]:
        """Take the next sound (int16 mono at 16 kHz, any length); return each word's highest score in it."""
        ...

    def reset(self) -> None:
        """Forget what was heard: the stream was interrupted."""
        ...


class Checker(Protocol):
    """Looks at a piece of sound with a recogniser; blocking, safe to call from one thread."""

    def __call__(self, word: str, pcm: bytes, /) -> bool:
        """Return whether `word` is said in `pcm`, int16 mono at 16 kHz, at most KEPT_S long."""
        ...


class Keep(Protocol):
    """Keeps a sample of what was taken for a wake word, if the household agreed to that."""

    def __call__(self, word: str, score: float, pcm: bytes, *, woke: bool) -> None:
        """Keep it; blocking. Never raises."""
        ...


@dataclass(slots=True)
class _Doubt:
    """A score that may still rise."""

    best: Score
    at_s: float


@dataclass(frozen=True, slots=True)
class Manner:
    """How a room wants to be woken."""

    sensitivities: Mapping[str, Sensitivity] = field(default_factory=dict[str, Sensitivity])
    """By word; default: the engine's own score, and POSSIBLE."""
    refractory_s: float = REFRACTORY_S


class Watch:
    """Listens for the wake words in one satellite's sound. Made for one satellite, used by one task."""

    def __init__(
        self,
        engine: WakeEngine,
        *,
        checker: Checker | None = None,
        executor: ThreadPoolExecutor | None = None,
        keep: Keep | None = None,
        manner: Manner | None = None,
    ) -> None:
        """Without `checker` only sure words wake. `executor` runs checks and keeping, the loop's own by default."""
        self._engine = engine
        self._checker = checker
        self._executor = executor
        self._keep = keep
        manner = manner or Manner()
        self._manner = {word: manner.sensitivities.get(word, Sensitivity(own)) for word, own in engine.words.items()}
        self._refractory_s = manner.refractory_s
        self._recent: deque[bytes] = deque()
        self._recent_bytes = 0
        self._doubt: _Doubt | None = None
        self._deaf_until_s = float("-inf")

    async def accept(self, pcm: bytes, at_s: float) -> Woken | None:
        """Take the next sound; `at_s` is the loop's time of its last sample. Return whether it woke us."""
        self._remember(pcm)
        scores = self._engine.accept(pcm)
        if at_s < self._deaf_until_s:
            return None
        best = max(scores, key=lambda one: one.score - self._manner[one.word].sure, default=None)
        if best is not None and best.score > self._manner[best.word].sure:
            return self._woken(best, at_s, at_s)
        return await self._doubted(scores, at_s)

    def reset(self) -> None:
        """Forget what was heard, after a mute or an interruption: nothing from before may wake us."""
        self._engine.reset()
        self._recent.clear()
        self._recent_bytes = 0
        self._doubt = None

    async def _doubted(self, scores: Sequence[Score], at_s: float) -> Woken | None:
        """Follow a doubtful score until it settles, and have it checked then."""
        if self._checker is None:
            return None
        possible = [one for one in scores if one.score > self._manner[one.word].possible]
        best = max(possible, key=lambda one: one.score, default=None)
        if best is not None and (self._doubt is None or best.score > self._doubt.best.score):
            self._doubt = _Doubt(best, at_s if self._doubt is None else self._doubt.at_s)
        if self._doubt is None or at_s < self._doubt.at_s + SETTLE_S:
            return None
        doubt, self._doubt = self._doubt, None
        self._deaf_until_s = at_s + SETTLE_S
        if await self._checked(self._checker, doubt.best.word):
            return self._woken(doubt.best, doubt.at_s, at_s)
        self._kept(doubt.best, woke=False)
        return None

    async def _checked(self, checker: Checker, word: str) -> bool:
        pcm = b"".join(self._recent)
        try:
            async with asyncio.timeout(CHECK_S):
                return await self._run(lambda: checker(word, pcm))
        except TimeoutError:
            log.info("a doubtful wake word was not checked within %.1f s", CHECK_S)
            return False

    def _woken(self, score: Score, said_s: float, now_s: float) -> Woken:
        import numpy as np

        from voice.audio import level_dbfs

        self._doubt = None
        self._deaf_until_s = now_s + self._refractory_s
        self._kept(score, woke=True)
        return Woken(score.word, said_s, score.score, level_dbfs(np.frombuffer(b"".join(self._recent), np.int16)))

    def _kept(self, score: Score, *, woke: bool) -> None:
        keep = self._keep
        if keep is not None:
            pcm = b"".join(self._recent)
            loop = asyncio.get_running_loop()
            loop.run_in_executor(self._executor, lambda: keep(score.word, score.score, pcm, woke=woke))

    def _run(self, work: Callable[[], bool]) -> "asyncio.Future[bool]":
        return asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _remember(self, pcm: bytes) -> None:
        self._recent.append(pcm)
        self._recent_bytes += len(pcm)
        while self._recent_bytes - len(self._recent[0]) >= KEPT_S * RATE_HZ * 2:
            self._recent_bytes -= len(self._recent.popleft())
