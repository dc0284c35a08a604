"""What people do with notices, and who does not want to be disturbed: kept on disk, for the next start."""

from dataclasses import replace
from datetime import datetime

from daemon.clock import Clock
from daemon.notify import rows
from daemon.notify.attention import Attention
from daemon.notify.model import Answer, Urgency
from daemon.notify.notification import Attempt, Notification
from daemon.notify.standing import HOUSE, Standings
from daemon.store import Store
from skills.model import PersonId


class Counts:
    """Writes what `Standings` knows of people's wishes."""

    def __init__(self, store: Store, standings: Standings, clock: Clock) -> None:
        self._store, self._standings, self._clock = store, standings, clock

    async def begin(self) -> None:
        """Read them.

        Raises:
            StoreError: they cannot be read.
        """
        now = self._clock.now()
        day = self._standings.day(now)
        counts = await self._store.run_bare(lambda connection: rows.load_attention(connection, day))
        self._standings.fill(counts, now)
        undisturbed = await self._store.run_bare(lambda connection: rows.load_undisturbed(connection, now))
        self._standings.undisturbed = dict(undisturbed)

    async def told(self, notification: Notification, settled: Attempt, attempts: list[Attempt]) -> None:
        """Count a notice as told to a person, the first time that it came to them."""
        person = settled.contact.person
        arrived = [one for one in attempts if one.contact.person == person and one.result.arrived]
        if person and _counts(notification) and len(arrived) == 1:
            before = self._of(person, notification.urgency)
            await self._save(replace(before, told=before.told + 1, today=before.today + 1))

    async def answered(self, notification: Notification, person: PersonId | None, answer: Answer) -> None:
        """Count what a person answered."""
        if person is None or not _counts(notification) or answer is Answer.NOT_ME:
            return
        before, dismissed = self._of(person, notification.urgency), answer is Answer.DISMISSED
        counts = replace(before, answered=before.answered + (not dismissed), dismissed=before.dismissed + dismissed)
        await self._save(counts)

    async def forget(self, person: PersonId | None) -> None:
        """Begin anew to count what a person, or everybody, does."""
        await self._store.run_bare(lambda connection: rows.reset_attention(connection, person))
        self._standings.forget(person)

    async def undisturbed(self, person: PersonId | None, until: datetime | None) -> None:
        """Keep that a person, or everybody, is not to be disturbed until then; ``None``: they may be."""
        who, now = person or HOUSE, self._clock.now()
        await self._store.run_bare(lambda connection: rows.save_undisturbed(connection, who, until, now))
        if until is not None:
            self._standings.undisturbed[who] = until
        else:
            self._standings.undisturbed.pop(who, None)

    def _of(self, person: PersonId, urgency: Urgency) -> Attention:
        return self._standings.attention(person, urgency, self._clock.now())

    async def _save(self, counts: Attention) -> None:
        self._standings.note(counts)
        day = self._standings.day(self._clock.now())
        await self._store.run_bare(lambda connection: rows.save_attention(connection, counts, day))


def _counts(notification: Notification) -> bool:
    """Return whether a notice says something about how much a person wants to hear: not what they asked for."""
    return not notification.lines and not notification.notice.asked and notification.urgency is not Urgency.CRITICAL
