"""Words that mean nearly the same: "exercise" finds the yoga class, though no word of it was said."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from daemon.memory.embedding import StaticEmbedder
from daemon.memory.stems import STOPWORDS, stem, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST = 0.1
"""A cosine below it is what any two words have in common."""
MOST_WORDS = 60
"""Of one text that are looked at."""


class Kindred:
    """Weighs how near the words of a text come to words of a question that are not in it."""

    def __init__(self, embedder: StaticEmbedder) -> None:
        self._embedder = embedder

    def scores(self, asked: Sequence[str], weights: Mapping[str, float], texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return for each text the sum over the words asked, by how rare they are, of their nearest word's nearness.

        A word that is in the text, in any form, counts nothing here: the index has counted it.

        Args:
            asked: words of the question, without names.
            weights: how rare each stem of them is.
            texts: what is to be weighed.
        """
        import numpy as np

        wanted = [word for word in dict.fromkeys(asked) if word not in STOPWORDS]
        said = [list(dict.fromkeys(w for w in words(text) if w not in STOPWORDS))[:MOST_WORDS] for text in texts]
        places = {word: place for place, word in enumerate(dict.fromkeys(word for part in said for word in part))}
        found = np.zeros(len(texts), np.float32)
        if not wanted or not places:
            return found
        stems = [stem(word) for word in wanted]
        rare = np.array([weights.get(word, 0.0) for word in stems], np.float32)
        # Not by `@`: BLAS wakes all its threads for it, which then spin for longer than this takes.
        cosines = np.einsum("ij,kj->ik", self._embedder.words(list(places)), self._embedder.words(wanted))
        near = np.maximum(cosines - LEAST, 0) / (1 - LEAST)
        # What the index has found already counts for nothing here.
        for word, place in places.items():
            if stem(word) in stems:
                near[place, [stem(word) == other for other in stems]] = np.inf
        for row, part in enumerate(said):
            if part:
                best = near[[places[word] for word in part]].max(axis=0)
                found[row] = np.where(np.isinf(best), 0, best) @ rare
        return found
