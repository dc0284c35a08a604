"""A phrase that was learned holds for other numbers and rooms too, where its command has the same ones."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from devices.model import HomeView
from skills.grammar.numbers import numbers_at
from skills.grammar.paraphrases import Words
from skills.grammar.tokens import words_of

NUMBER, ROOM = "{number}", "{room}"
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?!\w)")
_UNIT = re.compile(
    r"\s*(?:%|percent|degrees?|minutes?|seconds?|hours?|prozent|grad|minuten?|sekunden?|stunden?)", re.IGNORECASE
)
"""What a number stands before that is how much, not which: "lamp 2" is no other lamp."""
_BEFORE = frozenset({"in", "im", "ins", "the", "der", "dem", "den", "das", "die"})
"""What stands before a room, and is another word before another one."""


@dataclass(frozen=True, slots=True)
class Form:
    """A phrase and its command, with a slot where a number or a room stands."""

    words: Words
    command: str

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the command for these values of its slots."""
        command = self.command
        for slot, value in values.items():
            command = command.replace(slot, value)
        return command


def form_of(words: Words, command: str, home: HomeView, language: str) -> Form | None:
    """Return the most general form of a phrase and its command; ``None`` if nothing in it may be another."""
    numbers = Counter(number for _, _, number in _numbers(words, language))
    for pattern, values in slotted(words, home, language):
        if numbers[values.get(NUMBER, "")] > 1:
            continue  # which of them it is cannot be told
        general = command
        for slot, value in values.items():
            general = _slot_in(general, slot, value, language)
        if all(slot in general for slot in values):
            return Form(pattern, general)
    return None


def slotted(words: Words, home: HomeView, language: str) -> Iterator[tuple[Words, Mapping[str, str]]]:
    """Yield a phrase with slots in it and what stands there: with both first; at most one number and one room."""
    rooms, numbers = list(_rooms(words, home)), list(_numbers(words, language))
    for start, end, room in rooms:
        for at, until, number in numbers:
            if until <= start or end <= at:
                spans = sorted([(start, end, ROOM), (at, until, NUMBER)], reverse=True)
                yield _cut(words, spans), {ROOM: room, NUMBER: number}
    yield from ((_cut(words, [(at, until, NUMBER)]), {NUMBER: number}) for at, until, number in numbers)
    yield from ((_cut(words, [(start, end, ROOM)]), {ROOM: room}) for start, end, room in rooms)


def _cut(words: Words, spans: Sequence[tuple[int, int, str]]) -> Words:
    left = list(words)
    for start, end, slot in spans:
        left[start:end] = [slot]
    return tuple(left)


def _numbers(words: Words, language: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(words):
        readings = numbers_at(words, at, language)
        if readings:
            yield at, readings[0][0], f"{readings[0][1]:g}"
        at = readings[0][0] if readings else at + 1


def _rooms(words: Words, home: HomeView) -> Iterator[tuple[int, int, str]]:
    """Yield where a room is named, with the words before it that belong to its name in a sentence."""
    names = [(words_of(name), area.name) for area in home.areas() for name in (area.name, *area.aliases)]
    for start in range(len(words)):
        for name, room in names:
            end = start + len(name)
            if name and tuple(words[start:end]) == tuple(name):
                begin = start
                while begin > 0 and words[begin - 1] in _BEFORE:
                    begin -= 1
                yield begin, end, room


def _slot_in(command: str, slot: str, value: str, language: str) -> str:
    """Return a command with a slot where it has a value, once; with none where it has it not, or not alone."""
    if slot == NUMBER:
        found = list(_DIGITS.finditer(command))
        same = len(found) == 1 and float(found[0].group().replace(",", ".")) == float(value)
        return _DIGITS.sub(slot, command) if same and _UNIT.match(command, found[0].end()) else command
    place = "in {room}" if language.startswith("de") else "in the {room}"
    return re.sub(
        rf"\bi[nm]s? (?:(?:the|der|dem|den|die|das) )?{re.escape(value)}\b", place, command, flags=re.IGNORECASE
    )
