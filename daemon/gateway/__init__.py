"""The one door through which the daemon changes the world: decide, write down, carry out, write down what came of it.

::

    GatewayError             a wish that its caller should not have made; nothing was done
    ├── UnknownEffectError   there is no such effect
    └── ArgumentsError       the effect does not take these arguments
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from typing import assert_never, cast

from pydantic import BaseModel, ValidationError

from daemon.clock import Clock
from daemon.errors import DaemonError
from daemon.gateway.approvals import Approval, Approvals
from daemon.gateway.checked import Checked, reads, targets_of, undo_words
from daemon.gateway.elsewhere import Asker
from daemon.gateway.limits import Once, Rate
from daemon.gateway.questions import Questions, unwritten
from daemon.gateway.recovering import CutOff, Look, came
from daemon.gateway.rules import NOTHING_SAID, Judged, Rules, together, without
from daemon.gateway.undo import Step, steps_back, taken_back
from daemon.household import Household
from daemon.journal import Journal, Wish
from daemon.journal.chain import canonical
from daemon.journal.redaction import plain
from daemon.policy import Allow, Ask, Decision, Refuse, decide
from daemon.precedence import Lost
from daemon.store import Store, StoreError
from devices.model import EntityId
from devices.names import nearest
from skills.actions import Undo, undo
from skills.effect import Effect
from skills.language import say
from skills.model import Action, Cause, EntryId, Origin, Outcome, Risk, Verdict

__all__ = ["Approval", "ArgumentsError", "Gateway", "GatewayError", "UnknownEffectError"]

log = logging.getLogger("hearth." + __name__)

UNDO_TIMEOUT_S = 120.0
"""Taking back an evening passes through many effects, each with a deadline of its own."""

Heed = Callable[[Wish], Awaitable[Decision | None]]
"""Returns what the household's own instructions make of a wish that the policy lets pass; ``None``: nothing."""
TellLoser = Callable[[Wish, Sequence[Lost]], Awaitable[None]]
"""Tells whoever wished for something that somebody else's wish won."""


class GatewayError(DaemonError):
    """A wish that its caller should not have made."""

    code = "gateway-error"


class UnknownEffectError(GatewayError):
    """There is no effect of this name."""

    code = "unknown-effect"


class ArgumentsError(GatewayError):
    """The effect does not take these arguments."""

    code = "arguments-invalid"


