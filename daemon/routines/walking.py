"""Goes through a routine's parts, for whoever looks for something in them."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TypeVar, cast

from daemon.routines.actions import Action, Choose, Do, Group, If, Parallel, Repeat
from daemon.routines.model import Routine
from daemon.routines.run import Frame, inner_of, place_of

_Kind = TypeVar("_Kind")


def parts_of(thing: object, kind: type[_Kind]) -> Iterator[_Kind]:
    """Yield everything of a class inside a routine or a part of one, the thing itself included, in the file's order.

    ``parts_of(routine, Template)`` are all its templates, ``parts_of(action, Call)`` all calls it may come to.
    """
    if isinstance(thing, kind):
        yield thing
    if isinstance(thing, tuple):
        for item in cast(tuple[object, ...], thing):
            yield from parts_of(item, kind)
    elif isinstance(thing, Mapping):
        for item in cast(Mapping[object, object], thing).values():
            yield from parts_of(item, kind)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from parts_of(getattr(thing, field.name), kind)


def placed_actions(routine: Routine) -> Iterator[tuple[str, Action]]:
    """Yield every action, those inside others too, with its place as the machine names it."""
    yield from _placed(routine.actions, (Frame("actions"),))


def branches_of(do: Do) -> tuple[str, ...]:
    """Return the names of the sequences inside a step, by which `inner_of` gives them."""
    match do:
        case Choose():
            return (*(f"choose:{place}" for place in range(len(do.choose))), "default")
        case If():
            return ("then", "else")
        case Repeat():
            return ("repeat",)
        case Group():
            return ("sequence",)
        case Parallel():
            return tuple(f"parallel:{place}" for place in range(len(do.branches)))
        case _:
            return ()


def _placed(sequence: tuple[Action, ...], frames: tuple[Frame, ...]) -> Iterator[tuple[str, Action]]:
    for place, action in enumerate(sequence):
        here = (*frames[:-1], Frame(frames[-1].branch, place))
        yield place_of(here), action
        for branch in branches_of(action.do):
            yield from _placed(inner_of(action.do, branch), (*here, Frame(branch)))
