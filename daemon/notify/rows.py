"""The tables of notices: rows read and written."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from daemon.notify.attention import Attention
from daemon.notify.model import Answer, Notice, Urgency
from daemon.notify.notification import Attempt, Contact, Held, Notification, NotificationId, Result, State
from daemon.schedule.ledger import cause_of, cause_text, instant, stamp
from devices.model import AreaId
from skills.model import PersonId

KEPT = timedelta(days=90)
"""How long a notice stays on record after it ended."""
MOST_FORGOTTEN = 1_000
"""Notices that are deleted at a time: others wait for the database meanwhile."""

_COLUMNS = (
    "id, key, kind, text, urgency, people, body, cause, due_at, raised_at, count, round, declined, held, held_until, "
    "released, state, note, answer, answered_by, answered_on, told_in, ended_at"
)
_STEP = "id, notification, at, round, because, channel, person, area, result, detail, settled_at, withdrawn_at"


def insert(connection: sqlite3.Connection, notification: Notification) -> NotificationId:
    """Write a new notification; return its id."""
    names = _COLUMNS.removeprefix("id, ")
    marks = ", ".join("?" * len(names.split(",")))
    text = f"INSERT INTO notification ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    number = connection.execute(text, (*_fixed(notification), *_moving(notification))).lastrowid
    assert number is not None
    return NotificationId(number)


def update(connection: sqlite3.Connection, notification: Notification) -> None:
    """Write what has become of a notification."""
    connection.execute(
        "UPDATE notification SET text = ?, count = ?, round = ?, declined = ?, held = ?, held_until = ?, released = ?,"
        " state = ?, note = ?, answer = ?, answered_by = ?, answered_on = ?, told_in = ?, ended_at = ? WHERE id = ?",
        (notification.notice.text, *_moving(notification), notification.id),
    )


def begin_attempts(connection: sqlite3.Connection, id: NotificationId, attempts: Iterable[Attempt]) -> list[Attempt]:
    """Write that messages are sent now; return them with their ids."""
    text = (
        "INSERT INTO notification_step (notification, at, round, because, channel, person, area, result, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    written: list[Attempt] = []
    for one in attempts:
        to = one.contact
        given = (id, stamp(one.at), one.round, one.because, to.channel, to.person, to.area, one.result, one.detail)
        number = connection.execute(text, given).lastrowid
        assert number is not None
        written.append(Attempt(number, to, one.round, one.at, one.because, one.result, one.detail))
    return written


def settle_attempt(connection: sqlite3.Connection, attempt: Attempt) -> None:
    """Write what came of a message."""
    text = "UPDATE notification_step SET result = ?, detail = ?, settled_at = ? WHERE id = ?"
    connection.execute(text, (attempt.result, attempt.detail, _stamp(attempt.settled_at), attempt.id))


def mark_withdrawn(connection: sqlite3.Connection, attempt: int, at: datetime) -> None:
    """Write that a message was taken back."""
    connection.execute("UPDATE notification_step SET withdrawn_at = ? WHERE id = ?", (stamp(at), attempt))


def load_open(connection: sqlite3.Connection, now: datetime) -> Sequence[tuple[Notification, Sequence[Attempt]]]:
    """Return what is open with what was tried, oldest first, after what was cut off is marked."""
    text = "UPDATE notification_step SET result = ?, detail = ?, settled_at = ? WHERE result = ''"
    connection.execute(text, (Result.UNKNOWN, "Hearth was stopped before it was known", stamp(now)))
    return _with_attempts(connection, "ended_at IS NULL ORDER BY id", ())


def forget(connection: sqlite3.Connection, now: datetime) -> None:
    """Delete notices that ended long ago, with their messages."""
    text = "DELETE FROM notification WHERE id IN (SELECT id FROM notification WHERE ended_at < ? LIMIT ?)"
    connection.execute(text, (stamp(now - KEPT), MOST_FORGOTTEN))


def load_shown(connection: sqlite3.Connection, since: datetime) -> Sequence[tuple[NotificationId, Attempt]]:
    """Return the messages of notices that ended since then which were not taken back."""
    columns = ", ".join(f"s.{name.strip()}" for name in _STEP.split(","))
    text = (
        f"SELECT {columns} FROM notification_step s JOIN notification n ON n.id = s.notification"  # noqa: S608
        " WHERE n.ended_at >= ? AND n.state = ? AND s.withdrawn_at IS NULL AND s.result != ?"
    )
    rows = connection.execute(text, (stamp(since), State.ACKNOWLEDGED, Result.LASTING))
    return [(NotificationId(row[1]), _attempt(row)) for row in rows]


def newest_of_key(connection: sqlite3.Connection, key: str) -> Notification | None:
    """Return the newest notification of a key, open or not."""
    found = _with_attempts(connection, "key = ? ORDER BY id DESC LIMIT 1", (key,))
    return found[0][0] if found else None


def of_key(connection: sqlite3.Connection, key: str) -> Sequence[Notification]:
    """Return the notifications of a key and of those behind it (``key/…``), newest first."""
    found = _with_attempts(connection, "key = ? OR key GLOB ? ORDER BY id DESC", (key, f"{key}/*"))
    return [notification for notification, _ in found]


def newest(connection: sqlite3.Connection, limit: int) -> Sequence[tuple[Notification, Sequence[Attempt]]]:
    """Return the newest notifications, newest first."""
    return _with_attempts(connection, "1 ORDER BY id DESC LIMIT ?", (limit,))


def words(connection: sqlite3.Connection, limit: int) -> Sequence[tuple[NotificationId, str]]:
    """Return all that the newest notifications say, newest first, and none of what became of them: that takes long."""
    text = (
        "SELECT id, text || ' ' || coalesce(json_extract(body, '$.title'), '') || ' '"
        " || coalesce(json_extract(body, '$.reason'), '') FROM notification ORDER BY id DESC LIMIT ?"
    )
    return [(NotificationId(number), said) for number, said in connection.execute(text, (limit,))]


def waiting(
    connection: sqlite3.Connection, at: datetime, limit: int
) -> Sequence[tuple[Notification, Sequence[Attempt]]]:
    """Return what was raised since then and is held, or was missed, newest first; what a person put off is neither."""
    where = "raised_at >= ? AND (state = ? OR (state = ? AND held != ?)) ORDER BY id DESC LIMIT ?"
    return _with_attempts(connection, where, (stamp(at), State.MISSED, State.OPEN, Held.SNOOZE, limit))


def by_id(connection: sqlite3.Connection, id: NotificationId) -> tuple[Notification, Sequence[Attempt]] | None:
    """Return one notification."""
    found = _with_attempts(connection, "id = ?", (id,))
    return found[0] if found else None


def since(connection: sqlite3.Connection, at: datetime, limit: int) -> Sequence[tuple[Notification, Sequence[Attempt]]]:
    """Return what was raised since then, newest first."""
    return _with_attempts(connection, "raised_at >= ? ORDER BY id DESC LIMIT ?", (stamp(at), limit))


def _with_attempts(
    connection: sqlite3.Connection, where: str, given: tuple[object, ...]
) -> Sequence[tuple[Notification, Sequence[Attempt]]]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM notification WHERE {where}", given).fetchall()  # noqa: S608
    steps = f"SELECT {_STEP} FROM notification_step WHERE notification = ? ORDER BY id"  # noqa: S608 - our own names
    return [(_notification(row), [_attempt(step) for step in connection.execute(steps, (row[0],))]) for row in rows]


def missed_no_longer(connection: sqlite3.Connection, person: PersonId | None, at: datetime) -> None:
    """Write that a person, or everybody, was told what was missed."""
    connection.execute(
        "UPDATE notification SET state = ?, note = 'they asked what they missed', answered_by = ?,"
        " answered_on = 'aloud', ended_at = ? WHERE state = ? AND (? IS NULL OR people = '[]' OR EXISTS"
        " (SELECT 1 FROM json_each(people) WHERE value = ?))",
        (State.ACKNOWLEDGED, person, stamp(at), State.MISSED, person, person),
    )


# Attention


def load_attention(connection: sqlite3.Connection, day: str) -> Sequence[Attention]:
    """Return all counts; what was told on another day does not count as today's."""
    text = "SELECT person, urgency, told, answered, dismissed, day, today FROM attention"
    return [
        Attention(PersonId(row[0]), Urgency(row[1]), row[2], row[3], row[4], row[6] if row[5] == day else 0)
        for row in connection.execute(text)
    ]


