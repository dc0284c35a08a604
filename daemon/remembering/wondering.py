"""What the house is to ask of somebody one day: which of two things is so, whether what it concluded is true.

Asked once, in the next talk of whom it concerns and never in the one that raised it, not at night, and one thing a day.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from daemon.conversation import Answer, Status
from daemon.conversation.attending import Aside
from daemon.household import certain
from daemon.remembering.opening import Opening
from daemon.store import Store
from daemon.store.places import change_each
from skills.builtin.words import when
from skills.language import say
from skills.model import Ask, Match, PersonId, Utterance, Wants

DOUBTED = 0.5
"""How sure something is once it was asked about in vain: it is not asked again."""
SILENCE = timedelta(minutes=30)
"""So long after their last word somebody begins another talk."""
EVERY = timedelta(hours=20)
DAY = range(8, 22)
_PUT_TOGETHER = re.compile(r"(my|mein)(?=e? .+ (?:is called|heißt) )", re.IGNORECASE)
_YOUR = {"my": "your", "mein": "dein"}
_READ = """
SELECT id, shelf, subject, relation, object, text, owner, confidence, assurance, known_from FROM memory_fact
WHERE valid_until IS NULL AND known_until IS NULL AND confidence > ? AND owner IS NOT NULL
    AND (expires_at IS NULL OR expires_at > ?) AND relation <> 'picture'
    AND (assurance = 'inferred' OR (shelf = '' AND kind = 'fact' AND relation <> 'note' AND subject || '/' || relation
        IN (SELECT subject || '/' || relation FROM memory_fact
         WHERE shelf = '' AND kind = 'fact' AND known_until IS NULL AND valid_until IS NULL
         GROUP BY subject, relation HAVING COUNT(DISTINCT owner) > 1)))
ORDER BY id
LIMIT 500
"""


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    shelf: str
    subject: str
    relation: str
    thing: str
    text: str
    owner: PersonId
    assurance: str
    known_from: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to ask somebody."""

    person: PersonId
    raised: datetime
    facts: tuple[_Row, ...]
    """Two that cannot both be so, or one that was concluded."""


class Wondering:
    """Keeps what is to be asked, and says when."""

    def __init__(self, store: Store, opening: Opening, zone: tzinfo) -> None:
        self._store, self._opening, self._zone = store, opening, zone
        self._doubts: list[Doubt] = []
        self._last: dict[PersonId, datetime] = {}
        self._began: dict[PersonId, datetime] = {}
        """When each began the talk that they are in."""
        self._asked_at: dict[PersonId, datetime] = {}
        self._known_asked: set[int] = set()
        self.asked: list[int] = []
        """Facts that were asked about and of which that is not yet written down."""

    async def refresh(self, now: datetime) -> None:
        """Look anew for what contradicts each other and what was only concluded.

        Raises:
            StoreError: it cannot be read.
        """

        def read(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
            return connection.execute(_READ, (DOUBTED, now.isoformat())).fetchall()

        rows = [_row(found) for found in await self._store.run_bare(read)]
        rows = [row for row in rows if row.id not in self._known_asked]
        self._doubts = [*_disputes(rows), *(Doubt(one.owner, one.known_from, (one,)) for one in rows if _guess(one))]

    def aside(self, utterance: Utterance, answer: Answer) -> Aside | None:
        """Return what is to be asked after an answer; ``None``: nothing, or it is no good moment."""
        person, now = certain(utterance.cause), utterance.said_at
        if person is None:
            return None
        last, self._last[person] = self._last.get(person), now
        if last is None or now - last >= SILENCE:
            self._began[person] = now
        # Who tells, forgets or goes off the record has something else in mind.
        busy = any(match.intent.startswith("memory.") for match in answer.commands)
        plain = answer.status in (Status.DONE, Status.ANSWERED) and not busy
        good = plain and now.astimezone(self._zone).hour in DAY
        asked_at = self._asked_at.get(person)
        if not good or (asked_at is not None and now - asked_at < EVERY) or utterance.cause.tainted:
            return None
        doubt = next((one for one in self._doubts if one.person == person and one.raised < self._began[person]), None)
        if doubt is None:
            return None
        self._doubts.remove(doubt)
        self._asked_at[person] = now
        self.asked += [one.id for one in doubt.facts]
        self._known_asked.update(one.id for one in doubt.facts)
        return self._question(doubt, now)

    def _question(self, doubt: Doubt, now: datetime) -> Aside:
        if len(doubt.facts) == 1:
            one = doubt.facts[0]
            at = when(one.known_from.astimezone(self._zone), now.astimezone(self._zone))
            yours = _yours(one.text)
            if yours is not None:
                text = say(
                    "By the way, if I understood you right {when}, {what}. Shall I remember that?", when=at, what=yours
                )
            else:
                text = say("By the way, you mentioned {when}: “{text}”. Shall I remember that?", when=at, text=one.text)
            return Aside(Match("memory.settled", {"right": one.id}), Ask(text, slot="sure", wants=Wants.YES))
        mine, other = doubt.facts
        text = say(
            "By the way: you told me that {mine}, and {who} told me that {other}. Which is right?",
            mine=mine.text,
            who=self._opening.name(other.owner) or other.owner,
            other=other.text,
        )
        ask = Ask(text, (mine.thing, other.thing), slot="right", values=(mine.id, other.id))
        return Aside(Match("memory.settled", {"sure": True, "both": [mine.id, other.id]}), ask)

    async def flush(self) -> None:
        """Write down what was asked about.

        Raises:
            StoreError: it cannot be written.
        """
        asked, self.asked = self.asked, []
        if asked:

            def write(connection: sqlite3.Connection) -> None:
                doubted = "UPDATE {place}.memory_fact SET confidence = ? WHERE id = ? AND assurance <> 'confirmed'"
                change_each(connection, doubted, [(DOUBTED, number) for number in asked])

            await self._store.run_bare(write)


def _disputes(rows: Sequence[_Row]) -> Sequence[Doubt]:
    """Return what people of the house told differently; whoever told it first is asked."""
    about: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        if row.shelf == "" and not _guess(row):
            about.setdefault((row.subject, row.relation), []).append(row)
    found: list[Doubt] = []
    for told in about.values():
        first, *rest = told
        # Of themselves a person's own word is right: nobody is asked.
        other = next((one for one in rest if one.owner != first.owner and _folded(one) != _folded(first)), None)
        if other is not None and first.subject not in (first.owner.casefold(), other.owner.casefold()):
            found.append(Doubt(first.owner, other.known_from, (first, other)))
    return found


def _yours(text: str) -> str | None:
    """Return ``your sister is called Clara`` of what was put together; ``None``: these are somebody's own words."""
    found = _PUT_TOGETHER.match(text)
    return None if found is None else f"{_YOUR[found[1].casefold()]}{text[found.end(1) :]}"


def _guess(row: _Row) -> bool:
    return row.assurance == "inferred"


def _folded(row: _Row) -> str:
    return " ".join(row.thing.casefold().split())


def _row(found: Sequence[object]) -> _Row:
    number, shelf, subject, relation, thing, text, owner, _, assurance, known_from = found
    return _Row(
        int(str(number)),
        str(shelf),
        str(subject),
        str(relation),
        str(thing),
        str(text),
        PersonId(str(owner)),
        str(assurance),
        datetime.fromisoformat(str(known_from)),
    )
