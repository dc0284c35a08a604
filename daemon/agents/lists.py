"""The agent that knows the lists, and what of some things is not on one yet. It needs no model."""

from typing import Annotated

from pydantic import Field

from daemon.agents.work import read
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label, PlanError
from daemon.plans.progress import Result
from skills.actions import MOST_ITEMS, Name, Parameters, Text
from skills.builtin.mealplan import is_in, thing_of
from skills.views import AgendaView, AwayError


class Asked(Parameters):
    """What it is asked: what is on a list; with items, which of them are not, without those that hold something."""

    list: Name
    missing: Annotated[tuple[Text, ...], Field(max_length=MOST_ITEMS)] = ()
    without: Annotated[tuple[Text, ...], Field(max_length=MOST_ITEMS)] = ()
    """What nobody may eat: ``nuts``."""


class ListsAgent:
    """Answers what is on lists: fulfils `daemon.plans.agents.Agent`."""

    name = "lists"
    role = "knows what is on the lists, and which of some things are not on one yet"
    tools = frozenset({"lists"})
    budget = Budget(seconds=10.0, calls=1)

    def __init__(self, agenda: AgendaView, *, shared: bool = False) -> None:
        """Take the lists; ``shared`` where some stand elsewhere, and others may write on them."""
        self._agenda = agenda
        self.gives = Label.THIRD_PARTY if shared else Label.USER

    async def work(self, work: Work) -> Result:
        """Return ``items``, and of those asked about ``missing`` and ``left_out``; equal things once.

        Raises:
            PlanError: it was asked something else, or the list cannot be read now.
        """
        asked = read(Asked, work.arguments)
        try:
            there = await self._agenda.items(asked.list)
        except AwayError as error:
            raise PlanError(str(error)) from error
        items = [one.text for one in there if not one.done]
        known = {thing_of(one) for one in items}
        left_out = [one for one in asked.missing if any(is_in(thing, one) for thing in asked.without)]
        missing = {thing_of(one): one for one in reversed(asked.missing) if one not in left_out}
        new = [one for key, one in reversed(missing.items()) if key not in known]
        return Result({"items": items, "missing": new, "left_out": left_out}, self.gives)
