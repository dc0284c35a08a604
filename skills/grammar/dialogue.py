"""Understands what leans on something said before: ``and the bedroom too``, ``turn it off again``, ``no, the other``.

What was said before is kept as readings. A new room, name or value takes the place of the old one in the sentence it
came from; a pronoun stands in a sentence of its own for the things of the last command that makes sense with it. Every
word must be accounted for, and nothing is done if no earlier command fits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from devices.model import Area
from skills.grammar.documents import ListKind
from skills.grammar.keeping import APPOINTING, Keeping
from skills.grammar.numbers import is_number
from skills.grammar.pointing import PLACES, SWITCHING, Pointed, Pointer, kind_of
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.resolve import Doubt, Reading
from skills.grammar.spelling import unknown_words
from skills.grammar.standing import StandIns, widened, worded
from skills.grammar.tokens import Tokens, words_of
from skills.grammar.turns import Phrase, Turn, Turns, longest

MOST_EARLIER = 4
"""So many earlier utterances are looked at."""

LONGEST_FOLLOW_UP = 14
"""In words; what is longer stands for itself."""

FEW_LETTERS = 5
"""A sentence with so few letters of its own has no verb."""

UNFINISHED = "unfinished"
"""The sign that the rest of a text was not heard."""

STEPS = frozenset(
    {
        "HassSetVolumeRelative",
        "lights.brighter",
        "lights.dimmer",
        "climate.warmer",
        "climate.cooler",
        "fans.faster",
        "fans.slower",
    }
)
"""Intents that change something by a step, so that "more" says it all."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What an utterance means after another."""

    parts: tuple[Part, ...]
    corrects: bool
    """True if this says something else in place of what was said before, or of a part of it."""
    takes_back: bool = False
    """True if what was understood before was not meant."""


