"""Every way a routine can go: from a trigger through its conditions and forks, with what it does on it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from daemon.routines.actions import (
    Action,
    Ask,
    Assign,
    Call,
    Check,
    Choose,
    Delay,
    Fire,
    Group,
    If,
    Notice,
    Parallel,
    Repeat,
    Respond,
    Stop,
    Times,
    WaitFor,
    WaitUntil,
    While,
)
from daemon.routines.conditions import AllOf, Condition, NumericCondition, StateCondition, ZoneCondition
from daemon.routines.doing import ids_of
from daemon.routines.expressions import Data, Template
from daemon.routines.linting.asking import FROM, TO, WAIT, WAITED_FOR
from daemon.routines.linting.assuming import NOTHING_KNOWN, TRIGGER, Assumer, Cases, seconds
from daemon.routines.linting.facts import Facts, one_of
from daemon.routines.linting.starting import starts
from daemon.routines.mentioning import mentioned
from daemon.routines.model import Routine
from daemon.routines.playing.effects import Effect, aimed_at, effects_of
from daemon.routines.playing.house import House
from daemon.routines.run import Frame, place_of
from daemon.routines.triggers import NotMeant, Trigger
from daemon.routines.values import UNKNOWN, Value
from daemon.routines.walking import parts_of

MOST_PATHS: Final = 128
_HELPERS: Final = ("input_boolean.", "input_select.", "input_number.", "input_text.")
_LASTING: Final = (TRIGGER, (TO, ""), (FROM, ""))
"""What stays so however long a run waits."""
_AIMS: Final = ("entity_id", "area_id", "floor_id", "label_id", "device_id")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a path does."""

    where: str
    do: Call | Notice | Fire | Ask | Respond
    phase: int
    """How many waits come before it."""
    effects: tuple[Effect, ...] = ()
    after_s: float | None = 0.0
    """How long after the beginning; none where that hangs on what happens."""

    @property
    def service(self) -> str:
        """The service that is called, empty where it is none or computed."""
        return self.do.action if isinstance(self.do, Call) and isinstance(self.do.action, str) else ""


@dataclass(frozen=True, slots=True)
class Path:
    """One way through a routine."""

    routine: Routine
    trigger: Trigger | None
    """None: started by another routine, whatever its conditions."""
    cases: Cases
    """What is possible as it begins, its conditions and forks up to the first wait among it."""
    checked: Cases = NOTHING_KNOWN
    """The same by conditions and forks alone, without the trigger."""
    acts: tuple[Act, ...] = ()
    waits: tuple[Delay | WaitFor | WaitUntil | Ask, ...] = ()
    began: Cases = NOTHING_KNOWN
    """What is possible by the trigger alone."""
    rechecked: bool = False
    """True where it looks at conditions again after a wait."""

    def now(self) -> Iterator[Act]:
        """Yield what is done before any wait."""
        return (act for act in self.acts if act.phase == 0)

    def last(self, phase: int | None = 0) -> Mapping[str, Effect]:
        """Return what each entity becomes in the end of a phase; of the whole path with none."""
        acts = (act for act in self.acts if phase is None or act.phase == phase)
        return {effect.entity: effect for act in acts for effect in act.effects}

    def timed(self) -> Mapping[tuple[float, str], Effect]:
        """Return what each entity becomes so long after the beginning, in seconds, where that is certain."""
        known = ((act.after_s, act) for act in self.acts)
        return {(after_s, each.entity): each for after_s, act in known if after_s is not None for each in act.effects}


@dataclass(frozen=True, slots=True)
class Ways:
    """All the ways of one routine."""

    paths: tuple[Path, ...]
    reached: frozenset[tuple[str, str]]
    """Places and the names of the branches that some path enters; ``act`` for a step that does something."""
    whole: bool
    """False where there are more ways than were followed."""


@dataclass(frozen=True, slots=True)
class _Here:
    """A way as far as it was followed."""

    cases: Cases
    start: Cases
    checked: Cases
    phase: int = 0
    written: frozenset[str] = frozenset()
    acts: tuple[Act, ...] = ()
    waits: tuple[Delay | WaitFor | WaitUntil | Ask, ...] = ()
    after_s: float | None = 0.0
    over: bool = False
    rechecked: bool = False


