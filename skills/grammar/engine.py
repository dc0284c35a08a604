"""The engine behind `Understander`: reads a text in ever freer ways until one of them makes sense."""

import re
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from devices.model import HomeView
from skills.grammar.asking import asked
from skills.grammar.automaton import Automaton
from skills.grammar.clauses import Clauses, Commanded
from skills.grammar.compose import Composer
from skills.grammar.dialogue import Dialogue, FollowUp
from skills.grammar.documents import Book, ListKind
from skills.grammar.explain import readings_of, words_for
from skills.grammar.judge import LATER, Judge
from skills.grammar.lasting import Lasting
from skills.grammar.manners import Manners, Sign
from skills.grammar.model import Completeness, Context, Decision, Outlook, Understanding
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.repair import MOST_BREAKS, Mender
from skills.grammar.resolve import LATER_SLOT, Doubt, Reading, acts
from skills.grammar.settled import NEXT_LINE, settled
from skills.grammar.spelling import respelled
from skills.grammar.standing import StandIns, is_indirect, question
from skills.grammar.timed import Timed
from skills.grammar.tokens import MOST_CHARACTERS, MOST_TOKENS, Tokens, tokenize
from skills.grammar.tolerance import Verdict
from skills.grammar.turns import NO_TURNS, Turns
from skills.grammar.work import MOST_AT_ONCE, TooHardError

DURATION = "time"
"""The sign that sentences about timers show by right."""

EXCEPTION = "exception"
"""The sign of a command that leaves something out."""

FEW_LETTERS = 3
"""As many as an article has, or the shortest verb."""

_QUOTED = re.compile(r'["“”„«»][^"“”„«»]*\w\s+\w[^"“”„«»]*["“”„«»]')

STATED = "stated"
"""The response of sentences without a verb ("bedroom blinds closed"), which are reports with an article."""

TAUGHT = "learning.phrase"
"""The intent whose free text is a command for another time: nothing in it is carried out now."""

MOST_REMEMBERED = 64
"""Earlier utterances whose meaning is kept, so that a conversation is not understood anew with every turn."""

MOST_HISTORY = 5
"""Earlier utterances that are looked at."""

NO_ANTECEDENT = "no-antecedent"
"""The reason for doing nothing about a text that leans on something that was not said."""

MOST_TRIED = 8
"""As many texts are looked at for corrections within one utterance: each may hold another. People make 4 at most."""

DECIDING = 6
"""What it costs to look at a word in all ways but as part of a sentence, in steps."""

Said = tuple[str, ...]


