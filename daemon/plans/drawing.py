"""Draws plans up: what agents can find out and write beforehand is there before anybody is asked, and put in by value.

What is shown, approved and kept are then the literal items and texts, each under the label of the worst that went in.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from daemon.plans.agents import Work
from daemon.plans.coordinator import Coordinator
from daemon.plans.form import plan_of
from daemon.plans.model import AGENT, Label, PlanError
from daemon.plans.progress import Result, part_of
from skills.builtin.words import listing, short
from skills.language import say
from skills.model import PersonId
from skills.plans import GivenForm, NoteForm, PlanForm, StepForm, TakenForm

DRAWN_S = 12.0
"""So long all agents together may take: somebody waits to be shown the plan."""
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan as it is checked and shown."""

    form: PlanForm | None
    """Without what agents have done; ``None``: nothing is left to be done."""
    notes: tuple[str, ...]
    """What is told with it, or instead of it; kept nowhere."""


async def drawn(form: PlanForm, agents: Coordinator, who: PersonId | None) -> Drawn:
    """Have agents do what hangs on no effect and on no time, in the name of who wishes for the plan.

    A step that was to be about what came to nothing is left out, and what needs it too. What another agent was to be
    given by one that could not is left to its own default.

    Raises:
        PlanError: an agent that the plan cannot do without could not, or all together took too long.
    """
    drawing = _Drawing(agents, who, "\n".join(one.condition for one in form.steps))
    steps = {one.id: one for one in form.steps}
    try:
        async with asyncio.timeout(DRAWN_S):
            for one in plan_of(form).in_order():
                await drawing.take(steps[one.id])
    except TimeoutError as error:
        raise PlanError(say("it took longer than {seconds} seconds", seconds=f"{DRAWN_S:g}")) from error
    kept = [drawing.kept[one] for one in steps if one in drawing.kept]
    if not any(not one.does.startswith(AGENT) for one in kept):
        told = next((text for one in form.nothing if (text := drawing.told(one)) is not None), None)
        return Drawn(None, (told or say("I see nothing here that I could do for that."),))
    notes = [one if isinstance(one, str) else drawing.told(one) for one in form.confided]
    left = form.model_copy(update={"steps": tuple(kept), "confided": (), "nothing": ()})
    return Drawn(left, (*(one for one in notes if one is not None), *drawing.troubles))


@dataclass(slots=True)
class _Drawing:
    """What has come of a plan's steps so far."""

    agents: Coordinator
    who: PersonId | None
    conditions: str
    """Of all steps: what one of them looks at stays a step, and is found out when it is time."""
    results: dict[str, Result] = field(default_factory=dict[str, Result])
    kept: dict[str, StepForm] = field(default_factory=dict[str, StepForm])
    troubles: list[str] = field(default_factory=list[str])

    async def take(self, one: StepForm) -> None:
        """Do a step that is an agent's and can be done now, keep another, or leave it out."""
        known = {**self.results, **self.kept}
        there = {
            key: argument
            for key, argument in one.arguments.items()
            if isinstance(argument, GivenForm) or argument.of in known
        }
        agent = one.does.removeprefix(AGENT) if one.does.startswith(AGENT) else None
        if any(need not in known for need in one.needs) or (agent is None and len(there) < len(one.arguments)):
            return
        arguments = {key: self._filled(argument) for key, argument in there.items()}
        values = {key: argument for key, argument in arguments.items() if isinstance(argument, GivenForm)}
        needs = tuple(need for need in one.needs if need not in self.results)
        looked_at = f"steps.{one.id}." in self.conditions
        if agent is not None and len(values) == len(arguments) and not (needs or looked_at or _waits(one)):
            await self._work(one, agent, values)
        elif agent is not None or not _came_to_nothing(one, values):
            self.kept[one.id] = one.model_copy(update={"arguments": arguments, "needs": needs})

    def told(self, note: NoteForm) -> str | None:
        """Return a sentence with its parts in their places; ``None`` where one of them is empty or not there."""
        parts: dict[str, str] = {}
        for name, one in note.parts.items():
            value = part_of(self.results[one.of], one.path) if one.of in self.results else None
            if not value:
                return None
            texts = cast("list[object]", value) if isinstance(value, list) else [value]
            parts[name] = listing(list(dict.fromkeys(short(str(text)) for text in texts))[:MOST_NAMED])
        text = note.text
        for name, words in parts.items():
            text = text.replace(f"{{{name}}}", words)
        return text

    async def _work(self, one: StepForm, agent: str, arguments: Mapping[str, GivenForm]) -> None:
        given = {key: argument.value for key, argument in arguments.items()}
        labels = {key: Label(argument.source) for key, argument in arguments.items()}
        try:
            self.results[one.id] = await self.agents.work(agent, Work(f"drawn/{one.id}", given, labels, self.who))
        except PlanError as error:
            if not one.optional:
                raise
            self.troubles.append(say("I could not look that up: {why}.", why=error))

    def _filled(self, argument: GivenForm | TakenForm) -> GivenForm | TakenForm:
        if isinstance(argument, GivenForm) or argument.of not in self.results:
            return argument
        result = self.results[argument.of]
        return GivenForm(value=part_of(result, argument.path), source=result.label.value)


def _waits(one: StepForm) -> bool:
    """Say whether a step has its time, or hangs on how things are then."""
    return bool(one.condition or one.after_s or one.at or one.until or one.asks)


def _came_to_nothing(one: StepForm, values: Mapping[str, GivenForm]) -> bool:
    taken = [key for key, argument in one.arguments.items() if isinstance(argument, TakenForm) and key in values]
    return any(values[key].value in (None, "", [], {}) for key in taken)
