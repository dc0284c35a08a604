"""The words for what was not understood, or must not be done."""

from daemon.conversation.settling import agreed
from devices.model import HomeView
from devices.names import fold
from skills.builtin.words import called, join, listing, sentence
from skills.grammar.model import Decision, Understanding
from skills.language import current, say

_REJECTED = {
    "negation": "All right, I leave everything as it is.",
    "empty": "I did not hear anything.",
    "only-hesitation": "I am listening.",
    "too-long": "That was too much at once for me.",
    "taken-back": "All right.",
}
"""What is answered to what must not be done, by the engine's reason."""

_REMEDIES = {"calendar": "Add one under calendars in the configuration"}
_NOBODY = "Nobody is set up here. Add people under people in the configuration, or a person in Home Assistant"
_WHY = frozenset({"why", "why not", "how come", "warum", "wieso", "weshalb", "warum nicht", "wieso nicht"})
"""How a house gets what a sentence is about, where a sentence can say it."""


def courtesy(text: str) -> str | None:
    """Return what is said to a yes, a no or a why that nothing was open for; ``None`` to everything else."""
    words = fold(text)
    if words in _WHY:
        return say("Ask me about one thing by its name, and I tell you why.")
    match agreed(words):
        case True:
            return say("I have not asked anything. What can I do for you?")
        case False:
            return say("All right. Nothing is open.")
        case None:
            return None


def puzzled(meaning: Understanding, home: HomeView, *, asks: bool = False) -> str:
    """Return what is said to a text that nothing is done about; of what ``asks`` nothing was to be left as it is."""
    if meaning.decision is Decision.REJECT and asks:
        return say("I do not know that.")
    if meaning.decision is Decision.REJECT:
        return say(_REJECTED.get(meaning.reason, "I did not take that as something to do."))
    if not home.entities():
        return say("I see no devices yet. Ask hearth doctor what is missing.")
    kind, _, what = meaning.reason.partition(": ")
    match kind:
        case "no-such-entity":
            near = [called(entity) for entity in home.near(what)]
            unknown = say("I know nothing called {name!r}.", name=what)
            return f"{unknown} {say('Did you mean {things}?', things=listing(near, 'or'))}" if near else unknown
        case "nothing-there" if what == "person":
            return sentence(say(_NOBODY))
        case "nothing-there":
            return join([say("I find no {what}", what=_kind(what)), say(_REMEDIES[what]) if what in _REMEDIES else ""])
        case "no-antecedent":
            return say("I do not know what you mean. Say what it is about.")
        case "exception":
            return say("I did not understand what is to be left out, or nothing would be left, so I did nothing.")
        case "late":
            return say("That took me too long; I have stopped trying.")
        case "no-sentence" if what:
            return say("I did not understand “{what}”, so I did nothing.", what=what)
        case _:
            return say("I did not understand that. Ask me what I can do.")


def _kind(what: str) -> str:
    """Return a kind of thing in the language of the moment, where the grammar has only the English word for it."""
    nouns = current().nouns
    said = nouns[what].many if what in nouns else what
    # A noun in the middle of a German sentence.
    return said[:1].upper() + said[1:] if current().code == "de" else said
