"""Routines: which there are, on and off, run now, and when they run; and the sentences that they wait for."""

from collections.abc import Sequence
from pathlib import Path

from devices.names import fold, likeness, trigrams
from skills.api import Skill
from skills.automated import Automated
from skills.builtin.times import upcoming
from skills.builtin.words import join, listing
from skills.builtin.words import when as moment_of
from skills.language import say
from skills.model import Ask, Reply, Request
from skills.routines import routine_run, routine_said, routine_switch

MOST_TOLD = 8
CLOSE_ENOUGH = 0.5
"""Least likeness of a name that was misheard."""
_KINDS = frozenset({"routine", "automation", "automatisierung", "the", "my", "our", "die", "meine", "unsere"})

skill = Skill("routines")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def tell(request: Request) -> Reply:
    """Answer "which routines do I have?"."""
    known = request.routines.routines()
    if not known:
        return Reply(say("There are no routines yet."))
    on, off = ([one.name for one in known if one.enabled is wanted] for wanted in (True, False))
    told = say("These routines are on: {names}", names=_listed(on)) if on else ""
    rest = say("these are off: {names}", names=_listed(off)) if off else ""
    return Reply(join([part for part in (told, rest) if part]))


@skill.command()
async def on(request: Request, name: str) -> Reply:
    """Answer "turn on the morning routine"."""
    return _switched(request, name, on=True)


@skill.command()
async def off(request: Request, name: str) -> Reply:
    """Answer "turn off the morning routine"."""
    return _switched(request, name, on=False)


@skill.command()
async def run(request: Request, name: str) -> Reply:
    """Answer "run the bedtime routine"."""
    found = _found(request.routines.routines(), name)
    if isinstance(found, Automated):
        return Reply(say("“{name}” runs.", name=found.name), [routine_run(found.id)])
    return _puzzled(found, name)


@skill.command()
async def when(request: Request, name: str) -> Reply:
    """Answer "when does the morning routine run next?"."""
    found = _found(request.routines.routines(), name)
    if not isinstance(found, Automated):
        return _puzzled(found, name)
    if not found.enabled:
        return Reply(say("“{name}” is off.", name=found.name))
    last = found.ran_at
    ran = say("it last ran {moment}", moment=moment_of(last, request.now)) if last is not None else ""
    if found.next_at is None:
        return Reply(join([say("“{name}” has no time of its own: something else sets it off", name=found.name), ran]))
    moment = upcoming(found.next_at, request.now)
    return Reply(join([say("“{name}” runs {moment}", name=found.name, moment=moment), ran]))


@skill.handles("HearthRoutineSaid")
async def said(request: Request) -> Reply:
    """Answer a sentence that a routine waits for: it is for the routine to answer."""
    return Reply("", [routine_said(str(request.match.slots["text"]))])


def _switched(request: Request, name: str, *, on: bool) -> Reply:
    found = _found(request.routines.routines(), name)
    if not isinstance(found, Automated):
        return _puzzled(found, name)
    if found.enabled is on:
        return Reply(say("“{name}” is on already." if on else "“{name}” is off already.", name=found.name))
    text = "“{name}” is on." if on else "“{name}” is off."
    return Reply(say(text, name=found.name), [routine_switch(found.id, on=on)])


def _found(known: Sequence[Automated], words: str) -> Automated | Sequence[Automated]:
    """Return the routine that is meant; several where they fit alike, none where none does."""
    wanted = _bare(words)
    exact = [one for one in known if _bare(one.name) == wanted]
    holding = exact or [one for one in known if set(wanted.split()) <= set(_bare(one.name).split())]
    if not holding:
        scores = {one.id: likeness(trigrams(wanted), trigrams(_bare(one.name))) for one in known}
        best = max(scores.values(), default=0.0)
        holding = [one for one in known if scores[one.id] == best and best >= CLOSE_ENOUGH]
    return holding[0] if len(holding) == 1 else holding


def _puzzled(found: Sequence[Automated], words: str) -> Reply:
    if not found:
        return Reply(say("There is no routine called {name}.", name=words.strip()), failed=True)
    names = tuple(one.name for one in found[:MOST_TOLD])
    question = say("Which one: {names}?", names=listing(names, "or"))
    return Reply(question, ask=Ask(question, names, slot="name"))


def _bare(words: str) -> str:
    return " ".join(word for word in fold(words).split() if word not in _KINDS)


def _listed(names: Sequence[str]) -> str:
    more = [say("and {n} more", n=len(names) - MOST_TOLD)] if len(names) > MOST_TOLD else []
    return ", ".join([*names[:MOST_TOLD], *more])
