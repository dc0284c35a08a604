"""Memories and facts as JSON values: for a person to take away, and to be imported again."""

from datetime import datetime

from daemon.memory.model import Exported, Fact
from daemon.memory.rows import Kept


def memory(kept: Kept) -> Exported:
    """Return a memory; what `hearth memory import` reads stands under the same names."""
    note = kept.note
    return {
        "what": "memory",
        "id": kept.id,
        "ref": note.ref or f"memory/{kept.id}",
        "text": note.text,
        "at": note.at.isoformat(),
        "speaker": note.speaker,
        "person": note.person,
        "visibility": note.visibility,
        "conversation": note.conversation,
        "area": note.area,
        "entry": note.entry,
        "confidence": note.confidence,
        "assurance": note.assurance.value,
        "known_from": kept.known_from.isoformat(),
        "expires_at": _shown(note.expires_at),
        "tainted": note.tainted,
    }


def fact(given: Fact) -> Exported:
    """Return a fact."""
    return {
        "what": "fact",
        "id": given.id,
        "subject": given.subject,
        "relation": given.relation,
        "object": given.object,
        "text": given.text,
        "kind": given.kind,
        "person": given.person,
        "visibility": given.visibility,
        "source": given.source,
        "entry": given.entry,
        "confidence": given.confidence,
        "assurance": given.assurance.value,
        "valid_from": _shown(given.valid_from),
        "valid_until": _shown(given.valid_until),
        "known_from": _shown(given.known_from),
        "known_until": _shown(given.known_until),
        "expires_at": _shown(given.expires_at),
    }


def _shown(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
