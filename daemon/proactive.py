"""Tells people by itself what skills watch for: looks at what is reported, waits for as long as it must last, once.

Only what changes is looked at, by those watches alone that are about it. What was told is on disk, so that a restart
does not tell it again; what is switched off is, too.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from sqlite3 import Connection
from typing import TypeVar

from daemon.clock import Clock, rest
from daemon.notify.model import Announce, Answer, Notice, Urgency
from daemon.schedule import ScheduleError
from daemon.store import Store, StoreError
from devices.home import Home
from devices.model import Entity, EntityId, State
from skills.actions import WatchTold, watch_told
from skills.effect import Effect, change
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome, Verdict
from skills.views import Watched
from skills.watch import Finding, Sight, Watch

log = logging.getLogger("hearth." + __name__)

T = TypeVar("T")

LONGEST_TEXT = 300
"""Characters of what is told: names come from devices."""
MOST_SUBJECTS = 5_000
"""Things that one watch is about; more is no house."""
AGAIN_S = 30.0
_UNKNOWN = frozenset({"unknown", "unavailable", ""})


@dataclass(slots=True)
class _Seen:
    """What is known of one thing for one watch."""

    armed: bool = False
    """What must have been before was so."""
    told_at: datetime | None = None
    until_s: float | None = None
    """When it has lasted long enough: what was found, or that nothing is found any more."""


_Key = tuple[str, EntityId]


class Proactive:
    """Evaluates the watches of all skills; fulfils `skills.views.WatchesView`."""

    def __init__(
        self, watches: Sequence[Watch], home: Home, store: Store, announce: Announce, *, clock: Clock, zone: tzinfo
    ) -> None:
        self._watches = {watch.name: watch for watch in watches}
        self._home, self._store, self._announce = home, store, announce
        self._clock, self._zone = clock, zone
        self._off: set[str] = set()
        self._seen: dict[_Key, _Seen] = {}
        self._known: dict[EntityId, tuple[Entity, Sequence[Watch], Sequence[Watch]]] = {}
        """Each thing as it was described when it was last looked at, the watches about it, and those beside it."""
        self._subjects: dict[str, dict[EntityId, None]] = {name: {} for name in self._watches}
        self._to_look: dict[_Key, None] = {}
        self._broken: set[str] = set()
        self._wake = asyncio.Event()

    def watches(self) -> Sequence[Watched]:
        """Return what is told by itself, and what of it is switched off."""
        return [
            Watched(watch.name, watch.what, watch.words, watch.name not in self._off, watch.urgency == "critical")
            for watch in self._watches.values()
        ]

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [change(WatchTold, "watch.told", self._switch, _switch_words)]

    async def begin(self) -> None:
        """Read what was told and what is switched off.

        Raises:
            StoreError: it cannot be read.
        """

        def read(connection: Connection) -> tuple[list[tuple[str]], list[tuple[str, str, int, str | None]]]:
            off = connection.execute("SELECT watch FROM watch_off").fetchall()
            return off, connection.execute("SELECT watch, entity, armed, told_at FROM watch_seen").fetchall()

        off, seen = await self._store.run_bare(read)
        self._off = {watch for (watch,) in off}
        for watch, entity, armed, told_at in seen:
            at = datetime.fromisoformat(told_at) if told_at is not None else None
            self._seen[watch, EntityId(entity)] = _Seen(bool(armed), at)

    async def run(self) -> None:
        """Look at what is reported. Ends only by cancellation."""
        end = self._home.listen(self._on_change)
        try:
            for entity in self._home.entities():
                state = self._home.state(entity.id)
                if state is not None:
                    self._on_change(state, state)
            while True:
                self._wake.clear()
                while self._to_look:
                    key = next(iter(self._to_look))
                    del self._to_look[key]
                    await self._look(*key)
                await self._rest()
        finally:
            end()

    def _on_change(self, before: State, after: State) -> None:
        same = before.value == after.value and before.attributes == after.attributes
        if before is not after and same and before.available == after.available:
            return
        about, beside = self._watching(after.entity)
        for watch in about:
            self._to_look[watch.name, after.entity] = None
        for watch in beside:
            for subject in self._subjects[watch.name]:
                self._to_look[watch.name, subject] = None
        if about or beside:
            self._wake.set()

    def _watching(self, id: EntityId) -> tuple[Sequence[Watch], Sequence[Watch]]:
        """Return the watches that are about a thing, and those that it stands beside."""
        entity = self._home.entity(id)
        if entity is None:
            return (), ()
        known = self._known.get(id)
        if known is None or known[0] is not entity:
            about = [watch for watch in self._watches.values() if self._asks(watch, watch.about, entity)]
            with_beside = [(watch, watch.beside) for watch in self._watches.values() if watch.beside is not None]
            beside = [watch for watch, test in with_beside if self._asks(watch, test, entity)]
            for watch in about:
                if len(self._subjects[watch.name]) < MOST_SUBJECTS:
                    self._subjects[watch.name][id] = None
            known = self._known[id] = entity, about, beside
        return known[1], known[2]

    async def _look(self, name: str, id: EntityId) -> None:
        watch, entity, state = self._watches[name], self._home.entity(id), self._home.state(id)
        if entity is None or state is None or not state.available or state.value in _UNKNOWN:
            return
        sight = Sight(entity, state, self._home, self._clock.now().astimezone(self._zone), watch.settings)
        seen = self._seen.get((name, id)) or _Seen()
        try:
            await self._judge(watch, sight, seen, self._found(watch, sight))
        except (StoreError, ScheduleError) as error:
            log.warning("%s could not be told: %s", name, error)
            seen.until_s = self._clock.monotonic() + AGAIN_S
            self._seen[name, id] = seen

    async def _judge(self, watch: Watch, sight: Sight, seen: _Seen, found: Finding | None) -> None:
        """Tell what was found if it has lasted, or forget that it was told if nothing was found for long enough."""
        key, now_s = (watch.name, sight.entity.id), self._clock.monotonic()
        if watch.after is not None and not seen.armed and self._asks(watch, watch.after, sight):
            seen.armed = True
            await self._keep(key, seen)
        if watch.after is not None and not seen.armed:
            return
        wanted = found is not None and self._is_due(watch, seen)
        cleared = found is None and (seen.told_at is not None)
        if not wanted and not cleared:
            seen.until_s = self._next_s(watch, seen) if found is not None else None
            if seen.until_s is not None or seen.armed or seen.told_at is not None:
                self._seen[key] = seen
            else:
                self._seen.pop(key, None)
            return
        lasts_s = watch.for_s if wanted else watch.clear_s
        if seen.until_s is None:
            seen.until_s = now_s + lasts_s
        self._seen[key] = seen
        if seen.until_s > now_s:
            return
        seen.until_s = None
        if found is None:
            seen.told_at = None
        else:
            if watch.name not in self._off:
                await self._tell(watch, sight, found)
            seen.told_at, seen.armed = self._clock.now(), False
            seen.until_s = self._next_s(watch, seen)
        if watch.after is not None and found is not None:
            seen.told_at = None
        await self._keep(key, seen)

    def _is_due(self, watch: Watch, seen: _Seen) -> bool:
        if seen.told_at is None:
            return True
        return watch.every_s is not None and self._clock.now() - seen.told_at >= timedelta(seconds=watch.every_s)

    def _next_s(self, watch: Watch, seen: _Seen) -> float | None:
        """Return when it is to be told again while it goes on."""
        if watch.every_s is None or seen.told_at is None:
            return None
        left_s = watch.every_s - (self._clock.now() - seen.told_at).total_seconds()
        return self._clock.monotonic() + max(1.0, left_s)

    async def _tell(self, watch: Watch, sight: Sight, found: Finding) -> None:
        why = say("I tell you because {because}.", because=found.because)
        text = " ".join(f"{found.text} {why}".split())[:LONGEST_TEXT]
        await self._announce(
            Notice(
                text,
                watch.skill,
                self._clock.now(),
                Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON, said=None),
                area=sight.entity.area,
                key=f"watch/{watch.name}/{sight.entity.id}",
                urgency=Urgency[watch.urgency.upper()],
                reason=found.because,
                answers=(Answer.DONE, Answer.SNOOZE),
            )
        )

    async def _rest(self) -> None:
        """Wait for a report, or until what lasts has lasted long enough."""
        while not self._wake.is_set():
            now_s = self._clock.monotonic()
            waiting = [(seen.until_s, key) for key, seen in self._seen.items() if seen.until_s is not None]
            over = [key for until_s, key in waiting if until_s <= now_s]
            if over:
                self._to_look |= dict.fromkeys(over)
                return
            await rest(self._wake, self._clock, min((until_s for until_s, _ in waiting), default=None))

    async def _switch(self, given: WatchTold, cause: Cause) -> Outcome:
        strange = next((name for name in given.names if name not in self._watches), None)
        if strange is not None:
            return Outcome(Verdict.FAILED, say("nothing is watched as {name!r}", name=strange))
        always = next((one for one in map(self._watches.__getitem__, given.names) if one.urgency == "critical"), None)
        if always is not None and not given.told:
            # Here, and not only where it is asked for: this door is open to whatever may wish.
            return Outcome(
                Verdict.REFUSED, say("it is about safety: I always tell when {thing}", thing=say(always.what))
            )
        now = self._clock.now().isoformat()

        def write(connection: Connection) -> None:
            for name in given.names:
                connection.execute("DELETE FROM watch_off WHERE watch = ?", (name,))
                if not given.told:
                    row = (name, now, cause.person, cause.id)
                    connection.execute("INSERT INTO watch_off (watch, at, person, cause) VALUES (?, ?, ?, ?)", row)

        await self._store.run_bare(write)
        changed = [name for name in given.names if (name in self._off) is given.told]
        self._off = self._off - set(given.names) if given.told else self._off | set(given.names)
        return Outcome(Verdict.DONE, undo=watch_told(changed, told=not given.told) if changed else None)

    async def _keep(self, key: _Key, seen: _Seen) -> None:
        watch, entity = key
        told_at = seen.told_at.isoformat() if seen.told_at is not None else None

        def write(connection: Connection) -> None:
            connection.execute("DELETE FROM watch_seen WHERE watch = ? AND entity = ?", (watch, entity))
            if seen.armed or told_at is not None:
                row = (watch, entity, int(seen.armed), told_at)
                connection.execute("INSERT INTO watch_seen (watch, entity, armed, told_at) VALUES (?, ?, ?, ?)", row)

        await self._store.run_bare(write)
        if not seen.armed and told_at is None and seen.until_s is None:
            self._seen.pop(key, None)
        else:
            self._seen[key] = seen

    def _found(self, watch: Watch, sight: Sight) -> Finding | None:
        try:
            return watch.look(sight)
        except Exception as error:  # noqa: BLE001 - foreign code; it is logged once: it may break at every report
            self._broke(watch, error)
            return None

    def _asks(self, watch: Watch, test: Callable[[T], bool], subject: T) -> bool:
        try:
            return test(subject)
        except Exception as error:  # noqa: BLE001 - as above
            self._broke(watch, error)
            return False

    def _broke(self, watch: Watch, error: Exception) -> None:
        if watch.name not in self._broken:
            self._broken.add(watch.name)
            log.error("the watch %s broke", watch.name, exc_info=error)


def _switch_words(given: WatchTold) -> str:
    return f"{'tell' if given.told else 'do not tell'} of {', '.join(given.names)}"
