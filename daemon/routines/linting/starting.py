"""What is so when a trigger fires, and which triggers one and the same thing sets off."""

from collections.abc import Iterable
from datetime import time, timedelta
from typing import Final

from daemon.routines.conditions import Condition, NumericCondition, StateCondition, TemplateCondition
from daemon.routines.linting.asking import FROM, TO, asked
from daemon.routines.linting.assuming import NOTHING_KNOWN, TRIGGER, Assumer, Cases, age, range_of, seconds
from daemon.routines.linting.facts import Key, Range, canonical, none_of, number_in, one_of
from daemon.routines.linting.moments import DAY, at_minutes, at_sun, daily, minute_of
from daemon.routines.occurring import pattern_places
from daemon.routines.triggers import (
    CalendarTrigger,
    EventTrigger,
    HomeTrigger,
    MqttTrigger,
    NumericTrigger,
    PatternTrigger,
    PhraseTrigger,
    RecurrenceTrigger,
    RoutineTrigger,
    StateTrigger,
    SunTrigger,
    TagTrigger,
    TemplateTrigger,
    TimeTrigger,
    WebhookTrigger,
    When,
    ZoneTrigger,
)
from devices.topics import fits

_HORIZON: Final = {"above_horizon": "sunrise", "below_horizon": "sunset"}


def starts(assumer: Assumer, place: int) -> Cases:
    """Return what is possible when a routine's trigger fires, by its place; nothing where it never can."""
    cases = assumer.known(NOTHING_KNOWN, TRIGGER, one_of(str(place)))
    when = assumer.routine.triggers[place].when
    match when:
        case StateTrigger():
            return tuple(facts for entity in when.entity_id for facts in _state(assumer, cases, when, entity))
        case NumericTrigger():
            return tuple(facts for entity in when.entity_id for facts in _numeric(assumer, cases, when, entity))
        case TimeTrigger() | PatternTrigger() | RecurrenceTrigger() | SunTrigger():
            return tuple(found for facts in cases if (found := facts.at(_moments(assumer, when))).moments)
        case ZoneTrigger():
            words = assumer.zone_words(when.zone)
            allowed = one_of(*words) if when.event == "enter" else none_of(*words)
            return assumer.any_of(cases, [((who, ""), allowed) for who in when.entity_id])
        case TemplateTrigger():
            return assumer.assume(cases, Condition(TemplateCondition(when.value_template)), so=True)
        case _:
            return cases


def _state(assumer: Assumer, cases: Cases, when: StateTrigger, entity: str) -> Cases:
    key: Key = (entity, when.attribute or "")
    if entity == "sun.sun" and when.attribute is None:
        events = [_HORIZON[str(word)] for word in when.to or () if word in _HORIZON]
        if when.to and not events:
            return ()
        house = assumer.house
        if len(events) == 1:
            moments = at_sun("sunrise" if events[0] == "sunrise" else "sunset", timedelta(), house.place, house.zone)
            return tuple(facts.at(moments) for facts in cases) if when.held is None else cases
        return cases
    to, from_ = _words(when.to), _words(when.from_)
    if to and from_ and set(to) == set(from_) and len(set(to)) == 1:
        return ()
    if from_ and not assumer.known(NOTHING_KNOWN, key, one_of(*from_).meet(none_of(*_words(when.not_from)))):
        return ()
    if to:
        cases = assumer.known(assumer.known(cases, key, one_of(*to)), (TO, ""), one_of(*to))
    elif from_ and when.attribute is None:
        cases = assumer.known(cases, key, none_of(*from_))
    if from_:
        cases = assumer.known(cases, (FROM, ""), one_of(*from_))
    if when.not_to:
        cases = assumer.known(cases, key, none_of(*_words(when.not_to)))
    anything = all(part is None for part in (when.to, when.from_, when.not_to, when.not_from))
    held = 0.0 if when.held is None else seconds(when.held)
    if when.attribute is None and held is not None and not anything:
        cases = assumer.known(cases, age(entity), number_in(Range(held, held, with_low=True, with_high=True)))
    return cases


