"""The engine of a house that routines are told to: what is no command may wish for a routine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from devices.model import EntityId, HomeView
from skills.grammar.model import Context, Decision, Outlook, Understander, Understanding
from skills.grammar.plain.amending import amended, asked_about
from skills.grammar.plain.answering import Asked, answered
from skills.grammar.plain.clauses import says_when
from skills.grammar.plain.drafting import Household, draft
from skills.grammar.plain.model import Draft, Unclear
from skills.grammar.plain.once import as_reminder, once
from skills.grammar.plain.replies import replies
from skills.grammar.plain.speech import speech
from skills.grammar.plain.telling import WHOEVER
from skills.grammar.resolve import LATER_SLOT
from skills.grammar.tokens import words_of
from skills.language import say, speaking
from skills.model import Match, PersonId

DRAFT, ASK = "routine_drafts.draft", "routine_drafts.ask"
"""The intents that a sentence has that wishes for a routine; nothing of it is done, it is read back or asked about."""

CONFIDENCE = 0.9

TAUGHT = "learning.phrase"
"""The intent of "when I say movie time, turn off the lights"."""

_AT_ONCE = ("Hass", "announcing.")
"""How intents begin that do something as soon as they are understood; reminders and the like wait by themselves."""

_LEFT_ALONE = frozenset({"empty", "too-long", "too-hard", "quotation", "taken-back"})
"""Reasons of the engine's for which nothing else is looked for."""


