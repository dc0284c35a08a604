"""Plans and projects as they are wished for: the form of a plan, and the effects by which they live."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from skills.actions import Name, Parameters, Text
from skills.model import Action

MOST_STEPS = 40
"""Of one plan."""
LONGEST_PAUSE_S = 30 * 86_400.0

StepName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
"""An id of the plan's own, which other steps name."""
PlanName = Annotated[str, Field(min_length=1, max_length=64)]
"""A plan's id."""
Source = Literal["user", "config", "sensor", "third_party"]
"""Where a value comes from: a person's words, the household's settings, a device's state, or somebody else's text."""


class GivenForm(Parameters):
    """A value as it is, as JSON has it."""

    value: object
    source: Source = "user"


class TakenForm(Parameters):
    """A value that an earlier step comes to: a part of its result."""

    of: StepName
    path: Annotated[tuple[str, ...], Field(max_length=8)] = ()


class NoteForm(Parameters):
    """A sentence beside a plan about what agents found out; where one of its parts is empty, it is not told."""

    text: Annotated[str, Field(min_length=1, max_length=500)]
    """With a place for each part: ``I leave out {things}.``"""
    parts: Mapping[StepName, TakenForm] = Field(default_factory=dict)


class StepForm(Parameters):
    """One step of a plan."""

    id: StepName
    does: Annotated[str, Field(min_length=1, max_length=80)]
    """An effect (``device.call``), or an agent (``agent.research``), whose work is done before the plan is shown where
    it hangs on no effect and on no time.
    """
    arguments: Mapping[str, GivenForm | TakenForm] = Field(default_factory=dict)
    needs: Annotated[tuple[StepName, ...], Field(max_length=MOST_STEPS)] = ()
    """What must have come out well before."""
    condition: Annotated[str, Field(max_length=1_000)] = ""
    """An expression in the language of routines; where it does not hold, the step is left out. Empty: always."""
    after_s: Annotated[float, Field(ge=0, le=LONGEST_PAUSE_S)] = 0.0
    """So many seconds after what it needs."""
    optional: bool = False
    """Whether the plan goes on without it."""
    reason: Annotated[str, Field(max_length=300)] = ""
    at: AwareDatetime | None = None
    """Not before then."""
    until: AwareDatetime | None = None
    """Left out where it could not be begun by then."""
    asks: bool = False
    """Whether a person is asked once more when it comes to it."""


class PlanForm(Parameters):
    """A plan, as skills, models and files have it."""

    goal: Annotated[str, Field(min_length=1, max_length=200)]
    steps: Annotated[tuple[StepForm, ...], Field(min_length=1, max_length=MOST_STEPS)]
    if_fails: Literal["undo", "go_on"] = "undo"
    """What becomes of the rest once a step fails that is not optional."""
    recipe: Annotated[str, Field(max_length=64)] = ""
    """What made it; the newest draft of a recipe takes the place of the one before."""
    confided: Annotated[tuple[Annotated[str, Field(max_length=500)] | NoteForm, ...], Field(max_length=8)] = ()
    """What to know before saying yes, each a sentence of ours. It is told with the steps and kept nowhere: it may hold
    what people confided.
    """
    nothing: Annotated[tuple[NoteForm, ...], Field(max_length=4)] = ()
    """What is told instead where nothing of it is to be done: the first of which every part is there."""


class PlanAdd(Parameters):
    """Parameters of ``plan.add``: check and rehearse a plan, and keep it as a draft; nothing is done."""

    plan: PlanForm


class PlanStart(Parameters):
    """Parameters of ``plan.start``: carry a draft out, as it was shown."""

    id: PlanName
    digest: Annotated[str, Field(min_length=8, max_length=64)]
    """Of the literal steps; another is another plan."""


class PlanPoint(Parameters):
    """Parameters of ``plan.stop``, ``plan.pause``, ``plan.resume`` and ``plan.undo``."""

    id: PlanName


class PlanConfirm(Parameters):
    """Parameters of ``plan.confirm``: say yes to one step that waits for it, by its literal action."""

    id: PlanName
    step: StepName
    digest: Annotated[str, Field(min_length=8, max_length=64)]
    aloud: bool = False
    """Whether it is said in a talk: what is about safety is then asked as if the step itself were wished for."""


