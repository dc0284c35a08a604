"""Vectors of texts: the seam behind which an embedder stands, and the one that is always there."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from daemon.memory.stems import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Vector = NDArray[np.float32]

STATIC = Path(__file__).parent / "static"
DIMENSIONS = 256
LONGEST_WORD = 64
PIECES_KEPT = 4096
WORDS_KEPT = 1024
"""Of single words, 1 KB each."""


class Embedder(Protocol):
    """Turns texts into vectors whose directions are near where the meanings are.

    The same name must always mean the same vectors: with another one everything is embedded anew.
    """

    @property
    def name(self) -> str:
        """What the vectors are made with, version included."""
        ...

    async def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return one vector a text, of length 1 or, where there is nothing to go by, 0; shape (texts, dimensions).

        Raises:
            EmbeddingError: none can be had now. Must be raised within seconds.
        """
        ...


class StaticEmbedder:
    """The embedded default: the sum of the vectors of a text's word pieces. English; 0.04 ms a text."""

    def __init__(self, folder: Path = STATIC) -> None:
        """Read ``vectors.npy``, ``scale.npy`` and ``vocab.txt`` from ``folder`` when they are first needed."""
        self._folder = folder

    @property
    def name(self) -> str:
        """Return what the vectors are made with."""
        return "minilm-pieces-256"

    async def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return one vector a text."""
        return self.vectors(texts)

    def vectors(self, texts: Sequence[str]) -> "Vectors":
        """Return one vector a text, shape (texts, 256)."""
        import numpy as np

        found = np.empty((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            found[row] = self._summed([piece for word in words(text) for piece in self._pieces(word)])
        return found

    @cached_property
    def word(self) -> "Callable[[str], Vector]":
        """Return the vector of a word, shape (256,); of length 0 for one that has no pieces."""

        def vector(word: str) -> "Vector":
            return self._summed(self._pieces(word))

        return lru_cache(maxsize=WORDS_KEPT)(vector)

    def _summed(self, pieces: Sequence[int]) -> "Vector":
        """Return the sum of the vectors of pieces, made as long as 1."""
        import numpy as np

        table, scales = self._table
        if not pieces:
            return np.zeros(DIMENSIONS, np.float32)
        chosen = np.array(pieces)
        total = scales[chosen] @ table[chosen].astype(np.float32)
        return np.asarray(total / max(float(total @ total) ** 0.5, 1e-9), np.float32)

    @cached_property
    def _table(self) -> tuple["NDArray[np.int8]", "Vectors"]:
        import numpy as np

        # Mapped: of 8 MB only the pages of words that were met take memory, and the system may drop them again.
        vectors: NDArray[np.int8] = np.load(self._folder / "vectors.npy", mmap_mode="r")
        return vectors, np.load(self._folder / "scale.npy").astype(np.float32)

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        lines = (self._folder / "vocab.txt").read_text("utf-8").split("\n")
        return {piece: number for number, piece in enumerate(lines) if piece}

    @cached_property
    def _pieces(self) -> Callable[[str], tuple[int, ...]]:
        def pieces(word: str) -> tuple[int, ...]:
            return _pieces(word, self._vocabulary)

        return lru_cache(maxsize=PIECES_KEPT)(pieces)


def _pieces(word: str, vocabulary: Mapping[str, int]) -> tuple[int, ...]:
    """Return the longest pieces that make up a word, from its start; none if some sign of it has no piece."""
    found, start = list[int](), 0
    while start < len(word) <= LONGEST_WORD:
        for end in range(len(word), start, -1):
            piece = vocabulary.get(("##" if start else "") + word[start:end])
            if piece is not None:
                found.append(piece)
                start = end
                break
        else:
            return ()
    return tuple(found)
