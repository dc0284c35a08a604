"""Whatever Hearth says, in the language of the one it says it to.

The texts are written in English where they are used: ``say("{lights} {lights:is|are} already off", lights=…)``. Each
other language is two files of data in this folder: a gettext catalogue that gives every text as a whole sentence
(``de.po``), and how names, numbers and days are worded (``de.toml``). What a catalogue lacks is said in English.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from skills.language.tongue import ENGLISH, Tongue, tongue_of, tongues
from skills.language.words import Words

__all__ = ["ENGLISH", "Tongue", "Words", "current", "say", "speak_from_here", "speaking", "term", "tongues"]

_current = ContextVar("hearth.language", default=ENGLISH)


def current() -> Tongue:
    """Return the language that is spoken just now: by this task, and by those it starts."""
    return tongue_of(_current.get())


@contextmanager
def speaking(language: str | None) -> Generator[None]:
    """Speak a language inside the block, ``de`` or ``de-CH``; what Hearth does not speak is English, as is nothing.

    It holds for everything that is awaited or started in the block, as a cause does: who words something deep inside
    a skill need not be told who asked.
    """
    if language is None:
        yield
        return
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def speak_from_here(language: str) -> None:
    """Speak a language from here on, in this task and those it starts: that of the house, at its start."""
    _current.set(language)


def say(text: str, /, **given: object) -> str:
    """Return a text in the language of the moment, with what is given at its places.

    A place is ``{lights}``, or in a grammatical case ``{lights:acc}``, or a choice by number: ``{lights:is|are}``,
    ``{count:light|lights}``. Which of these it is, each language says for itself.
    """
    return current().say(text, given)


def term(context: str, text: str) -> str:
    """Return a word or two in the language of the moment, where the English alone does not tell what is meant."""
    return current().term(context, text)
