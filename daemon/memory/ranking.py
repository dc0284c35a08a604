"""What speaks for a memory, weighed: one sum, whose weights were tuned on two conversations and tried on a third."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.memory.candidates import Features
from daemon.memory.question import Asked
from daemon.memory.sketches import NUMBERS, OWN_WORDS, QUESTION, TIME_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each reason counts."""

    before: float = 0.3
    answered: float = 0.5
    before2: float = 0.2
    after: float = 0.15
    after2: float = 0.05
    around: float = 0.8
    similar: float = 0.75
    person: float = 0.3
    """Where whoever is asked about said it."""
    question: float = 0.9
    """What the sum is multiplied by where the memory itself asks: it is rarely the answer."""
    own_words: float = 0.05
    time_words: float = 0.15
    numbers: float = 0.3
    near: float = 0.4
    kindred: float = 0.5
    """Of `daemon.memory.kindred`."""


WEIGHTS = Weights()
KNOWN = 0.64
"""Less evidence than this counts as nothing known.

Measured on three conversations: 1.3 % of the questions that have an answer there are then left without one, and so are
34 % of the questions about the other conversations and 67 % of those about a household that nobody ever spoke of. At
0.70 these were 4, 51 and 75 %.
"""
_BY_SCORE = 0.2


def score(asked: Asked, found: Features, weights: Weights = WEIGHTS) -> "NDArray[np.float32]":
    """Return how well each candidate answers; higher is better."""
    import numpy as np

    words = (
        found.own
        + weights.before * found.before
        + weights.answered * found.answered
        + weights.before2 * found.before2
        + weights.after * found.after
        + weights.after2 * found.after2
        + weights.around * found.around
    )
    total = words + weights.similar * np.maximum(found.similar, 0)
    total = total + weights.person * found.person
    total = total * np.where(found.flags & QUESTION, np.float32(weights.question), np.float32(1))
    total = total + weights.own_words * (found.flags & OWN_WORDS > 0) + weights.near * found.near
    if asked.when:
        total = total + weights.time_words * (found.flags & TIME_WORDS > 0)
    if asked.many:
        total = total + weights.numbers * (found.flags & NUMBERS > 0)
    return np.asarray(total, np.float32)


def evidence(asked: Asked, found: Features, kindred: "NDArray[np.float32]", weights: Mapping[str, float]) -> float:
    """Return the measure of whether anything is known: how much of what was asked the best candidate has, 0 to about 1,
    and a share of the best score without what is owed to the person alone.
    """
    import numpy as np

    whole = sum(weight for stem, weight in weights.items() if stem not in asked.names | asked.times)
    if not whole or not len(found.ids):
        return 0.0
    near = np.maximum.reduce((found.own, found.answered, 0.5 * found.before, 0.5 * found.after))
    total = score(asked, found) - WEIGHTS.person * found.person + WEIGHTS.kindred * kindred
    return float(((near + kindred) / whole).max() + _BY_SCORE * total.max())
