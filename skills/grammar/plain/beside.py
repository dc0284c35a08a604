"""What is said beside a wish and is no part of it: why it is wished for, and what is not meant.

"Because the kids forget it, lock the door at ten", "it's so dark early, so turn on …", "not the hall light but the
kitchen light".
"""

from skills.grammar.plain.said import Said
from skills.grammar.plain.speech import Pattern, Speech

LEAST = 3
"""In words: shorter is neither a reason nor a wish."""
MOST_NOT_MEANT = 6


def to_the_point(words: Said, speech: Speech) -> Said:
    """Return a sentence without its reasons, and without what it says is not meant."""
    return _meant(_after_reason(_before_reason(words, speech), speech), speech)


def forbids(words: Said, speech: Speech) -> bool:
    """Return whether an order says what is not to be done; what is told is no order, and to make sure is one."""
    told = any(words.span(pattern) is not None for _, pattern in speech.tell)
    return not told and words.span(speech.ensure) is None and words.span(speech.negation) is not None


def _after_reason(words: Said, speech: Speech) -> Said:
    """Cut a reason that stands in front: up to the break, else up to the verb of the order."""
    patterns = dict(speech.reasons)
    if patterns["front"].match(words.text):
        broken = [at for at in sorted(words.breaks) if at >= LEAST]
        starts = broken[:1] or [at for at in range(LEAST, len(words)) if _orders(words, at, speech)][:1]
        return words.cut(starts[0]) if starts else words
    for start, end in words.spans(patterns["hence"]):
        reason, wish = words.cut(0, start), words.cut(end)
        if start >= LEAST and len(wish) >= LEAST and not _wishes(reason, speech) and _begins(wish, speech):
            return wish
    return words


def _before_reason(words: Said, speech: Speech) -> Said:
    """Cut a reason that stands behind, unless it may be what somebody is to be told."""
    span = words.span(dict(speech.reasons)["behind"])
    if span is None or span[0] < LEAST or words.words[span[0] - 1] in speech.it | {"up"}:
        return words  # "make it so that …" is the wish itself
    if any(words.span(pattern) is not None for _, pattern in speech.tell):
        return words
    behind = [at for at in sorted(words.breaks) if at > span[1]]
    return words.without((span[0], behind[0] if behind else len(words)))


def _orders(words: Said, at: int, speech: Speech) -> bool:
    subject = words.words[at - 1]
    return bool(speech.verbs.fullmatch(words.words[at])) and subject not in speech.subjects


def _wishes(words: Said, speech: Speech) -> bool:
    """Return whether words may be a wish of their own."""
    marked = any(name != "then" and words.span(pattern) is not None for name, pattern in speech.markers)
    return marked or words.span(speech.recurs) is not None or bool(speech.verbs.fullmatch(words.words[0]))


def _begins(words: Said, speech: Speech) -> bool:
    marked = any(pattern.match(words.text) for name, pattern in speech.markers if name != "then")
    return marked or bool(speech.verbs.fullmatch(words.words[0]) or speech.begins.match(words.text))


def _meant(words: Said, speech: Speech) -> Said:
    for start, end in words.spans(speech.not_meant):
        within = words.cut(start + 1, end - 1)
        if len(within) <= MOST_NOT_MEANT and not _has_marker(within, speech.markers):
            return words.without((start, end))
    return words


def _has_marker(words: Said, markers: tuple[tuple[str, Pattern], ...]) -> bool:
    return any(name != "then" and words.span(pattern) is not None for name, pattern in markers)
