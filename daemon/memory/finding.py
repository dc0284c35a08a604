"""Finding: from a question to the few memories that answer it, best first, or to none where nothing is known."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from daemon.memory import candidates, postings, rows
from daemon.memory.candidates import Features, Words
from daemon.memory.kindred import Kindred
from daemon.memory.model import Hit
from daemon.memory.question import Asked
from daemon.memory.ranking import KNOWN, WEIGHTS, evidence, score
from daemon.memory.sketches import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MOST_HITS = 50
RERANKED = 100
"""So many of the best are read and looked at once more, word by word; at least twice what is wanted."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, for whom."""

    asked: Asked
    shelves: Sequence[str]
    """What may be read: nothing else is, not even its index."""
    most: int
    """How many hits are wanted."""
    now: datetime
    """What has expired by then is not found."""
    until: datetime | None = None
    """What was said later is not found."""
    vector: "Floats | None" = None
    """Of the question; None: by words alone."""
    everything: bool = False
    """Whether to answer with what comes nearest even where nothing is known."""


class Finder:
    """Looks memories up; to be used on the database thread only, inside a transaction."""

    def __init__(self, kindred: Kindred) -> None:
        self._kindred, self._picture = kindred, Picture()

    def drop(self, since: int = 0) -> None:
        """Forget the picture of the file: something was taken out of it, or changed from an id on."""
        self._picture.drop(since)

    def speakers(self, connection: sqlite3.Connection, shelves: Sequence[str], width: int) -> frozenset[int]:
        """Return the codes of everybody who has said something on these shelves."""
        return frozenset[int]().union(*(part.known for part in self._picture.shelves(connection, shelves, width)))

    def find(self, connection: sqlite3.Connection, search: Search, width: int) -> Sequence[Hit]:
        """Return the memories that answer, best first; none if nothing is known."""
        if search.vector is not None and len(search.vector) != 8 * width:
            # Another embedder took over since the question was read.
            search = replace(search, vector=None)
        asked = search.asked
        shelves = [part for part in self._picture.shelves(connection, search.shelves, width) if len(part.ids)]
        if not shelves or not (asked.stems or search.vector is not None):
            return []
        found = postings.read(connection, search.shelves, asked.stems)
        total, newest = sum(len(part.ids) for part in shelves), max(int(part.ids[-1]) for part in shelves)
        words = candidates.by_words(asked, found, total, newest)
        features = candidates.joined([candidates.gather(asked, part, words, search.vector) for part in shelves])
        if not len(features.ids):
            return []
        return self._answer(connection, search, words, _shortened(asked, features, max(RERANKED, 2 * search.most)))

    def _answer(
        self, connection: sqlite3.Connection, search: Search, words: Words, features: Features
    ) -> Sequence[Hit]:
        """Read the best candidates and rank them by all there is."""
        import numpy as np

        ids = [int(number) for number in features.ids]
        said = rows.texts(connection, ids, search.shelves)
        if search.vector is not None:
            exact = _cosines(rows.vectors(connection, ids, search.shelves), ids, search.vector)
            features = replace(features, similar=exact)
        near = self._kindred.scores(search.asked.bare.split(), words.weights, [said.get(number, "") for number in ids])
        if not search.everything and evidence(search.asked, features, near, words.weights) < KNOWN:
            return []
        totals = score(search.asked, features) + np.float32(WEIGHTS.kindred) * near
        ranked = sorted(zip(totals.tolist(), ids, strict=True), key=lambda pair: -pair[0])
        # Some may have expired, or be of later.
        ranked = ranked[: 2 * search.most]
        kept = rows.fetch(connection, (number for _, number in ranked), search.shelves)
        answers = [(kept[number], value) for value, number in ranked if number in kept]
        return [_hit(memory, value) for memory, value in answers if _counts(memory, search)][: search.most]


def _shortened(asked: Asked, features: Features, most: int) -> Features:
    """Return the candidates that are best so far."""
    import numpy as np

    best = np.argsort(-score(asked, features), kind="stable")[:most]
    return Features(*(getattr(features, name)[best] for name in Features.__slots__))


def _cosines(found: Mapping[int, bytes], ids: Sequence[int], vector: "Floats") -> "Floats":
    import numpy as np

    none = bytes(len(vector))
    stored = np.frombuffer(b"".join(found.get(number, none) for number in ids), np.int8)
    table = stored.reshape(len(ids), len(vector)).astype(np.float32)
    # Not by `@`: see `daemon.memory.kindred`.
    lengths = np.sqrt(np.einsum("ij,ij->i", table, table))
    return np.asarray(np.einsum("ij,j->i", table, vector) / np.maximum(lengths, 1e-9), np.float32)


def _counts(memory: rows.Kept, search: Search) -> bool:
    note = memory.note
    return (note.expires_at is None or note.expires_at > search.now) and (
        search.until is None or note.at <= search.until
    )


def _hit(memory: rows.Kept, value: float) -> Hit:
    note = memory.note
    return Hit(
        memory.id, note.text, note.at, value, note.speaker, note.person, note.conversation, note.ref, note.tainted
    )
