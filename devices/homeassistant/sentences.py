"""Sentences that people gave to automations of Home Assistant: which they are, and whether somebody says one.

A trigger ``conversation`` has templates of words, ``[optional]`` parts, ``(this|that)`` and ``{anything}`` (2024.3 and
2026.11, `conversation/trigger.py`). Home Assistant looks at them before all other sentences, so whatever fits one is
meant for it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from devices.homeassistant.client import mapping
from devices.names import fold

MOST = 500
"""Sentences that are known at once."""
LONGEST = 300
"""Characters of a template, and of what is compared with one."""
MOST_OPEN = 3
"""Places for anything in one template: the time that comparing takes grows with each."""
_PART = re.compile(r"\[|\]|\(|\)|\||\{[^{}]*\}|[^\[\](){}|]+")
_OPENED = {"[": "(?:", "(": "(?:", ")": ")", "]": ")?", "|": "|"}


def spoken(written: Iterable[Mapping[str, object]]) -> Sequence[str]:
    """Return the templates in automations as they are written, in their order."""
    found: list[str] = []
    for automation in written:
        for trigger in _listed(automation.get("triggers", automation.get("trigger"))):
            told = mapping(trigger)
            if "conversation" in (told.get("trigger"), told.get("platform")):
                found += [one for one in _listed(told.get("command")) if isinstance(one, str)]
    return found[:MOST]


def compiled(template: str) -> re.Pattern[str] | None:
    """Return what the folded words of somebody who says it match; ``None`` for one that cannot be told for sure.

    One that would fit whatever is said is such, and so is one that is too long or no template.
    """
    parts = _PART.findall(template)
    if len(template) > LONGEST or "".join(parts) != template or sum(one.startswith("{") for one in parts) > MOST_OPEN:
        return None
    pattern, depth, sure = "", 0, False
    for part in parts:
        depth += (part in "[(") - (part in "])")
        if part.startswith("{"):
            pattern += " *.+? *"
        elif part in _OPENED:
            pattern += _OPENED[part]
        else:
            words = fold(part)
            sure = sure or (depth == 0 and bool(words))
            pattern += f" *{re.escape(words)} *" if words else " *"
    try:
        return re.compile(pattern) if sure else None
    except re.error:
        return None


def fits(text: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    """Return whether somebody said one of these sentences, and nothing else."""
    words = fold(text).strip(" .!?")
    return len(words) <= LONGEST and any(pattern.fullmatch(words) for pattern in patterns)


def _listed(found: object) -> Sequence[object]:
    return cast("list[object]", found) if isinstance(found, list) else [found]
