"""What skills read of the memory, and the effects by which it is changed: only the gateway calls those."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel

from daemon.clock import Clock
from daemon.heeding import Heeding, instructs, is_own
from daemon.household import certain
from daemon.pins import MASK
from daemon.remembering.choosing import selection_of
from daemon.remembering.ending import Ending
from daemon.remembering.inferring import inferred, is_confided, is_question, is_remark, names_wake_light
from daemon.remembering.opening import Opening
from daemon.remembering.parting import parted
from daemon.remembering.reaching import SAID, Words, forget_words
from daemon.remembering.recalling import Recalling
from daemon.remembering.tending import Tending
from daemon.remembering.wondering import Wondering
from devices.model import AreaId
from skills.builtin.remembered import told, with_article
from skills.builtin.words import listing, sentence
from skills.confiding import Correct, ForgetTold, Incognito, Remember, Restore, forget_told, incognito, restore_told
from skills.effect import Effect, change
from skills.facts import Answered, Chosen, Known, Lately, Noticed, Said, Taste
from skills.language import say
from skills.model import Cause, Match, Outcome, PersonId, Risk, Utterance, Verdict

if TYPE_CHECKING:
    from daemon.memory import Fact, Learned
    from daemon.memory.saying import Statement

QUIET = timedelta(minutes=30)
"""So long after the last word of a talk of which nothing is kept, the next is another talk."""
MOST_SPEAKERS = 64
FORGET_S = 60.0
"""A file of 64 MiB is written anew in a second here, and in twenty on a memory card."""


class Remembering:
    """Answers for what is remembered; fulfils `FactsView` and the conversation's `Remembers`."""

    def __init__(
        self,
        opening: Opening,
        clock: Clock,
        journal: Words,
        heeding: Heeding,
        tending: Tending,
        wondering: Wondering,
        ending: Ending,
        recalling: Recalling,
    ) -> None:
        self._opening, self._clock, self._journal, self._heeding = opening, clock, journal, heeding
        self._tending, self._wondering, self._ending, self._recalling = tending, wondering, ending, recalling
        self._lately: dict[str, Lately] = {}
        self._silent: dict[str, datetime] = {}
        self.before: Callable[[], Awaitable[None]] = _nothing
        """Is awaited before anything is looked for or forgotten: what waits to be kept."""

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(Remember, "memory.remember", self._remember, lambda _: say("remember what was said")),
            change(Correct, "memory.correct", self._correct, lambda _: say("put right what was remembered")),
            change(Restore, "memory.restore", self._restore, lambda _: say("take back what was put right")),
            Effect("memory.forget", ForgetTold, _risk, self._forget, lambda _: say("forget what was told"), FORGET_S),
            change(Incognito, "memory.incognito", self._incognito, _words_of_incognito),
            *self._tending.effects(),
            *self._ending.effects(),
        ]

    # What skills read

    async def answer(self, question: str, *, who: str | None, language: str) -> Answered | None:
        """Return what is known of what a question asks for; ``None`` if it asks for nothing of the kind."""
        from daemon.remembering.questions import english, past, thing_of

        memory, owner = await self._opening.memory(), self._owner(who)
        found = await memory.answer(english(question, language), person=owner)
        if found is not None and found.facts:
            return Answered([self._known(f, owner) for f in found.facts], past(question), found.disputed)
        thing = thing_of(question, language)
        if thing is None:
            return None if found is None else Answered()
        return Answered([fact for fact in await self._about(thing, owner) if _is_about(fact, thing)][:1])

    async def known(self, *, who: str | None, about: str | None = None) -> Sequence[Known]:
        """Return what is so by what people told: of whoever asks, or all that has the words of ``about``."""
        owner = self._owner(who)
        if about is not None:
            return await self._about(about, owner)
        now = self._clock.now()
        facts = [fact for fact in await (await self._opening.memory()).facts(person=owner) if _tells(fact, now)]
        return _once([self._known(fact, owner) for fact in facts])

    async def said(self, words: str, *, who: str | None, most: int = 3) -> Sequence[Said]:
        """Return what was said about something, in the order in which it was."""
        await self.before()
        return await self._recalling.said(words, who=self._owner(who), most=most)

    async def told_before(self, question: str, *, who: str | None) -> Sequence[Said]:
        """Return what was said with all the words of a question."""
        await self.before()
        return await self._recalling.told_before(question, who=self._owner(who))

    async def just_said(self, since: datetime, *, who: str | None) -> Sequence[int]:
        """Return what whoever asks said since then, by its numbers."""
        await self.before()
        return await self._recalling.just_said(since, who=self._owner(who))

    async def count(self, chosen: Chosen, *, who: str | None) -> int:
        """Return how many things would be forgotten."""
        await self.before()
        selection = await selection_of(self._opening, chosen, who)
        memories, facts = await (await self._opening.memory()).selected(selection, person=self._owner(who))
        kept = {memory.id for memory in memories}
        return len(memories) + sum(fact.source not in kept for fact in facts)

    def objection(self, words: str, *, who: str | None, where: str | None, language: str, outright: bool) -> str | None:
        """Return in a sentence why something cannot be remembered for this speaker; ``None`` if it can."""
        from daemon.memory.saying import statements

        person = None if who is None else PersonId(who)
        if MASK in words:
            return say("PINs are no memories: they are set with hearth people pin set.")
        if self._opening.is_guest(person):
            return say("I remember nothing of guests.")
        if self.unheard(person, None if where is None else AreaId(where)):
            return say("I keep nothing of this talk. Say that I may remember again, and then once more what.")
        if self._opening.alone or self._opening.owner(person) is not None:
            return None
        said = statements(words, at=self._clock.now(), outright=outright, language=language)
        if any(_is_own(one.subject) for one in said):
            return say("I do not know who you are, so I cannot remember that for you.")
        return None

    def is_locked(self, who: str | None) -> bool:
        """Return whether what this person told is sealed, and not open now."""
        return self._opening.is_locked(self._owner(who))

    def lately(self, who: str | None, where: str | None) -> Lately:
        """Return what this speaker told or was told just before."""
        return self._lately.get(_speaker(who, where), Lately())

    def note_told(self, facts: Sequence[Known], who: str | None, where: str | None) -> None:
        """Take note of what this speaker was told: "that" now means it."""
        self._note(Lately(facts, at=self._clock.now()), who, where)

    def tastes(self, relation: str, *, who: str | None, where: str | None) -> Sequence[Taste]:
        """Return how whoever asks wants something, then how others in the room do; see `FactsView.tastes`."""
        return self._heeding.tastes(relation, who=who, where=where)

    def noticed(self, who: str | None) -> Sequence[Noticed]:
        """Return what is likely of whoever asks, by what they did here."""
        return self._tending.noticed(who)

    # What the conversation asks

    def unheard(self, person: PersonId | None, area: AreaId | None) -> bool:
        """Return whether nothing that is said there is to be kept; each word makes that talk last longer."""
        speaker, now = _speaker(person, area), self._clock.now()
        until = self._silent.get(speaker)
        if until is None or until <= now:
            self._silent.pop(speaker, None)
            return False
        self._silent[speaker] = now + QUIET
        return True

    async def instructed(self, utterance: Utterance) -> Match | None:
        """Return the standing instruction that a text is, where it is of a form that acts, or takes one back."""
        if instructs(utterance.text):
            return Match("memory.keep", {"what": utterance.text})
        if names_wake_light(utterance.text) and self._says(utterance):
            # The words name a light, and no lamp of the house.
            return Match("memory.stated")
        return await self._ending.meant(utterance)

    def _says(self, utterance: Utterance) -> bool:
        from daemon.remembering.questions import says

        return says(utterance.text, utterance.said_at, utterance.language)

    def beside(self, utterance: Utterance) -> tuple[str, Match] | None:
        """Return the order in a text that also asks for something to be remembered, and what that is."""
        found = parted(utterance.text, utterance.language)
        return None if found is None else (found[0], Match("memory.keep", {"what": found[1]}))

    async def meaning(self, utterance: Utterance) -> Match | None:
        """Return what is told or asked by a text that is no sentence of a skill; ``None`` if it is neither."""
        from daemon.remembering import questions

        text, language, cause, now = utterance.text, utterance.language, utterance.cause, utterance.said_at
        lately, wish = self.lately(certain(cause), utterance.area), questions.wish(text, language)
        if wish is not None and (wish.intent != "memory.more" or lately.facts):
            return wish
        right = questions.put_right(text, language) if len(lately.facts) == 1 else None
        if right is not None and questions.may_be(right, lately.facts[0].relation, lately.facts[0].thing):
            return Match("memory.corrected", {"fact": lately.facts[0].id, "thing": right})
        if await asyncio.to_thread(questions.says, text, now, language):
            return Match("memory.stated")
        renewed = questions.renewed(text, language)
        known = await self._about(renewed, self._owner(certain(cause))) if renewed is not None else ()
        if any(one.relation == "is" for one in known):
            return Match("memory.keep", {"what": text})
        goal = self._tending.goal_told_of(text, self._owner(certain(cause)))
        if goal is not None:
            return Match("memory.progress", {"goal": goal, "what": text})
        if questions.asks(text, now, language):
            found = await self.answer(text, who=certain(cause), language=language)
            # Of other things somebody else may know more: the house, a model.
            own = questions.is_personal(text, now, language) or self._is_kept_from(text, certain(cause))
            if found is not None and (found.facts or own):
                return Match("memory.asked", {"question": text})
        if is_question(text) and await self.told_before(text, who=certain(cause)):
            return Match("memory.recalled", {"what": text})
        kept = self._opening.alone or self._owner(certain(cause)) is not None
        if kept and not cause.tainted and not questions.orders(text):
            if self.unheard(cause.person, utterance.area):
                return Match("remarks.unkept") if is_remark(text) or is_confided(text) else None
            if questions.kept_at(text, language):
                return Match("memory.keep", {"what": text})
            if is_confided(text):
                return Match("remarks.confided")
            return Match("remarks.noted") if is_remark(text) or inferred(text, now) else None
        return None

    # What the gateway calls

    async def _remember(self, given: Remember, cause: Cause) -> Outcome:
        from daemon.memory import Note, RememberingError
        from daemon.memory.saying import statements

        if cause.tainted:
            return Outcome(Verdict.FAILED, say("words from outside the household are not remembered"))
        if self.unheard(cause.person, cause.area):
            # Asked here too, since for a voice that is not surely somebody's the objection is that of the room.
            text = say("I keep nothing of this talk. Say that I may remember again, and then once more what.")
            return Outcome(Verdict.FAILED, text.rstrip("."))
        language, outright = given.language, given.outright
        why_not = self.objection(
            given.confided, who=certain(cause), where=cause.area, language=language, outright=outright
        )
        if why_not is not None:
            return Outcome(Verdict.FAILED, why_not.rstrip("."))
        owner, now = self._owner(certain(cause)), self._clock.now()
        about = statements(given.confided, at=now, outright=given.outright, language=given.language)
        house = self._opening.is_grown_up(certain(cause))
        own = any(_is_own(one.subject) and not (house and _is_shared(one)) for one in about)
        private = owner is not None and (own or not about or self._opening.mentions(given.confided))
        ref = f"{SAID}{cause.id}" if cause.id else None
        name = self._opening.name(owner)
        note = Note(given.confided, now, name, owner, "me" if private else "household", area=cause.area, ref=ref)
        memory = await self._opening.memory()
        try:
            heard = await memory.take_in(note, outright=given.outright, language=given.language)
        except RememberingError as error:
            return Outcome(Verdict.FAILED, str(error))
        if heard.waits:
            text = say("Your memory is locked. I have put that away unread, and take it in when you unlock it.")
            return Outcome(Verdict.DONE, told=text)
        if heard.id is None:
            return Outcome(Verdict.DONE, told=say("I know that already."))
        facts = [self._known(one.fact, owner) for one in heard.learned if one.fact.id is not None]
        self._note(Lately(facts, [heard.id], now), certain(cause), cause.area)
        new = [one.fact.id for one in heard.learned if not one.again and one.fact.id is not None]
        struck = any(one.fact.id == wrong.id for one in heard.learned for wrong in one.corrected)
        await self._refresh()
        standing = heard.learned[0].fact if heard.learned and not heard.learned[0].again else None
        if standing is not None and standing.kind == "instruction":
            told = await self._heeding.promise(standing.text)
        else:
            told = self._worded(heard.learned, owner)
        return Outcome(Verdict.DONE, undo=None if struck else forget_told(new, [heard.id]), told=told)

    async def _correct(self, given: Correct, cause: Cause) -> Outcome:
        from daemon.memory import FactId, RememberingError

        if cause.tainted:
            return Outcome(Verdict.FAILED, say("words from outside the household are not remembered"))
        owner = self._owner(certain(cause))
        try:
            right = await (await self._opening.memory()).correct(FactId(given.fact), given.confided, person=owner)
        except RememberingError:
            return Outcome(Verdict.FAILED, say("I no longer know that"))
        await self._refresh()
        known = self._known(right, owner)
        self._note(Lately([known], at=self._clock.now()), certain(cause), cause.area)
        text = say("I have put it right: {fact}.", fact=told(known))
        return Outcome(Verdict.DONE, undo=restore_told(known.id, given.fact), told=text)

    async def _restore(self, given: Restore, cause: Cause) -> Outcome:
        from daemon.memory import FactId

        memory, owner = await self._opening.memory(), self._owner(certain(cause))
        done = await memory.uncorrect(FactId(given.right), FactId(given.wrong), person=owner)
        await self._refresh()
        return Outcome(Verdict.DONE) if done else Outcome(Verdict.FAILED, say("I no longer know that"))

    async def _forget(self, parameters: BaseModel, cause: Cause) -> Outcome:
        given = cast("ForgetTold", parameters)
        await self.before()
        memory, owner = await self._opening.memory(), self._owner(certain(cause))
        chosen = Chosen(given.confided, given.since, given.until, given.everything)
        selection = await selection_of(
            self._opening, chosen, certain(cause), memories=given.memories, facts=given.facts
        )
        gone = await memory.forget(selection, person=owner)
        await self._refresh()
        words = await forget_words(self._journal, selection, gone, owner)
        if words and memory.small:
            await memory.scrub()
        self._lately.pop(_speaker(certain(cause), cause.area), None)
        if given.everything:
            self._tending.drop(owner)
        number = max(gone.memories, gone.facts)
        if number == 0 and words == 0:
            return Outcome(Verdict.FAILED, say("there is nothing of that to forget"))
        later = say("Copies of the last days lose it within a week.")
        text = say("Forgotten.") if number <= 1 else say("I have forgotten {n} {n:thing|things}.", n=number)
        return Outcome(Verdict.DONE, told=f"{text} {later}")

    async def _incognito(self, given: Incognito, cause: Cause) -> Outcome:
        speaker = _speaker(cause.person, cause.area)
        self._silent.pop(speaker, None)
        if given.on:
            self._silent[speaker] = self._clock.now() + QUIET
        return Outcome(Verdict.DONE, undo=incognito(on=not given.on))

    async def _refresh(self) -> None:
        await self._heeding.refresh()
        await self._wondering.refresh(self._clock.now())

    # Inside

    def _is_kept_from(self, question: str, who: str | None) -> bool:
        """Say whether somebody asks for something of their own, and it may be known, but is locked."""
        from daemon.memory.sketches import OWN_WORDS, flags_of

        return self.is_locked(who) and bool(flags_of(question) & OWN_WORDS)

    async def _about(self, words: str, owner: PersonId | None) -> Sequence[Known]:
        """Return what holds and has these words, the newest first."""
        from daemon.memory.stems import terms

        wanted, now = set(terms(words)), self._clock.now()
        facts = [
            fact
            for fact in await (await self._opening.memory()).facts(person=owner)
            if wanted and _tells(fact, now) and wanted <= set(terms(f"{fact.subject} {fact.relation} {fact.text}"))
        ]
        return _once([self._known(fact, owner) for fact in facts])

    def _known(self, fact: "Fact", owner: PersonId | None) -> Known:
        from daemon.memory.keeping import UNKNOWN

        at = fact.known_from
        assert at is not None, "it is in the file"
        assert fact.id is not None, "it is in the file"
        # Where nobody is configured, whoever speaks is the one who told it.
        own = fact.subject == (owner.casefold() if owner is not None else UNKNOWN if self._opening.alone else None)
        private = fact.visibility == "me"
        subject = fact.subject
        if not own and fact.person is not None and fact.subject == fact.person.casefold():
            subject = self._opening.name(fact.person) or subject
        return Known(
            fact.id,
            subject,
            fact.relation,
            fact.object,
            fact.text,
            at,
            own,
            private,
            fact.person,
            fact.valid_until if fact.known_until is None else fact.known_until,
            sure=fact.assurance.value != "inferred",
        )

    def _worded(self, learned: "Sequence[Learned]", owner: PersonId | None) -> str:
        """Return what is said to whoever told something."""
        if not learned:
            return say("I will remember that.")
        one = learned[0]
        if one.fact.id is None:
            # It ended, or never was, and nothing of it was known.
            return say("All right, I had not noted that anyway.")
        fact = self._known(one.fact, owner)
        if any(one.fact.id == wrong.id for wrong in one.corrected):
            return say("All right, that was never so: I no longer believe “{fact}”.", fact=told(fact))
        if any(one.fact.id == ended.id for ended in one.ended):
            return say("All right: {fact}.", fact=told(replace(fact, until=self._clock.now())))
        if one.again:
            return say("I know that already.")
        if fact.relation == "name":
            return say("All right, {name}.", name=fact.thing)
        clauses = listing([told(self._known(each.fact, owner)) for each in learned if each.fact.id is not None])
        text = say("I will remember that: {fact}.", fact=clauses)
        if one.fact.visibility == "me" and not fact.own:
            text = say("I will remember that, for you alone: {fact}.", fact=clauses)
        if one.corrected or one.ended:
            # Who likes no more what they liked has said what it was.
            olds = [old for old in (*one.corrected, *one.ended) if old.object != one.fact.object]
            before = [with_article(old.object, old.text) for old in olds]
            if before:
                text += " " + sentence(say("until now it was {before}", before=listing(before)))
        if one.disputes:
            others = listing([told(self._known(other, owner)) for other in one.disputes])
            text += " " + sentence(say("I was told otherwise before: {others}", others=others))
        return text

    def _owner(self, who: str | None) -> PersonId | None:
        return self._opening.owner(None if who is None else PersonId(who))

    def _note(self, lately: Lately, who: str | None, where: str | None) -> None:
        speaker = _speaker(who, where)
        self._lately.pop(speaker, None)
        self._lately[speaker] = lately
        while len(self._lately) > MOST_SPEAKERS:
            del self._lately[next(iter(self._lately))]


