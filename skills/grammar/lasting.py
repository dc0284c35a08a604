"""Reads a length of time beside a command: it waits so long ("in half an hour"), or holds so long ("for ten minutes")
and is undone then.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from skills.grammar.manners import Phrase
from skills.grammar.numbers import is_number
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.resolve import LATER_SLOT, acts
from skills.grammar.tokens import Tokens, tokenize

LONGEST = 7
"""In words, of a length: "two hours and twenty five minutes"."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in a text, with the word that leads it in."""

    start: int
    end: int
    said: Phrase
    """The length with its numbers said, without what leads it in."""
    holds: bool
    """True for how long something holds, false for how long it waits."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """Commands with a length of time, in one language."""

    reader: Reader
    language: str
    several: Callable[[Tokens, Moment], list[Part] | None]
    """Takes a text apart that is several commands."""

    def parts(self, tokens: Tokens, moment: Moment) -> list[Part] | None:
        """Return the command that waits; or what holds so long, and what undoes it later.

        Nothing is in the list if what is to hold so long cannot be undone, or not without a question; ``None``: no
        length stands beside one command.
        """
        manners = self.reader.manners
        if manners.lasting.units.isdisjoint(tokens.words):
            return None
        for length in self._candidates(tokens.words):
            command = tokens.keep([at for at in range(len(tokens.words)) if not length.start <= at < length.end])
            now = self._commands(command, moment, several=length.holds) if command.words else []
            whole = now and not any(one.best.free_slots or "Timer" in one.best.intent for one in now)
            later = self.later(command, length, moment) if whole else None
            if later is not None:
                return self.held(now, command, length, moment) if length.holds else [later]
        return None

    def lengths(self, tokens: Tokens) -> Iterator[Length]:
        """Yield the lengths of time that stand beside commands, the longest way to read each."""
        if self.reader.manners.lasting.units.isdisjoint(tokens.words):
            return
        far = 0
        for length in self._candidates(tokens.words):
            if length.start >= far and self._is_length(length.said):
                far = length.end
                yield length

    def _is_length(self, said: Phrase) -> bool:
        """Return whether words are numbers with units: "an hour", "two hours and twenty minutes"."""
        joins, number = self.reader.manners.joins, Phrase()
        for word in said:
            if word in self.reader.manners.lasting.units:
                if not is_number(number, self.language):
                    return False
                number = Phrase()
            elif number or (word,) not in joins:
                number = (*number, word)
        return not number

    def _commands(self, tokens: Tokens, moment: Moment, *, several: bool) -> list[Part]:
        """Return a command, or several of one kind: "turn on the fan and the lamp"; empty if it is none."""
        part = self.reader.part(tokens, moment)
        if part is not None or not several:
            return [] if part is None else [part]
        parts = self.several(tokens, moment) or []
        return parts if len({one.best.intent for one in parts}) == 1 else []

    def _candidates(self, words: Phrase) -> Iterator[Length]:
        """Yield what may be a length, by its words alone: the first first, of those that begin alike the longest."""
        ways = self.reader.manners.lasting
        for at, word in enumerate(words):
            if word not in ways.holds | ways.waits:
                continue
            for end in range(min(len(words), at + 1 + LONGEST), at + 2, -1):
                if words[end - 1] in ways.units and (at or end < len(words)):
                    said = words[at + 1 : end]
                    yield Length(at, end, ways.lengths.get(said, said), word in ways.holds)

    def later(self, command: Tokens, length: Length, moment: Moment, *, first: bool = False) -> Part | None:
        """Return the command put off by a length; ``None`` if these are none.

        Said `first`, the length covers commands that are different from one another.
        """
        said = " ".join(command.text[start:end] for start, end in command.spans)
        length_said = " ".join((self.reader.manners.lasting.wait, *length.said))
        tokens = tokenize(f"{length_said} {said}" if first else f"{said} {length_said}")
        readings = self.reader.plain(tokens, moment)
        return Part(readings, tokens) if readings and LATER_SLOT in readings[0].slots else None

    def held(self, now: list[Part], command: Tokens, length: Length, moment: Moment) -> list[Part]:
        """Return commands that hold so long, and what undoes them then; nothing if that is not sure."""
        undone = self._opposite(command)
        after = [] if undone is None else self._commands(tokenize(" ".join(undone)), moment, several=len(now) > 1)
        if undone is None or not after or not all(map(_is_sure, (*now, *after))):
            return []
        if now[0].best.intent == after[0].best.intent or _about(now) != _about(after):
            return []
        later = self.later(tokenize(" ".join(undone)), length, moment)
        return [] if later is None else [*now, later]

    def _opposite(self, command: Tokens) -> Phrase | None:
        """Return a command, as written, with its one word that turns it around turned: "switch it off" for "… on"."""
        opposites = self.reader.manners.lasting.opposites
        places = [at for at, word in enumerate(command.words) if word in opposites]
        if len(places) != 1:
            return None
        [place], written = places, [command.text[start:end] for start, end in command.spans]
        return (*written[:place], *opposites[command.words[place]].split(), *written[place + 1 :])


def _about(parts: Sequence[Part]) -> set[str]:
    return {entity.id for part in parts for entity in part.best.targets}


def _is_sure(part: Part) -> bool:
    return not (part.best.doubt or part.best.free_slots) and acts(part.best.intent)
