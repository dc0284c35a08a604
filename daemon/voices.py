"""Whose voice it is: voices are learned with consent, told from others by probability, and forgotten for good.

A voice is a hint and never a boundary: `Cause.sure` says that a person was only heard, and what is about safety asks
for more (`daemon.policy`).
"""

import asyncio
import logging
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon import voiceprints
from daemon.clock import Clock
from daemon.household import Household, Role
from daemon.store import Store, StoreError
from daemon.supervise import Condition, Health
from daemon.voiceprints import Stamp
from skills.effect import Effect, change
from skills.enrolling import VoiceAllow, VoiceForget, VoiceLearn, voice_forget
from skills.language import say
from skills.model import Cause, Origin, Outcome, PersonId, Verdict
from skills.voices import Whose
from voice.model import Timbre
from voice.speaker import UTTERANCES_MIN, Calibration, Vector, Voiceprint, calibrated, unit, who
from voice.whose import Speakers

log = logging.getLogger("hearth." + __name__)

ALLOWED_FOR = timedelta(minutes=10)
"""How long a voice may be learned after that was allowed: time to walk to a microphone, not to forget it."""
WAIT_S = 2.0
"""For the voice of a sample, or of who asks who they are: there the voice is all that it is about."""
SOON_S = 0.15
"""For the voice where only the language hangs on it: it was begun with the words."""
MOST_HELD = 8
GUESSED = 0.97
"""What a probability is worth at most that no sample of this household has been held against: not `CERTAIN`."""

PART = "voices"

_SPEAKING: ContextVar[Timbre | None] = ContextVar("speaking", default=None)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, as far as the voice tells."""

    person: PersonId | None = None
    """Who is taken for the speaker; ``None``: a stranger, or nobody can tell."""
    probability: float = 0.0
    """That of the likeliest person."""
    likeliest: PersonId | None = None
    known: bool = False
    """Whether there was a voice to compare."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The voices of one model, and what its cosines mean here."""

    stamp: Stamp
    prints: tuple[Voiceprint, ...] = ()
    calibration: Calibration | None = None
    guessed: bool = True
    """Whether the calibration is the model's own, as the household has too few samples for one."""


@dataclass(slots=True)
class _Enrolment:
    until: datetime
    held: list[Vector]


