"""The agent that knows the lists, and what of some things is not on one yet. It needs no model."""

from typing import Annotated

from pydantic import Field

from daemon.agents.work import read
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label, PlanError
from daemon.plans.progress import Result
from skills.actions import MOST_ITEMS, Name, Parameters, Text
from skills.builtin.mealplan import dish_of, first_of, is_in, thing_of
from skills.views import AgendaView, AwayError, Item

Texts = Annotated[tuple[Text, ...], Field(max_length=MOST_ITEMS)]


class Asked(Parameters):
    """What it is asked: what stands on some lists, without what is on another one yet, or what nobody may eat."""

    on: Texts
    """Names of lists; with a day for which it is (``Monday: lasagne``), the list of what is called so without it."""
    first: bool = False
    """Whether only the first that there is counts: its names in several languages."""
    usual: Texts = ()
    """What is meant where there is none of them."""
    beside: Name | None = None
    """The list whose things are left out."""
    without: Texts = ()
    """What nobody may eat: ``nuts``."""
    because: Texts = ()
    """Beside it, why."""


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
        """Return ``items``, equal things once; ``unknown``, the names that are no lists; what was ``left_out`` for
        somebody, and ``because`` of what.

        Raises:
            PlanError: it was asked something else, or the lists cannot be read now.
        """
        asked = read(Asked, work.arguments)
        try:
            there = [one for one in await self._agenda.items() if not one.done]
        except AwayError as error:
            raise PlanError(str(error)) from error
        found, unknown = _found(asked, there)
        hit = {one: number for one in found for number, thing in enumerate(asked.without) if is_in(thing, one)}
        beside = {thing_of(one) for one in first_of(there, [asked.beside or ""])}
        new = {thing_of(one): one for one in reversed(found) if one not in hit}
        value = {
            "items": [one for key, one in reversed(new.items()) if key not in beside][:MOST_ITEMS],
            "unknown": unknown,
            "left_out": list(hit),
            "because": [asked.because[number] for number in hit.values() if number < len(asked.because)],
        }
        return Result(value, self.gives)


def _found(asked: Asked, there: list[Item]) -> tuple[list[str], list[str]]:
    """Return what stands on the lists, and the names of those there are none of."""
    if asked.first:
        found = first_of(there, asked.on)
        return found or list(asked.usual), []
    lists = {name: first_of(there, [name]) or first_of(there, [dish_of(name)]) for name in asked.on}
    found = [one for items in lists.values() for one in items]
    return found or list(asked.usual), [dish_of(name) for name, items in lists.items() if not items]
