"""The past of the house: its history, replays of routines over it, and answers to questions about it."""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from daemon.automating import Routines
from daemon.clock import Clock
from daemon.config.history import HistorySection
from daemon.errors import DaemonError
from daemon.household import Household
from daemon.journal import Journal
from daemon.notify.reading import HeldBack
from daemon.presence import Presence
from devices.home import Home
from skills.model import Origin, PersonId, Utterance

if TYPE_CHECKING:
    from daemon.backtesting import Backtest
    from daemon.explaining.answering import Explanation
    from daemon.history import History, Recording
    from daemon.history.recording import Kept as Change
    from daemon.history.standing import Standing
    from daemon.routines.model import Routine
    from daemon.routines.world import World

log = logging.getLogger("hearth." + __name__)

FILE: Final = "history.db"
LOOKED_BACK: Final = timedelta(days=3)
"""So much of the past is looked through for one answer."""
LAST_BACK: Final = timedelta(days=60)
"""So far back one thing is looked for that was so "last"."""
MOST_ENTRIES: Final = 4_000
MOST_RUNS: Final = 500
MOST_DEEDS: Final = 200
_PEOPLE: Final = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})
_ASKS: Final = re.compile(
    r"\b(why|how come|what (?:made|turned|did|have|happened)|who|warum|wieso|weshalb|wer|was (?:hast|ist))\b",
    re.IGNORECASE,
)
_OCCASIONS: Final = re.compile(
    r"(?i)^\W*(?:and |so )?(?:when|since when|how (?:long|often|many times)|wann|seit wann|wie (?:lang|oft))"
)
_EXTREMES: Final = re.compile(
    r"(?i)\b(?:highest|lowest|maximum|minimum|max|min|peak|(?:warm|hott|cold|cool)est|did it get|rain(?:ed|ing)?|"
    r"höchste\w*|niedrigste\w*|tiefste\w*|(?:wärm|kält)este?\w*|maximale?|minimale?|geworden|geregnet)\b"
)
_DEEDS: Final = re.compile(
    r"\b(?:what did you do|what have you done|what happened|was hast du|was ist (?:passiert|geschehen))\b.*"
    r"\b(?:away|gone|out|not (?:at home|here)|night|yesterday|today|tonight|this (?:morning|evening)|"
    r"weg|unterwegs|nicht da|fort|nacht|gestern|heute|in the (?:last|past) (?:\w+ ){0,2}(?:minutes?|hours?)|"
    r"in de[nr] letzten (?:\w+ )?(?:minuten?|stunden?))\b",
    re.IGNORECASE,
)
_TALK: Final = re.compile(
    r"^\W*(?:who (?:told|said)|what did you (?:just )?say|when did|wer hat (?:dir |mir )?(?:das )?(?:gesagt|erzählt)"
    r"|was hast du (?:gerade )?gesagt)\b",
    re.IGNORECASE,
)
"""What asks of words that were said, not of what was done."""
_NEAR_ENTITIES: Final = 400
"""As many things' history is read for one answer."""


class NoHistoryError(DaemonError):
    """No history is kept, or not yet."""

    code = "no-history"


class UnknownRoutineError(DaemonError):
    """There is no such routine, or a file holds none that can be replayed."""

    code = "unknown-routine"


@dataclass(frozen=True, slots=True)
class Ground:
    """The parts of the daemon that the past is about."""

    home: Home
    household: Household
    clock: Clock
    zone: ZoneInfo
    journal: Journal
    routines: Routines
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    presence: Presence | None = None
    reached: Mapping[str, Callable[[], bool]] = field(default_factory=dict[str, Callable[[], bool]])
    """Whether links are up, by the names under which that is kept, see `daemon.history.standing`."""


