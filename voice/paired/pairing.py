"""The satellite's side of being paired, and what it keeps of it: whom it belongs to."""

import asyncio
import base64
import hmac
import json
import ssl
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from voice.model import VoiceError
from voice.paired.code import Code, Side
from voice.paired.guests import PairingError
from voice.paired.identity import IdentityError, certificate, identity, keep, satellite_side, stranger_side
from voice.wyoming.wire import Event, WireError, events, send

FILE = "house.json"
CONNECT_S = 15.0
"""With making the key, a Raspberry Pi Zero takes 2 s."""


class NotPairedError(WireError):
    """The house does not know this satellite, or not any more."""

    code = "not-paired"


@dataclass(frozen=True, slots=True)
class Belonging:
    """The house that a satellite is paired with."""

    host: str
    port: int
    name: str
    """What the house calls this satellite."""
    room: str | None
    certificate: str
    """The house's, DER in hexadecimal digits."""


async def pair(folder: Path, host: str, port: int, code: Code) -> Belonging:
    """Be paired with the house at an address, and keep it in a folder, instead of any house before.

    Raises:
        PairingError: the house refused, or does not know the code itself (``code-proof``).
        IdentityError: the folder cannot be used.
        VoiceError: the house cannot be reached.
    """
    own = await asyncio.to_thread(identity, folder, "hearth satellite")
    try:
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=stranger_side())
            try:
                name, room, shown = await _proven(reader, writer, code, certificate(own))
            finally:
                writer.close()
    except (OSError, TimeoutError, WireError) as error:
        raise VoiceError(unreached(host, port, error), code="house-unreachable") from error
    house = Belonging(host, port, name, room, shown)
    try:
        keep(folder / FILE, json.dumps(asdict(house), indent=1).encode())
    except OSError as error:
        raise IdentityError(f"cannot write {str(folder / FILE)!r}: {error.strerror}") from error
    return house


async def _proven(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, code: Code, own: bytes
) -> tuple[str, str | None, str]:
    """Return the name, the room and the house's certificate, once both sides have proven to know the code."""
    house = cast("ssl.SSLObject", writer.get_extra_info("ssl_object")).getpeercert(binary_form=True)
    if house is None:
        raise PairingError("what answers shows no certificate", code="code-proof")
    proof = code.proof(Side.SATELLITE, house=house, satellite=own)
    shown = base64.b64encode(own).decode()
    await send(writer, Event("pair", {"sign": code.sign, "proof": proof, "certificate": shown}))
    answer = await anext(events(reader), Event("error", {"text": "it hung up"}))
    if answer.type != "paired":
        raise PairingError(f"the house refuses: {answer.text('text') or answer.type}", code=answer.text("code") or None)
    expected = code.proof(Side.HOUSE, house=house, satellite=own)
    if not hmac.compare_digest(answer.text("proof").encode(), expected.encode()):
        raise PairingError("what answers does not know the code: it is not the house that invited", code="code-proof")
    return answer.text("name"), answer.text("room") or None, house.hex()


def belonging(folder: Path) -> Belonging:
    """Return the house that a folder belongs to.

    Raises:
        IdentityError: none, or the file is broken.
    """
    path = folder / FILE
    try:
        kept = cast("dict[str, object]", json.loads(path.read_bytes()))
        room = kept["room"]
        return Belonging(
            str(kept["host"]),
            int(str(kept["port"])),
            str(kept["name"]),
            None if room is None else str(room),
            bytes.fromhex(str(kept["certificate"])).hex(),
        )
    except FileNotFoundError as error:
        raise IdentityError("this satellite is not paired; run: hearth satellite pair", code="not-paired") from error
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IdentityError(f"cannot read {str(path)!r}: {error}; pair again") from error


def secured(folder: Path, house: Belonging) -> ssl.SSLContext:
    """Return TLS to this house and no other; raises IdentityError."""
    return satellite_side(identity(folder, "hearth satellite"), bytes.fromhex(house.certificate))


def unreached(host: str, port: int, error: Exception) -> str:
    """Return for people why a house was not reached."""
    where = f"{host}:{port}"
    match error:
        case ssl.SSLCertVerificationError():
            return f"what answers at {where} is not the house that this satellite is paired with"
        case NotPairedError():
            return f"the house at {where} does not know this satellite any more; pair it again"
        case ssl.SSLError():
            return f"what answers at {where} speaks no TLS 1.3 ({error.reason})"
        case TimeoutError():
            return f"{where} does not answer; is Hearth running there, and the port open?"
        case OSError():
            return f"{where}: {error.strerror or error}; is Hearth running there, and the port open?"
        case _:
            return f"what answers at {where} is no Hearth: {error}"


async def close(writer: asyncio.StreamWriter) -> None:
    """Close a connection without waiting long for the other side."""
    writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1.0):
            await writer.wait_closed()
