"""The few things of the house that matter for what was said: found by words, kinds and rooms, never by a model."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from daemon.reasoner.sources import Source
from devices.model import Area, AreaId, Entity, EntityId, FloorId, HomeView
from devices.names import fold

OFFERED_MAX = 25
NAME_MAX = 40
"""Characters of a name that a model gets to read."""
NAME_WORDS_MAX = 5
"""What has more is no name but a text, and texts from devices are not shown to a model."""
LEAST_SLIP = 5
"""Letters: shorter words are one letter apart from each other."""
LEAST_STEM = 3
"""Letters: shorter words have no plural that matters ("bus", "gas")."""

_MEANT: Mapping[str, str] = {
    "light": (
        "light lights lamp lamps bright brighter dim dimmer dark darker glow read reading see licht "
        "lampe lampen hell heller dunkel dunkler"
    ),
    "cover": (
        "blind blinds shade shades curtain curtains shutter shutters cover covers sun glare garage gate "
        "awning open close rollo rollladen vorhang jalousie sonne garage tor auf zu"
    ),
    "climate": (
        "heating heat warm warmer cold cool cooler chilly freezing hot thermostat temperature degrees "
        "heizung warm wärmer kalt kälter grad temperatur"
    ),
    "lock": "lock locked unlock locks door doors schloss tür abschließen aufschließen",
    "media_player": (
        "music song track radio tv television volume loud louder quiet quieter play pause film movie speaker "
        "musik lied fernseher laut leise lauter leiser"
    ),
    "fan": "fan fans air stuffy breeze ventilator lüfter luft",
    "vacuum": "vacuum hoover clean cleaning dirty crumbs dust sauber saugen sauger staubsauger dreck",
    "switch": "switch plug socket outlet coffee kettle heater schalter steckdose",
    "sensor": "temperature humidity power battery how much many sensor temperatur feuchte wie",
    "binary_sensor": "window windows door doors motion open anyone somebody smoke leak fenster tür offen bewegung",
    "scene": "scene mood movie dinner night morning party szene stimmung abend",
    "script": "run start script",
    "lawn_mower": "lawn grass mow mower mowing rasen mäher mähen gras",
    "humidifier": "humidifier dry humid humidity luftbefeuchter trocken",
    "valve": "valve water ventil wasser",
}
"""Words by which people mean a kind of thing, or complain about what it could mend."""
_PLACES = (
    "kitchen bedroom bathroom living dining room office study hall hallway corridor basement cellar attic nursery "
    "toilet garden terrace balcony house home upstairs downstairs floor küche schlafzimmer badezimmer bad wohnzimmer "
    "esszimmer zimmer büro arbeitszimmer flur diele keller dachboden kinderzimmer gäste klo garten terrasse balkon "
    "haus oben unten"
)
"""Words that say where, in houses that have no such room: by these alone no "Kitchen Freezer" is meant."""
_COMFORT = frozenset({"light", "cover", "fan", "scene"})
"""What harms nobody by whatever it does, if only its room was named; heat and noise may."""
_ODD = re.compile(r"[^\w \-'’&./+]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Offered:
    """A thing that a model may name."""

    key: str
    """Ours, and only for this prompt: ``e7``."""
    entity: Entity
    name: str
    """As a model may read it."""
    room: str | None
    state: str
    source: Source
    """The person, if their own words mean it; else it is here because it is near."""

    @property
    def grounded(self) -> bool:
        """Whether the person's own words mean it."""
        return self.source is Source.USER


@dataclass(frozen=True, slots=True)
class _Known:
    entity: Entity
    names: tuple[frozenset[str], ...]
    """The words of each of its names."""


