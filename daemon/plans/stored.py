"""Reads plans that another version of Hearth wrote down, as far as nothing else would be done by them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from daemon.plans.form import read_form
from daemon.plans.model import PlanError
from skills.plans import GivenForm, PlanForm, StepForm, TakenForm

REMEDY = "carry it out with the version that wrote it, or give it up: hearth plan stop {id}"
_NEW_NAMES: Mapping[type[BaseModel], Mapping[str, str]] = {PlanForm: {"notes": "confided"}}
"""What keys of older versions are called now."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A plan that was begun and cannot be read; nothing of it is done, and it stays as it is."""

    id: str
    goal: str
    why: str


def read_stored(text: str) -> tuple[PlanForm, Sequence[str]]:
    """Return the form that was stored as JSON, and the places in it that are not known and were left out.

    Only what is empty is left out: every key of ours that may be absent says nothing when it is empty. Whatever else
    is not known may be a condition, or a question to be asked before.

    Raises:
        PlanError: it cannot be read, or holds something that might change what is done.
    """
    try:
        stored: object = json.loads(text)
    except ValueError as error:
        raise PlanError(f"what is stored is no JSON: {error}") from error
    left: list[str] = []
    plan = _known(stored, PlanForm, "", left)
    steps = plan.get("steps")
    if isinstance(steps, list):
        numbered = enumerate(cast("list[object]", steps))
        plan["steps"] = [_step(one, f"steps.{number}.", left) for number, one in numbered]
    return read_form(plan), left


def _step(stored: object, at: str, left: list[str]) -> Mapping[str, object]:
    step = _known(stored, StepForm, at, left)
    arguments = step.get("arguments")
    if isinstance(arguments, dict):
        given = cast("dict[str, object]", arguments)
        step["arguments"] = {key: _argument(one, f"{at}arguments.{key}.", left) for key, one in given.items()}
    return step


def _argument(stored: object, at: str, left: list[str]) -> Mapping[str, object]:
    return _known(stored, TakenForm if _is_taken(stored) else GivenForm, at, left)


def _is_taken(stored: object) -> bool:
    return isinstance(stored, dict) and "of" in stored


def _known(stored: object, form: type[BaseModel], at: str, left: list[str]) -> dict[str, object]:
    """Return an object with the keys that a form has, by their names of today; note the others in ``left``."""
    if not isinstance(stored, dict):
        raise PlanError(f"this is no plan: {at.rstrip('.') or 'all of it'} is no table")
    known: dict[str, object] = {}
    for key, item in cast("dict[str, object]", stored).items():
        name = _NEW_NAMES.get(form, {}).get(key, key)
        if name in form.model_fields:
            known[name] = item
        elif item:
            raise PlanError(f"this Hearth does not know {at + key!r}, which may change what is done")
        else:
            left.append(at + key)
    return known
