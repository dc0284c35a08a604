"""What the command line and the dashboard can ask of the running daemon: the operations behind the doors."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from daemon.control import Operation, Stream
from daemon.operations.agenda import AgendaOperations
from daemon.operations.asking import AskingOperations
from daemon.operations.fields import Fields
from daemon.operations.habits import HabitOperations
from daemon.operations.house import HouseOperations
from daemon.operations.past import PastOperations
from daemon.operations.plans import PlanOperations
from daemon.operations.record import RecordOperations
from daemon.operations.routines import RoutineOperations
from daemon.operations.voices import VoiceOperations
from skills.model import Origin

__all__ = [
    "AgendaOperations",
    "AskingOperations",
    "Fields",
    "HabitOperations",
    "HouseOperations",
    "Operations",
    "PastOperations",
    "PlanOperations",
    "RecordOperations",
    "RoutineOperations",
    "VoiceOperations",
]


class Part(Protocol):
    """The operations of one part of the daemon."""

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; what is wished for in writing comes through the door ``origin``."""
        ...

    def streams(self) -> Mapping[str, Stream]:
        """Return what can be followed, by name."""
        ...


class Operations:
    """All of them: every name belongs to one part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Take the parts."""
        self._parts = list(parts)

    def take(self, part: Part) -> None:
        """Take one more, put together later."""
        self._parts.append(part)

    def operations(self, origin: Origin = Origin.TEXT) -> Mapping[str, Operation]:
        """Return what can be asked for, by name; what is wished for in writing comes through the door ``origin``."""
        return {name: one for part in self._parts for name, one in part.operations(origin).items()}

    def streams(self) -> Mapping[str, Stream]:
        """Return what can be followed, by name."""
        return {name: one for part in self._parts for name, one in part.streams().items()}
