"""Makes the draft of a routine of a sentence, or the question that is left, or finds that none was meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from devices.model import EntityId, HomeView
from skills.grammar.plain.assembling import Parts, assembled, condition, negated
from skills.grammar.plain.beside import forbids
from skills.grammar.plain.branching import branched, spoken_of, told_of
from skills.grammar.plain.clauses import ACT, Clause, clauses, cleaned, versions
from skills.grammar.plain.deeds import Doer, Understand
from skills.grammar.plain.dividing import MOST_TRIED, Divider
from skills.grammar.plain.facts import facts_of
from skills.grammar.plain.model import (
    Be,
    Dark,
    Draft,
    Fact,
    Unclear,
    UnclearError,
    Written,
)
from skills.grammar.plain.phrases import on_phrase, phrases
from skills.grammar.plain.said import Said
from skills.grammar.plain.services import undoes_itself
from skills.grammar.plain.setting import Setting
from skills.grammar.plain.speech import Speech, speech
from skills.grammar.plain.telling import Teller
from skills.grammar.plain.things import Things
from skills.grammar.plain.times import OnceError, times
from skills.grammar.plain.twofold import two_times
from skills.grammar.plain.without import Without
from skills.language import say
from skills.model import PersonId

MOST_WORDS = 60
_SOME_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""A routine's times are the same on every day."""


@dataclass(frozen=True, slots=True)
class Household:
    """What a sentence is about, and who says it."""

    home: HomeView
    understand: Understand
    person: PersonId | None = None
    notify: Mapping[str, str] = field(default_factory=dict[str, str])
    """Services that reach people, by their entity's id; ``all`` for everybody."""
    people: Mapping[EntityId, str] = field(default_factory=dict[EntityId, str])
    """Names of people who may have no entity, by the id that it would have."""
    others: frozenset[EntityId] = frozenset()
    """Things that are not meant, which was asked before."""


def draft(text: str, household: Household, language: str) -> Draft | Unclear | None:
    """Return the routine that a sentence wishes for, or what has to be asked about it; ``None``: it wishes for none.

    Bounded and total: whatever the text is, nothing is raised, and no more is read of it than a sentence has.
    """
    known = speech(language)
    if known is None:
        return None
    words = cleaned(text, known)
    if not 3 <= len(words) <= MOST_WORDS or text.rstrip().endswith("?"):
        return None
    if known.no_routine.match(words.text) and next(phrases(words, known), None) is None:
        return None
    unclear: Unclear | None = None
    for version in versions(words, known):
        meant = Drafter(household, known).draft(version)
        if isinstance(meant, Draft):
            return meant
        unclear = unclear or meant
    return unclear


