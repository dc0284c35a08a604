"""Time for plans: one row of the ledger for each plan that waits, and who is told when it is due."""

import logging
from datetime import datetime

from daemon.schedule import Due, DueId, Late, Schedule, ScheduleError, UnknownDueError
from skills.model import Cause

log = logging.getLogger("hearth." + __name__)

KIND = "plan"
LATEST_S = 30 * 86_400.0
"""However late a row is, the plan is looked at: what is then to be done is judged with what is known of it."""


class Waits:
    """Keeps one row for each plan that waits for a time."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._rows: dict[str, tuple[DueId, datetime]] = {}

    def begin(self) -> None:
        """Take over the rows of the last process."""
        self._rows = {str(due.payload.get("plan", "")): (due.id, due.at) for due in self._schedule.open(KIND)}

    def taken(self, due: Due) -> str:
        """Take note that a row was handed over; return whose it is."""
        plan = str(due.payload.get("plan", ""))
        if plan in self._rows and self._rows[plan][0] == due.id:
            del self._rows[plan]
        return plan

    async def want(self, plan: str, at: datetime | None, cause: Cause) -> None:
        """Have a plan looked at again at a time; ``None``: at no time.

        Raises:
            StoreError: it could not be written.
        """
        row = self._rows.get(plan)
        try:
            if at is None:
                if row is not None:
                    del self._rows[plan]
                    await self._schedule.cancel(row[0])
            elif row is None:
                due = await self._schedule.add(
                    kind=KIND, payload={"plan": plan}, cause=cause, at=at, late=Late.RUN, window_s=LATEST_S
                )
                self._rows[plan] = due.id, at
            elif row[1] != at:
                await self._schedule.change(row[0], at=at)
                self._rows[plan] = row[0], at
        except UnknownDueError:
            # It came due meanwhile: the plan is looked at anyhow, and says anew what it waits for.
            self._rows.pop(plan, None)
        except ScheduleError as error:
            log.error("a wait of the plan %s could not be written into the ledger: %s", plan, error)
