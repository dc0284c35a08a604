"""The first rungs: sentences, then words taught here, a timer by its name, the shopping, then what is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from daemon.conversation.called import of_timer
from daemon.conversation.joining import PUT_ON_LIST, joined
from daemon.grammars import LATE, Grammars
from daemon.learning.lesson import Teacher
from daemon.learning.timeless import timeless
from devices.home import Home
from devices.model import AreaId
from skills.builtin.lists import SHOPPING, like
from skills.facts import FactsView
from skills.grammar.model import Context, Decision, Understanding
from skills.grammar.shopping import Remark, said_of_shopping
from skills.model import Match, PersonId, Utterance
from skills.views import AgendaView, AwayError

UNFINISHED = frozenset({"routine_drafts.ask"})
"""Commands of which something is missing: what somebody says for good, "never play the radio", comes before them."""

SUGGESTING = frozenset({"habits.never", "habits.quiet"})
"""Commands that say "never" themselves."""


_OF_THE_LIST = frozenset({Remark.GOT, Remark.DROPPED})


class Remembers(FactsView, Protocol):
    """What was told, and what of it a text means that is no sentence of any skill."""

    def unheard(self, person: PersonId | None, area: AreaId | None) -> bool:
        """Return whether nothing that is said there is to be kept."""
        ...

    async def instructed(self, utterance: Utterance) -> Match | None:
        """Return the standing instruction that a text is or takes back, where it is of such a form: never a command."""
        ...

    def beside(self, utterance: Utterance) -> tuple[str, Match] | None:
        """Return the order in a text that also asks for something to be remembered, and what that is."""
        ...

    async def meaning(self, utterance: Utterance) -> Match | None:
        """Return what is told or asked; ``None`` if it is nothing that is remembered."""
        ...


class Rungs:
    """Asks one after the other what was meant; none of them waits for a model."""

    def __init__(
        self, home: Home, grammars: Grammars, learning: Teacher | None, memory: Remembers | None, agenda: AgendaView
    ) -> None:
        """Take the house, and who may know what a text means; `agenda` tells what is on the shopping list."""
        self._home, self._grammars, self._learning, self._memory = home, grammars, learning, memory
        self._agenda = agenda

    async def understood(self, utterance: Utterance, context: Context) -> tuple[Understanding, str]:
        """Return what was meant, and who understood it: the words of the household come after the sentences."""
        language, understand = utterance.language, self._grammars.understand
        beside = self._memory.beside(utterance) if self._memory is not None else None
        if beside is not None:
            ordered = await understand(language, beside[0], self._home, context)
            if ordered.decision is Decision.ACT and all(match.intent not in UNFINISHED for match in ordered.matches):
                return replace(ordered, matches=(*ordered.matches, beside[1])), "grammar"
        told = await self._memory.instructed(utterance) if self._memory is not None else None
        if told is not None and not await self._is_about_suggestions(utterance, context):
            return Understanding(Decision.ACT, (told,), confidence=1.0, reason="memory"), "memory"
        meaning = await understand(language, utterance.text, self._home, context)
        unfinished = any(match.intent in UNFINISHED for match in meaning.matches)
        if meaning.reason == LATE or (meaning.decision is Decision.ACT and not unfinished):
            return replace(meaning, matches=joined(meaning.matches)), "grammar"
        taught = await self._taught(utterance, context)
        if taught is not None:
            return taught, "paraphrase"
        timer = of_timer(utterance.text, self._agenda) if meaning.decision is Decision.DEFER else None
        if timer is not None:
            return Understanding(Decision.ACT, (timer,), confidence=1.0, reason="timer"), "grammar"
        shopping = None if meaning.decision is Decision.ASK else await self._of_shopping(utterance, context)
        if shopping is not None:
            return Understanding(Decision.ACT, (shopping,), confidence=1.0, reason="shopping"), "grammar"
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

    async def _of_shopping(self, utterance: Utterance, context: Context) -> Match | None:
        """Return what is said of things one buys: that one is bought counts only of what is on the list."""
        said = said_of_shopping(utterance.text, utterance.language)
        if said is None:
            return None
        slots: dict[str, object] = {"items": said.items}
        if said.remark in _OF_THE_LIST and not await self._on_the_list(said.items):
            return None
        if said.remark is Remark.ALSO:
            before = await self._put_before(utterance.language, context)
            if before is None:
                return None
            slots |= before
        return Match(f"lists.{said.remark}", slots)

    async def _on_the_list(self, items: Sequence[str]) -> bool:
        try:
            left = [item for item in await self._agenda.items(SHOPPING) if not item.done]
        except AwayError:
            # Of a list that nobody can read now it is not known: "I got a cold" need not be about it.
            return False
        return all(like(item, left) for item in items)

    async def _put_before(self, language: str, context: Context) -> Mapping[str, object] | None:
        """Return on which list something was put just now; ``None`` if it was something else that was said last."""
        last = context.history[-1] if context.history else ""
        found = await self._grammars.understand(language, last, self._home, replace(context, history=()))
        if found.matches and found.matches[-1].intent in PUT_ON_LIST:
            name = found.matches[-1].slots.get("list")
            return {} if name is None else {"list": name}
        shopping = said_of_shopping(last, language)
        return {} if shopping is not None and shopping.remark in (Remark.SHORT, Remark.ALSO) else None

    async def _taught(self, utterance: Utterance, context: Context) -> Understanding | None:
        """Return what words of the household stand for; ``None`` if nobody taught them."""
        if self._learning is None:
            return None
        language = utterance.language
        command = self._learning.reworded(utterance.text, language)
        if command is None:
            words, when = timeless(utterance)
            known = self._learning.reworded(words, language) if when else None
            if known is None:
                return None
            command = f"{known} {when}"
        taught = await self._grammars.understand(language, command, self._home, replace(context, history=()))
        return taught if taught.decision in (Decision.ACT, Decision.ASK) else None
