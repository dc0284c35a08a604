"""Habits: what people do again and again, with its evidence; made a routine, put off, or never to be asked again."""

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten

from devices.model import EntityId, HomeView
from skills.api import Skill
from skills.builtin.readback import says
from skills.builtin.words import listing, names
from skills.habits import habit_answer, habit_suggest
from skills.habitual import Noticed
from skills.language import Words, say
from skills.model import Ask, Reply, Request, Wants
from skills.routines import routine_add, routine_edit, routine_switch

LONGEST_NAME = 60
_WORKDAYS, _WEEKEND, _EVERY_DAY = (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5, 6)
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_DEEDS = {
    ("cover", True): "{things} {things:was|were} opened by hand",
    ("cover", False): "{things} {things:was|were} closed by hand",
    ("lock", True): "{things} {things:was|were} unlocked by hand",
    ("lock", False): "{things} {things:was|were} locked by hand",
    ("", True): "{things} {things:was|were} turned on by hand",
    ("", False): "{things} {things:was|were} turned off by hand",
}
_SET = "{things} {things:was|were} set so by hand"
_CHANGES = {
    "off": "Shall I switch it off?",
    "days": "Shall it run only on the days on which nobody undoes it?",
    "dark": "Shall it run only when it is dark?",
    "light": "Shall it run only when it is light?",
    "time": "Shall it run at the time at which you do it yourselves?",
}

skill = Skill("habits")
skill.sentences(Path(__file__).parent / "sentences")


def proposal(noticed: Noticed, home: HomeView) -> str:
    """Return what is proposed, with its evidence, as a question."""
    if noticed.routine is not None:
        told = say(
            "The routine “{name}” was undone by hand {hits} of {chances} times.",
            name=noticed.name,
            hits=noticed.hits,
            chances=noticed.chances,
        )
        return f"{told} {say(_CHANGES[noticed.change])}"
    return say("{evidence} {routine} Shall I keep that?", evidence=evidence(noticed, home),
               routine=says(noticed.definition, home))  # fmt: skip


def evidence(noticed: Noticed, home: HomeView) -> str:
    """Return how often something was done, of how often it could have been."""
    ids = [EntityId(one) for one in noticed.targets]
    entities = [entity for one in ids if (entity := home.entity(one)) is not None]
    things = names(entities) if len(entities) == len(ids) else Words(listing(ids), form=int(len(ids) > 1))
    domain = noticed.targets[0].partition(".")[0]
    deed = say(_SET if noticed.sets else _DEEDS.get((domain, noticed.up)) or _DEEDS["", noticed.up], things=things)
    if noticed.reason == "after":
        text = "{hits} of {chances} times {deed} just then."
        return _upper(say(text, hits=noticed.hits, chances=noticed.chances, deed=deed))
    given = {"hits": noticed.hits, "chances": noticed.chances, "days": _days(noticed.days), "deed": deed}
    if noticed.reason == "clock":
        low, high = _clock(noticed.low), _clock(noticed.high)
        return say(
            "On {hits} of the last {chances} {days} {deed}, between {low} and {high}.", **given, low=low, high=high
        )
    return say("On {hits} of the last {chances} {days} {deed} about then.", **given)


@skill.command()
async def tell(request: Request, sure: bool = False) -> Reply:
    """Answer "what habits have you noticed?", and the yes to what is proposed with that."""
    known = request.habits.habits()
    if not known:
        return Reply(say("I have noticed no habits yet: that takes three weeks of the same at least."))
    if sure:
        return accepted(known[0], request.home)
    question = text = proposal(known[0], request.home)
    if len(known) > 1:
        # Nobody listens to a list: the others come up once this one is answered.
        text = say(
            "I have noticed {n} habits: “hearth habits” lists them. The surest is this. {proposal}",
            n=len(known),
            proposal=question,
        )
    return Reply(text, ask=Ask(question, slot="sure", wants=Wants.YES))


@skill.command()
async def accept(request: Request) -> Reply:
    """Answer "make that a routine"."""
    found = _meant(request)
    return accepted(found, request.home) if found is not None else _nothing()


@skill.command()
async def later(request: Request) -> Reply:
    """Answer "ask me later about that routine"."""
    found = _meant(request)
    return Reply(say("I will ask again in a while."), [habit_answer(found.id, "later")]) if found else _nothing()


@skill.command()
async def never(request: Request) -> Reply:
    """Answer "never suggest that again"."""
    found = _meant(request)
    return Reply(say("I will not ask about that again."), [habit_answer(found.id, "never")]) if found else _nothing()


@skill.command()
async def quiet(request: Request) -> Reply:
    """Answer "stop suggesting routines"."""
    del request
    return Reply(say("I suggest no more routines."), [habit_suggest(on=False)])


@skill.command()
async def again(request: Request) -> Reply:
    """Answer "suggest routines again"."""
    del request
    return Reply(say("I suggest routines again when I notice a habit."), [habit_suggest(on=True)])


def accepted(noticed: Noticed, home: HomeView) -> Reply:
    """Return what is answered to a yes, with the wishes that keep the routine, or change the one there is."""
    done = habit_answer(noticed.id, "accept")
    if noticed.routine is None:
        name = shorten(says(noticed.definition, home), LONGEST_NAME, placeholder="…").rstrip(" .")
        text = json.dumps({**noticed.definition, "alias": name}, ensure_ascii=False)
        return Reply(say("From now on I do that: {name}.", name=name), [routine_add(text), done])
    if noticed.change == "off":
        return Reply(say("“{name}” is off.", name=noticed.name), [routine_switch(noticed.routine, on=False), done])
    wish = routine_edit(noticed.routine, str(noticed.definition.get("text", "")))
    return Reply(say("I changed “{name}”.", name=noticed.name), [wish, done])


def _meant(request: Request) -> Noticed | None:
    """Return what this speaker was just told of; else what was proposed last, or what there is alone."""
    known, told = request.habits.habits(), request.told.text if request.told is not None else ""
    just = next((one for one in known if proposal(one, request.home) in told), None)
    return just or request.habits.offered() or (known[0] if len(known) == 1 else None)


def _nothing() -> Reply:
    return Reply(say("There is nothing that I suggest just now: ask me what habits I have noticed."), failed=True)


def _days(days: Sequence[int]) -> str:
    if tuple(days) == _EVERY_DAY:
        return say("days")
    if tuple(days) == _WORKDAYS:
        return say("working days")
    if tuple(days) == _WEEKEND:
        return say("days of weekends")
    return listing([say(_DAYS[day]) for day in days])


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
