"""What is said goes on after it was done: "turn on the printer" … "in ten minutes".

Acting in the first pause is what makes a voice quick; who pauses there gets what they meant all the same.
"""

from collections.abc import Callable
from dataclasses import replace

from daemon.conversation.threads import Done
from skills.grammar.model import Decision, Understanding
from skills.model import Utterance

GOES_ON_S = 6.0
"""So long after something was done, a time alone belongs to it: an answer is said meanwhile, and gives way."""
REASON = "it goes on"


def gone_on(
    before: Done | None, utterance: Utterance, now_s: float, understand: Callable[[str], Understanding]
) -> tuple[Utterance, Understanding] | None:
    """Return the whole sentence and its meaning where nothing but a time follows what was just done, else ``None``.

    What was done is then to be taken back.
    """
    from skills.grammar.when import Instant, find

    if before is None or now_s - before.at_s > GOES_ON_S or len(before.matches) != 1:
        return None
    text = utterance.text.strip()
    moment = find(text, ref=utterance.said_at, language=utterance.language.split("-")[0], use="reminder")
    if not isinstance(moment, Instant) or moment.spans != ((0, len(text)),):
        return None
    whole = f"{before.text} {text}"
    meaning = understand(whole)
    if meaning.decision is not Decision.ACT or [one.intent for one in meaning.matches] == [before.matches[0].intent]:
        return None
    return replace(utterance, text=whole), replace(meaning, corrects=True, reason=REASON)
