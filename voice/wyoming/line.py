"""One connection to a Wyoming satellite, from the hub's side: claimed, kept alive, what it hears in a bounded queue.

A protocol of asyncio's, not a task: it answers pings and drops old sound also while nobody waits for it.
"""

import asyncio
import logging
import socket
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Self

from voice.inbox import Inbox
from voice.model import AudioFormat
from voice.satellite import Reached, SatelliteError, Woken
from voice.wyoming.wire import Decoder, Event, WireError, encode, format_of

log = logging.getLogger("hearth." + __name__)

CONNECT_S = 5.0
PING_S = 2.0
"""wyoming-satellite 1.4.1 pings as often once it was pinged, and lets go without a word who does not answer for 5 s."""
DEAD_S = 5.0
UNNAMED = "wake word"
"""What wyoming-satellite 1.0.0 listens for, which it does not say; no word at all would be a button."""
UNSENT_MAX = 256 * 1024
"""Bytes that a satellite has not taken: three seconds of what we say, sent no faster than it is heard."""


@dataclass(frozen=True, slots=True)
class About:
    """What a satellite says of itself."""

    name: str
    area: str | None
    version: str | None
    """None for wyoming-satellite 1.0.0, which knows neither ``ping`` nor ``played``."""


class Line(asyncio.Protocol):
    """A connection to the satellite called `name`; `reach` makes one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._decoder = Decoder()
        self._transport: asyncio.Transport | None = None
        self._pinging: asyncio.TimerHandle | None = None
        self._info: asyncio.Future[Event] = self._loop.create_future()
        self._detected = Woken("", 0.0)
        self._spoke_at = self._loop.time()
        self._ponged = False
        self._run_at: float | None = None
        self.lost: SatelliteError | None = None
        """Why the connection is gone, once it is."""
        self.gone = asyncio.Event()
        """Set when it is."""
        self.inbox = Inbox()
        """What it heard."""
        self.users = 0
        """How many use it: who listens, who speaks."""
        self.accepted = False
        """Whether it said anything since it was claimed: so it is ours."""
        self.streaming = False
        """Whether it sends what it hears."""
        self.wakes_itself = False
        self.speaks = True
        """Whether it has a loudspeaker; only its first ``run-pipeline`` tells."""
        self.played = asyncio.Event()
        """Set when it says that a sound is out."""

    @classmethod
    async def reach(cls, name: str, host: str, port: int) -> tuple[Self, About]:
        """Return a connection to what answers as a satellite, not claimed yet.

        Raises:
            SatelliteError: nothing answers there, or no satellite.
        """
        where = f"{host}:{port}"
        loop = asyncio.get_running_loop()
        line: Self | None = None
        try:
            async with asyncio.timeout(CONNECT_S):
                _, line = await loop.create_connection(lambda: cls(name), host, port)
                return line, await line.described(where)
        except (OSError, TimeoutError) as error:
            why = "it does not answer" if isinstance(error, TimeoutError) else (error.strerror or str(error))
            if line is not None:
                line.close()
            remedy = "is the satellite on, and its address right?"
            raise SatelliteError(f"satellite {name!r} at {where}: {why}; {remedy}") from error
        except SatelliteError:
            if line is not None:
                line.close()
            raise

    async def described(self, where: str) -> About:
        """Ask it what it is; raises SatelliteError when it is no satellite, `where` is for that."""
        self.send(Event("describe"))
        info = await self._info
        about = info.table("satellite")
        if not about:
            offered = ", ".join(sorted(key for key, value in info.data.items() if value)) or "nothing"
            raise SatelliteError(f"what answers at {where} is no satellite: it offers {offered}")
        name, area, version = (about.get(key) for key in ("name", "area", "version"))
        # Told early by those that know which words they listen for (wyoming-satellite 1.4.1).
        self.wakes_itself = bool(about.get("active_wake_words")) or bool(info.data.get("wake"))
        return About(
            name if isinstance(name, str) else self._name,
            area if isinstance(area, str) and area else None,
            version if isinstance(version, str) else None,
        )

    def claim(self) -> None:
        """Make it ours: the first message that is no question decides whose a satellite is."""
        self._run_at = self._loop.time()
        self.send(Event("run-satellite"))
        self.watch_over()

    def watch_over(self) -> None:
        """Ping it from now on, to notice when it is gone; again changes nothing."""
        if self._pinging is None:
            self._pinging = self._loop.call_later(PING_S, self._ping)

    def send(self, *events: Event) -> None:
        """Hand on messages without waiting.

        Raises:
            SatelliteError: the connection is gone.
        """
        if self.lost is not None or self._transport is None:
            raise self.lost or SatelliteError(f"satellite {self._name!r} is not connected")
        if self._transport.get_write_buffer_size() > UNSENT_MAX:
            raise self._lose("it takes nothing any more")
        self._transport.write(b"".join(map(encode, events)))

    def close(self) -> None:
        """End the connection, with what is to be sent still sent; again is harmless."""
        if self._transport is not None:
            self._transport.close()
        self._end(SatelliteError(f"the connection to satellite {self._name!r} is closed"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection that was made."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        connected = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # An old satellite answers no ping. That its machine is gone is told by pings that nobody acknowledges.
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(DEAD_S * 1000))

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        self._spoke_at = self._loop.time()
        try:
            for event in self._decoder.feed(data):
                self._take(event)
        except WireError as error:
            self._lose(f"it sends {error}")

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that it is gone, and why."""
        soon = self._run_at is not None and self._loop.time() - self._run_at < 1.0
        self._lose("it hung up" + ("; another hub may have claimed it" if soon and not exc else ""))

    def _lose(self, why: str) -> SatelliteError:
        lost = self._end(SatelliteError(f"satellite {self._name!r}: {why}"))
        if self._transport is not None:
            self._transport.abort()
        return lost

    def _end(self, why: SatelliteError) -> SatelliteError:
        """Let all who wait know that it is gone; the first reason stays."""
        self.lost = self.lost or why
        self.gone.set()
        if self._pinging is not None:
            self._pinging.cancel()
        self.inbox.fail(self.lost)
        if not self._info.done():
            self._info.set_exception(self.lost)
            self._info.exception()  # Nobody need wait for it.
        self.played.set()
        return self.lost

    def _ping(self) -> None:
        if self.lost is not None:
            return
        if self._ponged and self._loop.time() - self._spoke_at > DEAD_S:
            self._lose(f"it said nothing for {DEAD_S:.0f} s")
            return
        self._pinging = self._loop.call_later(PING_S, self._ping)
        self._answer(Event("ping", {"text": "hearth"}))

    def _answer(self, event: Event) -> None:
        # It may be lost in the middle of what came at once.
        with suppress(SatelliteError):
            self.send(event)

    def _take(self, event: Event) -> None:
        if not self.accepted and event.type != "info":
            self.accepted = True
            self.inbox.put(Reached(self._loop.time()))
        match event.type:
            case "audio-chunk" if self.streaming:
                self._hear(event)
            case "ping":
                self._ponged = True
                self._answer(Event("pong", event.data))
            case "pong":
                self._ponged = True
            case "info":
                if not self._info.done():
                    self._info.set_result(event)
            case "detection":
                score, level_dbfs = event.fraction("score"), event.fraction("level_dbfs")
                self._detected = Woken(event.text("name"), 0.0, 1.0 if score is None else score, level_dbfs)
            case "run-pipeline":
                self._run(event)
            case "audio-stop" | "streaming-stopped" if not self.wakes_itself:
                self.streaming = False
            case "played":
                self.played.set()
            case _:
                pass

    def _run(self, event: Event) -> None:
        self.streaming = True
        self.speaks = event.text("end_stage") == "tts"
        self.wakes_itself = event.text("start_stage") == "asr"
        if not self.wakes_itself:
            self._answer(Event("detect"))
            return
        detected, self._detected = self._detected, Woken("", 0.0)
        word = detected.word or event.text("wake_word_name") or UNNAMED
        self._answer(Event("transcribe"))
        self.inbox.put(replace(detected, word=word, at_s=self._loop.time()))

    def _hear(self, event: Event) -> None:
        said = format_of(event)
        if said != AudioFormat():
            remedy = "set its microphone to 16000 Hz, 2 bytes, 1 channel"
            self._lose(f"it sends {said.rate_hz} Hz, {said.sample_bytes} bytes, {said.channels} channels; {remedy}")
            return
        self.inbox.sound(event.payload, self._loop.time())
