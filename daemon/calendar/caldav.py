"""A calendar on a CalDAV server (RFC 4791), read by what changed (RFC 6578) and written object by object.

Only the few requests that this takes, over httpx: see ADR 16 for why not a library.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from daemon.calendar.http import Http, Reply
from daemon.calendar.model import (
    BIGGEST_ITEM,
    MOST_ITEMS,
    AwayError,
    ConflictError,
    Item,
    Pulled,
    RefusedError,
    RubbishError,
)

if TYPE_CHECKING:
    from httpx import AsyncClient

AT_ONCE = 50
"""Objects that are fetched with one request."""
MOST_PAGES = 20
"""Answers that a server may cut its list of changes into."""

_REFUSALS = frozenset({400, 403, 405, 409, 413, 415, 422})
"""Answers that will be the same the next time."""

_PLAIN = "@:+!$&'()*,;=~"
"""What stands in a path as it is (RFC 3986, pchar): an object has one name here, however its server writes it."""

_D, _C, _CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
_SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"'
_PROPERTIES = f"<D:propfind {_SPACES}><D:prop><D:resourcetype/><D:sync-token/><CS:getctag/></D:prop></D:propfind>"
_LIST = (
    f"<C:calendar-query {_SPACES}><D:prop><D:getetag/></D:prop><C:filter>"
    '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>'
)


class CalDav:
    """One calendar of a server: fulfils `daemon.calendar.model.Source`."""

    def __init__(self, http: Http, *, read_only: bool = False) -> None:
        """`http` has the address of the calendar itself, not of the account."""
        self._http = http
        self.read_only = read_only
        self._path = urlsplit(http.url).path.rstrip("/") + "/"

    async def pull(self, token: str | None, known: Mapping[str, str]) -> Pulled:
        """Return what differs from what is known, by the server's own token where it still honours that.

        Raises:
            AwayError: it does not answer.
            RubbishError: there is no calendar at this address.
        """
        async with self._http.open() as client:
            now = await self._look(client)
            if token is not None and token == now:
                return Pulled(token=now)
            etags, gone, token = await self._differing(client, token, now, known)
            wanted = [href for href, etag in etags.items() if not etag or known.get(href) != etag]
            skipped = max(0, len(wanted) - MOST_ITEMS)
            changed: dict[str, Item] = {}
            for start in range(0, min(len(wanted), MOST_ITEMS), AT_ONCE):
                changed.update(await self._fetch(client, wanted[start : start + AT_ONCE]))
            fit = {href: item for href, item in changed.items() if len(item.ics) <= BIGGEST_ITEM}
            return Pulled(fit, frozenset(gone), token, skipped + len(changed) - len(fit))

    async def put(self, href: str, ics: str, *, etag: str | None) -> str:
        """Write an object, see `Source.put`.

        Raises:
            ConflictError: it is another one by now.
            RefusedError: it will not have it.
            AwayError: it does not answer.
        """
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        if etag is None:
            headers["If-None-Match"] = "*"
        elif etag:
            headers["If-Match"] = etag
        async with self._http.open() as client:
            reply = await self._http.send(client, "PUT", self._path + href, headers=headers, body=ics)
        if reply.status == 412:
            raise ConflictError("it was changed elsewhere in the meantime")
        self._expect(reply, 200, 201, 204)
        return reply.headers.get("etag", "")

    async def delete(self, href: str, *, etag: str) -> None:
        """Delete an object, see `Source.delete`.

        Raises:
            ConflictError: it is another one by now.
            RefusedError: it will not have it.
            AwayError: it does not answer.
        """
        headers = {"If-Match": etag} if etag else {}
        async with self._http.open() as client:
            reply = await self._http.send(client, "DELETE", self._path + href, headers=headers)
        if reply.status == 412:
            raise ConflictError("it was changed elsewhere in the meantime")
        self._expect(reply, 200, 204, 404, 410)

    async def fetch(self, href: str) -> Item | None:
        """Return an object as it is there now; ``None`` if it is gone.

        Raises:
            AwayError: it does not answer.
        """
        async with self._http.open() as client:
            reply = await self._http.send(client, "GET", self._path + href)
        if reply.status in (404, 410):
            return None
        self._expect(reply, 200)
        try:
            return Item(reply.headers.get("etag", ""), str(reply.body, "utf-8"))
        except UnicodeDecodeError as error:
            raise AwayError("it sends what is no text") from error

    def href_of(self, uid: str) -> str:
        """Return where a new object is put: by its UID, as RFC 4791 (5.3.2) advises."""
        return f"{quote(uid, safe=_PLAIN)}.ics"

    async def _look(self, client: "AsyncClient") -> str | None:
        """Return what tells one state of the calendar from another."""
        reply = await self._http.send(client, "PROPFIND", self._path, headers={"Depth": "0"}, body=_PROPERTIES)
        self._expect(reply, 207)
        answer = _root(reply.body)
        if answer.find(f".//{_D}resourcetype/{_C}calendar") is None:
            raise RubbishError("there is no calendar at this address; give the address of the calendar itself")
        ctag, sync = answer.findtext(f".//{_CS}getctag"), answer.findtext(f".//{_D}sync-token")
        return json.dumps({"ctag": ctag, "sync": sync}) if ctag or sync else None

    async def _differing(
        self, client: "AsyncClient", token: str | None, now: str | None, known: Mapping[str, str]
    ) -> tuple[Mapping[str, str], set[str], str | None]:
        """Return the etags of what changed or is there, what is gone, and the token to ask with next."""
        sync = _sync_of(token)
        since = await self._since(client, sync) if sync else None
        if since is not None:
            etags, gone, sync = since
            ctag = cast("dict[str, str | None]", json.loads(now or "{}")).get("ctag")
            # The token is that of the changes we have, the state that of before: what came between is asked for again.
            return etags, gone, json.dumps({"ctag": ctag, "sync": sync})
        reply = await self._http.send(client, "REPORT", self._path, headers={"Depth": "1"}, body=_LIST)
        self._expect(reply, 207)
        there = {href: etag for href, etag, _ in self._rows(reply) if etag is not None}
        return there, set(known) - set(there), now

    async def _since(self, client: "AsyncClient", sync: str) -> tuple[dict[str, str], set[str], str] | None:
        """Return what changed since a token; ``None`` if the server does not honour it any more."""
        etags: dict[str, str] = {}
        gone: set[str] = set()
        for _ in range(MOST_PAGES):
            body = (
                f"<D:sync-collection {_SPACES}><D:sync-token>{escape(sync)}</D:sync-token>"
                "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
            )
            reply = await self._http.send(client, "REPORT", self._path, headers={"Depth": "0"}, body=body)
            if reply.status != 207:
                self._expect(reply, 400, 403, 404, 405, 409, 410, 412, 501)
                return None
            for href, etag, _data in self._rows(reply):
                if etag is None:
                    gone.add(href)
                    etags.pop(href, None)
                else:
                    gone.discard(href)
                    etags[href] = etag
            answer = _root(reply.body)
            sync = answer.findtext(f"{_D}sync-token") or sync
            if not any("507" in (status.text or "") for status in answer.iter(f"{_D}status")):
                break
        return etags, gone, sync

    async def _fetch(self, client: "AsyncClient", hrefs: Sequence[str]) -> Mapping[str, Item]:
        named = "".join(f"<D:href>{escape(self._path + href)}</D:href>" for href in hrefs)
        body = (
            f"<C:calendar-multiget {_SPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{named}"
            "</C:calendar-multiget>"
        )
        reply = await self._http.send(client, "REPORT", self._path, headers={"Depth": "1"}, body=body)
        self._expect(reply, 207)
        return {href: Item(etag or "", data) for href, etag, data in self._rows(reply) if data}

    def _rows(self, reply: Reply) -> Sequence[tuple[str, str | None, str | None]]:
        """Return the href, the etag and the text of each object in an answer; no etag: it is gone."""
        rows: list[tuple[str, str | None, str | None]] = []
        for response in _root(reply.body).iter(f"{_D}response"):
            path = urlsplit(response.findtext(f"{_D}href") or "").path
            if not unquote(path).startswith(unquote(self._path)):
                continue
            href = quote(unquote(path)[len(unquote(self._path)) :], safe=_PLAIN)
            if not href or "/" in href:
                continue
            etag = response.findtext(f".//{_D}getetag")
            is_gone = "404" in (response.findtext(f"{_D}status") or "")
            if etag is not None or is_gone:
                rows.append((href, None if is_gone else etag, response.findtext(f".//{_C}calendar-data")))
        return rows

    def _expect(self, reply: Reply, *statuses: int) -> None:
        if reply.status in statuses:
            return
        if reply.status in _REFUSALS:
            raise RefusedError(self._http.refusal(reply))
        raise AwayError(self._http.refusal(reply))


def _sync_of(token: str | None) -> str | None:
    try:
        return cast("dict[str, str | None]", json.loads(token or "{}")).get("sync")
    except (ValueError, AttributeError):
        return None


def _root(body: bytes) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise RubbishError(f"the server's answer is no XML: {error}") from error
