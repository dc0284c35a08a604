"""One TOML file, its drop-ins and the environment, turned into one frozen, checked configuration.

Order, the later wins: embedded defaults, ``hearth.toml``, ``hearth.toml.d/*.toml`` by name, ``HEARTH_SECTION__KEY``.
Secrets never stand in any of them: they are named by file, or as ``credential:NAME`` for a systemd credential.
"""

import os
import stat
import tomllib
from collections.abc import Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from daemon.errors import DaemonError
from daemon.languages import languages
from daemon.sections import ChannelsSection, DashboardSection, Name, Port, Section, check_address
from devices.names import fold, nearest, slug

PREFIX = "HEARTH_"
NOT_OURS = frozenset({"HEARTH_REQUIRE_SERVICES"})
"""Variables of that prefix that are no keys: this one is for the tests."""
BIGGEST_SECRET = 64 * 1024
"""Bytes of a secret's file that are read: a token is short, a wrong path is not."""


class ConfigError(DaemonError):
    """The configuration cannot be used; the message is one line that names the place and the remedy. Exit code 78."""

    code = "config-invalid"


class FloorEntry(Section):
    """``[[home.floors]]``."""

    name: Name
    id: str | None = None
    aliases: tuple[str, ...] = ()
    level: int | None = None


class AreaEntry(Section):
    """``[[home.areas]]``: a room, on a floor named above."""

    name: Name
    id: str | None = None
    aliases: tuple[str, ...] = ()
    floor: str | None = None
    """The floor's name or id."""


def _named(what: str, entries: Sequence[FloorEntry | AreaEntry]) -> frozenset[str]:
    """Return the names and ids of floors or areas, folded; two may not have one in common."""
    known: set[str] = set()
    for entry in entries:
        own = {fold(entry.name), fold(entry.id or slug(entry.name))}
        if own & known:
            raise ValueError(f"{what}: {entry.name!r} is there twice; rename one of them or give it another id")
        known |= own
    return frozenset(known)


class HomeSection(Section):
    """``[home]``: where the house is and what its rooms are called."""

    name: Name = "Home"
    zone: str = "UTC"
    """An IANA time zone: ``Europe/Berlin``."""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    floors: tuple[FloorEntry, ...] = ()
    areas: tuple[AreaEntry, ...] = ()
    placement: Mapping[str, str] = Field(default_factory=dict)
    """What stands where: an entity id or a device's name, and an area."""
    names: Mapping[str, str] = Field(default_factory=dict)
    """What things are called: an entity id, or the name that a device gives itself, and yours for it."""
    aliases: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """How things are also called: an entity id or name, and its other names."""

    @field_validator("language")
    @classmethod
    def _spoken_language(cls, language: str) -> str:
        there = languages()
        if language.partition("-")[0] not in there:
            raise ValueError(f"there are no sentences in {language!r}; there are: {', '.join(there)}")
        return language

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        floors = _named("floors", self.floors)
        areas = _named("areas", self.areas)
        for area in self.areas:
            if area.floor and fold(area.floor) not in floors:
                raise ValueError(f"area {area.name!r} is on floor {area.floor!r}, which is not in [[home.floors]]")
        for thing, room in self.placement.items():
            if fold(room) not in areas:
                raise ValueError(f"{thing!r} is placed in {room!r}, which is not in [[home.areas]]")
        return self

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {zone!r}; use an IANA name such as 'Europe/Berlin'") from error
        return zone


