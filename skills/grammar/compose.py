"""Takes a text apart that is several commands: joined ones, ones that share words, ones that leave something out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from devices.model import Entity, HomeView
from skills.grammar.dialogue import Dialogue
from skills.grammar.pointing import named
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.resolve import Doubt, Reading
from skills.grammar.tokens import Tokens
from skills.grammar.turns import Turns, longest

MOST_CUTS = 6
"""A text with more joining words is not taken apart."""

Cuts = Sequence[tuple[int, int]]
"""The start and end of each joining word or comma."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Several commands in one text, in one language."""

    reader: Reader
    dialogue: Dialogue
    turns: Turns

    def several(self, tokens: Tokens, moment: Moment) -> list[Part] | None:
        """Return the commands of a text that is several; ``None`` if it is not, or if one of them is none."""
        cuts = self.reader.manners.parts(tokens)
        if not cuts or len(cuts) > MOST_CUTS:
            return None
        return self._shared(tokens, cuts, moment) or self._cut(tokens, cuts, 0, moment, [])

    def unclear(self, tokens: Tokens, moment: Moment) -> Tokens | None:
        """Return the first piece that is no command, of a text of which another piece is one."""
        cuts = self.reader.manners.parts(tokens)
        if not 0 < len(cuts) <= MOST_CUTS:
            return None
        edges = [0, *(edge for cut in cuts for edge in cut), len(tokens.words)]
        pieces = [tokens.cut(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start]
        known = [self.reader.part(piece, moment) is not None for piece in pieces]
        if not any(known) or all(known):
            return None
        return pieces[known.index(False)]

    def except_some(self, tokens: Tokens, moment: Moment) -> list[Part] | None:
        """Return the commands of a text that leaves things out: ``everything upstairs except the bedroom``."""
        words = tokens.words
        for at in range(1, len(words) - 1):
            size = longest(words, self.turns.exceptions, at)
            if not size:
                continue
            left_out = self.dialogue.pointer.all(words[at + size :])
            whole = self.reader.part(tokens.cut(0, at), moment) if left_out else None
            if whole is None or whole.best.doubt or whole.best.free_slots or len(whole.best.targets) < 2:
                continue
            spared: set[str] = set()
            for thing in left_out:
                found = self.dialogue.pointer.entities(thing, whole.best.targets)
                if not found:
                    return None
                spared.update(entity.id for entity in found)
            rest = [entity for entity in whole.best.targets if entity.id not in spared]
            return [Part((reading,), tokens) for reading in _without(whole.best, rest, moment.home)] or None
        return None

    def _cut(self, tokens: Tokens, cuts: Cuts, start: int, moment: Moment, before: list[Part]) -> list[Part] | None:
        """Cut the text from word `start` into commands, the shortest first: "and" may also be part of one."""
        for index, (end, after) in enumerate(cuts):
            if end <= start:
                continue
            first = self._piece(tokens.cut(start, end), moment, before)
            if first is None:
                continue
            rest = self._cut(tokens, cuts[index + 1 :], after, moment, [*before, *first])
            if rest is not None:
                return [*first, *rest]
        if start == 0:
            return None
        return self._piece(tokens.cut(start, len(tokens.words)), moment, before)

    def _piece(self, tokens: Tokens, moment: Moment, before: list[Part]) -> list[Part] | None:
        """Return what a piece of a text means: a command, several that share words, or more of the one before."""
        part = self.reader.part(tokens, moment)
        settled = part is not None and not part.best.doubt
        if before and (not settled or (part is not None and self.dialogue.leans(tokens, part.readings))):
            earlier = [[one.best for one in before]]
            follow = self.dialogue.follow(tokens, earlier, replace(moment, goes_on=True))
            if follow is not None and not follow.corrects:
                return list(follow.parts)
        if part is not None:
            return [part]
        cuts = self.reader.manners.parts(tokens)
        return self._shared(tokens, cuts, moment) if cuts else None

    def _shared(self, tokens: Tokens, cuts: Cuts, moment: Moment) -> list[Part] | None:
        """Return commands that share their words: "turn off the bedroom and hallway lights", "the lamp, fan and tv"."""
        words, pointer = tokens.words, self.dialogue.pointer
        first, last = cuts[0][0], cuts[-1][1]
        middle = [(after, before) for (_, after), (before, _) in pairwise(cuts)]
        if any(not pointer.all(words[start:end], joined=False) for start, end in middle if start < end):
            return None
        starts = [at for at in range(first) if first in pointer.ends(words, at)]
        ends = list(dict.fromkeys(pointer.ends(words, last)))
        for start in reversed(starts):
            for end in ends:
                spans = [(start, first), *middle, (last, end)]
                parts = self._each(tokens, spans, (start, end), moment)
                if parts is not None:
                    return parts
        return None

    def _each(
        self, tokens: Tokens, spans: Sequence[tuple[int, int]], among: tuple[int, int], moment: Moment
    ) -> list[Part] | None:
        """Return the text read once with each of the spans in the place of them all."""
        parts: list[Part] = []
        for start, end in spans:
            kept = [*range(among[0]), *range(start, end), *range(among[1], len(tokens.words))]
            part = self.reader.part(tokens.keep(kept), moment)
            if part is None or part.best.free_slots or (parts and part.best.intent != parts[0].best.intent):
                return None
            parts.append(part)
        return parts


def _without(reading: Reading, rest: Sequence[Entity], home: HomeView) -> list[Reading]:
    """Return a reading as ones about the rest of its targets: by room where all of a room is left, else by name."""
    found: list[Reading] = []
    for area in dict.fromkeys(entity.area for entity in rest):
        left = tuple(entity for entity in rest if entity.area == area)
        there = [entity for entity in reading.targets if entity.area == area]
        room = None if area is None else home.area(area)
        if room is None or len(left) < len(there):
            found += named(reading, left)
            continue
        slots = {name: value for name, value in reading.slots.items() if name not in ("area", "floor", "name")}
        found.append(replace(reading, slots={**slots, "area": room.name}, targets=left, doubt=Doubt.NONE))
    return found
