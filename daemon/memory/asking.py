"""Which fact a question asks for: whose, what about it, and as of when; what is no such question is left alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from daemon.heeding import spelled
from daemon.memory.question import Window, window_of
from daemon.memory.saying import folded

When = Literal["now", "before"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact that is asked for."""

    subject: str | None
    """Whom or what it is about, folded; None: whoever asks; `my sister` is theirs."""
    relation: str
    when: When = "now"
    """Before: what was so once and is so no longer."""
    window: Window | None = None
    """The time that is asked about."""


_WHO = r"(?P<who>i|we|[a-z][\w-]*|my [a-z]+|our [a-z]+)"
_WHOSE = r"(?P<who>my|our|[\w-]+'s|my [a-z]+'s)"
_DO = r"(?P<tense>do|does|did)"
_USED = r"(?P<used> use to| used to| previously| formerly| once)?"
_BEFORE = re.compile(r"\b(?:before|previously|formerly|earlier|in the past|until recently)\b", re.IGNORECASE)
_START = re.compile(
    r"^(?:(?:hey|ok(?:ay)?|so|and|hearth|please|tell me|do you (?:know|remember)|remind me)[,\s]+)+", re.IGNORECASE
)

_FORMS: Sequence[tuple[str, str]] = (
    (rf"where {_DO} {_WHO}{_USED} (?:live|stay)", "home"),
    (r"where (?:is|was) (?P<who>my|our) (?:home|place)", "home"),
    (rf"(?:where|who|what company) {_DO} {_WHO}{_USED} (?:work|work for|work at)", "work"),
    (r"who(?:'s| is| was) (?P<who>my) (?:employer|boss)", "work"),
    (rf"what {_DO} {_WHO}{_USED} (?:work as|do for a living)", "job"),
    (rf"what(?: kind of \w+| \w+)? {_DO} {_WHO} (?:not like|dislike|hate)", "dislikes"),
    (rf"what (?P<tense>don't|doesn't|didn't) {_WHO} like", "dislikes"),
    (rf"what {_DO} {_WHO}{_USED} (?:like|love|enjoy|prefer)", "likes"),
    (r"what(?:'s| is| are| am| was| were) (?P<who>i|we|[a-z][\w-]*) allergic to", "allergy"),
    (rf"what(?:'s| is| are|) {_WHOSE} (?:allergy|allergies)", "allergy"),
    (
        rf"what(?:'s| is| are| was| were)(?: now| currently)? {_WHOSE}(?: current)? (?:goals?|aims?|resolutions?)",
        "goal",
    ),
    (rf"(?:when(?:'s| is)|what(?:'s| is)) {_WHOSE} birthday", "birthday"),
    (r"how old (?:am|is|are) (?P<who>i|[a-z][\w-]*)(?: now)?", "age"),
    (r"what(?:'s| is) (?P<who>my [a-z]+)(?:'s name| called)", "name"),
    (r"what do you call (?P<who>me)|what(?:'s| is) (?P<whose>my) name", "name"),
    (rf"what(?:'s| is| are| was| were| used to be)(?: now)? {_WHOSE}(?: current| old| new| last)? (?P<thing>.+)", ""),
    (r"what(?:'s| is| are| was) (?P<who>)(?:the )?(?P<thing>.+)", "is"),
)
_PATTERNS = tuple((re.compile(f"^{form}$", re.IGNORECASE), relation) for form, relation in _FORMS)


def wanted(text: str, *, now: datetime, language: str = "en") -> Wanted | None:
    """Return the fact that a question asks for; ``None`` if it asks for none that has a rule.

    "Where did I work last year?" asks as of a time, "where did I use to work?" for what is over.
    """
    plain = _START.sub("", spelled(text).strip().rstrip("?!. "))
    window, rest = window_of(plain, now, language)
    before = _BEFORE.search(rest) is not None
    rest = " ".join(re.sub(r"\b(?:in|on|at|since|during)\s*$", "", _BEFORE.sub("", rest).strip(" ,")).split())
    for pattern, relation in _PATTERNS:
        found = pattern.match(rest)
        if found is None:
            continue
        parts = found.groupdict()
        past = before or bool(parts.get("used")) or bool(re.search(r"\b(?:used to be|my old)\b", rest, re.IGNORECASE))
        over = past or (window is None and bool(re.search(r"\b(?:was|were|did|didn't)\b", rest, re.IGNORECASE)))
        subject, about = _about(parts, relation)
        return Wanted(subject, about, "before" if over and window is None else "now", window)
    return None


def _about(parts: dict[str, str | None], relation: str) -> tuple[str | None, str]:
    """Return whom or what a form asks about, and what about it."""
    who, thing = (parts.get("who") or parts.get("whose") or "").lower(), folded(parts.get("thing") or "")
    if relation == "is":
        return thing, "is"
    if thing:
        relation = re.sub(r"^favorite ", "favourite ", thing)
    if who in ("i", "me", "my"):
        return None, relation
    if who in ("we", "our"):
        return "household", relation
    return folded(who.removesuffix("'s")), relation
