"""One satellite's conversation: it is woken, listens, has somebody think, speaks, and listens on where that is due.

``idle -> listening -> thinking -> speaking -> follow-up -> idle``; the microphone is listened to all the time. Nothing
here knows what the words mean. Every wait has a deadline, and every turn ends in words, a tone, or silence on purpose.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from functools import partial

from voice.announcing import Announcement, Announcements
from voice.ear import Ear, Utterance
from voice.echo import DELAY_S, is_echo
from voice.endpoint import load_detector
from voice.engines import Engines
from voice.intercom import Call, End
from voice.meanwhile import Meanwhile
from voice.model import EngineError, NoSpeech, NotUnderstood, VoiceError
from voice.mouth import EnginesOf, Mouth
from voice.outside import Candidate, House, Reply, Said, claimed, completeness
from voice.overhearing import Overhearing
from voice.record import Turn, Turns
from voice.satellite import Heard, Pressed, Reached, Released, Satellite, SatelliteError, SatelliteEvent, Stage, Woken
from voice.saying import Saying
from voice.tasks import again, ended, until_stalled, within
from voice.wake import Watch
from voice.wishes import FollowUp, SessionSettings, hushes

log = logging.getLogger("hearth." + __name__)

STALL_S = 2.0
"""A microphone that gives nothing for so long while somebody is listened to has broken off."""
SHOW_S = 1.0
MOST_GIVEN_WAY = 3
"""After so many interruptions in one turn only the wake word interrupts: it may be an echo that nothing recognized."""


class Session:
    """One satellite, for as long as it is there. Ends by cancellation, or when its satellite has no more to give."""

    def __init__(
        self,
        satellite: Satellite,
        house: House,
        engines: Engines,
        settings: SessionSettings | None = None,
        *,
        wake: Watch | None = None,
        abroad: EnginesOf | None = None,
    ) -> None:
        """`wake` is for a satellite that does not listen for the wake word itself.

        `abroad` gives the voice for texts in another language than that of `engines`, which says them otherwise.
        """
        self._satellite, self._house, self._engines, self._wake = satellite, house, engines, wake
        self._settings, self._detector = settings or SessionSettings(), load_detector()
        self._whole = partial(completeness, house, satellite.name)
        self._turns = Turns(satellite.name, self._loop_s, keeps_audio=self._settings.keeps_audio)
        self._mouth = Mouth(satellite, engines, self._now_s, abroad)
        self._group: asyncio.TaskGroup | None = None
        self._replying: asyncio.Task[None] | None = None
        self._claim: asyncio.Task[bool] | None = None
        self._ear: Ear | None = None
        self._overhearing: Overhearing | None = None
        self._held = self._follow_up = self._asked = self._hears_us = False
        self._given_way = 0
        self._said_before: Saying | None = None
        self._level_dbfs: float | None = None
        self._at_s: float | None = None
        self._end: End | None = None
        self._announcements, self._meanwhile = Announcements(), Meanwhile()
        self._announced: Announcement | None = None
        self.stage = Stage.IDLE
        self.problem: str | None = None
        """Why the satellite cannot be reached; ``None``: it can, or nobody knows yet."""

    @property
    def turns(self) -> Sequence[Turn]:
        """The last turns that ended, oldest first."""
        return self._turns.kept

    def on_turn(self, tell: Callable[[Turn], None]) -> None:
        """Have each turn told that ends from now on."""
        self._turns.on_end = tell

    async def run(self) -> None:
        """Serve the satellite; one that is gone is tried again, for ever."""
        await again(self._attend, self._on_gone)

    def _on_gone(self, error: SatelliteError) -> None:
        if self.problem is None:
            log.warning("satellite %s is gone: %s", self._satellite.name, error)
        self.problem = str(error)

    async def announce(self, text: str, *, key: str = "", language: str | None = None) -> bool:
        """Say a text as soon as nobody is listened to; return once it is being said, False if it cannot be.

        What still waits under its key is said no more. `language` is that of the text, if it is another.
        """
        if self.problem is not None or (announcement := self._announcements.add(text, key, language)) is None:
            return False
        await self._announce_next()
        try:
            return await announcement.begun
        finally:
            self._announcements.remove(announcement)

    def join(self, call: Call, *, asked: bool) -> bool:
        """Be one end of a call, at once; or where it is just being `asked` for, after the answer. False: not now."""
        fits = self.stage is (Stage.THINKING if asked else Stage.IDLE)
        if self._group is None or self.problem is not None or self._end is not None or not fits:
            return False
        self._end = call.end(self._satellite, self._engines, self._detector)
        if not asked:
            self.stage = Stage.CALL  # before anything is waited for
            self._turns.begin()
            self._start(self._talk())
        return True

    def end_call(self) -> None:
        """End the call, or the wish for one; nothing if there is none."""
        end, self._end = self._end, None
        if end is not None:
            end.call.hang_up()

    async def hush(self, key: str) -> None:
        """Stop saying what is announced, or waits to be, under a key; nothing if there is none."""
        self._announcements.drop(key)
        if self._announced is not None and self._announced.key == key:
            await self._interrupt("hushed")
            await self._rest()

    async def quiet(self) -> None:
        """Say no more of what is being said, an answer too, nor of what waits to be announced."""
        self._announcements.drop()
        self.end_call()
        if self.stage is Stage.SPEAKING:
            await self._interrupt("hushed")
            await self._rest()

    async def _attend(self) -> None:
        """Serve the satellite until it is gone."""
        failed: SatelliteError | None = None
        async with asyncio.TaskGroup() as group, aclosing(self._satellite.hear()) as events:
            self._group = group
            await self._announce_next()  # what was to be said before the satellite was there
            try:
                async with aclosing(until_stalled(events, group, self._stall_s)) as coming:
                    async for event in coming:
                        if isinstance(event, SatelliteError):
                            failed = event
                            break
                        await (self._stalled() if event is None else self._taken(event))
                if failed is None:
                    await self._finish()
            finally:
                await self._abandon("gone" if failed else "")
                self._group = None
        if failed is not None:
            raise failed

    async def _taken(self, event: SatelliteEvent) -> None:
        if self.problem is not None:
            log.info("satellite %s is back", self._satellite.name)
            self.problem = None
        try:
            await self._take(event)
        except Exception as error:  # whatever breaks in a turn, the next one begins anew
            log.exception("a turn in %s failed", self._satellite.name)
            await self._give_up(error)

    async def _give_up(self, error: Exception) -> None:
        if self._turns.now is not None:
            self._turns.now.problem = EngineError(f"the turn failed: {error}", code="turn-failed")
        await self._rest()

    async def _take(self, event: SatelliteEvent) -> None:
        match event:
            case Heard(pcm, at_s):
                self._at_s = at_s
                await self._hear(pcm, at_s)
            case Woken(word, at_s, score, level_dbfs):
                await self._begin(word, at_s, score=score, level_dbfs=level_dbfs)
            case Pressed(at_s):
                self._held = True
                await self._begin("", at_s, score=1.0, level_dbfs=None)
            case Reached():
                await self._announce_next()
            case Released():
                self._held = False
                if self._ear is not None and self.stage in (Stage.LISTENING, Stage.FOLLOW_UP):
                    await self._listen(self._ear, None)

    async def _hear(self, pcm: bytes, at_s: float) -> None:
        woken = await self._wake.accept(pcm, at_s) if self._wake is not None else None
        overhearing = self._overhearing if self._ear is None else None
        others = overhearing.accept(pcm, at_s) if overhearing is not None else False
        # An answer may have the wake word in it.
        is_us = self.stage is Stage.SPEAKING and overhearing is not None and overhearing.is_us
        if woken is not None and self.stage is not Stage.LISTENING and not is_us:
            await self._begin(woken.word, at_s, score=woken.score, level_dbfs=woken.level_dbfs)
        elif self.stage is Stage.CALL and self._end is not None:
            await self._end.hear(pcm)
        elif self._ear is not None:
            await self._listen(self._ear, pcm)
        elif overhearing is not None:
            await self._overheard(overhearing, others=others)

    def _stall_s(self) -> float | None:
        if self.stage is Stage.LISTENING:
            return STALL_S
        return self._settings.follow_up_s + STALL_S if self.stage is Stage.FOLLOW_UP else None

    async def _stalled(self) -> None:
        if self._turns.now is not None and self.stage is Stage.LISTENING:
            self._turns.now.problem = EngineError(f"{self._satellite.name!r} sends no sound", code="sound-broken-off")
            log.warning("%s", self._turns.now.problem)
        await self._rest()

    async def _begin(self, word: str, at_s: float, *, score: float, level_dbfs: float | None) -> None:
        """Somebody wants something: listen."""
        if self.stage is Stage.THINKING:
            return  # what was said is being done, and soon answered
        if self.stage is Stage.LISTENING and word and self._ear is not None and not self._ear.speaking:
            return  # two who listen for the same word
        if self.stage is Stage.CALL and self._end is not None and not self._end.opened:
            self._end.opened = True  # its microphone is open now, and for whoever calls
            return
        if self.stage in (Stage.SPEAKING, Stage.CALL):
            await self._interrupt("wake word" if word else "button")
        await self._close_ear()
        turn = self._turns.begin()
        turn.note(self._loop_s(), "wake", word)
        assert self._group is not None
        candidate = Candidate(self._satellite.name, self._satellite.room, word, at_s, score, level_dbfs)
        self._claim = self._group.create_task(claimed(self._house, candidate))
        self._follow_up = self._asked = False
        self._said_before, self._given_way = None, 0
        await self._enter(Stage.LISTENING)
        await self._open_ear(turn, self._settings.patience.begin_s)

    async def _open_ear(self, turn: Turn, begin_s: float, before: bytes = b"") -> None:
        try:
            recognizer = await self._engines.recognizer()
        except VoiceError as error:
            await self._sorry(turn, error)
            return
        self._ear = Ear(self._detector, recognizer, self._whole, self._settings.patience, turn)
        self._ear.wait_until_s, self._ear.held = begin_s, self._held
        if before:
            await self._listen(self._ear, before)

    async def _listen(self, ear: Ear, pcm: bytes | None) -> None:
        """Let the ear hear a piece of sound; ``None``: that was all."""
        turn = self._turns.now
        assert turn is not None
        if self._claim is not None and self._claim.done() and not self._claim.result():
            await self._rest("elsewhere")
            return
        ear.held = self._held
        try:
            utterance = await (ear.finish() if pcm is None else ear.accept(pcm))
        except (NoSpeech, NotUnderstood) as error:
            if self._follow_up:
                await self._rest()
                return
            turn.problem = error
            await (self._sorry(turn, error) if await self._is_here() else self._rest())
            return
        except VoiceError as error:
            await self._sorry(turn, error)
            return
        if self.stage is Stage.FOLLOW_UP and ear.speaking:
            await self._enter(Stage.LISTENING)
        if utterance is not None:
            await self._understood(turn, utterance)

    async def _is_here(self) -> bool:
        """Return whether this is the room that is meant."""
        return self._claim is None or await self._claim

    async def _understood(self, turn: Turn, utterance: Utterance) -> None:
        """Words were said: have them answered, unless they are our own, or only to make us silent."""
        transcript = utterance.transcript
        turn.transcript, turn.problem = transcript, None
        turn.timings_ms = utterance.timings_ms()
        turn.note(self._loop_s(), "commit", transcript.text)
        if self._is_nothing(turn, utterance):
            await self._rest()
            return
        if not await self._is_here():
            await self._rest("elsewhere")
            return
        self._level_dbfs = utterance.level_dbfs
        await self._think()
        self._start(self._respond(turn, Said(transcript, self._follow_up)))

    def _is_nothing(self, turn: Turn, utterance: Utterance) -> bool:
        """Return whether the words that interrupted us were our own, or only to make us silent."""
        said, self._said_before = self._said_before, None
        if said is None:
            return False
        text, at_s = utterance.transcript.text, self._now_s()
        if self._hears_us and is_echo(text, said.words_around(at_s - utterance.lasted_s, at_s)):
            turn.note(self._loop_s(), "own-voice", text)
            return True
        return not self._asked and hushes(text, utterance.transcript.language)

    async def _sorry(self, turn: Turn, problem: VoiceError) -> None:
        """Say that something went wrong."""
        turn.problem = problem
        if not isinstance(problem, (NoSpeech, NotUnderstood)):
            log.warning("a turn failed: %s", problem)
        reply = self._house.apology(problem)
        if not reply.text:
            await self._rest()
            return
        await self._think()
        if not isinstance(problem, NotUnderstood):
            self._overhearing = None  # whoever speaks over it could not be heard either
        self._start(self._carry_out(turn, reply))

    async def _think(self) -> None:
        await self._close_ear()
        self._overhearing = Overhearing(self._detector, self._mouth.own, near_dbfs=self._level_dbfs)
        await self._enter(Stage.THINKING)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        assert self._group is not None
        self._meanwhile = Meanwhile()
        self._replying = self._group.create_task(self._carried_through(work))

    async def _carried_through(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as error:  # as above: a satellite may break in any way
            log.exception("a turn in %s failed", self._satellite.name)
            await self._give_up(error)

    async def _respond(self, turn: Turn, said: Said) -> None:
        """Have somebody answer, and say the answer."""
        began_s, speak = self._loop_s(), partial(self._speak, turn, language=said.transcript.language)
        think = partial(self._enter, Stage.THINKING)
        reply, turn.problem = await self._meanwhile.answered(self._house, said, speak, think)
        turn.timings_ms["answer"] = round((self._loop_s() - began_s) * 1000, 2)
        await self._carry_out(turn, reply)

    async def _carry_out(self, turn: Turn, reply: Reply) -> None:
        """Say a reply, and listen on if that is due."""
        turn.answer(reply.text, reply.instead)
        self._asked = reply.expects
        always = self._settings.follow_up is FollowUp.ALWAYS and reply.ours and turn.transcript is not None
        goes_on = self._settings.follow_up is not FollowUp.NEVER and (reply.expects or always)
        if reply.text:
            if goes_on:
                await within(SHOW_S, self._satellite.show(Stage.ASKING))
            await self._speak(turn, reply.text, reply.language)
        if self._end is not None:
            await self._talk()
        else:
            await (self._listen_on(turn) if goes_on else self._rest())

    async def _speak(self, turn: Turn, text: str, language: str | None = None) -> None:
        await self._enter(Stage.SPEAKING)
        began_s = self._loop_s()

        def on_first() -> None:
            turn.timings_ms["first_sound"] = round((self._loop_s() - began_s) * 1000, 2)
            turn.note(self._loop_s(), "first-sound")
            if self._announced is not None:
                self._announced.tell(True)

        turn.spoken_s, problem = await self._mouth.say(text, on_first, language)
        if problem is not None:
            log.warning("an answer could not be said in %s: %s", self._satellite.name, problem)
            turn.problem = problem

    async def _talk(self) -> None:
        """Talk with another room until that is over."""
        assert self._end is not None
        end, self._overhearing = self._end, None
        await self._enter(Stage.CALL)
        try:
            await end.attend()
        finally:
            self.end_call()
        await self._rest(f"hung up: {end.call.why}")

    async def _listen_on(self, turn: Turn) -> None:
        """Listen without a wake word for a while."""
        self._follow_up = True
        # The end of what we said is still in the air: until it is gone, only others are listened to.
        echoes = self._mouth.own.echoes
        self._overhearing = Overhearing(self._detector, self._mouth.own, near_dbfs=None) if echoes else None
        await self._enter(Stage.FOLLOW_UP)
        if not echoes:
            await self._open_ear(turn, self._settings.follow_up_s)

    async def _overheard(self, overhearing: Overhearing, *, others: bool) -> None:
        if self.stage is Stage.SPEAKING and others and self._given_way < MOST_GIVEN_WAY:
            await self._give_way(overhearing)
        elif (
            self.stage is Stage.FOLLOW_UP and self._turns.now is not None and (others or overhearing.heard_s >= DELAY_S)
        ):
            self._overhearing = None
            await self._open_ear(self._turns.now, self._settings.follow_up_s, overhearing.kept if others else b"")

    async def _give_way(self, overhearing: Overhearing) -> None:
        """Somebody speaks over us: be silent and listen, beginning with what was heard already."""
        self._given_way += 1
        await self._interrupt("speech")
        self._said_before, self._hears_us = self._mouth.saying, overhearing.hears_us
        self._follow_up, self._claim = True, None
        turn = self._turns.now or self._turns.begin()
        await self._enter(Stage.LISTENING)
        await self._open_ear(turn, self._settings.patience.begin_s, overhearing.kept)

    async def _interrupt(self, why: str) -> None:
        """Be silent at once; who asked for it then says what is next."""
        task, self._replying, at_s = self._replying, None, self._now_s()
        if task is None or task.done():
            return
        began_s = self._loop_s()
        await ended(task)
        saying, turn = self._mouth.saying, self._turns.now
        if saying is not None and turn is not None and self.stage is Stage.SPEAKING:
            turn.note(began_s, "barge-in", why)
            heard = turn.cut(saying.played_s(at_s), saying.heard, self._loop_s())
            self._house.interrupted(self._satellite.name, *self._meanwhile.whole(saying.text, heard))

    async def _announce_next(self) -> None:
        if self.stage is not Stage.IDLE or self._group is None:
            return
        self._announced = self._announcements.next()
        if self._announced is not None:
            self.stage = Stage.SPEAKING  # before anything is waited for: nobody else may begin
            self._start(self._announcing(self._turns.begin(), self._announced))

    async def _announcing(self, turn: Turn, announcement: Announcement) -> None:
        try:
            self._overhearing = Overhearing(self._detector, self._mouth.own, near_dbfs=None)
            turn.reply = announcement.text
            await self._speak(turn, announcement.text, announcement.language)
        finally:
            self._announced = None
            announcement.tell(False)
        await self._rest()

    async def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self._turns.note(stage)
        await within(SHOW_S, self._satellite.show(stage))

    async def _rest(self, why: str = "") -> None:
        """The turn is over; `why` goes on record."""
        if why and self._turns.now is not None:
            self._turns.now.note(self._loop_s(), why)
        self._overhearing, self._said_before, self._level_dbfs = None, None, None
        self._follow_up = self._asked = False
        self.end_call()
        await self._close_ear()
        await self._enter(Stage.IDLE)
        self._turns.end()
        await within(SHOW_S, self._satellite.rearm())
        await self._announce_next()

    async def _close_ear(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            await ear.close()

    async def _finish(self) -> None:
        """There is no more sound: what was said so far is all, and its answer is waited for."""
        if self._ear is not None and self.stage in (Stage.LISTENING, Stage.FOLLOW_UP):
            await self._listen(self._ear, None)
        self.end_call()
        while self._replying is not None and not self._replying.done():
            await asyncio.wait({self._replying})
            if self.stage is Stage.FOLLOW_UP:
                await self._rest()

    async def _abandon(self, why: str) -> None:
        """The satellite is gone: nothing of the turn goes on."""
        await ended(self._replying)
        await ended(self._claim)
        self._replying = self._claim = None
        if self._turns.now is not None and why:
            self._turns.now.problem = EngineError(f"satellite {self._satellite.name!r} is gone", code="satellite-gone")
        self._announcements.drop()
        if self.stage is not Stage.IDLE:
            await self._rest()

    def _now_s(self) -> float:
        """Return the time by which the satellite stamps its sound."""
        return self._loop_s() if self._at_s is None or self._satellite.wakes_itself else self._at_s

    def _loop_s(self) -> float:
        return asyncio.get_running_loop().time()
