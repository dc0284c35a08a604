"""The batch command ``hearth when``: times in words in, what they mean out, a JSON object a line, without a daemon."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import TextIO, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from devices.model import NOTHING
from skills.grammar.when import (
    Date,
    Duration,
    Instant,
    Moment,
    Nothing,
    Place,
    Question,
    Range,
    Recurrence,
    Sun,
    Use,
    find,
)
from skills.grammar.when.vocabulary import SPOKEN

FIRINGS = 5
"""So many points in time are given for a recurrence."""

LANGUAGES = SPOKEN
"""The languages that times are understood in."""

EPOCH = datetime.fromtimestamp(0, UTC)
WARMING = ("at sunset", "on the 1st of every month at 7", "monatlich am 1. um 7", "on easter monday", "an Ostern")
"""Texts that need every table and library there is."""

_USES: Mapping[str, Use] = {"reminder": "reminder", "routine": "routine", "timer": "timer"}


def run(language: str, source: TextIO, sink: TextIO) -> None:
    """Answer every line of `source` on `sink`, in order. A line that is no case is answered with a question."""
    for text in WARMING:  # so that no text pays for the words of the language and the libraries
        _shown(find(text, ref=EPOCH, language=language, place=(0.0, 0.0)), EPOCH)
    for line in source:
        if line.strip():
            sink.write(json.dumps(_answer(line, language), ensure_ascii=False) + "\n")
    sink.flush()


def _answer(line: str, language: str) -> dict[str, object]:
    try:
        case: object = json.loads(line)
    except ValueError:
        case = None
    fields = cast("Mapping[str, object]", case) if isinstance(case, Mapping) else NOTHING
    kind, value, spent_ms = "ask", cast("object", "Each line is an object with text, ref and tz."), 0.0
    text, ref = fields.get("text"), _ref(fields)
    if isinstance(text, str) and ref is not None:
        use, place = _USES.get(str(fields.get("use"))), _place(fields)
        started = time.perf_counter()
        moment = find(text, ref=ref, language=language, use=use, place=place)
        kind, value = _shown(moment, ref)
        spent_ms = (time.perf_counter() - started) * 1000
    return {"id": fields.get("id"), "kind": kind, "value": value, "ms": round(spent_ms, 4)}


def _ref(fields: Mapping[str, object]) -> datetime | None:
    """Return the reference in its zone, None where either is missing or wrong."""
    try:
        return datetime.fromisoformat(str(fields.get("ref"))).astimezone(ZoneInfo(str(fields.get("tz"))))
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        return None


def _place(fields: Mapping[str, object]) -> Place | None:
    latitude, longitude = fields.get("lat"), fields.get("lon")
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return float(latitude), float(longitude)
    return None


def _shown(moment: Moment, ref: datetime) -> tuple[str, object]:
    """Return a time as it is printed: its kind and its value."""
    match moment:
        case Instant(at):
            return "instant", at.isoformat()
        case Date(day):
            return "date", day.isoformat()
        case Duration(length):
            seconds = length.total_seconds()
            return "duration", int(seconds) if seconds == int(seconds) else seconds
        case Range(start, end):
            return "range", [start.isoformat(), end.isoformat()]
        case Recurrence():
            return "rrule", {
                "rrule": moment.rule,
                "time": moment.times[0].strftime("%H:%M") if moment.times else None,
                "next5": [at.isoformat() for at in islice(moment.firings(ref), FIRINGS)],
            }
        case Sun():
            return "sun", {
                "event": moment.event,
                "offset_s": int(moment.offset.total_seconds()),
                "date": moment.day.isoformat() if moment.day is not None else None,
                "rrule": moment.rule,
            }
        case Nothing():
            return "none", None
        case Question(text):
            return "ask", text
