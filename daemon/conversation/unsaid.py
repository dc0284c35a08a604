"""Takes PINs out of what is said before anything looks at it, keeps it or writes it down."""

from dataclasses import replace

from daemon.conversation.threads import Question, Thread
from daemon.pins import MASK, begun, heard, parted, sounds_like
from skills.grammar.model import Completeness, Decision, Outlook, Understanding
from skills.model import Cause, Utterance


def without_pin(utterance: Utterance, thread: Thread, now_s: float) -> Utterance:
    """Return what was said without the PIN in it, which the thread holds until it is taken.

    What is nothing but digits may answer another question, and is left alone while that is open.
    """
    thread.pin = None
    question = thread.question if thread.question is not None and thread.question.until_s > now_s else None
    asked = question is not None and question.wants_pin
    if question is not None and not asked and heard(utterance.text) is not None:
        return utterance
    text, thread.pin = parted(utterance.text, asked=asked)
    if asked and thread.pin is None and sounds_like(text):
        text = MASK
    if text == utterance.text:
        return utterance
    said = text if utterance.cause.said is not None else None
    return replace(utterance, text=text, cause=replace(utterance.cause, said=said))


def outlook_of_pin(text: str, question: Question | None) -> Outlook | None:
    """Return how whole a PIN is that is being said; ``None``: none is.

    How many digits it has nobody knows: after the fewest that there can be, a pause is waited for as after any words.
    """
    found = begun(text, asked=question is not None and question.wants_pin)
    if found is None:
        return None
    completeness = Completeness.UNKNOWN if found else Completeness.OPEN
    return Outlook(completeness, Understanding(Decision.DEFER))


def instead_of(text: str, cause: Cause | None) -> str | None:
    """Return what may be put down in place of what was said: of a PIN its mask, of a talk off the record nothing.

    ``None``: the words themselves.
    """
    if cause is None or cause.said == text:
        return None
    return "" if cause.said is None else cause.said if MASK in cause.said else None


def taken(thread: Thread) -> str | None:
    """Return the PIN that was said just now, once."""
    pin, thread.pin = thread.pin, None
    return pin
