"""Facts over time: what is so, what was, and what was only believed to be; told by whom, and who is to be believed.

Two times stand at each fact. When it is so in the world: a change of mind ends the old one there and keeps it. When it
was known: a correction ends it there, and it counts as never having been so. No word ends what somebody else said.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from daemon.memory.model import HOUSEHOLD, Assurance, Fact, FactId, FactKind, Learned, MemoryId, Recalled, shelf_of
from daemon.memory.question import Window
from daemon.memory.rows import stamp
from daemon.memory.saying import Statement, folded
from daemon.memory.stems import terms
from daemon.store.places import change, next_number, note_number, place_of
from skills.model import PersonId

MANY = frozenset({"likes", "dislikes", "allergy", "goal", "progress", "instruction", "procedure", "note", "diet"})
"""What there can be several of at a time; of everything else a new one takes the place of the old."""
ALSO = {"likes": ("likes", "temperature")}
"""What is asked for in one word and told in several."""
AGAINST = {"likes": "dislikes", "dislikes": "likes"}
"""Of one object only one of the two can be so."""
_NEWS = re.compile(r"\b(?:now|jetzt|inzwischen|mittlerweile)\b", re.IGNORECASE)
_COLUMNS = (
    "id, shelf, kind, subject, relation, object, text, owner, source, entry, confidence, assurance, valid_from,"
    " valid_until, known_from, known_until, expires_at"
)


def learn(connection: sqlite3.Connection, said: Statement, told: Fact, *, now: datetime) -> Learned:
    """Take in a statement; ``told`` is the fact as it would be kept: whose, on which shelf, from where."""
    mine = [fact for fact in _open(connection, told) if fact.person == told.person or _renews(told)]
    match said.manner:
        case "was":
            return _kept(connection, replace(told, valid_until=said.until or now), mine, now)
        case "ended":
            ended = [fact for fact in mine if not told.object or _same(fact.object, told.object)]
            until = said.since or now
            for fact in ended:
                _set(connection, fact, "valid_until", until)
            if not ended and told.object:
                return Learned(_insert(connection, replace(told, valid_until=until), now))
            return Learned(ended[0] if ended else told, ended=ended)
        case "denied":
            wrong = [fact for fact in mine if _same(fact.object, told.object)]
            for fact in wrong:
                _set(connection, fact, "known_until", now)
            return Learned(wrong[0] if wrong else told, corrected=wrong)
        case "corrected":
            mistaken = _contradicted(told, mine) or _opposite(connection, told)
            for fact in mistaken:
                _set(connection, fact, "known_until", now)
            since = told.valid_from or (mistaken[0].valid_from if mistaken else None)
            fact = _insert(connection, replace(told, valid_from=since, assurance=Assurance.CONFIRMED), now)
            return Learned(fact, corrected=mistaken, disputes=_disputes(connection, fact))
        case _:
            return _begun(connection, told, mine, now)


def recall(
    connection: sqlite3.Connection,
    subject: str,
    relation: str,
    *,
    shelves: Sequence[str],
    at: datetime,
    past: bool = False,
    window: Window | None = None,
    known_at: datetime | None = None,
) -> Recalled:
    """Return what is so at a time, or with ``past`` what was so before and is so no longer, the newest first.

    Args:
        connection: the database.
        subject: a person's id, or what it is about, folded.
        relation: what about it.
        shelves: what may be read.
        at: the time in the world that is asked about.
        past: what had ended by then, instead of what held.
        window: what held at any time in it, instead.
        known_at: as was believed then; None: as is believed now.
    """
    said = [fact for one in ALSO.get(relation, (relation,)) for fact in _about(connection, subject, one, shelves)]
    facts = [fact for fact in said if _believed(fact, known_at)]
    facts = [fact for fact in facts if fact.expires_at is None or fact.expires_at > at]
    if past:
        over = [fact for fact in facts if fact.valid_until is not None and fact.valid_until <= at]
        return Recalled(sorted(over, key=lambda fact: cast("datetime", fact.valid_until), reverse=True))
    begin, end = window or (at, at)
    facts = [fact for fact in facts if _began(fact) <= end and (fact.valid_until is None or begin < fact.valid_until)]
    own = [fact for fact in facts if fact.person is not None and folded(fact.person) == fact.subject]
    if own and relation not in MANY:
        # Nobody knows better than they themselves.
        facts = own
    facts.sort(key=lambda fact: (fact.assurance == Assurance.INFERRED, -_began(fact).timestamp()))
    differ = len({folded(fact.object) for fact in facts}) > 1
    return Recalled(facts, disputed=differ and relation not in MANY and window is None)


def listed(
    connection: sqlite3.Connection, shelves: Sequence[str], *, subject: str | None = None, kind: FactKind | None = None
) -> Sequence[Fact]:
    """Return every fact on the shelves, also what is over, the newest first."""
    marks = ", ".join("?" * len(shelves))
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM memory_fact WHERE shelf IN ({marks})"  # noqa: S608 - marks and our own columns
        " AND (? IS NULL OR subject = ?) AND (? IS NULL OR kind = ?) ORDER BY known_from DESC, id DESC",
        (*shelves, subject, subject, kind, kind),
    )
    return [_fact(row) for row in found]


def get(connection: sqlite3.Connection, number: int, shelves: Sequence[str]) -> Fact | None:
    """Return a fact; ``None`` if there is none of this id on the shelves."""
    marks = ", ".join("?" * len(shelves))
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM memory_fact WHERE id = ? AND shelf IN ({marks})",  # noqa: S608 - marks only
        (number, *shelves),
    ).fetchone()
    return None if row is None else _fact(row)


def correct(
    connection: sqlite3.Connection, wrong: Fact, thing: str, *, now: datetime, teller: PersonId | None = None
) -> Fact:
    """Put the right object in the place of a wrong one, which then counts as never having been so.

    From then on ``teller`` said so; ``None``: who said it before.
    """
    _set(connection, wrong, "known_until", now)
    right = replace(wrong, object=thing, text=wrong.text.replace(wrong.object, thing), assurance=Assurance.CONFIRMED)
    right = replace(right, person=teller or wrong.person, known_from=now)
    return _insert(connection, right, now)


def uncorrect(connection: sqlite3.Connection, right: FactId, wrong: FactId, shelves: Sequence[str]) -> bool:
    """Delete what took the place of a wrong fact, which counts again; say whether both were there."""
    new, old = get(connection, right, shelves), get(connection, wrong, shelves)
    if new is None or old is None:
        return False
    change(connection, "DELETE FROM {place}.memory_fact WHERE id = ?", (right,))
    change(connection, "UPDATE {place}.memory_fact SET known_until = NULL WHERE id = ?", (wrong,))
    return True


def settle(
    connection: sqlite3.Connection, *, right: FactId, wrong: FactId | None, shelves: Sequence[str], now: datetime
) -> Fact | None:
    """Confirm a fact, and end that another was believed; return it, ``None`` if it is not there any more."""
    fact = get(connection, right, shelves)
    if fact is None:
        return None
    confirmed = "UPDATE {place}.memory_fact SET assurance = ?, confidence = 1.0 WHERE id = ?"
    change(connection, confirmed, (Assurance.CONFIRMED.value, right))
    other = None if wrong is None else get(connection, wrong, shelves)
    if other is not None:
        _set(connection, other, "known_until", now)
    return replace(fact, assurance=Assurance.CONFIRMED, confidence=1.0)


def _begun(connection: sqlite3.Connection, told: Fact, mine: Sequence[Fact], now: datetime) -> Learned:
    """Keep what is so from now, or from when it says; what it takes the place of ends then."""
    same = [fact for fact in mine if _same(fact.object, told.object)]
    if same:
        _set(connection, same[0], "confidence", max(same[0].confidence, told.confidence))
        return Learned(same[0], disputes=_disputes(connection, same[0]), again=True)
    begins = told.valid_from or now
    ends = [*_contradicted(told, mine), *_opposite(connection, told)]
    later = [fact for fact in ends if _began(fact) > begins]
    ended = [fact for fact in ends if fact not in later or told.valid_from is None]
    for fact in ended:
        _set(connection, fact, "valid_until", max(begins, _began(fact)))
    if later and told.valid_from is not None:
        # It began before what is known to be so now: told late, it is the past, until that began.
        told = replace(told, valid_until=min(_began(fact) for fact in later))
    fact = _insert(connection, told, now)
    return Learned(fact, ended=ended, disputes=_disputes(connection, fact))


def _renews(told: Fact) -> bool:
    """Say whether something of the household's is said to be so now: that ends what anybody said was so."""
    return told.visibility == "household" and told.relation == "is" and _NEWS.search(told.text) is not None


