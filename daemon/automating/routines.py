"""The doors to routines: the effects that keep them and set them off, and what skills and clients may read.

What routines are made of is imported once the daemon is ready: until then, and where that fails, they are away.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from daemon.automating import rows
from daemon.automating.surroundings import Surroundings
from daemon.errors import DaemonError
from daemon.gateway import Gateway
from daemon.journal import Journal
from daemon.notify.model import Answer
from daemon.schedule import Due, Lateness
from daemon.supervise import Condition, Health
from skills.automated import Automated, Prospect
from skills.effect import Effect, change
from skills.grammar.model import Decision, Understanding
from skills.language import say
from skills.model import Cause, Match, Outcome, Risk, Verdict
from skills.routines import (
    RoutineAdd,
    RoutineAllow,
    RoutineEdit,
    RoutineRestore,
    RoutineRun,
    RoutineSaid,
    RoutineSwitch,
)

if TYPE_CHECKING:
    from daemon.automating.prospects import Ground, Looking
    from daemon.automating.taking import Taken
    from daemon.automating.works import Works
    from daemon.routines.model import Routine

P = TypeVar("P", bound=BaseModel)

KIND = "routine"
READY_S = 8.0
"""Less than an effect may take: routines are read in a second, 10,000 of them in ten."""
SAID = "HearthRoutineSaid"
"""The intent of a sentence that a routine waits for."""


class AwayError(DaemonError):
    """Routines are not read yet, or cannot be."""

    code = "routines-away"


class UnknownRoutineError(DaemonError):
    """There is no routine of this id or name."""

    code = "unknown-routine"


class Routines:
    """The household's routines. Fulfils `skills.automated.RoutinesView`."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._gateway: Gateway | None = None
        self._journal: Journal | None = None
        self._past: Looking | None = None
        self.works: Works | None = None
        """What lives; ``None`` until routines are read."""
        self._ready = asyncio.Event()
        around.schedule.handle(KIND, self._fall_due)

    def attach(self, gateway: Gateway, journal: Journal) -> None:
        """Take the door through which routines act, and the record of it; to be called before `run`."""
        self._gateway, self._journal = gateway, journal
        gateway.allowed = lambda cause: self.works.engine.allowed(cause) if self.works is not None else ()
        gateway.listen(lambda wish: self.works.engine.on_wish(wish) if self.works is not None else None)

    async def run(self) -> None:
        """Read what is kept, and live; ends only by cancellation.

        Raises:
            StoreError: it cannot be read.
        """
        from daemon.automating.works import Works

        assert self._gateway is not None
        assert self._journal is not None
        works = Works(self._around, self._gateway, self._journal)
        await works.load()
        self.works = works
        self._ready.set()
        try:
            await works.run()
        finally:
            self._ready.clear()
            self.works = None

    async def ready(self) -> None:
        """Wait until routines are read and live."""
        await self._ready.wait()

    async def farewell(self) -> None:
        """Let routines do what they do before the house stops; whoever calls it sets the deadline."""
        if self.works is not None:
            await self.works.farewell()

    # For the gateway

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        made = (
            self._effect(RoutineAdd, "routine.add", lambda works, it, cause: works.keeping.add(it, cause), _adding),
            self._effect(
                RoutineEdit,
                "routine.edit",
                lambda works, it, cause: works.keeping.edit(it, cause),
                lambda it: say("change the routine {id}", id=it.id),
            ),
            self._effect(
                RoutineSwitch,
                "routine.enable",
                lambda works, it, _: works.keeping.switch(it, on=True),
                lambda it: say("switch on the routine {id}", id=it.id),
            ),
            self._effect(
                RoutineSwitch,
                "routine.disable",
                lambda works, it, _: works.keeping.switch(it, on=False),
                lambda it: say("switch off the routine {id}", id=it.id),
            ),
            self._effect(
                RoutineSwitch,
                "routine.remove",
                lambda works, it, _: works.keeping.remove(it),
                lambda it: say("remove the routine {id}", id=it.id),
            ),
            self._effect(
                RoutineRestore,
                "routine.restore",
                lambda works, it, cause: works.keeping.restore(it, cause),
                lambda it: say("bring the routines {ids} back", ids=", ".join(it.routines)),
            ),
            self._effect(
                RoutineRun,
                "routine.run",
                lambda works, it, cause: works.run_now(it, cause),
                lambda it: say("run the routine {id}", id=it.id),
            ),
            self._effect(
                RoutineSaid,
                "routine.said",
                lambda works, it, cause: works.hear(it, cause),
                lambda it: say("do what “{text}” sets off", text=it.text),
            ),
        )
        allow = self._effect(
            RoutineAllow,
            "routine.allow",
            lambda works, it, cause: works.keeping.allow(it, cause),
            lambda it: say("let the routine {id} alone command {things}", id=it.id, things=", ".join(it.entities)),
        )
        # A routine may run another, which runs a third: none waits for its turn.
        return [
            replace(one, concurrent=one.name in ("routine.run", "routine.said"))
            for one in (*made, replace(allow, risk=_risk_of_allowing))
        ]

    # For skills

    def routines(self) -> Sequence[Automated]:
        """Return all routines, by name; none until they are read."""
        if self.works is None:
            return ()
        kept = sorted(self.works.engine.kept.values(), key=lambda one: one.routine.alias.casefold())
        return [
            Automated(
                one.id,
                one.routine.alias,
                one.routine.enabled,
                one.look_at if one.interests.clock else None,
                one.ran_at,
                one.result,
            )
            for one in kept
        ]

    async def prospect(self, definition: Mapping[str, object]) -> Prospect:
        """Return what would come of a routine in Home Assistant's form; nothing while routines are not read yet."""
        if self.works is None:
            return Prospect()
        from daemon.automating.prospects import prospect_of

        return await prospect_of(definition, self._ground(self.works), self._past)

    def look_back(self, past: "Looking") -> None:
        """Take what knows what happened: what would have come of a routine lately is told before it is kept."""
        self._past = past

    def meaning(self, text: str) -> Understanding | None:
        """Return what a sentence means that a routine waits for; ``None`` where none does."""
        if self.works is None or not self.works.waits_for(text):
            return None
        return Understanding(Decision.ACT, (Match(SAID, {"text": text}),), confidence=1.0, reason="of a routine")

    # For clients

    async def in_force(self) -> "Sequence[Routine]":
        """Return every routine in its present version, those that are switched off too.

        Raises:
            AwayError: routines are not read yet.
        """
        return [one.routine for one in (await self._living()).engine.kept.values()]

    async def form(self, ids: Sequence[str]) -> str:
        """Return routines as YAML; with no ids, all of them.

        Raises:
            UnknownRoutineError: one is not there.
            AwayError: routines are not read yet.
        """
        from daemon.routines.writing import write_routines

        kept = (await self._living()).engine.kept
        strange = [one for one in ids if one not in kept]
        if strange:
            raise UnknownRoutineError(f"there is no routine {strange[0]!r}; see: hearth routine list")
        return write_routines(kept[one].routine for one in ids or sorted(kept))

    async def report(self, text: str) -> Mapping[str, object]:
        """Return what is and is not understood of a file of routines; nothing is kept."""
        from daemon.automating.taking import known_to
        from daemon.routines.importing import imported, told

        known = await known_to(self._around.hub)
        report = await asyncio.to_thread(lambda: imported(text, known=known))
        return {
            "text": told(report),
            "routines": [
                {"id": one.routine.id, "name": one.routine.alias, "understood": one.understood}
                for one in report.routines
            ],
            "not_understood": [
                {"routine": place.routine, "where": place.where, "why": place.why, "harmless": place.harmless}
                for one in report.routines
                for place in one.reasons
            ]
            + [
                {"routine": place.routine, "where": place.where, "why": place.why, "harmless": False}
                for place in report.problems
            ],
        }

    async def taken(self) -> "Taken":
        """Return what the Home Assistant has that is connected; nothing is kept.

        Raises:
            NoHubError: there is none, or it does not tell.
        """
        from daemon.automating.taking import taken_from

        return await taken_from(self._around.hub)

    async def rehearse(
        self, routine: str | None, becomes: tuple[str, str] | None, length: timedelta
    ) -> Mapping[str, object]:
        """Return what would come about if a routine ran, or an entity became something, or time went by; see `told`.

        Nothing in the house hears of it.

        Raises:
            UnknownRoutineError: the routine is not there.
            AwayError: routines are not read yet.
        """
        from daemon.routines.playing.rehearsing import Becomes, Begins, Passes, rehearse
        from daemon.routines.playing.stage import Stage

        works = await self._living()
        kept = works.engine.kept
        if routine is not None and routine not in kept:
            raise UnknownRoutineError(f"there is no routine {routine!r}; see: hearth routine list")
        known = [one.routine if one.id != routine else replace(one.routine, enabled=True) for one in kept.values()]
        stage = Stage.of(works.house.now(self._around.clock.now()))
        opening = Begins(routine) if routine is not None else Becomes(*becomes) if becomes is not None else Passes()
        # In a thread: a day of a large house takes seconds.
        found = await asyncio.to_thread(rehearse, known, stage, opening, length)
        return {**found.as_object(), "told": found.told()}

    async def faults(self, ids: Collection[str]) -> Sequence[Mapping[str, object]]:
        """Return what is wrong with some routines among all that are on: ``kind``, ``routines`` and ``explain``.

        Raises:
            AwayError: routines are not read yet.
        """
        from daemon.routines.linting.linting import lint

        works = await self._living()
        known = [
            replace(one.routine, enabled=True) if one.id in ids else one.routine for one in works.engine.kept.values()
        ]
        # In a thread: some hundred routines take a second.
        found = await asyncio.to_thread(lint, known, self._ground(works).house)
        return [asdict(one) for one in found if not set(ids).isdisjoint(one.routines)]

    async def wrong_with(self, text: str) -> Sequence[Mapping[str, object]]:
        """Return what would be wrong with the routines of a text if they were kept: as `faults`, and ``ids``, ``told``.

        Nothing is kept. ``ids`` are those of the text; ``told`` is a sentence in the language spoken, in which "it" is
        the first of them.

        Raises:
            AwayError: routines are not read yet.
        """
        from daemon.automating.prospects import worded, wrong_with

        ground = self._ground(await self._living())
        found = await wrong_with(text, ground)
        return [{**asdict(one), "ids": ids, "told": worded(one, {ids[0]}, ground)} for ids, one in found]

    async def traces(
        self, routine: str | None, run: str | None = None, limit: int = 10
    ) -> Sequence[Mapping[str, object]]:
        """Return the newest runs of a routine, or of all, with each of their steps; newest first.

        Raises:
            StoreError: they cannot be read.
        """
        return await self._around.store.run_bare(lambda connection: rows.traces(connection, routine, run, limit))

    async def hook(self, id: str, body: object, query: Mapping[str, str]) -> int:
        """Take the call of a web hook; return how many routines it set off.

        Raises:
            AwayError: routines are not read yet.
        """
        return (await self._living()).hook(id, body, query)

    async def on_answer(self, key: str, answer: Answer, until: datetime | None) -> None:
        """Take the answer to a notice, see `daemon.notify.Notify.listen`: a run may have asked it."""
        del until
        if self.works is not None and answer is not Answer.SNOOZE:
            self.works.on_answer(key, answer.value)

    async def forget(self) -> None:
        """Delete runs that ended long ago; to be called now and then.

        Raises:
            StoreError: they could not be.
        """
        now = self._around.clock.now()
        await self._around.store.run_bare(lambda connection: rows.forget(connection, now), urgent=True)

    def health(self) -> Health:
        """Return how routines are."""
        if self.works is None:
            return Health("routines", Condition.DEGRADED, "they are not read yet")
        engine = self.works.engine
        told = f"{len(engine.kept)} routines, {len(engine.live)} runs"
        refused = engine.limits.refused
        if engine.limits.troubles:
            stopped = "; ".join(f"{routine}: {kind}" for routine, kind in engine.limits.troubles)
            counts = ", ".join(f"{count} by {kind}" for kind, count in refused.items())
            remedy = "look at: hearth routine trace, and change or disable them"
            return Health("routines", Condition.DEGRADED, f"{told}; not set off ({counts}): {stopped}", remedy)
        return Health("routines", Condition.FINE, told)

    # Inside

    def _ground(self, works: "Works") -> "Ground":
        from daemon.automating.prospects import Ground
        from daemon.automating.surveying import house_here

        around, world = self._around, works.house.now(self._around.clock.now())
        known = [one.routine for one in works.engine.kept.values()]
        return Ground(known, world, around.home, house_here(world, around.home, around.calendar))

    async def _fall_due(self, due: Due, lateness: Lateness) -> None:
        await self._ready.wait()
        assert self.works is not None
        await self.works.fall_due(due, lateness)

    async def _living(self) -> "Works":
        try:
            async with asyncio.timeout(READY_S):
                await self._ready.wait()
        except TimeoutError as error:
            raise AwayError("routines are not read yet; see: hearth doctor") from error
        assert self.works is not None
        return self.works

    def _effect(
        self,
        parameters: type[P],
        name: str,
        execute: "Callable[[Works, P, Cause], Awaitable[Outcome]]",
        describe: Callable[[P], str],
    ) -> Effect:
        async def carried_out(given: P, cause: Cause) -> Outcome:
            try:
                works = await self._living()
            except AwayError as error:
                return Outcome(Verdict.FAILED, str(error))
            return await execute(works, given, cause)

        return change(parameters, name, carried_out, describe)


def _risk_of_allowing(given: BaseModel) -> Risk:
    """Return that to allow it is as bad as to do it, and to take that back is not."""
    return Risk.CRITICAL if RoutineAllow.model_validate(given).entities else Risk.REVERSIBLE


def _adding(given: RoutineAdd) -> str:
    first = next((line for line in given.text.splitlines() if "alias:" in line), "").partition("alias:")[2].strip()
    return say("keep the routine {name}", name=first.strip("\"'") or "…")
