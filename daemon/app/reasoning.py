"""The model behind the grammar, where the configuration names one."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from daemon.app.running import Run
from daemon.clock import Clock
from daemon.config import Config, ConfigError
from daemon.reasoner.errors import ForeignError
from daemon.reasoner.ollama import Ollama
from daemon.reasoner.patience import Patience
from daemon.reasoner.reasoner import Reasoner
from daemon.reasoner.warmth import Warmth
from daemon.supervise import HealthTable
from devices.home import Home


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What asks the model, and what keeps it warm; neither where none is named."""

    reasoner: Reasoner | None = None
    warmth: Warmth | None = None

    def runs(self, table: HealthTable) -> Sequence[Run]:
        """Return what runs for it; the table is told of it."""
        if self.warmth is None:
            return []
        table.ask("reasoner", self.warmth.health)
        return [Run("reasoner", self.warmth.run, critical=False, at_once=False)]


@asynccontextmanager
async def reasoning(config: Config, home: Home, clock: Clock) -> AsyncGenerator[Reasoning]:
    """Hold the connection to the model open.

    Raises:
        ConfigError: words would leave the house, and the owner has not said that they may.
    """
    given = config.ollama
    if given.model is None:
        yield Reasoning()
        return
    try:
        model = Ollama(given.url, given.model, context=given.context, remote=given.remote)
    except ForeignError as error:
        raise ConfigError(f"ollama: {error}") from error
    patient = Patience(model, clock.monotonic)
    try:
        yield Reasoning(Reasoner(patient, home), Warmth(patient, given.model, clock))
    finally:
        await patient.close()
