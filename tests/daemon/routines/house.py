"""A house of plain values for the tests of routines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from daemon.routines.machine import Start, advance, begin, settle
from daemon.routines.model import Routine
from daemon.routines.reading import read_routines
from daemon.routines.run import Run
from daemon.routines.steps import Calling, Event, Returned, Step
from daemon.routines.triggers import SunEvent
from daemon.routines.values import Value
from daemon.routines.watching import Fired
from daemon.routines.world import ClockMoved, Seen, StateChanged

_Kind = TypeVar("_Kind")
VIENNA = ZoneInfo("Europe/Vienna")
NOON = datetime(2026, 10, 6, 12, tzinfo=VIENNA)
"""A Tuesday."""


@dataclass
class House:
    """A world that tests change as they like."""

    now: datetime = NOON
    states: dict[str, Seen] = field(default_factory=dict[str, Seen])
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    dark: bool = False
    """True where the sun never rises."""

    def state(self, entity: str) -> Seen | None:
        return self.states.get(entity)

    def entities(self) -> Iterable[str]:
        return list(self.states)

    def members(self, kind: Literal["area", "floor", "label", "device"], name: str) -> tuple[str, ...]:
        return self.areas.get(name, ()) if kind == "area" else ()

    def belongs(self, entity: str, kind: Literal["area", "floor", "device"]) -> tuple[str, str] | None:
        found = [name for name, inside in self.areas.items() if entity in inside and kind == "area"]
        return (found[0], found[0].title()) if found else None

    def sun(self, event: SunEvent, day: date) -> datetime | None:
        clock = time(7) if event == "sunrise" else time(18, 25)
        return None if self.dark else datetime.combine(day, clock, tzinfo=VIENNA)

    def put(self, entity: str, value: str, **attributes: Value) -> StateChanged:
        """Let an entity become something, and return that change."""
        old = self.states.get(entity)
        since = old.since if old is not None and old.value == value else self.now
        self.states[entity] = Seen(value, since, attributes, self.now)
        return StateChanged(entity, old, self.states[entity])

    def pass_time(self, length: timedelta) -> ClockMoved:
        """Let time go by."""
        before = self.now
        self.now = (before.astimezone(ZoneInfo("UTC")) + length).astimezone(VIENNA)
        return ClockMoved(before)


def house(**states: str) -> House:
    """Return a house with states: ``light__hall="on"``."""
    found = House()
    for name, value in states.items():
        found.put(name.replace("__", "."), value)
    return found


def routine(text: str) -> Routine:
    """Read one routine, all of which must be understood."""
    reading = read_routines(text)
    assert reading.not_understood == ()
    return reading.routines[0]


def doing(actions: str, head: str = "") -> Routine:
    """Return a routine that does these actions, written flush left."""
    body = "\n".join(f"  {line}" for line in actions.strip("\n").splitlines())
    return routine(f"id: test\nalias: Test\n{head}\ntriggers: []\nactions:\n{body}\n")


class Driver:
    """Carries out a run in a house: calls succeed at once, unless somebody says what comes back."""

    def __init__(
        self,
        kept: Routine,
        home: House,
        *,
        trigger: Fired | None = None,
        answers: Mapping[str, Returned] | None = None,
    ) -> None:
        self.routine = kept
        self.home = home
        self.answers = answers or {}
        self.steps: list[Step] = []
        self.run: Run
        begun = begin(kept, Start("run1", "cause1", trigger), home)
        self._settle(begun)

    def tell(self, event: Event) -> None:
        """Hand an event over."""
        self._settle(advance(self.routine, self.run, event, self.home))

    def later(self, **length: float) -> None:
        """Let time go by."""
        self.tell(self.home.pass_time(timedelta(**length)))

    @property
    def calls(self) -> list[str]:
        """What was called, with its targets."""
        return [
            f"{step.action} {','.join(step.target.get('entity_id', ()))}".strip()
            for step in self.steps
            if isinstance(step, Calling)
        ]

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        """Return the steps of a kind."""
        return [step for step in self.steps if isinstance(step, kind)]

    def _settle(self, begun: tuple[Run, tuple[Step, ...]]) -> None:
        self.run, steps = settle(self.routine, begun, self.home, self._carry_out)
        self.steps += steps

    def _carry_out(self, call: Calling) -> Returned:
        told = self.answers.get(call.action)
        return Returned(call.wait) if told is None else Returned(call.wait, told.done, told.response, told.why)