class PersonEntry(Section):
    """``[[people]]``: who lives here."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")]
    name: Name
    role: Literal["owner", "adult", "child", "guest"] = "adult"
    addresses: Mapping[str, str | tuple[str, ...]] = Field(default_factory=dict)
    """Where to reach them, by channel: ``{ ntfy = "anna-phone", email = ["anna@example.org"] }``."""
    reach: tuple[str, ...] = ()
    """Which channels to try, in order: ``["ntfy", "email"]``; those that are left out come last."""
    quiet: tuple[time, time] | None = None
    """When to tell them nothing but what is critical: ``[22:30:00, 06:30:00]``; default: that of ``[notify]``."""
    trackers: tuple[str, ...] = ()
    """The entity ids that tell where they are; default: ``person.<id>``."""

    @field_validator("addresses")
    @classmethod
    def _reachable(cls, addresses: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, str | tuple[str, ...]]:
        for channel, given in addresses.items():
            check_address(channel, (given,) if isinstance(given, str) else given)
        return addresses


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
    zigbee2mqtt_topics: tuple[str, ...] = ("zigbee2mqtt",)
    """The base topic of each Zigbee2MQTT."""
    shelly_prefixes: tuple[str, ...] = ()
    """The topic prefixes of Shelly devices that have one of their own with a ``/`` in it; others are found."""


class HomeAssistantSection(Section):
    """``[homeassistant]``: a Home Assistant to work with. Without ``url`` there is none."""

    url: str | None = None
    token_file: str | None = None


class OllamaSection(Section):
    """``[ollama]``: the model behind the grammar. Without ``model`` there is none."""

    url: str = "http://127.0.0.1:11434"
    model: str | None = None


class VoiceSection(Section):
    """``[voice]``: ears and mouth."""

    vosk_model: Path | None = None
    """A recogniser model's directory; else the one that was pulled for the language; else the embedded recogniser."""
    piper_voice: Path | None = None
    """A Piper voice (``.onnx``); else the one that was pulled; else espeak-ng."""
    models_dir: Path | None = None
    """Where pulled models are kept; default: ``models`` in the state directory."""


class PolicySection(Section):
    """``[policy]``: what is asked about first."""

    most_devices: Annotated[int, Field(ge=1)] = 40
    """More devices than this at once are asked about."""
    approval_minutes: Annotated[float, Field(gt=0, le=60)] = 2.0
    """How long a question waits for its yes."""
    night: tuple[time, time] | None = None
    """When even adults are asked about what has consequences, such as heat: ``[22:30:00, 06:00:00]``."""
    unattended: frozenset[str] = frozenset()
    """The entity ids that routines may unlock, open or disarm with nobody there to ask."""
    voice_confirms_critical: bool = False
    """Whether a voice that nobody recognized may say yes to unlocking: it may come through the window."""


class NotifySection(Section):
    """``[notify]``: how people are told."""

    quiet: tuple[time, time] | None = None
    """When to tell nothing but what is critical: ``[22:30:00, 06:30:00]``."""
    quiet_rooms: Mapping[str, tuple[time, time]] = Field(default_factory=dict)
    """The same for what is spoken in a room: ``{ nursery = [19:00:00, 07:00:00] }``."""
    order: tuple[str, ...] = ()
    """Who comes next where one does not take note: ids of ``[[people]]``; default: all adults in their order."""
    digest: Annotated[tuple[time, ...], Field(min_length=1, max_length=24)] = (time(8), time(18))
    """When to tell what could wait."""
    snooze_minutes: Annotated[float, Field(gt=0, le=1440)] = 10.0
    info_a_day: Annotated[int, Field(ge=0, le=1000)] = 6
    """So many notices of this urgency a person gets a day at most; what they dismiss makes it fewer."""
    normal_a_day: Annotated[int, Field(ge=1, le=1000)] = 40
    important_a_day: Annotated[int, Field(ge=1, le=1000)] = 60


class SkillsSection(Section):
    """``[skills]``: which are off, and what they are set to."""

    disabled: frozenset[str] = frozenset()
    settings: Mapping[str, Mapping[str, object]] = Field(default_factory=dict)
    sentences: Path | None = None
    """Sentences of your own, as in Home Assistant's ``custom_sentences``: a folder with one for each language in it.
    Default: ``custom_sentences`` in the state directory."""


class CalendarEntry(Section):
    """``[[calendars]]``: one calendar, on a CalDAV server (``url``) or as iCalendar text (``ics``)."""

    name: Annotated[str, Field(pattern=r"^[^\x00-\x1f/]{1,60}$")]
    """What it is called when spoken of: ``family``."""
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """The address of the calendar itself, as its server shows it."""
    ics: str | None = None
    """A file, or an address that hands one out."""
    username: str | None = None
    password_file: str | None = None
    person: str | None = None
    """The id of whose it is; without, it is everybody's."""
    read_only: bool = False
    remind_minutes: tuple[Annotated[float, Field(ge=0, le=28 * 1440)], ...] = (15,)
    """How long before what stands in it to remind; empty: not at all."""
    refresh_minutes: Annotated[float, Field(ge=0.5, le=1440)] = 10

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.url is None) == (self.ics is None):
            raise ValueError(
                f"calendar {self.name!r} needs 'url' (CalDAV) or 'ics' (a file or an address), and only one"
            )
        return self


