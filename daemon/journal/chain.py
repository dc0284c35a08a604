"""The chain that ties each entry to the one before it: an entry's hash covers all that it says and the hash before.

Of what was said it covers a salted digest: words can be forgotten, and what was done, when and why stays proved.
"""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain."""

    entry: int
    hash: str


BEGINNING = Link(0, "")


class Fields(NamedTuple):
    """What an entry says: its row but for its place in the chain. Their order is part of the hash.

    In the chain `said` and `body` are digests; the words themselves stand beside it.
    """

    at: str
    kind: str
    cause: str
    parent: str | None
    origin: str
    person: str | None
    said: str | None
    effect: str
    risk: int
    targets: str
    verdict: str | None
    ref: int | None
    body: str


def canonical(value: object) -> str:
    """Return the one way to write a JSON value."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=repr)


def digest(salt: str, words: str) -> str:
    """Return what stands for words in the chain. Without the salt nobody can try which words they were."""
    return hashlib.sha256(f"{salt}{words}".encode()).hexdigest()


def link(id: int, fields: Fields, previous_hash: str) -> str:
    """Return the hash of an entry: SHA-256 over the canonical JSON of all it says and the hash before it."""
    content = canonical([id, *fields, previous_hash])
    return hashlib.sha256(content.encode()).hexdigest()


def head_of(connection: sqlite3.Connection) -> Link:
    """Return the newest entry's place in the chain as it was noted."""
    row = connection.execute("SELECT entry, hash FROM entry_head").fetchone()
    return Link(*row) if row is not None else Link(-1, "")
