"""Timers: several at once, named, per room, paused, extended, and commands that wait for one."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from devices.model import AreaId
from devices.names import fold
from skills.actions import timer_cancel, timer_change, timer_pause, timer_resume, timer_start
from skills.api import Skill
from skills.builtin.appointing import SAME_TIME
from skills.builtin.reminders import NOBODY
from skills.builtin.times import lasting, length_of, timer_called, timer_named, timer_words
from skills.builtin.words import counted, join, listing, number_word, one_more, place, sentence
from skills.language import say
from skills.model import Action, Ask, Reply, Request, Wants
from skills.views import Appointment, Kind

MOST_TOLD = 5
"""As many timers are read out."""
JUST_SET_S = 60.0
"""For so long a timer is "it" without having been named."""
_NO_TIMER = "There is no timer{place}."
_NONE = {"pause": "There is no running timer{place}.", "resume": "There is no paused timer{place}."}
_WHICH = {
    "cancel": "Which timer shall I cancel: {timers}?",
    "pause": "Which timer shall I pause: {timers}?",
    "resume": "Which timer shall I resume: {timers}?",
    "change": "Which timer shall I change: {timers}?",
}
_SEVERAL = re.compile(r"(?i)\b(?:timers?|and (?:a|an|another)|und (?:ein|einen|stell\w*|setz\w*))\s+\S")
"""Of a timer's name: another timer, or command, is in it."""
_ALL = re.compile(r"(?i)(?:all|all (?:of )?(?:the|my|our|these)|every|alle)(?: timers?)?")
_REMINDED = re.compile(r"(?i)remind (?!me\b|us\b)((?:(?:my|our|the) )?[\w'-]+) (?:to|that|about|of)\b")
"""Of a command that waits: it reminds somebody. Of whom the house knows, a reminder has it."""
_IT = frozenset({"it", "that", "this", "ihn", "den", "das"})
_MORE = frozenset({"another", "second", "third", "more", "zweiten", "dritten", "weiteren", "noch"})
"""Words with which a timer like the one just set is wanted beside it."""
SAME_S = 0.5
"""Lengths that differ by less are the same."""

skill = Skill("timers")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassStartTimer")
async def start(
    request: Request, name: object = None, area: object = None, conversation_command: object = None
) -> Reply:
    """Answer "set a pasta timer for ten minutes", and "turn off the lamp in ten minutes"."""
    length_s = length_of(request.match.slots)
    if not length_s:
        question = say("For how long?")
        return Reply(question, ask=Ask(question, slot="minutes", wants=Wants.LENGTH))
    where = _area(request, area or name) or request.utterance.area
    if conversation_command is not None:
        command = str(conversation_command).strip()
        if (stranger := _REMINDED.match(command)) is not None:
            return Reply(sentence(say(NOBODY, name=stranger[1])), failed=True)
        wish = timer_start(length_s, area=where, command=command)
        return Reply(say("In {length:dat}: {command}.", length=lasting(length_s), command=command), [wish])
    called = None if name is None else _bare_name(str(name))
    if called is not None and _SEVERAL.search(str(name)):
        return Reply(say("I can set one timer at a time. Say the first one alone."), failed=True)
    if _is_running(request, length_s, called, where):
        return Reply(say("There is such a timer already: {length:acc}.", length=lasting(length_s)))
    wish = timer_start(length_s, name=called, area=where)
    kind = say("{name} timer", name=called) if called else say("timer")
    return Reply(
        say("I set {timer:acc} for {length:acc}.", timer=one_more(kind, "timer"), length=lasting(length_s)), [wish]
    )


@skill.handles("HassCancelTimer")
async def cancel(request: Request) -> Reply:
    """Answer "cancel the pasta timer"."""
    return _to_one(request, "cancel", lambda timer: timer_cancel(timer.id), "I cancelled {timer:acc}.")