class Offers:
    """Finds the things that a sentence may be about; what does not change with a state is worked out once."""

    def __init__(self, home: HomeView) -> None:
        """Take the house."""
        self._home = home
        self._version: int | None = None
        self._known: Sequence[_Known] = ()
        self._floors: Sequence[tuple[FloorId, tuple[frozenset[str], ...]]] = ()
        self._rooms: Sequence[tuple[Area, tuple[frozenset[str], ...]]] = ()
        self._by_word: Mapping[str, list[int]] = {}
        self._by_kind: Mapping[str, list[int]] = {}
        self._misspelt: Mapping[str, set[str]] = {}
        """Words of names and kinds, by what is left of them without one letter."""
        self._loose: frozenset[str] = frozenset()
        """Words that say where something is rather than which it is."""
        self._by_room: Mapping[AreaId | None, list[int]] = {}
        """Places in what is known, of the things of a word, a kind, a room."""

    def of(self, text: str, area: AreaId | None = None) -> Sequence[Offered]:
        """Return the likeliest things first, at most `OFFERED_MAX`; `area` is where it was said."""
        self._look()
        words = words_of(text) | _joined(text)
        storeys = [(floor, by) for floor, names in self._floors if (by := _called(names, words))]
        rooms = [(room, by) for room, names in self._rooms if (by := _called(names, words))]
        named = {room.id for room, _ in rooms}
        named |= {room.id for room, _ in self._rooms if room.floor in {floor for floor, _ in storeys}}
        # "It is dark in the kitchen" does not name the kitchen freezer.
        where = frozenset[str]().union(*(by for _, by in (*storeys, *rooms)))
        kinds = {domain for domain, meant in _KINDS.items() if words & meant}
        # A slip of the pen finds a thing, and does not mean it: what it finds is asked about.
        near = words | self._nearly(words)
        nearly = {domain for domain, meant in _KINDS.items() if near & meant}
        ranked: list[tuple[float, int, Entity, bool]] = []
        for place in self._candidates(near, nearly, named or {area}):
            known = self._known[place]
            entity = known.entity
            called = max((len(name & near) / len(name) for name in known.names if name), default=0.0)
            of_kind, there = entity.domain in kinds, entity.area in named
            here = area is not None and entity.area == area and not named
            score = 4.0 * called + 1.5 * (entity.domain in nearly) + 2.0 * there + 0.8 * here
            if score > 0:
                naming = words - where if _is_comfort(entity) else words - where - self._loose
                by_name = any(name & naming or (name and name <= words) for name in known.names)
                by_place = (there and (of_kind or _is_comfort(entity))) or (here and of_kind)
                meant = by_name or by_place or (of_kind and area is None and not named)
                ranked.append((-score, place, entity, meant))
        ranked.sort(key=lambda one: one[:2])
        return [self._offered(number, one, sure) for number, (_, _, one, sure) in enumerate(ranked[:OFFERED_MAX], 1)]

    def _candidates(
        self, words: frozenset[str], kinds: Collection[str], rooms: Collection[AreaId | None]
    ) -> Collection[int]:
        """Return where the things are that can score at all; the others are not looked at."""
        found = {place for word in words for place in self._by_word.get(word, ())}
        for kind in kinds:
            found.update(self._by_kind.get(kind, ()))
        for room in rooms:
            found.update(self._by_room.get(room, ()) if room is not None else ())
        return found

    def _nearly(self, words: frozenset[str]) -> frozenset[str]:
        """Return the words of names and kinds that unknown ones may have been, one letter apart."""
        unknown = [
            word for word in words if word not in self._by_word and word not in _MEANING and len(word) >= LEAST_SLIP
        ]
        return frozenset(
            meant for word in unknown for left in _without_one(word) for meant in self._misspelt.get(left, ())
        )

    def _look(self) -> None:
        if self._version == self._home.version:
            return
        self._version = self._home.version
        self._floors = [(floor.id, tuple(map(words_of, (floor.name, *floor.aliases)))) for floor in self._home.floors()]
        self._rooms = [(room, tuple(map(words_of, (room.name, *room.aliases)))) for room in self._home.areas()]
        self._known = [
            _Known(entity, tuple(map(words_of, (entity.name, *entity.aliases))))
            for entity in self._home.entities()
            if not entity.hidden and entity.domain in _KINDS
        ]
        by_word, by_kind = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
        by_room = defaultdict[AreaId | None, list[int]](list)
        for place, known in enumerate(self._known):
            for word in frozenset[str]().union(*known.names):
                by_word[word].append(place)
            by_kind[known.entity.domain].append(place)
            by_room[known.entity.area].append(place)
        self._by_word, self._by_kind, self._by_room = by_word, by_kind, by_room
        kinds = {word: {self._known[place].entity.domain for place in places} for word, places in by_word.items()}
        misspelt = defaultdict[str, set[str]](set)
        for word in {*by_word, *_MEANING}:
            if len(word) >= LEAST_SLIP:
                for left in _without_one(word):
                    misspelt[left].add(word)
        self._misspelt = misspelt
        self._loose = words_of(_PLACES) | {word for word, domains in kinds.items() if len(domains) > 1}

    def _offered(self, number: int, entity: Entity, meant: bool) -> Offered:
        room = self._home.area(entity.area) if entity.area is not None else None
        shown = cleaned(room.name) if room is not None else None
        source = Source.USER if meant else Source.SENSOR
        return Offered(f"e{number}", entity, _name(entity), shown, _state(self._home, entity.id), source)


def _called(names: Sequence[frozenset[str]], words: frozenset[str]) -> frozenset[str]:
    """Return the words by which a place is named; none: it is not."""
    return frozenset[str]().union(*(name for name in names if name and name <= words))


def _is_comfort(entity: Entity) -> bool:
    """Return whether naming its room is enough to mean it."""
    return entity.domain in _COMFORT and entity.device_class not in ("garage", "gate", "door")


def cleaned(text: str, most: int = NAME_MAX) -> str:
    """Return a text from outside without what could steer whoever reads it: controls, bidi marks, odd signs."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(
        sign for sign in plain if unicodedata.category(sign) == "Cc" or unicodedata.category(sign)[0] != "C"
    )
    return " ".join(_ODD.sub(" ", plain).split())[:most]


def _name(entity: Entity) -> str:
    name = cleaned(entity.name)
    if not name or len(name.split()) > NAME_WORDS_MAX or len(entity.name) > NAME_MAX:
        return entity.domain.replace("_", " ")
    return name


def _state(home: HomeView, id: EntityId) -> str:
    state = home.state(id)
    if state is None or not state.available:
        return "unavailable"
    value = cleaned(state.value, 20)
    return value if len(value.split()) == 1 else "unknown"


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as they are compared: folded, without the ending of a plural."""
    # Word by word: what `fold` takes is as long as a name.
    return frozenset(_stem(word) for part in text.split() for word in fold(part).split())


def _joined(text: str) -> frozenset[str]:
    """Return each two words in a row as one: recognisers and people part names ("sound bar")."""
    words = fold(text).split()
    return frozenset(_stem(one + two) for one, two in pairwise(words))


def _without_one(word: str) -> Iterator[str]:
    """Yield a word, and what is left of it without each of its letters; one that is swapped shares one of these."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _stem(word: str) -> str:
    return word[:-1] if len(word) > LEAST_STEM and word.endswith("s") and not word.endswith("ss") else word


_KINDS: Mapping[str, frozenset[str]] = {domain: words_of(text) for domain, text in _MEANT.items()}
_MEANING = frozenset[str]().union(*_KINDS.values())
