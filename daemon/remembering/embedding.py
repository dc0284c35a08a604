"""Vectors of another embedder than our own, made while nobody speaks: it is kept loaded, and given what lacks them."""

import asyncio
from importlib import import_module

from daemon.clock import Clock
from daemon.conversation import Answer
from daemon.memory import EmbeddingError, OllamaEmbedder
from daemon.remembering.opening import Opening
from daemon.store import Store
from daemon.supervise import Condition, Health
from skills.model import Utterance

PART = "embedder"
LOOK_S = 60.0
"""How often it is looked whether something lacks a vector, and how long nobody may have spoken then."""
WARM_S = 600.0
"""A third of `daemon.memory.ollama.KEEP_ALIVE`: the model is not unloaded in between."""
AT_ONCE = 64
"""Vectors that are made before it is looked again whether somebody speaks."""


class Embedding:
    """Brings the vectors of the memory up to date, a few at a time."""

    def __init__(self, opening: Opening, embedder: OllamaEmbedder, store: Store, clock: Clock) -> None:
        """Ask ``embedder``, which the memory behind ``opening`` has too."""
        self._opening, self._embedder, self._store, self._clock = opening, embedder, store, clock
        self._spoken_s = self._warmed_s = float("-inf")

    def note(self, utterance: Utterance, answer: Answer) -> None:
        """Take note that somebody spoke: the machine is theirs for a while."""
        del utterance, answer
        self._spoken_s = self._clock.monotonic()

    async def run(self) -> None:
        """Look again and again; ends only by cancellation."""
        try:
            while True:
                await self.look()
                await self._clock.sleep(LOOK_S)
        finally:
            await self._embedder.close()

    async def look(self) -> None:
        """Keep the model loaded and make what vectors are missing, for as long as nobody speaks."""
        if not self._quiet:
            return
        await self._warm()
        if not await self._store.run_bare(lambda c: c.execute("SELECT 1 FROM memory LIMIT 1").fetchone()):
            return
        memory = await self._opening.memory()
        while self._quiet and await memory.embed_missing(AT_ONCE):
            pass

    def health(self) -> Health:
        """Return whether it can be asked."""
        problem = self._embedder.problem
        if problem is not None:
            return Health(PART, Condition.DEGRADED, problem, "what was said is found by its words meanwhile")
        if self._warmed_s == float("-inf"):
            why = f"{self._embedder.name} is being loaded"
            return Health(PART, Condition.DEGRADED, why, "what was said is found without it meanwhile")
        return Health(PART, Condition.FINE, self._embedder.name)

    @property
    def _quiet(self) -> bool:
        return self._clock.monotonic() - self._spoken_s >= LOOK_S

    async def _warm(self) -> None:
        now_s = self._clock.monotonic()
        if now_s - self._warmed_s < WARM_S and self._embedder.problem is None:
            return
        # A tenth of a second that nobody's command is to wait for.
        await asyncio.to_thread(import_module, "numpy")
        try:
            await self._embedder.warm()
        except EmbeddingError:
            return
        self._warmed_s = now_s
