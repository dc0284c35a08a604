"""Random lives of a ledger under a clock that is moved at will: nothing is lost, comes twice, or is late unmarked."""

import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from daemon.schedule import GRACE, Due, DueId, Late, Lateness, Schedule, UnknownDueError
from tests.daemon.test_schedule import CAUSE, House
from tests.doubles import ManualClock

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca")
STEPS = (timedelta(seconds=-1), timedelta(hours=1), timedelta(hours=-1), timedelta(days=-1), timedelta(days=2))
RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,SA,SU", "FREQ=HOURLY;INTERVAL=3", "FREQ=DAILY;BYHOUR=2;BYMINUTE=15,45")


def starts(seed: int) -> tuple[ZoneInfo, datetime]:
    """Return a zone and a time shortly before one of its clock changes, between 2000 and 2040."""
    dice = random.Random(seed)
    zone = ZoneInfo(dice.choice(ZONES))
    day = datetime(dice.randrange(2000, 2041), 1, 1, 12, tzinfo=UTC)
    changes = [
        day + timedelta(days=number)
        for number in range(366)
        if (day + timedelta(days=number)).astimezone(zone).utcoffset()
        != (day + timedelta(days=number + 1)).astimezone(zone).utcoffset()
    ]
    return zone, dice.choice(changes or [day])


class Witness:
    """Lets things happen at random and remembers what was promised."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.dice = random.Random(seed)
        self.once: dict[DueId, Late] = {}
        self.cancelled: set[DueId] = set()
        self.unmarked: list[str] = []
        house.fails = self._see

    async def act(self, schedule: Schedule) -> None:
        dice = self.dice
        match dice.randrange(8):
            case 0 | 1 | 2:
                await self._add(schedule)
            case 3 if open_now := schedule.open():
                chosen = dice.choice(open_now).id
                if await schedule.cancel(chosen):
                    self.cancelled.add(chosen)
            case 4 if open_now := schedule.open():
                chosen = dice.choice(open_now).id
                # What is being handled, or just was, cannot be paused any more.
                with suppress(UnknownDueError):
                    await (schedule.pause(chosen) if dice.random() < 0.5 else schedule.resume(chosen))
            case 5:
                await self.house.clock.set(self.house.clock.now() + dice.choice(STEPS))
                await self.house.pass_(timedelta(seconds=1), schedule)
            case _:
                await self.house.pass_(timedelta(seconds=dice.choice((1, 30, 1800, 3600, 7200, 40_000))), schedule)

    async def _add(self, schedule: Schedule) -> None:
        ahead_s = self.dice.uniform(0, 100_000)
        wall = (self.house.clock.now() + timedelta(seconds=ahead_s)).astimezone(self.house.zone).replace(tzinfo=None)
        late = self.dice.choice(tuple(Late))
        when: dict[str, Any] = self.dice.choice(
            (
                {"after_s": ahead_s},
                {"wall": wall},
                {"at": self.house.clock.now() + timedelta(seconds=ahead_s)},
                {"wall": wall.replace(second=0, microsecond=0), "rule": self.dice.choice(RULES)},
            )
        )
        due = await schedule.add(kind="note", payload={}, cause=CAUSE, late=late, **when)
        if due.rule is None:
            self.once[due.id] = late

    async def _see(self, due: Due) -> None:
        _, lateness = self.house.fired[-1]
        behind = self.house.clock.now() - due.at
        if due.rule is None and not due.elapsed and (behind > GRACE) != lateness.late:
            self.unmarked.append(f"{due.key}: {behind}")
        if due.id in self.cancelled:
            self.unmarked.append(f"{due.key} was cancelled")


def repeated(fired: list[tuple[Due, Lateness]]) -> list[object]:
    """Return what came more than once: an occurrence by its key, a time of a row by its wall."""
    keys = Counter[object](due.key for due, _ in fired)
    walls = Counter[object]((due.id, due.at) for due, _ in fired if due.wall is not None)
    return [one for counts in (keys, walls) for one, count in counts.items() if count > 1]


@pytest.mark.parametrize("seed", range(25))
async def test_whatever_happens_all_that_was_promised_comes_once(tmp_path: Path, seed: int):
    zone, now = starts(seed)
    house = House(tmp_path / "hearth.db", ManualClock(now), zone)
    witness = Witness(house, seed)
    for _ in range(6):
        async with house.up() as schedule:
            for _ in range(witness.dice.randrange(1, 12)):
                await witness.act(schedule)
        await house.clock.advance(witness.dice.choice((1, 600, 86_400)))
    async with house.up() as schedule:
        for due in schedule.open():
            with suppress(UnknownDueError):
                await schedule.resume(due.id)
        for _ in range(8):
            await house.pass_(timedelta(hours=16), schedule)
        left = [due for due in schedule.open() if due.rule is None]
    seen = {due.id for due, _ in house.fired} | witness.cancelled
    lost = [number for number, late in witness.once.items() if number not in seen and late is not Late.SKIP]
    assert (left, lost, repeated(house.fired), witness.unmarked) == ([], [], [], [])
