"""Plans from forms: what a skill, a model or a file hands over becomes a `Plan`."""

import hashlib
import json
from collections.abc import Mapping

from pydantic import ValidationError

from daemon.journal.chain import canonical
from daemon.plans.model import Given, Label, Plan, PlanError, Step, StepId, Taken
from skills.plans import GivenForm, PlanForm, StepForm, TakenForm


def plan_of(form: PlanForm) -> Plan:
    """Return the plan of a form; what a step takes from another it needs."""
    return Plan(form.goal, tuple(_step(one) for one in form.steps), form.if_fails, form.recipe)


def read_form(thing: object) -> PlanForm:
    """Return the form that JSON fills.

    Raises:
        PlanError: it fills none.
    """
    try:
        return PlanForm.model_validate(thing)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"])) or "plan"
        raise PlanError(f"this is no plan: {place}: {wrong['msg']}") from error


def digest_of(plan: Plan) -> str:
    """Return what stands for exactly these steps: who said yes to it has said yes to nothing else."""
    steps = [
        [one.id, one.does, _literal(one), one.needs, one.condition, one.after_s, str(one.at), str(one.until), one.asks]
        for one in plan.steps
    ]
    return hashlib.sha256(canonical([plan.goal, plan.if_fails, steps]).encode()).hexdigest()[:16]


def digest_of_wish(effect: str, arguments: Mapping[str, object]) -> str:
    """Return what stands for exactly this wish."""
    return hashlib.sha256(canonical([effect, json.loads(json.dumps(dict(arguments)))]).encode()).hexdigest()[:16]


def _step(form: StepForm) -> Step:
    arguments = {key: _argument(one) for key, one in form.arguments.items()}
    taken = [one.of for one in arguments.values() if isinstance(one, Taken)]
    needs = tuple(dict.fromkeys([*(StepId(one) for one in form.needs), *taken]))
    return Step(
        StepId(form.id),
        form.does,
        arguments,
        needs,
        form.condition,
        form.after_s,
        form.optional,
        form.reason,
        form.at,
        form.until,
        form.asks,
    )


def _argument(form: GivenForm | TakenForm) -> Given | Taken:
    if isinstance(form, GivenForm):
        return Given(form.value, Label(form.source))
    return Taken(StepId(form.of), form.path)


def _literal(step: Step) -> object:
    return {
        key: [one.value, one.label] if isinstance(one, Given) else ["from", one.of, *one.path]
        for key, one in step.arguments.items()
    }
