"""Writes a time as short text, for tables of tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from skills.grammar.when import (
    Date,
    Duration,
    Instant,
    Moment,
    Nothing,
    Question,
    Range,
    Recurrence,
    Sun,
)

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 9, 15, 10, 20, tzinfo=BERLIN)
"""What the tables are read against: a Tuesday morning."""


def shown(moment: Moment) -> str:
    """Return ``-`` for nothing, ``?`` for a question, the wall time of anything else; 2026 is left out."""
    match moment:
        case Instant(at):
            return _at(at)
        case Date(day):
            return day.isoformat().removeprefix("2026-")
        case Duration(length):
            return f"{length.total_seconds():.0f}s"
        case Range(start, end):
            return f"{_at(start)} to {_at(end)}"
        case Recurrence():
            return " ".join([moment.rule.replace("FREQ=", ""), *(at.strftime("%H:%M") for at in moment.times)])
        case Sun():
            day = moment.rule.replace("FREQ=", "") if moment.rule else moment.day.isoformat()[5:] if moment.day else ""
            return f"{moment.event} {moment.offset.total_seconds() / 60:+g} {day}"
        case Nothing():
            return "-"
        case Question():
            return "?"


def _at(at: datetime) -> str:
    pattern = "%Y-%m-%d %H:%M:%S" if at.second else "%Y-%m-%d %H:%M"
    return at.strftime(pattern).removeprefix("2026-")


def rows(table: str) -> list[tuple[str, str]]:
    """Return the lines of a table as text and what it means."""
    lines = [line.rpartition(" = ") for line in table.split("\n") if line]
    return [(text.strip(), meant.strip()) for text, _, meant in lines]
