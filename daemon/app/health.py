"""How the parts say how they are: what the health table asks them, and the pulse that the watchdog is fed by."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from daemon.notify import Notify
from daemon.store import Store, StoreError, StoreFileError
from daemon.supervise import Condition, Health, HealthTable
from devices.homeassistant import HomeAssistant
from devices.merging import Merging
from devices.mqtt import Mqtt
from skills.registry import Lifespan

log = logging.getLogger("hearth." + __name__)

LIFESPAN_S = 5.0
"""The longest that a skill may keep the start waiting."""
PULSE_S = 2.0
"""How often the database thread must answer for the watchdog to be fed."""
PULSE_MISSED_S = 20.0
MOST_CONFLICTS = 5
"""As many conflicts between sources as one row tells."""


class Pulse:
    """Asks the database thread for a sign of life, for the watchdog."""

    def __init__(self, store: Store) -> None:
        """Count from now; needs a running loop."""
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._beat_at_s = self._loop.time()

    async def run(self) -> None:
        """Ask again and again; ends only by cancellation."""
        while True:
            # What cannot be used now is told by its health: the thread lives, and so must we.
            with contextlib.suppress(StoreError):
                await self._store.run(lambda _session: None)
            self._beat_at_s = self._loop.time()
            await asyncio.sleep(PULSE_S)

    def beats(self) -> bool:
        """Return whether the thread answered lately."""
        return self._loop.time() - self._beat_at_s < PULSE_MISSED_S


@asynccontextmanager
async def held_open(lifespans: Sequence[Lifespan], table: HealthTable) -> AsyncGenerator[None]:
    """Hold open what skills want held open; a skill that fails at it is a row, and the daemon starts."""
    async with AsyncExitStack() as stack:
        for lifespan in lifespans:
            await stack.enter_async_context(_held_open(lifespan, table))
        yield


@asynccontextmanager
async def _held_open(lifespan: Lifespan, table: HealthTable) -> AsyncGenerator[None]:
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(LIFESPAN_S):
                await stack.enter_async_context(lifespan.open())
        except Exception as error:  # foreign code: what a skill opens must not decide whether the house obeys
            log.exception("skill %s could not open what it needs", lifespan.skill)
            table.note(Health(f"skill {lifespan.skill}", Condition.DEGRADED, f"{type(error).__name__}: {error}"))
        yield


def of_store(store: Store) -> Health:
    """Return whether what is told is kept."""
    if store.full:
        return Health("store", Condition.DEGRADED, "no space left on its disk: nothing is done", "make room")
    if store.problem is not None:
        remedy = "stop Hearth, then: hearth restore FILE" if isinstance(store.problem, StoreFileError) else ""
        return Health("store", Condition.DEGRADED, str(store.problem), remedy)
    return Health("store", Condition.FINE)


def of_mqtt(mqtt: Mqtt | None) -> Health:
    """Return whether the broker is there."""
    if mqtt is None:
        return Health("mqtt", Condition.MISSING, "no broker is configured", "set mqtt.host")
    health = mqtt.health
    condition = Condition.FINE if health.connected else Condition.DEGRADED
    return Health("mqtt", condition, f"{health.detail}; {health.entities} entities", "")


def of_notify(notify: Notify) -> Health:
    """Return whether people can be reached on every channel."""
    problems = [f"{name}: {why}" for name, why in notify.problems().items()]
    if problems:
        return Health("notices", Condition.DEGRADED, "; ".join(problems), "others are used; do what each says")
    return Health("notices", Condition.FINE)


def ask_for_sources(
    table: HealthTable,
    homeassistant: HomeAssistant | None,
    merging: Merging | None,
    *,
    configured: bool,
) -> None:
    """Have the table ask how the connection to Home Assistant is, and what it and the broker do not agree on."""
    table.ask("homeassistant", lambda: of_homeassistant(homeassistant, configured=configured))
    if merging is not None:
        table.ask("sources", lambda: of_merging(merging))


def of_homeassistant(homeassistant: HomeAssistant | None, *, configured: bool) -> Health:
    """Return how the connection to Home Assistant is."""
    if homeassistant is None and configured:
        return Health("homeassistant", Condition.MISSING, "there is no token for it", "set homeassistant.token_file")
    if homeassistant is None:
        return Health("homeassistant", Condition.MISSING, "none is configured", "set homeassistant.url if there is one")
    health = homeassistant.health
    if health.refused:
        remedy = "make a long-lived access token there, write it into homeassistant.token_file, and restart Hearth"
        return Health("homeassistant", Condition.DEGRADED, health.detail, remedy)
    condition = Condition.FINE if health.connected else Condition.DEGRADED
    return Health("homeassistant", condition, f"{health.detail}; {health.entities} entities")


def of_merging(merging: Merging) -> Health:
    """Return what the broker and Home Assistant do not agree on."""
    conflicts = merging.conflicts
    if not conflicts:
        return Health("sources", Condition.FINE, f"{merging.merged} things come from both MQTT and Home Assistant")
    told = "; ".join(f"{one.about} {one.what}" for one in conflicts[:MOST_CONFLICTS])
    more = f"; and {len(conflicts) - MOST_CONFLICTS} more" if len(conflicts) > MOST_CONFLICTS else ""
    return Health("sources", Condition.DEGRADED, told + more, "rename or move one of the two where it is wrong")