def _kept(connection: sqlite3.Connection, told: Fact, mine: Sequence[Fact], now: datetime) -> Learned:
    """Keep what was so once; if it was believed to be so still, it ends."""
    still = [fact for fact in mine if _same(fact.object, told.object)]
    for fact in still:
        _set(connection, fact, "valid_until", told.valid_until or now)
    return Learned(still[0], ended=still) if still else Learned(_insert(connection, told, now))


def _contradicted(told: Fact, mine: Iterable[Fact]) -> Sequence[Fact]:
    return [] if told.relation in MANY else [fact for fact in mine if not _same(fact.object, told.object)]


def _opposite(connection: sqlite3.Connection, told: Fact) -> Sequence[Fact]:
    """Return what the same person said to the contrary of the same thing: liking what they now dislike."""
    other = AGAINST.get(told.relation)
    if other is None:
        return []
    found = _open(connection, replace(told, relation=other))
    return [fact for fact in found if fact.person == told.person and _same(fact.object, told.object)]


def _disputes(connection: sqlite3.Connection, fact: Fact) -> Sequence[Fact]:
    """Return what others said that cannot be so as well."""
    if fact.relation in MANY or fact.valid_until is not None:
        return []
    others = [other for other in _open(connection, fact) if other.person != fact.person]
    return [other for other in others if not _same(other.object, fact.object)]


