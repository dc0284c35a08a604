"""Decides what to do next about a notice: pure functions of what was tried and how things stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.household import Person, Role
from daemon.notify.model import Urgency
from daemon.notify.notification import Attempt, Contact, Held, Notification, Result, State
from devices.model import AreaId
from skills.model import PersonId

THROUGH = frozenset({"timer", "alarm"})
"""What its person set for this very moment: it also comes through to who does not want to be disturbed."""
LONGEST_AWAY = timedelta(days=1)
"""So long a notice waits for a person to come home."""
LONGEST_UNREACHED = timedelta(days=3)
"""So long it is tried where every channel fails."""
AWAY_AGAIN = timedelta(hours=1)
BACK_OFF_S = (15.0, 60.0, 300.0, 900.0, 3600.0)
"""Between rounds in which no channel took it; the last of them for ever after."""
HOUSE_ROLES = frozenset({Role.OWNER, Role.ADULT})
"""Who is told what somebody else did not take note of."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long people have to take note, by urgency."""

    spoken_s: float
    shown_s: float
    again_s: tuple[float, ...] = ()
    """Between rounds of which nobody took note; after the last it is missed."""


PACES: Mapping[Urgency, Pace] = {
    Urgency.INFO: Pace(60, 600),
    Urgency.NORMAL: Pace(60, 600),
    Urgency.IMPORTANT: Pace(45, 180, (300, 900, 1800)),
    Urgency.CRITICAL: Pace(20, 30, (30, 30, 60, 60, *[120] * 15)),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one person."""

    person: Person
    at_home: bool | None = None
    rooms: tuple[AreaId, ...] = ()
    """Where they are believed to be."""
    quiet_until: datetime | None = None
    disturb_until: datetime | None = None
    spent: bool = False
    """Whether they had enough notices of this urgency today."""
    ways: tuple[str, ...] = ()
    """The channels that reach them wherever they are, in order."""


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand in the house."""

    now: datetime
    digest_at: datetime
    """When the next digest is."""
    people: tuple[Standing, ...] = ()
    """In the order of the house."""
    anybody: Standing | None = None
    """Whoever is there; ``None``: nothing speaks here."""
    speakers: tuple[str, ...] = ()
    quiet_rooms: frozenset[AreaId] = frozenset()
    """Where nothing is to be spoken now, by the house rules."""
    resting_rooms: frozenset[AreaId] = frozenset()
    """Where somebody is who wants quiet now."""
    poor: frozenset[str] = frozenset()
    """Channels that failed again and again just now."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Send it to these, and wait for an answer."""

    contacts: tuple[Contact, ...]
    wait_s: float
    because: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Do nothing until then."""

    until: datetime
    held: Held


@dataclass(frozen=True, slots=True)
class End:
    """It is over."""

    state: State
    note: str


Step = Tell | Hold | End

_KEPT = frozenset({Held.DIGEST, Held.BUDGET, Held.RETRY, Held.SNOOZE})
"""Holds that last until their time; the others end when what they wait for has changed."""
JOINABLE = frozenset({Held.DIGEST, Held.QUIET, Held.DISTURB, Held.BUDGET, Held.AWAY})
"""Holds out of which notices are told together."""


def next_step(notification: Notification, attempts: Sequence[Attempt], situation: Situation) -> Step:
    """Return what to do now.

    A person is spoken to where they are, then shown it on one device after the other. A notice that is important goes
    on to the next person by the order of the house, and round again; one that is critical is sent on all channels of a
    person at once. What fails is followed by the next at once.
    """
    held, held_until = notification.held, notification.held_until
    if held is not None and held in _KEPT and held_until is not None and situation.now < held_until:
        return Hold(held_until, held)
    if notification.urgency is Urgency.INFO and not notification.released:
        return Hold(situation.digest_at, Held.DIGEST)
    tried = [attempt for attempt in attempts if attempt.round == notification.round]
    blocked: list[Hold] = []
    people = candidates(notification, situation)
    if notification.declined and not people:
        return End(State.MISSED, "everybody said that it is not for them")
    for standing in people:
        hold = _blocked(notification, standing, situation)
        contacts = _contacts(notification, standing, situation, attempts)
        if hold is not None and contacts:
            blocked.append(hold)
            continue
        fresh = [contact for contact in contacts if not _was_tried(contact, tried)]
        if fresh:
            return _tell(notification, fresh, standing)
        if standing.person.id and notification.urgency < Urgency.IMPORTANT and _arrived(tried, standing.person.id):
            break
    return _after_all(notification, attempts, tried, blocked, situation)


def candidates(notification: Notification, situation: Situation) -> Sequence[Standing]:
    """Return who may be told, in order: whom it is for, and after them others where it goes on to others."""
    known = {standing.person.id: standing for standing in situation.people}
    named = [known[person] for person in notification.notice.people if person in known]
    anybody = [situation.anybody] if situation.anybody is not None and not named else []
    goes_on = notification.urgency >= Urgency.IMPORTANT or bool(notification.declined) or not named
    adults = [standing for standing in situation.people if standing.person.role in HOUSE_ROLES] if goes_on else []
    # Nobody by name is meant: who is at home comes before who is not.
    others = adults if named else sorted(adults, key=lambda standing: standing.at_home is False)
    everyone = {standing.person.id: standing for standing in (*named, *anybody, *others)}
    return [standing for person, standing in everyone.items() if person not in notification.declined]


def _blocked(notification: Notification, standing: Standing, situation: Situation) -> Hold | None:
    """Return why a person is not to be told now."""
    notice = notification.notice
    if notification.urgency is Urgency.CRITICAL:
        return None
    if standing.disturb_until is not None and not (notice.asked and notice.kind in THROUGH):
        return Hold(standing.disturb_until, Held.DISTURB)
    if notice.asked:
        return None
    if standing.quiet_until is not None:
        return Hold(standing.quiet_until, Held.QUIET)
    if standing.spent and not notification.released:
        return Hold(situation.digest_at, Held.BUDGET)
    return None


def _contacts(
    notification: Notification, standing: Standing, situation: Situation, attempts: Sequence[Attempt]
) -> Sequence[Contact]:
    """Return the ways to a person, the best first; those that cannot work are left out, poor ones come last."""
    person, notice = standing.person.id, notification.notice
    rooms = standing.rooms
    if notice.area is not None and standing.at_home is not False and (not rooms or not person):
        rooms = (notice.area,)
    rooms = tuple(room for room in rooms if _may_speak(notification, standing, room, situation))
    spoken = [Contact(person, speaker, room) for speaker in situation.speakers for room in rooms]
    shown = [Contact(person, way) for way in standing.ways]
    hopeless = {attempt.contact for attempt in attempts if attempt.result is Result.LASTING}
    possible = [contact for contact in (*spoken, *shown) if contact not in hopeless]
    if not possible and _may_call_out(notification, standing, situation):
        possible = [one for speaker in situation.speakers if (one := Contact(person, speaker)) not in hopeless]
    return sorted(possible, key=lambda contact: contact.channel in situation.poor)


def _may_speak(notification: Notification, standing: Standing, room: AreaId, situation: Situation) -> bool:
    notice = notification.notice
    if notification.urgency is Urgency.CRITICAL or (notice.asked and room == notice.area):
        return True
    if room in situation.quiet_rooms:
        return False
    return room not in situation.resting_rooms or (notice.asked and room in standing.rooms)


def _may_call_out(notification: Notification, standing: Standing, situation: Situation) -> bool:
    """Return whether to say it in all rooms: they may be at home, and nothing but a voice can reach them."""
    reached = standing.ways if standing.person.id else [way for one in situation.people for way in one.ways]
    if reached or standing.at_home is False:
        return False
    return notification.urgency is Urgency.CRITICAL or not (situation.quiet_rooms or situation.resting_rooms)


def _tell(notification: Notification, fresh: Sequence[Contact], standing: Standing) -> Tell:
    pace = PACES[notification.urgency]
    first = fresh[0]
    if notification.urgency is Urgency.CRITICAL:
        together = tuple(fresh)
    elif first.area is not None:
        together = tuple(one for one in fresh if one.channel == first.channel and one.area is not None)
    else:
        together = (first,)
    wait_s = pace.shown_s if any(contact.area is None for contact in together) else pace.spoken_s
    who = standing.person.name
    where = "is believed to be there" if first.area is not None else "can be reached so"
    return Tell(together, wait_s, f"{who} {where}")


def _after_all(
    notification: Notification,
    attempts: Sequence[Attempt],
    tried: Sequence[Attempt],
    blocked: Sequence[Hold],
    situation: Situation,
) -> Step:
    """Return what to do once everybody who may be told was told or tried."""
    now, urgency = situation.now, notification.urgency
    arrived = any(attempt.result.arrived for attempt in tried)
    if arrived and urgency < Urgency.IMPORTANT:
        return End(State.TOLD, "it was delivered")
    soonest = min(blocked, key=lambda hold: hold.until, default=None)
    if not tried:
        return soonest or _no_way(notification, situation)
    if not arrived:
        if now - notification.raised_at >= LONGEST_UNREACHED:
            return End(State.MISSED, "nobody could be reached")
        wait_s = BACK_OFF_S[min(_rounds_in_vain(notification, attempts), len(BACK_OFF_S)) - 1]
        again = Hold(now + timedelta(seconds=wait_s), Held.RETRY)
        return again if soonest is None or again.until <= soonest.until else soonest
    rounds = len({attempt.round for attempt in attempts if attempt.result.arrived})
    again_s = PACES[urgency].again_s
    if rounds <= len(again_s):
        return Hold(now + timedelta(seconds=again_s[rounds - 1]), Held.RETRY)
    return soonest or End(State.MISSED, "nobody took note of it")


def _no_way(notification: Notification, situation: Situation) -> Step:
    if not situation.speakers and not any(standing.ways for standing in situation.people):
        return End(State.MISSED, "there is no way to tell anybody: nothing speaks, and nobody has an address")
    if situation.now - notification.raised_at >= LONGEST_AWAY:
        return End(State.MISSED, "they did not come home")
    return Hold(situation.now + AWAY_AGAIN, Held.AWAY)


def _rounds_in_vain(notification: Notification, attempts: Sequence[Attempt]) -> int:
    """Return how many rounds in a row, this one included, came to nothing."""
    good = [attempt.round for attempt in attempts if attempt.result.arrived]
    return notification.round - max(good, default=-1)


def _was_tried(contact: Contact, tried: Sequence[Attempt]) -> bool:
    """Return whether this was sent before; what was spoken in a room was said to everybody in it."""
    # Nobody knows whether what was cut off arrived: it is sent again.
    sent = [attempt.contact for attempt in tried if attempt.result is not Result.UNKNOWN]
    if contact.area is None:
        return contact in sent
    return any((one.channel, one.area) == (contact.channel, contact.area) for one in sent)


def _arrived(tried: Sequence[Attempt], person: PersonId) -> bool:
    return any(
        attempt.contact.person == person and attempt.result.arrived and attempt.contact.area is None
        for attempt in tried
    )
