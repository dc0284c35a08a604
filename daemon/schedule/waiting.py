"""What is open, in memory: who comes next by the clock on the wall, and who by elapsed time."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from daemon.clock import Clock
from daemon.schedule.due import DueId
from daemon.schedule.ledger import Record, instant, stamp
from daemon.schedule.line import Line

STEP_S = 0.25
"""If the clock on the wall and elapsed time part by more than this, it was set; NTP turns both by the same."""


class Waiting:
    """All open rows and the two lines that most of them stand in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: dict[DueId, Record] = {}
        self._by_wall = Line()
        self._by_elapsed = Line()
        self._apart_s = self._now_apart_s()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._rows.values()))

    def fill(self, records: Iterable[Record]) -> None:
        """Take these in place of all others."""
        self._apart_s = self._now_apart_s()
        self._rows = {record.id: record for record in records}
        running = [record for record in self._rows.values() if record.paused_left_s is None]
        self._by_wall.fill((record.id, self._key(record)) for record in running if not record.elapsed)
        self._by_elapsed.fill((record.id, self._key(record)) for record in running if record.elapsed)

    def get(self, id: DueId) -> Record | None:
        """Return an open row."""
        return self._rows.get(id)

    def put(self, record: Record) -> None:
        """Let a row wait, or wait for another time than before; a settled one no longer."""
        self.remove(record.id)
        if record.settled_at is None:
            self._rows[record.id] = record
            if record.paused_left_s is None:
                (self._by_elapsed if record.elapsed else self._by_wall).put(record.id, self._key(record))

    def amend(self, record: Record) -> None:
        """Keep other words with a row that is being handled; when it comes up again stays as it is."""
        self._rows[record.id] = record

    def again(self, id: DueId, after_s: float) -> None:
        """Let a row that was taken come up once more, after elapsed time."""
        if id in self._rows:
            self._by_elapsed.put(id, self._clock.monotonic() + after_s)

    def remove(self, id: DueId) -> Record | None:
        """Forget a row; return it."""
        self._by_wall.remove(id)
        self._by_elapsed.remove(id)
        return self._rows.pop(id, None)

    def take(self) -> tuple[Record, timedelta] | None:
        """Take the next whose time has come out of its line, with how long ago it came. The row stays open."""
        for line, now_s in (
            (self._by_elapsed, self._clock.monotonic()),
            (self._by_wall, self._clock.now().timestamp()),
        ):
            taken = line.take(now_s)
            if taken is not None:
                due, at_s = taken
                return self._rows[due], timedelta(seconds=max(0.0, now_s - at_s))
        return None

    def left_s(self, record: Record) -> float:
        """Return how long it is until a row is due, below 0 if it was."""
        if record.paused_left_s is not None:
            return record.paused_left_s
        if record.elapsed and (at_s := self._by_elapsed.at(record.id)) is not None:
            return at_s - self._clock.monotonic()
        return (instant(record.at) - self._clock.now()).total_seconds()

    def next_s(self) -> float | None:
        """Return how long it is until anything is due."""
        lefts = [
            first - now_s
            for first, now_s in (
                (self._by_elapsed.first(), self._clock.monotonic()),
                (self._by_wall.first(), self._clock.now().timestamp()),
            )
            if first is not None
        ]
        return min(lefts, default=None)

    def stepped_s(self) -> float:
        """Return by how much the clock was set since this was last asked; 0 if it was not."""
        step_s = self._now_apart_s() - self._apart_s
        if abs(step_s) < STEP_S:
            return 0.0
        self._apart_s += step_s
        return step_s

    def timers_by_the_wall(self) -> list[Record]:
        """Bring what timers say of the wall in line with the clock, which was set; return them."""
        moved: list[Record] = []
        for record in self:
            at_s = self._by_elapsed.at(record.id)
            if record.elapsed and at_s is not None:
                at = self._clock.now() + timedelta(seconds=at_s - self._clock.monotonic())
                moved.append(record._replace(at=stamp(at)))
        self._rows.update((record.id, record) for record in moved)
        return moved

    def _key(self, record: Record) -> float:
        if not record.elapsed:
            return instant(record.at).timestamp()
        return self._clock.monotonic() + (instant(record.at) - self._clock.now()).total_seconds()

    def _now_apart_s(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()
