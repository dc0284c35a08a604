"""From what a sentence means to what was said and done about it: the skills are asked, their wishes carried out."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from daemon.briefing import gather
from daemon.conversation.answer import Stages, Status, status_of
from daemon.gateway import GatewayError
from daemon.spoken import spoken
from devices.home import Home
from devices.model import Entity
from skills.api import Handler
from skills.automated import NoRoutines, RoutinesView
from skills.facts import FactsView, NoFacts
from skills.habitual import HabitsView, NoHabits
from skills.language import say
from skills.model import Action, Ask, Cause, Match, Outcome, Reply, Request, SkillError, Told, Utterance, Verdict
from skills.planned import NoPlans, PlansView
from skills.registry import Registry
from skills.rights import NoRights, RightsView
from skills.views import (
    AgendaView,
    AwayError,
    CalendarView,
    JournalView,
    LearnedView,
    NoAgenda,
    NoCalendar,
    NoNotices,
    NothingLearned,
    NoticesView,
    NoWatches,
    WatchesView,
)
from skills.voices import NoVoices, VoicesView

log = logging.getLogger("hearth." + __name__)

HANDLER_S = 5.0
"""The longest that a skill may think; its effects have deadlines of their own in the gateway."""


class Doer(Protocol):
    """What the conversation needs of the gateway."""

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        """Carry a wish through policy, journal and execution."""
        ...

    async def approve(self, approval: str, cause: Cause, pin: str | None = None) -> Outcome:
        """Carry out what waited for this yes, or for this PIN."""
        ...

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        """Drop what waited."""
        ...


@dataclass(frozen=True, slots=True)
class Views:
    """What skills may read beside the house."""

    journal: JournalView
    agenda: AgendaView = field(default_factory=NoAgenda)
    calendar: CalendarView = field(default_factory=NoCalendar)
    learned: LearnedView = field(default_factory=NothingLearned)
    notices: NoticesView = field(default_factory=NoNotices)
    watches: WatchesView = field(default_factory=NoWatches)
    facts: FactsView = field(default_factory=NoFacts)
    place: tuple[float, float] | None = None
    """Where the house stands: latitude and longitude in degrees."""
    routines: RoutinesView = field(default_factory=NoRoutines)
    habits: HabitsView = field(default_factory=NoHabits)
    plans: PlansView = field(default_factory=NoPlans)
    rights: RightsView = field(default_factory=NoRights)
    voices: VoicesView = field(default_factory=NoVoices)


@dataclass(frozen=True, slots=True)
class Came:
    """What one skill answered about one command, and what came of its wishes."""

    match: Match
    text: str
    """As it is said: the skill's words only if everything was done."""
    status: Status
    reply: Reply
    outcomes: tuple[tuple[Action, Outcome], ...]

    @property
    def approvals(self) -> tuple[str, ...]:
        """What waits for a yes."""
        return tuple(outcome.approval for _, outcome in self.outcomes if outcome.approval is not None)

    @property
    def wants_pin(self) -> bool:
        """Whether the yes that it waits for is a PIN."""
        return any(outcome.pin for _, outcome in self.outcomes)

    @property
    def ask(self) -> Ask | None:
        """A question whose answer completes the command."""
        ask = self.reply.ask
        return ask if ask is not None and ask.slot is not None else None


class Actor:
    """Asks skills, and has the gateway carry out what they wish for."""

    def __init__(self, home: Home, registry: Registry, gateway: Doer, views: Views, zone: ZoneInfo) -> None:
        self._home, self._registry, self._gateway = home, registry, gateway
        self.views, self._zone = views, zone

    async def carry_through(
        self, match: Match, utterance: Utterance, stages: Stages, *, told: Told | None = None
    ) -> list[Came]:
        """Let everyone who answers a command do so, and return what each said and did; ``told`` was said before."""
        targets = tuple(entity for target in match.targets if (entity := self._home.entity(target)) is not None)
        # All are asked before anything is done: what one does must not change what another says.
        replies = [
            await self._reply(handler, match, part, utterance, told)
            for handler, part in self._registry.split(match.intent, targets)
        ]
        stages.mark("handle")
        came = [await self._came(match, reply, trouble, utterance.cause) for reply, trouble in replies]
        stages.mark("act")
        return came

    async def wished(self, match: Match, utterance: Utterance) -> Sequence[Action]:
        """Return what those who answer a command would wish for; nothing is done."""
        targets = tuple(entity for target in match.targets if (entity := self._home.entity(target)) is not None)
        replies = [
            await self._reply(handler, match, part, utterance, None)
            for handler, part in self._registry.split(match.intent, targets)
        ]
        return [action for reply, _ in replies for action in reply.do]

    async def done(self, action: Action, cause: Cause) -> Outcome:
        """Carry out one wish; a wish that cannot be is a failure."""
        try:
            return await self._gateway.submit(action, cause)
        except GatewayError as error:  # a skill's mistake, not the person's
            log.error("a skill wished for what cannot be: %s", error)
            return Outcome(Verdict.FAILED, say("the skill that answered asked for something impossible"))

    async def _came(self, match: Match, reply: Reply, trouble: Status | None, cause: Cause) -> Came:
        came = tuple([(action, await self.done(action, cause)) for action in reply.do])
        outcomes = [outcome for _, outcome in came]
        return Came(match, spoken(reply.text, outcomes, self._home), trouble or status_of(reply, outcomes), reply, came)

    async def _reply(
        self,
        handler: Handler | None,
        match: Match,
        targets: tuple[Entity, ...],
        utterance: Utterance,
        told: Told | None,
    ) -> tuple[Reply, Status | None]:
        """Return what the handler says; with a status where it could not say anything."""
        if handler is None:
            log.info("nobody answers %s for %s", match.intent, sorted({entity.domain for entity in targets}))
            return Reply(say("I understand what you want, but I cannot do that yet.")), Status.NOT_UNDERSTOOD
        views, now = self.views, utterance.said_at.astimezone(self._zone)
        request = Request(
            utterance,
            match,
            targets,
            self._home,
            views.journal,
            now,
            agenda=views.agenda,
            calendar=views.calendar,
            learned=views.learned,
            notices=views.notices,
            watches=views.watches,
            facts=views.facts,
            routines=views.routines,
            habits=views.habits,
            plans=views.plans,
            rights=views.rights,
            voices=views.voices,
            place=views.place,
            told=told,
        )
        request = replace(request, gather=partial(gather, self._registry, request))
        try:
            async with asyncio.timeout(HANDLER_S):
                return await handler(request), None
        except TimeoutError:
            return Reply(say("The {skill} skill took too long.", skill=handler.skill)), Status.FAILED
        except AwayError as error:
            return Reply(f"{error}."), Status.FAILED
        except SkillError as error:
            log.warning("%s", error)
            return Reply(say("I did not catch everything that I need for that.")), Status.NOT_UNDERSTOOD
        except Exception:  # the border to skills: one that breaks must not take the daemon with it
            log.exception("skill %s broke on %s", handler.skill, match.intent)
            return Reply(say("Something went wrong in the {skill} skill.", skill=handler.skill)), Status.FAILED
