"""A plan: a goal, and steps that may need each other; values, each with where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

from daemon.errors import DaemonError

PlanId = NewType("PlanId", str)
StepId = NewType("StepId", str)

AGENT = "agent."
"""Before the name of an agent, where a step is work for one."""


class PlanError(DaemonError):
    """A plan that cannot be kept or carried out; the message says why."""

    code = "plan-invalid"


class Label(StrEnum):
    """Where a value comes from."""

    USER = "user"
    CONFIG = "config"
    SENSOR = "sensor"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it is."""

    value: object
    label: Label


@dataclass(frozen=True, slots=True)
class Taken:
    """A part of what an earlier step comes to, handed over by reference."""

    of: StepId
    path: tuple[str, ...] = ()


Argument = Given | Taken


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    id: StepId
    does: str
    """An effect's name, or `AGENT` with an agent's."""
    arguments: Mapping[str, Argument] = field(default_factory=dict[str, Argument])
    needs: tuple[StepId, ...] = ()
    """What must have come out well before; what its arguments are taken of included."""
    condition: str = ""
    after_s: float = 0.0
    optional: bool = False
    reason: str = ""
    at: datetime | None = None
    """Not before then, aware."""
    until: datetime | None = None
    """Not begun after then, aware; it is left out."""
    asks: bool = False
    """Whether it waits for a yes of its own when it comes to it."""

    @property
    def agent(self) -> str | None:
        """The agent whose work it is; none for an effect."""
        return self.does.removeprefix(AGENT) if self.does.startswith(AGENT) else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be reached, and how."""

    goal: str
    steps: tuple[Step, ...]
    if_fails: Literal["undo", "go_on"] = "undo"
    recipe: str = ""

    def step(self, id: StepId) -> Step:
        """Return a step by its id, which must be there."""
        return next(one for one in self.steps if one.id == id)

    def in_order(self) -> tuple[Step, ...]:
        """Return the steps so that each comes after what it needs, else as they were written; those of a ring last."""
        placed: list[Step] = []
        left = list(self.steps)
        while left:
            behind = {one.id for one in left}
            free = next((one for one in left if behind.isdisjoint(one.needs)), None)
            if free is None:
                return (*placed, *left)
            placed.append(free)
            left.remove(free)
        return tuple(placed)

    def before(self, id: StepId) -> frozenset[StepId]:
        """Return all steps that must be over before one, directly or not."""
        found: set[StepId] = set()
        todo = list(self.step(id).needs)
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += next((step.needs for step in self.steps if step.id == one), ())
        return frozenset(found)


def worst(labels: Sequence[Label]) -> Label:
    """Return the least trusted of some sources."""
    return max(labels, key=list(Label).index, default=Label.CONFIG)
