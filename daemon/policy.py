"""Decides whether a wish is carried out, asked about or refused: pure functions, closed cases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from daemon.household import Household, Role
from devices.model import EntityId
from skills.language import say, term
from skills.model import Cause, Origin, Risk


@dataclass(frozen=True, slots=True)
class Allow:
    """It is carried out now."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """It waits for a person's yes."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """It is not carried out; ``reason`` is for people."""

    reason: str


Decision = Allow | Ask | Refuse

_SET_UP = (Origin.ROUTINE, Origin.REMINDER, Origin.DAEMON)
"""Doors through which comes only what the household has set up before, with nobody there to ask."""
_AGENTS = (Origin.MODEL, Origin.MCP, Origin.MQTT)
"""Doors through which comes what no person of the household has worded."""
_GROWN_UP = (Role.OWNER, Role.ADULT)


def decide(
    risk: Risk,
    cause: Cause,
    *,
    targets: Collection[EntityId],
    household: Household,
    now: datetime,
    lent: bool = False,
    allowed: Collection[EntityId] = (),
) -> Decision:
    """Return what becomes of a wish of this risk, about these entities; ``lent``: the household lets them do it.

    ``allowed`` is what the owner lets this one routine do with nobody there, beside `Household.unattended`.
    """
    match risk:
        case Risk.READ:
            return Allow("reading changes nothing")
        case Risk.REVERSIBLE:
            return _of_any_change(cause, targets, household) or Allow("it can be taken back")
        case Risk.CONSEQUENTIAL:
            decision = _of_consequences(cause, household, now, lent=lent)
            if isinstance(decision, Refuse):
                return decision
            return _of_any_change(cause, targets, household) or decision
        case Risk.CRITICAL:
            return _of_safety(cause, targets, household, lent=lent, allowed=allowed)
        case _:
            assert_never(risk)


def objection(risk: Risk, cause: Cause, household: Household, *, lent: bool = False) -> str | None:
    """Return why ``cause`` cannot say yes to a wish of this risk; ``None`` if it can."""
    role = _standing(cause, household, lent=lent)
    if cause.tainted or cause.origin in _SET_UP or cause.origin in _AGENTS:
        return say("only a person can say yes to that")
    if risk >= Risk.CONSEQUENTIAL and role in (Role.CHILD, Role.GUEST):
        return say("an adult of the house has to say yes to that")
    if risk is not Risk.CRITICAL or (role is not None and cause.sure >= 1):
        return None
    if cause.origin is Origin.VOICE and household.voice_confirms_critical:
        return None
    return say("somebody I know has to say yes to that, in writing if I do not know the voice")


def _standing(cause: Cause, household: Household, *, lent: bool) -> Role | None:
    """Return what somebody counts as: whom the household lets do something is a grown-up for that."""
    role = household.role_of(cause)
    return Role.ADULT if lent and role in (Role.CHILD, Role.GUEST) else role


def _of_any_change(cause: Cause, targets: Collection[EntityId], household: Household) -> Decision | None:
    if cause.tainted:
        return Ask("text from outside the house took part in it")
    put_off_by_a_stranger = cause.door is not None and household.role_of(cause) is None
    if len(targets) > household.most_devices and (cause.origin not in _SET_UP or put_off_by_a_stranger):
        return Ask(f"it is about {len(targets)} devices at once")
    return None


def _of_consequences(cause: Cause, household: Household, now: datetime, *, lent: bool) -> Decision:
    role = _standing(cause, household, lent=lent)
    if cause.origin in _SET_UP:
        if role in (Role.CHILD, Role.GUEST):
            text = "it has consequences, and a {role} has put it off until nobody is asked"
            return Refuse(say(text, role=term("role", str(role))))
        if role is None and cause.door is not None:
            return Refuse(say("it has consequences, and nobody I know has put it off until nobody is asked"))
        return Allow("the household has set it up")
    if cause.origin in _AGENTS:
        return Ask("it has consequences, and no person has worded it")
    if role not in _GROWN_UP:
        return Ask(f"it has consequences, and {'a ' + role if role else 'nobody I know'} wishes for it")
    if household.is_night(now):
        return Ask("it has consequences, and it is night")
    return Allow(f"the {role} may do that")


def _of_safety(
    cause: Cause, targets: Collection[EntityId], household: Household, *, lent: bool, allowed: Collection[EntityId]
) -> Decision:
    if cause.origin in _SET_UP or cause.origin is Origin.MQTT:
        if targets and household.unattended.issuperset(targets) and not cause.tainted:
            return Allow("the household lets routines do that")
        if cause.origin is Origin.ROUTINE and targets and not cause.tainted and set(allowed).issuperset(targets):
            return Allow("the owner lets this routine do that")
        return Refuse(say("nobody is there to say yes, and it is about safety"))
    role = _standing(cause, household, lent=lent)
    if role in (Role.CHILD, Role.GUEST):
        return Refuse(say("it is about safety, and a {role} may not do that", role=term("role", str(role))))
    return Ask("it is about safety")
