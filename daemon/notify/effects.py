"""What can be wished for about notices, through the gateway."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.household import Household
from daemon.notify.answers import Answers
from daemon.notify.chain import Chains
from daemon.notify.counts import Counts
from daemon.notify.model import Answer, Notice, Urgency
from daemon.notify.standing import Standings
from daemon.schedule import ScheduleError
from daemon.store import StoreError
from skills.actions import Nothing, NoticeAnswer, NoticeQuiet, NoticeSend, notice_quiet
from skills.effect import Effect, change
from skills.language import say
from skills.model import Cause, Origin, Outcome, PersonId, Verdict

LONGEST_QUIET = timedelta(days=7)
"""Nobody is left undisturbed for longer by one sentence."""
_WORDLESS = (Origin.MODEL, Origin.MCP)
"""Doors through which nothing critical comes: no person and no sensor is behind them."""


class Wishes:
    """Carries out wishes about notices."""

    def __init__(
        self,
        chains: Chains,
        answers: Answers,
        counts: Counts,
        standings: Standings,
        household: Household,
        clock: Clock,
    ) -> None:
        self._chains, self._answers, self._counts = chains, answers, counts
        self._standings, self._household, self._clock = standings, household, clock

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(
                NoticeSend,
                "notice.send",
                self._send,
                lambda given: say("tell {whom}: {text}", whom=_whom(given), text=given.text),
            ),
            change(
                NoticeAnswer,
                "notice.answer",
                self._answer,
                lambda given: say("answer {answer} to a notice", answer=given.answer),
            ),
            change(NoticeQuiet, "notice.quiet", self._quiet, _quiet_words),
            change(
                Nothing, "notice.caught_up", self._caught_up, lambda _: say("tell no more of what was just read out")
            ),
            change(Nothing, "notice.reset", self._reset, lambda _: say("learn anew how many notices somebody gets")),
        ]

    async def _send(self, given: NoticeSend, cause: Cause) -> Outcome:
        people = tuple(map(PersonId, given.people))
        strange = next((person for person in people if person not in self._household.people), None)
        if strange is not None:
            return Outcome(Verdict.FAILED, f"nobody here is {strange!r}; see [[people]]")
        urgency = Urgency[given.urgency.upper()]
        if cause.tainted or cause.origin in _WORDLESS:
            urgency = min(urgency, Urgency.IMPORTANT)
        notice = Notice(
            given.text,
            "notice",
            self._clock.now(),
            cause,
            area=given.area,
            key=given.key,
            people=people,
            urgency=urgency,
            title=given.title,
            reason=given.reason,
            answers=tuple(map(Answer, given.answers)),
        )
        try:
            known = await self._chains.send(notice)
        except (ScheduleError, StoreError) as error:
            return Outcome(Verdict.FAILED, str(error))
        return Outcome(Verdict.DONE, "" if known is not None else say("it was told a moment ago"))

    async def _answer(self, given: NoticeAnswer, cause: Cause) -> Outcome:
        snooze = timedelta(seconds=given.for_s) if given.for_s is not None else None
        answered = await self._answers.answer_aloud(
            Answer(given.answer), area=cause.area, person=cause.person, snooze=snooze
        )
        return (
            Outcome(Verdict.DONE)
            if answered is not None
            else Outcome(Verdict.FAILED, say("I have told nothing lately"))
        )

    async def _quiet(self, given: NoticeQuiet, cause: Cause) -> Outcome:
        now = self._clock.now()
        until = datetime.fromisoformat(given.until) if given.until is not None else None
        if until is not None and not now < until <= now + LONGEST_QUIET:
            return Outcome(Verdict.FAILED, say("give a time within {n} days", n=LONGEST_QUIET.days))
        person = self._who(cause)
        before = self._standings.quiet_until(person, now)
        try:
            await self._counts.undisturbed(person, until)
        except StoreError as error:
            return Outcome(Verdict.FAILED, str(error))
        if until is None:
            self._chains.people_moved()
        return Outcome(Verdict.DONE, undo=notice_quiet(before))

    async def _caught_up(self, given: Nothing, cause: Cause) -> Outcome:
        del given
        await self._chains.caught_up(self._who(cause))
        return Outcome(Verdict.DONE)

    async def _reset(self, given: Nothing, cause: Cause) -> Outcome:
        del given
        await self._counts.forget(self._who(cause))
        return Outcome(Verdict.DONE)

    def _who(self, cause: Cause) -> PersonId | None:
        """Return whose wish it is; where only one person lives, theirs; else nobody knows, and it is for all."""
        people = self._household.people
        return cause.person or (next(iter(people)) if len(people) == 1 else None)


def _whom(given: NoticeSend) -> str:
    return ", ".join(given.people) or say("whoever is there")


def _quiet_words(given: NoticeQuiet) -> str:
    if given.until is None:
        return say("disturb people again")
    return say("disturb nobody until {time}", time=given.until)
