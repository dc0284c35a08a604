"""Tries a new name or paraphrase on a copy of the house, in a thread of its own: nobody waits for it."""

import asyncio
import gc
from collections.abc import Callable, Sequence

from daemon.grammars import Grammars
from daemon.learning.kept import SAID
from daemon.learning.lesson import Hint, Lesson
from devices.home import Called, Home
from devices.model import AreaId, Entity
from skills.actions import LearnName, LearnPhrase, learn_name, learn_phrase
from skills.grammar import paraphrases
from skills.grammar.paraphrases import House, Said
from skills.model import Action


class Trials:
    """Tests what may be learned, before it is."""

    def __init__(self, home: Home, grammars: Grammars) -> None:
        self._home, self._grammars = home, grammars

    async def no_name(self, given: LearnName, thing: Entity, called: Called, said: Sequence[Said]) -> str | None:
        """Return why a name is not to be given; ``None`` if nothing else would change by it."""
        copy = copied(self._home)

        def work() -> str | None:
            house = House(self._grammars.fresh(given.language), copy, given.language)
            return paraphrases.no_name(given.name, thing, house) or paraphrases.changed(
                given.name, thing, house, said, lambda: copy.call(thing.id, called)
            )

        return await _apart(work)

    async def no_phrase(self, given: LearnPhrase, area: AreaId | None) -> str | None:
        """Return why words said in an area are not to stand for a command; ``None`` if they mean nothing else."""
        grammar = await self._grammars.of(given.language)
        house = House(grammar, self._home, given.language)
        return paraphrases.no_paraphrase(given.phrase, given.command, house, outright=given.hint == SAID, area=area)

    async def wish(self, lesson: Lesson) -> Action | None:
        """Return what may be learned from a lesson; ``None`` if nothing."""
        language, area = lesson.utterance.language, lesson.utterance.area
        if lesson.hint is Hint.REPHRASED:
            if not paraphrases.akin(lesson.text, lesson.match, self._home):
                return None
            return learn_phrase(lesson.text, lesson.utterance.text, hint=lesson.hint, language=language)
        thing = self._home.entity(lesson.match.targets[0]) if len(lesson.match.targets) == 1 else None
        if thing is None:
            return None
        copy = copied(self._home)

        def work() -> str | None:
            house = House(self._grammars.fresh(language), copy, language)
            return paraphrases.stood_for(lesson.text, lesson.match, thing, house, area)

        words = await _apart(work)
        return None if words is None else learn_name(thing.id, words, hint=lesson.hint, language=language)


def copied(home: Home) -> Home:
    """Return a house with the same things in it, in which names can be tried."""
    copy = Home(floors=home.floors(), areas=home.areas())
    for entity in home.entities():
        copy.add(entity)
    return copy


async def _apart(work: Callable[[], str | None]) -> str | None:
    """Run a trial in a thread, and free the engine that it had."""
    result = await asyncio.to_thread(work)
    # An engine is full of cycles, and the collector looks seldom: ten megabytes would stay for each trial.
    await asyncio.to_thread(gc.collect)
    return result
