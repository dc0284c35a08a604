"""What is pressed under a proposal: "done" makes the routine, "later" puts it off, all else means that it was seen."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from daemon.conversation.answer import Answer as Came
from daemon.conversation.answer import Status
from daemon.habits import Answering
from daemon.household import Household
from daemon.notices import Notices
from daemon.notify import Notify
from daemon.notify.model import Answer, Answered
from daemon.presence import Presence
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Reply, Verdict
from tests.channels import RecordedChannel
from tests.daemon.automating.house import ANN, SOON_S
from tests.daemon.habits.test_habits import House, housed


@dataclass
class Asked:
    """A house of which somebody was just told on a phone what could be a routine."""

    house: House
    notify: Notify
    answering: Answering
    phone: RecordedChannel
    wished: list[Action] = field(default_factory=list[Action])
    refused: frozenset[str] = frozenset()
    """Effects that the house's rules refuse."""

    async def carry_out(self, reply: Reply, *, origin: Origin, person: PersonId | None, said: str) -> Came:
        """Carry wishes out as the daemon does."""
        del said
        assert origin is Origin.DASHBOARD
        outcomes: list[tuple[Action, Outcome]] = []
        for action in reply.do:
            if action.effect in self.refused:
                outcomes.append((action, Outcome(Verdict.REFUSED)))
                continue
            wish = self.house.wish if action.effect.startswith("habit.") else self.house.lives.wish
            outcomes.append((action, await wish(action)))
            self.wished.append(action)
        return Came(reply.text, Status.DONE, outcomes=tuple(outcomes), cause=Cause(CauseId("c"), origin, person))

    async def press(self, answer: Answer, *, channel: str = "recorded") -> None:
        """Answer the notice, and have it heard."""
        key = next(iter(self.phone.shown))[0]
        await self.notify.answer(Answered(key, answer, channel, self.house.lives.clock.now(), None))
        await self.answering.settle(self.carry_out)
        await self.calm()

    async def calm(self) -> None:
        """Wait until everything that is told was told."""
        async with asyncio.timeout(SOON_S):
            for _ in range(12):
                await asyncio.sleep(0)
                while self.house.lives.store.waiting or self.notify.busy:
                    await asyncio.sleep(0)

    def statuses(self) -> list[str]:
        """Return what is known and open."""
        return [one.status for one in self.house.habits.habits()]


@asynccontextmanager
async def asked(path: Path) -> AsyncGenerator[Asked]:
    async with housed(path) as house, asyncio.TaskGroup() as group:
        lives, household, phone = house.lives, Household({ANN.id: ANN}), RecordedChannel()
        notify = Notify(
            lives.store, lives.schedule, lives.journal, household, Presence(lives.twin.home, household),
            Notices(lives.journal).announce, clock=lives.clock, channels=[phone],
        )  # fmt: skip
        await notify.begin()
        running = group.create_task(notify.run())
        answering = Answering(house.habits, notify, lives.store, lives.twin.home, lives.clock)
        there = Asked(house, notify, answering, phone)
        assert await house.habits.propose()
        await notify.announce(replace(house.told[0], people=(ANN.id,)))
        await there.calm()
        yield there
        running.cancel()


async def test_done_makes_the_routine_and_says_so(tmp_path: Path):
    async with asked(tmp_path) as there:
        await there.press(Answer.DONE)
        assert [one.enabled for one in there.house.lives.routines.routines()] == [True]
        assert there.statuses() == []
        assert there.phone.delivered[-1][0].text.startswith("From now on I do that:")
        await there.answering.settle(there.carry_out)
        assert [one.effect for one in there.wished] == ["routine.add", "habit.answer"]


async def test_later_puts_it_off_for_weeks_and_not_for_minutes(tmp_path: Path):
    async with asked(tmp_path) as there:
        await there.press(Answer.SNOOZE)
        assert there.statuses() == ["later"]
        assert not there.house.lives.routines.routines()
        (row,) = await there.notify.reading.recent(10)
        assert row["state"] != "open"


@pytest.mark.parametrize(
    ("answer", "channel"),
    [(Answer.DISMISSED, "recorded"), (Answer.DONE, "aloud in hall"), (Answer.DONE, "mqtt, all at once")],
    ids=["dismissed", "got it", "all notices seen"],
)
async def test_what_only_means_seen_makes_no_routine_and_ends_it_for_the_day(
    tmp_path: Path, answer: Answer, channel: str
):
    async with asked(tmp_path) as there:
        await there.press(answer, channel=channel)
        assert there.statuses() == ["offered"]
        assert not there.wished
        assert not await there.house.habits.propose()


async def test_a_yes_that_comes_to_nothing_is_put_off_and_told(tmp_path: Path):
    async with asked(tmp_path) as there:
        there.refused = frozenset({"routine.add"})
        told = len(there.phone.delivered)
        await there.press(Answer.DONE)
        assert there.statuses() == ["later"]
        assert len(there.phone.delivered) == told + 1


async def test_an_answer_is_heard_while_it_runs_and_one_from_before_the_start(tmp_path: Path):
    async with asked(tmp_path) as there, asyncio.TaskGroup() as group:
        key = next(iter(there.phone.shown))[0]
        await there.notify.answer(Answered(key, Answer.DONE, "recorded", there.house.lives.clock.now(), None))
        there.house.habits.read.set()
        running = group.create_task(there.answering.run(there.carry_out))
        async with asyncio.timeout(SOON_S):
            while there.statuses():
                await asyncio.sleep(0)
        running.cancel()
        assert there.house.lives.routines.routines()
