"""Reminders: "remind me to call mum on friday after lunch", once or again and again; what there is, and what goes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from devices.names import fold
from skills.actions import moved, reminder_add, reminder_cancel, reminder_done
from skills.api import Skill
from skills.builtin.appointing import SAME_TIME, Spoken, When, elapsing, spoken, without
from skills.builtin.times import length_of, recurring, timer_called, upcoming
from skills.builtin.waiting import Waits, following, waits
from skills.builtin.words import clock, counted, join, listing, number_word, sentence
from skills.language import current, say
from skills.model import Action, Ask, Reply, Request, Wants
from skills.views import Appointment, Kind

MOST_TOLD = 5
"""As many reminders are read out."""
_LEADING = frozenset(("please", "and", "can", "could", "would", "will", "you", "hey", "then", "also", ""))
"""What may stand before "remind me" without changing it."""
_SMALL = frozenset(
    ("the", "a", "an", "my", "to", "of", "about", "for", "die", "der", "das", "den", "dem", "an", "meine", "meinen")
)

_ONCE = "I will remind you {when}: {text}."
_AGAIN = "I will remind you {when}, again and again until you say that it is done: {text}."
_INSIST = re.compile(
    r"(?i)(?:,? ?(?:and )?(?:keep (?:on )?(?:reminding|telling|nagging|asking) (?:me|us)|nag (?:me|us)) ?)?"
    r"\b(?:until|till) (?:i|we|it)(?: have|'ve|’ve|'s|’s| has| had| is)? ?"
    r"\b(?:say|said|done|did|do|confirm(?:ed)?|acknowledged?|take|took|taken|finish(?:ed)?|respond|react)\b"
    r"(?: (?:so|it|that|them|done|is|yes|ok|okay))*"
    r"|,? ?(?:and )?(?:keep (?:on )?(?:reminding|nagging) (?:me|us))\b|\bagain and again\b"
    r"|\bbis (?:ich|wir|es) (?:.{0,30}?)(?:erledigt|bestätigt|bestätige|gemacht|genommen|fertig|quittiert|sage)"
    r"(?: (?:habe|haben|ist))?|\bimmer wieder\b"
)
_HANGS = re.compile(r"(?i)(?:before|after|vor|nach)\b(?!.* (?:schauen|sehen|gucken|fragen|suchen)$)")
"""Begins what is left of a time that hangs on something: "an hour before the dentist"; to look after it is none."""
_DAY = re.compile(
    r"(?i)\b(?:today|tonight|tomorrow|heute|morgen|mittwoch|sonnabend|\d+\.|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag)\b"
)
"""A day in the words for a time."""
_NAG = re.compile(r"(?i)\bnag (?:me|us)\b")

STRANGER = "stranger"
"""The response of sentences about somebody by a name that nobody here has."""
NOBODY = "I know nobody called {name}; add people under people in the configuration, or a person in Home Assistant"
_THAT = frozenset({"that", "this", "it", "last", "die", "diese", "letzte"})

skill = Skill("reminders")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def add(request: Request, what: str = "", before: str = "", when: str = "", text: str = "") -> Reply:
    """Answer "remind me to call mum on friday after lunch", and the same with the time first."""
    # Only a time may stand before it: "never remind me to …" is not a wish.
    insists, (before, what, when, text) = zip(*map(_insisted, (before, what, when, text)), strict=True)
    insist = any(insists) or _NAG.search(request.utterance.text) is not None
    whole = " ".join(filter(None, (before, what, when, text)))
    leading = _rest_of(request, before)
    if leading is not None and not set(fold(leading).split(" ")) <= _LEADING:
        return Reply(say("I did not understand that. Say: remind me, what, and when."))
    if (tied := waits(request, whole)) is not None:
        return _tied(request, tied, insist=insist)
    said = _said(request, " ".join(filter(None, (before, what))), when)
    if text:
        asked = spoken(request, text)
        said = replace(said, when=said.when or asked.when, rest=asked.rest or said.rest)
    said = _noted(said)
    if not said.rest:
        question = "What shall I remind you of?" if said.when else "What shall I remind you of, and when?"
        # An answer that was only a time is kept beside what is asked for next.
        return _ask(say(question), "what" if text and not what else "text", Wants.TEXT)
    if said.when is not None and not when and _HANGS.match(said.rest):
        return _ask(
            say("I don't know when that is: {text}. When shall I remind you?", text=said.rest), "when", Wants.TIME
        )
    if said.when is None:
        return _ask(said.question or say("When shall I remind you: {text}?", text=said.rest), "when", Wants.TIME)
    if _is_noted(request, said.rest, said.when, insist=insist):
        return Reply(say("I remind you of that already, {when}: {text}.", when=said.when.said, text=said.rest))
    area, due = request.utterance.area, said.when
    wishes = [reminder_add(said.rest, wall=wall, rule=due.rule, area=area, insist=insist) for wall in due.walls]
    if due.after_s is not None:
        wishes = [reminder_add(said.rest, after_s=due.after_s, area=area, insist=insist)]
    return Reply(say(_AGAIN if insist else _ONCE, when=due.said, text=said.rest), wishes)


@skill.command()
async def other(request: Request, what: str, name: str = "", who: str = "", when: str = "") -> Reply:
    """Answer "remind Ben to take the bins out at seven": it is told where it was said, with the name before it."""
    if request.match.response == STRANGER:
        return Reply(sentence(say(NOBODY, name=name)), failed=True)
    said = _noted(_said(request, what, when))
    if said.when is None:
        question = say("When shall I remind {who}: {text}?", who=name or who, text=said.rest)
        return _ask(said.question or question, "when", Wants.TIME)
    called, area, due = f"{name or who}: {said.rest}", request.utterance.area, said.when
    wishes = [reminder_add(called, wall=wall, rule=due.rule, area=area) for wall in due.walls]
    if due.after_s is not None:
        wishes = [reminder_add(called, after_s=due.after_s, area=area)]
    told = say("I will remind {who} {when}: {text}.", who=name or who, when=due.said, text=said.rest)
    return Reply(told, wishes)


@skill.command()
async def later(request: Request, what: str | None = None, when: str = "", id: int | None = None) -> Reply:
    """Answer "push that reminder back half an hour" and "move the reminder to ten": "that" is the one noted last."""
    found = [one for one in _own(request) if one.on == "" and not one.ringing and one.rule is None]
    if id is not None:
        found = [one for one in found if one.id == id]
    elif what is not None:
        found = [one for one in found if _wanted(what) <= set(fold(one.text).split(" "))]
    elif found and not _THAT.isdisjoint(fold(request.utterance.text).split(" ")):
        found = [max(found, key=lambda one: one.id)]
    if not found:
        return Reply(say("There is no such reminder."))
    if len(found) > 1:
        texts = tuple(one.text for one in found[:MOST_TOLD])
        question = say("Which one: {choices}?", choices=listing(texts, "or"))
        return Reply(question, ask=Ask(question, texts, slot="id", values=tuple(one.id for one in found)))
    (one,) = found
    named = spoken(request, f"at {when}").when or spoken(request, when).when if when else None
    if when and (named is None or len(named.walls) != 1):
        return Reply(say("I did not understand that time."), failed=True)
    by_s = length_of(request.match.slots)
    before = one.at.astimezone(request.now.tzinfo)
    wall = named.walls[0] if named else before + timedelta(seconds=by_s)
    if wall < before and not _DAY.search(when):
        wall = wall.replace(year=before.year, month=before.month, day=before.day)  # "to nine" is said of its own day
    if wall <= request.now:
        return Reply(say("That time is over."), failed=True)
    told = say(_AGAIN if one.insist else _ONCE, when=upcoming(wall, request.now), text=one.text)
    return Reply(told, [moved("reminder", one.id, wall=wall)])


@skill.command()
async def watch(request: Request, what: str) -> Reply:
    """Answer "tell me when the washing machine is done": what is waited for is all that is told."""
    tied = waits(request, request.utterance.text)
    if tied is None:
        return Reply(say("I can't tell when that is: {what}.", what=what), failed=True)
    if tied.on is None:
        return Reply(sentence(tied.trouble), failed=True)
    wish = reminder_add(tied.on.words, on=tied.on, area=request.utterance.area)
    return Reply(say("I will tell you when {event}.", event=tied.on.words), [wish])


@skill.command()
async def done(_request: Request, what: str | None = None) -> Reply:
    """Answer "done", and "I have taken my pills": what is told again and again is over."""
    return Reply(say("All right, done."), [reminder_done(what)])


@skill.command()
async def tell(request: Request) -> Reply:
    """Answer "what are my reminders?": those of whoever asks, and of nobody in particular."""
    reminders = _own(request)
    if not reminders:
        return Reply(say("You have no reminders."))
    rest = len(reminders) - MOST_TOLD
    more = say("and {number} more {n:reminder|reminders}", number=number_word(rest), n=rest) if rest > 0 else ""
    told = [
        say("I will tell you {when}", when=_when(request, one))
        if one.text == one.on
        else f"{_when(request, one)}: {one.text}"
        for one in reminders[:MOST_TOLD]
    ]
    return Reply(join([say("you have {reminders:acc}", reminders=counted(len(reminders), "reminder")), *told, more]))


@skill.command()
async def due(request: Request) -> Reply:
    """Answer "what's due?": timers that run, alarms and reminders, the next first."""
    kinds = (Kind.TIMER, Kind.ALARM, Kind.REMINDER)
    found = [one for kind in kinds for one in request.agenda.open(kind) if one.paused_left_s is None]
    if not found:
        return Reply(say("Nothing is due."))
    found.sort(key=lambda one: one.at)
    rest = len(found) - MOST_TOLD
    more = say("and {number} more", number=number_word(rest)) if rest > 0 else ""
    return Reply(join([*(f"{_when(request, one)}: {_named(one)}" for one in found[:MOST_TOLD]), more]))


@skill.command()
async def cancel(request: Request, what: str | None = None, id: int | None = None) -> Reply:
    """Answer "cancel the reminder about the dentist"."""
    # Whose it is counts where nobody says which.
    found = _own(request) if what is None and id is None else request.agenda.open(Kind.REMINDER)
    if id is not None:
        found = [one for one in found if one.id == id]
    elif what is not None:
        found = [one for one in found if _wanted(what) <= set(fold(one.text).split(" "))]
    if not found:
        return Reply(say("There is no such reminder.") if what else say("You have no reminders."))
    if len(found) > 1:
        texts = tuple(one.text for one in found[:MOST_TOLD])
        question = say("Which one: {choices}?", choices=listing(texts, "or"))
        return Reply(question, ask=Ask(question, texts, slot="id", values=tuple(one.id for one in found)))
    return Reply(say("I will not remind you: {text}.", text=found[0].text), [_gone(found[0])])


@skill.command()
async def cancel_all(request: Request) -> Reply:
    """Answer "cancel all my reminders": nobody cancels those of others with their own."""
    found = _own(request)
    if not found:
        return Reply(say("You have no reminders."))
    told = say("I cancelled {reminders:acc}.", reminders=counted(len(found), "reminder"))
    return Reply(told, [_gone(one) for one in found])


def _own(request: Request) -> Sequence[Appointment]:
    person = request.utterance.cause.person
    return [one for one in request.agenda.open(Kind.REMINDER) if one.person is None or one.person == person]


def _gone(one: Appointment) -> Action:
    return reminder_done(one.text) if one.ringing else reminder_cancel(one.id)


def _tied(request: Request, tied: Waits, *, insist: bool) -> Reply:
    """Return the reply about a reminder that waits for something to happen."""
    if tied.on is None:
        return Reply(sentence(tied.trouble), failed=True)
    if not tied.rest:
        return _ask(say("What shall I remind you of?"), "text", Wants.TEXT)
    on, rest = tied.on, current().noted(tied.rest)
    if spoken(request, rest).when is not None:
        return Reply(say("I can wait for a time or for something to happen, not for both."), failed=True)
    wish = reminder_add(rest, on=on, area=request.utterance.area, insist=insist)
    when = on.words if on.kind == "told" else say("when {event}", event=on.words)
    return Reply(say(_AGAIN if insist else _ONCE, when=when, text=rest), [wish])


def _said(request: Request, text: str, when: str) -> Spoken:
    """Return a sentence taken apart; a time that was asked for, or set right, takes the place of the one in it."""
    said = spoken(request, text)
    if when:
        named = spoken(request, when)
        if named.when is None and not named.question:
            named = spoken(request, f"at {when}")
        return replace(named, rest=said.rest or named.rest)
    soon = elapsing(request)
    return said if soon is None or said.when is not None else replace(said, when=soon)


def _noted(said: Spoken) -> Spoken:
    """Return the same with what is left worded as a note."""
    return replace(said, rest=current().noted(said.rest))


def _rest_of(request: Request, before: str) -> str | None:
    """Return what stands before "remind me" beside the time or what is waited for."""
    if not before:
        return None
    tied = waits(request, before)
    return tied.rest if tied is not None else spoken(request, before).rest


def _insisted(text: str) -> tuple[bool, str]:
    """Return whether it is to be told until it is done, and the text without that."""
    found = _INSIST.search(text)
    return (False, text) if found is None else (True, without(text, [found.span()]))


def _is_noted(request: Request, text: str, due: When, *, insist: bool) -> bool:
    """Return whether the same person is reminded of the same at the same times already."""
    walls = due.walls if due.after_s is None else [request.now + timedelta(seconds=due.after_s)]
    said = (fold(text), due.rule, insist)
    at = [
        one.at
        for one in request.agenda.open(Kind.REMINDER)
        if (fold(one.text), one.rule, one.insist) == said
        and not (one.on or one.ringing)
        and one.person in (None, request.utterance.cause.person)
    ]
    return all(any(abs(one - wall) < SAME_TIME for one in at) for wall in walls)


def _when(request: Request, one: Appointment) -> str:
    if one.on:
        return one.on if one.on.startswith(following("")[:-1]) else say("when {event}", event=one.on)
    if one.ringing:
        return say("again until it is done")
    if one.rule is None:
        return upcoming(one.at, request.now)
    at = clock(one.at.astimezone(request.now.tzinfo))
    return say("{often} at {clock}", often=recurring(one.rule), clock=at)


def _named(one: Appointment) -> str:
    match one.kind:
        case Kind.TIMER:
            return one.command or timer_called(one)
        case Kind.ALARM:
            return one.name or say("alarm clock")
        case Kind.REMINDER:
            return one.text


def _wanted(what: str) -> set[str]:
    return set(fold(what).split(" ")) - _SMALL


def _ask(question: str, slot: str, wants: Wants) -> Reply:
    return Reply(question, ask=Ask(question, slot=slot, wants=wants))
