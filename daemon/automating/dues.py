"""Time for routines: one row of the ledger for each run that waits and for each routine that a time sets off."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from daemon.schedule import Due, DueId, Late, Schedule, ScheduleError, UnknownDueError
from daemon.store import StoreError
from skills.model import Cause

log = logging.getLogger("hearth." + __name__)

KIND = "routine"
"""Of the rows in the ledger."""
LATEST_S = 30 * 86_400.0
"""However late a row is, it is handed over: what is then still wanted is judged with what is known of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as it should be."""

    at: datetime | None
    """``None``: there should be none."""
    payload: Mapping[str, object]
    cause: Cause


class Dues:
    """Keeps the rows as they are wanted; a key is ``run/ID`` or ``routine/ID``."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._rows: dict[str, tuple[DueId, datetime]] = {}
        self._wanted: dict[str, Wanted] = {}

    def begin(self) -> Mapping[str, Due]:
        """Take over the rows of the last process; return them by key."""
        found: dict[str, Due] = {}
        for due in self._schedule.open(KIND):
            key = str(due.payload.get("key", ""))
            found[key] = due
            self._rows[key] = due.id, due.at
        return found

    def want(self, key: str, at: datetime | None, payload: Mapping[str, object], cause: Cause) -> None:
        """Say when a row should be due; `settle` has it written down."""
        self._wanted[key] = Wanted(None if at is None else at.astimezone(UTC), {**payload, "key": key}, cause)

    @property
    def unsettled(self) -> bool:
        """Whether a row is not as it should be."""
        return bool(self._wanted)

    def taken(self, key: str, id: DueId) -> None:
        """Take note that a row was handed over: the next of its key is another."""
        if key in self._rows and self._rows[key][0] == id:
            del self._rows[key]

    async def settle(self) -> None:
        """Make the rows what they should be.

        Raises:
            StoreError: it could not be written; what is left is tried at the next call.
        """
        while self._wanted:
            key, wanted = next(iter(self._wanted.items()))
            await self._settle(key, wanted)
            if self._wanted.get(key) is wanted:
                del self._wanted[key]

    async def _settle(self, key: str, wanted: Wanted) -> None:
        row = self._rows.get(key)
        try:
            if wanted.at is None:
                if row is not None:
                    self._rows.pop(key, None)
                    await self._schedule.cancel(row[0])
            elif row is None:
                due = await self._schedule.add(
                    kind=KIND,
                    payload=wanted.payload,
                    cause=wanted.cause,
                    at=wanted.at,
                    late=Late.RUN,
                    window_s=LATEST_S,
                )
                self._rows[key] = due.id, wanted.at
            elif row[1] != wanted.at:
                await self._schedule.change(row[0], at=wanted.at, payload=wanted.payload)
                self._rows[key] = row[0], wanted.at
        except UnknownDueError:
            # It came due meanwhile: whoever it is handed to says anew what is wanted.
            self._rows.pop(key, None)
        except (ScheduleError, StoreError) as error:
            log.warning("%s could not be written into the ledger: %s", key, error)
            if isinstance(error, StoreError):
                raise
