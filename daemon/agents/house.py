"""The agent that knows the house: what stands where, and what it can do. It needs no model."""

from typing import Annotated

from pydantic import Field

from daemon.agents.work import read
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label
from daemon.plans.progress import Result
from devices.model import Capability, Entity, HomeView
from devices.names import fold
from skills.actions import Name, Parameters

MOST_THINGS = 200

Words = Annotated[tuple[Name, ...], Field(max_length=50)]


class Asked(Parameters):
    """What it is asked: things of these domains that can do something, in rooms that are called like this."""

    domains: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    able: Capability | None = None
    rooms: Annotated[tuple[Words, ...], Field(max_length=8)] = ()
    """Words that a room may have in its name or its other names, folded. The first of these in which anything is
    found counts; empty: the whole house.
    """


class HouseAgent:
    """Answers what there is in the house: fulfils `daemon.plans.agents.Agent`."""

    name = "house"
    role = "knows which things there are in the house, where they stand, and what they can do"
    tools = frozenset({"home"})
    budget = Budget(seconds=5.0, calls=1)
    gives = Label.SENSOR
    """Names and ids of devices are not worded by us; a step that puts them into words is looked at for that."""

    def __init__(self, home: HomeView) -> None:
        self._home = home

    async def work(self, work: Work) -> Result:
        """Return ``things`` (ids), and the names of their ``rooms``, in the order of the house.

        Raises:
            PlanError: it was asked something else.
        """
        asked = read(Asked, work.arguments)
        there = [
            one
            for one in self._home.find(domains=frozenset(asked.domains))
            if not one.members and (asked.able is None or asked.able in one.capabilities)
        ]
        in_rooms = (self._in(there, frozenset(words)) for words in asked.rooms)
        found = next((some for some in in_rooms if some), list[Entity]()) if asked.rooms else there
        rooms = dict.fromkeys(
            area.name for one in found if one.area and (area := self._home.area(one.area)) is not None
        )
        things = [str(one.id) for one in found[:MOST_THINGS]]
        return Result({"things": things, "rooms": list(rooms)}, Label.SENSOR)

    def _in(self, there: list[Entity], words: frozenset[str]) -> list[Entity]:
        rooms = {
            area.id
            for area in self._home.areas()
            if any(words & set(fold(name).split()) for name in (area.name, *area.aliases))
        }
        return [one for one in there if one.area in rooms]
