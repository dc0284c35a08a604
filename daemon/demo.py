"""The demo: the simulated house on a broker of its own, started again if it ends, and a configuration that knows it."""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from daemon.config import Config, DashboardSection, MqttSection, load
from daemon.dashboard.server import listening
from daemon.errors import DaemonError
from daemon.supervise import Condition, Health
from devices.simulation import Simulation, SimulationError, areas, floors, names, placement, simulated

log = logging.getLogger("hearth." + __name__)


class Demo:
    """A simulated house that runs; made by `Demo.open` only."""

    def __init__(self, first: Simulation, stack: AsyncExitStack) -> None:
        self.port = first.port
        """Of its broker on 127.0.0.1: the same one after a restart."""
        self.house: Simulation | None = first
        """``None`` from its end until it is back."""
        self._stack = stack

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncGenerator["Demo"]:
        """Start the house, yield it once every device has announced itself, and end it at the end.

        Raises:
            DaemonError: it did not get ready.
        """
        async with AsyncExitStack() as stack:
            try:
                first = await stack.enter_async_context(simulated())
            except SimulationError as error:
                raise DaemonError(str(error)) from error
            yield cls(first, stack)

    def config(self, path: Path | None) -> Config:
        """Return the user's configuration with this house and this broker in place of the user's own.

        Where the house is, and which language is spoken in it, stay as they are. Its page has another port where that
        one is taken: a demo may run beside the house itself.

        Raises:
            ConfigError: the rest of it cannot be used.
        """
        house = _house()
        config = load(path, {"home": house}, without=frozenset({"mqtt", *(f"home.{key}" for key in house)}))
        page = config.dashboard if _can_listen(config.dashboard) else config.dashboard.model_copy(update={"port": 0})
        return config.model_copy(update={"mqtt": MqttSection(host="127.0.0.1", port=self.port), "dashboard": page})

    async def run(self) -> None:
        """Start the house unless it runs, and wait for it to end, which it only does when something is wrong.

        Raises:
            SimulationError: it ended, or did not start.
        """
        if self.house is None:
            self.house = await self._stack.enter_async_context(simulated(serving=self.port))
            log.info("the simulated house is back")
        house = self.house
        try:
            code = await house.process.wait()
        finally:
            if house.process.returncode is not None:
                self.house = None
        raise SimulationError(f"the simulated house ended, with {code}")

    def health(self) -> Health:
        """Return whether the house is there."""
        if self.house is None:
            return Health("simulated home", Condition.DEGRADED, "it ended", "it is started again by itself")
        return Health("simulated home", Condition.FINE, f"{self.house.devices} devices")


def _can_listen(page: DashboardSection) -> bool:
    try:
        listening(page).close()
    except OSError:
        return False
    return True


def _house() -> Mapping[str, object]:
    return {
        "name": "Simulated home",
        "floors": [{"id": f.id, "name": f.name, "aliases": f.aliases} for f in floors()],
        "areas": [{"id": a.id, "name": a.name, "aliases": a.aliases, "floor": a.floor} for a in areas()],
        "placement": dict(placement()),
        "names": dict(names()),
        "aliases": {},
    }
