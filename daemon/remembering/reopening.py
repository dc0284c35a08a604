"""What follows when somebody's sealed memory is opened or locked: what waited is taken in, or nothing of it counts."""

from functools import partial

from daemon.heeding import Heeding
from daemon.remembering.episodes import Conclude
from daemon.remembering.opening import HEARTH, Opening
from daemon.remembering.tending import Tending
from skills.model import PersonId


class Reopening:
    """Is told by the seals; fulfils `daemon.sealing.sealing.Changed`."""

    def __init__(self, opening: Opening, heeding: Heeding, tending: Tending, conclude: Conclude) -> None:
        """``conclude`` is told each thing that somebody said, once it is kept."""
        self._opening, self._heeding, self._tending, self._conclude = opening, heeding, tending, conclude

    async def __call__(self, person: PersonId, *, is_open: bool) -> None:
        """Bring all that reads the memory up to date."""
        memory = await self._opening.memory()
        await memory.look_anew()
        if is_open:
            await self._take_in(person)
        else:
            self._tending.drop(person)
        await self._tending.flush()
        await self._heeding.refresh()
        await self._tending.begin()

    async def _take_in(self, person: PersonId) -> None:
        """Take in what was said meanwhile, in its order; what a kill cuts off is begun again, and kept once."""
        from daemon.memory import putting
        from daemon.memory.model import shelf_of

        memory = await self._opening.memory()
        waiting = await memory.store.run_bare(partial(putting.waiting, shelf=shelf_of(person, "me")))
        for number, one in waiting.items():
            if one.told:
                await memory.take_in(one.note, outright=one.outright, language=one.language)
            else:
                kept = await memory.add(one.note)
                if kept is not None and one.note.speaker != HEARTH:
                    await self._conclude(one.note, kept)
            await memory.store.run_bare(partial(putting.taken, number=number))
