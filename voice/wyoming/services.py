"""Our ears, our voice and our conversation for others over Wyoming: Home Assistant picks them in an Assist pipeline.

There is no authentication in the protocol, so a connection is taken only from the networks that were named.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Sequence
from contextlib import aclosing, suppress

from voice.model import AudioFormat, EngineError, Hearing, NotUnderstood, Sound, VoiceError
from voice.wyoming.offer import Asked, Offer, Spotter, info
from voice.wyoming.wire import Event, WireError, described, events, format_of, send

log = logging.getLogger("hearth." + __name__)

CONNECTIONS_MAX = 16
IDLE_S = 120.0
"""Home Assistant opens a connection for each request; one on which nothing comes for so long is forgotten."""
GOODBYE_S = 1.0
"""What a client that is being served gets to end in."""
SOUND_MAX_S = 60.0
TEXT_MAX = 4_000
"""Characters that are spoken, or answered, at once."""
_ENDS = ".!?\n"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: tuple[Network, ...] = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


class Services:
    """The server; run it with `run`."""

    def __init__(
        self, offer: Offer, *, host: str = "127.0.0.1", port: int = 0, networks: Sequence[Network] = LOOPBACK
    ) -> None:
        """Offer on an address, to clients in `networks` alone."""
        self._offer, self._host, self._wanted, self._networks = offer, host, port, tuple(networks)
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.port: int | None = None
        """Where it listens, while it does."""
        self.listening = asyncio.Event()
        self.refused: dict[str, int] = {}
        """How often an address was turned away."""

    async def run(self) -> None:
        """Serve until cancelled; raises OSError when the port is taken."""
        server = await asyncio.start_server(self._serve, self._host, self._wanted)
        async with server:
            self.port = int(server.sockets[0].getsockname()[1])
            self.listening.set()
            try:
                await server.serve_forever()
            finally:
                self.listening.clear()
                self.port = None
                await self._hang_up()

    async def _hang_up(self) -> None:
        """Let the clients go; in 3.11 a server's handler that is cancelled instead is logged as an error by asyncio."""
        for writer in self._serving.values():
            writer.close()
        if self._serving:
            await asyncio.wait(self._serving, timeout=GOODBYE_S)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str((writer.get_extra_info("peername") or ("?",))[0])
        task = asyncio.current_task()
        if task is None or not self._welcome(peer):
            writer.close()
            return
        self._serving[task] = writer
        client = _Client(self._offer, writer)
        try:
            async with aclosing(events(reader)) as messages:
                while True:
                    async with asyncio.timeout(IDLE_S):
                        await client.take(await anext(messages))
        except (StopAsyncIteration, TimeoutError, ConnectionError):
            pass
        except WireError as error:
            log.warning("a Wyoming client at %s sends %s", peer, error)
        except Exception:  # the border to a client: what it makes happen must not end the server
            log.exception("a Wyoming client could not be served")
        finally:
            del self._serving[task]
            await client.close()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _welcome(self, peer: str) -> bool:
        address = _address(peer)
        if address is not None and any(address in network for network in self._networks):
            return len(self._serving) < CONNECTIONS_MAX
        if peer not in self.refused:
            log.warning("a Wyoming client at %s was turned away; name it in wyoming.clients to let it in", peer)
        if peer in self.refused or len(self.refused) < CONNECTIONS_MAX:
            self.refused[peer] = self.refused.get(peer, 0) + 1
        return False


