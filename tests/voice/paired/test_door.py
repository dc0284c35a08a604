"""Being paired, and being let in: over real sockets, with somebody in between."""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.voice.paired.pi import Between, House, between, until
from voice.model import VoiceError
from voice.paired.code import Code
from voice.paired.door import REQUEST_MAX
from voice.paired.guests import GOOD_S, PairingError
from voice.paired.identity import IdentityError, certificate, house_side, identity, stranger_side
from voice.paired.pairing import FILE, belonging, pair, secured
from voice.satellite import Satellite
from voice.wyoming.wire import Event, events, send


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with House(tmp_path / "house").open() as opened:
        yield opened


async def ask(port: int, message: bytes) -> Event | None:
    """Return what the house answers to a stranger."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=stranger_side())
    writer.write(message)
    try:
        async with asyncio.timeout(5):
            return await anext(events(reader), None)
    except ConnectionError:
        return None
    finally:
        writer.close()


async def test_both_know_each_other_by_their_certificates_afterwards(house: House, tmp_path: Path):
    paired = await house.pair(tmp_path / "pi")

    assert belonging(tmp_path / "pi") == paired
    assert (paired.name, paired.room) == ("attic", "Attic")
    assert paired.certificate == certificate(tmp_path / "house" / "own.pem").hex()
    (guest,) = house.guests.all
    assert guest.certificate == certificate(tmp_path / "pi" / "own.pem").hex()
    assert (tmp_path / "pi" / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("why", ["another", "used", "over"])
async def test_a_code_that_is_not_good_pairs_nobody(house: House, tmp_path: Path, why: str):
    code = house.guests.invite("attic", None).code
    if why == "another":
        code = Code.new()
    elif why == "used":
        await pair(tmp_path / "first", "127.0.0.1", house.port, code)
    else:
        house.now_s += GOOD_S

    with pytest.raises(PairingError, match="not good") as refused:
        await pair(tmp_path / "pi", "127.0.0.1", house.port, code)

    assert refused.value.code == "code-unknown"
    assert not (tmp_path / "pi" / FILE).exists()
    assert len(house.guests.all) == (why == "used")


@asynccontextmanager
async def impostor(folder: Path, house: int) -> AsyncGenerator[int]:
    """Take who comes for the house, with a key of its own, and carry what is said to the house and back."""
    carrier = Between()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", house, ssl=stranger_side())
        back.write(await reader.read(65_536))
        writer.write(await there.read(65_536))
        carrier.came += b"carried"
        back.close()
        writer.close()

    context = house_side(identity(folder, "hearth"))
    server = await asyncio.start_server(carry, "127.0.0.1", 0, ssl=context)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
    assert carrier.came


async def test_who_sits_in_between_is_noticed_by_both(house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    code = house.guests.invite("attic", None).code

    async with impostor(tmp_path / "evil", house.port) as port:
        with pytest.raises(PairingError, match="not true of this connection") as refused:
            await pair(tmp_path / "pi", "127.0.0.1", port, code)

    assert refused.value.code == "code-proof"
    assert house.guests.all == []
    assert not (tmp_path / "pi" / FILE).exists()
    assert "somebody may sit between" in caplog.text


async def test_what_does_not_know_the_code_is_not_taken_for_the_house(tmp_path: Path):
    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await anext(events(reader))
        await send(writer, Event("paired", {"name": "attic", "proof": "0" * 64}))
        writer.close()

    context = house_side(identity(tmp_path / "evil", "hearth"))
    server = await asyncio.start_server(lie, "127.0.0.1", 0, ssl=context)
    async with server:
        with pytest.raises(PairingError, match="not the house that invited"):
            await pair(tmp_path / "pi", "127.0.0.1", server.sockets[0].getsockname()[1], Code.new())

    assert not (tmp_path / "pi" / FILE).exists()


async def test_a_stranger_may_ask_to_be_paired_and_nothing_else(house: House):
    for kind in ("describe", "run-pipeline", "detection"):
        answer = await ask(house.port, f'{{"type": "{kind}"}}\n'.encode())
        assert answer is not None
        assert answer.text("code") == "not-paired"


@pytest.mark.parametrize(
    "message",
    [
        b"\x00\xff\n",
        b'{"type": "pair"}\n',
        b'{"type": "pair", "data": {"sign": 1, "proof": [], "certificate": "!"}}\n',
        b'{"type": "pair", "data": {"certificate": "AAAA"}}\n',
        b'{"type": "pair", "payload_length": 1000000}\n' + b"x" * 3 * REQUEST_MAX,
    ],
    ids=["rubbish", "nothing", "types", "no certificate", "too long"],
)
async def test_rubbish_is_refused_and_the_door_stays_open(house: House, tmp_path: Path, message: bytes):
    answer = await ask(house.port, message)

    assert answer is None or answer.type == "error"
    await house.pair(tmp_path / "pi")
    await until(lambda: house.door.asking == 0)


async def test_what_speaks_no_tls_is_told_apart(tmp_path: Path):
    async def mumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(mumble, "127.0.0.1", 0)
    async with server:
        with pytest.raises(VoiceError, match="speaks no TLS"):
            await pair(tmp_path / "pi", "127.0.0.1", server.sockets[0].getsockname()[1], Code.new())


async def test_where_nobody_listens_the_remedy_is_told(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(VoiceError, match="is Hearth running there") as missing:
            await pair(tmp_path / "pi", "127.0.0.1", free.getsockname()[1], Code.new())
    assert missing.value.code == "house-unreachable"


async def test_a_satellite_that_was_never_paired_says_so(tmp_path: Path):
    with pytest.raises(IdentityError, match="hearth satellite pair"):
        belonging(tmp_path)


async def test_a_foreign_certificate_is_not_let_in(tmp_path: Path):
    """It belongs to another house, and knows the certificate of this one."""
    served: list[Satellite] = []

    async def serve(satellite: Satellite) -> None:
        served.append(satellite)

    async with House(tmp_path / "other").open() as other, House(tmp_path / "house", serve).open() as house:
        await other.pair(tmp_path / "pi")
        ours = await house.pair(tmp_path / "ours")

        reader, writer = await asyncio.open_connection("127.0.0.1", house.port, ssl=secured(tmp_path / "pi", ours))
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()

    assert served == []


async def test_another_house_at_the_same_address_is_not_talked_to(house: House, tmp_path: Path):
    ours = await house.pair(tmp_path / "pi")
    context = secured(tmp_path / "pi", ours)

    async with House(tmp_path / "evil").open() as evil:
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("127.0.0.1", evil.port, ssl=context)


async def test_who_was_sent_away_is_not_let_in_and_told_so(house: House, tmp_path: Path):
    ours = await house.pair(tmp_path / "pi")
    house.guests.revoke("attic")

    reader, writer = await asyncio.open_connection("127.0.0.1", house.port, ssl=secured(tmp_path / "pi", ours))
    answer = await anext(events(reader))
    writer.close()

    assert answer.text("code") == "not-paired"
    assert house.door.present == []


async def test_who_is_sent_away_while_it_comes_in_is_not_served(tmp_path: Path):
    came: list[Satellite] = []

    async def serve(satellite: Satellite) -> None:
        came.append(satellite)

    async with House(tmp_path / "house", serve).open() as house:
        context = secured(tmp_path / "pi", await house.pair(tmp_path / "pi"))
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port, ssl=context)
        assert (await anext(events(reader))).type == "describe"
        house.guests.revoke("attic")
        await send(writer, Event("info", {"satellite": {"name": "attic", "version": "1"}}))
        assert await reader.read() == b""
        writer.close()

    assert came == []


async def test_what_was_overheard_is_of_no_use(tmp_path: Path):
    """Nothing is in clear, and who sends it again is not let in."""
    came: list[Satellite] = []

    async def serve(satellite: Satellite) -> None:
        came.append(satellite)
        await asyncio.Event().wait()

    async with House(tmp_path / "house", serve).open() as house, between(house.port) as carrier:
        code = house.guests.invite("attic", None).code
        ours = await pair(tmp_path / "pi", "127.0.0.1", carrier.port, code)
        overheard = bytes(carrier.sent + carrier.came)
        assert not [word for word in (b"pair", b"attic", code.sign.encode(), b"hearth") if word in overheard]
        carrier.sent.clear()
        context = secured(tmp_path / "pi", ours)
        reader, writer = await asyncio.open_connection("127.0.0.1", carrier.port, ssl=context)
        assert (await anext(events(reader))).type == "describe"
        await send(writer, Event("info", {"satellite": {"name": "attic", "version": "1"}}))
        await until(lambda: len(came) == 1)
        writer.close()

        again, sender = await asyncio.open_connection("127.0.0.1", house.port)
        sender.write(bytes(carrier.sent))
        await again.read()
        sender.close()

        assert len(came) == 1
