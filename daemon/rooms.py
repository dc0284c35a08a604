"""Speech in the rooms: one session for each satellite, what is said to them answered, and what there is to say said."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Protocol

from daemon.conversation import Answer, Conversation, Status
from daemon.conversation.settling import agreed
from daemon.conversation.unsaid import instead_of
from daemon.ducking import Ducking, Quiet
from daemon.listening import Ears
from daemon.loudness import Volumes
from daemon.pins import MASK, sounds_like
from daemon.supervise import Condition, Health
from daemon.voices import Speaker
from devices.home import Home
from devices.model import Area, AreaId, Entity
from devices.names import fold
from skills.grammar import model as grammar
from skills.language import say, speaking
from skills.model import Origin, PersonId, Verdict
from voice.arbiter import Arbiter
from voice.considerate import Considerate, Manners
from voice.earcons import Earcon
from voice.endpoint import Completeness
from voice.intercom import Call, Refused
from voice.model import NoSpeech, NotUnderstood, Timbre, VoiceError
from voice.outside import Candidate, Reply, Said
from voice.satellite import Satellite, Stage
from voice.session import Session
from voice.spoken import speakable
from voice.volume import Loudness
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


URGENT_S = 60.0
VOICE_S = 0.15
"""For whose voice it was, where that may matter: it was begun in the pause before, and takes 0.05 to 0.1 s."""
MOST_SURE = 0.999
"""A voice is never as good as a name: `skills.model.Cause.sure`."""
UNSURE = 0.5
"""Of whom spoke before and said too little since."""
STILL = 0.3
"""From this probability on, who goes on without a wake word may be who spoke before."""


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
    """That which is spoken there; of several the usual one."""
    languages: tuple[str, ...] = ()
    """All that are spoken there, where that is more than one."""


class Listener(Protocol):
    """Who knows voices: `daemon.voices.Voices`."""

    def speaking(self, voice: Timbre | None) -> AbstractContextManager[None]:
        """Let whoever answers meanwhile know whose voice it is."""
        ...

    async def speaker(self, voice: Timbre | None, within_s: float) -> Speaker:
        """Return who speaks; waits so long for the voice."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What is in a room beside the people."""

    music: Quiet | None = None
    """``None`` where nobody knows which room it is."""
    confirm: Callable[[Earcon], Awaitable[None]] | None = None
    """Tells by a tone that something was done; ``None``: it is told in words."""
    voices: Listener | None = None
    """Who knows voices; ``None``: nobody does."""


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
        around: Around | None = None,
    ) -> None:
        """Without ``speaks`` everything is done and nothing said; without ``arbiter`` no other place is asked."""
        self._conversation, self._home, self._place = conversation, home, place
        self._speaks, self._arbiter, self._hears = speaks, arbiter, hears
        self._around = around or Around()
        self._guess: str | None = None
        self._speaker: PersonId | None = None
        self._language = place.language
        """That of what was said last."""
        self.last: tuple[str, Answer] | None = None
        """What was answered last, and to which words."""
        self.on_reply: OnReply | None = None

    def complete(self, text: str, satellite: str) -> Completeness:
        """Return how whole a text is; what is about doors and alarms could always go on."""
        del satellite
        if self._guess is not None and agreed(fold(text)) is not None:
            return Completeness.CLOSED
        outlook = self._outlook(text)
        if outlook.completeness is grammar.Completeness.EXTENDABLE and self._is_grave(outlook.meant):
            return Completeness.UNKNOWN
        return Completeness(outlook.completeness.value)

    def _outlook(self, text: str) -> grammar.Outlook:
        return self._outlooks(text)[0][1]

    def _outlooks(self, text: str) -> list[tuple[str | None, grammar.Outlook]]:
        """Return what a text means in each language that is spoken here, the likeliest first."""
        place, outlook = self._place, self._conversation.outlook
        found = [
            (language, outlook(text, area=place.area, person=place.person, language=language))
            for language in place.languages or (place.language,)
        ]
        unknown = grammar.Completeness.UNKNOWN
        return sorted(found, key=lambda one: (not one[1].meant.matches, one[1].completeness is unknown))

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
        self._language = said.transcript.language if place.languages else place.language
        if said.follow_up and THANKS.issuperset(text.split()):
            return Reply("", ours=False)
        guess, self._guess = self._guess, None
        yes = agreed(fold(text)) if said.follow_up and guess is not None else None
        if yes is False:
            return self._spoken(self._say("All right."))
        if guess is not None and yes:
            text = guess
            self._language = self._outlooks(guess)[0][0]
        await self._leave_music(text)
        voice = said.transcript.voice
        sure = await self._heard_who(voice, text, goes_on=said.follow_up)
        with self._around.voices.speaking(voice) if self._around.voices is not None else nullcontext():
            answer = await self._conversation.answer(
                text,
                origin=Origin.VOICE,
                area=place.area,
                person=place.person or self._speaker,
                language=self._language,
                sure=sure,
                # What goes on without a wake word may not be for us: nothing is said before that is known.
                speak=None if said.follow_up or not self._speaks else said.meanwhile,
            )
        instead = instead_of(text, answer.cause)
        text = text if instead is None else instead
        self.last = text, answer
        if said.follow_up and answer.status is Status.NOT_UNDERSTOOD:
            return Reply("", ours=False, instead=instead)
        self._tell(text, answer.reply)
        if self._around.confirm is not None and _is_plain(answer) and not answer.asks:
            await self._around.confirm(Earcon.DONE)
            return Reply("", instead=instead)
        asks = answer.asks or answer.status in (Status.ASKED, Status.WAITING)
        return replace(self._spoken(answer.rest, expects=asks), instead=instead)

    async def _heard_who(self, voice: Timbre | None, text: str, *, goes_on: bool) -> float:
        """Take note of who speaks, and return how sure that is; a plain command does not wait for it.

        What goes on without a wake word is of the same person, unless the voice says otherwise.
        """
        before, self._speaker = self._speaker, None
        if self._place.person is not None or self._around.voices is None:
            return 1.0
        waits = voice is not None and not voice.ready and not self._is_plain_command(text)
        speaker = await self._around.voices.speaker(voice, VOICE_S if waits else 0.0)
        still = not speaker.known or (speaker.likeliest == before and speaker.probability >= STILL)
        same = goes_on and before is not None and still
        self._speaker = speaker.person or (before if same else None)
        return min(speaker.probability, MOST_SURE) if speaker.person is not None else UNSURE

    def _is_plain_command(self, text: str) -> bool:
        meant = self._outlook(text).meant
        return (
            meant.decision is grammar.Decision.ACT
            and all(match.targets for match in meant.matches)
            and not self._is_grave(meant)
        )

    async def _leave_music(self, text: str) -> None:
        """Let the music be as loud as it was where it is to be changed: "louder" is meant from there."""
        if self._around.music is None or not self._around.music.lowers:
            return
        targets = (self._home.entity(target) for match in self._outlook(text).meant.matches for target in match.targets)
        if any(target is not None and target.domain == "media_player" for target in targets):
            await self._around.music.as_it_was()

    def apology(self, problem: VoiceError) -> Reply:
        """Return what to say when nothing could be answered."""
        reply = self._apology(problem)
        self._tell("", reply.text)
        return reply

    def _apology(self, problem: VoiceError) -> Reply:
        match problem:
            case NoSpeech():
                return Reply("")
            case NotUnderstood(guesses=guesses) if any(map(sounds_like, guesses)):
                # It may be a PIN, which is not read back into the room.
                return replace(self._spoken(self._say("I did not understand that."), expects=True), instead=MASK)
            case NotUnderstood(code="unsure", guesses=(only,)) if self._may_be(only):
                self._guess = only
                return self._spoken(self._say("Did you say: {first}?", first=only), expects=True)
            case NotUnderstood(guesses=(first, second, *_)):
                return self._spoken(
                    self._say("Did you say: {first}, or: {second}?", first=first, second=second), expects=True
                )
            case NotUnderstood():
                return self._spoken(self._say("I did not understand that."))
            case _:
                return self._spoken(self._say("Something is wrong with my hearing. Ask hearth doctor."))

    def _may_be(self, guess: str) -> bool:
        """Return whether to ask about a guess: only a command, and none where a careless yes would be grave."""
        meant = self._outlook(guess).meant
        return self._speaks and meant.decision is grammar.Decision.ACT and not self._is_grave(meant)

    def _tell(self, said: str, reply: str) -> None:
        if self.on_reply is not None and (said or reply):
            self.on_reply(said, reply)

    def _say(self, text: str, **given: str) -> str:
        with speaking(self._language or self._conversation.language):
            return say(text, **given)

    def _spoken(self, text: str, *, expects: bool = False) -> Reply:
        return Reply(text if self._speaks else "", expects, language=self._language)

    def interrupted(self, satellite: str, text: str, heard: str) -> None:
        """Take note that what was said was cut short, for "go on" and "what did you say"."""
        log.debug("in %s, %d of %d letters were heard", satellite, len(heard), len(text))
        whole = speakable(text, self._language or self._conversation.language)
        # Spoken numbers are longer than written ones: what was heard is a share of what is spoken.
        share = len(heard) / max(len(whole), 1)
        self._conversation.said(text, text[: int(len(text) * share)], area=self._place.area, person=self._place.person)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a household wants to be told."""

    tones: bool = False
    """Whether a tone tells that the wake word was heard."""
    confirms_in_words: bool = True


class Rooms:
    """The satellites that are served; what speaks in a room, for whoever has something to tell."""

    def __init__(
        self,
        ears: Ears,
        home: Home,
        watch_of: Callable[[Satellite], Watch | None] = lambda _: None,
        hears: Hears = everywhere,
        *,
        volumes: Volumes | None = None,
        ways: Ways | None = None,
    ) -> None:
        """``watch_of`` makes what hears the wake word for a satellite that does not do so itself; it may block."""
        self._ears, self._home, self._watch_of, self._hears = ears, home, watch_of, hears
        self._volumes, self._ways = volumes, ways or Ways()
        self._ducking: Ducking | None = None
        self._voices: Listener | None = None
        self._urgent_until_s = float("-inf")
        self._conversation: Conversation | None = None
        self._arbiter = Arbiter()
        self._sessions: dict[str, Session] = {}
        self._satellites: dict[str, Considerate] = {}

    @property
    def sessions(self) -> Mapping[str, Session]:
        """Those that run, by the name of their satellite."""
        return self._sessions

    def answer_with(self, conversation: Conversation, ducking: Ducking | None = None) -> None:
        """Have what is said answered; what speaks in the rooms is there before whoever answers in them.

        With ``ducking`` music steps back meanwhile.
        """
        self._conversation, self._ducking = conversation, ducking

    def know(self, voices: Listener) -> None:
        """Have it told whose voice it is that is heard from now on."""
        self._voices = voices

    def heed(self) -> None:
        """Have each satellite listen, or not, as it is muted by now."""
        for name, satellite in self._satellites.items():
            satellite.listen(hears=self._hears(satellite.room))
            if not self._hears(satellite.room):
                self._sessions[name].end_call()

    async def serve(self, satellite: Satellite, on_reply: OnReply | None = None) -> None:
        """Serve one satellite until it has no more to give, or this is cancelled; ``on_reply`` is for one that shows.

        Raises:
            VoiceError: the engines cannot be loaded, or another satellite is called the same.
        """
        assert self._conversation is not None
        if satellite.name in self._sessions:
            raise VoiceError(f"two satellites are called {satellite.name!r}; rename one of them")
        engines, languages = await self._ears.engines_at(satellite)
        area, watch = self._area_of(satellite), await asyncio.to_thread(self._watch_of, satellite)
        music = Quiet(self._ducking, area) if self._ducking is not None and area is not None else None
        placed = self._placed(satellite, area, music, wakes=watch is not None)
        around = Around(music, None if self._ways.confirms_in_words else placed.signal, self._voices)
        house = Answering(
            self._conversation,
            self._home,
            Place(area, language=engines.language, languages=languages if len(languages) > 1 else ()),
            arbiter=self._arbiter,
            hears=self._hears,
            around=around,
        )
        house.on_reply = on_reply
        session = Session(placed, house, engines, self._ears.settings, wake=watch, abroad=self._ears.engines)
        self._sessions[satellite.name], self._satellites[satellite.name] = session, placed
        self._ears.place(satellite.name, area)
        try:
            await engines.recognizer()  # now, so that the first word is heard as quickly as the others
            async with asyncio.TaskGroup() as group:
                tones = group.create_task(placed.run())
                await session.run()
                tones.cancel()
        finally:
            if music is not None:
                music.hold(on=False)
            del self._sessions[satellite.name], self._satellites[satellite.name]
            self._ears.displace(satellite.name)

    def _placed(self, satellite: Satellite, area: AreaId | None, music: Quiet | None, *, wakes: bool) -> Considerate:
        def loudness() -> Loudness:
            if self._volumes is None:
                return Loudness(1.0, whisper=False)
            return self._volumes.of(area, urgent=asyncio.get_running_loop().time() < self._urgent_until_s)

        def on_stage(stage: Stage) -> None:
            if music is not None:
                music.hold(on=stage is not Stage.IDLE)

        tones = self._ways.tones and wakes and not satellite.wakes_itself
        manners = Manners(loudness, on_stage, tones=tones)
        return Considerate(satellite, manners, hears=self._hears(satellite.room))

    def health(self) -> Health:
        """Return which satellites are away."""
        gone = [f"{name}: {session.problem}" for name, session in self._sessions.items() if session.problem]
        if gone:
            return Health("satellites", Condition.DEGRADED, "; ".join(gone), "they are tried again by themselves")
        deaf = [name for name, one in self._satellites.items() if not self._hears(one.room)]
        muted = f"; muted: {', '.join(deaf)}" if deaf else ""
        return Health("satellites", Condition.FINE, (", ".join(self._sessions) or "none") + muted)

    def speaks_in(self, area: AreaId | None) -> bool:
        """Say whether there is a loudspeaker in a room; with ``None``: anywhere."""
        return bool(self._in(area))

    async def say(
        self, text: str, area: AreaId | None, *, key: str, urgent: bool = False, language: str | None = None
    ) -> bool:
        """Say a text in a room, or in all; return once it is being said somewhere.

        ``language`` is that of the text, by default that of the house.

        What is urgent is as loud at night as by day, and so is all that is said within a minute after it.
        """
        sessions = self._in(area)
        if not sessions:
            return False
        if urgent:
            self._urgent_until_s = asyncio.get_running_loop().time() + URGENT_S
        async with asyncio.TaskGroup() as group:
            saying = [
                group.create_task(session.announce(text, key=key, language=language or self._ears.language))
                for session in sessions
            ]
        for place in {self._area_of(one) for one in self._satellites.values()}:
            if self._conversation is not None and area in (None, place):
                self._conversation.said(text, text, area=place, person=None)
        return any(task.result() for task in saying)

    async def connect(self, here: AreaId, there: AreaId) -> Refused | None:
        """Let the room in which this was just asked for talk with another; return why it cannot, else ``None``."""
        if not all(self._hears(name) for area in (here, there) for name in self._names(area)):
            return Refused.MUTED
        call = Call(asyncio.get_running_loop().time)
        if not any(session.join(call, asked=True) for session in self._in(here)):
            return Refused.NOT_FROM_HERE
        if not self._in(there):
            call.hang_up()
            return Refused.NOBODY_THERE
        if not any(session.join(call, asked=False) for session in self._in(there)):
            call.hang_up()
            return Refused.BUSY
        return None

    async def hang_up(self, area: AreaId) -> None:
        """End what a room talks about with another one."""
        for session in self._in(area):
            session.end_call()

    def _names(self, area: AreaId) -> set[str]:
        """Return how the satellites of a room call it; they are muted by that."""
        return {one.room for one in self._satellites.values() if one.room is not None and self._area_of(one) == area}

    def idle(self, area: AreaId | None) -> Sequence[Satellite]:
        """Return the satellites of a room, or all, on which nobody is listened to and nothing is said."""
        return [
            self._satellites[name]
            for name, session in self._sessions.items()
            if session.stage is Stage.IDLE and area in (None, self._area_of(self._satellites[name]))
        ]

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


def _is_plain(answer: Answer) -> bool:
    """Return whether there is no more to say than that devices did what they were told."""
    came = answer.outcomes
    return bool(came) and all(a.effect == "device.call" and o.verdict is Verdict.DONE for a, o in came)


def _is_guarded(entity: Entity) -> bool:
    return entity.domain in GUARDED or (entity.domain == "cover" and entity.device_class in GUARDED_COVERS)
