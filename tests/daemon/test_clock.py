"""Tests of `daemon.clock` and of its double."""

import asyncio
import time
from datetime import timedelta

import pytest

from daemon.clock import Clock, SystemClock
from tests.doubles import START, ManualClock


async def test_the_time_of_day_is_aware_and_in_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_elapsed_time_counts_what_the_machine_slept():
    before_s = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before_s <= SystemClock().monotonic() <= time.clock_gettime(time.CLOCK_BOOTTIME)


async def test_waiting_until_a_time_ends_at_or_after_it():
    clock = SystemClock()
    at = clock.now() + timedelta(milliseconds=20)
    await clock.sleep_until(at)
    assert clock.now() >= at


async def test_waiting_until_a_time_in_the_past_does_not_wait():
    clock = SystemClock()
    async with asyncio.timeout(5):
        await clock.sleep_until(clock.now() - timedelta(days=1))


async def test_a_negative_duration_does_not_wait():
    async with asyncio.timeout(5):
        await SystemClock().sleep(-3)


async def test_time_stands_still_until_the_test_moves_it():
    clock: Clock = ManualClock()
    assert (clock.now(), clock.monotonic()) == (START, 0.0)


async def test_a_sleeper_wakes_when_its_time_has_passed_and_not_before():
    clock = ManualClock()
    async with asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep(10))
        await clock.until_sleeping()
        await clock.advance(9)
        await asyncio.sleep(0)
        assert not sleeper.done()
        await clock.advance(1)


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=2)], ids=["an hour", "two days"])
async def test_setting_the_clock_reaches_those_who_wait_for_a_time_of_day_only(step: timedelta):
    clock = ManualClock()
    async with asyncio.TaskGroup() as group:
        group.create_task(clock.sleep_until(START + step))
        duration = group.create_task(clock.sleep(1))
        await clock.until_sleeping(2)
        await clock.set(START + step)
        await asyncio.sleep(0)
        assert not duration.done()
        await clock.advance(1)
