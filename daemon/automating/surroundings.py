"""What routines are given of the daemon."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from daemon.automating.topics import Topics
from daemon.clock import Clock
from daemon.household import Household
from daemon.presence import Presence
from daemon.schedule import Schedule
from daemon.store import Store
from devices.home import Home
from devices.model import EntityId
from skills.views import CalendarView


class Hub(Protocol):
    """What is needed of Home Assistant; fulfilled by `devices.homeassistant.HomeAssistant`."""

    async def wait_connected(self) -> None:
        """Return once it is connected."""
        ...

    async def wait_lost(self) -> None:
        """Return once there is no connection."""
        ...

    async def ask(self, kind: str, **fields: object) -> object:
        """Send any command of the WebSocket API and return its result; else a `HubError`."""
        ...

    async def automations(self) -> Mapping[EntityId, Mapping[str, object]]:
        """Return how each automation is written, by its entity's id; else a `HubError`."""
        ...

    def events(self, *types: str) -> AsyncGenerator[tuple[str, Mapping[str, object]]]:
        """Yield type and data of each event of these types until the connection breaks, which is a `HubError`."""
        ...


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
    hub: Hub | None = None
    """Whose events routines may wait for; none where there is no Home Assistant."""
