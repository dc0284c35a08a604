"""What a language has for saying routines: tables of words and patterns, filled in by `english` and `german`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

Pattern = re.Pattern[str]
Table = tuple[tuple[str, Pattern], ...]
"""Names that are the same in every language, each with a pattern over folded words; the first that fits counts."""
SUN = frozenset({"sunset", "sunrise", "sonnenuntergang", "sonnenaufgang", "dusk", "dawn"})
"""What the sun does at a time of its own."""


def words(pattern: str) -> Pattern:
    """Return a pattern that fits whole words of a folded text only."""
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


def table(text: str) -> Table:
    """Return a table of lines ``name = pattern``; one that begins with a bar goes on."""
    whole = re.sub(r"\n\s*\|", "|", text.strip())
    rows = (line.partition(" = ") for line in whole.splitlines() if line.strip())
    return tuple((name.strip(), words(pattern.strip())) for name, _, pattern in rows)


@dataclass(frozen=True, slots=True)
class Speech:
    """One language."""

    code: str
    written_out: Mapping[str, tuple[str, ...]]
    fillers: Pattern
    """What says nothing anywhere."""
    openers: Pattern
    """What may stand before a wish, at the beginning."""
    from_now: Pattern
    """What says that it is to be so from now on."""
    no: frozenset[str]
    """What takes back what was said before it, where it stands alone."""
    hesitates: Pattern
    corrections: Pattern
    """What says that the words before it were wrong."""
    no_routine: Pattern
    """How sentences begin that ask, tell or are about routines themselves."""
    reasons: Table
    """``front``, ``behind``: what leads in why something is wished for; ``hence``: what leads on to the wish."""
    often: Pattern
    """On which days something is done, as it stands for two times alike."""
    begins: Pattern
    """What a wish may begin with beside a verb: a time, and what recurs."""
    subjects: frozenset[str]
    """What stands before a verb that is no order."""
    states: Pattern
    """What tells what is so, and is no order."""
    not_meant: Pattern
    """``not … but``."""
    phrases: Table
    """``open``: what a phrase follows that somebody says; ``closed``: what has one in it."""
    markers: Table
    """What begins a clause: ``event``, ``if``, ``only``, ``while``, ``unless``, ``otherwise``, ``then``."""
    joins: Pattern
    either: Pattern
    verbs: Pattern
    """What an order begins with."""
    concepts: Table
    """What things are or become, see `concepts`."""
    negation: Pattern
    happens: Pattern
    """What tells that something happens, and not only that it is so."""
    idle: frozenset[str]
    """Words that a clause may have beside what it says."""
    plain: frozenset[str]
    """Articles that single out none: ``a``, ``any``."""
    every: frozenset[str]
    classes: Mapping[str, str]
    """Words for a kind of thing -> device class or domain."""
    measures: Mapping[str, str]
    """Words for what is measured, units too -> device class."""
    same: tuple[frozenset[str], ...]
    """Words that mean the same in names."""
    above: Pattern
    below: Pattern
    between: Pattern
    below_zero: Pattern
    vague: Mapping[str, str]
    """Words that measure without a number -> device class."""
    low: frozenset[str]
    """Those of them that mean little."""
    household: Table
    """``nobody``, ``first``, ``anyone``, ``everyone``: who of all is at home."""
    sky: Table
    """``dark``, ``light``, and ``rain``, ``dry``, ``ring`` that need no subject."""
    me: frozenset[str]
    strangers: frozenset[str]
    """Pronouns that name nobody."""
    arriving: Pattern
    leaving: Pattern
    at_home: Pattern
    units: frozenset[str]
    """Words that lengths of time end in."""
    leads: Pattern
    """What stands before a length of time that something lasts."""
    waits: Pattern
    """What stands before a length that is waited for."""
    lasts: Pattern
    """What stands behind a length that something lasts and that nothing leads in: "zehn Minuten brennen"."""
    until: Pattern
    """What stands before what ends something."""
    later: Pattern
    """What stands behind a length that is waited for."""
    clock: Pattern
    """What shows that a time of day was said and not only a part of the day."""
    halves: Pattern
    """What says which half of the day."""
    recurs: Pattern
    """``every``: what shows that something comes again and again."""
    once: Pattern
    days: Pattern
    """Days of the week beside a time: what stays when they are hidden is read by itself."""
    parts: Table
    """Parts of the day without a time: ``night``, ``morning``, ``afternoon``, ``evening``, ``day``."""
    since: Table
    """``after``, ``before``: what stands before a time that limits."""
    moments: Pattern
    """What people call a time that every house has another one for."""
    tell: Table
    """``tell``, ``remind``, ``say``: what is told, at its beginning."""
    reminds: Pattern
    """What begins an order to remind somebody."""
    all_of_us: Pattern
    telling: Pattern
    """What an order does not have."""
    after_is: frozenset[str]
    """What follows a noun with "'s" that is short for "is"."""
    to: Pattern
    """What stands before a number that something is set to."""
    that: Pattern
    so: Pattern
    """What stands for what sets the routine off: ``say so``."""
    it: frozenset[str]
    there: frozenset[str]
    there_only: Pattern
    """The same where it says nothing but a room, beside an order."""
    acts: Table
    """What is to be done, see `deeds`."""
    awnings: Table
    """``out`` and ``in``: how awnings move."""
    ensure: Pattern
    """What turns a state into an order: ``make sure … is locked``."""
    checking: Pattern
    """What only leads to the question behind it: ``check if``."""
    times: Pattern
    """``three times``: how often something is done."""
    inverted: Pattern
    """Verbs that a condition without "if" begins with."""
    particles: frozenset[str]
    """Parts of verbs that stand apart from them there."""
    afterwards: Pattern
    """What stands between a length and what happened so long before."""
    place: Pattern
    """What stands before a room."""


@cache
def speech(language: str) -> Speech | None:
    """Return what is known of a language; ``None`` for one that routines cannot be said in."""
    code = language.partition("-")[0].lower()
    if code == "en":
        from skills.grammar.plain.english import ENGLISH

        return ENGLISH
    if code == "de":
        from skills.grammar.plain.german import GERMAN

        return GERMAN
    return None
