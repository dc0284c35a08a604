"""The models behind the grammar, where the configuration names any."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from daemon.app.remembering import Remembered
from daemon.app.running import Run
from daemon.clock import Clock
from daemon.config import Config, ConfigError
from daemon.config.machines import OllamaSection
from daemon.conversation import Conversation
from daemon.reasoner.errors import ForeignError
from daemon.reasoner.model import Model
from daemon.reasoner.ollama import Ollama
from daemon.reasoner.patience import Patience
from daemon.reasoner.reasoner import Reasoner
from daemon.reasoner.warmth import Warmth
from daemon.supervise import HealthTable
from devices.home import Home


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What asks the models, and what keeps each of them warm; nothing where none is named."""

    reasoner: Reasoner | None = None
    warmths: Sequence[tuple[str, Warmth]] = ()
    model: Model | None = None
    """The one that writes texts."""

    def runs(self, table: HealthTable) -> Sequence[Run]:
        """Return what runs for them; the table is told of each."""
        for part, warmth in self.warmths:
            table.ask(part, warmth.health)
        return [Run(part, warmth.run, critical=False, at_once=False) for part, warmth in self.warmths]


def let_ponder(thinking: Reasoning, remembered: Remembered, conversation: Conversation) -> Sequence[Run]:
    """Have the model conclude from what was said while nobody speaks; return what runs for it."""
    if thinking.model is None or remembered.ponders is None:
        return ()
    pondering = remembered.ponders(thinking.model)
    conversation.listen(pondering.note)
    return [Run("pondering", pondering.run, critical=False, at_once=False)]


@asynccontextmanager
async def reasoning(config: Config, home: Home, clock: Clock) -> AsyncGenerator[Reasoning]:
    """Hold the connections to the models open.

    Raises:
        ConfigError: words would leave the house, and the owner has not said that they may.
    """
    given = config.ollama
    if given.model is None:
        yield Reasoning()
        return
    async with AsyncExitStack() as stack:
        small, warmth = await stack.enter_async_context(_model(given, given.model, clock, "reasoner"))
        warmths, larger = [("reasoner", warmth)], None
        if given.larger is not None:
            larger, warmth = await stack.enter_async_context(_model(given, given.larger, clock, "larger reasoner"))
            warmths.append(("larger reasoner", warmth))
        yield Reasoning(Reasoner(small, home, larger=larger), warmths, small)


@asynccontextmanager
async def _model(given: OllamaSection, name: str, clock: Clock, part: str) -> AsyncGenerator[tuple[Patience, Warmth]]:
    try:
        model = Ollama(given.url, name, context=given.context, remote=given.remote)
    except ForeignError as error:
        raise ConfigError(f"ollama: {error}") from error
    patient = Patience(model, clock.monotonic)
    try:
        yield patient, Warmth(patient, name, clock, part=part)
    finally:
        await patient.close()