@dataclass(slots=True)
class _Walker:
    assumer: Assumer
    reached: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    whole: bool = True

    def sequence(self, here: _Here, actions: tuple[Action, ...], frames: tuple[Frame, ...]) -> list[_Here]:
        ways = [here]
        for place, action in enumerate(actions):
            if not action.enabled:
                continue
            at = (*frames[:-1], replace(frames[-1], at=place))
            ways = [after for way in ways for after in ([way] if way.over else self.action(way, action, at))]
            if len(ways) > MOST_PATHS:
                self.whole = False
                ways = ways[:MOST_PATHS]
        return ways

    def action(self, here: _Here, action: Action, frames: tuple[Frame, ...]) -> list[_Here]:  # a table of steps
        where = place_of(frames)
        match action.do:
            case Call() | Notice() | Fire() | Respond():
                self.reached.add((where, "act"))
                return [self.act(here, action.do, where)]
            case Delay() | WaitFor() | WaitUntil() | Ask():
                return [self.wait(here, action.do, where)]
            case Choose() as do:
                return self.choose(here, do, frames)
            case If() as do:
                granted = self.grant(here, do.conditions, so=True)
                refused = self.grant(here, do.conditions, so=False)
                return [
                    *self.enter(granted, do.then, frames, "then"),
                    *self.enter(refused, do.otherwise, frames, "else"),
                ]
            case Repeat() as do:
                return self.repeat(here, do, frames)
            case Parallel() as do:
                return self.parallel(here, do, frames)
            case Group() as do:
                return self.enter(here, do.sequence, frames, "sequence")
            case Check() as do:
                found = self.grant(here, (do.condition,), so=True)
                refused = self.grant(here, (do.condition,), so=False)
                return [way for way in (found, replace(refused, over=True)) if way.cases]
            case Stop():
                return [replace(here, over=True)]
            case Assign() | NotMeant():
                return [here]

    def enter(self, here: _Here, actions: tuple[Action, ...], frames: tuple[Frame, ...], branch: str) -> list[_Here]:
        if not here.cases:
            return []
        self.reached.add((place_of(frames), branch))
        # A condition that stands in a branch ends that branch, not the run.
        return [replace(way, over=False) if way.over and not _stops(actions) else way
                for way in self.sequence(here, actions, (*frames, Frame(branch)))]  # fmt: skip

    def grant(self, here: _Here, conditions: tuple[Condition, ...], *, so: bool) -> _Here:
        """Take conditions for so; what a run changed itself tells nothing of how it began."""
        both = Condition(AllOf(conditions))
        cases = self.assumer.assume(here.cases, both, so=so)
        if here.phase or looked_at(conditions) & here.written:
            return replace(here, cases=cases, rechecked=here.rechecked or here.phase > 0)
        start = self.assumer.assume(here.start, both, so=so)
        return replace(here, cases=cases, start=start, checked=self.assumer.assume(here.checked, both, so=so))

    def choose(self, here: _Here, do: Choose, frames: tuple[Frame, ...]) -> list[_Here]:
        found: list[_Here] = []
        for place, option in enumerate(do.choose):
            granted = self.grant(here, option.conditions, so=True)
            found += self.enter(granted, option.sequence, frames, f"choose:{place}")
            here = self.grant(here, option.conditions, so=False)
        return [*found, *self.enter(here, do.default, frames, "default")]

    def repeat(self, here: _Here, do: Repeat, frames: tuple[Frame, ...]) -> list[_Here]:
        first, skipped = here, [here] if not isinstance(do.how, Times) else []
        if isinstance(do.how, While):
            first = self.grant(here, do.how.conditions, so=True)
            skipped = [self.grant(here, do.how.conditions, so=False)]
        turned = [
            replace(self.forget(way), over=False, after_s=None)
            for way in self.enter(first, do.sequence, frames, "repeat")
        ]
        return [way for way in (*turned, *(skipped if isinstance(do.how, While) else ())) if way.cases]

    def parallel(self, here: _Here, do: Parallel, frames: tuple[Frame, ...]) -> list[_Here]:
        ways = [here]
        for place, branch in enumerate(do.branches):
            ways = [
                replace(after, phase=here.phase, after_s=here.after_s, over=False)
                for way in ways
                for after in self.enter(way, branch, frames, f"parallel:{place}")
            ]
        waited = any(parts_of(do, Delay)) or any(parts_of(do, WaitFor)) or any(parts_of(do, WaitUntil))
        return [self.forget(replace(way, phase=here.phase + 1, after_s=None)) if waited else way for way in ways]

    def act(self, here: _Here, do: Call | Notice | Fire | Respond, where: str) -> _Here:
        effects = effects_in(do, self.assumer.house) if isinstance(do, Call) else ()
        changed = frozenset(effect.entity for effect in effects)
        cases = tuple(facts.forgetting(*changed, *(f"~age:{each}" for each in changed)) for facts in here.cases)
        for effect in effects:
            if effect.entity.startswith(_HELPERS) and effect.state is not None and effect.sure:
                # What is no device is at once what it was told.
                cases = self.assumer.known(cases, (effect.entity, ""), one_of(effect.state))
        act = Act(where, do, here.phase, effects, here.after_s)
        return replace(here, cases=cases, written=here.written | changed, acts=(*here.acts, act))

    def wait(self, here: _Here, do: Delay | WaitFor | WaitUntil | Ask, where: str) -> _Here:
        length_s = seconds(do.delay) if isinstance(do, Delay) else None
        after_s = None if here.after_s is None or length_s is None else here.after_s + length_s
        after = self.forget(replace(here, phase=here.phase + 1, waits=(*here.waits, do), after_s=after_s))
        cases = after.cases
        if isinstance(do, WaitFor | WaitUntil) and (do.timeout is None or not do.continue_on_timeout):
            cases = self.assumer.known(cases, (WAIT, ""), one_of("on"))
        if isinstance(do, WaitFor):
            named = [trigger.id or str(place) for place, trigger in enumerate(do.triggers)]
            cases = self.assumer.known(cases, (WAITED_FOR, ""), one_of(*named, "~nothing"))
        if isinstance(do, Ask):
            after = replace(after, acts=(*after.acts, Act(where, do, here.phase, after_s=here.after_s)))
            self.reached.add((where, "act"))
        return replace(after, cases=cases)

    def forget(self, here: _Here) -> _Here:
        """Go on after time has passed: what was so need not be so any more, but for what began the run."""
        kept = dict.fromkeys(tuple((key, facts.about.get(key)) for key in _LASTING) for facts in here.cases)
        cases: list[Facts] = []
        for known in kept:
            facts = NOTHING_KNOWN[0]
            for key, allowed in known:
                facts = facts if allowed is None else facts.knowing(key, allowed)
            cases.append(facts)
        return replace(here, cases=tuple(cases))


