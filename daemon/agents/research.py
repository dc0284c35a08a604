"""The agent that finds out: what people of the household told. It needs no model."""

from typing import Annotated

from pydantic import Field

from daemon.agents.work import Purse, read
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label
from daemon.plans.progress import Result
from skills.actions import Name, Parameters, Text
from skills.builtin.remembered import told as clause
from skills.facts import FactsView, Known

MOST_FOUND = 20


class Asked(Parameters):
    """What it is asked: what is known about something, or of one kind."""

    about: Text
    also: Annotated[tuple[Text, ...], Field(max_length=4)] = ()
    """Other words for the same."""
    kind: Name | None = None
    """``allergy``, ``likes``: `skills.facts.Known.relation`. What is so of whoever asks is then found in any words."""


class ResearchAgent:
    """Finds things out in the memory of the house: fulfils `daemon.plans.agents.Agent`."""

    name = "research"
    role = "finds out what people of the house told"
    tools = frozenset({"memory"})
    budget = Budget(seconds=10.0, calls=5)
    gives = Label.USER

    def __init__(self, facts: FactsView) -> None:
        self._facts = facts

    async def work(self, work: Work) -> Result:
        """Return ``things`` (what was told, in short), ``texts`` (clauses to tell whoever asks), and whether any is
        ``known``.

        Raises:
            PlanError: it was asked something else.
        """
        asked = read(Asked, work.arguments)
        purse, found = Purse(self.budget), list[Known]()
        own = (None,) if asked.kind is not None else ()
        for words in dict.fromkeys((asked.about, *asked.also, *own)):
            purse.take()
            found += await self._facts.known(who=work.who, about=words)
        # What nobody we know told may be anybody's, a radio's too: no text of it, but what somebody cannot take
        # counts all the same, as a stranger's.
        kept = {
            one.id: one
            for one in found
            if one.until is None and (one.relation == asked.kind or (asked.kind is None and one.teller is not None))
        }
        told = list(kept.values())[:MOST_FOUND]
        label = Label.USER if all(one.teller is not None for one in told) else Label.THIRD_PARTY
        value = {"things": [one.thing for one in told], "texts": [clause(one) for one in told], "known": bool(told)}
        return Result(value, label)
