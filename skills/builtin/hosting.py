"""A plan that needs no model: what is to be done in a house before guests come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from devices.model import Area, Capability, Entity, HomeView
from devices.names import fold
from skills.actions import device_call, list_add, reminder_add
from skills.builtin.lists import SHOPPING
from skills.builtin.words import clock, listing
from skills.events import event_add
from skills.language import say
from skills.plans import PlanForm, StepForm, step

HEATED_FROM = time(12)
"""A cold room is warm in half a day."""
REMINDED_AT = time(10)
STAY = timedelta(hours=3)
"""How long guests stay as far as a calendar is concerned."""
LATE = timedelta(hours=2)
"""Lights for people who came long ago help nobody."""
WARM = 21.0
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
    buy: tuple[str, ...] = ()
    """What is still to be bought for it."""
    calendar: bool = False
    """Whether there is a calendar that can be written."""
    warm: float = WARM
    """Degrees Celsius."""


def guests(home: HomeView, visit: Visit, now: datetime) -> PlanForm | None:
    """Return the plan for a visit; every step is left out whose time has passed. ``None``: nothing is to be done."""
    arrives = visit.arrives
    steps: list[StepForm] = []
    if visit.calendar:
        wish = event_add(visit.called, arrives, arrives + STAY)
        steps.append(step("calendar", wish, reason=say("so that nothing else is planned then")))
    if visit.buy:
        steps.append(step("shopping", list_add(SHOPPING, visit.buy), reason=say("it is needed for guests")))
    before = datetime.combine(arrives.date() - timedelta(days=1), REMINDED_AT, arrives.tzinfo)
    if before > now:
        text = say("{visit}: they come tomorrow at {time}", visit=visit.called, time=clock(arrives))
        steps.append(step("reminder", reminder_add(text, wall=before)))
    steps += _heated(home, visit, now)
    steps += _lit(home, arrives)
    if not steps:
        return None
    goal = say("{visit} on {day}", visit=visit.called, day=say_day(arrives))
    return PlanForm(goal=goal, steps=tuple(steps), if_fails="go_on", recipe="guests")


def say_day(at: datetime) -> str:
    """Return a day as it stands in a title: ``Saturday 7 March``."""
    from skills.builtin.words import month, weekday

    return say("{weekday} {day} {month}", weekday=weekday(at), day=at.day, month=month(at))


def rooms(home: HomeView, words: frozenset[str]) -> Sequence[Area]:
    """Return the rooms whose name or other names have one of these words, folded."""
    return [one for one in home.areas() if any(words & set(fold(name).split()) for name in (one.name, *one.aliases))]


def _heated(home: HomeView, visit: Visit, now: datetime) -> Sequence[StepForm]:
    """Heat the guest room, else where people will sit."""
    found = _climates(home, rooms(home, GUEST_ROOMS)) or _climates(home, rooms(home, SITTING_ROOMS))
    if not found:
        return []
    noon = datetime.combine(visit.arrives.date(), HEATED_FROM, visit.arrives.tzinfo)
    begins = max(min(noon, visit.arrives - timedelta(hours=2)), now)
    wish = device_call([one.id for one in found], "set_temperature", {"temperature": visit.warm})
    reason = say("{rooms} is warm when they come", rooms=listing([one.name for one in found]))
    return [step("heating", wish, at=begins, until=visit.arrives + STAY, optional=True, reason=reason)]


def _climates(home: HomeView, areas: Sequence[Area]) -> Sequence[Entity]:
    return [
        one
        for area in areas
        for one in home.find(area=area.id, domains=frozenset({"climate"}))
        if Capability.TARGET_TEMPERATURE in one.capabilities and not one.members
    ]


def _lit(home: HomeView, arrives: datetime) -> Sequence[StepForm]:
    lights = [
        one.id
        for area in (*rooms(home, ENTRANCES), *rooms(home, SITTING_ROOMS))
        for one in home.find(area=area.id, domains=frozenset({"light"}))
        if not one.members
    ]
    if not lights:
        return []
    wish = device_call(list(dict.fromkeys(lights)), "turn_on")
    reason = say("it is light when they come")
    return [step("lights", wish, at=arrives, until=arrives + LATE, optional=True, reason=reason)]
