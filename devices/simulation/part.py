"""What simulated devices are made of: parts that hold a condition, change when asked, each in its own temper."""

import asyncio
from collections.abc import Callable, Mapping
from enum import StrEnum

SLOW_S = 1.5
"""How long a slow part thinks before it acts: longer than a person waits gladly, shorter than any read-back."""
TRAVEL_S = 1.6
"""A whole way of a cover or a valve, end to end: real ones need 15 to 40 s, a demo has no such patience."""
_STEPS = 8
_OPPOSITE: Mapping[object, object] = {"ON": "OFF", "OFF": "ON", "on": "off", "off": "on", True: False, False: True}


class Temper(StrEnum):
    """How a part takes an order."""

    SOUND = "sound"
    """Does it and reports it."""
    SLOW = "slow"
    """Does it and reports it, `SLOW_S` later."""
    IGNORING = "ignoring"
    """Does nothing, and reports what it is."""
    LYING = "lying"
    """Reports the opposite of what was asked."""
    OFFLINE = "offline"
    """Hears nothing and says nothing; its availability says so."""


class Pace:
    """Time as the simulated house feels it: every delay times `scale`, so that tests need not wait."""

    def __init__(self, loop: asyncio.AbstractEventLoop, scale: float = 1.0) -> None:
        self._loop = loop
        self._scale = scale

    def later(self, delay_s: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Call `act` once, after the scaled delay; the handle takes it back."""
        return self._loop.call_later(delay_s * self._scale, act)


def _unheard() -> None:
    """Stand in for `Part.report` until a dialect gives the part a voice."""


class Part:
    """One physical thing. Its condition is held in the words of the dialect that reports it."""

    def __init__(self, pace: Pace, condition: Mapping[str, object], temper: Temper = Temper.SOUND) -> None:
        self.pace = pace
        self.temper = temper
        self.condition = dict(condition)
        self.report: Callable[[], None] = _unheard
        """Set by the dialect: publish the condition."""
        self._motion: asyncio.TimerHandle | None = None
        self._temper_with_power = Temper.SOUND if temper is Temper.OFFLINE else temper

    def reach(self, *, online: bool) -> None:
        """Lose the power, or have it back with the temper that it had."""
        if self.temper is not Temper.OFFLINE:
            self._temper_with_power = self.temper
        self.temper = self._temper_with_power if online else Temper.OFFLINE

    def __getitem__(self, key: str) -> object:
        """Return one value of the condition."""
        return self.condition[key]

    def number(self, key: str) -> float:
        """Return a value of the condition that is a number; 0 where it is none."""
        value = self.condition.get(key)
        return float(value) if isinstance(value, int | float) else 0.0

    def set(self, **changes: object) -> None:
        """Change the condition without a word: what `obey` is given to do."""
        self.condition.update(changes)

    def order(self, **changes: object) -> None:
        """Take an order for these values, as the temper has it."""
        self.obey(lambda: self.set(**changes))

    def obey(self, act: Callable[[], None]) -> None:
        """Take an order: do `act` and report, as the temper has it."""
        match self.temper:
            case Temper.SOUND:
                act()
                self.report()
            case Temper.SLOW:
                self.pace.later(SLOW_S, lambda: self.hand(act))
            case Temper.IGNORING:
                self.report()
            case Temper.LYING:
                self.hand(lambda: self._pretend(act))
            case Temper.OFFLINE:
                pass

    def hand(self, act: Callable[[], None]) -> None:
        """Do `act` and report, whatever the temper: someone pressed the switch on the wall."""
        act()
        self.report()

    def _pretend(self, act: Callable[[], None]) -> None:
        act()
        self.condition.update({key: opposite(value) for key, value in self.condition.items()})

    def travel(self, key: str, target: float) -> None:
        """Move a value of 0 to 100 to `target` over some time, in steps that are reported; ``moving`` in the condition
        is 1 (up), -1 (down) or 0. A new order takes over from where it is.
        """
        self.halt()
        target = min(100.0, max(0.0, target))
        if target != self.number(key):
            self.condition["moving"] = 1 if target > self.number(key) else -1
            self._motion = self.pace.later(TRAVEL_S / _STEPS, lambda: self._step(key, target))

    def _step(self, key: str, target: float) -> None:
        here = self.number(key)
        step = 100 / _STEPS
        if abs(target - here) <= step:
            self.condition |= {key: round(target), "moving": 0}
            self._motion = None
        else:
            self.condition[key] = round(here + step if target > here else here - step)
            self._motion = self.pace.later(TRAVEL_S / _STEPS, lambda: self._step(key, target))
        self.report()

    def halt(self) -> None:
        """Stop where it is."""
        if self._motion is not None:
            self._motion.cancel()
            self._motion = None
        self.condition["moving"] = 0


def opposite(value: object) -> object:
    """Return off for on, however a dialect spells it; anything else as it is."""
    return _OPPOSITE[value] if isinstance(value, str | bool) and value in _OPPOSITE else value
