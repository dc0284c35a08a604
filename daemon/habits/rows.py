"""The rows of habits: what was found, what was proposed, what people answered; and what is the same in another form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from sqlite3 import Connection, Row
from typing import Final, cast

from pydantic import TypeAdapter

from daemon.habits.levels import scale_of
from skills.habitual import HabitAnswer, Noticed, Status

SAME_MINUTES: Final = 180.0
"""What is done to the same thing so close to the same time of day is the same, whatever sets it off."""
_ALL: Final = (
    "SELECT id, status, told, about, score, found_at, seen_at, offered_at, answered_at, person FROM habit"
    " ORDER BY score DESC"
)


@dataclass(frozen=True, slots=True)
class About:
    """By what a habit is known again in a slightly changed form."""

    targets: tuple[str, ...]
    up: bool
    minute: float
    """The usual time of day, in minutes after midnight."""
    event: str = ""
    """What it follows; empty: nothing."""
    routine: str = ""
    """The routine that is to be changed; empty: a new one."""
    level: float | None = None
    """Of what was on already: what it is set to; none where it is switched."""


@dataclass(frozen=True, slots=True)
class Known:
    """One habit as it is kept."""

    noticed: Noticed
    about: About
    score: float
    found_at: datetime
    seen_at: datetime
    offered_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return self.noticed.id

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.noticed.status


def alike(one: About, other: About) -> bool:
    """Say whether two are the same to people, though one may have drifted, or have another trigger."""
    if one.routine != other.routine or one.up != other.up or not set(one.targets) & set(other.targets):
        return False
    if not _about_as_much(one, other):
        return False
    if one.routine or (one.event and one.event == other.event):
        return True
    apart = abs(one.minute - other.minute) % 1440
    return min(apart, 1440 - apart) <= SAME_MINUTES


def _about_as_much(one: About, other: About) -> bool:
    if one.level is None or other.level is None:
        return one.level is other.level
    scale = scale_of(one.targets[0])
    return scale is not None and abs(one.level - other.level) <= 2 * scale.near


def everything(connection: Connection) -> list[Known]:
    """Return all that is kept, the surest first."""
    return [_known(row) for row in connection.execute(_ALL).fetchall()]


def keep(connection: Connection, known: Sequence[Known]) -> None:
    """Write habits, in the place of those of the same ids; who answered stays."""
    for one in known:
        told = json.dumps({**asdict(one.noticed), "status": ""}, ensure_ascii=False)
        connection.execute(
            "INSERT INTO habit (id, status, told, about, score, found_at, seen_at, offered_at, answered_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status,"
            " told = excluded.told, about = excluded.about, score = excluded.score, seen_at = excluded.seen_at,"
            " offered_at = excluded.offered_at, answered_at = excluded.answered_at",
            (
                one.id, one.status, told, json.dumps(asdict(one.about)), one.score, _text(one.found_at),
                _text(one.seen_at), _text(one.offered_at), _text(one.answered_at),
            ),
        )  # fmt: skip


def answer(connection: Connection, id: str, status: Status, at: datetime | None, person: str | None) -> None:
    """Write what somebody answered."""
    connection.execute(
        "UPDATE habit SET status = ?, answered_at = ?, person = ? WHERE id = ?", (status, _text(at), person, id)
    )


def is_quiet(connection: Connection) -> bool:
    """Say whether people want nothing proposed."""
    return connection.execute("SELECT 1 FROM habit_quiet").fetchone() is not None


def be_quiet(connection: Connection, at: datetime, person: str | None, cause: str, *, quiet: bool) -> None:
    """Write whether people want nothing proposed."""
    connection.execute("DELETE FROM habit_quiet")
    if quiet:
        row = (_text(at), person, cause)
        connection.execute("INSERT INTO habit_quiet (id, at, person, cause) VALUES (1, ?, ?, ?)", row)


STATUS_OF: Final[Mapping[HabitAnswer, Status]] = {
    "accept": "accepted", "later": "later", "never": "never", "open": "open",
}  # fmt: skip


@cache
def _shapes() -> tuple[TypeAdapter[Noticed], TypeAdapter[About]]:
    return TypeAdapter(Noticed), TypeAdapter(About)


def _known(row: Row | tuple[object, ...]) -> Known:
    id_, status, told, about, score, found_at, seen_at, offered_at, answered_at, _person = row
    noticed, known_by = _shapes()
    said = cast("dict[str, object]", json.loads(str(told)))
    return Known(
        noticed.validate_python({**said, "id": id_, "status": status}),
        known_by.validate_json(str(about)),
        float(str(score)),
        datetime.fromisoformat(str(found_at)),
        datetime.fromisoformat(str(seen_at)),
        datetime.fromisoformat(str(offered_at)) if offered_at is not None else None,
        datetime.fromisoformat(str(answered_at)) if answered_at is not None else None,
    )


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
