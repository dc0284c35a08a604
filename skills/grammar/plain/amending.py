"""Changes the draft of a routine by what somebody says of it: another time, another lamp, only on weekdays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from skills.grammar.model import Context, Decision
from skills.grammar.plain.assembling import Parts, condition, set_off_by
from skills.grammar.plain.changing import another_length, another_number, another_thing
from skills.grammar.plain.clauses import clauses, cleaned
from skills.grammar.plain.drafting import Drafter, Household, draft
from skills.grammar.plain.model import (
    At,
    Dark,
    Days,
    Draft,
    Fact,
    Pace,
    Sky,
    Unclear,
    UnclearError,
    Window,
    Written,
    conditions_of,
    triggers_of,
)
from skills.grammar.plain.replies import Replies, replies
from skills.grammar.plain.said import Said, said
from skills.grammar.plain.speech import Pattern, Speech, speech
from skills.grammar.plain.times import OnceError, part_of_day
from skills.grammar.tokens import words_of

MOST_WORDS = 30
_TIMELY = ("time", "sun", "time_pattern")
HALF_DAY_H = 12


@dataclass(frozen=True, slots=True)
class Remark:
    """What was said of a draft, without the words that only say that it is about it."""

    words: Said
    marked: bool = False
    """Whether it was said that something shall be otherwise: "no", "instead", "make it"."""
    adds: bool = False
    limits: bool = False
    """Whether it says when only."""


def amended(
    text: str, definition: Mapping[str, object], household: Household, language: str, about: str = ""
) -> Draft | Unclear | None:
    """Return a draft as it is after a remark about it, or what has to be asked; ``None``: it is no remark about it.

    ``about`` is what was said first, of which a message that is given no words says what sets it off.

    A sentence that is a command by itself is none, unless it is said that it shall be so instead, or as well.
    """
    known, ways = speech(language), replies(language)
    if known is None or ways is None or text.rstrip().endswith("?"):
        return None
    remark = remark_of(text, known, ways)
    if not 0 < len(remark.words) <= MOST_WORDS:
        return None
    if not remark.marked and household.understand(text, Context()).decision is Decision.ACT:
        return None
    if not remark.marked and isinstance(draft(text, household, language), Draft):
        return None  # another routine
    try:
        return _Amender(definition, household, known, _event_in(about, known)).amended(remark)
    except UnclearError as error:
        return error.unclear
    except OnceError:
        return None


def asked_about(text: str, language: str) -> str | None:
    """Return what somebody wants to know of a draft: ``rest``, ``again`` or ``trial``; ``None``: nothing."""
    ways = replies(language)
    words = " ".join(words_of(text))
    return None if ways is None else next((name for name, pattern in ways.asks if pattern.fullmatch(words)), None)


def remark_of(text: str, known: Speech, ways: Replies) -> Remark:
    """Return what a text says that may be a remark."""
    words = said(text, known.written_out, known.after_is)
    marked = adds = False
    while words.words:
        before = words
        words = _without_start(words, ways.leads)
        wrong = _start(words, ways.takes)
        if wrong:
            # "Not the hall light, the kitchen light": what follows the break is meant.
            after = [at for at in sorted(words.breaks) if at > wrong]
            after = after or [end for start, end in words.spans(known.joins) if start > wrong]
            words = words.cut(after[0]) if after else words
        words = _without_end(words, ways.trails)
        if words is before or len(words) == len(before):
            break
        marked = True
    for start, end in list(words.spans(ways.adds)):
        if start == 0 or end == len(words):
            words, adds = words.without((start, end)), True
            break
    began_with = said(text, known.written_out).words[:1]
    adds = adds or (bool(began_with) and known.joins.fullmatch(began_with[0]) is not None)
    limits = bool(words.words) and words.words[0] in ("only", "nur", "just", "bloss")
    spans = list(words.spans(known.fillers))
    return Remark(words.without(*spans) if spans else words, marked or adds or limits, adds, limits)


def _start(words: Said, pattern: Pattern) -> int:
    found = pattern.match(words.text)
    taken = found.group().strip() if found is not None else ""
    return taken.count(" ") + 1 if taken else 0


def _without_start(words: Said, pattern: Pattern) -> Said:
    size = _start(words, pattern)
    return words.cut(size) if size > 0 else words


def _without_end(words: Said, pattern: Pattern) -> Said:
    for size in (3, 2, 1):
        if len(words) > size and pattern.fullmatch(" ".join(words.words[-size:])):
            return words.cut(0, len(words) - size)
    return words


def _event_in(text: str, known: Speech) -> str:
    """Return the clause of a sentence that says what sets the routine off."""
    found = [clause.said for clause in clauses(cleaned(text, known), known) if clause.kind in ("event", "if")]
    return found[0].cut(0, min(found[0].breaks, default=None)).written if found else text


class _Amender:
    """Changes one draft."""

    def __init__(self, definition: Mapping[str, object], household: Household, known: Speech, about: str) -> None:
        self._definition, self._about = definition, about
        self._triggers: list[Written]
        self._conditions: list[Written]
        self._actions: list[Written]
        self._triggers, self._conditions, self._actions = (
            list(cast("Sequence[Written]", definition.get(key) or ())) for key in ("triggers", "conditions", "actions")
        )
        self._drafter = Drafter(household, known)
        self._drafter.follow(self._drafter.setting, Draft(definition))
        self._speech = known

    def amended(self, remark: Remark) -> Draft | Unclear | None:
        for words in dict.fromkeys((remark.words, remark.words.cut(int(remark.limits)))):
            if not words.words or not self._changed(words, remark):
                continue
            return Draft(
                {
                    **self._definition,
                    "triggers": self._triggers,
                    "conditions": self._conditions,
                    "actions": self._actions,
                }
            )
        return None

    def _changed(self, words: Said, remark: Remark) -> bool:
        """Change what a remark says, all of it or nothing; return whether that was possible."""
        part = part_of_day(words, self._speech) if remark.limits else None
        if part is not None:
            self._limit(condition(part))
            return True
        if self._by_words(words, remark):
            return True
        try:
            parts, left = self._drafter.pieces(words)
        except UnclearError:
            return self._by_order(words, remark)
        if not (parts.times or parts.events.all or parts.events.alternatives or parts.ifs or parts.only):
            return bool(left) and self._by_order(words, remark)
        before = self._triggers, self._conditions, self._actions
        self._when(parts, remark)
        if all(self._by_words(rest, remark) or self._by_order(rest, remark) for rest in left):
            return True
        self._triggers, self._conditions, self._actions = before
        return self._by_order(words, remark)

    def _by_words(self, words: Said, remark: Remark) -> bool:
        """Change a length, a number or a thing; a limit is none, and what comes in addition is another thing only."""
        if remark.limits:
            return False
        setting = self._drafter.setting
        if remark.adds:
            changed = None if self._is_order(words) else another_thing(words, setting, [], [], self._actions[-1:])
            self._actions = self._actions if changed is None else [*self._actions, *changed[2]]
            return changed is not None
        if self._is_order(words):
            return False
        for change in (another_length, another_number, another_thing):
            changed = change(words, setting, self._triggers, self._conditions, self._actions)
            if changed is not None:
                self._triggers, self._conditions, self._actions = changed
                return True
        return False

    def _words_told(self) -> str:
        """Return what a message says that is given no words: what another one says, else what sets the routine off."""
        data = [cast("Mapping[str, object]", one["data"]) for one in self._actions if "data" in one]
        return next((str(one["message"]) for one in data if one.get("message")), self._about)

    def _is_order(self, words: Said) -> bool:
        if self._speech.verbs.fullmatch(words.words[0]) is None:
            return False
        try:
            return self._drafter.orders(words) is not None
        except UnclearError:
            return True

    def _by_order(self, words: Said, remark: Remark) -> bool:
        if not remark.marked or remark.limits:
            return False
        actions = self._drafter.orders(words, self._words_told())
        if actions is None:
            return False
        self._actions = [*self._actions, *actions] if remark.adds else actions
        return True

    def _when(self, parts: Parts, remark: Remark) -> None:
        """Let it be set off by something else, or be limited otherwise."""
        if parts.events.all or parts.events.alternatives:
            triggers, conditions = set_off_by(parts.events)
            self._triggers = [*self._triggers, *triggers] if remark.adds else triggers
            self._limit(conditions)
        starts: list[Fact] = []
        for fact in parts.times:
            if self._sets_off(fact) and not remark.limits:
                starts.append(self._near(fact))
            elif isinstance(fact, Days):
                self._conditions = [one for one in self._conditions if "weekday" not in one]
                self._conditions += conditions_of(fact)
            else:
                self._limit(condition(fact))
        if starts:
            triggers = [one for fact in starts for one in triggers_of(fact)]
            self._triggers = [*self._triggers, *triggers] if remark.adds else triggers
        self._limit([*(one for fact in parts.ifs for one in condition(fact)), *parts.only])

    def _sets_off(self, fact: Fact) -> bool:
        timely = all(one.get("trigger") in _TIMELY for one in self._triggers)
        match fact:
            case At() | Pace():
                return True
            case Sky():
                return not fact.since
            case Dark():
                return timely
            case Window():
                return timely and fact.before is None and fact.roughly
            case _:
                return False

    def _near(self, fact: Fact) -> Fact:
        """Return a time of which nothing says the half of the day in the half in which the routine runs."""
        if not isinstance(fact, At) or not fact.bare:
            return fact
        hours = [
            int(str(at)[:2]) for one in self._triggers if one.get("trigger") == "time" for at in _listed(one["at"])
        ]
        hour = int(fact.times[0][:2])
        late = bool(hours) and min(hours) >= HALF_DAY_H and hour < HALF_DAY_H
        times = tuple(f"{int(at[:2]) + HALF_DAY_H:02}{at[2:]}" for at in fact.times) if late else fact.times
        return replace(fact, times=times)

    def _limit(self, conditions: Sequence[Written]) -> None:
        """Add conditions, in place of those that say the same thing otherwise."""
        for new in conditions:
            held = [at for at, one in enumerate(self._triggers) if _lasts_longer(one, new)]
            if held:
                lasting = {at: {**self._triggers[at], "for": new["for"]} for at in held}
                self._triggers = [lasting.get(at, one) for at, one in enumerate(self._triggers)]
                continue
            kept = [one for one in self._conditions if not _about_the_same(one, new)]
            self._conditions = [*kept, new]


def _lasts_longer(trigger: Written, condition: Written) -> bool:
    """Return whether a condition only says for how long that must be so which sets the routine off."""
    return (
        "for" in condition
        and trigger.get("trigger") == condition.get("condition") == "state"
        and trigger.get("entity_id") == condition.get("entity_id")
        and trigger.get("to") == condition.get("state")
    )


def _about_the_same(one: Written, other: Written) -> bool:
    if one.get("condition") != other.get("condition"):
        return False
    if one.get("condition") == "time":
        return ("weekday" in one) == ("weekday" in other)
    return "entity_id" in one and one.get("entity_id") == other.get("entity_id")


def _listed(value: object) -> list[object]:
    return list(cast("Sequence[object]", value)) if isinstance(value, list | tuple) else [value]
