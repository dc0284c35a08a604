"""What is asked for in one sentence and takes many steps: guests who come, weeks away, the shopping of a week.

Each becomes a plan by itself, without a model; what the sentence leaves open is asked.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

from skills.actions import list_add
from skills.api import Skill
from skills.builtin.hosting import WARM, Visit, guests
from skills.builtin.leaving import MOST_NAMED, Away, leaving
from skills.builtin.mealplan import MEAL_PLAN, MEAL_PLANS, NO_DISHES, dish_of, first_of, parts, shopping
from skills.builtin.plans import begun, proposed
from skills.builtin.times import length_of
from skills.builtin.words import listing, to_number
from skills.language import say
from skills.model import Ask, Reply, Request, Wants
from skills.views import Kind

UNIT_DAYS = {"day": 1, "night": 1, "week": 7, "month": 30}
SHORTEST, LONGEST = timedelta(hours=12), timedelta(days=90)
FARTHEST = timedelta(days=365)

_FOR = re.compile(r"(?i)\b(?:for|für)\b")

skill = Skill("directives")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def visit(
    request: Request, when: str = "", who: str = "", number: object = None, time: str = "", sure: bool = False
) -> Reply:
    """Answer "get the house ready for guests on Saturday"."""
    if sure:
        return begun(request, "guests")
    arrives = _instant(request, f"{when} {time}")
    if not isinstance(arrives, datetime):
        question = say("At what time do they come?") if arrives else say("When do they come?")
        return Reply(question, ask=Ask(question, slot="time" if arrives else "when", wants=Wants.TIME))
    if not request.now < arrives < request.now + FARTHEST:
        return Reply(say("That is over, or too far away."), failed=True)
    how_many = to_number(number)
    called = who.strip() or say("Guests")
    called = called[0].upper() + called[1:] + (f" ({how_many:g})" if how_many else "")
    drinks = say("drinks for {n}", n=f"{how_many:g}") if how_many else say("drinks")
    usual = drinks, say("something to eat")
    return proposed(guests(Visit(arrives, called, usual, _writable(request), _warm(request)), request.now))


@skill.command()
async def leave(
    request: Request,
    when: str = "",
    count: object = None,
    unit: str = "",
    time: str = "",
    rests: bool | None = None,
    sure: bool = False,
) -> Reply:
    """Answer "we're leaving for two weeks on Friday"."""
    if sure:
        return begun(request, "leaving")
    leaves = _instant(request, f"{_FOR.split(when)[0] or when} {time}")
    if not isinstance(leaves, datetime):
        question = say("At what time do you leave?") if leaves else say("When do you leave?")
        return Reply(question, ask=Ask(question, slot="time" if leaves else "when", wants=Wants.TIME))
    length = _length(request, count, unit, when)
    if length is None:
        question = say("For how long?")
        return Reply(question, ask=Ask(question, slot="length", wants=Wants.LENGTH))
    if not request.now <= leaves < request.now + FARTHEST or not SHORTEST <= length <= LONGEST:
        return Reply(say("I can prepare for half a day up to 90 days away, from now on."), failed=True)
    returns = leaves + length
    clockwork = [
        one for one in request.routines.routines() if one.enabled and one.next_at is not None and one.next_at < returns
    ]
    if clockwork and rests is None:
        names = listing([one.name for one in clockwork[:MOST_NAMED]])
        question = say("Meanwhile these run by the clock: {names}. Shall they rest, or go on?", names=names)
        choices = (say("rest"), say("go on"))
        return Reply(question, ask=Ask(question, choices=choices, slot="rests", values=(True, False)))
    away = Away(
        leaves,
        returns,
        _writable(request),
        tuple(one for one in request.agenda.open(Kind.REMINDER) if leaves <= one.at < returns and not one.on),
        tuple(one for one in request.agenda.open(Kind.ALARM) if leaves <= one.at < returns),
        tuple(clockwork[:8]) if rests else (),
    )
    return proposed(leaving(request.home, away, request.now))


@skill.command()
async def shop(request: Request, sure: bool = False) -> Reply:
    """Answer "do the weekly shopping from the meal plan"."""
    if sure:
        return begun(request, "shopping")
    return proposed(shopping())


@skill.command()
async def meal(request: Request, dish: str) -> Reply:
    """Answer "put lasagne on the meal plan"."""
    del request
    dishes = parts(dish)
    return Reply(say("I put {dishes} on the meal plan.", dishes=listing(dishes)), [list_add(MEAL_PLAN, dishes)])


@skill.command()
async def recipe(request: Request, dish: str, things: str) -> Reply:
    """Answer "for lasagne we need noodles, tomatoes and cheese"."""
    del request
    needed = parts(things)
    name = dish.strip()[:80]
    if not needed:
        return Reply(say("I did not catch everything that I need for that."), failed=True)
    words = say("For {dish}: {things}. I remember that.", dish=name, things=listing(needed))
    return Reply(words, [list_add(name, needed)])


@skill.command()
async def meals(request: Request) -> Reply:
    """Answer "what's on the meal plan?"."""
    dishes = list(map(dish_of, first_of(await request.agenda.items(), MEAL_PLANS)))
    if not dishes:
        return Reply(say(NO_DISHES))
    return Reply(say("On the meal plan: {dishes}.", dishes=listing(dishes)))


# Inside


def _instant(request: Request, text: str) -> datetime | bool:
    """Return the instant that is meant; ``True`` where only the day is known, ``False`` where nothing is."""
    from skills.grammar.when import Date, Instant, Range, find

    moment = find(text, ref=request.now, language=request.utterance.language, use="reminder", place=request.place)
    match moment:
        case Instant(at):
            return at
        case Date():
            return True
        case Range(start) if (start.hour, start.minute) != (0, 0):
            return start
        case Range():
            return True
        case _:
            return False


def _length(request: Request, count: object, unit: str, when: str) -> timedelta | None:
    """Return how long it is: as the sentence took it apart, as was answered, or as it stands among other words."""
    from skills.grammar.when import Duration, find

    slots = request.match.slots
    if unit in UNIT_DAYS:
        return timedelta(days=(to_number(count) or 1) * UNIT_DAYS[unit])
    seconds = length_of(slots)
    if seconds:
        return timedelta(seconds=seconds)
    for piece in _FOR.split(when)[1:]:
        moment = find(piece, ref=request.now, language=request.utterance.language, use="timer", place=request.place)
        if isinstance(moment, Duration):
            return moment.length
    return None


def _writable(request: Request) -> bool:
    return any(not one.read_only for one in request.calendar.calendars(person=request.utterance.cause.person))


def _warm(request: Request) -> float:
    """Return how warm whoever asks wants it, else what most people do."""
    tastes = request.facts.tastes("temperature", who=request.utterance.cause.person, where=request.utterance.area)
    for taste in tastes:
        degrees = to_number(taste.value.partition(" ")[0].replace(",", "."))
        if degrees is not None and 16 <= degrees <= 25:
            return degrees
    return WARM
