"""What could be chance: the least that a share may be in truth, and how likely so many hits are without a habit."""

from math import exp, lgamma, log, log1p, sqrt
from typing import Final

Z: Final = 1.2816
"""One-sided, 90 %."""


def lower_bound(hits: int, chances: int) -> float:
    """Return the lower bound of Wilson's score interval for a share, 0 to 1; 0 where there was no chance."""
    if chances <= 0:
        return 0.0
    share, square = hits / chances, Z * Z
    middle = share + square / (2 * chances)
    margin = Z * sqrt(share * (1 - share) / chances + square / (4 * chances * chances))
    return (middle - margin) / (1 + square / chances)


def log_tail(hits: int, chances: int, share: float) -> float:
    """Return the natural logarithm of the probability of at least so many hits, if each falls with ``share``."""
    if hits <= 0 or share >= 1:
        return 0.0
    if share <= 0:
        return float("-inf")
    ways = lgamma(chances + 1)
    total, largest = 0.0, None
    for count in range(hits, chances + 1):
        term = ways - lgamma(count + 1) - lgamma(chances - count + 1)
        term += count * log(share) + (chances - count) * log1p(-share)
        if largest is None:
            largest = term
        total += exp(min(term - largest, 700.0))
        if term - largest < -40:
            break
    assert largest is not None
    return min(0.0, largest + log(total))


def median(numbers: list[float]) -> float:
    """Return the middle one; 0 of none."""
    if not numbers:
        return 0.0
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def spread_of(numbers: list[float]) -> float:
    """Return how far numbers usually are from their median: the median deviation, as a standard deviation."""
    middle = median(numbers)
    return 1.4826 * median([abs(number - middle) for number in numbers])
