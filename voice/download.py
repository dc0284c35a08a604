"""Fetch one file over HTTP so that the network may do its worst: resumed, bounded, checked, never half there.

Blocking; meant for a command line or a thread.
"""

import hashlib
import http.client
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, cast

from voice.model import ModelError

Progress = Callable[[str, int, int | None], None]
"""Called with the file's name, the bytes that are there, and the bytes there will be (None: unknown)."""

TIMEOUT_S = 30.0
"""For connecting and for each read: a stalled server is given up, the part stays for the next try."""
TRIES = 20
"""Connections for one file; one that brings nothing ends it at once."""
BYTES_MAX = 4 * 1024**3
_BLOCK = 256 * 1024


class _Response(Protocol):
    status: int
    headers: http.client.HTTPMessage

    def read(self, size: int, /) -> bytes: ...


class NeverLessSafe(urllib.request.HTTPRedirectHandler):
    """Follows redirects (Hugging Face sends files from another host), but never from HTTPS to plain HTTP."""

    def redirect_request(
        self, req: urllib.request.Request, fp: object, code: int, msg: str, headers: object, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request to the new place. Raises ModelError when it is less safe than the old one."""
        if req.type == "https" and urllib.parse.urlsplit(newurl).scheme != "https":
            raise ModelError(f"{req.full_url} redirects to {newurl}, which is not safe")
        # typeshed wants IO and HTTPMessage here; the base class only passes them on.
        return cast("_Redirect", super().redirect_request)(req, fp, code, msg, headers, newurl)


_Redirect = Callable[[urllib.request.Request, object, int, str, object, str], urllib.request.Request | None]


def fetch(
    url: str, part: Path, *, size: int | None, progress: Progress | None = None, name: str = "", limit: int = BYTES_MAX
) -> None:
    """Bring `url` into the file `part`, continuing what is there, as long as every new connection brings something.

    Raises:
        ModelError: ``model-offline`` when the host cannot be reached or keeps breaking off (what came stays in `part`),
            ``model-broken`` when it answers with an error or with more than `size`, or `limit`, bytes.
    """
    for _ in range(TRIES):
        before = part.stat().st_size if part.exists() else 0
        if size is not None and before > size:
            part.unlink()
            before = 0
        if size is not None and before == size:
            return
        reason: Exception | None = None
        try:
            if _fetch_once(
                url, part, before, _Wanted(size, limit, lambda done, total: _tell(progress, name, done, total))
            ):
                return
        except (OSError, http.client.HTTPException) as error:  # urllib's own errors are OSErrors
            reason = error
        if not part.exists() or part.stat().st_size <= before:
            raise ModelError(_offline(url, reason), code="model-offline") from reason
    raise ModelError(_offline(url, None), code="model-offline")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is known of a file before it comes, and who is told how it goes on."""

    size: int | None
    limit: int
    report: Callable[[int, int | None], None]


def _tell(progress: Progress | None, name: str, done: int, total: int | None) -> None:
    if progress is not None:
        progress(name, done, total)


def _fetch_once(url: str, part: Path, before: int, wanted: _Wanted) -> bool:
    """Fetch what is missing; return whether all is there, which without a known size is what the server says."""
    request = urllib.request.Request(url, headers={"User-Agent": "hearth", "Accept-Encoding": "identity"})  # noqa: S310
    if before:
        request.add_header("Range", f"bytes={before}-")
    opener = urllib.request.build_opener(NeverLessSafe)
    try:
        response = opener.open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and before:
            part.unlink(missing_ok=True)
            return _fetch_once(url, part, 0, wanted)
        raise ModelError(f"{url} cannot be downloaded: the server answers {error.code} {error.reason}") from error
    with response:
        answer = cast("_Response", response)
        begin = before if answer.status == 206 and _starts_at(answer.headers) == before else 0
        length = answer.headers.get("Content-Length", "")
        total = wanted.size if wanted.size is not None else begin + int(length) if length.isdigit() else None
        if length.isdigit() and begin + int(length) > min(wanted.size or wanted.limit, wanted.limit):
            raise ModelError(f"{url} is {begin + int(length)} bytes long: it is not the file it should be")
        _store(answer, part, begin, replace(wanted, size=total))
    return total is None or part.stat().st_size == total


def _starts_at(headers: http.client.HTTPMessage) -> int:
    """Return where a partial answer begins, -1 when it does not say."""
    text = headers.get("Content-Range", "").removeprefix("bytes ").split("-")[0]
    return int(text) if text.isdigit() else -1


def _store(answer: _Response, part: Path, begin: int, wanted: _Wanted) -> None:
    """Write what comes to `part` from `begin` on. Raises ModelError when it is too long or the disk is full."""
    limit = min(wanted.size or wanted.limit, wanted.limit)
    with part.open("r+b" if begin else "wb") as file:
        file.seek(begin)
        file.truncate()
        done = begin
        wanted.report(done, wanted.size)
        while block := answer.read(_BLOCK):
            done += len(block)
            if done > limit:
                raise ModelError(f"{part.name!r} is longer than its {limit} bytes: it is not the file it should be")
            try:
                file.write(block)
            except OSError as error:
                raise ModelError(f"{str(part)!r} cannot be written: {error.strerror or error}") from error
            wanted.report(done, wanted.size)
        file.flush()
        os.fsync(file.fileno())


def _offline(url: str, error: Exception | None) -> str:
    reason = f" ({getattr(error, 'reason', error)})" if error is not None else ""
    return f"no connection to {urllib.parse.urlsplit(url).hostname or url}{reason}"


GIT_BLOB = "git blob"


def digest(file: Path, kind: str) -> str:
    """Return the hexadecimal `kind` (``sha256``, ``md5``, ``git blob``) of `file`."""
    with file.open("rb") as source:
        if kind == GIT_BLOB:
            named = hashlib.sha1(b"blob %d\0" % file.stat().st_size, usedforsecurity=False)
            return hashlib.file_digest(source, lambda: named).hexdigest()
        return hashlib.file_digest(source, lambda: hashlib.new(kind, usedforsecurity=kind != "md5")).hexdigest()
