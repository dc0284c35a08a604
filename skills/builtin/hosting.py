"""A plan that needs no model: what is to be done in a house before guests come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from devices.model import Capability
from skills.actions import device_call, list_add, reminder_add
from skills.builtin.lists import SHOPPING
from skills.builtin.mealplan import allergies, left_out
from skills.builtin.words import clock
from skills.events import event_add
from skills.language import say
from skills.plans import NoteForm, PlanForm, StepForm, step, taken, work

HEATED_FROM = time(12)
"""A cold room is warm in half a day."""
REMINDED_AT = time(10)
STAY = timedelta(hours=3)
"""How long guests stay as far as a calendar is concerned."""
LATE = timedelta(hours=2)
"""Lights for people who came long ago help nobody."""
WARM = 21.0
GUEST_LISTS = ("guests", "visitors", "gäste", "besuch")
"""Lists on which a household keeps what it needs for guests."""
GUEST_ROOMS = frozenset({"guest", "spare", "gast", "gaste", "gastezimmer", "gastzimmer"})
SITTING_ROOMS = frozenset({"living", "lounge", "sitting", "dining", "wohnzimmer", "stube", "esszimmer"})
ENTRANCES = frozenset({"hall", "hallway", "entrance", "porch", "foyer", "flur", "diele", "eingang", "hausflur"})


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes, and when."""

    arrives: datetime
    """Aware, in the zone of the house."""
    called: str
    """What it is called in a calendar: ``Guests``."""
    usual: tuple[str, ...] = ()
    """What is to be bought where the household keeps no list for guests."""
    calendar: bool = False
    """Whether there is a calendar that can be written."""
    warm: float = WARM
    """Degrees Celsius."""


def guests(visit: Visit, now: datetime) -> PlanForm:
    """Return the plan for a visit; every step is left out whose time has passed.

    Agents find out what stands in the calendars, what is to be bought and what not, and which things are in which room;
    one of them words the reminder.
    """
    arrives = visit.arrives
    steps = [
        work("then", "calendar", since=arrives.isoformat(), until=(arrives + STAY).isoformat(), optional=True),
        *_bought(visit),
        *_reminded(visit, now),
        *_warm(visit, now),
        *_lit(arrives),
    ]
    if visit.calendar:
        wish = event_add(visit.called, arrives, arrives + STAY)
        steps.append(step("calendar", wish, reason=say("so that nothing else is planned then")))
    then = say("In the calendar stands then already: {things}.", things="{things}")
    return PlanForm(
        goal=say("{visit} on {day}", visit=visit.called, day=say_day(arrives)),
        steps=tuple(steps),
        if_fails="go_on",
        recipe="guests",
        confided=(NoteForm(text=then, parts={"things": taken("then", "titles")}), left_out("bought")),
    )


def say_day(at: datetime) -> str:
    """Return a day as it stands in a title: ``Saturday 7 March``."""
    from skills.builtin.words import month, weekday

    return say("{weekday} {day} {month}", weekday=weekday(at), day=at.day, month=month(at))


def _bought(visit: Visit) -> Iterable[StepForm]:
    """Put on the shopping list what the household keeps on a list for guests, else the usual."""
    yield allergies()
    yield work(
        "bought",
        "lists",
        optional=True,
        on=GUEST_LISTS,
        first=True,
        usual=visit.usual,
        beside=SHOPPING,
        without=taken("allergies", "things"),
        because=taken("allergies", "texts"),
    )
    reason = say("it is needed for guests")
    yield step("shopping", list_add(SHOPPING, ()), takes={"items": taken("bought", "items")}, reason=reason)


def _reminded(visit: Visit, now: datetime) -> Iterable[StepForm]:
    before = datetime.combine(visit.arrives.date() - timedelta(days=1), REMINDED_AT, visit.arrives.tzinfo)
    if before <= now:
        return
    purpose = say("{visit}: they come tomorrow at {time}", visit=visit.called, time=clock(visit.arrives))
    yield work("words", "writing", purpose=purpose, material=taken("bought", "items"))
    yield step("reminder", reminder_add("", wall=before), takes={"text": taken("words", "text")})


def _warm(visit: Visit, now: datetime) -> Iterable[StepForm]:
    """Heat the guest room, else where people will sit."""
    rooms = sorted(GUEST_ROOMS), sorted(SITTING_ROOMS)
    yield work("heaters", "house", domains=["climate"], able=Capability.TARGET_TEMPERATURE, rooms=rooms)
    noon = datetime.combine(visit.arrives.date(), HEATED_FROM, visit.arrives.tzinfo)
    begins = max(min(noon, visit.arrives - timedelta(hours=2)), now)
    wish = device_call((), "set_temperature", {"temperature": visit.warm})
    targets = {"targets": taken("heaters", "things")}
    reason = say("it is warm when they come")
    yield step("heating", wish, takes=targets, at=begins, until=visit.arrives + STAY, optional=True, reason=reason)


def _lit(arrives: datetime) -> Iterable[StepForm]:
    yield work("lamps", "house", domains=["light"], rooms=[sorted(ENTRANCES | SITTING_ROOMS)])
    wish, targets = device_call((), "turn_on"), {"targets": taken("lamps", "things")}
    reason = say("it is light when they come")
    yield step("lights", wish, takes=targets, at=arrives, until=arrives + LATE, optional=True, reason=reason)
