"""Says whether the condition of a step holds, in the language of routines, over the house and what steps came to."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.household import Household
from daemon.plans.model import Plan, Step, StepId
from daemon.plans.progress import Mark
from devices.home import Home


class Judge:
    """Looks at conditions. The language is imported with the first of them."""

    def __init__(
        self, home: Home, household: Household, zone: ZoneInfo, clock: Clock, place: tuple[float, float] | None
    ) -> None:
        self._home, self._household, self._zone, self._clock, self._place = home, household, zone, clock, place

    def holds(self, plan: Plan, step: Step, marks: Mapping[StepId, Mark]) -> bool | None:
        """Say whether it holds; none where that hangs on something nobody knows.

        ``steps.ID.verdict`` and ``steps.ID.value`` are what the steps before came to.
        """
        from daemon.automating.sight import House
        from daemon.routines.computing import computed
        from daemon.routines.templates import TemplateError, template_of
        from daemon.routines.values import Unknown, truth, value_of

        try:
            template = template_of(step.condition)
        except TemplateError:
            return None
        results = {
            one.id: {"verdict": (mark := marks[one.id]).verdict, "value": mark.result.value} for one in plan.steps
        }
        sight = House(self._home, self._household, self._zone, self._place).now(self._clock.now())
        value = computed(template, sight, {"steps": value_of(results)}, seed=step.id)
        return None if isinstance(value, Unknown) else truth(value)
