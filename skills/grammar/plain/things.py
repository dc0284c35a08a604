"""Finds the things of the house that a clause speaks of: by what can be so about them, and by every word that is said.

A command names one thing as a sentence has it; a clause about what happens names it loosely ("the laundry floor gets
wet"). So each thing that may be what the clause says is weighed by the words that its names, its room and its kind
explain, and no word may be left over.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from devices.model import AreaId, Entity, HomeView
from skills.grammar.plain.speech import Speech
from skills.grammar.tokens import words_of

SHORTEST_PART = 3
"""In letters: "Bad" is part of "Badfenster"."""


@dataclass(frozen=True, slots=True)
class Found:
    """The things that explain a clause best, and whether its words single them out."""

    entities: tuple[Entity, ...]
    named: int
    """How many of the words are of names and rooms."""
    whole: bool
    """Whether a name was said as a whole."""


@dataclass(slots=True)
class Things:
    """The things of one house, in one language."""

    home: HomeView
    speech: Speech
    _words: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def find(
        self, words: Sequence[str], among: Iterable[Entity], *, kinds: Callable[[Entity], frozenset[str]]
    ) -> Found | None:
        """Return what the words are about; ``None`` if one of them is about none of these things."""
        meant = [word for word in words if word not in self.speech.idle]
        best: list[Entity] = []
        most, named = -1.0, 0
        for entity in among:
            names = self._names(entity)
            hits = [word for word in meant if _is_of(word, names, self.speech)]
            place = [word for word in meant if word not in hits and _is_of(word, self._place(entity), self.speech)]
            kind = [word for word in meant if self._is_kind(word, kinds(entity))]
            # "Mara's tablet" may be one that is not called so.
            left = [
                word
                for word in meant
                if word not in hits and word not in place and word not in kind and not word.endswith("'s")
            ]
            if left:
                continue
            own = any(self.speech.classes.get(word) == entity.device_class for word in kind)
            covered = self._coverage(entity, hits)
            # A whole name tells more than a part of one with its room: the porch light is no other light of the porch.
            weight = covered + (0.5 if place else 0.0) + (0.25 if own else 0.0) + (0.2 if covered >= 1 else 0.0)
            if weight > most + 0.01:
                best, most, named = [entity], weight, len(set(hits) | set(place) - set(kind))
            elif weight > most - 0.01:
                best.append(entity)
        return Found(tuple(best), named, most >= 1) if best else None

    def _is_kind(self, word: str, kinds: frozenset[str]) -> bool:
        return bool({self.speech.classes.get(word, "-"), self.speech.measures.get(word, "-")} & kinds)

    def _coverage(self, entity: Entity, hits: Sequence[str]) -> float:
        """Return which part of one of its names was said, 1 if all of it was."""
        best = 0.0
        for name in (entity.name, *entity.aliases):
            parts = [word for word in words_of(name) if word not in self.speech.idle]
            said = [part for part in parts if any(_same(hit, part, self.speech) for hit in hits)]
            best = max(best, len(said) / len(parts) if parts else 0.0)
        return best

    def _names(self, entity: Entity) -> frozenset[str]:
        key = str(entity.id)
        if key not in self._words:
            self._words[key] = frozenset(word for name in (entity.name, *entity.aliases) for word in words_of(name))
        return self._words[key]

    def _place(self, entity: Entity) -> frozenset[str]:
        area = None if entity.area is None else self.home.area(entity.area)
        if area is None:
            return frozenset()
        floors = [floor for floor in self.home.floors() if floor.id == area.floor]
        names = [area.name, *area.aliases, *(name for floor in floors for name in (floor.name, *floor.aliases))]
        return frozenset(word for name in names for word in words_of(name))

    def areas(self, words: Sequence[str]) -> list[AreaId]:
        """Return the rooms whose name is said."""
        text = f" {' '.join(words)} "
        return [
            area.id
            for area in self.home.areas()
            if any(f" {' '.join(words_of(name))} " in text for name in (area.name, *area.aliases))
        ]


def _is_of(word: str, words: frozenset[str], speech: Speech) -> bool:
    return word in words or any(_same(word, other, speech) for other in words)


def _same(word: str, other: str, speech: Speech) -> bool:
    """Return whether two words are one: as one or many, of one meaning, or a part of a compound."""
    if word == other or word.rstrip("s") == other.rstrip("s") or word.removesuffix("'s") == other.removesuffix("'s"):
        return True
    if any(word in pair and other in pair for pair in speech.same):
        return True
    if speech.code != "de" or min(len(word), len(other)) < SHORTEST_PART:
        return False
    short, long = sorted((word, other), key=len)
    stem = short.rstrip("en") if len(short) > 5 else short
    return long.startswith(stem) or (len(short) >= 4 and long.endswith(short))
