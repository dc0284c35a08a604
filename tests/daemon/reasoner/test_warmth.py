"""The model is loaded before anybody waits for it, and how it is can be asked."""

import asyncio

from daemon.reasoner.errors import UnreachableError
from daemon.reasoner.patience import Patience
from daemon.reasoner.warmth import AGAIN_S, RETRY_S, Warmth
from daemon.supervise import Condition
from tests.daemon.reasoner.models import ScriptedModel
from tests.doubles import ManualClock


class Away(ScriptedModel):
    """A server that is not there at first."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times

    async def warm(self) -> None:
        await super().warm()
        if self.warmed <= self._times:
            raise UnreachableError("nobody answers at http://127.0.0.1:1: start Ollama, or set ollama.url")


async def test_a_server_that_comes_late_is_found_and_kept_warm():
    clock, model = ManualClock(), Away(1)
    warmth = Warmth(Patience(model, clock.monotonic), "qwen3:4b", clock)
    assert warmth.health().condition is Condition.DEGRADED
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(warmth.run())
        await clock.until_sleeping()
        assert "start Ollama" in warmth.health().detail
        await clock.advance(RETRY_S + 1)
        while warmth.health().condition is not Condition.FINE:
            await asyncio.sleep(0)
        assert (warmth.health().detail, model.warmed) == ("qwen3:4b", 2)
        await clock.until_sleeping()
        await clock.advance(AGAIN_S + 1)
        while model.warmed == 2:
            await asyncio.sleep(0)
        running.cancel()
