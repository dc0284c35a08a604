"""Takes what people answer, on channels and aloud: the first to take note ends it for everybody."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.notify import rows
from daemon.notify.chain import Chains
from daemon.notify.counts import Counts
from daemon.notify.delivery import Deliveries
from daemon.notify.model import Answer, Answered, Channel, Response
from daemon.notify.notification import Contact, Held, Notification, NotificationId, Result, State
from daemon.notify.ongoing import Ongoing
from daemon.notify.standing import HOUSE, Standings
from daemon.store import Store, StoreError
from devices.model import AreaId
from skills.model import Cause, Origin, PersonId

log = logging.getLogger("hearth." + __name__)

LISTEN_AGAIN_S = (1.0, 5.0, 30.0, 60.0)
MOST_CLOSED = 20
"""As many notices are ended together."""
SPOKEN_FOR = timedelta(minutes=15)
"""How long a person may answer aloud to what they were told."""


Listener = Callable[[str, Answer, datetime | None], Awaitable[None]]
"""Takes the key of a notice, the answer, and until when it was put off."""


class Answers:
    """Listens on all channels, and to what is said in the house."""

    def __init__(
        self,
        chains: Chains,
        store: Store,
        standings: Standings,
        deliveries: Deliveries,
        counts: Counts,
        *,
        clock: Clock,
    ) -> None:
        self._chains, self._store, self._clock = chains, store, clock
        self._standings, self._deliveries, self._counts = standings, deliveries, counts
        self.listeners: list[Listener] = []
        """Are told every answer while it is nobody else's turn: they must neither tell anything nor wait."""
        self.on_yes_or_no: Callable[[Answered], bool] = lambda _: False
        """Takes a yes or a no to what waits, without waiting; returns whether it was asked."""

    async def run(self) -> None:
        """Take what comes back on channels. Ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            for channel in self._deliveries.channels.values():
                group.create_task(self._listen(channel))

    async def _listen(self, channel: Channel) -> None:
        failures = 0
        while True:
            try:
                async for answered in channel.answers():
                    failures = 0
                    await self._take(answered)
            except Exception:  # foreign code: a channel that breaks must not take the others with it
                log.exception("channel %s broke while it listened", channel.name)
            else:
                if failures == 0:
                    log.debug("nothing comes back on channel %s", channel.name)
            await self._clock.sleep(LISTEN_AGAIN_S[min(failures, len(LISTEN_AGAIN_S) - 1)])
            failures += 1

    async def _take(self, answered: Answered) -> None:
        for wait_s in (*LISTEN_AGAIN_S, None):
            try:
                await self.answer(answered)
            except StoreError as error:
                log.warning("an answer could not be written down: %s", error)
            else:
                return
            if wait_s is not None:
                await self._clock.sleep(wait_s)

    async def answer(self, answered: Answered) -> bool:
        """Take what a person answered on a channel; return whether it was about something that we told."""
        if answered.answer in (Answer.YES, Answer.NO):
            return self.on_yes_or_no(answered)
        about = _id_of(answered.key)
        if about is None:
            return False
        async with self._chains.turn:
            mine = self._chains.ongoing.get(about) or await self._revived(about, answered.answer)
            if mine is None:
                return False
            on_channel = [one.contact.person for one in mine.attempts if one.contact.channel == answered.channel]
            person = answered.person or next((one for one in reversed(on_channel) if one), None)
            await self._answered(mine, answered, person)
        return True

    async def answer_aloud(
        self, answer: Answer, *, area: AreaId | None, person: PersonId | None, snooze: timedelta | None = None
    ) -> Notification | None:
        """Take what a person says to what they were just told; return what that was, ``None`` if there is nothing.

        It is the newest that was spoken in their room or sent to them; of somebody whom nobody knows, in no room, the
        newest of all.
        """
        now = self._clock.now()
        async with self._chains.turn:
            told = [
                (attempt.at, mine)
                for mine in await self._lately(now)
                for attempt in mine.attempts
                if attempt.result in (Result.ACCEPTED, Result.DELIVERED, Result.PENDING)
                and now - attempt.at <= SPOKEN_FOR
                and self._meant(attempt.contact, area, person)
            ]
            if not told:
                return None
            mine = max(told, key=lambda one: one[0])[1]
            if mine.notification.ended_at is not None:
                mine = await self._revived(mine.notification.id, answer) or mine
            where = f"aloud in {area}" if area is not None else "in words"
            await self._answered(mine, Answered("", answer, where, now, person), person, snooze=snooze)
            return mine.notification

    async def response(self, key: str) -> Response:
        """Return what was answered to the notices of a key, and of those behind it (``key/…``)."""
        found = await self._store.run_bare(lambda connection: rows.of_key(connection, key))
        done = any(one.state is State.ACKNOWLEDGED for one in found)
        laters = [one.held_until for one in found if one.held is Held.SNOOZE and one.held_until is not None]
        return Response(done, max(laters, default=None))

    async def close(self, key: str, answer: Answer, cause: Cause) -> None:
        """Take a wish as the answer to the notices of a key, and to those behind it (``key/…``), the newest first."""
        async with self._chains.turn:
            found = await self._store.run_bare(lambda connection: rows.of_key(connection, key))
            for one in found[:MOST_CLOSED]:
                mine = self._chains.ongoing.get(one.id) or await self._revived(one.id, answer)
                if mine is not None:
                    where = "aloud" if cause.origin is Origin.VOICE else "in words"
                    answered = Answered("", answer, where, self._clock.now(), cause.person)
                    await self._answered(mine, answered, cause.person)

    async def _lately(self, now: datetime) -> Sequence[Ongoing]:
        """Return what is open and what was told a moment ago."""
        found = await self._store.run_bare(lambda connection: rows.since(connection, now - SPOKEN_FOR, 50))
        ended = [Ongoing(one, list(tried)) for one, tried in found if one.state is State.TOLD]
        return [*self._chains.ongoing.values(), *ended]

    async def _revived(self, id: NotificationId, answer: Answer) -> Ongoing | None:
        """Return a notice that was over, for an answer that came late; ``None`` if there is nothing to answer."""
        found = await self._store.run_bare(lambda connection: rows.by_id(connection, id))
        if found is None or found[0].state in (State.OPEN, State.ACKNOWLEDGED):
            return None
        notification, attempts = found
        if any(one.notification.notice.key == notification.notice.key for one in self._chains.ongoing.values()):
            return None
        mine = Ongoing(replace(notification, ended_at=None, state=State.OPEN), list(attempts))
        if answer in (Answer.SNOOZE, Answer.NOT_ME):
            self._chains.ongoing[id] = mine
        return mine

    async def _answered(
        self, mine: Ongoing, answered: Answered, person: PersonId | None, *, snooze: timedelta | None = None
    ) -> None:
        now = self._clock.now()
        answer, before = answered.answer, mine.notification
        said = replace(before, answer=answer, answered_by=person, answered_on=answered.channel)
        name = self._standings.person(person).name if person else "somebody"
        until: datetime | None = None
        match answer:
            case Answer.DONE | Answer.DISMISSED:
                await self._chains.end(mine, replace(said, state=State.ACKNOWLEDGED, note=f"{name} took note"))
            case Answer.SNOOZE:
                self._chains.take_back(mine, None)
                until = now + (snooze or self._standings.manners.snooze)
                await self._chains.write(mine, replace(said, held=Held.SNOOZE, held_until=until))
                await self._chains.wait(mine, until)
            case Answer.YES | Answer.NO:
                return
            case Answer.NOT_ME:
                who = person or HOUSE
                self._chains.take_back(mine, who)
                declined = before.declined | {who}
                await self._chains.write(mine, replace(said, declined=declined, held=None, held_until=None))
                await self._chains.advance(mine)
        for listener in self.listeners:
            try:
                await listener(before.notice.key, answer, until)
            except StoreError as error:
                # The answer is on record: who asks for it later gets it.
                log.warning("an answer could not be handed on: %s", error)
        try:
            await self._counts.answered(before, person, answer)
        except StoreError as error:
            log.warning("an answer could not be counted: %s", error)
        await self._chains.note(before.notice, f"{name} answered {answer} ({answered.channel}): {before.notice.text}")

    def _meant(self, contact: Contact, area: AreaId | None, person: PersonId | None) -> bool:
        if area is None and person is None:
            return True
        # What was spoken without a room was spoken in all of them.
        here = contact.area == area or (contact.area is None and contact.channel in self._deliveries.speakers)
        return (area is not None and here) or (person is not None and contact.person == person)


def _id_of(key: str) -> NotificationId | None:
    number = key.removeprefix("hearth-")
    return NotificationId(int(number)) if number != key and number.isdecimal() and len(number) < 19 else None
