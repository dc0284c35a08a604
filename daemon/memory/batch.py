"""JSON lines in and out: importing what was said elsewhere, and answering many questions, without a daemon."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TextIO, cast

from daemon.memory.keeping import BATCH, Memory
from daemon.memory.model import Assurance, Hit, Note, RememberingError
from skills.model import PersonId

EARLIEST, LATEST = 1900, 9000
"""Years: what is said to have been said before or after is a slip, and calendars end there."""
_TEXTS = ("speaker", "conversation", "area", "ref")


async def import_lines(memory: Memory, lines: Iterable[str], *, person: str | None = None) -> tuple[int, int]:
    """Keep one note a line; return how many were kept, and how many were there already.

    Raises:
        RememberingError: a line is no note; the message has its number. What stood before its thousand is kept.
    """
    kept = there = 0
    part = list[Note]()
    for note in _notes(lines, person):
        part.append(note)
        if len(part) == BATCH:
            kept, there, part = *_counted(await memory.import_batch(part), kept, there), []
    kept, there = _counted(await memory.import_batch(part), kept, there)
    await memory.settle()
    return kept, there


async def search_lines(memory: Memory, lines: Iterable[str], out: TextIO, *, person: str | None, k: int) -> None:
    """Answer one question a line."""
    for line in lines:
        if not line.strip():
            continue
        out.write(json.dumps(await _answered(memory, line, person, k), ensure_ascii=False) + "\n")
        out.flush()


def as_json(hit: Hit) -> Mapping[str, object]:
    """Return a hit as it is printed."""
    return {
        "ref": hit.ref or f"memory/{hit.id}",
        "text": hit.text,
        "score": round(hit.score, 4),
        "at": hit.at.isoformat(),
        "id": hit.id,
        "speaker": hit.speaker,
        "person": hit.person,
    }


async def _answered(memory: Memory, line: str, person: str | None, k: int) -> Mapping[str, object]:
    fields = _object(line)
    query, started = fields.get("query"), time.perf_counter()
    if not isinstance(query, str):
        return {"id": fields.get("id"), "hits": [], "ms": 0.0, "error": "there is no 'query'"}
    wanted, who = fields.get("k"), fields.get("person") or person
    hits = await memory.search(
        query,
        person=None if who is None else PersonId(str(who)),
        k=wanted if isinstance(wanted, int) else k,
        at=_time(fields.get("at")),
    )
    spent_ms = (time.perf_counter() - started) * 1000
    return {"id": fields.get("id"), "hits": [as_json(hit) for hit in hits], "ms": round(spent_ms, 3)}


def _counted(ids: Iterable[object], kept: int, there: int) -> tuple[int, int]:
    done = list(ids)
    new = sum(number is not None for number in done)
    return kept + new, there + len(done) - new


def _notes(lines: Iterable[str], person: str | None) -> Iterator[Note]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _note(_object(line), number, person)


def _note(fields: Mapping[str, object], number: int, person: str | None) -> Note:
    text, at = fields.get("text"), _time(fields.get("at"))
    if not isinstance(text, str) or not text.strip():
        raise RememberingError(f"line {number}: there is no 'text'", code="memory-line")
    if at is None:
        why = f"line {number}: 'at' is no time such as 2026-03-01T12:00:00+01:00"
        raise RememberingError(why, code="memory-line")
    speaker, conversation, area, ref = (str(fields[key]) if fields.get(key) else None for key in _TEXTS)
    who = fields.get("person") or person
    return Note(
        text,
        at,
        speaker,
        None if who is None else PersonId(str(who)),
        # What names a person is theirs, unless it says that all may know.
        "household" if who is None or fields.get("visibility") == "household" else "me",
        conversation,
        area,
        ref,
        assurance=Assurance.SAID,
        tainted=fields.get("tainted") is True,
    )


def _object(line: str) -> Mapping[str, object]:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else {}


def _time(given: object) -> datetime | None:
    if not isinstance(given, str):
        return None
    try:
        at = datetime.fromisoformat(given)
        at = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at.year <= LATEST else None
