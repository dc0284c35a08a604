"""What people are told of and asked about: notices, reminders, lists, calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.agenda import Agenda
from daemon.app.house import House
from daemon.app.keeping import Kept, notice_of
from daemon.app.people import manners_of
from daemon.calendar import About, Calendars, Source
from daemon.calendar.caldav import CalDav
from daemon.calendar.feed import Feed, File
from daemon.calendar.http import Http
from daemon.calendar.hub import HubCalendar
from daemon.clock import Clock
from daemon.config import CalendarEntry, Config, ConfigError, secret
from daemon.insisting import Insisting, Ringer
from daemon.lists import Lists
from daemon.notices import Notices
from daemon.notify import Notify
from daemon.notify.model import Channel
from daemon.proactive import Proactive
from daemon.reminders import Reminders
from daemon.todos import Todos
from daemon.watching import Watching
from devices.home import Home
from devices.model import AreaId
from skills.builtin.words import with_article
from skills.watch import Watch


@dataclass(frozen=True, slots=True)
class Telling:
    """The parts that hold what people want to be told, and those that tell it."""

    notices: Notices
    notify: Notify
    reminders: Reminders
    lists: Lists
    agenda: Agenda
    watching: Watching
    insisting: Insisting
    proactive: Proactive
    calendars: Calendars


def telling_of(
    config: Config,
    house: House,
    kept: Kept,
    channels: Sequence[Channel],
    watches: Sequence[Watch],
    speakers: Sequence[Channel],
    ringer: Ringer,
) -> Telling:
    """Return them, with the calendars' entities in the house; nothing is read yet.

    ``speakers`` speak in rooms, ``channels`` reach people wherever they are: what is said into an empty room has
    reached nobody. ``ringer`` rings for alarms.

    Raises:
        ConfigError: the secret of a calendar cannot be used, or there is no Home Assistant to read one from.
    """
    watching = Watching(kept.schedule, house.home, house.presence, house.household, kept.clock)
    notices, reminders = Notices(kept.journal), Reminders(kept.schedule, watching.settle)
    reminders.listen(watching.refresh)
    shared = house.homeassistant if config.homeassistant.lists else None
    lists = Lists(kept.store, kept.clock, Todos(shared) if shared is not None else None)
    notify = Notify(
        kept.store,
        kept.schedule,
        kept.journal,
        house.household,
        house.presence,
        notices.announce,
        clock=kept.clock,
        manners=manners_of(config, house.home),
        speakers=speakers,
        channels=channels,
        room=lambda area: _room(house.home, area),
    )
    insisting = Insisting(kept.schedule, notify, notify.announce, clock=kept.clock, zone=kept.zone, ringer=ringer)
    notify.listen(insisting.on_answer)
    notify.listen(watching.on_answer)
    sources = [_calendar(entry, house, kept.clock) for entry in config.calendars]
    calendars = Calendars(sources, kept.store, kept.schedule, notify.announce, clock=kept.clock, zone=kept.zone)
    for entity in calendars.entities():
        house.home.add(entity)
    agenda = Agenda(reminders, lists, insisting)
    proactive = Proactive(watches, house.home, kept.store, notify.announce, clock=kept.clock, zone=kept.zone)
    return Telling(notices, notify, reminders, lists, agenda, watching, insisting, proactive, calendars)


async def begin_telling(telling: Telling, kept: Kept) -> None:
    """Take over what is due and what is not settled, and tell of a database that was replaced.

    Raises:
        StoreError: it cannot be read.
    """
    await kept.schedule.begin()
    await telling.notify.begin()
    await telling.proactive.begin()
    if kept.rescued is not None:
        await telling.notify.announce(notice_of(kept.rescued, kept.clock.now(), kept.zone))


def _room(home: Home, id: AreaId) -> str:
    """Return what a room is called in a sentence."""
    area = home.area(id)
    return with_article(area.name.lower()) if area is not None else id


def _calendar(entry: CalendarEntry, house: House, clock: Clock) -> tuple[About, Source]:
    password = secret(entry.password_file, what=f"calendars.{entry.name}.password_file")
    source: Source
    if entry.url is not None:
        place = entry.url
        source = CalDav(Http(entry.url, username=entry.username, password=password), read_only=entry.read_only)
    elif entry.homeassistant is not None:
        place = entry.homeassistant
        if house.homeassistant is None:
            raise ConfigError(f"calendar {entry.name!r} is one of Home Assistant; set homeassistant.url")
        source = HubCalendar(house.homeassistant, place, clock)
    else:
        place = entry.ics or ""
        if place.startswith(("http://", "https://")):
            source = Feed(Http(place, username=entry.username, password=password))
        else:
            source = File(Path(place), read_only=entry.read_only)
    remind_s = tuple(minutes * 60 for minutes in entry.remind_minutes)
    about = About(entry.name, place, entry.person, entry.read_only, remind_s, entry.refresh_minutes * 60)
    return about, source
