"""What a button of a message carries: a signed word that is good for one answer to one notice, once and for a while."""

import base64
import binascii
import hashlib
import hmac
import json
import logging
import os
import secrets
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from daemon.clock import Clock
from daemon.errors import DaemonError
from daemon.notify.model import Answer, Answered
from daemon.store import Store
from skills.model import PersonId

log = logging.getLogger("hearth." + __name__)

KEY_FILE = "button.key"
KEY_BYTES = 32
LASTING = timedelta(days=3)
"""How long a button is good: a mail is read after a weekend."""
REMEMBERED = timedelta(days=30)
"""How long after its end it is kept that a token was used: a clock that was wrong for a while must not make it good
again."""
LONGEST = 1024
"""Characters of a token; the rest of what comes from outside is not looked at."""
_MAC_BYTES = 16


class TokenError(DaemonError):
    """A token is not good (``token-invalid``), not any more (``token-expired``) or was used (``token-used``)."""

    def __init__(self, code: str, message: str) -> None:
        """Take the code for programs and the words for people."""
        super().__init__(message)
        self.code = code


class SecretFileError(DaemonError):
    """A file in the state directory that holds a secret cannot be used. Exit code 78."""

    code = "secret-unusable"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says, once its signature was seen to be ours."""

    nonce: str
    key: str
    """The notice's."""
    answer: Answer
    person: PersonId
    channel: str
    """On which the button was offered."""
    expires_at: datetime


class Tokens:
    """Issues tokens and takes each of them once, over restarts too."""

    def __init__(self, key: bytes, store: Store, clock: Clock, *, lasting: timedelta = LASTING) -> None:
        self._key, self._store, self._clock, self._lasting = key, store, clock, lasting

    def issue(self, key: str, answer: Answer, person: PersonId, *, channel: str, until: datetime | None = None) -> str:
        """Return a token for one answer of one person to the notice ``key``: letters, digits, ``-``, ``_``, ``.``.

        It is good ``until`` then, at most as long as any.
        """
        latest = self._clock.now() + self._lasting
        end = int(min(until or latest, latest).timestamp())
        said = json.dumps([secrets.token_urlsafe(9), key, answer, person, channel, end], separators=(",", ":"))
        body = said.encode()
        return f"{_text(body)}.{_text(self._signature(body))}"

    def read(self, token: str) -> Token:
        """Return what a token says, without using it.

        Raises:
            TokenError: it is none of ours, or its time is over.
        """
        body = self._body(token)
        nonce, key, answer, person, channel, until = cast("tuple[str, str, str, str, str, int]", json.loads(body))
        expires_at = datetime.fromtimestamp(until, UTC)
        if self._clock.now() >= expires_at:
            raise TokenError("token-expired", "this button is too old; answer the notice in another way")
        return Token(nonce, key, Answer(answer), PersonId(person), channel, expires_at)

    async def redeem(self, token: str) -> Answered:
        """Use a token, and return the answer that it stands for.

        Raises:
            TokenError: it is none of ours, its time is over, or it was used before.
            StoreError: it could not be put on record; it was not used.
        """
        read, now = self.read(token), self._clock.now()

        def work(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM token_used WHERE expires_at < ?", (_iso(now - REMEMBERED),))
            row = (read.nonce, _iso(read.expires_at))
            return connection.execute("INSERT OR IGNORE INTO token_used VALUES (?, ?)", row).rowcount == 1

        if not await self._store.run_bare(work, urgent=True):
            raise TokenError("token-used", "this button was pressed before")
        return Answered(read.key, read.answer, read.channel, now, read.person)

    async def pressed(self, token: str) -> Answered | None:
        """Do what `redeem` does for a channel on which strangers may write: what is no good is logged and ``None``."""
        try:
            return await self.redeem(token)
        except TokenError as error:
            log.info("a button was not taken: %s", error.code)
            return None

    def _body(self, token: str) -> bytes:
        body, _, signature = token.partition(".")
        try:
            said, signed = _bytes(body), _bytes(signature)
        except (ValueError, binascii.Error):
            said, signed = b"", b""
        if len(token) > LONGEST or not hmac.compare_digest(signed, self._signature(said)):
            raise TokenError("token-invalid", "this is no button of this house")
        return said

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_MAC_BYTES]


def secret_key(state: Path) -> bytes:
    """Return the key that tokens are signed with, made at the first start; without it, no button is good any more.

    Raises:
        SecretFileError: the file cannot be used.
    """
    text = secret_file(state / KEY_FILE, lambda: secrets.token_hex(KEY_BYTES))
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretFileError(f"{str(state / KEY_FILE)!r} holds no key; delete it, and a new one is made")
    return key


def secret_file(path: Path, make: Callable[[], str]) -> str:
    """Return what stands in a file that only its owner may read; ``make`` says what, where there is no such file.

    Raises:
        SecretFileError: it cannot be read or made, or others may read it.
    """
    try:
        if not path.exists():
            _write(path, make())
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretFileError(f"{str(path)!r} can be read by others; run: chmod 600 {path}")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileError(f"cannot use {str(path)!r}: {error}; delete it, and a new one is made") from error


def _write(path: Path, text: str) -> None:
    """Write a file that is there as a whole or not at all: a key of half its length would be worse than none."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
