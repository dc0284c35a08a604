"""Keeps the model loaded, so that who speaks to it does not wait for a disk, and says how it is."""

import asyncio
import logging

from daemon.clock import Clock
from daemon.reasoner.claims import claims
from daemon.reasoner.errors import ModelError
from daemon.reasoner.patience import Patience
from daemon.supervise import Condition, Health

log = logging.getLogger("hearth." + __name__)

AGAIN_S = 600.0
"""A third of `daemon.reasoner.ollama.KEEP_ALIVE`: it is not unloaded in between."""
RETRY_S = 30.0
LONGEST_RETRY_S = 600.0


class Warmth:
    """Loads the model now and then."""

    def __init__(self, model: Patience, name: str, clock: Clock, *, part: str = "reasoner") -> None:
        """Take the model, what it is called, and which part of the house it is."""
        self._model, self._name, self._clock, self._part = model, name, clock, part
        self._loaded = False

    async def run(self) -> None:
        """Load it, again after a while, until cancelled; a server that is away is tried less and less often."""
        wait_s = RETRY_S
        # Its forms take 0.1 s to work out: better now than when the first answer comes.
        await asyncio.to_thread(claims, "")
        while True:
            try:
                await self._model.warm()
            except ModelError as error:
                if self._loaded or wait_s == RETRY_S:
                    log.warning("the model cannot be loaded: %s", error)
                self._loaded = False
                await self._clock.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_RETRY_S)
            else:
                self._loaded, wait_s = True, RETRY_S
                await self._clock.sleep(AGAIN_S)

    def health(self) -> Health:
        """Return whether it can be asked."""
        if self._model.problem is not None:
            return Health(self._part, Condition.DEGRADED, str(self._model.problem), "lights obey without it")
        if not self._loaded:
            return Health(self._part, Condition.DEGRADED, f"{self._name} is being loaded", "lights obey meanwhile")
        return Health(self._part, Condition.FINE, self._name)
