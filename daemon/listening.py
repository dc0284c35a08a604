"""The ears and the mouth of the daemon: the voice session, told what this house is called, loaded when first needed."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.config import Config
from daemon.supervise import Condition, Health
from daemon.systemd import DEMO, SERVICE_STATE, state_directory
from devices.model import HomeView
from skills.grammar.vocabulary import confusable, spoken
from voice.catalogue import Kind
from voice.known import known_words
from voice.model import ModelError, Vocabulary, VoiceError
from voice.models import best, installed
from voice.session import Voice, VoiceSettings

log = logging.getLogger("hearth." + __name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a sound file."""

    text: str
    confidence: float
    sound: bytes
    """The spoken answer as a WAV file, empty if none was asked for."""
    timings_ms: dict[str, float]


class Ears:
    """Hears sound files as if they were said in the house; holds no engine before the first one comes."""

    def __init__(self, config: Config, state: Path, home: HomeView) -> None:
        self._home = home
        self._models = models_folder(config, state)
        self._config = config
        self._cache = state / "cache"
        self._version = -1
        self._warned: set[tuple[str, str]] = set()
        self._voice: Voice | None = None
        self._turn = asyncio.Lock()
        self._asked: Path | None = None
        self._known: Callable[[str], bool] | None = None

    async def close(self) -> None:
        """End the engines."""
        if self._voice is not None:
            await self._voice.__aexit__(None, None, None)

    def health(self) -> Health:
        """Return which engines there are."""
        try:
            vosk = self._vosk()
        except ModelError as error:
            return Health("voice", Condition.DEGRADED, str(error), "correct voice.vosk_model, then start Hearth again")
        if vosk is None:
            remedy = "hearth models pull vosk-small-en"
            return Health("voice", Condition.DEGRADED, "the embedded recogniser, which knows this house only", remedy)
        return Health("voice", Condition.FINE, f"Vosk {vosk}")

    def knows(self, word: str) -> bool:
        """Return whether the speech model has a word; where nobody can tell, it has."""
        try:
            model = self._vosk()
        except ModelError:
            return True
        if model != self._asked:
            self._asked, self._known = model, None if model is None else known_words(model)
        return self._known is None or self._known(word)

    async def hear(
        self, sound: bytes, name: str, answer: Callable[[str, float], Awaitable[str]], *, speak: bool
    ) -> Heard:
        """Hear a WAV file, have ``answer(text, confidence)`` answer it, and speak the answer if wanted.

        Raises:
            VoiceError: nothing was understood, or an engine or a model is missing.
        """
        async with self._turn:
            voice = await self._ready()
            with TemporaryDirectory(prefix="hearth-") as folder:
                source, reply = Path(folder) / (Path(name).name or "sound.wav"), Path(folder) / "reply.wav"
                source.write_bytes(sound)
                try:
                    turn = await voice.listen(
                        source,
                        answer=lambda transcript: answer(transcript.text, transcript.confidence),
                        reply_path=reply if speak else None,
                    )
                except VoiceError as error:
                    # The file is known by the name it was given, not by where it lies for a moment.
                    raise type(error)(str(error).replace(f"{folder}/", ""), code=error.code) from error
                if turn.problem is not None:
                    log.warning("the answer could not be spoken: %s", turn.problem)
                spoken = reply.read_bytes() if reply.exists() else b""
            return Heard(turn.transcript.text, turn.transcript.confidence, spoken, turn.timings_ms)

    async def _ready(self) -> Voice:
        if self._voice is None:
            settings = VoiceSettings(self._vosk(), self._piper(), self._config.home.language, self._vocabulary())
            self._voice = await Voice(settings).__aenter__()
        elif self._version != self._home.version:
            await self._voice.learn(self._vocabulary())
        self._version = self._home.version
        return self._voice

    def _vocabulary(self) -> Vocabulary:
        for one, other in confusable(self._home):
            if (one, other) not in self._warned:
                self._warned.add((one, other))
                log.warning("%r and %r sound alike: one may be heard as the other, so rename one of them", one, other)
        return vocabulary(self._home, self._config.home.language, self._cache)

    def _vosk(self) -> Path | None:
        given = self._config.voice.vosk_model
        if given is not None and not given.is_dir():
            raise ModelError(f"voice.vosk_model: there is no directory {str(given)!r}", code="model-missing")
        return given or self._pulled(Kind.RECOGNIZER)

    def _piper(self) -> Path | None:
        return self._config.voice.piper_voice or self._pulled(Kind.SYNTHESIZER)

    def _pulled(self, kind: Kind) -> Path | None:
        model = best(installed(self._models), kind, self._config.home.language)
        return model.path if model else None


def models_folder(config: Config, state: Path) -> Path:
    """Return where pulled models are kept; a demo that was given no state of its own uses those of the house."""
    if config.voice.models_dir is not None:
        return config.voice.models_dir
    demo = state == state_directory(None, os.environ, name=DEMO)
    return (state_directory(None, os.environ, service=SERVICE_STATE) if demo else state) / "models"


def vocabulary(home: HomeView, language: str, cache: Path) -> Vocabulary:
    """Return what is said in this house: phrases with its names, rooms and floors."""
    said = spoken(home, language, cache=cache)
    return Vocabulary.of(said.phrases, **said.slots)
