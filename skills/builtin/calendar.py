"""Calendars: what is on, when there is time, and appointments that are put in, moved and cancelled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from devices.names import fold
from skills.api import Skill
from skills.builtin.appointing import without
from skills.builtin.stretches import AHEAD, Stretch, day_said, stretch
from skills.builtin.times import lasting, recurring
from skills.builtin.words import clock, counted, join, listing, number_word
from skills.builtin.words import named as called_so
from skills.events import MOST_EVENTS, event_add, event_cancel, event_move, event_remind
from skills.language import ENGLISH, current, say
from skills.model import Ask, Reply, Request
from skills.views import Event

MOST_TOLD = 6
"""As many events are read out; of more, the first."""
USUAL = timedelta(hours=1)
"""How long an appointment takes of which only the beginning is said."""
AWAKE = (time(8), time(22))
"""Between which times of the day "when am I free" looks."""
SHORTEST_GAP = timedelta(minutes=30)

_SMALL_WORDS = """
    the a an my our to of on in at for with and this that from calendar appointment event entry
    der die das den dem ein eine einen mein meine meinen meinem unser unsere unseren zu zum zur am im bei beim mit und
    vom von fur auf kalender termin eintrag
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_GENERIC_WORDS = """
    meeting meetings appointment appointments event events thing things everything all calls any next it
    besprechung besprechungen termin termine eintrag eintrage alles alle nachsten nachste nachster
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_NOT_FOUND = "I find no {what} in your calendar"
_WHOLE = re.compile(r"(?i)\b(series|every (one|time)|all of them|recurring|repeating|serie|alle|immer|jedes mal)\b")
_TAIL = re.compile(
    r"(?i)[\s,]*\b((to|in|on|into|from) )?(my|the|our)( (?P<name>\w+))? (calendar|agenda|schedule|diary)\b[\s,.!?]*"
    r"|[\s,]*\b(?:in|im|auf|aus|von|vom)(?: (?:den|dem|meinen|meinem|unseren|unserem))?(?: (?P<named>\w+))?"
    r" (?:termin|familien)?kalender\b[\s,.!?]*"
)
_LEAD = re.compile(
    r"(?i)^((please|a|an|the|my|our|new|calendar|event|entry|appointment|called|named|for|of"
    r"|bitte|eine?[nmr]?|de[rnm]|die|das|meine?[nmr]?|unsere?[nmr]?|neue[nrs]?|termin|eintrag|namens|für|von|beim|zum|zur)"
    r"\s+)+(?=\S)"
)
_BY = re.compile(r"(?i)\bby\b(?P<by>.*)|\bum\s+(?P<um>\S+\s+(?:\S+\s+)?\w*(?:stunden?|minuten?|tage?|wochen?)\b)")
_BUSY = re.compile(r"(?i)\b(busy|booked|occupied|beschäftigt|verplant|ausgebucht)\b")
_EARLIER = re.compile(r"(?i)\b(earlier|forward|up|früher|vor|vorn|vorne)\b")
_EACH = re.compile(r"(?i)\bbefore (every|each|all|any)\b|\bvor (jede\w|allen)\b")
_NEXT = frozenset(("next", "nachste", "nachsten", "nachster"))
_MEALS = re.compile(r"(?i)\b(früh|mittag|abend)(stück|essen)\b")
"""Events, and times of day as well."""
_ALL_EVENTS = frozenset(("event", "events", "appointment", "appointments", "calendar", "termin", "termine", "terminen"))

if TYPE_CHECKING:  # the words for times are heavy to import, and not needed to start
    from skills.grammar.when import Recurrence

skill = Skill("calendar")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def tell(request: Request) -> Reply:
    """Answer "what is on tomorrow?", "what's on my calendar this week?", "do I have anything on friday?"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    asked = _asked(request) or Stretch(request.now, request.now + timedelta(days=7), say("in the next {n} days", n=7))
    events = await _events(request, asked)
    if re.search(r"(?i)\b(how many|wie viele)\b", request.utterance.text):
        number = say("you have {events:acc} {when}", events=counted(len(events), "appointment"), when=asked.said)
        return Reply(join([number, _stale(request)]))
    if not events:
        return Reply(join([say("there is nothing in your calendar {when}", when=asked.said), _stale(request)]))
    more = _more(len(events) - MOST_TOLD)
    told = [_told(event, request.now, with_day=not asked.one_day) for event in events[:MOST_TOLD]]
    return Reply(join([f"{asked.said}: {'; '.join(told)}", more, _stale(request)]))


