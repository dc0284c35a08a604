"""How entries get into the journal: what each kind says, and its place in the chain."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import insert
from sqlmodel import Session

from daemon.journal.chain import Fields, canonical, head_of, link
from daemon.journal.entry import Kind, Wish, entry_of
from daemon.journal.redaction import masked, redact, secrets
from daemon.store.tables import EntryRow
from devices.model import EntityId
from skills.model import Action, Cause, EntryId, Outcome, Risk, Verdict

LONGEST_TEXT = 2_000
"""Characters kept of what was said: more is no sentence."""
HANDED_OVER = (Verdict.DONE, Verdict.PARTLY, Verdict.UNCONFIRMED)
"""The verdicts with which something did, or may have, changed."""
_INSERT = insert(EntryRow)


def append(session: Session, fields: Fields) -> EntryId:
    """Write an entry behind the newest."""
    head = head_of(session)
    number = head.entry + 1
    row = {**fields._asdict(), "id": number, "previous_hash": head.hash, "hash": link(number, fields, head.hash)}
    # Core, not the unit of work: this stands between a sentence and its light.
    session.connection().execute(_INSERT, row)
    return EntryId(number)


def append_outcome(session: Session, entry: EntryId, outcome: Outcome, at: datetime) -> EntryId:
    """Write what came of a wish, and what it thereby took back.

    Raises:
        LookupError: there is no such wish.
    """
    row = session.get(EntryRow, entry)
    if row is None or row.kind not in (Kind.WISH, Kind.UNDO):
        raise LookupError(f"entry {entry} is no wish")
    wish = entry_of(row)
    written = append(
        session,
        fields_of(
            at,
            Kind.OUTCOME,
            wish.cause,
            targets=tuple(dict.fromkeys([*wish.targets, *(target.entity for target in outcome.targets)])),
            ref=entry,
            body={
                "what": wish.what,
                "detail": _clean(outcome.detail),
                "targets": [[target.entity, target.verdict, _clean(target.detail)] for target in outcome.targets],
                "undo": _plain_undo(outcome.undo),
            },
        )._replace(effect=wish.effect, risk=wish.risk, verdict=outcome.verdict),
    )
    if outcome.verdict in HANDED_OVER:
        for undone in wish.undoes:
            append(
                session,
                fields_of(at, Kind.UNDONE, wish.cause, ref=undone, body={"what": f"entry {undone} was taken back"}),
            )
    return written


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
