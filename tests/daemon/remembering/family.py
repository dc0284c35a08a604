"""A family that lives with the whole daemon: four people, three rooms, some lights, and a clock that they move."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.app import Hearth, build
from daemon.config import Config
from devices.model import AreaId, Entity, EntityId
from devices.twin import Twin
from skills.model import Origin, PersonId
from tests.daemon.german_house import Late
from tests.daemon.house import ENTITIES
from tests.doubles import ManualClock

PEOPLE = (
    {"id": "anna", "name": "Anna", "role": "owner"},
    {"id": "ben", "name": "Ben"},
    {"id": "mia", "name": "Mia", "role": "child"},
    {"id": "gus", "name": "Gus", "role": "guest"},
)
ROOMS = ({"name": "Kitchen"}, {"name": "Hall"}, {"name": "Bedroom"})


class Family:
    """Says things in the house, each as one of them; `?` is a voice that nobody knows."""

    def __init__(self, hearth: Hearth, clock: ManualClock, state: Path) -> None:
        self.hearth, self.clock, self.state = hearth, clock, state

    async def says(self, who: str, text: str, *, room: str = "kitchen") -> str:
        """Return what is answered."""
        person = None if who == "?" else PersonId(who)
        answer = await self.hearth.conversation.answer(text, origin=Origin.VOICE, person=person, area=AreaId(room))
        await self.clock.advance(timedelta(seconds=20))
        return answer.reply

    async def plays(self, lines: str) -> Sequence[tuple[str, str]]:
        """Say lines such as ``anna: where is the spare key?``, and return each with its answer."""
        spoken = [line.partition(": ") for line in lines.strip().splitlines()]
        return [(f"{who.strip()}: {text}", await self.says(who.strip(), text)) for who, _, text in spoken]


@asynccontextmanager
async def family(
    state: Path, *, language: str = "en", memory: dict[str, object] | None = None, **sections: object
) -> AsyncGenerator[Family]:
    """Yield the family in its house; ``sections`` are others of the configuration."""
    given = {
        "home": {"language": language, "areas": ROOMS},
        "people": PEOPLE,
        "memory": memory or {},
        **sections,
    }
    bridge, clock = Late(), ManualClock()
    config = Config.model_validate(given)
    # Neither routines nor plans run here: who wants them need not wait for it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("daemon.automating.routines.READY_S", 0.05)
        patch.setattr("daemon.plans.plans.READY_S", 0.05)
        async with build(config, state, clock=clock, environment={}, bridge=bridge) as hearth:
            bridge.twin = Twin(hearth.home, ENTITIES, now=clock.now)
            for who in ("anna", "ben"):
                hearth.home.add(Entity(EntityId(f"person.{who}"), who.capitalize(), "person"))
                hearth.home.observe(EntityId(f"person.{who}"), "home", at=clock.now())
            yield Family(hearth, clock, state)
