"""What routines are given of the daemon."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from daemon.automating.topics import Topics
from daemon.clock import Clock
from daemon.household import Household
from daemon.presence import Presence
from daemon.schedule import Schedule
from daemon.store import Store
from devices.home import Home
from skills.views import CalendarView


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts that routines stand on."""

    store: Store
    schedule: Schedule
    clock: Clock
    zone: ZoneInfo
    home: Home
    household: Household
    presence: Presence
    calendar: CalendarView
    topics: Topics
    refilter: Callable[[], None]
    """Has the broker's bridge look anew which topics are wanted."""
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
