"""What a skill is made of: sentences bound to handlers that answer, and effects that only the gateway calls.

What can be checked is checked when the skill's module is imported: a slot without a parameter, a parameter without a
slot, a name that is taken. The error names the sentence.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel

from devices.model import Entity
from skills.actions import Parameters
from skills.briefing import Part, Saying
from skills.documents import Document, from_templates, hints_of, intents_of, read, required, slots_of, takes_all
from skills.effect import EFFECT_TIMEOUT_S, Effect
from skills.grammar.cache import Cache
from skills.model import Cause, Outcome, Reply, Request, Risk, SkillError
from skills.watch import Finding, Sight, Urgency, Watch

API = "1"
"""The version of this interface. It moves only when a skill written for the one before would break."""

OUR_NAMES = frozenset(
    {
        *("alarm", "device", "event", "journal", "learned", "list", "notice", "reminder", "routine", "satellite"),
        *("habit", "memory", "mqtt", "plan", "project", "right", "timer", "voice", "watch"),
    }
)
"""What the daemon's own effects begin with: a skill that offered a ``device.call`` would keep it from starting."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")

Answering = TypeVar("Answering", bound=Callable[..., Awaitable[Reply]])
Acting = TypeVar("Acting", bound=Callable[..., Awaitable[Outcome]])
Looking = TypeVar("Looking", bound=Callable[[Sight], Finding | None])
Telling = TypeVar("Telling", bound=Saying)
Living = TypeVar("Living", bound=Callable[..., AbstractAsyncContextManager[object]])
P = TypeVar("P", bound=BaseModel)


@dataclass(frozen=True, slots=True, eq=False)
class Handler:
    """One function of a skill that answers one intent; await it with the request."""

    skill: str
    intent: str
    function: Callable[..., Awaitable[Reply]]
    domains: frozenset[str] | None = None
    """The domains of the targets it answers for; ``None``: all that no other handler has."""
    settings: object | None = None

    async def __call__(self, request: Request) -> Reply:
        """Return what the function answers; it is given the slots it has parameters for, and the skill's settings.

        Raises:
            SkillError: the sentence did not bring a slot that the function cannot do without.
        """
        slots = request.match.slots
        needed, taken = _slots(self.function)
        missing = sorted(needed - slots.keys())
        if missing:
            raise SkillError(f"{self.intent!r} of skill {self.skill!r} came without its slot {missing[0]!r}")
        given = {name: value for name, value in slots.items() if taken is None or name in taken}
        return await self.function(replace(request, settings=self.settings), **given)