@skill.command()
async def soonest(request: Request) -> Reply:
    """Answer "when is my next appointment?", and "what is my first meeting tomorrow?"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    asked = _asked(request) or Stretch(request.now, request.now + AHEAD, "")
    coming = [event for event in await _events(request, asked) if event.begins >= request.now and not event.all_day]
    if not coming:
        none = say("there is no appointment to come {when}", when=asked.said).rstrip()
        return Reply(join([none, _stale(request)]))
    return Reply(join([_told(coming[0], request.now, with_day=True), _stale(request)]))


@skill.command()
async def when(request: Request, what: str = "", kind: str = "") -> Reply:
    """Answer "when is my dentist appointment?"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    wanted = f"{kind} {what}".strip()
    found = await _called(request, wanted)
    if not found:
        return Reply(join([say(_NOT_FOUND, what=_bare(wanted)), _stale(request)]))
    return Reply(join([_told(found[0], request.now, with_day=True), _stale(request)]))


@skill.command()
async def free(request: Request) -> Reply:
    """Answer "am I free on friday afternoon?"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    asked = _asked(request) or Stretch(request.now, request.now + timedelta(hours=1), say("now"))
    busy = [event for event in await _events(request, asked) if event.busy]
    asks_busy = _BUSY.search(request.utterance.text) is not None
    if not busy:
        said = say("you are free {when}", when=asked.said)
        said = say("no, {said}", said=said) if asks_busy else say("yes, {said}", said=said)
        return Reply(join([said, _stale(request)]))
    told = [_named(event, request.now, with_day=not asked.one_day) for event in busy[:3]]
    more = f" {_more(len(busy) - 3)}" if len(busy) > 3 else ""
    text = "yes: {when} you have {events}" if asks_busy else "not quite: {when} you have {events}"
    return Reply(join([say(text, when=asked.said, events=f"{listing(told)}{more}"), _stale(request)]))


@skill.command()
async def gaps(request: Request) -> Reply:
    """Answer "when am I free this week?"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    asked = _asked(request) or Stretch(request.now, request.now + timedelta(days=7), say("in the next {n} days", n=7))
    busy = [event for event in await _events(request, asked) if event.busy]
    open_to: list[str] = []
    day = asked.since.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < asked.until and len(open_to) < MOST_TOLD:
        gaps = _gaps(day, busy, asked)
        if gaps:
            spans = [say("{start} to {end}", start=clock(begins), end=clock(ends)) for begins, ends in gaps]
            open_to.append(say("{day} from {spans}", day=day_said(day, request.now), spans=listing(spans)))
        day = (day + timedelta(days=1)).replace(hour=0)
    if not open_to:
        return Reply(join([say("you have no time {when}", when=asked.said), _stale(request)]))
    return Reply(join([say("you are free {when}", when="; ".join(open_to)), _stale(request)]))


@skill.command()
async def add(request: Request, what: str = "", kind: str = "", rest: str = "") -> Reply:
    """Answer "add dentist on tuesday at three for an hour", "schedule a meeting with Sarah tomorrow at ten"."""
    writable = [note for note in request.calendar.calendars(person=_person(request)) if not note.read_only]
    if not writable:
        return _without_calendar(request) or Reply(say("Your calendars can only be read."), failed=True)
    text = request.utterance.text
    # In German the day may stand before what is on it.
    plan = _plan(request, text if request.utterance.language == "de" else _from(text, kind or what))
    title = _with_kind(_title(request, f"{kind} {what} {rest}"))
    said = _TAIL.search(text)
    owner = fold((said["name"] or said["named"] or "") if said else "")
    named = next((note.name for note in writable if fold(note.name) == owner), None)
    if plan is None:
        question = say("When is {event}?", event=called_so(title, "event")) if title else say("When is it?")
        return Reply(question, ask=Ask(question))
    if not title:
        return Reply(say("What shall I call it?"), ask=Ask(say("What shall I call it?")))
    wish = event_add(title, plan.begins, plan.ends, all_day=plan.all_day, rule=plan.rule, calendar=named)
    clash = [] if plan.all_day else [event.title for event in await _busy(request, plan)]
    but = say("there is {events} at that time, too", events=listing(clash)) if clash else ""
    told = say("I put {title} in the calendar {when}", title=title, when=plan.said)
    return Reply(join([told, but, _held(request)]), [wish])


