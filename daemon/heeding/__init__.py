"""What people told the house about how it shall behave, and where that changes what is done: rules, tastes, manner.

What was told stands in the memory and nowhere else. Here it is read into what acts: plain rows at the start, without
loading what finds memories, and again whenever something was told, put right or forgotten.
"""

from daemon.heeding.heeding import Heeding
from daemon.heeding.rules import Adds, AsksFirst, Brief, Forbids, Hushes, Rule, instructs, is_own, rule_of
from daemon.heeding.spelling import spelled

__all__ = [
    "Adds",
    "AsksFirst",
    "Brief",
    "Forbids",
    "Heeding",
    "Hushes",
    "Rule",
    "instructs",
    "is_own",
    "rule_of",
    "spelled",
]
