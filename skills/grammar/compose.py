"""Takes a text apart that is several commands: joined ones, ones that share words, ones that leave something out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from devices.model import Entity, HomeView
from skills.grammar.dialogue import Dialogue, is_like
from skills.grammar.documents import ListKind
from skills.grammar.judge import is_risky
from skills.grammar.pointing import PLACES, SWITCHED, Pointed, kind_of, named
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.repair import hesitates
from skills.grammar.resolve import COMPLAINT, Doubt, Reading
from skills.grammar.spelling import unknown_words
from skills.grammar.tokens import Tokens, tokenize
from skills.grammar.turns import Phrase, Turns, longest

MOST_CUTS = 6
"""A text with more joining words is not taken apart."""

MOST_WORDS = 40
"""A longer text is not taken apart."""

LONGEST_THINGS = 12
"""In words, of what shares a verb with things behind "and"."""

MOST_VERB_WORDS = 2
"""A verb has no more words: "turn off"."""

LONGEST_PLACE = 5
"""In words, of "in the living room" and its like."""

TAKEN_BACK = "HassNevermind"

Span = tuple[int, int]
Spans = tuple[Span, ...]
Cuts = Sequence[Span]
"""The start and end of each joining word or comma."""
LeftOut = tuple[int, int, int]
"""Where an exception begins, and where what it leaves out begins and ends."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Several commands in one text, in one language."""

    reader: Reader
    dialogue: Dialogue
    turns: Turns

    def several(self, tokens: Tokens, moment: Moment) -> list[Part] | None:
        """Return the commands of a text that is several; ``None`` if it is not, or if one of them is none."""
        cuts = self.cuts(tokens)
        if not cuts or len(cuts) > MOST_CUTS or len(tokens.words) > MOST_WORDS:
            return None
        shared = self._shared(tokens, cuts, moment)
        if shared is not None and not _doubtful(shared):
            return shared
        parts = self._cut(tokens, cuts, 0, moment, []) or shared
        if parts is None or _doubtful(parts):
            parts = self._in_one_place(tokens, cuts, moment) or parts
        # "Turn on the fan, oh forget it": what takes all back is no command beside others.
        # "…, nach dem Ofen zu schauen": a piece that may be the title of anything is none either.
        none = parts is not None and any(self._takes_back(part) or part.best.is_any_title for part in parts)
        return None if none else parts

    def pieces(self, tokens: Tokens, moment: Moment, before: list[Part]) -> list[Part] | None:
        """Return the commands of a text that goes on from commands before it; ``None`` if one of them is none."""
        cuts = self.cuts(tokens)
        shared = self._shared(tokens, cuts, moment) if cuts else None
        if shared is not None and not _doubtful(shared):
            return shared
        return (self._cut(tokens, cuts, 0, moment, before) if cuts else None) or self._piece(tokens, moment, before)

    def _takes_back(self, part: Part) -> bool:
        said = self.reader.manners.without_politeness(part.tokens)[-1].words
        return part.best.intent == TAKEN_BACK or longest(said, self.turns.fresh) == len(said)

    def _corrects(self, tokens: Tokens, cut: Span, moment: Moment) -> bool:
        """Return whether what stands behind a comma corrects what stands before it: it is no command beside that."""
        if cut[0] != cut[1]:
            return False
        if longest(tokens.words, self.turns.breaks, cut[1]):
            return True  # "brighter, I mean dimmer"
        # "to 50, er, 15 percent"
        said = hesitates(tokens, cut[1], self.reader.manners)
        return said and self.reader.part(tokens.cut(cut[1], len(tokens.words)), moment) is None

    def _in_one_place(self, tokens: Tokens, cuts: Cuts, moment: Moment) -> list[Part] | None:
        """Return commands that say where but once: "turn the fan on and the lights off in the bedroom", "in the bedroom
        turn on the fan and close the blind".
        """
        first, last = 0, len(tokens.words)
        before = next((at for at in range(min(cuts[0][0], LONGEST_PLACE), 0, -1) if self._is_place(tokens, 0, at)), 0)
        behind = range(max(cuts[-1][1] + 1, last - LONGEST_PLACE), last)
        # "Lights on in the office": its "on" is no part of the place.
        opposed = frozenset[str]().union(*self.turns.alike)
        bare = (at for at in behind if tokens.words[at] not in opposed)
        start = next((at for at in bare if self._is_place(tokens, at, last)), last)
        if before:
            place, first = range(before), before
            if cuts[0][0] == before:
                first, cuts = cuts[0][1], cuts[1:]  # "in the bedroom, turn on the fan"
        else:
            place, last = range(start, last), start
        starts, ends = [first, *(after for _, after in cuts)], [*(end for end, _ in cuts), last]
        parts: list[Part] = []
        for begin, end in zip(starts, ends, strict=True) if place else ():
            text = tokens.keep([*range(begin, end), *place])
            piece = self._piece(text, moment, parts)
            if piece is None or _doubtful(piece):
                piece = self._in_any_order(text, moment)
            if not piece or _doubtful(piece):
                return None
            parts += piece
        return parts or None

    def _is_place(self, tokens: Tokens, start: int, end: int) -> bool:
        """Return whether words are a room or floor and nothing else: "in the bedroom", "upstairs"."""
        pointed = self.dialogue.pointer.all(tokens.words[start:end], joined=False)
        return bool(pointed) and pointed[0].list in PLACES and pointed[0].kind is None

    def cuts(self, tokens: Tokens) -> list[tuple[int, int]]:
        """Return where the text may be cut; what joins twice ("and then after that") is one cut."""
        cuts: list[tuple[int, int]] = []
        for start, end in self.reader.manners.parts(tokens):
            if cuts and cuts[-1][1] == start:
                cuts[-1] = (cuts[-1][0], end)
            else:
                cuts.append((start, end))
        return [cut for cut in cuts if cut[1] < len(tokens.words)]

    def unclear(self, tokens: Tokens, moment: Moment) -> Tokens | None:
        """Return the first piece that is no command, of a text of which another piece is one."""
        cuts = self.cuts(tokens)
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
        for at, start, end in self._exceptions(tokens.words):
            left_out = self._left_out(tokens.words[start:end], moment)
            kept = tokens.cut(0, at)
            if not left_out and end == len(tokens.words):
                left_out, kept = self._placed_behind(tokens, at, start) if at else self._said_first(tokens, start)
            whole = self.reader.part(kept, moment) if left_out else None
            if whole is None or whole.best.doubt or whole.best.free_slots or not whole.best.targets:
                continue
            spared: set[str] = set()
            areas = {entity.area for entity in whole.best.targets}
            anywhere = not _is_somewhere(whole.best)
            there = [entity for entity in moment.home.entities() if anywhere or entity.area in areas]
            for thing in left_out:
                found = self.dialogue.pointer.entities(thing, whole.best.targets)
                # "Everything in the studio except the radiator", which is not switched anyway, but is there.
                elsewhere = thing.kind is None and thing.list in PLACES and anywhere
                if not found and not elsewhere and not self.dialogue.pointer.entities(thing, there):
                    return None
                spared.update(entity.id for entity in found)
            rest = [entity for entity in whole.best.targets if entity.id not in spared]
            if not rest:
                return None
            return [Part((reading,), tokens) for reading in _without(whole.best, rest, moment.home)]
        return None

    def _left_out(self, words: Phrase, moment: Moment) -> list[Pointed]:
        """Return the things that are left out, of which the room of the speaker is one."""
        bare = [word for word in words if word not in self.turns.leading]
        if moment.area is not None and bare and self.turns.here.issuperset(bare):
            return [Pointed(ListKind.AREA, (moment.area,))]
        return self.dialogue.pointer.all(words)

    def _exceptions(self, words: Phrase) -> Iterator[LeftOut]:
        for at in range(len(words) - 1):
            if size := longest(words, self.turns.exceptions, at):
                yield at, at + size, len(words)
        yield from self._spared(words)

    def _spared(self, words: Phrase) -> Iterator[LeftOut]:
        for before, behind in self.turns.spared:
            end = len(words) - len(behind)
            if words[end:] == behind:
                starts = range(1, end - len(before))
                yield from ((at, at + len(before), end) for at in starts if words[at : at + len(before)] == before)

    def spares(self, words: Phrase) -> bool:
        """Return whether a text seems to end in what it leaves as it is: ``…, but leave the lamp on``."""
        return any(self._spared(words))

    def _said_first(self, tokens: Tokens, start: int) -> tuple[list[Pointed], Tokens]:
        """Return what is left out, and the command behind that: ``except for the lamp turn off all the lights``."""
        for cut in range(len(tokens.words) - 1, start, -1):
            if left_out := self.dialogue.pointer.all(tokens.words[start:cut]):
                return left_out, tokens.cut(cut, len(tokens.words))
        return [], tokens

    def _placed_behind(self, tokens: Tokens, end: int, start: int) -> tuple[list[Pointed], Tokens]:
        """Return what is left out, and the command with the place behind that: ``all lights but the lamp in here``."""
        words, pointer = tokens.words, self.dialogue.pointer
        for cut in range(start + 1, len(words)):
            left_out, place = pointer.all(words[start:cut]), pointer.all(words[cut:], joined=False)
            if left_out and place and place[0].list in PLACES and place[0].kind is None:
                return left_out, tokens.keep([*range(end), *range(cut, len(words))])
        return [], tokens

    def only_one(self, tokens: Tokens, moment: Moment) -> list[Part] | None:
        """Return the commands that leave one thing of a place on: ``leave only the piano lamp on``."""
        words, pointer = tokens.words, self.dialogue.pointer
        start = longest(words, self.turns.only)
        for at in range(start + 1, len(words)) if start else ():
            things = pointer.all(words[start:at], joined=False) if words[at] in self.turns.stays else []
            kept = pointer.entities(things[0], list(moment.home.entities())) if things else []
            kind, area = kind_of(kept), kept[0].area if len(kept) == 1 else None
            room = None if area is None else moment.home.area(area)
            if kind is None or kind.domain not in SWITCHED or room is None:
                continue
            place = " ".join(word for word in words[at + 1 :] if word not in self.turns.leading) or room.name
            others = self.turns.only_frame.format(kind=self.turns.called(kind), place=place)
            whole = self.reader.part(tokenize(others), moment)
            if whole is None or whole.best.doubt or whole.best.free_slots:
                continue
            rest = [entity for entity in whole.best.targets if entity.id != kept[0].id]
            return [Part((reading,), tokens) for reading in _without(whole.best, rest, moment.home)] or None
        return None

    def _cut(self, tokens: Tokens, cuts: Cuts, start: int, moment: Moment, before: list[Part]) -> list[Part] | None:
        """Cut the text from word `start` into commands, the shortest first: "and" may also be part of one."""
        for index, (end, after) in enumerate(cuts):
            if end <= start or self._corrects(tokens, (end, after), moment):
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
        while 0 < (size := longest(tokens.words, self.turns.sequence)) < len(tokens.words):
            tokens = tokens.cut(size, len(tokens.words))
        part = self._part(tokens, moment)
        if part is not None and part.best.response == COMPLAINT:
            return None
        leans = part is not None and self.dialogue.leans(tokens, part.readings, goes_on=bool(before))
        if part is not None and not part.best.doubt and not (leans and (before or moment.earlier)):
            return [part]
        earlier = [tuple(one.best for one in before)] if before else moment.earlier
        follow = self.dialogue.follow(tokens, earlier, replace(moment, goes_on=bool(before)))
        if follow is not None and not follow.corrects:
            return list(follow.parts)
        if before and not unknown_words(tokens, self.reader.knows):
            beside = self.dialogue.beside(tokens, [one.best for one in before], moment)
            if beside is not None:
                return [beside]
            same_verb = self._same_verb(tokens, before[-1], moment)
            if same_verb is not None:
                return [same_verb]
        cuts = self.cuts(tokens) if part is None else []
        return [part] if part is not None else self._shared(tokens, cuts, moment) if cuts else None

    def _part(self, tokens: Tokens, moment: Moment) -> Part | None:
        """Return a piece as a command, also one in another order, if that has a verb and moves nothing that matters."""
        part = self.reader.part(tokens, moment)
        if part is not None or tokens.words[0] not in self.reader.manners.orders.verbs:
            return part
        return next(iter(self._in_any_order(tokens, moment)), None)

    def _in_any_order(self, tokens: Tokens, moment: Moment) -> list[Part]:
        readings = self.reader.tolerance.reordered(tokens, moment.home, moment.area)
        risky = any(is_risky(entity) for reading in readings for entity in reading.targets)
        return [Part(readings, tokens)] if readings and not risky else []

    def _same_verb(self, tokens: Tokens, before: Part, moment: Moment) -> Part | None:
        """Return a piece without a verb as a command with the verb before: "turn the lamp on and the fan off"."""
        verbs = before.tokens
        for size in range(1, min(MOST_VERB_WORDS + 1, len(verbs.words))):
            words, spans = (*verbs.words[:size], *tokens.words), (*verbs.spans[:size], *tokens.spans)
            part = self.reader.part(Tokens(tokens.text, words, spans), moment)
            if part is not None and not part.best.doubt and not part.best.free_slots:
                # "set the bedroom to 21 and the office to 19 degrees": the first is hardly the brightness.
                clear = is_like(part.best, before.best) or self.dialogue.pointer.says_what(verbs.words)
                return part if clear else None
        return None

    def _shared(self, tokens: Tokens, cuts: Cuts, moment: Moment) -> list[Part] | None:
        """Return commands that share their words: "turn off the bedroom and hallway lights", "the lamp, fan and tv".

        What needs no question comes first.
        """
        words, pointer = tokens.words, self.dialogue.pointer
        first, last = cuts[0][0], cuts[-1][1]
        if any(start == end and hesitates(tokens, end, self.reader.manners) for start, end in cuts):
            return None  # "the bedside, er, the bedroom light" is one thing, said twice
        middle: list[Spans] = []
        for (_, after), (before, _) in pairwise(cuts):
            between = pointer.spans(words, after, before)
            if not between:
                return None
            middle += [(one,) for one in between]
        doubtful: list[Part] | None = None
        for start in range(first - 1, max(-1, first - 1 - LONGEST_THINGS), -1):
            for spans, end in self._spans(words, start, first, last):
                parts = self._each(tokens, [*spans[:-1], *middle, spans[-1]], (start, end), moment)
                if parts is not None and not _doubtful(parts):
                    return parts
                doubtful = doubtful or parts
        return doubtful

    def _spans(self, words: Phrase, start: int, first: int, last: int) -> Iterator[tuple[list[Spans], int]]:
        """Yield the things from `start` up to the first joining word and the one behind the last, and where that ends.

        A noun that is said once belongs to both: "the front and the back door".
        """
        pointer = self.dialogue.pointer
        before = pointer.spans(words, start, first)
        for end in pointer.ends(words, last):
            if before:
                yield [*((one,) for one in before), ((last, end),)], end
            noun = (end - 1, end)
            if end - last > 1 and len(pointer.spans((*words[start:first], words[end - 1]), 0, first - start + 1)) == 1:
                yield [((start, first), noun), ((last, end),)], end

    def _each(
        self, tokens: Tokens, things: Sequence[Spans], among: tuple[int, int], moment: Moment
    ) -> list[Part] | None:
        """Return the text read once with each of the things in the place of them all."""
        parts: list[Part] = []
        head = [at for at in range(among[0]) if tokens.words[at] not in self.turns.pairing]
        for spans in things:
            kept = [*head, *(at for start, end in spans for at in range(start, end))]
            part = self._part(tokens.keep([*kept, *range(among[1], len(tokens.words))]), moment)
            if part is None or part.best.free_slots or (parts and part.best.intent != parts[0].best.intent):
                return None
            parts.append(part)
        return parts