async def _nothing() -> None:
    """Wait for nothing."""


def _speaker(who: str | None, where: str | None) -> str:
    return f"person/{who}" if who is not None else f"area/{where or ''}"


def _once(known: Sequence[Known]) -> Sequence[Known]:
    """Return the newest of each text."""
    return list({one.text.casefold(): one for one in reversed(known)}.values())[::-1]


def _is_own(subject: str | None) -> bool:
    """Say whether a statement is about whoever makes it."""
    return subject is None or subject.startswith("my ")


def _is_shared(statement: "Statement") -> bool:
    """Say whether everybody may know it: how the house is to behave, and how warm somebody wants a room of all."""
    if statement.kind == "instruction":
        return not is_own(statement.text)
    return statement.relation == "temperature"


def _is_about(fact: Known, thing: str) -> bool:
    """Say whether a fact answers a question about a thing, rather than to name it by the way."""
    from daemon.memory.stems import terms

    if fact.relation in ("note", "procedure"):
        return True
    asked, subject, relation = terms(thing), terms(fact.subject), terms(fact.relation)
    # "Sara's birthday" is not "Sara's birthday present".
    return set(asked) <= {*subject, *relation} and asked[-1:] in (subject[-1:], relation[-1:])


def _tells(fact: "Fact", now: datetime) -> bool:
    """Say whether a fact is told again: counts and what was only concluded are not, unless they are asked for."""
    over = fact.expires_at is not None and fact.expires_at <= now
    return _holds(fact) and not over and fact.relation not in ("picture", "progress")


def _holds(fact: "Fact") -> bool:
    return fact.valid_until is None and fact.known_until is None


def _risk(parameters: BaseModel) -> Risk:
    # What is gone is gone; but one thing that was told just now is nobody's loss.
    return Risk.CONSEQUENTIAL if cast("ForgetTold", parameters).is_wide else Risk.REVERSIBLE


def _words_of_incognito(given: Incognito) -> str:
    return say("keep nothing of this talk") if given.on else say("keep again what is said")
