"""What the house is called: its names by their words and its entities by room and domain, kept up to date."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId, HomeView
from skills.grammar.documents import ListKind
from skills.grammar.sounds import Likely, Sounds
from skills.grammar.tokens import words_of

LONGEST_NAME = 10
"""In words; a longer name is not something people say."""

Thing = Entity | Area | Floor
Words = tuple[str, ...]
Named = tuple[int, tuple[str, ...]]
"""Where a name ends (exclusive), and the ids of what is called so."""


class _Index:
    """Names by their words and, where that is wanted, by their sounds."""

    def __init__(self, *, by_sound: bool = True) -> None:
        self.names: dict[Words, dict[str, None]] = {}
        self._lengths: dict[str, dict[int, int]] = {}
        """How many names of each length begin with a word."""
        self._sounds = Sounds[Words]() if by_sound else None

    def add(self, words: Words, id: str) -> None:
        if words and len(words) <= LONGEST_NAME:
            if words not in self.names:
                lengths = self._lengths.setdefault(words[0], {})
                lengths[len(words)] = lengths.get(len(words), 0) + 1
                if self._sounds is not None:
                    self._sounds.add(" ".join(words), words)
            self.names.setdefault(words, {})[id] = None

    def at(self, words: Sequence[str], start: int) -> list[Named]:
        """Return what is called by the words from `start` on."""
        lengths = self._lengths.get(words[start]) if start < len(words) else None
        if lengths is None:
            return []
        ends = (start + length for length in sorted(lengths) if start + length <= len(words))
        return [(end, tuple(ids)) for end in ends if (ids := self.names.get(tuple(words[start:end])))]

    def begins(self, words: Words) -> bool:
        """Return whether a longer name begins with these words."""
        lengths = self._lengths.get(words[0], {}) if words else {}
        if not any(length > len(words) for length in lengths):
            return False
        return any(len(name) > len(words) and name[: len(words)] == words for name in self.names)

    def drop(self, words: Words, id: str) -> None:
        called = self.names.get(words)
        if called is None:
            return
        called.pop(id, None)
        if not called:
            del self.names[words]
            self._shorten(words)
            if self._sounds is not None:
                self._sounds.drop(words)

    def _shorten(self, words: Words) -> None:
        lengths = self._lengths[words[0]]
        lengths[len(words)] -= 1
        if not lengths[len(words)]:
            del lengths[len(words)]
        if not lengths:
            del self._lengths[words[0]]

    def written(self, text: str, most: float) -> list[tuple[float, Words]]:
        """Return the names that are written nearly like `text`, with how many letters are other ones."""
        return [] if self._sounds is None else self._sounds.near(text, most)

    def perhaps(self, likely: Likely) -> bool:
        """Return whether any name is worth to be weighed."""
        return self._sounds is not None and self._sounds.has(likely)

    def alike(self, sounds: str, most: int) -> list[Words]:
        """Return up to `most` names that sound like a row of sounds at first glance."""
        return [] if self._sounds is None else self._sounds.alike(self._sounds.levels(sounds), most)


class House:
    """An index over one `HomeView`. `follow` brings it up to date; nothing else looks at all entities."""

    def __init__(
        self,
        commanding: frozenset[str] = frozenset(),
        synonyms: Mapping[Words, tuple[Words, ...]] | None = None,
        nouns: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Make an index that no name of only `commanding` words and numbers is in alone: "stop" stays what it means.

        A name with words that have `synonyms` in it is called by those, too. A name that ends in one of the `nouns` of
        its domain may be said without: the "Wardrobe Light" is the wardrobe, unless a room is called so.
        """
        self._nouns = nouns or {}
        self._commanding = commanding
        self._synonyms = synonyms or {}
        self._home: HomeView | None = None
        self._version = -1
        self.turn = 0
        """Grows whenever another house is followed, or the same after a change: what was known of it may not hold."""
        self._known: tuple[Thing, ...] = ()
        self._waiting: deque[tuple[Callable[[Thing], None], Thing]] = deque()
        """What is still to be forgotten or learned, in this order."""
        self._index = {kind: _Index() for kind in (ListKind.NAME, ListKind.AREA, ListKind.FLOOR)}
        self._heads = _Index(by_sound=False)
        self._placed: dict[tuple[AreaId | None, str], dict[EntityId, None]] = {}
        self._areas: dict[FloorId, list[AreaId]] = {}
        self._words: dict[str, int] = {}
        """How often each word stands in a name."""

    def follow(self, home: HomeView, *, most: int | None = None) -> bool:
        """Take over what changed in the house since the last call, and return whether that is all.

        Without a change this costs nothing. With `most`, no more names than that are taken over: call it again.
        """
        if home is not self._home or home.version != self._version:
            self._compare(home)
        for _ in range(len(self._waiting) if most is None else min(most, len(self._waiting))):
            take_over, thing = self._waiting.popleft()
            take_over(thing)
        return not self._waiting

    def named(self, kind: ListKind, words: Sequence[str], start: int) -> list[Named]:
        """Return what is called by the words from `start` on."""
        return self._index[kind].at(words, start)

    def begins(self, kind: ListKind, words: Words) -> bool:
        """Return whether these words are the beginning of a longer name."""
        return self._index[kind].begins(words)

    def called_partly(self, words: Sequence[str], start: int) -> list[Named]:
        """Return the entities whose name is nearly the words from `start` on: ``speaker`` for ``Kitchen Speaker``."""
        return [one for one in self._heads.at(words, start) if not self._is_place(tuple(words[start : one[0]]))]

    def _is_place(self, words: Words) -> bool:
        return any(words in self._index[kind].names for kind in (ListKind.AREA, ListKind.FLOOR))

    def called(self, kind: ListKind, words: Words) -> tuple[str, ...]:
        """Return the ids of what is called exactly so."""
        return tuple(self._index[kind].names.get(words, ()))

    def written(self, kind: ListKind, text: str, most: float) -> list[tuple[float, tuple[str, ...]]]:
        """Return the ids of what is written nearly like `text`, with how many letters are other ones."""
        index = self._index[kind]
        return [(changed, tuple(index.names[words])) for changed, words in index.written(text, most)]

    def perhaps(self, text: str) -> list[ListKind]:
        """Return of what kind are the names that perhaps are `written` nearly like `text`, found without weighing."""
        likely = Likely(text)
        return [kind for kind, index in self._index.items() if index.perhaps(likely)]

    def alike(self, kind: ListKind, sounds: str, most: int) -> list[Words]:
        """Return up to `most` names that sound like a row of sounds at first glance."""
        return self._index[kind].alike(sounds, most)

    def says(self, kind: ListKind, id: str, word: str) -> bool:
        """Return whether one of the names of a thing contains the word."""
        home = self._home
        assert home is not None
        if kind == ListKind.NAME:
            thing: Thing | None = home.entity(EntityId(id))
        elif kind == ListKind.AREA:
            thing = home.area(AreaId(id))
        else:
            thing = next((floor for floor in home.floors() if floor.id == id), None)
        return thing is not None and any(word in words for words in _names(thing))

    def has_word(self, word: str) -> bool:
        """Return whether any name of the house contains the word."""
        return word in self._words

    def may_say(self, word: str) -> bool:
        """Return whether any name of the house contains the word, or would as one or as several."""
        return word in self._words or f"{word}s" in self._words or word.removesuffix("s") in self._words

    def entities(
        self, *, areas: Iterable[AreaId] | None, domains: Iterable[str], classes: frozenset[str] = frozenset()
    ) -> list[Entity]:
        """Return the visible entities of some domains, in some areas (``None``: anywhere), of some device classes."""
        assert self._home is not None
        found: list[Entity] = []
        places: Iterable[AreaId | None] = (None,) if areas is None else areas
        for place in places:
            for domain in domains:
                for key in self._placed.get((place, domain), ()):
                    entity = self._home.entity(key)
                    if entity is not None and (not classes or entity.device_class in classes):
                        found.append(entity)
        return found

    def areas_on(self, floor: FloorId) -> Sequence[AreaId]:
        """Return the areas on a floor."""
        return self._areas.get(floor, ())

    def _compare(self, home: HomeView) -> None:
        """Note what has to be forgotten and learned."""
        self._home, self._version = home, home.version
        self.turn += 1
        self._areas = {}
        for area in home.areas():
            if area.floor is not None:
                self._areas.setdefault(area.floor, []).append(area.id)
        now: tuple[Thing, ...] = (*home.floors(), *home.areas(), *home.entities())
        gone, new = _changes(self._known, now)
        self._waiting += [(self._forget, thing) for thing in gone]
        self._waiting += [(self._learn, thing) for thing in new]
        self._known = now

    def _called(self, thing: Thing) -> Iterator[Words]:
        """Yield what a thing may be called: one named "everything" is the light everything, and nothing shorter."""
        for words in _names(thing):
            if not self._commanding or any(word not in self._commanding and not word.isdigit() for word in words):
                yield words
                if isinstance(thing, Entity):
                    yield from self._reworded(words)
            elif isinstance(thing, Entity):
                yield (*thing.domain.split("_"), *words)

    def _reworded(self, words: Words) -> Iterator[Words]:
        for phrase, others in self._synonyms.items():
            for at in range(len(words) - len(phrase) + 1):
                if words[at : at + len(phrase)] == phrase:
                    yield from ((*words[:at], *other, *words[at + len(phrase) :]) for other in others)

    def _partly(self, words: Words, domain: str) -> Iterator[Words]:
        """Yield the pieces of a name that may stand for it: not "2", of "Spot 2"."""
        front = [words[:-1]] if words[-1:] and words[-1] in self._nouns.get(domain, ()) else []
        for shorter in (*_partial_names(words), *front):
            if not self._commanding or any(word not in self._commanding and not word.isdigit() for word in shorter):
                yield shorter

    def _learn(self, thing: Thing) -> None:
        for words in self._called(thing):
            self._index[_kind(thing)].add(words, thing.id)
            for word in words:
                self._words[word] = self._words.get(word, 0) + 1
            if isinstance(thing, Entity):
                for shorter in self._partly(words, thing.domain):
                    self._heads.add(shorter, thing.id)
        if isinstance(thing, Entity) and not thing.hidden:
            self._placed.setdefault((None, thing.domain), {})[thing.id] = None
            if thing.area is not None:
                self._placed.setdefault((thing.area, thing.domain), {})[thing.id] = None

    def _forget(self, thing: Thing) -> None:
        for words in self._called(thing):
            self._index[_kind(thing)].drop(words, thing.id)
            for word in words:
                self._words[word] -= 1
                if not self._words[word]:
                    del self._words[word]
            if isinstance(thing, Entity):
                for shorter in self._partly(words, thing.domain):
                    self._heads.drop(shorter, thing.id)
        if isinstance(thing, Entity):
            self._placed.get((None, thing.domain), {}).pop(thing.id, None)
            self._placed.get((thing.area, thing.domain), {}).pop(thing.id, None)


