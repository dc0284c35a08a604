"""The engine of a house that routines are told to: what is no command may wish for a routine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from devices.model import EntityId, HomeView
from skills.grammar.model import Context, Decision, Outlook, Understander, Understanding
from skills.grammar.plain.clauses import says_when
from skills.grammar.plain.deeds import WHOEVER
from skills.grammar.plain.drafting import Household, draft
from skills.grammar.plain.model import Draft, Unclear
from skills.grammar.plain.speech import speech
from skills.language import speaking
from skills.model import Match, PersonId

DRAFT, ASK = "routine_drafts.draft", "routine_drafts.ask"
"""The intents that a sentence has that wishes for a routine; nothing of it is done, it is read back or asked about."""

CONFIDENCE = 0.9

_AT_ONCE = ("Hass", "announcing.")
"""How intents begin that do something as soon as they are understood; reminders and the like wait by themselves."""

_LEFT_ALONE = frozenset({"empty", "too-long", "too-hard", "quotation", "taken-back"})
"""Reasons of the engine's for which nothing else is looked for."""


class Wishes:
    """An `Understander` that also knows routines; commands are what they are for the engine in it."""

    def __init__(
        self, engine: Understander, language: str, people: Mapping[PersonId, str] = MappingProxyType({})
    ) -> None:
        """Take the engine of a language; ``people`` are the household's, by what they are called."""
        self._engine, self._language = engine, language
        self._people = {EntityId(f"person.{key}"): name for key, name in people.items()}
        self._notify = {f"person.{key}": f"notify.{key}" for key in people} | {"all": WHOEVER}

    def understand(self, text: str, home: HomeView, context: Context) -> Understanding:
        """Return what `text` means: a command, else a routine to be read back, else what the engine says of it."""
        meant = self._engine.understand(text, home, context)
        at_once = meant.decision is Decision.ACT and not self._is_later(text, meant)
        if at_once or meant.reason in _LEFT_ALONE:
            return meant
        return self._wished(text, home, context) or meant

    def at_once(self, text: str, home: HomeView, context: Context) -> Understanding | None:
        """Return a command that is found out in a moment; a routine never is."""
        meant = self._engine.at_once(text, home, context)
        if meant is None or meant.decision is not Decision.ACT or self._is_later(text, meant):
            return None
        return meant

    def warm(self) -> None:
        """Work out beforehand what the first texts would wait for."""
        self._engine.warm()

    def outlook(self, text: str, home: HomeView, context: Context) -> Outlook:
        """Return what `text` means so far, and whether that is all."""
        return self._engine.outlook(text, home, context)

    def explain(self, text: str, home: HomeView, context: Context) -> Sequence[str]:
        """Return in lines how `text` can be read; of a routine what it is taken for."""
        lines = self._engine.explain(text, home, context)
        meant = self._wished(text, home, context)
        if meant is None or self._engine.understand(text, home, context).decision is Decision.ACT:
            return lines
        return [*lines, f"routine: {dict(meant.matches[0].slots)}"]

    def examples(self, limit: int = 20) -> Sequence[str]:
        """Return sentences that would be understood in any house."""
        return self._engine.examples(limit)

    def _is_later(self, text: str, meant: Understanding) -> bool:
        """Return whether a command that would be carried out now was said with a "when" or an "every"."""
        known = speech(self._language)
        now = all(match.intent.startswith(_AT_ONCE) and "Timer" not in match.intent for match in meant.matches)
        return known is not None and now and says_when(text, known)

    def _wished(self, text: str, home: HomeView, context: Context) -> Understanding | None:
        understand = self._reader(home, context)
        with speaking(self._language):
            meant = draft(text, Household(home, understand, context.person, self._notify, self._people), self._language)
        match meant:
            case Draft(definition=definition):
                match_ = Match(DRAFT, {"definition": dict(definition), "said": text})
            case Unclear(question=question):
                match_ = Match(ASK, {"question": question})
            case None:
                return None
        return Understanding(Decision.ACT, (match_,), confidence=CONFIDENCE, reason="routine")

    def _reader(self, home: HomeView, context: Context) -> Callable[[str, Context], Understanding]:
        """Return how the commands inside of a routine are read: as if nothing was said before, and nowhere."""
        known: dict[tuple[str, Context], Understanding] = {}

        def read(text: str, where: Context) -> Understanding:
            key = (text, where)
            if key not in known:
                known[key] = self._engine.understand(text, home, replace(where, person=context.person))
            return known[key]

        return read
