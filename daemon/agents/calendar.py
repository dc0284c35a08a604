"""The agent that knows the calendars. It needs no model, and what it tells was worded by strangers."""

from datetime import timedelta

from pydantic import AwareDatetime

from daemon.agents.work import read
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label, PlanError
from daemon.plans.progress import Result
from skills.actions import Parameters
from skills.language import say
from skills.views import CalendarView

MOST_EVENTS = 50
LONGEST = timedelta(days=92)


class Asked(Parameters):
    """What it is asked: what is on between two times."""

    since: AwareDatetime
    until: AwareDatetime


class CalendarAgent:
    """Answers what is on: fulfils `daemon.plans.agents.Agent`."""

    name = "calendar"
    role = "knows what stands in the calendars, and when nobody has anything planned"
    tools = frozenset({"calendar"})
    budget = Budget(seconds=10.0, calls=1)
    gives = Label.THIRD_PARTY

    def __init__(self, calendar: CalendarView) -> None:
        self._calendar = calendar

    async def work(self, work: Work) -> Result:
        """Return ``titles``, ``times`` (ISO 8601, beside the titles), their ``count``, and whether it is ``free``.

        Raises:
            PlanError: it was asked something else, or about too long a time.
        """
        asked = read(Asked, work.arguments)
        if not timedelta() < asked.until - asked.since <= LONGEST:
            raise PlanError(say("that is no time that calendars can be asked about"))
        events = await self._calendar.events(asked.since, asked.until, person=work.who)
        told = events[:MOST_EVENTS]
        value = {
            "titles": [one.title for one in told],
            "times": [one.begins.isoformat() for one in told],
            "count": len(events),
            "free": not any(one.busy for one in events),
        }
        return Result(value, Label.THIRD_PARTY)
