"""What a row of the ledger carries for a timer, an alarm or a reminder, what it is called, and whose wish it is."""

import uuid

from pydantic import BaseModel, ConfigDict

from daemon.schedule import Due
from devices.model import AreaId
from skills.actions import Condition
from skills.builtin.times import timer_named
from skills.language import say
from skills.model import Cause, CauseId, Origin
from skills.views import Kind

_PERSONS = (Origin.VOICE, Origin.TEXT, Origin.DASHBOARD)
"""Doors through which somebody puts something off."""


class Noted(BaseModel):
    """What a row of the ledger carries for us."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    length_s: float | None = None
    text: str = ""
    command: str | None = None
    area: AreaId | None = None
    light: bool = False
    insist: bool = False
    on: Condition | None = None
    armed: bool = False
    """Whether what is waited for was seen not to be so: it is what becomes so that counts."""
    met: str = ""
    """What happened that was waited for, in words; empty: nothing yet."""
    tainted: bool = False
    """Whether what is to be done came from outside the household, or was worded by no person of it."""


def called(due: Due) -> str:
    """Return what a row is, without an article: ``pasta timer``, ``alarm``, ``reminder to call mum``."""
    if due.kind not in tuple(Kind):
        return due.name or due.kind
    noted = noted_of(due)
    match Kind(due.kind):
        case Kind.TIMER:
            return timer_named(due.name, noted.length_s)
        case Kind.ALARM:
            return say("{name} alarm", name=due.name) if due.name else say("alarm")
        case Kind.REMINDER:
            return say("reminder to {text}", text=noted.text)


def alarm_called(name: str) -> str:
    """Return an alarm as its owner's: ``Your gym alarm``."""
    return say("Your {name} alarm", name=name) if name else say("Your alarm")


def noted_of(due: Due) -> Noted:
    """Return what a row carries."""
    return Noted.model_validate(due.payload)


def wish_behind(due: Due) -> Cause:
    """Return the cause of what is done when a row is due: its own wish is behind it, with that wish's rights.

    It serves as well for a row that was written for another one: a light before an alarm, an alarm that rings on.
    """
    noted, said = noted_of(due), due.cause
    return Cause(
        CauseId(uuid.uuid4().hex),
        Origin.REMINDER,
        due.owner,
        parent=said.id,
        tainted=said.tainted or noted.tainted,
        area=noted.area,
        said=said.said,
        door=said.door or (said.origin if said.origin in _PERSONS else None),
    )
