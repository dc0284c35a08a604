"""Keeps a copy of the database of each of the last days, and goes back to one when the database is damaged."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from daemon.clock import Clock
from daemon.store import Store, StoreError, StoreFileError
from daemon.store.file import back_up, restore, revision_of

log = logging.getLogger("hearth." + __name__)

FOLDER = "copies"
KEPT = 7
EVERY = timedelta(days=1)
LOOK_S = 60.0
"""How often it is looked whether a copy is due, and whether damage was met."""
DAMAGED = ("store-corrupt", "store-empty", "store-foreign")
"""What a copy helps against, by the error's code."""

_NAME = "hearth-%Y%m%dT%H%M%SZ.db"
_STAMP = "%Y%m%dT%H%M%SZ"
_MARK = "damaged"
_LEFT = ("*.db.backup-*", "*.db.replaced-*")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was gone back to."""

    copied_at: datetime
    """When the copy was made: what was noted since is missing."""
    aside: Path | None
    """Where the damaged file is now."""


class Copies:
    """Makes the copies while the daemon runs."""

    def __init__(self, state: Path, store: Store, clock: Clock) -> None:
        self._state, self._store, self._clock = state, store, clock

    async def run(self) -> None:
        """Copy once a day, until cancelled; raises as `look`."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK_S)

    async def look(self) -> None:
        """Copy if it is time.

        Raises:
            StoreFileError: damage was met and there is a copy: the next start goes back to it.
        """
        problem = self._store.problem
        if isinstance(problem, StoreFileError):
            if problem.code in DAMAGED and copies(self._state):
                _marked(self._state).touch()
                raise problem
            return
        now = self._clock.now()
        newest = max((at for at, _ in copies(self._state)), default=None)
        if newest is not None and newest <= now < newest + EVERY:
            return
        try:
            await asyncio.to_thread(_copied, self._store.path, self._state, now)
        except (OSError, StoreError) as error:
            log.warning("today's copy of the database could not be made: %s", error)


def copies(state: Path) -> Sequence[tuple[datetime, Path]]:
    """Return the copies in a state directory and when each was made, the newest first."""
    found: list[tuple[datetime, Path]] = []
    for path in (state / FOLDER).glob("hearth-*.db"):
        try:
            found.append((datetime.strptime(path.name, _NAME).replace(tzinfo=UTC), path))
        except ValueError:
            continue
    return sorted(found, reverse=True)


def rescue(path: Path, state: Path, *, now: datetime) -> Rescue | None:
    """Go back to the newest copy that is whole if the database at ``path`` is damaged; ``None`` if it is not, or there
    is no copy. The damaged file is kept beside it.
    """
    marked = _marked(state).exists()
    if not (_unusable(path) or (marked and _damage(path))):
        _marked(state).unlink(missing_ok=True)
        return None
    for at, copy in copies(state):
        if _unusable(copy) or _damage(copy):
            log.warning("the copy %s is damaged as well", copy)
            continue
        aside = restore(copy, path, now=now)
        _marked(state).unlink(missing_ok=True)
        log.error("%s was damaged: went back to the copy of %s; the damaged one is %s", path, at, aside)
        return Rescue(at, aside)
    return None


def _copied(path: Path, state: Path, now: datetime) -> None:
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / now.astimezone(UTC).strftime(_NAME)
    back_up(path, target)
    if damage := _damage(target):
        # It must not push out one that is whole.
        target.unlink()
        log.error("the database has damage that nothing has met yet (%s): it was not copied", damage)
        return
    for _, old in copies(state)[KEPT:]:
        old.unlink(missing_ok=True)
    _drop_outlived(state, now - KEPT * EVERY)


def _drop_outlived(state: Path, before: datetime) -> None:
    """Delete what migrations, restoring and rescuing left beside before a time: people were told how long what they
    had forgotten stays.
    """
    for old in left_beside(state):
        at = _stamped(old)
        if at is not None and at < before:
            old.unlink(missing_ok=True)
            log.info("%s was deleted: it was left there more than %d days ago", old, KEPT)


def left_beside(state: Path) -> Sequence[Path]:
    """Return the databases of before that stand beside those in use, logs of theirs included: backups of migrations,
    and what a restored or rescued one took the place of.
    """
    return [path for name in _LEFT for path in sorted(state.glob(name)) if _stamped(path) is not None]


def of_before(state: Path) -> Sequence[Path]:
    """Return every file that holds the database as it was once."""
    return [*(path for _, path in copies(state)), *left_beside(state)]


def forget_copies(state: Path) -> Sequence[Path]:
    """Delete every copy and all that was left beside, whatever it holds; return what was deleted.

    For whoever wants what was forgotten to be gone now, not within a week. Until tomorrow's copy nothing then helps
    against damage.
    """
    gone = of_before(state)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _stamped(path: Path) -> datetime | None:
    """Return when a file was set aside, by its name."""
    name = path.name.removesuffix("-wal").removesuffix("-shm")
    try:
        return datetime.strptime(name.rpartition("-")[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _unusable(path: Path) -> bool:
    try:
        revision_of(path)
    except StoreFileError as error:
        return error.code in DAMAGED
    except StoreError:
        return False
    return False


def _damage(path: Path) -> str | None:
    """Return what SQLite's own look at a database finds, ``None`` if all is well; seconds for a large one."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else found


def _marked(state: Path) -> Path:
    return state / _MARK
