"""Announcements: what one person wants said in another room, or in all of them."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from devices.model import AreaId, HomeView
from skills.actions import SatelliteAnnounce
from skills.builtin.words import listing, room
from skills.effect import Effect, change
from skills.language import ENGLISH, current, say
from skills.model import Cause, Outcome, Verdict

SAY_S = 8.0
"""The longest until an announcement begins: a turn that is under way in a room is waited for."""


class Speaker(Protocol):
    """What says something in a room: `daemon.rooms.Rooms`, as for `daemon.channels.speech`."""

    def speaks_in(self, area: AreaId | None) -> bool:
        """Say whether there is a loudspeaker in a room; with ``None``: anywhere."""
        ...

    async def say(self, text: str, area: AreaId | None, *, key: str, language: str) -> bool:
        """Begin to say a text in its language; return once it is being said, False if it is not."""
        ...

    async def hush(self, key: str) -> None:
        """Stop saying what is said, or waits to be said, under a key."""
        ...


class Announcing:
    """The effect behind "announce in the kitchen …" and "tell everyone …"."""

    def __init__(self, home: HomeView, speaker: Speaker) -> None:
        self._home, self._speaker = home, speaker

    def effects(self) -> Sequence[Effect]:
        """Return it. What was said cannot be unsaid, and does no harm."""
        return [change(SatelliteAnnounce, "satellite.announce", self._announce, _said)]

    async def _announce(self, given: SatelliteAnnounce, cause: Cause) -> Outcome:
        loud = [area.id for area in self._home.areas() if self._speaker.speaks_in(area.id)]
        silent = [self._called(area) for area in given.areas if area not in loud]
        wanted: Sequence[AreaId | None] = [area for area in given.areas or loud if area in loud and area != given.but]
        if not wanted and not given.areas and self._speaker.speaks_in(None):
            wanted = [None]  # the only room with one is where it was asked for, or nobody knows where it stands
        if not wanted:
            return Outcome(Verdict.FAILED, say("there is no loudspeaker {where}", where=_where(silent)))
        async with asyncio.TaskGroup() as group:
            saying = [
                group.create_task(self._say(given.text, area, f"announcement/{cause.id}/{area}")) for area in wanted
            ]
        mute = [self._called(area) for area, task in zip(wanted, saying, strict=True) if not task.result()]
        problems = [say("no loudspeaker {where} took it", where=_where(mute))] if mute else []
        problems += [say("there is no loudspeaker {where}", where=_where(silent))] if silent else []
        if not problems:
            return Outcome(Verdict.DONE)
        return Outcome(Verdict.FAILED if len(mute) == len(wanted) else Verdict.PARTLY, "; ".join(problems))

    async def _say(self, text: str, area: AreaId | None, key: str) -> bool:
        try:
            async with asyncio.timeout(SAY_S):
                return await self._speaker.say(text, area, key=key, language=current().code)
        except TimeoutError:
            # Said much later it would be news of yesterday.
            await self._speaker.hush(key)
            return False

    def _called(self, area: AreaId | None) -> str:
        found = self._home.area(area) if area is not None else None
        return (
            (found.name.lower() if current().code == ENGLISH else found.name) if found is not None else area or "house"
        )


def _said(given: SatelliteAnnounce) -> str:
    return say("announce: {text}", text=given.text)


def _where(rooms: Sequence[str]) -> str:
    return f"{room(listing(rooms, 'or')):in}" if rooms else say("in the house")
