"""Words without the time in them: what a household says for a thing holds for every day it says it for."""

from skills.builtin.appointing import without
from skills.model import Utterance

TIMED = frozenset({"directives.visit"})
"""Commands that take a time after their words; one that was missed is asked for."""


def timeless(utterance: Utterance) -> tuple[str, str]:
    """Return what was said without its time, and the time as it was said; empty where there is none."""
    from skills.grammar.when import find

    text = utterance.text
    spans = find(text, ref=utterance.said_at, language=utterance.language, use="reminder").spans
    return (without(text, spans), " ".join(text[start:end] for start, end in spans)) if spans else (text, "")