def _numeric(assumer: Assumer, cases: Cases, when: NumericTrigger, entity: str) -> Cases:
    if when.value_template is not None:
        return cases
    numbers = range_of(when.above, when.below)
    found = assumer.known(cases, (entity, when.attribute or ""), number_in(numbers))
    if when.attribute is None:
        found = assumer.known(found, (TO, ""), number_in(numbers))
    if when.attribute is None and when.held is None:
        found = assumer.known(found, age(entity), number_in(Range(0, 0, with_low=True, with_high=True)))
    return found


def _moments(assumer: Assumer, when: TimeTrigger | PatternTrigger | RecurrenceTrigger | SunTrigger) -> int:
    match when:
        case TimeTrigger():
            clocks = [minute_of(at) for at in when.at if isinstance(at, time)]
            # The hour that an entity holds is anybody's.
            return at_minutes(clocks, when.weekday) if len(clocks) == len(when.at) else daily(0, DAY, when.weekday)
        case RecurrenceTrigger():
            return at_minutes([minute_of(when.at)])
        case SunTrigger():
            return at_sun(when.event, when.offset, assumer.house.place, assumer.house.zone)
        case PatternTrigger():
            return at_minutes(pattern_minutes(when))


def pattern_minutes(when: PatternTrigger) -> Iterable[int]:
    """Return the minutes of a day at which a pattern fires; nothing where it is none."""
    hours = pattern_places(when.hours, 24)
    minutes = pattern_places(when.minutes if when.minutes is not None or when.hours is None else "0", 60)
    if hours is None or minutes is None or pattern_places(when.seconds, 60) is None:
        return ()
    return [hour * 60 + minute for hour in hours for minute in minutes]


