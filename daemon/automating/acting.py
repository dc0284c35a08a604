"""Carries out single steps of routines: each is a wish of its own, with a cause that names the step for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from daemon.automating.living import Live
from daemon.automating.services import Asked, ServiceError, actions_of, plain
from daemon.automating.sight import House
from daemon.clock import Clock
from daemon.journal import Journal
from daemon.routines.steps import Asking, Calling, Noticing, Returned
from daemon.routines.values import value_of
from daemon.store import StoreError
from devices.model import EntityId
from skills.actions import notice_send
from skills.language import say
from skills.model import Action, Cause, CauseId, Outcome, PersonId, Verdict

log = logging.getLogger("hearth." + __name__)

KNOWN_S = 15.0
"""How long after a start a device may take to be known: a broker describes thousands in seconds."""
_URGENCY: dict[str, Literal["info", "normal", "important", "critical"]] = {
    "low": "info",
    "normal": "normal",
    "high": "important",
    "critical": "critical",
}
_BAD = (Verdict.REFUSED, Verdict.WAITING)

Submit = Callable[[Action, Cause], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a step."""

    returned: Returned | None
    """For a call: what its run is told."""
    outcomes: Sequence[Outcome] = ()
    why: str = ""


class Hands:
    """Carries steps out."""

    def __init__(
        self, submit: Submit, journal: Journal, house: House, clock: Clock, *, has: Callable[[str], bool]
    ) -> None:
        """``has`` says which effects there are."""
        self._submit, self._journal, self._house, self._clock, self._has = submit, journal, house, clock, has
        self.ours: Callable[[str], str | None] = lambda _: None
        """Returns which routine an ``automation`` entity stands for."""
        self._began_s = clock.monotonic()

    async def note(self, live: Live) -> None:
        """Put down in the journal what set a run off: what it does is led back to this."""
        try:
            await self._journal.note(live.cause, f"the routine “{live.routine.alias}” ran, because {live.why}")
        except StoreError as error:
            log.error("could not write down that a routine ran: %s", error)

    async def call(self, live: Live, number: int, step: Calling) -> Came:
        """Carry out a call and return what the run is to be told.

        What a device did not do is no reason to leave out what comes behind it: the bedroom's lamp may be unplugged,
        and the door is to be locked all the same. What was refused, or makes no sense, ends the run.
        """
        try:
            actions = self._actions(live, number, step)
        except ServiceError as error:
            return Came(Returned(step.wait, done=False, why=str(error)), why=str(error))
        await self._wait_for(actions)
        outcomes = [
            await self._submit(action, _cause(live, number, place if len(actions) > 1 else None))
            for place, action in enumerate(actions)
        ]
        refused = next((one for one in outcomes if one.verdict in _BAD), None)
        why = "" if refused is None else f"{refused.verdict}: {refused.detail}"
        # Where somebody else's wish won, the thing is left as it is, and the rest is done all the same.
        bad = next((one for one in outcomes if one.verdict in _BAD and not one.targets), None)
        response = value_of({"verdict": outcomes[-1].verdict.value, "told": outcomes[-1].told} if outcomes else {})
        return Came(Returned(step.wait, done=bad is None, response=response, why=why), outcomes, why)

    async def tell(self, live: Live, number: int, step: Noticing) -> Came:
        """Tell people what a routine wants them to know."""
        people = self._people(step.to)
        wish = notice_send(
            step.message[:500] or "?",
            people=people,
            urgency=_URGENCY[step.urgency],
            key=_key(live, number),
            title=(step.title or "")[:120],
            reason=_reason(live),
        )
        outcome = await self._submit(wish, _cause(live, number))
        return Came(None, [outcome], "" if outcome.verdict is Verdict.DONE else outcome.detail)

    async def ask(self, live: Live, number: int, step: Asking) -> Came:
        """Ask people; the answer comes through `daemon.notify`, by the key of the notice."""
        yes, no = answers_of(step)
        how = f"Done: {yes}. Not me: {no}."
        if not step.answers:
            how = say("Say “the answer is …”; or {buttons}", buttons=how)
        wish = notice_send(
            f"{step.question} ({how})"[:500],
            people=self._people(step.of),
            urgency="important",
            key=_key(live, number),
            reason=_reason(live),
            answers=("done", "not_me"),
        )
        outcome = await self._submit(wish, _cause(live, number))
        return Came(None, [outcome], "" if outcome.verdict is Verdict.DONE else outcome.detail)

    def _actions(self, live: Live, number: int, step: Calling) -> Sequence[Action]:
        if self._has(step.action) and not step.target:
            # Our own effects by their own names and fields: whatever the gateway knows, a routine can wish for.
            return [Action(step.action, plain(step.data))]
        sight = self._house.now(self._clock.now())
        return actions_of(Asked(step, sight, live.routine.alias, _key(live, number), self.ours))

    async def _wait_for(self, actions: Sequence[Action]) -> None:
        """Wait just after a start until what is called is known."""
        left_s = self._began_s + KNOWN_S - self._clock.monotonic()
        targets = [EntityId(str(one)) for action in actions for one in _targets(action)]
        unknown = [one for one in targets if self._house.home.state(one) is None]
        if left_s <= 0 or not unknown:
            return
        async with asyncio.TaskGroup() as group:
            for one in unknown:
                group.create_task(self._house.home.wait_until(one, lambda _: True, timeout_s=left_s))

    def _people(self, names: Sequence[str]) -> Sequence[PersonId]:
        found = [self._house.household.person_named(name.removeprefix("person.")) for name in names]
        return [person.id for person in found if person is not None]


def answers_of(step: Asking) -> tuple[str, str]:
    """Return what the two buttons of a question mean: done, and not me."""
    yes, no = step.answers[:2] if len(step.answers) > 1 else (*step.answers, "yes", "no")[:2]
    return yes, no


def _targets(action: Action) -> Sequence[object]:
    targets = action.arguments.get("targets")
    return targets if isinstance(targets, list) else ()  # pyright: ignore[reportUnknownVariableType] - of JSON


def _cause(live: Live, number: int, place: int | None = None) -> Cause:
    """Return the cause of one step, which is the same after a kill."""
    name = f"{live.cause.id}/{number}" + (f".{place}" if place is not None else "")
    return replace(live.cause, id=CauseId(name), parent=live.cause.id)


def _key(live: Live, number: int) -> str:
    return f"routine/{live.id}/{number}"


def _reason(live: Live) -> str:
    return f"the routine {live.routine.alias}, because {live.why}"[:300]
