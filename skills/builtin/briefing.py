"""Briefings: "good morning" and "good night", at once or at a time that is set; each skill says a part of it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from devices.model import Entity, EntityId
from skills.actions import device_call, notice_caught_up, reminder_add
from skills.api import Skill
from skills.builtin import sky
from skills.builtin.appointing import elapsing, spoken
from skills.builtin.states import is_known
from skills.builtin.status import LOW_PERCENT
from skills.builtin.words import clock, counted, join, listing, names, to_number, weekday
from skills.language import say
from skills.model import Ask, Origin, Reply, Request, Wants
from skills.views import Appointment, Kind

MOST_TOLD = 3
"""As many of a kind are told, and how many more there are."""
COMMANDS = {"en": ("daily briefing", "evening briefing"), "de": ("Tagesüberblick", "Abendüberblick")}
"""What is asked at a time that was set, in each language: the morning's and the evening's."""
_LIVE = (Origin.VOICE, Origin.TEXT, Origin.DASHBOARD)
_OPENINGS = frozenset({"window", "door", "garage_door", "opening", "gate"})

skill = Skill("briefing")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def morning(request: Request) -> Reply:
    """Answer "good morning", "what's my day", "daily briefing"."""
    parts = await request.gather("morning")
    person, wishes = request.utterance.cause.person, []
    if request.utterance.cause.origin in _LIVE and await request.notices.missed(person):
        # What was just told need not be told again; at a time that was set nobody may be listening.
        wishes = [notice_caught_up()]
    day = say("it is {weekday}, {clock}", weekday=weekday(request.now), clock=clock(request.now))
    return Reply(join([_greeting(request.now), day, *(parts or [say("there is nothing to tell")])]), wishes)


@skill.command()
async def evening(request: Request, off: bool = False) -> Reply:
    """Answer "good night": what is still open or on, tomorrow, and whether to turn off the lights."""
    return _parting(request, await request.gather("evening"), say("good night"), off=off)


@skill.command()
async def leaving(request: Request, off: bool = False) -> Reply:
    """Answer "we're leaving now": what is still open or on, and whether to turn off the lights."""
    return _parting(request, await house(request), say("see you later"), off=off)


@skill.command()
async def arriving(request: Request) -> Reply:
    """Answer "I'm home"."""
    missed = await request.notices.missed(request.utterance.cause.person)
    told = say("something was to tell you: ask what you missed") if missed else ""
    return Reply(join([say("welcome home"), told]))


def _parting(request: Request, parts: Sequence[str], farewell: str, *, off: bool) -> Reply:
    lit = _lit(request)
    if off and lit:
        return Reply(join([farewell]), [device_call(lit, "turn_off")])
    on = say("{things} {things:is|are} still on", things=counted(len(lit), "light")) if lit else ""
    fine = say("everything is closed") if lit else say("everything is closed and the lights are off")
    text = join([farewell, *(parts or [fine]), on])
    if not lit or request.utterance.cause.origin not in _LIVE:
        return Reply(text)
    question = say("Shall I turn it off?") if len(lit) == 1 else say("Shall I turn them off?")
    return Reply(f"{text} {question}", ask=Ask(question, slot="off", wants=Wants.YES))


@skill.command()
async def schedule(request: Request, when: str = "", kind: str = "") -> Reply:
    """Answer "give me a briefing every weekday at seven"."""
    said = spoken(request, when, day_at=None)
    due = elapsing(request) or said.when
    if due is None:
        question = said.question or say("At what time shall I give you a briefing?")
        return Reply(question, ask=Ask(question, slot="when", wants=Wants.TIME))
    first = due.walls[0] if due.walls else request.now + timedelta(seconds=due.after_s or 0.0)
    late = kind == "evening" or first.hour >= 17
    command = COMMANDS.get(request.utterance.language.partition("-")[0], COMMANDS["en"])[late]
    area = request.utterance.area
    wishes = [
        reminder_add(say("your briefing"), wall=wall, rule=due.rule, area=area, command=command) for wall in due.walls
    ]
    if due.after_s is not None:
        wishes = [reminder_add(say("your briefing"), after_s=due.after_s, area=area, command=command)]
    return Reply(say("I will give you a briefing {when}.", when=due.said), wishes)


@skill.briefing("morning", order=10)
async def weather(request: Request) -> str:
    """Say how the weather is today."""
    for station in request.home.find(domains=frozenset({"weather"})):
        state = request.home.state(station.id)
        if state is None or not is_known(state):
            continue
        today = sky.days_of(state, request.now.tzinfo).get(request.now.date())
        if today is not None and today.whole:
            return say("today will be {weather}", weather=today.whole)
        return say("it is {weather}", weather=sky.now_of(state).whole)
    return ""


@skill.briefing("morning", order=20)
async def appointments(request: Request) -> str:
    """Say what stands in the calendars of today."""
    return await _events(request, request.now, "today you have {events}")


@skill.briefing("evening", order=20)
async def tomorrow(request: Request) -> str:
    """Say what stands in the calendars of tomorrow, and when the alarm rings."""
    day = datetime.combine(request.now.date() + timedelta(days=1), time(0), request.now.tzinfo)
    said = await _events(request, day, "tomorrow you have {events}")
    alarm = next((one for one in request.agenda.open(Kind.ALARM) if not one.ringing), None)
    soon = alarm is not None and alarm.at - request.now < timedelta(hours=20)
    woken = ""
    if alarm is not None and soon:
        woken = say("your alarm is set for {clock}", clock=clock(alarm.at.astimezone(request.now.tzinfo)))
    return "; ".join(part for part in (said, woken) if part)


@skill.briefing("morning", order=30)
async def reminders(request: Request) -> str:
    """Say what there will be a reminder of today."""
    end = datetime.combine(request.now.date(), time.max, request.now.tzinfo)
    found = [one for one in request.agenda.open(Kind.REMINDER) if _is_of_day(one, request, end)]
    told = [_timed(one.text, one.at.astimezone(request.now.tzinfo)) for one in found[:MOST_TOLD]]
    if not found:
        return ""
    text = "your {n:reminder|reminders} today: {listed}"
    return say(text, n=len(found), listed=_listed(told, len(found)))


@skill.briefing("morning", order=40)
async def lists(request: Request) -> str:
    """Say what is to be done by the list for it."""
    found = [item for item in await request.agenda.items() if not item.done and item.list in ("to-do", "to do", "todo")]
    listed = _listed([item.text for item in found[:MOST_TOLD]], len(found))
    return say("on your to-do list: {listed}", listed=listed) if found else ""


@skill.briefing("morning", order=50)
@skill.briefing("evening", order=10)
async def house(request: Request) -> Sequence[str]:
    """Say what is open, unlocked, or about to be empty."""
    known = [one for one in request.home.entities() if not one.hidden and is_known(request.home.state(one.id))]
    opened = [one for one in known if _is_opening(one) and _value(request, one) in ("on", "open")]
    unlocked = [one for one in known if one.domain == "lock" and _value(request, one) == "unlocked"]
    low = [one for one in known if one.device_class == "battery" and _is_low(one, _value(request, one))]
    texts = "{things} {things:is|are} open", "{things} {things:is|are} unlocked", "{things} {things:is|are} low"
    return [say(text, things=names(found)) for found, text in zip((opened, unlocked, low), texts, strict=True) if found]


@skill.briefing("morning", order=60)
async def overnight(request: Request) -> str:
    """Say what was held back or missed."""
    found = await request.notices.missed(request.utterance.cause.person)
    listed = _listed([one.text.rstrip(".") for one in found[-MOST_TOLD:]], len(found))
    return say("you missed {listed}", listed=listed) if found else ""


def _greeting(now: datetime) -> str:
    text = "good morning" if now.hour < 12 else "good afternoon" if now.hour < 18 else "good evening"
    return say(text)


async def _events(request: Request, since: datetime, text: str) -> str:
    end = datetime.combine(since.date() + timedelta(days=1), time(0), since.tzinfo)
    events = await request.calendar.events(since, end, person=request.utterance.cause.person)
    told = [
        event.title if event.all_day else _timed(event.title, event.begins.astimezone(since.tzinfo))
        for event in events[:MOST_TOLD]
    ]
    return say(text, events=_listed(told, len(events))) if events else ""


def _timed(what: str, at: datetime) -> str:
    return say("{what} at {clock}", what=what, clock=clock(at))


def _is_of_day(one: Appointment, request: Request, end: datetime) -> bool:
    mine = one.person is None or one.person == request.utterance.cause.person
    return mine and not one.on and not one.ringing and one.command is None and one.at <= end


def _listed(told: Sequence[str], number: int) -> str:
    more = [say("{n} more", n=number - len(told))] if number > len(told) else []
    return listing([*told, *more])


def _lit(request: Request) -> list[EntityId]:
    lights = request.home.find(domains=frozenset({"light"}))
    return [one.id for one in lights if not one.members and _value(request, one) == "on"]


def _is_opening(entity: Entity) -> bool:
    garage = entity.domain == "cover" and entity.device_class in ("garage", "garage_door", "gate")
    return garage or (entity.domain == "binary_sensor" and entity.device_class in _OPENINGS)


def _is_low(entity: Entity, value: str) -> bool:
    level = to_number(value)
    return value == "on" if entity.domain == "binary_sensor" else level is not None and level <= LOW_PERCENT


def _value(request: Request, entity: Entity) -> str:
    state = request.home.state(entity.id)
    return state.value if state is not None and state.available else ""
