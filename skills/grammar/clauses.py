"""Leaves out the clauses of a text that only say why, or what is not meant: ``the hall light on, i can't see``."""

from dataclasses import dataclass
from itertools import pairwise

from skills.grammar.pointing import Pointed, Pointer
from skills.grammar.tokens import Tokens
from skills.grammar.turns import Phrase, Turns, longest

LONGEST_REASON = 9
"""In words; who explains more may take back what was said."""

SIGNS = frozenset(",;.!?")


@dataclass(frozen=True, slots=True)
class Commanded:
    """The one clause of a text that is left, and what others say is not meant."""

    tokens: Tokens
    refused: tuple[Pointed, ...]


class Clauses:
    """Tells the clause that commands from those beside it, in one language."""

    def __init__(self, pointer: Pointer, turns: Turns, verbs: frozenset[str]) -> None:
        """Tell clauses apart; the `verbs` are those that a command may begin with."""
        self._pointer = pointer
        self._turns = turns
        self._verbs = verbs

    def commanded(self, tokens: Tokens) -> Commanded | None:
        """Return the clause that is neither a reason nor a refusal; ``None`` if all are, or more than one is not."""
        cuts = self._cuts(tokens)
        kept: list[Tokens] = []
        refused: list[Pointed] = []
        for start, end in pairwise((0, *cuts, len(tokens.words))):
            words = tokens.words[start:end]
            if self._is_reason(words):
                continue
            things = self._refused(words)
            refused += things
            kept += [] if things else [tokens.cut(start, end)]
        return Commanded(kept[0], tuple(refused)) if cuts and len(kept) == 1 else None

    def _cuts(self, tokens: Tokens) -> list[int]:
        """Return where clauses begin, but for the first: behind punctuation, and at a word like ``because``.

        Recognisers write no punctuation: a reason may begin anywhere, and end where a command begins.
        """
        words = tokens.words
        gaps = (tokens.text[one[1] : next_[0]] for one, next_ in pairwise(tokens.spans))
        told = longest(words, self._turns.reasons)
        return [
            at
            for at, gap in enumerate(gaps, start=1)
            if not SIGNS.isdisjoint(gap)
            or words[at] in self._turns.because
            or longest(words, self._turns.reasons, at)
            or (0 < told <= at and words[at] in self._verbs and words[at - 1] not in self._verbs)
        ]

    def _is_reason(self, words: Phrase) -> bool:
        """Return whether a clause only says why. One that names a thing or a place may say where, too."""
        said = words[1:] if words[:1] and words[0] in self._turns.because else words
        if len(words) > LONGEST_REASON or not (longest(words, self._turns.reasons) or said != words):
            return False
        return not self._pointer.says_what(said) and not any(
            self._pointer.ends(said[at : at + 1], 0) for at in range(len(said))
        )

    def _refused(self, words: Phrase) -> list[Pointed]:
        size = longest(words, self._turns.refusals)
        return self._pointer.all(words[size:], joined=False) if size else []
