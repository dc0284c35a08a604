"""Which memories may answer a question, and what speaks for each: numbers only, a row for every candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from daemon.memory.postings import Posting
from daemon.memory.question import Asked, minutes
from daemon.memory.sketches import QUESTION, Columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ids = NDArray[np.int64]

BEST_BY_WORDS, BEST_BY_VECTOR = 200, 100
"""So many of each go on; half and double as many changed no figure by more than 0.4 points."""
REACH = 6
"""How many memories away in the file a neighbour in the same talk is looked for: several talks may go on at a time."""
AROUND = 12
"""How far a talk counts as being about the same."""
_LEVELS = 4095
_SLICE = 16_384
NAME_WEIGHT = 0.1
"""What a name counts in the text: in a talk everybody says the other's name all the time."""
UNIT = 0.62
"""Brings BM25 of a good hit to about 1, where a cosine is."""
USUAL = 50
"""As many memories are taken for granted: among the first ten nearly every word is rare, which says nothing of it."""
TIME_WEIGHT = 0.5
"""What a word of the time counts: `last year` may well have been said in these words, but it is a time above all."""
_DAY_MINUTES = 24 * 60
NEAR_DAYS = 10.0
"""So far outside the time that was asked about, a memory no longer has anything of it."""


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for each candidate, one array a reason, all of the same length."""

    ids: "Ids"
    own: "Floats"
    """BM25 of its own words, names hardly counted."""
    before: "Floats"
    before2: "Floats"
    after: "Floats"
    after2: "Floats"
    """The same of what was said just before and after it in the same talk."""
    answered: "Floats"
    """`before` where that was a question: then this is the answer."""
    around: "Floats"
    """The mean over the talk around it."""
    similar: "Floats"
    """The cosine of its vector to the question's; 0 where it has none."""
    person: "Floats"
    """1 if whoever is asked about said it."""
    near: "Floats"
    """1 within the time that was asked about, falling to 0 over `NEAR_DAYS`."""
    flags: "NDArray[np.uint8]"


@dataclass(frozen=True, slots=True)
class Words:
    """The words' part of a search."""

    scores: "Floats"
    """BM25 by id."""
    best: "Ids"
    """The ids of the best."""
    weights: Mapping[str, float]
    """How rare each stem of the question is; of one that nobody ever said too."""


def by_words(asked: Asked, found: Mapping[str, Posting], total: int, newest: int) -> Words:
    """Return BM25 of every memory, and what each stem weighs; ``newest`` is the highest id.

    The unit shrinks as memory grows, as the rarest stem would otherwise weigh three times as much in a million as in a
    hundred, and everything that words are weighed against too little.
    """
    import numpy as np

    total += USUAL
    unit = UNIT / log(total)
    scores = np.zeros(newest + 1, np.float32)
    weights = dict[str, float]()
    for stem in asked.stems:
        posting = found.get(stem)
        holders = 0 if posting is None else len(posting.ids)
        rare = log(1 + (total - holders + 0.5) / (holders + 0.5))
        share = NAME_WEIGHT if stem in asked.names else TIME_WEIGHT if stem in asked.times else 1.0
        weights[stem] = unit * rare * share
        if posting is not None:
            scores[posting.ids] += np.float32(weights[stem]) * posting.impacts
    return Words(scores, _best(scores, BEST_BY_WORDS), weights)


def gather(asked: Asked, shelf: Columns, words: Words, vector: "Floats | None") -> Features:
    """Return the candidates of one shelf, and those around them in their talks."""
    import numpy as np

    places = _places(shelf, words.best)
    if vector is not None:
        places = np.concatenate((places, _nearest(shelf, vector)))
    near = _neighbours(shelf, places)
    chosen = np.unique(np.concatenate((places, near[near >= 0])))
    return _features(asked, shelf, chosen, words.scores, vector)


def joined(parts: Sequence[Features]) -> Features:
    """Return the candidates of several shelves as one."""
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    return Features(*(np.concatenate([getattr(part, name) for part in parts]) for name in Features.__slots__))


def _features(asked: Asked, shelf: Columns, chosen: "Ids", scores: "Floats", vector: "Floats | None") -> Features:
    import numpy as np

    near = _neighbours(shelf, chosen)
    ids = shelf.ids[chosen]

    def at(column: int) -> "Floats":
        there = near[:, column]
        return np.where(there >= 0, scores[shelf.ids[there]], np.float32(0))

    before = at(1)
    was_asked = (near[:, 1] >= 0) & ((shelf.flags[near[:, 1]] & QUESTION) > 0)
    return Features(
        ids,
        scores[ids],
        before,
        at(0),
        at(2),
        at(3),
        before * was_asked,
        _around(shelf, chosen, scores),
        np.zeros(len(chosen), np.float32) if vector is None else _cosines(shelf.signs[:, chosen], vector),
        np.isin(shelf.speakers[chosen], np.array(sorted(asked.people), np.uint32)).astype(np.float32),
        _near(asked, shelf.minutes[chosen]),
        shelf.flags[chosen],
    )


