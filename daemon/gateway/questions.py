"""What waits for a yes: where it is asked for, and whose yes counts."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from pydantic import BaseModel

from daemon.clock import Clock
from daemon.gateway.approvals import MOST_PENDING, Approval, Approvals
from daemon.gateway.checked import Checked
from daemon.gateway.elsewhere import Asker, Nobody, Patience, digest_of
from daemon.gateway.rules import NOTHING_SAID, Rules
from daemon.gateway.spoken import SpokenPin
from daemon.household import Household
from daemon.journal import Journal, Wish
from daemon.journal.entry import NO_TO, NOBODY_ANSWERED
from daemon.policy import objection
from daemon.store import StoreError
from skills.effect import Effect
from skills.language import say
from skills.model import Cause, EntryId, Origin, Outcome, PersonId, Verdict

log = logging.getLogger("hearth." + __name__)

UNWRITTEN = "I cannot write down what I do, so I do nothing. Ask hearth doctor"
"""What is said when the store cannot be used; what is wrong with it is in the log and in its health."""

Settle = Callable[[Checked, str], Awaitable[Outcome]]
"""Carries out or refuses a wish, for a reason that is put on record."""


class Questions:
    """Asks for the yes that wishes wait for, and has them carried out once it is there."""

    def __init__(
        self,
        approvals: Approvals,
        journal: Journal,
        household: Household,
        rules: Rules | None,
        clock: Clock,
        *,
        do: Settle,
        refuse: Settle,
    ) -> None:
        self._approvals, self._journal, self._household, self._rules = approvals, journal, household, rules
        self._do, self._refuse = do, refuse
        self._pin, self._patience = SpokenPin(household, rules), Patience(clock)
        self.asker: Asker = Nobody()
        self._turn = asyncio.Lock()
        # Of this process: nothing that waits outlives it.
        self._key = secrets.token_bytes(32)

    def pending(self) -> Sequence[Approval]:
        """Return what waits now, oldest first."""
        return self._approvals.pending()

    async def begin(self) -> None:
        """Drop what waited when the last process ended, and tell so.

        Raises:
            StoreError: it cannot be put on record.
        """
        for approval, entry in await self._approvals.begin():
            for wish in await self._journal.entries(after=EntryId(entry - 1), limit=1):
                told = f"Hearth was stopped before anybody answered: {wish.what}"
                await self._journal.note(wish.cause, told, about=entry)
                self.asker.dropped(approval, wish)

    async def run(self) -> None:
        """Let questions expire; ends only by cancellation."""
        while True:
            expired = await self._approvals.next_expired()
            await self._note(expired.wish.cause, f"{NOBODY_ANSWERED}{expired.wish.what}", expired)
            self._told(expired, Outcome(Verdict.REFUSED, say("nobody answered")), None)

    async def forget(self) -> None:
        """Delete what was settled long ago.

        Raises:
            StoreError: it could not be.
        """
        await self._approvals.forget()

    # Asking

    async def ask(self, checked: Checked, reason: str, told: str) -> Outcome:
        """Ask people on their devices where that is due and they can be reached, else where the wish came from.

        Who is asked is told first what the household ``told``.

        Raises:
            StoreError: it cannot be put on record; nothing waits.
        """
        wish = checked.wish
        people = self.asker.whom(wish, lambda cause: self._objection(wish, checked.parameters, cause) is None)
        if people:
            return await self._ask_elsewhere(checked, reason, told, people)
        pin = self._pin.is_wanted(wish)
        if pin and (locked_out := self._pin.locked_out(wish.cause)) is not None:
            return await self._refuse(checked, locked_out)
        if wish.cause.origin is Origin.VOICE and not pin:
            why_not = self._objection(wish, checked.parameters, wish.cause)
            if why_not is not None:
                # Who could only be told no is not asked.
                return await self._refuse(checked, why_not)
        return replace(await self._wait(checked, reason, told), pin=pin)

    async def _ask_elsewhere(self, checked: Checked, reason: str, told: str, people: Sequence[PersonId]) -> Outcome:
        digest = digest_of(checked, self._key)
        async with self._turn:
            known = self._approvals.asked_already(digest)
            if known is not None:
                still = replace(_still(known), elsewhere=say("I have asked about that already."))
                entry = await self._journal.settle(checked.wish, "asked before, and it still waits", still)
                return replace(still, entry=entry)
            tired = self._patience.objection(digest)
            if tired is not None:
                return await self._refuse(checked, tired)
            waiting = await self._wait(checked, reason, told, elsewhere=self.asker.words(checked.wish, people))
        approval = self._approvals.find(waiting.approval or "")
        if approval is not None:
            self.asker.ask(approval, people)
        return waiting

    async def _wait(self, checked: Checked, reason: str, told: str, *, elsewhere: str = "") -> Outcome:
        if len(self._approvals.pending()) >= MOST_PENDING:
            return await self._refuse(checked, say("{n} questions wait for an answer already", n=MOST_PENDING))
        asked = f"{told}; {checked.wish.what}" if told else checked.wish.what
        waiting = Outcome(Verdict.WAITING, asked, effect=checked.effect.name, elsewhere=elsewhere)
        entry = await self._journal.settle(checked.wish, f"asked: {reason}", waiting)
        approval = await self._approvals.ask(checked, entry, digest=digest_of(checked, self._key), elsewhere=elsewhere)
        return replace(waiting, entry=entry, approval=approval.id)

    # Answers

    async def approve(self, id: str, cause: Cause, pin: str | None) -> Outcome:
        """Take a yes in a talk, or a PIN; see `Gateway.approve`."""
        waiting = self._approvals.find(id)
        if waiting is not None and waiting.elsewhere:
            await self._note(cause, f"yes did not count: {waiting.elsewhere}", waiting)
            return _still(waiting)
        return await self._agreed(waiting, cause, pin)

    async def confirm(self, id: str, cause: Cause, *, where: str) -> Outcome:
        """Take a yes to what was shown; see `Gateway.confirm`."""
        waiting = self._approvals.find(id)
        if waiting is not None and waiting.elsewhere and not self.asker.counts(where):
            await self._note(cause, f"yes did not count: not on {where}", waiting)
            return Outcome(Verdict.REFUSED, say("a yes does not count here"), approval=waiting.id)
        if waiting is None or self._is_as_shown(waiting):
            return await self._agreed(waiting, cause, where=where)
        left = Outcome(Verdict.REFUSED, say("it is no longer what was asked"), effect=waiting.effect.name)
        if await self._approvals.settle(waiting, "no"):
            await self._note(cause, f"yes did not count: {left.detail}", waiting)
            self._told(waiting, left, None)
        return left

    async def dismiss(self, id: str, cause: Cause) -> Outcome:
        """Take a no; see `Gateway.dismiss`."""
        waiting = self._approvals.find(id)
        if waiting is None or not await self._approvals.settle(waiting, "no"):
            return _closed()
        await self._note(cause, f"{NO_TO}{waiting.wish.what}", waiting)
        self._patience.refused(waiting.digest)
        left = Outcome(Verdict.REFUSED, say("it is left as it is"), effect=waiting.effect.name, entry=waiting.entry)
        self._told(waiting, left, cause)
        return left

    async def _agreed(
        self, waiting: Approval | None, cause: Cause, pin: str | None = None, *, where: str = ""
    ) -> Outcome:
        if waiting is None:
            return _closed()
        if self._pin.is_wanted(replace(waiting.wish, cause=cause)):
            who = await self._by_pin(waiting, cause, pin)
            if isinstance(who, Outcome):
                return who
            cause = replace(cause, person=who, sure=1.0)
        wish = waiting.wish
        why_not = self._objection(wish, waiting.parameters, cause)
        if why_not is not None:
            await self._note(cause, f"yes did not count: {why_not}", waiting)
            return Outcome(Verdict.REFUSED, why_not, effect=waiting.effect.name, approval=waiting.id)
        if not await self._approvals.settle(waiting, "yes"):
            return _closed()
        said = "said yes" if pin is None else "said their PIN"
        reason = f"{cause.person or cause.origin} {said}{f' on {where}' if where else ''} ({cause.id})"
        unknown = wish.cause.person is None or wish.cause.sure < 1
        if unknown and (waiting.elsewhere or cause.origin is wish.cause.origin):
            # Who says yes stands for it from now on.
            reason = f"{reason} to what {wish.cause.person or 'nobody known'} wished for by {wish.cause.origin}"
            wish = replace(wish, cause=replace(wish.cause, person=cause.person, sure=cause.sure))
        outcome = await self._do(Checked(waiting.effect, waiting.parameters, wish), reason)
        self._told(waiting, outcome, cause, agreed=True)
        return outcome

    async def _by_pin(self, waiting: Approval, cause: Cause, pin: str | None) -> PersonId | Outcome:
        """Return whose PIN was said; of one that is wrong what is answered, and the question stays open."""
        again = Outcome(Verdict.WAITING, waiting.wish.what, effect=waiting.effect.name, approval=waiting.id, pin=True)
        if pin is None:
            return again
        try:
            whose, locked_out = await self._pin.tried(cause, pin)
        except StoreError as error:
            return unwritten(waiting.effect, error)
        if whose is not None:
            return whose
        await self._note(cause, "a PIN that was said was wrong", waiting)
        if locked_out is None:
            return replace(again, detail=f"{say('That was not right')}; {waiting.wish.what}")
        await self._approvals.settle(waiting, "no")
        return Outcome(Verdict.REFUSED, locked_out, effect=waiting.effect.name)

    def _objection(self, wish: Wish, parameters: BaseModel, cause: Cause) -> str | None:
        """Return why somebody may not say yes to a wish; ``None``: they may."""
        judged = NOTHING_SAID if self._rules is None else self._rules.judged(replace(wish, cause=cause), parameters)
        barred = judged.refused or next(iter(judged.barred.values()), None)
        return barred or objection(wish.risk, cause, self._household, lent=judged.right is not None)

    def _is_as_shown(self, waiting: Approval) -> bool:
        try:
            now = digest_of(Checked(waiting.effect, waiting.parameters, waiting.wish), self._key)
        except Exception:  # foreign code: what cannot say any more what it would do is not what somebody was shown
            log.exception("effect %s broke", waiting.effect.name)
            return False
        return now == waiting.digest

    def _told(self, waiting: Approval, outcome: Outcome, by: Cause | None, *, agreed: bool = False) -> None:
        if waiting.elsewhere:
            self.asker.settled(waiting, outcome, by, agreed=agreed)

    async def _note(self, cause: Cause, what: str, about: Approval) -> None:
        try:
            await self._journal.note(cause, what, about=about.entry)
        except StoreError as error:
            log.error("could not write down %r: %s", what, error)


def unwritten(effect: Effect, error: StoreError) -> Outcome:
    """Return what comes of a wish that cannot be written down, and log why."""
    log.error("not done, because it cannot be written down: %s", error)
    return Outcome(Verdict.FAILED, say(UNWRITTEN), effect=effect.name)


def _still(waiting: Approval) -> Outcome:
    """Return what somebody is told of what waits for a yes on another device."""
    what, effect = waiting.wish.what, waiting.effect.name
    return Outcome(Verdict.WAITING, what, effect=effect, approval=waiting.id, elsewhere=waiting.elsewhere)


def _closed() -> Outcome:
    return Outcome(Verdict.REFUSED, say("that question is no longer open"))