@skill.command()
async def move(request: Request, what: str = "", kind: str = "", rest: str = "") -> Reply:
    """Answer "move the dentist to thursday", "postpone my meeting by an hour"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    del rest
    found = await _one(request, re.sub(r"(?i)\bby\b.*", "", f"{kind} {what}"))
    if isinstance(found, Reply):
        return found
    plan = _moved(request, found, request.utterance.text)
    if plan is None:
        question = say("To when shall I move {title}?", title=found.title)
        return Reply(question, ask=Ask(question))
    wish = event_move(found.id, plan.begins, plan.ends, all_day=plan.all_day)
    when = plan.said.removeprefix("on ") if current().code == ENGLISH else plan.said
    return Reply(join([say("I moved {title} to {when}", title=found.title, when=when), _held(request)]), [wish])


@skill.command()
async def cancel(request: Request, what: str = "", kind: str = "", rest: str = "") -> Reply:
    """Answer "cancel the dentist appointment", "delete lunch with Tom on friday"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    found = await _one(request, f"{kind} {what} {rest}")
    if isinstance(found, Reply):
        return found
    whole = found.series and _WHOLE.search(request.utterance.text) is not None
    told = say("all of {title}", title=found.title) if whole else _named(found, request.now)
    return Reply(
        join([say("I cancelled {event}", event=told), _held(request)]), [event_cancel([found.id], series=whole)]
    )


