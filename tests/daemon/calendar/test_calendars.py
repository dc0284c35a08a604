"""Calendars as a house uses them: asked without their server, changed at once, sent when it is back, reminded of."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.calendar import About, Calendars
from daemon.notify.model import Notice
from daemon.schedule import Lateness, Schedule
from daemon.store import Store
from daemon.supervise import Condition, HealthTable
from skills.events import event_add, event_cancel, event_move, event_remind
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Risk, Verdict
from skills.views import Event
from tests.calendars import MemorySource, vevent
from tests.doubles import ManualClock

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
CAUSE = Cause(CauseId("said"), Origin.TEXT)
DENTIST = vevent("DTSTART;TZID=Europe/Berlin:20260303T150000\nSUMMARY:Dentist\nDURATION:PT1H", uid="dentist")
SERIES = vevent("DTSTART;TZID=Europe/Berlin:20260303T090000\nSUMMARY:Standup\nRRULE:FREQ=DAILY;COUNT=3", uid="standup")
AT_THREE, AT_FOUR = datetime(2026, 3, 3, 15), datetime(2026, 3, 3, 16)


@dataclass
class House:
    calendars: Calendars
    schedule: Schedule
    clock: ManualClock
    table: HealthTable
    said: list[Notice]

    async def do(self, action: Action | None) -> Outcome:
        assert action is not None
        effect = next(one for one in self.calendars.effects() if one.name == action.effect)
        parameters = effect.parameters.model_validate(action.arguments)
        assert effect.describe(parameters)
        return await effect.execute(parameters, CAUSE)

    async def events(self) -> Sequence[Event]:
        return await self.calendars.events(NOW, NOW + timedelta(days=7))

    async def shown(self) -> list[str]:
        return [f"{event.begins:%d %H:%M} {event.title}" for event in await self.events()]


@asynccontextmanager
async def house(folder: Path, *sources: MemorySource, about: About | None = None) -> AsyncGenerator[House]:
    clock, said, table = ManualClock(NOW), list[Notice](), HealthTable()

    async def announce(notice: Notice) -> None:
        said.append(notice)

    async with Store.open(folder / "hearth.db", clock) as store:
        schedule = Schedule(store, clock, ZONE)
        about = about or About("family", "memory", remind_s=(900.0,))
        named = [(replace(about, name=f"{about.name}{n or ''}"), source) for n, source in enumerate(sources)]
        calendars = Calendars(named, store, schedule, announce, clock=clock, zone=ZONE)
        await schedule.begin()
        await calendars.begin(table)
        yield House(calendars, schedule, clock, table, said)


async def test_what_was_read_is_answered_after_a_restart_without_the_server(tmp_path: Path):
    source = MemorySource()
    source.set("dentist", DENTIST)
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
    source.away = True
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        assert await one.shown() == ["03 15:00 Dentist"]
        (note,) = one.calendars.calendars()
        assert note.stale
        assert note.as_of == NOW
        (row,) = one.table.rows()
        assert (row.part, row.condition) == ("calendar family", Condition.DEGRADED)


@pytest.mark.parametrize(
    ("action", "after"),
    [
        (event_add("Lunch", AT_THREE, AT_FOUR), ["03 09:00 Standup", "03 15:00 Dentist", "03 15:00 Lunch",
                                                 "04 09:00 Standup", "05 09:00 Standup"]),
        (event_move("?Dentist", AT_FOUR, AT_FOUR), ["03 09:00 Standup", "03 16:00 Dentist", "04 09:00 Standup",
                                                    "05 09:00 Standup"]),
        (event_move("?Standup", AT_THREE, AT_FOUR), ["03 15:00 Dentist", "03 15:00 Standup", "04 09:00 Standup",
                                                     "05 09:00 Standup"]),
        (event_cancel(["?Dentist"]), ["03 09:00 Standup", "04 09:00 Standup", "05 09:00 Standup"]),
        (event_cancel(["?Standup"]), ["03 15:00 Dentist", "04 09:00 Standup", "05 09:00 Standup"]),
        (event_cancel(["?Standup"], series=True), ["03 15:00 Dentist"]),
        (event_cancel(["?Standup", "?Dentist"]), ["04 09:00 Standup", "05 09:00 Standup"]),
    ],
    ids=["add", "move", "move one of a series", "cancel", "cancel one", "cancel all of it", "cancel two"],
)  # fmt: skip
@pytest.mark.parametrize("away", [False, True])
async def test_what_is_changed_is_changed_here_and_there_and_can_be_taken_back(
    tmp_path: Path, action: Action, after: list[str], away: bool
):
    source = MemorySource()
    source.set("dentist", DENTIST)
    source.set("standup", SERIES)
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        before = await one.shown()
        source.away = away
        outcome = await one.do(await meant(one, action))
        assert outcome.verdict is Verdict.DONE
        assert await one.shown() == sorted(after)
        source.away = False
        await one.calendars.sync()
        assert await one.shown() == sorted(after)
        assert (await one.do(outcome.undo)).verdict is Verdict.DONE
        assert await one.shown() == before
        await one.calendars.sync()
        assert await one.shown() == before


async def meant(one: House, action: Action) -> Action:
    """Return the action with the ids of the first events that are called as it says."""
    ids = {f"?{event.title}": event.id for event in reversed(await one.events())}
    given = {
        key: [ids[str(one)] for one in value] if isinstance(value, list) else ids.get(str(value), value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - a wish's arguments are JSON
        for key, value in action.arguments.items()
    }
    return Action(action.effect, given)


async def test_a_change_that_waits_survives_a_restart(tmp_path: Path):
    source = MemorySource()
    source.away = True
    async with house(tmp_path, source) as one:
        await one.do(event_add("Lunch", AT_THREE, AT_FOUR))
    source.away = False
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        assert len(source.items) == 1
        await one.calendars.sync()
        assert await one.shown() == ["03 15:00 Lunch"]


async def test_a_change_whose_answer_was_lost_is_made_once(tmp_path: Path):
    source = MemorySource()
    source.deaf = True
    async with house(tmp_path, source) as one:
        await one.do(event_add("Lunch", AT_THREE, AT_FOUR))
        source.deaf = False
        await one.calendars.sync()
        assert await one.shown() == ["03 15:00 Lunch"]
        assert one.said == []


async def test_what_somebody_else_changed_meanwhile_wins_and_is_told(tmp_path: Path):
    source = MemorySource()
    source.set("dentist", DENTIST)
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        source.away = True
        await one.do(await meant(one, event_move("?Dentist", AT_FOUR, AT_FOUR)))
        source.away = False
        source.set("dentist", DENTIST.replace("T150000", "T180000"))
        await one.calendars.sync()
        assert await one.shown() == ["03 18:00 Dentist"]
        (notice,) = one.said
        assert "could not move Dentist" in notice.text
        assert notice.cause.tainted


@pytest.mark.parametrize(
    ("lines", "series", "risk"),
    [
        ("SUMMARY:Dentist", False, Risk.REVERSIBLE),
        ("SUMMARY:Dentist\nATTENDEE:mailto:sarah@example.org", False, Risk.CONSEQUENTIAL),
        ("SUMMARY:Dentist\nRRULE:FREQ=DAILY", True, Risk.CONSEQUENTIAL),
    ],
)
async def test_cancelling_is_worse_where_others_hear_of_it(tmp_path: Path, lines: str, series: bool, risk: Risk):
    source = MemorySource()
    source.set("dentist", vevent(f"DTSTART:20260303T140000Z\n{lines}"))
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        action = await meant(one, event_cancel(["?Dentist"], series=series))
        effect = next(effect for effect in one.calendars.effects() if effect.name == "event.cancel")
        assert effect.risk(effect.parameters.model_validate(action.arguments)) is risk


async def test_what_can_only_be_read_is_not_written(tmp_path: Path):
    source = MemorySource(read_only=True)
    source.set("dentist", DENTIST)
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        for action in (event_add("Lunch", AT_THREE, AT_FOUR), await meant(one, event_cancel(["?Dentist"]))):
            assert (await one.do(action)).verdict is Verdict.FAILED
        assert await one.shown() == ["03 15:00 Dentist"]


@pytest.mark.parametrize(
    ("person", "seen"), [(None, 2), ("anna", 2), ("ben", 0)], ids=["nobody known", "the owner", "somebody else"]
)
async def test_a_persons_calendar_is_read_to_nobody_else(tmp_path: Path, person: str | None, seen: int):
    source = MemorySource()
    source.set("dentist", DENTIST)
    source.set("two", DENTIST.replace("UID:dentist", "UID:two"))
    async with house(tmp_path, source, about=About("anna", "memory", PersonId("anna"))) as one:
        await one.calendars.sync()
        assert len(await one.calendars.events(NOW, NOW + timedelta(days=7), person=person)) == seen


# Reminders


async def due(one: House) -> list[str]:
    await one.calendars.derive()
    return [f"{due.at.astimezone(ZONE):%d %H:%M} {due.name}" for due in one.schedule.open("event")]


async def test_reminders_follow_the_event(tmp_path: Path):
    source = MemorySource()
    source.set("dentist", DENTIST)
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        assert await due(one) == ["03 14:45 Dentist"]
        assert await due(one) == ["03 14:45 Dentist"]
        outcome = await one.do(await meant(one, event_remind(3600, id="?Dentist")))
        assert await due(one) == ["03 14:00 Dentist", "03 14:45 Dentist"]
        await one.do(await meant(one, event_move("?Dentist", AT_FOUR, AT_FOUR)))
        assert await due(one) == ["03 15:00 Dentist", "03 15:45 Dentist"]
        await one.do(outcome.undo)
        assert await due(one) == ["03 15:45 Dentist"]
        await one.do(await meant(one, event_cancel(["?Dentist"])))
        assert await due(one) == []


async def test_a_reminder_is_told_once_and_not_for_what_was_cancelled(tmp_path: Path):
    source = MemorySource()
    source.set("dentist", DENTIST)
    async with house(tmp_path, source) as one:
        await one.calendars.sync()
        await one.calendars.derive()
        (row,) = one.schedule.open("event")
        await one.clock.set(row.at)
        reminding = one.calendars._reminding  # pyright: ignore[reportPrivateUsage] - what the ledger hands over to
        for _ in range(2):
            await reminding.fire(row, Lateness())
        assert [notice.text for notice in one.said] == ["In 15 minutes, at 15:00: Dentist."]
        assert one.said[0].cause.tainted


async def test_what_is_named_so_is_reminded_of_each_time(tmp_path: Path):
    source = MemorySource()
    source.set("standup", SERIES)
    source.set("dentist", DENTIST)
    async with house(tmp_path, source, about=About("family", "memory")) as one:
        await one.calendars.sync()
        await one.do(event_remind(600, words="standup"))
        assert await due(one) == ["03 08:50 Standup", "04 08:50 Standup", "05 08:50 Standup"]


async def test_a_calendar_is_a_part_of_the_house(tmp_path: Path):
    async with house(tmp_path, MemorySource(), about=About("Anna's work", "memory")) as one:
        assert [(entity.id, entity.name, entity.domain) for entity in one.calendars.entities()] == [
            ("calendar.hearth_anna_s_work", "Anna's work calendar", "calendar")
        ]
