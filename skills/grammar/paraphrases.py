"""Words of one household for what sentences say: what a misunderstood word stood for, and whether a new name or
paraphrase may be learned without changing what anything else means.

All of it asks the engine, as anyone would; nothing here knows how a sentence is read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from devices.model import NOTHING, Area, AreaId, Entity, Floor, HomeView
from skills.grammar.documents import family, read_yaml
from skills.grammar.manners import load_manners
from skills.grammar.model import Context, Decision, Understander, Understanding
from skills.grammar.tokens import tokenize, words_of
from skills.grammar.turns import load_turns
from skills.grammar.vocabulary import spoken
from skills.language import say
from skills.model import Match

LONGEST_NAME = 5
"""In words: nobody calls a lamp by more."""
LONGEST_PHRASE = 12
MOST_TEXTS = 300
"""As many texts are read before and after a name is tried; at half a millisecond each."""
FILLED = 2
"""With so many names each phrase of the house is tried."""
SURE = 0.9
"""A command that stands for other words is understood without guessing."""

WORD_FOR_WORD = 0.95
"""How sure a command is that is a sentence as it stands, or several."""
_MARK = re.compile(r"\s*[,:;]\s*(?:then\s+)?|\s+then\s+")

RISKY = frozenset({"climate", "water_heater", "lock", "alarm_control_panel", "valve", "siren"})
RISKY_COVERS = frozenset({"garage", "gate", "door"})
"""What nobody may be led to move by words that were not meant for it: what costs, and what keeps people safe."""

Words = tuple[str, ...]
Said = tuple[str, AreaId | None]
"""What was said, and where."""


@dataclass(frozen=True, slots=True)
class House:
    """An engine over a house, for trying things out."""

    engine: Understander
    home: HomeView
    language: str

    def read(self, text: str, area: AreaId | None = None) -> Understanding:
        """Return what a text means as the first thing that is said."""
        return self.engine.understand(text, self.home, Context(area=area))


def key(text: str, language: str) -> Words:
    """Return the words of a text without politeness around them: what paraphrases are compared by."""
    return _manners(language).without_politeness(tokenize(text))[-1].words


def stood_for(text: str, match: Match, thing: Entity, house: House, area: AreaId | None) -> str | None:
    """Return the words of `text` in whose place the name of `thing` makes it mean `match`; ``None``: there are none."""
    words, found = words_of(text), dict[str, float]()
    for size in range(1, min(LONGEST_NAME, len(words)) + 1):
        for at in range(len(words) - size + 1):
            said = " ".join((*words[:at], thing.name, *words[at + size :]))
            meant = house.read(said, area)
            if meant.decision is Decision.ACT and meant.confidence >= SURE and _same(meant.matches, match):
                found.setdefault(" ".join(words[at : at + size]), meant.confidence)
    # The fewest words that leave a sentence as it stands: of "desk lump", "lump" alone leaves "the desk desk lamp".
    return max(found, key=lambda words: found[words], default=None)


def no_name(name: str, thing: Entity, house: House) -> str | None:
    """Return why a name cannot be given to a thing, whatever is said in the house; ``None`` if it can."""
    words = words_of(name)
    if not words or len(words) > LONGEST_NAME or not any(word.isalpha() and len(word) > 1 for word in words):
        return say("a name has one to {n} words", n=LONGEST_NAME)
    others = [entity.name for entity in house.home.find(name=name) if entity.id != thing.id]
    rooms: list[Area | Floor] = [*house.home.areas(), *house.home.floors()]
    places = [place.name for place in rooms if words in map(words_of, (place.name, *place.aliases))]
    if others or places:
        return say("{thing} is called so already", thing=(*others, *places)[0])
    if words in load_turns(house.language).kinds:
        return say("that is what every one of its kind is called")
    meant = house.read(name)
    if meant.decision is Decision.ASK and all(match.targets == (thing.id,) for match in meant.matches):
        return None  # a part of its own name
    return say("that means something already") if meant.decision in (Decision.ACT, Decision.ASK) else None


def changed(name: str, thing: Entity, house: House, said: Sequence[Said], rename: Callable[[], None]) -> str | None:
    """Give a thing a name with `rename` and return what means something else since then; ``None`` if nothing does.

    Read again are the newest things that were `said`, the phrases of the house, and what must never be a command.
    """
    texts = [*said, *((text, None) for text in _phrases(name, house))][:MOST_TEXTS]
    before = [_effect(house.read(text, area)) for text, area in texts]
    never = [
        text for text in _never(house.language) if house.read(_with(text, thing.name)).decision is not Decision.ACT
    ]
    rename()
    for (text, area), effect in zip(texts, before, strict=True):
        if _effect(house.read(text, area)) != effect:
            return say("“{text}” would then mean something else", text=text)
    for text in never:
        filled = _with(text, name)
        if house.read(filled).decision is Decision.ACT:
            return say("“{text}” would then be a command", text=filled)
    frames = [text for text in spoken(house.home, house.language).phrases if "{name}" in text and text.count("{") == 1]
    if not any(thing.id in match.targets for text in frames for match in house.read(_with(text, name)).matches):
        return say("I could not make it out in a sentence")
    return None


def no_paraphrase(phrase: str, command: str, house: House, *, outright: bool, area: AreaId | None) -> str | None:
    """Return why a phrase cannot stand for a command; ``None`` if it can.

    Unless it is said `outright`, a phrase is only learned where nothing but its words was strange.
    """
    words = key(phrase, house.language)
    if not 2 <= len(words) <= LONGEST_PHRASE:
        return say("it needs 2 to {n} words", n=LONGEST_PHRASE)
    meant = house.read(command, area)
    if meant.decision is not Decision.ACT or meant.confidence < SURE:
        return say("I do not understand “{command}” myself", command=command)
    if any(match.intent.startswith("learning.") for match in meant.matches):
        return say("words for learning cannot be learned")
    known = house.read(phrase, area)
    if known.decision is Decision.ACT or (known.decision is Decision.ASK and outright):
        return say("“{phrase}” means something already", phrase=phrase)
    if known.decision is Decision.REJECT:
        return say("“{phrase}” is not said to be obeyed", phrase=phrase)
    strange = known.reason.startswith(("no-sentence", "no-such-entity")) or known.decision is Decision.ASK
    return None if outright or strange else say("“{phrase}” is not said to be obeyed", phrase=phrase)


def parted(text: str, house: House) -> tuple[str, str] | None:
    """Return a phrase and the command behind it: at the first mark between them, else before the longest command."""
    pieces = _MARK.split(text, maxsplit=1)
    if len(pieces) == 2:
        return pieces[0], pieces[1]
    words = text.split()
    for at in range(1, min(len(words), LONGEST_PHRASE + 1)):
        command = " ".join(words[at:])
        meant = house.read(command)
        if meant.decision is Decision.ACT and meant.confidence >= WORD_FOR_WORD:
            return " ".join(words[:at]), command
    return None


def akin(phrase: str, match: Match, home: HomeView) -> bool:
    """Return whether a phrase that was not understood names what a command is about: it was perhaps the same."""
    about = [str(value) for name, value in match.slots.items() if name in ("name", "area", "floor")]
    about += [entity.name for target in match.targets if (entity := home.entity(target)) is not None]
    return not {word for text in about for word in words_of(text)}.isdisjoint(words_of(phrase))


_manners = cache(load_manners)


def is_risky(thing: Entity) -> bool:
    """Return whether words for a thing may only be taught by who may say yes to moving it."""
    return thing.domain in RISKY or (thing.domain == "cover" and thing.device_class in RISKY_COVERS)


def _same(matches: Sequence[Match], match: Match) -> bool:
    return len(matches) == 1 and matches[0].intent == match.intent and matches[0].targets == match.targets


def _effect(meant: Understanding) -> tuple[object, ...]:
    """Return what a reading does; what the things it is about are called, and in which order, does not count."""
    return meant.decision, frozenset((one.intent, frozenset(one.targets), _values(one)) for one in meant.matches)


def _values(match: Match) -> str:
    return repr({name: value for name, value in match.slots.items() if name != "name"})


def _phrases(name: str, house: House) -> Iterator[str]:
    """Yield what is said in this house, with the names in it that come nearest to the new one."""
    whole = spoken(house.home, house.language)
    near = [entity.name for entity in house.home.near(name, limit=FILLED)]
    for text in whole.phrases:
        texts: list[str] = [text]
        for slot, values in whole.slots.items():
            if f"{{{slot}}}" in text:
                some = dict.fromkeys([*(near if slot == "name" else ()), *values[:FILLED]])
                texts = _filled(texts, slot, some)
        yield from texts[: FILLED * FILLED]


def _filled(texts: Sequence[str], slot: str, values: Iterable[str]) -> list[str]:
    return [text.replace(f"{{{slot}}}", value) for value in values for text in texts]


def _never(language: str) -> Iterable[str]:
    source = Path(__file__).parent / "never" / f"{family(language)}.yaml"
    raw: Mapping[str, object] = read_yaml(source.read_text(encoding="utf-8")) if source.is_file() else NOTHING
    return [str(text) for text in cast("Sequence[object]", raw.get("texts") or ())]


def _with(text: str, name: str) -> str:
    return text.replace("{name}", name)
