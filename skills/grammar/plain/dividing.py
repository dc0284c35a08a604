"""Finds where what a clause says ends, and the order behind it begins, with no word between the two."""

from dataclasses import dataclass, replace

from skills.grammar.plain.clauses import ACT, Clause
from skills.grammar.plain.deeds import Doer
from skills.grammar.plain.facts import facts_of
from skills.grammar.plain.model import Facts, UnclearError
from skills.grammar.plain.said import Said
from skills.grammar.plain.setting import Setting
from skills.language import say

MOST_TRIED = 10
"""As many words may say what sets off an order that nothing leads in."""


@dataclass(slots=True)
class Divider:
    """Divides the clauses of one sentence."""

    setting: Setting
    doer: Doer
    ordered: bool = False
    """Whether the sentence begins with an order, so that none has to follow a clause."""
    points: bool = False
    """Whether an order behind what was not clear is about "it"."""

    def divided(self, clause: Clause) -> tuple[Facts, Said | None]:
        """Return what a clause says and the order that follows it without a word between.

        Raises:
            UnclearError: it says something that has to be asked about.
        """
        words = clause.said
        before = replace(self.setting)
        unclear: list[UnclearError] = []
        ends = self.ends(words)
        ordered = self._order_behind_and(words) if self.ordered else None
        if ordered is not None:
            return ordered
        for end in ends if self.ordered else [*reversed(ends[1:]), ends[0]]:
            self.setting.subject, self.setting.area = before.subject, before.area
            if end < len(words) and self.setting.speech.joins.fullmatch(words.words[end]):
                continue
            try:
                facts = facts_of(words.cut(0, end), self.setting)
            except UnclearError as error:
                unclear.append(error)
                continue
            if facts is not None:
                return facts, words.cut(end) if end < len(words) else None
        self.setting.subject, self.setting.area = before.subject, before.area
        if unclear:
            raise unclear[0]
        for end in range(1, min(len(words) - 1, MOST_TRIED)) if not self.ordered else ():
            # "Bei Regen die Markise einfahren": the order ends in its verb, and nothing shows where it begins.
            facts = self.facts_alone(words.cut(0, end))
            if facts is not None and self.may_do(words.cut(end)):
                return facts, words.cut(end)
        raise UnclearError(
            say("I know nothing here that tells me “{words}”. What shall set it off?", words=words.written),
            words=words.written,
        )

    def _order_behind_and(self, words: Said) -> tuple[Facts, Said] | None:
        """Return "it gets dark and leave it on until eleven" as what it says, and the order behind the "and"."""
        speech = self.setting.speech
        for start, end in words.spans(speech.joins):
            if not 0 < start < end < len(words) or not speech.verbs.fullmatch(words.words[end]):
                continue
            before = replace(self.setting)
            facts, order = self.facts_alone(words.cut(0, start)), words.cut(end)
            if facts is not None and (not speech.it.isdisjoint(order.words) or self.may_do(order)):
                return facts, order
            self.setting.subject, self.setting.area = before.subject, before.area
        return None

    def facts_alone(self, words: Said) -> Facts | None:
        """Return what words say if it needs no question."""
        try:
            return facts_of(words, self.setting)
        except UnclearError:
            return None

    def may_do(self, words: Said) -> bool:
        """Return whether words are an order that needs no question."""
        try:
            return self.doer.actions(words) is not None
        except UnclearError:
            return False

    def ends(self, words: Said) -> list[int]:
        """Return where what a clause says may end, the last place first."""
        starts = [at for at in range(1, len(words)) if self.setting.speech.verbs.fullmatch(words.words[at])]
        return sorted({len(words), *starts, *words.breaks}, reverse=True)

    def behind(self, clause: Clause) -> list[tuple[Clause, bool]]:
        """Return the order that may stand behind a clause that was not clear."""
        words = clause.said
        ends = sorted(self.ends(words))[:-1]
        for at in [at for at in ends if at in words.breaks] if self.ordered else ends:
            try:
                meant = self.doer.actions(words.cut(at)) is not None
            except UnclearError:
                meant = True
            speech, rest = self.setting.speech, words.words[at:]
            pointing = bool(speech.verbs.fullmatch(rest[0])) and not speech.it.isdisjoint(rest)
            self.points = self.points or pointing
            if meant or pointing:
                return [(Clause(ACT, words.cut(at)), False)]
        return []
