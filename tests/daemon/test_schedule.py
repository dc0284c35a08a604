"""Tests of `daemon.schedule`: nothing that is due is lost, or happens twice."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from daemon.schedule import Due, Late, Lateness, Schedule, ScheduleError, UnknownDueError
from daemon.store import Store
from skills.model import Cause, CauseId, Origin, PersonId
from tests.doubles import START, ManualClock

BERLIN = ZoneInfo("Europe/Berlin")
CAUSE = Cause(CauseId("c1"), Origin.VOICE, person=PersonId("ada"), said="remind me")
HOUR = timedelta(hours=1)


class House:
    """A ledger under test, with what it handed over."""

    def __init__(self, path: Path, clock: ManualClock, zone: ZoneInfo = BERLIN) -> None:
        self.path = path
        self.clock = clock
        self.zone = zone
        self.fired: list[tuple[Due, Lateness]] = []
        self.fails: Callable[[Due], Awaitable[None]] | None = None

    @asynccontextmanager
    async def up(self, *, runs: bool = True) -> AsyncGenerator[Schedule]:
        """Start, and end as a kill would as far as the ledger sees."""
        async with Store.open(self.path, self.clock) as self.store:
            schedule = Schedule(self.store, self.clock, self.zone)
            schedule.handle("note", self._take)
            await schedule.begin()
            async with asyncio.TaskGroup() as group:
                running = group.create_task(schedule.run()) if runs else None
                yield schedule
                if running is not None:
                    running.cancel()

    async def _take(self, due: Due, lateness: Lateness) -> None:
        self.fired.append((due, lateness))
        if self.fails is not None:
            await self.fails(due)

    async def pass_(self, by: timedelta, schedule: Schedule) -> None:
        """Let time pass and everything happen that is due until then."""
        await self.clock.advance(by)
        await self.settle(schedule)

    async def settle(self, schedule: Schedule) -> None:
        async with asyncio.timeout(20):
            # Any transaction of ours comes after those that are under way.
            for _ in range(6):
                await self.store.run_bare(lambda _: None)
                await self.clock.until_sleeping()
                await asyncio.sleep(0)

    @property
    def names(self) -> list[str]:
        return [str(due.name) for due, _ in self.fired]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "hearth.db", ManualClock())


async def add(schedule: Schedule, name: str = "a", **when: Any) -> Due:
    return await schedule.add(kind="note", payload={"text": name}, cause=CAUSE, name=name, **when)


# Written down


async def test_a_row_is_found_again_with_all_that_was_said(house: House):
    async with house.up(runs=False) as schedule:
        added = await schedule.add(
            kind="note",
            payload={"text": "pasta", "for": ["ada"]},
            cause=CAUSE,
            wall=datetime(2026, 3, 2, 7, 0),
            rule="FREQ=WEEKLY;BYDAY=MO,FR",
            late=Late.ASK,
            window_s=60,
            owner=PersonId("ada"),
            name="pasta",
        )
    async with house.up(runs=False) as schedule:
        assert schedule.open() == [added]
        assert schedule.find(added.id) == added
    assert added.at == datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    assert added.zone == "Europe/Berlin"


async def test_what_is_open_is_listed_soonest_first_whatever_it_goes_by(house: House):
    async with house.up(runs=False) as schedule:
        await add(schedule, "third", wall=datetime(2026, 3, 1, 16, 0))
        await add(schedule, "first", after_s=60)
        await add(schedule, "second", at=START + HOUR)
        assert [due.name for due in schedule.open("note")] == ["first", "second", "third"]
        assert schedule.open("other") == []


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({}, "exactly one"),
        ({"at": START, "after_s": 5}, "exactly one"),
        ({"at": datetime(2026, 3, 1)}, "must be aware"),
        ({"wall": START}, "must be naive"),
        ({"after_s": -1}, "0 or more"),
        ({"after_s": float("nan")}, "0 or more"),
        ({"after_s": 1e18}, "beyond the calendar"),
        ({"wall": datetime(2026, 3, 1), "rule": "FREQ=NEVER"}, "FREQ"),
        ({"wall": datetime(2026, 3, 1), "rule": "rubbish"}, "FREQ"),
        ({"wall": datetime(2026, 3, 1), "rule": "FREQ=DAILY;BYDAY=XX"}, "XX"),
        ({"wall": datetime(2026, 3, 1), "rule": "FREQ=DAILY;INTERVAL=0"}, "INTERVAL"),
        ({"wall": datetime(2026, 3, 1), "rule": "FREQ=HOURLY;BYDAY=MO"}, "BYHOUR"),
        ({"wall": datetime(2026, 3, 1), "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "has no time"),
        ({"after_s": 5, "rule": "FREQ=DAILY"}, "plain pace"),
        ({"wall": datetime(2026, 3, 1), "rule": "FREQ=DAILY\nRDATE:20260301"}, "EXDATE"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(house: House, when: dict[str, Any], told: str):
    async with house.up(runs=False) as schedule:
        with pytest.raises(ScheduleError, match=told):
            await add(schedule, **when)
        assert schedule.open() == []


async def test_a_payload_that_json_cannot_say_is_refused(house: House):
    async with house.up(runs=False) as schedule:
        with pytest.raises(ScheduleError, match="JSON"):
            await schedule.add(kind="note", payload={"when": START}, cause=CAUSE, after_s=1)


# Due in time


async def test_what_is_due_is_handed_over_once_and_settled(house: House):
    async with house.up() as schedule:
        await add(schedule, at=START + HOUR)
        await house.pass_(timedelta(minutes=59), schedule)
        assert house.fired == []
        await house.pass_(timedelta(minutes=1), schedule)
        assert [lateness.late for _, lateness in house.fired] == [False]
        assert schedule.open() == []
    async with house.up() as schedule:
        await house.pass_(HOUR, schedule)
    assert house.names == ["a"]


async def test_a_change_while_waiting_is_followed_at_once(house: House):
    async with house.up() as schedule:
        due = await add(schedule, after_s=3600)
        await house.settle(schedule)
        await schedule.change(due.id, after_s=60)
        await house.pass_(timedelta(seconds=60), schedule)
        assert house.names == ["a"]


async def test_a_cancelled_row_never_comes(house: House):
    async with house.up() as schedule:
        due = await add(schedule, after_s=60)
        assert await schedule.cancel(due.id)
        assert not await schedule.cancel(due.id)
        await house.pass_(HOUR, schedule)
    assert house.fired == []


async def test_a_paused_timer_keeps_what_was_left_over_a_restart(house: House):
    async with house.up() as schedule:
        due = await add(schedule, after_s=600)
        await house.pass_(timedelta(seconds=200), schedule)
        assert (await schedule.pause(due.id)).paused_left_s == pytest.approx(400)
    await house.clock.advance(5 * HOUR)
    async with house.up() as schedule:
        assert schedule.left(due.id) == timedelta(seconds=400)
        await schedule.resume(due.id)
        await house.pass_(timedelta(seconds=399), schedule)
        assert house.fired == []
        await house.pass_(timedelta(seconds=1), schedule)
    assert [lateness.late for _, lateness in house.fired] == [False]


async def test_what_is_not_open_cannot_be_changed(house: House):
    async with house.up(runs=False) as schedule:
        due = await add(schedule, after_s=1)
        await schedule.cancel(due.id)
        for call in (schedule.pause(due.id), schedule.resume(due.id), schedule.change(due.id, name="b")):
            with pytest.raises(UnknownDueError):
                await call


async def test_an_alarm_comes_every_day_and_its_next_time_is_written_at_once(house: House):
    async with house.up() as schedule:
        await add(schedule, wall=datetime(2026, 3, 1, 14, 0), rule="FREQ=DAILY")
        for _ in range(3):
            await house.pass_(24 * HOUR, schedule)
        (due,) = schedule.open()
    assert (len(house.fired), due.fired, due.wall) == (3, 3, datetime(2026, 3, 4, 14, 0))


async def test_a_pace_of_elapsed_time_goes_on_while_the_clock_is_set(house: House):
    async with house.up() as schedule:
        await add(schedule, after_s=600, rule="FREQ=MINUTELY;INTERVAL=10")
        await house.pass_(timedelta(seconds=600), schedule)
        await house.clock.set(house.clock.now() - 24 * HOUR)
        await house.pass_(timedelta(seconds=600), schedule)
        await house.pass_(timedelta(seconds=600), schedule)
    assert len(house.fired) == 3


# The clock is set


@pytest.mark.parametrize("step", [HOUR, -HOUR, timedelta(days=-1), timedelta(days=30)], ids=str)
async def test_a_set_clock_does_not_move_a_timer(house: House, step: timedelta):
    async with house.up() as schedule:
        due = await add(schedule, after_s=600)
        await house.settle(schedule)
        await house.clock.set(START + step)
        await house.pass_(timedelta(seconds=1), schedule)
        assert schedule.left(due.id).total_seconds() == pytest.approx(599)
    async with house.up() as schedule:
        await house.pass_(timedelta(seconds=598), schedule)
        assert house.fired == []
        await house.pass_(timedelta(seconds=1), schedule)
    assert [lateness.late for _, lateness in house.fired] == [False]


async def test_what_the_clock_jumped_over_is_noticed_within_a_second_and_marked(house: House):
    async with house.up() as schedule:
        await add(schedule, wall=datetime(2026, 3, 1, 14, 0))
        await house.settle(schedule)
        await house.clock.set(START + 3 * HOUR)
        await house.pass_(timedelta(seconds=1), schedule)
    assert [lateness.by for _, lateness in house.fired] == [timedelta(hours=2, seconds=1)]


async def test_a_clock_set_back_a_day_fires_nothing_twice(house: House):
    async with house.up() as schedule:
        await add(schedule, "once", wall=datetime(2026, 3, 1, 14, 0))
        await add(schedule, "daily", wall=datetime(2026, 3, 1, 14, 0), rule="FREQ=DAILY")
        await house.pass_(2 * HOUR, schedule)
        await house.clock.set(START - 23 * HOUR)
        for _ in range(30):
            await house.pass_(HOUR, schedule)
        assert sorted(house.names) == ["daily", "once"]
        for _ in range(24):
            await house.pass_(HOUR, schedule)
    assert sorted(house.names) == ["daily", "daily", "once"]


async def test_an_alarm_that_rang_in_a_wrong_future_rings_tomorrow(house: House):
    async with house.up() as schedule:
        await add(schedule, wall=datetime(2026, 3, 1, 14, 0), rule="FREQ=DAILY")
        await house.clock.set(datetime(2040, 1, 1, 12, 0, tzinfo=UTC))
        await house.pass_(HOUR, schedule)
        await house.pass_(24 * HOUR, schedule)
        house.fired.clear()
        await house.clock.set(START)
    async with house.up() as schedule:
        await house.pass_(26 * HOUR, schedule)
    assert [due.wall.year for due, _ in house.fired if due.wall] == [2026]


# We were away


@pytest.mark.parametrize(
    ("late", "window_s", "away", "expected"),
    [
        (Late.RUN, 86_400, 2 * HOUR, [(True, False)]),
        (Late.RUN, 60, 2 * HOUR, [(True, True)]),
        (Late.ASK, 86_400, 2 * HOUR, [(True, True)]),
        (Late.SKIP, 86_400, 2 * HOUR, []),
        (Late.SKIP, 86_400, HOUR + timedelta(seconds=3), [(False, False)]),
        (Late.ASK, 86_400, HOUR + timedelta(seconds=3), [(False, False)]),
    ],
)
@pytest.mark.parametrize("when", [{"at": START + HOUR}, {"after_s": 3600}], ids=["instant", "timer"])
async def test_after_downtime_each_row_follows_its_rule(
    house: House,
    late: Late,
    window_s: float,
    away: timedelta,
    expected: list[tuple[bool, bool]],
    when: dict[str, Any],
):
    async with house.up(runs=False) as schedule:
        await add(schedule, late=late, window_s=window_s, **when)
    await house.clock.advance(away)
    async with house.up() as schedule:
        await house.pass_(timedelta(0), schedule)
        assert schedule.open() == []
    assert [(lateness.late, lateness.asked) for _, lateness in house.fired] == expected
    assert all(lateness.by == away - HOUR for _, lateness in house.fired)


async def test_after_days_away_an_alarm_rings_once_and_says_what_it_missed(house: House):
    async with house.up(runs=False) as schedule:
        await add(schedule, wall=datetime(2026, 3, 1, 14, 0), rule="FREQ=DAILY")
    await house.clock.advance(timedelta(days=5, hours=2))
    async with house.up() as schedule:
        await house.pass_(timedelta(0), schedule)
        (due,) = schedule.open()
    assert [(lateness.by, lateness.missed) for _, lateness in house.fired] == [(HOUR, 5)]
    assert due.wall == datetime(2026, 3, 7, 14, 0)


async def test_a_wall_time_follows_the_house_to_another_zone(house: House):
    async with house.up(runs=False) as schedule:
        await add(schedule, wall=datetime(2026, 3, 2, 7, 0))
        await add(schedule, "theirs", wall=datetime(2026, 3, 2, 7, 0), zone=BERLIN)
    house.zone = ZoneInfo("America/New_York")
    async with house.up(runs=False) as schedule:
        assert [due.at.hour for due in schedule.open()] == [6, 12]


async def test_a_zone_that_is_no_longer_known_is_taken_for_that_of_the_house(house: House):
    async with house.up(runs=False) as schedule:
        await add(schedule, wall=datetime(2026, 3, 2, 7, 0), zone=ZoneInfo("America/New_York"))
        await house.store.run_bare(lambda connection: connection.execute("UPDATE due SET zone = 'Mars/Olympus'"))
    async with house.up(runs=False) as schedule:
        assert [due.at.hour for due in schedule.open()] == [6]


async def test_a_rule_that_began_long_ago_comes_next_in_the_future(house: House):
    async with house.up(runs=False) as schedule:
        due = await add(schedule, wall=datetime(2019, 1, 7, 7, 0), rule="FREQ=WEEKLY;INTERVAL=2")
    assert due.wall == datetime(2026, 3, 9, 7, 0)
    assert due.begins == datetime(2019, 1, 7, 7, 0)


# Handlers


async def test_a_handler_that_fails_is_tried_again_and_then_given_up(house: House, caplog: pytest.LogCaptureFixture):
    async def fail(_: Due) -> None:
        raise RuntimeError("the satellite is gone")

    house.fails = fail
    async with house.up() as schedule:
        await add(schedule, after_s=1)
        for _ in range(800):
            await house.pass_(timedelta(seconds=1), schedule)
        assert schedule.open() == []
    assert [lateness.attempt for _, lateness in house.fired] == [1, 2, 3, 4, 5, 6]
    assert len({due.key for due, _ in house.fired}) == 1
    assert "gave up on note" in caplog.text


async def test_a_crash_while_handling_repeats_the_same_key(house: House):
    async def hang(_: Due) -> None:
        await asyncio.Event().wait()

    house.fails = hang
    for _ in range(2):
        async with house.up() as schedule:
            if not house.fired:
                await add(schedule, after_s=1)
            await house.pass_(timedelta(seconds=1), schedule)
        house.fails = None
    assert len(house.fired) == 2
    assert len({due.key for due, _ in house.fired}) == 1


async def test_a_row_that_ends_every_start_is_set_aside_and_reported(house: House, caplog: pytest.LogCaptureFixture):
    async with house.up(runs=False) as schedule:
        due = await add(schedule, after_s=1)
        await house.store.run_bare(lambda connection: connection.execute("UPDATE due SET begun = 3"))
    async with house.up() as schedule:
        await house.clock.advance(5)
        await house.store.run_bare(lambda _: None)
        assert schedule.open() == []
        assert [aside.id for aside in schedule.aside] == [due.id]
    assert house.fired == []
    assert "set aside note" in caplog.text


async def test_orderly_restarts_do_not_count_as_crashes(house: House):
    async def hang(_: Due) -> None:
        await asyncio.Event().wait()

    house.fails = hang
    for round_ in range(5):
        async with house.up() as schedule:
            if round_ == 0:
                await add(schedule, after_s=1)
            await house.pass_(timedelta(seconds=1), schedule)
            assert len(house.fired) == round_ + 1


async def test_a_row_moved_while_it_is_handled_comes_again_at_its_new_time(house: House):
    moved = asyncio.Event()

    async def wait(_: Due) -> None:
        await moved.wait()

    house.fails = wait
    async with house.up() as schedule:
        due = await add(schedule, after_s=1)
        await house.pass_(timedelta(seconds=1), schedule)
        await schedule.change(due.id, after_s=60)
        moved.set()
        await house.pass_(timedelta(seconds=60), schedule)
    assert [fired.key for fired, _ in house.fired] == [f"{due.id}.0", f"{due.id}.1"]


async def test_another_name_for_a_row_that_is_handled_does_not_bring_it_twice(house: House):
    named = asyncio.Event()

    async def wait(_: Due) -> None:
        await named.wait()

    house.fails = wait
    async with house.up() as schedule:
        due = await add(schedule, after_s=1)
        await house.pass_(timedelta(seconds=1), schedule)
        await schedule.change(due.id, name="b")
        named.set()
        await house.pass_(timedelta(seconds=60), schedule)
        assert schedule.open() == []
    assert len(house.fired) == 1


async def test_what_was_being_handled_comes_again_if_handing_over_is_begun_anew(house: House):
    async def hang(_: Due) -> None:
        await asyncio.Event().wait()

    house.fails = hang
    async with house.up(runs=False) as schedule, asyncio.TaskGroup() as group:
        first = group.create_task(schedule.run())
        await add(schedule, after_s=1)
        await house.pass_(timedelta(seconds=1), schedule)
        first.cancel()
        await asyncio.wait([first])
        house.fails = None
        second = group.create_task(schedule.run())
        await house.pass_(timedelta(seconds=1), schedule)
        assert schedule.open() == []
        second.cancel()
    assert len(house.fired) == 2


async def test_only_what_was_settled_long_ago_is_forgotten_while_we_run(house: House):
    async def kept() -> list[str]:
        return await house.store.run_bare(lambda db: [row[0] for row in db.execute("SELECT name FROM due ORDER BY id")])

    async with house.up() as schedule:
        for name, days in (("old", 1), ("new", 20), ("open", 400)):
            at = START + timedelta(days=days)
            await schedule.add(kind="note", payload={}, cause=CAUSE, at=at, name=name)
        await house.pass_(timedelta(days=1), schedule)
        await house.pass_(timedelta(days=29), schedule)
        await schedule.forget()
        before = await kept()
        await house.pass_(timedelta(days=2), schedule)
        await schedule.forget()
        after = await kept()
    assert (before, after) == (["old", "new", "open"], ["new", "open"])