def _address(peer: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


class _Client:
    """One connection: what was asked for on it, and what of that is under way."""

    def __init__(self, offer: Offer, writer: asyncio.StreamWriter) -> None:
        self._offer, self._writer = offer, writer
        self._hearing: Hearing | None = None
        self._wake: Spotter | None = None
        self._detected = False
        self._heard_s = 0.0
        self._text: str | None = None
        """What is still to be spoken of a text that comes in pieces; None: none comes."""
        self._begun: AudioFormat | None = None

    async def close(self) -> None:
        """Drop what is under way."""
        await self._drop()

    async def take(self, event: Event) -> None:
        """Do what a message wants; what goes wrong is told, and the connection stays."""
        try:
            await self._take(event)
        except VoiceError as error:
            await self._drop()
            await self._say(Event("error", {"text": str(error), "code": error.code}))

    async def _take(self, event: Event) -> None:
        match event.type:
            case "describe":
                await self._say(Event("info", info(self._offer)))
            case "ping":
                await self._say(Event("pong", event.data))
            case "transcribe":
                await self._transcribe()
            case "detect":
                await self._detect()
            case "audio-chunk":
                await self._hear(event)
            case "audio-stop":
                await self._heard()
            case "synthesize" if self._text is None:
                await self._speak(event.text("text"))
                await self._stop()
            case "synthesize-start":
                self._text = ""
            case "synthesize-chunk" if self._text is not None:
                await self._speak_on(event.text("text"))
            case "synthesize-stop" if self._text is not None:
                rest, self._text = self._text, None
                await self._speak(rest)
                await self._stop()
                await self._say(Event("synthesize-stopped"))
            case "transcript":
                await self._answer(event)
            case _:
                pass

    async def _say(self, *messages: Event) -> None:
        await send(self._writer, *messages)

    async def _drop(self) -> None:
        hearing, self._hearing = self._hearing, None
        self._wake, self._text = None, None
        if hearing is not None:
            await hearing.close()

    async def _transcribe(self) -> None:
        await self._drop()
        if self._offer.speech is None:
            raise EngineError("speech is not recognized here", code="engine-missing")
        recognizer = await self._offer.speech.recognizer()
        self._hearing, self._heard_s = await recognizer.listen("wyoming"), 0.0

    async def _detect(self) -> None:
        if self._offer.wake is None:
            raise EngineError("no wake word is listened for here", code="engine-missing")
        self._wake, self._detected = await self._offer.wake(), False

    async def _hear(self, event: Event) -> None:
        if self._hearing is None and self._wake is None:
            return
        said = format_of(event)
        if said != AudioFormat():
            raise EngineError(f"sound must be 16000 Hz, 2 bytes, 1 channel, not {said}", code="audio-unreadable")
        pcm = event.payload[: len(event.payload) - len(event.payload) % 2]
        if self._wake is not None:
            found = await self._wake.accept(pcm, asyncio.get_running_loop().time())
            if found is not None:
                self._detected = True
                await self._say(Event("detection", {"name": found.word, "timestamp": event.number("timestamp")}))
        if self._hearing is not None:
            self._heard_s += said.seconds(len(pcm))
            if self._heard_s <= SOUND_MAX_S:
                await self._hearing.accept(pcm)

    async def _heard(self) -> None:
        """The sound is over: say what was heard, which is nothing where nothing was."""
        if self._wake is not None:
            self._wake = None
            if not self._detected:
                await self._say(Event("not-detected"))
        if self._hearing is None:
            return
        hearing, self._hearing = self._hearing, None
        try:
            text = (await hearing.finish()).text
        except NotUnderstood:
            text = ""
        finally:
            await hearing.close()
        await self._say(Event("transcript", {"text": text, "language": self._offer.language}))

    async def _speak_on(self, text: str) -> None:
        """Take the next piece of a text; what is whole sentences of it is spoken now."""
        whole = (self._text or "") + text
        end = max(whole.rfind(mark) for mark in _ENDS) + 1
        # The mark may be a decimal point, of which the rest comes with the next piece.
        if end == len(whole):
            end = max(whole.rfind(mark, 0, end - 1) for mark in _ENDS) + 1
        if len(whole) > TEXT_MAX:
            end = end or len(whole)  # no sentence is so long: it need not be waited for
        self._text = whole[end:]
        if end > 0:
            await self._speak(whole[:end])

    async def _speak(self, text: str) -> None:
        if self._offer.speech is None:
            raise EngineError("there is no voice here", code="engine-missing")
        if not text.strip():
            return
        synthesizer = await self._offer.speech.synthesizer()
        async with aclosing(synthesizer.say(text[:TEXT_MAX])) as sounds:
            async for sound in sounds:
                await self._send(sound)

    async def _send(self, sound: Sound) -> None:
        about = described(sound.format)
        if self._begun is None:
            self._begun = sound.format
            await self._say(Event("audio-start", about))
        await self._say(Event("audio-chunk", about, sound.pcm))

    async def _stop(self) -> None:
        """End the sound; one that has none is begun first, as a client waits for its form."""
        if self._begun is None:
            await self._say(Event("audio-start", described(AudioFormat())))
        self._begun = None
        await self._say(Event("audio-stop"))

    async def _answer(self, event: Event) -> None:
        text = event.text("text").strip()
        if self._offer.answer is None or not text or len(text) > TEXT_MAX:
            await self._say(Event("not-handled", {"text": ""}))
            return
        answered = await self._offer.answer(Asked(text, event.text("language") or None, event.table("context")))
        kind = "handled" if answered.handled else "not-handled"
        await self._say(Event(kind, {"text": answered.text, "context": dict(event.table("context"))}))
