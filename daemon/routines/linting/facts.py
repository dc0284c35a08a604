"""What can be so at once: for each state, attribute and hour what is still possible."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from daemon.routines.values import number_of

Key: TypeAlias = tuple[str, str]
"""An entity and its attribute; empty for the state. Names with ``~`` are no entities: the trigger, a wait's end."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers between two limits."""

    low: float = -math.inf
    high: float = math.inf
    with_low: bool = False
    with_high: bool = False

    def has(self, number: float) -> bool:
        """Say whether a number lies in it."""
        above = number > self.low or (self.with_low and number == self.low)
        return above and (number < self.high or (self.with_high and number == self.high))

    @property
    def is_empty(self) -> bool:
        """Say whether no number lies in it."""
        return self.low > self.high or (self.low == self.high and not (self.with_low and self.with_high))

    def meet(self, other: "Range") -> "Range":
        """Return what lies in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        with_low = all(each.with_low for each in (self, other) if each.low == low)
        with_high = all(each.with_high for each in (self, other) if each.high == high)
        return Range(low, high, with_low, with_high)


ALL: Final = Range()


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one thing may still be: some words, or any but some, and the numbers of a range."""

    finite: frozenset[str] | None = None
    """Just these, words and numbers; then nothing else counts."""
    words: frozenset[str] | None = None
    """Words that are no numbers; none: any."""
    barred: frozenset[str] = frozenset()
    numbers: Range | None = ALL
    """None: it is no number."""

    def has(self, word: str) -> bool:
        """Say whether it may be this."""
        if word in self.barred:
            return False
        if self.finite is not None:
            return word in self.finite
        number = number_of(word)
        if number is not None:
            return self.numbers is not None and self.numbers.has(number)
        return self.words is None or word in self.words

    @property
    def is_empty(self) -> bool:
        """Say whether it may be nothing at all."""
        if self.finite is not None:
            return not (self.finite - self.barred)
        point = None
        if self.numbers is not None and not self.numbers.is_empty:
            point = f"{self.numbers.low:g}" if self.numbers.low == self.numbers.high else ""
        return self.words is not None and not (self.words - self.barred) and (point is None or point in self.barred)

    def meet(self, other: "Allowed") -> "Allowed":
        """Return what is possible by both."""
        if self.finite is not None or other.finite is not None:
            known = self.finite if self.finite is not None else other.finite
            return Allowed(finite=frozenset(word for word in known or () if self.has(word) and other.has(word)))
        words = other.words if self.words is None else self.words
        if self.words is not None and other.words is not None:
            words = self.words & other.words
        numbers = None if self.numbers is None or other.numbers is None else self.numbers.meet(other.numbers)
        return Allowed(None, words, self.barred | other.barred, numbers)


def one_of(*words: str) -> Allowed:
    """Return that it is one of these."""
    return Allowed(finite=frozenset(canonical(word) for word in words))


def none_of(*words: str) -> Allowed:
    """Return that it is none of these."""
    return Allowed(barred=frozenset(canonical(word) for word in words))


def number_in(numbers: Range) -> Allowed:
    """Return that it is a number of a range."""
    return Allowed(words=frozenset(), numbers=numbers)


def canonical(word: object) -> str:
    """Return a state as it is compared: ``20`` and ``20.0`` are one, ``True`` and ``on`` too."""
    if isinstance(word, bool):
        return "on" if word else "off"
    text = str(word)
    if text in ("True", "False", "true", "false"):
        return "on" if text in ("True", "true") else "off"
    number = number_of(text)
    return text if number is None else f"{number:g}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is possible at one moment."""

    moments: int
    """Which minutes of a week in each season, as bits; see `moments`."""
    about: Mapping[Key, Allowed] = field(default_factory=dict[Key, Allowed])

    @property
    def is_possible(self) -> bool:
        """Say whether all of it can be so at once."""
        return self.moments != 0 and not any(allowed.is_empty for allowed in self.about.values())

    def knowing(self, key: Key, allowed: Allowed) -> "Facts":
        """Return the same with one thing more known."""
        before = self.about.get(key)
        return Facts(self.moments, {**self.about, key: allowed if before is None else before.meet(allowed)})

    def at(self, moments: int) -> "Facts":
        """Return the same at fewer moments."""
        return Facts(self.moments & moments, self.about)

    def forgetting(self, *entities: str) -> "Facts":
        """Return the same without what is known of some entities."""
        return Facts(self.moments, {key: allowed for key, allowed in self.about.items() if key[0] not in entities})

    def meet(self, other: "Facts") -> "Facts":
        """Return what is possible by both; what is known of a run (its trigger, its waits) is left out."""
        found = Facts(self.moments & other.moments, {key: each for key, each in self.about.items() if key[0][0] != "~"})
        for key, allowed in other.about.items():
            if key[0][0] != "~":
                found = found.knowing(key, allowed)
        return found
