"""What can be asked of the journal, as queries."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, exists, func, select

from daemon.journal.chain import canonical, head_of
from daemon.journal.entry import Entry, Kind, Wish
from daemon.journal.redaction import redact
from daemon.journal.writing import HANDED_OVER, stamp
from daemon.store import bare
from daemon.store.tables import EntryRow, EntryTargetRow, EntryWordsRow
from devices.model import EntityId
from skills.model import CauseId, EntryId, Origin, Risk
from skills.views import Happening

DEEPEST = 20
"""How far back `chain_back` goes."""
IN_FLIGHT = 10_000
"""How far back a wish without an outcome is looked for: every start settles them, so they are among the newest."""
LOOKED_BACK = 50_000
"""Among so many of the newest entries what people said is looked for."""
PASSING = "passing/"
"""The ids of causes begin so whose effects are put back by themselves: they are on record, and no news to people."""
MOST_OF_A_CAUSE = 200
"""As many wishes of one cause for one effect are looked at."""
MOST_UNDONE = 500
"""As many outcomes as one undo goes back."""
AT_ONCE = 500
"""Entries named in one statement."""
_ASKED_FOR = (Origin.VOICE, Origin.TEXT, Origin.DASHBOARD, Origin.MODEL, Origin.MCP)
"""The doors through which people come; what a routine did is not what a person takes back with "undo"."""


def words_of(session: Session, rows: Sequence[EntryRow]) -> Mapping[int, EntryWordsRow]:
    """Return the words of entries, by their numbers, as far as they were not forgotten."""
    found = dict[int, EntryWordsRow]()
    for start in range(0, len(rows), AT_ONCE):
        numbers = [row.id for row in rows[start : start + AT_ONCE]]
        query = select(EntryWordsRow).where(col(EntryWordsRow.entry).in_(numbers))
        found |= {words.entry: words for words in session.exec(query)}
    return found


def following(session: Session, after: EntryId, limit: int) -> Sequence[EntryRow]:
    """Return the entries after one, oldest first."""
    return session.exec(select(EntryRow).where(col(EntryRow.id) > after).order_by(col(EntryRow.id)).limit(limit)).all()


def newest(session: Session, limit: int) -> Sequence[EntryRow]:
    """Return the newest entries, oldest first."""
    return session.exec(select(EntryRow).order_by(col(EntryRow.id).desc()).limit(limit)).all()[::-1]


def done_since(session: Session, at: datetime, effects: Sequence[str]) -> Sequence[EntryRow]:
    """Return the wishes for these effects since a time that were carried out, and what came of them, oldest first."""
    query = (
        select(EntryRow)
        .where(col(EntryRow.id) > head_of(bare(session)).entry - IN_FLIGHT, EntryRow.at >= stamp(at))
        .where(col(EntryRow.effect).in_(effects), col(EntryRow.kind).in_((Kind.WISH, Kind.UNDO, Kind.OUTCOME)))
    )
    return session.exec(query.order_by(col(EntryRow.id))).all()


def happened(session: Session, entity: EntityId | None, limit: int) -> Sequence[EntryRow]:
    """Return the newest outcomes and notes, of one entity if given, newest first."""
    query = select(EntryRow).where(col(EntryRow.kind).in_((Kind.OUTCOME, Kind.NOTE)))
    query = query.where(col(EntryRow.cause).not_like(f"{PASSING}%"))
    if entity is not None:
        about = select(EntryTargetRow.entry).where(EntryTargetRow.entity == entity)
        query = query.where(col(EntryRow.id).in_(about))
    return session.exec(query.order_by(col(EntryRow.id).desc()).limit(limit)).all()


LOOKED_AT = 50
"""How many of an entity's newest entries are looked at for one that changed it."""


def chain_back(session: Session, entity: EntityId) -> Sequence[EntryRow]:
    """Return the newest outcome or note about an entity, its wish, and the beginning of each cause before."""
    # Of what was only asked or refused nothing came: it is no cause of how things are.
    found = [row for row in happened(session, entity, LOOKED_AT) if row.verdict in (None, *HANDED_OVER)][:1]
    if not found:
        return ()
    if found[0].ref is not None:
        wish = session.get(EntryRow, found[0].ref)
        found += [wish] if wish is not None else []
    while (parent := found[-1].parent) is not None and len(found) < DEEPEST:
        query = select(EntryRow).where(EntryRow.cause == parent).order_by(col(EntryRow.id)).limit(1)
        cause = session.exec(query).first()
        if cause is None or cause in found:
            break
        found.append(cause)
    return found