@skill.handles("HassCancelAllTimers")
async def cancel_all(request: Request, area: object = None) -> Reply:
    """Answer "cancel all timers", and "cancel all kitchen timers"."""
    timers = request.agenda.open(Kind.TIMER)
    if area is not None:
        timers = [timer for timer in timers if _is_in(request, timer, str(area))]
    where = place(request.match.slots)
    if not timers:
        return Reply(say("There are no timers{place}.", place=where))
    told = say("I cancelled {timers:acc}{place}.", timers=counted(len(timers), "timer"), place=where)
    return Reply(told, [timer_cancel(timer.id) for timer in timers])


@skill.handles("HassIncreaseTimer")
async def increase(request: Request) -> Reply:
    """Answer "add five minutes to the pasta timer"."""
    return _changed(request, +1)


@skill.handles("HassDecreaseTimer")
async def decrease(request: Request) -> Reply:
    """Answer "take two minutes off the timer"."""
    return _changed(request, -1)


@skill.handles("HassPauseTimer")
async def pause(request: Request) -> Reply:
    """Answer "pause the timer"."""
    running = [timer for timer in request.agenda.open(Kind.TIMER) if timer.paused_left_s is None]
    if running and _is_all(request):
        told = say("I paused {timers:acc}.", timers=counted(len(running), "timer"))
        return Reply(told, [timer_pause(timer.id) for timer in running])
    return _to_one(request, "pause", lambda timer: timer_pause(timer.id), "I paused {timer:acc}.", among=running)


@skill.handles("HassUnpauseTimer")
async def resume(request: Request) -> Reply:
    """Answer "resume the timer"."""
    paused = [timer for timer in request.agenda.open(Kind.TIMER) if timer.paused_left_s is not None]
    if paused and _is_all(request):
        told = say("{timers} {timers:goes|go} on.", timers=counted(len(paused), "timer"))
        return Reply(sentence(told), [timer_resume(timer.id) for timer in paused])
    return _to_one(request, "resume", lambda timer: timer_resume(timer.id), "{timer} goes on.", among=paused)


@skill.handles("HassTimerStatus")
async def status(request: Request) -> Reply:
    """Answer "how long is left on the pasta?" and "which timers are running?"."""
    timers = _meant(request, request.agenda.open(Kind.TIMER))
    if not timers:
        return Reply(_none(request))
    told = [_left(request, timer) for timer in timers[:MOST_TOLD]]
    rest = len(timers) - MOST_TOLD
    more = say("and {number} more {n:timer|timers}", number=number_word(rest), n=rest) if rest > 0 else ""
    return Reply(join([*told, more]))


def _is_running(request: Request, length_s: float, name: str | None, area: AreaId | None) -> bool:
    """Return whether the same timer was started just now; "another one" is another one."""
    if not _MORE.isdisjoint(fold(request.utterance.text).split(" ")):
        return False
    ends = request.now + timedelta(seconds=length_s)
    running = (one for one in request.agenda.open(Kind.TIMER) if one.paused_left_s is None and one.command is None)
    return any(
        (fold(one.name or ""), one.area, one.length_s) == (fold(name or ""), area, length_s)
        and abs(one.at - ends) < SAME_TIME
        for one in running
    )


def left_s(request: Request, timer: Appointment) -> float:
    """Return how many seconds a timer still has."""
    if timer.paused_left_s is not None:
        return timer.paused_left_s
    return max(0.0, (timer.at - request.now).total_seconds())


def _to_one(
    request: Request,
    verb: str,
    wish: Callable[[Appointment], Action],
    said: str,
    *,
    among: Sequence[Appointment] | None = None,
    **given: object,
) -> Reply:
    """Return the reply that does something to the one timer that is meant, or asks which."""
    timers = _here(request, _meant(request, request.agenda.open(Kind.TIMER) if among is None else among))
    if not timers:
        return Reply(_none(request, _NONE.get(verb, _NO_TIMER)))
    if len(timers) > 1 and (just_set := _just_set(request, timers)) is not None:
        timers = [just_set]
    if len(timers) > 1:
        choices = [timer_called(timer) for timer in timers]
        question = say(_WHICH[verb], timers=listing([format(timer_words(timer), "acc") for timer in timers], "or"))
        ids = tuple(timer.id for timer in timers)
        return Reply(question, ask=Ask(question, tuple(choices), slot="id", values=ids))
    return Reply(sentence(say(said, timer=timer_words(timers[0]), **given)), [wish(timers[0])])


