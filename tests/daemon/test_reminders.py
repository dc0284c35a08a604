"""Timers, alarms and reminders over the real ledger: what is made, changed, taken back, and said when it is due."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.firing import Firing
from daemon.notices import Notice
from daemon.reminders import Reminders
from daemon.schedule import Schedule
from daemon.store import Store
from devices.model import AreaId
from skills.actions import (
    alarm_cancel,
    alarm_set,
    alarm_snooze,
    reminder_add,
    reminder_cancel,
    timer_cancel,
    timer_change,
    timer_pause,
    timer_resume,
    timer_start,
)
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.views import Appointment, Kind
from tests.doubles import START, ManualClock

ZONE = ZoneInfo("Europe/Berlin")
SOON_S = 5.0
CAUSE = Cause(CauseId("said"), Origin.VOICE, PersonId("jane"), area=AreaId("kitchen"), said="set a timer")


@dataclass
class Kitchen:
    """A ledger with what it hands over to, and a commander that only listens."""

    clock: ManualClock
    schedule: Schedule
    reminders: Reminders
    heard: asyncio.Queue[Notice] = field(default_factory=asyncio.Queue[Notice])
    obeyed: list[tuple[str, Cause]] = field(default_factory=list[tuple[str, Cause]])
    deaf: int = 0
    """So many commands are not understood."""

    async def announce(self, notice: Notice) -> None:
        """Hear a notice."""
        self.heard.put_nowait(notice)

    async def obey(self, text: str, *, parent: Cause, area: AreaId | None, person: PersonId | None) -> str | None:
        """Hear a command."""
        self.obeyed.append((text, parent))
        if len(self.obeyed) <= self.deaf:
            return None
        return f"Done in the {area} for {person}."

    async def do(self, action: Action, cause: Cause = CAUSE) -> Outcome:
        """Carry an action out as the gateway does."""
        effect = next(effect for effect in self.reminders.effects() if effect.name == action.effect)
        parameters = effect.parameters.model_validate(action.arguments)
        assert effect.describe(parameters)
        return await effect.execute(parameters, cause)

    async def notice(self) -> Notice:
        """Return the next notice."""
        async with asyncio.timeout(SOON_S):
            return await self.heard.get()

    def only(self, kind: Kind = Kind.TIMER) -> Appointment:
        """Return the one open row of a kind."""
        (appointment,) = self.reminders.open(kind)
        return appointment

    async def moved(self, kind: Kind, before: datetime) -> datetime:
        """Wait until the one open row of a kind is due at another time; return that."""
        async with asyncio.timeout(SOON_S):
            while self.only(kind).at == before:
                await asyncio.sleep(0)
        return self.only(kind).at


@asynccontextmanager
async def kitchen(folder: Path, clock: ManualClock | None = None) -> AsyncGenerator[Kitchen]:
    clock = clock or ManualClock()
    async with Store.open(folder / "hearth.db", clock) as store:
        schedule = Schedule(store, clock, ZONE)
        there = Kitchen(clock, schedule, Reminders(schedule))
        Firing(schedule, there.reminders, there.announce, there, clock=clock, zone=ZONE)
        await schedule.begin()
        async with asyncio.TaskGroup() as group:
            running = group.create_task(schedule.run())
            yield there
            running.cancel()


async def advance(there: Kitchen, by_s: float) -> None:
    await there.clock.until_sleeping()
    await there.clock.advance(by_s)


async def test_a_timer_says_when_it_is_done(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        outcome = await there.do(timer_start(600, name="pasta"))
        await advance(there, 600)
        notice = await there.notice()
    assert outcome.verdict is Verdict.DONE
    assert (notice.text, notice.late, notice.area) == ("Your pasta timer is done.", False, "kitchen")
    assert (notice.cause.origin, notice.cause.parent) == (Origin.REMINDER, "said")


async def test_a_timer_that_ended_while_we_were_away_says_how_long_ago_once(tmp_path: Path):
    clock = ManualClock()
    async with kitchen(tmp_path, clock) as there:
        await there.do(timer_start(60, name="pasta"))
    await clock.advance(240)
    async with kitchen(tmp_path, clock) as there:
        notice = await there.notice()
    async with kitchen(tmp_path, clock) as there:
        left = there.reminders.open(Kind.TIMER)
    assert (notice.text, notice.late) == ("Your pasta timer was done 3 minutes ago, while I was away.", True)
    assert left == []


async def test_a_timer_stands_still_while_it_is_paused(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(timer_start(100))
        paused = await there.do(timer_pause(there.only().id))
        await advance(there, 500)
        left_s = there.only().paused_left_s
        await there.do(timer_resume(there.only().id))
        await advance(there, 100)
        notice = await there.notice()
    assert left_s == pytest.approx(100)
    assert paused.undo is not None
    assert paused.undo.effect == "timer.resume"
    assert notice.text == "Your 1 minute 40 second timer is done."


@pytest.mark.parametrize(("by_s", "left_s"), [(300, 900), (-120, 480), (-9_000, 1)], ids=["longer", "shorter", "over"])
async def test_a_timer_is_changed_and_changed_back(tmp_path: Path, by_s: float, left_s: float):
    async with kitchen(tmp_path) as there:
        await there.do(timer_start(600))
        outcome = await there.do(timer_change(there.only().id, by_s))
        after = there.only().at
        assert outcome.undo is not None
        await there.do(outcome.undo)
        back = there.only().at
    assert (after - START).total_seconds() == pytest.approx(left_s)
    assert (back - START).total_seconds() == pytest.approx(600)


async def test_a_cancelled_timer_comes_back_with_what_it_was(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(timer_start(600, name="tea"))
        cancelled = await there.do(timer_cancel(there.only().id))
        gone = there.reminders.open(Kind.TIMER)
        assert cancelled.undo is not None
        await there.do(cancelled.undo)
        back = there.only()
    assert gone == []
    assert (back.name, back.area, (back.at - START).total_seconds()) == ("tea", "kitchen", pytest.approx(600))


@pytest.mark.parametrize("action", [timer_cancel(7), timer_pause(7), timer_change(7, 5), alarm_cancel(7)])
async def test_what_is_not_there_fails_and_says_so(tmp_path: Path, action: Action):
    async with kitchen(tmp_path) as there:
        outcome = await there.do(action)
    assert outcome.verdict is Verdict.FAILED
    assert "not there" in outcome.detail


async def test_a_command_waits_for_its_timer_and_keeps_its_cause(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(timer_start(60, command="turn off the lamp"))
        await advance(there, 60)
        notice = await there.notice()
    assert [(text, cause.parent, cause.tainted) for text, cause in there.obeyed] == [
        ("turn off the lamp", "said", False)
    ]
    assert notice.text == "You asked me to turn off the lamp. Done in the kitchen for jane."


async def test_a_command_that_no_person_worded_stays_tainted(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(timer_start(60, command="open the blind"), Cause(CauseId("m"), Origin.MODEL))
        await advance(there, 60)
        await there.notice()
    assert [cause.tainted for _, cause in there.obeyed] == [True]


async def test_a_command_that_is_not_understood_just_after_a_start_is_tried_again(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        there.deaf = 1
        await there.do(timer_start(60, command="turn off the lamp"))
        await advance(there, 60)
        async with asyncio.timeout(SOON_S):
            while there.heard.empty():
                await there.clock.advance(1)
                await asyncio.sleep(0.01)
    assert len(there.obeyed) == 2
    assert there.heard.get_nowait().text.endswith("Done in the kitchen for jane.")


async def test_a_command_that_is_far_too_late_is_left(tmp_path: Path):
    clock = ManualClock()
    async with kitchen(tmp_path, clock) as there:
        await there.do(timer_start(60, command="turn off the lamp"))
    await clock.advance(timedelta(hours=3))
    async with kitchen(tmp_path, clock) as there:
        notice = await there.notice()
    assert there.obeyed == []
    assert "have left it: turn off the lamp" in notice.text


async def test_an_alarm_rings_at_its_wall_time_and_is_snoozed(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        early = await there.do(alarm_snooze(540))
        await there.do(alarm_set(START.astimezone(ZONE) + timedelta(hours=1)))
        await advance(there, 3_600)
        first = await there.notice()
        await there.do(alarm_snooze(540))
        await advance(there, 540)
        again = await there.notice()
    assert (early.verdict, early.detail) == (Verdict.FAILED, "no alarm has rung")
    assert (first.text, again.text) == ("It's 14:00. Your alarm.", "It's 14:09. Your alarm.")


async def test_a_recurring_reminder_stays_open_until_it_is_cancelled(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(reminder_add("take your pills", wall=START.astimezone(ZONE), rule="FREQ=DAILY"))
        await advance(there, 1)
        notice = await there.notice()
        next_at = await there.moved(Kind.REMINDER, START)
        cancelled = await there.do(reminder_cancel(there.only(Kind.REMINDER).id))
    assert notice.text == "Reminder: Take your pills."
    assert next_at == START + timedelta(days=1)
    assert cancelled.undo is not None
    assert cancelled.undo.arguments["rule"] == "FREQ=DAILY"


async def test_a_reminder_needs_one_time(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        outcome = await there.do(reminder_add("call mum"))
    assert outcome.verdict is Verdict.FAILED


async def test_a_rule_that_is_none_fails_and_says_so(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        outcome = await there.do(reminder_add("call mum", wall=START.astimezone(ZONE), rule="FREQ=SOMETIMES"))
        assert there.reminders.open(Kind.REMINDER) == []
    assert outcome.verdict is Verdict.FAILED
    assert outcome.detail
