"""What a wish to forget reaches: one's own, and of what is everybody's as much as whoever wishes it may decide."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from daemon.remembering.opening import Opening
from skills.facts import Chosen
from skills.model import PersonId

if TYPE_CHECKING:
    from daemon.memory import Selection


async def selection_of(
    opening: Opening, chosen: Chosen, who: str | None, *, memories: Sequence[int] = (), facts: Sequence[int] = ()
) -> "Selection":
    """Return what is to be forgotten; ``memories`` and ``facts`` are named one by one.

    Grown-ups decide of all that the house knows. Children have only forgotten what they said or what is about them,
    and guests and voices that nobody knows nothing: they would take from everybody.
    """
    from daemon.memory import FactId, MemoryId, Selection

    person = None if who is None else PersonId(who)
    owner, decides = opening.owner(person), opening.is_grown_up(person)
    if owner is None and not decides:
        return Selection()
    named, also = list(facts), list(memories)
    if named or (also and not decides):
        memory = await opening.memory()
        known = [fact for fact in await memory.facts(person=owner) if fact.id in named]
        if not decides:
            known = [fact for fact in known if fact.person == owner]
            found = [await memory.get(MemoryId(one), person=owner) for one in also]
            also = [one.id for one in found if one is not None and one.note.person == owner]
            named = [fact.id for fact in known if fact.id is not None]
        # What a fact was taken from says it still.
        also += [fact.source for fact in known if fact.source is not None]
    # A stretch of time is about what one said oneself.
    mine = owner if not decides or chosen.since or chosen.until else None
    by_kind = chosen.topic or chosen.since or chosen.until
    return Selection(
        [*map(MemoryId, also)],
        [*map(FactId, named)],
        chosen.topic,
        mine if by_kind else None,
        chosen.since,
        chosen.until,
        chosen.everything,
    )
