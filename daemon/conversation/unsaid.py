"""Takes PINs out of what is said before anything looks at it, keeps it or writes it down."""

from dataclasses import replace

from daemon.conversation.threads import Thread
from daemon.pins import MASK, heard, parted, sounds_like
from skills.model import Utterance


def without_pin(utterance: Utterance, thread: Thread, now_s: float) -> Utterance:
    """Return what was said without the PIN in it, which the thread holds until it is taken.

    What is nothing but digits may answer another question, and is left alone while that is open.
    """
    thread.pin = None
    question = thread.question if thread.question is not None and thread.question.until_s > now_s else None
    asked = question is not None and question.wants_pin
    if question is not None and not asked and heard(utterance.text) is not None:
        return utterance
    text, thread.pin = parted(utterance.text)
    if asked and thread.pin is None and sounds_like(text):
        text = MASK
    if text == utterance.text:
        return utterance
    said = text if utterance.cause.said is not None else None
    return replace(utterance, text=text, cause=replace(utterance.cause, said=said))


def taken(thread: Thread) -> str | None:
    """Return the PIN that was said just now, once."""
    pin, thread.pin = thread.pin, None
    return pin
