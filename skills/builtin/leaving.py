"""A plan that needs no model: what becomes of a house while everybody is away for days, and of what is due then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from devices.model import Capability, Entity, EntityId, HomeView
from skills.actions import alarm_cancel, alarm_set, device_call, reminder_add
from skills.automated import Automated
from skills.builtin.hosting import say_day
from skills.builtin.recipes import DOORS, OPENINGS
from skills.builtin.words import listing, short, to_number
from skills.events import event_add
from skills.language import say
from skills.model import Action
from skills.plans import MOST_STEPS, NoteForm, PlanForm, StepForm, step, taken, work
from skills.routines import routine_add, routine_remove, routine_switch
from skills.views import Appointment

LOW = 16.0
"""Degrees Celsius: saves most of the heat, and nothing gets damp."""
WARM_BEFORE = timedelta(hours=6)
"""So long before the return the heating is as it was."""
REMINDED_AT = time(18)
SETTLED = timedelta(minutes=10)
"""So long after everybody left, the last light is off."""
LIVED_IN = "looks_lived_in"
LIVED_IN_LIGHTS = 2
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Away:
    """When nobody is at home, and what is due then."""

    leaves: datetime
    """Aware, in the zone of the house."""
    returns: datetime
    calendar: bool = False
    """Whether there is a calendar that can be written."""
    reminders: tuple[Appointment, ...] = ()
    alarms: tuple[Appointment, ...] = ()
    rests: tuple[Automated, ...] = ()
    """Routines that rest meanwhile."""


def leaving(home: HomeView, away: Away, now: datetime) -> PlanForm:
    """Return the plan for an absence. What shuts the house is asked about when it is time: who knows who still sits
    in it.
    """
    steps = [
        work("due", "calendar", since=away.leaves.isoformat(), until=away.returns.isoformat(), optional=True),
        *_noted(away, now),
        *_dark(home, away),
        *_cold(home, away),
        *_lived_in(home, away),
        *_shut(home, away),
        *_resting(away),
    ]
    kept = tuple(sorted(steps[:MOST_STEPS], key=lambda one: one.at or now))
    goal = say("Away from {leaves} to {returns}", leaves=say_day(away.leaves), returns=say_day(away.returns))
    return PlanForm(goal=goal, steps=kept, if_fails="go_on", recipe="leaving", confided=tuple(_notes(home, away)))


def _noted(away: Away, now: datetime) -> Iterable[StepForm]:
    day = timedelta(days=1)
    if away.calendar:
        first, last = (one.replace(hour=0, minute=0, second=0) for one in (away.leaves, away.returns + day))
        yield step("calendar", event_add(say("Away"), first, last, all_day=True))
    before = datetime.combine(away.leaves.date() - day, REMINDED_AT, away.leaves.tzinfo)
    if before > now:
        text = say("you leave tomorrow: think of the windows, the fridge, the plants and the rubbish")
        yield step("reminder", reminder_add(text, wall=before))


def _dark(home: HomeView, away: Away) -> Iterable[StepForm]:
    for domain in ("light", "media_player"):
        ids = [one.id for one in _of(home, domain) if Capability.ON_OFF in one.capabilities or domain == "light"]
        if ids:
            wish = device_call(ids, "turn_off")
            yield step(f"off_{domain}", wish, at=away.leaves, optional=True, reason=say("nobody is there"))


def _cold(home: HomeView, away: Away) -> Iterable[StepForm]:
    """Turn the heating down, and back to how it is now in time for the return, whatever came of the first."""
    before: dict[float, list[EntityId]] = {}
    for one in _of(home, "climate"):
        state = home.state(one.id)
        now_c = to_number(state.attributes.get("temperature")) if state is not None and state.available else None
        if Capability.TARGET_TEMPERATURE in one.capabilities and now_c is not None and now_c > LOW:
            before.setdefault(now_c, []).append(one.id)
    if not before:
        return
    every = [one for ids in before.values() for one in ids]
    down = device_call(every, "set_temperature", {"temperature": LOW})
    warm = max(away.returns - WARM_BEFORE, away.leaves)
    yield step("heating_down", down, at=away.leaves, until=warm, optional=True, reason=say("nobody needs it warm"))
    for number, (degrees, ids) in enumerate(before.items(), 1):
        wish = device_call(ids, "set_temperature", {"temperature": degrees})
        reason = say("it is warm when you are back")
        yield step(f"heating_back_{number}", wish, at=warm, optional=True, reason=reason)


def _lived_in(home: HomeView, away: Away) -> Iterable[StepForm]:
    """Let some lights be on in the evening, by a routine that is there as long as nobody is."""
    lights = [one for one in _of(home, "light") if one.area is not None and _indoors(home, one)][:LIVED_IN_LIGHTS]
    if not lights:
        return
    reason = say("it looks as if somebody were there")
    add = routine_add(_routine(say("Looks lived in"), [one.id for one in lights]), enabled=True, replace=True)
    yield step(LIVED_IN, add, at=away.leaves + SETTLED, optional=True, reason=reason)
    gone = routine_remove(LIVED_IN)
    yield step("lived_in_over", gone, at=away.returns, needs=[LIVED_IN], optional=True)


def _resting(away: Away) -> Iterable[StepForm]:
    for number, one in enumerate(away.rests, 1):
        off, on = routine_switch(one.id, on=False), routine_switch(one.id, on=True)
        yield step(f"rests_{number}", off, at=away.leaves, optional=True, reason=say("nobody is there"))
        yield step(f"again_{number}", on, at=away.returns, optional=True)
    for number, alarm in enumerate(away.alarms, 1):
        off = alarm_cancel(alarm.id)
        yield step(f"alarm_{number}", off, at=away.leaves, optional=True, reason=say("nobody is there"))
        if (again := _rung_again(alarm, away)) is not None:
            yield step(f"alarm_again_{number}", again, at=away.returns, needs=[f"alarm_{number}"], optional=True)


def _shut(home: HomeView, away: Away) -> Iterable[StepForm]:
    """Close doors, lock, and arm, each kind with a yes of its own."""
    doors = [one.id for one in _of(home, "cover") if one.device_class in DOORS]
    locks = [one.id for one in _of(home, "lock")]
    alarms = [one.id for one in _of(home, "alarm_control_panel") if Capability.ARM in one.capabilities]
    kinds = ("shut", doors, "close_cover"), ("lock", locks, "lock"), ("arm", alarms, "alarm_arm_away")
    for name, things, service in kinds:
        if things:
            wish = device_call(things, service)
            reason = say("nobody is there")
            yield step(name, wish, at=away.leaves, until=away.returns, asks=True, optional=True, reason=reason)


def _notes(home: HomeView, away: Away) -> Iterable[str | NoteForm]:
    events = say("In the calendar stands in that time: {things}.", things="{things}")
    yield NoteForm(text=events, parts={"things": taken("due", "titles")})
    texts = [one.text for one in away.reminders if one.text]
    if texts:
        yield say("In that time is due: {things}.", things=listing([short(one) for one in texts[:MOST_NAMED]]))
    open_ = [
        one.name
        for one in home.find(domains=frozenset({"binary_sensor"}))
        if one.device_class in OPENINGS and (state := home.state(one.id)) is not None and state.value == "on"
    ]
    if open_:
        yield say("Open now: {things}.", things=listing(open_[:MOST_NAMED]))


def _rung_again(alarm: Appointment, away: Away) -> Action | None:
    """Return the wish that a recurring alarm rings again from the return on."""
    if alarm.rule is None:
        return None
    at = alarm.at.astimezone(away.returns.tzinfo)
    wall = datetime.combine(away.returns.date(), at.time(), away.returns.tzinfo)
    wall = wall if wall > away.returns else wall + timedelta(days=1)
    return alarm_set(wall, rule=alarm.rule, name=alarm.name, area=alarm.area, light=alarm.light)


def _routine(name: str, lights: Sequence[EntityId]) -> str:
    """Return a routine that lights one room after the other from dusk on, as YAML."""
    from yaml import safe_dump

    def call(service: str, light: EntityId) -> Mapping[str, object]:
        return {"action": f"light.{service}", "target": {"entity_id": str(light)}}

    first, last = lights[0], lights[-1]
    actions: list[Mapping[str, object]] = [call("turn_on", first), {"delay": {"minutes": 95}}]
    if last != first:
        actions += [call("turn_off", first), call("turn_on", last), {"delay": {"minutes": 70}}]
    actions.append(call("turn_off", last))
    trigger = {"trigger": "sun", "event": "sunset", "offset": "+00:20:00"}
    return safe_dump(
        {"id": LIVED_IN, "alias": name, "triggers": [trigger], "actions": actions}, allow_unicode=True, sort_keys=False
    )


def _indoors(home: HomeView, one: Entity) -> bool:
    area = home.area(one.area) if one.area is not None else None
    # Where no room has a floor, a garden cannot be told from a hall.
    return area is not None and (area.floor is not None or not any(known.floor for known in home.areas()))


def _of(home: HomeView, domain: str) -> Sequence[Entity]:
    return [one for one in home.find(domains=frozenset({domain})) if not one.members]
