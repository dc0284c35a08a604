"""Reads a length of time beside a command: it waits so long ("in half an hour"), or holds so long ("for ten minutes")
and is undone then.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from skills.grammar.manners import Manners, Phrase
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.resolve import LATER_SLOT, acts
from skills.grammar.tokens import Tokens, tokenize

LONGEST = 7
"""In words, of a length: "two hours and twenty five minutes"."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """Commands with a length of time, in one language."""

    reader: Reader
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
        for at, command, length in self._divided(tokens.words):
            holds = tokens.words[at] in manners.lasting.holds
            now = self._commands(command, moment, several=holds)
            whole = now and not any(one.best.free_slots or "Timer" in one.best.intent for one in now)
            later = self._later(command, length, moment) if whole else None
            if later is not None:
                return self._held(now, command, length, moment) if holds else [later]
        return None

    def _commands(self, command: Phrase, moment: Moment, *, several: bool) -> list[Part]:
        """Return a command, or several of one kind: "turn on the fan and the lamp"; empty if it is none."""
        tokens = tokenize(" ".join(command))
        part = self.reader.part(tokens, moment)
        if part is not None or not several:
            return [] if part is None else [part]
        parts = self.several(tokens, moment) or []
        return parts if len({one.best.intent for one in parts}) == 1 else []

    def _divided(self, words: Phrase) -> Iterator[tuple[int, Phrase, Phrase]]:
        """Yield where a length may begin, the words around it, and the length with its numbers said."""
        ways: Manners = self.reader.manners
        for at, word in enumerate(words):
            if word not in ways.lasting.holds | ways.lasting.waits:
                continue
            for end in range(min(len(words), at + 1 + LONGEST), at + 2, -1):
                if words[end - 1] in ways.lasting.units and (at or end < len(words)):
                    said = words[at + 1 : end]
                    yield at, (*words[:at], *words[end:]), ways.lasting.lengths.get(said, said)

    def _later(self, command: Phrase, length: Phrase, moment: Moment) -> Part | None:
        """Return the command put off by a length; ``None`` if these are none."""
        tokens = tokenize(" ".join((*command, self.reader.manners.lasting.wait, *length)))
        readings = self.reader.plain(tokens, moment)
        return Part(readings, tokens) if readings and LATER_SLOT in readings[0].slots else None

    def _held(self, now: list[Part], command: Phrase, length: Phrase, moment: Moment) -> list[Part]:
        undone = self._opposite(command)
        after = [] if undone is None else self._commands(undone, moment, several=len(now) > 1)
        if undone is None or not after or not all(map(_is_sure, (*now, *after))):
            return []
        if now[0].best.intent == after[0].best.intent or _about(now) != _about(after):
            return []
        later = self._later(undone, length, moment)
        return [] if later is None else [*now, later]

    def _opposite(self, command: Phrase) -> Phrase | None:
        """Return a command with its one word that turns it around turned: "switch it on" is "switch it off"."""
        opposites = self.reader.manners.lasting.opposites
        places = [at for at, word in enumerate(command) if word in opposites]
        if len(places) != 1:
            return None
        return (*command[: places[0]], *opposites[command[places[0]]].split(), *command[places[0] + 1 :])


def _about(parts: Sequence[Part]) -> set[str]:
    return {entity.id for part in parts for entity in part.best.targets}


def _is_sure(part: Part) -> bool:
    return not (part.best.doubt or part.best.free_slots) and acts(part.best.intent)
