"""What one person wants others to hear: said in other rooms, passed on to somebody, or told them over the intercom."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from daemon.household import Household
from daemon.notify.model import Announce, Notice
from devices.model import AreaId, HomeView
from skills.actions import SatelliteAnnounce
from skills.builtin.words import listing, room
from skills.effect import Effect, change
from skills.language import ENGLISH, current, say
from skills.model import Cause, Origin, Outcome, Verdict
from skills.reaching import NoticeTell, SatelliteIntercom, satellite_intercom
from voice.intercom import Refused

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

    async def connect(self, here: AreaId, there: AreaId) -> Refused | None:
        """Let the room in which this was just asked for talk with another; return why it cannot, else ``None``."""
        ...

    async def hang_up(self, area: AreaId) -> None:
        """End what a room talks about with another one."""
        ...


class Announcing:
    """The effects behind "announce in the kitchen …", "tell everyone …" and "intercom to the kitchen"."""

    def __init__(self, home: HomeView, speaker: Speaker) -> None:
        self._home, self._speaker = home, speaker
        self.spared: Callable[[], Collection[AreaId]] = tuple
        """Returns the rooms in which nothing is said now that does not name them."""

    def effects(self) -> Sequence[Effect]:
        """Return them. What was said cannot be unsaid, and does no harm."""
        return [
            change(SatelliteAnnounce, "satellite.announce", self._announce, _said),
            change(SatelliteIntercom, "satellite.intercom", self._intercom, self._opened),
        ]

    async def _intercom(self, given: SatelliteIntercom, cause: Cause) -> Outcome:
        if given.there is None:
            await self._speaker.hang_up(given.here)
            return Outcome(Verdict.DONE)
        # A microphone is opened for whoever speaks in the other room, and for no routine, page or message.
        if cause.origin is not Origin.VOICE or cause.tainted:
            return Outcome(Verdict.FAILED, _refusal(Refused.NOT_FROM_HERE, self._called(given.there)))
        refused = await self._speaker.connect(given.here, given.there)
        if refused is not None:
            return Outcome(Verdict.FAILED, _refusal(refused, self._called(given.there)))
        return Outcome(Verdict.DONE, undo=satellite_intercom(given.here))

    def _opened(self, given: SatelliteIntercom) -> str:
        if given.there is None:
            return say("hang up")
        return say("open the intercom {where}", where=_where([self._called(given.there)]))

    async def _announce(self, given: SatelliteAnnounce, cause: Cause) -> Outcome:
        loud = [area.id for area in self._home.areas() if self._speaker.speaks_in(area.id)]
        silent = [self._called(area) for area in given.areas if area not in loud]
        spared = () if given.areas else self.spared()
        wanted: Sequence[AreaId | None] = [
            area for area in given.areas or loud if area in loud and area != given.but and area not in spared
        ]
        if not wanted and not given.areas and not spared and self._speaker.speaks_in(None):
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


def _refusal(why: Refused, called: str) -> str:
    where = _where([called])
    match why:
        case Refused.MUTED:
            return say("a microphone is muted here or {where}", where=where)
        case Refused.NOT_FROM_HERE:
            return say("the intercom is opened by voice, from the room that wants to talk")
        case Refused.NOBODY_THERE:
            return say("there is no loudspeaker {where}", where=where)
        case Refused.BUSY:
            return say("somebody is talking to me {where} just now", where=where)


class PassingOn:
    """The effect behind "tell Anna …": told where she is believed to be, or else by what reaches her."""

    def __init__(self, household: Household, announce: Announce, now: Callable[[], datetime]) -> None:
        """``announce`` tells people: `daemon.notify.Notify.announce`."""
        self._household, self._announce, self._now = household, announce, now

    def effects(self) -> Sequence[Effect]:
        """Return it."""
        return [change(NoticeTell, "notice.tell", self._tell, _told)]

    async def _tell(self, given: NoticeTell, cause: Cause) -> Outcome:
        whom = self._household.person_named(given.person)
        if whom is None:
            return Outcome(Verdict.FAILED, say("{who} is not among the people of this house", who=given.person))
        sender = self._household.people.get(cause.person) if cause.person is not None else None
        text = given.text if sender is None else f"{sender.name}: {given.text}"
        reason = say("somebody asked me to tell you")
        await self._announce(Notice(text, "message", self._now(), cause, people=(whom.id,), reason=reason, asked=True))
        return Outcome(Verdict.DONE)


def _told(given: NoticeTell) -> str:
    return say("tell {who}: {text}", who=given.person, text=given.text)


def _said(given: SatelliteAnnounce) -> str:
    return say("announce: {text}", text=given.text)


def _where(rooms: Sequence[str]) -> str:
    return f"{room(listing(rooms, 'or')):in}" if rooms else say("in the house")
