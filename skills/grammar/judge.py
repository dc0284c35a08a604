"""Decides over readings: whether they are done, asked about, or left alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from devices.model import AreaId, Entity
from skills.grammar.asking import asked, missing, on_or_off
from skills.grammar.documents import ListKind
from skills.grammar.manners import Manners
from skills.grammar.model import Decision, Understanding
from skills.grammar.pointing import SWITCHED, Pointer
from skills.grammar.reader import LEAST_ALIKE, Moment, Part, Reader
from skills.grammar.resolve import ASKED, LATER_SLOT, Doubt, Reading
from skills.grammar.tokens import Tokens, tokenize, words_of
from skills.grammar.turns import Turns
from skills.model import Match

EQUALS = 7
"""Readings that agree in so many parts of their rank are rivals where a text was guessed at."""

RISKY_DOMAINS = frozenset({"lock", "alarm_control_panel", "valve", "siren"})
RISKY_CLASSES = frozenset({"garage", "gate", "door"})
"""What is never moved on a guess: a text that had to be respelled or named it partly is asked about first."""


ELSEWHERE = "elsewhere"
"""The intent of sentences about what a home cannot do, and the reason for doing nothing about them."""

LATER = "HassStartTimer"
Decide = Callable[[Tokens, Moment], Understanding]


class Judge:
    """The decisions in one language. `decide` is asked about commands that stand inside others."""

    def __init__(self, reader: Reader, pointer: Pointer, manners: Manners, turns: Turns, decide: Decide) -> None:
        self._reader = reader
        self._pointer = pointer
        self._manners = manners
        self._turns = turns
        self._decide = decide

    def conclude(
        self, parts: Sequence[Part], moment: Moment, confidence: float, *, guessed: bool = False
    ) -> Understanding:
        """Decide over the best readings of all parts: all are done, or none."""
        best = [part.best for part in parts]
        reason = " + ".join(f"sentence: {reading.intent}" for reading in best)
        for part in parts:
            stopped = self._stopped(part, moment, reason, guessed=guessed, alone=len(parts) == 1)
            if stopped is not None:
                return stopped
        moment.meant[:] = best
        matches = tuple(match for reading in best for match in self._itemized(reading))
        loss = 0.05 * sum(reading.found.repairs for reading in best) + 0.1 * any(reading.partly for reading in best)
        return Understanding(Decision.ACT, matches, confidence=max(0.5, confidence - loss), reason=reason)

    def _stopped(self, part: Part, moment: Moment, reason: str, *, guessed: bool, alone: bool) -> Understanding | None:
        """Return what is said instead of doing a part; ``None`` if nothing stands in its way."""
        reading = part.best
        if reading.is_any_title:
            return Understanding(Decision.DEFER, reason="any-title")
        if reading.intent == ELSEWHERE:
            return Understanding(Decision.DEFER, reason=ELSEWHERE)
        if reading.doubt == Doubt.NOTHING_THERE:
            return Understanding(
                Decision.DEFER, reason=f"nothing-there: {missing(reading, self._manners, self._turns)}"
            )
        if self._may_be_opposite(part):
            return Understanding(Decision.DEFER, reason="opposite")
        if reading.free_slots and reading.free_words and self._manners.lenient.skip.issuperset(reading.free_words):
            return Understanding(Decision.DEFER, reason="unfinished")
        if reading.reads_only and not self._manners.telling.isdisjoint(reading.free_words):
            return Understanding(Decision.DEFER, reason="report")
        if reading.response in ASKED:
            block = replace(reading.found.block, response=None)
            sure = replace(reading, found=replace(reading.found, block=block))
            form = str(reading.response)
            return asked([sure], Doubt.WHICH, moment.home, self._manners, reason, alone=alone, form=form)
        if reading.is_bare_name and reading.partly and alone:
            kind = self.bare_kind(part.tokens, moment)
            if kind is not None:
                return kind
        doubt, readings = Doubt.NAME if reading.is_bare_name else reading.doubt, [reading]
        if doubt == Doubt.NONE:
            if not self._may_be_said_later(part, moment):
                return Understanding(Decision.DEFER, reason="time")
            if guessed and _is_about_no_device(reading):
                return Understanding(Decision.DEFER, reason="no-sentence")
            if reading.reads_only or not (guessed or reading.partly):
                return None
            rivals = {other.effect for other in part.readings if _is_rival(reading, other)}
            risky = any(is_risky(entity) for entity in reading.targets) or self._is_far_from_said(part)
            if len(rivals) == 1 and not risky:
                return None
            doubt, readings, reason = Doubt.WHICH, list(part.readings), f"guess: {reason}"
        return asked(readings, doubt, moment.home, self._manners, reason, alone=alone)

    def _is_far_from_said(self, part: Part) -> bool:
        """Return whether none of a name was said, and nothing that is written much like it: a stranger's name is none.

        "Fritz" sounds like a freezer to whoever knows no Fritz.
        """
        for capture in part.best.found.captures:
            said = part.tokens.words[capture.start : capture.end]
            if capture.slot.list.kind is not ListKind.NAME or any(map(self._reader.house.has_word, said)):
                continue
            names = [words_of(name) for one in part.best.targets for name in (one.name, *one.aliases)]
            if any(not set(part.tokens.words).isdisjoint(name) for name in names):
                continue  # said, in another place than a sentence has it
            alike = (SequenceMatcher(None, "".join(said), "".join(name)).ratio() for name in names)
            if max(alike, default=1) < LEAST_ALIKE:
                return True
        return False

    def _may_be_opposite(self, part: Part) -> bool:
        """Return whether an article before a verb was perhaps part of it: "the activate" may be "deactivate"."""
        article, verb = (*part.tokens.words, "", "")[:2]
        polite = (article,) in self._manners.openers
        if article not in self._manners.lenient.skip or polite or part.best.reads_only:
            return False
        return any(word.endswith(verb) and word != verb for word in self._manners.errors.turning)

    def bare_kind(self, tokens: Tokens, moment: Moment) -> Understanding | None:
        """Return what to answer to a kind of devices, of which nothing else was said; ``None`` if it was a name."""
        things = self._pointer.all(tokens.words, joined=False)
        kind = things[0].kind if things else None
        if kind is None or (kind.domain not in SWITCHED and kind.domain != "cover"):
            return None
        where = AreaId(things[0].ids[0]) if things[0].list is ListKind.AREA else moment.area
        area = None if where is None else moment.home.area(where)
        classes = frozenset(() if kind.device_class is None else [kind.device_class])
        areas = None if area is None else [area.id]
        there = self._reader.house.entities(areas=areas, domains=[kind.domain], classes=classes)
        if area is None and len(there) == 1:
            return None
        if area is None or not there:
            return Understanding(Decision.DEFER, reason="no-sentence")
        return on_or_off(there, area, kind, self._manners, self._turns)

    def _itemized(self, reading: Reading) -> list[Match]:
        """Return the commands of a reading: "add milk and eggs" is two."""
        targets = tuple(entity.id for entity in reading.targets)
        if "item" not in reading.slots:
            return [Match(reading.intent, reading.slots, targets, reading.response)]
        said = str(reading.slots["item"])
        items = map(self._bare, self._manners.items(said) or [said])
        return [Match(reading.intent, {**reading.slots, "item": item}, targets, reading.response) for item in items]

    def _bare(self, item: str) -> str:
        """Return a thing for a list without words behind it that mean nothing: "milk please"."""
        tokens = tokenize(item)
        end = len(tokens.words)
        while end > 1 and tokens.words[end - 1] in self._manners.lenient.skip:
            end -= 1
        return item if end == len(tokens.words) else tokens.said(0, end)

    def _may_be_said_later(self, part: Part, moment: Moment) -> bool:
        """Check that a command put off by a timer is one that would be carried out now, and was to be put off.

        "For ten minutes" puts nothing off, however much it sounds like "four" or "in".
        """
        later = part.best.slots.get(LATER_SLOT) if part.best.intent == LATER else None
        if later is None:
            return True
        command = tokenize(str(later))
        if moment.later or not self._manners.lasting.holds.isdisjoint({*part.tokens.words} - {*command.words}):
            return False
        inner = self._decide(command, Moment(moment.home, moment.area, later=True, read=moment.read))
        # "Stop the timer in forty minutes": a timer that waits for a timer was hardly meant.
        if any("Timer" in match.intent for match in inner.matches):
            return False
        targets = (moment.home.entity(target) for match in inner.matches for target in match.targets)
        # In which room is settled when the time has come: by where the timer then rings.
        clear = inner.decision is Decision.ACT or (
            inner.reason.startswith(Doubt.WHERE) and not self._has_pronoun(command.words)
        )
        # "Open the blind and turn it off in an hour": a time at the end is hardly that of all the different commands.
        if len({match.intent for match in inner.matches}) > 1 and not _is_time_first(part.best):
            return False
        return clear and not any(is_risky(entity) for entity in targets if entity is not None)

    def _has_pronoun(self, words: Sequence[str]) -> bool:
        """Return whether a word is a pronoun and no article: what it is about is forgotten when the time has come."""
        pronouns = self._turns.singular | self._turns.plural
        return any((word,) in pronouns and word not in self._manners.lenient.skip for word in words)


def _is_time_first(later: Reading) -> bool:
    """Return whether a command that waits stands behind how long: such a time covers all that follows."""
    starts = {capture.slot.name: capture.start for capture in later.found.captures}
    return starts[LATER_SLOT] > min(starts.values())


def _is_rival(best: Reading, other: Reading) -> bool:
    """Return whether a guess may as well mean something else; if both have the same values, the rank decides."""
    if best.rank[:EQUALS] != other.rank[:EQUALS]:
        return False
    values = ([(c.start, c.end, c.value.ids or c.value.out) for c in one.found.captures] for one in (best, other))
    return best is other or next(values) != next(values)


def _is_about_no_device(reading: Reading) -> bool:
    """Return whether a guess at words is about nothing that is known by name: "set an example" is no exam to plan."""
    devices = [entity for entity in reading.targets if entity.domain != "calendar"]
    own = not reading.intent.startswith("Hass")
    return own and not devices and not reading.free_slots and bool(reading.found.changes)


def is_risky(entity: Entity) -> bool:
    """Return whether an entity is one that is never moved on a guess."""
    return entity.domain in RISKY_DOMAINS or (entity.domain == "cover" and entity.device_class in RISKY_CLASSES)
