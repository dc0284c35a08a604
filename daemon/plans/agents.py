"""Who does what is more than an effect: agents, each with a role, tools and a budget, whose results are handed over by
reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from daemon.plans.model import Label
from daemon.plans.progress import Result
from skills.model import PersonId


@dataclass(frozen=True, slots=True)
class Budget:
    """What one piece of work may take."""

    seconds: float = 60.0
    calls: int = 8
    """Of tools."""


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work."""

    key: str
    """Names it for ever: after a kill the same work is asked for under the same key."""
    arguments: Mapping[str, object]
    labels: Mapping[str, Label]
    """Where each argument comes from: what is of a third party never goes into a privileged prompt."""
    who: PersonId | None = None
    """Who has it done: they are told what they may know. ``None``: what everybody may."""


class Agent(Protocol):
    """Reads, finds out and writes texts; whatever it wants changed in the world it returns, for steps that need it.

    It must change nothing by itself, so that it may be asked again after a kill, and must keep within its budget; who
    asks cancels it after `Budget.seconds`.
    """

    @property
    def name(self) -> str:
        """Return what steps call it by."""
        ...

    @property
    def role(self) -> str:
        """Return in a sentence what it is there for; shown to people and to the model that plans."""
        ...

    @property
    def tools(self) -> frozenset[str]:
        """Return the effects and views that it may use; effects of `Risk.READ` alone."""
        ...

    @property
    def budget(self) -> Budget:
        """Return what one piece of work may take."""
        ...

    @property
    def gives(self) -> Label:
        """Return the least trusted source that its results hold text of as a rule; a worse result says so."""
        ...

    async def work(self, work: Work) -> Result:
        """Return what comes of a piece of work; its label is at least as bad as that of what it was given.

        Raises:
            PlanError: it cannot be done; the message is for people.
        """
        ...
