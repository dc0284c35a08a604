"""What was done and why: the journal for programs."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict, replace
from functools import partial

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
        """Return them by name; nothing is wished for here.

        Who asks over the dashboard reads what was done, and of what people said only their own words: the token is
        the house's, and not each of its people's. At the terminal everything is read.
        """
        private = origin is Origin.DASHBOARD
        return {
            "journal": partial(self._entries, private),
            "journal.verify": self._verify,
            "why": partial(self._why, private),
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return the journal, as it is written."""
        return {"journal.follow": self._follow}

    async def _entries(self, private: bool, request: Request) -> object:
        entries = await self._journal.entries(limit=number(request, "limit", 50, most=MOST_ENTRIES))
        return [self._shown(entry, private, request) for entry in entries]

    async def _follow(self, request: Request) -> AsyncGenerator[object]:
        del request
        async for entry in self._journal.follow():
            yield self._entry(entry)

    async def _verify(self, request: Request) -> object:
        del request
        return asdict(await self._journal.verify())

    async def _why(self, private: bool, request: Request) -> object:
        words = perhaps(request, "entity")
        if words is not None:
            entries = await self._journal.why(self._fields.entity(words).id)
            return [self._shown(entry, private, request) for entry in entries]
        recent = await self._journal.recent(limit=1)
        if private:
            recent = [replace(one, said=None) if _is_of_another(one.person, request) else one for one in recent]
        return [self._fields.zoned(asdict(one)) for one in recent]

    def _shown(self, entry: Entry, private: bool, request: Request) -> Mapping[str, object]:
        """Return an entry; where the record is ``private``, without the words of anybody but who asks."""
        told = self._entry(entry)
        if not private or not _is_of_another(entry.cause.person, request):
            return told
        return {**told, "cause": {**cause_json(entry.cause), "said": None}, "private": True}

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


def _is_of_another(speaker: str | None, request: Request) -> bool:
    """Say whether somebody is known to have spoken, and it is not who asks."""
    return speaker is not None and speaker != perhaps(request, "person")