def _changed(request: Request, sign: int) -> Reply:
    by_s = length_of(request.match.slots)
    if not by_s:
        question = say("By how long?")
        return Reply(question, ask=Ask(question, slot="minutes", wants=Wants.LENGTH))
    said = "{timer} has {length:acc} more." if sign > 0 else "{timer} has {length:acc} less."
    return _to_one(request, "change", lambda timer: timer_change(timer.id, sign * by_s), said, length=lasting(by_s))


def _meant(request: Request, timers: Sequence[Appointment]) -> Sequence[Appointment]:
    """Return the timers that fit the name, the room and the length that were said."""
    slots = request.match.slots
    if (chosen := slots.get("id")) is not None:
        return [timer for timer in timers if timer.id == chosen]
    if (name := slots.get("name")) is not None:
        wanted = fold(_bare_name(str(name)) or str(name))
        exact = [timer for timer in timers if timer.name and fold(timer.name) == wanted]
        timers = exact or [
            timer
            for timer in timers
            if (timer.name and wanted in fold(timer.name)) or _is_in(request, timer, str(name))
        ]
    if (area := slots.get("area")) is not None:
        timers = [
            timer for timer in timers if _is_in(request, timer, str(area)) or fold(timer.name or "") == fold(str(area))
        ]
    started_s = length_of(request.match.slots, "start_")
    if started_s:
        timers = [timer for timer in timers if abs((timer.length_s or 0) - started_s) < SAME_S]
    return timers


def _here(request: Request, timers: Sequence[Appointment]) -> Sequence[Appointment]:
    """Return those of the speaker's room where it has any: "the timer" is the one that was set there."""
    return [timer for timer in timers if timer.area and timer.area == request.utterance.area] or timers


def _is_all(request: Request) -> bool:
    return _ALL.fullmatch(str(request.match.slots.get("name", ""))) is not None


def _just_set(request: Request, timers: Sequence[Appointment]) -> Appointment | None:
    """Return the timer that "it" is, said of nothing else a moment after it was set."""
    says_more = any(not slot.startswith("start_") for slot in request.match.slots)
    if says_more or _IT.isdisjoint(fold(request.utterance.text).split(" ")):
        return None
    newest = max(timers, key=lambda timer: timer.id)
    ago_s = (newest.length_s or 0.0) - left_s(request, newest)
    return newest if 0.0 <= ago_s <= JUST_SET_S else None


def _left(request: Request, timer: Appointment) -> str:
    left = lasting(left_s(request, timer))
    if timer.command:
        return say("in {length:dat}: {command}", length=left, command=timer.command)
    if timer.paused_left_s is not None:
        return say("{timer} has {length:acc} left and is paused", timer=timer_words(timer), length=left)
    return say("{timer} has {length:acc} left", timer=timer_words(timer), length=left)


def _none(request: Request, text: str = _NO_TIMER) -> str:
    slots = request.match.slots
    name, started_s = slots.get("name"), length_of(request.match.slots, "start_")
    if not request.agenda.open(Kind.TIMER):
        return say(_NO_TIMER, place="")
    if name is not None or started_s:
        called = timer_named(None if name is None else _bare_name(str(name)), started_s or None)
        return say("There is no {timer}.", timer=called)
    return say(text, place=place(slots))


def _area(request: Request, words: object) -> AreaId | None:
    wanted = fold("" if words is None else str(words))
    areas = request.home.areas()
    return next((area.id for area in areas if wanted in map(fold, (area.id, area.name, *area.aliases))), None)


def _is_in(request: Request, timer: Appointment, words: str) -> bool:
    return timer.area is not None and timer.area == _area(request, words)


def _bare_name(name: str) -> str | None:
    """Return a timer's name without what belongs to the sentence: ``the pasta timer`` is ``pasta``."""
    words = [
        word
        for word in name.split()
        if fold(word) not in {"the", "my", "a", "an", "timer", "den", "der", "dem", "mein", "meinen", "einen"}
    ]
    return " ".join(words) or None
