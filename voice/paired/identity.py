"""Who a house or a satellite is: a key of its own with a certificate that nobody signed, and TLS between such two.

A certificate here says no more than "the same as last time"; whom to believe is decided when two are paired. So it has
no end: a Raspberry Pi without a clock starts in 1970, and a house must not fall silent on some birthday.
"""

import hashlib
import os
import ssl
from datetime import UTC, datetime
from pathlib import Path

from voice.model import VoiceError

KEY_FILE = "own.pem"
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""RFC 5280, 4.1.2.5: the latter for what has no end."""


class IdentityError(VoiceError):
    """A key or a certificate cannot be made, read or kept; the message names the file and the remedy."""

    code = "identity-unusable"


def identity(folder: Path, name: str) -> Path:
    """Return the file with the key and the certificate in a folder, both made now if there are none; blocking.

    Raises:
        IdentityError: it cannot be made, or others may read it.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            keep(path, _made(name))
        if path.stat().st_mode & 0o077:
            raise IdentityError(f"{str(path)!r} can be read by others; run: chmod 600 {path}")
    except OSError as error:
        raise IdentityError(f"cannot use {str(path)!r}: {error.strerror}") from error
    return path


def keep(path: Path, content: bytes) -> None:
    """Write a file for ourselves alone; it is there as a whole or not at all. Raises OSError."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _made(name: str) -> bytes:
    # Imported here: it is needed once in the life of a house, and takes 10 MB.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number(), *_ALWAYS)
        # Not an authority: whom it vouches for is nobody's.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def certificate(path: Path) -> bytes:
    """Return the certificate (DER) of a file that `identity` made.

    Raises:
        IdentityError: there is none in it.
    """
    try:
        text = path.read_text(encoding="ascii")
        return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :])
    except (OSError, ValueError) as error:
        raise IdentityError(f"{str(path)!r} holds no certificate; delete it and pair again") from error


def fingerprint(certificate: bytes) -> str:
    """Return by what a certificate (DER) is known."""
    return hashlib.sha256(certificate).hexdigest()


def house_side(own: Path) -> ssl.SSLContext:
    """Return TLS for the house: a satellite shows the certificate that was taken by `trust`, or none.

    Raises:
        IdentityError: the file cannot be used.
    """
    context = _context(ssl.PROTOCOL_TLS_SERVER, own)
    # None is for those that want to be paired. One that is not known ends the handshake.
    context.verify_mode = ssl.CERT_OPTIONAL
    # Nothing is resumed: so who was sent away comes back as a stranger.
    context.num_tickets = 0
    return context


def satellite_side(own: Path, house: bytes) -> ssl.SSLContext:
    """Return TLS for a paired satellite: nobody but the house with this certificate (DER) is talked to.

    Raises:
        IdentityError: the file or the certificate cannot be used.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT, own)
    context.check_hostname = False  # it is known by its certificate, wherever it lives
    context.verify_mode = ssl.CERT_REQUIRED
    trust(context, house)
    return context


def stranger_side() -> ssl.SSLContext:
    """Return TLS for a satellite that is to be paired: encrypted, and whom one talks to is still to be proven."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def trust(context: ssl.SSLContext, certificate: bytes) -> None:
    """Let who has this certificate (DER) in, from the next handshake on.

    Raises:
        IdentityError: it is none.
    """
    try:
        context.load_verify_locations(cadata=certificate)
    except (ssl.SSLError, ValueError) as error:
        raise IdentityError("this is no certificate") from error


def _context(protocol: int, own: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(own)
    except (OSError, ssl.SSLError) as error:
        raise IdentityError(f"{str(own)!r} holds no key; delete it and pair again") from error
    return context
