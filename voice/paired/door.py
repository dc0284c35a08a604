"""Where satellites of our own come in: pairs those that were invited, and has those served that are paired.

One port for both. Who shows a certificate that we know is a satellite, and speaks Wyoming over TLS: what is a
`voice.wyoming.line.Line` otherwise, only that it has dialled us. Who shows none may ask to be paired, and nothing else.
"""

import asyncio
import base64
import binascii
import logging
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from voice.model import VoiceError
from voice.paired.guests import Guest, Guests
from voice.paired.identity import certificate, house_side, trust
from voice.satellite import Satellite, SatelliteError
from voice.tasks import ended
from voice.wyoming.line import About, Line
from voice.wyoming.satellite import WyomingSatellite
from voice.wyoming.wire import Decoder, Event, WireError, encode

log = logging.getLogger("hearth." + __name__)

PORT = 10790
HANDSHAKE_S = 10.0
"""A Raspberry Pi Zero takes a tenth of a second; on a bad network."""
ASK_S = 10.0
"""Who is not paired says within this what is wanted."""
DESCRIBE_S = 5.0
ASKING_MAX = 16
"""So many that are not paired may be connected at once."""
REQUEST_MAX = 8 * 1024

Serve = Callable[[Satellite], Awaitable[None]]
"""Serves a satellite until it has no more to give. May raise VoiceError."""


@dataclass(frozen=True, slots=True)
class Present:
    """A satellite that is connected."""

    line: Line
    task: asyncio.Task[None]


class Door:
    """Listens on a port, and knows who is there."""

    def __init__(
        self, own: Path, guests: Guests, serve: Serve, *, on_listening: Callable[[], None] = lambda: None
    ) -> None:
        """Take the file with our key; `on_listening` is told once satellites can come.

        Raises:
            IdentityError: it cannot be used, or the certificate of a guest is broken.
        """
        self._own, self._guests, self._serve = certificate(own), guests, serve
        self._on_listening = on_listening
        self._context = house_side(own)
        for guest in guests.all:
            trust(self._context, bytes.fromhex(guest.certificate))
        self._present: dict[str, Present] = {}
        self._group: asyncio.TaskGroup | None = None
        self.asking = 0
        """How many are connected that are not paired."""
        self.port: int | None = None
        """Where it listens, while it does."""
        self.problems: dict[str, str] = {}
        """Why those cannot be served that are there, by name."""

    @property
    def present(self) -> Sequence[str]:
        """The names of those that are connected."""
        return sorted(self._present)

    async def run(self, host: str, port: int) -> None:
        """Listen until cancelled; raises OSError when the port is taken."""
        server = await asyncio.get_running_loop().create_server(
            lambda: _Arrival(self),
            host,
            port,
            ssl=self._context,
            ssl_handshake_timeout=HANDSHAKE_S,
            start_serving=False,
        )
        async with server, asyncio.TaskGroup() as group:
            self._group = group
            try:
                await server.start_serving()
                self.port = int(server.sockets[0].getsockname()[1])
                self._on_listening()
                await server.serve_forever()
            finally:
                self.port, self._group = None, None

    async def send_away(self, name: str) -> None:
        """End the connection of a satellite, if it is there, and what is said on it."""
        one = self._present.get(name)
        if one is not None:
            one.line.close()
            await ended(one.task)

    def welcome(self, transport: asyncio.Transport, shown: bytes) -> None:
        """Take a connection whose certificate the handshake has proven."""
        guest = self._guests.known(shown)
        if guest is None or self._group is None:
            # Its certificate is in the context until the next start.
            transport.write(encode(Event("error", {"code": "not-paired", "text": "you are not paired any more"})))
            transport.close()
            return
        line = Line(guest.name)
        transport.set_protocol(line)
        line.connection_made(transport)
        self._group.create_task(self._attend(guest, line, transport))

    def pair(self, event: Event) -> Event:
        """Return what to answer who wants to be paired.

        Raises:
            VoiceError: it is refused.
        """
        try:
            satellite = base64.b64decode(event.text("certificate"), validate=True)
        except binascii.Error as error:
            raise VoiceError("the certificate cannot be read", code="certificate-broken") from error
        trust(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), satellite)
        guest, proof = self._guests.redeem(
            event.text("sign"), event.text("proof"), house=self._own, satellite=satellite
        )
        trust(self._context, satellite)
        log.info("satellite %s is paired", guest.name)
        return Event("paired", {"proof": proof, "name": guest.name, **({"room": guest.room} if guest.room else {})})

    async def _attend(self, guest: Guest, line: Line, transport: asyncio.Transport) -> None:
        """Have one satellite served until it is gone; one that comes anew takes the place of its older connection."""
        task = asyncio.current_task()
        assert task is not None
        mine = Present(line, task)
        try:
            async with asyncio.timeout(DESCRIBE_S):
                about = await line.described("the other end")
            await self.send_away(guest.name)
            if guest not in self._guests.all:
                return  # sent away meanwhile
            self._present[guest.name] = mine
            self.problems.pop(guest.name, None)
            log.info("satellite %s is here", guest.name)
            host, port = transport.get_extra_info("peername")[:2]
            await self._serve_until_gone(guest, line, about, (str(host), int(port)))
            log.info("satellite %s has left: %s", guest.name, line.lost)
        except (TimeoutError, SatelliteError) as error:
            log.warning("what dials as satellite %s does not speak like one: %s", guest.name, error)
        except VoiceError as error:
            self.problems[guest.name] = str(error)
            log.warning("satellite %s cannot be served: %s", guest.name, error)
        finally:
            line.close()
            if self._present.get(guest.name) is mine:
                del self._present[guest.name]

    async def _serve_until_gone(self, guest: Guest, line: Line, about: About, peer: tuple[str, int]) -> None:
        async def reach() -> tuple[Line, About]:
            if line.lost is not None:
                raise line.lost
            return line, about

        line.users += 1  # it stays while nobody listens: it could not be dialled
        line.watch_over()
        satellite = WyomingSatellite(guest.name, *peer, room=guest.room, reach=reach)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(self._served(satellite))
            leaving = group.create_task(line.gone.wait())
            await asyncio.wait({serving, leaving}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
            await ended(serving)
        if (problem := serving.result() if not serving.cancelled() else None) is not None:
            raise problem

    async def _served(self, satellite: Satellite) -> VoiceError | None:
        """Return why it cannot be served; raised in a group, it would come out as one of several."""
        try:
            await self._serve(satellite)
        except VoiceError as error:
            return error
        return None


class _Arrival(asyncio.Protocol):
    """A connection of which nobody knows yet what it is."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._decoder = Decoder()
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if shown is not None:
            self._door.welcome(transport, shown)
            return
        if self._door.asking >= ASKING_MAX:
            transport.abort()
            return
        self._door.asking += 1
        self._transport = transport
        self._deadline = asyncio.get_running_loop().call_later(ASK_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self._received += len(data)
        try:
            event = next(self._decoder.feed(data), None)
        except WireError:
            transport.abort()
            return
        if event is not None:
            transport.write(encode(self._answer(event)))
            transport.close()
        elif self._received > REQUEST_MAX:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._deadline is not None:
            self._deadline.cancel()
            self._door.asking -= 1

    def _answer(self, event: Event) -> Event:
        try:
            if event.type != "pair":
                raise VoiceError("this satellite is not paired; run: hearth satellite pair", code="not-paired")
            return self._door.pair(event)
        except VoiceError as error:
            return Event("error", {"code": error.code, "text": str(error)})
