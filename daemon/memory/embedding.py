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
        return self._summed([[piece for word in words(text) for piece in self._pieces(word)] for text in texts])

    def words(self, given: Sequence[str]) -> "Vectors":
        """Return one vector a word, shape (words, 256); of length 0 for one that has no pieces."""
        return self._summed([self._pieces(word) for word in given])

    def _summed(self, pieces: "Sequence[Sequence[int]]") -> "Vectors":
        """Return for each row of pieces the sum of their vectors, made as long as 1."""
        import numpy as np

        table, scales = self._table
        found = np.zeros((len(pieces), DIMENSIONS), np.float32)
        lengths = np.array([len(row) for row in pieces], np.int64)
        chosen = np.fromiter((piece for row in pieces for piece in row), np.int64)
        if not len(chosen):
            return found
        told = np.flatnonzero(lengths)
        starts = (np.cumsum(lengths) - lengths)[told]
        found[told] = np.add.reduceat(table[chosen] * scales[chosen, None], starts, axis=0)
        norms = np.sqrt(np.einsum("ij,ij->i", found, found))
        return np.asarray(found / np.maximum(norms, np.float32(1e-9))[:, None], np.float32)

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
