"""Routines for programs: what there is, what each did, and the wishes that keep and run them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from daemon.automating.routines import Routines
from daemon.control import ControlError, Operation, Request, Stream
from daemon.conversation import Conversation
from daemon.operations.fields import Fields, number, perhaps, text
from daemon.operations.shapes import answer_json
from devices.model import EntityId
from devices.names import fold, nearest
from skills.automated import Automated
from skills.model import Action, Origin, Reply
from skills.routines import routine_add, routine_allow, routine_edit, routine_remove, routine_run, routine_switch

MOST_RUNS = 1_000
"""Runs in one answer."""
MOST_MINUTES = 7 * 24 * 60
"""Of one rehearsal."""


class RoutineOperations:
    """Reads routines and their traces, and wishes for changes of them."""

    def __init__(self, routines: Routines, conversation: Conversation, fields: Fields) -> None:
        """Take the routines, and what carries wishes out and words what came of them."""
        self._routines, self._conversation, self._fields = routines, conversation, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; what is wished for in writing comes through the door ``origin``."""
        return {
            "routines": self._list,
            "routine.show": self._show,
            "routine.trace": self._trace,
            "routine.report": self._report,
            "routine.taken": self._taken,
            "routine.check": self._check,
            "routine.rehearse": self._rehearse,
            "routine.add": partial(self._add, origin),
            "routine.edit": partial(self._edit, origin),
            "routine.enable": partial(self._switch, origin, True),
            "routine.disable": partial(self._switch, origin, False),
            "routine.allow": partial(self._allow, origin),
            "routine.remove": partial(self._remove, origin),
            "routine.run": partial(self._run, origin),
            "routine.hook": self._hook,
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _list(self, request: Request) -> object:
        del request
        return [self._row(one) for one in self._routines.routines()]

    async def _show(self, request: Request) -> object:
        named = perhaps(request, "routine")
        one = self._one(named) if named is not None else None
        form = await self._routines.form([one.id] if one is not None else [])
        return {**(self._row(one) if one is not None else {}), "yaml": form}

    async def _trace(self, request: Request) -> object:
        named, run = perhaps(request, "routine"), perhaps(request, "run")
        one = self._one(named) if named is not None else None
        runs = await self._routines.traces(one.id if one else None, run, number(request, "limit", 10, most=MOST_RUNS))
        return [self._zoned(each) for each in runs]

    async def _report(self, request: Request) -> object:
        return await self._routines.report(text(request, "text"))

    async def _check(self, request: Request) -> object:
        return await self._routines.wrong_with(text(request, "text"))

    async def _taken(self, request: Request) -> object:
        del request
        return asdict(await self._routines.taken())

    async def _rehearse(self, request: Request) -> object:
        named, entity = perhaps(request, "routine"), perhaps(request, "entity")
        one = self._one(named) if named is not None else None
        becomes = (entity, text(request, "becomes")) if entity is not None else None
        minutes = number(request, "minutes", 60, most=MOST_MINUTES)
        return await self._routines.rehearse(one.id if one else None, becomes, timedelta(minutes=minutes))

    async def _add(self, origin: Origin, request: Request) -> object:
        enabled = request.get("enabled")
        wish = routine_add(
            text(request, "text"),
            enabled=enabled if isinstance(enabled, bool) else None,
            replace=request.get("replace") is True,
            off=_ids(request, "off"),
        )
        before = {one.id for one in self._routines.routines()}
        answer = await self._carried_out(origin, request, "hearth routine add", "I have kept it.", wish)
        # What is kept off can do no harm yet: it is said when somebody switches it on.
        on = {one.id for one in self._routines.routines() if one.enabled}
        return await self._with_faults(answer, on - before)

    async def _edit(self, origin: Origin, request: Request) -> object:
        one = self._named(request)
        wish = routine_edit(one.id, text(request, "text"))
        answer = await self._carried_out(origin, request, f"hearth routine edit {one.id}", "It is changed.", wish)
        return await self._with_faults(answer, {one.id})

    async def _switch(self, origin: Origin, on: bool, request: Request) -> object:
        one, word = self._named(request), "enable" if on else "disable"
        words = f"“{one.name}” is {'on' if on else 'off'}."
        wish = routine_switch(one.id, on=on)
        answer = await self._carried_out(origin, request, f"hearth routine {word} {one.id}", words, wish)
        return await self._with_faults(answer, {one.id} if on else ())

    async def _allow(self, origin: Origin, request: Request) -> object:
        one, entities = self._named(request), _ids(request, "entities")
        wish = routine_allow(one.id, [EntityId(item) for item in entities])
        words = f"“{one.name}” may do that by itself now, until it is changed." if entities else "It may no longer."
        return await self._carried_out(origin, request, f"hearth routine allow {one.id}", words, wish)

    async def _remove(self, origin: Origin, request: Request) -> object:
        one = self._named(request)
        words = f"“{one.name}” is gone; “hearth undo” brings it back."
        return await self._carried_out(
            origin, request, f"hearth routine remove {one.id}", words, routine_remove(one.id)
        )

    async def _run(self, origin: Origin, request: Request) -> object:
        one = self._named(request)
        wish = routine_run(one.id, unconditional=request.get("conditions") is not True)
        return await self._carried_out(origin, request, f"hearth routine run {one.id}", f"“{one.name}” runs.", wish)

    async def _hook(self, request: Request) -> object:
        query = request.get("query")
        pairs = cast("Mapping[object, object]", query).items() if isinstance(query, Mapping) else ()
        given = {str(key): str(item) for key, item in pairs}
        begun = await self._routines.hook(text(request, "id"), request.get("json"), given)
        return {"begun": begun}

    async def _with_faults(self, answer: Mapping[str, object], ids: Collection[str]) -> object:
        """Return an answer with what is wrong with the routines that are on from now."""
        found = await self._routines.faults(ids) if ids else ()
        told = " ".join([str(answer["reply"]), *(f"But: {one['explain']}" for one in found)])
        return {**answer, "reply": told, "findings": found}

    async def _carried_out(
        self, origin: Origin, request: Request, said: str, words: str, wish: Action
    ) -> Mapping[str, object]:
        person = self._fields.person(request)
        answer = await self._conversation.carry_out(Reply(words, [wish]), origin=origin, person=person, said=said)
        return answer_json(said, answer)

    def _named(self, request: Request) -> Automated:
        return self._one(text(request, "routine"))

    def _one(self, words: str) -> Automated:
        """Return the routine of this id or name."""
        known = self._routines.routines()
        found = [one for one in known if one.id == words] or [one for one in known if fold(one.name) == fold(words)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(one.id for one in found)
            raise ControlError("routine-ambiguous", f"several routines are called {words!r}: {ids}", "give an id")
        near = nearest(words, [name for one in known for name in (one.id, one.name)])
        remedy = f"did you mean {near!r}?" if near else "see: hearth routine list"
        raise ControlError("unknown-routine", f"there is no routine {words!r}", remedy)

    def _row(self, one: Automated) -> Mapping[str, object]:
        iso = self._fields.iso
        return {**asdict(one), "next_at": iso(one.next_at), "ran_at": iso(one.ran_at)}

    def _zoned(self, run: Mapping[str, object]) -> Mapping[str, object]:
        """Return a run with its times in the zone of the house."""
        steps = cast("Sequence[Mapping[str, object]]", run["steps"])
        zoned = [{**step, "at": self._local(step["at"])} for step in steps]
        return {
            **run,
            "began_at": self._local(run["began_at"]),
            "ended_at": self._local(run["ended_at"]),
            "steps": zoned,
        }

    def _local(self, at: object) -> str | None:
        return self._fields.iso(datetime.fromisoformat(at)) if isinstance(at, str) else None


def _ids(request: Request, name: str) -> list[str]:
    listed = request.get(name)
    return [str(item) for item in cast("list[object]", listed)] if isinstance(listed, list) else []
