"""A Wyoming satellite as one of ours: we connect to it, claim it, hear it, and speak through it.

Tried with wyoming-satellite 1.0.0 (PyPI) and 1.4.1. It goes on sending what it hears until `rearm`, also while it
speaks: so one can interrupt it by voice, and answer without the wake word.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial

from voice.model import AudioFormat, Sound
from voice.pace import Pace, pieces
from voice.satellite import Played, Reached, SatelliteError, SatelliteEvent, Stage
from voice.wyoming.line import About, Line
from voice.wyoming.wire import Event, described

log = logging.getLogger("hearth." + __name__)

PORT = 10700
"""That of wyoming-satellite's own examples; zeroconf tells others."""
DOUBT_S = 30.0
"""One that said nothing for so long since it was claimed may be another hub's: 1.0.0 keeps the connection of a second
hub, reads nothing more from it, and does not say so. Claiming anew finds it free once the other hub has left."""
LATE_S = 0.5
"""How long after its last sound a satellite may take to say ``played``; 1.0.0 never says it."""


Reach = Callable[[], Awaitable[tuple[Line, About]]]
"""Returns a connection to a satellite, or raises SatelliteError."""


class WyomingSatellite:
    """One satellite, at an address. It is ours while somebody listens to it, and while it speaks."""

    wakes_itself = False
    """Until its first wake word tells, unless it lists its wake words (1.4.1)."""

    def __init__(
        self, name: str, host: str, port: int = PORT, *, room: str | None = None, reach: Reach | None = None
    ) -> None:
        """Take its address; without `room`, the area that it says it is in. `reach` is for one that has dialled us."""
        self._name, self._host, self._port = name, host, port
        self._reach: Reach = reach or partial(Line.reach, name, host, port)
        self._room = room
        self._line: Line | None = None
        self._joining = asyncio.Lock()
        self._listening = False
        self._about: About | None = None
        self._understood = False
        self._loudspeaker = asyncio.Lock()

    @property
    def name(self) -> str:
        """What it is called in the house."""
        return self._name

    @property
    def room(self) -> str | None:
        """The room that was given, else the area that it names once it was reached."""
        return self._room or (self._about.area if self._about is not None else None)

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"{self._host}:{self._port}"

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        """Connect, claim it, and yield what it hears; closing the iterator sets it free.

        Raises:
            SatelliteError: it cannot be reached, is none, is somebody else's, or went away.
        """
        if self._listening:
            raise SatelliteError(f"satellite {self._name!r} is being listened to already")
        self._listening = True
        line: Line | None = None
        reached = False
        try:
            while True:
                line = line or await self._claimed()
                if not reached and self._about is not None and self._about.version is None:
                    # 1.0.0 says nothing before somebody wakes it.
                    yield Reached(asyncio.get_running_loop().time())
                reached = True
                event = await self._next(line)
                if event is None:
                    self._leave(line)
                    line = None
                    continue
                self.wakes_itself = line.wakes_itself
                yield event
        finally:
            self._listening = False
            if line is not None:
                self._leave(line)

    async def _claimed(self) -> Line:
        line = await self._join()
        self.wakes_itself = line.wakes_itself
        try:
            line.claim()
        except SatelliteError:
            self._part(line)
            raise
        return line

    async def _next(self, line: Line) -> SatelliteEvent | None:
        """Return what is heard next; None if it may be another hub's, and should be claimed again.

        Raises:
            SatelliteError: it is gone, or surely another hub's.
        """
        try:
            async with asyncio.timeout(None if line.accepted else DOUBT_S):
                return await line.inbox.next()
        except TimeoutError:
            if line.accepted:
                return await line.inbox.next()
        if self._about is not None and self._about.version is not None:
            # It would have answered a ping. 1.0.0 knows none, and may only wait for its wake word.
            raise SatelliteError(f"satellite {self._name!r} does not answer; another hub may have claimed it")
        return None

    def _leave(self, line: Line) -> None:
        with suppress(SatelliteError):
            self._end_turn(line)
            line.send(Event("pause-satellite"))
        self._part(line)

    async def _join(self) -> Line:
        """Return the connection, made by whoever needs it first: of two, the satellite would ignore one."""
        async with self._joining:
            if self._line is None or self._line.lost is not None:
                self._line, self._about = await self._reach()
            self._line.users += 1
            return self._line

    def _part(self, line: Line) -> None:
        line.users -= 1
        if line.users == 0:
            line.close()
            if self._line is line:
                self._line = None

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Play sounds, also while nobody listens to it; `voice.satellite.Satellite.play` tells the rest."""
        async with self._loudspeaker, self._speaking() as line:
            if not line.speaks:
                raise SatelliteError(f"satellite {self._name!r} has no loudspeaker")
            pace = Pace()
            begun: AudioFormat | None = None
            line.played.clear()
            try:
                async with aclosing(pieces(sounds, pace)) as paced:
                    async for piece in paced:
                        if piece.format != begun:
                            _stop(line, begun=begun is not None)
                            line.send(Event("audio-start", described(piece.format)))
                            begun = piece.format
                        line.send(Event("audio-chunk", described(piece.format), piece.pcm))
            except SatelliteError:
                return Played(pace.heard_s, whole=False)
            finally:
                # Also when cancelled: what it has is out within the lead, and then it is silent.
                _stop(line, begun=begun is not None)
            if begun is None:
                return Played(0.0, whole=True)
            return Played(pace.heard_s + pace.left_s, whole=await _out(line, pace))

    async def show(self, stage: Stage) -> None:
        """Tell it, for its lights and sounds."""
        line = self._line
        if line is None:
            return
        with suppress(SatelliteError):
            if stage is Stage.LISTENING:
                self._understood = False
                if not line.wakes_itself:
                    line.send(Event("detection", {"name": ""}))
            elif stage is Stage.THINKING:
                self._understood = True
                line.send(Event("voice-stopped"))

    async def rearm(self) -> None:
        """Let it go back to its wake word; what it still sends is no part of a turn."""
        line = self._line
        if line is not None:
            with suppress(SatelliteError):
                self._end_turn(line)
            line.inbox.forget()

    def _end_turn(self, line: Line) -> None:
        """End the streaming of one that wakes itself: by ``transcript``, as 1.0.0 goes on after an ``error``."""
        if not line.streaming:
            return
        if not self._understood:
            line.send(Event("error", {"text": "nothing was understood", "code": "stt-no-text-recognized"}))
        line.send(Event("transcript", {"text": ""}))
        self._understood = False
        line.streaming = not line.wakes_itself

    @asynccontextmanager
    async def _speaking(self) -> AsyncGenerator[Line]:
        line = await self._join()
        try:
            yield line
        finally:
            self._part(line)


def _stop(line: Line, *, begun: bool) -> None:
    if begun:
        with suppress(SatelliteError):
            line.send(Event("audio-stop"))


async def _out(line: Line, pace: Pace) -> bool:
    """Return once the last sound is out, by its word or by the clock; False if it went away before."""
    with suppress(TimeoutError):
        async with asyncio.timeout(pace.left_s + LATE_S):
            await line.played.wait()
    return line.lost is None
