"""Reading what a model answered: whatever it is, what comes out is one of a few things that we know, or a complaint."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from daemon.reasoner.claims import claims
from daemon.reasoner.directing import Asked, Directive, Stage, directive_of, is_plan, paused, routine_of
from daemon.reasoner.offer import Offered
from daemon.reasoner.prompt import STEPS_MAX
from daemon.reasoner.sayable import is_words, speakable
from daemon.reasoner.sources import Source, only_asks, source_of, tainted
from daemon.reasoner.tools import ArgumentError, Tool, by_name
from devices.model import NOTHING
from skills.model import Match


class UnusableError(ValueError):
    """An answer that cannot be used; the message tells the model what was wrong."""


@dataclass(frozen=True, slots=True)
class Do:
    """Commands, in order."""

    matches: tuple[Match, ...]
    sources: frozenset[Source]
    """Where the values that it changes something by come from; none: it changes nothing."""

    @property
    def changes(self) -> bool:
        """Whether anything is to be other than it is."""
        return bool(self.sources)

    @property
    def grounded(self) -> bool:
        """True if each is what the person's own words were about."""
        return not tainted(self.sources)


@dataclass(frozen=True, slots=True)
class Say:
    """Words: an answer, or a question back."""

    text: str
    asks: bool
    told: str = ""
    """How much of it, from its beginning, was handed over already."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """It was not meant for us, or cannot be done."""


Proposal = Do | Directive | Say | Nothing


def read(answer: str, asked: Asked) -> Proposal:
    """Return what an answer proposes.

    Raises:
        UnusableError: it is not in the form, or names what was not offered.
    """
    try:
        given: object = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise UnusableError("it is no JSON") from error
    if not isinstance(given, dict):
        raise UnusableError("it is no JSON object")
    table = cast("Mapping[str, object]", given)
    kind, say = table.get("kind"), table.get("say", "")
    match kind:
        case "do" | "plan":
            return _steps(kind, table.get("steps"), asked)
        case "routine":
            return _routine(table.get("routine"), asked)
        case "ask" | "talk":
            return _said(say if isinstance(say, str) else "", asked, asks=kind == "ask")
        case "no":
            return Nothing()
        case _:
            raise UnusableError('"kind" must be do, plan, routine, ask, talk or no')


def _said(say: str, asked: Asked, *, asks: bool) -> Say:
    text = speakable(say)
    if not text:
        raise UnusableError('"say" is empty')
    if not is_words(say):
        raise UnusableError('"say" must be one or two spoken sentences')
    if not {one.key for one in asked.things}.isdisjoint(text.split()):
        raise UnusableError('"say" must call things by their names')
    if claims(text):
        raise UnusableError('"say" tells that something was done or is so, and you cannot know that')
    return Say(text, asks=asks)


def _steps(kind: object, given: object, asked: Asked) -> Do | Directive:
    if not isinstance(given, list) or not given:
        raise UnusableError('"steps" must be a list with at least one step')
    steps = cast("list[object]", given)
    if len(steps) > STEPS_MAX:
        raise UnusableError(f'"steps" must be at most {STEPS_MAX}')
    things = {one.key: one for one in asked.things}
    read_ones = [_step(step, things, asked.said) for step in steps]
    matches = tuple(match for match, _ in read_ones)
    if len({repr(match) for match in matches}) < len(matches):
        raise UnusableError("two steps are the same")
    if asked.later and any(sources and not _waits(match) for match, sources in read_ones):
        raise UnusableError('it is to be done later: propose a routine, a timer, or "ask"')
    try:
        stages = [Stage(*one, paused(step)) for one, step in zip(read_ones, steps, strict=True)]
        if is_plan(kind, stages):
            return directive_of(stages)
    except ValueError as error:
        raise UnusableError(str(error)) from error
    return Do(matches, frozenset[Source]().union(*(sources for _, sources in read_ones)))


def _waits(match: Match) -> bool:
    return any(tool.waits for tool in by_name().values() if tool.intent == match.intent)


def _routine(given: object, asked: Asked) -> Do:
    """Return the command that reads a draft back and asks: by itself it changes nothing."""
    things = {one.key: one for one in asked.things}
    try:
        draft = routine_of(given, asked, lambda step: _step(step, things, asked.said))
    except ValueError as error:
        raise UnusableError(str(error)) from error
    return Do((draft,), frozenset())


def _step(given: object, things: Mapping[str, Offered], said: str) -> tuple[Match, frozenset[Source]]:
    if not isinstance(given, dict):
        raise UnusableError("a step must be an object")
    step = cast("Mapping[str, object]", given)
    tool = by_name().get(str(step.get("tool")))
    if tool is None:
        raise UnusableError(f"there is no tool {str(step.get('tool'))[:40]!r}")
    about = _things(tool, step.get("things"), things)
    try:
        slots = tool.value(step.get("value")) if tool.value is not None else NOTHING
    except ArgumentError as error:
        raise UnusableError(f"{tool.name}: {error}") from error
    match = Match(tool.intent, slots, tuple(one.entity.id for one in about))
    return match, _sources(tool, about, slots, said)


def _sources(tool: Tool, about: Sequence[Offered], slots: Mapping[str, object], said: str) -> frozenset[Source]:
    """Return where what a step does comes from; a question wishes for no change, whatever it names."""
    if tool.reads:
        return frozenset()
    asked = {Source.SENSOR if only_asks(said) else Source.USER}
    values = {source_of(value, said, usual=tool.usual) for value in slots.values()}
    return frozenset({*asked, *values, *(one.source for one in about)})


def _things(tool: Tool, given: object, things: Mapping[str, Offered]) -> Sequence[Offered]:
    if not tool.domains:
        return ()
    keys = cast("list[object]", given) if isinstance(given, list) else []
    found: list[Offered] = []
    for key in dict.fromkeys(map(str, keys)):
        one = things.get(key)
        if one is None:
            raise UnusableError(f"there is no thing {key[:20]!r}")
        if not tool.fits(one.entity):
            raise UnusableError(f"{tool.name} is not for {one.key}, a {one.entity.domain}")
        found.append(one)
    if not found:
        raise UnusableError(f"{tool.name} needs at least one thing")
    return found
