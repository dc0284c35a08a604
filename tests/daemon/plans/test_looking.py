"""What a kill cut off and is no device's is looked up: it is neither done twice nor lost, and can be taken back."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.plans.looking import Looking
from daemon.reminders import Reminders
from daemon.schedule import Schedule
from daemon.store import Store
from skills.actions import Listed, ReminderAdd, list_add, list_remove, reminder_add
from skills.automated import Automated, NoRoutines
from skills.effect import Effect, change
from skills.events import EventAdd, event_add, event_cancel
from skills.model import Action, Cause, CauseId, Origin, Outcome, Verdict
from skills.plans import step
from skills.routines import RoutineSwitch, routine_switch
from skills.views import Event, Item, NoAgenda, NoCalendar
from tests.daemon.plans.house import Planning, planning
from tests.doubles import START, ManualClock

ZONE = ZoneInfo("Europe/Berlin")
TOMORROW = datetime(2026, 3, 2, 10)


@pytest.mark.parametrize("made", [True, False], ids=["after it was noted", "before"])
async def test_a_reminder_that_a_kill_cut_off_is_there_once(tmp_path: Path, made: bool):
    lives: list[Planning] = []
    reached = asyncio.Event()

    async def remind(given: ReminderAdd, cause: Cause) -> Outcome:
        real = next(one for one in Reminders(lives[-1].schedule).effects() if one.name == "reminder.add")
        if len(lives) > 1:
            return await real.execute(given, cause)
        if made:
            await real.execute(given, cause)
        reached.set()
        await asyncio.Event().wait()
        return Outcome(Verdict.DONE)

    effect: Effect = change(ReminderAdd, "reminder.add", remind, lambda given: f"remind: {given.text}")
    async with planning(tmp_path / "hearth.db", effects=[effect]) as home:
        lives.append(home)
        one = await home.begin(step("a", reminder_add("water the plants", wall=datetime(2030, 1, 1, 9))))
        async with asyncio.timeout(5):
            await reached.wait()
    async with planning(tmp_path / "hearth.db", home.clock, effects=[effect]) as again:
        lives.append(again)
        await again.until(one.id, "done")
        rows = again.schedule.open("reminder")
        marks = await again.marks(one.id)
    assert len(rows) == 1
    assert marks["a"]["can_undo"]


class Shelf(NoAgenda):
    async def items(self, name: str | None = None) -> Sequence[Item]:
        return [Item("shopping", "milk"), Item("shopping", "rice", done=True)] if name == "shopping" else []


class Week(NoCalendar):
    async def events(self, since: datetime, until: datetime, *, person: str | None = None) -> Sequence[Event]:
        del until, person
        there = datetime(2026, 3, 2, 10, tzinfo=ZONE)
        return [Event("a" * 16, "Guests", there, there + timedelta(hours=1))] if since == there else []


class Known(NoRoutines):
    def routines(self) -> Sequence[Automated]:
        return [Automated("dusk", "Dusk", enabled=False)]


@pytest.fixture
async def looking(tmp_path: Path):
    clock = ManualClock(START)
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        schedule = Schedule(store, clock, ZONE)
        await schedule.begin()
        yield Looking(schedule, ZONE, clock.now, Shelf(), Week(), Known())


def event(title: str) -> EventAdd:
    return EventAdd.model_validate(dict(event_add(title, TOMORROW, TOMORROW + timedelta(hours=3)).arguments))


FORMS = {"list": Listed, "event": EventAdd, "routine": RoutineSwitch, "reminder": ReminderAdd}
CAUSE = Cause(CauseId("plan/p/a/1"), Origin.ROUTINE)


@pytest.mark.parametrize(
    ("wish", "verdict"),
    [
        (list_add("shopping", ["Milk"]), Verdict.DONE),
        (list_add("shopping", ["Milk", "bread"]), Verdict.FAILED),
        (list_remove("shopping", ["bread"]), Verdict.DONE),
        (list_remove("shopping", ["milk"]), Verdict.FAILED),
        (event_add("Guests", TOMORROW, TOMORROW + timedelta(hours=1)), Verdict.DONE),
        (event_add("Party", TOMORROW, TOMORROW + timedelta(hours=1)), Verdict.FAILED),
        (routine_switch("dusk", on=False), Verdict.DONE),
        (routine_switch("dusk", on=True), Verdict.FAILED),
        (routine_switch("gone", on=True), None),
        (reminder_add("call", wall=datetime(2026, 2, 1, 9)), None),
        (reminder_add("call", wall=datetime(2026, 4, 1, 9)), Verdict.FAILED),
    ],
)
async def test_what_came_of_a_wish_is_seen_from_what_is_there(looking: Looking, wish: Action, verdict: Verdict | None):
    form = FORMS[wish.effect.partition(".")[0]]
    came = await looking.came(wish.effect, form.model_validate(dict(wish.arguments)), CAUSE.id)
    assert (came.verdict if came is not None else None) is verdict


async def test_what_was_on_a_list_before_is_not_taken_off_it_again(looking: Looking):
    given = Listed.model_validate(dict(list_add("shopping", ["milk", "bread"]).arguments))
    assert await looking.back("list.add", given) == list_remove("shopping", ["bread"])


async def test_an_event_that_is_found_again_can_be_cancelled(looking: Looking):
    came = await looking.came("event.add", event("Guests"), CAUSE.id)
    assert came is not None
    assert came.undo == event_cancel(["a" * 16])
