"""Tells people why a text was understood as it was: every reading with its cost, and why it won or lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devices.model import AreaId, HomeView
from skills.grammar.reader import Moment, Reader
from skills.grammar.resolve import Doubt, Reading
from skills.grammar.tokens import Tokens

MOST_ROWS = 12
"""As many readings of each kind are told."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reading, for people."""

    how: str
    """``word for word``, ``words overlooked``, ``other order`` or ``misheard``."""
    intent: str
    slots: dict[str, object]
    targets: tuple[str, ...]
    cost: int
    """How many repairs it took; 0: the text is a sentence as it stands."""
    changes: tuple[str, ...]
    """The words that were taken for others: ``own -> on``."""
    why: str
    """Why it won or lost against the others of its kind."""


def readings_of(reader: Reader, tokens: Tokens, home: HomeView, here: AreaId | None) -> list[Row]:
    """Return the readings of a text, those of the strictest way first, each way best first."""
    moment = Moment(home, here)
    bare = reader.manners.without_politeness(tokens)[-1]
    sign = reader.manners.sign_of(tokens.words)
    rows = list(_rows("word for word", tokens, reader.plain(tokens, moment)))
    rows += _rows("words overlooked", bare, reader.readings(bare, moment, reader.manners.fillers))
    rows += _rows("other order", bare, reader.tolerance.reordered(bare, home, here))
    rows += _rows("misheard", bare, reader.tolerance.misheard(bare, home, here, lambda _: True)[1])
    if sign is not None:
        told = f"{sign.reason}: {sign.decision} unless it is a sentence as it stands"
        rows.append(Row("sign", "", {}, (), 0, (), told))
    return rows


def words_for(row: Row) -> str:
    """Return a row as one line of text."""
    changes = f", {', '.join(row.changes)}" if row.changes else ""
    targets = f" -> {', '.join(row.targets)}" if row.targets else ""
    what = f" {row.intent} {row.slots}{targets} (cost {row.cost}{changes})" if row.intent else ""
    return f"{row.how}:{what} {row.why}"


def _rows(how: str, tokens: Tokens, readings: Sequence[Reading]) -> Iterator[Row]:
    for reading in readings[:MOST_ROWS]:
        yield Row(
            how,
            reading.intent,
            dict(reading.slots),
            tuple(entity.id for entity in reading.targets),
            reading.found.repairs,
            tuple(f"{tokens.words[at]} -> {' '.join(words)}" for at, words in reading.found.changes),
            "won" if reading is readings[0] else _lost(readings[0], reading),
        )


def _lost(best: Reading, other: Reading) -> str:
    """Return the first part of the rank in which a reading is behind the best."""
    reasons = (
        "needs more repairs",
        "has only part of a name",
        "there is nothing it could be about",
        "a name says more than a room or a kind",
        "leaves more to free text",
        "fewer of its letters are the sentence's own",
        "leaves more letters to free text",
        "leaves a question open",
    )
    for mine, theirs, reason in zip(best.rank, other.rank, reasons, strict=False):
        if mine != theirs:
            return f"lost: {reason}"
    return "lost: stands later in the documents" if other.doubt == Doubt.NONE else f"lost: {other.doubt}"
