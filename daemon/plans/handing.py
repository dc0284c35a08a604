"""Hears what is said about a project that is open: how it stands, who takes care of what, and what is settled.

None of this is about anything of ours in a house without projects, or where none of them is named, knows the thing, or
was just spoken of: "Anna takes care of the drinks" and "who takes care of the drinks?" may be about anything.
"""

import re
from collections.abc import Mapping, Sequence

from devices.names import fold
from skills.grammar.model import Decision, Understanding
from skills.model import Match
from skills.planned import Item, Project

HANDED, WHOSE, TICKED, AHEAD = "plans.handed", "plans.whose", "plans.ticked", "plans.ahead"
"""The intents of such sentences."""
Heard = tuple[str, Mapping[str, object]]
JUST_NOW_S = 600.0
"""So long after something about a project was noted, what is said of somebody's part is about it."""

SMALL = frozenset(
    fold("the a an for of in to our my question about how who what is are many much").split()
    + fold("die das der den dem für bei beim im um wie wer was ist sind unser unsere frage viele viel").split()
)
"""Words that make no thing the same as another."""

_CARES = r"(?:takes care of|will take care of|is taking care of|looks after|sees to|is in charge of)"
_HANDED = re.compile(
    rf"(?i)^\s*(?P<who>[\w'’.-]+(?: [\w'’.-]+){{0,2}}) (?:{_CARES}|kümmert sich um)"
    r"(?: (?:the|die|das|den|der))? (?P<what>[^?]{2,120}?)[\s.!]*$"
)
_WHO = re.compile(rf"(?i)^\s*(?:who {_CARES}|wer kümmert sich um) (?P<what>[^?]{{2,120}}?)[\s.?!]*$")
_WHAT = re.compile(
    r"(?i)^\s*(?:what (?:does|will) (?P<who>[\w'’-]+) (?:take care of|look after|see to|do)"
    r"|what (?:did|have) (?:i|we) (?:hand|handed|give|given)(?: over)? to (?P<to>[\w'’-]+)"
    r"|(?:worum|um was) kümmert sich (?P<wer>[\w'’-]+)"
    r"|was (?:macht|übernimmt) (?P<der>[\w'’-]+))(?: (?:for|in|für|bei|beim) [^?]{2,80}?)?[\s.?!]*$"
)
_STANDS = re.compile(
    r"(?i)^\s*(?:how (?:is|are|does) .*\b(?:going|doing|stand|coming along)|how far (?:are we|is it) with .*"
    r"|what(?:'s| is| do we) .*\b(?:open|left|next|to do|missing)\b.*"
    r"|wie (?:steht|geht|läuft|sieht) (?:es\b.*|(?:das|der|die)\b.*)"
    r"|was (?:ist|steht|kommt|fehlt) .*\b(?:offen|an|dran|noch|als nächstes|zu tun)\b.*"
    r"|wie weit (?:sind wir|ist) .*)[\s.?!]*$"
)
_SETTLED = re.compile(
    r"(?i)^\s*(?:(?:tick|check|cross) off (?P<off>.+)|(?:hake?|streiche?) (?P<ab>.+) (?:ab|durch)"
    r"|(?P<so>.+?) (?:is|are|ist|sind)"
    r" (?:done|settled|answered|decided|clear|erledigt|geklärt|beantwortet|entschieden))[\s.!]*$"
)


def handed(text: str, projects: Sequence[Project], spoken_of: int | None) -> Understanding | None:
    """Return what a sentence says about a project; ``None`` where it is about none.

    ``spoken_of`` is the project that something was noted for just now.
    """
    if not projects:
        return None
    named = [one for one in projects if f" {fold(one.name)} " in f" {fold(text)} "]
    heard = _whose(text, named or projects) or (_named(text, named[0]) if len(named) == 1 else None)
    if heard is None and not named:
        heard = _unnamed(text, projects, spoken_of)
    if heard is None:
        return None
    intent, slots = heard
    return Understanding(Decision.ACT, (Match(intent, slots),), confidence=1.0, reason="of a project")


def _whose(text: str, projects: Sequence[Project]) -> Heard | None:
    """Hear who is asked for a thing, or a thing for who, of what was handed to anybody."""
    if (found := _WHO.match(text)) is not None and any(_knowing(one, found["what"]) for one in projects):
        return WHOSE, {"what": found["what"]}
    found = _WHAT.match(text)
    who = fold(next((one for one in found.groups() if one), "")) if found is not None else ""
    handed_to = {fold(item.who) for one in projects for item in one.items if not item.done}
    return (WHOSE, {"who": who}) if who and who in handed_to else None


def _named(text: str, project: Project) -> Heard | None:
    """Hear what is settled of a project that is named, or how it stands."""
    if (found := _SETTLED.match(text)) is not None:
        # Whatever stands around it: "the chairs for the garden party are done" is about the one thing that is chairs.
        said = set(fold(next(one for one in found.groups() if one)).split()) - set(fold(project.name).split())
        items = [item for item in project.items if not item.done and _words(item.text) & said - SMALL]
        return (TICKED, {"what": items[0].text, "project": project.name}) if len(items) == 1 else None
    return (AHEAD, {"project": project.name}) if _STANDS.match(text) is not None else None


def _unnamed(text: str, projects: Sequence[Project], spoken_of: int | None) -> Heard | None:
    """Hear what is handed to whom, where one project knows the thing or was just spoken of."""
    found = _HANDED.match(text)
    if found is None:
        return None
    knowing = [one for one in projects if _knowing(one, found["what"])]
    meant = knowing or [one for one in projects if one.id == spoken_of]
    if len(meant) != 1:
        return None
    return HANDED, {"who": found["who"], "what": found["what"], "project": meant[0].name}


def _knowing(project: Project, what: str) -> Sequence[Item]:
    """Return what is open of a project and has one of the words that matter."""
    said = _words(what) - SMALL
    return [item for item in project.items if not item.done and said & _words(item.text)]


def _words(text: str) -> set[str]:
    return set(fold(text).split())
