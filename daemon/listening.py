"""The ears and the mouth of the daemon: speech engines, told what this house is called, loaded when first needed."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.config import Config
from daemon.grammars import Grammars
from daemon.hearing import Meanings
from daemon.supervise import Condition, Health
from daemon.systemd import DEMO, SERVICE_STATE, state_directory
from devices.model import AreaId, HomeView
from skills.grammar.documents import family
from skills.grammar.vocabulary import confusable, spoken
from voice.arbitrate import Judge
from voice.catalogue import Kind
from voice.engines import Engines, EngineSettings
from voice.known import known_words
from voice.model import RATE_HZ, EngineError, ModelError, Timbre, Vocabulary
from voice.models import best, installed
from voice.outside import House
from voice.polyglot import Polyglot, Tongue
from voice.recognize import SPHINX_LANGUAGE
from voice.record import Turn
from voice.satellite import Satellite
from voice.satellites.file import FileSatellite
from voice.session import Session
from voice.speaker import SpeakerModel
from voice.whose import Speakers
from voice.wishes import FollowUp, SessionSettings

log = logging.getLogger("hearth." + __name__)


FILES_AT_ONCE = 4
FILE_S = 110.0
"""Hearing one file with its answer, accelerated; in real time it lasts as long as it lasts, and so much longer."""
LEARN_S = 5.0
LONGEST_S = 60.0
"""A file that is heard in real time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a sound file."""

    turn: Turn
    sound: bytes
    """The spoken answer as a WAV file, empty if nothing was said."""
    timings_ms: Mapping[str, float]
    """Those of the turn; ``load`` if the engines had to be loaded; ``total`` from the end of speech to the first sound
    of the answer, or to the answer if nothing was said."""


class Ears:
    """Holds the speech engines, and hears sound files as if they were said; holds nothing before it is needed."""

    def __init__(self, config: Config, state: Path, home: HomeView, grammars: Grammars | None = None) -> None:
        """With ``grammars``, sentences that sound alike are told apart by what they would mean."""
        self._home = home
        self._models = models_folder(config, state)
        self._config = config
        self._cache = state / "cache"
        self._versions: dict[str, int] = {}
        self._warned: set[tuple[str, str]] = set()
        self._engines: dict[str, Engines] = {}
        self._together: dict[tuple[str, ...], Engines] = {}
        self._loading = asyncio.Lock()
        self._files = asyncio.Semaphore(FILES_AT_ONCE)
        self._asked: Path | None = None
        self._known: Callable[[str], bool] | None = None
        self._places: dict[str, AreaId | None] = {}
        self._grammars = grammars
        self.speakers = Speakers(self._speaker_model)
        """Whose voice it is, for whoever wants to know."""
        self.at_home: Callable[[Timbre], Awaitable[str | None]] = _nobodys
        """Returns in which language somebody with a voice is at home."""

    async def run(self) -> None:
        """Have the engines that are loaded learn what the house is called by now; ends only by cancellation."""
        while True:
            # In slices: at a start hundreds of things come, and learning them takes up to a second.
            await asyncio.sleep(LEARN_S)
            for language, version in list(self._versions.items()):
                if version != self._home.version:
                    await self.engines(language)

    async def close(self) -> None:
        """End the engines."""
        self.speakers.close()
        for engines in (*self._together.values(), *self._engines.values()):
            await engines.__aexit__(None, None, None)

    @property
    def settings(self) -> SessionSettings:
        """How this household wants to be listened to."""
        given = self._config.voice
        return SessionSettings(
            follow_up=FollowUp(given.follow_up), follow_up_s=given.follow_up_s, keeps_audio=given.keep_audio
        )

    @property
    def language(self) -> str:
        """That of the house."""
        return self._config.home.language

    async def engines_at(self, satellite: Satellite) -> tuple[Engines, tuple[str, ...]]:
        """Return the engines of the languages that a satellite is spoken to in, and these, once they are understood.

        Raises:
            ModelError: the configured model is missing.
        """
        languages = self._config.languages_at(satellite.name, satellite.room)
        if self._grammars is not None:
            for language in languages:
                await self._grammars.hold(language)
        return await self._engines_of(languages), languages

    async def _engines_of(self, languages: tuple[str, ...]) -> Engines:
        """Return engines that listen to several languages at once, and speak the first."""
        each = [await self.engines(language) for language in languages]
        if len(each) == 1:
            return each[0]
        if languages not in self._together:
            tongues = [
                Tongue(language, engines.words, self._judge(language))
                for language, engines in zip(languages, each, strict=True)
            ]
            recognizer = Polyglot(tongues, lambda satellite: self.at_home(self.speakers.now(satellite)))
            settings = EngineSettings(language=languages[0])
            made = Engines(settings, recognizer=recognizer, speakers=self.speakers, speaks_as=each[0])
            self._together[languages] = await made.__aenter__()
        return self._together[languages]

    def place(self, satellite: str, area: AreaId | None) -> None:
        """Take note of where a satellite stands: what is said there may mean something else than elsewhere."""
        self._places[satellite] = area

    def displace(self, satellite: str) -> None:
        """Forget a satellite."""
        self._places.pop(satellite, None)

    def health(self) -> Health:
        """Return which engines there are."""
        try:
            found = {language: self._vosk(language) for language in self._languages()}
        except ModelError as error:
            return Health("voice", Condition.DEGRADED, str(error), "correct voice.vosk_model, then start Hearth again")
        told = [_engine_of(language, model, alone=len(found) == 1) for language, model in found.items()]
        if None in found.values():
            return Health("voice", Condition.DEGRADED, "; ".join(told), "hearth models pull --suggested")
        return Health("voice", Condition.FINE, "; ".join(told))

    def _languages(self) -> Sequence[str]:
        """Return those that are listened to, that of the house first."""
        given = self._config.voice.room_languages.values()
        rooms = [each for one in self._config.satellites for each in self._config.languages_at(one.name, one.room)]
        named = [each for one in given for each in ((one,) if isinstance(one, str) else one)]
        return list(dict.fromkeys([self.language, *rooms, *named]))

    def knows(self, word: str) -> bool:
        """Return whether the speech model has a word; where nobody can tell, it has."""
        try:
            model = self._vosk(self.language)
        except ModelError:
            return True
        if model != self._asked:
            self._asked, self._known = model, None if model is None else known_words(model)
        return self._known is None or self._known(word)

    async def hear(
        self, sound: bytes, name: str, house: House, *, area: AreaId | None, speaks: bool, realtime: bool = False
    ) -> Heard:
        """Hear a WAV file as what somebody says after the wake word, and have ``house`` answer it.

        Raises:
            AudioError: it cannot be read.
            EngineError: it was not heard in time.
            ModelError: a model is missing or broken.
        """
        from voice.audio import parse_wav

        loop = asyncio.get_running_loop()
        async with self._files:
            pcm = (await asyncio.to_thread(parse_wav, sound, name)).tobytes()
            lasts_s = len(pcm) / 2 / RATE_HZ
            if realtime and lasts_s > LONGEST_S:
                raise EngineError(f"{name!r} lasts {lasts_s:.0f} s; in real time at most {LONGEST_S:.0f} s are heard")
            began_s = loop.time()
            engines = await self.engines()
            await engines.recognizer()
            load_ms = round((loop.time() - began_s) * 1000, 2)
            satellite = FileSatellite(pcm, name=f"file {name}", realtime=realtime, speaks=speaks)
            session = Session(satellite, house, engines, self.settings)
            self.place(satellite.name, area)
            try:
                async with asyncio.timeout(FILE_S + (lasts_s if realtime else 0.0)):
                    await session.run()
            except TimeoutError as error:
                raise EngineError(f"{name!r} was not heard within {FILE_S:.0f} s", code="engine-late") from error
            finally:
                self.displace(satellite.name)
        turn = session.turns[0]
        return Heard(turn, _written(satellite), {"load": load_ms, **turn.timings_ms, "total": _total_ms(turn)})

    async def engines(self, language: str | None = None) -> Engines:
        """Return the engines of a language, that of the house by default, told what the house is called by now.

        Raises:
            ModelError: the configured model is missing.
        """
        if language is None or family(language) == family(self.language):
            language = self.language
        async with self._loading:
            engines = self._engines.get(language)
            if engines is None:
                engines = self._engines[language] = await self._made(language).__aenter__()
            elif self._versions[language] != self._home.version:
                await engines.learn(self._vocabulary(language))
            self._versions[language] = self._home.version
            return engines

    def _made(self, language: str) -> Engines:
        given = self._config.wyoming
        settings = EngineSettings(
            self._vosk(language),
            self._piper(language),
            language,
            self._vocabulary(language),
            given.address(given.recognizer),
            given.address(given.voice),
            given.voice_name if language == self.language else None,
        )
        return Engines(settings, judge=self._judge(language), speakers=self.speakers)

    def _judge(self, language: str) -> Judge | None:
        if self._grammars is None:
            return None
        return Meanings(self._grammars, self._home, self._places.get, language=language)

    def _vocabulary(self, language: str) -> Vocabulary:
        for one, other in confusable(self._home):
            if (one, other) not in self._warned:
                self._warned.add((one, other))
                log.warning("%r and %r sound alike: one may be heard as the other, so rename one of them", one, other)
        return vocabulary(self._home, language, self._cache)

    def _vosk(self, language: str) -> Path | None:
        key, given = "voice.vosk_model", self._config.voice.vosk_model
        if language != self.language:
            own = self._config.voice.languages.get(language)
            key, given = f"voice.languages.{language}.vosk_model", own.vosk_model if own is not None else None
        if given is not None and not given.is_dir():
            raise ModelError(f"{key}: there is no directory {str(given)!r}", code="model-missing")
        return given or self._pulled(Kind.RECOGNIZER, language)

    def _piper(self, language: str) -> Path | None:
        own = self._config.voice.languages.get(language)
        ours = self._config.voice.piper_voice if language == self.language else None
        return ours or (own.piper_voice if own is not None else None) or self._pulled(Kind.SYNTHESIZER, language)

    @property
    def has_speaker_model(self) -> bool:
        """Whether there is a model for voices on this machine."""
        given = self._config.voice.speaker_model
        return given.is_dir() if given is not None else self._pulled(Kind.SPEAKER, self.language) is not None

    def _speaker_model(self) -> SpeakerModel:
        """Load the model for voices; blocking. Raises ModelError where there is none."""
        given = self._config.voice.speaker_model
        if given is not None:
            from voice.xvector import VoskSpeakers

            recognizer = self._vosk(self.language)
            if recognizer is None:
                raise ModelError("voice.speaker_model needs a Vosk recogniser beside it", code="model-missing")
            return VoskSpeakers(recognizer, given)
        folder = self._pulled(Kind.SPEAKER, self.language)
        if folder is None:
            raise ModelError("there is no model for voices; hearth models pull speaker-ge2e", code="model-missing")
        from voice.ge2e import Ge2e

        return Ge2e(folder)

    def _pulled(self, kind: Kind, language: str) -> Path | None:
        model = best(installed(self._models), kind, language)
        return model.path if model else None


async def _nobodys(voice: Timbre) -> None:
    """Know no voice."""
    del voice


def _engine_of(language: str, model: Path | None, *, alone: bool) -> str:
    if model is not None:
        return f"Vosk {model}" if alone else f"{language}: Vosk {model}"
    if family(language) == SPHINX_LANGUAGE:
        return "the embedded recogniser, which knows this house only"
    return f"nothing is understood in {language!r}: there is no speech model for it"


def _written(satellite: FileSatellite) -> bytes:
    from voice.audio import wav_bytes

    # A tone that stands for words has another rate than a voice; one file has one.
    spoken = max((sound.format for sound in satellite.played), key=lambda one: one.rate_hz, default=None)
    if spoken is None:
        return b""
    return wav_bytes(b"".join(sound.pcm for sound in satellite.played if sound.format == spoken), spoken)


def _total_ms(turn: Turn) -> float:
    stages = ("endpoint", "recognize", "answer", "first_sound")
    return round(sum(turn.timings_ms.get(stage, 0.0) for stage in stages), 2)


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
