"""Reads sentences in which a pronoun, or nothing, stands for the things of an earlier command."""

from collections.abc import Iterator
from dataclasses import replace

from skills.grammar.documents import ListKind
from skills.grammar.lattice import CLOSED
from skills.grammar.lexicon import STAND_IN
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.resolve import OF_ENTITIES, Doubt, Reading
from skills.grammar.spelling import unknown_words
from skills.grammar.tokens import Tokens
from skills.grammar.turns import Phrase, Turns, longest

TARGETING = ("name", "area", "floor", *OF_ENTITIES)


TELLING = frozenset({"sensor", "binary_sensor", "person"})
"""Domains whose name alone is a question."""

LONGEST_QUESTION = 8
"""In words, of a question without a verb."""


class StandIns:
    """Sentences about things that were said before, in one language."""

    def __init__(self, reader: Reader, turns: Turns) -> None:
        self._reader = reader
        self._turns = turns

    def replaced(self, words: Phrase, phrases: frozenset[Phrase]) -> Phrase | None:
        """Return the words with `STAND_IN` for the first pronoun, and without idle words; ``None``: no pronoun."""
        for at in range(len(words)):
            size = longest(words, phrases, at)
            if size:
                kept = [word for word in words[at + size :] if word not in self._turns.idle]
                before = [word for word in words[:at] if word not in self._turns.idle]
                return (*before, STAND_IN, *kept)
        return None

    def about(self, words: Phrase, before: Reading, moment: Moment) -> Reading | None:
        """Return what a sentence means with the things of an earlier reading where `STAND_IN` stands."""
        samples = {entity.domain: entity for entity in reversed(before.targets)}.values()
        meant: Reading | None = None
        for sample in samples:
            stood = tuple(f"{STAND_IN}{sample.id}" if word == STAND_IN else word for word in words)
            readings = [r for r in self._reader.plain(worded(stood), moment, CLOSED) if _stands_in(r)]
            if not readings or (meant is not None and readings[0].intent != meant.intent):
                return None
            meant = readings[0]
        return None if meant is None else widened(meant, before)

    def at(self, before: Reading, words: Phrase, moment: Moment) -> Reading | None:
        """Return the first sentence that words complete about the things of a reading; a question after questions."""
        for frame in self._turns.frames if words else ():
            reading = self.about(framed(frame, words), before, moment)
            if reading is not None and (before.reads_only or not reading.reads_only):
                return reading
        # "dim to 50 percent"
        return self.about((words[0], STAND_IN, *words[1:]), before, moment) if len(words) > 1 else None

    def without_degree(self, words: Phrase) -> Phrase:
        """Return the words without those that say how much more or less; none if there are no such words."""
        for at in range(len(words)):
            size = longest(words, self._turns.degrees, at)
            if size:
                return (*words[:at], *words[at + size :])
        return ()


def is_indirect(reader: Reader, turns: Turns, tokens: Tokens) -> bool:
    """Return whether a text begins with what makes a question of the statement behind it: ``tell me if``."""
    return any(longest(stage.words, turns.indirect) for stage in reader.manners.without_politeness(tokens))


def question(reader: Reader, turns: Turns, tokens: Tokens, moment: Moment) -> Part | None:
    """Return what a question means that lacks its verb, or has it elsewhere: ``check if the porch is locked``."""
    for said in _questions(tokens, reader, turns):
        text = worded(said)
        if not reader.is_wholly_known(text):
            continue
        readings = tuple(r for r in reader.lenient(text, moment) if r.reads_only and not r.free_slots)
        if not readings or readings[0].doubt or not readings[0].found.captures:
            continue
        # "The front door" asks for nothing; a sensor has but one thing to tell.
        said_of_it = [word for word in tokens.words if word not in reader.manners.lenient.skip]
        names = sum(c.end - c.start for c in readings[0].found.captures if c.slot.list.kind is ListKind.NAME)
        if len(said_of_it) > names or {entity.domain for entity in readings[0].targets} <= TELLING:
            return Part(readings, tokens)
    return None


def _questions(tokens: Tokens, reader: Reader, turns: Turns) -> Iterator[Phrase]:
    for stage in reversed(reader.manners.without_politeness(tokens)):
        start = longest(stage.words, turns.indirect)
        at = next((at for at, word in enumerate(stage.words) if word in turns.asked), 0) if start else 0
        if at > start:
            yield (stage.words[at], *stage.words[start:at], *stage.words[at + 1 :])
            return
    short = 1 < len(tokens.words) <= LONGEST_QUESTION and not unknown_words(tokens, reader.knows)
    for frame in turns.questions if short else ():
        yield tuple(word for part in frame for word in (tokens.words if part == "{rest}" else (part,)))


def worded(words: Phrase) -> Tokens:
    """Return words as a text."""
    spans: list[tuple[int, int]] = []
    at = 0
    for word in words:
        spans.append((at, at + len(word)))
        at += len(word) + 1
    return Tokens(" ".join(words), words, tuple(spans))


def framed(frame: Phrase, rest: Phrase) -> Phrase:
    """Return a frame with `STAND_IN` and the rest in their places."""
    words: list[str] = []
    for word in frame:
        words += rest if word == "{rest}" else (STAND_IN,) if word == "{it}" else (word,)
    return tuple(words)


def _stands_in(reading: Reading) -> bool:
    """Return whether a reading is about the thing that a pronoun stands for."""
    return not reading.doubt and reading.named > 0 and bool(reading.found.literal)


def widened(reading: Reading, before: Reading) -> Reading:
    """Return a reading about one of the things said before as one about all of them."""
    slots = {name: value for name, value in reading.slots.items() if name not in TARGETING}
    slots |= {name: before.slots[name] for name in TARGETING if name in before.slots}
    if before.targets and not slots.keys() & {"name", "area", "floor"} and len(before.targets) == 1:
        slots["name"] = before.targets[0].name
    return replace(reading, slots=slots, targets=before.targets, doubt=Doubt.NONE, partly=False)
