"""What was done and why: the journal for programs."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict

from daemon.control import Operation, Request, Stream
from daemon.journal import Entry, Journal
from daemon.operations.fields import Fields, number, perhaps
from daemon.operations.shapes import cause_json
from skills.model import Origin

MOST_ENTRIES = 100_000
"""Entries of the journal in one answer."""


class RecordOperations:
    """Reads the journal."""

    def __init__(self, journal: Journal, fields: Fields) -> None:
        """Take it."""
        self._journal, self._fields = journal, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; nothing is wished for here."""
        del origin
        return {"journal": self._entries, "journal.verify": self._verify, "why": self._why}

    def streams(self) -> Mapping[str, Stream]:
        """Return the journal, as it is written."""
        return {"journal.follow": self._follow}

    async def _entries(self, request: Request) -> object:
        entries = await self._journal.entries(limit=number(request, "limit", 50, most=MOST_ENTRIES))
        return [self._entry(entry) for entry in entries]

    async def _follow(self, request: Request) -> AsyncGenerator[object]:
        del request
        async for entry in self._journal.follow():
            yield self._entry(entry)

    async def _verify(self, request: Request) -> object:
        del request
        return asdict(await self._journal.verify())

    async def _why(self, request: Request) -> object:
        words = perhaps(request, "entity")
        if words is None:
            return [self._fields.zoned(asdict(one)) for one in await self._journal.recent(limit=1)]
        return [self._entry(entry) for entry in await self._journal.why(self._fields.entity(words).id)]

    def _entry(self, entry: Entry) -> Mapping[str, object]:
        return {
            "id": entry.id,
            "at": self._fields.iso(entry.at),
            "kind": entry.kind,
            "what": entry.words,
            "effect": entry.effect,
            "targets": entry.targets,
            "verdict": entry.verdict,
            "ref": entry.ref,
            "cause": cause_json(entry.cause),
            "body": entry.body,
            "hash": entry.hash,
        }
