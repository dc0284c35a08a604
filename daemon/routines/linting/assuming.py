"""Takes conditions for so, or for not so, and says what is possible then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final, assert_never

from daemon.routines.conditions import (
    AllOf,
    AnyOf,
    Condition,
    NoneOf,
    NumericCondition,
    StateCondition,
    SunCondition,
    TemplateCondition,
    TimeCondition,
    TriggerCondition,
    ZoneCondition,
)
from daemon.routines.linting.asking import CALENDAR, FROM, TO, WAIT, WAITED_FOR, asked
from daemon.routines.linting.facts import ALL, Allowed, Facts, Key, Range, none_of, number_in, one_of
from daemon.routines.linting.moments import ALWAYS, DAY, by_day, daily, minute_of, since_sun
from daemon.routines.linting.words import possible
from daemon.routines.model import Routine
from daemon.routines.playing.house import House
from daemon.routines.triggers import Level, NotMeant, Span
from daemon.routines.values import Scalar

MOST: Final = 200
"""How many alternatives are kept apart; with more, nothing new is taken for known."""
TRIGGER: Final[Key] = ("~trigger", "")
"""The place of the trigger that began the run."""
_MONTHS: Final = number_in(Range(1, 12, with_low=True, with_high=True))
_HOME: Final = frozenset({"home"})
Cases = tuple[Facts, ...]
"""Alternatives; none means that it cannot be."""
NOTHING_KNOWN: Final[Cases] = (Facts(ALWAYS),)


@dataclass(frozen=True, slots=True)
class Assumer:
    """Assumes conditions of one routine in a house."""

    house: House
    routine: Routine

    def given(self, cases: Cases, conditions: Iterable[Condition]) -> Cases:
        """Return what is possible where each of them holds."""
        for condition in conditions:
            cases = self.assume(cases, condition, so=True)
        return cases

    def not_given(self, cases: Cases, conditions: Sequence[Condition]) -> Cases:
        """Return what is possible where not all of them hold."""
        live = [condition for condition in conditions if condition.enabled]
        return self._either(cases, [(condition, False) for condition in live])

    def assume(self, cases: Cases, condition: Condition, *, so: bool) -> Cases:
        """Return what is possible where a condition holds, or does not."""
        if not condition.enabled:
            return cases if so else ()
        test = condition.test
        if isinstance(test, TemplateCondition):
            test = asked(test.value_template)
        match test:
            case AllOf(conditions):
                return self.given(cases, conditions) if so else self.not_given(cases, conditions)
            case AnyOf(conditions) | NoneOf(conditions):
                live = [each for each in conditions if each.enabled]
                if so is isinstance(test, AnyOf):
                    return self._either(cases, [(each, True) for each in live])
                for each in live:
                    cases = self.assume(cases, each, so=False)
                return cases
            case StateCondition():
                return self._state(cases, test, so=so)
            case NumericCondition():
                return self._numeric(cases, test, so=so)
            case TimeCondition():
                return self._time(cases, test, so=so)
            case SunCondition():
                return _at(cases, self._sun(test), so=so)
            case ZoneCondition():
                return self._zone(cases, test, so=so)
            case TriggerCondition():
                return self._trigger(cases, test, so=so)
            case TemplateCondition():
                return self.known(cases, ("~riddle", test.value_template.source), one_of("on" if so else "off"))
            case NotMeant():
                return cases
            case _:
                assert_never(test)

    def known(self, cases: Cases, key: Key, allowed: Allowed) -> Cases:
        """Return the cases in which a thing is so."""
        found: list[Facts] = []
        base = possible(key[0], key[1], self.house) if key[0][0] != "~" else _MONTHS if key[0] == CALENDAR else None
        for facts in cases:
            start = facts if base is None or key in facts.about else facts.knowing(key, base)
            more = start.knowing(key, allowed)
            if more.is_possible and people_fit(more, self.house):
                found.append(more)
        return tuple(found)

    def any_of(self, cases: Cases, ways: Iterable[tuple[Key, Allowed]]) -> Cases:
        """Return the cases in which a thing is so in at least one way."""
        return _bounded(cases, [fact for key, allowed in ways for fact in self.known(cases, key, allowed)])

    def _either(self, cases: Cases, options: Sequence[tuple[Condition, bool]]) -> Cases:
        found = [fact for condition, so in options for fact in self.assume(cases, condition, so=so)]
        return _bounded(cases, found)

    def _state(self, cases: Cases, test: StateCondition, *, so: bool) -> Cases:
        if test.entity_id == ("sun.sun",) and test.attribute is None:
            up = by_day(self.house)
            wanted = (up if "above_horizon" in test.state else 0) | (
                ALWAYS & ~up if "below_horizon" in test.state else 0
            )
            return _at(cases, wanted, so=so)
        if any(isinstance(word, str) and word.startswith("input_") for word in test.state):
            return cases
        words = _words(test.state)
        every = (test.match == "all") == so
        for entity in test.entity_id if every else ():
            cases = self._one_state(cases, test, entity, words, so=so)
        if every:
            return cases
        each = [fact for entity in test.entity_id for fact in self._one_state(cases, test, entity, words, so=so)]
        return _bounded(cases, each)

    def _one_state(self, cases: Cases, test: StateCondition, entity: str, words: tuple[str, ...], *, so: bool) -> Cases:
        key = (entity, test.attribute or "")
        if entity in (WAIT, WAITED_FOR, TO, FROM):
            return self.known(cases, key, one_of(*words) if so else none_of(*words))
        held = seconds(test.held)
        if so:
            cases = self.known(cases, key, one_of(*words))
            return cases if held is None else self.known(cases, age(entity), number_in(Range(low=held, with_low=True)))
        ways = [(key, none_of(*words))]
        if test.held is not None:
            if held is None:
                return cases
            ways.append((age(entity), number_in(Range(high=held))))
        return self.any_of(cases, ways)

    def _numeric(self, cases: Cases, test: NumericCondition, *, so: bool) -> Cases:
        if test.value_template is not None or isinstance(test.above, str) or isinstance(test.below, str):
            return self.known(cases, ("~riddle", repr(test)), one_of("on" if so else "off"))
        keys = [(entity, test.attribute or "") for entity in test.entity_id]
        inside = range_of(test.above, test.below)
        if so:
            for key in keys:
                cases = self.known(cases, key, number_in(inside))
            return cases
        ways = [(key, allowed) for key in keys for allowed in outside(inside)]
        return self.any_of(cases, ways)

    def _time(self, cases: Cases, test: TimeCondition, *, so: bool) -> Cases:
        limits = (test.after, test.before)
        if any(isinstance(limit, str) for limit in limits):
            weekdays = daily(0, DAY, test.weekday)
            return _at(cases, weekdays, so=True) if so else cases
        return _at(cases, during(test.after, test.before, test.weekday), so=so)

    def _sun(self, test: SunCondition) -> int:
        place, zone = self.house.place, self.house.zone
        after = None if test.after is None else since_sun(test.after, test.after_offset, place, zone)
        before = None if test.before is None else ALWAYS & ~since_sun(test.before, test.before_offset, place, zone)
        if after is None or before is None:
            return after if after is not None else before if before is not None else ALWAYS
        # By night, over midnight: which comes later in a day is the same on all of them.
        over_midnight = test.after == "sunset" and test.before == "sunrise"
        return after | before if over_midnight else after & before

    def _zone(self, cases: Cases, test: ZoneCondition, *, so: bool) -> Cases:
        words = tuple(word for zone in test.zone for word in self.zone_words(zone))
        if so:
            for who in test.entity_id:
                cases = self.known(cases, (who, ""), one_of(*words))
            return cases
        return self.any_of(cases, [((who, ""), none_of(*words)) for who in test.entity_id])

    def zone_words(self, zone: str) -> tuple[str, ...]:
        """Return the states of somebody in a zone."""
        thing = self.house.things.get(zone)
        bare = zone.partition(".")[2]
        return (bare,) if thing is None or bare == "home" else (bare, thing.name)

    def _trigger(self, cases: Cases, test: TriggerCondition, *, so: bool) -> Cases:
        places = [
            str(place)
            for place, trigger in enumerate(self.routine.triggers)
            if (trigger.id or str(place)) in test.id or str(place) in test.id
        ]
        return self.known(cases, TRIGGER, one_of(*places) if so else none_of(*places))


def people_fit(facts: Facts, house: House) -> bool:
    """Say whether what is known of people agrees with how many are said to be at home."""
    count = facts.about.get(("zone.home", ""))
    if count is None:
        return True
    people = {key[0]: each for key, each in facts.about.items() if key[0].startswith("person.") and not key[1]}
    surely_home = sum(each.finite == _HOME for each in people.values())
    everybody = [thing.id for thing in house.things.values() if thing.domain == "person"]
    may_be_home = sum(each not in people or people[each].has("home") for each in everybody)
    most = may_be_home if everybody else ALL.high
    return not count.meet(number_in(Range(surely_home, most, with_low=True, with_high=True))).is_empty


def age(entity: str) -> Key:
    """Return the name for how long an entity has been what it is, in seconds."""
    return ("~age", entity)


def seconds(span: Span | None) -> float | None:
    """Return a length in seconds; none where it has to be computed, or there is none."""
    return span.total_seconds() if isinstance(span, timedelta) else None


def range_of(above: Level | None, below: Level | None) -> Range:
    """Return the numbers between two limits; those that entities hold are none."""
    low = above if isinstance(above, int | float) else ALL.low
    return Range(low, below if isinstance(below, int | float) else ALL.high)


def outside(numbers: Range) -> tuple[Allowed, ...]:
    """Return what is not in a range: words, and what lies below and above."""
    below = number_in(Range(high=numbers.low, with_high=True))
    above = number_in(Range(low=numbers.high, with_low=True))
    found = [below] if numbers.low > ALL.low else []
    found += [above] if numbers.high < ALL.high else []
    return (Allowed(numbers=None), *found)


def during(after: time | str | None, before: time | str | None, weekdays: tuple[str, ...]) -> int:
    """Return the moments of a time window; limits that entities hold are none."""
    first = minute_of(after) if isinstance(after, time) else 0
    end = minute_of(before) if isinstance(before, time) else DAY
    if isinstance(before, time) and isinstance(after, time) and first == end and before > after:
        end += 1
    return daily(first, end, weekdays)


def _words(states: tuple[Scalar, ...]) -> tuple[str, ...]:
    return tuple(("on" if word else "off") if isinstance(word, bool) else str(word) for word in states)


def _at(cases: Cases, moments: int, *, so: bool) -> Cases:
    wanted = moments if so else ALWAYS & ~moments
    return tuple(facts.at(wanted) for facts in cases if facts.moments & wanted)


def _bounded(cases: Cases, found: Sequence[Facts]) -> Cases:
    return cases if len(found) > MOST else tuple(found)
