"""What is said of the shopping without naming its list: "we're out of coffee", "I bought the milk", "and bananas".

Such words tell something and order nothing, so no sentence of the grammar has them: they are looked at where nothing
else understood, by someone who knows what is on the list.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_ITEMS = 6
MOST_WORDS = 4
"""More things in one breath, or more words for one, are a story."""


class Remark(StrEnum):
    """What is said of the things."""

    SHORT = "short"
    """They are wanted: to be offered for the list."""
    ALSO = "also"
    """They too, said right after something was put on a list."""
    ASKED = "asked"
    """Are they wanted?"""
    GOT = "got"
    """They are bought."""
    DROPPED = "dropped"
    """They are no longer wanted."""


@dataclass(frozen=True, slots=True)
class Said:
    """A remark, and the things it is about, without their articles."""

    remark: Remark
    items: tuple[str, ...]


_ENGLISH = (
    (Remark.SHORT, r"(?:we|i)(?:'re| are|'m| am) (?:all |nearly |almost |now )?(?:out of|short of) (?P<items>.+)"),
    (Remark.SHORT, r"(?:we|i)(?:'re| are|'m| am) (?:running )?(?:out of|low on|short on) (?P<items>.+)"),
    (Remark.SHORT, r"(?:we|i)(?:'ve| have)? (?:just )?(?:ran|run) (?:out of|low on) (?P<items>.+)"),
    (Remark.SHORT, r"(?:we|i)(?:'ve| have)? (?:got )?no (?:more )?(?P<items>.+?)(?: left| any ?more)?"),
    (Remark.SHORT, r"there(?:'s| is| are) (?:no|hardly any) (?:more )?(?P<items>.+?)(?: left| any ?more)?"),
    (Remark.SHORT, r"(?:we|i)(?:'ll)? (?:still |also |do )?need (?:to (?:buy|get) )?(?P<items>.+)"),
    (Remark.SHORT, r"(?:buy|get|get us|pick up|fetch) (?P<items>.+)"),
    (Remark.SHORT, r"(?:the|our) (?P<items>.+?) (?:is|are) (?:all |nearly |almost )?(?:gone|finished|used up)"),
    (Remark.SHORT, r"(?:the|our) (?P<items>.+?) (?:is|are|has|have) (?:running low|running out|run out)"),
    (Remark.ASKED, r"(?:do|did) (?:we|i) (?:still )?need (?:any |some |more |any more )?(?P<items>.+)"),
    (Remark.GOT, r"(?:i|we)(?:'ve| have)? (?:just |already )?(?:bought|got|picked up) (?P<items>.+)"),
    (Remark.DROPPED, r"(?:i|we) (?:don't|do not|no longer) need (?:any )?(?P<items>.+?)(?: any ?more)?"),
    (Remark.DROPPED, r"(?:take|cross|scratch|strike|tick|check) (?P<items>.+?) off(?: again)?"),
    (Remark.DROPPED, r"(?:cross|scratch|strike|tick|check) off (?P<items>.+)"),
    (Remark.ALSO, r"(?:and|also|plus|and also|oh and) (?P<items>.+?)(?: too| as well)?"),
    (Remark.ALSO, r"(?P<items>.+?) (?:too|as well)"),
)  # fmt: skip
_GERMAN = (
    (Remark.DROPPED, r"(?:wir brauchen|ich brauche) (?:kein|keine|keinen) (?P<items>.+?)(?: mehr)?"),
    (Remark.SHORT, r"(?:wir|ich) (?:brauchen|brauche|brauch) (?:noch |mal wieder |wieder |auch )?(?P<items>.+)"),
    (Remark.SHORT, r"(?:wir haben|ich habe|ich hab) (?:kein|keine|keinen|kaum noch) (?P<items>.+?)(?: mehr)?"),
    (Remark.SHORT, r"es (?:ist|sind|gibt) (?:kein|keine|keinen|kaum noch) (?P<items>.+?)(?: mehr)?(?: da)?"),
    (Remark.SHORT, r"(?:der|die|das|unser|unsere) (?P<items>.+?) (?:ist|sind) (?:fast |schon )?(?:alle|leer|aus)"),
    (Remark.SHORT, r"(?:der|die|das|unser|unsere) (?P<items>.+?) (?:geht|gehen) (?:bald )?(?:aus|zur neige)"),
    (Remark.SHORT, r"(?:kauf|kaufe|besorg|besorge|hol|hole) (?:bitte |noch |mal )*(?P<items>.+)"),
    (Remark.ASKED, r"(?:brauchen wir|brauche ich|brauch ich) (?:noch |eigentlich )*(?P<items>.+)"),
    (Remark.DROPPED, r"(?P<items>.+?) (?:brauchen wir|brauche ich|brauch ich) (?:nicht|nicht mehr)"),
    (Remark.GOT, r"(?:ich habe|ich hab|wir haben) (?P<items>.+?) (?:schon )?(?:gekauft|besorgt|geholt|mitgebracht)"),
    (Remark.GOT, r"(?P<items>.+?) (?:hab ich|habe ich|haben wir) (?:schon|gekauft|besorgt|geholt|schon gekauft)"),
    (Remark.DROPPED, r"(?:nimm|streich|streiche) (?P<items>.+?)(?: wieder)? (?:runter|weg|raus)"),
    (Remark.DROPPED, r"(?:streich|streiche) (?P<items>.+)"),
    (Remark.DROPPED, r"(?P<items>.+?) (?:streichen|abhaken)"),
    (Remark.DROPPED, r"(?:hak|hake) (?P<items>.+?) ab"),
    (Remark.ALSO, r"(?:und |auch |noch |dazu )+(?P<items>.+?)(?: auch| dazu)?"),
    (Remark.ALSO, r"(?:setz|setze|schreib|schreibe|pack|tu) (?:auch |noch )*(?P<items>.+?) (?:drauf|dazu)"),
)  # fmt: skip
_FORMS: Mapping[str, Sequence[tuple[Remark, re.Pattern[str]]]] = {
    language: [(remark, re.compile(form, re.IGNORECASE)) for remark, form in forms]
    for language, forms in (("en", _ENGLISH), ("de", _GERMAN))
}
_AND = re.compile(r"\s*,\s*(?:and\s+|und\s+)?|\s+(?:and|und|sowie)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|some|any|a|an|more|another|der|die|das|den|ein|eine|einen|etwas)\s+", re.IGNORECASE)
_DEFINITE = re.compile(
    r"^(?:the|my|your|our|his|her|their|this|that|these|those|der|die|das|den|dein\w*|mein\w*)\b", re.IGNORECASE
)
_CLOSING = re.compile(r"(?:[\s,]+(?:please|bitte|thanks|danke|now|jetzt|today|heute))*[\s.!?]*$", re.IGNORECASE)
_NO_GOODS = frozenset({
    "you", "your", "me", "us", "him", "her", "them", "it", "that", "this", "to", "help", "hand", "break", "rest",
    "sleep", "time", "minute", "minutes", "moment", "second", "light", "lights", "hug", "advice", "doctor", "idea",
    "reason", "way", "problem", "quiet", "peace", "one", "two", "hilfe", "ruhe", "pause", "zeit", "licht", "mehr",
    "arzt", "dich", "euch", "mich", "uns", "ihn", "sie", "es", "das", "nichts", "etwas", "was", "idee", "grund",
    "schlaf", "lust", "ahnung", "angst", "hunger", "durst",
})  # fmt: skip
"""What is needed, got or out of and stands in no shop."""


def said_of_shopping(text: str, language: str) -> Said | None:
    """Return what a text says of things one buys; ``None``: nothing, or in a language that is not looked at."""
    plain = _CLOSING.sub("", text.strip())
    for remark, form in _FORMS.get(language.partition("-")[0], ()):
        found = form.fullmatch(plain)
        if found is not None:
            items = _items(found["items"], wanted=remark is Remark.SHORT)
            return Said(remark, items) if items else None
    return None


def _items(words: str, *, wanted: bool) -> tuple[str, ...]:
    """Return the things that are listed; nothing where one of them can be none that is bought."""
    items: list[str] = []
    for part in _AND.split(words.strip()):
        item = _ARTICLE.sub("", part.strip())
        spoken = item.casefold().split()
        known = _DEFINITE.match(part.strip()) is not None
        # What is wanted has no article: "we need the car" is about one that is there.
        if not spoken or len(spoken) > MOST_WORDS or spoken[0] in _NO_GOODS or (wanted and known):
            return ()
        items.append(item)
    return tuple(items) if len(items) <= MOST_ITEMS else ()
