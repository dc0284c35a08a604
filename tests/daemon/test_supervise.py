import asyncio

import pytest

from daemon import supervise
from daemon.supervise import Condition, Health, HealthTable, keep_running


async def test_a_part_that_fails_is_started_again_and_noted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(supervise, "FIRST_WAIT_S", 0.001)
    table, runs, steady = HealthTable(), 0, asyncio.Event()

    async def part() -> None:
        nonlocal runs
        runs += 1
        if runs < 3:
            raise OSError("the microphone is gone")
        steady.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(keep_running("microphone", part, table))
        await steady.wait()
        running.cancel()
    assert runs == 3
    assert table.rows()[0].condition is Condition.DEGRADED
    assert caplog.text.count("microphone is away") == 1


def test_the_table_asks_its_parts_anew_each_time():
    table, connected = HealthTable(), False
    table.note(Health("store", Condition.FINE))
    table.ask("mqtt", lambda: Health("mqtt", Condition.FINE if connected else Condition.DEGRADED))
    before = [row.condition for row in table.rows()]
    connected = True
    assert (before, [row.condition for row in table.rows()]) == (
        [Condition.DEGRADED, Condition.FINE],
        [Condition.FINE, Condition.FINE],
    )
