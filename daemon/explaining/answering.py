"""Answers a question about the past from a timeline: the one way in."""

from dataclasses import dataclass, replace

from daemon.explaining.because import because
from daemon.explaining.finding import Finding
from daemon.explaining.question import Question, read_question
from daemon.explaining.record import Record
from daemon.explaining.telling import told
from daemon.explaining.timeline import Timeline
from daemon.explaining.withheld import withheld

_GUESSES = ("unknown", "trigger-not-met")


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer, and what it rests on."""

    text: str
    finding: Finding
    question: Question


def explain(text: str, timeline: Timeline) -> Explanation:
    """Answer a question in words, in the language of the moment."""
    return explained(read_question(text, timeline), timeline)


def explained(question: Question, timeline: Timeline) -> Explanation:
    """Answer a question that was understood already."""
    record = Record(timeline)
    found = _found(question, record)
    return Explanation(told(found, timeline), found, question)


def _found(question: Question, record: Record) -> Finding:
    if question.negative:
        found = withheld(question, record)
        if question.still and found.cause in _GUESSES:
            other = because(_turned(question), record)
            return other if other.cause != "unknown" else found
        return found
    found = because(question, record)
    if found.cause == "unknown" and found.at is None:
        # It has been off all the time, or nothing in particular was named: what was to change that?
        rests = question.up is False
        if rests or not question.things:
            other = withheld(replace(question, up=True) if rests else question, record)
            return found if other.cause in _GUESSES else other
    return found


def _turned(question: Question) -> Question:
    """Return why it is so, of why it is so still."""
    up = None if question.up is None else not question.up
    return replace(question, up=up, negative=False, still=False)
