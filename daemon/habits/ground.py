"""What habits stand on: the parts of the daemon that they are about."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.automating import Routines
from daemon.clock import Clock
from daemon.household import Household
from daemon.past import Past
from daemon.store import Store
from devices.home import Home


@dataclass(frozen=True, slots=True)
class Ground:
    """The parts of the daemon that habits are about."""

    home: Home
    household: Household
    clock: Clock
    zone: ZoneInfo
    place: tuple[float, float] | None
    store: Store
    routines: Routines
    past: Past
    history: Path
    """The file of the history."""