class Skill:
    """One plug-in: a name, and the tables its decorators fill. It holds no state and opens nothing by itself."""

    def __init__(self, name: str, *, api: str = API, settings: type[BaseModel] | None = None) -> None:
        if not _NAME.fullmatch(name):
            raise SkillError(f"a skill's name is lower-case letters, digits and '_', not {name!r}")
        self.name = name
        self.api = api
        self.settings = settings
        self._handlers: dict[tuple[str, str | None], Handler] = {}
        self._effects: dict[str, Callable[[object | None], Effect]] = {}
        self._sources: list[Path | Document] = []
        self._watches: list[Watch] = []
        self._parts: list[Part] = []
        self._lifespan: Callable[..., AbstractAsyncContextManager[object]] | None = None

    def command(self, *templates: str, language: str = "en") -> Callable[[Answering], Answering]:
        """Bind sentences in Home Assistant's template form to the intent ``<skill>.<function>``.

        A slot's words follow from its parameter: ``str`` takes any words, ``int`` and ``float`` a number, a
        ``Literal`` of strings these words; ``{list:slot}`` takes a named list, and ``{name}``, ``{area}``,
        ``{floor}`` are the house's. Without templates, the sentences are in the documents given to `sentences`.

        Raises:
            SkillError: a slot has no parameter, or a parameter without a default has no slot.
        """

        def bind(function: Answering) -> Answering:
            intent = f"{self.name}.{function.__name__}"
            self._bind(Handler(self.name, intent, function))
            if templates:
                self._sources.append(from_templates(intent, function, templates, language=language))
            return function

        return bind

    def handles(self, intent: str, *, domains: Sequence[str] | None = None) -> Callable[[Answering], Answering]:
        """Bind the handler to an intent that has sentences elsewhere (``HassTurnOn``), for targets of some domains.

        Its parameters beside the request are the slots it wants; one that may be missing needs a default.
        """

        def bind(function: Answering) -> Answering:
            self._bind(Handler(self.name, intent, function, None if domains is None else frozenset(domains)))
            return function

        return bind

    def sentences(self, source: Path | Document) -> None:
        """Add sentences in Home Assistant's custom-sentence form.

        A document needs its ``language``. A file says it in its name (``laundry.en.yaml``). Of a folder,
        ``<skill>.<language>.yaml`` is read. Files are read when a language is asked for, not now.
        """
        self._sources.append(source)

    def effect(
        self,
        name: str,
        *,
        risk: Risk | Callable[[P], Risk],
        parameters: type[P] | None = None,
        describe: Callable[[P], str] | None = None,
        timeout_s: float = EFFECT_TIMEOUT_S,
    ) -> Callable[[Acting], Acting]:
        """Offer the effect ``<skill>.<name>``. Only the gateway calls the function, after policy and journal.

        The function takes what its annotations say, in any order: an instance of `parameters`, the `Cause`, the
        skill's settings. `describe` gives the words for confirmation and journal, ``start the washing machine``; by
        default the first line of the function's docstring.

        Raises:
            SkillError: the name is taken, or Hearth's own, or the function wants something else.
        """
        full = f"{self.name}.{name}"
        if self.name in OUR_NAMES:
            raise SkillError(f"{full!r} would be an effect of Hearth itself: give the skill another name")
        model: type[BaseModel] = parameters or Parameters

        def risk_of(given: BaseModel) -> Risk:
            return risk(cast("P", given)) if callable(risk) else risk

        def bind(function: Acting) -> Acting:
            if full in self._effects:
                raise SkillError(f"effect {full!r} is there twice")
            wants = self._wants(function, full, parameters)
            words = _first_line(function) or f"{name.replace('_', ' ')} ({self.name})"

            def said(given: BaseModel) -> str:
                return describe(cast("P", given)) if describe else words

            def effect(settings: object | None) -> Effect:
                return Effect(full, model, risk_of, _executing(function, wants, settings), said, timeout_s)

            self._effects[full] = effect
            return function

        return bind

    def watch(
        self,
        name: str,
        *,
        what: str,
        words: Sequence[str],
        about: Callable[[Entity], bool],
        beside: Callable[[Entity], bool] | None = None,
        after: Callable[[Sight], bool] | None = None,
        for_s: float = 0.0,
        clear_s: float = 60.0,
        every_s: float | None = None,
        urgency: Urgency = "normal",
    ) -> Callable[[Looking], Looking]:
        """Tell people about states by itself: the function returns what to say of one thing, or ``None``.

        It is called at each report of what the watch is `about`, and of what is `beside` it (the weather, for a
        window); it must be quick and must not wait. What it finds is told once it has found it for `for_s` seconds
        without a break, once only until it has found nothing for `clear_s` seconds, or again every `every_s`. With
        `after`, that must have been so first: a machine that is done was running. `what` says to people what is told,
        `words` are what they call it when they want to hear no more of it.

        Raises:
            SkillError: the name is taken.
        """
        full = f"{self.name}.{name}"

        def bind(function: Looking) -> Looking:
            if any(watch.name == full for watch in self._watches):
                raise SkillError(f"watch {full!r} is there twice")
            self._watches.append(
                Watch(
                    self.name,
                    full,
                    what,
                    tuple(words),
                    function,
                    about,
                    beside,
                    after,
                    for_s,
                    clear_s,
                    every_s,
                    urgency,
                )
            )
            return function

        return bind

    def briefing(self, kind: str, *, order: int = 50) -> Callable[[Telling], Telling]:
        """Have a part in the ``morning`` or the ``evening`` briefing: the function returns what to say, or nothing.

        It is a sentence without a full stop, or several; short, since it is one of many. Smaller numbers come first.
        """

        def bind(function: Telling) -> Telling:
            self._parts.append(Part(self.name, kind, order, function))
            return function

        return bind

    def watches(self, settings: object | None = None) -> Sequence[Watch]:
        """Return what the skill tells by itself."""
        return [replace(watch, settings=settings) for watch in self._watches]

    def parts(self) -> Sequence[Part]:
        """Return its parts of briefings."""
        return tuple(self._parts)

    def lifespan(self, enter: Living) -> Living:
        """Give the async context manager that the daemon holds open while the skill is enabled.

        It is called without arguments, or with the skill's settings if it has a parameter.
        """
        if self._lifespan is not None:
            raise SkillError(f"skill {self.name!r} has two lifespans")
        self._lifespan = enter
        return enter

    def handlers(self, settings: object | None = None) -> Sequence[Handler]:
        """Return the handlers, ready to be awaited with a request."""
        return [replace(handler, settings=settings) for handler in dict.fromkeys(self._handlers.values())]

    def effects(self, settings: object | None = None) -> Sequence[Effect]:
        """Return the effects for the gateway's table."""
        return [effect(settings) for effect in self._effects.values()]

    @property
    def has_lifespan(self) -> bool:
        """Whether there is something to hold open."""
        return self._lifespan is not None

    def open(self, settings: object | None = None) -> AbstractAsyncContextManager[object]:
        """Return the skill's lifespan, not entered yet; one that does nothing if it has none."""
        if self._lifespan is None:
            return nullcontext()
        return self._lifespan(settings) if inspect.signature(self._lifespan).parameters else self._lifespan()

    def documents(self, language: str, cache: Cache | None = None) -> Sequence[Document]:
        """Return every sentence document of the language, of which regions are not told apart; reads the files.

        A folder of sentences need not have a file for every language.

        Raises:
            SkillError: a file cannot be read, is no sentence document, or has a command that no handler answers.
        """
        language = language.partition("-")[0]
        own = f"{self.name}.{language}.yaml"
        documents: list[Document] = []
        for source in self._sources:
            if isinstance(source, Path) and source.is_dir():
                found = read(source / own, language, cache) if (source / own).exists() else None
            else:
                found = read(source, language, cache)
            documents += [] if found is None else [found]
        handled = {intent for intent, _ in self._handlers}
        for intent in sorted(frozenset[str]().union(*map(intents_of, documents)) - handled):
            if intent.startswith(f"{self.name}."):
                raise SkillError(f"skill {self.name!r} has sentences for {intent!r}, but no handler")
        return documents

    def _bind(self, handler: Handler) -> None:
        if not inspect.iscoroutinefunction(handler.function):
            raise SkillError(f"the handler of {handler.intent!r} must be an 'async def'")
        if not inspect.signature(handler.function).parameters:
            raise SkillError(f"the handler of {handler.intent!r} must take the request as its first parameter")
        for domain in handler.domains or (None,):
            if (handler.intent, domain) in self._handlers:
                about = f" for {domain!r}" if domain else ""
                raise SkillError(f"skill {self.name!r} handles {handler.intent!r}{about} twice")
            self._handlers[handler.intent, domain] = handler

    def _wants(self, function: Callable[..., object], full: str, parameters: type[BaseModel] | None) -> list[object]:
        """Return what the function of an effect takes, in the order of its parameters."""
        hints = hints_of(function, full)
        wants = [hints.get(parameter) for parameter in inspect.signature(function).parameters]
        allowed: dict[object, str] = {kind: kind.__name__ for kind in (parameters, Cause, self.settings) if kind}
        if any(kind not in allowed for kind in wants):
            names = " and ".join(allowed.values())
            raise SkillError(f"the function of effect {full!r} may take {names}, each annotated, and nothing else")
        return wants


@cache
def _slots(function: Callable[..., object]) -> tuple[frozenset[str], frozenset[str] | None]:
    """Return the slots that a handler cannot do without, and those that it takes; ``None`` if it takes all."""
    taken = None if takes_all(function) else frozenset(parameter.name for parameter in slots_of(function))
    return required(function), taken


def _executing(
    function: Callable[..., Awaitable[Outcome]], wants: Sequence[object], settings: object | None
) -> Callable[[BaseModel, Cause], Awaitable[Outcome]]:
    def execute(parameters: BaseModel, cause: Cause) -> Awaitable[Outcome]:
        given: Mapping[object, object] = {type(settings): settings, type(parameters): parameters, Cause: cause}
        return function(*(given[kind] for kind in wants))

    return execute


def _first_line(function: Callable[..., object]) -> str:
    line = (inspect.getdoc(function) or "").partition("\n")[0].strip().rstrip(".")
    return line[:1].lower() + line[1:]
