"""What speaks on one satellite: says a text, and knows at any time what of it was heard."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from voice.earcons import Earcon, earcon
from voice.echo import OwnVoice
from voice.engines import Engines
from voice.model import EngineError, Sound, VoiceError
from voice.satellite import Played, Satellite, SatelliteError
from voice.saying import Saying, Tempo

log = logging.getLogger("hearth." + __name__)

SPEAK_S = 180.0
"""More than a text of the greatest length takes (`voice.spoken.TEXT_MAX`)."""


EnginesOf = Callable[[str], Awaitable[Engines]]
"""Returns the engines of a language. Raises VoiceError where they cannot be had."""


class Mouth:
    """Says one text at a time on one satellite."""

    def __init__(
        self, satellite: Satellite, engines: Engines, now_s: Callable[[], float], abroad: EnginesOf | None = None
    ) -> None:
        """`now_s` tells the time by which the satellite's sound is stamped; `abroad` has other languages' voices."""
        self._satellite, self._engines, self._now_s, self._abroad = satellite, engines, now_s, abroad
        self._tempo = Tempo()
        self.own = OwnVoice()
        """What is being said, for whoever hears it in the microphone."""
        self.saying: Saying | None = None
        """What is said, or was last."""

    async def say(
        self, text: str, on_first: Callable[[], None], language: str | None = None
    ) -> tuple[float, VoiceError | None]:
        """Say a text; return how many seconds of it were heard, and what went wrong. Cancel it to be silent at once.

        Where the voice fails before its first sound, a tone says so. `on_first` is called when the first sound is
        handed over.
        """
        engines = await self._speaking(language)
        saying = self.saying = Saying(text, engines.language, self._tempo, self._now_s)
        self.own.begin()
        problems: list[VoiceError] = []
        try:
            async with asyncio.timeout(SPEAK_S), aclosing(self._sounds(engines, saying, on_first, problems)) as sounds:
                played = await self._satellite.play(sounds)
        except TimeoutError:
            played = Played(saying.handed_s, False)
            problems.append(EngineError(f"it was not said within {SPEAK_S:.0f} s", code="engine-late"))
        except SatelliteError as error:
            played = Played(0.0, False)
            problems.append(EngineError(str(error), code="satellite-gone"))
        return played.seconds, problems[0] if problems else None

    async def _speaking(self, language: str | None) -> Engines:
        """Return whose voice speaks a language: the usual one where there is none for it."""
        if language is None or self._abroad is None or language[:2] == self._engines.language[:2]:
            return self._engines
        try:
            return await self._abroad(language)
        except VoiceError as error:
            log.warning("there is no voice for %r: %s", language, error)
            return self._engines

    async def _sounds(
        self, engines: Engines, saying: Saying, on_first: Callable[[], None], problems: list[VoiceError]
    ) -> AsyncGenerator[Sound]:
        try:
            synthesizer = await engines.synthesizer()
            async with aclosing(synthesizer.say(saying.text)) as sounds:
                async for sound in sounds:
                    if saying.begun_s is None:
                        on_first()
                    yield self._handed(saying, sound)
            saying.is_whole()
        except VoiceError as error:
            problems.append(error)
            if saying.begun_s is None:
                on_first()
                yield self._handed(saying, earcon(Earcon.ERROR))

    def _handed(self, saying: Saying, sound: Sound) -> Sound:
        saying.hand(sound)
        self.own.play(sound, self._now_s())
        return sound
