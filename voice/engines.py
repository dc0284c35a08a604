"""The engines of one house, shared by its sessions: loaded by whoever needs one first, closed together."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from voice.arbitrate import Judge
from voice.model import Recognizer, Synthesizer, Vocabulary
from voice.whose import Speakers


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Which engines are used."""

    vosk_model: Path | None = None
    """The folder of a Vosk model; None: pocketsphinx on the vocabulary."""
    piper_voice: Path | None = None
    """The ``.onnx`` of a Piper voice; None: espeak-ng."""
    language: str = "en"
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    remote_recognizer: tuple[str, int] | None = None
    """Another machine's, over Wyoming; the one here listens along."""
    remote_voice: tuple[str, int] | None = None
    """Another machine's, over Wyoming; the one here speaks where it fails."""
    remote_voice_name: str | None = None


class Engines:
    """One recognizer and one voice."""

    def __init__(
        self,
        settings: EngineSettings,
        *,
        recognizer: Recognizer | None = None,
        synthesizer: Synthesizer | None = None,
        judge: Judge | None = None,
        speakers: Speakers | None = None,
        speaks_as: Self | None = None,
    ) -> None:
        """`judge` tells the recognizer what sentences would mean, `speakers` whose voice it is. `recognizer` and
        `synthesizer` replace the ones that the settings would give; with `speaks_as`, the voice is that of others.
        """
        self._settings = settings
        self._given = (recognizer, synthesizer)
        self._judge, self._speakers, self._speaks_as = judge, speakers, speaks_as
        self._vocabulary = settings.vocabulary
        self._recognizer: Recognizer | None = None
        self._synthesizer: Synthesizer | None = None
        self._opened = AsyncExitStack()
        self._loading = asyncio.Lock()

    @property
    def language(self) -> str:
        """The language that is listened to and spoken, such as ``en``."""
        return self._settings.language

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._recognizer = self._synthesizer = None
        await self._opened.aclose()

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Expect `vocabulary` from now on; return its words that cannot be recognized, if the engine is loaded."""
        async with self._loading:
            self._vocabulary = vocabulary
            return await self._recognizer.learn(vocabulary) if self._recognizer is not None else ()

    async def recognizer(self) -> Recognizer:
        """Return the recognizer. Raises VoiceError when it cannot be loaded; the next call tries again."""
        words = await self.words()
        return self._speakers.beside(words) if self._speakers is not None else words

    async def words(self) -> Recognizer:
        """Return the recognizer as `recognizer` does, without whose voice it is: for others to build on."""
        async with self._loading:
            if self._recognizer is None:
                self._recognizer = await self._opened.enter_async_context(self._made())
            return self._recognizer

    def _made(self) -> Recognizer:
        from voice.recognize import load_recognizer

        settings = self._settings
        made = self._given[0] or load_recognizer(
            settings.vosk_model, self._vocabulary, language=settings.language, judge=self._judge
        )
        if settings.remote_recognizer is None:
            return made
        from voice.wyoming.engines import Remote, RemoteRecognizer

        return RemoteRecognizer(Remote(*settings.remote_recognizer), made, language=settings.language)

    async def synthesizer(self) -> Synthesizer:
        """Return the voice. Who only speaks loads no recognizer."""
        if self._speaks_as is not None:
            return await self._speaks_as.synthesizer()
        async with self._loading:
            if self._synthesizer is None:
                self._synthesizer = await self._opened.enter_async_context(self._voice())
            return self._synthesizer

    def _voice(self) -> Synthesizer:
        from voice.speak import load_synthesizer

        settings = self._settings
        made = self._given[1] or load_synthesizer(settings.piper_voice, language=settings.language)
        if settings.remote_voice is None:
            return made
        from voice.wyoming.engines import Remote, with_remote_voice

        return with_remote_voice(Remote(*settings.remote_voice), made, voice=settings.remote_voice_name)
