"""Which routines there are: every version of each, as wishes to the gateway change them."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import cast

from daemon.automating import rows
from daemon.automating.engine import Engine
from daemon.automating.living import Kept
from daemon.automating.rows import Version
from daemon.automating.sight import House
from daemon.automating.surroundings import Hub
from daemon.automating.taking import known_to
from daemon.clock import Clock
from daemon.household import Role
from daemon.routines.evaluating import Around
from daemon.routines.importing import Imported, Report, imported
from daemon.routines.interests import interests_of
from daemon.routines.loading import LoadingError
from daemon.routines.model import Routine
from daemon.routines.reading import restored_routine
from daemon.routines.watching import decoded_watch, watched
from daemon.routines.writing import stored_routine
from daemon.schedule.ledger import cause_of, cause_text, stamp
from daemon.store import Store
from devices.model import EntityId
from skills.language import say
from skills.model import Cause, Outcome, Verdict
from skills.routines import (
    RoutineAdd,
    RoutineAllow,
    RoutineEdit,
    RoutineRestore,
    RoutineSwitch,
    routine_allow,
    routine_restore,
    routine_switch,
)

MOST_KEPT = 20_000
MOST_WHYS = 5
"""As many places that were not understood are told in one outcome."""
SLICE = 20
"""Routines that are read in one turn of the event loop: each takes a few tenths of a millisecond."""

Before = Mapping[str, tuple[int, bool] | None]


class Keeping:
    """Keeps routines in all their versions; the engine has those there are."""

    def __init__(self, store: Store, engine: Engine, house: House, clock: Clock, hub: Hub | None = None) -> None:
        self._store, self._engine, self._house, self._clock, self._hub = store, engine, house, clock, hub

    async def load(self, since: Mapping[str, datetime], overdue: frozenset[str]) -> None:
        """Read what is kept. ``since`` says, by routine, when time last came by; those ``overdue`` wait for the ledger.

        Raises:
            StoreError: it cannot be read.
        """
        found = await self._store.run_bare(rows.versions)
        last = await self._store.run_bare(rows.last_runs)
        for place, one in enumerate(found):
            if place % SLICE == 0:
                await asyncio.sleep(0)
            kept = self._kept(one, since.get(one.routine))
            if kept is None:
                continue
            began, result = last.get(one.routine, (None, None))
            kept.ran_at, kept.result = None if began is None else datetime.fromisoformat(began), result or ""
            self._engine.put(kept, look=one.routine not in overdue)

    async def version(self, id: str, number: int) -> Routine | None:
        """Return a routine in one of its versions; none where there is no such, or it cannot be read.

        Raises:
            StoreError: it cannot be read.
        """
        found = await self._store.run_bare(lambda connection: rows.version(connection, id, number))
        return None if found is None else _routine(found)

    async def add(self, given: RoutineAdd, cause: Cause) -> Outcome:
        """Keep the routines of a text."""
        report = await self._read(given.text)
        if not report.routines:
            why = "; ".join(one.why for one in report.problems[:MOST_WHYS])
            return Outcome(Verdict.FAILED, why or say("there is no routine in it"))
        known = [one.routine.id for one in report.routines if one.routine.id in self._engine.kept]
        if known and not given.replace:
            return Outcome(Verdict.FAILED, say("there is a routine {id} already; edit it, or remove it", id=known[0]))
        if len(self._engine.kept) + len(report.routines) > MOST_KEPT:
            return Outcome(Verdict.FAILED, say("there are {n} routines already", n=len(self._engine.kept)))
        routines = [_switched(one, False if one.routine.id in given.off else given.enabled) for one in report.routines]
        before = await self._write(routines, cause)
        return Outcome(Verdict.DONE, _told(report), undo=routine_restore(before))

    async def edit(self, given: RoutineEdit, cause: Cause) -> Outcome:
        """Have a routine be another from now on; what runs goes on as it began."""
        kept = self._engine.kept.get(given.id)
        if kept is None:
            return _unknown(given.id)
        report = await self._read(given.text)
        if len(report.routines) != 1:
            n = len(report.routines)
            return Outcome(Verdict.FAILED, say("there must be one routine in it, and there are {n}", n=n))
        one = report.routines[0]
        routine = replace(one.routine, id=kept.routine.id)
        before = await self._write([routine], cause)
        return Outcome(Verdict.DONE, _told(report), undo=routine_restore(before))

    async def switch(self, given: RoutineSwitch, *, on: bool) -> Outcome:
        """Switch a routine on or off; what runs of one that is off is ended."""
        kept = self._engine.kept.get(given.id)
        if kept is None:
            return _unknown(given.id)
        if kept.routine.enabled is on:
            return Outcome(Verdict.DONE, say("it is on already") if on else say("it is off already"))
        await self._store.run_bare(lambda connection: rows.switch(connection, given.id, on=on))
        fresh = self._made(replace(kept.routine, enabled=on), kept.cause)
        fresh.allows = kept.allows
        self._engine.put(fresh)
        if not on:
            self._engine.halt(fresh, "it was switched off")
        return Outcome(Verdict.DONE, undo=routine_switch(given.id, on=not on))

    async def allow(self, given: RoutineAllow, cause: Cause) -> Outcome:
        """Let a routine do what is about safety, as it is now: another version of it is not meant."""
        kept = self._engine.kept.get(given.id)
        if kept is None:
            return _unknown(given.id)
        household, home = self._house.household, self._house.home
        if given.entities and household.role_of(cause) is not Role.OWNER:
            return Outcome(Verdict.REFUSED, say("only an owner of the house may allow that"))
        for one in given.entities:
            known = home.entity(one)
            if known is None or known.members:
                return Outcome(Verdict.FAILED, say("{id} is no single thing of the house", id=one))
        await self._write([kept.routine], kept.cause, allows=given.entities, by=cause)
        return Outcome(Verdict.DONE, undo=routine_allow(given.id, ()) if given.entities else None)

    async def remove(self, given: RoutineSwitch) -> Outcome:
        """Let a routine go; its versions stay."""
        kept = self._engine.kept.get(given.id)
        if kept is None:
            return _unknown(given.id)
        now = self._clock.now()
        await self._store.run_bare(lambda connection: rows.remove(connection, given.id, now))
        self._engine.drop(given.id, "it was removed")
        return Outcome(Verdict.DONE, undo=routine_restore({given.id: (kept.routine.version, kept.routine.enabled)}))

    async def restore(self, given: RoutineRestore, cause: Cause) -> Outcome:
        """Have routines be what they were; each becomes a version of its own."""
        routines: list[Routine] = []
        for name, what in given.routines.items():
            if what is None:
                await self.remove(RoutineSwitch(id=name))
                continue
            old = await self.version(name, what[0])
            if old is None:
                return Outcome(Verdict.FAILED, say("nobody knows what {id} was", id=name))
            routines.append(replace(old, enabled=what[1]))
        if routines:
            await self._write(routines, cause)
        return Outcome(Verdict.DONE)

    async def _read(self, text: str) -> Report:
        known = await known_to(self._hub)
        return await asyncio.to_thread(lambda: imported(text, known=known))

    async def _write(
        self, routines: Sequence[Routine], cause: Cause, *, allows: Sequence[EntityId] = (), by: Cause | None = None
    ) -> Before:
        """Write new versions down and have them live; return what there was before.

        What the owner ``allows`` stands beside who made the version, never in its form: no file can bring it along.
        """
        kept = self._engine.kept
        before: Before = {
            str(one.id): (kept[one.id].routine.version, kept[one.id].routine.enabled) if one.id in kept else None
            for one in routines
        }
        at = stamp(self._clock.now())
        origin = cause_text(cause)
        if allows:
            allowed = {"allows": list(allows), "allowed_by": None if by is None else by.person}
            origin = json.dumps({**json.loads(origin), **allowed})

        def work(connection: Connection) -> Sequence[Routine]:
            numbered = [replace(one, version=rows.newest(connection, one.id) + 1) for one in routines]
            for one in numbered:
                form = stored_routine(one)
                rows.put(connection, Version(one.id, one.version, one.enabled, None, form, at, origin))
            return numbered

        for routine in await self._store.run_bare(work):
            fresh = self._made(routine, cause)
            fresh.allows = frozenset(allows)
            self._engine.put(fresh)
        return before

    def _kept(self, one: Version, since: datetime | None) -> Kept | None:
        routine = _routine(one)
        if routine is None:
            return None
        kept = self._made(replace(routine, enabled=one.enabled), cause_of(one.cause))
        kept.allows = _allowed(one.cause)
        if one.watched is not None:
            kept.watched = decoded_watch(json.loads(one.watched))
        if since is not None:
            kept.since = since
        return kept

    def _made(self, routine: Routine, cause: Cause) -> Kept:
        sight = self._house.now(self._clock.now())
        memory = watched(routine.triggers, Around(sight, seed=routine.id))
        return Kept(routine, cause, memory, sight.now, interests_of(routine.triggers))


def _routine(one: Version) -> Routine | None:
    try:
        return replace(restored_routine(one.form), version=one.version)
    except LoadingError:
        return None


def _allowed(origin: str) -> frozenset[EntityId]:
    allows: object = json.loads(origin).get("allows")
    listed = cast("list[object]", allows) if isinstance(allows, list) else []
    return frozenset(EntityId(one) for one in listed if isinstance(one, str))


def _switched(one: Imported, enabled: bool | None) -> Routine:
    """Return a routine as it is kept: what was not wholly understood is off, whoever wants it on."""
    if enabled is None or one.understood != "wholly":
        return one.routine
    return replace(one.routine, enabled=enabled)


def _told(report: Report) -> str:
    """Return what there is to say about what was kept: which are off, and why."""
    partly = [one for one in report.routines if one.understood != "wholly"]
    if not partly:
        return ""
    names = ", ".join(one.routine.id for one in partly[:MOST_WHYS])
    whys = [
        f"{place.where or 'the whole'}: {place.why}" for one in partly for place in one.reasons if not place.harmless
    ]
    return say("{names} is not wholly understood, and off: {why}", names=names, why="; ".join(whys[:MOST_WHYS]))


def _unknown(id: str) -> Outcome:
    return Outcome(Verdict.FAILED, say("there is no routine {id}", id=id))