class Drafter:
    """Reads one sentence."""

    def __init__(self, household: Household, speech: Speech) -> None:
        home = Without(household.home, household.others) if household.others else household.home
        things = Things(home, speech)
        self._household = household
        self._speech = speech
        self.setting = Setting(home, speech, things, _SOME_DAY, household.person, household.people)
        self._doer = Doer(self.setting, household.understand, Teller(self.setting, household.notify))
        self._divider = Divider(self.setting, self._doer)

    def draft(self, words: Said) -> Draft | Unclear | None:
        """Return what a sentence wishes for."""
        try:
            return (
                on_phrase(words, self._speech, self._obeyed)
                or self._twice(words)
                or self._daily(words)
                or self._draft(words)
            )
        except UnclearError as error:
            return error.unclear
        except OnceError:
            return None

    def _twice(self, words: Said) -> Draft | None:
        """Return a sentence that says two things that undo each other, "on when … and off when …", as one routine."""
        speech = self._speech
        events = sum(clause.kind == "event" for clause in clauses(words, speech))
        limits = sum(1 for pattern in (speech.above, speech.below) for _ in words.spans(pattern))
        if events < 2 and limits < 2:
            return None
        for start, end in reversed(list(words.spans(speech.joins))):
            if start == 0 or end == len(words):
                continue
            first, second = Drafter(self._household, speech), Drafter(self._household, speech)
            before = first.kept(words.cut(0, start))
            if before is None:
                continue
            second.follow(first.setting, before)
            after = second.kept(words.cut(end))
            both = None if after is None else branched(before, after)
            if both is not None:
                return both
        return None

    def _obeyed(self, order: Said) -> list[Written] | None:
        """Return what an order does that needs no question and has no clause beside it."""
        if forbids(order, self._speech) or any(clause.kind != ACT for clause in clauses(order, self._speech)):
            return None
        try:
            return self._doer.actions(order)
        except UnclearError:
            return None

    def _daily(self, words: Said) -> Draft | None:
        """Return a sentence with two times of day, and what is done at each, as one routine."""
        if len(list(words.spans(self._speech.joins))) + len(words.breaks) > MOST_TRIED:
            return None

        def kept(part: Said) -> Draft | None:
            return Drafter(self._household, self._speech).kept(part)

        return two_times(words, self._speech, kept, self._called)

    def _called(self, thing: EntityId) -> str:
        entity = self.setting.home.entity(thing)
        return "" if entity is None else entity.name

    def kept(self, words: Said) -> Draft | None:
        """Return what a part of a sentence wishes for, if that needs no question."""
        try:
            meant = self._draft(words)
        except (UnclearError, OnceError):
            return None
        return meant if isinstance(meant, Draft) else None

    def follow(self, before: Setting, meant: Draft) -> None:
        """Take over what was spoken of: "it", and where."""
        self.setting.area, self.setting.measured = before.area, before.measured
        self.setting.subject = next(iter(spoken_of({"triggers": meant.definition["triggers"]})), None)
        self.setting.done = next(iter(spoken_of({"actions": meant.definition["actions"]})), None)

    def pieces(self, words: Said) -> tuple[Parts, list[Said]]:
        """Return what a part of a sentence says of when and if, and its other words: an order, a thing, a number.

        Raises:
            OnceError: it is about one day only.
            UnclearError: something has to be asked.
        """
        parts = Parts()
        left: list[Said] = []
        for clause in clauses(words, self._speech):
            if clause.kind == ACT:
                found, rest = self._timed(clause.said)
                parts.times += found
                left.append(rest)
            else:
                left += [behind.said for behind, _ in self._fact_clause(clause, parts)]
        return parts, [rest for rest in left if any(word not in self._speech.idle for word in rest.words)]

    def orders(self, words: Said, about: str = "") -> list[Written] | None:
        """Return what an order does; ``None`` if it is none. A message that is given no words says ``about``.

        Raises:
            UnclearError: something has to be asked.
        """
        self._doer.teller.about = about
        return self._doer.actions(words)

    def _draft(self, words: Said) -> Draft | Unclear | None:
        said = clauses(words, self._speech)
        if not said:
            return None
        if said[0].kind == "only" and not any(clause.kind in ("event", "if") for clause in said):
            said[0] = replace(said[0], kind="if")  # "as long as we have guests leave the light on"
        self._look_ahead(said)
        self._divider.ordered = said[0].kind == ACT and self._speech.verbs.match(said[0].said.text) is not None
        parts = Parts()
        acts: list[tuple[Clause, bool]] = []
        unclear: UnclearError | None = None
        waiting: list[Clause] = []
        for clause in said:
            try:
                acts += self._fact_clause(clause, parts) if clause.kind != ACT else [(clause, False)]
            except UnclearError as error:
                unclear = unclear or error
                behind = [] if clause.kind == ACT else self._divider.behind(clause)
                waiting += [] if behind else [clause]
                acts += behind
        for clause, is_other in acts:
            self._act_clause(clause, parts, is_other=is_other)
        if unclear is not None and self._divider.points:
            raise unclear
        if unclear is not None and not self._sets_off(parts) and {clause.kind for clause in said} <= {ACT, "unless"}:
            return None  # "turn off all the lights but not here" leaves a thing out, and waits for nothing
        if not parts.acts and unclear is None:
            self._hidden(said, parts)
        if not parts.acts and not self._unknown_order(said, parts):
            return None
        if parts.missed and (unclear is None or not parts.acts):
            raise UnclearError(say("What shall I do then: {words}?", words=parts.missed[0]), words=parts.missed[0])
        if unclear is not None and waiting:
            unclear = self._again(waiting, parts)
        if unclear is not None:
            raise unclear
        meant = assembled(parts)
        if meant is not None and undoes_itself(parts.acts):
            raise UnclearError(say("After how long shall that be taken back?"))
        return meant

    def _unknown_order(self, said: Sequence[Clause], parts: Parts) -> bool:
        """Return whether what sets it off came first and was understood, and an order behind it was not."""
        words = said[0].said
        if said[0].kind not in ("event", "if"):
            return False
        if not parts.missed:
            ends = (end for end in range(2, len(words) - 1) if self._divider.facts_alone(words.cut(0, end)))
            parts.missed += [words.cut(end).written for end in ends][:1]
        return any(self._speech.states.match(missed.lower()) is None for missed in parts.missed[:1])

    def _hidden(self, said: Sequence[Clause], parts: Parts) -> None:
        """Find the order at the end of a clause that seemed one with it: "on motion at the porch porch light on"."""
        clause = said[-1]
        ends = range(1, min(len(clause.said) - 1, MOST_TRIED)) if clause.kind == "event" else ()
        for end in ends:
            facts = self._divider.facts_alone(clause.said.cut(0, end))
            if facts is not None and self._divider.may_do(clause.said.cut(end)):
                parts.events = facts
                self._doer.teller.about = clause.said.cut(0, end).written
                parts.acts += self._doer.actions(clause.said.cut(end)) or []
                return

    def _again(self, waiting: Sequence[Clause], parts: Parts) -> UnclearError | None:
        """Read what was not clear once more, now that it is known what "it" may be."""
        for target in spoken_of({"actions": parts.acts}):
            entity = self.setting.home.entity(target)
            if entity is not None:
                self.setting.note(entity)
                break
        else:
            told = told_of(parts.acts, self.setting.home)
            if told is not None:
                self.setting.note(told)
        try:
            for clause in waiting:
                self._fact_clause(clause, parts)
        except UnclearError as error:
            return error
        return None

    def _look_ahead(self, said: Sequence[Clause]) -> None:
        """Take note of the room that "there" means, where it is named only in another clause."""
        acted = [area for clause in said if clause.kind == ACT for area in self.setting.things.areas(clause.said.words)]
        self.setting.acted = acted[0] if len(set(acted)) == 1 else None
        if any(word in self._speech.there for clause in said for word in clause.said.words):
            for clause in said:
                areas = self.setting.things.areas(clause.said.words)
                if len(areas) == 1:
                    self.setting.area = areas[0]

    def _fact_clause(self, clause: Clause, parts: Parts) -> list[tuple[Clause, bool]]:
        """Take what a clause says, and return the orders behind it."""
        if clause.kind == "otherwise":
            return [(clause, True)]
        if clause.kind == "check":
            return [(replace(clause, kind=ACT), False)]
        moment = clause.said.span(self._speech.moments)
        if moment is not None:
            behind = clause.said.cut(moment[1])
            parts.events.all.append(self._moment(clause.said.cut(*moment)))
            return [(Clause(ACT, behind), False)] if behind.words else []
        facts, rest = self._divider.divided(clause)
        match clause.kind:
            case "event":
                parts.just_once = clause.once
                parts.events.all += facts.all
                parts.events.alternatives += facts.alternatives
            case "if" | "while":
                parts.ifs += facts.all
                parts.events.alternatives += facts.alternatives
            case "unless":
                parts.only += negated(facts.all + facts.alternatives)
            case _:
                parts.only += [one for fact in facts.all for one in condition(fact)]
        if clause.kind in ("event", "if"):
            taken = clause.said if rest is None else clause.said.cut(0, len(clause.said) - len(rest))
            self._doer.teller.about = self._doer.teller.about or taken.written
        return [] if rest is None else [(Clause(ACT, rest), False)]

    def _act_clause(self, clause: Clause, parts: Parts, *, is_other: bool) -> None:
        words = clause.said
        if words.words and self._speech.either.fullmatch(words.words[-1]):
            parts.either, words = True, words.cut(0, len(words) - 1)
        if is_other:
            parts.otherwise += self._doer.actions(words) or []
            return
        held = self._held(words, parts)
        if held is not None:
            parts.acts += held
            return
        found, rest = self._timed(words)
        if found and clause.first:
            parts.leading = parts.leading or not rest.words or words.words[0] != rest.words[0]
        parts.times += found
        parts.reminds = parts.reminds or bool(self._speech.reminds.match(rest.text))
        if not rest.words or any(one.fullmatch(rest.text) for one in (self._speech.checking, self._speech.ensure)):
            return
        unclear: UnclearError | None = None
        try:
            actions = self._doer.actions(rest)
        except UnclearError as error:
            unclear, actions = error, None
        if actions and forbids(rest, self._speech):
            # What is not to be done is no order: "when we have guests do not start the vacuum".
            raise UnclearError(say("What shall I do then: {words}?", words=rest.written), words=rest.written)
        if found and actions is None:
            actions, unclear = self._untimed(clause, parts, found, unclear)
        if (
            actions is None
            and not parts.events.all
            and not parts.ifs
            and (self._implied(rest, parts) or self._told(rest, clause, parts))
        ):
            return
        if unclear is not None and (self._sets_off(parts) or self._speech.verbs.fullmatch(rest.words[0])):
            parts.acts.append({})
            if self._sets_off(parts):
                raise unclear
            return
        if actions is None:
            limited = self._limited(rest)
            if limited is not None:
                parts.events.all.append(limited[0])
                parts.acts += limited[1]
                return
            self._not_understood(rest, parts)
            parts.missed.append(rest.written)
            return
        parts.acts += actions
        self._doer.note(actions)

    def _held(self, words: Said, parts: Parts) -> list[Written] | None:
        """Return what is done up to a time where something else sets it off: "when it rings leave it on until ten"."""
        if not (parts.events.all or parts.events.alternatives or parts.ifs):
            return None
        return self._doer.until(words, since=[*parts.events.all, *parts.ifs])

    def _untimed(
        self, clause: Clause, parts: Parts, found: Sequence[Fact], unclear: UnclearError | None
    ) -> tuple[list[Written] | None, UnclearError | None]:
        """Return what an order does that only seemed to have a time in it: "set the radiator to 21"."""
        try:
            actions = self._doer.actions(clause.said)
        except UnclearError:
            actions = None
        if actions is None:
            return None, unclear
        parts.times = [fact for fact in parts.times if fact not in found]
        parts.leading = False
        return actions, None

    def _limited(self, rest: Said) -> tuple[Fact, list[Written]] | None:
        """Read "stop it under sixty", which says of the number that was spoken of when."""
        if self.setting.measured is None:
            return None
        for pattern in (self._speech.above, self._speech.below):
            for start, _ in rest.spans(pattern):
                facts = facts_of(rest.cut(start), self.setting) if start else None
                actions = self._doer.actions(rest.cut(0, start)) if facts is not None else None
                if facts is not None and len(facts.all) == 1 and actions is not None:
                    return facts.all[0], actions
        return None

    def _sets_off(self, parts: Parts) -> bool:
        """Return whether anything that was said may set a routine off."""
        return bool(parts.events.all or parts.events.alternatives or parts.ifs or parts.times)

    def _not_understood(self, rest: Said, parts: Parts) -> None:
        """Ask what is meant by an order that is none that is known; what is no order is left alone.

        Raises:
            UnclearError: it begins as an order does.
        """
        if self._speech.verbs.fullmatch(rest.words[0]) and self._sets_off(parts):
            raise UnclearError(say("What shall I do then: {words}?", words=rest.written), words=rest.written)

    def _timed(self, words: Said) -> tuple[list[Fact], Said]:
        """Return the times that stand beside an order, and the order."""
        found, rest = times(words, self._speech, self.setting.now)
        for name, pattern in self._speech.sky:
            span = rest.span(pattern)
            if name in ("dark", "light", "gets_dark", "gets_light") and span is not None:
                rest = rest.without(span)
                found = [*found, Dark(dark=name.endswith("dark"))]
        moment = rest.span(self._speech.moments)
        if moment is not None and not found:
            named = rest.cut(*moment)
            found, rest = [self._moment(named)], rest.without(moment)
        return found, rest

    def _moment(self, named: Said) -> Fact:
        """Return the button that says when it is bedtime.

        Raises:
            UnclearError: there is none, so somebody has to say when that is.
        """
        buttons = [one for one in self.setting.home.entities() if one.domain in ("input_button", "button")]
        found = self.setting.things.find(named.words, buttons, kinds=lambda _: frozenset())
        if found is not None and len(found.entities) == 1:
            return Be((found.entities[0].id,), None, happens=True)
        raise UnclearError(say("When exactly: {words}?", words=named.written), words=named.written)

    def _implied(self, words: Said, parts: Parts) -> bool:
        """Take "rain starts: awning in" and "motion in the yard turns the light on" as what happens and what to do."""
        for end in self._divider.ends(words)[1:]:
            before = replace(self.setting)
            try:
                facts = facts_of(words.cut(0, end), self.setting)
            except UnclearError:
                facts = None
            actions = None if facts is None else self._doer.actions(words.cut(end))
            if facts is not None and actions is not None and (facts.all or facts.alternatives):
                parts.events, parts.acts = facts, [*parts.acts, *actions]
                return True
            self.setting.subject, self.setting.area = before.subject, before.area
        return False

    def _told(self, words: Said, clause: Clause, parts: Parts) -> bool:
        """Take "no motion for ten minutes, then …" as what sets off what is said behind it."""
        try:
            facts = facts_of(words, self.setting) if clause.first else None
        except UnclearError:
            return False
        if facts is None:
            return False
        parts.events = facts
        self._doer.teller.about = words.written
        return True