class PlanResolve(Parameters):
    """Parameters of ``plan.resolve``: say what came of a step of which nobody knows."""

    id: PlanName
    step: StepName
    how: Literal["done", "again", "skip"]


class ProjectAdd(Parameters):
    """Parameters of ``project.add``."""

    name: Name
    due: date | None = None
    goal: Annotated[str, Field(max_length=500)] = ""


class ProjectNote(Parameters):
    """Parameters of ``project.note``: a next step, an open question, or what was handed to whom."""

    project: int
    kind: Literal["step", "question"]
    text: Text
    who: Annotated[str, Field(max_length=80)] = ""


class ProjectDone(Parameters):
    """Parameters of ``project.done`` and ``project.reopen``: one thing of a project."""

    item: int


class ProjectPoint(Parameters):
    """Parameters of ``project.close`` and ``project.open``."""

    project: int


def taken(of: str, *path: str) -> TakenForm:
    """Return a part of what an earlier step comes to."""
    return TakenForm(of=of, path=path)


def work(id: str, agent: str, *, optional: bool = False, **arguments: object) -> StepForm:
    """Return a step that has an agent find something out or write something: by values, and by what `taken` is of."""
    filled = {
        key: one if isinstance(one, TakenForm) else GivenForm(value=one, source="config")
        for key, one in arguments.items()
    }
    return StepForm(id=id, does=f"agent.{agent}", arguments=filled, optional=optional)


def step(
    id: str,
    wish: Action,
    *,
    takes: Mapping[str, TakenForm] | None = None,
    needs: Sequence[str] = (),
    condition: str = "",
    after_s: float = 0.0,
    optional: bool = False,
    reason: str = "",
    at: datetime | None = None,
    until: datetime | None = None,
    asks: bool = False,
) -> StepForm:
    """Return a step that carries out a wish, all of whose values are the household's own but what it ``takes``."""
    own = {key: GivenForm(value=value, source="config") for key, value in wish.arguments.items()}
    arguments: dict[str, GivenForm | TakenForm] = {**own, **(takes or {})}
    return StepForm(
        id=id,
        does=wish.effect,
        arguments=arguments,
        needs=tuple(needs),
        condition=condition,
        after_s=after_s,
        optional=optional,
        reason=reason,
        at=at,
        until=until,
        asks=asks,
    )


def plan_add(plan: PlanForm) -> Action:
    """Return the wish to check, rehearse and keep a plan; what it would do is told."""
    return Action("plan.add", {"plan": plan.model_dump(mode="json")})


def plan_start(id: str, digest: str) -> Action:
    """Return the wish to carry out a plan as it was shown."""
    return Action("plan.start", {"id": id, "digest": digest})


def plan_turn(word: Literal["stop", "pause", "resume", "undo"], id: str) -> Action:
    """Return the wish to stop, pause, go on with or take back a plan."""
    return Action(f"plan.{word}", {"id": id})


def plan_confirm(id: str, step: str, digest: str, *, aloud: bool = False) -> Action:
    """Return the wish that a step be done which waits for a person's yes."""
    return Action("plan.confirm", {"id": id, "step": step, "digest": digest, "aloud": aloud})


def plan_resolve(id: str, step: str, how: Literal["done", "again", "skip"]) -> Action:
    """Return the wish that a step whose outcome nobody knows counts as done, is done again, or left out."""
    return Action("plan.resolve", {"id": id, "step": step, "how": how})


def project_add(name: str, due: date | None = None, goal: str = "") -> Action:
    """Return the wish to begin a project."""
    return Action("project.add", {"name": name, "due": due.isoformat() if due else None, "goal": goal})


def project_note(project: int, kind: Literal["step", "question"], text: str, who: str = "") -> Action:
    """Return the wish to note a next step or an open question of a project, and who takes care of it."""
    return Action("project.note", {"project": project, "kind": kind, "text": text, "who": who})


def project_done(item: int, *, done: bool = True) -> Action:
    """Return the wish that a thing of a project is done, or open again."""
    return Action("project.done" if done else "project.reopen", {"item": item})


def project_close(project: int, *, closed: bool = True) -> Action:
    """Return the wish that a project is over, or goes on."""
    return Action("project.close" if closed else "project.open", {"project": project})
