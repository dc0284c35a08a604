"""The people of the house as they are configured: who they are, what they may, how they want to be told."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from daemon.config import Config, PersonEntry
from daemon.config.rights import DAYS, RightEntry
from daemon.household import Household, Person, Role, Span
from daemon.household.rights import Right
from daemon.notify import Manners
from daemon.notify.model import Urgency
from devices.home import Home
from devices.model import AreaId, EntityId
from devices.names import fold, slug
from skills.model import PersonId


def household_of(config: Config, zone: ZoneInfo) -> Household:
    """Return who lives here, and what they are asked about first."""
    people = {PersonId(p.id): _person(p, config.notify.quiet) for p in config.people}
    return Household(
        people,
        zone,
        most_devices=config.policy.most_devices,
        approval_for=timedelta(minutes=config.policy.approval_minutes),
        night=config.policy.night,
        unattended=frozenset(map(EntityId, config.policy.unattended)),
        voice_confirms_critical=config.policy.voice_confirms_critical,
        confirms_on=frozenset(config.policy.confirm_on),
        confirms_spoken=config.policy.confirm_spoken == "elsewhere",
        rights=tuple(_right(right, config) for right in config.rights),
        voice_sure=config.voice.speaker_sure,
        hold=timedelta(minutes=config.policy.hold_minutes),
    )


def manners_of(config: Config, home: Home) -> Manners:
    """Return how the household wants to be told; rooms and people are known to be there."""
    given = config.notify
    areas = {area.id: span for room, span in given.quiet_rooms.items() if (area := home.area_named(room)) is not None}
    a_day = {
        Urgency.INFO: given.info_a_day,
        Urgency.NORMAL: given.normal_a_day,
        Urgency.IMPORTANT: given.important_a_day,
    }
    snooze = timedelta(minutes=given.snooze_minutes)
    return Manners(given.quiet, areas, tuple(map(PersonId, given.order)), given.digest, snooze, a_day)


def _right(given: RightEntry, config: Config) -> Right:
    """Return a right as configured; what has a dot is a thing, and what has none a kind."""
    ids = {one.name: one.id or slug(one.name) for one in config.home.areas}
    rooms = {fold(name): room for called, room in ids.items() for name in (called, room)}
    return Right(
        frozenset(given.who),
        given.may,
        things=frozenset(EntityId(one) for one in given.things if "." in one),
        domains=frozenset(one for one in given.things if "." not in one),
        areas=frozenset(AreaId(rooms.get(fold(one), slug(one))) for one in given.areas),
        effects=frozenset(given.effects),
        hours=given.hours,
        days=frozenset(DAYS.index(day) for day in given.days),
        until=given.until,
    )


def _person(given: PersonEntry, house: Span | None) -> Person:
    """Return a person as configured; one address is written without brackets."""
    addresses = {channel: (at,) if isinstance(at, str) else at for channel, at in given.addresses.items()}
    return Person(
        PersonId(given.id),
        given.name,
        Role(given.role),
        addresses,
        reach=given.reach,
        quiet=given.quiet or house,
        trackers=given.trackers,
        language=given.language,
    )
