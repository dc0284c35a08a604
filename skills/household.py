"""The effects by which the household decides who may do what: rights that are lent, and things that are handed back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from devices.model import AreaId, EntityId
from skills.actions import MOST_TARGETS, Name, Parameters, aware_time
from skills.model import Action

MOST_NAMED = 200
"""As many things, kinds or rooms as one right names."""


class DeviceRelease(Parameters):
    """Parameters of ``device.release``: what somebody set by hand is the routines' again."""

    targets: Annotated[tuple[EntityId, ...], Field(min_length=1, max_length=MOST_TARGETS)]


class RightLend(Parameters):
    """Parameters of ``right.lend``: somebody may do something, or may not, until a time or for good."""

    who: Name
    """A name of ``[[people]]``, ``guest``, ``child``, ``everybody``, or what a guest is called: ``the sitter``."""
    may: bool = True
    things: Annotated[tuple[EntityId, ...], Field(max_length=MOST_NAMED)] = ()
    domains: Annotated[tuple[Name, ...], Field(max_length=MOST_NAMED)] = ()
    areas: Annotated[tuple[AreaId, ...], Field(max_length=MOST_NAMED)] = ()
    until: Annotated[str, AfterValidator(aware_time)] | None = None
    """ISO 8601, aware; ``None``: until it is taken back."""


class RightEnd(Parameters):
    """Parameters of ``right.end``: take back what was lent."""

    ids: Annotated[tuple[int, ...], Field(min_length=1, max_length=MOST_NAMED)]


def device_release(targets: Sequence[EntityId]) -> Action:
    """Return the wish that what somebody set by hand is the routines' again."""
    return Action("device.release", {"targets": list(targets)})


def right_lend(
    who: str,
    *,
    may: bool = True,
    things: Sequence[EntityId] = (),
    domains: Sequence[str] = (),
    areas: Sequence[AreaId] = (),
    until: datetime | None = None,
) -> Action:
    """Return the wish that somebody may do something, or may not: ``right_lend("Tom", domains=["climate"])``."""
    given = {"who": who, "may": may, "things": list(things), "domains": list(domains)}
    return Action("right.lend", {**given, "areas": list(areas), "until": until.isoformat() if until else None})


def right_end(ids: Sequence[int]) -> Action:
    """Return the wish that what was lent is taken back."""
    return Action("right.end", {"ids": list(ids)})
