"""Reads several commands of which some wait or hold for a time: "turn on the lamp and in five minutes turn it off".

A time in front of a clause covers what follows, up to the next time. A time within or behind a clause belongs to that
clause; to those before it only where it names things without a verb, or asks for the same as they do. What waits is
written down with the names of what it is about: what "it" was is forgotten by then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from devices.model import Entity
from skills.grammar.compose import Composer
from skills.grammar.dialogue import FEW_LETTERS
from skills.grammar.lasting import Lasting, Length
from skills.grammar.lexicon import STAND_IN
from skills.grammar.pointing import SWITCHED
from skills.grammar.reader import Moment, Part
from skills.grammar.resolve import TARGETING, Reading, acts
from skills.grammar.standing import StandIns, framed, worded
from skills.grammar.tokens import Tokens, tokenize
from skills.grammar.turns import Phrase, longest

MOST_CLAUSES = 5
"""A text of more clauses is not taken apart by its times."""

MOST_NAMED = 6
"""More things than these are not written down by name."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A stretch of a text between joining words."""

    start: int
    end: int
    length: Length | None
    """The time that stands in it."""
    fronted: bool
    """True if that time stands before all else of the clause."""
    last: bool
    """True if that time ends the clause."""


@dataclass(slots=True)
class _Group:
    """Clauses under one time, or under none."""

    clauses: list[_Clause] = field(default_factory=list[_Clause])
    length: Length | None = None
    fronted: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """Commands with times of their own, in one language."""

    composer: Composer
    lasting: Lasting
    stand_ins: StandIns

    def parts(self, tokens: Tokens, moment: Moment) -> list[Part] | None:
        """Return what is done now, and what waits; ``None`` if the text is no such thing, or not all of it is clear.

        Nothing is in the list if a time in front covers several commands that cannot all wait.
        """
        tokens = self.composer.reader.manners.without_politeness(tokens)[-1]
        lengths = list(self.lasting.lengths(tokens))
        clauses = self._clauses(tokens, lengths) if lengths else []
        if not 0 < len(clauses) <= MOST_CLAUSES or (len(clauses) == 1 and not moment.earlier):
            return None
        groups = self._grouped(tokens, clauses, moment)
        parts: list[Part] = []
        before: list[Part] = []
        for group in groups or ():
            commands = self._commands(self._said(tokens, group), moment, before)
            if not commands:
                return None
            timed = commands if group.length is None else self._put_off(tokens, group, commands, before, moment)
            if not timed:
                return [] if group.fronted and len(group.clauses) > 1 else None
            parts += timed
            before += commands
        return parts or None

    def _clauses(self, tokens: Tokens, lengths: Sequence[Length]) -> list[_Clause]:
        """Return the stretches of a text; none if one of them has two times."""
        within = {at for one in lengths for at in range(one.start, one.end)}
        cuts = [cut for cut in self.composer.cuts(tokens) if cut[0] not in within or cut[0] == cut[1]]
        edges = [0, *(edge for cut in cuts for edge in cut), len(tokens.words)]
        clauses: list[_Clause] = []
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            inside = [one for one in lengths if start <= one.start < end]
            if start == end:
                continue
            if len(inside) > 1 or (inside and inside[0].end > end):
                return []
            length = inside[0] if inside else None
            rest = () if length is None else tokens.words[start : length.start]
            fronted = length is not None and self._says_nothing(rest)
            clauses.append(_Clause(start, end, length, fronted, length is not None and length.end == end))
        return clauses

    def _says_nothing(self, words: Phrase) -> bool:
        """Return whether words are only polite, or only order commands: ``and then please``."""
        manners, turns = self.composer.reader.manners, self.composer.turns
        kept = [word for word in words if word not in turns.idle | manners.lenient.skip]
        return not kept or (*kept,) in manners.openers | turns.sequence or len(self._bare(worded(words)).words) == 0

    def _bare(self, tokens: Tokens) -> Tokens:
        """Return a clause without what is polite in front of it; nothing if it is nothing else."""
        while size := max(
            (n for n in range(1, len(tokens.words) + 1) if tokens.words[:n] in self.composer.reader.manners.openers),
            default=0,
        ):
            tokens = tokens.cut(size, len(tokens.words))
        return tokens

    def _grouped(self, tokens: Tokens, clauses: Sequence[_Clause], moment: Moment) -> list[_Group] | None:
        """Return which clauses each time covers; ``None`` if one stands under two."""
        groups: list[_Group] = []
        for clause in clauses:
            newest = groups[-1] if groups else None
            names = self._names_first(tokens, clause, moment)
            if newest is None or clause.fronted:
                groups.append(_Group([clause], clause.length, clause.fronted))
            elif clause.length is None:
                if names or newest.fronted or newest.length is None:
                    newest.clauses.append(clause)
                else:
                    groups.append(_Group([clause]))
            elif newest.length is None and self._goes_with(tokens, newest, clause, moment, names=names):
                newest.clauses.append(clause)
                newest.length = clause.length
            elif names and newest.length is not None:
                return None
            else:
                groups.append(_Group([clause], clause.length))
        return groups

    def _names_first(self, tokens: Tokens, clause: _Clause, moment: Moment) -> bool:
        """Return whether a clause begins with a thing: it has no verb, and shares that of the one before."""
        said = self._without(tokens, clause)
        at = next((at for at, word in enumerate(said.words) if word not in self.composer.turns.besides), 0)
        turns, ends = self.composer.turns, self.composer.dialogue.pointer.ends(said.words, at)
        if not ends or longest(said.words, turns.singular | turns.plural, ends[0]):
            return False  # "switch it off" names no switch
        part = None if said.words[at] in turns.leading else self.composer.reader.part(said, moment)
        return part is None or part.best.found.literal <= FEW_LETTERS  # "lock the door" names no lock

    def _goes_with(self, tokens: Tokens, group: _Group, clause: _Clause, moment: Moment, *, names: bool) -> bool:
        """Return whether the time of a clause is that of the clauses before it, too."""
        if not names:
            return self._is_alike(tokens, group, clause, moment)
        opposites = self.composer.reader.manners.lasting.opposites
        # "The lamp on and the fan off in an hour" has two commands, "mach die Lampe und den Ventilator … aus" but one.
        turned = not opposites.keys().isdisjoint(self._without(tokens, clause).words)
        return not turned or not self._commands(self._said(tokens, group), moment, [])

    def _is_alike(self, tokens: Tokens, group: _Group, clause: _Clause, moment: Moment) -> bool:
        """Return whether a clause with its time at the end asks for the same as those before it, of something else."""
        said = self._without(tokens, clause)
        if not clause.last or self.composer.dialogue.points_back(said.words):
            return False
        first = self._commands(self._said(tokens, group), moment, []) or []
        second = self._commands(said, moment, first) or []
        asked = {(part.best.intent, _family(entity)) for part in (*first, *second) for entity in part.best.targets}
        return bool(first and second) and len(asked) == 1 and not _ids(first) & _ids(second)

    def _without(self, tokens: Tokens, clause: _Clause) -> Tokens:
        """Return a clause without its time."""
        length = clause.length
        kept = [at for at in range(clause.start, clause.end) if length is None or not length.start <= at < length.end]
        return self._bare(tokens.keep(kept))

    def _said(self, tokens: Tokens, group: _Group) -> Tokens:
        """Return the clauses of a group as one text, without its time."""
        first, last, length = group.clauses[0].start, group.clauses[-1].end, group.length
        kept = [at for at in range(first, last) if length is None or not length.start <= at < length.end]
        return self._bare(tokens.keep(kept))

    def _commands(self, tokens: Tokens, moment: Moment, before: list[Part]) -> list[Part] | None:
        """Return the commands of a text without times, which may lean on those before it."""
        if not tokens.words:
            return None
        pointer = self.composer.dialogue.pointer
        if (before or moment.earlier) and not any(pointer.ends(tokens.words, at) for at in range(len(tokens.words))):
            leaning = self._leaning(tokens, moment, before)
            if leaning:
                return leaning
        parts = self.composer.pieces(tokens, moment, before)
        clear = parts is not None and not any(part.best.doubt or part.best.is_bare_name for part in parts)
        return parts if clear else None

    def _leaning(self, tokens: Tokens, moment: Moment, before: list[Part]) -> list[Part]:
        """Return a text that names nothing as commands about what was spoken of; empty if it is not that."""
        turns, words = self.composer.turns, tokens.words
        newest = [part.best for part in before]
        while newest and newest[0].intent != newest[-1].intent and not self._says_several(words, newest):
            del newest[0]
        earlier = [tuple(newest)] if newest else moment.earlier
        if not self.composer.dialogue.points_back(words):
            # "Off": with a time beside it, nothing is missing.
            stated = tuple(word for word in words if word not in turns.idle)
            meant = [self.stand_ins.at(reading, stated, moment) for reading in earlier[0] if reading.targets]
            found = [reading for reading in meant if reading is not None]
            if found and len(found) == len(meant):
                return [Part((reading,), tokens) for reading in found]
        follow = self.composer.dialogue.follow(tokens, earlier, replace(moment, goes_on=bool(before)))
        return [] if follow is None or follow.takes_back else list(follow.parts)

    def _says_several(self, words: Phrase, newest: Sequence[Reading]) -> bool:
        """Return whether "them" cannot be the last alone: "turn on the lamp, dim the other, turn them off"."""
        plural = self.composer.turns.plural - self.composer.turns.singular
        return len(newest[-1].targets) == 1 and any(longest(words, plural, at) for at in range(len(words)))

    def _put_off(
        self, tokens: Tokens, group: _Group, commands: list[Part], before: list[Part], moment: Moment
    ) -> list[Part] | None:
        """Return the commands of a group as what waits, or as what holds and what undoes it."""
        readings = [one.best for one in commands]
        free = any((one.free_slots and "item" not in one.slots) or "Timer" in one.intent for one in readings)
        if group.length is None or free or not all(acts(one.intent) for one in readings):
            return None
        if not group.fronted and _turns_around(commands):
            return None  # on and off at one time
        said = self._said(tokens, group)
        whole = self._is(said, commands, moment)
        texts = [said] if whole else [self._written(one, [*before, *commands], moment) for one in commands]
        written = [text for text in texts if text is not None]
        if len(written) < len(texts):
            return None
        if group.length.holds:
            return self.lasting.held(commands, written[0], group.length, moment) if len(written) == 1 else None
        first = group.clauses[-1].length is None or group.fronted
        later = [self.lasting.later(text, group.length, moment, first=first) for text in written]
        kept = [part for part in later if part is not None]
        return kept if len(kept) == len(later) else None

    def _is(self, said: Tokens, commands: Sequence[Part], moment: Moment) -> bool:
        """Return whether a text by itself, with nothing said before, asks for just these commands."""
        alone = Moment(moment.home, moment.area, read=moment.read)
        part = self.composer.reader.part(said, alone)
        parts = [part] if part is not None else self.composer.several(said, alone) or []
        return bool(parts) and _effects(parts) == _effects(commands)

    def _written(self, part: Part, spoken_of: Sequence[Part], moment: Moment) -> Tokens | None:
        """Return a command in words that need nothing said before; ``None`` if there are none."""
        called = self._called(part)
        wordings = self._wordings(part, called, spoken_of) if called else ()
        return next((text for text in (part.tokens, *wordings) if self._is(text, [part], moment)), None)

    def _wordings(self, part: Part, called: str, spoken_of: Sequence[Part]) -> Iterator[Tokens]:
        """Yield a command with its things by name: in place of a pronoun, or of the thing of another command."""
        turns, pointer, words = self.composer.turns, self.composer.dialogue.pointer, part.tokens.words
        for phrases in (turns.plural, turns.singular):
            found = self.stand_ins.replaced(words, phrases)
            if found is not None:
                yield _with_name(found, called)
        names = any(pointer.ends(words, at) for at in range(len(words)))
        for other in (one.tokens.words for one in spoken_of if names and one is not part):
            for at in range(len(other)):
                for end in pointer.ends(other, at)[:1]:
                    yield tokenize(" ".join((*other[:at], called, *other[end:])))
            found = self.stand_ins.replaced(other, turns.singular | turns.plural)
            if found is not None:
                yield _with_name(found, called)
        rest = () if names else tuple(word for word in words if word not in turns.idle)
        for frame in turns.frames if rest else ():
            yield _with_name(framed(frame, rest), called)

    def _called(self, part: Part) -> str:
        """Return what the things of a command are called; nothing if they are too many to be named."""
        manners, things = self.composer.reader.manners, part.best.targets
        names = [manners.questions.get("alone", "{name}").format(name=thing.name) for thing in things]
        return f" {manners.lasting.joins} ".join(names) if len(names) <= MOST_NAMED else ""


def _with_name(words: Sequence[str], called: str) -> Tokens:
    return tokenize(" ".join(called if word == STAND_IN else word for word in words))


def _family(entity: Entity) -> str:
    """Return what tells apart things for which "on" means something else: a blind is opened, a lamp is not."""
    return "" if entity.domain in SWITCHED else entity.domain


def _turns_around(parts: Sequence[Part]) -> bool:
    """Return whether one thing is to be two ways."""
    asked = {(part.best.intent, entity.id) for part in parts for entity in part.best.targets}
    return len(asked) > len(_ids(parts))


def _ids(parts: Sequence[Part]) -> set[str]:
    return {entity.id for part in parts for entity in part.best.targets}


def _effects(parts: Sequence[Part]) -> set[tuple[object, ...]]:
    """Return what commands come to, thing by thing: in how many commands is no matter."""
    done: set[tuple[object, ...]] = set()
    for reading in (part.best for part in parts):
        values = tuple(sorted((key, str(value)) for key, value in reading.slots.items() if key not in TARGETING))
        done |= {(reading.intent, values, entity.id) for entity in reading.targets} or {(reading.intent, values)}
    return done
