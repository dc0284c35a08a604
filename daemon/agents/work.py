"""What every agent needs: arguments that are checked, and a budget that counts."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from daemon.plans.agents import Budget
from daemon.plans.model import PlanError
from skills.actions import Parameters
from skills.language import say

P = TypeVar("P", bound=Parameters)

MOST_TEXT = 4_000
"""Characters of one result: what is longer is nobody's errand."""


class Purse:
    """What is left of the calls of one piece of work."""

    def __init__(self, budget: Budget) -> None:
        self._left = budget.calls

    def take(self) -> None:
        """Take one call out; to be called before each.

        Raises:
            PlanError: there is none left.
        """
        if self._left <= 0:
            raise PlanError(say("it would have taken too many steps"))
        self._left -= 1


def read(form: type[P], given: Mapping[str, object]) -> P:
    """Return what an agent was given, checked.

    Raises:
        PlanError: it takes something else.
    """
    try:
        return form.model_validate(dict(given))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        raise PlanError(f"{'.'.join(map(str, wrong['loc'])) or 'arguments'}: {wrong['msg']}") from error