class Engine:
    """One language's sentences over one house at a time. Threads take turns: a second one waits for the first."""

    def __init__(self, book: Book, automaton: Automaton, manners: Manners, turns: Turns = NO_TURNS) -> None:
        self._manners = manners
        self._turns = turns
        self._reader = Reader(book, automaton, manners)
        self._dialogue = Dialogue(self._reader, turns, book.language)
        self._composer = Composer(self._reader, self._dialogue, turns)
        self._mender = Mender(self._dialogue.pointer, turns, manners, book.language)
        self._lasting = Lasting(self._reader, book.language, self._composer.several)
        self._timed = Timed(self._composer, self._lasting, StandIns(self._reader, turns))
        self._clauses = Clauses(self._dialogue.pointer, turns, manners.orders.verbs)
        self._judge = Judge(self._reader, self._dialogue.pointer, manners, turns, self._decide)
        self._lock = Lock()
        self._known: dict[tuple[object, Said, int], tuple[Reading, ...]] = {}
        """What earlier utterances meant, by where they were said, what was said up to them, and the house's turn."""

    def understand(self, text: str, home: HomeView, context: Context) -> Understanding:
        """Return what `text` means in this house at this moment."""
        with self._lock:
            try:
                return self._understood(text, home, context)
            except TooHardError:
                return self._alone(text, home, context)

    def _alone(self, text: str, home: HomeView, context: Context) -> Understanding:
        """Return what a text means that was too hard together with what was said before it."""
        try:
            meant = self._understood(text, home, replace(context, history=())) if context.history else None
        except TooHardError:
            meant = None
        if meant is not None and meant.decision is Decision.ACT:
            return meant
        return Understanding(Decision.DEFER, reason=self._reader.too_hard(text, home))

    def at_once(self, text: str, home: HomeView, context: Context) -> Understanding | None:
        """Return what `text` means if that takes few steps and no other thread understands something just now."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return self._understood(text, home, context, MOST_AT_ONCE)
        except TooHardError:
            return None
        finally:
            self._lock.release()

    def _understood(self, text: str, home: HomeView, context: Context, most: int | None = None) -> Understanding:
        tokens = tokenize(text)
        if not tokens.words:
            return Understanding(Decision.REJECT, reason="empty")
        if len(tokens.words) > MOST_TOKENS:
            return Understanding(Decision.REJECT, reason="too-long")
        self._reader.begin(home, most)
        said, moment = self._reader.tidied(text), Moment(home, context.area)
        asks = text.rstrip().endswith("?") or is_indirect(self._reader, self._turns, said)
        meant = self._question(said, moment) if asks else None
        meant = meant or self._after(context.history[-MOST_HISTORY:], said, home, context)
        # "Tell me the weather and turn on the lamp": the question is one command, what is done is another.
        if any(acts(match.intent) for match in meant.matches[:1]) and self._manners.asks(tokens.words):
            return Understanding(Decision.DEFER, reason="question")
        return meant

    def outlook(self, text: str, home: HomeView, context: Context) -> Outlook:
        """Return what `text` means as far as it was said, and whether that is all."""
        meant = self.understand(text, home, context)
        with self._lock:
            return self._outlook(text, home, context, meant)

    def _outlook(self, text: str, home: HomeView, context: Context, meant: Understanding) -> Outlook:
        said = self._reader.tidied(text)
        tokens = self._manners.without_politeness(said)[-1]
        self._reader.begin(home)
        try:
            readings = self._reader.plain(tokens, Moment(home, context.area))
        except TooHardError:
            readings = ()
        completeness = self._reader.ahead.completeness(tokens, readings, meant)
        if completeness is Completeness.EXTENDABLE and readings and tokens.spans[-1:] != said.spans[-1:]:
            completeness = Completeness.CLOSED  # who ends with "please" has said it all
        return Outlook(completeness, meant)

    def only_repeats(self, text: str) -> bool:
        """Return whether `text` asks for what was done before once more, or for more of it, and says nothing else."""
        with self._lock:
            return self._dialogue.only_repeats(self._manners.without_politeness(self._reader.tidied(text))[-1])

    def explain(self, text: str, home: HomeView, context: Context) -> Sequence[str]:
        """Return in lines for people how a text can be read, and why each reading won or lost."""
        meant = self.understand(text, home, context)
        with self._lock:
            return self._explained(text, home, context, meant)

    def _explained(self, text: str, home: HomeView, context: Context, meant: Understanding) -> Sequence[str]:
        told = f"{meant.decision} ({meant.confidence:.2f}): {meant.reason}"
        tokens = self._reader.tidied(text)
        if not tokens.words or len(tokens.words) > MOST_TOKENS:
            return [told]
        self._reader.begin(home)
        try:
            rows = readings_of(self._reader, tokens, home, context.area)
        except TooHardError:
            rows = []
        return [told, *([meant.question] if meant.question else []), *(words_for(row) for row in rows)]

    def warm(self) -> None:
        """Work out beforehand what the first texts would wait for."""
        with self._lock:
            self._reader.tolerance.warm()

    def examples(self, limit: int = 20) -> Sequence[str]:
        """Return sentences that would be understood in any house, one per kind of command, for help."""
        return self._manners.examples[:limit]

    def _after(self, history: Said, tokens: Tokens, home: HomeView, context: Context) -> Understanding:
        """Decide about a text after others, which are looked back at only if it is no whole command by itself."""
        moment = Moment(home, context.area)
        if history and self._stands_alone(tokens, self._reader.plain(tokens, moment)):
            meant = self._decide(tokens, moment)
            if meant.decision is Decision.ACT:
                return meant
        return self._meant(tokens, Moment(home, context.area, earlier=self._earlier(history, home, context)))

    def _stands_alone(self, tokens: Tokens, readings: Sequence[Reading]) -> bool:
        return bool(readings) and not readings[0].free_slots and not self._dialogue.leans(tokens, readings)

    def _earlier(self, history: Said, home: HomeView, context: Context) -> tuple[tuple[Reading, ...], ...]:
        """Return what was done before, the newest first."""
        done: tuple[tuple[Reading, ...], ...] = ()
        for number, text in enumerate(history):
            key = (context.area, history[: number + 1], self._reader.house.turn)
            known = self._known.get(key)
            if known is None:
                moment = Moment(home, context.area, earlier=done)
                said, *answers = text.split(NEXT_LINE)
                meant = self._meant(self._reader.tidied(said), moment)
                known = tuple(moment.meant) if meant.decision is Decision.ACT else ()
                if meant.decision is Decision.ASK and answers:
                    known = tuple(settled(self._reader.plain(self._reader.tidied(said), moment), meant, answers, home))
                if len(self._known) >= MOST_REMEMBERED:
                    self._known.clear()
                self._known[key] = known
            done = (known, *done) if known else done
            self._reader.refill()
        return done

    def _meant(self, tokens: Tokens, moment: Moment) -> Understanding:
        """Decide about a text: as it stands, unless it leans on what was said before."""
        if not moment.earlier:
            return self._decide(tokens, moment)
        stands_alone = self._stands_alone(tokens, self._reader.plain(tokens, moment))
        follow = None if stands_alone else self._dialogue.follow(tokens, moment.earlier, moment)
        if follow is not None:
            return self._followed(follow, moment)
        meant = self._decide(tokens, moment)
        if not stands_alone or meant.decision is Decision.ACT:
            return meant
        follow = self._dialogue.follow(tokens, moment.earlier, moment)
        return meant if follow is None else self._followed(follow, moment)

    def _followed(self, follow: FollowUp, moment: Moment) -> Understanding:
        meant = self._judge.conclude(follow.parts, moment, 0.9)
        corrects = follow.takes_back and meant.decision is Decision.ACT
        return replace(meant, corrects=corrects, reason=f"follow-up: {meant.reason}")

    def _decide(self, tokens: Tokens, moment: Moment) -> Understanding:
        self._reader.work.spend(len(tokens.words) * DECIDING)
        if not tokens.words:
            return Understanding(Decision.REJECT, reason="only-hesitation")
        word_for_word = self._reader.plain(tokens, moment)
        lasting = self._lasts(tokens, word_for_word, moment)
        if lasting is not None:
            return lasting
        interrupted = bool(self._mender.breaks(tokens))
        if not word_for_word and not moment.earlier and not interrupted and self._names_it_first(tokens):
            readings = self._reader.tolerance.reordered(tokens, moment.home, moment.area)
            if readings:
                return self._judge.conclude([Part(readings, tokens)], moment, 0.9)
        if not word_for_word or word_for_word[0].free_slots:
            apart = not word_for_word or self._joins(word_for_word[0])
            several = self._composer.several(tokens, moment) if apart else None
            if several is not None:
                return self._judge.conclude(several, moment, 0.95)
            mended = self._mended(tokens, moment)
            if mended is not None:
                return mended
        if word_for_word and word_for_word[0].free_slots:
            for variant in respelled(self._manners.without_politeness(tokens)[-1], self._reader.knows):
                readings = self._reader.plain(variant, moment)
                if readings and readings[0].says_more_than(word_for_word[0]):
                    return self._judge.conclude([Part(readings, variant)], moment, 0.8, guessed=True)
            freed = self._freed(tokens, word_for_word[0], moment)
            if freed is not None:
                return freed
        if word_for_word and _is_quoted(tokens.text) and not word_for_word[0].free_slots:
            return Understanding(Decision.REJECT, reason="quotation")
        if word_for_word:
            return self._judge.conclude([Part(word_for_word, tokens)], moment, 1.0)
        return self._repair(tokens, moment)

    def _lasts(self, tokens: Tokens, readings: Sequence[Reading], moment: Moment) -> Understanding | None:
        """Return what commands with lengths of time beside them mean; ``None`` if they have none."""
        parts = None
        if not readings or (readings[0].intent == LATER and LATER_SLOT in readings[0].slots):
            parts = None if self._mender.breaks(tokens) or moment.later else self._timed.parts(tokens, moment)
        if parts is None and not readings:
            parts = self._lasting.parts(tokens, moment)
        if parts is None:
            return None
        sign = self._manners.sign_of(tokens.words)
        if sign is not None and sign.reason != DURATION:
            return Understanding(sign.decision, reason=sign.reason)
        return self._judge.conclude(parts, moment, 0.95) if parts else Understanding(Decision.DEFER, reason=DURATION)

    def _joins(self, reading: Reading) -> bool:
        """Return whether free text holds what joins two commands: a pizza timer for an hour and five minutes is one."""
        if reading.intent == TAUGHT:
            return False
        free = (one.value.out for one in reading.found.captures if one.slot.list.kind == ListKind.WILDCARD)
        texts = [tokenize(str(text)) for text in free]
        # "… the weather and set a timer": a title, a day or a name does not begin with "and".
        cuts = (
            [cut for cut in self._manners.parts(text) if not self._turns.announces(text.words, cut)] for text in texts
        )
        return any(cut or text.words[:1] in self._manners.joins for text, cut in zip(texts, cuts, strict=True))

    def _names_it_first(self, tokens: Tokens) -> bool:
        """Return whether a pronoun may stand for what the same text named: ``the desk lamp, turn it on``."""
        later = tokens.words[2:]
        return not self._manners.orders.pronouns.isdisjoint(later) and self._manners.sign_of(tokens.words) is None

    def _freed(self, tokens: Tokens, reading: Reading, moment: Moment) -> Understanding | None:
        """Return what a text means whose free text is none: a timer's name that is a slip, a thing said twice."""
        once = self._manners.without_repeats(tokens)
        if reading.intent == LATER:
            return None  # a new timer may be called anything
        if "Timer" in reading.intent:
            return self._tolerated(once, None, moment, free=False)
        readings = self._reader.plain(once, moment) if once.words != tokens.words else ()
        return self._judge.conclude([Part(readings, once)], moment, 0.9) if readings else None

    def _mended(self, tokens: Tokens, moment: Moment) -> Understanding | None:
        """Return what a text means that was corrected while it was said; ``None`` if it was not, or if that is open."""
        moment.tried.append(tokens)
        if len(moment.tried) > MOST_TRIED:
            return None
        breaks = self._mender.breaks(tokens)
        if not 0 < len(breaks) <= MOST_BREAKS or _is_quoted(tokens.text) or self._composer.spares(tokens.words):
            return None
        at = breaks[-1]
        left, right = tokens.cut(0, at.start), tokens.cut(at.end, len(tokens.words))
        if not right.words:
            return Understanding(Decision.REJECT, reason="taken-back") if at.fresh else None
        sign = self._manners.sign_of(left.words)
        if sign is not None and sign.reason != DURATION:
            return None
        instead = self._corrected(left, right, moment, sure=not at.hedge)
        if instead is not None:
            return self._judge.conclude(instead.parts, moment, 0.85)
        free = self._reader.plain(tokens, moment)
        texts = self._mender.mended(tokens, at)
        if free and "item" in free[0].slots:
            texts = self._mender.item(tokens, at, free[0])
        questions: list[Understanding] = []
        asks = at.hedge and tokens.words[0] in self._turns.asked
        if sign is not None and not at.fresh:
            # "Every day at eight, no, nine open the blinds": what has lost its time is not meant for now.
            texts = [text for text in texts if self._manners.sign_of(text.words) is not None]
        for text in texts:
            meant = self._tried(text, moment)
            if meant is not None and asks and any(acts(match.intent) for match in meant.matches):
                continue  # "are any, like, lights on" orders nothing, whatever its end says
            if meant is not None and meant.decision is Decision.ACT:
                return meant
            questions += [meant] if meant is not None else []
        if not questions and self._dialogue.pointer.all(left.words):
            return self._judge.bare_kind(right, moment)  # "the kitchen, no, the living room light"
        return questions[0] if questions else None

    def _corrected(self, left: Tokens, right: Tokens, moment: Moment, *, sure: bool) -> FollowUp | None:
        """Return a correction of a command that was complete: as if it had been said just after it.

        Unless `sure` that it was interrupted, half a name may go on behind the break: "the desk, like, lamp".
        """
        before = Moment(moment.home, moment.area, read=moment.read, tried=moment.tried)
        if self._decide(left, before).decision is not Decision.ACT or len(before.meant) != 1:
            return None
        if before.meant[0].partly and not sure:
            return None
        follow = self._dialogue.follow(right, [before.meant], replace(moment, goes_on=True))
        return follow if follow is not None and len(follow.parts) == 1 else None

    def _tried(self, tokens: Tokens, moment: Moment) -> Understanding | None:
        """Return what a text means that another one was perhaps meant to be; ``None`` unless it is clear."""
        trial = Moment(moment.home, moment.area, read=moment.read, tried=moment.tried)
        readings = self._reader.plain(tokens, trial)
        free = bool(readings) and readings[0].free_slots > 0 and "item" not in readings[0].slots
        # What was corrected in the first of several commands is not settled by the time of the last.
        if free and (LATER_SLOT not in readings[0].slots or self._joins(readings[0])):
            return None
        meant = self._decide(tokens, trial)
        if meant.decision not in (Decision.ACT, Decision.ASK) or meant.reason.startswith(Doubt.NAME):
            return None
        if meant.decision is Decision.ACT:
            moment.meant[:] = trial.meant
        return replace(meant, confidence=min(meant.confidence, 0.85), reason=f"repair: {meant.reason}")

    def _commanded(self, clause: Commanded, moment: Moment) -> Understanding | None:
        """Return what the one clause of a text means that commands; ``None`` if another takes back part of it."""
        meant = self._tried(clause.tokens, moment)
        targets = [entity for reading in moment.meant for entity in reading.targets]
        refused = any(self._dialogue.pointer.entities(one, targets) for one in clause.refused)
        return None if meant is None or meant.decision is not Decision.ACT or refused else meant

    def _repair(self, tokens: Tokens, moment: Moment) -> Understanding:
        """Try the text again with what may be overlooked, unless it shows a sign that nothing must be done."""
        if _is_quoted(tokens.text):
            return Understanding(Decision.REJECT, reason="quotation")
        commanded = self._clauses.commanded(tokens)
        meant = None if commanded is None else self._commanded(commanded, moment)
        if meant is not None:
            return meant
        sign = self._manners.sign_of(tokens.words)
        parts = self._composer.only_one(tokens, moment)
        if parts is None and ((sign is not None and sign.reason == EXCEPTION) or self._composer.spares(tokens.words)):
            parts = self._composer.except_some(tokens, moment)
        if parts is not None:
            return self._judge.conclude(parts, moment, 0.9)
        if sign is not None and sign.reason != DURATION:
            return Understanding(sign.decision, reason=sign.reason)
        if self._dialogue.only_points(tokens):
            return Understanding(Decision.DEFER, reason=NO_ANTECEDENT)
        bare = self._manners.without_politeness(tokens)[-1]
        once = self._manners.without_repeats(bare)
        for variant in (once, bare) if once.words != bare.words else (bare,):
            readings = tuple(r for r in self._reader.lenient(variant, moment) if _may(r, sign))
            if readings:
                return self._judge.conclude([Part(readings, variant)], moment, 0.9)
            several = None if sign else self._composer.several(variant, moment)
            if several is not None:
                return self._judge.conclude(several, moment, 0.85)
        kind = self._judge.bare_kind(bare, moment) if sign is None else None
        guess = kind or self._guess(once, sign, moment) or self._tolerated(once, sign, moment)
        if guess is not None:
            return guess
        if sign is not None:
            return Understanding(sign.decision, reason=sign.reason)
        asked_about = None if self._dialogue.is_half(bare.words) else self._question(bare, moment)
        return asked_about or Understanding(Decision.DEFER, reason=self._puzzle(bare, moment))

    def _question(self, tokens: Tokens, moment: Moment) -> Understanding | None:
        part = question(self._reader, self._turns, tokens, moment)
        return None if part is None else self._judge.conclude([part], moment, 0.85)

    def _puzzle(self, tokens: Tokens, moment: Moment) -> str:
        """Return why a text is no sentence."""
        # "Mach die Lampe am Sofa an": an article, which may be a pronoun, hides no stranger.
        if self._dialogue.points_back([word for word in tokens.words if word not in self._manners.lenient.skip]):
            return NO_ANTECEDENT
        unclear = self._composer.unclear(tokens, moment)
        stranger = self._reader.stranger(tokens if unclear is None else unclear)
        if stranger:
            return f"no-such-entity: {stranger}"
        if self._dialogue.points_back(tokens.words):
            return NO_ANTECEDENT
        return "no-sentence" if unclear is None else f"no-sentence: {unclear.said(0, len(unclear.words))}"

    def _guess(self, tokens: Tokens, sign: Sign | None, moment: Moment) -> Understanding | None:
        """Try the text with its unknown words respelled; if that can mean two things, ask which."""
        spellings = list(respelled(tokens, self._reader.knows, self._manners.errors.settled))
        guesses: dict[tuple[object, ...], Part] = {}
        for spelling in spellings:
            readings = tuple(r for r in self._reader.lenient(spelling, moment) if _may(r, sign))
            if readings:
                guesses.setdefault(readings[0].effect, Part(readings, spelling))
        if len(guesses) > 1:
            best = [part.best for part in guesses.values()]
            return asked(best, Doubt.WHICH, moment.home, self._manners, "guess")
        if guesses:
            return self._judge.conclude(list(guesses.values()), moment, 0.8, guessed=True)
        attempts = (self._composer.several(spelling, moment) for spelling in spellings if sign is None)
        found = next((parts for parts in attempts if parts is not None), None)
        return None if found is None else self._judge.conclude(found, moment, 0.75, guessed=True)

    def _tolerated(
        self, tokens: Tokens, sign: Sign | None, moment: Moment, *, free: bool = True
    ) -> Understanding | None:
        """Try the text in another order, or with any of its words taken for others that sound or look alike."""
        meaningful = set(tokens.words) - self._manners.lenient.skip
        if all(map(self._reader.house.has_word, meaningful)):
            return None  # names alone: whoever says "a coffee" has not said what to do with the coffee maker
        tolerance = self._reader.tolerance
        readings = tolerance.reordered(tokens, moment.home, moment.area) if free and sign is None else ()
        if readings and not _is_verbless(readings[0]):
            return self._judge.conclude([Part(readings, tokens)], moment, 0.8, guessed=True)
        verdict, readings = tolerance.misheard(
            tokens,
            moment.home,
            moment.area,
            lambda one: _may(one, sign) and (free or not one.free_slots),
            whole=len(moment.tried) <= 1,
        )
        match verdict:
            case Verdict.ACT | Verdict.CONFIRM if _is_verbless(readings[0]):
                return None
            case Verdict.ACT | Verdict.CONFIRM:
                part = Part(readings[:1], tokens)
                return self._judge.conclude([part], moment, 0.8, guessed=verdict is Verdict.CONFIRM)
            case Verdict.ASK:
                if stranger := self._reader.unlike(tokens, readings, moment.home):
                    return Understanding(Decision.DEFER, reason=f"no-such-entity: {stranger}")
                return asked(readings, Doubt.WHICH, moment.home, self._manners, f"misheard: {readings[0].intent}")
            case Verdict.LEAVE:
                return None


def _may(reading: Reading, sign: Sign | None) -> bool:
    """Return whether a text that is no sentence word for word may be read so, given the sign that it shows.

    A duration is no sign in a sentence on timers. What only states how things are to be is none with a word more.
    """
    if reading.response == STATED:
        return False
    return sign is None or (sign.reason == DURATION and "Timer" in reading.intent)


def _is_verbless(reading: Reading) -> bool:
    """Return whether a guess is little more than the name of a device: "the hallway is a mess" is no command."""
    return reading.intent == "HassTurnOn" and len(reading.found.captures) == 1 and reading.found.literal <= FEW_LETTERS


def _is_quoted(text: str) -> bool:
    """Return whether someone's words are quoted: more than one word between double quotes."""
    return _QUOTED.search(text[:MOST_CHARACTERS]) is not None
