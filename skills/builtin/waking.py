"""Alarms: "wake me at half past six", "set an alarm for seven every weekday", "snooze"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from devices.model import AreaId, Capability
from devices.names import fold
from skills.actions import alarm_cancel, alarm_set, alarm_skip, alarm_snooze, alarm_stop, device_call, moved
from skills.api import Skill
from skills.builtin.appointing import SAME_TIME, Spoken, elapsing, spoken
from skills.builtin.times import lasting, recurring, upcoming
from skills.builtin.words import clock, counted, join, listing, number_word, to_number
from skills.language import ENGLISH, Words, current, say
from skills.model import Ask, Reply, Request, Wants
from skills.plans import plan_turn
from skills.views import Appointment, Kind

SNOOZE_MINUTES = 9.0
"""How long the alarm clocks of the world let people sleep on."""
MOST_TOLD = 5
BETWEEN_RINGS = timedelta(seconds=30)
"""What rings again only later than this was put off."""
_STOP = frozenset({"stop", "stopp", "halt"})
_HUSHED = frozenset({"quiet", "talking", "shush", "hush", "shut", "ruhe", "still", "leise", "schweig"})
"""Words that ask for silence, whatever made a noise."""
_HUSH = _HUSHED | {"stop", "silence", "noise", "enough", "stopp", "aufhören"}
_LIGHT = re.compile(
    r"(?i)\b(?:with|by|using) (?:the |a |some )?(?:sun ?rise |growing |soft )?(?:lights?|sunrise)\b"
    r"|\bmit (?:dem )?Licht\b"
)

skill = Skill("waking")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassSetAlarm")
async def wake(request: Request, time: object = None) -> Reply:
    """Answer "wake me at half past six tomorrow", and "set an alarm for seven every weekday"."""
    light = _LIGHT.search(request.utterance.text) is not None or bool(
        request.facts.tastes("waking", who=request.utterance.cause.person, where=None)
    )
    said = _said(request, time)
    if time is None and (soon := elapsing(request)) is not None:
        said = replace(said, when=soon)
    if said.when is None:
        question = said.question or say("For what time?")
        return Reply(question, ask=Ask(question, slot="time", wants=Wants.TIME))
    when, area = said.when, request.utterance.area
    walls: Sequence[datetime] = when.walls
    if when.after_s is not None:
        walls = [request.now + timedelta(seconds=when.after_s)]
    walls = [wall for wall in walls if not _is_set(request, wall, when.rule, light=light)]
    if not walls:
        return Reply(say("There is such an alarm already: {when}.", when=when.said))
    wishes = [alarm_set(wall, rule=when.rule, area=area, light=light) for wall in walls]
    if light and not (area and _dimmable(request, area)):
        text = "I will wake you {when}, without light: I know of no light here that can be dimmed."
    else:
        text = "I will wake you {when}, with light." if light else "I will wake you {when}."
    return Reply(say(text, when=when.said), wishes)


@skill.command()
async def move(request: Request, time: object, id: int | None = None) -> Reply:
    """Answer "move my alarm to half past seven": in the same half of the day, and as often as before."""
    alarms = [one for one in request.agenda.open(Kind.ALARM) if not one.ringing and id in (None, one.id)]
    said = _said(request, time)
    if said.when is None or not said.when.walls or not alarms:
        return await wake(request, time)
    if len(alarms) > 1:
        choices = tuple(_when(request, one) for one in alarms[:MOST_TOLD])
        question = say("Which one: {choices}?", choices=listing(choices, "or"))
        return Reply(question, ask=Ask(question, choices, slot="id", values=tuple(one.id for one in alarms)))
    alarm, wall = alarms[0], said.when.walls[0]
    before = alarm.at.astimezone(request.now.tzinfo)
    near = [before.replace(hour=hour, minute=wall.minute) for hour in (wall.hour, (wall.hour + 12) % 24)]
    to = wall if _day(request) is not None else min(near, key=lambda one: abs(one - before))
    if to <= request.now:
        to += timedelta(days=1)
    told = say("I will wake you {when} instead.", when=upcoming(to, request.now))
    return Reply(told, [moved("alarm", alarm.id, wall=to)])


@skill.handles("HassCancelAlarm")
async def cancel(request: Request, time: object = None, id: int | None = None) -> Reply:
    """Answer "cancel my alarm", "cancel the seven o'clock alarm" and "cancel all alarms"."""
    alarms = request.agenda.open(Kind.ALARM)
    if id is None and time is None and any(one.ringing for one in alarms):
        return Reply(say("All right."), [alarm_stop()])
    alarms = [one for one in alarms if not one.ringing]
    if id is not None:
        alarms = [one for one in alarms if one.id == id]
    elif (day := _day(request)) is not None and any(one.rule is not None for one in alarms):
        return _left_out(request, [one for one in alarms if one.at.astimezone(request.now.tzinfo).date() == day])
    elif time is not None and alarms:
        alarms = [one for one in alarms if _fits(request, one, _said(request, time))]
    if not alarms:
        return Reply(say("There is no such alarm.") if time is not None else say("No alarm is set."))
    words = fold(request.utterance.text).split(" ")
    if len(alarms) > 1 and not {"all", "every", "alarms", "alle", "sämtliche"} & set(words):
        choices = [_when(request, one) for one in alarms[:MOST_TOLD]]
        question = say("Which one: {choices}?", choices=listing(choices, "or"))
        ids = tuple(one.id for one in alarms)
        return Reply(question, ask=Ask(question, tuple(choices), slot="id", values=ids))
    if len(alarms) == 1:
        told = say("I cancelled the alarm {when}.", when=_when(request, alarms[0]))
    else:
        told = say("I cancelled {alarms:acc}.", alarms=_alarms(len(alarms)))
    return Reply(told, [alarm_cancel(one.id) for one in alarms])


@skill.handles("HassGetAlarm")
async def tell(request: Request) -> Reply:
    """Answer "what alarms are set?"."""
    alarms = request.agenda.open(Kind.ALARM)
    if not alarms:
        return Reply(say("No alarm is set."))
    told = [_ringing(request, one) if one.ringing else _when(request, one) for one in alarms[:MOST_TOLD]]
    rest = len(alarms) - MOST_TOLD
    more = say(", and {number} more {n:alarm|alarms}", number=number_word(rest), n=rest) if rest > 0 else ""
    said = say("you have {alarms:acc}: {times}", alarms=_alarms(len(alarms)), times=listing(told))
    return Reply(join([f"{said}{more}"]))


@skill.command()
async def stop(request: Request) -> Reply:
    """Answer "stop" and "I'm awake" while an alarm rings; "silence" while music plays is about the music.

    A mere "stop" is about a plan that does something just now, unless an alarm rings.
    """
    if any(one.ringing for one in request.agenda.open(Kind.ALARM)):
        return Reply(say("All right."), [alarm_stop()])
    acting = next((one for one in request.plans.plans() if one.acts), None)
    if acting is not None and fold(request.utterance.text).split(" ")[0] in _STOP:
        return Reply("", [plan_turn("stop", acting.id)])
    players = request.home.find(area=request.utterance.area, domains=frozenset({"media_player"}))
    loud = [one.id for one in players if (state := request.home.state(one.id)) and state.value == "playing"]
    said = set(fold(request.utterance.text).split(" "))
    if not loud and not _HUSHED.isdisjoint(said):
        return Reply(say("All right."))  # whoever writes that, too, wants no word more
    if not loud or not _HUSH & said:
        return Reply(say("Nothing rings."))
    return Reply(say("All right."), [device_call(loud, "media_pause")])


@skill.command()
async def skip(request: Request) -> Reply:
    """Answer "skip the next alarm", and "not tomorrow"."""
    alarms = [one for one in request.agenda.open(Kind.ALARM) if not one.ringing]
    day = _day(request)
    if day is not None:
        return _left_out(request, [one for one in alarms if one.at.astimezone(request.now.tzinfo).date() == day])
    return _left_out(request, alarms[:1])


def _left_out(request: Request, alarms: Sequence[Appointment]) -> Reply:
    """Return the reply that alarms do not ring the next time; those that ring only once are cancelled."""
    if not alarms:
        return Reply(say("No alarm is set for then."))
    wishes = [
        alarm_cancel(one.id) if one.rule is None else alarm_skip(one.id, one.at.astimezone(request.now.tzinfo))
        for one in alarms[:MOST_TOLD]
    ]
    told = [upcoming(one.at, request.now) for one in alarms[:MOST_TOLD]]
    return Reply(say("I will not wake you {when}.", when=listing(told)), wishes)


def _day(request: Request) -> date | None:
    """Return the day that was spoken of, without a time of it."""
    from skills.grammar.when import Date, find

    moment = find(request.utterance.text, ref=request.now, language=request.utterance.language, use="reminder")
    return moment.day if isinstance(moment, Date) else None


def _dimmable(request: Request, area: AreaId) -> bool:
    lights = request.home.find(area=area, domains=frozenset({"light"}))
    return any(Capability.BRIGHTNESS in one.capabilities for one in lights)


@skill.command()
async def snooze(_request: Request, minutes: object = None) -> Reply:
    """Answer "snooze", and "snooze for ten minutes"."""
    for_s = 60.0 * (to_number(minutes) or SNOOZE_MINUTES)
    return Reply(say("I will wake you again in {length:dat}.", length=lasting(for_s)), [alarm_snooze(for_s)])


def _said(request: Request, time: object) -> Spoken:
    """Return the time that was said: the words around it tell the morning from the evening."""
    if time is not None and str(time) not in request.utterance.text:
        # "And one for thursday": the hour is the one of the alarm before.
        return spoken(request, f"wake me at {time}", day_at=None)
    whole = spoken(request, _LIGHT.sub(" ", request.utterance.text), day_at=None)
    return whole if whole.when or whole.question or time is None else spoken(request, f"wake me at {time}", day_at=None)


def _is_set(request: Request, wall: datetime, rule: str | None, *, light: bool) -> bool:
    """Return whether the same alarm is there already, for the same room and person."""
    area, person = request.utterance.area, request.utterance.cause.person
    same = (one for one in request.agenda.open(Kind.ALARM) if not one.ringing and one.person in (None, person))
    return any(
        (one.area, one.rule, one.light) == (area, rule, light) and abs(one.at - wall) < SAME_TIME for one in same
    )


def _fits(request: Request, alarm: Appointment, said: Spoken) -> bool:
    """Return whether an alarm is at the time of day that was said; in which half of the day is not asked."""
    local = alarm.at.astimezone(request.now.tzinfo)
    walls = said.when.walls if said.when else ()
    return any((wall.hour % 12, wall.minute) == (local.hour % 12, local.minute) for wall in walls)


def _ringing(request: Request, alarm: Appointment) -> str:
    put_off = alarm.at - request.now > BETWEEN_RINGS
    return (
        say("one that rings again {when}", when=upcoming(alarm.at, request.now)) if put_off else say("one that rings")
    )


def _when(request: Request, alarm: Appointment) -> str:
    if alarm.rule is None:
        return upcoming(alarm.at, request.now)
    at = clock(alarm.at.astimezone(request.now.tzinfo))
    return say("{often} at {clock}", often=recurring(alarm.rule), clock=at)


def _alarms(number: int) -> Words:
    """Return how many alarms: other languages have another word for those that wake than for those that guard."""
    return counted(number, "alarm" if current().code == ENGLISH else "wake-up")
