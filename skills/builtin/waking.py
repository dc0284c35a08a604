"""Alarms: "wake me at half past six", "set an alarm for seven every weekday", "snooze"."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from devices.names import fold
from skills.actions import alarm_cancel, alarm_set, alarm_snooze
from skills.api import Skill
from skills.builtin.appointing import Spoken, spoken
from skills.builtin.times import lasting, recurring, upcoming
from skills.builtin.words import clock, counted, join, listing, to_number
from skills.model import Ask, Reply, Request, Wants
from skills.views import Appointment, Kind

SNOOZE_MINUTES = 9.0
"""How long the alarm clocks of the world let people sleep on."""
MOST_TOLD = 5

skill = Skill("waking")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassSetAlarm")
async def wake(request: Request, time: object = None) -> Reply:
    """Answer "wake me at half past six tomorrow", and "set an alarm for seven every weekday"."""
    said = _said(request, time)
    if said.when is None:
        question = said.question or "For what time?"
        return Reply(question, ask=Ask(question, slot="time", wants=Wants.TIME))
    when, area = said.when, request.utterance.area
    walls: Sequence[datetime] = when.walls
    if when.after_s is not None:
        walls = [request.now + timedelta(seconds=when.after_s)]
    return Reply(f"I will wake you {when.said}.", [alarm_set(wall, rule=when.rule, area=area) for wall in walls])


@skill.handles("HassCancelAlarm")
async def cancel(request: Request, time: object = None, id: int | None = None) -> Reply:
    """Answer "cancel my alarm", "cancel the seven o'clock alarm" and "cancel all alarms"."""
    alarms = request.agenda.open(Kind.ALARM)
    if id is not None:
        alarms = [one for one in alarms if one.id == id]
    elif time is not None and alarms:
        alarms = [one for one in alarms if _fits(request, one, _said(request, time))]
    if not alarms:
        return Reply("There is no such alarm." if time is not None else "No alarm is set.")
    words = fold(request.utterance.text).split(" ")
    if len(alarms) > 1 and not {"all", "every", "alarms"} & set(words):
        choices = [_when(request, one) for one in alarms[:MOST_TOLD]]
        question = f"Which one: {listing(choices, 'or')}?"
        ids = tuple(one.id for one in alarms)
        return Reply(question, ask=Ask(question, tuple(choices), slot="id", values=ids))
    what = f"the alarm {_when(request, alarms[0])}" if len(alarms) == 1 else counted(len(alarms), "alarm")
    return Reply(f"I cancelled {what}.", [alarm_cancel(one.id) for one in alarms])


@skill.handles("HassGetAlarm")
async def tell(request: Request) -> Reply:
    """Answer "what alarms are set?"."""
    alarms = request.agenda.open(Kind.ALARM)
    if not alarms:
        return Reply("No alarm is set.")
    told = [_when(request, one) for one in alarms[:MOST_TOLD]]
    more = f", and {counted(len(alarms) - MOST_TOLD, 'more alarm')}" if len(alarms) > MOST_TOLD else ""
    return Reply(join([f"you have {counted(len(alarms), 'alarm')}: {listing(told)}{more}"]))


@skill.command()
async def snooze(_request: Request, minutes: object = None) -> Reply:
    """Answer "snooze", and "snooze for ten minutes"."""
    for_s = 60.0 * (to_number(minutes) or SNOOZE_MINUTES)
    return Reply(f"I will wake you again in {lasting(for_s)}.", [alarm_snooze(for_s)])


def _said(request: Request, time: object) -> Spoken:
    """Return the time that was said: the words around it tell the morning from the evening."""
    whole = spoken(request, request.utterance.text, day_at=None)
    return whole if whole.when or whole.question or time is None else spoken(request, f"wake me at {time}", day_at=None)


def _fits(request: Request, alarm: Appointment, said: Spoken) -> bool:
    """Return whether an alarm is at the time of day that was said; in which half of the day is not asked."""
    local = alarm.at.astimezone(request.now.tzinfo)
    walls = said.when.walls if said.when else ()
    return any((wall.hour % 12, wall.minute) == (local.hour % 12, local.minute) for wall in walls)


def _when(request: Request, alarm: Appointment) -> str:
    if alarm.rule is None:
        return upcoming(alarm.at, request.now)
    return f"{recurring(alarm.rule)} at {clock(alarm.at.astimezone(request.now.tzinfo))}"
