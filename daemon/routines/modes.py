"""What happens when a routine is set off while it still runs: Home Assistant's four modes."""

from typing import Literal, TypeAlias

from daemon.routines.model import Routine

Admission: TypeAlias = Literal["start", "restart", "queue", "refuse"]


def admission(routine: Routine, running: int, queued: int = 0) -> Admission:
    """Return what to do with a new run: start it, end the others first, let it wait, or turn it away.

    ``max`` counts those that wait in a queue with the one that runs.
    """
    if routine.mode == "restart":
        return "restart" if running else "start"
    if not running:
        return "start"
    if routine.mode == "queued":
        return "queue" if running + queued < routine.max else "refuse"
    return "start" if routine.mode == "parallel" and running < routine.max else "refuse"