class Dialogue:
    """Follow-ups in one language."""

    def __init__(self, reader: Reader, turns: Turns, language: str) -> None:
        self._reader = reader
        self._language = language
        self._turns = turns
        self.pointer = Pointer(reader, turns)
        self._stand_ins = StandIns(reader, turns)
        self._keeping = Keeping(reader, turns, self.pointer, self._stand_ins, language)

    def leans(self, tokens: Tokens, readings: Sequence[Reading], *, goes_on: bool = False) -> bool:
        """Return whether a text points back although it may be a sentence of its own: ``brighter``, ``lock it``."""
        words = tokens.words
        if longest(words, self._turns.further) == len(words):
            return True
        if any(c.slot.list.kind in _HOUSE for reading in readings[:1] for c in reading.found.captures):
            # "and the office to 18": hardly a word but the names says what is to be done.
            return readings[0].found.literal <= FEW_LETTERS and (goes_on or longest(words, self._turns.more) > 0)
        if self.points_back(words) or not self._turns.more_words.isdisjoint(words):
            return True
        if not readings or not readings[0].found.block.wants_area or not self._turns.here.isdisjoint(words):
            return False
        return not any(longest(words, self._turns.kinds, at) for at in range(len(words)))

    def only_repeats(self, tokens: Tokens) -> bool:
        """Return whether a text is nothing but "again", "once more", "a bit more"."""
        said = [turn.tokens.words for turn in self._turns.peeled(tokens)]
        known = (self._turns.again, self._turns.further)
        return any(longest(words, phrases) == len(words) > 0 for words in said for phrases in known)

    def only_points(self, tokens: Tokens) -> bool:
        """Return whether a text says that it goes on, names things, and nothing else: ``and the bedroom too``."""
        turn = self._turns.peeled(tokens)[-1]
        return turn.goes_on and bool(self.pointer.all(turn.tokens.words))

    def _knows(self, word: str) -> bool:
        own = word in self._turns.words or word in self._turns.more_words
        return own or self._reader.knows(word) or is_number((word,), self._language)

    def points_back(self, words: Sequence[str]) -> bool:
        """Return whether a pronoun stands in the words."""
        phrases = (*self._pronouns, self._turns.other)
        return any(longest(words, known, at) for at in range(len(words)) for known in phrases)

    @property
    def _pronouns(self) -> tuple[frozenset[Phrase], frozenset[Phrase]]:
        return self._turns.singular, self._turns.plural

    def follow(self, tokens: Tokens, earlier: Sequence[Sequence[Reading]], moment: Moment) -> FollowUp | None:
        """Return what a text means after earlier commands, the newest first; ``None`` if none of them fits."""
        if not tokens.words or len(tokens.words) > LONGEST_FOLLOW_UP:
            return None
        if self.is_half(tokens.words):
            return None
        if size := longest(tokens.words, self._turns.complaints):
            tokens = worded((*self._turns.complaint, *tokens.words[size:]))
        turns = [self._stated_last(turn) for turn in self._turns.peeled(tokens)]
        pointing = self._there_again(tokens, earlier[:1], moment) or self._that_one(turns, earlier, moment)
        if pointing is not None:
            return pointing
        earlier = self._together(tokens.words, earlier)
        for at, readings in enumerate(earlier[:MOST_EARLIER]):
            # A timer behind an alarm that was set since is not what "it" is.
            hidden = any(reading.intent in APPOINTING for newer in earlier[:at] for reading in newer)
            for turn in turns:
                if at and is_number(turn.tokens.words, self._language):
                    continue  # alone, it is about what was said last
                again = self._keeping.appointed(turn, turn.tokens.words, readings, moment) if at == 0 else []
                if again:
                    anew = again[0].best.intent in APPOINTING and turn.replaces
                    return FollowUp(tuple(again), corrects=anew, takes_back=anew)
                parts = self._after(turn, readings, moment, timers=not hidden)
                if parts:
                    refused = any(
                        longest(turn.tokens.words, self._turns.refusals, at) for at in range(len(tokens.words))
                    )
                    return FollowUp(tuple(parts), turn.corrects or refused, turn.takes_back or refused)
        return self._anew(turns[-1], moment) if earlier else None

    def _stated_last(self, turn: Turn) -> Turn:
        """Return a turn with what is said of a place behind it: "on in the hall" is "in the hall on"."""
        words, articles = turn.tokens.words, self._reader.manners.lenient.skip
        swaps = bool(words) and any(words[0] in group for group in self._turns.alike)
        if not swaps or len(words) < 2 or words[1] in articles:
            return turn
        places = self.pointer.all(words[1:])
        if not places or any(place.list not in PLACES or place.kind is not None for place in places):
            return turn
        return replace(turn, tokens=turn.tokens.keep([*range(1, len(words)), 0]))

    def _together(self, words: Phrase, earlier: Sequence[Sequence[Reading]]) -> Sequence[Sequence[Reading]]:
        """Return what was done before with one thing after the other as one, if several are spoken of: ``them``."""
        plural = self._turns.plural - self._turns.singular
        several = any(longest(words, plural, at) for at in range(len(words)))
        if not several or not earlier or sum(len(reading.targets) for reading in earlier[0]) != 1:
            return earlier
        [newest] = [reading for reading in earlier[0] if reading.targets]
        alike = [reading for before in earlier[1:2] for reading in before if reading.intent == newest.intent]
        return [(*alike, *earlier[0]), *earlier[1:]] if alike else earlier

    def is_half(self, words: Phrase) -> bool:
        """Return whether a text breaks off, or is a verb without what it is about: ``turn on``, ``turn it to the``."""
        sign = self._reader.manners.sign_of(words)
        return (sign is not None and sign.reason == UNFINISHED) or self._turns.halves.issuperset(words)

    def _anew(self, turn: Turn, moment: Moment) -> FollowUp | None:
        """Return a whole command that takes the place of the one before: ``no, turn on the fan``."""
        if not turn.corrects or self._reader.manners.sign_of(turn.tokens.words) is not None:
            return None
        part = self._reader.part(turn.tokens, moment)
        return None if part is None or part.best.free_slots else FollowUp((part,), True, turn.takes_back)

    def _after(self, turn: Turn, readings: Sequence[Reading], moment: Moment, *, timers: bool) -> list[Part]:
        """Return what a turn means after one utterance; empty if nothing."""
        words = turn.tokens.words
        pointing = [reading for reading in readings if reading.targets]
        wanted = self._unrefused(words, readings)
        if wanted != words:
            words, turn = wanted, replace(turn, corrects=True, goes_on=True)
        if not words:
            return []
        if unknown_words(turn.tokens, self._knows):
            # Beside things for a list, everything that is said about what was said before is made of known words.
            return self._keeping.listed(turn, words, readings, moment)
        if self._is_again(turn, words, readings):
            return [Part((reading,), turn.tokens) for reading in readings]
        if longest(words, self._turns.other) == len(words):
            found = [self.pointer.other(reading, moment) for reading in pointing[-1:]]
            return _parts(found, turn.tokens)
        return (
            self._about_them(turn, pointing, moment)
            or self._elsewhere(turn, words, readings, moment)
            or self._of_that_kind(turn, words, pointing, moment)
            or self._valued_elsewhere(turn, words, pointing, moment)
            or self._valued(turn, words, pointing, moment)
            or (self._keeping.timed(turn, words, readings, moment) if timers else [])
            or self._keeping.listed(turn, words, readings, moment)
            or self._there(turn, pointing, moment)
            or self._beside(turn, pointing, moment)
        )

    def _is_again(self, turn: Turn, words: Phrase, readings: Sequence[Reading]) -> bool:
        """Return whether the same is asked for once more: ``again``; ``a bit more`` only where there is a more."""
        if turn.corrects:
            return False
        if longest(words, self._turns.again) == len(words):
            return not any(reading.reads_only for reading in readings)
        further = longest(words, self._turns.further) == len(words)
        return further and all(reading.intent in STEPS for reading in readings)

    def _unrefused(self, words: Phrase, readings: Sequence[Reading]) -> Phrase:
        """Return the words without "not the kitchen" in them; none if that was not what was understood."""
        said = [entity for reading in readings for entity in reading.targets]
        for at in range(len(words)):
            size = longest(words, self._turns.refusals, at)
            for end in self.pointer.ends(words, at + size) if size else ():
                refused = self.pointer.all(words[at + size : end], joined=False)
                if refused and self.pointer.entities(refused[0], said) and (at or end < len(words)):
                    return words[:at] + words[end + longest(words, self._turns.contrasts, end) :]
            if size:
                return ()
        return words

    def _there_again(self, tokens: Tokens, newest: Sequence[Sequence[Reading]], moment: Moment) -> FollowUp | None:
        """Return a command about the room of the one before: ``close the blind there``."""
        words = tokens.words
        for at in range(1, len(words)):
            size = longest(words, self._turns.there, at)
            room = _room([reading for readings in newest for reading in readings], moment) if size else None
            if room is not None:
                place = words_of(self._turns.there_frame.format(place=room.name))
                part = self._reader.part(worded((*words[:at], *place, *words[at + size :])), moment)
                clear = part is not None and not (part.best.doubt or part.best.free_slots)
                return FollowUp((part,), corrects=False) if part is not None and clear else None
        return None

    def _that_one(self, turns: Sequence[Turn], earlier: Sequence[Sequence[Reading]], moment: Moment) -> FollowUp | None:
        """Return a command about a kind of devices as one about what was spoken of: ``turn the lamp off again``."""
        words = turns[0].tokens.words
        at = next((at for at in range(len(words)) if longest(words, self._turns.kinds, at)), None)
        if at is None or self._turns.spoken_of.isdisjoint(words):
            return None
        kind = Pointed(kind=self._turns.kinds[words[at : at + longest(words, self._turns.kinds, at)]])
        tokens = turns[-1].tokens
        left_out = self._turns.spoken_of | self._turns.idle
        bare = tokens.keep([at for at, word in enumerate(tokens.words) if word not in left_out])
        part = self._reader.part(bare, moment)
        if part is None or part.best.free_slots or any(c.slot.list.kind in _HOUSE for c in part.best.found.captures):
            return None
        for before in (reading for readings in earlier[:MOST_EARLIER] for reading in reversed(readings)):
            if before.targets and self.pointer.entities(kind, before.targets) == list(before.targets):
                same = part.best.intent == before.intent and not part.best.reads_only
                return None if same else FollowUp((Part((widened(part.best, before),), tokens),), corrects=False)
        return None

    def _about_them(self, turn: Turn, pointing: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return a command about a pronoun, as one about the things said before."""
        for phrases, several in zip(self._pronouns, (False, True), strict=True):
            found = self._stand_ins.replaced(turn.tokens.words, phrases)
            if found is None:
                continue
            meant = [r for before in pointing if (r := self._stand_ins.about(found, before, moment)) is not None]
            if not meant and (less := self._stand_ins.without_degree(found)):
                meant = [r for before in pointing if (r := self._stand_ins.about(less, before, moment)) is not None]
            if len(meant) > 1 and not several:
                targets = tuple({e.id: e for reading in meant for e in reading.targets}.values())
                meant = [replace(meant[0], targets=targets, doubt=Doubt.WHICH)]
            if meant:
                return _parts(meant, turn.tokens)
        return []

    def _elsewhere(self, turn: Turn, words: Phrase, readings: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return the earlier command about other things: ``and the bedroom``."""
        if words in self._turns.everywhere:
            found = [self.pointer.everywhere(reading, moment) for reading in readings[-1:]]
            return _parts(found, turn.tokens) if all(found) else []
        if not (turn.goes_on or moment.goes_on or _is_pointed(words, self._turns)):
            return []
        for things in self.pointer.ways(words):
            for before in reversed(readings):
                found = [self.pointer.instead(before, thing, moment) for thing in things]
                if all(found):
                    return _parts(found, turn.tokens)
        return []

    def _of_that_kind(self, turn: Turn, words: Phrase, pointing: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return a command about other things of the kind spoken of: ``turn off the bedroom ones``."""
        at = next((at for at in range(1, len(words)) if longest(words, self._turns.one, at)), None)
        kind = kind_of(pointing[-1].targets) if pointing and at is not None else None
        if at is None or kind is None:
            return []
        for called in self._turns.names_of(kind):
            said = (*words[:at], *called, *words[at + 1 :])
            found = [self.pointer.instead(pointing[-1], thing, moment) for thing in self.pointer.all(said)]
            if found and all(found):
                return _parts(found, turn.tokens)
            part = self._reader.part(worded(said), moment)
            if part is not None and not (part.best.doubt or part.best.free_slots or part.best.is_bare_name):
                return [part]
        return []

    def _valued(self, turn: Turn, words: Phrase, pointing: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return a bare value or state as a command about the things said before: ``blue``, ``a bit brighter``."""
        kept = tuple(word for word in words if word not in self._turns.idle) or words
        number = is_number(kept, self._language)
        for before in reversed(pointing):
            if number and not (turn.valued or turn.corrects or _has_number(before)):
                continue
            less = self._stand_ins.without_degree(kept)
            reading = self._stand_ins.at(before, kept, moment) or self._stand_ins.at(before, less, moment)
            if reading is not None:
                return _parts([reading], turn.tokens)
        return []

    def _valued_elsewhere(self, turn: Turn, words: Phrase, readings: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return the earlier command about something else with a value of its own: ``and the office to 18``."""
        for end in range(len(words) - 1, 0, -1) if turn.goes_on or moment.goes_on else ():
            things = self.pointer.all(words[:end])
            rest = words[end + longest(words, self._turns.values, end) :]
            if not things or not rest:
                continue
            for before in reversed(readings):
                found = [self.pointer.instead(before, thing, moment) for thing in things]
                there = [None if one is None or one.doubt else self._stand_ins.at(one, rest, moment) for one in found]
                if all(one is not None and is_like(one, before) for one in there):
                    return _parts(there, turn.tokens)
        return []

    def _there(self, turn: Turn, pointing: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return a command about the speaker's room as one about the things said before: ``it's too bright``."""
        if not self.leans(turn.tokens, self._reader.plain(turn.tokens, moment)):
            return []
        for before in reversed(pointing):
            area, domains = before.targets[0].area, {entity.domain for entity in before.targets}
            if area is None or before.reads_only:
                continue
            there = Moment(moment.home, area)
            readings = [r for r in self._reader.plain(turn.tokens, there) if r.found.block.wants_area and not r.doubt]
            if readings and {entity.domain for entity in readings[0].targets} == domains:
                return _parts([widened(readings[0], before)], turn.tokens)
        return []

    def _beside(self, turn: Turn, pointing: Sequence[Reading], moment: Moment) -> list[Part]:
        part = self.beside(turn.tokens, pointing, moment) if turn.goes_on else None
        return [] if part is None else [part]

    def beside(self, tokens: Tokens, readings: Sequence[Reading], moment: Moment) -> Part | None:
        """Return a command that lacks a room, said where no room is known, as one about the room of other commands."""
        room = _room(readings, moment)
        if moment.area is not None or room is None:
            return None
        part = self._reader.part(tokens, Moment(moment.home, room.id))
        wanted = part is not None and part.best.found.block.wants_area and not part.best.free_slots
        return part if part is not None and wanted and not part.best.doubt else None


_HOUSE = frozenset({ListKind.NAME, ListKind.AREA, ListKind.FLOOR})


def _room(readings: Sequence[Reading], moment: Moment) -> Area | None:
    """Return the one room that all the things of some readings are in."""
    areas = {entity.area for reading in readings for entity in reading.targets}
    area = areas.pop() if len(areas) == 1 else None
    return None if area is None else moment.home.area(area)


def _parts(readings: Sequence[Reading | None], tokens: Tokens) -> list[Part]:
    """Return the readings as parts, if there is one for everything that was said."""
    found = [reading for reading in readings if reading is not None]
    return [Part((reading,), tokens) for reading in found] if len(found) == len(readings) else []


def _has_number(reading: Reading) -> bool:
    return any(isinstance(value, int | float) for value in reading.slots.values())


def is_like(reading: Reading, before: Reading) -> bool:
    """Return whether two commands are of one kind; on and off are."""
    return reading.intent == before.intent or frozenset((reading.intent, before.intent)) == SWITCHING


def _is_pointed(words: Phrase, turns: Turns) -> bool:
    """Return whether words alone are enough to go on: ``the kitchen one``, ``in the bedroom``; not ``bedroom``."""
    return words[0] in turns.leading or any(longest(words, turns.one, at) for at in range(len(words)))
