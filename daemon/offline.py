"""What can be asked of the state directory without a daemon: whether its journal is whole."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import cast

from daemon.client import UnreachableError, ask
from daemon.clock import SystemClock
from daemon.errors import DaemonError
from daemon.journal import Journal
from daemon.lock import locked
from daemon.store import Store


def verify_journal(state: Path) -> dict[str, object]:
    """Return what `Journal.verify` found, with ``detail`` in words; the running daemon is asked where there is one.

    Raises:
        DaemonError: there is no database, or it cannot be used.
    """
    try:
        found = cast("dict[str, object]", ask(state, "journal.verify"))
    except UnreachableError:
        found = asyncio.run(_verify(state))
    whole = f"the journal is whole: {found['entries']} entries"
    if found["forgotten"]:
        whole += f"; of {found['forgotten']} words were forgotten"
    return {**found, "detail": whole if found["ok"] else f"the journal was changed: {found['problem']}"}


async def _verify(state: Path) -> dict[str, object]:
    path = state / "hearth.db"
    if not path.exists():
        raise DaemonError(f"there is no journal in {str(state)!r}; give --state the directory that the daemon uses")
    with locked(state):
        async with Store.open(path, clock := SystemClock()) as store:
            return asdict(await Journal(store, clock).verify())
