"""Keeps compiled sentences in a folder between starts, so that a start need not compile them again.

What comes out of a file is plain values only: a file can hold no code. A file that is broken, belongs to someone else
or may be written by others is as good as none.
"""

import hashlib
import logging
import marshal
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import cast

log = logging.getLogger("hearth." + __name__)

MOST_FILES = 100
"""The oldest files beyond are removed; a language needs about 20."""

LARGEST_FILE = 64_000_000
"""Bytes. German has 4,000,000."""

SHIPPED = Path(__file__).parent / "shipped"
"""What `skills.prebuilt` made when the package was built; not there in a working tree unless somebody ran it."""

_DIGEST_BYTES = 32
_CODE = ("automaton.py", "compiled.py", "documents.py", "graph.py", "reach.py", "templates.py", "tokens.py")
"""What decides over how sentences are compiled: with other code, what is kept is of no use."""


class Cache:
    """Plain values by what they were made of. Nothing here raises for what is on the disk."""

    def __init__(self, folder: Path, shipped: Path = SHIPPED) -> None:
        """Keep values in `folder`; what is missing there may have been `shipped`, which is only read."""
        self._folder = folder
        self._shipped = shipped
        here = Path(__file__).parent
        form = f"{sys.implementation.name} {marshal.version}".encode()
        self._made_by = digest([form, *((here / name).read_bytes() for name in _CODE)])

    def get(self, source: bytes) -> object | None:
        """Return what was made of `source`, ``None`` if that is not known."""
        payload = self._payload(source)
        if payload is None:
            return None
        try:
            value: object = marshal.loads(payload)  # noqa: S302 - values only, checked to be what we wrote
        except (EOFError, TypeError, ValueError):
            return None
        return value

    def has(self, source: bytes) -> bool:
        """Return whether what was made of `source` is known, without taking it into memory."""
        return self._payload(source) is not None

    def put(self, source: bytes, value: object) -> None:
        """Keep what was made of `source`, for this user alone; if the disk does not want it, nothing is kept."""
        import tempfile

        path = self._path(source)
        try:
            payload = marshal.dumps(cast("str", value))  # it says itself what it cannot write
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A file of its own, moved into its place: two starts at once do not disturb each other.
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".new-", delete=False) as file:
                try:
                    file.write(digest([path.name.encode(), payload]) + payload)
                    file.flush()
                    Path(file.name).replace(path)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    raise
            self._tidy()
        except (OSError, ValueError) as error:
            log.warning("compiled sentences cannot be kept in %s: %s", self._folder, error)

    def _payload(self, source: bytes) -> bytes | None:
        name = self._path(source).name
        kept = _read(self._folder / name, os.getuid())
        # As trusted as the code beside it.
        return _read(self._shipped / name, Path(__file__).stat().st_uid) if kept is None else kept

    def _tidy(self) -> None:
        files = sorted(self._folder.glob("*.sentences"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[MOST_FILES:]:
            file.unlink(missing_ok=True)

    def _path(self, source: bytes) -> Path:
        return self._folder / f"{digest([self._made_by, source]).hex()}.sentences"


def _read(path: Path, owner: int) -> bytes | None:
    """Return what is in a file that only `owner` may write; ``None`` if there is none that can be used."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            foreign = about.st_uid != owner or stat.S_IMODE(about.st_mode) & 0o022
            content = b"" if foreign or about.st_size > LARGEST_FILE else file.read()
    except OSError:
        return None
    check, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if not payload or digest([path.name.encode(), payload]) != check:
        log.warning("%s is broken or not ours, and is made anew", path)
        return None
    return payload


def digest(parts: Iterable[bytes]) -> bytes:
    """Return a fingerprint of some bytes, that of their lengths included."""
    total = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.digest()
