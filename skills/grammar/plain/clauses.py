"""Cuts a sentence into its clauses: what is to be done, when, if, unless; and mends what was said wrong first."""

from collections.abc import Iterator
from dataclasses import dataclass

from skills.grammar.plain.beside import to_the_point
from skills.grammar.plain.said import Said, said
from skills.grammar.plain.speech import Speech
from skills.grammar.plain.straightening import recurring, straightened

ACT = "act"
MOST_AGAIN = 3
"""In words: as much as is said again after a pause."""
MOST_TAKEN_BACK = 5
"""In words: as much as a correction replaces."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, by what began it: `ACT`, or a name of `Speech.markers`."""

    kind: str
    said: Said
    first: bool = False
    """Whether nothing was said before it."""
    once: bool = False
    """Whether what began it may mean the next time only: "when"."""


def cleaned(text: str, speech: Speech) -> Said:
    """Return a sentence without what says nothing."""
    words = to_the_point(said(text, speech.written_out, speech.after_is), speech)
    fillers = [span for span in words.spans(speech.fillers) if not _begins_again(words, span, speech)]
    spans = [*fillers, *_then_behind_verbs(words, speech)]
    if spans:
        words = words.without(*spans)
    from_now = words.span(speech.from_now)
    recurs = from_now is not None and not says_when(words.text, speech)
    if from_now is not None and recurs:
        words = words.without(from_now)
    opener = speech.openers.match(words.text)
    if opener is not None and opener.group().strip():
        words = words.cut(opener.group().strip().count(" ") + 1)
    return straightened(recurring(words, speech) if recurs else words, speech)


def _then_behind_verbs(words: Said, speech: Speech) -> Iterator[tuple[int, int]]:
    """Yield every "dann" that stands within an order: "und mach dann das Licht aus"."""
    for at in range(1, len(words)):
        if words.words[at] == "dann" and speech.verbs.fullmatch(words.words[at - 1]):
            yield at, at + 1


def versions(words: Said, speech: Speech) -> Iterator[Said]:
    """Yield what a sentence may be meant to be: as it is, or with what was corrected taken back, the least first."""
    span = _set_off(words, speech) or words.span(speech.corrections)
    if span is None or span[0] == 0 or span[1] == len(words):
        yield words
        return
    for taken in range(1, min(MOST_TAKEN_BACK, span[0]) + 1):
        yield words.without((span[0] - taken, span[1]))


def _begins_again(words: Said, span: tuple[int, int], speech: Speech) -> bool:
    """Return whether somebody hesitates and says the same once more with something else: "at two, uh, at three"."""
    start, end = span
    again = words.words[end] if end < len(words) else ""
    hesitates = speech.hesitates.fullmatch(words.cut(start, end).text) is not None
    return hesitates and {start, end} <= words.breaks and again in words.words[max(0, start - MOST_AGAIN) : start]


def _set_off(words: Said, speech: Speech) -> tuple[int, int] | None:
    """Return the "no" that stands between two breaks, which takes back whatever stands before it."""
    breaks = words.breaks
    taken = (
        (at, at + 1)
        for at, word in enumerate(words.words)
        if (word in speech.no and {at, at + 1} <= breaks) or _begins_again(words, (at, at + 1), speech)
    )
    return next(taken, None)


def says_when(text: str, speech: Speech) -> bool:
    """Return whether a text has a word in it that makes a condition or a recurrence of what stands beside it."""
    words = said(text, speech.written_out)
    marked = any(name not in ("then", "while") and words.span(pattern) is not None for name, pattern in speech.markers)
    return marked or words.span(speech.recurs) is not None


def clauses(words: Said, speech: Speech) -> list[Clause]:
    """Return the clauses of a sentence in order."""
    found: list[Clause] = []
    kind, start, at, once = ACT, 0, 0, False
    while at < len(words):
        marked = _marker(words, at, speech)
        if marked is None:
            at += 1
            continue
        name, end = marked
        if at > start:
            found.append(Clause(kind, _trimmed(words.cut(start, at), speech), first=start == 0, once=once))
        once = words.words[at:end] in (("when",), ("wenn",), ("once",))
        kind, start, at = ACT if name == "then" else name, end, end
    if start < len(words):
        found.append(Clause(kind, _trimmed(words.cut(start), speech), first=not found, once=once))
    return [clause for clause in found if clause.said.words]


def _marker(words: Said, at: int, speech: Speech) -> tuple[str, int] | None:
    rest = " ".join(words.words[at:])
    best: tuple[str, int] | None = None
    for name, pattern in speech.markers:
        found = pattern.match(rest)
        if found is not None:
            end = at + found.group().strip().count(" ") + 1
            if name == "unless" and _leaves_out_days(words, at, end, speech):
                continue
            if best is None or end > best[1]:
                best = name, end
    return best


def _leaves_out_days(words: Said, at: int, end: int, speech: Speech) -> bool:
    """Return whether "except" stands between days, which are one time together: "every day except sundays"."""
    often = any(over == at for _, over in words.cut(0, at).spans(speech.often))
    return often and speech.days.match(" ".join(words.words[end:])) is not None


def _trimmed(words: Said, speech: Speech) -> Said:
    """Return a clause without the "and" or "but" at its end, which belongs to the next."""
    while words.words and speech.joins.fullmatch(words.words[-1]):
        words = words.cut(0, len(words) - 1)
    while words.words and speech.joins.fullmatch(words.words[0]):
        words = words.cut(1)
    return words
