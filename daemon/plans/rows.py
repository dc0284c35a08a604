"""Plans and where they stand on disk, in plain SQL: a step is written down before it is handed over."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from daemon.plans.model import Label, PlanError, StepId
from daemon.plans.progress import At, Mark, Result, Status
from daemon.schedule.ledger import instant, stamp
from skills.model import Action, Verdict

DAYS_KEPT = 90
DRAFTS_KEPT = timedelta(days=1)
MOST_READ = 50
"""Plans that are over and are read at a start, the newest."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan, as it is stored."""

    id: str
    recipe: str
    goal: str
    form: str
    """JSON."""
    digest: str
    status: Status
    cause: str
    """JSON: who wished for it; once it was begun, who approved it."""
    made_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A plan as its rows have it, not read yet."""

    columns: Sequence[str | None]
    steps: Mapping[str, str]

    @property
    def id(self) -> str:
        """The plan's id."""
        return str(self.columns[0])

    @property
    def goal(self) -> str:
        """What it is for."""
        return str(self.columns[2])

    @property
    def begun(self) -> bool:
        """Whether it was begun and has not ended."""
        status, ended = self.columns[5], self.columns[9]
        return ended is None and status != Status.PROPOSED

    def read(self) -> tuple[PlanRow, Mapping[StepId, Mark]]:
        """Return the plan's row, and where its steps stand.

        Raises:
            PlanError: another version of Hearth wrote it, in a way that is not known.
        """
        try:
            return _row(cast("Sequence[str]", self.columns)), {
                StepId(step): _mark(mark) for step, mark in self.steps.items()
            }
        except (KeyError, TypeError, ValueError) as error:
            raise PlanError(f"where it stands is written in a way that this Hearth does not know: {error}") from error


def put(connection: sqlite3.Connection, one: PlanRow, marks: Mapping[StepId, Mark]) -> None:
    """Write down where a plan stands, and some of its steps."""
    connection.execute(
        "INSERT INTO plan (id, recipe, goal, form, digest, status, cause, made_at, begun_at, ended_at, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
        " cause = excluded.cause, begun_at = excluded.begun_at, ended_at = excluded.ended_at, why = excluded.why",
        (
            one.id,
            one.recipe,
            one.goal,
            one.form,
            one.digest,
            one.status.value,
            one.cause,
            stamp(one.made_at),
            _stamp(one.begun_at),
            _stamp(one.ended_at),
            one.why,
        ),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO plan_step (plan, step, status, mark) VALUES (?, ?, ?, ?)",
        [(one.id, step, mark.at.value, _text(mark)) for step, mark in marks.items()],
    )


def drop(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Delete plans."""
    connection.executemany("DELETE FROM plan WHERE id = ?", [(one,) for one in ids])


def load(connection: sqlite3.Connection) -> Sequence[Stored]:
    """Return every plan that is not over, and the newest of those that are; oldest first."""
    query = (
        "SELECT id, recipe, goal, form, digest, status, cause, made_at, begun_at, ended_at, why FROM plan"
        " WHERE ended_at IS NULL OR id IN (SELECT id FROM plan ORDER BY made_at DESC LIMIT ?) ORDER BY made_at"
    )
    steps = "SELECT step, mark FROM plan_step WHERE plan = ?"
    return [
        Stored(columns, dict(connection.execute(steps, (columns[0],)).fetchall()))
        for columns in connection.execute(query, (MOST_READ,)).fetchall()
    ]


def end(connection: sqlite3.Connection, id: str, at: datetime, why: str) -> None:
    """Let a plan that cannot be read be one that was stopped."""
    query = "UPDATE plan SET status = ?, ended_at = ?, why = ? WHERE id = ?"
    connection.execute(query, (Status.STOPPED.value, stamp(at), why, id))


def forget(connection: sqlite3.Connection, now: datetime) -> None:
    """Delete drafts that nobody approved, and plans that ended long ago."""
    connection.execute(
        "DELETE FROM plan WHERE (status = ? AND made_at < ?) OR ended_at < ?",
        (Status.PROPOSED.value, stamp(now - DRAFTS_KEPT), stamp(now - timedelta(days=DAYS_KEPT))),
    )


def _row(row: Sequence[str]) -> PlanRow:
    plan, recipe, goal, form, digest, status, cause, made, begun, ended, why = row
    times = instant(made), _instant(begun), _instant(ended)
    return PlanRow(plan, recipe, goal, form, digest, Status(status), cause, *times, why)


def _text(mark: Mark) -> str:
    undo = mark.undo
    return json.dumps(
        {
            "at": mark.at.value,
            "attempt": mark.attempt,
            "since": _stamp(mark.since),
            "not_before": _stamp(mark.not_before),
            "verdict": mark.verdict.value if mark.verdict is not None else None,
            "why": mark.why,
            "undo": None if undo is None else [undo.effect, dict(undo.arguments)],
            "result": [mark.result.value, mark.result.label.value],
            "order": mark.order,
            "back": mark.back,
            "yes": mark.yes,
        }
    )


def _mark(text: str) -> Mark:
    raw = cast("dict[str, object]", json.loads(text))
    undo = cast("tuple[str, Mapping[str, object]] | None", raw["undo"])
    value, label = cast("tuple[object, str]", raw["result"])
    verdict = raw["verdict"]
    return Mark(
        At(str(raw["at"])),
        cast("int", raw["attempt"]),
        _instant(cast("str | None", raw["since"])),
        _instant(cast("str | None", raw["not_before"])),
        None if verdict is None else Verdict(str(verdict)),
        str(raw["why"]),
        None if undo is None else Action(undo[0], undo[1]),
        Result(value, Label(label)),
        cast("int", raw["order"]),
        # Not in what was written before a step's way back was counted.
        cast("int", raw.get("back", 0)),
        cast("Mapping[str, object] | None", raw["yes"]),
    )


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else instant(text)
