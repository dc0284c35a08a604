"""Speech in the rooms: one session for each satellite, what is said to them answered, and what there is to say said."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from daemon.conversation import Answer, Conversation, Status
from daemon.listening import Ears
from daemon.supervise import Condition, Health
from devices.home import Home
from devices.model import Area, AreaId, Entity
from devices.names import fold
from skills.grammar import model as grammar
from skills.model import Origin, PersonId
from voice.arbiter import Arbiter
from voice.endpoint import Completeness
from voice.model import NoSpeech, NotUnderstood, VoiceError
from voice.outside import Candidate, Reply, Said
from voice.satellite import Satellite
from voice.session import Session
from voice.wake import Watch

log = logging.getLogger("hearth." + __name__)

GUARDED = frozenset({"lock", "alarm_control_panel", "valve", "siren", "update", "script", "automation"})
"""Domains whose commands are waited out: a word more might turn them around."""
GUARDED_COVERS = frozenset({"garage", "gate", "door"})
# fmt: off
THANKS = frozenset({
    "thanks", "thank", "you", "very", "much", "cheers", "great", "perfect", "danke", "schön", "dankeschön", "vielen",
    "dank", "super",
})
# fmt: on
"""Who says nothing but these wants nothing more."""
OnReply = Callable[[str, str], None]
"""Is told what was said, empty if that is not known, and what is answered, before it is spoken."""


Hears = Callable[[str | None], bool]
"""Says whether a satellite in a room, as it names it, is to listen: `daemon.muting.Muting.hears`."""


def everywhere(room: str | None) -> bool:
    """Say yes: nothing is muted."""
    del room
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """Where and by whom something is said."""

    area: AreaId | None = None
    person: PersonId | None = None
    language: str | None = None


class Answering:
    """Answers what is heard at one place: `voice.outside.House` over the conversation."""

    def __init__(
        self,
        conversation: Conversation,
        home: Home,
        place: Place,
        *,
        speaks: bool = True,
        arbiter: Arbiter | None = None,
        hears: Hears = everywhere,
    ) -> None:
        """Without ``speaks`` everything is done and nothing said; without ``arbiter`` no other place is asked."""
        self._conversation, self._home, self._place = conversation, home, place
        self._speaks, self._arbiter, self._hears = speaks, arbiter, hears
        self.last: tuple[str, Answer] | None = None
        """What was answered last, and to which words."""
        self.on_reply: OnReply | None = None

    def complete(self, text: str, satellite: str) -> Completeness:
        """Return how whole a text is; what is about doors and alarms could always go on."""
        del satellite
        place = self._place
        outlook = self._conversation.outlook(text, area=place.area, person=place.person, language=place.language)
        if outlook.completeness is grammar.Completeness.EXTENDABLE and self._is_grave(outlook.meant):
            return Completeness.UNKNOWN
        return Completeness(outlook.completeness.value)

    def _is_grave(self, meant: grammar.Understanding) -> bool:
        targets = (self._home.entity(target) for match in meant.matches for target in match.targets)
        return any(target is not None and _is_guarded(target) for target in targets)

    async def claim(self, candidate: Candidate) -> bool:
        """Return whether this is the nearest of those that heard it, and not muted."""
        if not self._hears(candidate.room):
            return False
        return self._arbiter is None or await self._arbiter.claim(candidate)

    async def answer(self, said: Said) -> Reply:
        """Do what was said."""
        text, place = said.transcript.text, self._place
        if said.follow_up and THANKS.issuperset(text.split()):
            return Reply("", ours=False)
        answer = await self._conversation.answer(
            text, origin=Origin.VOICE, area=place.area, person=place.person, language=place.language
        )
        self.last = text, answer
        if said.follow_up and answer.status is Status.NOT_UNDERSTOOD:
            return Reply("", ours=False)
        self._tell(text, answer.reply)
        return self._spoken(answer.reply, expects=answer.status in (Status.ASKED, Status.WAITING))

    def apology(self, problem: VoiceError) -> Reply:
        """Return what to say when nothing could be answered."""
        reply = self._apology(problem)
        self._tell("", reply.text)
        return reply

    def _apology(self, problem: VoiceError) -> Reply:
        match problem:
            case NoSpeech():
                return Reply("")
            case NotUnderstood(guesses=(first, second, *_)):
                return self._spoken(f"Did you say: {first}, or: {second}?", expects=True)
            case NotUnderstood():
                return self._spoken("I did not understand that.")
            case _:
                return self._spoken("Something is wrong with my hearing. Ask hearth doctor.")

    def _tell(self, said: str, reply: str) -> None:
        if self.on_reply is not None and (said or reply):
            self.on_reply(said, reply)

    def _spoken(self, text: str, *, expects: bool = False) -> Reply:
        return Reply(text if self._speaks else "", expects)

    def interrupted(self, satellite: str, text: str, heard: str) -> None:
        """Take note that an answer was cut short."""
        log.debug("in %s, %d of %d letters were heard", satellite, len(heard), len(text))


class Rooms:
    """The satellites that are served; what speaks in a room, for whoever has something to tell."""

    def __init__(
        self,
        ears: Ears,
        home: Home,
        watch_of: Callable[[Satellite], Watch | None] = lambda _: None,
        hears: Hears = everywhere,
    ) -> None:
        """``watch_of`` makes what hears the wake word for a satellite that does not do so itself."""
        self._ears, self._home, self._watch_of, self._hears = ears, home, watch_of, hears
        self._conversation: Conversation | None = None
        self._arbiter = Arbiter()
        self._sessions: dict[str, Session] = {}
        self._satellites: dict[str, Satellite] = {}

    @property
    def sessions(self) -> Mapping[str, Session]:
        """Those that run, by the name of their satellite."""
        return self._sessions

    def answer_with(self, conversation: Conversation) -> None:
        """Have what is said answered; what speaks in the rooms is there before whoever answers in them."""
        self._conversation = conversation

    async def serve(self, satellite: Satellite, on_reply: OnReply | None = None) -> None:
        """Serve one satellite until it has no more to give, or this is cancelled; ``on_reply`` is for one that shows.

        Raises:
            VoiceError: the engines cannot be loaded, or another satellite is called the same.
        """
        assert self._conversation is not None
        if satellite.name in self._sessions:
            raise VoiceError(f"two satellites are called {satellite.name!r}; rename one of them")
        engines = await self._ears.engines()
        area = self._area_of(satellite)
        house = Answering(self._conversation, self._home, Place(area), arbiter=self._arbiter, hears=self._hears)
        house.on_reply = on_reply
        session = Session(satellite, house, engines, self._ears.settings, wake=self._watch_of(satellite))
        self._sessions[satellite.name], self._satellites[satellite.name] = session, satellite
        self._ears.place(satellite.name, area)
        try:
            await engines.recognizer()  # now, so that the first word is heard as quickly as the others
            await session.run()
        finally:
            del self._sessions[satellite.name], self._satellites[satellite.name]
            self._ears.displace(satellite.name)

    def health(self) -> Health:
        """Return which satellites are away."""
        gone = [f"{name}: {session.problem}" for name, session in self._sessions.items() if session.problem]
        if gone:
            return Health("satellites", Condition.DEGRADED, "; ".join(gone), "they are tried again by themselves")
        return Health("satellites", Condition.FINE, ", ".join(self._sessions) or "none")

    def speaks_in(self, area: AreaId | None) -> bool:
        """Say whether there is a loudspeaker in a room; with ``None``: anywhere."""
        return bool(self._in(area))

    async def say(self, text: str, area: AreaId | None, *, key: str) -> bool:
        """Say a text in a room, or in all; return once it is being said somewhere."""
        sessions = self._in(area)
        if not sessions:
            return False
        async with asyncio.TaskGroup() as group:
            saying = [group.create_task(session.announce(text, key=key)) for session in sessions]
        return any(task.result() for task in saying)

    async def hush(self, key: str) -> None:
        """Stop saying what is said, or waits to be said, under a key."""
        for session in list(self._sessions.values()):
            await session.hush(key)

    async def quiet(self) -> None:
        """Stop whatever is being said, or waits to be, in all rooms."""
        for session in list(self._sessions.values()):
            await session.quiet()

    def _in(self, area: AreaId | None) -> Sequence[Session]:
        reached = [name for name, session in self._sessions.items() if session.problem is None]
        return [self._sessions[name] for name in reached if area in (None, self._area_of(self._satellites[name]))]

    def _area_of(self, satellite: Satellite) -> AreaId | None:
        room = satellite.room
        if room is None:
            return None
        found: Area | None = self._home.area_named(room) or self._home.area(AreaId(fold(room)))
        return None if found is None else found.id


def _is_guarded(entity: Entity) -> bool:
    return entity.domain in GUARDED or (entity.domain == "cover" and entity.device_class in GUARDED_COVERS)
