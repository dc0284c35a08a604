"""Scores what was found in a life against what was planted in it."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from daemon.habits.levels import levelled
from daemon.habits.mining import mine
from daemon.habits.model import Following, Habit, Timely
from daemon.habits.reading import Doings, turned, who_did
from daemon.habits.record import Place, Record
from daemon.history.recording import OURS
from tests.daemon.habits.household import ZONE, Life, Planted, sun

BY = {"hand": None, "voice": OURS, "routine": OURS, "automation": "the automation Lights", "name": "Ann"}


@dataclass(slots=True)
class Score:
    """How well the habits of a life were found."""

    found: int = 0
    right: int = 0
    planted: int = 0
    recalled: int = 0

    def __iadd__(self, other: "Score") -> "Score":
        self.found, self.right = self.found + other.found, self.right + other.right
        self.planted, self.recalled = self.planted + other.planted, self.recalled + other.recalled
        return self

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.recalled / self.planted if self.planted else 1.0


def record_of(life: Life) -> Record:
    """Return a life as it is looked through for habits."""
    rows: dict[str, list[tuple[float, str | None, str | None]]] = {entity: [] for entity in life.areas}
    told: dict[str, list[tuple[float, str | None, str | None, str | None]]] = {}
    done: dict[str, tuple[array[float], array[int]]] = {}
    for one in life.happened:
        rows[one.entity].append((one.at, one.value, BY[one.by]))
        told.setdefault(one.entity, []).append((one.at, one.value, BY[one.by], one.told))
        if one.by in ("voice", "routine"):
            at, personal = done.setdefault(one.entity, (array("d"), array("b")))
            at.append(one.at - 0.3)
            personal.append(one.by == "voice")
    doings = {entity: Doings(*done.get(entity, (array("d"), array("b")))) for entity in rows}
    turns = {entity: turned(entity, some, doings[entity]) for entity, some in rows.items()}
    levels = {
        entity: levelled(entity, some, partial(who_did, entity, doings=doings[entity]))
        for entity, some in told.items()
        if any(one[3] is not None for one in some)
    }
    lux = {"sensor.outdoor": life.lux} if life.lux else {}
    return Record(life.since.timestamp(), life.until.timestamp(), ZONE, turns, places_of(life), sun, lux, levels)


def places_of(life: Life) -> dict[str, Place]:
    """Return what the things of a life are."""
    return {entity: _place(entity, room, life.classes.get(entity, "")) for entity, room in life.areas.items()}


def _place(entity: str, room: str, kind: str) -> Place:
    if entity.startswith("person."):
        return Place("person")
    return Place("contact" if kind == "door" else "motion" if kind == "motion" else "thing", room)


def score_of(life: Life, habits: Sequence[Habit]) -> tuple[Score, list[Habit], list[Planted]]:
    """Return the score, what was found and is none, and what was missed."""
    wrong = [one for one in habits if not any(fits(one, each) for each in life.planted)]
    missed = [each for each in life.planted if not any(fits(one, each) for one in habits)]
    score = Score(len(habits), len(habits) - len(wrong), len(life.planted), len(life.planted) - len(missed))
    return score, wrong, missed


def fits(habit: Habit, planted: Planted) -> bool:
    """Say whether a habit is the one that was planted, in what, when and on which days."""
    if not set(habit.targets) <= planted.targets or any(up != planted.up for up in habit.ups):
        return False
    if habit.sets != planted.sets or (habit.sets and not _right(habit, planted, habit.targets[0])):
        return False
    match habit.reason:
        case Following(event=event, up=up):
            return (event, up) in planted.events and (
                not planted.dark or "dark" in habit.limits or event == "first_home"
            )
        case Timely(anchor="lux"):
            return planted.anchor == "lux" and 0.4 <= habit.reason.level / planted.minute <= 2.5
        case Timely(anchor=anchor, offset=offset):
            days = len(habit.days ^ planted.days) <= (1 if len(planted.days) > 2 else 0)
            return anchor == planted.anchor and abs(offset - planted.minute) <= 12 and days


def levels_of(life: Life, habits: Sequence[Habit]) -> Score:
    """Return the score of the levels with which planted habits are proposed that switch something on."""
    score = Score()
    for planted in life.planted:
        for habit in habits:
            for target in habit.targets if fits(habit, planted) and not habit.sets else ():
                right = _right(habit, planted, target)
                score.found += target in habit.levels
                score.right += target in habit.levels and right
                score.planted += target in planted.levels
                score.recalled += target in planted.levels and right
    return score


def _right(habit: Habit, planted: Planted, target: str) -> bool:
    """Say whether a level is what people want, within what they would put up with."""
    found, wanted = habit.levels.get(target), planted.levels.get(target)
    near = 0.5 if target.startswith("climate.") else 7.5
    return found is not None and wanted is not None and abs(found - wanted) <= near


def habits_of(life: Life) -> list[Habit]:
    """Return the habits that are found in a life."""
    return mine(record_of(life))
