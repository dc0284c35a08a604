"""A text of time as a string with one letter a word, and rules that rewrite stretches of it into larger pieces.

A rule's pattern is a regular expression over the names of kinds (``NUM UNIT``, ``(THIS|NEXT)? WD``): spaces mean
nothing, a name in capitals stands for one piece of that kind.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from skills.grammar.when.pieces import Bad, Clock, Day, Length, Part, Point, Rule, SunPoint, Value, When

# fmt: off
_NAMES = (
    "OTHER", "NUM", "ORD", "DOT", "SLASH", "WD", "WDS", "MON", "UNIT", "PART", "MER", "OCL", "REL", "EVERY", "ALT",
    "THIS", "NEXT", "LAST", "AFTERNEXT", "IN", "AT", "ON", "FROM", "TO", "UNTIL", "BEFORE", "AFTER", "PAST", "OF",
    "AND",
    "THE", "AN", "AGO", "NOW", "BETWEEN", "DASH", "COMMA", "EXCEPT", "STARTING", "HALF", "QUARTER", "QUARTERS3",
    "TIMES",
    "PER", "WORKDAY", "WEEKEND", "WEEKENDS", "ADV", "SUN", "HOL", "END", "BEGIN", "MIDDLE", "SAME", "REST", "WITHIN",
    "LATE",
    "EARLY", "OH", "HUNDRED", "MEASURE", "THING", "SECOND", "FEW", "WAKE", "FOR", "LENGTH", "CLOCK", "CLOCKS", "DAY",
    "WHEN",
    "RULE", "SUNPOINT", "RANGE", "POINT", "PARTS", "BAD", "HOLD", "WHOLE", "MEDIA", "MORGEN", "LIMIT", "CHANGE",
    "CONJ", "HOMOPHONE", "REPAIR", "GAUGE",
)
# fmt: on
LETTER = {name: chr(0x100 + number) for number, name in enumerate(_NAMES)}
"""The letter of each kind; none of them means anything to a regular expression."""

BAD = LETTER["BAD"]
"""What cannot be keeps this kind whatever the rule was for."""

_NAME = re.compile(r"[A-Z][A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of words that is one piece."""

    kind: str
    """One of the letters."""
    value: Value
    first: int
    last: int
    """The word after its last."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a phrase is read against."""

    ref: datetime
    zone: tzinfo
    language: str
    waking: bool
    """Whether a bare hour from 5 to 11 is one of the morning: an alarm or a routine is spoken of."""
    use: str | None


class Found:
    """A match of a rule, with typed access to what its groups matched."""

    def __init__(self, match: "re.Match[str]", chunks: Sequence[Chunk], setting: Setting) -> None:
        self._match = match
        self._groups = match.re.groupindex
        self._chunks = chunks
        self.setting = setting
        self.today: date = setting.ref.date()

    def has(self, group: str) -> bool:
        """Return whether the group took part."""
        return self._start(group) >= 0

    def _start(self, group: str) -> int:
        return self._match.start(group) if group in self._groups else -1

    def all(self, group: str = "") -> Sequence[Chunk]:
        """Return every piece of a group, of the whole match without one."""
        first, last = self._match.span(group) if group else self._match.span()
        return self._chunks[first:last] if first >= 0 else ()

    def value(self, group: str) -> Value:
        """Return what the first piece of a group holds, None if the group took no part."""
        at = self._start(group)
        return self._chunks[at].value if at >= 0 else None

    def kind(self, group: str) -> str:
        """Return the letter of a group's first piece, an empty text if the group took no part."""
        at = self._start(group)
        return self._chunks[at].kind if at >= 0 else ""

    def number(self, group: str, default: float = 0) -> float:
        """Return a group's number."""
        value = self.value(group)
        return value if isinstance(value, int | float) else default

    def whole(self, group: str, default: int = 0) -> int:
        """Return a group's number without its fraction."""
        return int(self.number(group, default))

    def word(self, group: str) -> str:
        """Return a group's word."""
        value = self.value(group)
        return value if isinstance(value, str) else ""

    def clock(self, group: str) -> Clock | None:
        """Return a group's time of day."""
        value = self.value(group)
        return value if isinstance(value, Clock) else None

    def day(self, group: str) -> Day | None:
        """Return a group's day."""
        value = self.value(group)
        return value if isinstance(value, Day) else None

    def length(self, group: str) -> Length | None:
        """Return a group's length of time."""
        value = self.value(group)
        return value if isinstance(value, Length) else None

    def part(self, group: str) -> Part | None:
        """Return a group's part of the day."""
        value = self.value(group)
        return value if isinstance(value, Part) else None

    def rule(self, group: str) -> Rule | None:
        """Return a group's recurrence."""
        value = self.value(group)
        return value if isinstance(value, Rule) else None

    def when(self, group: str) -> When | None:
        """Return a group's day and time together."""
        value = self.value(group)
        return value if isinstance(value, When) else None

    def sun(self, group: str) -> SunPoint | None:
        """Return a group's time by the sun."""
        value = self.value(group)
        return value if isinstance(value, SunPoint) else None

    def end(self, group: str) -> When | Point | SunPoint | None:
        """Return a group's point in time, however it was said."""
        value = self.value(group)
        return value if isinstance(value, When | Point | SunPoint) else None


Build = Callable[[Found], "Value"]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Every stretch that `pattern` matches becomes one piece of `kind`, unless `build` returns None."""

    pattern: "re.Pattern[str]"
    kind: str
    build: Build
    languages: str


def pattern(source: str) -> "re.Pattern[str]":
    """Return the regular expression over letters that `source` spells over names of kinds."""
    return re.compile(_NAME.sub(lambda found: LETTER[found.group()], source).replace(" ", ""))


def rewrite(source: str, kind: str, build: Build, *, languages: str = "") -> Rewrite:
    """Return a rule; `languages` limits it (``"de"``)."""
    return Rewrite(pattern(source), LETTER[kind], build, languages)


def apply(rules: Sequence[Rewrite], chunks: list[Chunk], setting: Setting) -> list[Chunk]:
    """Return the pieces after every rule in turn was applied wherever it fits, from left to right."""
    letters = "".join([chunk.kind for chunk in chunks])
    for rule in rules:
        if rule.languages and rule.languages != setting.language:
            continue
        at = 0
        while match := rule.pattern.search(letters, at):
            first, last = match.span()
            at = first + 1
            value = rule.build(Found(match, chunks, setting)) if last > first else None
            if value is None:
                continue
            kind = BAD if isinstance(value, Bad) else rule.kind
            chunks = [*chunks[:first], Chunk(kind, value, chunks[first].first, chunks[last - 1].last), *chunks[last:]]
            letters = letters[:first] + kind + letters[last:]
            # What shrank may grow further to the right; what did not must not be tried for ever.
            at = first if last - first > 1 else first + 1
    return chunks
