"""The whole configuration: every table, and what two of them together can get wrong."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from daemon.config.channels import ChannelsSection, DashboardSection
from daemon.config.habits import HabitsSection
from daemon.config.history import HistorySection
from daemon.config.home import HomeSection, named
from daemon.config.machines import (
    HomeAssistantSection,
    LogSection,
    MemorySection,
    MqttSection,
    OllamaSection,
    SkillsSection,
    VoiceSection,
)
from daemon.config.mcp import McpSection, ServerName
from daemon.config.people import CalendarEntry, NotifySection, PersonEntry, PolicySection
from daemon.config.rights import RightEntry, strange_in
from daemon.config.satellites import PairingSection, SatelliteEntry, WyomingSection
from devices.names import fold

PREFIX = "HEARTH_"


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
    rights: tuple[RightEntry, ...] = ()
    notify: NotifySection = NotifySection()
    skills: SkillsSection = SkillsSection()
    mcp: Mapping[ServerName, McpSection] = Field(default_factory=dict)
    memory: MemorySection = MemorySection()
    history: HistorySection = HistorySection()
    habits: HabitsSection = HabitsSection()
    calendars: tuple[CalendarEntry, ...] = ()
    satellites: tuple[SatelliteEntry, ...] = ()
    wyoming: WyomingSection = WyomingSection()
    pairing: PairingSection = PairingSection()
    log: LogSection = LogSection()

    def language_at(self, satellite: str, room: str | None) -> str:
        """Return in which language a satellite is spoken to: its own, that of its room, or that of the house."""
        return self.languages_at(satellite, room)[0]

    def languages_at(self, satellite: str, room: str | None) -> tuple[str, ...]:
        """Return all languages that a satellite is spoken to in, as `language_at`; the first is its usual one."""
        own = next((one for one in self.satellites if one.name == satellite), None)
        if own is not None and own.language is not None:
            return (own.language,)
        rooms = {fold(name): given for name, given in self.voice.room_languages.items()}
        place = room or (own.room if own is not None else None)
        found = rooms.get(fold(place), self.home.language) if place is not None else self.home.language
        return (found,) if isinstance(found, str) else found

    @field_validator("satellites")
    @classmethod
    def _satellites_once(cls, satellites: tuple[SatelliteEntry, ...]) -> tuple[SatelliteEntry, ...]:
        names = [satellite.name for satellite in satellites]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise ValueError(f"two satellites are called {twice!r}; give one of them another name")
        return satellites

    @model_validator(mode="after")
    def _satellites_in_rooms(self) -> Self:
        rooms = named("areas", self.home.areas)
        for satellite in self.satellites:
            # With no rooms in the file they come from Home Assistant, and are not known yet.
            if satellite.room is not None and rooms and fold(satellite.room) not in rooms:
                raise ValueError(
                    f"satellite {satellite.name!r} is in {satellite.room!r}, which is not in [[home.areas]]"
                )
        strange = next((room for room in self.voice.room_languages if rooms and fold(room) not in rooms), None)
        if strange is not None:
            raise ValueError(f"voice.room_languages: {strange!r} is not in [[home.areas]]")
        return self

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
    def _rights_of_somebody(self) -> Self:
        people, rooms = frozenset(person.id for person in self.people), named("areas", self.home.areas)
        for number, right in enumerate(self.rights):
            strange = strange_in(right, people, rooms, tuple(map(fold, right.areas)))
            if strange is not None:
                raise ValueError(f"rights.{number}: {strange}")
        return self

    @model_validator(mode="after")
    def _known_people(self) -> Self:
        ids = {person.id for person in self.people}
        strange = next((one for one in self.notify.order if one not in ids), None)
        if strange is not None:
            raise ValueError(f"notify.order: there is no {strange!r} in [[people]]")
        rooms = named("areas", self.home.areas)
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
