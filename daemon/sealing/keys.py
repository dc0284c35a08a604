"""The keys of one person: what is wrapped by their passphrase, what puts things away for them, what opens them.

Putting away needs the public half alone (X25519 with a key made for each thing, HKDF-SHA256, AES-256-GCM), so that it
goes on while nobody has the passphrase. What is written while it is open is encrypted with a key derived from the
private half, which takes a tenth of the time. Each ciphertext is bound to its place: a row that is moved, or put in the
place of another, does not open.
"""

import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

COST = 2**16
"""scrypt's n with r = 8 and p = 2: 64 MiB and 0.35 s a try, measured on two cores of a small server."""
SALT_BYTES, NONCE_BYTES, KEY_BYTES = 16, 12, 32
_MOST_MEMORY = 256 << 20
_ROWS, _BOX, _WRAP = b"hearth sealed rows 1", b"hearth sealed box 1", b"hearth sealed key 1"
_ONCE = bytes(NONCE_BYTES)
"""The nonce under a key that encrypts one thing only."""


class WrongKeyError(ValueError):
    """The passphrase is not the one, or the ciphertext is not what was written there."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The keys as they stand in the file."""

    public: bytes
    wrapped: bytes
    salt: bytes
    cost: int


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What opens everything of one person. It is in no file, and never printed."""

    private: bytes
    rows: bytes
    """For what is written while it is open."""

    def seal(self, place: str, content: bytes) -> bytes:
        """Encrypt what stands at a place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.rows).encrypt(nonce, content, place.encode())

    def unseal(self, place: str, record: bytes) -> bytes:
        """Return what was sealed for that place.

        Raises:
            WrongKeyError: it was not sealed there, or not with these keys.
        """
        return _decrypted(self.rows, record[:NONCE_BYTES], record[NONCE_BYTES:], place.encode())

    def take_out(self, place: str, record: bytes) -> bytes:
        """Return what was put away for that place.

        Raises:
            WrongKeyError: as of `unseal`.
        """
        once, sealed = record[:KEY_BYTES], record[KEY_BYTES:]
        private = X25519PrivateKey.from_private_bytes(self.private)
        try:
            shared = private.exchange(X25519PublicKey.from_public_bytes(once))
        except ValueError as error:
            raise WrongKeyError("what is there was never put away") from error
        return _decrypted(_box_key(shared, once, _public(private)), _ONCE, sealed, place.encode())


def made(passphrase: str, *, cost: int = COST) -> tuple[Wrapped, Keys]:
    """Return a new pair of keys, wrapped and bare; takes a moment."""
    private = X25519PrivateKey.generate()
    bare, salt = private.private_bytes_raw(), secrets.token_bytes(SALT_BYTES)
    wrapped = AESGCM(_stretched(passphrase, salt, cost)).encrypt(_ONCE, bare, _WRAP)
    return Wrapped(_public(private), wrapped, salt, cost), _keys(bare)


def unwrapped(kept: Wrapped, passphrase: str) -> Keys:
    """Return the keys; takes a moment.

    Raises:
        WrongKeyError: it is not the passphrase.
    """
    bare = _decrypted(_stretched(passphrase, kept.salt, kept.cost), _ONCE, kept.wrapped, _WRAP)
    return _keys(bare)


def put_away(public: bytes, place: str, content: bytes) -> bytes:
    """Encrypt something for whoever has the private half; nobody else can read it, not even who wrote it."""
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    key = _box_key(shared, _public(once), public)
    return _public(once) + AESGCM(key).encrypt(_ONCE, content, place.encode())


def _keys(private: bytes) -> Keys:
    return Keys(private, HKDF(SHA256(), KEY_BYTES, None, _ROWS).derive(private))


def _public(private: X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def _box_key(shared: bytes, once: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, _BOX + once + public).derive(shared)


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    given = passphrase.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(given, salt=salt, n=cost, r=8, p=2, maxmem=_MOST_MEMORY, dklen=KEY_BYTES)


def _decrypted(key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, sealed, place)
    except (InvalidTag, ValueError) as error:
        raise WrongKeyError("it does not open with these keys") from error
