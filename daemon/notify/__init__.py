"""Tells people what they should know, and keeps at it until one of them has taken note."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from daemon.clock import Clock
from daemon.household import Household
from daemon.journal import Journal
from daemon.notify.answers import Answers, Listener
from daemon.notify.attention import Manners
from daemon.notify.chain import Chains
from daemon.notify.counts import Counts
from daemon.notify.delivery import Deliveries
from daemon.notify.effects import Wishes
from daemon.notify.model import Announce, Answer, Answered, Channel, Notice, Response
from daemon.notify.reading import Reading
from daemon.notify.standing import Standings
from daemon.presence import Presence
from daemon.schedule import Schedule
from daemon.store import Store
from devices.model import AreaId
from skills.effect import Effect
from skills.model import Cause
from skills.views import NoticesView

__all__ = ["Manners", "Notify"]


class Notify:
    """The parts of this package, put together."""

    def __init__(
        self,
        store: Store,
        schedule: Schedule,
        journal: Journal,
        household: Household,
        presence: Presence,
        announce: Announce,
        *,
        clock: Clock,
        manners: Manners | None = None,
        speakers: Sequence[Channel] = (),
        channels: Sequence[Channel] = (),
        room: Callable[[AreaId], str] = str,
    ) -> None:
        """Take what speaks in rooms and, in the order in which to try them, what reaches people anywhere.

        ``announce`` tells those who follow, ``room`` returns what an area is called.
        """
        self._deliveries = Deliveries(speakers, channels, clock)
        self._standings = standings = Standings(household, presence, self._deliveries, manners or Manners())
        counts = Counts(store, standings, clock)
        self._chains = Chains(store, schedule, journal, standings, self._deliveries, counts, announce, clock=clock)
        self._answers = Answers(self._chains, store, standings, self._deliveries, counts, clock=clock)
        self._wishes = Wishes(self._chains, self._answers, counts, standings, household, clock)
        self.reading = Reading(store, standings, clock, room)
        presence.listen(lambda _: self._chains.people_moved())

    async def begin(self) -> None:
        """Read what is open. To be called once the ledger has begun and before it runs.

        Raises:
            StoreError: it cannot be read.
        """
        await self._chains.begin()

    async def run(self) -> None:
        """Carry on with what is open, and listen to what people answer. Ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._chains.run())
            group.create_task(self._answers.run())

    async def announce(self, notice: Notice) -> None:
        """Take a notice; once this returns, not even a kill takes it. See `Chains.send`.

        Raises:
            ScheduleError: there is too much in the ledger.
        """
        await self._chains.send(notice)

    async def answer(self, answered: Answered) -> bool:
        """Take an answer that came through another door than a channel; return whether it was to something told."""
        return await self._answers.answer(answered)

    async def response(self, key: str) -> Response:
        """Return what was answered to a notice so far, and to those told under ``key/…``.

        Raises:
            StoreError: it cannot be read.
        """
        return await self._answers.response(key)

    async def close(self, key: str, answer: Answer, cause: Cause) -> None:
        """Take a wish that came without a channel as the answer to the notices of a key, and of ``key/…``."""
        await self._answers.close(key, answer, cause)

    async def forget(self) -> None:
        """Delete some of what ended long ago; to be called now and then.

        Raises:
            StoreError: it could not be.
        """
        await self._chains.forget()

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` at every answer; see `Answers.listeners`."""
        self._answers.listeners.append(listener)

    def on_yes_or_no(self, taker: Callable[[Answered], bool]) -> None:
        """Hand over to ``taker`` each yes or no to a wish that waits; it returns whether it was asked, at once."""
        self._answers.on_yes_or_no = taker

    def hush(self, hushed: Callable[[datetime], Collection[AreaId]]) -> None:
        """Say nothing by itself in the rooms that ``hushed`` returns for a time, but for what is critical."""
        self._standings.hushed = hushed

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return self._wishes.effects()

    @property
    def view(self) -> NoticesView:
        """What skills may read."""
        return self.reading

    @property
    def deliveries(self) -> Deliveries:
        """The channels, for what is asked this minute and is no notice."""
        return self._deliveries

    @property
    def busy(self) -> bool:
        """Whether a message is being sent."""
        return self._chains.busy > 0

    def problems(self) -> Mapping[str, str]:
        """Return what is wrong with the channels that fail now, by name."""
        return self._deliveries.problems()
