"""What may be asked of the model, and under which cause its proposals are carried out."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from daemon.reasoner.checking import Do, Proposal
from daemon.reasoner.errors import ModelError
from devices.model import AreaId, HomeView
from skills.grammar.model import Decision, Understanding
from skills.model import Cause, Origin, Utterance

log = logging.getLogger("hearth." + __name__)

WORTH_IT = frozenset({"no-antecedent", "no-sentence", "no-such-entity", "question", "too-hard"})
"""Why no sentence fitted, by the engine's reason, where a model may know more ("what is the capital of France" is about
a thing that is not here); of the rest it is known what it is.
"""
PEOPLE = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})
"""The doors through which people speak: nothing else gets to ask a model."""
COMFORT = frozenset({"light", "cover", "fan", "scene", "climate", "media_player"})
"""What a voice that nobody knows gets of a model without being asked, as far as the policy lets it."""


class Thinker(Protocol):
    """What the conversation needs of the reasoner."""

    async def propose(
        self, text: str, *, now: datetime, language: str, area: AreaId | None = None, earlier: Sequence[str] = ()
    ) -> Proposal:
        """Return what words mean, or raise ModelError."""
        ...


async def proposed(
    thinker: Thinker | None, meaning: Understanding, utterance: Utterance, now: datetime, earlier: Sequence[str]
) -> Proposal | ModelError | None:
    """Return what the model makes of a sentence that nothing covers, or what went wrong; ``None``: it is not asked."""
    if thinker is None or meaning.decision is not Decision.DEFER or utterance.cause.origin not in PEOPLE:
        return None
    if meaning.reason.partition(":")[0] not in WORTH_IT:
        return None
    try:
        return await thinker.propose(
            utterance.text, now=now, language=utterance.language, area=utterance.area, earlier=earlier
        )
    except ModelError as error:
        log.warning("the model was of no help: %s", error)
        return error


def cause_of(proposal: Do, cause: Cause, home: HomeView) -> Cause:
    """Return why its steps are carried out: a model worded them, and what a person's words were not about is asked.

    So is what a voice that nobody knows is about, beyond comfort: it may be a radio.
    """
    stranger = cause.origin is Origin.VOICE and cause.person is None
    about = [home.entity(target) for match in proposal.matches for target in match.targets]
    beyond = any(thing is not None and thing.domain not in COMFORT for thing in about)
    asked = not proposal.grounded or (stranger and beyond and proposal.changes)
    return replace(cause, origin=Origin.MODEL, tainted=cause.tainted or asked)
