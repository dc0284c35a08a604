"""Reads a text: words to pieces, pieces to larger ones, and which of them is the time that was meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from skills.grammar.when import clock, combine, days, lengths, recurrence, sun
from skills.grammar.when.answers import Spoken, answer
from skills.grammar.when.chunks import LETTER, Chunk, Rewrite, Setting, apply, rewrite
from skills.grammar.when.model import Moment, Nothing, Place, Use
from skills.grammar.when.pieces import Bad, Clock, Ends, Length, Limit, Part, Point, Rule, SunPoint, Value, When
from skills.grammar.when.vocabulary import SPOKEN, vocabulary
from skills.grammar.when.words import Word, pieces_of, words_in

_PREPOSITIONS = frozenset(
    LETTER[name] for name in ("AT", "IN", "ON", "THE", "FOR", "OF", "BEFORE", "FROM", "COMMA", "AND")
)
"""What belongs to the time that follows, so that a caller who cuts the time out leaves nothing behind."""

_LEADING = frozenset(LETTER[name] for name in ("AT", "IN", "ON", "FOR", "BEFORE", "FROM", "UNTIL"))
_MEDIA, _HOLD = LETTER["MEDIA"], LETTER["HOLD"]
_BLOCKERS = frozenset(("how many", "how much", "wie viele", "wie viel"))


def _no_part(chunk_part: Value) -> Value:
    """Return the word that stays when ``night light`` turns out to be no time."""
    return "" if isinstance(chunk_part, Part) and not chunk_part.free else None


_NOT_TIMES: tuple[Rewrite, ...] = (
    rewrite("(?:FROM|BETWEEN)?NUM(?:TO|UNTIL|DASH|AND)NUM MEASURE", "OTHER", lambda _: ""),
    rewrite("NUM MEASURE|DOT MEASURE|SLASH MEASURE", "OTHER", lambda _: ""),
    rewrite("GAUGE AT NUM(?!MER|OCL|OH|NUM)", "OTHER", lambda _: ""),
    rewrite("(?<![ON EVERY NEXT THIS LAST UNTIL])(?:WD|WEEKEND|HOL)THING", "OTHER", lambda _: ""),
    rewrite("(?:NUM|ORD|SECOND)(?:OTHER)?THING", "OTHER", lambda _: ""),
    rewrite("(?<![THIS EVERY AT])(?<!IN THE)(?P<p>PART)(?=THING)", "OTHER", lambda found: _no_part(found.value("p"))),
    rewrite("CHANGE(?:OTHER|THE|THING|GAUGE|IN|ON|MEASURE|CHANGE|TO)*BEFORE NUM(?!MER|OCL)", "OTHER", lambda _: ""),
    rewrite("(?<!EVERY)(?P<p>SUN)THING", "OTHER", lambda _: ""),
)  # fmt: skip

_STAGES: tuple[tuple[Rewrite, ...], ...] = (
    (
        *_NOT_TIMES,
        *lengths.NUMBERS,
        *recurrence.COUNTED,
        *clock.RULES,
        *lengths.RULES,
        *sun.RULES[:1],
        *combine.CLOCKS,
        *days.NAMED,
    ),
    (*recurrence.RULES, *sun.RULES, *days.PLAIN),
    (*clock.BESIDE_DAYS, *lengths.SAME_TIME, *combine.RULES),
)
_LIMITED = combine.LIMITS
_IDLE = frozenset(
    LETTER[name]
    for name in (
        "OTHER", "AT", "ON", "IN", "THE", "AN", "FROM", "TO", "OF", "FOR", "AND", "COMMA", "THING", "MEASURE",
        "MEDIA", "BEFORE", "AFTER", "THIS", "LAST", "NEXT", "UNTIL", "ALT", "HOLD", "LATE", "EARLY", "FEW", "EXCEPT",
        "DASH", "CHANGE", "CONJ", "HOMOPHONE", "REPAIR", "GAUGE",
    )
)  # fmt: skip
"""Kinds that are no time by themselves: most texts have no others, and they should cost nothing."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was found in a text, and whether nothing else was in it."""

    moment: Moment
    whole: bool