def _open(connection: sqlite3.Connection, told: Fact) -> Sequence[Fact]:
    """Return what is believed to be so now of the same subject and relation, as far as who says so may know."""
    facts = _about(connection, told.subject, told.relation, [HOUSEHOLD, shelf_of(told.person, "me")])
    return [fact for fact in facts if fact.valid_until is None and fact.known_until is None]


def _about(connection: sqlite3.Connection, subject: str, relation: str, shelves: Sequence[str]) -> Sequence[Fact]:
    marks = ", ".join("?" * len(shelves))
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM memory_fact WHERE shelf IN ({marks})"  # noqa: S608 - marks and our own columns
        " AND subject = ? AND relation = ? ORDER BY id",
        (*shelves, subject, relation),
    )
    return [_fact(row) for row in found]


def _insert(connection: sqlite3.Connection, fact: Fact, now: datetime) -> Fact:
    known = fact.known_from or now
    times = (fact.valid_from, fact.valid_until, known, fact.known_until, fact.expires_at)
    shelf, number = shelf_of(fact.person, fact.visibility), next_number(connection, "memory_fact")
    connection.execute(
        f"INSERT INTO {place_of(connection, shelf)}.memory_fact ({_COLUMNS})"  # noqa: S608 - our own names
        f" VALUES ({', '.join('?' * 17)})",
        (
            number,
            shelf,
            fact.kind,
            fact.subject,
            fact.relation,
            fact.object,
            fact.text,
            fact.person,
            fact.source,
            fact.entry,
            fact.confidence,
            fact.assurance.value,
            *(None if at is None else stamp(at) for at in times),
        ),
    )
    note_number(connection, "memory_fact", number)
    return replace(fact, id=FactId(number), known_from=known)


def _set(connection: sqlite3.Connection, fact: Fact, column: str, value: datetime | float) -> None:
    """Change one column, named by our own code only."""
    kept = stamp(value) if isinstance(value, datetime) else value
    change(connection, f"UPDATE {{place}}.memory_fact SET {column} = ? WHERE id = ?", (kept, fact.id))  # noqa: S608


def _began(fact: Fact) -> datetime:
    return fact.valid_from or cast("datetime", fact.known_from)


def _believed(fact: Fact, at: datetime | None) -> bool:
    if at is None:
        return fact.known_until is None
    return cast("datetime", fact.known_from) <= at and (fact.known_until is None or at < fact.known_until)


def _same(one: str, other: str) -> bool:
    """Say whether two objects are the same thing in other words: `the mushrooms`, `mushroom`."""
    return folded(one) == folded(other) or (bool(terms(one)) and sorted(terms(one)) == sorted(terms(other)))


def _fact(row: Sequence[object]) -> Fact:
    number, shelf, kind, subject, relation, thing, text, owner, source, entry, confidence, assurance = row[:12]
    valid_from, valid_until, known_from, known_until, expires_at = (
        None if at is None else datetime.fromisoformat(str(at)) for at in row[12:]
    )
    return Fact(
        str(subject),
        str(relation),
        str(thing),
        str(text),
        cast("FactKind", kind),
        None if owner is None else PersonId(str(owner)),
        "household" if shelf == HOUSEHOLD else "me",
        None if source is None else MemoryId(cast("int", source)),
        cast("int | None", entry),
        float(str(confidence)),
        Assurance(str(assurance)),
        valid_from,
        valid_until,
        known_from,
        known_until,
        expires_at,
        FactId(cast("int", number)),
    )
