"""The effects by which routines are kept and set off, as typed constructors, beside those in `skills.actions`."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from devices.model import EntityId
from skills.actions import Parameters, Text
from skills.model import Action

RoutineName = Annotated[str, Field(min_length=1, max_length=200)]
"""A routine's id."""
Yaml = Annotated[str, Field(min_length=1, max_length=2_000_000)]
"""Routines as they stand in a file: see `daemon.routines.reading`."""


class RoutineAdd(Parameters):
    """Parameters of ``routine.add``: keep the routines of a text in YAML; those that are understood in part are off."""

    text: Yaml
    enabled: bool | None = None
    """Whether they are on; ``None``: as the text says."""
    replace: bool = False
    """Whether one that there is already becomes what the text says; else nothing is kept."""
    off: tuple[RoutineName, ...] = ()
    """Which of them are off, whatever the others are."""


class RoutineEdit(Parameters):
    """Parameters of ``routine.edit``: a routine is what a text in YAML says from now on; its versions stay."""

    id: RoutineName
    text: Yaml


class RoutineSwitch(Parameters):
    """Parameters of ``routine.enable`` and ``routine.disable``; and of ``routine.remove``, which keeps its versions."""

    id: RoutineName


class RoutineAllow(Parameters):
    """Parameters of ``routine.allow``: what is about safety and a routine may do with nobody there to say yes."""

    id: RoutineName
    entities: Annotated[tuple[EntityId, ...], Field(max_length=20)] = ()
    """By name, each: no room and no group; none takes back what was allowed."""


class RoutineRestore(Parameters):
    """Parameters of ``routine.restore``: routines are what they were, by id: the version, and whether it was on."""

    routines: Annotated[Mapping[RoutineName, tuple[int, bool] | None], Field(min_length=1, max_length=1_000)]
    """``None``: there was none of this id."""


class RoutineRun(Parameters):
    """Parameters of ``routine.run``: carry a routine out now."""

    id: RoutineName
    unconditional: bool = True
    """Whether it runs even if its conditions do not hold."""


class RoutineSaid(Parameters):
    """Parameters of ``routine.said``: a sentence that routines wait for was said."""

    text: Text


def routine_add(text: str, *, enabled: bool | None = None, replace: bool = False, off: Sequence[str] = ()) -> Action:
    """Return the wish to keep the routines of a YAML text, on or off; with ``replace``, in place of those there are."""
    return Action("routine.add", {"text": text, "enabled": enabled, "replace": replace, "off": list(off)})


def routine_edit(id: str, text: str) -> Action:
    """Return the wish that a routine is another from now on."""
    return Action("routine.edit", {"id": id, "text": text})


def routine_switch(id: str, *, on: bool) -> Action:
    """Return the wish that a routine is on, or off."""
    return Action("routine.enable" if on else "routine.disable", {"id": id})


def routine_remove(id: str) -> Action:
    """Return the wish that a routine is no more."""
    return Action("routine.remove", {"id": id})


def routine_allow(id: str, entities: Sequence[EntityId]) -> Action:
    """Return the wish that a routine may unlock, open or disarm these, until it is changed."""
    return Action("routine.allow", {"id": id, "entities": list(entities)})


def routine_run(id: str, *, unconditional: bool = True) -> Action:
    """Return the wish to carry a routine out now, whatever its conditions say, or only if they hold."""
    return Action("routine.run", {"id": id, "unconditional": unconditional})


def routine_said(text: str) -> Action:
    """Return the wish that routines hear a sentence that they wait for."""
    return Action("routine.said", {"text": text})


def routine_restore(routines: Mapping[str, tuple[int, bool] | None]) -> Action:
    """Return the wish that routines are what they were."""
    return Action("routine.restore", {"routines": dict(routines)})