def read(text: str, *, ref: datetime, zone: tzinfo, language: str, use: Use | None, place: Place | None) -> Read:
    """Return the time that a text speaks of, `Nothing` where it speaks of none."""
    language = language.partition("-")[0].lower()
    if language not in SPOKEN:
        return Read(Nothing(), whole=False)
    words, guessed = words_in(text, vocabulary(language))
    setting = Setting(ref, zone, language, use == "routine", use)
    chunks = pieces_of(words, setting)
    if _blocked(chunks) or all(chunk.kind in _IDLE for chunk in chunks):
        return Read(Nothing(), whole=not words)
    if any(chunk.kind == LETTER["WAKE"] for chunk in chunks):
        setting = Setting(ref, zone, language, waking=True, use=use)
    chunks = _reduced(chunks, setting)
    times = [
        chunk
        for at, chunk in enumerate(chunks)
        # "Between 1 and 100": half a range is none.
        if _is_time(chunk) and not (at and chunks[at - 1].kind == LETTER["BETWEEN"])
    ]
    bare = len(chunks) - len(times) == sum(chunk.kind in _PREPOSITIONS for chunk in chunks)
    if chunks[0].kind == _MEDIA and not bare:
        times = _outside_title(chunks, times)
    spoken = Spoken(
        times=[chunk.value for chunk in times],
        joined=[_led_by_about(chunks, chunk) for chunk in times],
        said=_said(text, words, times),
        spans=_spans(words, chunks, times),
        whole=bare,
        guessed=guessed,
    )
    moment = answer(spoken, setting, place)
    return Read(moment, whole=bare and not isinstance(moment, Nothing))


def _reduced(chunks: list[Chunk], setting: Setting) -> list[Chunk]:
    for stage in _STAGES:
        chunks = days.as_days(apply(stage, chunks, setting))
    if any(isinstance(chunk.value, Rule) for chunk in chunks):
        chunks = apply(_LIMITED, chunks, setting)
    return chunks


def _blocked(chunks: Sequence[Chunk]) -> bool:
    """Return whether the text asks for a number, whatever units are in it."""
    return any(chunk.kind == _HOLD and chunk.value in _BLOCKERS for chunk in chunks)


def _is_time(chunk: Chunk) -> bool:
    return isinstance(chunk.value, Clock | Ends | Length | Limit | Point | Rule | SunPoint | When | Bad)


def _outside_title(chunks: Sequence[Chunk], times: Sequence[Chunk]) -> list[Chunk]:
    """Return the times that are not part of what is to be played: behind it, and led in by a word."""
    kept: list[Chunk] = []
    for chunk in times:
        at = chunks.index(chunk)
        led = at > 1 and (chunks[at - 1].kind in _LEADING or isinstance(chunk.value, Point | Ends | Rule))
        today = isinstance(chunk.value, When) and (
            (chunk.value.day is not None and chunk.value.day.relative)
            or (chunk.value.part is not None and chunk.value.part.today)
        )
        after = [other for other in chunks[at + 1 :] if other not in times]
        at_the_end = not after or after[0].kind in (LETTER["IN"], LETTER["ON"])
        if at > 1 and (led or today) and at_the_end and _exact(chunk):
            kept.append(chunk)
    return kept


def _exact(chunk: Chunk) -> bool:
    """Return whether a time says more than a title would: ``at midnight`` is half the songs there are."""
    return (
        not isinstance(chunk.value, When)
        or chunk.value.part is None
        or chunk.value.part.today
        or chunk.value.day is not None
    )


def _led_by_about(chunks: Sequence[Chunk], chunk: Chunk) -> bool:
    """Return whether a time may belong to the one before it, though words stand between."""
    at = chunks.index(chunk)
    if not isinstance(chunk.value, When) or at == 0:
        return True
    return not (chunk.value.clock is None and chunks[at - 1].kind in (LETTER["FOR"], LETTER["AT"], LETTER["OF"]))


def _spans(words: Sequence[Word], chunks: Sequence[Chunk], times: Sequence[Chunk]) -> list[tuple[int, int]]:
    """Return the characters of each time, with the prepositions that lead it in."""
    spans: list[tuple[int, int]] = []
    for chunk in times:
        at = chunks.index(chunk)
        if at > 0 and chunks[at - 1].kind == LETTER["THE"]:
            at -= 1
        # One, and none before "every" and "from": in "turn it on at eight" the other belongs to the verb.
        alone = isinstance(chunk.value, Rule) or (isinstance(chunk.value, Ends) and not _starts_on_day(chunk.value))
        if at > 0 and chunks[at - 1].kind in _PREPOSITIONS and not (alone and chunks[at - 1].kind == LETTER["ON"]):
            at -= 1
        spans.append((words[chunks[at].first].start, words[chunk.last - 1].end))
    return spans


def _starts_on_day(ends: Ends) -> bool:
    return isinstance(ends.start, When) and ends.start.day is not None


def _said(text: str, words: Sequence[Word], times: Sequence[Chunk]) -> str:
    if not times:
        return ""
    return text[words[times[0].first].start : words[times[-1].last - 1].end]
