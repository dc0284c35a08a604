"""The tables that say what other programs to work with: the broker, Home Assistant, models, skills, the log."""

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from daemon.config.home import Language
from daemon.config.section import Port, Section

WakeWords = Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]


class MqttSection(Section):
    """``[mqtt]``: the broker. Without ``host`` there is none."""

    host: Annotated[str, Field(min_length=1)] | None = None
    port: Port = 1883
    username: str | None = None
    password_file: str | None = None
    client_id: str = "hearth"
    tls: bool = False
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    keepalive_s: Annotated[int, Field(ge=2, le=600)] = 15
    base_topic: str = "hearth"
    discovery_prefix: str = "homeassistant"
    discovery_announce: bool | None = None
    """Whether to send Home Assistant's birth message, for publishers that wait for it. Default: where there is no
    Home Assistant in this configuration."""
    present: bool = True
    """Whether Hearth shows itself there as a device: what it does, and what it can be asked to do."""
    present_words: bool = True
    """Whether that tells what people say, what they are told and what is due, in words; else only that, when, where."""
    zigbee2mqtt_topics: tuple[str, ...] = ("zigbee2mqtt",)
    """The base topic of each Zigbee2MQTT."""
    publish: tuple[Annotated[str, Field(min_length=1, max_length=1_000)], ...] = ()
    """The topics, wildcards included, on which routines may send with ``mqtt.publish``; never those of devices."""
    shelly_prefixes: tuple[str, ...] = ()
    """The topic prefixes of Shelly devices that have one of their own with a ``/`` in it; others are found."""


class HomeAssistantSection(Section):
    """``[homeassistant]``: a Home Assistant to work with. Without ``url`` there is none."""

    url: str | None = None
    """``http://homeassistant.local:8123``, or ``https://…``."""
    token_file: str | None = None
    """Where a long-lived access token stands; you make one on your profile's page there."""
    ca_file: Path | None = None
    """Whom to trust with ``https``, where its certificate is one of your own."""
    prefer: Literal["mqtt", "homeassistant"] = "mqtt"
    """Who commands what both the broker and Home Assistant reach; while it cannot, the other does."""
    exposed_only: bool = True
    """Whether what you keep from Home Assistant's assistants cannot be asked for by name here either."""
    lists: bool = True
    """Whether its to-do lists stand in the place of those of the same name here; what is on ours stays on it."""


class OllamaSection(Section):
    """``[ollama]``: the model behind the grammar, and what the memory is searched with; neither without its name."""

    url: str = "http://127.0.0.1:11434"
    model: str | None = None
    """As ``ollama list`` has it: ``qwen3:4b``."""
    larger: str | None = None
    """Asked where ``model`` was of no help; the server should hold both, or it loads one for the other."""
    embed: str | None = None
    """What the memory is searched with by meaning: ``nomic-embed-text``, or for other languages ``bge-m3``. Default:
    the vectors that come with Hearth, which know English; those do until it first answers, and words while it is away.
    """
    context: Annotated[int, Field(ge=4096, le=131_072)] = 8192
    """Tokens that the model is loaded for; memory over there grows with it."""
    remote: bool = False
    """Whether words may leave the house, to a server outside it or to a model that ollama.com runs."""


class LanguageSection(Section):
    """``[voice.languages.de]``: what a language needs that is spoken in some rooms only."""

    vosk_model: Path | None = None
    """As in ``[voice]``; else the one that was pulled for this language. Without any, nothing is understood in it."""
    piper_voice: Path | None = None
    wake_words: WakeWords | None = None
    """What to listen for where this language is spoken; default: those of ``[voice]``."""


class VoiceSection(Section):
    """``[voice]``: ears and mouth."""

    vosk_model: Path | None = None
    """A recogniser model's directory; else the one that was pulled for the language; else the embedded recogniser."""
    piper_voice: Path | None = None
    """A Piper voice (``.onnx``); else the one that was pulled; else espeak-ng."""
    speaker_model: Path | None = None
    """The folder of Vosk's speaker model (``vosk-model-spk-0.4``), beside a Vosk recogniser; else the one that was
    pulled (``hearth models pull speaker-ge2e``); else nobody is known by their voice."""
    speaker_sure: Annotated[float, Field(ge=0.5, le=0.999)] = 0.9
    """From which probability on a voice is taken for the person it sounds like; else for a stranger's."""
    languages: Mapping[Language, LanguageSection] = Field(default_factory=dict)
    """Models and wake words of other languages than that of ``[home]``."""
    room_languages: Mapping[str, Language | Annotated[tuple[Language, ...], Field(min_length=1, max_length=3)]] = Field(
        default_factory=dict
    )
    """In which language rooms are listened and answered to, where it is another: ``{ nursery = "de" }``; in a room of
    several, ``{ kitchen = ["en", "de"] }``, each is listened to, and the first counts where nothing else tells."""
    models_dir: Path | None = None
    """Where pulled models are kept; default: ``models`` in the state directory."""
    follow_up: Literal["never", "questions", "always"] = "questions"
    """After which answers one may go on without the wake word."""
    follow_up_s: Annotated[float, Field(ge=1, le=60)] = 5.0
    """How long one may take to begin then."""
    wake_words: WakeWords = ("okay_nabu",)
    """What to listen for where a satellite does not say otherwise: ``okay_nabu``, ``alexa``, ``hey_jarvis``,
    ``hey_mycroft``, or a microWakeWord model in ``wake_models``."""
    wake_models: Path | None = None
    """A folder with wake words of your own: a ``.json`` and a ``.tflite`` each."""
    wake_samples: bool = False
    """Whether what is taken for the wake word is kept as sound, for ``hearth voice tune``: 200 pieces of two seconds at
    most, in ``wake_samples`` in the state directory."""
    earcons: bool = True
    """Whether a tone tells that the wake word was heard; at night none does."""
    confirm: Literal["words", "sound"] = "words"
    """How to tell that something was done: in words, or by a tone where that is all there is to say."""
    volume: Annotated[float, Field(ge=0.05, le=1)] = 0.8
    """How loud to speak by day, of what a loudspeaker can."""
    night_volume: Annotated[float, Field(ge=0.05, le=1)] = 0.4
    night: tuple[time, time] = (time(22), time(7))
    """When to speak softly."""
    duck: bool = True
    """Whether music in a room is turned down while somebody is listened or spoken to there."""
    keep_audio: bool = False
    """Whether the last turns are kept with their sound, in memory, to find out why something was not heard."""


class SkillsSection(Section):
    """``[skills]``: which are off, and what they are set to."""

    disabled: frozenset[str] = frozenset()
    settings: Mapping[str, Mapping[str, object]] = Field(default_factory=dict)
    sentences: Path | None = None
    """Sentences of your own, as in Home Assistant's ``custom_sentences``: a folder with one for each language in it.
    Default: ``custom_sentences`` in the state directory."""


class MemorySection(Section):
    """What is remembered by itself; what people ask to be remembered always is."""

    episodes: bool = True
    """Whether what people of the house say, and what is answered, is kept word for word."""
    days: Annotated[int, Field(ge=1, le=36_500)] = 730
    """For how long."""


class LogSection(Section):
    """``[log]``."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
