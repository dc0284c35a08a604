"""Free word order: takes a text for a bag of pieces (what to do, a value, to what) and says it again as a sentence.

Every word must be one of a piece, or mean nothing beside them. What is left over is what the command is about; the
sentences decide whether that exists.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

from skills.grammar.documents import Book
from skills.grammar.numbers import numbers_at
from skills.grammar.tokens import Tokens, words_of

LONGEST_TEXT = 14
"""In words; longer texts are no telegrams."""

LONGEST_PHRASE = 6
"""In words, of a piece."""

LONGEST_TARGET = 6
"""In words."""

Phrase = tuple[str, ...]


class Form(Enum):
    """How an action was said."""

    ORDER = auto()
    """As an order: ``close``."""
    DONE = auto()
    """As something done: ``closed``. Without a wish beside it, that is a report."""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing that can be done, or one quality that can be set: how it is said in pieces, and in sentences."""

    words: Mapping[Phrase, Form]
    sentences: tuple[str, ...]
    """With ``{target}`` and, for qualities, ``{value}``."""
    units: frozenset[str] = frozenset()
    """Words behind a number that show this quality."""


@dataclass(frozen=True)
class Orders:
    """The pieces of one language."""

    actions: tuple[Order, ...] = ()
    qualities: tuple[Order, ...] = ()
    wishes: frozenset[Phrase] = frozenset()
    carriers: frozenset[str] = frozenset()
    """Verbs that only carry another piece: ``turn`` in "turn the lights on"."""
    pronouns: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()
    """Words between pieces that mean nothing."""
    ambiguous: frozenset[str] = frozenset()
    """Action words that mean nothing where there is another action: ``on`` in "on the first floor"."""
    quantifiers: frozenset[str] = frozenset()
    """Words that stand before what a command is about, wherever they were said: ``all``."""
    exclusive: frozenset[str] = frozenset()
    """Action words of which a text may have one: ``on`` and ``off`` contradict each other."""

    @cached_property
    def phrases(self) -> Mapping[Phrase, tuple[Order, Form]]:
        """What is done, and how that was said, by the words for it; the first action that has them counts."""
        said = [(words, (action, form)) for action in self.actions for words, form in action.words.items()]
        return dict(reversed(said))

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The words that a command may begin with."""
        said = {words[0] for action in self.actions for words, form in action.words.items() if form is Form.ORDER}
        return frozenset(said) | self.carriers


@dataclass(slots=True)
class _Pieces:
    """What a text was taken apart into."""

    actions: list[tuple[Order, Form, Phrase]] = field(default_factory=list[tuple[Order, Form, Phrase]])
    qualities: list[Order] = field(default_factory=list[Order])
    value: str = ""
    wished: bool = False
    quantifier: str = ""
    target: list[str] = field(default_factory=list[str])


def reordered(tokens: Tokens, orders: Orders, book: Book) -> Iterator[Tokens]:
    """Yield the sentences that a text in free order may stand for; none if it has words that are no piece of one."""
    if not 2 <= len(tokens.words) <= LONGEST_TEXT:
        return
    pieces = _take_apart(tokens.words, orders, book)
    if pieces is None:
        return
    span = (tokens.spans[0][0], tokens.spans[-1][1])
    for sentence in _sentences(pieces):
        words = words_of(sentence)
        if words != tokens.words:
            yield Tokens(tokens.text, words, (span,) * len(words))


def _take_apart(words: Sequence[str], orders: Orders, book: Book) -> _Pieces | None:
    pieces = _Pieces()
    at = 0
    while at < len(words):
        size = _longest(words, at, orders.wishes.__contains__)
        if size:
            pieces.wished = True
        elif (size := _quality(words, at, orders, book, pieces)) or (size := _action(words, at, orders, pieces)):
            pass
        elif words[at] in orders.quantifiers:
            pieces.quantifier, size = words[at], 1
        else:
            size = 1
            pronoun = words[at] in orders.pronouns and pieces.target
            if not pronoun and words[at] not in orders.carriers and words[at] not in orders.nothing:
                pieces.target.append(words[at])
        at += size
    return pieces if _fits(pieces, orders) else None


def _longest(words: Sequence[str], at: int, knows: Callable[[Phrase], bool]) -> int:
    return next(
        (size for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1) if knows(tuple(words[at : at + size]))), 0
    )


def _action(words: Sequence[str], at: int, orders: Orders, pieces: _Pieces) -> int:
    size = _longest(words, at, orders.phrases.__contains__)
    if size:
        phrase = tuple(words[at : at + size])
        pieces.actions.append((*orders.phrases[phrase], phrase))
    return size


def _quality(words: Sequence[str], at: int, orders: Orders, book: Book, pieces: _Pieces) -> int:
    """Take a quality or a value that begins at `at`: "brightness", "35 percent", "warm white"."""
    for order in orders.qualities:
        if size := _longest(words, at, order.words.__contains__):
            if order not in pieces.qualities:
                pieces.qualities.append(order)
            return size
    if numbers := numbers_at(words, at, book.language):
        end, number = numbers[0]
        if pieces.value:
            pieces.value += " ?"
        pieces.value += f"{number:g}"
        for order in orders.qualities:
            if end < len(words) and words[end] in order.units:
                if order not in pieces.qualities:
                    pieces.qualities.append(order)
                return end + 1 - at
        return end - at
    return 0


def _fits(pieces: _Pieces, orders: Orders) -> bool:
    """Check that the pieces are one command: one action or one quality with its value, and no mere report."""
    if sum(phrase[-1] in orders.exclusive for _, _, phrase in pieces.actions) > 1:
        return False
    if len(pieces.actions) > 1:
        pieces.actions = [one for one in pieces.actions if one[2][0] not in orders.ambiguous or len(one[2]) > 1]
    if any(form is Form.DONE for _, form, _ in pieces.actions) and not pieces.wished:
        return False
    if len({id(order) for order, _, _ in pieces.actions}) > 1 or len(pieces.target) > LONGEST_TARGET:
        return False
    return bool(pieces.actions) or bool(pieces.value)


def _sentences(pieces: _Pieces) -> Iterator[str]:
    target, all_the = pieces.target, f"{pieces.quantifier} the {{target}}" if pieces.quantifier else "the {target}"
    turns = [" ".join([*target[at:], *target[:at]]) for at in range(max(1, len(target)))]
    orders = [pieces.actions[0][0]] if pieces.actions else pieces.qualities
    for order in orders:
        for sentence in order.sentences:
            if bool(target) == ("{target}" in sentence) and bool(pieces.value) == ("{value}" in sentence):
                for turn in turns:
                    said = sentence.replace("the {target}", all_the)
                    yield said.format(target=turn, value=pieces.value)
