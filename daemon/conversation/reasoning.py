"""What may be asked of the model, and under which cause its proposals are carried out."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.conversation.threads import Exchange, Thread
from daemon.reasoner.aloud import Speak
from daemon.reasoner.checking import Do, Proposal, Say
from daemon.reasoner.directing import Directive
from daemon.reasoner.errors import ModelError
from daemon.reasoner.prompt import Earlier
from devices.model import AreaId, HomeView
from skills.grammar.model import Decision, Understanding
from skills.language import say
from skills.model import Cause, Origin, PersonId, Utterance

log = logging.getLogger("hearth." + __name__)

WORTH_IT = frozenset({"no-antecedent", "no-sentence", "no-such-entity", "question", "too-hard"})
"""Why no sentence fitted, by the engine's reason, where a model may know more ("what is the capital of France" is about
a thing that is not here); of the rest it is known what it is.
"""
LATER = frozenset({"condition", "time"})
"""Why a sentence must not be carried out now, where a model may draft the routine that it is, and nothing else."""
PEOPLE = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})
"""The doors through which people speak: nothing else gets to ask a model."""
COMFORT = frozenset({"light", "cover", "fan", "scene", "climate", "media_player"})
"""What a voice that nobody knows gets of a model without being asked, as far as the policy lets it."""


STILL_S = 4.5
"""Who waits by voice hears something after this: with recogniser and voice, within 6 s of their last word."""


class Thinker(Protocol):
    """What the conversation needs of the reasoner."""

    async def propose(
        self,
        text: str,
        *,
        now: datetime,
        language: str,
        area: AreaId | None = None,
        person: PersonId | None = None,
        earlier: Sequence[Earlier] = (),
        later: bool = False,
        speak: Speak | None = None,
    ) -> Proposal:
        """Return what words mean, or raise ModelError; ``speak`` is given sentences of talk as they come.

        With ``later`` they name a time or a condition, and nothing that is to be done now may come of them.
        """
        ...


class Thinking:
    """Asks the model for one conversation, and keeps what was talked about with it."""

    def __init__(self, thinker: Thinker | None, clock: Clock, zone: ZoneInfo) -> None:
        """Take who thinks; None: nobody does."""
        self._thinker, self._clock, self._zone = thinker, clock, zone
        self._trouble = ""

    @property
    def thinks(self) -> bool:
        """Whether there is a model that can be asked."""
        return self._thinker is not None

    async def proposed(
        self, meaning: Understanding, utterance: Utterance, thread: Thread, speak: Speak | None
    ) -> Proposal | ModelError | None:
        """Return what the model makes of a sentence that nothing covers, or what went wrong; ``None``: it is not asked.

        ``speak`` is given what can be said meanwhile; a person who waits hears that it goes on.
        """
        if self._thinker is None or meaning.decision is not Decision.DEFER or utterance.cause.origin not in PEOPLE:
            return None
        reason = meaning.reason.partition(":")[0]
        if reason not in WORTH_IT | LATER:
            return None
        now_s = self._clock.monotonic()
        person = utterance.cause.person
        earlier = [Earlier(one.said, one.told, one.heard) for one in thread.talked(now_s, person)]
        earlier = earlier or [Earlier(said) for said in thread.history(now_s)]
        exchange = Exchange(now_s, utterance.text, person=person)
        thread.talk.append(exchange)
        aloud = None if speak is None else _noted(exchange, speak)
        async with asyncio.TaskGroup() as group:
            reassuring = None if speak is None else group.create_task(self._reassure(exchange, utterance, speak))
            try:
                proposal = await self._thinker.propose(
                    utterance.text,
                    now=utterance.said_at.astimezone(self._zone),
                    language=utterance.language,
                    area=utterance.area,
                    person=person,
                    earlier=earlier,
                    later=reason in LATER,
                    speak=aloud,
                )
            except ModelError as error:
                # Once: of a model that is away the rest would fill the log.
                told = log.debug if str(error) == self._trouble else log.warning
                told("the model was of no help: %s", error)
                self._trouble = str(error)
                return error
            finally:
                if reassuring is not None:
                    reassuring.cancel()
        self._trouble = ""
        if isinstance(proposal, Say):
            exchange.told = proposal.text
        return proposal

    async def _reassure(self, exchange: Exchange, utterance: Utterance, speak: Speak) -> None:
        """Tell who waits by voice that it is still being thought about, unless it was answered meanwhile."""
        await self._clock.sleep(STILL_S)
        if not exchange.told and utterance.cause.origin is Origin.VOICE:
            speak(say("Still on it."))


def _noted(exchange: Exchange, speak: Speak) -> Speak:
    def noted(sentence: str) -> None:
        exchange.told = f"{exchange.told} {sentence}".strip()
        speak(sentence)

    return noted


def cause_of(proposal: Do | Directive, cause: Cause, home: HomeView) -> Cause:
    """Return why its steps are carried out: a model worded them, and what a person's words were not about is asked.

    So is what a voice that nobody knows is about, beyond comfort: it may be a radio.
    """
    stranger = cause.origin is Origin.VOICE and cause.person is None
    about = [home.entity(target) for match in proposal.matches for target in match.targets]
    beyond = any(thing is not None and thing.domain not in COMFORT for thing in about)
    if isinstance(proposal, Directive):
        # Each of its steps has its own label, and a plan is asked about as a whole anyway.
        return replace(cause, origin=Origin.MODEL)
    asked = not proposal.grounded or (stranger and beyond and proposal.changes)
    return replace(cause, origin=Origin.MODEL, tainted=cause.tainted or asked)