def ways_of(routine: Routine, house: House, *, by_hand: bool = False) -> Ways:
    """Follow a routine from each of its triggers; from nothing too where another routine starts it (`by_hand`)."""
    assumer = Assumer(house, routine)
    walker = _Walker(assumer)
    paths: list[Path] = []
    for place, trigger in enumerate(routine.triggers):
        if not trigger.enabled:
            continue
        unmeant = isinstance(trigger.when, NotMeant)
        began = NOTHING_KNOWN if unmeant else starts(assumer, place)
        cases = assumer.given(began, routine.conditions)
        if cases:
            checked = assumer.given(assumer.known(NOTHING_KNOWN, TRIGGER, one_of(str(place))), routine.conditions)
            here = _Here(cases, cases, checked)
            paths += _followed(walker, routine, trigger, here, began)
    if by_hand:
        paths += _followed(walker, routine, None, _Here(NOTHING_KNOWN, NOTHING_KNOWN, NOTHING_KNOWN), NOTHING_KNOWN)
    return Ways(tuple(paths), frozenset(walker.reached), walker.whole)


def _followed(walker: _Walker, routine: Routine, trigger: Trigger | None, here: _Here, began: Cases) -> Iterable[Path]:
    for way in walker.sequence(here, routine.actions, (Frame("actions"),)):
        yield Path(routine, trigger, way.start, way.checked, way.acts, way.waits, began, way.rechecked)


def effects_in(do: Call, house: House) -> tuple[Effect, ...]:
    """Return what a call makes of the house, as far as it is written and not computed."""
    if not isinstance(do.action, str):
        return ()
    target, data = plain(do.target), plain(do.data)
    aims = {key: ids_of(value) for key in _AIMS if (value := target.get(key, data.get(key))) is not None}
    given = {key: value for key, value in data.items() if key not in aims}
    return effects_of(do.action, aimed_at(do.action, aims, house), given, house)


def plain(data: Mapping[str, Data] | Template) -> Mapping[str, Value]:
    """Return data with the unknown in place of what is computed."""
    return {} if isinstance(data, Template) else {key: _plain(value) for key, value in data.items()}


def _plain(data: Data) -> Value:
    if isinstance(data, Template):
        return UNKNOWN
    if isinstance(data, tuple):
        return tuple(found for item in data if (found := _plain(item)) is not UNKNOWN)
    if isinstance(data, Mapping):
        return {key: _plain(item) for key, item in data.items()}
    return data


def looked_at(conditions: tuple[Condition, ...]) -> frozenset[str]:
    """Return the entities that conditions look at, in templates too."""
    found = {entity for template in parts_of(conditions, Template) for entity in mentioned(template).entities}
    for state in parts_of(conditions, StateCondition):
        found.update(state.entity_id)
    for numeric in parts_of(conditions, NumericCondition):
        found.update(numeric.entity_id)
    for whereabouts in parts_of(conditions, ZoneCondition):
        found.update(whereabouts.entity_id)
    return frozenset(found)


def _stops(actions: tuple[Action, ...]) -> bool:
    return any(True for _ in parts_of(actions, Stop))
