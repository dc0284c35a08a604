"""What a calendar is made of, and what its source must offer.

::

    CalendarError     a calendar cannot be read or written; the message says why
    ├── AwayError     its source does not answer now: it is tried again
    ├── RefusedError  its source will never have what was to be written
    ├── ConflictError it is not there any more as we knew it: somebody else changed it
    └── RubbishError  what it holds is no calendar, or too much of one
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from daemon.errors import DaemonError

MOST_ITEMS = 5_000
"""Objects of one calendar; a family's has some hundred."""
BIGGEST_ITEM = 256 * 1024
"""Bytes of one object, its overrides included."""
BIGGEST_CALENDAR = 16 * 1024 * 1024
"""Bytes of one file, or of one answer of a server."""
LONGEST_TITLE, LONGEST_PLACE = 120, 200

_SILENT = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


class CalendarError(DaemonError):
    """A calendar cannot be read or written."""

    code = "calendar-error"


class AwayError(CalendarError):
    """The source does not answer now, or not as it should."""

    code = "calendar-away"


class RefusedError(CalendarError):
    """The source will not have what was to be written; to try again would not change that."""

    code = "calendar-refused"


class ConflictError(CalendarError):
    """What was to be changed is not there any more as it was known."""

    code = "calendar-conflict"


class RubbishError(CalendarError):
    """What there is cannot be read as a calendar."""

    code = "calendar-rubbish"


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a calendar: an event, or a series with what differs in it, as a VCALENDAR of its own."""

    etag: str
    ics: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """What is new at a source."""

    changed: Mapping[str, Item] = field(default_factory=dict[str, Item])
    """By href."""
    gone: frozenset[str] = frozenset()
    token: str | None = None
    """What to ask with the next time."""
    skipped: int = 0
    """Objects that were left out, being too large or too many."""


class Source(Protocol):
    """Where a calendar really is. Every method has a deadline of its own and may be called again after any error."""

    read_only: bool

    async def pull(self, token: str | None, known: Mapping[str, str]) -> Pulled:
        """Return what differs from what is ``known`` (hrefs and their etags), since a token if there is one.

        Raises:
            AwayError: it does not answer.
            RubbishError: it is no calendar.
        """
        ...

    async def put(self, href: str, ics: str, *, etag: str | None) -> str:
        """Write an object if it is still as ``etag`` says, or is not there for ``None``; return its new etag, if known.

        An empty ``etag`` is one that we were never told: then whatever is there is written over.

        Raises:
            ConflictError: it is another one by now.
            RefusedError: it will not have it.
            AwayError: it does not answer; it may have been written all the same.
        """
        ...

    async def delete(self, href: str, *, etag: str) -> None:
        """Delete an object if it is still as ``etag`` says; one that is gone already is all right.

        Raises:
            ConflictError: it is another one by now.
            RefusedError: it will not have it.
            AwayError: it does not answer; it may have been deleted all the same.
        """
        ...

    async def fetch(self, href: str) -> Item | None:
        """Return an object as it is there now; ``None`` if it is gone.

        Raises:
            AwayError: it does not answer.
        """
        ...

    def href_of(self, uid: str) -> str:
        """Return where a new object would be put."""
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which an item takes place, as read from its text."""

    uid: str
    recurrence: str | None
    """Which one of a series it is: when it was to begin by the series' own rule."""
    title: str
    place: str
    begins: datetime
    """Aware, UTC."""
    ends: datetime
    all_day: bool
    busy: bool
    guests: bool


def cleaned(text: object, longest: int) -> str:
    """Return words from outside as one short line without signs that nobody sees or that turn others around."""
    seen = unicodedata.normalize("NFC", str(text)[: longest * 8])
    kept = "".join(" " if letter in "\r\n\t" else letter for letter in seen)
    kept = "".join(letter for letter in kept if unicodedata.category(letter) not in _SILENT)
    line = re.sub(r"\s+", " ", kept).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
