"""What a skill may read of the household's habits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

HabitAnswer: TypeAlias = Literal["accept", "later", "never", "open"]
"""``open`` takes an answer back."""
Status: TypeAlias = Literal["open", "offered", "later", "never", "accepted", "over"]
"""``offered``: people were told of it by themselves; ``over``: nobody does it any more."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """A habit of the household, or a routine that people keep undoing, and what is proposed for it."""

    id: str
    definition: Mapping[str, object]
    """The routine that is proposed, as it stands in a file; empty where one is to be switched off."""
    reason: str
    """``clock``, ``sunrise``, ``sunset``, ``lux``, ``after``; ``undone`` of a routine."""
    hits: int
    """How often it was done by hand; of a routine, how often it was undone."""
    chances: int
    """How often it could have been."""
    days: tuple[int, ...] = ()
    """On which days of the week; Monday is 0."""
    low: int = 0
    high: int = 0
    """Between these it is usually done: minutes after midnight, or after the sun's moment."""
    targets: tuple[str, ...] = ()
    up: bool = True
    """Whether it is switched on or opened, or the contrary."""
    fires: int = 0
    """How often the routine would have run in the time it was tried on."""
    against: int = 0
    """How often somebody did the contrary within ten minutes of that."""
    delicate: bool = False
    """Whether it is about locks, heat or the like: never proposed unasked."""
    status: Status = "open"
    routine: str | None = None
    """The routine that is to be changed; ``None``: a new one."""
    name: str = ""
    """What that is called."""
    change: str = ""
    """What is to be changed of it: ``off``, ``days``, ``time``, ``dark``, ``light``."""
    sets: bool = False
    """Whether only how bright, warm or far open it is was set: it was on already."""


class HabitsView(Protocol):
    """The household's habits. Reading them can change nothing."""

    def habits(self) -> Sequence[Noticed]:
        """Return what is known and not answered for good, the surest first."""
        ...

    def offered(self) -> Noticed | None:
        """Return what people were told of last, if nobody has answered to it."""
        ...

    def suggests(self) -> bool:
        """Say whether routines are proposed unasked."""
        ...


@dataclass(frozen=True, slots=True)
class NoHabits:
    """No habits: fulfils `HabitsView`."""

    known: Sequence[Noticed] = field(default_factory=tuple[Noticed, ...])

    def habits(self) -> Sequence[Noticed]:
        """Return nothing."""
        return self.known

    def offered(self) -> Noticed | None:
        """Return nothing."""
        return None

    def suggests(self) -> bool:
        """Return that nothing is proposed."""
        return False
