"""Reads what points at things of the house without a verb: ``the kitchen one``, ``the fan``, ``bedroom and office``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from devices.model import AreaId, Entity, EntityId, FloorId
from skills.grammar.documents import Block, ListKind, SlotList, as_set
from skills.grammar.graph import Slot
from skills.grammar.lexicon import Value
from skills.grammar.reader import Moment, Reader
from skills.grammar.resolve import ANYWHERE, INTENT_DOMAINS, OF_ENTITIES, Doubt, Reading
from skills.grammar.search import Capture
from skills.grammar.turns import Kind, Turns, longest

MOST_POINTED = 6
"""So many things may be listed in one text."""

MOST_WAYS = 3
"""In so many ways one text is read as a list of things."""

PLACES = frozenset({ListKind.AREA, ListKind.FLOOR})

SWITCHED = frozenset({"light", "switch", "fan", "media_player", "input_boolean", "humidifier"})
"""Domains for which on and off mean the same; "off" closes a cover and unlocks a door."""

SWITCHING = frozenset({"HassTurnOn", "HassTurnOff"})

CLASSED = frozenset({"cover", "binary_sensor", "sensor"})
"""Domains whose device classes are things of their own to people."""

_SLOTS = {
    kind: Slot(SlotList(name, kind), name)
    for name, kind in (("name", ListKind.NAME), ("area", ListKind.AREA), ("floor", ListKind.FLOOR))
}

LOOKED = 4
"""What it costs to find what is pointed at from one word on, in steps."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """One thing that was pointed at: a name, a place, a kind, or a kind at a place."""

    list: ListKind | None = None
    """What the ids are of; ``None``: a kind alone."""
    ids: tuple[str, ...] = ()
    kind: Kind | None = None
    partly: bool = False
    letters: int = 0


class Pointer:
    """Reads pieces of text as things of the house, and puts them in the place of those of a command."""

    def __init__(self, reader: Reader, turns: Turns) -> None:
        self._reader = reader
        self._turns = turns

    def all(self, words: Sequence[str], *, joined: bool = True) -> list[Pointed]:
        """Return the things that all the words point at, one or several; empty if some word does not."""
        return next(self.ways(words, joined=joined), list[Pointed]())

    def ways(self, words: Sequence[str], *, joined: bool = True) -> Iterator[list[Pointed]]:
        """Yield the ways in which all the words point at things, the likeliest first."""
        if words:
            yield from islice(self._lists(words, 0, MOST_POINTED if joined else 1), MOST_WAYS)

    def spans(self, words: Sequence[str], start: int, stop: int) -> list[tuple[int, int]]:
        """Return where each of the things begins and ends that follow one another from `start` to `stop`."""
        for end in self.ends(words[:stop], start):
            if end == stop:
                return [(start, end)]
            rest = self.spans(words, end, stop)
            if rest:
                return [(start, end), *rest]
        return []

    def ends(self, words: Sequence[str], at: int) -> list[int]:
        """Return where a thing pointed at from `at` may end, the longest first."""
        return [end for end, _ in self._one(words, at)]

    def _lists(self, words: Sequence[str], at: int, most: int) -> Iterator[list[Pointed]]:
        for end, pointed in self._one(words, at):
            if end == len(words):
                yield [pointed]
            elif most > 1:
                size = longest(words, self._reader.manners.joins, end)
                for rest in self._lists(words, end + size, most - 1):
                    if size or {pointed.list, rest[0].list} <= PLACES:
                        yield [pointed, *rest]

    def _one(self, words: Sequence[str], at: int) -> list[tuple[int, Pointed]]:
        """Return the things that begin at word `at`, each with where it ends, the longest first; whole names first."""
        self._reader.work.spend(LOOKED)
        while at < len(words) and words[at] in self._turns.leading:
            at += 1
        found: list[tuple[int, Pointed]] = []
        house = self._reader.house
        found += [
            (end, Pointed(ListKind.NAME, ids, letters=end - at)) for end, ids in house.named(ListKind.NAME, words, at)
        ]
        for end, place in self._places(words, at):
            found.append((end, place))
            kind_end, kind = self._kind(words, end)
            if kind is not None:
                found.append((kind_end, replace(place, kind=kind)))
            elif size := longest(words, self._turns.one, end):
                found.append((end + size, place))
        end, kind = self._kind(words, at)
        if kind is not None or longest(words, self._turns.one, at):
            end = end if kind is not None else at + longest(words, self._turns.one, at)
            found.append((end, Pointed(kind=kind)))
            start = end
            while start < len(words) and words[start] in self._turns.leading:
                start += 1
            found += [(far, replace(place, kind=kind)) for far, place in self._places(words, start)]
        named = {end for end, one in found if one.list is not None}
        found += [
            (end, Pointed(ListKind.NAME, ids, partly=True))
            for end, ids in house.called_partly(words, at)
            if end not in named
        ]
        return sorted((one for one in found if one[1] != Pointed()), key=lambda one: -one[0])

    def _places(self, words: Sequence[str], at: int) -> Iterator[tuple[int, Pointed]]:
        for kind in (ListKind.AREA, ListKind.FLOOR):
            for end, ids in self._reader.house.named(kind, words, at):
                yield end, Pointed(kind, ids)
                if kind is ListKind.FLOOR and (size := longest(words, self._turns.floor, end)):
                    yield end + size, Pointed(kind, ids)

    def _kind(self, words: Sequence[str], at: int) -> tuple[int, Kind | None]:
        size = longest(words, self._turns.kinds, at)
        return at + size, self._turns.kinds[tuple(words[at : at + size])] if size else None

    def says_what(self, words: Sequence[str]) -> bool:
        """Return whether a text names a device or a kind of devices, not just a place."""
        house = self._reader.house
        return any(self._kind(words, at)[1] or house.named(ListKind.NAME, words, at) for at in range(len(words)))

    def entities(self, pointed: Pointed, among: Sequence[Entity]) -> list[Entity]:
        """Return those of some entities that are pointed at."""
        areas = self._areas(pointed)
        return [
            entity
            for entity in among
            if (pointed.list is not ListKind.NAME or entity.id in pointed.ids)
            and (areas is None or entity.area in areas)
            and (pointed.kind is None or _is(entity, pointed.kind))
        ]

    def _areas(self, pointed: Pointed) -> list[AreaId] | None:
        if pointed.list is ListKind.AREA:
            return [AreaId(key) for key in pointed.ids]
        if pointed.list is ListKind.FLOOR:
            return [area for key in pointed.ids for area in self._reader.house.areas_on(FloorId(key))]
        return None

    def instead(self, reading: Reading, pointed: Pointed, moment: Moment) -> Reading | None:
        """Return the command of a reading about something else; ``None`` if it makes no sense there."""
        if pointed.list is ListKind.NAME:
            return self._by_name(reading, pointed, moment)
        return self._by_place(reading, pointed, moment)

    def _by_name(self, reading: Reading, pointed: Pointed, moment: Moment) -> Reading | None:
        entities = [e for key in pointed.ids if (e := moment.home.entity(EntityId(key))) is not None]
        fitting = [e for e in entities if _comparable(reading, e)]
        if pointed.partly:
            # "the lamp" after another lamp: not that one, and rather one beside it. "A coffee" is no coffee maker.
            domains = {e.domain for e in reading.targets}
            fitting = [e for e in fitting if e.domain in domains]
            fitting = [e for e in fitting if e not in reading.targets] or fitting
            places = {e.area for e in reading.targets}
            fitting = [e for e in fitting if e.area in places] or fitting
        if not fitting:
            return None
        ids = tuple(str(e.id) for e in fitting)
        block = reading.found.block
        block = replace(block, slots={k: v for k, v in block.slots.items() if k not in OF_ENTITIES})
        wanted = as_set(block.requires.get("domain"))
        if _capture(reading, ListKind.NAME) is None or (wanted and not wanted.issuperset(e.domain for e in fitting)):
            # The sentence was about a kind: the name says which.
            block = _unconditional(block)
        capture = Capture(_SLOTS[ListKind.NAME], 0, 1, Value(ids[0], ids, partly=pointed.partly and len(ids) > 1), 1)
        kept = [c for c in self._others(reading) if c.slot.name not in OF_ENTITIES]
        return self._resolved(reading, block, [*kept, capture], moment)

    def _by_place(self, reading: Reading, pointed: Pointed, moment: Moment) -> Reading | None:
        named = _capture(reading, ListKind.NAME) is not None
        if reading.intent in ANYWHERE and _capture(reading, ListKind.AREA) is None:
            return None
        if not reading.targets and (pointed.kind is not None or _capture(reading, ListKind.AREA) is None):
            return None
        block, others = reading.found.block, self._others(reading)
        if pointed.kind is not None or named:
            kind = pointed.kind or kind_of(reading.targets)
            if kind is None or not _same_manner(reading, kind.domain):
                return None
            slots = {k: v for k, v in block.slots.items() if k not in OF_ENTITIES} | {"domain": kind.domain}
            if kind.device_class is not None:
                slots["device_class"] = kind.device_class
            block = replace(_unconditional(block), slots=slots)
            others = [c for c in others if c.slot.name not in OF_ENTITIES]
        there = self._resolved(reading, block, [*others, *self._place(reading, pointed)], moment)
        # A kind alone that comes to the same things as before is no new thing: "the soundbar", "and the tv".
        same = there is not None and pointed.list is None and there.targets == reading.targets
        return None if same else there

    def everywhere(self, reading: Reading, moment: Moment) -> Reading | None:
        """Return the command of a reading about all things of its kind in the house; ``None``: of several kinds."""
        kind = kind_of(reading.targets)
        if kind is None or not _same_manner(reading, kind.domain):
            return None
        slots = {k: v for k, v in reading.found.block.slots.items() if k not in OF_ENTITIES} | {"domain": kind.domain}
        if kind.device_class is not None:
            slots["device_class"] = kind.device_class
        others = [c for c in self._others(reading) if c.slot.name not in OF_ENTITIES]
        return self._resolved(reading, replace(_unconditional(reading.found.block), slots=slots), others, moment)

    def _place(self, reading: Reading, pointed: Pointed) -> list[Capture]:
        """Return the captures of the place that is pointed at; for a kind alone, of the place of the command."""
        if pointed.list is not None:
            value = Value(pointed.ids[0], pointed.ids)
            return [Capture(_SLOTS[pointed.list], 0, 1, value, 1)]
        kept = [c for kind in (ListKind.AREA, ListKind.FLOOR) if (c := _capture(reading, kind)) is not None]
        areas = {entity.area for entity in reading.targets if entity.area is not None}
        if kept or len(areas) != 1 or (_capture(reading, ListKind.NAME) is None and "area" not in reading.slots):
            return kept
        [area] = areas
        return [Capture(_SLOTS[ListKind.AREA], 0, 1, Value(area, (area,)), 1)]

    def _others(self, reading: Reading) -> list[Capture]:
        """Return what a sentence captured beside places and names."""
        return [c for c in reading.found.captures if c.slot.list.kind not in _SLOTS]

    def _resolved(self, reading: Reading, block: Block, captures: Sequence[Capture], moment: Moment) -> Reading | None:
        found = replace(reading.found, block=block, captures=tuple(captures))
        return self._reader.resolved(found, moment)

    def other(self, reading: Reading, moment: Moment) -> Reading | None:
        """Return the command about the other one of two: the same kind of thing in the same room."""
        if len(reading.targets) != 1 or _capture(reading, ListKind.NAME) is None:
            return None
        [before] = reading.targets
        areas = None if before.area is None else [before.area]
        alike = self._reader.house.entities(areas=areas, domains=[before.domain])
        others = tuple(
            str(e.id) for e in alike if e.id != before.id and e.device_class == before.device_class and not e.members
        )
        if not others:
            return None
        return self._by_name(reading, Pointed(ListKind.NAME, others, partly=True), moment)


def named(reading: Reading, targets: Sequence[Entity]) -> list[Reading]:
    """Return a reading as one for each of some of its targets, each by its name."""
    slots = {
        name: value for name, value in reading.slots.items() if name not in ("name", "area", "floor", *OF_ENTITIES)
    }
    return [
        replace(reading, slots={**slots, "name": entity.name}, targets=(entity,), doubt=Doubt.NONE)
        for entity in targets
    ]


def _capture(reading: Reading, kind: ListKind) -> Capture | None:
    return next((c for c in reading.found.captures if c.slot.list.kind == kind), None)


def _unconditional(block: Block) -> Block:
    """Return a block that asks for no kind of device, since the kind is settled."""
    return replace(block, requires={k: v for k, v in block.requires.items() if k not in (*OF_ENTITIES, "area")})


def kind_of(entities: Sequence[Entity]) -> Kind | None:
    """Return the one kind that all the entities are of; ``None``: there are several, or no entities."""
    kinds = {Kind(e.domain, e.device_class if e.domain in CLASSED else None) for e in entities}
    return kinds.pop() if len(kinds) == 1 else None


def _is(entity: Entity, kind: Kind) -> bool:
    return entity.domain == kind.domain and kind.device_class in (None, entity.device_class)


def _comparable(reading: Reading, entity: Entity) -> bool:
    """Return whether the command means the same for the entity: "off" turns off a lamp and unlocks a door."""
    return _same_manner(reading, entity.domain)


def _same_manner(reading: Reading, domain: str) -> bool:
    own = INTENT_DOMAINS.get(reading.intent)
    if own is not None:
        return domain in own
    domains = {entity.domain for entity in reading.targets} or as_set(reading.slots.get("domain"))
    switched = reading.intent in SWITCHING or reading.slots.get("state") in ("on", "off")
    return domain in domains or (switched and domain in SWITCHED and domains <= SWITCHED)
