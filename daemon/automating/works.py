"""Everything of routines that lives while the daemon is ready: put together, loaded, and fed with what happens."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from daemon.automating import rows
from daemon.automating.acting import Hands
from daemon.automating.bus import Bus
from daemon.automating.desk import Desk
from daemon.automating.dues import Dues
from daemon.automating.engine import Engine
from daemon.automating.keeping import Keeping
from daemon.automating.limits import Refused
from daemon.automating.living import Kept, Led, Live, queued_of, restored
from daemon.automating.moments import Moments
from daemon.automating.outside import Outside
from daemon.automating.replies import answer_in, asking, reply_to
from daemon.automating.sight import House
from daemon.automating.surroundings import Surroundings
from daemon.gateway import Gateway
from daemon.journal import Journal
from daemon.routines.evaluating import Around
from daemon.routines.happening import happened
from daemon.routines.run import RunError
from daemon.routines.triggers import PhraseTrigger
from daemon.routines.values import value_of
from daemon.routines.world import HomeTurned, MessageCame, Said, WebhookCalled
from daemon.schedule import Due, Lateness
from devices.model import EntityId
from skills.actions import notice_send
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome, Verdict
from skills.routines import RoutineRun, RoutineSaid

log = logging.getLogger("hearth." + __name__)

SETTLED_S = 10.0
"""So long after a start "the house has started" is said to routines: its devices have yet to report."""
MISSED = timedelta(minutes=15)
"""What a time was to set off is done so late at the most; later it is put down as missed."""
KNOWN_S = 10.0
RAN_S = 3.0
"""So long whoever wants a routine run waits for what comes of it; it goes on."""
ANSWERS_S = 5.0


class Works:
    """Routines that live."""

    def __init__(self, around: Surroundings, gateway: Gateway, journal: Journal) -> None:
        self._around, self._gateway = around, gateway
        self._store, self._clock = around.store, around.clock
        self.house = House(around.home, around.household, around.zone, around.place)
        names = frozenset(effect.name for effect in gateway.effects())
        hands = Hands(gateway.submit, journal, self.house, around.clock, has=names.__contains__)
        self.dues = Dues(around.schedule)
        self.desk = Desk(around.store, around.clock, self.dues, hands, self._trouble)
        self.engine = Engine(around.clock, self.house, self.dues, self.desk)
        self.desk.returned = self.engine.take
        hands.ours = self._ours
        self.keeping = Keeping(around.store, self.engine, self.house, around.clock, around.hub)
        self._moments = Moments(around.calendar, around.clock, around.zone, self.dues)
        self._outside = Outside(self.engine, self.house, around.presence, around.clock, self.dues)
        hub = around.hub
        self._bus = None if hub is None else Bus(hub, self.engine.happen, lambda: self.engine.events)

    async def load(self) -> None:
        """Take up what the last process left.

        Raises:
            StoreError: it cannot be read.
        """
        found = self.dues.begin()
        now = self._clock.now()
        mine = {key.partition("/")[2]: due for key, due in found.items() if key.startswith("routine/")}
        since = {one: datetime.fromisoformat(str(due.payload["since"])) for one, due in mine.items()}
        await self.keeping.load(since, frozenset(one for one, due in mine.items() if due.at <= now))
        for row in await self._store.run_bare(rows.going):
            routine = await self.keeping.version(row.routine, row.version)
            try:
                if routine is None:
                    raise RunError(f"the run {row.id!r} is of a version that cannot be read")
                self.engine.take_over(restored(row, routine))
            except RunError as error:
                log.error("%s; it is given up", error)
                await self._store.run_bare(partial(rows.give_up, id=row.id, at=now))
        for start in await self._store.run_bare(rows.waiting):
            try:
                waits = self.engine.wait_again(start.routine, queued_of(start))
            except RunError as error:
                log.error("%s; it is given up", error)
                waits = False
            if not waits:
                await self._store.run_bare(partial(rows.give_up, id=start.id, at=now))
        for key in found:
            kind, _, name = key.partition("/")
            if (kind == "routine" and name not in self.engine.kept) or (kind == "run" and name not in self.engine.live):
                self.dues.want(key, None, {}, found[key].cause)
        # Not before: to be told of each of ten thousand would take a minute.
        self.engine.moved = self._interests_moved
        self._interests_moved()

    async def run(self) -> None:
        """Live; ends only by cancellation."""
        end = self._around.home.listen(self.engine.on_state)
        self._around.topics.told = self._on_message
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.desk.run())
                group.create_task(self._say_started())
                if self._bus is not None:
                    group.create_task(self._bus.run())
                self._outside.begin()
        finally:
            self._outside.end()
            self._around.topics.told = lambda _topic, _payload: None
            end()

    # The ledger

    async def fall_due(self, due: Due, lateness: Lateness) -> None:
        """Let time come by for whom a row of the ledger is."""
        key = str(due.payload.get("key", ""))
        self.dues.taken(key, due.id)
        kind, _, name = key.partition("/")
        match kind:
            case "run" if (live := self.engine.live.get(name)) is not None:
                self.engine.time_comes_for(live)
            case "routine" if (kept := self.engine.kept.get(name)) is not None:
                await self._time_for(kept, datetime.fromisoformat(str(due.payload["since"])), lateness)
            case "sun":
                self._outside.sun_moved()
            case "calendar":
                for moment in await self._moments.due(due, list(self.engine.kept.values())):
                    self.engine.happen(moment)
            case _:
                pass
        # The next sunset, the next entry of a calendar: rows that no run asked for.
        self.desk.stir()
        await self.desk.written()

    async def _time_for(self, kept: Kept, since: datetime, lateness: Lateness) -> None:
        if lateness.by > MISSED:
            for held in kept.watched.held:
                await self._around.home.wait_until(
                    EntityId(held.entity), lambda one: one.reports > 0, timeout_s=KNOWN_S
                )
            if kept.interests.clock:
                why = say("it was due {length} ago, while Hearth was away", length=str(lateness.by).partition(".")[0])
                self.engine.decline(kept, why)
            since = self._clock.now()
        self.engine.time_comes(kept, since)

    # Wishes

    async def run_now(self, given: RoutineRun, cause: Cause) -> Outcome:
        """Carry a routine out, and say what came of it as far as that is soon known."""
        kept = self.engine.kept.get(given.id)
        if kept is None:
            return Outcome(Verdict.FAILED, say("there is no routine {id}", id=given.id))
        led = self.engine.led_by(cause)
        live = self.engine.start(kept, led, unconditional=given.unconditional)
        if live is None:
            return Outcome(Verdict.FAILED, say("it still runs, or ran too often"))
        await self._wait(live, RAN_S)
        failed = live.run.result in ("failed", "declined")
        return Outcome(Verdict.FAILED if failed else Verdict.DONE, live.run.why, told=live.response or "")

    async def hear(self, given: RoutineSaid, cause: Cause) -> Outcome:
        """Let routines hear a sentence; return what they answer."""
        reply = reply_to(given.text, self.engine.live.values(), cause.person, self.house.household)
        if reply is not None:
            live, number, answer = reply
            self.engine.answer(live.id, number, answer)
            return Outcome(Verdict.DONE, told=say("All right: {answer}.", answer=answer))
        said = Said(given.text, person=cause.person, area=cause.area)
        begun = self.engine.happen(said, Led(cause.id))
        if not begun:
            return Outcome(Verdict.FAILED, say("no routine waits for that now"))
        for live in begun:
            await self._wait(live, ANSWERS_S)
        answers = [live.response for live in begun if live.response]
        return Outcome(Verdict.DONE, told=" ".join(answers))

    def waits_for(self, text: str) -> bool:
        """Say whether a routine that is on waits for a sentence, or a run for the answer that it gives."""
        if answer_in(text) is not None and next(asking(self.engine.live.values()), None) is not None:
            return True
        said = Said(text)
        keys = self.engine.index.told_of(said)
        if not keys:
            return False
        around = Around(self.house.now(self._clock.now()))
        phrases = (
            trigger.when
            for key in keys
            for trigger in self.engine.kept[key].routine.triggers
            if trigger.enabled and isinstance(trigger.when, PhraseTrigger)
        )
        return any(happened(when, said, around) is not None for when in phrases)

    def hook(self, id: str, body: object, query: Mapping[str, str]) -> int:
        """Take the call of an address of ours; return how many routines it set off."""
        data = value_of(body)
        called = WebhookCalled(id, json=data, query=dict(query))
        return len(self.engine.happen(called))

    def on_answer(self, key: str, answer: str) -> None:
        """Take the answer to a notice, if a run asked it."""
        head, _, rest = key.partition("/")
        run, _, number = rest.partition("/")
        if head == "routine" and number.isdecimal():
            self.engine.answer(run, int(number), answer == "done")

    async def _wait(self, live: Live, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await live.answered.wait()
        except TimeoutError:
            return

    # What moves

    def _on_message(self, topic: str, payload: str) -> None:
        self.engine.happen(MessageCame(topic, payload))

    async def farewell(self) -> None:
        """Say that the house is about to stop, and wait for what that sets off; whoever calls it sets the deadline."""
        for live in self.engine.happen(HomeTurned("shutdown")):
            while not live.is_over:
                live.answered.clear()
                await live.answered.wait()
        await self.desk.written()

    async def _say_started(self) -> None:
        await self._clock.sleep(SETTLED_S)
        self.engine.let_queues_go()
        self.engine.happen(HomeTurned("start"))

    def _interests_moved(self) -> None:
        """Listen to what routines and runs wait for now."""
        if self._around.topics.listen(self.engine.topics):
            self._around.refilter()
        if self._bus is not None:
            self._bus.look_again()
        self._outside.follow_sun()
        if self.engine.index.calendars:
            self._moments.replan()
        self.desk.stir()

    def _ours(self, name: str) -> str | None:
        if name in self.engine.kept:
            return name
        return next((one for one, kept in self.engine.kept.items() if _slug(kept.routine.alias) == name), None)

    async def _trouble(self, kept: Kept, refused: Refused) -> None:
        log.warning("the routine %s is not set off: %s", kept.id, refused.why)
        cause = Cause(CauseId(f"routine-limit/{kept.id}/{self._clock.now().isoformat()}"), Origin.DAEMON)
        cause = replace(cause, parent=kept.cause.id)
        text = say("The routine {name} was stopped: {why}.", name=kept.routine.alias, why=refused.why)
        wish = notice_send(text[:500], key=f"routine-limit/{kept.id}/{refused.kind}"[:200])
        await self._gateway.submit(wish, cause)


def _slug(alias: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in alias.lower()).strip("_")
