"""What was done and why: the journal for programs."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import asdict
from functools import partial

from daemon.control import Operation, Request, Stream
from daemon.journal import Entry, Journal
from daemon.operations.fields import Fields, number, perhaps
from daemon.operations.shapes import cause_json
from skills.model import Origin

Show = Callable[[Entry, str | None], Mapping[str, object]]
"""Returns an entry as a person may read it."""
MOST_ENTRIES = 100_000
"""Entries of the journal in one answer."""


class RecordOperations:
    """Reads the journal."""

    def __init__(self, journal: Journal, fields: Fields) -> None:
        """Take it."""
        self._journal, self._fields = journal, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; nothing is wished for here.

        Who asks over the dashboard reads what was done, and of what people said only their own words: the token is
        the house's, and not each of its people's. At the terminal everything is read.
        """
        show = self._entry if origin is not Origin.DASHBOARD else self._shown
        return {
            "journal": partial(self._entries, show),
            "journal.verify": self._verify,
            "why": partial(self._why, show),
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return the journal, as it is written."""
        return {"journal.follow": self._follow}

    async def _entries(self, show: Show, request: Request) -> object:
        entries = await self._journal.entries(limit=number(request, "limit", 50, most=MOST_ENTRIES))
        return [show(entry, perhaps(request, "person")) for entry in entries]

    async def _follow(self, request: Request) -> AsyncGenerator[object]:
        del request
        async for entry in self._journal.follow():
            yield self._entry(entry)

    async def _verify(self, request: Request) -> object:
        del request
        return asdict(await self._journal.verify())

    async def _why(self, show: Show, request: Request) -> object:
        words, person = perhaps(request, "entity"), perhaps(request, "person")
        if words is None:
            return [self._fields.zoned(asdict(one)) for one in await self._journal.recent(limit=1)]
        return [show(entry, person) for entry in await self._journal.why(self._fields.entity(words).id)]

    def _shown(self, entry: Entry, person: str | None) -> Mapping[str, object]:
        """Return an entry without the words of anybody but ``person``; what was done, and by whom, stays."""
        told, speaker = self._entry(entry, person), entry.cause.person
        if speaker is None or speaker == person:
            return told
        return {**told, "cause": {**cause_json(entry.cause), "said": None}, "private": True}

    def _entry(self, entry: Entry, person: str | None = None) -> Mapping[str, object]:
        del person
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
