"""What a house is described with: one row a device, before any of it is built."""

from dataclasses import dataclass

from devices.model import AreaId
from devices.simulation.part import Temper


@dataclass(frozen=True, slots=True)
class Fitting:
    """One device as an installer would note it."""

    name: str
    """As its own configuration names it; a Zigbee friendly name may hold ``/``."""
    kind: str
    """Which of its dialect's models it is."""
    area: AreaId
    temper: Temper = Temper.SOUND
    called: str | None = None
    """What people call it, where its own configuration has no room for that."""
    shown: str | None = None
    """How Hearth shows it then, until it is told better."""

    @property
    def spoken(self) -> str:
        """Its name in the mouth of a person."""
        return self.called or self.name


@dataclass(frozen=True, slots=True)
class Group:
    """A Zigbee group. Where it is not optimistic, only what members truly report is published."""

    name: str
    members: tuple[str, ...]
    area: AreaId
    optimistic: bool = True
