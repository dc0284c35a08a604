"""Gives work to agents and hands over what comes of it: by reference, with its label, within a budget.

Whoever draws up a plan, a model too, is shown which agents there are and what came of which step as a reference, a
shape and a label. The texts themselves stay here: they go from step to step, and never into a prompt that chooses.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from daemon.plans.agents import Agent, Work
from daemon.plans.model import Label, PlanError, worst
from daemon.plans.progress import Result
from skills.language import say

log = logging.getLogger("hearth." + __name__)

MOST_AT_ONCE = 2
"""Pieces of work side by side, of all plans."""
MOST_RESULT = 64_000
"""Characters of a result as JSON."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What programs and models may know of a result."""

    reference: str
    shape: str
    """``titles: 3 texts, count: number``."""
    label: Label


class Coordinator:
    """Knows the agents, made when the first work is for them."""

    def __init__(self, make: Callable[[], Sequence[Agent]]) -> None:
        self._make = make
        self._made: Mapping[str, Agent] | None = None
        self._free = asyncio.Semaphore(MOST_AT_ONCE)

    def agents(self) -> Mapping[str, Agent]:
        """Return them by name."""
        if self._made is None:
            self._made = {one.name: one for one in self._make()}
        return self._made

    def find(self, name: str | None) -> Agent | None:
        """Return the agent of a name; ``None`` where there is none."""
        return self.agents().get(name) if name is not None else None

    async def work(self, name: str, work: Work) -> Result:
        """Have an agent do a piece of work within its budget; its result is as bad as the worst that went into it.

        Raises:
            PlanError: there is no such agent, it did not keep to its budget, broke, or gave too much.
        """
        agent = self.find(name)
        if agent is None:
            raise PlanError(say("there is no {effect} any more", effect=f"agent.{name}"))
        try:
            async with asyncio.timeout(agent.budget.seconds), self._free:
                result = await agent.work(work)
        except TimeoutError as error:
            raise PlanError(
                say("it took longer than {seconds} seconds", seconds=f"{agent.budget.seconds:g}")
            ) from error
        except PlanError:
            raise
        except Exception as error:  # foreign code: an agent that breaks must not take the plan with it
            log.exception("agent %s broke", name)
            raise PlanError(say("something in {effect} broke", effect=f"agent.{name}")) from error
        _checked(name, result)
        return Result(result.value, worst([result.label, agent.gives, *work.labels.values()]))


def seen_of(reference: str, result: Result) -> Handed:
    """Return what may be told of a result: never a text of it."""
    return Handed(reference, _shape(result.value), result.label)


def _checked(name: str, result: Result) -> None:
    try:
        size = len(json.dumps(result.value))
    except (TypeError, ValueError) as error:
        raise PlanError(say("something in {effect} broke", effect=f"agent.{name}")) from error
    if size > MOST_RESULT:
        raise PlanError(say("it found more than can be handed over"))


def _shape(value: object) -> str:
    match value:
        case bool():
            return "yes or no"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return f"{len(cast('list[object]', value))} texts"
        case dict():
            parts = cast("dict[str, object]", value)
            # Keys are ours: an agent's results have the same ones whatever was found.
            return ", ".join(f"{key}: {_shape(one)}" for key, one in parts.items())
        case _:
            return "nothing"
