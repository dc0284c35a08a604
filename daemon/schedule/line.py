"""Who comes next, among many."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from daemon.schedule.due import DueId


class Line:
    """Ids in the order of a number of seconds: putting in, moving and taking out cost O(log n)."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, DueId]] = []
        self._at: dict[DueId, float] = {}

    def fill(self, items: Iterable[tuple[DueId, float]]) -> None:
        """Take these in place of all others."""
        self._at = dict(items)
        self._tidy()

    def put(self, id: DueId, at_s: float) -> None:
        """Let an id wait for a time, in place of the one it waited for."""
        self._at[id] = at_s
        heappush(self._heap, (at_s, id))
        # What was moved or removed stays in the heap until it comes up; a heap of nothing else must not grow.
        if len(self._heap) > 2 * len(self._at) + 64:
            self._tidy()

    def remove(self, id: DueId) -> None:
        """Let an id no longer wait; nothing happens if it does not."""
        self._at.pop(id, None)

    def at(self, id: DueId) -> float | None:
        """Return what an id waits for."""
        return self._at.get(id)

    def first(self) -> float | None:
        """Return the earliest time that anything waits for."""
        while self._heap:
            at_s, first = self._heap[0]
            if self._at.get(first) == at_s:
                return at_s
            heappop(self._heap)
        return None

    def take(self, now_s: float) -> tuple[DueId, float] | None:
        """Take out the first whose time has come, with that time."""
        first = self.first()
        if first is None or first > now_s:
            return None
        at_s, taken = heappop(self._heap)
        del self._at[taken]
        return taken, at_s

    def _tidy(self) -> None:
        self._heap = [(at_s, one) for one, at_s in self._at.items()]
        heapify(self._heap)
