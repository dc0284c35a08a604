"""What the household says of a wish: whether who wishes for it may, whose wish wins, and whether a PIN is due.

`Rules` is all that the gateway, and through it every routine, plan, skill and door, needs to know of that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel

from daemon.household.rights import Right
from daemon.journal import Wish
from daemon.lending import Lending
from daemon.pins import Pins, Tried
from daemon.precedence import ALARM, Lost, Precedence, Rank, leaves
from devices.model import EntityId, HomeView
from skills.actions import DeviceCall, DeviceRestore
from skills.confiding import ForgetTold
from skills.language import say
from skills.model import Cause, Origin, Outcome, PersonId, Risk, TargetOutcome, Verdict

LENDING = "right.lend"
_IN_PERSON = (Origin.VOICE, Origin.TEXT, Origin.DASHBOARD)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the household says of one wish."""

    barred: Mapping[EntityId, str] = field(default_factory=dict[EntityId, str])
    """The targets at which it is not carried out, each with the reason: who wishes for it may not."""
    lost: Sequence[Lost] = ()
    """Where somebody else's wish wins."""
    refused: str | None = None
    """Why nothing of it is carried out."""
    right: Right | None = None
    """What lets them do all that is left of it."""
    note: str = ""
    """What the journal is told beside the reason."""

    @property
    def withheld(self) -> Mapping[EntityId, str]:
        """All targets at which it is not carried out."""
        return {**{one.entity: one.why for one in self.lost}, **self.barred}


NOTHING_SAID = Judged()


class Rules:
    """Judges wishes; a look-up for each target, and no waiting."""

    def __init__(self, home: HomeView, lending: Lending, precedence: Precedence, pins: Pins) -> None:
        self._home, self._lending, self._precedence, self._pins = home, lending, precedence, pins

    def judged(self, wish: Wish, parameters: BaseModel) -> Judged:
        """Return what the household says of a wish as it is now."""
        if wish.risk is Risk.READ:
            return NOTHING_SAID
        effect = wish.action.effect
        if not wish.targets:
            right = self._lending.ruling(wish.cause, effect, None)
            if right is not None and not right.may:
                return Judged(refused=_barred(right))
            right = right or _to_their_own(wish, parameters)
            return NOTHING_SAID if right is None else Judged(right=right)
        lost = self._precedence.lost(wish, parameters)
        barred, permitting, every = dict[EntityId, str](), list[Right](), True
        for thing in (leaf for target in wish.targets for leaf in leaves(self._home, target)):
            right = self._lending.ruling(wish.cause, effect, self._lending.thing(thing))
            if right is not None and not right.may:
                barred[thing] = _barred(right)
            elif right is None:
                every = False
            else:
                permitting.append(right)
        permits = permitting[0] if every and permitting else None
        return Judged(barred, lost, right=permits, note=self._note(wish.cause, permits))

    def narrowed(self, parameters: BaseModel, withheld: Mapping[EntityId, str]) -> BaseModel | None:
        """Return what is left of a wish for devices without those; ``None``: nothing."""
        return _narrowed(self._home, parameters, withheld)

    def take(self, wish: Wish, parameters: BaseModel) -> None:
        """Take note that a wish is carried out from now on: it must come before whatever waits."""
        self._precedence.take(wish, parameters)

    def came(self, wish: Wish, outcome: Outcome) -> None:
        """Take note of what came of it."""
        self._precedence.came(wish, outcome)

    def wants_pin(self, wish: Wish, who: PersonId | None) -> bool:
        """Say whether the yes to a wish that was spoken is a PIN: of whoever has one, and of voices nobody knows."""
        if wish.cause.origin is not Origin.VOICE or not self._pins.has(who):
            return False
        return wish.risk is Risk.CRITICAL or (wish.action.effect == LENDING and who is None)

    def locked(self, person: PersonId | None) -> datetime | None:
        """Return until when no PIN is taken."""
        return self._pins.locked(person)

    async def tried(self, person: PersonId | None, digits: str) -> Tried:
        """Return whose PIN it is.

        Raises:
            StoreError: it cannot be written down that it was tried.
        """
        return await self._pins.tried(person, digits)

    def _note(self, cause: Cause, right: Right | None) -> str:
        notes = [ALARM] if self._precedence.rank(cause) is Rank.SAFETY else []
        if right is not None and right.id is not None:
            notes.append(f"right {right.id}: {self._lending.told(right)}")
        return "; ".join(notes)


def _to_their_own(wish: Wish, parameters: BaseModel) -> Right | None:
    """Return the right that everybody has to what is theirs alone: a child may have the house forget what it told.

    It is about their own shelf only where no topic is named, which may be that of others too.
    """
    cause = wish.cause
    if not isinstance(parameters, ForgetTold) or parameters.confided is not None or cause.origin not in _IN_PERSON:
        return None
    if cause.person is None or cause.sure < 1 or cause.tainted:
        return None
    return Right(frozenset({cause.person}), may=True, effects=frozenset({wish.action.effect}))


def _barred(right: Right) -> str:
    return say("you may not do that now") if right.until or right.hours or right.days else say("you may not do that")


def _narrowed(home: HomeView, parameters: BaseModel, withheld: Mapping[EntityId, str]) -> BaseModel | None:
    match parameters:
        case DeviceCall():
            left: list[EntityId] = []
            for target in parameters.targets:
                found = list(leaves(home, target))
                # A group goes on as one call unless one of its things stays out.
                left += [target] if withheld.keys().isdisjoint(found) else [one for one in found if one not in withheld]
            return parameters.model_copy(update={"targets": tuple(dict.fromkeys(left))}) if left else None
        case DeviceRestore():
            states = tuple(
                state for state in parameters.states if withheld.keys().isdisjoint(leaves(home, state.entity))
            )
            return parameters.model_copy(update={"states": states}) if states else None
        case _:
            return None


def without(withheld: Mapping[EntityId, str]) -> Outcome:
    """Return what comes of the targets at which a wish is not carried out."""
    targets = tuple(TargetOutcome(thing, Verdict.REFUSED, why) for thing, why in withheld.items())
    return Outcome(Verdict.REFUSED, "; ".join(dict.fromkeys(withheld.values())), targets)


def together(refused: Outcome, rest: Outcome) -> Outcome:
    """Return one outcome for a wish of which a part was left out."""
    verdict = Verdict.PARTLY if rest.verdict in (Verdict.DONE, Verdict.PARTLY) else rest.verdict
    details: Sequence[str] = [one for one in (refused.detail, rest.detail) if one]
    if rest.verdict is Verdict.WAITING:
        return rest
    targets = (*rest.targets, *refused.targets)
    return Outcome(verdict, "; ".join(details), targets, rest.undo, rest.entry, told=rest.told)
