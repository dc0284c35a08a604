"""The engine behind `Understander`: reads a text as sentences, weighs the readings and decides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from devices.model import AreaId, Entity, HomeView
from skills.grammar.automaton import Automaton
from skills.grammar.documents import Book, ListKind
from skills.grammar.house import House
from skills.grammar.manners import Manners, Sign
from skills.grammar.model import Context, Decision, Understanding
from skills.grammar.resolve import INTENT_DOMAINS, Doubt, Reading, resolve
from skills.grammar.search import STRICT, Leniency, Lexicon, search
from skills.grammar.spelling import MOST_UNKNOWN, respelled, unknown_words
from skills.grammar.tokens import MOST_CHARACTERS, MOST_TOKENS, Tokens, tokenize
from skills.model import Match

MOST_CUTS = 6
"""A text with more joining words is not taken apart."""

MOST_CHOICES = 5
"""As many devices or rooms as a question names."""

DURATION = "time"
"""The sign that sentences about timers show by right."""

EQUALS = 7
"""Readings that agree in so many parts of their rank are rivals where a text was guessed at."""

FEW = 3
"""So few devices are asked for by name, more by their room."""

RISKY_DOMAINS = frozenset({"lock", "alarm_control_panel", "valve", "siren"})
RISKY_CLASSES = frozenset({"garage", "gate", "door"})
"""What is never moved on a guess: a text that had to be respelled or named it partly is asked about first."""

_QUOTED = re.compile(r'["“”„«»][^"“”„«»]*\w\s+\w[^"“”„«»]*["“”„«»]')

LATER = "HassStartTimer"
LATER_SLOT = "conversation_command"
"""The slot that holds a command to be carried out when a timer ends."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """The house, and where in it the text was said."""

    home: HomeView
    area: AreaId | None
    later: bool = False
    """True while a command is read that a timer puts off: it may not be put off again."""
    read: dict[tuple[tuple[str, ...], Leniency], tuple[Reading, ...]] = field(
        default_factory=dict[tuple[tuple[str, ...], Leniency], tuple[Reading, ...]]
    )
    """What pieces of the text mean, as far as they were read: several ways to cut a text have pieces in common."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a text that is a command of its own."""

    readings: tuple[Reading, ...]
    """Best first."""
    tokens: Tokens