def save_attention(connection: sqlite3.Connection, attention: Attention, day: str) -> None:
    """Write the counts of a person and an urgency."""
    text = (
        "INSERT INTO attention (person, urgency, told, answered, dismissed, day, today) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (person, urgency) DO UPDATE SET told = excluded.told, answered = excluded.answered,"
        " dismissed = excluded.dismissed, day = excluded.day, today = excluded.today"
    )
    counts = (attention.told, attention.answered, attention.dismissed, day, attention.today)
    connection.execute(text, (attention.person, attention.urgency, *counts))


def reset_attention(connection: sqlite3.Connection, person: PersonId | None) -> None:
    """Forget the counts of a person, or of all."""
    connection.execute("DELETE FROM attention WHERE ? IS NULL OR person = ?", (person, person))


def load_undisturbed(connection: sqlite3.Connection, now: datetime) -> Mapping[PersonId, datetime]:
    """Return who does not want to be disturbed, and until when; drop what is over."""
    connection.execute("DELETE FROM undisturbed WHERE until <= ?", (stamp(now),))
    rows = connection.execute("SELECT person, until FROM undisturbed")
    return {PersonId(person): instant(until) for person, until in rows}


def save_undisturbed(connection: sqlite3.Connection, person: PersonId, until: datetime | None, now: datetime) -> None:
    """Write until when somebody does not want to be disturbed; ``None``: they may be."""
    connection.execute("DELETE FROM undisturbed WHERE person = ?", (person,))
    if until is not None:
        given = (person, stamp(until), stamp(now))
        connection.execute("INSERT INTO undisturbed (person, until, said_at) VALUES (?, ?, ?)", given)


