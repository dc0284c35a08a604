"""Notices when the daemon dies soon after each start, so that it can start with less the next time."""

import logging
from pathlib import Path

log = logging.getLogger("hearth." + __name__)

FILE = "starts"
STEADY_S = 60.0
"""Who ran this long did not die of what its start does."""
MANY = 3
"""So many fast deaths in a row are a loop."""


def begin(state: Path) -> int:
    """Count this start in the state directory; return how many before it, in a row, neither lasted nor ended well.

    A disk that cannot be written is told elsewhere: then nothing is counted.
    """
    before = _count(state)
    _keep(state, before + 1)
    return before


def forget(state: Path) -> None:
    """Start counting again: this start has lasted, or has ended as it should."""
    _keep(state, 0)


def _count(state: Path) -> int:
    try:
        text = (state / FILE).read_text(encoding="ascii")
        return min(max(0, int(text)), MANY)
    except (OSError, ValueError):
        return 0


def _keep(state: Path, count: int) -> None:
    try:
        (state / FILE).write_text(f"{count}\n", encoding="ascii")
    except OSError as error:
        log.warning("the starts cannot be counted in %s: %s", state, error.strerror)
