"""Writes down where runs stand, many in one transaction, and only then has carried out what they wish for."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from daemon.automating.acting import Came, Hands
from daemon.automating.dues import Dues
from daemon.automating.limits import Refused
from daemon.automating.living import Doing, Kept, Live
from daemon.automating.rows import Saved, save
from daemon.clock import Clock
from daemon.routines.steps import Asking, Calling, Noticing, Returned
from daemon.routines.watching import Watched, encoded_watch
from daemon.store import Store, StoreError

log = logging.getLogger("hearth." + __name__)

AT_ONCE = 200
"""Runs that are written down in one transaction."""
AGAIN_S = 2.0
"""When to try again where the store could not be used."""


class Troubles(Protocol):
    """Who tells people that a routine is not set off any more for now."""

    async def __call__(self, kept: Kept, refused: Refused) -> None:
        """Tell of the first refusal of its kind."""
        ...


class Desk:
    """What is to be written down, and to be done once it is."""

    def __init__(self, store: Store, clock: Clock, dues: Dues, hands: Hands, troubles: Troubles) -> None:
        self._store, self._clock, self._dues, self._hands, self._troubles = store, clock, dues, hands, troubles
        self.returned: Callable[[Live, Returned], None] = lambda _live, _returned: None
        """Takes a run on by what came of its call."""
        self._dirty: dict[str, Live] = {}
        self._down: list[Saved] = []
        self._watches: dict[str, Kept] = {}
        self._to_tell: list[tuple[Kept, Refused]] = []
        self._wake, self._idle = asyncio.Event(), asyncio.Event()
        self._busy = False
        self._settling = False

    def touch(self, live: Live) -> None:
        """Have a run written down as it stands, and what it wishes for carried out."""
        self._dirty[live.id] = live
        self._wake.set()

    def put_down(self, saved: Saved) -> None:
        """Have something written down that is no run: that a routine was not begun."""
        self._down.append(saved)
        self._wake.set()

    def watch(self, kept: Kept) -> None:
        """Have written down what a routine watches."""
        self._watches[kept.id] = kept
        self._wake.set()

    def tell(self, kept: Kept, refused: Refused) -> None:
        """Have people told that a routine was not begun."""
        self._to_tell.append((kept, refused))
        self._wake.set()

    def stir(self) -> None:
        """Have the time ledger made what it should be."""
        self._wake.set()

    async def written(self) -> None:
        """Wait until all that has happened so far is written down."""
        while self._dirty or self._down or self._busy:
            self._idle.clear()
            await self._idle.wait()

    async def run(self) -> None:
        """Write down and carry out; ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._wake.wait()
                self._wake.clear()
                self._busy = True
                await self._work(group)
                self._busy = False
                self._idle.set()

    async def _work(self, group: asyncio.TaskGroup) -> None:
        while self._dirty or self._down or self._watches:
            batch = [self._dirty.pop(one) for one in list(self._dirty)[:AT_ONCE]]
            try:
                await self._write(batch)
            except StoreError as error:
                log.warning("runs of routines could not be written down; nothing is done meanwhile: %s", error)
                self._dirty = {**{live.id: live for live in batch}, **self._dirty}
                await self._clock.sleep(AGAIN_S)
                continue
            for live in batch:
                to_do, live.to_do = live.to_do, []
                for number in to_do:
                    group.create_task(self._carry_out(live, number))
                self._dues.want(f"run/{live.id}", live.look_at, {"run": live.id}, live.cause)
        to_tell, self._to_tell = self._to_tell, []
        for kept, refused in to_tell:
            group.create_task(self._troubles(kept, refused))
        if self._dues.unsettled and not self._settling:
            self._settling = True
            group.create_task(self._settle_dues())

    async def _write(self, batch: Sequence[Live]) -> None:
        now = self._clock.now()
        fresh = [(live, live.fresh) for live in batch]
        down, self._down = self._down, []
        watching, self._watches = self._watches, {}
        runs = [*down, *(live.saved(now) for live in batch)]
        watches = [(kept.id, _watch_text(kept.watched)) for kept in watching.values()]
        try:
            await self._store.run_bare(lambda connection: save(connection, runs, watches))
        except StoreError:
            for live, steps in fresh:
                live.fresh = [*steps, *live.fresh]
            self._down = [*down, *self._down]
            self._watches = {**watching, **self._watches}
            raise

    async def _settle_dues(self) -> None:
        try:
            await self._dues.settle()
        except StoreError:
            await self._clock.sleep(AGAIN_S)
            self._wake.set()
        finally:
            self._settling = False

    async def _carry_out(self, live: Live, number: int) -> None:
        step = live.pending.get(number)
        if step is None:
            return
        try:
            async with asyncio.TaskGroup() as group:
                if not live.noted:
                    # Beside the step, not before it: a light does not wait for the record of why.
                    live.noted = True
                    group.create_task(self._hands.note(live))
                came = await self._carried_out(live, number, step)
        except Exception as error:  # whatever breaks in an effect or in its mapping: the run must not wait for ever
            log.exception("a step of the routine %s broke", live.routine.id)
            why = f"something broke: {error}"
            came = Came(Returned(step.wait, done=False, why=why) if isinstance(step, Calling) else None, why=why)
        live.fresh.append((live.number(), self._clock.now(), _came_json(number, came)))
        if not isinstance(step, Asking):
            live.pending.pop(number, None)
        self.touch(live)
        if came.returned is not None:
            self.returned(live, came.returned)

    async def _carried_out(self, live: Live, number: int, step: Doing) -> Came:
        match step:
            case Calling():
                return await self._hands.call(live, number, step)
            case Noticing():
                return await self._hands.tell(live, number, step)
            case Asking():
                return await self._hands.ask(live, number, step)


def _watch_text(watched: Watched) -> str | None:
    return json.dumps(encoded_watch(watched)) if watched.held or watched.spent else None


def _came_json(number: int, came: Came) -> dict[str, object]:
    outcomes = [
        {"effect": one.effect, "verdict": one.verdict.value, "detail": one.detail, "entry": one.entry}
        for one in came.outcomes
    ]
    return {"kind": "outcome", "of": number, "outcomes": outcomes, **({"why": came.why} if came.why else {})}
