"""Vectors from Ollama's ``/api/embed``, where it runs: with a deadline, and left alone for a while when it is away."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from daemon.memory.model import EmbeddingError

if TYPE_CHECKING:
    import httpx
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger("hearth." + __name__)

DEADLINE_S = 1.0
"""For a question; nobody waits longer for an answer that words alone give too."""
BATCH_DEADLINE_S = 60.0
KEEP_ALIVE = "30m"
"""How long the server keeps the model loaded after it was asked."""
RESTS_S = 60.0
"""How long it is not asked again after it failed."""
MOST_AT_ONCE = 64


def _connect() -> "httpx.AsyncClient":
    import httpx  # takes long: only where there is such a server

    return httpx.AsyncClient(trust_env=False, follow_redirects=False)


class OllamaEmbedder:
    """Fulfils `Embedder`. A model is loaded on its first question, which may well miss the deadline: see `warm`."""

    def __init__(
        self,
        url: str,
        model: str,
        monotonic: Callable[[], float],
        connect: "Callable[[], httpx.AsyncClient]" = _connect,
    ) -> None:
        """Ask the Ollama at ``url``; ``monotonic`` tells seconds that never go back; connect when it is first asked."""
        self._url = (url if "://" in url else f"http://{url}").rstrip("/")
        self._model, self._monotonic, self._connect = model, monotonic, connect
        self._client: httpx.AsyncClient | None = None
        self._rests_until_s = float("-inf")
        self.problem: str | None = None
        """Why there were no vectors when it was last asked."""

    @property
    def name(self) -> str:
        """Return what the vectors are made with."""
        return f"ollama:{self._model}"

    async def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return one vector a text, of length 1.

        Raises:
            EmbeddingError: it is away, rests, was too slow, or answered something else.
        """
        import numpy as np

        if self._monotonic() < self._rests_until_s:
            raise EmbeddingError(f"no vectors from {self._url}: it failed a moment ago")
        rows = list[list[float]]()
        for start in range(0, len(texts), MOST_AT_ONCE):
            part = texts[start : start + MOST_AT_ONCE]
            rows += await self._ask(part, DEADLINE_S if len(texts) == 1 else BATCH_DEADLINE_S)
        found = np.array(rows, np.float32).reshape(len(texts), -1)
        if not np.isfinite(found).all():
            raise self._failed("it answered with numbers that are none")
        if self.problem is not None:
            log.info("vectors from %s again", self._url)
            self.problem = None
        # The signs are kept 64 to a word.
        found = np.pad(found, ((0, 0), (0, -found.shape[1] % 64)))
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(lengths, 1e-9), np.float32)

    async def warm(self) -> None:
        """Load the model, as long as that takes; to be called while nobody waits.

        Raises:
            EmbeddingError: as for `embed`.
        """
        # Several texts have the patience of a batch.
        await self.embed(["hello", "hello"])

    async def close(self) -> None:
        """Let go of the connection; it is opened again if it is asked again."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(self, texts: Sequence[str], deadline_s: float) -> list[list[float]]:
        if self._client is None:
            self._client = await asyncio.to_thread(self._connect)
        import httpx

        asked = {"model": self._model, "input": list(texts), "truncate": True, "keep_alive": KEEP_ALIVE}
        try:
            async with asyncio.timeout(deadline_s):
                answer = await self._client.post(f"{self._url}/api/embed", json=asked, timeout=deadline_s)
            told = cast("dict[str, object]", answer.json()) if answer.is_success else {}
            found = told.get("embeddings")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, AttributeError) as error:
            raise self._failed(str(error) or type(error).__name__) from error
        if not answer.is_success:
            raise self._failed(f"{self._model!r}: it answers with {answer.status_code}")
        if not _is_table(found, len(texts)):
            raise self._failed("it answered something else than one vector a text")
        return cast("list[list[float]]", found)

    def _failed(self, why: str) -> EmbeddingError:
        self._rests_until_s = self._monotonic() + RESTS_S
        log.log(logging.INFO if self.problem is None else logging.DEBUG, "no vectors from %s: %s", self._url, why)
        self.problem = why
        return EmbeddingError(f"no vectors from {self._url}: {why}")


def _is_table(found: object, rows: int) -> bool:
    if not isinstance(found, list) or len(cast("list[object]", found)) != rows:
        return False
    lengths = {len(cast("list[object]", row)) if isinstance(row, list) else 0 for row in cast("list[object]", found)}
    numbers = all(
        isinstance(number, int | float) and not isinstance(number, bool)
        for row in cast("list[object]", found)
        if isinstance(row, list)
        for number in cast("list[object]", row)
    )
    return len(lengths) == 1 and 0 not in lengths and numbers
