"""One entry of the journal, as it is read and as it is written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, cast

from daemon.store.tables import EntryRow, EntryWordsRow
from devices.model import AreaId, EntityId
from skills.language import say, term
from skills.model import Action, Cause, CauseId, EntryId, Origin, PersonId, Risk, Verdict

FORGOTTEN = "something that was forgotten"
"""What an entry was about whose words are gone."""
SEALED = "something that is sealed"
"""What an entry was about whose words are encrypted for whoever said them."""


class Kind(StrEnum):
    """What an entry tells."""

    WISH = "wish"
    """Something is about to be done, or was refused, or waits: its outcome follows."""
    UNDO = "undo"
    """The same, to take earlier wishes back."""
    OUTCOME = "outcome"
    """What came of the wish that ``ref`` names."""
    UNDONE = "undone"
    """The wish that ``ref`` names was taken back."""
    NOTE = "note"
    """Anything else worth knowing later: an approval, why something was not done."""


NO_TO: Final = "no to: "
NOBODY_ANSWERED: Final = "nobody answered: "
"""How notes begin that end a wait for a yes; what was asked for follows."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An action on its way through the gateway."""

    action: Action
    cause: Cause
    risk: Risk
    what: str
    """The literal words, an imperative: ``unlock Front Door``."""
    targets: tuple[EntityId, ...] = ()
    undoes: tuple[EntryId, ...] = ()
    """The wishes that this one takes back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    id: EntryId
    at: datetime
    """Aware UTC."""
    kind: Kind
    cause: Cause
    effect: str
    risk: Risk
    targets: tuple[EntityId, ...]
    verdict: Verdict | None
    ref: EntryId | None
    body: Mapping[str, object]
    hash: str

    @property
    def what(self) -> str:
        """The literal words, an imperative: ``unlock Front Door``."""
        return str(self.body.get("what", ""))

    @property
    def words(self) -> str:
        """The entry as one line for people: ``unlock Front Door: failed (it is offline)``."""
        told = f"{self.what}: {term('verdict', self.verdict)}" if self.verdict is not None else self.what
        return f"{told} ({self.detail})" if self.verdict is not None and self.detail not in ("", self.what) else told

    @property
    def detail(self) -> str:
        """What is to be said beside the verdict; of a wish, the reason for its decision."""
        return str(self.body.get("detail", ""))

    @property
    def undoes(self) -> tuple[EntryId, ...]:
        """The wishes that this one is to take back."""
        return tuple(EntryId(entry) for entry in cast("list[int]", self.body.get("undoes", [])))

    @property
    def undo(self) -> Action | None:
        """What takes it back; none if it cannot be undone."""
        undo = cast("Mapping[str, object] | None", self.body.get("undo"))
        if undo is None:
            return None
        return Action(str(undo["effect"]), cast("Mapping[str, object]", undo["arguments"]))


def entry_of(row: EntryRow, words: EntryWordsRow | None) -> Entry:
    """Return a row as an entry, with its words as far as they were not forgotten."""
    told = words.body if words is not None else None
    why_not = say(FORGOTTEN) if words is not None else say(SEALED)
    body = cast("dict[str, object]", json.loads(told)) if told is not None else {"what": why_not}
    cause = Cause(
        CauseId(row.cause),
        Origin(row.origin),
        person=PersonId(row.person) if row.person is not None else None,
        parent=CauseId(row.parent) if row.parent is not None else None,
        tainted=bool(body.get("tainted")),
        area=cast("AreaId | None", body.get("area")),
        said=words.said if words is not None else None,
    )
    return Entry(
        EntryId(row.id),
        datetime.fromisoformat(row.at),
        Kind(row.kind),
        cause,
        row.effect,
        Risk(row.risk),
        tuple(EntityId(target) for target in json.loads(row.targets)),
        Verdict(row.verdict) if row.verdict is not None else None,
        EntryId(row.ref) if row.ref is not None else None,
        body,
        row.hash,
    )
