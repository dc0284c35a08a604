"""The household's habits: looked for at night, proposed at a good moment, answered for good."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from daemon.errors import DaemonError
from daemon.habits import rows
from daemon.habits.ground import Ground
from daemon.notify.model import Announce, Answer, Notice
from daemon.presence import Presence
from daemon.store import StoreError
from skills.effect import Effect, change
from skills.habits import HabitAnswered, HabitSuggest, habit_answer, habit_suggest
from skills.habitual import Noticed
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome, Verdict

log = logging.getLogger("hearth." + __name__)

NIGHT: Final = range(2, 6)
TOLD: Final = range(9, 21)
"""The hours in which something may be proposed."""
LOOK_S: Final = 600.0
SETTLED_S: Final = 60.0
"""So long after a start the house's things have reported."""
AGAIN: Final = timedelta(hours=20)
"""Between two looks."""
BETWEEN: Final = timedelta(hours=24)
"""Between two proposals."""
LEAST_SCORE: Final = 0.55
"""What is less sure is told only if somebody asks."""


def key_of_notice(id: str) -> str:
    """Return the key of the notice by which a habit is proposed."""
    return f"habit/{id}"


class Habits:
    """The household's habits. Fulfils `skills.habitual.HabitsView`."""

    def __init__(
        self,
        presence: Presence,
        announce: Announce,
        *,
        look: bool,
        suggest: bool,
    ) -> None:
        """``look`` and ``suggest`` are the household's configuration; nothing is done before `attach`."""
        self._presence, self._announce = presence, announce
        self._ground: Ground | None = None
        self._looks, self._may_suggest = look, suggest
        self._known: list[rows.Known] = []
        self._quiet = False
        self._looked_at: datetime | None = None
        self.read = asyncio.Event()
        """Set once what is kept was read."""

    def attach(self, ground: Ground) -> None:
        """Take the parts it is about, which are put together later; to be called before `run`."""
        self._ground = ground

    # For skills

    def habits(self) -> Sequence[Noticed]:
        """Return what is known and not answered for good, the surest first."""
        return [one.noticed for one in self._known if one.status in ("open", "offered", "later")]

    def offered(self) -> Noticed | None:
        """Return what people were told of last, if nobody has answered to it."""
        return max(self.proposed(), key=lambda one: one[1])[0] if self.proposed() else None

    def suggests(self) -> bool:
        """Say whether routines are proposed unasked."""
        return self._looks and self._may_suggest and not self._quiet

    def proposed(self) -> Sequence[tuple[Noticed, datetime]]:
        """Return what people were told of and have not answered, and when they were."""
        return [
            (one.noticed, one.offered_at)
            for one in self._known
            if one.status == "offered" and one.offered_at is not None
        ]

    # For the gateway

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(HabitAnswered, "habit.answer", self._answer, _answer_words),
            change(HabitSuggest, "habit.suggest", self._suggest, _suggest_words),
        ]

    async def _answer(self, given: HabitAnswered, cause: Cause) -> Outcome:
        known = next((one for one in self._known if one.id == given.id), None)
        if known is None:
            return Outcome(Verdict.FAILED, say("I know of no such habit"))
        noticed, ground = known.noticed, self._parts()
        if given.answer == "accept" and noticed.routine is None:
            there = {one.id for one in ground.routines.routines()}
            if noticed.definition.get("id") not in there:
                return Outcome(Verdict.FAILED, say("its routine is not there"))
        status, now = rows.STATUS_OF[given.answer], ground.clock.now()
        at = None if status == "open" else now
        await ground.store.run_bare(lambda connection: rows.answer(connection, given.id, status, at, cause.person))
        self._replace(replace(known, noticed=replace(noticed, status=status), answered_at=at))
        return Outcome(Verdict.DONE, undo=habit_answer(given.id, "open"))

    async def _suggest(self, given: HabitSuggest, cause: Cause) -> Outcome:
        ground, before = self._parts(), not self._quiet
        now = ground.clock.now()
        await ground.store.run_bare(
            lambda connection: rows.be_quiet(connection, now, cause.person, cause.id, quiet=not given.on)
        )
        self._quiet = not given.on
        return Outcome(Verdict.DONE, undo=habit_suggest(on=before) if before is not given.on else None)

    # By itself

    async def run(self) -> None:
        """Look at night, and propose by day; ends only by cancellation.

        Raises:
            StoreError: what is kept cannot be read.
        """
        ground = self._parts()
        self._known = await ground.store.run_bare(rows.everything)
        self._quiet = await ground.store.run_bare(rows.is_quiet)
        self._looked_at = max((one.seen_at for one in self._known), default=None)
        self.read.set()
        await ground.clock.sleep(SETTLED_S)
        while True:
            now = ground.clock.now()
            local = now.astimezone(ground.zone)
            due = self._looked_at is None or now - self._looked_at >= AGAIN
            # A house that is switched off at night is looked at when it is there.
            late = self._looked_at is None or now - self._looked_at >= 2 * AGAIN
            if self._looks and due and (local.hour in NIGHT or late):
                await self._look_safely()
            await self.propose()
            await ground.clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Look through the past now.

        Raises:
            DaemonError: there is no history, or routines are not read yet.
            sqlite3.Error: the history cannot be read.
        """
        from daemon.habits.looking import look
        from daemon.habits.merging import merged

        ground = self._parts()
        now = ground.clock.now()
        fresh = await look(ground)
        kept = merged(self._known, fresh, now)
        await ground.store.run_bare(lambda connection: rows.keep(connection, kept))
        self._known = sorted(kept, key=lambda one: -one.score)
        self._looked_at = now
        log.info("looked for habits: %d found, %d to be answered", len(fresh), len(self.habits()))

    async def propose(self) -> bool:
        """Tell people of the surest habit, if this is a good moment; return whether it was."""
        ground = self._parts()
        now = ground.clock.now()
        if not self.suggests() or now.astimezone(ground.zone).hour not in TOLD or not self._somebody(now):
            return False
        told = [one.offered_at for one in self._known if one.offered_at is not None]
        if told and now - max(told) < BETWEEN:
            return False
        good = (one for one in self._known if one.status == "open" and not one.noticed.delicate)
        best = next((one for one in good if one.score >= LEAST_SCORE), None)
        if best is None:
            return False
        offered = replace(best, noticed=replace(best.noticed, status="offered"), offered_at=now)
        # Written first: told twice a day is worse than not at all.
        await ground.store.run_bare(lambda connection: rows.keep(connection, [offered]))
        self._replace(offered)
        await self._tell(offered.noticed, now)
        return True

    async def _tell(self, noticed: Noticed, now: datetime) -> None:
        from skills.builtin.habits import proposal

        ground = self._parts()
        room = next(iter(self._presence.occupied(now)), None)
        text = proposal(noticed, ground.home)
        how = say(
            "Say “make that a routine”, “ask me later about that routine” or “don't suggest that routine again”;"
            " on a screen, “Done” keeps it."
        )
        cause = Cause(CauseId(uuid4().hex), Origin.DAEMON)
        await self._announce(
            Notice(
                f"{text} {how}",
                "habits",
                now,
                cause,
                area=room,
                key=key_of_notice(noticed.id),
                reason=say("you do it again and again"),
                answers=(Answer.DONE, Answer.SNOOZE),
            )
        )

    async def _look_safely(self) -> None:
        try:
            await self.look()
        except (DaemonError, StoreError, sqlite3.Error) as error:
            self._looked_at = self._parts().clock.now()
            log.warning("could not look for habits: %s", error)

    def _parts(self) -> Ground:
        assert self._ground is not None
        return self._ground

    def _somebody(self, now: datetime) -> bool:
        people = self._parts().household.people.values()
        return bool(self._presence.occupied(now)) or any(self._presence.where(one, now).at_home for one in people)

    def _replace(self, known: rows.Known) -> None:
        self._known = [known if one.id == known.id else one for one in self._known]


def _suggest_words(given: HabitSuggest) -> str:
    return say("suggest routines again") if given.on else say("suggest no more routines")


def _answer_words(given: HabitAnswered) -> str:
    return say("answer “{answer}” to what I suggest", answer=given.answer)