class Past:
    """The history while it is open, and what is asked of it; its parts are imported once the daemon is ready."""

    def __init__(self, section: HistorySection, state: Path, ground: Ground) -> None:
        self._section, self._file, self._ground = section, state / FILE, ground
        self._history: History | None = None
        self._held: Callable[[datetime], Awaitable[Sequence[HeldBack]]] | None = None
        self.open = asyncio.Event()
        """Set while the history is there."""

    def hear_of(self, held: Callable[[datetime], Awaitable[Sequence[HeldBack]]]) -> None:
        """Take who returns the notices since a moment that were not told when they were raised."""
        self._held = held

    async def run(self) -> None:
        """Keep what happens, until cancelled; ends at once where nothing is to be kept.

        Raises:
            sqlite3.Error, OSError: the file cannot be used.
        """
        if not self._section.keep:
            await asyncio.Event().wait()
        from daemon.history import History, Keeping
        from daemon.history.standing import Standing
        from daemon.history.thinning import Bounds

        bounds = Bounds(self._section.days, self._section.changes)
        keeping = Keeping(bounds, self._section.exclude)
        async with History.open(self._file, self._ground.clock, keeping) as history:
            stop = history.listen(self._ground.home)
            for state in (self._ground.home.state(one.id) for one in self._ground.home.entities()):
                if state is not None and (state.reports or not state.available):
                    history.note(state)
            standing = Standing(history, self._ground.clock, self._ground.reached)
            forsake = self._follow_people(standing)
            self._history = history
            self.open.set()
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(history.run())
                    group.create_task(standing.run())
            finally:
                self._history = None
                self.open.clear()
                forsake()
                stop()
                # The last words of it: that it stops in good order.
                with suppress(sqlite3.Error):
                    await asyncio.shield(history.flush())

    def _follow_people(self, standing: "Standing") -> Callable[[], None]:
        """Have kept where people are of whom Home Assistant has no entity; return what ends that."""
        ground, presence = self._ground, self._ground.presence
        if presence is None:
            return lambda: None

        def on_person(person: PersonId) -> None:
            if ground.home.entity(f"person.{person}") is None:
                where = presence.where(ground.household.people[person], ground.clock.now())
                standing.on_person(person, at_home=where.at_home)

        for person in ground.household.people:
            on_person(person)
        return presence.listen(on_person)

    async def between(self, entity: str, since: datetime, until: datetime) -> "Sequence[Change]":
        """Return what a thing became in a stretch of time.

        Raises:
            NoHistoryError: none is kept.
        """
        return await self._open().between(entity, since, until)

    async def purge(self, entity: str) -> int:
        """Delete what is kept of a thing; return how many changes that was.

        Raises:
            NoHistoryError: none is kept.
        """
        return await self._open().purge(entity)

    async def amount(self) -> tuple[int, datetime | None, int]:
        """Return how many changes are kept, since when, and how many were not because too many came at once."""
        history = self._open()
        return await history.amount(), await history.begins(), history.dropped

    async def backtest(self, routine: str | None, text: str | None, since: datetime) -> "Backtest":
        """Replay a routine, by its id or from a file's text, over what happened since a moment.

        Raises:
            NoHistoryError: none is kept.
            UnknownRoutineError: there is no such routine.
            AwayError: routines are not read yet.
        """
        from daemon.backtesting import backtest, needed
        from daemon.routines.reading import read_routines

        history, now = self._open(), self._ground.clock.now()
        form = text if text is not None else await self._ground.routines.form([routine or ""])
        found = (await asyncio.to_thread(read_routines, form)).routines
        if not found:
            raise UnknownRoutineError("there is no routine in it that is understood; see: hearth routine lint FILE")
        around = self.sight()
        recording = await history.recording(needed(found[0], around), since, now)
        return await asyncio.to_thread(backtest, found[0], recording, around)

    async def recalled(self, utterance: Utterance) -> str | None:
        """Return the answer to a question about the past; ``None`` if it is none, or nobody knows.

        Why something is so of which the record does not say who did it, skills answer, who know what the thing says
        of itself.
        """
        if utterance.cause.origin not in _PEOPLE:
            return None
        if (measured := await self._extreme(utterance.text)) is not None:
            return measured
        if _OCCASIONS.search(utterance.text):
            return await self._occasion(utterance.text)
        if _ASKS.search(utterance.text) is None or _TALK.search(utterance.text) is not None:
            return None
        try:
            if _DEEDS.search(utterance.text):
                return await self._deeds(utterance)
            explanation = await self.explain(utterance.text)
        except DaemonError as error:
            log.info("a question about the past could not be answered: %s", error)
            return None
        question, found = explanation.question, explanation.finding
        about = question.things or question.routines or question.general or question.telling
        known = found.cause != "unknown" or (question.negative and not question.still)
        return explanation.text if about and known else None

    async def _extreme(self, text: str) -> str | None:
        """Return how warm or damp it got, or whether it rained; ``None``: that is not asked, or not measured here."""
        if self._history is None or _EXTREMES.search(text) is None:
            return None
        from daemon.explaining.extremes import read_extreme, told_extreme

        now = self._ground.clock.now().astimezone(self._ground.zone)
        sought = read_extreme(text, self._ground.home, now)
        if sought is None:
            return None
        recording = await self._recording([one.id for one in sought.things], sought.since, sought.until)
        return None if recording is None else told_extreme(sought, recording, now)

    async def _occasion(self, text: str) -> str | None:
        """Return when something last was so, for how long or how often; ``None``: it is about nothing of this house."""
        from daemon.explaining.gathering import Sources, gathered
        from daemon.explaining.occasions import asks_occasion, thing_of, told_occasion
        from daemon.explaining.question import read_question

        asked = asks_occasion(text)
        if asked is None or self._history is None:
            return None
        now = self._ground.clock.now().astimezone(self._ground.zone)
        question = await asyncio.to_thread(read_question, text, gathered(Sources(self._ground.home, now)))
        thing = thing_of(question, text)
        if thing is None or (question.up is None and thing.domain != "person"):
            return None
        kept = await self._history.between(thing.id, min(now - LAST_BACK, question.since or now), now)
        return told_occasion(asked, question, text, thing, kept, now)

    async def _deeds(self, utterance: Utterance) -> str:
        """Return what was done while somebody was away, or in the time that is named."""
        from daemon.explaining.deeds import deeds

        person, now = utterance.cause.person, self._ground.clock.now().astimezone(self._ground.zone)
        known = self._history
        people = [person] if person is not None else list(self._ground.household.people)
        changes = [
            kept for one in people if known is not None
            for kept in await known.between(f"person.{one}", now - LOOKED_BACK, now)
        ]  # fmt: skip
        return deeds(utterance.text, changes, await self._ground.journal.recent(limit=MOST_DEEDS), now)

    async def explain(self, text: str) -> "Explanation":
        """Answer a question about the past, in the language of the moment."""
        from daemon.explaining.answering import explained
        from daemon.explaining.gathering import Sources, gathered
        from daemon.explaining.question import read_question
        from daemon.explaining.switches import buttons_near
        from daemon.history.standing import STANDING

        now = self._ground.clock.now().astimezone(self._ground.zone)
        routines = tuple(await self._ground.routines.in_force())
        sight = self.sight()
        blank = gathered(Sources(self._ground.home, now, routines=routines))
        # In a thread: every name of a large house is looked at.
        question = await asyncio.to_thread(read_question, text, blank)
        named = [thing.id for thing in question.things]
        entities = [*_about(named, routines, bare=not named), *buttons_near(named, blank.things)]
        since = min(now - LOOKED_BACK, question.since or now)
        recording = await self._recording([*entities, *STANDING], since, now)
        entries = await self._ground.journal.entries(limit=MOST_ENTRIES)
        traces = await self._ground.routines.traces(None, None, MOST_RUNS)
        sources = Sources(
            self._ground.home,
            now,
            [entry for entry in entries if entry.at >= since],
            recording,
            traces,
            routines,
            lambda event: sight.sun(event, now.date()),
            await self._held(since) if self._held is not None else (),
            {person: one.name for person, one in self._ground.household.people.items()},
        )
        return await asyncio.to_thread(explained, question, gathered(sources))

    async def _recording(self, entities: Sequence[str], since: datetime, now: datetime) -> "Recording | None":
        if self._history is None:
            return None
        try:
            return await self._history.recording(entities, since, now)
        except sqlite3.Error:
            return None

    def _open(self) -> "History":
        if self._history is None:
            why = "it is not open yet" if self._section.keep else "history.keep is off"
            raise NoHistoryError(f"there is no history: {why}")
        return self._history

    async def recording(self, entities: Sequence[str], since: datetime, until: datetime) -> "Recording":
        """Return what some things were in a stretch of time.

        Raises:
            NoHistoryError: none is kept.
        """
        return await self._open().recording(entities, since, until)

    def sight(self) -> "World":
        """Return the house as it is now."""
        from daemon.automating.sight import House

        ground = self._ground
        return House(ground.home, ground.household, ground.zone, ground.place).now(ground.clock.now())


def _about(things: Sequence[str], routines: "Sequence[Routine]", *, bare: bool) -> Sequence[str]:
    """Return the things whose past matters for a question: what it names, and what routines about that go by."""
    from daemon.explaining.leaves import looked_at
    from daemon.routines.actions import Call
    from daemon.routines.interests import interests_of
    from daemon.routines.walking import parts_of

    wanted = dict.fromkeys(things)
    for routine in routines:
        heard = {*interests_of(routine.triggers).entities, *looked_at(routine.conditions)}
        calls = {str(part) for call in parts_of(routine.actions, Call) for part in parts_of(call.target, str)}
        if bare or heard & set(things) or calls & set(things) or not all("." in call for call in calls):
            wanted |= dict.fromkeys((*sorted(heard), *sorted(call for call in calls if "." in call)))
    return list(wanted)[:_NEAR_ENTITIES]