class Gateway:
    """Takes every wish, from whatever door, through policy and journal to its effect."""

    def __init__(
        self,
        effects: Iterable[Effect],
        journal: Journal,
        store: Store,
        household: Household,
        clock: Clock,
        *,
        look: Mapping[str, Look] | None = None,
        rules: Rules | None = None,
    ) -> None:
        """Take the effects of all, each under a name of its own.

        ``look`` tells, by effect, how to find out what a wish came to that a kill cut off; ``rules`` what the household
        says of each wish.

        Raises:
            GatewayError: two effects have the same name.
        """
        self._journal = journal
        self._household = household
        self._clock = clock
        self._rules = rules
        self.tell_loser: TellLoser = _untold
        approvals = Approvals(store, clock, lasting=household.approval_for)
        self._questions = Questions(approvals, journal, household, rules, clock, do=self._do, refuse=self._refuse)
        self._rate = Rate(clock)
        self._once = Once(clock)
        self.heed: Heed = _unheeded
        self.allowed: Callable[[Cause], Collection[EntityId]] = lambda _: ()
        """Returns what the owner lets the routine do that a cause is of, though it is about safety."""
        self._begun: set[EntryId] = set()
        self._listeners: list[Callable[[Wish], None]] = []
        self._effects: dict[str, Effect] = {}
        own = Effect("journal.undo", Undo, reads, self._take_back, undo_words, UNDO_TIMEOUT_S)
        for effect in (own, *effects):
            if effect.name in self._effects:
                raise GatewayError(f"two effects are called {effect.name!r}: rename one")
            self._effects[effect.name] = effect
        self._cut_off = CutOff(
            journal,
            self._once,
            self._effects,
            look or {},
            lambda entry, outcome: self._end(entry, outcome, cut_off=True),
        )
        self._turns = {name: asyncio.Semaphore(1) for name, effect in self._effects.items() if not effect.concurrent}

    # What others call

    def effects(self) -> Sequence[Effect]:
        """Return everything that can be wished for, by name."""
        return sorted(self._effects.values(), key=lambda effect: effect.name)

    def pending(self) -> Sequence[Approval]:
        """Return the wishes that wait for a yes, oldest first."""
        return self._questions.pending()

    def listen(self, listener: Callable[[Wish], None]) -> None:
        """Tell ``listener`` of every wish just before it is carried out; it must neither wait nor raise."""
        self._listeners.append(listener)

    def ask_through(self, asker: Asker) -> None:
        """Have people asked on their devices about what is not to be confirmed where it was wished for."""
        self._questions.asker = asker

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        """Take a wish through; return what came of it. The same wish of the same cause is carried out once.

        Where `Cause.again` says that it may have come before a kill, the journal is asked first.

        What the world does is an outcome, and so is a full disk: what cannot be written down is not done.

        Raises:
            UnknownEffectError: there is no such effect.
            ArgumentsError: it does not take these arguments.
            GatewayError: its own judgement of them broke; a bug in a skill.
        """
        checked = self._check(action, cause)
        key = canonical([cause.id, action.effect, plain(action.arguments)])
        return await self._once.carry(key, lambda: self._again(checked) if cause.again else self._pass(checked))

    async def undo(self, cause: Cause, since: datetime | None = None) -> Outcome:
        """Take back what was last wished for, or everything since a time; each step passes this door like any wish."""
        return await self.submit(undo(since.isoformat() if since is not None else None), cause)

    async def approve(self, approval: str, cause: Cause, pin: str | None = None) -> Outcome:
        """Carry out what waits under this id, because ``cause`` says yes; where that is asked for, by a spoken PIN.

        What is asked on another device goes on waiting: a yes in a talk does not count for it.
        """
        return await self._questions.approve(approval, cause, pin)

    async def confirm(self, approval: str, cause: Cause, *, where: str = "") -> Outcome:
        """Carry out exactly what waits under this id, because somebody was shown it and pressed yes, ``where``."""
        return await self._questions.confirm(approval, cause, where=where)

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        """Drop what waits under this id, because ``cause`` says no."""
        return await self._questions.dismiss(approval, cause)

    async def forget(self) -> None:
        """Delete questions that were settled long ago; to be called now and then.

        Raises:
            StoreError: they could not be.
        """
        await self._questions.forget()

    async def run(self) -> None:
        """Find out what came of wishes that were cut off, and let questions expire; ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._recover())
            group.create_task(self._questions.run())

    # The passage

    def _check(self, action: Action, cause: Cause, undoes: tuple[EntryId, ...] = ()) -> Checked:
        effect = self._effects.get(action.effect)
        if effect is None:
            near = nearest(action.effect, self._effects)
            hint = f", did you mean {near!r}?" if near else ""
            raise UnknownEffectError(f"there is no effect {action.effect!r}{hint}")
        try:
            parameters = effect.parameters.model_validate(dict(action.arguments))
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, wrong["loc"])) or "arguments"
            raise ArgumentsError(f"{action.effect!r} does not take this: {place}: {wrong['msg']}") from error
        try:
            wish = Wish(
                action, cause, effect.risk(parameters), effect.describe(parameters), targets_of(parameters), undoes
            )
        except Exception as error:  # foreign code: what cannot judge its own arguments is not carried out
            raise GatewayError(f"{action.effect!r} cannot say what it would do: {error!r}") from error
        return Checked(effect, parameters, wish)

    async def _again(self, checked: Checked) -> Outcome:
        """Return what came of a wish in an earlier life of the daemon; carry it out if nothing did.

        What was cut off counts as done where the world looks so. Where it does not, it is carried out again if that is
        harmless (`Effect.repeatable`), else left as it is: rather once too seldom than twice.
        """
        try:
            found = await self._journal.passed(checked.wish)
            if found is None:
                return await self._pass(checked)
            entry, outcome = found
            told = await self._cut_off.closed(entry) if outcome is None else came(outcome)
        except StoreError as error:
            return unwritten(checked.effect, error)
        cut_off = outcome is None or outcome.body.get("cut_off") is True
        if cut_off and told.verdict is not Verdict.DONE and checked.effect.repeatable(checked.parameters):
            return await self._pass(checked)
        return replace(told, effect=checked.effect.name, entry=entry.id)

    async def _pass(self, checked: Checked) -> Outcome:
        origin = checked.wish.cause.origin
        try:
            if checked.wish.risk is not Risk.READ and not self._rate.admits(origin, checked.wish.risk):
                return await self._flooded(checked, first=self._rate.first_refusal(origin))
            judged = self._judged(checked.wish, checked.parameters)
            if judged.refused is not None:
                return await self._refuse(checked, judged.refused)
            if judged.withheld:
                return await self._narrowed(checked, judged, self._pass_on)
            return await self._pass_on(checked)
        except StoreError as error:
            return unwritten(checked.effect, error)

    async def _pass_on(self, checked: Checked) -> Outcome:
        judged = self._judged(checked.wish, checked.parameters)
        lent = judged.right is not None
        decision, told = self._decide(checked.wish, lent=lent), ""
        heard = None if isinstance(decision, Refuse) else await self.heed(checked.wish)
        if heard is not None and not isinstance(heard, Allow):
            decision, told = heard, heard.reason
        match decision:
            case Allow(reason):
                return await self._do(checked, reason)
            case Ask(reason):
                return await self._questions.ask(checked, reason, told)
            case Refuse(reason):
                return await self._refuse(checked, reason)
            case _:
                assert_never(decision)

    def _decide(self, wish: Wish, *, lent: bool) -> Decision:
        now, household = self._clock.now(), self._household
        allowed = self.allowed(wish.cause) if wish.cause.origin is Origin.ROUTINE else ()
        return decide(
            wish.risk, wish.cause, targets=wish.targets, household=household, now=now, lent=lent, allowed=allowed
        )

    def _judged(self, wish: Wish, parameters: BaseModel) -> Judged:
        return self._rules.judged(wish, parameters) if self._rules is not None else NOTHING_SAID

    async def _narrowed(
        self, checked: Checked, judged: Judged, go_on: Callable[[Checked], Awaitable[Outcome]]
    ) -> Outcome:
        """Go on with what is left of a wish, and put down with the reason what is not."""
        assert self._rules is not None
        left = without(judged.withheld)
        wish = replace(checked.wish, targets=tuple(judged.withheld), undoes=())
        entry = await self._journal.settle(wish, f"refused: {left.detail}", left)
        if judged.lost:
            await self.tell_loser(wish, judged.lost)
        left = replace(left, effect=checked.effect.name, entry=entry)
        parameters = self._rules.narrowed(checked.parameters, judged.withheld)
        if parameters is None:
            return left
        effect = checked.effect
        rest = replace(
            checked.wish,
            risk=effect.risk(parameters),
            what=effect.describe(parameters),
            targets=targets_of(parameters),
        )
        return together(left, await go_on(Checked(effect, parameters, rest)))

    async def _refuse(self, checked: Checked, reason: str) -> Outcome:
        refused = Outcome(Verdict.REFUSED, reason, effect=checked.effect.name)
        log.info("refused %s from %s: %s", checked.effect.name, checked.wish.cause.origin, reason)
        return replace(refused, entry=await self._journal.settle(checked.wish, f"refused: {reason}", refused))

    async def _flooded(self, checked: Checked, *, first: bool) -> Outcome:
        reason = say("too much at once came from there ({origin})", origin=checked.wish.cause.origin)
        if first:
            return await self._refuse(checked, reason)
        return Outcome(Verdict.REFUSED, reason, effect=checked.effect.name)

    async def _do(self, checked: Checked, reason: str) -> Outcome:
        judged = self._judged(checked.wish, checked.parameters)
        if judged.refused is not None:
            return await self._refuse(checked, judged.refused)
        if judged.withheld:
            # Somebody was quicker while it was thought about, or while it waited for a yes.
            return await self._narrowed(checked, judged, lambda rest: self._do(rest, reason))
        if self._rules is not None:
            self._rules.take(checked.wish, checked.parameters)
        if judged.note:
            reason = f"{reason}; {judged.note}"
        try:
            entry = await self._journal.begin(checked.wish, reason)
        except StoreError as error:
            return unwritten(checked.effect, error)
        self._begun.add(entry)
        for listener in self._listeners:
            listener(checked.wish)
        try:
            outcome = await self._execute(checked)
        except asyncio.CancelledError:
            # The caller is gone; what was begun must not stay without an end.
            await self._end(entry, Outcome(Verdict.UNCONFIRMED, say("it was interrupted")), cut_off=True)
            raise
        outcome = replace(outcome, effect=checked.effect.name, entry=entry)
        if self._rules is not None:
            self._rules.came(checked.wish, outcome)
        await self._end(entry, outcome)
        return outcome

    async def _execute(self, checked: Checked) -> Outcome:
        effect = checked.effect
        try:
            async with asyncio.timeout(effect.timeout_s), self._turns.get(effect.name) or nullcontext():
                return await effect.execute(checked.parameters, checked.wish.cause)
        except TimeoutError:
            return Outcome(
                Verdict.FAILED, say("it took longer than {seconds} seconds", seconds=f"{effect.timeout_s:g}")
            )
        except StoreError as error:
            return unwritten(checked.effect, error)
        except Exception:  # foreign code: whatever it does wrong must not take the daemon with it
            log.exception("effect %s broke", effect.name)
            return Outcome(Verdict.FAILED, say("something in {effect} broke", effect=effect.name))

    async def _end(self, entry: EntryId, outcome: Outcome, *, cut_off: bool = False) -> None:
        try:
            await self._journal.end(entry, outcome, cut_off=cut_off)
        except StoreError as error:
            # It happened all the same; the next start finds the wish without an end and looks.
            log.error("could not write down what came of entry %s: %s", entry, error)
        finally:
            self._begun.discard(entry)

    # Back, and what was cut off

    async def _recover(self) -> None:
        try:
            await self._questions.begin()
            await self._cut_off.recover(self._begun)
        except StoreError as error:
            log.error("could not look for wishes that were cut off: %s", error)

    async def _take_back(self, parameters: BaseModel, cause: Cause) -> Outcome:
        since, of = cast("Undo", parameters).since, cast("Undo", parameters).cause
        start = datetime.fromisoformat(since) if since is not None else None
        done = await self._journal.undoable(since=start, cause=of)
        stuck = [entry.what for entry in done if entry.undo is None]
        return taken_back(stuck, [await self._step_back(step, cause) for step in steps_back(done)])

    async def _step_back(self, step: Step, cause: Cause) -> Outcome:
        try:
            return await self._pass(self._check(step.action, cause, step.undoes))
        except GatewayError as error:
            # The skill that did it is gone, or is another version now.
            return Outcome(Verdict.FAILED, str(error))


async def _untold(wish: Wish, lost: Sequence[Lost]) -> None:
    """Tell nobody."""
    del wish, lost


async def _unheeded(wish: Wish) -> Decision | None:
    """Return that nobody said anything about a wish."""
    del wish
    return None