class LogSection(Section):
    """``[log]``."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Config(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    home: HomeSection = HomeSection()
    people: tuple[PersonEntry, ...] = ()
    mqtt: MqttSection = MqttSection()
    homeassistant: HomeAssistantSection = HomeAssistantSection()
    ollama: OllamaSection = OllamaSection()
    voice: VoiceSection = VoiceSection()
    channels: ChannelsSection = ChannelsSection()
    dashboard: DashboardSection = DashboardSection()
    policy: PolicySection = PolicySection()
    notify: NotifySection = NotifySection()
    skills: SkillsSection = SkillsSection()
    calendars: tuple[CalendarEntry, ...] = ()
    log: LogSection = LogSection()

    @field_validator("calendars")
    @classmethod
    def _calendars_once(cls, calendars: tuple[CalendarEntry, ...]) -> tuple[CalendarEntry, ...]:
        names = [fold(calendar.name) for calendar in calendars]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise ValueError(f"two calendars are called {twice!r}; give one of them another name")
        return calendars

    @model_validator(mode="after")
    def _known_owners(self) -> Self:
        people = {person.id for person in self.people}
        for calendar in self.calendars:
            if calendar.person is not None and calendar.person not in people:
                raise ValueError(f"calendar {calendar.name!r} is {calendar.person!r}'s, who is not in [[people]]")
        return self

    @model_validator(mode="after")
    def _channels_there(self) -> Self:
        there = {
            "ntfy": (self.channels.ntfy.url, "channels.ntfy.url"),
            "email": (self.channels.email.host, "channels.email.host"),
            "homeassistant": (self.homeassistant.url, "homeassistant.url"),
        }
        for person in self.people:
            for channel in person.addresses:
                server, key = there.get(channel, ("there", ""))
                if server is None:
                    raise ValueError(f"{person.id!r} has an address on {channel}, which is not set up; set {key}")
        if self.channels.ntfy.answers == "api" and self.dashboard.url is None:
            raise ValueError("channels.ntfy.answers is 'api', and phones do not know where that is; set dashboard.url")
        return self

    @field_validator("people")
    @classmethod
    def _each_once(cls, people: tuple[PersonEntry, ...]) -> tuple[PersonEntry, ...]:
        ids = [person.id for person in people]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise ValueError(f"two people have the id {twice!r}; give one of them another")
        return people

    @model_validator(mode="after")
    def _known_people(self) -> Self:
        ids = {person.id for person in self.people}
        strange = next((one for one in self.notify.order if one not in ids), None)
        if strange is not None:
            raise ValueError(f"notify.order: there is no {strange!r} in [[people]]")
        rooms = _named("areas", self.home.areas)
        unknown = next((room for room in self.notify.quiet_rooms if fold(room) not in rooms), None)
        if unknown is not None:
            raise ValueError(f"notify.quiet_rooms: {unknown!r} is not in [[home.areas]]")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the files, and nothing else take part."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def default_path(environment: Mapping[str, str]) -> Path | None:
    """Return the configuration file that is there: the user's own, else the system's, else none."""
    home = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "/")) / ".config")
    candidates = (Path(home) / "hearth" / "hearth.toml", Path("/etc/hearth/hearth.toml"))
    return next((path for path in candidates if path.is_file()), None)


def load(
    path: Path | None, defaults: Mapping[str, object] | None = None, *, without: frozenset[str] = frozenset()
) -> Config:
    """Read and check the configuration; ``None`` means embedded defaults and the environment.

    ``defaults`` stand below the file, and the sections ``without`` are passed over in it: ``--demo`` brings its own.

    Raises:
        ConfigError: a file cannot be read, is not TOML, or holds something unknown or wrong.
    """
    merged = dict(defaults or {})
    origins: dict[tuple[str, ...], str] = {}
    for file in _files(path):
        sections = {key: item for key, item in _read(file).items() if key not in without}
        _merge(merged, sections, origins, file.name, ())
    _refuse_unknown_variables(os.environ)
    try:
        return Config(**cast("dict[str, Any]", merged))  # what the files hold is checked right here
    except ValidationError as error:
        raise ConfigError(_explain(error, origins)) from error
    except SettingsError as error:
        raise ConfigError(f"environment: {error}; a list or table in a variable is written as JSON") from error


def secret(reference: str | None, *, what: str) -> str | None:
    """Return the secret that a file or a systemd credential holds, without the newline at its end.

    Raises:
        ConfigError: there is no such file, others than its owner may read it, it is empty, or it is no text.
    """
    if reference is None:
        return None
    credential = reference.removeprefix("credential:")
    if credential != reference:
        directory = os.environ.get("CREDENTIALS_DIRECTORY")
        if directory is None or "/" in credential:
            raise ConfigError(
                f"{what}: {reference!r} needs a systemd credential; add LoadCredential={credential}:/path"
            )
        path = Path(directory) / credential
    else:
        path = Path(reference)
    try:
        info = path.stat()
        with path.open("rb") as file:
            text = file.read(BIGGEST_SECRET).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{what}: cannot read {str(path)!r}: {error}") from error
    if credential == reference and info.st_mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigError(f"{what}: {str(path)!r} can be read by others; run: chmod 600 {path}")
    if not text:
        raise ConfigError(f"{what}: {str(path)!r} is empty; write the secret into it")
    return text


def _files(path: Path | None) -> Sequence[Path]:
    if path is None:
        return ()
    if not path.is_file():
        raise ConfigError(f"there is no configuration file {str(path)!r}; leave --config out to run on defaults")
    return (path, *sorted(path.with_name(path.name + ".d").glob("*.toml")))


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _merge(
    into: dict[str, object],
    new: Mapping[str, object],
    origins: dict[tuple[str, ...], str],
    file: str,
    at: tuple[str, ...],
) -> None:
    """Lay ``new`` over ``into``, tables merged and everything else replaced; note in which file each key stands."""
    for key, item in new.items():
        origins[(*at, key)] = file
        known = into.get(key)
        if isinstance(item, dict):
            table = dict(cast("dict[str, object]", known)) if isinstance(known, dict) else {}
            into[key] = table
            _merge(table, cast("dict[str, object]", item), origins, file, (*at, key))
        else:
            into[key] = item


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    sections = {name.upper() for name in Config.model_fields}
    for name in environment:
        section, nested, _ = name.removeprefix(PREFIX).partition("__")
        if not name.startswith(PREFIX) or section.upper() in sections or name in NOT_OURS:
            continue
        if nested:
            hint = nearest(section, sections)
            meant = f", did you mean {PREFIX}{hint}__…?" if hint else ""
            raise ConfigError(f"environment: unknown section in {name!r}{meant}")
        hint = nearest(section.replace("_", " "), keys := _spelled())
        meant = f", did you mean {PREFIX}{keys[hint]}?" if hint else f"; keys are written {PREFIX}SECTION__KEY"
        raise ConfigError(f"environment: unknown key in {name!r}{meant}")


def _spelled() -> Mapping[str, str]:
    """Return the variable of every key, by its words."""
    found: dict[str, str] = {}
    for section, field in Config.model_fields.items():
        model = _model_in(field.annotation)
        for key in model.model_fields if model is not None else ():
            found[f"{section} {key}".replace("_", " ").upper()] = f"{section}__{key}".upper()
    return found


def _explain(error: ValidationError, origins: Mapping[tuple[str, ...], str]) -> str:
    problems = error.errors(include_url=False)
    first = problems[0]
    where = tuple(str(part) for part in first["loc"])
    line = _unknown_key(where) if first["type"] == "extra_forbidden" else _wrong_value(where, first["msg"])
    file = next((origins[where[:n]] for n in range(len(where), 0, -1) if where[:n] in origins), None)
    file = file or ("environment" if where else "configuration")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{file}: {line}{more}"


def _unknown_key(where: tuple[str, ...]) -> str:
    *path, key = where
    model: type[BaseModel] | None = Config
    for part in path:
        annotation = model.model_fields[part].annotation if model and part in model.model_fields else None
        model = _model_in(annotation) if not part.isdigit() else model
    hint = nearest(key, model.model_fields if model else ())
    table = ".".join(part for part in path if not part.isdigit())
    meant = f", did you mean {hint!r}?" if hint else "; remove it"
    return f"unknown key {key!r} in [{table}]{meant}" if table else f"unknown section {key!r}{meant}"


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model that an annotation is, or holds: ``tuple[AreaEntry, ...]`` holds one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _wrong_value(where: tuple[str, ...], message: str) -> str:
    return ": ".join(filter(None, (".".join(where), message.removeprefix("Value error, "))))
