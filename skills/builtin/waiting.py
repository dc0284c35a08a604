"""What a reminder waits for in place of a time: "when the washing machine is done", "when I get home", "after that"."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from devices.model import Entity
from devices.names import fold
from skills.actions import Condition
from skills.builtin.appointing import without
from skills.builtin.words import called
from skills.builtin.words import without as shortened
from skills.language import ENGLISH, Words, current, say, term
from skills.model import Request
from skills.views import Kind

_OPENINGS = frozenset({"door", "garage_door", "opening", "window", "gate", "garage"})
_SWITCHED = frozenset({"light", "switch", "fan", "input_boolean", "media_player", "humidifier", "siren"})
_SAME: Mapping[str, Sequence[str]] = {
    "laundry": ("washing machine", "washer"),
    "wash": ("washing machine", "washer"),
    "washing": ("washing machine", "washer"),
    "washing machine": ("washer", "laundry"),
    "dishes": ("dishwasher",),
    "tumble dryer": ("dryer",),
    "waschmaschine": ("washing machine", "washer", "wasche"),
    "wasche": ("waschmaschine", "washing machine", "washer"),
    "geschirrspuler": ("spulmaschine", "dishwasher"),
    "spulmaschine": ("geschirrspuler", "dishwasher"),
    "trockner": ("dryer",),
}
"""What people call a machine beside its name, folded: what it does is said for it."""

CONTACT = re.compile(r"(?i) (?:contact|sensor|contact sensor|kontakt)$")
"""What a contact is called beside what it is fixed to."""
_CONJUNCTION = re.compile(r"(?i)\b(?:when(?:ever)?|once|as soon as|(?:the )?next time|after|wenn|sobald)\s+")
_WHO = r"(?P<who>i|we|my|ich|wir|[^\W\d_][\w'’-]*)"
_ARRIVES = re.compile(
    rf"(?i){_WHO}(?:\s+|['’])(?:(?:m|am|is|are|get|gets|got|come|comes|arrive|arrives|return|returns)\s+)"
    r"(?:back\s+)?(?:at\s+)?(?:home|back|in the house)\b(?: again)?"
    rf"|{_WHO.replace('who', 'wer')}\s+(?:wieder )?(?:nach hause|heim)\s?(?:komm\w*)|"
    rf"{_WHO.replace('who', 'da')}\s+(?:wieder )?(?:zu hause|zuhause|daheim)\s+(?:bin|ist|sind)\b"
)
_LEAVES = re.compile(
    rf"(?i){_WHO}\s+(?:leave|leaves|go out|goes out|head out|heads out|(?:am|is|are) leaving)"
    r"(?:\s+(?:home|the house|the flat|the apartment))?\b(?!\s+(?:work|school|the|for|my|to (?:the|my)))"
    rf"|{_WHO.replace('who', 'wer')}\s+(?:(?:das haus|die wohnung)\s+verl\w+|(?:aus dem haus|weg|los)\s?geh\w*)"
)
_DONE = re.compile(
    r"(?i)(?P<thing>[^,]+?)\s+(?:(?:is|has|are|ist)\s+)?"
    r"(?:done|finished|finishes|ready|stops|ends|fertig)\b(?: ist| sind)?"
)
_BECOMES = re.compile(
    r"(?i)(?P<thing>[^,]+?)\s+(?:(?:is|are|gets|turns|goes|is turned|is switched|switches|comes|geht|wird|ist)\s+)?"
    r"(?P<verb>opens?|opened|closes?|closed|shuts?|unlocked|unlocks?|locked|locks?|on|off"
    r"|auf|offen|geöffnet|zu|geschlossen|an|aus)(?:\b|(?=ge(?:ht|hen|macht)))"
    r"(?:\s?(?:geht|gehen|wird|ist|gemacht wird))?"
)
_AFTER = re.compile(r"(?i)\b(?:after (?:that|this)(?! \w+ (?:is|are|opens|closes))|afterwards?|danach|hinterher)\b,?")
_ME = frozenset({"i", "we", "ich", "wir"})
_VERBS: Mapping[str, str] = {
    **dict.fromkeys(("open", "opens", "opened", "auf", "offen", "geöffnet"), "open"),
    **dict.fromkeys(("close", "closes", "closed", "shut", "shuts", "zu", "geschlossen"), "closed"),
    **dict.fromkeys(("unlock", "unlocks", "unlocked"), "unlocked"),
    **dict.fromkeys(("lock", "locks", "locked"), "locked"),
    **dict.fromkeys(("on", "an"), "on"),
    **dict.fromkeys(("off", "aus"), "off"),
}


@dataclass(frozen=True, slots=True)
class Waits:
    """A sentence taken apart: what is waited for, or why that cannot be, and the words that are not about it."""

    on: Condition | None
    trouble: str
    """For people, where nothing can tell; empty where there is something to wait for."""
    rest: str


def waits(request: Request, text: str) -> Waits | None:
    """Return what a text waits for; ``None`` if it waits for nothing that is not a time."""
    if (after := _AFTER.search(text)) is not None:
        return _after(request, text, after)
    for conjunction in _CONJUNCTION.finditer(text):
        for pattern, read in _FORMS:
            found = pattern.match(text, conjunction.end())
            if found is not None:
                on = read(request, found)
                rest = without(text, [(conjunction.start(), found.end())])
                return Waits(None, on, rest) if isinstance(on, str) else Waits(on, "", rest)
    return None


def following(text: str) -> str:
    """Return how it is said that a reminder follows the one of this text."""
    return say("after “{text}”", text=text)


def _after(request: Request, text: str, found: re.Match[str]) -> Waits:
    rest = without(text, [found.span()])
    there = [one for one in request.agenda.open(Kind.REMINDER) if not one.ringing]
    before = max(there, key=lambda one: one.id, default=None)
    if before is None:
        return Waits(None, say("There is no reminder that it could follow"), rest)
    return Waits(Condition(kind="told", reminder=before.id, words=following(before.text)), "", rest)


def _arrives(request: Request, found: re.Match[str]) -> Condition:
    del request
    who = _who(found)
    said = say("you are at home") if who is None else say("{who} is at home", who=who.capitalize())
    return Condition(kind="arrives", person=who, words=said)


def _leaves(request: Request, found: re.Match[str]) -> Condition:
    del request
    who = _who(found)
    said = say("you are on the way out") if who is None else say("{who} is on the way out", who=who.capitalize())
    return Condition(kind="leaves", person=who, words=said)


def _who(found: re.Match[str]) -> str | None:
    who = next(filter(None, found.groups()))
    return None if who.casefold() in _ME else who


def _done(request: Request, found: re.Match[str]) -> Condition | str:
    words = found["thing"]
    entity = _thing(request, words, lambda one: _tells_work(request, one))
    if entity is None:
        return say("I can't tell when {thing} is done: nothing there measures its power", thing=words.strip())
    source = _power_of(request, entity)
    return Condition(kind="done", entity=source.id, words=say("{thing} is done", thing=_the(words)))


def _becomes(request: Request, found: re.Match[str]) -> Condition | str:
    words, wanted = found["thing"], _VERBS[found["verb"].casefold()]
    entity = _thing(request, words, lambda one: _state_for(one, wanted) is not None)
    if entity is None:
        text = "I can't tell when {thing} is {state}: nothing there reports it"
        return say(text, thing=words.strip(), state=term("state", wanted))
    said = say("{thing} is {state}", thing=_said(entity), state=term("state", wanted))
    return Condition(kind="becomes", entity=entity.id, state=_state_for(entity, wanted), words=said)


_FORMS: Sequence[tuple[re.Pattern[str], Callable[[Request, re.Match[str]], Condition | str]]] = (
    (_ARRIVES, _arrives),
    (_LEAVES, _leaves),
    (_DONE, _done),
    (_BECOMES, _becomes),
)


def _thing(request: Request, words: str, fits: Callable[[Entity], bool]) -> Entity | None:
    """Return the thing that is called so and fits: by its name, else the only one whose name has the words."""
    bare = _bare(words)
    for said in (bare, *_SAME.get(bare, ())):
        wanted = set(said.split(" "))
        named = [
            one
            for one in request.home.entities()
            if fits(one) and any(wanted <= set(fold(name).split(" ")) for name in (one.name, *one.aliases))
        ]
        exact = [one for one in named if said in {fold(name) for name in (one.name, *one.aliases)}]
        sources = {_power_of(request, one).id for one in named}
        here = [one for one in named if one.area is not None and one.area == request.utterance.area]
        for found in (exact, named if len(sources) == 1 else (), here):
            if len(found) == 1 or (found and len(sources) == 1):
                return found[0]
    return None


def _said(entity: Entity) -> Words:
    """Return what a thing is called: the window, where what tells is the contact of it."""
    return shortened(called(entity), CONTACT)


def _the(words: str) -> str:
    """Return what people called a machine, with its article: ``the washing machine``, ``die Waschmaschine``."""
    if current().code == ENGLISH:
        return f"the {_bare(words)}"
    bare = re.sub(r"(?i)^(?:the|my|our|a|die|der|das|meine|unsere) ", "", words.strip())
    return current().called(bare[:1].upper() + bare[1:])


def _bare(words: str) -> str:
    return re.sub(r"^(?:the|my|our|a|die|der|das|meine|unsere) ", "", fold(words))


def _tells_work(request: Request, entity: Entity) -> bool:
    if entity.domain == "vacuum" or (entity.domain == "binary_sensor" and entity.device_class == "running"):
        return True
    return _power_of(request, entity).device_class == "power"


def _power_of(request: Request, entity: Entity) -> Entity:
    if entity.device is None or entity.device_class == "power" or entity.domain == "binary_sensor":
        return entity
    siblings = (one for one in request.home.entities() if one.device == entity.device)
    return next((one for one in siblings if one.domain == "sensor" and one.device_class == "power"), entity)


def _state_for(entity: Entity, wanted: str) -> str | None:
    """Return the value that says that a thing is as wanted; ``None`` if it cannot say that."""
    if entity.domain == "binary_sensor" and wanted in ("open", "closed"):
        return ("on" if wanted == "open" else "off") if entity.device_class in _OPENINGS else None
    if entity.domain in ("cover", "valve"):
        return wanted if wanted in ("open", "closed") else None
    if entity.domain == "lock":
        return wanted if wanted in ("locked", "unlocked") else None
    return wanted if entity.domain in _SWITCHED and wanted in ("on", "off") else None
