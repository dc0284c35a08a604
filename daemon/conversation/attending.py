"""What is added to a turn by those who know its speaker: more to do, a shorter answer, a question at a good moment."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from daemon.conversation.answer import Answer, Status
from daemon.conversation.threads import Question
from daemon.grammars import Grammars
from devices.home import Home
from skills.grammar.model import Context, Decision, Understanding
from skills.language import say
from skills.model import Ask, Match, Origin, Utterance, Verdict

FOR_PEOPLE = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ0-9“„\"])")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|Nr|ca|bzw|z\.B)\.$")
_WHOLE = frozenset({"memory", "help", "reminders", "lists", "learning", "routines"})
"""Skills whose answers are what was asked for, all of it."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Something asked at the end of an answer, and the command that its answer completes."""

    match: Match
    ask: Ask


class Attendant(Protocol):
    """What knows the people who speak; everything is answered at once and from memory."""

    def beside(self, utterance: Utterance) -> Sequence[str]:
        """Return the commands that are carried out too when this is said."""
        ...

    def is_brief(self, utterance: Utterance) -> bool:
        """Return whether the answer to this is to be short."""
        ...

    def is_versed(self, utterance: Utterance) -> bool:
        """Return whether its speaker knows what can be said, and needs no hint."""
        ...

    def aside(self, utterance: Utterance, answer: Answer) -> Aside | None:
        """Return what is to be asked after this answer, once; ``None``: nothing, or another time."""
        ...


async def with_beside(
    attendant: Attendant, utterance: Utterance, meaning: Understanding, grammars: Grammars, home: Home
) -> Understanding:
    """Return what was meant with what is done too when this is said; what has no meaning may get one that way."""
    if utterance.cause.origin not in FOR_PEOPLE or meaning.decision is Decision.ASK:
        return meaning
    more: list[Match] = []
    for command in attendant.beside(utterance):
        fresh = Context(utterance.area, utterance.cause.person)
        for language in dict.fromkeys((utterance.language, grammars.default, "en")):
            found = await grammars.understand(language, command, home, fresh)
            if found.decision is Decision.ACT:
                more += found.matches
                break
    if not more:
        return meaning
    matches = meaning.matches if meaning.decision is Decision.ACT else ()
    # First: what is said of the house afterwards, "one light is still on", is true then.
    return Understanding(Decision.ACT, (*more, *matches), confidence=1.0, reason="as told")


def shortened(answer: Answer) -> str:
    """Return the answer in few words: what went well in one, else its first sentence; the truth is never cut.

    What failed, waits or is asked stays as it is, and so does what was asked for in full: lists, and what is known.
    """
    if answer.status is Status.DONE:
        spoken_by_others = any(outcome.told for _, outcome in answer.outcomes)
        done = answer.outcomes and all(outcome.verdict is Verdict.DONE for _, outcome in answer.outcomes)
        devices = all(action.effect == "device.call" for action, _ in answer.outcomes)
        return say("Done.") if done and devices and not spoken_by_others else answer.reply
    if answer.status is not Status.ANSWERED or answer.route not in ("grammar", "paraphrase"):
        return answer.reply
    if any(match.intent.partition(".")[0] in _WHOLE for match in answer.commands) or len(answer.commands) != 1:
        return answer.reply
    first = _SENTENCE.split(answer.reply)[0]
    if _ABBREVIATED.search(first):
        return answer.reply
    parts = first.split("; ")
    # Several parts, as "Monday …; Tuesday …; Wednesday …", are the answer itself; one beside it is more than asked.
    return first if len(parts) > 2 else f"{parts[0].rstrip('.')}."


def attended(attendant: Attendant, utterance: Utterance, answer: Answer) -> Answer:
    """Return the answer as its speaker wants it."""
    if utterance.cause.origin not in FOR_PEOPLE:
        return answer
    reply = answer.reply
    if attendant.is_brief(utterance):
        reply = shortened(answer)
    hint = say("I did not understand that. Ask me what I can do.")
    if answer.status is Status.NOT_UNDERSTOOD and reply == hint and attendant.is_versed(utterance):
        reply = say("I did not understand that.")
    return answer if reply == answer.reply else replace(answer, reply=reply)


def question_of(aside: Aside, utterance: Utterance, until_s: float) -> Question:
    """Return the question that stays open after an aside."""
    return Question(until_s, readings=(aside.match,), ask=aside.ask, about=utterance)