class Engine:
    """One language's sentences over one house at a time; not thread-safe."""

    def __init__(self, book: Book, automaton: Automaton, manners: Manners) -> None:
        self._automaton = automaton
        self._manners = manners
        self._house = House()
        self._lexicon = Lexicon(book, self._house)

    def understand(self, text: str, home: HomeView, context: Context) -> Understanding:
        """Return what `text` means in this house at this moment."""
        tokens = tokenize(text)
        if not tokens.words:
            return Understanding(Decision.REJECT, reason="empty")
        if len(tokens.words) > MOST_TOKENS:
            return Understanding(Decision.REJECT, reason="too-long")
        self._house.follow(home)
        return self._decide(self._manners.tidied(tokens), _Moment(home, context.area))

    def examples(self, limit: int = 20) -> Sequence[str]:
        """Return sentences that would be understood in any house, one per kind of command, for help."""
        return self._manners.examples[:limit]

    def _decide(self, tokens: Tokens, moment: _Moment) -> Understanding:
        if not tokens.words:
            return Understanding(Decision.REJECT, reason="only-hesitation")
        word_for_word = self._plain(tokens, moment)
        if not word_for_word or word_for_word[0].free_slots:
            several = self._several(tokens, moment)
            if several is not None:
                return self._conclude(several, moment, 0.95)
        if word_for_word and word_for_word[0].free_slots:
            for variant in respelled(self._manners.without_politeness(tokens)[-1], self._knows):
                readings = self._plain(variant, moment)
                if readings and not readings[0].free_slots:
                    return self._conclude([_Part(readings, variant)], moment, 0.8, guessed=True)
        if word_for_word and _is_quoted(tokens.text) and not word_for_word[0].free_slots:
            return Understanding(Decision.REJECT, reason="quotation")
        if word_for_word:
            return self._conclude([_Part(word_for_word, tokens)], moment, 1.0)
        return self._repair(tokens, moment)

    def _repair(self, tokens: Tokens, moment: _Moment) -> Understanding:
        """Try the text again with what may be overlooked, unless it shows a sign that nothing must be done."""
        if _is_quoted(tokens.text):
            return Understanding(Decision.REJECT, reason="quotation")
        sign = self._manners.sign_of(tokens.words)
        if sign is not None and sign.reason != DURATION:
            return Understanding(sign.decision, reason=sign.reason)
        bare = self._manners.without_politeness(tokens)[-1]
        once = self._manners.without_repeats(bare)
        for variant in (bare, once) if once.words != bare.words else (bare,):
            readings = tuple(r for r in self._lenient(variant, moment) if _may(r, sign))
            if readings:
                return self._conclude([_Part(readings, variant)], moment, 0.9)
            several = None if sign else self._several(variant, moment)
            if several is not None:
                return self._conclude(several, moment, 0.85)
        guess = self._guess(once, sign, moment)
        if guess is not None:
            return guess
        if sign is not None:
            return Understanding(sign.decision, reason=sign.reason)
        stranger = self._stranger(bare)
        return Understanding(Decision.DEFER, reason=f"no-such-entity: {stranger}" if stranger else "no-sentence")

    def _guess(self, tokens: Tokens, sign: Sign | None, moment: _Moment) -> Understanding | None:
        """Try the text with its unknown words respelled; if that can mean two things, ask which."""
        spellings = list(respelled(tokens, self._knows))
        guesses: dict[tuple[object, ...], _Part] = {}
        for spelling in spellings:
            readings = tuple(r for r in self._lenient(spelling, moment) if _may(r, sign))
            if readings:
                guesses.setdefault(readings[0].effect, _Part(readings, spelling))
        if len(guesses) > 1:
            best = [part.readings[0] for part in guesses.values()]
            return self._ask(Doubt.WHICH, _all_targets(best), moment, "guess")
        if guesses:
            return self._conclude(list(guesses.values()), moment, 0.8, guessed=True)
        several = (self._several(spelling, moment) for spelling in spellings if sign is None)
        found = next((parts for parts in several if parts is not None), None)
        return None if found is None else self._conclude(found, moment, 0.75, guessed=True)

    def _plain(self, tokens: Tokens, moment: _Moment) -> tuple[Reading, ...]:
        """Return what a text means word for word, but for politeness around it."""
        best: tuple[Reading, ...] = ()
        for stage in self._manners.without_politeness(tokens):
            readings = self._readings(stage, moment, STRICT)
            # Politeness must not end up in free text: "hey, timer status" asks for no timer called "hey".
            if readings and (not best or readings[0].free < best[0].free):
                best = readings
            if best and not best[0].free_slots:
                break
        return best

    def _lenient(self, tokens: Tokens, moment: _Moment) -> tuple[Reading, ...]:
        """Return what a text means if words are overlooked; beside free text, which takes anything, none may miss."""
        readings = self._readings(tokens, moment, self._manners.fillers)
        # Without free text, a word that nothing knows has no place.
        if readings or unknown_words(tokens, self._knows):
            return readings
        return tuple(r for r in self._readings(tokens, moment, self._manners.lenient) if not r.free_slots)

    def _knows(self, word: str) -> bool:
        """Return whether the word is one of a sentence, of the house, or one that means nothing."""
        known = word in self._automaton.vocabulary or word in self._manners.lenient.skip
        return known or self._house.has_word(word)

    def _readings(self, tokens: Tokens, moment: _Moment, leniency: Leniency) -> tuple[Reading, ...]:
        """Return what a text may mean, best first."""
        key = (tokens.words, leniency)
        known = moment.read.get(key)
        if known is None:
            found = search(self._automaton, self._lexicon, tokens, leniency)
            resolved = (resolve(one, self._house, moment.home, moment.area) for one in found)
            readings = [reading for reading in resolved if reading is not None]
            known = moment.read[key] = tuple(sorted(readings, key=lambda reading: reading.rank))
        return known

    def _several(self, tokens: Tokens, moment: _Moment) -> list[_Part] | None:
        """Return the commands of a text that is several; ``None`` if it is not, or if one of them is none."""
        cuts = self._manners.parts(tokens)
        if not cuts or len(cuts) > MOST_CUTS:
            return None
        return self._shared(tokens, cuts, moment) or self._cut(tokens, cuts, 0, moment)

    def _cut(self, tokens: Tokens, cuts: list[tuple[int, int]], start: int, moment: _Moment) -> list[_Part] | None:
        """Cut the text from word `start` into commands, the shortest first: "and" may also be part of one."""
        for index, (before, after) in enumerate(cuts):
            if before <= start:
                continue
            first = self._part(tokens.cut(start, before), moment)
            if first is None:
                continue
            rest = self._cut(tokens, cuts[index + 1 :], after, moment)
            if rest is not None:
                return [first, *rest]
        if start == 0:
            return None
        last = self._part(tokens.cut(start, len(tokens.words)), moment)
        return None if last is None else [last]

    def _part(self, tokens: Tokens, moment: _Moment) -> _Part | None:
        """Return a piece of a text as a command; a name alone is none."""
        if not tokens.words:
            return None
        readings = tuple(r for r in self._plain(tokens, moment) if r.found.literal)
        if not readings and self._manners.sign_of(tokens.words) is None:
            bare = self._manners.without_politeness(tokens)[-1]
            readings = tuple(r for r in self._lenient(bare, moment) if r.found.literal)
        return _Part(readings, tokens) if readings else None

    def _shared(self, tokens: Tokens, cuts: list[tuple[int, int]], moment: _Moment) -> list[_Part] | None:
        """Return two commands that share their words: "turn off the bedroom and hallway lights"."""
        if len(cuts) != 1:
            return None
        [(before, after)] = cuts
        words = tokens.words
        after = self._manners.skipped(words, after)
        for kind in (ListKind.AREA, ListKind.NAME, ListKind.FLOOR):
            ends = [end for end, _ in self._house.named(kind, words, after)]
            starts = [at for at in range(before) if any(end == before for end, _ in self._house.named(kind, words, at))]
            for start in starts:
                for end in ends:
                    one = tokens.keep([*range(before), *range(end, len(words))])
                    other = tokens.keep([*range(start), *range(after, len(words))])
                    parts = [self._part(one, moment), self._part(other, moment)]
                    found = [part for part in parts if part is not None and not part.readings[0].free_slots]
                    if len(found) == 2 and found[0].readings[0].intent == found[1].readings[0].intent:
                        return found
        return None

    def _conclude(
        self, parts: Sequence[_Part], moment: _Moment, confidence: float, *, guessed: bool = False
    ) -> Understanding:
        """Decide over the best readings of all parts: all are done, or none."""
        best = [part.readings[0] for part in parts]
        reason = " + ".join(f"sentence: {reading.intent}" for reading in best)
        for part in parts:
            reading = part.readings[0]
            if reading.doubt == Doubt.NOTHING_THERE:
                return Understanding(Decision.DEFER, reason=f"no-such-entity: {self._wanted(reading)}")
            if reading.is_bare_name:
                return self._ask(Doubt.NAME, reading.targets, moment, reason)
            if reading.doubt != Doubt.NONE:
                return self._ask(reading.doubt, reading.targets, moment, reason)
            if not self._may_be_said_later(reading, moment):
                return Understanding(Decision.DEFER, reason="time")
            if (guessed or reading.partly) and not reading.reads_only:
                rivals = {other.effect for other in part.readings if other.rank[:EQUALS] == reading.rank[:EQUALS]}
                if len(rivals) > 1 or any(_is_risky(entity) for entity in reading.targets):
                    return self._ask(Doubt.WHICH, _all_targets(part.readings), moment, f"guess: {reason}")
        matches = tuple(match for reading in best for match in self._itemized(reading))
        loss = 0.05 * sum(reading.found.repairs for reading in best) + 0.1 * any(reading.partly for reading in best)
        return Understanding(Decision.ACT, matches, confidence=max(0.5, confidence - loss), reason=reason)

    def _itemized(self, reading: Reading) -> list[Match]:
        """Return the commands of a reading: "add milk and eggs" is two."""
        targets = tuple(entity.id for entity in reading.targets)
        items = self._manners.items(str(reading.slots["item"])) if "item" in reading.slots else []
        if len(items) < 2:
            return [Match(reading.intent, reading.slots, targets, reading.response)]
        return [Match(reading.intent, {**reading.slots, "item": item}, targets, reading.response) for item in items]

    def _may_be_said_later(self, reading: Reading, moment: _Moment) -> bool:
        """Check that a command put off by a timer is one that would be carried out now."""
        later = reading.slots.get(LATER_SLOT) if reading.intent == LATER else None
        if later is None:
            return True
        if moment.later:
            return False
        inner = self._decide(tokenize(str(later)), _Moment(moment.home, moment.area, later=True))
        targets = (moment.home.entity(target) for match in inner.matches for target in match.targets)
        return inner.decision == Decision.ACT and not any(_is_risky(entity) for entity in targets if entity is not None)

    def _ask(self, doubt: Doubt, targets: Sequence[Entity], moment: _Moment, reason: str) -> Understanding:
        questions = self._manners.questions
        areas = {entity.id: moment.home.area(entity.area) for entity in targets if entity.area is not None}
        if doubt == Doubt.WHERE and len(targets) <= FEW:
            doubt = Doubt.WHICH
        if doubt == Doubt.WHERE:
            choices = tuple(dict.fromkeys(area.name for area in areas.values() if area is not None))
        else:
            names = [entity.name for entity in targets]
            choices = tuple(
                questions.get("at", "{name} ({area})").format(name=entity.name, area=area.name)
                if names.count(entity.name) > 1 and (area := areas.get(entity.id)) is not None
                else questions.get("alone", "{name}").format(name=entity.name)
                for entity in targets
            )
        choices = tuple(dict.fromkeys(choices))
        template = questions.get("confirm" if doubt == Doubt.WHICH and len(choices) == 1 else str(doubt), "{choices}?")
        listed = _listed(choices[:MOST_CHOICES], questions.get("or", " / "))
        question = template.format(choices=listed)
        return Understanding(
            Decision.ASK, question=question, choices=choices, confidence=0.5, reason=f"{doubt}: {reason}"
        )

    def _wanted(self, reading: Reading) -> str:
        """Return in words what a sentence was about that is not there: ``light in the Garage``."""
        slots = reading.slots
        domains = sorted(INTENT_DOMAINS.get(reading.intent, ()))[:1]
        what = slots.get("name") or slots.get("device_class") or slots.get("domain") or " ".join(domains)
        where = slots.get("area") or slots.get("floor")
        said = str(what).replace("_", " ")
        return self._manners.questions.get("within", "{what} {where}").format(what=said, where=where) if where else said

    def _stranger(self, tokens: Tokens) -> str:
        """Return the words that stand where a sentence has a name, but that nothing in this house is called."""
        unknown = unknown_words(tokens, self._knows)
        if not 0 < len(unknown) <= MOST_UNKNOWN:
            return ""
        leniency = Leniency(strangers=frozenset(unknown))
        found = [one for one in search(self._automaton, self._lexicon, tokens, leniency) if one.literal]
        names = [
            (sum(not c.value.ids for c in one.captures), -one.literal, str(capture.value.out))
            for one in found
            for capture in one.captures
            if capture.slot.list.kind in (ListKind.NAME, ListKind.AREA, ListKind.FLOOR) and not capture.value.ids
        ]
        return min(names)[2] if names else ""


def _may(reading: Reading, sign: Sign | None) -> bool:
    """Return whether a text that shows a sign may still be read so: a duration is no sign in a sentence on timers."""
    return sign is None or (sign.reason == DURATION and "Timer" in reading.intent)


def _is_quoted(text: str) -> bool:
    """Return whether someone's words are quoted: more than one word between double quotes."""
    return _QUOTED.search(text[:MOST_CHARACTERS]) is not None


def _is_risky(entity: Entity) -> bool:
    return entity.domain in RISKY_DOMAINS or (entity.domain == "cover" and entity.device_class in RISKY_CLASSES)


def _all_targets(readings: Sequence[Reading]) -> list[Entity]:
    return list({entity.id: entity for reading in readings for entity in reading.targets}.values())


def _listed(choices: Sequence[str], last: str) -> str:
    return last.join([", ".join(choices[:-1]), choices[-1]]) if len(choices) > 1 else "".join(choices)
