"""What a standing instruction comes to: a rule that acts, or nothing where it is only kept. Pure, by form of sentence.

The forms are those of saying how one wants to be served: never do so (at some hours), ask before you do so, when I say
so do that too, be silent there (at some hours), be brief (about something). What is to be done or left is a command in
the house's own sentences; whether it is one, the sentences decide.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.heeding.hours import ALWAYS, Hours, hours_of
from daemon.heeding.spelling import spelled


@dataclass(frozen=True, slots=True)
class Forbids:
    """A command that is not to be carried out by itself, and of which whoever orders it is reminded."""

    command: str
    hours: Hours = ALWAYS
    language: str = "en"


@dataclass(frozen=True, slots=True)
class AsksFirst:
    """A command that waits for a yes, whoever wishes for it."""

    command: str
    hours: Hours = ALWAYS
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Adds:
    """A command that is carried out too when certain words are said."""

    said: str
    command: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Hushes:
    """Where, and when, nothing is said by itself."""

    room: str | None = None
    """As it was said; ``None``: nowhere in the house."""
    hours: Hours = ALWAYS
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Brief:
    """That answers are to be short: all of them, or those to questions with these words."""

    about: str | None = None
    on: bool = True
    language: str = "en"


Rule = Forbids | AsksFirst | Adds | Hushes | Brief

_POLITE = re.compile(
    r"^(?:(?:please|hearth|from now on|bitte|von jetzt an|ab jetzt|ab sofort|künftig|and|und)\b[,\s]*)+", re.IGNORECASE
)
_ONWARDS = re.compile(
    r",? (?:from now on|in (?:the )?future|von jetzt an|ab jetzt|in zukunft)(?:,? please)?$", re.IGNORECASE
)
_ALSO = r"(?:(?:then |please |you )?also|too|as well|auch|zusätzlich)"
_SHORT = (
    r"(?:keep it (?:short|brief)|be (?:brief|short)|(?:answer|reply|talk|speak) (?:me )?(?:briefly|shortly)"
    r"|keep (?:your|the) (?:answers?|replies) (?:short|brief)|give (?:me )?(?:a )?short answers?|be concise"
    r"|make it (?:short|brief)|(?:antworte?|sprich) (?:(?:mir|bitte|immer) )*kurz|fass dich (?:bitte |immer )*kurz"
    r"|halte? dich (?:bitte )?kurz"
    r"|mach es kurz)"
)
SPEAK_EN = (
    r"(?:speak|talk|announce|say|make announcements|make (?:any )?noise|read (?:anything|messages) out"
    r"|play announcements)(?: (?:anything|something|to (?:me|us)|messages|announcements|any announcements|aloud))*"
)
SPEAK_DE = r"(?:sprich|sprechen|rede|reden|sag|sage|sagen|melde|durchsagen|ansagen|mach ansagen|mach durchsagen)"
_NEVER_EN = re.compile(
    r"^(?:(?:you (?:should|must) )?never(?: ever)?|(?:please )?(?:don't|do not)(?: you)?(?: ever)?"
    r"|i (?:never want you to|don't (?:ever )?want you to|want you to never))\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_NO_VERB = r"(?:ich|wir|er|sie|es|man|das|der|die|mein\w*|unser\w*)"
"""Begins what is told, where an order begins with its verb."""
_NEVER_DE = (
    re.compile(r"^(?:niemals|nie) (?P<what>.+)$", re.IGNORECASE),
    re.compile(
        rf"^(?!{_NO_VERB}\b)"
        r"(?P<verb>\w+)(?: bitte)?(?: mir| uns)? (?P<rest>.*?)\b(?:niemals|nie)\b ?(?P<more>.*)$",
        re.IGNORECASE,
    ),
)
_HUSH_DE = re.compile(rf"^{SPEAK_DE}\b(?P<rest>.*\b(?:nichts?|nie|niemals|kein\w*)\b.*)$", re.IGNORECASE)
_ASK = (
    re.compile(r"^(?:always )?ask (?:me |us )?(?:first )?before (?:you (?:ever )?)?(?P<what>.+)$", re.IGNORECASE),
    re.compile(
        r"^never (?P<what>.+?) without (?:asking|my (?:permission|okay|yes))(?: me| us)?(?: first)?$", re.IGNORECASE
    ),
)
_ASK_DE = (
    re.compile(r"^frag(?:e)?(?: mich| uns)?(?: immer)?(?: erst| zuerst)?,? bevor du (?P<what>.+)$", re.IGNORECASE),
    re.compile(r"^(?P<what>.+?) (?:nie|niemals) ohne (?:mich |uns )?(?:zu fragen|rückfrage)$", re.IGNORECASE),
)
_WHEN = re.compile(
    rf"^when(?:ever)? (?:i|we) say (?P<said>.+?)(?:,? {_ALSO} (?P<do>.+)|, (?:then )?(?P<do2>.+?) (?:too|as well))$",
    re.IGNORECASE,
)
_WHEN_DE = re.compile(
    rf"^(?:immer )?wenn (?:ich|wir) (?P<said>.+?) sagen?,? ?(?:dann )?(?P<do>\w+ (?:{_ALSO} .+|.+ {_ALSO} .+))$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    rf"^when(?:ever)? (?:i|we) ask (?:you )?(?:for|about|what|how)?\s*(?P<about>.+?),? {_SHORT}$"
    rf"|^wenn (?:ich|wir) (?:dich )?nach (?P<about2>.+?) frage\w*,? {_SHORT}$",
    re.IGNORECASE,
)
_BRIEF = re.compile(rf"^(?:always )?{_SHORT}(?: immer)?$|^always (?:answer|reply) (?:briefly|shortly)$", re.IGNORECASE)
_ROOM = re.compile(
    r"\b(?:in|im|inside)(?: the| my| our| der| dem| unserem| meinem)? (?P<room>[\w' -]+)$", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:the|my|our|das|der|die|dem|den)\s+", re.IGNORECASE)
_STANDING = re.compile(
    r"\b(?:never|always|ask|when(?:ever)?|don't|don’t|do not|keep|be brief|briefly|without)\b"
    r"|\b(?:nie|niemals|immer|bevor du|wenn (?:ich|wir)|nichts?|fass dich|halte? dich|kurz|ohne)\b",
    re.IGNORECASE,
)
_DONT = re.compile(r"^(?:\W*(?:please|hearth)\b)*\W*(?:don't|don’t|do not)(?! ever| you ever)\b", re.IGNORECASE)
_JUST_ONCE = re.compile(
    r"\b(?:today|tonight|tomorrow|yet|now|this|heute|morgen|jetzt|diese[nrms]?|noch nicht)\b", re.IGNORECASE
)
_NEVER_MIND = re.compile(
    r"^(?:mind|again|ever|been|heard|seen|knew|had|was|did|a|the|in|wieder|mehr|gehört|gesehen|gewesen)\b",
    re.IGNORECASE,
)
"""What follows a "never" that is no wish: "never mind", "never again", "never been there"."""
_MINE = re.compile(r"\b(?:i|me|my|mich|mir|ich|mein\w*)\b", re.IGNORECASE)


def rule_of(text: str) -> Rule | None:
    """Return the rule that a standing instruction comes to, in English or German; ``None`` if it is only kept."""
    clause = _POLITE.sub("", _ONWARDS.sub("", " ".join(spelled(text).split()).rstrip(".!, ")))
    return _manner(clause) or _when(clause) or _asks(clause) or _hush(clause) or _never(clause)


def instructs(text: str) -> bool:
    """Say whether a text is a standing instruction of a form that acts: "never …", "ask before …", "when I say …"."""
    text = spelled(text)
    if _STANDING.search(text) is None or text.rstrip().endswith("?"):
        return False
    rule = rule_of(text)
    if not isinstance(rule, Forbids):
        return rule is not None
    # "Don't turn on the lamp" is about now; "don't turn on the lamp after eleven" is about every day.
    once = _DONT.search(text) is not None and (rule.hours == ALWAYS or _JUST_ONCE.search(text) is not None)
    return not once and _NEVER_MIND.match(rule.command) is None


def is_own(text: str) -> bool:
    """Say whether an instruction is about whoever gave it alone: how they are served, not how the house is."""
    rule = rule_of(text)
    if rule is None:
        return True
    if isinstance(rule, Brief | Adds):
        return True
    return isinstance(rule, Forbids | AsksFirst) and _MINE.search(rule.command) is not None


def _manner(clause: str) -> Rule | None:
    about = _ABOUT.match(clause)
    if about is not None:
        german = about["about2"] is not None
        words = _ARTICLE.sub("", about["about2"] if german else about["about"])
        return Brief(words, language="de" if german else "en")
    return Brief() if _BRIEF.match(clause) else None


def _when(clause: str) -> Rule | None:
    found = _WHEN.match(clause)
    if found is not None:
        return Adds(_words(found["said"]), found["do"] or found["do2"])
    found = _WHEN_DE.match(clause)
    if found is None:
        return None
    command = re.sub(rf"\s*\b{_ALSO}\b", "", found["do"], count=1, flags=re.IGNORECASE)
    return Adds(_words(found["said"]), command.strip(), language="de")


def _asks(clause: str) -> Rule | None:
    for form in _ASK:
        found = form.match(clause)
        if found is not None:
            hours, command = hours_of(_imperative(found["what"]))
            return AsksFirst(command, hours)
    for form in _ASK_DE:
        found = form.match(clause)
        if found is not None:
            hours, rest = hours_of(found["what"])
            return AsksFirst(german_order(rest), hours, language="de")
    return None


def _hush(clause: str) -> Rule | None:
    never = _NEVER_EN.match(clause)
    what = re.match(rf"^{SPEAK_EN}\b(?P<rest>.*)$", never["what"], re.IGNORECASE) if never is not None else None
    language = "en"
    if what is None:
        what, language = _HUSH_DE.match(clause), "de"
    if what is None:
        return None
    hours, rest = hours_of(what["rest"])
    rest = re.sub(r"\b(?:nichts?|nie|niemals|kein\w*|ansagen?|durchsagen?)\b", " ", rest, flags=re.IGNORECASE)
    room = room_of(rest)
    if room is None and rest.strip():
        # "Never say my weight" is about what is said, not about where.
        return None
    if room is None and hours == ALWAYS:
        return None
    return Hushes(room, hours, language)


def _never(clause: str) -> Rule | None:
    found = _NEVER_EN.match(clause)
    if found is not None:
        hours, command = hours_of(found["what"])
        return Forbids(command, hours)
    first = _NEVER_DE[0].match(clause)
    if first is not None:
        hours, command = hours_of(first["what"])
        return Forbids(german_order(command), hours, language="de")
    second = _NEVER_DE[1].match(clause)
    if second is None:
        return None
    hours, command = hours_of(f"{second['verb']} {second['rest']} {second['more']}")
    return Forbids(command, hours, language="de")


def _words(said: str) -> str:
    return said.strip(" ,.\"'“”„")


_GERUND = re.compile(r"^(?P<verb>\w+?)(?P<double>([bdgmnprt])\3)?ing\b")


def _imperative(what: str) -> str:
    """Return "open the garage" of "opening the garage", and of what is an order already just that."""
    found = _GERUND.match(what)
    if found is None or found["verb"] in ("br", "s", "r"):
        return what
    verb = f"{found['verb']}{found['double'][0]}" if found["double"] else found["verb"]
    if verb in ("clos", "mak", "activat", "chang", "rais", "paus"):
        verb += "e"
    return f"{verb}{what[found.end() :]}"


_SEPARABLE = ("auf", "zu", "an", "aus", "ein", "ab")


def room_of(words: str) -> str | None:
    """Return the room that ends some words: "in the bedroom"."""
    found = _ROOM.search(" ".join(words.split()))
    return None if found is None else found["room"]


def german_order(words: str) -> str:
    """Return an order of a clause whose verb comes last: "die Garage aufmachst" is "mach die Garage auf"."""
    parts: Sequence[str] = words.split()
    if len(parts) < 2:
        return words
    *things, verb = parts
    for prefix in _SEPARABLE:
        if verb.startswith(prefix) and len(verb) > len(prefix) + 3:
            return f"{_stem(verb.removeprefix(prefix))} {' '.join(things)} {prefix}"
    return f"{_stem(verb)} {' '.join(things)}"


def _stem(verb: str) -> str:
    """Return the order of a verb: ``machst`` and ``machen`` are ``mach``, ``öffnest`` is ``öffne``."""
    return re.sub(r"(?<=n)est$", "e", verb) if verb.endswith("nest") else re.sub(r"(?:e?st|en)$", "", verb)
