"""Lays words along the sounds of a text, to see how well they would fit from a place on and where they would end."""

from collections.abc import Sequence
from itertools import accumulate

from skills.grammar.phones import changes, lost

LONGER, SHORTER = 4, 3
"""So many sounds more, and fewer, may have been heard than there are in the part of a word that was laid."""

START, SLOPE = 0.5, 0.35
"""What may be other in the part of a word that was laid: this much, and as much more for each sound of it."""

_NEVER = 1e3


class Sounding:
    """The sounds of one text. What words begin with alike is laid once for all of them."""

    def __init__(self, sounds: str) -> None:
        self._sounds = sounds
        self._lost = [lost(sound) for sound in sounds]
        self._changes: dict[str, list[float]] = {}
        """What it weighs that a sound was heard as each of those of the text."""
        self._rows: dict[int, dict[str, tuple[list[float], float]]] = {}
        """By place and beginning of a word: what that costs by how many sounds it was heard as, and the least of it."""

    def costs(self, said: str, at: int, most: float) -> Sequence[float] | None:
        """Return how much of `said` must be misheard to make it so many of the sounds from `at` on, none at all first.

        ``None`` if that is beyond `most` for all of them.
        """
        rows = self._rows.get(at)
        if rows is None:
            heard = accumulate(self._lost[at : at + LONGER], initial=0.0)
            rows = self._rows[at] = {"": ([*heard, _NEVER], 0.0)}
        row = rows[""][0]
        for size, sound in enumerate(said, 1):
            begun = said[:size]
            known = rows.get(begun)
            if known is None:
                known = rows[begun] = self._next(row, sound, at, size)
            row, least = known
            if least > most or least > START + SLOPE * size:
                return None
        return row[:-1]

    def _next(self, last: list[float], sound: str, at: int, size: int) -> tuple[list[float], float]:
        """Return the row of a word one sound longer, and the least of it."""
        change = self._changes.get(sound)
        if change is None:
            weights = changes(sound)
            change = self._changes[sound] = [weights[heard] for heard in self._sounds]
        skipped, end = min(max(0, size - SHORTER), len(self._sounds) - at), at + size + LONGER
        drop, before = lost(sound), last[skipped]
        best = least = before + drop
        row = [_NEVER] * skipped + [best]
        begin = at + skipped
        for changed, more, above in zip(change[begin:end], self._lost[begin:end], last[skipped + 1 :], strict=False):
            best += more
            if (other := before + changed) < best:
                best = other
            if (other := above + drop) < best:
                best = other
            if best < least:
                least = best
            row.append(best)
            before = above
        row.append(_NEVER)
        return row, least
