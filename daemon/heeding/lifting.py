"""What takes a standing instruction back: "you may ring after ten again", "you need not ask any more". Pure, by form.

The forms are those of giving leave, of ending a wish, and of speaking of the rule itself. What is allowed again is a
command in the house's own sentences; which rule forbade it, `Heeding` finds by what both would do.
"""

import re
from dataclasses import dataclass

from daemon.heeding.hours import ALWAYS, hours_of
from daemon.heeding.rules import SPEAK_DE, SPEAK_EN, german_order, room_of
from daemon.heeding.spelling import spelled


@dataclass(frozen=True, slots=True)
class Lifts:
    """What a sentence takes back."""

    command: str = ""
    """Is allowed again, or needs no asking; empty: see below."""
    speaks: bool = False
    """Whether the house may speak by itself again."""
    room: str | None = None
    """In which room it may; ``None``: everywhere."""
    at_length: bool = False
    """Whether answers may be long again."""
    said: str = ""
    """The words at which nothing more is done beside."""
    about: str = ""
    """The words of a rule that ends."""
    language: str = "en"


_POLITE = re.compile(
    r"^(?:(?:please|hearth|okay|ok|from now on|now|bitte|ab jetzt|von jetzt an|jetzt|und|and)\b[,\s]*)+", re.IGNORECASE
)
_AGAIN = re.compile(
    r"\b(?:again|any ?more|any longer|from now on|at any (?:time|hour)|any ?time|wieder|künftig|ab jetzt|jederzeit"
    r"|in zukunft)\b",
    re.IGNORECASE,
)
_ASKING = (
    (
        "en",
        re.compile(
            r"^(?:you (?:don't|do not|needn't|need not) (?:have|need)?(?: to)? ?ask|(?:there(?:'s| is) )?no need to ask"
            r"|stop asking|don't ask|do not ask)(?: me| us)?(?: any ?more| first)? (?:before|when) you (?P<what>.+)$",
            re.IGNORECASE,
        ),
    ),
    (
        "de",
        re.compile(
            r"^(?:du (?:musst|brauchst)(?: mich| uns)? nicht(?: mehr)?(?: zu)? (?:fragen|zu fragen)"
            r"|frag(?:e)?(?: mich| uns)? nicht mehr),? (?:bevor|wenn) du (?P<what>.+)$",
            re.IGNORECASE,
        ),
    ),
)
_MAY_EN = re.compile(
    r"^(?:you (?:may|can|are allowed to|are free to)|feel free to|it(?:'s| is) (?:fine|okay|ok|all right) to)"
    r" (?P<what>.+)$",
    re.IGNORECASE,
)
_MAY_DE = re.compile(r"^du (?:darfst|kannst) (?P<what>.+)$", re.IGNORECASE)
_LONG = re.compile(
    r"^(?:you (?:may|can) )?(?:answer|reply|talk|speak) (?:me )?"
    r"(?:normally|at length|in full|longer|as (?:before|usual))(?: again)?$"
    r"|^(?:you (?:may|can) )?(?:stop being (?:so )?brief|give (?:me )?(?:full|long|longer) answers)(?: again)?$"
    r"|^you (?:don't|do not) (?:have|need) to (?:keep it short|be brief)(?: any ?more)?$"
    r"|^(?:antworte?|sprich|rede)(?: mir)?(?: bitte)? wieder (?:normal|ausführlich\w*|länger|wie (?:früher|vorher))$"
    r"|^du (?:darfst|kannst) wieder (?:ausführlich\w*|normal|länger) (?:antworten|reden|sprechen)$"
    r"|^du musst dich nicht mehr kurz ?fassen$",
    re.IGNORECASE,
)
_BESIDE = (
    ("en", re.compile(r"^when(?:ever)? (?:i|we) say (?P<said>.+?),? (?:don't|do not|stop) .+$", re.IGNORECASE)),
    (
        "de",
        re.compile(r"^wenn (?:ich|wir) (?P<said>.+?) sagen?,? .*\b(?:nichts?|keine?\w*) mehr\b.*$", re.IGNORECASE),
    ),
)
_RULE = (
    (
        "en",
        re.compile(
            r"^(?:(?:cancel|drop|lift|end|scrap) (?:the|my|our|that) (?:rule|instruction)s?"
            r"(?: (?:about|on|for|that|with|of))? (?P<a>.+)"
            r"|(?:the|my|our) (?:rule|instruction) (?:about|on|for|with|of) (?P<b>.+?)"
            r" (?:no longer (?:applies|counts|holds)|is (?:over|off|void|cancelled|lifted)"
            r"|does(?:n't| not) (?:apply|count|hold) any ?more))$",
            re.IGNORECASE,
        ),
    ),
    (
        "de",
        re.compile(
            r"^(?:(?:streich|lösch|beende)\w* (?:die|meine|unsere) (?:regel|anweisung) (?:mit|über|zu|von|für)"
            r" (?P<a>.+)"
            r"|(?:die|meine|unsere) (?:regel|anweisung) (?:mit|über|zu|von|für) (?P<b>.+?)"
            r" (?:gilt nicht mehr|ist (?:aufgehoben|vorbei|hinfällig))|hebe? (?:die|meine|unsere) (?:regel|anweisung)"
            r" (?:mit|über|zu|von|für) (?P<c>.+) auf)$",
            re.IGNORECASE,
        ),
    ),
)


