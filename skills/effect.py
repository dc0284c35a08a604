"""One way to change the world, as the gateway knows it: what it takes, how bad it may be, and how it is carried out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from pydantic import BaseModel

from skills.model import Cause, Outcome, Risk

P = TypeVar("P", bound=BaseModel)

EFFECT_TIMEOUT_S = 10.0
"""The longest that an effect may take unless it says otherwise: after this a person has turned away."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One row of the gateway's effect table. Only the gateway calls `execute`.

    The functions are given an instance of `parameters` that was validated; they need not check its type again.
    """

    name: str
    """``device.call``, ``laundry.start``: unique in the daemon."""
    parameters: type[BaseModel]
    """The model that `Action.arguments` must fulfil; also the schema shown to the reasoner and to MCP clients."""
    risk: Callable[[BaseModel], Risk]
    """How bad an unwanted execution with these arguments is. Pure and quick: the policy asks it before anything."""
    execute: Callable[[BaseModel, Cause], Awaitable[Outcome]]
    """Carry it out. What the world does is an `Outcome`; an exception is a bug and becomes a failed one."""
    describe: Callable[[BaseModel], str]
    """The literal words for a confirmation and for the journal, an imperative without a full stop: ``unlock Front
    Door``."""
    timeout_s: float = EFFECT_TIMEOUT_S
    """Waiting for its turn included."""
    concurrent: bool = False
    """Whether it may be carried out again while it is being carried out; else the second waits for its turn."""
    repeatable: Callable[[BaseModel], bool] = lambda _: False
    """Whether twice comes to the same as once: then it is carried out again where a kill left open what came of it."""


def change(
    parameters: type[P],
    name: str,
    execute: Callable[[P, Cause], Awaitable[Outcome]],
    describe: Callable[[P], str],
) -> Effect:
    """Return an effect that can be taken back, of functions that take its own parameters."""

    def run(given: BaseModel, cause: Cause) -> Awaitable[Outcome]:
        return execute(cast("P", given), cause)

    return Effect(name, parameters, lambda _: Risk.REVERSIBLE, run, lambda given: describe(cast("P", given)))
