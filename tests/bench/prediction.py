"""Rehearsal: how much of what it foretells for 200 days comes, and how much of what comes it foretold.

``python -m tests.bench prediction``: in the simulated home over a Mosquitto, minutes.
"""

import tempfile
from pathlib import Path

from tests.daemon.routines.days import simulated_home

DAYS = 200


async def measure() -> dict[str, float]:
    """Return precision, recall, and what they were counted over."""
    with tempfile.TemporaryDirectory() as name:
        async with simulated_home(Path(name)) as home:
            compared = await home.live(DAYS)
    return {
        f"{DAYS} days, changes foretold": float(compared.foretold.total()),
        f"{DAYS} days, changes that came": float(compared.came.total()),
        f"{DAYS} days, precision": compared.precision,
        f"{DAYS} days, recall": compared.recall,
    }
