"""The effects by which people answer to what is proposed of their habits, as typed constructors."""

from typing import Annotated

from pydantic import Field

from skills.actions import Parameters
from skills.habitual import HabitAnswer
from skills.model import Action


class HabitAnswered(Parameters):
    """Parameters of ``habit.answer``: what somebody says to a proposal; ``accept`` only once its routine is kept."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    answer: HabitAnswer


class HabitSuggest(Parameters):
    """Parameters of ``habit.suggest``: whether routines are proposed unasked."""

    on: bool


def habit_answer(id: str, answer: HabitAnswer) -> Action:
    """Return the wish that a proposal is answered."""
    return Action("habit.answer", {"id": id, "answer": answer})


def habit_suggest(*, on: bool) -> Action:
    """Return the wish that routines are proposed unasked, or no more."""
    return Action("habit.suggest", {"on": on})
