"""Plans and projects for programs: what there is, how it stands, and the wishes that move it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Literal

from daemon.control import ControlError, Operation, Request, Stream
from daemon.conversation import Conversation
from daemon.operations.fields import Fields, perhaps, text
from daemon.operations.shapes import answer_json
from daemon.plans import Plans
from daemon.plans.form import read_form
from daemon.plans.model import PlanError
from devices.names import fold, nearest
from skills.model import Action, Origin, Reply
from skills.planned import Planned, Project
from skills.plans import plan_add, plan_confirm, plan_resolve, plan_start, plan_turn, project_close

Turn = Literal["stop", "pause", "resume", "undo"]
TURNED: Mapping[Turn, str] = {
    "stop": "",
    "pause": "It rests.",
    "resume": "It goes on.",
    "undo": "It is taken back.",
}
HOWS: Mapping[str, Literal["done", "again", "skip"]] = {"done": "done", "again": "again", "skip": "skip"}


class PlanOperations:
    """Reads plans and projects, and wishes for changes of them."""

    def __init__(self, plans: Plans, conversation: Conversation, fields: Fields) -> None:
        """Take the plans, and what carries wishes out and words what came of them."""
        self._plans, self._conversation, self._fields = plans, conversation, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; what is wished for in writing comes through the door ``origin``."""
        turns: tuple[Turn, ...] = ("stop", "pause", "resume", "undo")
        return {
            "plans": self._list,
            "plan.show": self._show,
            "plan.add": partial(self._add, origin),
            "plan.approve": partial(self._approve, origin),
            "plan.confirm": partial(self._confirm, origin),
            "plan.resolve": partial(self._resolve, origin),
            **{f"plan.{turn}": partial(self._turn, origin, turn) for turn in turns},
            "projects": self._projects,
            "project.close": partial(self._close, origin),
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return what can be followed, by name."""
        return {"plan.follow": self._follow}

    async def _list(self, request: Request) -> object:
        del request
        return [asdict(one) for one in self._every()]

    async def _show(self, request: Request) -> object:
        return self._fields.zoned(await self._plans.shown(self._one(request).id))

    async def _follow(self, request: Request) -> AsyncGenerator[object]:
        async for seen in self._plans.follow(self._one(request).id):
            yield self._fields.zoned(seen)

    async def _add(self, origin: Origin, request: Request) -> object:
        try:
            form = read_form(request.get("plan"))
        except PlanError as error:
            raise ControlError("bad-request", str(error), "see: hearth plan add --help") from error
        return await self._carried_out(origin, request, "hearth plan add", "", plan_add(form))

    async def _approve(self, origin: Origin, request: Request) -> object:
        one = self._one(request)
        # What is approved is what was shown: whoever gives no digest has just read this one.
        digest = perhaps(request, "digest") or one.digest
        words = f"“{one.goal}” begins."
        wish = plan_start(one.id, digest)
        return await self._carried_out(origin, request, f"hearth plan approve {one.id}", words, wish)

    async def _confirm(self, origin: Origin, request: Request) -> object:
        one = self._one(request)
        step = perhaps(request, "step")
        waits = [each for each in one.waits if not each.unknown and step in (None, each.step)]
        if len(waits) != 1:
            raise ControlError("bad-request", f"{len(waits)} steps wait for a yes there", "give --step; see plan show")
        wish = plan_confirm(one.id, waits[0].step, perhaps(request, "digest") or waits[0].digest)
        said = f"hearth plan confirm {one.id} --step {waits[0].step}"
        return await self._carried_out(origin, request, said, f"Yes to: {waits[0].what}.", wish)

    async def _resolve(self, origin: Origin, request: Request) -> object:
        one, step, how = self._one(request), text(request, "step"), text(request, "how")
        came = HOWS.get(how)
        if came is None:
            raise ControlError("bad-request", f"{how!r} is none of done, again, skip")
        wish = plan_resolve(one.id, step, came)
        return await self._carried_out(origin, request, f"hearth plan resolve {one.id} {step} {how}", "Noted.", wish)

    async def _turn(self, origin: Origin, turn: Turn, request: Request) -> object:
        one = self._one(request)
        wish = plan_turn(turn, one.id)
        return await self._carried_out(origin, request, f"hearth plan {turn} {one.id}", TURNED[turn], wish)

    async def _projects(self, request: Request) -> object:
        del request
        return [self._project(one) for one in self._plans.projects()]

    async def _close(self, origin: Origin, request: Request) -> object:
        words = text(request, "project")
        found = [one for one in self._plans.projects() if words == str(one.id) or fold(one.name) == fold(words)]
        if len(found) != 1:
            raise ControlError("unknown-project", f"there is no project {words!r}", "see: hearth plan projects")
        wish = project_close(found[0].id)
        said = f"hearth plan close {found[0].id}"
        return await self._carried_out(origin, request, said, f"“{found[0].name}” is closed.", wish)

    async def _carried_out(
        self, origin: Origin, request: Request, said: str, words: str, wish: Action
    ) -> Mapping[str, object]:
        person = self._fields.person(request)
        answer = await self._conversation.carry_out(Reply(words, [wish]), origin=origin, person=person, said=said)
        return answer_json(said, answer)

    def _every(self) -> Sequence[Planned]:
        return [*self._plans.plans(), *self._plans.unread()]

    def _one(self, request: Request) -> Planned:
        """Return the plan of this id or the beginning of one, or the newest of this name; the newest for none."""
        words, known = perhaps(request, "plan"), self._every()
        if words is None and known:
            return known[0]
        if words is None:
            raise ControlError("unknown-plan", "there are no plans", "say one, or: hearth plan add FILE")
        by_id = [one for one in known if words and one.id.startswith(words)]
        found: Sequence[Planned] = by_id or [one for one in known if fold(one.goal) == fold(words)]
        if found:
            return found[0]
        near = nearest(words, [one.goal for one in known])
        remedy = f"did you mean {near!r}?" if near else "see: hearth plan list"
        raise ControlError("unknown-plan", f"there is no plan {words!r}", remedy)

    def _project(self, one: Project) -> Mapping[str, object]:
        return {**asdict(one), "due": one.due.isoformat() if one.due is not None else None}
