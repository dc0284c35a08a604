"""What people said, found again: by what it was about, by when it was, and for questions that no fact answers."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from daemon.clock import Clock
from daemon.remembering.inferring import is_question
from daemon.remembering.opening import HEARTH, Opening
from skills.facts import Said
from skills.model import PersonId

if TYPE_CHECKING:
    from daemon.memory import Hit
    from daemon.memory.rows import Kept

MOST_READ = 300
"""As many of the newest memories are read for what was said in a stretch of time."""
LEAST_TERMS = 2
_AMOUNTS = frozenset({"much", "many", "long", "often", "old", "viel", "viele", "lang", "oft", "alt", "kind"})
"""Words that ask for an answer which does not repeat them."""
LONG = 5
"""Letters of a word that is enough alone to tell that somebody spoke of what they ask of themselves."""


class Recalling:
    """Finds what was said, for whoever may know it; questions and what was answered are not told again."""

    def __init__(self, opening: Opening, clock: Clock, zone: tzinfo) -> None:
        self._opening, self._clock, self._zone = opening, clock, zone

    async def said(self, words: str, *, who: PersonId | None, most: int) -> Sequence[Said]:
        """Return what was said about something, or in a time if nothing but a time is named; in the order it was."""
        from daemon.memory.question import window_of
        from daemon.memory.stems import terms

        window, rest = window_of(words, self._clock.now().astimezone(self._zone))
        wanted = set(terms(words))
        if window is not None and not terms(rest):
            found = [one for one in await self._since(window[0], who) if one.note.at < window[1]]
            return [self._kept(one, who) for one in found if _is_told(one)][-most:]
        hits = await (await self._opening.memory()).search(words, person=who, k=4 * most)
        # What was answered mostly repeats what was said; what shares no word is a guess, and told only if it is alone.
        # Nor does a question tell anything; what was only asked about, nobody told.
        spoken = [hit for hit in hits if hit.speaker != HEARTH]
        close = [hit for hit in spoken if wanted & set(terms(hit.text))]
        near = [hit for hit in close or spoken[:1] if not is_question(hit.text)]
        return [self._hit(hit, who) for hit in sorted(near[:most], key=lambda hit: hit.at)]

    async def told_before(self, question: str, *, who: PersonId | None) -> Sequence[Said]:
        """Return the newest thing that was said with all the words of a question; nothing where that is a guess."""
        from daemon.memory.stems import terms
        from daemon.remembering.questions import is_ours

        wanted = set(terms(question)) - _AMOUNTS
        alone = is_ours(question) and any(len(term) >= LONG for term in wanted)
        if len(wanted) < LEAST_TERMS and not alone:
            return ()
        memory = await self._opening.memory()
        hits = await memory.search(question, person=who, k=12)
        # What was put right, or is so no longer, is no answer, though it was said.
        over = {fact.source for fact in await memory.facts(person=who) if fact.valid_until or fact.known_until}
        told = [hit for hit in hits if hit.speaker != HEARTH and not hit.tainted and hit.id not in over]
        told = [hit for hit in told if not is_question(hit.text)]
        close = [hit for hit in told if wanted <= set(terms(hit.text))]
        return [self._hit(hit, who) for hit in sorted(close, key=lambda hit: hit.at)[-1:]]

    async def just_said(self, since: datetime, *, who: PersonId | None) -> Sequence[int]:
        """Return what somebody said since then, and what was answered, by its numbers."""
        return [one.id for one in await self._since(since, who) if who is not None and one.note.person == who]

    async def _since(self, since: datetime, who: PersonId | None) -> "Sequence[Kept]":
        found = await (await self._opening.memory()).listed(person=who, most=MOST_READ)
        return sorted((one for one in found if one.note.at >= since), key=lambda one: one.note.at)

    def _hit(self, hit: "Hit", who: PersonId | None) -> Said:
        name = hit.speaker or self._opening.name(hit.person)
        return Said(hit.id, hit.text, hit.at, name, who is not None and hit.person == who)

    def _kept(self, kept: "Kept", who: PersonId | None) -> Said:
        note = kept.note
        name = note.speaker or self._opening.name(note.person)
        return Said(kept.id, note.text, note.at, name, who is not None and note.person == who)


def _is_told(kept: "Kept") -> bool:
    note = kept.note
    return note.speaker != HEARTH and not note.tainted and not is_question(note.text)
