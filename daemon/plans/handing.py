"""Hears who takes care of what of a project, where it was just spoken of or knows the thing: "Anna takes care of the
drinks" is about nothing of ours otherwise.
"""

import re
from collections.abc import Sequence

from devices.names import fold
from skills.grammar.model import Decision, Understanding
from skills.model import Match
from skills.planned import Project

HANDED = "plans.handed"
"""The intent of such a sentence."""
JUST_NOW_S = 600.0
"""So long after something about a project was noted, what is said of somebody's part is about it."""

_SAID = re.compile(
    r"(?i)^\s*(?P<who>[\w'’.-]+(?: [\w'’.-]+){0,2}) "
    r"(?:(?:takes|will take|is taking) care of|looks after|sees to|is in charge of|kümmert sich um)"
    r"(?: (?:the|die|das|den|der))? (?P<what>[^?]{2,120}?)[\s.!]*$"
)


def handed(text: str, projects: Sequence[Project], spoken_of: int | None) -> Understanding | None:
    """Return what a sentence hands to whom; ``None`` where it is about no project.

    ``spoken_of`` is the project that something was noted for just now.
    """
    found = _SAID.match(text)
    if found is None or not projects:
        return None
    words = fold(text)
    if any(fold(one.name) in words for one in projects):
        # It names its project: there is a sentence for that.
        return None
    what = set(fold(found["what"]).split())
    knowing = [
        one for one in projects if any(what & set(fold(item.text).split()) for item in one.items if not item.done)
    ]
    meant = knowing or [one for one in projects if one.id == spoken_of]
    if len(meant) != 1:
        return None
    slots = {"who": found["who"], "what": found["what"], "project": meant[0].name}
    return Understanding(Decision.ACT, (Match(HANDED, slots),), confidence=1.0, reason="of a project")
