"""An ESPHome voice device, or a ``linux-voice-assistant``, as one of ours: we connect to it over its native API.

It listens for its wake word itself and sends sound only after it, until it is told that the sentence is whole; then it
fetches the answer from us. So the microphone is off while it speaks: it is interrupted by its own stop word or button.
It must know before it plays an answer whether to open its microphone again after it; then it begins a turn by itself.
Facts of aioesphomeapi 46 and of ESPHome's ``voice_assistant`` component.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING

from voice.inbox import Inbox
from voice.model import Sound
from voice.pace import Pace, pieces
from voice.satellite import Played, Reached, SatelliteError, SatelliteEvent, Stage, Woken
from voice.satellites.fetching import Fetching, Offer

if TYPE_CHECKING:
    from aioesphomeapi.client import APIClient

PORT = 6053
CONNECT_S = 15.0
FETCH_S = 5.0
"""How long a device may take to fetch an answer that it was offered."""
LONGEST_S = 600.0
"""The longest announcement; it is heard to its end before the device says so."""
BUTTON = "button"
"""What it says it was woken by where it names no wake word."""


class _Line:
    """One connection."""

    def __init__(self, client: "APIClient", fetching: Fetching) -> None:
        self.client, self.fetching = client, fetching
        self.inbox = Inbox()
        self.in_turn = False
        """Whether the device runs a turn, which it is told the stages of."""
        self.understood = False
        self.listening = False
        """Whether it was told that we listen."""
        self.thinking = False
        """Whether it waits to be told what came of the sentence."""
        self.goes_on = False
        """Whether it was told to open its microphone again after the answer, and did not yet."""
        self.users = 0
        self.leaving = AsyncExitStack()
        """Ends the connection once nobody uses it."""

    async def on_start(self, _turn: str, _flags: int, _settings: object, phrase: str | None) -> int:
        """The device was woken, or listens on by itself; 0 asks it for its sound over this connection."""
        if self.goes_on and not phrase:
            self.run_end()
            self.run_begin()
            return 0
        self.goes_on, self.in_turn, self.understood = False, True, False
        self.inbox.put(Woken(phrase or BUTTON, asyncio.get_running_loop().time()))
        return 0

    async def on_sound(self, pcm: bytes, _second: bytes | None) -> None:
        """Sound came: int16 mono at 16 kHz."""
        self.inbox.sound(pcm, asyncio.get_running_loop().time())

    async def on_stop(self, _aborted: bool) -> None:
        """The device ended its turn by itself; what was said so far ends by silence."""
        self.in_turn = False

    def run_begin(self) -> None:
        """Tell it that we listen."""
        self.in_turn, self.understood, self.goes_on = True, False, False
        self.listening = True
        self.tell("RUN_START")
        self.tell("STT_START")

    def decided(self) -> None:
        """Tell it, once, what came of the sentence: whether it is to listen on after the answer."""
        if self.thinking:
            self.thinking = False
            self.tell("INTENT_END", {"continue_conversation": "1"} if self.goes_on else {})

    def run_end(self) -> None:
        """Tell it that the turn is over, if it is in one."""
        if self.in_turn:
            self.decided()
            self.tell("RUN_END")
            self.in_turn = self.listening = False

    def tell(self, event: str, data: Mapping[str, str] | None = None) -> None:
        """Tell the device where the turn is, by the name of the event; nothing if it is gone."""
        from aioesphomeapi.core import APIConnectionError
        from aioesphomeapi.model import VoiceAssistantEventType

        with suppress(APIConnectionError):
            kind = VoiceAssistantEventType[f"VOICE_ASSISTANT_{event}"]
            self.client.send_voice_assistant_event(kind, None if data is None else dict(data))


class EsphomeSatellite:
    """One device, at an address. It is connected while somebody listens to it, and while it speaks."""

    wakes_itself = True

    def __init__(
        self, name: str, host: str, port: int = PORT, *, key: str | None = None, room: str | None = None
    ) -> None:
        """`key` is its API encryption key (base64); without `room`, the area that it says it is in."""
        self._name, self._host, self._port, self._key, self._room = name, host, port, key, room
        self._line: _Line | None = None
        self._joining = asyncio.Lock()
        self._listening = False
        self._speaking = asyncio.Lock()
        self._area: str | None = None

    @property
    def name(self) -> str:
        """What it is called in the house."""
        return self._name

    @property
    def room(self) -> str | None:
        """The room that was given, else the area that it names once it was reached."""
        return self._room or self._area

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        """Connect, and yield what it hears; closing the iterator sets it free.

        Raises:
            SatelliteError: it cannot be reached, has no voice assistant, or went away.
        """
        if self._listening:
            raise SatelliteError(f"satellite {self._name!r} is being listened to already")
        self._listening = True
        try:
            async with self._joined() as line:
                try:
                    yield Reached(asyncio.get_running_loop().time())
                    while True:
                        yield await line.inbox.next()
                finally:
                    self._end_turn(line)
        finally:
            self._listening = False

    @asynccontextmanager
    async def _joined(self) -> AsyncGenerator[_Line]:
        """Share the connection, made by whoever needs it first: a device has one hub for its voice."""
        async with self._joining:
            if self._line is None:
                stack = AsyncExitStack()
                self._line = await stack.enter_async_context(self._connected())
                self._line.leaving = stack
            line = self._line
            line.users += 1
        try:
            yield line
        finally:
            line.users -= 1
            if line.users == 0:
                self._line = None
                await line.leaving.aclose()

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[_Line]:
        try:
            from aioesphomeapi.client import APIClient
            from aioesphomeapi.core import APIConnectionError
        except ImportError as error:
            raise SatelliteError("ESPHome satellites need the package aioesphomeapi: hearth-home[esphome]") from error
        client = APIClient(self._host, self._port, None, client_info="Hearth", noise_psk=self._key)
        lost = SatelliteError(f"satellite {self._name!r} at {self._host}:{self._port} is gone")
        held: list[_Line] = []

        async def on_stop(_expected: bool) -> None:
            for line in held:
                line.inbox.fail(lost)

        try:
            try:
                async with asyncio.timeout(CONNECT_S):
                    await client.connect(on_stop=on_stop, login=True)
                    self._area = await self._checked(client)
            except (APIConnectionError, TimeoutError) as error:
                why = str(error) or f"no answer within {CONNECT_S:g} s"
                raise SatelliteError(f"satellite {self._name!r} at {self._host}:{self._port}: {why}") from error
            async with Fetching.serving(self._host, self._port) as fetching:
                line = _Line(client, fetching)
                held.append(line)
                leave = client.subscribe_voice_assistant(
                    handle_start=line.on_start, handle_stop=line.on_stop, handle_audio=line.on_sound
                )
                try:
                    yield line
                finally:
                    with suppress(APIConnectionError):
                        leave()
        finally:
            with suppress(APIConnectionError):
                await client.disconnect(force=True)

    async def _checked(self, client: "APIClient") -> str | None:
        """Return the area that the device says it is in."""
        from aioesphomeapi.model import VoiceAssistantFeature

        about = await client.device_info()
        wanted = VoiceAssistantFeature.API_AUDIO | VoiceAssistantFeature.ANNOUNCE
        if about.voice_assistant_feature_flags & wanted != wanted:
            raise SatelliteError(
                f"satellite {self._name!r} has no voice assistant that plays what it fetches; "
                "it needs ESPHome 2024.9 or later, and a media_player"
            )
        return about.suggested_area or None

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Play sounds, as a turn's answer or as an announcement; `voice.satellite.Satellite.play` tells the rest."""
        async with self._speaking, self._joined() as line:
            pace = Pace()
            async with aclosing(pieces(sounds, pace)) as paced:
                first = await anext(paced, None)
                if first is None:
                    return Played(0.0, whole=True)
                async with line.fetching.offer(first.format) as offer, asyncio.TaskGroup() as group:
                    announcing = group.create_task(_offered(line, offer.url))
                    try:
                        return await self._streamed(offer, first, paced, pace)
                    except SatelliteError:
                        return Played(pace.heard_s, whole=False)
                    finally:
                        announcing.cancel()

    async def _streamed(self, offer: Offer, first: Sound, rest: AsyncIterator[Sound], pace: Pace) -> Played:
        try:
            async with asyncio.timeout(FETCH_S):
                await offer.fetched.wait()
        except TimeoutError:
            raise SatelliteError(f"satellite {self._name!r} does not fetch what it is to play") from None
        await offer.write(first)
        async for piece in rest:
            await offer.write(_as(piece, offer))
        await asyncio.sleep(pace.left_s)
        return Played(pace.heard_s, whole=True)

    async def show(self, stage: Stage) -> None:
        """Tell it, for its lights; once the sentence is whole, it switches its microphone off."""
        line = self._line
        if line is None or not line.in_turn:
            return
        match stage:
            case Stage.LISTENING if not line.listening:
                line.run_begin()
            case Stage.THINKING:
                line.understood = line.thinking = True
                line.listening = False
                line.tell("STT_VAD_END")
                line.tell("STT_END", {"text": ""})
                line.tell("INTENT_START")
            case Stage.ASKING:
                line.goes_on = True
            case Stage.SPEAKING:
                line.decided()
            case Stage.FOLLOW_UP if line.goes_on:
                line.run_end()  # then it begins a turn by itself
            case _:
                pass

    async def rearm(self) -> None:
        """Let it go back to its wake word."""
        if self._line is not None:
            self._end_turn(self._line)
            self._line.goes_on = False
            self._line.inbox.forget()

    def _end_turn(self, line: _Line) -> None:
        if not line.in_turn:
            return
        if not line.understood:
            line.tell("ERROR", {"code": "stt-no-text-recognized", "message": "nothing was understood"})
        line.run_end()


async def _offered(line: _Line, url: str) -> None:
    """Tell the device what to fetch: in a turn as its answer, else as an announcement."""
    from aioesphomeapi.core import APIConnectionError

    if line.in_turn:
        line.decided()
        line.tell("TTS_START", {"text": ""})
        line.tell("TTS_END", {"url": url})
        return
    with suppress(APIConnectionError, TimeoutError):
        await line.client.send_voice_assistant_announcement_await_response(url, LONGEST_S)


def _as(sound: Sound, offer: Offer) -> Sound:
    """Return a sound at the rate of the first: a WAV file has one."""
    if sound.format == offer.format:
        return sound
    import numpy as np

    from voice.audio import resample, to_int16

    samples = np.frombuffer(sound.pcm, np.int16).astype(np.float32) / np.float32(2**15)
    pcm = to_int16(resample(samples, sound.format.rate_hz, offer.format.rate_hz)).tobytes()
    return Sound(pcm, offer.format)
