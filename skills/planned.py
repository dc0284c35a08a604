"""What a skill may read of the household's plans and projects."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waits:
    """A step that waits for a person."""

    step: str
    what: str
    """The literal action, an imperative without a full stop."""
    digest: str
    unknown: bool = False
    """False: it waits for a yes. True: nobody knows whether it was done, and it can be neither looked up nor
    repeated."""
    safety: bool = False
    """Whether it is about safety: a yes to it that is said aloud may have to be a PIN."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, as it is told of."""

    id: str
    goal: str
    status: str
    """``proposed``, ``running``, ``paused``, ``undoing``, ``done``, ``failed``, ``stopped``, ``undone``."""
    digest: str
    done: int
    of: int
    recipe: str = ""
    why: str = ""
    now: tuple[str, ...] = ()
    """What is being done."""
    waits: tuple[Waits, ...] = ()
    acts: bool = False
    """Whether it does something now, or within a minute: a mere "stop" means it."""
    wisher: str = ""
    """The name of who drew it up and may not begin it: a grown-up has to say yes. Empty: whoever did may."""
    steps: tuple[str, ...] = ()
    """What it does, each an imperative without a full stop."""

    @property
    def live(self) -> bool:
        """Whether it was begun and has not ended."""
        return self.status in ("running", "paused", "undoing")


@dataclass(frozen=True, slots=True)
class Item:
    """A next step or an open question of a project."""

    id: int
    kind: str
    text: str
    who: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """Something that takes weeks."""

    id: int
    name: str
    goal: str = ""
    due: date | None = None
    owner: str | None = None
    """A person's id; ``None``: nobody's, or everybody's."""
    closed: bool = False
    items: tuple[Item, ...] = field(default_factory=tuple)


class PlansView(Protocol):
    """The household's plans and projects. Reading them can change nothing."""

    def plans(self) -> Sequence[Planned]:
        """Return drafts, what is being carried out, and what ended lately; newest first."""
        ...

    def projects(self) -> Sequence[Project]:
        """Return the projects that are not closed, by name."""
        ...


class NoPlans:
    """No plans and no projects: fulfils `PlansView`."""

    def plans(self) -> Sequence[Planned]:
        """Return nothing."""
        return ()

    def projects(self) -> Sequence[Project]:
        """Return nothing."""
        return ()
