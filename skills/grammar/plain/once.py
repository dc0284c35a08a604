"""What a sentence with a time is that is no routine: a command for one time, or a reminder that is asked for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from devices.model import HomeView
from skills.grammar.model import Decision, Understanding
from skills.grammar.plain.clauses import says_when
from skills.grammar.plain.model import UnclearError, Written
from skills.grammar.plain.services import called, undoes_itself
from skills.grammar.plain.speech import Speech, speech
from skills.grammar.resolve import LATER_SLOT
from skills.grammar.tokens import fold
from skills.grammar.when import Instant, Range, find
from skills.model import Match

ONCE = "routine_drafts.once"
_SOME_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""What is a time on one day is one on every."""
_JOINS: Final = r"(?i),? (?:and|und)(?: then| dann)? |, (?:then|dann) "


@dataclass(frozen=True, slots=True)
class _Holding:
    """How one language says that something is so up to a time."""

    until: re.Pattern[str]
    at: str
    length: str
    """Any length of time, as it stands behind a command."""
    verbs: Mapping[str, str]
    """What keeps something as it is -> what makes it so."""


_HOLDING: Final = {
    "en": _Holding(
        re.compile(r"(?i)\b(?:until|till)\b"), "at", "for an hour", {"leave": "turn", "keep": "turn"},
    ),
    "de": _Holding(re.compile(r"(?i)\bbis\b"), "um", "für eine Stunde", {"lass": "schalte", "lasse": "schalte"}),
}  # fmt: skip
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


def once(text: str, language: str, home: HomeView, understand: Callable[[str], Understanding]) -> tuple[Match, ...]:
    """Return the command for a time that comes once: "tomorrow at eight turn on the boiler"; nothing if it is none.

    What is done before that time comes first: of "turn the light on and turn it off at ten", that it comes on now.
    """
    known, code = speech(language), language.partition("-")[0].lower()
    if known is None or text.rstrip().endswith("?") or says_when(text, known):
        return ()
    text = " ".join(_ONLY[code].sub(" ", text).split())
    moment = find(text, ref=_SOME_DAY, language=code, use="reminder")
    if not isinstance(moment, Instant | Range):
        return ()
    at = " ".join(text[start:end] for start, end in moment.spans)
    command = _without(text, moment.spans)
    if not command or known.clock.search(fold(at)) is None or known.no_routine.match(command.lower()):
        return ()
    house = _House(home, understand)
    if isinstance(moment, Range):
        return _held(command, at, code, house) if moment.start == _SOME_DAY else ()
    done = house.done(command)
    if done and not undoes_itself(done):
        return (Match(ONCE, {"command": command, "time": at}),)
    return _now_and_then(text, moment.spans, known, house)


@dataclass(frozen=True, slots=True)
class _House:
    home: HomeView
    understand: Callable[[str], Understanding]

    def meant(self, command: str) -> tuple[Match, ...]:
        """Return what a command does at once; nothing if that is not clear."""
        meant = self.understand(command)
        return meant.matches if meant.decision is Decision.ACT else ()

    def done(self, command: str) -> list[Written]:
        """Return the actions of a command; nothing for one that has others."""
        try:
            each = [called(match, self.home) for match in self.meant(command)]
        except UnclearError:
            return []
        return [action for actions in each for action in actions or ()] if all(each) else []


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split()).strip(" ,.:;!")


def _held(command: str, at: str, code: str, house: _House) -> tuple[Match, ...]:
    """Return "leave the light on until ten" as what is done now, and what is done at ten."""
    words, ways = command.split(), _HOLDING[code]
    words[0] = ways.verbs.get(words[0].lower(), words[0])
    # What undoes it is what would do so after a length of time.
    meant = house.meant(" ".join((*words, ways.length)))
    later = meant[-1].slots.get(LATER_SLOT) if len(meant) > 1 else None
    if not isinstance(later, str) or ways.until.search(at) is None:
        return ()
    return (*meant[:-1], Match(ONCE, {"command": later, "time": ways.until.sub(ways.at, at)}))


def _now_and_then(text: str, spans: Sequence[tuple[int, int]], known: Speech, house: _House) -> tuple[Match, ...]:
    """Return "turn the light on and turn it off at ten" as what is done now, and what is done at ten."""
    begins, ends = spans[0][0], spans[-1][1]
    for join in re.finditer(_JOINS, text):
        first, second = text[: join.start()], text[join.end() :]
        if join.end() > begins or not house.done(first):
            continue
        inside = [(start - join.end(), end - join.end()) for start, end in spans]
        now = house.meant(first)
        command = _named(_without(second, inside), now, known, house.home)
        if command and house.done(command):
            return (*now, Match(ONCE, {"command": command, "time": text[begins:ends]}))
    return ()


def _named(command: str, now: Sequence[Match], known: Speech, home: HomeView) -> str:
    """Return a command with the name of what was spoken of for "it"; nothing if that was several things."""
    words = known.fillers.sub(" ", command).split()
    at = next((at for at, word in enumerate(words) if fold(word) in known.it), None)
    targets = {target for match in now for target in match.targets}
    entity = home.entity(next(iter(targets))) if len(targets) == 1 else None
    if at is None:
        return " ".join(words)
    return "" if entity is None else " ".join((*words[:at], entity.name, *words[at + 1 :]))


def as_reminder(text: str, language: str) -> str | None:
    """Return "tell me every sunday to …" as the reminder that it is; ``None`` for what tells of something else."""
    code = language.partition("-")[0].lower()
    if code not in _TELL_ME:
        return None
    pattern, instead = _TELL_ME[code]
    return pattern.sub(instead, text, count=1) if pattern.search(text) else None
