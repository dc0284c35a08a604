"""The code by which a house and a satellite come to trust each other: a secret that is typed once, good for once.

It has 135 bits, so that nobody can try all of them, neither at the door nor later over what was overheard. It is never
sent: both sides only prove that they know it, each for the two certificates that it has before its eyes. Whoever sits
in between shows a certificate of their own, and what is proven for that one is worth nothing to anybody else.
"""

import hashlib
import hmac
import secrets
from enum import StrEnum

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which are read as others."""
_LOOKALIKES = str.maketrans("ILO", "110", "- \t\n")
_LENGTH = 27
_GROUP = 4


class CodeError(ValueError):
    """What was typed is no code of ours."""


class Side(StrEnum):
    """Who proves something."""

    HOUSE = "house"
    SATELLITE = "satellite"


class Code:
    """One code."""

    def __init__(self, letters: str) -> None:
        """Take its letters as `parsed` gives them."""
        self._letters = letters

    @classmethod
    def new(cls) -> "Code":
        """Return one that nobody can know."""
        return cls("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)))

    @classmethod
    def parsed(cls, text: str) -> "Code":
        """Return the code that somebody typed, in small letters too, with or without strokes.

        Raises:
            CodeError: a letter is wrong or missing.
        """
        typed = text.upper().translate(_LOOKALIKES)
        letters, check = typed[:-1], typed[-1:]
        if len(typed) != _LENGTH + 1 or not set(typed) <= set(_LETTERS) or check != _check(letters):
            raise CodeError("this is no code of hearth satellite invite; is a letter missing or wrong?")
        return cls(letters)

    def __str__(self) -> str:
        """Return it as it is typed: seven groups of four letters, of which the last checks the others."""
        whole = self._letters + _check(self._letters)
        return "-".join(whole[begin : begin + _GROUP] for begin in range(0, len(whole), _GROUP))

    @property
    def sign(self) -> str:
        """What may be said aloud to tell which code is meant; it gives nothing of the code away."""
        return self._signed(b"sign")[:16].hex()

    def proof(self, side: Side, *, house: bytes, satellite: bytes) -> str:
        """Return what proves that `side` knows the code and sees these certificates (DER) of the two."""
        both = hashlib.sha256(house).digest() + hashlib.sha256(satellite).digest()
        return self._signed(side.encode() + b"\0" + both).hex()

    def _signed(self, what: bytes) -> bytes:
        return hmac.digest(self._letters.encode(), b"hearth pairing 1\0" + what, hashlib.sha256)


def _check(letters: str) -> str:
    return _LETTERS[hashlib.sha256(letters.encode()).digest()[0] % len(_LETTERS)]
