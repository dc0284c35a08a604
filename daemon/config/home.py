"""The tables that say what house it is: where it is, its floors and rooms, what stands where."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator

from daemon.config.section import Name, Section
from daemon.languages import languages
from devices.names import fold, slug


def understood(language: str) -> str:
    """Return the language if there are sentences in it.

    Raises:
        ValueError: there are none.
    """
    there = languages()
    if language.partition("-")[0] not in there:
        raise ValueError(f"there are no sentences in {language!r}; there are: {', '.join(there)}")
    return language


Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$"), AfterValidator(understood)]
"""``de``, or ``de-AT``: one that there are sentences in."""


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


def named(what: str, entries: Sequence[FloorEntry | AreaEntry]) -> frozenset[str]:
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
        return understood(language)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        floors = named("floors", self.floors)
        areas = named("areas", self.areas)
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