def _neighbours(shelf: Columns, chosen: "Ids") -> "Ids":
    """Return the places of the second and first before and the first and second after, -1 for none; shape (n, 4)."""
    import numpy as np

    found = np.full((len(chosen), 4), -1, np.int64)
    for sign, columns in ((-1, (1, 0)), (1, (2, 3))):
        count = np.zeros(len(chosen), np.int64)
        for step in range(1, REACH + 1):
            there = chosen + sign * step
            inside = (there >= 0) & (there < len(shelf.ids))
            same = inside & (shelf.sessions[np.where(inside, there, 0)] == shelf.sessions[chosen])
            for nth, column in enumerate(columns):
                hit = same & (count == nth)
                found[hit, column] = there[hit]
            count += same
    return found


def _around(shelf: Columns, chosen: "Ids", scores: "Floats") -> "Floats":
    import numpy as np

    there = chosen[:, None] + np.arange(-AROUND, AROUND + 1)
    inside = (there >= 0) & (there < len(shelf.ids))
    there = np.where(inside, there, 0)
    same = inside & (shelf.sessions[there] == shelf.sessions[chosen][:, None])
    total = np.where(same, scores[shelf.ids[there]], 0).sum(axis=1)
    return np.asarray(total / same.sum(axis=1), np.float32)


def _near(asked: Asked, at: "Ids") -> "Floats":
    import numpy as np

    if asked.window is None:
        return np.zeros(len(at), np.float32)
    start, end = minutes(asked.window)
    outside = np.maximum(np.maximum(start - at, at - end), 0) / _DAY_MINUTES
    return np.asarray(np.maximum(0, 1 - outside / NEAR_DAYS), np.float32)


def _places(shelf: Columns, ids: "Ids") -> "Ids":
    """Return where in the shelf the memories of these ids stand, of those that do."""
    import numpy as np

    places = np.minimum(np.searchsorted(shelf.ids, ids), len(shelf.ids) - 1)
    return np.asarray(places[shelf.ids[places] == ids], np.int64)


def _nearest(shelf: Columns, vector: "Floats") -> "Ids":
    """Return the places of the vectors whose signs differ least from this one's."""
    import numpy as np

    apart = _apart(shelf.signs, vector)
    # The least distance that enough have: halving is ten times quicker than counting every distance.
    low, most = 0, len(vector) // 2
    while low < most:
        middle = (low + most) // 2
        low, most = (low, middle) if np.count_nonzero(apart <= middle) >= BEST_BY_VECTOR else (middle + 1, most)
    return np.flatnonzero(apart <= most)[: 4 * BEST_BY_VECTOR]


def _cosines(signs: "NDArray[np.uint64]", vector: "Floats") -> "Floats":
    """Return about the cosine of vectors, known by their signs alone, to this one."""
    import numpy as np

    angles = np.cos(np.arange(len(vector) + 1) * (np.pi / len(vector)))
    return np.asarray(angles[_apart(signs, vector)], np.float32)


def _apart(signs: "NDArray[np.uint64]", vector: "Floats") -> "NDArray[np.uint16]":
    """Return in how many signs vectors differ from this one."""
    import numpy as np

    total, wanted = np.zeros(signs.shape[1], np.uint16), np.packbits(vector > 0).view(np.uint64)
    differ, counts = np.empty(_SLICE, np.uint64), np.empty(_SLICE, np.uint8)
    # In slices that stay in the processor's cache.
    for start in range(0, len(total), _SLICE):
        part = total[start : start + _SLICE]
        for row, word in zip(signs, wanted, strict=True):
            np.bitwise_xor(row[start : start + _SLICE], word, out=differ[: len(part)])
            part += np.bitwise_count(differ[: len(part)], out=counts[: len(part)])
    return total


def _best(scores: "Floats", most: int) -> "Ids":
    """Return the ids of the highest scores above 0, about ``most`` of them.

    By a histogram: `argpartition` over many equal values is thirty times slower.
    """
    import numpy as np

    ids = np.flatnonzero(scores > 0)
    if not len(ids):
        return ids
    values = scores[ids]
    levels = (values * np.float32(_LEVELS / float(values.max()))).astype(np.int32)
    counts = np.bincount(levels, minlength=_LEVELS + 1)[::-1].cumsum()
    return ids[levels >= _LEVELS - int(np.searchsorted(counts, most))][: 4 * most]
