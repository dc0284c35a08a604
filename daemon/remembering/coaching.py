"""Asks people, once a week and at an hour they allow, how they get on with a goal of which they tell nothing.

Through the notices: their quiet hours, their budget and their "not now" hold for it; one sentence ends it.
"""

import sqlite3
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from daemon.clock import Clock
from daemon.heeding import Heeding
from daemon.heeding.hours import hours_of
from daemon.heeding.told import Wanted
from daemon.notify.model import Announce, Answer, Notice
from daemon.remembering.goals import encouragement, is_reached
from daemon.store import Store
from skills.language import say, speaking
from skills.model import Cause, CauseId, Origin, PersonId

LOOK_S = 900.0
HOURS = range(17, 20)
"""When people are asked who said nothing about when."""
QUIET = timedelta(days=7)
"""So long nothing must have been heard of a goal."""
OFF = "off"


class Coaching:
    """Looks now and then which goal nothing was heard of."""

    def __init__(self, heeding: Heeding, store: Store, announce: Announce, clock: Clock, zone: tzinfo) -> None:
        self._heeding, self._store, self._announce = heeding, store, announce
        self._clock, self._zone = clock, zone
        self.language_of: Callable[[PersonId | None], str | None] = lambda _: None
        """Says in which language somebody is asked; ``None``: in that of the house."""
        self.is_sealed: Callable[[PersonId | None], bool] = lambda _: False
        """Says of whom nothing may stand in a notice that they told."""

    async def run(self) -> None:
        """Look, again and again; ends only by cancellation."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Ask about what is due now."""
        now = self._clock.now()
        for goal in self._heeding.goals():
            if self._allows(goal, now) and goal.owner is not None:
                last = await self._last(goal)
                if last is None or (now - last[0] >= QUIET and not is_reached(last[1], goal.thing)):
                    with speaking(self.language_of(goal.owner)):
                        await self._ask(goal, last, now)

    def _allows(self, goal: Wanted, now: datetime) -> bool:
        wish = self._heeding.of(goal.owner, "coaching")
        if wish == OFF:
            return False
        hours, _ = hours_of(wish or "")
        if hours.span is not None or hours.days:
            return hours.holds(now, self._zone)
        return now.astimezone(self._zone).hour in HOURS

    async def _last(self, goal: Wanted) -> tuple[datetime, str | None] | None:
        """Return when something was heard of a goal last, and what."""

        def read(connection: sqlite3.Connection) -> tuple[str, str, str] | None:
            row: tuple[str, str, str] | None = connection.execute(
                "SELECT known_from, relation, text FROM memory_fact WHERE id = ? OR (relation = 'progress'"
                " AND owner = ? AND object LIKE ?) ORDER BY known_from DESC, id DESC LIMIT 1",
                (goal.id, goal.owner, f"{goal.id}/%"),
            ).fetchone()
            return row

        found = await self._store.run_bare(read)
        if found is None:
            return None
        return datetime.fromisoformat(found[0]), found[2] if found[1] == "progress" else None

    async def _ask(self, goal: Wanted, last: tuple[datetime, str | None] | None, now: datetime) -> None:
        assert goal.owner is not None
        heard, words = last if last is not None else (now, None)
        weeks = (now - heard) // QUIET
        asked = encouragement(goal.thing, words, goal.text)
        sealed = self.is_sealed(goal.owner)
        await self._announce(
            Notice(
                say("How is it going with the goal that you told me of?") if sealed else asked,
                "coaching",
                now,
                Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON),
                # One question for each week in which nothing was heard, also after a restart.
                key=f"coaching/{goal.id}/{heard:%Y%m%d}-{weeks}",
                people=(goal.owner,),
                reason=say("you told me your goal; say “stop coaching me” if you do not want to hear of it"),
                answers=(Answer.DONE, Answer.SNOOZE),
                once=True,
            )
        )
