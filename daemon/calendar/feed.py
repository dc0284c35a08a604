"""Calendars that are one iCalendar text: a file on this machine, or one behind an address, which is only read."""

import asyncio
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from daemon.calendar.http import Http
from daemon.calendar.ics import events_of, parse, split
from daemon.calendar.model import BIGGEST_CALENDAR, AwayError, ConflictError, Item, Pulled, RefusedError, RubbishError

_EMPTY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Hearth//EN\r\nEND:VCALENDAR\r\n"


class File:
    """A calendar in a file: fulfils `daemon.calendar.model.Source`. The href of an object is its UID.

    A file that is not there yet is an empty calendar where it may be written.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self.read_only = read_only

    async def pull(self, token: str | None, known: Mapping[str, str]) -> Pulled:
        """Return what differs from what is known; the token is the file's time and size.

        Raises:
            AwayError: the file cannot be read.
            RubbishError: it is no calendar.
        """
        return await asyncio.to_thread(self._pull, token, known)

    async def fetch(self, href: str) -> Item | None:
        """Return an object as it is in the file now.

        Raises:
            AwayError: the file cannot be read.
        """
        pulled = await self.pull(None, {})
        return pulled.changed.get(href)

    async def put(self, href: str, ics: str, *, etag: str | None) -> str:
        """Write an object into the file, see `Source.put`.

        Raises:
            ConflictError: it is another one by now.
            AwayError: the file cannot be written.
        """
        return await asyncio.to_thread(self._replace, href, ics, etag)

    async def delete(self, href: str, *, etag: str) -> None:
        """Take an object out of the file, see `Source.delete`.

        Raises:
            ConflictError: it is another one by now.
            AwayError: the file cannot be written.
        """
        await asyncio.to_thread(self._replace, href, None, etag)

    def href_of(self, uid: str) -> str:
        """Return the UID."""
        return uid

    def _pull(self, token: str | None, known: Mapping[str, str]) -> Pulled:
        now, text = self._read()
        if token == now:
            return Pulled(token=now)
        return differing(text, known, now)

    def _read(self) -> tuple[str, bytes]:
        """Return what tells one state of the file from another, and the file."""
        try:
            info = self._path.stat()
            if info.st_size > BIGGEST_CALENDAR:
                raise RubbishError(f"it is larger than {BIGGEST_CALENDAR // 1024 // 1024} MB")
            return f"{info.st_mtime_ns}.{info.st_size}", self._path.read_bytes()
        except FileNotFoundError as error:
            if self.read_only or not self._path.parent.is_dir():
                raise AwayError(f"there is no file {str(self._path)!r}") from error
            return "none", _EMPTY.encode()
        except OSError as error:
            raise AwayError(f"{str(self._path)!r} cannot be read: {error.strerror}") from error

    def _replace(self, href: str, ics: str | None, etag: str | None) -> str:
        _, text = self._read()
        try:
            items, _ = split(text)
            whole = parse(text)
        except RubbishError as error:
            # What is no calendar must not be written over by one.
            raise AwayError(str(error)) from error
        there = items.get(href)
        if there is None and ics is None:
            return ""
        if etag != "" and (there.etag if there is not None else None) != etag:
            raise ConflictError("it was changed elsewhere in the meantime")
        ours = [part for part in whole.subcomponents if part.name == "VEVENT" and str(part.get("UID", "")) == href]
        whole.subcomponents = [part for part in whole.subcomponents if part not in ours]
        for event in events_of(parse(ics)) if ics is not None else ():
            whole.add_component(event)
        whole.add_missing_timezones()
        data = str(whole.to_ical(), "utf-8")
        self._write(data)
        written = split(data)[0].get(href)
        return written.etag if written is not None else ""

    def _write(self, data: str) -> None:
        """Put a whole new file in the place of the old one, so that nobody ever sees half of it."""
        temporary: Path | None = None
        try:
            mode = self._path.stat().st_mode & 0o777 if self._path.exists() else 0o600
            with NamedTemporaryFile("w", dir=self._path.parent, suffix=".new", delete=False, newline="") as file:
                temporary = Path(file.name)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(self._path)
        except OSError as error:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    temporary.unlink(missing_ok=True)
            raise AwayError(f"{str(self._path)!r} cannot be written: {error.strerror}") from error


class Feed:
    """A calendar behind an address that only hands it out: fulfils `daemon.calendar.model.Source`."""

    read_only = True

    def __init__(self, http: Http) -> None:
        self._http = http
        parts = urlsplit(http.url)
        self._path = parts.path + (f"?{parts.query}" if parts.query else "")

    async def pull(self, token: str | None, known: Mapping[str, str]) -> Pulled:
        """Return what differs from what is known; the token is the server's etag.

        Raises:
            AwayError: it does not answer.
            RubbishError: what it hands out is no calendar.
        """
        async with self._http.open() as client:
            headers = {"If-None-Match": token} if token else {}
            reply = await self._http.send(client, "GET", self._path, headers=headers)
        if reply.status == 304:
            return Pulled(token=token)
        if reply.status != 200:
            raise AwayError(self._http.refusal(reply))
        return await asyncio.to_thread(differing, reply.body, known, reply.headers.get("etag"))

    async def fetch(self, href: str) -> Item | None:
        """Return an object as it is handed out now.

        Raises:
            AwayError: it does not answer.
        """
        return (await self.pull(None, {})).changed.get(href)

    async def put(self, href: str, ics: str, *, etag: str | None) -> str:
        """Refuse: such a calendar is only read."""
        del href, ics, etag
        raise RefusedError("this calendar can only be read")

    async def delete(self, href: str, *, etag: str) -> None:
        """Refuse: such a calendar is only read."""
        del href, etag
        raise RefusedError("this calendar can only be read")

    def href_of(self, uid: str) -> str:
        """Return the UID."""
        return uid


def differing(text: bytes, known: Mapping[str, str], token: str | None) -> Pulled:
    """Return what in a whole text differs from what is known.

    Raises:
        RubbishError: it is no calendar.
    """
    items, skipped = split(text)
    changed: dict[str, Item] = {uid: item for uid, item in items.items() if known.get(uid) != item.etag}
    return Pulled(changed, frozenset(known) - frozenset(items), token, skipped)
