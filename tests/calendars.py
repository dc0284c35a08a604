"""A calendar's source in memory, which can be away, and be changed by others."""

from collections.abc import Mapping
from hashlib import sha256

from daemon.calendar.model import AwayError, ConflictError, Item, Pulled


class MemorySource:
    """Fulfils `daemon.calendar.model.Source`."""

    def __init__(self, *, read_only: bool = False) -> None:
        self.read_only = read_only
        self.items: dict[str, Item] = {}
        self.away = False
        self.deaf = False
        """Does what it is told, and does not answer."""

    async def pull(self, token: str | None, known: Mapping[str, str]) -> Pulled:
        self._answer()
        changed = {href: item for href, item in self.items.items() if known.get(href) != item.etag}
        return Pulled(changed, frozenset(known) - frozenset(self.items), token)

    async def put(self, href: str, ics: str, *, etag: str | None) -> str:
        self._answer()
        there = self.items.get(href)
        if etag != "" and (there.etag if there is not None else None) != etag:
            raise ConflictError("it was changed elsewhere in the meantime")
        self.set(href, ics)
        if self.deaf:
            raise AwayError("it does not answer")
        return self.items[href].etag

    async def delete(self, href: str, *, etag: str) -> None:
        self._answer()
        there = self.items.get(href)
        if there is not None and etag not in ("", there.etag):
            raise ConflictError("it was changed elsewhere in the meantime")
        self.items.pop(href, None)

    async def fetch(self, href: str) -> Item | None:
        self._answer()
        return self.items.get(href)

    def href_of(self, uid: str) -> str:
        return uid

    def set(self, href: str, ics: str) -> None:
        """Put something there, as another device would."""
        self.items[href] = Item(sha256(ics.encode()).hexdigest()[:8], ics)

    def _answer(self) -> None:
        if self.away:
            raise AwayError("it does not answer")


def vevent(lines: str, *, uid: str = "one", extra: str = "") -> str:
    """Return a calendar with one event of these lines, and what else stands in it."""
    event = f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{_crlf(lines)}END:VEVENT\r\n"
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{event}{_crlf(extra)}END:VCALENDAR\r\n"


def _crlf(lines: str) -> str:
    return "".join(f"{line.strip()}\r\n" for line in lines.strip().splitlines())
