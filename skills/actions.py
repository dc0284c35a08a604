"""The effects that the daemon itself offers, as typed constructors; both sides validate against these models, so no
effect is spelled twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from devices.model import NOTHING, AreaId, EntityId
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


LONGEST_TIMER_S = 30 * 86_400.0
MOST_ITEMS = 50
"""Things that are put on a list at once."""

Text = Annotated[str, Field(min_length=1, max_length=500)]
"""Words that are kept: what to remind of, a command, a thing on a list."""
Name = Annotated[str, Field(min_length=1, max_length=80)]
Length = Annotated[float, Field(gt=0, le=LONGEST_TIMER_S)]
"""Seconds."""


def _wall_time(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is not None:
        raise ValueError("must be a time on the wall, without an offset from UTC")
    return text


Wall = Annotated[str, AfterValidator(_wall_time)]
"""What a clock on the wall of the house shows, ISO 8601 without an offset."""


class TimerStart(Parameters):
    """Parameters of ``timer.start``: tell when so much time has passed, or do what ``command`` says then."""

    length_s: Length
    name: Name | None = None
    area: AreaId | None = None
    command: Text | None = None


class Appointed(Parameters):
    """Parameters of ``timer.cancel``, ``timer.pause``, ``timer.resume``, ``alarm.cancel`` and ``reminder.cancel``."""

    id: int


class TimerChange(Appointed):
    """Parameters of ``timer.change``: let it run longer, or shorter."""

    by_s: Annotated[float, Field(ge=-LONGEST_TIMER_S, le=LONGEST_TIMER_S)]


class AlarmSet(Parameters):
    """Parameters of ``alarm.set``: ring at a wall time, once or by an RRULE whose DTSTART it is."""

    wall: Wall
    rule: Text | None = None
    name: Name | None = None
    area: AreaId | None = None


class AlarmSnooze(Parameters):
    """Parameters of ``alarm.snooze``: the alarm that rang last rings again."""

    for_s: Length


class ReminderAdd(Parameters):
    """Parameters of ``reminder.add``: say the text at a wall time, or after so many seconds; by an RRULE, again."""

    text: Text
    wall: Wall | None = None
    after_s: Length | None = None
    rule: Text | None = None
    area: AreaId | None = None


class Listed(Parameters):
    """Parameters of ``list.add``, ``list.remove`` and ``list.complete``: things on a list, as they were said."""

    list: Name
    items: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_ITEMS)]


def device_call(targets: Sequence[EntityId], service: str, data: Mapping[str, object] = NOTHING) -> Action:
    """Return the wish to call one service on entities: ``device_call(["light.kitchen"], "turn_on", {"brightness":
    128})``.
    """
    return Action("device.call", {"targets": list(targets), "service": service, "data": dict(data)})


def undo(since: str | None = None) -> Action:
    """Return the wish to take back the last thing done, or everything since a time."""
    return Action("journal.undo", {"since": since})


def timer_start(
    length_s: float, *, name: str | None = None, area: AreaId | None = None, command: str | None = None
) -> Action:
    """Return the wish for a timer: ``timer_start(600, name="pasta")``."""
    return Action("timer.start", {"length_s": length_s, "name": name, "area": area, "command": command})


def timer_cancel(id: int) -> Action:
    """Return the wish that a timer ends unheard."""
    return Action("timer.cancel", {"id": id})


def timer_change(id: int, by_s: float) -> Action:
    """Return the wish that a timer runs longer, or shorter with a negative number."""
    return Action("timer.change", {"id": id, "by_s": by_s})


def timer_pause(id: int) -> Action:
    """Return the wish that a timer stands still."""
    return Action("timer.pause", {"id": id})


def timer_resume(id: int) -> Action:
    """Return the wish that a paused timer goes on."""
    return Action("timer.resume", {"id": id})


def alarm_set(wall: datetime, *, rule: str | None = None, area: AreaId | None = None) -> Action:
    """Return the wish to be woken at a time on the wall, of which a zone is dropped."""
    return Action("alarm.set", {"wall": _on_the_wall(wall), "rule": rule, "area": area})


def alarm_cancel(id: int) -> Action:
    """Return the wish that an alarm does not ring."""
    return Action("alarm.cancel", {"id": id})


def alarm_snooze(for_s: float) -> Action:
    """Return the wish that the alarm that rang last rings again."""
    return Action("alarm.snooze", {"for_s": for_s})


def reminder_add(
    text: str,
    *,
    wall: datetime | None = None,
    after_s: float | None = None,
    rule: str | None = None,
    area: AreaId | None = None,
) -> Action:
    """Return the wish to be reminded: at a time on the wall, of which a zone is dropped, or after so many seconds."""
    given = {"text": text, "wall": wall and _on_the_wall(wall), "after_s": after_s, "rule": rule, "area": area}
    return Action("reminder.add", given)


def reminder_cancel(id: int) -> Action:
    """Return the wish not to be reminded."""
    return Action("reminder.cancel", {"id": id})


def list_add(name: str, items: Sequence[str]) -> Action:
    """Return the wish to put things on a list: ``list_add("shopping", ["milk"])``."""
    return Action("list.add", {"list": name, "items": list(items)})


def list_remove(name: str, items: Sequence[str]) -> Action:
    """Return the wish to take things off a list."""
    return Action("list.remove", {"list": name, "items": list(items)})


def list_complete(name: str, items: Sequence[str]) -> Action:
    """Return the wish to check things off a list."""
    return Action("list.complete", {"list": name, "items": list(items)})


def _on_the_wall(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat()
