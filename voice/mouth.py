"""What speaks on one satellite: says a text, and knows at any time what of it was heard."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from voice.earcons import Earcon, earcon
from voice.echo import OwnVoice
from voice.engines import Engines
from voice.model import EngineError, Sound, VoiceError
from voice.satellite import Played, Satellite, SatelliteError
from voice.saying import Saying, Tempo

SPEAK_S = 180.0
"""More than a text of the greatest length takes (`voice.spoken.TEXT_MAX`)."""


class Mouth:
    """Says one text at a time on one satellite."""

    def __init__(self, satellite: Satellite, engines: Engines, now_s: Callable[[], float]) -> None:
        """`now_s` tells the time by which the satellite's sound is stamped."""
        self._satellite, self._engines, self._now_s = satellite, engines, now_s
        self._tempo = Tempo()
        self.own = OwnVoice()
        """What is being said, for whoever hears it in the microphone."""
        self.saying: Saying | None = None
        """What is said, or was last."""

    async def say(self, text: str, on_first: Callable[[], None]) -> tuple[float, VoiceError | None]:
        """Say a text; return how many seconds of it were heard, and what went wrong. Cancel it to be silent at once.

        Where the voice fails before its first sound, a tone says so. `on_first` is called when the first sound is
        handed over.
        """
        saying = self.saying = Saying(text, self._engines.language, self._tempo, self._now_s)
        self.own.begin()
        problems: list[VoiceError] = []
        try:
            async with asyncio.timeout(SPEAK_S), aclosing(self._sounds(saying, on_first, problems)) as sounds:
                played = await self._satellite.play(sounds)
        except TimeoutError:
            played = Played(saying.handed_s, False)
            problems.append(EngineError(f"it was not said within {SPEAK_S:.0f} s", code="engine-late"))
        except SatelliteError as error:
            played = Played(0.0, False)
            problems.append(EngineError(str(error), code="satellite-gone"))
        return played.seconds, problems[0] if problems else None

    async def _sounds(
        self, saying: Saying, on_first: Callable[[], None], problems: list[VoiceError]
    ) -> AsyncGenerator[Sound]:
        try:
            synthesizer = await self._engines.synthesizer()
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
