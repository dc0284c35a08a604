"""The effects that the daemon itself offers, as typed constructors; both sides validate against these models, so no
effect is spelled twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from devices.model import NOTHING, EntityId
from skills.model import Action

MOST_TARGETS = 5_000
"""As many entities as a house may have: the bound on one action's targets."""


class Parameters(BaseModel):
    """The base of every effect's parameters: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DeviceCall(Parameters):
    """Parameters of ``device.call``: one service on one or more entities. Data are absolute values, as in
    `devices.model.Call`.
    """

    targets: Annotated[tuple[EntityId, ...], Field(min_length=1, max_length=MOST_TARGETS)]
    service: Annotated[str, Field(pattern=r"^[a-z_]{1,64}$")]
    data: Mapping[str, object] = Field(default_factory=dict)


class Snapshot(Parameters):
    """What one entity was before: enough to bring it back."""

    entity: EntityId
    value: str
    attributes: Mapping[str, object] = Field(default_factory=dict)


class DeviceRestore(Parameters):
    """Parameters of ``device.restore``: bring entities back to what they were. This is what undo does."""

    states: Annotated[tuple[Snapshot, ...], Field(min_length=1, max_length=MOST_TARGETS)]


def _aware_time(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("must have an offset from UTC")
    return text


class Undo(Parameters):
    """Parameters of ``journal.undo``: take back the last thing done, or all since a time (ISO 8601, aware)."""

    since: Annotated[str, AfterValidator(_aware_time)] | None = None


def device_call(targets: Sequence[EntityId], service: str, data: Mapping[str, object] = NOTHING) -> Action:
    """Return the wish to call one service on entities: ``device_call(["light.kitchen"], "turn_on", {"brightness":
    128})``.
    """
    return Action("device.call", {"targets": list(targets), "service": service, "data": dict(data)})


def undo(since: str | None = None) -> Action:
    """Return the wish to take back the last thing done, or everything since a time."""
    return Action("journal.undo", {"since": since})
