"""Words at a place of a text: in which case, and of one or of several."""

from collections.abc import Callable, Mapping
from typing import Self

PluralRule = Callable[[int], int]
"""Returns which of a language's forms is for a number of things: 0 is the first."""


class Words(str):
    """Words that know their other cases and of how many things they speak; everywhere else they are text."""

    __slots__ = ("cases", "form")
    cases: Mapping[str, str]
    form: int

    def __new__(cls, text: str, *, cases: Mapping[str, str] | None = None, form: int = 0) -> Self:
        """Return the words; ``form`` is the index of what agrees with them: 0 in English is ``is``, 1 is ``are``."""
        words = super().__new__(cls, text)
        words.cases, words.form = cases or {}, form
        return words

    def __format__(self, spec: str) -> str:
        """Return the words in the case that ``spec`` names, or which of ``is|are`` agrees with them."""
        if "|" in spec:
            return chosen(spec, self.form)
        return self.cases.get(spec, str(self))


class Number(int):
    """A number of things at a place of a text."""

    rule: PluralRule

    def __new__(cls, value: int, rule: PluralRule) -> Self:
        """Return the number with the rule by which a language chooses."""
        number = super().__new__(cls, value)
        number.rule = rule
        return number

    def __format__(self, spec: str) -> str:
        """Return the digits, or which of ``light|lights`` goes with them."""
        return chosen(spec, self.rule(int(self))) if "|" in spec else str(int(self))


def chosen(forms: str, index: int) -> str:
    """Return one of the forms between bars, the last where there are fewer."""
    every = forms.split("|")
    return every[min(index, len(every) - 1)]
