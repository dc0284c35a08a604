"""A wish whose effect exists and takes its arguments, and what is taken from its parameters."""

from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from daemon.journal import Wish
from devices.model import EntityId
from skills.actions import DeviceCall, DeviceRestore, Undo
from skills.effect import Effect
from skills.household import DeviceRelease
from skills.language import say
from skills.model import Risk


@dataclass(frozen=True, slots=True)
class Checked:
    """A wish with its effect and its arguments as that takes them."""

    effect: Effect
    parameters: BaseModel
    wish: Wish


def targets_of(parameters: BaseModel) -> tuple[EntityId, ...]:
    """Return the things that a wish is about, each once."""
    match parameters:
        case DeviceCall(targets=targets) | DeviceRelease(targets=targets):
            return tuple(dict.fromkeys(targets))
        case DeviceRestore(states=states):
            return tuple(dict.fromkeys(state.entity for state in states))
        case _:
            return ()


def reads(_: BaseModel) -> Risk:
    """Undoing is no risk by itself: each of its steps passes the policy with its own."""
    return Risk.READ


def undo_words(parameters: BaseModel) -> str:
    """Return the words for taking back."""
    given = cast("Undo", parameters)
    if given.cause is not None:
        return say("take back what was not meant")
    if given.since is None:
        return say("take back the last thing")
    return say("take back everything since {time}", time=given.since)
