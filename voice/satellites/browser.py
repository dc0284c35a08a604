"""A browser as a satellite: somebody holds a button on a page, speaks, and hears the answer.

Whoever has the connection gives what comes in to `sound`, `press`, `release` and `played`, and carries what goes out;
nothing here knows how. What goes out is sound, int16 mono, and messages, each with its ``type``: ``ready`` once
somebody listens, ``stage``, ``sound`` before the sound of an answer and whenever its rate changes, ``end`` after it,
``stop`` where it is cut off. A browser has its own echo cancellation, so it can be interrupted by voice.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, suppress
from typing import Protocol

from voice.inbox import Inbox
from voice.model import AudioFormat, Sound
from voice.pace import Pace, pieces
from voice.satellite import Played, Pressed, Released, SatelliteError, SatelliteEvent, Stage

LATE_S = 0.5
"""How long after its last sound a browser may take to say ``played``: networks, and loudspeakers with a buffer."""


class Channel(Protocol):
    """What goes out to one browser, in order."""

    def send(self, message: Mapping[str, object] | bytes) -> None:
        """Put a message or sound on its way, without waiting.

        Raises:
            SatelliteError: the browser is gone, or takes too little.
        """
        ...


class BrowserSatellite:
    """One page, for as long as it is connected."""

    def __init__(self, name: str, channel: Channel, *, room: str | None = None) -> None:
        """Take what goes out; `room` is where the person says that the browser is."""
        self._name, self._channel, self._room = name, channel, room
        self._inbox: Inbox | None = None
        self._speaking = asyncio.Lock()
        self._answer = 0
        self._out = asyncio.Event()
        self._is_gone = False

    @property
    def name(self) -> str:
        """What it is called in the house."""
        return self._name

    @property
    def room(self) -> str | None:
        """Where it is, if somebody said so."""
        return self._room

    @property
    def wakes_itself(self) -> bool:
        """It does not: there is a button."""
        return False

    def sound(self, pcm: bytes) -> None:
        """Take sound from its microphone: int16 mono at 16 kHz. Dropped where nobody listens."""
        if self._inbox is not None:
            self._inbox.sound(pcm, _now_s())

    def press(self) -> None:
        """The button is held."""
        if self._inbox is not None:
            self._inbox.put(Pressed(_now_s()))

    def release(self) -> None:
        """The button was let go."""
        if self._inbox is not None:
            self._inbox.put(Released(_now_s()))

    def played(self, answer: int) -> None:
        """The browser says that an answer, by the number that it was given, is out."""
        if answer == self._answer:
            self._out.set()

    def leave(self) -> None:
        """The browser is gone, for good: one that comes back is another satellite."""
        self._is_gone = True
        self._out.set()
        if self._inbox is not None:
            self._inbox.fail(self._gone())

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        """Tell the browser that it is listened to, and yield what comes from it.

        Raises:
            SatelliteError: it left, or somebody listens to it already.
        """
        if self._inbox is not None:
            raise SatelliteError(f"satellite {self._name!r} is being listened to already")
        if self._is_gone:
            raise self._gone()
        inbox = self._inbox = Inbox()
        try:
            self._channel.send({"type": "ready", "name": self._name})
            while True:
                yield await inbox.next()
        finally:
            self._inbox = None

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Play sounds; `voice.satellite.Satellite.play` tells the rest."""
        async with self._speaking:
            if self._is_gone:
                raise self._gone()
            pace = Pace()
            self._answer += 1
            self._out.clear()
            begun: AudioFormat | None = None
            ended = False
            try:
                async with aclosing(pieces(sounds, pace)) as paced:
                    async for piece in paced:
                        if piece.format != begun:
                            begun = piece.format
                            self._channel.send({"type": "sound", "answer": self._answer, "rate_hz": begun.rate_hz})
                        self._channel.send(piece.pcm)
                if begun is None:
                    return Played(0.0, whole=True)
                self._channel.send({"type": "end", "answer": self._answer})
                whole = await self._all_out(pace)
                ended = True
                return Played(pace.heard_s + pace.left_s, whole=whole)
            except SatelliteError:
                return Played(pace.heard_s, whole=False)
            finally:
                if begun is not None and not ended:
                    # Cut off, perhaps after the last of it was handed over.
                    self._tell({"type": "stop"})

    async def _all_out(self, pace: Pace) -> bool:
        """Return once the last sound is out, by the browser's word or by the clock; False if it left before."""
        with suppress(TimeoutError):
            async with asyncio.timeout(pace.left_s + LATE_S):
                await self._out.wait()
        return not self._is_gone

    async def show(self, stage: Stage) -> None:
        """Tell the page."""
        self._tell({"type": "stage", "stage": stage.value})

    async def rearm(self) -> None:
        """Forget the sound that came after the turn; the page sends none between turns."""
        if self._inbox is not None:
            self._inbox.forget()

    def _tell(self, message: Mapping[str, object]) -> None:
        with suppress(SatelliteError):
            self._channel.send(message)

    def _gone(self) -> SatelliteError:
        return SatelliteError(f"browser {self._name!r} left; open its page again")


def _now_s() -> float:
    return asyncio.get_running_loop().time()
