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
from daemon.household import Household, Person
from daemon.insisting import RINGS_FOR, Insisting, Ringer
from daemon.notices import Notice
from daemon.notify.model import Answer, Response
from daemon.presence import Presence
from daemon.reminders import Reminders
from daemon.schedule import Schedule
from daemon.store import Store
from daemon.watching import DONE_S, Watching
from devices.home import Home
from devices.model import AreaId, Entity, EntityId
from skills.actions import (
    Condition,
    alarm_cancel,
    alarm_set,
    alarm_skip,
    alarm_snooze,
    alarm_stop,
    reminder_add,
    reminder_cancel,
    reminder_done,
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
JANE = PersonId("jane")
DOOR, WASHER, PHONE = map(EntityId, ("binary_sensor.front_door", "sensor.washer", "person.jane"))
OPENS = Condition(kind="becomes", entity=DOOR, state="on", words="the front door opens")
DONE = Condition(kind="done", entity=WASHER, words="the washing machine is done")
HOME = Condition(kind="arrives", words="Jane gets home")
CAUSE = Cause(CauseId("said"), Origin.VOICE, PersonId("jane"), area=AreaId("kitchen"), said="set a timer")


@dataclass
class Kitchen:
    """A ledger with what it hands over to, and a commander that only listens."""

    clock: ManualClock
    schedule: Schedule
    home: Home
    reminders: Reminders = field(init=False)
    insisting: Insisting = field(init=False)
    watching: Watching = field(init=False)
    heard: asyncio.Queue[Notice] = field(default_factory=asyncio.Queue[Notice])
    obeyed: list[tuple[str, Cause]] = field(default_factory=list[tuple[str, Cause]])
    deaf: int = 0
    """So many commands are not understood."""
    noted: set[str] = field(default_factory=set[str])
    """The keys of what somebody took note of."""

    async def announce(self, notice: Notice) -> None:
        """Hear a notice."""
        self.heard.put_nowait(notice)

    async def response(self, key: str) -> Response:
        """Say whether somebody took note."""
        return Response(any(one == key or one.startswith(f"{key}/") for one in self.noted))

    async def close(self, key: str, answer: Answer, cause: Cause) -> None:
        """Take note."""
        self.noted.add(key)

    async def answer(self, key: str) -> None:
        """Take note on a phone."""
        self.noted.add(key)
        await self.insisting.on_answer(key, Answer.DONE, None)
        await self.watching.on_answer(key, Answer.DONE, None)

    async def obey(self, text: str, *, parent: Cause, area: AreaId | None, person: PersonId | None) -> str | None:
        """Hear a command."""
        self.obeyed.append((text, parent))
        if len(self.obeyed) <= self.deaf:
            return None
        return f"Done in the {area} for {person}."

    async def do(self, action: Action, cause: Cause = CAUSE) -> Outcome:
        """Carry an action out as the gateway does."""
        effects = [*self.reminders.effects(), *self.insisting.effects()]
        effect = next(effect for effect in effects if effect.name == action.effect)
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


def house() -> Home:
    """A front door with a contact, a washing machine on a plug, and a phone."""
    home = Home()
    home.add(Entity(DOOR, "Front Door", "binary_sensor", "door"))
    home.add(Entity(WASHER, "Washing Machine Power", "sensor", "power", unit="W"))
    home.add(Entity(PHONE, "Jane", "person"))
    return home


@asynccontextmanager
async def kitchen(
    folder: Path, clock: ManualClock | None = None, home: Home | None = None, ringer: Ringer | None = None
) -> AsyncGenerator[Kitchen]:
    clock, home = clock or ManualClock(), home or house()
    async with Store.open(folder / "hearth.db", clock) as store:
        schedule = Schedule(store, clock, ZONE)
        there = Kitchen(clock, schedule, home)
        household = Household({JANE: Person(JANE, "Jane")}, ZONE)
        watching = there.watching = Watching(schedule, home, Presence(home, household), household, clock)
        there.reminders = Reminders(schedule, watching.settle)
        there.reminders.listen(watching.refresh)
        insisting = Insisting(schedule, there, there.announce, clock=clock, zone=ZONE, ringer=ringer)
        there.insisting = insisting
        firing = Firing(schedule, there.announce, there, clock=clock, zone=ZONE, insisting=insisting, watching=watching)
        await schedule.begin()
        await firing.tell_aside()
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(schedule.run()), group.create_task(watching.run())]
            yield there
            for task in running:
                task.cancel()


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


async def settled(there: Kitchen) -> None:
    """Let what was reported be looked at, as far as it can be without time passing."""
    for _ in range(50):
        await asyncio.sleep(0.002)


async def report(there: Kitchen, entity: EntityId, *values: str) -> None:
    for value in values:
        there.home.observe(entity, value, at=there.clock.now())
        await settled(there)


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


@dataclass
class Bell:
    """A loudspeaker that only says what it was asked."""

    levels: list[float] = field(default_factory=list[float])
    rings: bool = False

    async def ring(self, area: AreaId | None, *, key: str, level: float) -> bool:
        self.levels.append(level)
        self.rings = True
        return True

    async def hush(self, key: str) -> None:
        self.rings = False


async def ring_on(there: Kitchen, steps: int) -> None:
    for _ in range(steps):
        await settled(there)
        await advance(there, 30)
    await settled(there)


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