def _changes(before: Sequence[Thing], after: Sequence[Thing]) -> tuple[list[Thing], list[Thing]]:
    """Return what is no longer there and what is new; a thing that changed is both. Things are compared as objects."""
    if len(before) == len(after):
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old is not new]
        return [old for old, _ in changed], [new for _, new in changed]
    old_ones, new_ones = set(map(id, before)), set(map(id, after))
    return [old for old in before if id(old) not in new_ones], [new for new in after if id(new) not in old_ones]


def _names(thing: Thing) -> Iterator[Words]:
    if isinstance(thing, Entity) and thing.hidden:
        return
    for name in (thing.name, *thing.aliases):
        yield words_of(name)


def _partial_names(words: Words) -> Iterator[Words]:
    """Yield the ends of a name, and the name as one or as several: ``speaker`` and ``kitchen speakers``."""
    for start in range(1, len(words)):
        yield words[start:]
    if words and words[-1].isalpha():
        last = words[-1].removesuffix("s") if words[-1].endswith("s") else f"{words[-1]}s"
        if last:
            yield (*words[:-1], last)


def _kind(thing: Thing) -> ListKind:
    if isinstance(thing, Entity):
        return ListKind.NAME
    return ListKind.AREA if isinstance(thing, Area) else ListKind.FLOOR
