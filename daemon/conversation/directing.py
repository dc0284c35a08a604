"""A directive that the model worked out becomes a plan: checked, rehearsed and shown, and approved by exactly that."""

from collections.abc import Mapping, Sequence

from daemon.conversation.acting import Actor
from daemon.conversation.answer import Answer, Status, status_of
from daemon.reasoner.directing import Directive, Stage
from daemon.reasoner.sources import Source
from daemon.spoken import spoken
from devices.model import HomeView
from skills.language import say
from skills.model import Action, Cause, Match, Reply, Utterance, Verdict
from skills.plans import GivenForm, PlanForm, StepForm, plan_add
from skills.plans import Source as Label

LONGEST_GOAL = 200
_LABELS: Mapping[Source, Label] = {
    Source.USER: "user",
    Source.CONFIG: "config",
    Source.SENSOR: "sensor",
    Source.THIRD_PARTY: "third_party",
}
_WORST: Sequence[Source] = (Source.THIRD_PARTY, Source.SENSOR, Source.CONFIG, Source.USER)


async def drawn_up(
    directive: Directive, utterance: Utterance, cause: Cause, actor: Actor, home: HomeView
) -> tuple[Answer, Match | None]:
    """Return what is said of the plan that a directive is, and the command that a yes to it stands for, if any.

    Its goal is in the person's words: none of the model's is in it.
    """
    wishes = [await actor.wished(stage.match, utterance) for stage in directive.stages]
    if not all(wishes):
        told = say("I understand what you want, but I cannot do that yet.")
        return Answer(told, Status.NOT_UNDERSTOOD, "reasoner", directive.matches), None
    before = {one.id for one in actor.views.plans.plans()}
    goal = " ".join(utterance.text.split())[:LONGEST_GOAL]
    wish = plan_add(PlanForm(goal=goal, steps=tuple(_steps(directive.stages, wishes))))
    outcome = await actor.done(wish, cause)
    reply = Reply("", [wish])
    text = spoken("", [outcome], home)
    drafts = [one for one in actor.views.plans.plans() if one.id not in before and one.goal == goal]
    if outcome.verdict is not Verdict.DONE or not drafts:
        answer = Answer(text, status_of(reply, [outcome]), "reasoner", directive.matches, ((wish, outcome),))
        return answer, None
    answer = Answer(text, Status.ASKED, "reasoner", directive.matches, ((wish, outcome),), asks=True)
    return answer, Match("plans.approve", {"plan": drafts[0].id, "digest": drafts[0].digest})


def _steps(stages: Sequence[Stage], wishes: Sequence[Sequence[Action]]) -> Sequence[StepForm]:
    """Return the steps under ids of ours, each after the one before; what is wished for together has no order."""
    steps: list[StepForm] = []
    before: tuple[str, ...] = ()
    for number, (stage, actions) in enumerate(zip(stages, wishes, strict=True), 1):
        label = _LABELS[next(source for source in _WORST if source in stage.sources)]
        made = [
            StepForm(
                id=f"s{number}_{part}",
                does=action.effect,
                arguments={key: GivenForm(value=value, source=label) for key, value in action.arguments.items()},
                needs=before,
                after_s=stage.pause_s,
            )
            for part, action in enumerate(actions, 1)
        ]
        steps += made
        before = tuple(one.id for one in made)
    return steps