class Wishes:
    """An `Understander` that also knows routines; commands are what they are for the engine in it."""

    def __init__(
        self, engine: Understander, language: str, people: Mapping[PersonId, str] = MappingProxyType({})
    ) -> None:
        """Take the engine of a language; ``people`` are the household's, by what they are called."""
        self._engine, self._language = engine, language
        self._people = {EntityId(f"person.{key}"): name for key, name in people.items()}
        self._notify = {f"person.{key}": f"notify.{key}" for key in people} | {"all": WHOEVER}

    def understand(self, text: str, home: HomeView, context: Context) -> Understanding:
        """Return what `text` means: a command, else a routine to be read back, else what the engine says of it.

        What may be about a draft that is open, `Context.open`, is looked at first.
        """
        if context.open is not None and context.open.intent in (DRAFT, ASK):
            about = self._about(context.open, text, home, context)
            if about is not None:
                return about
        meant = self._engine.understand(text, home, context)
        at_once = meant.decision is Decision.ACT and not self._is_later(text, meant)
        if meant.decision is Decision.ACT and _teaches(meant):
            wished = self._wished(text, home, context)
            return wished if wished is not None and _is_on_one_word(wished) else meant
        if at_once or meant.reason in _LEFT_ALONE:
            return meant
        return self._wished(text, home, context) or self._at_a_time(text, home, context) or meant

    def at_once(self, text: str, home: HomeView, context: Context) -> Understanding | None:
        """Return a command that is found out in a moment; a routine never is, nor what may be about one."""
        if context.open is not None:
            return None
        meant = self._engine.at_once(text, home, context)
        if meant is None or meant.decision is not Decision.ACT or self._is_later(text, meant):
            return None
        return None if _teaches(meant) else meant

    def warm(self) -> None:
        """Work out beforehand what the first texts would wait for."""
        self._engine.warm()

    def outlook(self, text: str, home: HomeView, context: Context) -> Outlook:
        """Return what `text` means so far, and whether that is all."""
        return self._engine.outlook(text, home, context)

    def only_repeats(self, text: str) -> bool:
        """Return whether `text` asks for what was done before once more, or for more of it, and says nothing else."""
        return self._engine.only_repeats(text)

    def explain(self, text: str, home: HomeView, context: Context) -> Sequence[str]:
        """Return in lines how `text` can be read; of a routine what it is taken for."""
        lines = self._engine.explain(text, home, context)
        meant = self._wished(text, home, context)
        if meant is None or self._engine.understand(text, home, context).decision is Decision.ACT:
            return lines
        return [*lines, f"routine: {dict(meant.matches[0].slots)}"]

    def examples(self, limit: int = 20) -> Sequence[str]:
        """Return sentences that would be understood in any house."""
        return self._engine.examples(limit)

    def _is_later(self, text: str, meant: Understanding) -> bool:
        """Return whether a command that would be carried out now was said with a "when" or an "every"."""
        known = speech(self._language)
        now = all(match.intent.startswith(_AT_ONCE) and "Timer" not in match.intent for match in meant.matches)
        return known is not None and now and says_when(text, known)

    def _wished(self, text: str, home: HomeView, context: Context) -> Understanding | None:
        with speaking(self._language):
            meant = draft(text, self._household(home, context), self._language)
        return None if meant is None else _understood(meant, text)

    def _at_a_time(self, text: str, home: HomeView, context: Context) -> Understanding | None:
        """Return what is to be done once at some time, or what somebody is to be reminded of again and again."""
        read = self._reader(home, context)
        reminder = as_reminder(text, self._language)
        if reminder is not None:
            meant = self._engine.understand(reminder, home, context)
            return meant if meant.decision is Decision.ACT and _reminds(meant) else None
        found = once(text, self._language, home, lambda command: read(command, Context()))
        return _acts(*found) if found else None

    def _about(self, asked: Match, text: str, home: HomeView, context: Context) -> Understanding | None:
        """Return what a text says of the draft that is open: an answer, another time or lamp, a question about it."""
        household = self._household(home, context)
        with speaking(self._language):
            if asked.intent == ASK:
                return self._answer(asked, text, household)
            told = asked_about(text, self._language)
            if told is not None:
                return _acts(Match(DRAFT, {**asked.slots, "tell": told}))
            definition = asked.slots.get("definition")
            if not isinstance(definition, Mapping):
                return None
            about = str(asked.slots.get("about") or asked.slots.get("said", ""))
            meant = amended(text, cast("Mapping[str, object]", definition), household, self._language, about)
            # Called by what it is, not by what was said first.
            return None if meant is None else _understood(meant, "", about=about)

    def _answer(self, asked: Match, text: str, household: Household) -> Understanding | None:
        if not asked.slots.get("among") and household.understand(text, Context()).decision is Decision.ACT:
            return None  # a command; but "the bedroom one" names one of several things
        if isinstance(draft(text, household, self._language), Draft):
            return None
        said, known = str(asked.slots.get("said", "")), replies(self._language)
        if known is not None and known.once.fullmatch(" ".join(words_of(text))):
            return self._just_once(said, household)
        among, others = (
            tuple(EntityId(str(one)) for one in cast("Sequence[object]", asked.slots.get(key, ())))
            for key in ("among", "others")
        )
        question = str(asked.slots.get("question", ""))
        about = Asked(said, question, str(asked.slots.get("words", "")), among, others)
        came = answered(text, about, household, self._language)
        if came is None:
            return None
        # Called by what it is, once nothing has to be asked any more.
        said = "" if isinstance(came.meant, Draft) else came.said
        return _understood(came.meant, said, came.others, about=came.said)

    def _just_once(self, said: str, household: Household) -> Understanding:
        """Return the command for later that a sentence with a time in front is, or that it cannot be one."""
        words = said.split()
        for at in range(len(words), 0, -1):
            meant = household.understand(" ".join((*words[at:], *words[:at])), Context())
            if meant.decision is Decision.ACT and any(LATER_SLOT in one.slots for one in meant.matches):
                return meant
        found = once(said, self._language, household.home, lambda command: household.understand(command, Context()))
        question = say("I can do that again and again, or in some minutes or hours, but not once at a time of day.")
        return _acts(*(found or (Match(ASK, {"question": question}),)))

    def _household(self, home: HomeView, context: Context) -> Household:
        return Household(home, self._reader(home, context), context.person, self._notify, self._people)

    def _reader(self, home: HomeView, context: Context) -> Callable[[str, Context], Understanding]:
        """Return how the commands inside of a routine are read: as if nothing was said before, and nowhere."""
        known: dict[tuple[str, Context], Understanding] = {}

        def read(text: str, where: Context) -> Understanding:
            key = (text, where)
            if key not in known:
                known[key] = self._engine.understand(text, home, replace(where, person=context.person))
            return known[key]

        return read


def _teaches(meant: Understanding) -> bool:
    return all(match.intent == TAUGHT for match in meant.matches)


def _is_on_one_word(meant: Understanding) -> bool:
    """Return whether a draft waits for a phrase of one word, which is too little to be taught as a command's."""
    definition = meant.matches[0].slots.get("definition")
    triggers = cast("Sequence[Mapping[str, object]]", definition["triggers"]) if isinstance(definition, dict) else ()
    return any(" " not in str(one.get("command", " ")) for one in triggers)


def _reminds(meant: Understanding) -> bool:
    return all(match.intent.startswith("reminders.") for match in meant.matches)


def _understood(meant: Draft | Unclear, said: str, others: tuple[EntityId, ...] = (), about: str = "") -> Understanding:
    match meant:
        case Draft(definition=definition):
            return _acts(Match(DRAFT, {"definition": dict(definition), "said": said, "about": about or said}))
        case Unclear():
            asked = {"question": meant.question, "said": said, "words": meant.words}
            return _acts(Match(ASK, {**asked, "among": meant.among, "others": others}))


def _acts(*matches: Match) -> Understanding:
    return Understanding(Decision.ACT, matches, confidence=CONFIDENCE, reason="routine")
