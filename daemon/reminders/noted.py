"""What a row of the ledger carries for a timer, an alarm or a reminder, and what it is called."""

from pydantic import BaseModel, ConfigDict

from daemon.schedule import Due
from devices.model import AreaId
from skills.actions import Condition
from skills.builtin.times import timer_named
from skills.views import Kind


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
            return f"{due.name} alarm" if due.name else "alarm"
        case Kind.REMINDER:
            return f"reminder to {noted.text}"


def noted_of(due: Due) -> Noted:
    """Return what a row carries."""
    return Noted.model_validate(due.payload)
