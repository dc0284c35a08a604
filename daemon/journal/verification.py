"""The search for an entry that was edited, removed, moved or put in.

The newest entry is noted in a row of its own, and SQLite's counter (``sqlite_sequence``) knows the highest number it
ever gave, so that entries missing at the end are found too. What this cannot find: someone who may write the file and
recomputes every hash from the entry changed to the newest. `Verification.head`, noted elsewhere, gives even that away.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from daemon.journal.chain import BEGINNING, Fields, Link, digest, head_of, link
from daemon.journal.reading import following, words_of
from daemon.store import bare
from daemon.store.tables import EntryRow, EntryWordsRow
from skills.model import EntryId

_FOUND_BY_TARGET = ("outcome", "note")
"""The kinds of entries that a trigger puts into the index of what they are about."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a search of the whole journal found."""

    ok: bool
    entries: int
    """How many are in order, counted from the first."""
    problem: str | None = None
    """The first break, in words; none if there is none."""
    head: str = ""
    """The hash of the newest entry: it stands for the whole journal."""
    forgotten: int = 0
    """Of how many entries words were forgotten; what was done, when and for whom stands in the chain all the same."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search has come."""

    last: Link = BEGINNING
    targets: int = 0
    """How often the entries so far are to be found by what they are about."""
    problem: str | None = None
    done: bool = False
    forgotten: int = 0


def search_on(session: Session, progress: Progress, limit: int) -> Progress:
    """Search the next ``limit`` entries, and where there are none the end, as of the same moment."""
    try:
        page = following(session, EntryId(progress.last.entry), limit)
    except (DBAPIError, ValueError):
        return _broken_off(progress.last, f"one of the {limit} entries after {progress.last.entry} cannot be read")
    last, forgotten = progress.last, progress.forgotten
    words = words_of(session, page)
    for row in page:
        problem = _broken(last, row)
        if problem is not None:
            return _broken_off(last, problem)
        last = Link(row.id, row.hash)
    # The chain first: where it is broken, that says more than what it no longer fits.
    reworded = next(filter(None, (_reworded(row, words.get(row.id)) for row in page)), None)
    if reworded is not None:
        return _broken_off(last, reworded)
    sealed = _sealed(session, page)
    forgotten += sum(_lacks_words(row, words.get(row.id)) for row in page if row.id not in sealed)
    if not page:
        return Progress(
            last, problem=_broken_end(session, last, targets=progress.targets), done=True, forgotten=forgotten
        )
    targets = _targets_in(page)
    if _found_by_target(session, page) != targets:
        here = f"{page[0].id} to {page[-1].id}"
        return _broken_off(last, f"one of the entries {here} was taken out of the index of what it is about")
    return Progress(last, progress.targets + targets, forgotten=forgotten)


def _broken_off(last: Link, problem: str) -> Progress:
    return Progress(last, problem=problem, done=True)


def _broken(previous: Link, row: EntryRow) -> str | None:
    """Say what is wrong with ``row`` as the successor of ``previous``; none if nothing is."""
    if row.id != previous.entry + 1:
        return f"entry {previous.entry + 1} is missing"
    fields = Fields(*(getattr(row, key) for key in Fields._fields))
    if link(row.id, fields, row.previous_hash) != row.hash:
        return f"entry {row.id} was edited or moved"
    if row.previous_hash != previous.hash:
        return f"entry {row.id} does not follow entry {previous.entry}: one of them was replaced"
    return None


def _reworded(row: EntryRow, words: EntryWordsRow | None) -> str | None:
    """Say whether the words beside an entry are others than those that it was written with; forgotten is not edited."""
    if words is None:
        return None
    pairs = ((words.said, words.said_salt, row.said), (words.body, words.body_salt, row.body))
    if all(told is None or digest(salt or "", told) == chained for told, salt, chained in pairs):
        return None
    return f"the words of entry {row.id} were edited"


def _lacks_words(row: EntryRow, words: EntryWordsRow | None) -> bool:
    return words is None or words.body is None or (row.said is not None and words.said is None)


def _sealed(session: Session, page: Sequence[EntryRow]) -> set[int]:
    """Return of which entries of this page words are sealed: nobody can look at them, and they are not forgotten."""
    if not page:
        return set()
    between = "SELECT entry FROM sealed_words WHERE entry BETWEEN ? AND ?"
    return set(session.connection().exec_driver_sql(between, (page[0].id, page[-1].id)).scalars())


def _targets_in(page: Sequence[EntryRow]) -> int:
    """Return how often entries of this page are to be found by what they are about."""
    return sum(len(set(json.loads(row.targets))) for row in page if row.kind in _FOUND_BY_TARGET)


def _found_by_target(session: Session, page: Sequence[EntryRow]) -> int:
    """Return how often entries of this page are found by what they are about."""
    count: int = session.connection().exec_driver_sql(_FOUND, (page[0].id, page[-1].id)).scalar_one()
    return count


def _broken_end(session: Session, last: Link, *, targets: int) -> str | None:
    """Say what is wrong after ``last``, the newest entry there is; none if nothing is.

    ``targets`` is how many `_targets_in` counted over all of them.
    """
    head = head_of(bare(session))
    run = session.connection().exec_driver_sql
    counted: int = run("SELECT max(seq) FROM sqlite_sequence WHERE name = 'entry'").scalar() or 0
    highest = max(head.entry, counted)
    if highest > last.entry:
        return f"the entries after {last.entry} are missing: there were {highest}"
    if head != last or counted != last.entry:
        return "the record of the newest entry was edited"
    if run("SELECT count(*) FROM entry_target").scalar() != targets:
        return "the index of what entries are about was edited"
    return None


_FOUND = """
SELECT count(*) FROM entry_target JOIN (
    SELECT DISTINCT entry.id AS number, value FROM entry, json_each(entry.targets)
    WHERE entry.id BETWEEN ? AND ? AND kind IN ('outcome', 'note')
) ON entry = number AND entity = value
"""