class Voices:
    """Knows the voices of the household; fulfils `skills.voices.VoicesView`."""

    def __init__(self, store: Store, household: Household, clock: Clock, speakers: Speakers, *, sure: float) -> None:
        """From the probability `sure` on somebody is taken for the speaker."""
        self._store, self._household, self._clock = store, household, clock
        self._speakers, self._sure = speakers, sure
        self._enrolments = dict[PersonId, _Enrolment]()
        self._known = _Known((0, 0))
        self._people = frozenset[str]()

    async def begin(self) -> None:
        """See whose voices are known."""
        await self._refresh()

    @contextmanager
    def speaking(self, voice: Timbre | None) -> Generator[None]:
        """Let skills and effects know whose voice said what they answer meanwhile."""
        token = _SPEAKING.set(voice)
        try:
            yield
        finally:
            _SPEAKING.reset(token)

    async def speaker(self, voice: Timbre | None, within_s: float) -> Speaker:
        """Return who speaks; waits so long for the voice, and no longer."""
        vector = await voice.vector(within_s) if voice is not None else ()
        if not vector:
            return Speaker()
        try:
            await self._refresh()
        except StoreError as error:
            # A full or broken disk must not cost what was said.
            log.debug("nobody can tell who speaks: %s", error)
            return Speaker()
        known = self._known
        told = await asyncio.to_thread(who, vector, known.prints, known.calibration)
        if not told:
            return Speaker(known=True)
        likeliest = max(told, key=lambda person: told[person])
        found = PersonId(likeliest) if likeliest in self._household.people else None
        sure = min(told[likeliest], GUESSED) if known.guessed else told[likeliest]
        return Speaker(found if sure >= self._sure else None, sure, found, known=True)

    async def at_home(self, voice: Timbre) -> str | None:
        """Return in which language whoever speaks is told things; ``None`` where nobody knows who or which."""
        return self._household.language_of((await self.speaker(voice, SOON_S)).person)

    # What skills read

    def named(self, words: str) -> tuple[str, str] | None:
        """Return the id and the name of whom words mean."""
        found = self._household.person_named(words)
        return (found.id, found.name) if found is not None else None

    async def known(self, person: str | None) -> bool:
        """Return whether somebody's voice was learned; with ``None``: anybody's."""
        await self._refresh()
        return bool(self._people) if person is None else person in self._people

    def allowed(self, person: str) -> bool:
        """Return whether somebody's voice may be learned now."""
        return self._enrolment(PersonId(person)) is not None

    async def trouble(self) -> str | None:
        """Return in a sentence why no voice can be learned here."""
        problem = await self._speakers.problem()
        if problem is None:
            return None
        log.info("no voice can be learned: %s", problem)
        return say("I have no model for voices. It comes by: hearth models pull speaker-ge2e.")

    async def heard(self) -> Whose:
        """Return whose voice said what is answered just now."""
        found = await self.speaker(_SPEAKING.get(), WAIT_S)
        if not found.known or found.likeliest is None:
            return Whose(spoken=found.known)
        name = self._household.people[found.likeliest].name
        return Whose(True, found.likeliest, name, found.probability, found.person is not None)

    def drop(self, person: str) -> None:
        """Drop what was held of somebody's voice."""
        enrolment = self._enrolment(PersonId(person))
        if enrolment is not None:
            enrolment.held.clear()

    async def hold(self, person: str) -> int | None:
        """Hold the voice that just spoke as a sample; return how many are held."""
        voice, enrolment = _SPEAKING.get(), self._enrolment(PersonId(person))
        vector = await voice.vector(WAIT_S) if voice is not None else ()
        return self._held(enrolment, vector)

    def health(self, *, has_model: bool) -> Health:
        """Return whether voices are told apart here, and how far that can be trusted."""
        if not self._people:
            return Health(PART, Condition.FINE, "nobody's voice was learned, so nobody is known by it")
        names = ", ".join(person.name for person in self._household.people.values() if person.id in self._people)
        if not has_model:
            told = f"no model for voices, so these are not known by theirs: {names}"
            return Health(PART, Condition.MISSING, told, "hearth models pull speaker-ge2e")
        if self._speakers.model is None:
            return Health(PART, Condition.FINE, f"{names}; the model is loaded once somebody speaks")
        known = self._known
        if not known.prints:
            told = f"learned with another model, and not known with {self._speakers.model.name}: {names}"
            return Health(PART, Condition.DEGRADED, told, "have these voices learned once more")
        if known.calibration is not None and known.calibration.slope == 0:
            told = f"these voices are not told apart: {names}"
            return Health(PART, Condition.DEGRADED, told, "have them learned once more, in a quiet room")
        if known.guessed and len(self._household.people) > 1:
            told = f"{names}; never calibrated, so nothing is kept as theirs because of a voice alone"
            return Health(PART, Condition.DEGRADED, told, "have a second voice learned: hearth people allow-voice NAME")
        return Health(PART, Condition.FINE, names)

    # What the command line asks for

    async def summary(self) -> Sequence[Mapping[str, object]]:
        """Return for each person whether their voice is known, or may be learned now."""
        await self._refresh()
        return [
            {
                "person": person.id,
                "name": person.name,
                "known": person.id in self._people,
                "allowed_until": enrolment.until if (enrolment := self._enrolment(person.id)) is not None else None,
            }
            for person in self._household.people.values()
        ]

    async def hold_sound(self, person: PersonId, pcm: bytes) -> int | None:
        """Hold a recording (int16 mono at 16 kHz) as a sample; as `hold`. Raises VoiceError without a model."""
        problem = await self._speakers.problem()
        if problem is not None:
            raise problem
        vector = await self._speakers.begin(f"recording of {person}", pcm).vector(WAIT_S)
        return self._held(self._enrolment(person), vector)

    # What the gateway calls

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(VoiceAllow, "voice.allow", self._allow, lambda _: say("let a voice be learned")),
            change(VoiceLearn, "voice.learn", self._learn, lambda _: say("learn a voice")),
            change(VoiceForget, "voice.forget", self._forget, lambda _: say("forget a voice")),
        ]

    async def _allow(self, given: VoiceAllow, cause: Cause) -> Outcome:
        person = PersonId(given.person)
        if person not in self._household.people or not self._may(cause, person):
            return Outcome(Verdict.REFUSED, say("only they themselves or the owner may allow that"))
        self._enrolments[person] = _Enrolment(self._clock.now() + ALLOWED_FOR, [])
        self._speakers.wanted = True
        return Outcome(Verdict.DONE)

    async def _learn(self, given: VoiceLearn, cause: Cause) -> Outcome:
        person, model = PersonId(given.person), self._speakers.model
        enrolment = self._enrolment(person)
        if cause.tainted or enrolment is None or model is None:
            return Outcome(Verdict.REFUSED, say("nobody has allowed that their voice is learned"))
        vectors, now = tuple(enrolment.held), self._clock.now()
        if len(vectors) < UTTERANCES_MIN:
            return Outcome(Verdict.FAILED, say("I heard too little of the voice"))
        del self._enrolments[person]
        await self._store.run_bare(lambda c: voiceprints.replace(c, person, model.name, vectors, now))
        await self._refresh()
        return Outcome(Verdict.DONE, undo=voice_forget(person))

    async def _forget(self, given: VoiceForget, cause: Cause) -> Outcome:
        person = PersonId(given.person)
        if cause.person != person and not self._is_owner(cause):
            return Outcome(Verdict.REFUSED, say("only they themselves or the owner may have it forgotten"))
        self._enrolments.pop(person, None)
        gone = await self._store.run_bare(lambda c: voiceprints.forget(c, person), urgent=True)
        await self._store.run_apart(_empty_log)
        await self._refresh()
        if not gone:
            return Outcome(Verdict.FAILED, say("I do not know that voice"))
        return Outcome(Verdict.DONE)

    # Inside

    def _may(self, cause: Cause, person: str) -> bool:
        """Say whether somebody may let a voice be learned: by another way than a voice, which could be anybody's."""
        if cause.tainted or cause.sure < 1 or Origin.VOICE in (cause.origin, cause.door):
            return False
        return cause.person == person or self._is_owner(cause)

    def _is_owner(self, cause: Cause) -> bool:
        return cause.sure >= 1 and not cause.tainted and self._household.role_of(cause) is Role.OWNER

    def _enrolment(self, person: PersonId) -> _Enrolment | None:
        now = self._clock.now()
        for one in [one for one, enrolment in self._enrolments.items() if enrolment.until <= now]:
            del self._enrolments[one]
        return self._enrolments.get(person)

    def _held(self, enrolment: _Enrolment | None, vector: Vector) -> int | None:
        if enrolment is None or not vector or len(enrolment.held) >= MOST_HELD:
            return None
        enrolment.held.append(unit(vector))
        return len(enrolment.held)

    async def _refresh(self) -> None:
        """Take over what is on disk, if it changed; the command line forgets there too."""
        stamp = await self._store.run_bare(voiceprints.stamp)
        model = self._speakers.model
        if stamp != self._known.stamp or (model is not None and stamp[0] and not self._known.prints):
            samples = await self._store.run_bare(voiceprints.listed)
            self._people = frozenset(one.person for one in samples)
            ours = [one for one in samples if model is not None and one.model == model.name]
            prints = tuple(
                Voiceprint(person, tuple(one.vector for one in ours if one.person == person))
                for person in dict.fromkeys(one.person for one in ours)
            )
            otherwise = model.calibration if model is not None else None
            measured = await asyncio.to_thread(calibrated, prints)
            self._known = _Known(stamp, prints, measured or otherwise, measured is None)
        self._speakers.wanted = bool(self._people or self._enrolments)


def _empty_log(connection: sqlite3.Connection) -> None:
    """Empty the write-ahead log: it holds pages as they were."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
