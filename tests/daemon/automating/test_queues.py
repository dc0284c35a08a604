"""Starts that wait for their turn, and what is done before the house stops."""

from pathlib import Path

import pytest

from skills.routines import routine_switch
from tests.daemon.automating.house import HEAT, MOTION, Living, living
from tests.daemon.automating.test_living import MOVES, ON, routine

MINUTE = "[{delay: '00:01:00'}, {action: light.turn_on, target: {entity_id: light.lamp}}]"


async def thrice(one: Living) -> None:
    """Set the routine off three times: one run goes, two wait."""
    for value in ("on", "off", "on", "off", "on"):
        one.becomes(MOTION, value)
    await one.settled()


async def test_starts_that_waited_are_not_lost_over_a_restart(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine(MOVES, MINUTE, mode="queued"))
        await thrice(one)
        assert [run["waits"] for run in await one.runs()].count(1) == 2
        clock, twin = one.clock, one.twin
    async with living(tmp_path / "hearth.db", clock, twin=twin) as one:
        for _ in range(3):
            await one.passes(61)
        assert (await one.results(), one.sent()) == ([("it", "finished")] * 3, [ON] * 3)


async def test_a_start_whose_turn_came_while_the_daemon_was_away_begins_after_the_start(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine(MOVES, MINUTE, mode="queued"))
        await thrice(one)
        clock, twin = one.clock, one.twin
    await clock.advance(3_600)
    async with living(tmp_path / "hearth.db", clock, twin=twin) as one:
        await one.passes(11)
        assert one.sent() == [ON]
        await one.passes(61)
        await one.passes(61)
        assert await one.results() == [("it", "finished")] * 3


async def test_a_start_that_waits_knows_after_the_restart_what_set_it_off(tmp_path: Path):
    told = "[{delay: '00:01:00'}, {notice: \"{{ trigger.to_state.state }}\"}]"
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine("[{trigger: state, entity_id: sensor.heat}]", told, mode="queued"))
        one.becomes(HEAT, "21")
        await one.passes(1)
        one.becomes(HEAT, "22")
        await one.settled()
        clock, twin = one.clock, one.twin
    async with living(tmp_path / "hearth.db", clock, twin=twin) as one:
        await one.passes(61)
        await one.passes(61)
        assert [it.text for it in one.told] == ["21", "22"]


async def test_what_waits_for_a_routine_that_is_switched_off_is_put_down_as_not_begun(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine(MOVES, MINUTE, mode="queued"))
        await thrice(one)
        await one.wish(routine_switch("it", on=False))
        runs = await one.runs()
        assert sorted(str(run["result"]) for run in runs) == ["declined", "declined", "stopped"]
        assert {run["why"] for run in runs} == {"it was switched off"}


@pytest.mark.parametrize("actions", [None, MINUTE.replace("00:01:00", "00:00:00")], ids=["at once", "after a wait"])
async def test_the_house_does_what_it_does_before_it_stops(tmp_path: Path, actions: str | None):
    stops = "[{trigger: homeassistant, event: shutdown}]"
    async with living(tmp_path / "hearth.db") as one:
        await one.add(routine(stops, *([actions] if actions else [])))
        await one.routines.farewell()
        assert (await one.results(), one.sent()) == ([("it", "finished")], [ON])
