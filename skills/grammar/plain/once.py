"""What a sentence with a time is that is no routine: a command for one time, or a reminder that is asked for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from devices.model import HomeView
from skills.grammar.model import Decision, Understanding
from skills.grammar.plain.clauses import says_when
from skills.grammar.plain.model import UnclearError
from skills.grammar.plain.services import called
from skills.grammar.plain.speech import speech
from skills.grammar.when import Instant, find
from skills.model import Match

ONCE = "routine_drafts.once"
_SOME_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""What is a time on one day is one on every."""
_ONLY = {
    "en": re.compile(
        r"(?i)\b(?:(?:just|only) (?:the )?once|once only|(?:just|only)(?= (?:tomorrow|today|tonight|this)\b))"
    ),
    "de": re.compile(
        r"(?i)\b(?:(?:nur|bloß) einmal|einmalig|ausnahmsweise|(?:nur|bloß)(?= (?:morgen|heute|übermorgen)\b))"
    ),
}
_TELL_ME = {
    "en": (re.compile(r"(?i)\btell (?:me|us)(?= (?:to|that)\b|.*\b(?:to|that) \S+)"), "remind me"),
    "de": (
        re.compile(
            r"(?i)\bsage? mir\b(?P<when>.*?),? dass (?:ich|wir) (?P<what>.+?)(?: soll(?:en)?| muss| müssen)?[ .!]*$"
        ),
        r"erinnere mich\g<when> \g<what>",
    ),
}


def once(text: str, language: str, home: HomeView, understand: Callable[[str], Understanding]) -> Match | None:
    """Return the command for a time that comes once: "tomorrow at eight turn on the boiler"; ``None`` if it is none."""
    known, code = speech(language), language.partition("-")[0].lower()
    if known is None or text.rstrip().endswith("?") or says_when(text, known):
        return None
    text = " ".join(_ONLY[code].sub(" ", text).split())
    moment = find(text, ref=_SOME_DAY, language=code, use="reminder")
    if not isinstance(moment, Instant):
        return None
    at = " ".join(text[start:end] for start, end in moment.spans)
    rest = text
    for start, end in reversed(moment.spans):
        rest = f"{rest[:start]} {rest[end:]}"
    command = " ".join(rest.split()).strip(" ,.:;!")
    if not command or known.clock.search(at.lower()) is None or known.no_routine.match(command.lower()):
        return None
    meant = understand(command)
    try:
        done = meant.decision is Decision.ACT and all(called(match, home) for match in meant.matches)
    except UnclearError:
        return None
    return Match(ONCE, {"command": command, "time": at}) if done else None


def as_reminder(text: str, language: str) -> str | None:
    """Return "tell me every sunday to …" as the reminder that it is; ``None`` for what tells of something else."""
    code = language.partition("-")[0].lower()
    if code not in _TELL_ME:
        return None
    pattern, instead = _TELL_ME[code]
    return pattern.sub(instead, text, count=1) if pattern.search(text) else None
