"""Rehearses routines: what would change, in which order, and who would be told, on a copy of the house."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from daemon.routines.evaluating import Around, all_hold
from daemon.routines.model import Routine
from daemon.routines.playing.play import Line, Play
from daemon.routines.playing.stage import Stage
from daemon.routines.values import Value, encoded, spoken
from daemon.routines.world import Change

USUAL: Final = timedelta(hours=1)
"""How long a rehearsal lasts where nobody says: longer than most waits."""
MOST_RUNS: Final = 200
MOST_LINES: Final = 60
"""In the text for people; a program gets all."""


@dataclass(frozen=True, slots=True)
class Becomes:
    """An entity becomes something by itself, or by somebody's hand."""

    entity: str
    state: str
    attributes: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True)
class Begins:
    """A routine is set off: by one of its triggers, whatever that waits for, or by hand."""

    routine: str
    trigger: int | None = None
    """Its place; none: by hand, and whatever its conditions say; `Rehearsal.unmet` tells where they do not hold."""


@dataclass(frozen=True, slots=True)
class Passes:
    """Nothing happens but that time goes by."""


Opening: TypeAlias = Becomes | Begins | Passes | Change


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of a rehearsal."""

    lines: tuple[Line, ...]
    began: datetime
    until: datetime
    names: Mapping[str, str]
    """What entities and routines are called."""
    without_end: bool = False
    """True where the routines set each other off again and again, and it was broken off."""
    unmet: str | None = None
    """Which routine would do nothing by itself now, since its conditions do not hold."""

    @property
    def changes(self) -> tuple[tuple[datetime, str, str], ...]:
        """What states change by routines: when, which entity, into what."""
        ours = (line for line in self.lines if line.kind == "changed" and line.routine)
        return tuple((line.at, line.entity, line.after) for line in ours if line.before != line.after)

    def as_object(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "began": self.began.isoformat(),
            "until": self.until.isoformat(),
            "without_end": self.without_end,
            "conditions_unmet": self.unmet,
            "steps": [
                {
                    "at": line.at.isoformat(),
                    "kind": line.kind,
                    "routine": line.routine,
                    "entity": line.entity or None,
                    "before": line.before or None,
                    "after": line.after or None,
                    "what": line.what or None,
                    "attributes": encoded(line.attributes),
                    "where": line.where or None,
                }
                for line in self.lines
            ],
        }

    def told(self) -> str:
        """Return it as text, a line for each thing that would come about."""
        words = [f"{_clock(line.at, self.began)}  {told}" for line in self.lines if (told := self._told(line))]
        if len(words) > MOST_LINES:
            words = [*words[:MOST_LINES], f"… and {len(words) - MOST_LINES} more"]
        if self.unmet is not None:
            named = self.names.get(self.unmet, self.unmet)
            words.insert(0, f"By itself “{named}” would do nothing now: its conditions do not hold. If they did:")
        if self.without_end:
            words.append("… and so on without end. It was broken off.")
        return "\n".join(words) if words else "Nothing would happen."

    def _told(self, line: Line) -> str:  # a table of lines
        by = "" if line.routine is None else f" (“{self.names.get(line.routine, line.routine)}”)"
        name = self.names.get(line.entity, line.entity)
        match line.kind:
            case "began":
                return f"“{self.names.get(line.routine or '', line.routine or '')}” begins"
            case "changed":
                shown = ", ".join(f"{key} {spoken(value)}" for key, value in line.attributes.items() if line.routine)
                became = line.after if line.before != line.after else "changed"
                return f"{name} {became}{f', {shown}' if shown else ''}{by}"
            case "told":
                return f"tells {line.after or 'the household'}: {line.what}{by}"
            case "asked":
                return f"asks {line.after or 'the household'}: {line.what}{by}"
            case "fired":
                return f"fires the event {line.what}{by}"
            case "refused":
                return f"“{self.names.get(line.routine or '', '')}” is set off, but {line.what}"
            case "called" if not line.entity:
                return f"{line.what}{by}"
            case "ended" if line.after == "failed":
                return f"“{self.names.get(line.routine or '', '')}” fails: {line.what}"
            case _:
                return ""


def rehearse(routines: Sequence[Routine], stage: Stage, opening: Opening, length: timedelta = USUAL) -> Rehearsal:
    """Play what happens, and what routines make of it and of each other, on a stage; nothing else is changed.

    Calls succeed at once, devices do what they are told, and nobody but the opening does anything.
    """
    began = stage.now
    play = Play(routines, stage, most_runs=MOST_RUNS)
    unmet = _opened(play, routines, opening)
    play.go(began + length)
    names = {thing.id: thing.name for thing in stage.house.things.values()}
    names |= {routine.id: routine.alias for routine in routines}
    return Rehearsal(tuple(play.lines), began, began + length, names, play.ran_away, unmet)


def _opened(play: Play, routines: Sequence[Routine], opening: Opening) -> str | None:
    """Let it happen; return the routine that is started though its conditions do not hold."""
    if isinstance(opening, Becomes):
        play.become(opening.entity, opening.state, opening.attributes)
    elif isinstance(opening, Begins):
        routine = next((each for each in routines if each.id == opening.routine), None)
        unmet = routine is not None and all_hold(routine.conditions, Around(play.stage)) is not True
        if opening.trigger is not None:
            play.fire(opening.routine, opening.trigger)
            return None
        play.start(opening.routine)
        return opening.routine if unmet else None
    elif not isinstance(opening, Passes):
        play.happen(opening)
    return None


def _clock(at: datetime, began: datetime) -> str:
    days = (at.date() - began.date()).days
    return f"{at:%H:%M:%S}{f' +{days} d' if days else ''}"
