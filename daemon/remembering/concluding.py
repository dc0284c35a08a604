"""What was concluded of something that somebody said: kept as inferred, with the words that it came from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from daemon.clock import Clock
from daemon.heeding import Heeding
from daemon.remembering.inferring import Inferred, inferred
from daemon.remembering.opening import Opening
from daemon.remembering.wondering import Wondering
from skills.model import PersonId

if TYPE_CHECKING:
    from daemon.memory import MemoryId, Note

OFF = "off"


class Concluding:
    """Draws conclusions by form, and keeps them, whoever drew them."""

    def __init__(self, opening: Opening, clock: Clock, wondering: Wondering, heeding: Heeding) -> None:
        """``wondering`` asks about them at a good moment; ``heeding`` knows who wants none to be drawn."""
        self._opening, self._clock, self._wondering, self._heeding = opening, clock, wondering, heeding

    def may(self, person: PersonId) -> bool:
        """Say whether somebody lets conclusions be drawn of what they say."""
        return self._heeding.of(person, "concluding") != OFF

    async def conclude(self, note: "Note", number: "MemoryId") -> None:
        """Keep what the form of something that was said lets one conclude."""
        if not note.tainted:
            await self.keep(inferred(note.text, note.at), note, number)

    async def keep(self, found: Sequence[Inferred], note: "Note", number: "MemoryId") -> int:
        """Keep conclusions from a memory of somebody's, and return how many were new."""
        from daemon.memory import Fact
        from daemon.memory.model import Assurance

        if not found or note.person is None or not self.may(note.person):
            return 0
        memory, me, kept = await self._opening.memory(), note.person.casefold(), 0
        for one in found:
            subject = me if one.subject is None else f"{me}'s {one.subject.removeprefix('my ').removeprefix('meine ')}"
            held = await memory.recall_facts(subject, one.relation, person=note.person)
            if any(fact.assurance != Assurance.INFERRED or fact.object == one.thing for fact in held.facts):
                # What somebody said outright is not put in doubt by what they said by the way.
                continue
            fact = Fact(subject, one.relation, one.thing, one.text, "fact", note.person, note.visibility, number)
            await memory.remember(
                replace(
                    fact,
                    confidence=one.confidence,
                    assurance=Assurance.INFERRED,
                    known_from=note.at,
                    expires_at=one.expires_at,
                )
            )
            kept += 1
        if kept:
            await self._wondering.refresh(self._clock.now())
        return kept
