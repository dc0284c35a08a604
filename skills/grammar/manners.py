"""What speakers of a language say around a command, from ``manners/<language>.yaml``: fillers, politeness, what joins
two commands, and the signs that nothing must be done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import pairwise
from typing import cast

from devices.model import NOTHING
from skills.grammar.cache import Cache
from skills.grammar.documents import family, read_yaml
from skills.grammar.hearing import MOST_COST, Errors
from skills.grammar.lattice import STRICT, Leniency
from skills.grammar.model import Decision
from skills.grammar.numbers import NUMBER_WORDS
from skills.grammar.order import Form, Order, Orders
from skills.grammar.tokens import Tokens, tokenize, words_of

Phrase = tuple[str, ...]

LONGEST_PHRASE = 6
"""In words; no phrase of a manners file is longer."""

MOST_REPAIRS = 3
"""As many words of a text may be overlooked or imagined."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A kind of sign that nothing may be done, what follows from it, and the words that show it."""

    reason: str
    decision: Decision
    anywhere: frozenset[Phrase]
    first: frozenset[Phrase]
    """Only at the beginning of the text."""
    inside: frozenset[Phrase] = frozenset()
    """Anywhere but at the beginning."""
    last: frozenset[Phrase] = frozenset()
    """Only at the end."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """The words by which a length of time is said beside a command."""

    holds: frozenset[str] = frozenset()
    """What stands before how long something holds: ``for``."""
    waits: frozenset[str] = frozenset()
    """What stands before how long a command waits: ``in``."""
    wait: str = ""
    """The one of these that sentences have."""
    joins: str = ""
    """What stands between two things that wait together: ``and``."""
    units: frozenset[str] = frozenset()
    lengths: Mapping[Phrase, Phrase] = field(default_factory=dict[Phrase, Phrase])
    """Lengths without a number, with one: ``half an hour``."""
    opposites: Mapping[str, str] = field(default_factory=dict[str, str])
    """What undoes a command, by the word that says it: ``off`` for ``on``."""


@dataclass(frozen=True, slots=True)
class Manners:
    """The ways of one language. A language without a file has none, and is understood word for word only."""

    hesitations: frozenset[str] = frozenset()
    openers: frozenset[Phrase] = frozenset()
    """What may stand before a command; those before a gerund included."""
    hedges: frozenset[Phrase] = frozenset()
    """What makes a request of the verb behind it, and a thought of all else: ``maybe``."""
    asking: frozenset[Phrase] = frozenset()
    """Those openers that only a question may follow."""
    closers: frozenset[Phrase] = frozenset()
    """What may stand behind a command, each with its words in reverse order."""
    gerund_openers: frozenset[Phrase] = frozenset()
    gerunds: Mapping[str, str] = field(default_factory=dict[str, str])
    fillers: Leniency = STRICT
    """What may be overlooked in any text: words that mean nothing."""
    lenient: Leniency = STRICT
    """What may be overlooked where all of a text is understood: words that are missing, too."""
    mistaken: Leniency = STRICT
    """What may be overlooked in a text whose words may be others than those that stand there."""
    errors: Errors = field(default_factory=Errors)
    orders: Orders = field(default_factory=Orders)
    """The pieces of commands that may be said in any order."""
    commanding: frozenset[str] = frozenset()
    """Words that are commands, answers or glue: a device named by them alone is not called so."""
    synonyms: Mapping[Phrase, tuple[Phrase, ...]] = field(default_factory=dict[Phrase, tuple[Phrase, ...]])
    """What a device is called by, too, if its name has these words in it."""
    nouns: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """What devices of a domain are called, which may be left out at the end of their names."""
    telling: frozenset[str] = frozenset()
    """Verbs that make a statement of what would be a question with them inside free text."""
    spellings: Mapping[str, str] = field(default_factory=dict[str, str])
    lasting: Lengths = field(default_factory=Lengths)
    joins: frozenset[Phrase] = frozenset()
    together: frozenset[Phrase] = frozenset()
    """What is one thing although it has a joining word: ``fish and chips``."""
    pairs: frozenset[Phrase] = frozenset()
    """What is one thing alone, but two at the end of a longer list: ``salt and pepper``."""
    questions: Mapping[str, str] = field(default_factory=dict[str, str])
    examples: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()

    def sign_of(self, words: Sequence[str]) -> Sign | None:
        """Return the weightiest sign that the words show, ``None`` if they show none."""
        phrases = {tuple(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1)}
        within = {phrase for phrase in phrases if phrase != tuple(words[: len(phrase)])}
        endings = {tuple(words[-size:]) for size in (1, 2)}
        wish = _longest(words, self.orders.wishes)
        openings = {tuple(words[wish : wish + size]) for size in (1, 2, 3)}
        for sign in self.signs:
            signs = (
                (sign.anywhere & phrases) or (sign.first & openings) or (sign.inside & within) or (sign.last & endings)
            )
            if signs:
                return sign
        return None

    def asks(self, words: Sequence[str]) -> bool:
        """Return whether the words begin like a question or a wish to be told something."""
        start = 0
        while size := _longest(words[start:], self.openers):
            if tuple(words[start : start + size]) in self.asking:
                return True
            start += size
        return False

    def tidied(self, tokens: Tokens) -> Tokens:
        """Return the text without sounds that are no words, and in the spelling of the sentences."""
        if not self.hesitations.isdisjoint(tokens.words):
            tokens = tokens.keep([at for at, word in enumerate(tokens.words) if word not in self.hesitations])
        for at, word in enumerate(tokens.words):
            if word in self.spellings:
                tokens = tokens.with_word(at, self.spellings[word])
        return tokens

    def skipped(self, words: Sequence[str], start: int) -> int:
        """Return where the words go on behind those that mean nothing."""
        while start < len(words) - 1 and words[start] in self.lenient.skip:
            start += 1
        return start

    def without_politeness(self, tokens: Tokens) -> list[Tokens]:
        """Return the text with ever less of what is said before and after a command; at least one word stays.

        The last is the barest; one before may be the right one: "tell me" is polite, or part of a question.
        """
        words, end = tokens.words, len(tokens.words)
        while size := _longest(words[:end][::-1], self.closers):
            end -= size
        stages = [tokens, tokens.cut(0, end)] if end < len(words) else [tokens]
        start = 0
        while size := _longest(words[start:end], self.openers) or self._hedge(words[start:end]):
            gerund = words[start : start + size] in self.gerund_openers
            start += size
            stage = tokens.cut(start, end)
            stages.append(stage.with_word(0, self.gerunds.get(words[start], words[start])) if gerund else stage)
        return stages

    def _hedge(self, words: Sequence[str]) -> int:
        """Return how many words a hedge has that stands before the verb of a command."""
        size = _longest(words, self.hedges)
        return size if size and (words[size] in self.orders.verbs or words[size] in self.gerunds.values()) else 0

    def without_repeats(self, tokens: Tokens) -> Tokens:
        """Return the text without words, or pairs of words, that were said twice in a row, but for numbers."""
        kept: list[int] = []
        words = tokens.words
        for at, word in enumerate(words):
            if kept and words[kept[-1]] == word and not word.isdigit() and word not in NUMBER_WORDS:
                continue
            kept.append(at)
            tail = [words[i] for i in kept[-4:]]
            if len(tail) == 4 and tail[:2] == tail[2:]:
                del kept[-2:]
        return tokens.keep(kept)

    def items(self, text: str) -> list[str]:
        """Return the things that a text lists, as they were said: ``milk, eggs and salt and pepper`` are three."""
        tokens = tokenize(text)
        if tokens.words in self.together | self.pairs:
            return [text]
        parts = self.parts(tokens)
        cuts = [(0, 0), *parts, (len(tokens.words), len(tokens.words))]
        spans = [(after, before) for (_, after), (before, _) in pairwise(cuts) if before > after]
        # The last of a list stands behind an "and", so that of "eggs, bread and butter" belongs to no pair.
        closed = sum(after > before for before, after in parts) > 1
        one = self.together | self.pairs if closed else self.together
        whole: list[tuple[int, int]] = []
        for start, end in spans:
            if whole and tokens.words[whole[-1][0] : end] in one:
                whole[-1] = (whole[-1][0], end)
            else:
                whole.append((start, end))
        return [tokens.said(start, end) for start, end in whole]

    def parts(self, tokens: Tokens) -> list[tuple[int, int]]:
        """Return where the text may be cut in two: the start and end of each joining word or comma."""
        cuts: list[tuple[int, int]] = []
        words, at = tokens.words, 0
        while at < len(words):
            gap = at and set(",;.!?") & set(tokens.text[tokens.spans[at - 1][1] : tokens.spans[at][0]])
            size = _longest(words[at:], self.joins) if at else 0
            if gap or size:
                cuts.append((at, at + size))
            at += max(1, size)
        return cuts


def load_manners(language: str, cache: Cache | None = None) -> Manners:
    """Return the manners of a language; of one without a file, none."""
    source = resources.files("skills.grammar") / "manners" / f"{family(language)}.yaml"
    if not source.is_file():
        return Manners()
    raw = read_yaml(source.read_text(encoding="utf-8"), cache)
    skip, omit = (frozenset(phrase[0] for phrase in _phrases(raw.get(key))) for key in ("skip", "omit"))
    return Manners(
        hesitations=frozenset(phrase[0] for phrase in _phrases(raw.get("hesitations"))),
        asking=_phrases(raw.get("asking")),
        hedges=_phrases(raw.get("hedges")),
        openers=_phrases(raw.get("openers")) | _phrases(raw.get("asking")) | _phrases(raw.get("gerund_openers")),
        closers=frozenset(phrase[::-1] for phrase in _phrases(raw.get("closers"))),
        gerund_openers=_phrases(raw.get("gerund_openers")),
        gerunds=_texts(raw.get("gerunds")),
        fillers=Leniency(skip, partly=True, most_repairs=MOST_REPAIRS),
        lenient=Leniency(skip, omit, partly=True, most_repairs=MOST_REPAIRS),
        mistaken=Leniency(skip | _words(raw.get("generic")), omit | _words(raw.get("unheard")), most_repairs=MOST_COST),
        errors=Errors(
            {heard: tuple(_words_in_order(meant)) for heard, meant in _entries(raw.get("homophones")).items()},
            _words([raw.get("turning"), raw.get("guarded")]),
            *map(_words, map(raw.get, ("turning", "widening", "generic", "skip", "between", "things", "swapped"))),
        ),
        orders=_orders(_entries(raw.get("orders"))),
        commanding=_words(raw.get("commanding")) | skip | omit,
        synonyms={
            words_of(name): tuple(sorted(_phrases(others))) for name, others in _entries(raw.get("synonyms")).items()
        },
        nouns={domain: _words(said) for domain, said in _entries(raw.get("nouns")).items()},
        telling=_words(raw.get("telling")),
        spellings=_texts(raw.get("spellings")),
        lasting=_lengths(_entries(raw.get("lasting"))),
        joins=_phrases(raw.get("joins")),
        together=_phrases(raw.get("together")),
        pairs=_phrases(raw.get("pairs")),
        questions=_texts(raw.get("questions")),
        examples=tuple(str(example) for example in _flat(raw.get("examples"))),
        signs=tuple(
            _sign(cast("Mapping[str, object]", sign)) for sign in cast("Sequence[object]", raw.get("signs", ()))
        ),
    )


def _lengths(raw: Mapping[str, object]) -> Lengths:
    said = _texts(raw.get("lengths"))
    return Lengths(
        frozenset(phrase[0] for phrase in _phrases(raw.get("holds"))),
        frozenset(phrase[0] for phrase in _phrases(raw.get("waits"))),
        str(raw.get("wait", "")),
        str(raw.get("joins", "")),
        _words(raw.get("units")),
        {words_of(length): words_of(number) for length, number in said.items()},
        {words_of(word)[0]: other for word, other in _texts(raw.get("opposites")).items()},
    )


def _sign(raw: Mapping[str, object]) -> Sign:
    return Sign(
        str(raw["reason"]),
        Decision(str(raw["decision"])),
        *(_phrases(raw.get(key)) for key in ("anywhere", "first", "inside", "last")),
    )


def _orders(raw: Mapping[str, object]) -> Orders:
    actions, qualities = (
        tuple(_order(_entries(entry)) for entry in cast("Sequence[object]", raw.get(key, ())))
        for key in ("actions", "qualities")
    )
    words = (
        _words(raw.get(key)) for key in ("carriers", "pronouns", "nothing", "ambiguous", "quantifiers", "exclusive")
    )
    return Orders(actions, qualities, _phrases(raw.get("wishes")), *words)


def _order(raw: Mapping[str, object]) -> Order:
    said = dict.fromkeys(_phrases(raw.get("done")), Form.DONE)
    said |= dict.fromkeys(_phrases([raw.get("order"), raw.get("words")]), Form.ORDER)
    return Order(said, tuple(_words_in_order(raw.get("sentences"))), _words(raw.get("units")))


def _words(raw: object) -> frozenset[str]:
    return frozenset(_words_in_order(raw))


def _words_in_order(raw: object) -> list[str]:
    return [str(item) for item in _flat(raw)]


def _entries(raw: object) -> dict[str, object]:
    return {str(key): value for key, value in cast("Mapping[object, object]", raw or NOTHING).items()}


def _texts(raw: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in cast("Mapping[object, object]", raw or NOTHING).items()}


def _flat(raw: object) -> Iterator[object]:
    """Yield the items of lists in lists."""
    if isinstance(raw, list):
        for item in cast("Iterable[object]", raw):
            yield from _flat(item)
    elif raw is not None:
        yield raw


def _phrases(raw: object) -> frozenset[Phrase]:
    # YAML 1.1 reads a bare `no` or `on` as a truth value.
    words = ({True: "on", False: "no"}[item] if isinstance(item, bool) else str(item) for item in _flat(raw))
    return frozenset(words_of(text) for text in words)


def _longest(words: Sequence[str], phrases: frozenset[Phrase]) -> int:
    """Return how many words the longest phrase at the beginning has, leaving at least one word; 0: there is none."""
    for size in range(min(LONGEST_PHRASE, len(words) - 1), 0, -1):
        if tuple(words[:size]) in phrases:
            return size
    return 0
