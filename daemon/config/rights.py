"""``[[rights]]``: what the household lets people do, or keeps them from, for good."""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, field_validator, model_validator

from daemon.config.section import Section
from devices.names import nearest

ROLES = ("owner", "adult", "child", "guest", "unknown", "everybody")
DOMAINS = (
    "alarm_control_panel", "automation", "button", "camera", "climate", "cover", "fan", "humidifier", "input_boolean",
    "input_number", "input_select", "lawn_mower", "light", "lock", "media_player", "number", "remote", "scene",
    "script", "select", "siren", "switch", "text", "update", "vacuum", "valve", "water_heater",
)  # fmt: skip
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class RightEntry(Section):
    """``[[rights]]``: who may, or may not, do what, where and when. What is left out is not looked at."""

    who: Annotated[tuple[str, ...], Field(min_length=1)]
    """Ids of ``[[people]]`` and roles: ``["tom", "guest"]``; ``unknown`` are voices nobody knows, ``everybody`` is all
    but the owners."""
    may: bool
    things: tuple[str, ...] = ()
    """Entity ids and kinds: ``["lock.front_door", "climate"]``."""
    areas: tuple[str, ...] = ()
    """Rooms of ``[[home.areas]]``."""
    effects: tuple[Annotated[str, Field(pattern=r"^[a-z_*]+(\.[a-z_*]+)?$")], ...] = ()
    """Patterns of what is done, for what is about no thing: ``["timer.*", "list.add"]``."""
    hours: tuple[time, time] | None = None
    """When it counts: ``[20:00:00, 07:00:00]``; may pass midnight."""
    days: tuple[Day, ...] = ()
    until: AwareDatetime | None = None
    """With an offset: ``2026-12-24T18:00:00+01:00``."""

    @field_validator("things")
    @classmethod
    def _known_kinds(cls, things: tuple[str, ...]) -> tuple[str, ...]:
        for thing in things:
            domain = thing.partition(".")[0]
            if domain not in DOMAINS:
                near = nearest(domain, DOMAINS)
                meant = f", did you mean {near!r}?" if near else "; give an entity id, or a kind such as 'light'"
                raise ValueError(f"unknown kind {thing!r}{meant}")
        return things

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        if not (self.things or self.areas or self.effects):
            raise ValueError("says nothing of what: give things, areas or effects")
        return self


def strange_in(right: RightEntry, people: frozenset[str], rooms: frozenset[str], folded: tuple[str, ...]) -> str | None:
    """Return what is wrong in a right by what else the configuration holds; ``folded`` are its rooms as compared."""
    known = {*people, *ROLES}
    for who in right.who:
        if who not in known:
            near = nearest(who, known)
            return f"there is no {who!r} in [[people]]" + (f", did you mean {near!r}?" if near else "")
    for area, name in zip(right.areas, folded, strict=True):
        if rooms and name not in rooms:
            near = nearest(name, rooms)
            return f"{area!r} is not in [[home.areas]]" + (f", did you mean {near!r}?" if near else "")
    return None
