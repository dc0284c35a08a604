"""What a recogniser should expect in this house: the commonest sentences, the names, and those names it may mix up."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from devices.model import NOTHING, Area, Entity, Floor, HomeView
from skills.grammar.cache import Cache
from skills.grammar.documents import family, read_yaml
from skills.grammar.manners import load_manners
from skills.grammar.sounds import key, shortened, unlike
from skills.grammar.tokens import words_of
from skills.language import say

MOST_NAMES = 2_000
"""Names that a recogniser is told: more slow it down more than they help."""

NUMBERS = range(101)

Words = tuple[str, ...]
Knows = Callable[[str], bool]
"""Whether the model of a recogniser has a word."""

ALIKE = 0.3
"""Names that differ in words less `unlike` than this are mixed up: ``desk`` and ``disk`` are 0.13, ``left`` and
``right`` 0.5.
"""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A closed set of sentences: phrases with slots, and what may stand in them."""

    phrases: tuple[str, ...]
    """Lower case words; ``{name}`` stands for any value of ``slots["name"]``."""
    slots: Mapping[str, tuple[str, ...]]

    @property
    def words(self) -> frozenset[str]:
        """Every word in it."""
        said = (*self.phrases, *(value for values in self.slots.values() for value in values))
        return frozenset(word for text in said for word in text.split() if not word.startswith("{"))


def spoken(home: HomeView, language: str = "en", *, cache: Path | None = None) -> Spoken:
    """Return what is said in this house; in a language without a file of its own, what its `examples` say."""
    kept = None if cache is None else Cache(cache)
    source = Path(__file__).parent / "spoken" / f"{family(language)}.yaml"
    raw = read_yaml(source.read_text(encoding="utf-8"), kept) if source.is_file() else NOTHING
    phrases = cast("Sequence[str]", raw.get("phrases") or load_manners(language, kept).examples)
    worded = cast("Mapping[str, Sequence[str]]", raw.get("slots") or {})
    visible = [entity for entity in home.entities() if not entity.hidden]
    return Spoken(
        tuple(map(str, phrases)),
        {
            "name": _names(visible)[:MOST_NAMES],
            "area": _names(home.areas()),
            "floor": _names(home.floors()),
            "number": tuple(map(str, NUMBERS)),
            **{slot: tuple(map(str, values)) for slot, values in worded.items()},
        },
    )


MOST_MET = 50
"""Names that sound the same at one place, to compare another with; a house with more has heard of the trouble."""


def confusable(home: HomeView) -> list[tuple[str, str]]:
    """Return the pairs of names in this house that sound so alike that one may be heard as the other.

    Names of one thing may, and names of a room and of something else may: where a room is said, nothing else is.
    """
    pairs: dict[tuple[str, str], None] = {}
    for things in ([entity for entity in home.entities() if not entity.hidden], home.areas(), home.floors()):
        owners: dict[Words, set[str]] = {}
        for thing in things:
            for name in (thing.name, *thing.aliases):
                owners.setdefault(words_of(name), set()).add(thing.id)
        for one, other in _alike(owners):
            if not owners[one] & owners[other]:
                pairs[" ".join(one), " ".join(other)] = None
    return list(pairs)


def unheard(names: Iterable[str], knows: Knows) -> list[str]:
    """Return the words of names that the model of a recogniser lacks, given which words it knows."""
    return list(dict.fromkeys(word for name in names for word in words_of(name) if word.isalpha() and not knows(word)))


def trouble(name: str, home: HomeView, knows: Knows | None = None) -> list[str]:
    """Return in sentences why a name that is given now may be missed or mixed up when it is spoken."""
    told = [
        say("“{word}” is a word the speech model does not know; I may miss it.", word=word)
        for word in (unheard([name], knows) if knows is not None else ())
    ]
    said = words_of(name)
    for things in ([entity for entity in home.entities() if not entity.hidden], home.areas(), home.floors()):
        known = {words_of(other) for thing in things for other in (thing.name, *thing.aliases)} - {said}
        alike = dict.fromkeys(" ".join(pair[pair[0] == said]) for pair in _alike([*known, said]) if said in pair)
        text = "“{name}” sounds like “{other}”; one may be heard as the other."
        told += [say(text, name=name, other=other) for other in alike]
    return told


def _alike(names: Iterable[Words]) -> Iterator[tuple[Words, Words]]:
    """Yield the names that are one word apart, where these words are alike: what they share tells nobody which it was.

    They meet under what is left without that word and under how it sounds, so that not all are compared with all.
    """
    met: dict[tuple[object, ...], list[tuple[str, Words]]] = {}
    for name in names:
        for at, word in enumerate(name):
            # Figures are not said as they are written: "1" and "11" have nothing in common.
            for sound in shortened(key(word)) if word.isalpha() else ():
                others = met.setdefault((name[:at], name[at + 1 :], sound), [])
                yield from ((known, name) for said, known in others if unlike(said, word) < ALIKE)
                if len(others) < MOST_MET:
                    others.append((word, name))


def _names(things: Iterable[Entity | Area | Floor]) -> tuple[str, ...]:
    names = (" ".join(words_of(name)) for thing in things for name in (thing.name, *thing.aliases))
    return tuple(dict.fromkeys(filter(None, names)))
