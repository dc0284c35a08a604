"""How entries get into the journal: what each kind says, and its place in the chain."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from secrets import token_hex
from typing import cast

from daemon.journal.chain import Fields, canonical, digest, head_of, link
from daemon.journal.entry import FORGOTTEN, Kind, Wish
from daemon.journal.redaction import masked, redact, secrets
from daemon.journal.sealed import Words, put_away
from devices.model import EntityId
from skills.model import Action, Cause, EntryId, Outcome, Risk, TargetOutcome, Verdict

LONGEST_TEXT = 2_000
"""Characters kept of what was said: more is no sentence."""
HANDED_OVER = (Verdict.DONE, Verdict.PARTLY, Verdict.UNCONFIRMED)
"""The verdicts with which something did, or may have, changed."""
_ASIDE = ("tainted", "area")
"""What the body of an entry says of its cause."""
_SAID = ", ".join(Fields._fields)
_MARKS = ", ".join("?" * len(Fields._fields))
_INSERT = f"INSERT INTO entry (id, {_SAID}, previous_hash, hash) VALUES (?, {_MARKS}, ?, ?)"  # noqa: S608 - our own names
_INSERT_WORDS = "INSERT INTO main.entry_words (entry, said, said_salt, body, body_salt) VALUES (?, ?, ?, ?, ?)"
_SELECT = f"SELECT {_SAID} FROM entry WHERE id = ?"  # noqa: S608 - our own names
_SELECT_WORDS = "SELECT said, body FROM entry_words WHERE entry = ?"
SALT_BYTES = 16


def append(connection: sqlite3.Connection, fields: Fields) -> EntryId:
    """Write an entry behind the newest."""
    head = head_of(connection)
    number = head.entry + 1
    said_salt = token_hex(SALT_BYTES) if fields.said is not None else None
    body_salt = token_hex(SALT_BYTES)
    chained = fields._replace(
        said=None if fields.said is None or said_salt is None else digest(said_salt, fields.said),
        body=digest(body_salt, fields.body),
    )
    connection.execute(_INSERT, (number, *chained, head.hash, link(number, chained, head.hash)))
    words = Words(fields.said, said_salt, fields.body, body_salt)
    plain = put_away(connection, number, fields.person, fields.effect, words)
    if plain is not None:
        connection.execute(_INSERT_WORDS, (number, *plain))
    return EntryId(number)


def append_outcome(
    connection: sqlite3.Connection, entry: EntryId, outcome: Outcome, at: datetime, *, cut_off: bool = False
) -> EntryId:
    """Write what came of a wish, and what it thereby took back; ``cut_off``: as far as it can be told after a kill.

    Raises:
        LookupError: there is no such wish.
    """
    wish = _wish(connection, entry)
    body = cast("Mapping[str, object]", json.loads(wish.body))
    aside = {key: body[key] for key in _ASIDE if key in body}
    came = {
        "what": body["what"],
        "detail": _clean(outcome.detail),
        "targets": [_told(target) for target in outcome.targets],
        "undo": _plain_undo(outcome.undo),
        **({"cut_off": True} if cut_off else {}),
    }
    ours = wish._replace(at=stamp(at), kind=Kind.OUTCOME, verdict=outcome.verdict, ref=entry)
    targets = tuple(dict.fromkeys([*json.loads(wish.targets), *(target.entity for target in outcome.targets)]))
    written = append(connection, ours._replace(targets=canonical(targets), body=canonical({**came, **aside})))
    if outcome.verdict in HANDED_OVER:
        back = ours._replace(kind=Kind.UNDONE, effect="", risk=Risk.READ, targets=canonical(()), verdict=None)
        for undone in cast("list[int]", body.get("undoes", [])):
            what = {"what": f"entry {undone} was taken back", **aside}
            append(connection, back._replace(ref=undone, body=canonical(what)))
    return written


def _told(target: TargetOutcome) -> list[str]:
    """Return what came of one target, with the context under which the other side has it, where there is one."""
    told: list[str] = [target.entity, target.verdict, _clean(target.detail) or ""]
    if target.context is not None:
        told.append(target.context)
    return told


def _wish(connection: sqlite3.Connection, entry: EntryId) -> Fields:
    row = connection.execute(_SELECT, (entry,)).fetchone()
    if row is None or (fields := Fields(*row)).kind not in (Kind.WISH, Kind.UNDO):
        raise LookupError(f"entry {entry} is no wish")
    said, body = connection.execute(_SELECT_WORDS, (entry,)).fetchone() or (None, None)
    return fields._replace(said=said, body=body or canonical({"what": FORGOTTEN}))


def fields_of_wish(wish: Wish, decision: str, at: datetime) -> Fields:
    """Return what the entry of a wish says, without the secrets in it."""
    arguments = wish.action.arguments
    body: dict[str, object] = {
        "what": masked(wish.what, arguments),
        "detail": decision,
        "arguments": redact(arguments),
    }
    if wish.undoes:
        body["undoes"] = list(wish.undoes)
    said = masked(wish.cause.said, arguments) if wish.cause.said is not None else None
    fields = fields_of(at, Kind.UNDO if wish.undoes else Kind.WISH, wish.cause, targets=wish.targets, body=body)
    return fields._replace(said=_clean(said), effect=wish.action.effect, risk=wish.risk)


def fields_of(
    at: datetime,
    kind: Kind,
    cause: Cause,
    *,
    body: Mapping[str, object],
    targets: Sequence[EntityId] = (),
    ref: EntryId | None = None,
) -> Fields:
    """Return what an entry says that is about no effect."""
    aside: dict[str, object] = {"tainted": True} if cause.tainted else {}
    if cause.area is not None:
        aside["area"] = cause.area
    return Fields(
        at=stamp(at),
        kind=kind,
        cause=cause.id,
        parent=cause.parent,
        origin=cause.origin,
        person=cause.person,
        said=_clean(cause.said),
        effect="",
        risk=Risk.READ,
        targets=canonical(targets),
        verdict=None,
        ref=ref,
        body=canonical({**body, **aside}),
    )


def stamp(at: datetime) -> str:
    """Return a time so that its order as text is its order in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _clean(text: str | None) -> str | None:
    """Return ``text`` so that SQLite takes it: what came from outside may hold half a character."""
    return text[:LONGEST_TEXT].encode(errors="replace").decode() if text is not None else None


def _plain_undo(action: Action | None) -> Mapping[str, object] | None:
    """Return the way back as JSON; none also where it would need a secret, which is not written down."""
    if action is None:
        return None
    if next(secrets(action.arguments), None) is not None:
        return None
    return {"effect": action.effect, "arguments": redact(action.arguments)}
