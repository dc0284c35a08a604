"""Habits for programs: what people do again and again, with its evidence, and the answers to what is proposed."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

from daemon.control import ControlError, Operation, Request, Stream
from daemon.conversation import Conversation
from daemon.habits import Habits
from daemon.operations.fields import Fields, text
from daemon.operations.shapes import answer_json
from devices.home import Home
from skills.builtin.habits import accepted, proposal
from skills.habits import habit_answer, habit_suggest
from skills.habitual import Noticed
from skills.model import Origin, Reply


class HabitOperations:
    """Reads habits, and wishes for what people answer to them."""

    def __init__(self, habits: Habits, home: Home, conversation: Conversation, fields: Fields) -> None:
        """Take the habits, and what carries wishes out and words what came of them."""
        self._habits, self._home, self._conversation, self._fields = habits, home, conversation, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; what is wished for in writing comes through the door ``origin``."""
        return {
            "habits": self._list,
            "habits.look": self._look,
            "habits.suggest": partial(self._suggest, origin),
            "habit.answer": partial(self._answer, origin),
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _list(self, request: Request) -> object:
        del request
        return [{**asdict(one), "text": proposal(one, self._home)} for one in self._habits.habits()]

    async def _look(self, request: Request) -> object:
        await self._habits.look()
        return await self._list(request)

    async def _answer(self, origin: Origin, request: Request) -> object:
        one, answer = self._one(text(request, "id")), text(request, "answer")
        match answer:
            case "accept":
                reply = accepted(one, self._home)
            case "later":
                reply = Reply("I will ask again in a while.", [habit_answer(one.id, "later")])
            case "never":
                reply = Reply("I will not ask about that again.", [habit_answer(one.id, "never")])
            case _:
                raise ControlError("bad-request", f"{answer!r} is no answer", "say accept, later or never")
        return await self._carried_out(origin, request, f"hearth habits {answer} {one.id}", reply)

    async def _suggest(self, origin: Origin, request: Request) -> object:
        on = request.get("on") is True
        words = "I suggest routines again." if on else "I suggest no more routines."
        said = f"hearth habits {'resume' if on else 'stop'}"
        return await self._carried_out(origin, request, said, Reply(words, [habit_suggest(on=on)]))

    async def _carried_out(self, origin: Origin, request: Request, said: str, reply: Reply) -> Mapping[str, object]:
        person = self._fields.person(request)
        answer = await self._conversation.carry_out(reply, origin=origin, person=person, said=said)
        return answer_json(said, answer)

    def _one(self, id: str) -> Noticed:
        """Return the habit of an id, or of the beginning of one."""
        found = [one for one in self._habits.habits() if one.id == id or (len(id) >= 3 and one.id.startswith(id))]
        if len(found) != 1:
            raise ControlError("unknown-habit", f"there is no habit {id!r}", "see: hearth habits")
        return found[0]