def _doubtful(parts: Sequence[Part]) -> bool:
    return any(part.best.doubt or part.best.is_bare_name for part in parts)


def _without(reading: Reading, rest: Sequence[Entity], home: HomeView) -> list[Reading]:
    """Return a reading as ones about the rest of its targets: by kind, else by room, else by name."""
    kinds = {entity.domain for entity in rest}
    if rest == [entity for entity in reading.targets if entity.domain in kinds]:
        return [replace(reading, slots={**reading.slots, **_domain(kinds)}, targets=tuple(rest))]
    found: list[Reading] = []
    slots = {name: value for name, value in reading.slots.items() if name not in ("area", "floor", "name")}
    for area in dict.fromkeys(entity.area for entity in rest):
        left = [entity for entity in rest if entity.area == area]
        kinds = {entity.domain for entity in left}
        there = [entity for entity in reading.targets if entity.area == area and entity.domain in kinds]
        room = None if area is None else home.area(area)
        if room is None or left != there:
            found += named(reading, left)
        else:
            placed = {**slots, **_domain(kinds), "area": room.name}
            found.append(replace(reading, slots=placed, targets=tuple(left), doubt=Doubt.NONE))
    return found


def _domain(kinds: set[str]) -> dict[str, object]:
    return {"domain": sorted(kinds) if len(kinds) > 1 else next(iter(kinds))}


def _is_somewhere(reading: Reading) -> bool:
    """Return whether a command says or means one place: "the lights of the kitchen"."""
    return not reading.slots.keys().isdisjoint(("area", "floor", "name"))
