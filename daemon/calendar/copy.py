"""One calendar's copy in this house: read from its source by and by, changed here at once, and sent back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from daemon.calendar import rows
from daemon.calendar.ics import Window, times
from daemon.calendar.model import (
    AwayError,
    CalendarError,
    ConflictError,
    Item,
    Pulled,
    RefusedError,
    RubbishError,
    Slot,
    Source,
)
from daemon.calendar.writing import is_same
from daemon.clock import Clock
from daemon.store import Store
from daemon.supervise import Condition, Health

log = logging.getLogger("hearth." + __name__)

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
"""How far what recurs is worked out."""
STRIDE = timedelta(days=7)
"""After how many days it is worked out anew."""
AT_ONCE = 100
"""Objects whose times are worked out, or written down, together."""
FIRST_WAIT_S = 10.0
MOST_WAITING = 500
"""Changes that wait for a source; more is a loop, not a household."""


@dataclass(frozen=True, slots=True)
class About:
    """What the configuration says of a calendar."""

    name: str
    source: str
    """Its address or path: with another, all begins anew."""
    person: str | None = None
    read_only: bool = False
    remind_s: tuple[float, ...] = ()
    """How long before its events somebody is to be reminded."""
    refresh_s: float = 600.0


class Copy:
    """Keeps one calendar. What is asked is answered from here, whether its source answers or not."""

    def __init__(
        self,
        about: About,
        source: Source,
        store: Store,
        clock: Clock,
        zone: ZoneInfo,
        lost: Callable[[rows.Change, str], Awaitable[None]],
    ) -> None:
        """`lost` is told of a change that its source did not take, and why."""
        self.about = about
        self._source, self._store, self._clock, self._zone, self._lost = source, store, clock, zone, lost
        self._turn = asyncio.Lock()
        self._stirred = asyncio.Event()
        self._synced_at: datetime | None = None
        self._problem: str | None = None
        self._waiting = 0
        self._skipped = 0
        self.changed: Callable[[], None] = lambda: None
        """Called when there may be other events than before."""

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written to it."""
        return self.about.read_only or self._source.read_only

    @property
    def synced_at(self) -> datetime | None:
        """When it was last read."""
        return self._synced_at

    @property
    def stale(self) -> bool:
        """Whether it cannot be read at the moment."""
        return self._problem is not None

    def health(self) -> Health:
        """Return how it is, for the health table."""
        part = f"calendar {self.about.name}"
        wait = f"; {self._waiting} changes wait for it" if self._waiting else ""
        if self._problem is not None:
            since = f"{self._synced_at.astimezone(self._zone):%Y-%m-%d %H:%M}" if self._synced_at else "never"
            return Health(
                part, Condition.DEGRADED, f"{self._problem}; last read: {since}{wait}", "it is tried again by itself"
            )
        if self._skipped:
            return Health(part, Condition.DEGRADED, f"{self._skipped} events are too large or too many: left out{wait}")
        return Health(part, Condition.FINE, wait.removeprefix("; "))

    async def run(self) -> None:
        """Read it and send what is to be sent, by and by. Ends only by cancellation.

        Raises:
            StoreError: it cannot be kept.
        """
        await self.begin()
        wait_s = FIRST_WAIT_S
        while True:
            self._stirred.clear()
            await self.sync()
            wait_s = min(wait_s * 2, self.about.refresh_s) if self.stale else FIRST_WAIT_S
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s if self.stale or self._waiting else self.about.refresh_s):
                    await self._stirred.wait()

    async def begin(self) -> None:
        """Find out what is kept already; of another source's it is forgotten.

        Raises:
            StoreError: it cannot be read.
        """
        name, source = self.about.name, self.about.source
        found = await self._store.run_bare(lambda connection: rows.begin(connection, name, source))
        self._synced_at = found.synced_at
        await self._count()

    async def sync(self) -> None:
        """Send what is to be sent, then read what is new; that it does not answer is put down.

        Raises:
            StoreError: it cannot be kept.
        """
        try:
            async with self._turn:
                await self._expand_anew()
                await self._send()
                await self._pull()
        except CalendarError as error:
            if self._problem != str(error):
                log.warning("calendar %s: %s", self.about.name, error)
            self._problem = str(error)
        else:
            if self._problem is not None:
                log.info("calendar %s is back", self.about.name)
            self._problem = None
            self._synced_at = self._clock.now()

    async def write(self, href: str, before: str | None, after: str | None, what: str) -> int:
        """Change one object here, durably, and see to it that its source will have it; return the change's number.

        Raises:
            ConflictError: it is not as ``before`` any more.
            CalendarError: too much waits for its source already, or what is to be written is no event.
            StoreError: it cannot be kept.
        """
        slots = await self._times({href: after} if after is not None else {})
        at, name = self._clock.now(), self.about.name

        def work(connection: Connection) -> int:
            now = rows.item(connection, name, href)
            if (now.ics if now is not None else None) != before:
                raise ConflictError("it was changed elsewhere in the meantime")
            if len(rows.open_changes(connection, name)) >= MOST_WAITING:
                raise CalendarError(f"{MOST_WAITING} changes wait for the calendar {name!r} already")
            number = rows.change(connection, name, href, after=after, what=what, at=at)
            new = Item(now.etag if now is not None else "", after) if after is not None else None
            rows.replace(connection, name, href, new, slots.get(href, ()))
            return number

        number = await self._store.run_bare(work)
        await self._count()
        self.changed()
        return number

    async def deliver(self, within_s: float) -> bool:
        """Try to send what is to be sent; return whether the source has all of it. The rest is sent by and by."""
        try:
            async with asyncio.timeout(within_s), self._turn:
                await self._send()
        except CalendarError as error:
            self._problem = str(error)
        except TimeoutError:
            log.info("calendar %s is slow: a change is sent by and by", self.about.name)
        if self._waiting:
            self._stirred.set()
        return not self._waiting

    def href_of(self, uid: str) -> str:
        """Return where a new object is put."""
        return self._source.href_of(uid)

    async def _send(self) -> None:
        name = self.about.name
        while todo := await self._store.run_bare(lambda connection: rows.open_changes(connection, name)):
            await self._send_one(todo[0])
            await self._count()

    async def _send_one(self, one: rows.Change) -> None:
        etag: str | None = None
        try:
            if one.after is not None:
                etag = await self._source.put(one.href, one.after, etag=one.etag)
            elif one.etag is not None:
                await self._source.delete(one.href, etag=one.etag)
        except (ConflictError, RefusedError) as error:
            there = await self._source.fetch(one.href)
            if not _is_there(there, one.after):
                await self._give_up(one, there, str(error))
                return
            etag = there.etag if there is not None else None
        at = self._clock.now()
        await self._store.run_bare(lambda connection: rows.settle(connection, one, etag, at))

    async def _give_up(self, one: rows.Change, there: Item | None, why: str) -> None:
        """Take the source's word for an object: what somebody else wrote is never written over."""
        slots = await self._times({one.href: there.ics} if there is not None else {})

        def work(connection: Connection) -> None:
            rows.drop_changes(connection, one.calendar, one.href)
            rows.replace(connection, one.calendar, one.href, there, slots.get(one.href, ()))

        await self._store.run_bare(work)
        log.warning("calendar %s did not take a change: %s", self.about.name, why)
        self.changed()
        await self._lost(one, why)

    async def _pull(self) -> None:
        name = self.about.name
        state, known = await self._store.run_bare(
            lambda connection: (rows.state(connection, name), rows.known(connection, name))
        )
        pulled = await self._source.pull(state.token if state is not None else None, known)
        hrefs = list(pulled.changed)
        for start in range(0, len(hrefs), AT_ONCE):
            await self._keep({href: pulled.changed[href] for href in hrefs[start : start + AT_ONCE]}, frozenset())
        await self._keep({}, pulled.gone)
        at = self._clock.now()
        await self._store.run_bare(lambda connection: rows.read_until(connection, name, pulled.token, at))
        self._skipped = pulled.skipped
        if pulled != Pulled(token=pulled.token):
            self.changed()

    async def _keep(self, changed: Mapping[str, Item], gone: frozenset[str]) -> None:
        """Put down what the source has, but for what was changed here meanwhile."""
        slots = await self._times({href: item.ics for href, item in changed.items()})
        name = self.about.name

        def work(connection: Connection) -> None:
            ours = {one.href for one in rows.open_changes(connection, name)}
            for href, item in changed.items():
                if href not in ours:
                    rows.replace(connection, name, href, item, slots.get(href, ()))
            for href in gone - ours:
                rows.replace(connection, name, href, None, ())

        await self._store.run_bare(work)

    async def _expand_anew(self) -> None:
        """Work out when everything takes place, if the days have gone on or the house has moved."""
        name, today = self.about.name, self._clock.now().astimezone(self._zone).date()
        wanted = f"{self._zone.key} {today.toordinal() // STRIDE.days}"
        state = await self._store.run_bare(lambda connection: rows.state(connection, name))
        if state is None or state.expanded == wanted:
            return
        there = await self._store.run_bare(lambda connection: rows.items(connection, name))
        hrefs = list(there)
        for start in range(0, len(hrefs), AT_ONCE):
            await self._keep({href: there[href] for href in hrefs[start : start + AT_ONCE]}, frozenset())
        await self._store.run_bare(lambda connection: rows.expanded(connection, name, wanted))
        self.changed()

    async def _times(self, texts: Mapping[str, str]) -> Mapping[str, Sequence[Slot]]:
        now = self._clock.now()
        window = Window(now - BACK, now + AHEAD, self._zone)
        return await asyncio.to_thread(_all_times, texts, window)

    async def _count(self) -> None:
        name = self.about.name
        self._waiting = len(await self._store.run_bare(lambda connection: rows.open_changes(connection, name)))


def _all_times(texts: Mapping[str, str], window: Window) -> Mapping[str, Sequence[Slot]]:
    found: dict[str, Sequence[Slot]] = {}
    for href, text in texts.items():
        with suppress(RubbishError):
            found[href] = times(text, window)
    return found


def _is_there(there: Item | None, after: str | None) -> bool:
    """Return whether a source has a change although it said no: it may have had it before its answer was lost."""
    if there is None or after is None:
        return there is None and after is None
    try:
        return is_same(there.ics, after)
    except RubbishError as error:
        raise AwayError(str(error)) from error