# From rows and to rows


def _fixed(notification: Notification) -> tuple[object, ...]:
    notice = notification.notice
    body = {
        "title": notice.title,
        "reason": notice.reason,
        "area": notice.area,
        "answers": list(notice.answers),
        "asked": notice.asked,
        "once": notice.once,
        "late": notice.late,
        "lines": list(notification.lines),
    }
    return (
        notice.key,
        notice.kind,
        notice.text,
        int(notice.urgency),
        json.dumps(list(notice.people)),
        json.dumps({key: value for key, value in body.items() if value}, separators=(",", ":")),
        cause_text(notice.cause),
        stamp(notice.at),
        stamp(notification.raised_at),
    )


def _moving(notification: Notification) -> tuple[object, ...]:
    return (
        notification.count,
        notification.round,
        json.dumps(sorted(notification.declined)),
        notification.held,
        _stamp(notification.held_until),
        int(notification.released),
        notification.state,
        notification.note,
        notification.answer,
        notification.answered_by,
        notification.answered_on,
        notification.told_in,
        _stamp(notification.ended_at),
    )


def _notification(values: Sequence[object]) -> Notification:
    row: Mapping[str, object] = dict(zip(_COLUMNS.split(", "), values, strict=True))
    answer, held = row["answer"], row["held"]
    return Notification(
        NotificationId(int(str(row["id"]))),
        _notice(row),
        instant(str(row["raised_at"])),
        count=int(str(row["count"])),
        round=int(str(row["round"])),
        declined=frozenset(map(PersonId, _texts(row["declined"]))),
        held=Held(str(held)) if held else None,
        held_until=_instant(row["held_until"]),
        released=bool(row["released"]),
        lines=tuple(cast("list[str]", _object(row["body"]).get("lines", []))),
        state=State(str(row["state"])),
        note=str(row["note"]),
        answer=Answer(str(answer)) if answer else None,
        answered_by=cast("PersonId | None", row["answered_by"]),
        answered_on=cast("str | None", row["answered_on"]),
        told_in=cast("NotificationId | None", row["told_in"]),
        ended_at=_instant(row["ended_at"]),
    )


def _notice(row: Mapping[str, object]) -> Notice:
    body = _object(row["body"])
    return Notice(
        str(row["text"]),
        str(row["kind"]),
        instant(str(row["due_at"])),
        cause_of(str(row["cause"])),
        late=bool(body.get("late")),
        area=cast("AreaId | None", body.get("area")),
        key=str(row["key"]),
        people=tuple(map(PersonId, _texts(row["people"]))),
        urgency=Urgency(int(str(row["urgency"]))),
        title=str(body.get("title", "")),
        reason=str(body.get("reason", "")),
        answers=tuple(map(Answer, cast("list[str]", body.get("answers", [])))),
        asked=bool(body.get("asked")),
        once=bool(body.get("once")),
    )


def _attempt(values: Sequence[object]) -> Attempt:
    row = dict(zip(_STEP.split(", "), values, strict=True))
    return Attempt(
        int(str(row["id"])),
        Contact(PersonId(str(row["person"])), str(row["channel"]), cast("AreaId | None", row["area"])),
        int(str(row["round"])),
        instant(str(row["at"])),
        str(row["because"]),
        Result(str(row["result"])),
        str(row["detail"]),
        _instant(row["settled_at"]),
        _instant(row["withdrawn_at"]),
    )


def _texts(text: object) -> Sequence[str]:
    return cast("list[str]", json.loads(str(text)))


def _object(text: object) -> Mapping[str, object]:
    return cast("dict[str, object]", json.loads(str(text)))


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at is not None else None


def _instant(text: object) -> datetime | None:
    return instant(str(text)) if text is not None else None
