"""Plans and projects by voice: begin one, how far it is, stop, rest, take back; and what takes weeks."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeVar

from devices.names import fold
from skills.api import Skill
from skills.builtin.appointing import without
from skills.builtin.recipes import movie_night, safe_night
from skills.builtin.words import counted, listing
from skills.language import say
from skills.model import Ask, Reply, Request, Wants
from skills.planned import Item, Planned, Project
from skills.plans import (
    PlanForm,
    plan_add,
    plan_confirm,
    plan_resolve,
    plan_start,
    plan_turn,
    project_add,
    project_close,
    project_done,
    project_note,
)

T = TypeVar("T", Planned, Project)

MOST_TOLD = 3

skill = Skill("plans")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def movie(request: Request, sure: bool = False) -> Reply:
    """Answer "prepare a movie night"."""
    if sure:
        return begun(request, "movie_night")
    return proposed(movie_night(request.home, request.utterance.area))


@skill.command()
async def safe(request: Request, sure: bool = False) -> Reply:
    """Answer "make the house safe for the night"."""
    if sure:
        return begun(request, "safe_night")
    form = safe_night(request.home, request.utterance.cause.person)
    return proposed(form) if form is not None else Reply(say("As far as I can see, the house is safe."))


@skill.command()
async def approve(request: Request, plan: str = "", digest: str = "", sure: bool = False) -> Reply:
    """Answer "carry out the plan": the draft that was shown last, or the one of this id as it was shown then.

    What a child or a guest drew up is first told to whoever answers for it, each step as the wish that it is.
    """
    drafts = [one for one in request.plans.plans() if one.status == "proposed" and plan in ("", one.id)]
    if not drafts:
        return Reply(say("There is no plan that waits for a yes."), failed=True)
    if drafts[0].wisher and not (sure or digest):
        one, steps = drafts[0], listing(list(drafts[0].steps))
        wished = say("{who} would like this, {goal}: {steps}.", who=one.wisher, goal=one.goal, steps=steps)
        question = say("{plan} Shall I?", plan=wished)
        return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))
    return Reply(say("All right."), [plan_start(drafts[0].id, digest or drafts[0].digest)])


@skill.command()
async def tell(request: Request) -> Reply:
    """Answer "which plans are running?"."""
    live = [one for one in request.plans.plans() if one.live]
    if not live:
        return Reply(say("No plan is being carried out."))
    return Reply(" ".join(_standing(one) for one in live[:MOST_TOLD]))


@skill.command()
async def progress(request: Request, name: str = "") -> Reply:
    """Answer "how far are you?"."""
    one = _plan(request, name) or next(iter(request.plans.plans()), None)
    if one is None or one.status == "proposed":
        return Reply(say("No plan is being carried out."))
    return Reply(_standing(one))


@skill.command()
async def stop(request: Request, name: str = "") -> Reply:
    """Answer "stop the plan": at once."""
    return _turned(request, name, "stop", "")


@skill.command()
async def pause(request: Request, name: str = "") -> Reply:
    """Answer "pause the plan"."""
    return _turned(request, name, "pause", say("The plan rests."))


@skill.command()
async def resume(request: Request, name: str = "") -> Reply:
    """Answer "go on with the plan"."""
    return _turned(request, name, "resume", say("I go on with it."))


@skill.command()
async def undo(request: Request, name: str = "") -> Reply:
    """Answer "take back the plan", also once it is over."""
    found = _plan(request, name) or next((one for one in request.plans.plans() if one.status != "proposed"), None)
    if found is None:
        return Reply(say("No plan is being carried out."), failed=True)
    return Reply(say("The plan is taken back."), [plan_turn("undo", found.id)])


@skill.command()
async def confirm(request: Request, sure: bool = False) -> Reply:
    """Answer "confirm the plan": ask by the literal action, and say yes to exactly that.

    What is about safety is asked by the gateway, which may want a PIN, or the yes on another device.
    """
    waiting = [(one, waits) for one in request.plans.plans() if one.live for waits in one.waits]
    if not waiting:
        return Reply(say("No plan waits for a yes."), failed=True)
    one, waits = waiting[0]
    if waits.unknown:
        question = say("I do not know whether I did this: {what}. Was it done?", what=waits.what)
        return _was_done(one, waits.step, question, sure=sure)
    if sure or waits.safety:
        wish = plan_confirm(one.id, waits.step, waits.digest, aloud=waits.safety)
        return Reply(say("Yes to: {what}.", what=waits.what), [wish])
    question = say("Shall I {what}?", what=waits.what)
    return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))


# Projects


@skill.command()
async def project(request: Request, name: str) -> Reply:
    """Answer "start a project: garden party on the 12th"."""
    rest, due = _dated(request, name)
    if not rest:
        return Reply(say("What is the project called?"), failed=True)
    title = rest[0].upper() + rest[1:]
    if due is None:
        return Reply(say("The project {name} is begun.", name=title), [project_add(title[:80])])
    days = (due - request.now.date()).days
    words = say("The project {name} is begun, and {days} {days:is|are} left.", name=title, days=counted(days, "day"))
    return Reply(words, [project_add(title[:80], due)])


@skill.command()
async def projects(request: Request) -> Reply:
    """Answer "which projects do we have?"."""
    known = request.plans.projects()
    if not known:
        return Reply(say("There are no projects."))
    return Reply(say("These projects are open: {names}.", names=listing([one.name for one in known])))


@skill.command()
async def review(request: Request) -> Reply:
    """Answer "let's go through the projects": how each stands."""
    known = request.plans.projects()
    if not known:
        return Reply(say("There are no projects."))
    told = [(one.name, open_of(one) or [say("Nothing is noted for {name}.", name=one.name)]) for one in known]
    return Reply(" ".join(f"{name}: {' '.join(parts)}" for name, parts in told))


@skill.command()
async def ahead(request: Request, project: str = "") -> Reply:
    """Answer "what's next for the garden party?"."""
    found = _project(request, project)
    if found is None:
        return _no_project(project)
    parts = open_of(found) or [say("Nothing is noted for {name}.", name=found.name)]
    if found.due is not None and (days := (found.due - request.now.date()).days) >= 0:
        parts.append(say("There {days:is|are} {days} left.", days=counted(days, "day")))
    return Reply(" ".join(parts))


@skill.command()
async def step(request: Request, what: str, project: str = "") -> Reply:
    """Answer "the next step for the garden party is to order chairs"."""
    return _noted(request, project, "step", what)


@skill.command()
async def question(request: Request, what: str, project: str = "") -> Reply:
    """Answer "an open question for the garden party is how many come"."""
    return _noted(request, project, "question", what)


@skill.command()
async def handed(request: Request, who: str, what: str, project: str = "") -> Reply:
    """Answer "Anna takes care of the drinks for the garden party"."""
    found = _project(request, project)
    if found is None:
        return _no_project(project)
    return Reply(say("Noted."), [project_note(found.id, "step", what.strip()[:500], who.strip()[:80])])


@skill.command()
async def whose(request: Request, who: str = "", what: str = "") -> Reply:
    """Answer "what does Anna take care of?" and "who takes care of the drinks?", of all projects."""
    wanted = set(_bare(what).split())
    items = [item for one in request.plans.projects() for item in one.items if not item.done]
    found = [item for item in items if (fold(item.who) == fold(who) if who else wanted & set(_bare(item.text).split()))]
    if not found:
        return Reply(say("Nothing of that was handed to anybody."))
    parts = _by_person([item for item in found if item.who])
    nobody = [item.text for item in found if not item.who]
    parts += [say("Nobody takes care of this yet: {things}.", things=listing(nobody))] if nobody else []
    return Reply(" ".join(parts))


@skill.command()
async def tied(request: Request, project: str = "") -> Reply:
    """Answer "the plan belongs to the garden party project": it is a next step of it, ticked off once it is done."""
    one = next((one for one in request.plans.plans() if one.live or one.status == "proposed"), None)
    found = _project(request, project)
    if one is None:
        return Reply(say("No plan is being carried out."), failed=True)
    if found is None:
        return _no_project(project)
    words = say("{goal} is a step of {name} now.", goal=one.goal, name=found.name)
    return Reply(words, [project_note(found.id, "step", one.goal)])


@skill.command()
async def ticked(request: Request, what: str, project: str = "") -> Reply:
    """Answer "tick off the drinks for the garden party"."""
    found = _project(request, project)
    if found is None:
        return _no_project(project)
    wanted = set(_bare(what).split())
    items = [one for one in found.items if not one.done and wanted <= set(fold(one.text).split())]
    if len(items) != 1:
        return Reply(say("I do not find that in {name}.", name=found.name), failed=True)
    return Reply(say("Done: {what}.", what=items[0].text), [project_done(items[0].id)])


@skill.command()
async def close(request: Request, project: str = "") -> Reply:
    """Answer "close the project"."""
    found = _project(request, project)
    if found is None:
        return _no_project(project)
    return Reply(say("The project {name} is closed.", name=found.name), [project_close(found.id)])


# Inside


def proposed(form: PlanForm | None) -> Reply:
    """Return the reply that shows a plan and asks for a yes to it; of what is none, that there is nothing to do."""
    if form is None:
        return Reply(say("I see nothing here that I could do for that."), failed=True)
    # What it would do is told by the effect, which has rehearsed it.
    return Reply("", [plan_add(form)], ask=Ask("", slot="sure", wants=Wants.YES))


def begun(request: Request, recipe: str) -> Reply:
    """Return the reply that carries out the draft of a recipe that was shown last."""
    drafts = [one for one in request.plans.plans() if one.recipe == recipe and one.status == "proposed"]
    if not drafts:
        return Reply(say("There is no plan that waits for a yes."), failed=True)
    return Reply(say("All right."), [plan_start(drafts[0].id, drafts[0].digest)])


def _turned(request: Request, name: str, turn: Literal["stop", "pause", "resume"], words: str) -> Reply:
    found = _plan(request, name)
    if found is None:
        return Reply(say("No plan is being carried out."), failed=True)
    return Reply(words, [plan_turn(turn, found.id)])


def _was_done(one: Planned, step: str, question: str, *, sure: bool) -> Reply:
    if sure:
        return Reply(say("Noted."), [plan_resolve(one.id, step, "done")])
    return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))


def _standing(one: Planned) -> str:
    match one.status:
        case "running" if one.waits:
            asked = one.waits[0].what
            return say(
                "{goal}: {done} of {of} done, and it waits for you: {what}.",
                goal=one.goal,
                done=one.done,
                of=one.of,
                what=asked,
            )
        case "running":
            return say("{goal}: {done} of {of} done.", goal=one.goal, done=one.done, of=one.of)
        case "paused":
            return say("{goal} rests: {done} of {of} done.", goal=one.goal, done=one.done, of=one.of)
        case "undoing":
            return say("{goal} is being taken back.", goal=one.goal)
        case "done":
            return say("{goal} is done: {done} of {of} steps.", goal=one.goal, done=one.done, of=one.of)
        case "stopped":
            return say("{goal} was stopped: {done} of {of} done.", goal=one.goal, done=one.done, of=one.of)
        case "undone":
            return say("{goal} was taken back.", goal=one.goal)
        case _:
            return say("{goal} did not work: {why}.", goal=one.goal, why=one.why or "?")


def _plan(request: Request, name: str) -> Planned | None:
    """Return the plan that is being carried out and is meant; the newest where none is named."""
    live = [one for one in request.plans.plans() if one.live]
    return _named(live, name) if name.strip() else (live[0] if live else None)


def _project(request: Request, name: str) -> Project | None:
    known = request.plans.projects()
    if name.strip():
        return _named(known, name)
    return known[0] if len(known) == 1 else None


def _named(known: Sequence[T], name: str) -> T | None:
    wanted = _bare(name)
    exact = [one for one in known if _bare(_name(one)) == wanted]
    holding = exact or [one for one in known if set(wanted.split()) <= set(_bare(_name(one)).split())]
    return holding[0] if len(holding) == 1 else None


def _name(one: Planned | Project) -> str:
    return one.goal if isinstance(one, Planned) else one.name


def _no_project(name: str) -> Reply:
    if name.strip():
        return Reply(say("There is no project called {name}.", name=name.strip()), failed=True)
    return Reply(say("Which project do you mean?"), failed=True)


def _noted(request: Request, project: str, kind: Literal["step", "question"], what: str) -> Reply:
    found = _project(request, project)
    if found is None:
        return _no_project(project)
    return Reply(say("Noted."), [project_note(found.id, kind, what.strip()[:500])])


def open_of(project: Project) -> list[str]:
    """Return what is open of a project, a sentence for what is next, for each person, and for the questions."""
    left = [item for item in project.items if not item.done]
    steps = [item.text for item in left if item.kind == "step" and not item.who][:MOST_TOLD]
    questions = [item.text for item in left if item.kind == "question"][:MOST_TOLD]
    parts = [say("Next: {steps}.", steps=listing(steps))] if steps else []
    parts += _by_person([item for item in left if item.who])[:MOST_TOLD]
    return [*parts, *([say("Still open: {questions}.", questions=listing(questions))] if questions else [])]


def _by_person(items: Sequence[Item]) -> list[str]:
    people = dict.fromkeys(item.who for item in items)
    return [
        say("{who} takes care of: {things}.", who=who, things=listing([item.text for item in items if item.who == who]))
        for who in people
    ]


def _dated(request: Request, text: str) -> tuple[str, date | None]:
    """Return a name without the day in it, and the day."""
    from skills.grammar.when import Date, Instant, find

    moment = find(text, ref=request.now, language=request.utterance.language, use="reminder", place=request.place)
    match moment:
        case Date(day) if day >= request.now.date():
            found: date | None = day
        case Instant(datetime() as at):
            found = at.date()
        case _:
            return text.strip(" ,:."), None
    return without(text, moment.spans).strip(" ,:."), found


_ARTICLES = frozenset(
    {"the", "a", "an", "my", "our", "plan", "project", "der", "die", "das", "den", "dem", "mein", "projekt"}
)


def _bare(words: str) -> str:
    return " ".join(word for word in fold(words).split() if word not in _ARTICLES)
