"""The satellites that are paired with this house, kept in a file, and the invitations that are open, kept in memory."""

import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from voice.model import VoiceError
from voice.paired.code import Code, Side
from voice.paired.identity import IdentityError, fingerprint, keep

log = logging.getLogger("hearth." + __name__)

FILE = "paired.json"
GOOD_S = 900.0
"""How long an invitation is good: walk to the satellite, log in, type."""
INVITATIONS_MAX = 8
GUESTS_MAX = 64


class PairingError(VoiceError):
    """A pairing was refused, with a code that tells why: ``code-unknown``, ``code-proof``, ``certificate-broken``."""

    code = "pairing-refused"


@dataclass(frozen=True, slots=True)
class Guest:
    """A satellite that is paired."""

    name: str
    room: str | None
    certificate: str
    """DER in hexadecimal digits."""

    @property
    def fingerprint(self) -> str:
        """By what it is known."""
        return fingerprint(bytes.fromhex(self.certificate))


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who may be paired, once, until its end."""

    name: str
    room: str | None
    code: Code
    until_s: float


class Guests:
    """Who may come in. Of the event loop; writing blocks for the moment that a small file takes."""

    def __init__(self, folder: Path, now_s: Callable[[], float]) -> None:
        """Read the file in a folder; `now_s` is a clock that nobody sets back, such as the loop's.

        Raises:
            IdentityError: the file is there and cannot be read.
        """
        self._path, self._now_s = folder / FILE, now_s
        self._guests: dict[str, Guest] = {guest.name: guest for guest in _read(self._path)}
        self._invitations: dict[str, Invitation] = {}

    @property
    def all(self) -> Sequence[Guest]:
        """Those that are paired."""
        return list(self._guests.values())

    @property
    def expects(self) -> bool:
        """Whether an invitation is open."""
        return bool(self._open())

    def invite(self, name: str, room: str | None) -> Invitation:
        """Return an invitation; one that is open for the same name is taken back.

        Who is called so already stays until the new one comes.

        Raises:
            PairingError: there are too many.
        """
        others = {sign: one for sign, one in self._open().items() if one.name != name}
        if len(others) >= INVITATIONS_MAX or len(self._guests.keys() - {name}) >= GUESTS_MAX:
            raise PairingError("there are too many satellites or open invitations", code="too-many")
        invitation = Invitation(name, room, Code.new(), self._now_s() + GOOD_S)
        self._invitations = {**others, invitation.code.sign: invitation}
        return invitation

    def redeem(self, sign: str, proof: str, *, house: bytes, satellite: bytes) -> tuple[Guest, str]:
        """Take a satellite in that proves to know the code; return it, and what proves to it that we do.

        Raises:
            PairingError: it proves nothing, or its invitation is over or used.
            IdentityError: it could not be kept; the invitation is still good.
        """
        invitation = self._open().get(sign)
        if invitation is None:
            raise PairingError("this code is not good, or not any more", code="code-unknown")
        expected = invitation.code.proof(Side.SATELLITE, house=house, satellite=satellite)
        if not hmac.compare_digest(proof.encode(), expected.encode()):
            # Only who knows the code knows its sign: unless it was changed on the way, this is somebody in between.
            log.warning("a pairing of %s was not proven: somebody may sit between it and us", invitation.name)
            raise PairingError("what was proven is not true of this connection", code="code-proof")
        guest = Guest(invitation.name, invitation.room, satellite.hex())
        self._keep({**self._guests, guest.name: guest})
        del self._invitations[sign]
        return guest, invitation.code.proof(Side.HOUSE, house=house, satellite=satellite)

    def revoke(self, name: str) -> bool:
        """Let a satellite in no more, nor who was invited under its name; return whether there was any.

        Raises:
            IdentityError: it could not be kept.
        """
        invited = [sign for sign, one in self._open().items() if one.name == name]
        for sign in invited:
            del self._invitations[sign]
        if name not in self._guests:
            return bool(invited)
        self._keep({key: guest for key, guest in self._guests.items() if key != name})
        return True

    def known(self, certificate: bytes) -> Guest | None:
        """Return who has a certificate (DER), if that is one of ours."""
        shown = fingerprint(certificate)
        return next((guest for guest in self._guests.values() if guest.fingerprint == shown), None)

    def _open(self) -> Mapping[str, Invitation]:
        now_s = self._now_s()
        self._invitations = {sign: one for sign, one in self._invitations.items() if now_s < one.until_s}
        return self._invitations

    def _keep(self, guests: dict[str, Guest]) -> None:
        try:
            keep(self._path, json.dumps([asdict(guest) for guest in guests.values()], indent=1).encode())
        except OSError as error:
            raise IdentityError(f"cannot write {str(self._path)!r}: {error.strerror}") from error
        self._guests = guests


def _read(path: Path) -> Sequence[Guest]:
    try:
        rows = cast("list[dict[str, str | None]]", json.loads(path.read_bytes()))
        guests = [Guest(str(row["name"]), row["room"], str(row["certificate"])) for row in rows]
        return [guest for guest in guests if bytes.fromhex(guest.certificate)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        remedy = "restore it from a backup, or delete it and pair the satellites again"
        raise IdentityError(f"cannot read {str(path)!r}: {error}; {remedy}") from error
