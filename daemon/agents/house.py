"""The agent that knows the house: what stands where, and how it is. It needs no model."""

from typing import Annotated

from pydantic import Field

from daemon.agents.work import read
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label
from daemon.plans.progress import Result
from devices.model import HomeView
from devices.names import fold
from skills.actions import Name, Parameters

MOST_THINGS = 200


class Asked(Parameters):
    """What it is asked: things of these domains, in a room, in a state."""

    domains: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    room: Name | None = None
    """A room's id, its name, or another of its names."""
    state: Name | None = None


class HouseAgent:
    """Answers what there is in the house: fulfils `daemon.plans.agents.Agent`."""

    name = "house"
    role = "knows which things there are in the house, where they stand, and how they are"
    tools = frozenset({"home"})
    budget = Budget(seconds=5.0, calls=1)
    gives = Label.SENSOR
    """Names and states of devices are not worded by us; a step that puts them into words is looked at for that."""

    def __init__(self, home: HomeView) -> None:
        self._home = home

    async def work(self, work: Work) -> Result:
        """Return ``things`` (ids), ``rooms`` of them and their ``count``, in the order of the house.

        Raises:
            PlanError: it was asked something else.
        """
        asked = read(Asked, work.arguments)
        rooms = {
            one.id
            for one in self._home.areas()
            if asked.room is None or fold(asked.room) in {fold(name) for name in (one.id, one.name, *one.aliases)}
        }
        found = [
            one
            for one in self._home.find(domains=frozenset(asked.domains))
            if (asked.room is None or one.area in rooms) and not one.members and self._is_so(one.id, asked.state)
        ][:MOST_THINGS]
        areas = list(dict.fromkeys(str(one.area) for one in found if one.area is not None))
        return Result({"things": [str(one.id) for one in found], "rooms": areas, "count": len(found)}, Label.SENSOR)

    def _is_so(self, id: str, wanted: str | None) -> bool:
        state = self._home.state(id)
        return wanted is None or (state is not None and state.available and state.value == wanted)