@skill.command()
async def clear(request: Request) -> Reply:
    """Answer "clear my calendar for tomorrow", "cancel all my meetings this week"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    asked = _asked(request)
    if asked is None:
        question = say("For which day?")
        return Reply(question, ask=Ask(question))
    events = [event for event in await _events(request, asked) if not event.read_only][:MOST_EVENTS]
    if not events:
        return Reply(say("There is nothing to cancel {when}.", when=asked.said))
    cancelled = say("I cancelled {events:acc} {when}", events=counted(len(events), "appointment"), when=asked.said)
    return Reply(join([cancelled, _held(request)]), [event_cancel([event.id for event in events])])


@skill.command()
async def remind(request: Request, what: str = "", kind: str = "", amount: int = 1, unit: str = "hour") -> Reply:
    """Answer "remind me an hour before the dentist", "remind me 10 minutes before every meeting"."""
    if (nothing := _without_calendar(request)) is not None:
        return nothing
    before_s = amount * {"half": 1800, "minute": 60, "hour": 3600, "day": 86_400, "week": 7 * 86_400}[unit]
    wanted = f"{kind} {what}".strip()
    if _EACH.search(request.utterance.text) is not None:
        words = _bare(wanted)
        one = words.removesuffix("s") if current().code == ENGLISH else words
        generic = set(fold(words).split(" ")) <= _ALL_EVENTS
        wish = event_remind(before_s, words=None if generic else one, area=request.utterance.area)
        text = "I will remind you {length:acc} before every {event}."
        if generic and current().code != ENGLISH:
            text = "I will remind you {length:acc} before every appointment."
        return Reply(say(text, length=lasting(before_s), event=one), [wish])
    found = await _one(request, wanted, changes=False)
    if isinstance(found, Reply):
        return found
    wish = event_remind(before_s, id=found.id, area=request.utterance.area)
    told = say(
        "I will remind you {length:acc} before {event}.", length=lasting(before_s), event=_named(found, request.now)
    )
    return Reply(told, [wish])


@dataclass(frozen=True, slots=True)
class _Plan:
    begins: datetime
    ends: datetime
    said: str
    all_day: bool = False
    rule: str | None = None


def _plan(request: Request, text: str) -> _Plan | None:
    """Return when something new is to take place, as a text says it."""
    from skills.grammar.when import Date, Instant, Range, Recurrence, find

    now = request.now
    moment = find(text, ref=now, language=request.utterance.language)
    match moment:
        case Date(day):
            begins = datetime.combine(day, time(0), now.tzinfo)
            said = say("{day}, all day", day=day_said(begins, now))
            return _Plan(begins, begins + timedelta(days=1), said, all_day=True)
        case Instant(at):
            return _at(at, at + USUAL, now)
        case Range(start, end):
            if start.time() == end.time() == time(0):
                last = end - timedelta(days=1)
                first, end_day = (_without_on(day_said(day, now)) for day in (start, last))
                said = say("from {first} to {last}", first=first, last=end_day)
                return _Plan(start, end, said, all_day=True)
            return _at(start, end, now)
        case Recurrence(rule=rule, every=None):
            return _again(moment, rule, now)
        case _:
            return None


def _again(moment: "Recurrence", rule: str, now: datetime) -> _Plan | None:
    all_day = not moment.times
    every = moment if moment.times else replace(moment, times=(time(0),))
    begins = next(every.firings(now), None)
    if begins is None:
        return None
    often = recurring(rule) if all_day else say("{often} at {clock}", often=recurring(rule), clock=clock(begins))
    said = say("{often}, first {when}", often=often, when=day_said(begins, now))
    ends = begins + (timedelta(days=1) if all_day else USUAL)
    return _Plan(begins, ends, said, all_day=all_day, rule=rule)


def _moved(request: Request, event: Event, text: str) -> _Plan | None:
    """Return when an event is to take place that is moved: on another day at the same time, at another time, by so
    much.
    """
    from skills.grammar.when import Date, Duration, Instant, Range, find

    now, length = request.now, event.ends - event.begins
    if (by := _BY.search(text)) is not None:
        moment = find(by["by"] or by["um"], ref=now, language=request.utterance.language)
        if not isinstance(moment, Duration) or event.all_day:
            return None
        begins = event.begins - moment.length if _EARLIER.search(text) else event.begins + moment.length
        return _at(begins, begins + length, now)
    aim = re.split(r"(?i)\b(?:to|until|till|for|auf)\b", text)[-1]
    # An hour alone is one of the day on which it is.
    ref = now if _DAY.search(aim) else event.begins.replace(hour=0, minute=0)
    if (hour := _HOUR_ALONE.fullmatch(aim)) is not None:
        # A number alone is the next such hour after waking: four is in the afternoon.
        before = "um" if request.utterance.language == "de" else "at"
        aim, ref = f"{before} {hour[1]}", ref.replace(hour=AWAKE[0].hour - 1)
    match find(aim, ref=ref, language=request.utterance.language):
        case Date(day):
            begins = datetime.combine(day, event.begins.time(), now.tzinfo)
            plan = _at(begins, begins + length, now)
            return replace(plan, said=day_said(begins, now), all_day=True) if event.all_day else plan
        case Instant(at) if not event.all_day:
            return _at(at, at + length, now)
        case Range(start, end) if not event.all_day:
            return _at(start, end, now)
        case _:
            return None


def _at(begins: datetime, ends: datetime, now: datetime) -> _Plan:
    text = "{day} from {start} to {end}"
    return _Plan(begins, ends, say(text, day=day_said(begins, now), start=clock(begins), end=clock(ends)))


def _without_on(day: str) -> str:
    return re.sub(r"^(?:on|am) ", "", day)


def _more(number: int) -> str:
    """Return that there are more than were told; nothing of none."""
    text = "and {number} more {n:appointment|appointments}"
    return say(text, number=number_word(number), n=number) if number > 0 else ""


_DAY = re.compile(
    r"(?i)\b(to(day|morrow|night)|\w*day|week|month|next|(jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\w*|may"
    r"|\d+(st|nd|rd|th)|the \w+(th|first|second|third)|days?"
    r"|heute|morgen|übermorgen|\w*tag|mittwoch|sonnabend|(nächste|kommende)\w?|woche\w?|\w*monat|tagen?"
    r"|(mär|mai|okt|dez)\w*)\b|\d+\."
)
_HOUR_ALONE = re.compile(
    r"(?i)\s*(\d{1,2}|ein|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)(?: uhr)?"
    r"\s*(?:verschieben|verlegen|vor)?\s*"
)


async def _one(request: Request, what: str, *, changes: bool = True) -> Event | Reply:
    """Return the one event that is meant, or what to say where it is none, or several."""
    found = await _called(request, what)
    names = {(event.title, event.calendar) for event in found}
    if not found:
        bare = _bare(what)
        none = say(_NOT_FOUND, what=bare) if bare else say("I find no such appointment in your calendar")
        return Reply(join([none, _stale(request)]))
    if len(names) > 1 and not re.search(r"(?i)\b(next|nächste\w?)\b", what):
        told = [_named(event, request.now) for event in found[:4]]
        question = say("Which one: {choices}?", choices=listing(told, "or"))
        return Reply(question, ask=Ask(question, tuple(event.title for event in found[:4])))
    if changes and found[0].read_only:
        return Reply(say("The {calendar} calendar can only be read.", calendar=found[0].calendar), failed=True)
    return found[0]


async def _called(request: Request, what: str) -> Sequence[Event]:
    """Return the events that are called so, the next first; of a day that is named, those only."""
    asked = stretch(_MEALS.sub("", what), request.now, request.utterance.language)
    since = asked.since if asked is not None else request.now
    until = asked.until if asked is not None else request.now + AHEAD
    events = await request.calendar.events(since, until, person=_person(request))
    wanted = set(fold(_title(request, what)).split(" ")) - _SMALL - {""}
    exact = [event for event in events if wanted and wanted <= _words(event.title)]
    specific = wanted - _GENERIC
    if exact or specific:
        loose = [event for event in events if specific and specific <= _words(event.title)]
        return exact or loose
    return events if asked is not None or wanted & _NEXT or len({event.title for event in events}) == 1 else ()


def _words(title: str) -> set[str]:
    words = set(fold(title).split(" "))
    # A "Zahnarzttermin" is called "Zahnarzt" as well.
    words |= {word.removesuffix("termin") for word in words}
    return words | {word.removesuffix("s") for word in words} | {f"{word}s" for word in words}


def _title(request: Request, text: str) -> str:
    """Return words without times, and without what only says that they go into a calendar."""
    from skills.grammar.when import find

    plain = _TAIL.sub(" ", f" {text} ").strip()
    hidden = _MEALS.sub(lambda meal: "-" * len(meal[0]), plain)
    moment = find(hidden, ref=request.now, language=request.utterance.language)
    return _LEAD.sub("", without(plain, moment.spans)).strip(" ,.")


def _with_kind(title: str) -> str:
    """Return the title of what has none but who comes: ``mit Sarah`` is a ``Termin mit Sarah``."""
    return f"Termin {title}" if title.casefold().startswith("mit ") else title


def _bare(what: str) -> str:
    return _LEAD.sub("", what.strip()).strip()


def _from(text: str, what: str) -> str:
    """Return the text from these words on: what stands before them is no time."""
    at = text.casefold().find(what.casefold()) if what else -1
    return text[max(at, 0) :]


def _asked(request: Request) -> Stretch | None:
    return stretch(request.utterance.text, request.now, request.utterance.language)


def _person(request: Request) -> str | None:
    return request.utterance.cause.person


async def _events(request: Request, asked: Stretch) -> Sequence[Event]:
    return await request.calendar.events(asked.since, asked.until, person=_person(request))


async def _busy(request: Request, plan: _Plan) -> Sequence[Event]:
    events = await request.calendar.events(plan.begins, plan.ends, person=_person(request))
    return [event for event in events if event.busy and not event.all_day]


def _gaps(day: datetime, busy: Sequence[Event], asked: Stretch) -> Sequence[tuple[datetime, datetime]]:
    """Return when there is time on a day, as long as anybody is awake."""
    begins = max(datetime.combine(day.date(), AWAKE[0], day.tzinfo), asked.since)
    ends = min(datetime.combine(day.date(), AWAKE[1], day.tzinfo), asked.until)
    gaps: list[tuple[datetime, datetime]] = []
    for event in busy:
        if event.ends <= begins or event.begins >= ends:
            continue
        gaps.append((begins, min(event.begins, ends)))
        begins = max(begins, event.ends)
    gaps.append((begins, ends))
    return [(first, last) for first, last in gaps if last - first >= SHORTEST_GAP]


def _told(event: Event, now: datetime, *, with_day: bool) -> str:
    """Return an event as it is read out: ``tomorrow at 15:00 Dentist in Main Street``."""
    day = f"{day_said(event.begins, now)} " if with_day else ""
    place = f", {event.place}" if event.place else ""
    if event.all_day:
        return say("{day}all day {title}{place}", day=day, title=event.title, place=place)
    return say("{day}at {clock} {title}{place}", day=day, clock=clock(event.begins), title=event.title, place=place)


def _named(event: Event, now: datetime, *, with_day: bool = True) -> str:
    """Return an event as it is spoken of: ``Dentist tomorrow at 15:00``."""
    day = f" {day_said(event.begins, now)}" if with_day else ""
    if event.all_day:
        return f"{event.title}{day}"
    return say("{title}{day} at {clock}", title=event.title, day=day, clock=clock(event.begins))


def _without_calendar(request: Request) -> Reply | None:
    if request.calendar.calendars(person=_person(request)):
        return None
    return Reply(say("There is no calendar here yet. Add one under calendars in the configuration."), failed=True)


def _stale(request: Request) -> str:
    """Return which calendars do not answer, so that what was said may be old."""
    old = [note for note in request.calendar.calendars(person=_person(request)) if note.stale]
    if not old:
        return ""
    names, read = listing([note.name for note in old]), [note.as_of for note in old if note.as_of is not None]
    if len(read) < len(old):
        text = "the {names} {n:calendar does|calendars do} not answer, and I have not read all of it yet"
        return say(text, names=names, n=len(old))
    first = min(read).astimezone(request.now.tzinfo)
    text = "the {names} {n:calendar does|calendars do} not answer; this is as of {day} at {clock}"
    return say(text, names=names, n=len(old), day=day_said(first, request.now), clock=clock(first))


def _held(request: Request) -> str:
    """Return that a change is kept here until its calendar answers again."""
    away = any(note.stale and not note.read_only for note in request.calendar.calendars(person=_person(request)))
    return say("the calendar does not answer right now; I will send it when it does") if away else ""
