"""Questions and wishes that only a language model can do: about the world, for a joke, a poem or a recipe."""

import re
from typing import Final

from devices.model import Area, Entity, HomeView
from devices.names import fold
from skills.grammar.model import Decision, Understanding
from skills.language import say

SHORTEST: Final = 3
"""In letters, of a word of a name: "tv" says little, and "in" nothing."""

_ASKS: Final = re.compile(
    r"(?i)^\W*(?:please |can you |could you |so |and |bitte |kannst du (?:mir )?)*(?:"
    r"who (?:was|is|were|are|wrote|invented|discovered|painted|won|built|sang|made)\b"
    r"|what(?:'s| is| was| are| were| does| do| causes?) (?:a|an|the (?:\w+ ){1,3}of|the meaning)\b"
    r"|what does \w+ mean\b|why (?:is|are|do|does|did|was|were|can|can't) |how (?:does|do|did|can) (?!i |we |my )"
    r"|when (?:was|were|did) \w+|how (?:big|far|old|tall|deep|heavy|fast) (?:is|are|was) "
    r"|(?:tell|sing|read|write|draw|make up) (?:me |us )?(?:a|an|another|some|something|about)\b"
    r"|(?:explain|translate|recommend|suggest|summari[sz]e)\b|what (?:can|could|should|shall) (?:i|we) "
    r"(?:cook|eat|bake|read|watch)|wer (?:war|ist|hat|waren|sind)\b|was (?:ist|sind|war) (?:ein|eine|der|die|das)\b"
    r"|was bedeutet\b"
    r"|(?:warum|wieso|weshalb) (?:ist|sind|war|hat|haben) |wie (?:funktioniert|groß|weit|alt|hoch|tief|schwer) "
    r"|(?:erzähl|sing|schreib|dichte|erkläre?|übersetze?)\b|was (?:kann|soll|könnte) ich (?:kochen|essen|backen|lesen)"
    r")"
)
_OURS: Final = re.compile(
    r"(?i)\b(?:my|our|here|home|house|room|rooms|door|doors|window|windows|light|lights|lamp|heating|timer|timers|alarm|alarms"
    r"|reminder|reminders|list|lists|routine|routines|you|it|that|this|they|there|everyone|everybody|mein\w*|unser\w*|hier"
    r"|haus|zimmer|raum|tür|türen|fenster|licht|lampe|heizung|wecker|erinnerung\w*|liste|du|es|das|dort|dir|alle)\b"
)
"""What the house knows of: a question about that was not understood, which is something else."""
_REASONS: Final = frozenset({"no-sentence", "question", "no-such-entity", "too-hard", "time", "condition"})


def beyond(text: str, meaning: Understanding, home: HomeView) -> str | None:
    """Return what is said to a question for a language model where there is none; ``None`` to everything else."""
    asked = _ASKS.match(text)
    if asked is None or meaning.decision is not Decision.DEFER or meaning.reason.partition(":")[0] not in _REASONS:
        return None
    about = text[asked.end() :]
    if _OURS.search(about) or not _named(home).isdisjoint(fold(text).split(" ")):
        return None
    return say("That takes a language model, and this house has none yet; hearth doctor says how to add one.")


def _named(home: HomeView) -> set[str]:
    """Return the words that rooms and devices are called by."""
    called: list[Area | Entity] = [*home.areas()]
    called += [one for one in home.entities() if one.domain != "scene"]  # one may be called Dinner, or Film
    names = [name for one in called for name in (one.name, *one.aliases)]
    return {word for name in names for word in fold(name).split(" ") if len(word) >= SHORTEST}
