"""Keeps the dispensable parts running, and the table that says how each part is."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

log = logging.getLogger("hearth." + __name__)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
STEADY_S = 60.0
"""A part that ran this long has recovered: its next failure starts again at the first wait."""


class Condition(StrEnum):
    """How a part is."""

    FINE = "fine"
    DEGRADED = "degraded"
    """It works, or will by itself, but not as it should: the detail says what is missing."""
    MISSING = "missing"
    """It is not there; the detail says what to do to have it."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one part is, for the doctor, the status line and the question "what is wrong?"."""

    part: str
    condition: Condition
    detail: str = ""
    remedy: str = ""


class HealthTable:
    """One row a part, the newest word of each; parts either note a row or are asked for it."""

    def __init__(self) -> None:
        """Start empty."""
        self._rows: dict[str, Health] = {}
        self._asked: dict[str, Callable[[], Health]] = {}

    def note(self, health: Health) -> None:
        """Put down how a part is now."""
        self._rows[health.part] = health

    def ask(self, part: str, question: Callable[[], Health]) -> None:
        """Let a part be asked each time that the table is read."""
        self._asked[part] = question

    def rows(self) -> tuple[Health, ...]:
        """Return every row, by name of the part."""
        rows = {**self._rows, **{part: question() for part, question in self._asked.items()}}
        return tuple(rows[part] for part in sorted(rows))


async def keep_running(part: str, run: Callable[[], Awaitable[None]], table: HealthTable) -> None:
    """Run a dispensable part for ever: what fails is noted, logged once, and started again after a growing wait."""
    wait_s = FIRST_WAIT_S
    failing = False
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            await run()
            problem = "it ended by itself"
        except Exception as error:  # the border of a dispensable part: whatever it throws, the daemon goes on
            problem = f"{type(error).__name__}: {error}"
            log.log(logging.DEBUG if failing else logging.ERROR, "%s failed", part, exc_info=True)
        if loop.time() - began > STEADY_S:
            wait_s, failing = FIRST_WAIT_S, False
        if not failing:
            log.warning("%s is away (%s); it is started again", part, problem)
        failing = True
        table.note(Health(part, Condition.DEGRADED, problem, "see the log; it is started again by itself"))
        await asyncio.sleep(wait_s * random.uniform(0.8, 1.2))
        wait_s = min(LONGEST_WAIT_S, wait_s * 2)
