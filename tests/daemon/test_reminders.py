"""Timers, alarms and reminders over the real ledger: what is made, changed, taken back, and said when it is due."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.insisting import RINGS_FOR
from daemon.schedule import Schedule
from daemon.store import Store
from skills.actions import (
    alarm_cancel,
    alarm_set,
    alarm_skip,
    alarm_snooze,
    alarm_stop,
    moved,
    reminder_add,
    reminder_cancel,
    timer_cancel,
    timer_change,
    timer_pause,
    timer_resume,
    timer_start,
)
from skills.model import Action, Cause, CauseId, Origin, Verdict
from skills.views import Kind
from tests.doubles import START, ManualClock
from tests.kitchen import (
    OPENS,
    SOON_S,
    ZONE,
    Bell,
    advance,
    kitchen,
    ring_on,
    settled,
)


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


async def test_an_alarm_that_is_taken_back_has_the_name_that_it_had(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(alarm_set((START + timedelta(hours=9)).astimezone(ZONE), name="gym"))
        gone = await there.do(alarm_cancel(there.only(Kind.ALARM).id))
        assert gone.undo is not None
        await there.do(gone.undo)
        back = there.only(Kind.ALARM)
    assert (back.name, back.at) == ("gym", START + timedelta(hours=9))


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
    assert [(text, cause.parent, cause.tainted, cause.door) for text, cause in there.obeyed] == [
        ("turn off the lamp", "said", False, Origin.VOICE)
    ]
    assert notice.text == "You asked me to turn off the lamp. Done in the kitchen for jane."


async def test_a_command_that_no_person_worded_stays_tainted(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(timer_start(60, command="open the blind"), Cause(CauseId("m"), Origin.MODEL))
        await advance(there, 60)
        await there.notice()
    assert [cause.tainted for _, cause in there.obeyed] == [True]


async def test_what_no_person_worded_stays_so_when_it_is_told_again(tmp_path: Path):
    """Told again, the words of a model were told as those of the household."""
    async with kitchen(tmp_path) as there:
        wish = reminder_add("call the bank", after_s=60, insist=True)
        await there.do(wish, Cause(CauseId("m"), Origin.MODEL))
        await advance(there, 60)
        first = await there.notice()
        await settled(there)
        await advance(there, 300)
        again = await there.notice()
    assert (again.text, first.cause.tainted, again.cause.tainted) == ("Again: Call the bank.", True, True)


async def test_a_command_of_which_nobody_could_be_told_is_not_carried_out_again(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        there.full = True
        await there.do(timer_start(60, command="open the blind"))
        await advance(there, 60)
        await settled(there)
        await advance(there, 5)
        await settled(there)
        left = there.reminders.open(Kind.TIMER)
    assert ([text for text, _ in there.obeyed], left) == (["open the blind"], [])


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


async def test_a_command_that_is_late_says_so(tmp_path: Path):
    clock = ManualClock()
    async with kitchen(tmp_path, clock) as there:
        await there.do(timer_start(60, command="turn off the lamp"))
    await clock.advance(180)
    async with kitchen(tmp_path, clock) as there:
        notice = await there.notice()
    assert notice.late
    assert notice.text.endswith("Done in the kitchen for jane. That was due 2 minutes ago, while I was away.")


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


async def test_a_reminder_after_a_while_comes_back_with_what_was_left(tmp_path: Path):
    """Seen: "cancel the reminder" of one in ten minutes cancelled it, and said that nothing was open."""
    async with kitchen(tmp_path) as there:
        await there.do(reminder_add("check the oven", after_s=600))
        await advance(there, 200)
        cancelled = await there.do(reminder_cancel(there.only(Kind.REMINDER).id))
        assert cancelled.undo is not None
        await there.do(cancelled.undo)
        back = there.only(Kind.REMINDER)
    assert cancelled.verdict is Verdict.DONE
    assert (back.at - START).total_seconds() == pytest.approx(600)


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


async def test_an_alarm_grows_louder_until_it_is_stopped(tmp_path: Path):
    bell = Bell()
    async with kitchen(tmp_path, ringer=bell) as there:
        await there.do(alarm_set(START.astimezone(ZONE) + timedelta(hours=1)))
        await advance(there, 3_600)
        await there.notice()
        await ring_on(there, 3)
        grown, listed = list(bell.levels), there.insisting.coming_back(Kind.ALARM)
        stopped = await there.do(alarm_stop())
        silent = not bell.rings
        await ring_on(there, 3)
    assert grown == sorted(grown)
    assert len(set(grown)) == 4
    assert [one.ringing for one in listed] == [True]
    assert (stopped.verdict, silent, len(bell.levels)) == (Verdict.DONE, True, 4)


@pytest.mark.parametrize("noted", [False, True], ids=["unheard", "noted just before"])
async def test_an_alarm_that_rang_when_we_were_killed_rings_on_unless_it_was_noted(tmp_path: Path, noted: bool):
    clock, bell = ManualClock(), Bell()
    async with kitchen(tmp_path, clock) as there:
        await there.do(alarm_set(START.astimezone(ZONE) + timedelta(hours=1)))
        await advance(there, 3_600)
        key = (await there.notice()).key
        await settled(there)
    await clock.advance(60)
    async with kitchen(tmp_path, clock, ringer=bell) as there:
        if noted:
            there.noted.add(key)
        await settled(there)
        ringing = there.insisting.coming_back(Kind.ALARM)
    assert bool(bell.levels) is not noted
    assert bool(ringing) is not noted


async def test_an_alarm_that_nobody_stops_gives_up_and_says_so(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(alarm_set(START.astimezone(ZONE) + timedelta(hours=1)))
        await advance(there, 3_600)
        await ring_on(there, int(RINGS_FOR.total_seconds() / 30) + 2)
        told: list[str] = []
        while not there.heard.empty():
            told.append(there.heard.get_nowait().text)
        left = there.insisting.coming_back(Kind.ALARM)
    assert told[-1] == "Your alarm came back for 30 minutes, and nobody took note of it."
    assert (len(told), left) == (12, [])


async def test_one_time_of_an_alarm_is_left_out_and_put_back(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(alarm_set(datetime(2026, 3, 2, 7), rule="FREQ=DAILY"))
        first = there.only(Kind.ALARM).at
        skipped = await there.do(alarm_skip(there.only(Kind.ALARM).id, datetime(2026, 3, 2, 7)))
        later = there.only(Kind.ALARM).at
        assert skipped.undo is not None
        await there.do(skipped.undo)
        back = there.only(Kind.ALARM).at
    assert (later - first, back) == (timedelta(days=1), first)


@pytest.mark.parametrize(
    ("kind", "made", "at"),
    [
        (Kind.ALARM, alarm_set(datetime(2026, 3, 2, 7), rule="FREQ=DAILY"), datetime(2026, 3, 2, 6, 30)),
        (Kind.REMINDER, reminder_add("bins", wall=datetime(2026, 3, 2, 7), insist=True), datetime(2026, 3, 3, 9)),
        (Kind.REMINDER, reminder_add("oven", after_s=3600), datetime(2026, 3, 3, 9)),
    ],
    ids=["every day", "until done", "from now"],
)
async def test_what_is_moved_stays_what_it_was_and_goes_back(tmp_path: Path, kind: Kind, made: Action, at: datetime):
    async with kitchen(tmp_path) as there:
        await there.do(made)
        before = there.only(kind)
        outcome = await there.do(moved(kind, before.id, wall=at))
        after = there.only(kind)
        assert outcome.undo is not None
        await there.do(outcome.undo)
        back = there.only(kind)
    assert (after.id, after.at.astimezone(ZONE).replace(tzinfo=None)) == (before.id, at)
    assert replace(after, at=before.at) == before
    assert abs(back.at - before.at) < timedelta(seconds=1)


async def test_what_is_moved_to_no_time_or_is_gone_stays_where_it_is(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(alarm_set(datetime(2026, 3, 2, 7)))
        before = there.only(Kind.ALARM)
        none = await there.do(moved("alarm", before.id))
        gone = await there.do(moved("alarm", before.id + 1, wall=datetime(2026, 3, 2, 8)))
        other = await there.do(moved("reminder", before.id, wall=datetime(2026, 3, 2, 8)))
        after = there.only(Kind.ALARM)
    assert {none.verdict, gone.verdict, other.verdict} == {Verdict.FAILED}
    assert after == before


async def test_what_was_set_aside_is_told(tmp_path: Path):
    clock = ManualClock()
    async with kitchen(tmp_path, clock) as there:
        await there.do(timer_start(60, name="pasta"))
        async with Store.open(tmp_path / "hearth.db", clock) as store:
            await store.run_bare(lambda connection: connection.execute("UPDATE due SET begun = 3"))
    async with kitchen(tmp_path, clock) as there:
        notice = await there.notice()
    assert notice.text == "I could not do this, and have set it aside after three tries: pasta timer."
    assert notice.urgency == 2


async def test_what_is_asked_at_a_set_time_is_told_as_its_answer_alone(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(
            reminder_add("your briefing", wall=START.astimezone(ZONE), rule="FREQ=DAILY", command="brief me")
        )
        await advance(there, 1)
        notice = await there.notice()
    assert [text for text, _ in there.obeyed] == ["brief me"]
    assert (notice.text, notice.asked) == ("Done in the kitchen for jane.", True)


async def test_what_was_met_just_before_a_kill_is_told_late_and_once(tmp_path: Path):
    clock = ManualClock()
    async with kitchen(tmp_path, clock) as there:
        await there.do(reminder_add("check the mail", on=OPENS))
        due = there.schedule.open(Kind.REMINDER)[0]
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        schedule = Schedule(store, clock, ZONE)
        await schedule.begin()
        met = {**due.payload, "armed": True, "met": "the front door opens"}
        await schedule.change(due.id, at=clock.now(), payload=met)
    await clock.advance(600)
    async with kitchen(tmp_path, clock) as there:
        notice = await there.notice()
        async with asyncio.timeout(SOON_S):
            while left := there.reminders.open(Kind.REMINDER):
                await asyncio.sleep(0.001)
    assert notice.text == "The front door opens. I was to remind you 10 minutes ago, while I was away: Check the mail."
    assert (notice.late, left) == (True, [])
