"""Routines that a spoken phrase sets off: "when I say movie time, dim the lights"."""

from collections.abc import Callable, Iterator

from skills.grammar.plain.model import Draft, Written
from skills.grammar.plain.said import Said
from skills.grammar.plain.speech import Speech

LONGEST = 5
"""In words: what is said in one breath."""


def on_phrase(words: Said, speech: Speech, obeyed: Callable[[Said], list[Written] | None]) -> Draft | None:
    """Return what a spoken phrase is to set off, where `obeyed` knows what the order does."""
    for phrase, order in phrases(words, speech):
        actions = obeyed(order)
        if actions:
            trigger: Written = {"trigger": "conversation", "command": phrase}
            return Draft({"triggers": [trigger], "conditions": [], "actions": actions, "mode": "single"})
    return None


def phrases(words: Said, speech: Speech) -> Iterator[tuple[str, Said]]:
    """Yield what may be the phrase of a sentence, and the order: all, where nothing shows where a phrase ends."""
    for name, pattern in speech.phrases:
        for start, end in words.spans(pattern):
            match name:
                case "open":  # "when i say": the phrase follows, then the order
                    yield from _following(words, start, end, speech)
                case "closed":  # "wenn ich … sage": the phrase is in it
                    yield from _within(words, start, end, speech)
                case _:
                    pass


def _following(words: Said, start: int, end: int, speech: Speech) -> Iterator[tuple[str, Said]]:
    if start >= 2:
        phrase = words.cut(end)
        order = words.cut(0, start)
        # "The shutters always close when I say so" tells of something.
        if 0 < len(phrase) <= LONGEST and speech.verbs.fullmatch(order.words[0]) and not _says_nothing(phrase, speech):
            yield _named(phrase), order
        return
    broken = [at for at in sorted(words.breaks) if end < at <= end + LONGEST]
    for at in broken[:1] or range(end + 1, min(end + LONGEST, len(words) - 1) + 1):
        yield _named(words.cut(end, at)), words.cut(at)


def _within(words: Said, start: int, end: int, speech: Speech) -> Iterator[tuple[str, Said]]:
    phrase = words.cut(start + 2, end - 1)
    order = words.cut(end) if start < 2 else words.cut(0, start)
    if start >= 2 and not speech.verbs.fullmatch(order.words[0]):
        return
    if 0 < len(phrase) <= LONGEST and order.words and not _says_nothing(phrase, speech):
        yield _named(phrase), order


def _says_nothing(phrase: Said, speech: Speech) -> bool:
    return all(
        word in speech.it or speech.so.fullmatch(word) or speech.negation.fullmatch(word) for word in phrase.words
    )


def _named(phrase: Said) -> str:
    return phrase.written.strip(" ,.:;\"'“”„")