def period_s(when: PatternTrigger) -> float:
    """Return how many seconds lie between two times that a pattern fires, on average over the hours it does."""
    seconds_there = pattern_places(when.seconds, 60)
    by_second = when.seconds is not None and seconds_there is not None
    minutes = list(pattern_minutes(when))
    hours = len({minute // 60 for minute in minutes})
    often = len(minutes) * (len(seconds_there or ()) if by_second else 1)
    if when.seconds is None and when.minutes is None and when.hours is None:
        often = len(minutes) * 60
    return hours * 3600 / often if often else float("inf")


def coincide(one: When, other: When) -> bool:
    """Say whether one thing that happens sets off both triggers at the same moment."""
    one, other = plainly(one), plainly(other)
    if isinstance(one, TimeTrigger | PatternTrigger) and isinstance(other, TimeTrigger | PatternTrigger):
        return bool(_clock(one) & _clock(other))
    if type(one) is type(other) and _alike(one, other):
        return True
    if _of_one_entity(one, other) or _of_one_entity(other, one):
        return True
    mine, theirs = _crossing(one), _crossing(other)
    if mine is not None and theirs is not None and mine[1] == theirs[1] and mine[0] != theirs[0]:
        # The last who leaves changes how many are at home, and so does the first who comes.
        return "zone.home" in (mine[0], theirs[0])
    return _sunny(one) == _sunny(other) is not None or mine == theirs is not None


def _of_one_entity(one: When, other: When) -> bool:
    """Say whether every change of a number sets off the one, or a calendar's entry both."""
    if not isinstance(one, StateTrigger) or one.held is not None or one.attribute is not None:
        return False
    if isinstance(other, NumericTrigger) and other.held is None and other.attribute is None:
        return one.to is None and one.from_ is None and bool(set(one.entity_id) & set(other.entity_id))
    if isinstance(other, CalendarTrigger) and not other.offset:
        wanted = "on" if other.event == "start" else "off"
        return _words(one.to) == (wanted,) and bool(set(one.entity_id) & set(other.entity_id))
    return False


def plainly(when: When) -> When:
    """Return the trigger on a state or number that a template comes to, where it comes to one."""
    if not isinstance(when, TemplateTrigger):
        return when
    match asked(when.value_template):
        case StateCondition(entity_id=entities, state=states, attribute=attribute):
            return StateTrigger(entities, to=states, attribute=attribute, held=when.held)
        case NumericCondition(entity_id=entities, above=above, below=below, attribute=attribute):
            return NumericTrigger(entities, above, below, attribute, held=when.held)
        case _:
            return when


def _alike(one: When, other: When) -> bool:
    """Say the same of two triggers of one kind."""
    if isinstance(one, StateTrigger) and isinstance(other, StateTrigger):
        return _same_change(one, other)
    if isinstance(one, MqttTrigger) and isinstance(other, MqttTrigger):
        shared = fits(one.topic, other.topic) or fits(other.topic, one.topic)
        return shared and (one.payload is None or other.payload is None or one.payload == other.payload)
    mine, theirs = _meant(one), _meant(other)
    if mine is None or theirs is None or mine[1:] != theirs[1:] or not mine[0] & theirs[0]:
        return False
    if isinstance(one, EventTrigger) and isinstance(other, EventTrigger):
        return all(one.event_data[key] == other.event_data[key] for key in one.event_data.keys() & other.event_data)
    return True


def _meant(when: When) -> tuple[frozenset[object], *tuple[object, ...]] | None:  # a table of kinds
    """Return what a trigger is about, of which one thing must be shared, and how, which must be the same."""
    match when:
        case NumericTrigger():
            return frozenset(when.entity_id), when.above, when.below, when.attribute, when.held
        case SunTrigger():
            return frozenset((when.event,)), when.offset
        case ZoneTrigger():
            return frozenset(when.entity_id), when.zone, when.event
        case EventTrigger():
            return (frozenset(when.event_type),)
        case CalendarTrigger():
            return frozenset(when.entity_id), when.event, when.offset
        case WebhookTrigger():
            return (frozenset((when.webhook_id,)),)
        case PhraseTrigger():
            return (frozenset(when.command),)
        case TagTrigger():
            return (frozenset(when.tag_id),)
        case HomeTrigger():
            return (frozenset((when.event,)),)
        case RoutineTrigger():
            return frozenset(when.routine), when.result
        case TemplateTrigger():
            return frozenset((when.value_template.source,)), when.held
        case RecurrenceTrigger():
            return frozenset((when.rule,)), when.at
        case _:
            return None


def _same_change(one: StateTrigger, other: StateTrigger) -> bool:
    if one.attribute != other.attribute or one.held != other.held or not set(one.entity_id) & set(other.entity_id):
        return False
    for mine, theirs, not_mine, not_theirs in (
        (one.to, other.to, one.not_to, other.not_to),
        (one.from_, other.from_, one.not_from, other.not_from),
    ):
        allowed = [set(_words(words)) for words in (mine, theirs) if words]
        barred = set(_words(not_mine)) | set(_words(not_theirs))
        if allowed and not set.intersection(*allowed) - barred:
            return False
    return True


def _words(states: tuple[object, ...] | None) -> tuple[str, ...]:
    return tuple(canonical(word) for word in states or ())


def _sunny(when: When) -> str | None:
    match when:
        case SunTrigger(event=event, offset=offset) if not offset:
            return event
        case StateTrigger(entity_id=("sun.sun",), to=(str() as word,), held=None, attribute=None):
            return _HORIZON.get(word)
        case _:
            return None


def _clock(when: TimeTrigger | PatternTrigger) -> int:
    if isinstance(when, PatternTrigger):
        return at_minutes(pattern_minutes(when))
    return at_minutes((minute_of(at) for at in when.at if isinstance(at, time)), when.weekday)


def _crossing(when: When) -> tuple[str, bool] | None:
    """Return who comes home or leaves it by a trigger."""
    match when:
        case ZoneTrigger(entity_id=(who,), zone="zone.home", event=event):
            return who, event == "enter"
        case StateTrigger(entity_id=("zone.home",), to=(to,), held=None) if canonical(to) == "0":
            return "zone.home", False
        case NumericTrigger(entity_id=("zone.home",), below=below, above=None, held=None) if below in (0.5, 1):
            return "zone.home", False
        case StateTrigger(entity_id=("zone.home",), from_=(from_,), held=None) if canonical(from_) == "0":
            return "zone.home", True
        case NumericTrigger(entity_id=("zone.home",), above=above, below=None, held=None) if above in (0, 0.5):
            return "zone.home", True
        case StateTrigger(entity_id=(who,), to=(str() as word,), held=None) if who.startswith("person."):
            return (who, word == "home") if word in ("home", "not_home") else None
        case StateTrigger(entity_id=(who,), from_=("home",), to=None, held=None) if who.startswith("person."):
            return who, False
        case _:
            return None
