"""How somebody uses the house: counts of what they did, and what is likely of them by these. Pure but for its rows.

The counts stand in the memory as one fact of its person, on their own shelf: whoever has everything about them
forgotten has this forgotten too. A share is the mean of a Beta or Dirichlet distribution with one count put before for
each outcome; it is what is expected of the next time, and counts of long ago fade.
"""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from daemon.conversation import Answer, Status
from daemon.store.places import change, insert_each, is_locked, next_number, note_number
from skills.model import PersonId, Utterance

RELATION = "picture"
MOST = 200.0
"""Of more counts of a topic all are halved: what was so two years ago counts little."""
YES, NO = "yes", "no"
BRIEF, VERSED, CORRECTS = "brief", "versed", "corrects"
SURE, ENOUGH = 0.8, 6
"""How likely something must be, by how many counts, before anything is done by it."""
VERSED_SURE, VERSED_ENOUGH = 0.9, 30

_SHORTER = re.compile(
    r"\b(?:too long|shorter|in short|make it short|that's enough|just (?:tell me|say) |kürzer|zu lang|mach's kurz"
    r"|das reicht|kurz gesagt)\b",
    re.IGNORECASE,
)
_LONGER = re.compile(
    r"\b(?:tell me more|go on|more (?:details?|about that)|in detail|what else|erzähl mehr|weiter|genauer"
    r"|ausführlicher|was noch)\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^(?:no|nope|wrong|i meant|i said|not that|nein|falsch|ich meinte|ich sagte|nicht das)\b", re.IGNORECASE
)
_PARTS = ("night", "morning", "afternoon", "evening")
_DOMAINS = {"HassGetWeather": "weather", "HassGetCurrentTime": "time"}


@dataclass(slots=True)
class Picture:
    """The counts of one person, by topic and outcome."""

    counts: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])

    def add(self, topic: str, outcome: str) -> None:
        """Count an outcome."""
        found = self.counts.setdefault(topic, {})
        found[outcome] = found.get(outcome, 0.0) + 1.0
        if sum(found.values()) > MOST:
            self.counts[topic] = {key: number / 2 for key, number in found.items()}

    def number(self, topic: str) -> float:
        """Return by how much it is known."""
        return sum(self.counts.get(topic, {}).values())

    def share(self, topic: str, outcome: str = YES, outcomes: int = 2) -> float:
        """Return how likely an outcome is next time, of so many that there are; between 0 and 1."""
        found = self.counts.get(topic, {})
        return (found.get(outcome, 0.0) + 1.0) / (sum(found.values()) + max(outcomes, len(found)))

    def is_sure(self, topic: str, *, sure: float = SURE, enough: float = ENOUGH) -> bool:
        """Return whether something is likely enough, by enough counts, to act by it."""
        return self.number(topic) >= enough and self.share(topic) >= sure

    def likeliest(self, topic: str) -> tuple[str, float] | None:
        """Return the outcome that was most often so, and its share; ``None`` if there is none."""
        found = self.counts.get(topic)
        if not found:
            return None
        outcome = max(found, key=lambda key: found[key])
        return outcome, self.share(topic, outcome)


def observe(picture: Picture, utterance: Utterance, answer: Answer, local: datetime) -> None:
    """Count what an utterance and its answer show of who said it; ``local`` is when, in the zone of the house."""
    text = utterance.text
    if _SHORTER.search(text):
        picture.add(BRIEF, YES)
    elif _LONGER.search(text):
        picture.add(BRIEF, NO)
    if answer.status in (Status.DONE, Status.ANSWERED, Status.NOT_UNDERSTOOD):
        picture.add(VERSED, NO if answer.status is Status.NOT_UNDERSTOOD else YES)
        picture.add(CORRECTS, YES if _CORRECTION.match(text) else NO)
    if answer.status is Status.ANSWERED and answer.commands:
        intent = answer.commands[0].intent
        skill = _DOMAINS.get(intent, intent.partition(".")[0])
        if not skill.startswith("Hass"):
            picture.add(f"asks/{_PARTS[local.hour // 6]}", skill)


def read(connection: sqlite3.Connection) -> Mapping[PersonId, Picture]:
    """Return the picture of everybody."""
    rows = connection.execute("SELECT owner, object FROM memory_fact WHERE relation = ?", (RELATION,)).fetchall()
    return {PersonId(str(owner)): parsed(str(text)) for owner, text in rows if owner is not None}


def write(connection: sqlite3.Connection, person: PersonId, picture: Picture, at: datetime) -> None:
    """Keep the picture of a person in the place of the one before; an empty one is deleted."""
    shelf = person.casefold()
    if is_locked(connection, shelf):
        # What is seen of them while their memory is locked is not kept.
        return
    change(connection, "DELETE FROM {place}.memory_fact WHERE relation = ? AND owner = ?", (RELATION, person))
    if picture.counts:
        number = next_number(connection, "memory_fact")
        counts = json.dumps(picture.counts)
        insert_each(
            connection,
            "INSERT INTO {place}.memory_fact (id, shelf, kind, subject, relation, object, text, owner, confidence,"
            " assurance, known_from) VALUES (?, ?, 'profile', ?, ?, ?, ?, ?, 1.0, 'inferred', ?)",
            [(shelf, (number, shelf, shelf, RELATION, counts, RELATION, person, at.isoformat()))],
        )
        note_number(connection, "memory_fact", number)


def parsed(text: str) -> Picture:
    """Return the picture that a row holds."""
    return Picture(cast("dict[str, dict[str, float]]", json.loads(text)))


def topics(picture: Picture) -> Sequence[str]:
    """Return what there are counts of, in order."""
    return sorted(picture.counts)