def lifts(text: str) -> Lifts | None:
    """Return what a sentence takes back, in English or German; ``None`` if it has no such form.

    "You can turn on the lamp" may be an order: leave is given only with an hour, or with "again" and the like.
    """
    clause = _POLITE.sub("", " ".join(spelled(text).split()).rstrip(".!, "))
    if clause.endswith("?"):
        return None
    if _LONG.match(clause):
        return Lifts(at_length=True)
    return _rule(clause) or _asking(clause) or _beside(clause) or _leave(clause)


def _rule(clause: str) -> Lifts | None:
    for language, form in _RULE:
        found = form.match(clause)
        if found is not None:
            about = next(words for words in found.groups() if words)
            return Lifts(about=about, language=language)
    return None


def _asking(clause: str) -> Lifts | None:
    for language, form in _ASKING:
        found = form.match(clause)
        if found is not None:
            _, what = hours_of(_bare(found["what"]))
            return Lifts(german_order(what) if language == "de" else what, language=language)
    return None


def _beside(clause: str) -> Lifts | None:
    for language, form in _BESIDE:
        found = form.match(clause)
        if found is not None:
            return Lifts(said=found["said"].strip(" ,.\"'“”„"), language=language)
    return None


def _leave(clause: str) -> Lifts | None:
    for language, form in (("en", _MAY_EN), ("de", _MAY_DE)):
        found = form.match(clause)
        if found is None:
            continue
        hours, rest = hours_of(found["what"])
        if hours == ALWAYS and _AGAIN.search(clause) is None:
            return None
        return _allowed(_bare(rest), language)
    return None


def _allowed(words: str, language: str) -> Lifts:
    """Return what leave is given for: to speak by itself, or for a command."""
    speaks = _SPEAKS[language].search(words)
    if speaks is not None:
        return Lifts(speaks=True, room=room_of(_SPEAKS[language].sub("", words).strip()), language=language)
    return Lifts(german_order(words) if language == "de" else words, language=language)


_SPEAKS = {
    "en": re.compile(rf"^{SPEAK_EN}(?: things| messages| announcements)?\b|\bring\b", re.IGNORECASE),
    "de": re.compile(rf"\b(?:{SPEAK_DE}|etwas sagen|durchsagen machen|ansagen machen|klingeln)$", re.IGNORECASE),
}


def _bare(words: str) -> str:
    return " ".join(_AGAIN.sub(" ", words).split())
