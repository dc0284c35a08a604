"""The first rungs: what the sentences make of a text, then the words taught here, then what is remembered."""

from dataclasses import replace
from typing import Protocol

from daemon.grammars import LATE, Grammars
from daemon.learning.lesson import Teacher
from devices.home import Home
from devices.model import AreaId
from skills.facts import FactsView
from skills.grammar.model import Context, Decision, Understanding
from skills.model import Match, PersonId, Utterance

UNFINISHED = frozenset({"routine_drafts.ask"})
"""Commands of which something is missing: what somebody says for good, "never play the radio", comes before them."""

SUGGESTING = frozenset({"habits.never", "habits.quiet"})
"""Commands that say "never" themselves."""


class Remembers(FactsView, Protocol):
    """What was told, and what of it a text means that is no sentence of any skill."""

    def unheard(self, person: PersonId | None, area: AreaId | None) -> bool:
        """Return whether nothing that is said there is to be kept."""
        ...

    def instructed(self, utterance: Utterance) -> Match | None:
        """Return the standing instruction that a text is, where it is of a form that acts: it is never a command."""
        ...

    def beside(self, utterance: Utterance) -> tuple[str, Match] | None:
        """Return the order in a text that also asks for something to be remembered, and what that is."""
        ...

    async def meaning(self, utterance: Utterance) -> Match | None:
        """Return what is told or asked; ``None`` if it is nothing that is remembered."""
        ...


class Rungs:
    """Asks one after the other what was meant; none of them waits for a model."""

    def __init__(self, home: Home, grammars: Grammars, learning: Teacher | None, memory: Remembers | None) -> None:
        """Take the house, and who may know what a text means."""
        self._home, self._grammars, self._learning, self._memory = home, grammars, learning, memory

    async def understood(self, utterance: Utterance, context: Context) -> tuple[Understanding, str]:
        """Return what was meant, and who understood it: the words of the household come after the sentences."""
        language, understand = utterance.language, self._grammars.understand
        beside = self._memory.beside(utterance) if self._memory is not None else None
        if beside is not None:
            ordered = await understand(language, beside[0], self._home, context)
            if ordered.decision is Decision.ACT and all(match.intent not in UNFINISHED for match in ordered.matches):
                return replace(ordered, matches=(*ordered.matches, beside[1])), "grammar"
        told = self._memory.instructed(utterance) if self._memory is not None else None
        if told is not None and not await self._is_about_suggestions(utterance, context):
            return Understanding(Decision.ACT, (told,), confidence=1.0, reason="memory"), "memory"
        meaning = await understand(language, utterance.text, self._home, context)
        unfinished = any(match.intent in UNFINISHED for match in meaning.matches)
        if meaning.reason == LATE or (meaning.decision is Decision.ACT and not unfinished):
            return meaning, "grammar"
        taught = await self._taught(utterance, context)
        if taught is not None:
            return taught, "paraphrase"
        if self._memory is None or meaning.decision is Decision.ASK:
            return meaning, "grammar"
        told = await self._memory.meaning(utterance)
        if told is None:
            return meaning, "grammar"
        return Understanding(Decision.ACT, (told,), confidence=1.0, reason="memory"), "memory"

    async def _is_about_suggestions(self, utterance: Utterance, context: Context) -> bool:
        """Return whether what is never to be done again is to suggest something, which has a skill of its own."""
        meaning = await self._grammars.understand(utterance.language, utterance.text, self._home, context)
        acts = meaning.decision is Decision.ACT
        return acts and all(match.intent in SUGGESTING for match in meaning.matches)

    async def _taught(self, utterance: Utterance, context: Context) -> Understanding | None:
        """Return what words of the household stand for; ``None`` if nobody taught them."""
        if self._learning is None:
            return None
        language = utterance.language
        command = self._learning.reworded(utterance.text, language)
        if command is None:
            return None
        taught = await self._grammars.understand(language, command, self._home, replace(context, history=()))
        return taught if taught.decision in (Decision.ACT, Decision.ASK) else None
