"""Says what is wrong with a plan before anybody is asked to approve it, in words that name the step and the remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ValidationError

from daemon.gateway import Gateway
from daemon.household import Household
from daemon.plans.coordinator import Coordinator
from daemon.plans.model import Given, Label, Plan, Step, StepId, Taken, worst
from daemon.policy import Refuse, decide
from devices.home import Home
from devices.names import nearest
from skills.actions import DeviceCall
from skills.effect import Effect
from skills.model import Cause, Risk
from skills.plans import MOST_STEPS

CONTENT = frozenset({"text", "title", "message", "items", "summary", "description", "goal", "reason", "body"})
"""Arguments that only say something. Every other one may choose whom or what an effect is about."""
_NEVER = ("plan.", "project.", "journal.")
"""Effects that no plan may wish for: plans that start plans have no bound."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    code: str
    step: str
    why: str


class Checker:
    """Checks plans against the house, the effects and the agents there are."""

    def __init__(self, home: Home, gateway: Gateway, agents: Coordinator) -> None:
        self._home, self._agents = home, agents
        self.effects: Mapping[str, Effect] = {
            one.name: one for one in gateway.effects() if not one.name.startswith(_NEVER)
        }

    def faults(self, plan: Plan) -> Sequence[Fault]:
        """Return what is wrong with a plan, in the order of its steps; none: it can be carried out."""
        found = [*_of_shape(plan)]
        if not found:
            found = [fault for step in plan.steps for fault in self._of_step(plan, step)]
        return found

    def risk_of(self, step: Step) -> Risk:
        """Return how bad an unwanted execution of a step is; what is not yet known counts as consequential."""
        if step.agent is not None:
            return Risk.READ
        parameters = self.parameters(step)
        return Risk.CONSEQUENTIAL if parameters is None else self.effects[step.does].risk(parameters)

    def parameters(self, step: Step) -> BaseModel | None:
        """Return what an effect is given, as far as that is known beforehand; none where it is not."""
        given = {key: one.value for key, one in step.arguments.items() if isinstance(one, Given)}
        effect = self.effects.get(step.does)
        if effect is None or len(given) < len(step.arguments):
            return None
        try:
            return effect.parameters.model_validate(given)
        except ValidationError:
            return None

    def described(self, step: Step) -> str:
        """Return in words what a step does, an imperative without a full stop."""
        parameters = self.parameters(step)
        if parameters is not None:
            return self.effects[step.does].describe(parameters)
        agent = self._agents.find(step.agent)
        return step.reason or (agent.role if agent is not None else step.does)

    def labels(self, plan: Plan, step: Step) -> Mapping[str, Label]:
        """Return where each argument of a step comes from at the worst."""
        return {
            key: one.label if isinstance(one, Given) else self._label_of(plan, one)
            for key, one in step.arguments.items()
        }

    def _label_of(self, plan: Plan, taken: Taken) -> Label:
        source = plan.step(taken.of)
        if source.agent is None:
            # What another side answered is its text; whether something was done is what we read back.
            return Label.SENSOR if taken.path[:1] == ("verdict",) else Label.THIRD_PARTY
        agent = self._agents.find(source.agent)
        return Label.THIRD_PARTY if agent is None else worst([agent.gives, *self.labels(plan, source).values()])

    def _of_step(self, plan: Plan, step: Step) -> Sequence[Fault]:
        condition = _of_condition(step)
        if step.agent is not None:
            known = self._agents.find(step.agent) is not None
            found = [] if known else [Fault("unknown-agent", step.id, f"there is no agent {step.agent!r}")]
            return [*condition, *found]
        effect = self.effects.get(step.does)
        if effect is None:
            near = nearest(step.does, self.effects)
            hint = f", did you mean {near!r}?" if near else ""
            return [*condition, Fault("unknown-effect", step.id, f"there is no effect {step.does!r}{hint}")]
        return [*condition, *self._of_arguments(step, effect), *self._of_taint(plan, step)]

    def _of_arguments(self, step: Step, effect: Effect) -> Sequence[Fault]:
        given = {key: one.value for key, one in step.arguments.items() if isinstance(one, Given)}
        taken = step.arguments.keys() - given.keys()
        try:
            parameters = effect.parameters.model_validate(given)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)
            # What a step before comes to is checked once it is known.
            real = [
                one for one in wrong if not (one["type"] == "missing" and one["loc"][:1] and one["loc"][0] in taken)
            ]
            told = [(".".join(map(str, one["loc"])), one["msg"]) for one in real]
            return [Fault("arguments", step.id, f"{step.does}: {place}: {msg}") for place, msg in told]
        if not isinstance(parameters, DeviceCall):
            return []
        strange = [one for one in parameters.targets if self._home.entity(one) is None]
        return [Fault("unknown-entity", step.id, f"there is no {one!r} in the house") for one in strange]

    def _of_taint(self, plan: Plan, step: Step) -> Sequence[Fault]:
        why = steered(self.labels(plan, step), self.risk_of(step))
        return [Fault("tainted", step.id, why)] if why else []


def steered(labels: Mapping[str, Label], risk: Risk) -> str:
    """Return which argument lets a stranger's text choose what an effect with consequences is about; empty: none."""
    if risk < Risk.CONSEQUENTIAL:
        return ""
    bad = next((key for key, label in labels.items() if label is Label.THIRD_PARTY and key not in CONTENT), None)
    return "" if bad is None else f"text from outside the house would choose its {bad!r}, and it has consequences"


def refused(steps: Mapping[StepId, Risk], cause: Cause, household: Household, now: datetime) -> Sequence[Fault]:
    """Return the steps that whoever wishes for a plan may not have done at all."""
    judged = {one: decide(risk, cause, targets=(), household=household, now=now) for one, risk in steps.items()}
    return [Fault("not-allowed", step, one.reason) for step, one in judged.items() if isinstance(one, Refuse)]


def _of_shape(plan: Plan) -> Sequence[Fault]:
    ids = [one.id for one in plan.steps]
    if not 0 < len(ids) <= MOST_STEPS:
        return [Fault("size", "", f"a plan has 1 to {MOST_STEPS} steps, not {len(ids)}")]
    found = [Fault("twice", one, "two steps have this id") for one in dict.fromkeys(ids) if ids.count(one) > 1]
    for step in plan.steps:
        found += [
            Fault("reference", step.id, f"it needs {need!r}, and there is no such step")
            for need in step.needs
            if need not in ids
        ]
    return found or [
        Fault("circle", one.id, "it would have to come before itself") for one in plan.steps if _in_circle(plan, one.id)
    ]


def _in_circle(plan: Plan, id: StepId) -> bool:
    return id in plan.before(id)


def _of_condition(step: Step) -> Sequence[Fault]:
    if not step.condition:
        return []
    from daemon.routines.templates import TemplateError, template_of

    try:
        template_of(step.condition)
    except TemplateError as error:
        return [Fault("condition", step.id, f"its condition is not understood: {error}")]
    return []
