"""Reminders that wait for a door, a machine, somebody or another reminder, and those told again."""

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.watching import DONE_S
from devices.model import EntityId
from skills.actions import (
    Condition,
    reminder_add,
    reminder_cancel,
    reminder_done,
)
from skills.model import Verdict
from skills.views import Kind
from tests.doubles import START
from tests.kitchen import DONE, DOOR, HOME, OPENS, PHONE, WASHER, advance, kitchen, report, settled


@pytest.mark.parametrize(
    ("on", "entity", "before", "after"),
    [(OPENS, DOOR, ["off"], "on"), (OPENS, DOOR, ["on", "off"], "on"), (HOME, PHONE, ["not_home"], "home")],
    ids=["a door", "a door that was open", "a person"],
)
async def test_a_reminder_comes_once_when_what_it_waits_for_happens(
    tmp_path: Path, on: Condition, entity: EntityId, before: list[str], after: str
):
    async with kitchen(tmp_path) as there:
        there.home.observe(entity, before[0], at=START)
        outcome = await there.do(reminder_add("check the mail", on=on))
        await report(there, entity, *before)
        assert there.heard.empty()
        await report(there, entity, after)
        notice = await there.notice()
        await report(there, entity, before[-1], after)
        left = there.reminders.open(Kind.REMINDER)
    assert outcome.verdict is Verdict.DONE
    assert notice.text == f"{on.words[:1].upper()}{on.words[1:]}. Reminder: Check the mail."
    assert (left, there.heard.empty(), notice.late) == ([], True, False)


async def test_a_machine_is_done_once_it_has_rested_for_a_while(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(reminder_add("hang up the laundry", on=DONE))
        await report(there, WASHER, "0.4", "1800", "1.0")
        await there.clock.advance(DONE_S / 2)
        await report(there, WASHER, "400", "1.0")
        await there.clock.advance(DONE_S / 2)
        await settled(there)
        early = there.heard.qsize()
        for _ in range(5):
            await there.clock.advance(DONE_S / 4)
            await settled(there)
        notice = await there.notice()
    assert early == 0
    assert notice.text == "The washing machine is done. Reminder: Hang up the laundry."


async def test_what_happened_while_we_were_away_is_told_as_such(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        there.home.observe(DOOR, "off", at=START)
        await there.do(reminder_add("check the mail", on=OPENS))
        await settled(there)
    async with kitchen(tmp_path) as there:
        await report(there, DOOR, "on")
        notice = await there.notice()
    assert notice.text == "While I was away: the front door opens. Reminder: Check the mail."


async def test_a_reminder_that_waited_in_vain_says_so(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(reminder_add("check the mail", on=OPENS))
        await advance(there, timedelta(days=30).total_seconds())
        notice = await there.notice()
    assert notice.text.startswith("I have waited 30 days to remind you when the front door opens")


async def test_a_cancelled_reminder_waits_again_for_the_same(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await report(there, DOOR, "off")
        await there.do(reminder_add("check the mail", on=OPENS))
        cancelled = await there.do(reminder_cancel(there.only(Kind.REMINDER).id))
        await report(there, DOOR, "on", "off")
        silent = there.heard.empty()
        assert cancelled.undo is not None
        await there.do(cancelled.undo)
        on = there.only(Kind.REMINDER).on
        await settled(there)
        await report(there, DOOR, "on")
        notice = await there.notice()
    assert (silent, on) == (True, "the front door opens")
    assert notice.text.endswith("Check the mail.")


async def test_a_reminder_follows_another_once_that_was_noted(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(reminder_add("call mum", after_s=60))
        told = Condition(kind="told", reminder=there.only(Kind.REMINDER).id, words="after that")
        await there.do(reminder_add("tidy up", on=told))
        await advance(there, 60)
        first = await there.notice()
        await settled(there)
        alone = there.heard.empty()
        await there.answer(first.key)
        second = await there.notice()
    assert (first.text, alone) == ("Reminder: Call mum.", True)
    assert second.text == "Reminder: Tidy up."


async def test_what_was_to_follow_does_so_when_both_were_cancelled_and_are_back(tmp_path: Path):
    """Seen: "undo" after "delete all my reminders" lost the one that followed another."""
    async with kitchen(tmp_path) as there:
        await there.do(reminder_add("call mum", after_s=60))
        told = Condition(kind="told", reminder=there.only(Kind.REMINDER).id, words="after “call mum”")
        await there.do(reminder_add("tidy up", on=told))
        both = [await there.do(reminder_cancel(one.id)) for one in there.reminders.open(Kind.REMINDER)]
        for cancelled in reversed(both):
            assert cancelled.undo is not None
            await there.do(cancelled.undo)
        await advance(there, 60)
        first = await there.notice()
        await settled(there)
        await there.answer(first.key)
        second = await there.notice()
    assert [first.text, second.text] == ["Reminder: Call mum.", "Reminder: Tidy up."]


@pytest.mark.parametrize(
    ("on", "detail"),
    [
        (Condition(kind="arrives", person="Otto", words="Otto gets home"), "I know nobody called Otto"),
        (HOME, "nothing tells me where Jane is"),
        (Condition(kind="becomes", entity=EntityId("lock.none"), state="locked", words="x"), "there is no"),
    ],
    ids=["a stranger", "no tracker", "no such thing"],
)
async def test_what_nobody_could_tell_is_not_promised(tmp_path: Path, on: Condition, detail: str):
    async with kitchen(tmp_path) as there:
        outcome = await there.do(reminder_add("feed the cat", on=on))
        assert there.reminders.open(Kind.REMINDER) == []
    assert outcome.verdict is Verdict.FAILED
    assert detail in outcome.detail


async def test_a_reminder_is_told_again_and_again_until_it_is_done(tmp_path: Path):
    async with kitchen(tmp_path) as there:
        await there.do(reminder_add("take your pills", after_s=60, insist=True))
        await advance(there, 60)
        told = [(await there.notice()).text]
        for gap_s in (300, 600):
            await settled(there)
            await advance(there, gap_s)
            told.append((await there.notice()).text)
        await settled(there)
        outcome = await there.do(reminder_done("pills"))
        await advance(there, 86_400)
        await settled(there)
    assert told == ["Reminder: Take your pills.", *["Again: Take your pills."] * 2]
    assert (outcome.verdict, there.heard.empty()) == (Verdict.DONE, True)
