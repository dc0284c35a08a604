"""What no thing tells of itself: that Hearth runs, whether it reaches the broker, and who is at home."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

from daemon.clock import Clock
from daemon.history.history import History
from daemon.history.recording import Kept
from skills.model import PersonId

RUNS: Final = "hearth.running"
"""A number: 2 at a start, 1 every minute, 0 at a stop in good order. Whoever was killed leaves a gap."""
BROKER: Final = "hearth.mqtt"
"""``on`` and ``off``: whether the broker is reached."""
STANDING: Final = (RUNS, BROKER)
BEAT_S: Final = 60.0
LOOK_S: Final = 5.0
GAP: Final = timedelta(minutes=3)
"""So long without a beat, and Hearth did not run; a busy machine may be late by one."""


class Standing:
    """Keeps that; made for as long as a history is open."""

    def __init__(self, history: History, clock: Clock, reached: Mapping[str, Callable[[], bool]]) -> None:
        """``reached`` says of each link, by the name under which it is kept, whether it is up."""
        self._history, self._clock, self._reached = history, clock, reached
        self._seen: dict[str, bool] = {}
        self._up: dict[str, bool] = {}
        self._people: dict[PersonId, bool] = {}

    def on_person(self, person: PersonId, *, at_home: bool | None) -> None:
        """Keep that somebody came or went; to be called when what tells of them has reported."""
        if at_home is not None and self._people.get(person) is not at_home:
            self._people[person] = at_home
            self._tell(f"person.{person}", "home" if at_home else "not_home")

    async def run(self) -> None:
        """Keep it until cancelled."""
        self._tell(RUNS, "2")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._beat())
                if self._reached:
                    group.create_task(self._look())
        finally:
            self._tell(RUNS, "0")

    async def _beat(self) -> None:
        while True:
            await self._clock.sleep(BEAT_S)
            self._tell(RUNS, "1")

    async def _look(self) -> None:
        while True:
            for name, is_up in self._reached.items():
                before, up = self._seen.get(name, True), is_up()
                self._seen[name] = up
                # Down only when seen so twice: just after a start nothing is up.
                if (up or not before) and self._up.get(name) is not up:
                    self._up[name] = up
                    self._tell(name, "on" if up else "off")
            await self._clock.sleep(LOOK_S)

    def _tell(self, name: str, value: str) -> None:
        self._history.keep(Kept(self._clock.now(), name, value))


def breaks(beats: Sequence[Kept]) -> Iterator[tuple[Kept, Kept]]:
    """Yield the last beat before each time that Hearth did not run, and the first after it."""
    for before, after in pairwise(beats):
        if after.value in ("2", "2.0") or after.at - before.at > GAP:
            yield before, after
