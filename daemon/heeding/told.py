"""What stands in the memory of how people want things, read as plain rows: nothing that finds memories is loaded."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from daemon.store import Store
from skills.model import PersonId


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that somebody told and that holds."""

    id: int
    owner: PersonId | None
    """Who told it; ``None``: nobody knows."""
    own: bool
    """Whether it stands on its owner's shelf, and counts for nobody else."""
    kind: str
    relation: str
    thing: str
    text: str
    """How it was said."""
    household: bool = False
    """Whether it says how the household is, not how its teller is."""

    def counts_for(self, person: PersonId | None) -> bool:
        """Say whether it counts where this person is served."""
        return not self.own or (person is not None and self.owner == person)


_READ = """
SELECT id, owner, shelf <> '', kind, relation, object, text, subject = 'household' FROM memory_fact
WHERE kind IN ('instruction', 'preference', 'goal', 'fact') AND valid_until IS NULL AND known_until IS NULL
    AND (kind <> 'fact' OR relation IN ('wake light', 'weckerlicht', 'wecklicht', 'coaching'))
ORDER BY known_from DESC, id DESC
LIMIT 2000
"""


async def wanted_of(store: Store) -> Sequence[Wanted]:
    """Return what is told and holds, the newest first.

    Raises:
        StoreError: it cannot be read.
    """

    def read(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
        return connection.execute(_READ).fetchall()

    return [_wanted(row) for row in await store.run_bare(read)]


def _wanted(row: Sequence[object]) -> Wanted:
    number, owner, own, kind, relation, thing, text, household = row
    return Wanted(
        cast("int", number),
        None if owner is None else PersonId(str(owner)),
        bool(own),
        str(kind),
        str(relation),
        str(thing),
        str(text),
        bool(household),
    )


_QUOTES = re.compile(r"[;“”\"]")


def quoted(text: str) -> str:
    """Return words as they can be said again inside a sentence."""
    return _QUOTES.sub("", text).strip(" .!")
