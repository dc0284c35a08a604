"""Alarms that ring on over real notices: what is answered on a phone silences them, over a restart too."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.insisting import KIND, Insisting, Ringer
from daemon.notify.model import Answer, Notice
from daemon.schedule import Due, Lateness
from devices.model import AreaId
from skills.actions import alarm_snooze, alarm_stop
from skills.model import Action, Cause, CauseId, Origin
from skills.views import Kind
from tests.channels import RecordedChannel
from tests.doubles import START, ManualClock
from tests.telling import ANNA, ZONE, Telling, telling

CAUSE = Cause(CauseId("said"), Origin.VOICE, ANNA)
RINGS = timedelta(minutes=10)


@dataclass
class Waking:
    """A house with one phone and an alarm."""

    telling: Telling
    insisting: Insisting
    phone: RecordedChannel

    async def minutes(self, number: float) -> None:
        """Let time pass, alarms included."""
        left = int(number * 60)
        while left > 0:
            await self.telling.clock.advance(min(15, left))
            await self.telling.calm()
            left -= 15

    def rings(self) -> bool:
        return bool(self.telling.schedule.open(KIND))


class SlowBell:
    """Rings in a room; ``meanwhile`` happens while it begins to."""

    def __init__(self) -> None:
        self.ringing: set[str] = set()
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def ring(self, area: AreaId | None, *, key: str, level: float) -> bool:
        del area, level
        if self.meanwhile is not None:
            await self.meanwhile()
        self.ringing.add(key)
        return True

    async def hush(self, key: str) -> None:
        self.ringing.discard(key)


@asynccontextmanager
async def waking(
    folder: Path, clock: ManualClock, phone: RecordedChannel, *, deaf: bool = False, ringer: Ringer | None = None
) -> AsyncGenerator[Waking]:
    """``deaf``: answers are on record, and we are killed before the alarm hears of them."""
    async with telling(folder, clock, channels=[phone]) as there:
        insisting = Insisting(
            there.schedule, there.notify, there.notify.announce, clock=clock, zone=ZONE, ringer=ringer
        )
        if not deaf:
            there.notify.listen(insisting.on_answer)

        async def ring(due: Due, lateness: Lateness) -> None:
            key = f"due/{due.key}"
            await insisting.begin(due, Kind.ALARM, "", key=key, area=None)
            notice = Notice("It's time.", "alarm", due.at, CAUSE, key=key, people=(ANNA,), asked=True, once=True)
            await there.notify.announce(notice)

        there.schedule.handle(Kind.ALARM, ring)
        yield Waking(there, insisting, phone)


async def set_alarm(there: Waking) -> None:
    await there.telling.schedule.add(kind=Kind.ALARM, payload={}, cause=CAUSE, at=START + RINGS, owner=ANNA)
    await there.minutes(11)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def phone() -> RecordedChannel:
    return RecordedChannel("ntfy")


async def test_an_answer_on_the_phone_silences_an_alarm(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    async with waking(tmp_path, clock, phone) as there:
        await set_alarm(there)
        rang = there.rings()
        phone.answer(phone.delivered[0][0].key, Answer.DONE, at=clock.now(), person=ANNA)
        await there.telling.calm()
        rings = there.rings()
        await there.minutes(10)
    assert (rang, rings, len(phone.delivered)) == (True, False, 1)


async def test_a_snooze_on_the_phone_lets_it_ring_again_then(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with waking(tmp_path, clock, phone) as there:
        await set_alarm(there)
        phone.answer(phone.delivered[0][0].key, Answer.SNOOZE, at=clock.now(), person=ANNA)
        await there.telling.calm()
        (row,) = there.telling.schedule.open(KIND)
        sleeps = row.at - clock.now()
        await there.minutes(4)
        silent = len(phone.delivered)
    assert timedelta(minutes=5) <= sleeps <= timedelta(minutes=30)
    assert silent == 1


async def test_an_alarm_that_was_answered_just_before_a_kill_does_not_ring_again(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with waking(tmp_path, clock, phone, deaf=True) as there:
        await set_alarm(there)
        phone.answer(phone.delivered[0][0].key, Answer.DONE, at=clock.now(), person=ANNA)
        await there.telling.calm()
        rings = there.rings()
    async with waking(tmp_path, clock, phone) as there:
        await there.minutes(10)
        still = there.rings()
    assert (rings, still, len(phone.delivered)) == (True, False, 1)


async def wish(there: Waking, action: Action) -> None:
    effect = next(effect for effect in there.insisting.effects() if effect.name == action.effect)
    await effect.execute(effect.parameters.model_validate(action.arguments), CAUSE)


async def test_an_alarm_that_is_stopped_while_it_begins_to_ring_is_silent(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    """Stopped just as it grew louder, it rang on, and nothing that was said could stop it any more."""
    bell = SlowBell()
    async with waking(tmp_path, clock, phone, ringer=bell) as there:
        await set_alarm(there)
        rang = bool(bell.ringing)
        bell.meanwhile = lambda: wish(there, alarm_stop())
        await there.minutes(1)
    assert (rang, bell.ringing, there.rings()) == (True, set(), False)


async def test_a_snooze_while_an_alarm_begins_to_ring_holds(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    bell = SlowBell()
    async with waking(tmp_path, clock, phone, ringer=bell) as there:
        await set_alarm(there)
        bell.meanwhile = lambda: wish(there, alarm_snooze(540))
        await there.minutes(1)
        (row,) = there.telling.schedule.open(KIND)
        sleeps = row.at - clock.now()
    assert bell.ringing == set()
    assert sleeps > timedelta(minutes=7)


async def test_who_stops_it_aloud_has_it_taken_off_the_phone(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with waking(tmp_path, clock, phone) as there:
        await set_alarm(there)
        await there.minutes(4)
        told = len(phone.delivered)
        await wish(there, alarm_stop())
        await there.telling.calm()
        row = await there.telling.last()
    assert (told, there.rings(), phone.shown) == (2, False, {})
    assert row["state"] == "acknowledged"
