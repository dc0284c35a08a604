"""Who answers for what a child or a guest would like: a grown-up, who hears of every step before saying yes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon.household import Household, Role
from daemon.plans.checking import Fault
from daemon.plans.going import Going
from daemon.plans.model import Plan
from daemon.plans.progress import Status
from skills.language import say
from skills.model import Cause


@dataclass(frozen=True, slots=True)
class Answering:
    """Knows whose plan somebody else has to say yes to."""

    household: Household
    faults: Callable[[Plan, Cause], Sequence[Fault]]

    def for_a_grown_up(self, wrong: Sequence[Fault], cause: Cause) -> bool:
        """Say whether nothing is wrong with a plan but that whoever wishes for it may not have it done."""
        minor = self.household.role_of(cause) in (Role.CHILD, Role.GUEST)
        return minor and bool(wrong) and all(one.code == "not-allowed" for one in wrong)

    def wisher(self, going: Going) -> str:
        """Return the name of who drew up a draft and may not begin it; empty where they may."""
        if going.row.status is not Status.PROPOSED:
            return ""
        waits = self.for_a_grown_up(self.faults(going.plan, going.cause), going.cause)
        return self.name(going.cause) if waits else ""

    def name(self, cause: Cause) -> str:
        """Return what somebody is called."""
        person = self.household.known(cause.person)
        return person.name if person is not None else say("somebody")