def unanswered(session: Session) -> Sequence[EntryRow]:
    """Return the wishes without an outcome, oldest first."""
    outcome = aliased(EntryRow)
    answered = exists().where(and_(col(outcome.ref) == col(EntryRow.id), col(outcome.kind) == Kind.OUTCOME))
    query = (
        select(EntryRow)
        .where(col(EntryRow.id) > head_of(bare(session)).entry - IN_FLIGHT)
        .where(col(EntryRow.kind).in_((Kind.WISH, Kind.UNDO)), ~answered)
    )
    return session.exec(query.order_by(col(EntryRow.id))).all()


def same_wish(session: Session, wish: Wish) -> Sequence[EntryRow]:
    """Return the newest wish of a cause for one effect with these arguments, and its outcome, if there are any."""
    query = (
        select(EntryRow)
        .where(EntryRow.cause == wish.cause.id, EntryRow.kind == Kind.WISH, EntryRow.effect == wish.action.effect)
        .order_by(col(EntryRow.id).desc())
        .limit(MOST_OF_A_CAUSE)
    )
    wanted = canonical(redact(wish.action.arguments))
    for row in session.exec(query):
        words = session.get(EntryWordsRow, row.id)
        if words is None or words.body is None:
            continue
        if canonical(json.loads(words.body).get("arguments")) == wanted:
            of_it = select(EntryRow).where(EntryRow.cause == wish.cause.id, EntryRow.ref == row.id)
            outcome = session.exec(of_it.where(EntryRow.kind == Kind.OUTCOME)).first()
            return [row] if outcome is None else [row, outcome]
    return ()


def not_undone(session: Session, since: datetime | None, cause: CauseId | None) -> Sequence[EntryRow]:
    """Return the outcomes of what people wished for and did not take back, newest first: one cause's, or since.

    With neither, those of the last cause.
    """
    wish, later = aliased(EntryRow), aliased(EntryRow)
    undone = exists().where(and_(col(later.ref) == col(wish.id), col(later.kind) == Kind.UNDONE))
    query = (
        select(EntryRow)
        .join(wish, and_(col(wish.id) == col(EntryRow.ref), col(wish.kind) == Kind.WISH))
        .where(EntryRow.kind == Kind.OUTCOME, col(EntryRow.verdict).in_(HANDED_OVER))
        .where(EntryRow.risk > Risk.READ, col(EntryRow.origin).in_(_ASKED_FOR), ~undone)
        .order_by(col(EntryRow.id).desc())
        .limit(MOST_UNDONE)
    )
    if since is not None:
        return session.exec(query.where(EntryRow.at >= stamp(since))).all()
    if cause is None:
        last = session.exec(query.limit(1)).first()
        if last is None:
            return ()
        cause = CauseId(last.cause)
    return session.exec(query.where(EntryRow.cause == cause)).all()


def worded(session: Session, limit: int) -> Sequence[EntryRow]:
    """Return the newest wishes of people that came with words and were not taken back, each of the words once."""
    undone = aliased(EntryRow)
    taken_back = exists().where(and_(col(undone.ref) == col(EntryRow.id), col(undone.kind) == Kind.UNDONE))
    newest_of = (
        select(func.max(EntryRow.id))
        .join(EntryWordsRow, col(EntryWordsRow.entry) == col(EntryRow.id))
        .where(
            col(EntryRow.kind) == Kind.WISH, col(EntryRow.origin).in_(_ASKED_FOR), col(EntryWordsRow.said).is_not(None)
        )
        .where(col(EntryRow.id) > head_of(bare(session)).entry - LOOKED_BACK, ~taken_back)
        .group_by(col(EntryWordsRow.said))
    )
    query = select(EntryRow).where(col(EntryRow.id).in_(newest_of)).order_by(col(EntryRow.id).desc()).limit(limit)
    return session.exec(query).all()


def happening(entry: Entry) -> Happening:
    """Return an entry as skills see it."""
    return Happening(
        at=entry.at,
        what=entry.words,
        origin=entry.cause.origin,
        person=entry.cause.person,
        said=entry.cause.said,
        targets=entry.targets,
        verdict=entry.verdict,
    )
