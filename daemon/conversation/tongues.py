"""In which language a text is read: that of who says it, unless it is in another one by its words or its sense."""

import re
from collections.abc import Callable, Mapping, Sequence

from daemon.grammars import Grammars
from devices.home import Home
from devices.model import AreaId
from skills.grammar.model import Context, Decision
from skills.model import PersonId

# fmt: off
_SMALL: Mapping[str, frozenset[str]] = {
    "en": frozenset({
        "the", "is", "are", "of", "off", "on", "to", "and", "it", "its", "this", "that", "these", "my", "your", "our",
        "me", "you", "we", "they", "what", "whats", "which", "who", "where", "when", "why", "how", "do", "does", "did",
        "with", "from", "please", "not", "dont", "can", "could", "would", "should", "there", "have", "has", "every",
        "turn", "switch", "set", "make", "put", "give", "tell", "show", "open", "close", "remind", "wake", "let",
        "hello", "thanks", "thank", "good", "help", "yes", "cancel",
    }),
    "de": frozenset({
        "der", "das", "dem", "den", "des", "ein", "eine", "einen", "einem", "einer", "ist", "sind", "und", "oder",
        "ich", "du", "wir", "ihr", "mir", "mich", "dir", "uns", "mein", "meine", "meinen", "meiner", "wie", "wer", "wo",
        "wann", "warum", "welche", "welcher", "welches", "wieviel", "im", "ins", "vom", "zum", "zur", "beim", "auf",
        "aus", "bei", "mit", "von", "für", "über", "unter", "nicht", "kein", "keine", "keinen", "bitte", "gibt", "hat",
        "habe", "kann", "kannst", "soll", "jetzt", "noch", "alle", "alles", "es", "sich", "dass", "wenn", "nach",
        "schalte", "schalt", "mach", "mache", "stell", "stelle", "setz", "setze", "öffne", "schließ", "schließe",
        "dreh", "drehe", "spiel", "spiele", "sag", "sage", "zeig", "zeige", "erinner", "erinnere", "weck", "wecke",
        "danke", "hallo", "guten", "gute", "hilfe", "ja", "nein", "tschüss", "lösche", "lösch", "starte",
    }),
}
"""Words that are in most sentences of a language and in none of the other: the small ones, greetings, how one begins.
Such as both languages write ("die", "was", "am", "in") tell nothing.
"""
_LAST: Mapping[str, frozenset[str]] = {
    "de": frozenset({
        "an", "ab", "zu", "hoch", "runter", "ein", "einschalten", "ausschalten", "anschalten", "anmachen", "ausmachen",
        "öffnen", "schließen", "aufmachen", "zumachen", "stellen", "setzen", "drehen", "hochfahren", "runterfahren",
    }),
}
"""Words that a wish of the language ends with, and none of the other does: "Licht an", "Lampe einschalten"."""
# fmt: on
_WORD = re.compile(r"\w+")
_I_AM = re.compile(r"\bi'm\b")


class Tongues:
    """Knows who speaks which language; asks the sentences where that leaves a choice, and costs nothing elsewhere."""

    def __init__(self, grammars: Grammars, home: Home) -> None:
        """Nobody speaks another language than the house before `at_home` is told."""
        self._grammars, self._home = grammars, home
        self.at_home: Callable[[PersonId | None], str | None] = lambda _: None
        """Returns the language of a person, ``de`` or ``de-AT``; ``None``: that of the house."""

    async def of(self, text: str, person: PersonId | None, area: AreaId | None, *, put_off: bool = False) -> str:
        """Return the language of a text; ``put_off``: of one that was said before, in any language of the house.

        What looks like another language than those of the house and the person is read in theirs first all the same,
        and where they reject it, that counts.

        Raises:
            SkillError: there are no sentences in the language of the person.
        """
        usual, own = self._grammars.default, self.at_home(person)
        first = own.partition("-")[0] if own is not None else usual
        choice = dict.fromkeys((first, usual, *(self._grammars.spoken if put_off else ())))
        foreign = foreign_in(text, tuple(choice))
        if foreign is not None:
            choice[foreign] = None
        found = dict[Decision, str]()
        for language in choice if len(choice) > 1 else ():
            if language == foreign and Decision.REJECT in found:
                return first
            meant = await self._grammars.understand(language, text, self._home, Context(area, person))
            found.setdefault(meant.decision, language)
            if meant.decision is Decision.ACT:
                break
        return found.get(Decision.ACT) or found.get(Decision.ASK) or foreign or first


def foreign_in(text: str, spoken: tuple[str, ...]) -> str | None:
    """Return which other language a text looks like by its small words; ``None``: like one of those, or like none."""
    others = [language for language in _SMALL if language not in spoken]
    if not others:
        return None
    # "I'm" is not the German "im".
    plain = _I_AM.sub("i am", text.lower().replace("’", "'"))
    words = _WORD.findall(plain.replace("'", ""))
    count = {language: _count(words, language) for language in _SMALL}
    likeliest = max(others, key=lambda language: count[language])
    return likeliest if count[likeliest] > max((count.get(one, 0) for one in spoken), default=0) else None


def _count(words: Sequence[str], language: str) -> int:
    ends = bool(words) and words[-1] in _LAST.get(language, ())
    return sum(word in _SMALL[language] for word in words) + ends
