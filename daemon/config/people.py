"""The tables that say who lives here, what they may, what they are told and when."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from daemon.config.channels import check_address
from daemon.config.home import understood
from daemon.config.section import Name, Section


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
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] | None = None
    """In which language they are told what is for them alone: ``de``; default: that of ``[home]``."""

    @field_validator("language")
    @classmethod
    def _spoken_language(cls, language: str | None) -> str | None:
        return None if language is None else understood(language)

    @field_validator("addresses")
    @classmethod
    def _reachable(cls, addresses: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, str | tuple[str, ...]]:
        for channel, given in addresses.items():
            check_address(channel, (given,) if isinstance(given, str) else given)
        return addresses


class PolicySection(Section):
    """``[policy]``: what is asked about first."""

    most_devices: Annotated[int, Field(ge=1)] = 40
    """More devices than this at once are asked about."""
    approval_minutes: Annotated[float, Field(gt=0, le=60)] = 2.0
    """How long a question waits for its yes."""
    night: tuple[time, time] | None = None
    """When even adults are asked about what has consequences, such as heat: ``[22:30:00, 06:00:00]``."""
    hold_minutes: Annotated[float, Field(ge=0, le=1440)] = 30.0
    """How long routines leave alone what a person has set; 0: not at all."""
    unattended: frozenset[str] = frozenset()
    """The entity ids that routines may unlock, open or disarm with nobody there to ask."""
    voice_confirms_critical: bool = False
    """Whether a voice that nobody recognized may say yes to unlocking: it may come through the window."""
    confirm_on: frozenset[Literal["homeassistant", "ntfy", "page"]] = frozenset({"homeassistant", "ntfy", "page"})
    """Where a yes to what a model proposed counts, if it is about safety: on phones that are reached so, and on the
    page of the house. Who can be asked on none of them is asked where it was wished for."""
    confirm_spoken: Literal["here", "elsewhere"] = "here"
    """Where a yes to what was plainly said counts, if it is about safety: ``here``, by a word or a PIN."""


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


class CalendarEntry(Section):
    """``[[calendars]]``: one calendar, on a CalDAV server (``url``), as iCalendar text (``ics``), or one that Home
    Assistant has (``homeassistant``).
    """

    name: Annotated[str, Field(pattern=r"^[^\x00-\x1f/]{1,60}$")]
    """What it is called when spoken of: ``family``."""
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """The address of the calendar itself, as its server shows it."""
    ics: str | None = None
    """A file, or an address that hands one out."""
    homeassistant: Annotated[str, Field(pattern=r"^calendar\.[a-z0-9_]+$")] | None = None
    """The id that it has there: ``calendar.family``. It is only read."""
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
        if [self.url, self.ics, self.homeassistant].count(None) != 2:
            raise ValueError(
                f"calendar {self.name!r} needs 'url' (CalDAV), 'ics' (a file or an address) or 'homeassistant' (an id"
                " there), and only one"
            )
        return self
