"""Decides which entities a sentence is about, as Home Assistant does: by name, by room or floor and domain, or by the
room of the speaker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from devices.model import AreaId, Entity, EntityId, FloorId, HomeView
from skills.grammar.documents import Block, ListKind, as_set
from skills.grammar.house import House
from skills.grammar.search import Capture, Found
from skills.grammar.tokens import words_of

_MEDIA = frozenset({"media_player"})
INTENT_DOMAINS: Mapping[str, frozenset[str]] = {
    "HassClimateGetTemperature": frozenset({"climate"}),
    "HassClimateSetTemperature": frozenset({"climate"}),
    "HassClimateSetFanMode": frozenset({"climate"}),
    "HassClimateSetHvacMode": frozenset({"climate"}),
    "HassFanSetSpeed": frozenset({"fan"}),
    "HassGetWeather": frozenset({"weather"}),
    "HassLawnMowerDock": frozenset({"lawn_mower"}),
    "HassLawnMowerStartMowing": frozenset({"lawn_mower"}),
    "HassLightSet": frozenset({"light"}),
    "HassMediaNext": _MEDIA,
    "HassMediaPause": _MEDIA,
    "HassMediaPlayerMute": _MEDIA,
    "HassMediaPlayerUnmute": _MEDIA,
    "HassMediaPrevious": _MEDIA,
    "HassMediaSearchAndPlay": _MEDIA,
    "HassMediaUnpause": _MEDIA,
    "HassSetPosition": frozenset({"cover", "valve"}),
    "HassSetVolume": _MEDIA,
    "HassSetVolumeRelative": _MEDIA,
    "HassVacuumCleanArea": frozenset({"vacuum"}),
    "HassVacuumReturnToBase": frozenset({"vacuum"}),
    "HassVacuumStart": frozenset({"vacuum"}),
}
"""What an intent acts on where the sentence names no domain (Home Assistant 2026.11, its intent handlers)."""

READ_INTENTS = frozenset(
    {
        "HassClimateGetTemperature",
        "HassGetAlarm",
        "HassGetCurrentDate",
        "HassGetCurrentTime",
        "HassGetState",
        "HassGetWeather",
        "HassListGetItems",
        "HassNevermind",
        "HassRespond",
        "HassTimerStatus",
    }
)
"""Intents that change nothing."""


def acts(intent: str) -> bool:
    """Return whether one of Home Assistant's intents changes something; skills' own ones may only answer."""
    return intent.startswith("Hass") and intent not in READ_INTENTS


ANYWHERE = frozenset(
    {
        "HassGetWeather",
        "HassLawnMowerDock",
        "HassLawnMowerStartMowing",
        "HassVacuumCleanArea",
        "HassVacuumReturnToBase",
        "HassVacuumStart",
    }
)
"""Intents whose devices move or stand outside: the room that was said is where to work, not where the device is."""


ON_ONE_LIST = frozenset({"HassListAddItem", "HassListCompleteItem", "HassListRemoveItem"})
"""Intents about a thing on one list."""

ONLY_ONE = "only_one"
"""The response of sentences about one device of a kind: of several, which one is asked."""

COMPLAINT = "dark"
"""The response of sentences that only say what is wrong: beside a command, they say why."""

ASKED = frozenset({"ask_lock", "ask_unlock", "ask_play"})
"""The responses of sentences that are asked about first, as what was said is not quite what can be done."""

CALLED = frozenset({"scene", "script"})
"""Domains whose name alone is a command."""


LATER_SLOT = "conversation_command"
"""The slot that holds a command to be carried out when a timer ends."""

OF_ENTITIES = ("domain", "device_class")
"""Conditions that a named entity must meet itself."""


class Doubt(StrEnum):
    """Why a sentence that was understood cannot be carried out as it is."""

    NONE = ""
    NOTHING_THERE = "nothing-there"
    """No entity fits."""
    WHICH = "which"
    """Several entities are called so."""
    WHERE = "where"
    """A room is missing."""
    NAME = "name"
    """Only a name was said: perhaps the rest was not heard."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a text in this house at this moment, with what speaks for it."""

    intent: str
    slots: Mapping[str, object]
    targets: tuple[Entity, ...]
    doubt: Doubt
    found: Found
    named: int
    """How many letters are the name of an entity; named things win over rooms and kinds."""
    partly: bool
    """True if only the end of a name was said."""
    free_letters: int
    """How many letters went into free text."""
    free_slots: int

    @property
    def rank(self) -> tuple[object, ...]:
        """What orders readings, best first (after hassil 3.8: names, then less free text, then more literal text)."""
        return (
            self.found.repairs,
            self.partly,
            self.doubt == Doubt.NOTHING_THERE,
            -self.named,
            self.free_slots,
            -self.found.literal,
            self.free_letters,
            self.doubt != Doubt.NONE or self.response in ASKED,
            self.intent,
            self.found.block.order,
        )

    @property
    def response(self) -> str | None:
        """The response that the sentence names in its document."""
        return self.found.block.response

    @property
    def free(self) -> tuple[int, int]:
        """How much of the text was taken as it is, without being understood."""
        return (self.free_slots, self.free_letters)

    @property
    def effect(self) -> tuple[object, ...]:
        """What would be done: equal for readings that come to the same."""
        kept = (
            {name: value for name, value in self.slots.items() if name not in TARGETING} if self.targets else self.slots
        )
        values = tuple(sorted((name, str(value)) for name, value in kept.items()))
        return (self.intent, tuple(sorted(entity.id for entity in self.targets)), values)

    @property
    def is_bare_name(self) -> bool:
        """True if nothing but the name of a device was said. Scenes and scripts are called by their names alone."""
        return (
            not self.found.literal and self.intent == "HassTurnOn" and any(e.domain not in CALLED for e in self.targets)
        )

    @property
    def is_any_title(self) -> bool:
        """True if any words at all after "play", with no player, room or kind of thing said, were taken for a title.

        They may as well be a game, or a radio station; as a guess that is too little to act on.
        """
        said = {capture.slot.name for capture in self.found.captures if capture.slot.captured}
        title = self.intent == "HassMediaSearchAndPlay" and said == {"search_query"} and bool(self.free_words)
        return title and self.response not in ASKED

    def says_more_than(self, free: "Reading") -> bool:
        """Return whether this, of a respelled text, takes less as it is: "milk ffom my list" is no thing on a list."""
        literal = self.found.literal > free.found.literal
        return not self.free_slots or ("item" in free.slots and literal and self.free < free.free)

    @property
    def free_words(self) -> frozenset[str]:
        """The words that are taken as they are."""
        free = (str(c.value.out) for c in self.found.captures if c.slot.list.kind is ListKind.WILDCARD)
        return frozenset(word for text in free for word in text.casefold().split())

    @property
    def reads_only(self) -> bool:
        """True if nothing would change."""
        return self.intent in READ_INTENTS


TARGETING = frozenset({"name", "area", "floor", "domain", "device_class"})
"""The slots that say which entities are meant."""


def resolve(found: Found, house: House, home: HomeView, area: AreaId | None) -> Reading | None:
    """Return what a sentence means in this house, said in `area`; ``None`` if its conditions are not met."""
    return _Resolution(found, house, home, area).reading()


class _Resolution:
    """The work of `resolve` on one sentence."""

    def __init__(self, found: Found, house: House, home: HomeView, here: AreaId | None) -> None:
        self._found = found
        self._block: Block = found.block
        self._house = house
        self._home = home
        self._here = here
        self._said: dict[str, frozenset[str]] = {}
        """What the values that were said require: ``low`` fits batteries only."""
        self._captured = {c.slot.name: c for c in found.captures if c.slot.captured}

    def reading(self) -> Reading | None:
        if not self._context_fits():
            return None
        name = self._of(ListKind.NAME)
        wants_here = self._block.wants_area and "area" not in self._captured
        if name is not None:
            entities = self._called(name)
            if not entities and not self._placed_elsewhere(name):
                return None
            targets, doubt = self._one_of(entities)
        elif self._unsaid:
            targets, doubt = self._one_of(self._called_so(words_of(self._unsaid)))
        elif wants_here and self._here is None:
            targets, doubt = self._without_room()
        else:
            targets, doubt = self._there(self._areas())
            if len(targets) > 1 and (self._block.intent in ON_ONE_LIST or self._block.response == ONLY_ONE):
                doubt = Doubt.WHICH
        slots = self._slots(targets if name is not None else (), here=wants_here)
        free = [capture for capture in self._found.captures if capture.slot.list.kind == ListKind.WILDCARD]
        return Reading(
            intent=self._block.intent,
            slots=slots,
            targets=tuple(targets),
            doubt=doubt,
            found=self._found,
            named=0 if name is None else name.letters,
            partly=name is not None and name.value.partly,
            free_letters=sum(capture.letters for capture in free),
            free_slots=len(free),
        )

    def _of(self, kind: ListKind) -> Capture | None:
        return next((c for c in self._found.captures if c.slot.list.kind == kind), None)

    def _context_fits(self) -> bool:
        """Check the conditions that do not depend on a named entity, and that what was said fits together."""
        for capture in self._found.captures:
            for key, value in capture.value.context.items():
                common = as_set(value) & self._said.get(key, as_set(value))
                if not common:
                    return False
                self._said[key] = common
        named = self._of(ListKind.NAME) is not None or bool(self._unsaid)
        for key, wanted in self._block.requires.items():
            if key == "area" or (named and key in OF_ENTITIES):
                continue
            allowed = as_set(wanted)
            if key not in self._said or (allowed and not self._said[key] & allowed):
                return False
        return not any(self._said.get(key, frozenset()) & as_set(no) for key, no in self._block.excludes.items())

    def _called(self, name: Capture) -> list[Entity]:
        """Return the entities of the name that the block allows, in the room or floor that was said."""
        entities = [
            entity for key in name.value.ids if (entity := self._home.entity(EntityId(key))) and self._allows(entity)
        ]
        areas = self._areas() if self._block.intent not in ANYWHERE else None
        if areas is None or self._block.wants_area:
            return entities
        # What nobody placed may stand anywhere.
        return [entity for entity in entities if entity.area in areas] or [e for e in entities if e.area is None]

    @property
    def _unsaid(self) -> str:
        """The name that the sentence stands for without its words: "make me a coffee" is about the coffee maker."""
        return str(self._block.slots.get("name", "")) if self._block.intent.startswith("Hass") else ""

    def _called_so(self, words: tuple[str, ...]) -> list[Entity]:
        partly = (ids for end, ids in self._house.called_partly(words, 0) if end == len(words))
        ids = self._house.called(ListKind.NAME, words) or next(partly, ())
        return [entity for key in ids if (entity := self._home.entity(EntityId(key))) and self._allows(entity)]

    def _placed_elsewhere(self, name: Capture) -> bool:
        """True if only the room is wrong: then the sentence is understood, but there is nothing there."""
        if name.value.partly or self._areas() is None:
            return False
        return any((e := self._home.entity(EntityId(key))) and self._allows(e) for key in name.value.ids)

    def _allows(self, entity: Entity) -> bool:
        for key in OF_ENTITIES:
            value = entity.domain if key == "domain" else entity.device_class or ""
            wanted, refused = as_set(self._block.requires.get(key)), as_set(self._block.excludes.get(key))
            if (wanted and value not in wanted) or value in refused or value not in self._said.get(key, {value}):
                return False
        own = INTENT_DOMAINS.get(self._block.intent)
        return own is None or bool(self._block.domains) or entity.domain in own

    def _one_of(self, entities: Sequence[Entity]) -> tuple[Sequence[Entity], Doubt]:
        """Return the one entity that is meant: of several of a name, the one in the room of the speaker."""
        if not entities:
            return (), Doubt.NOTHING_THERE
        if len(entities) == 1:
            return entities, Doubt.NONE
        near = [entity for entity in entities if self._here is not None and entity.area == self._here]
        if len(near) == 1:
            return near, Doubt.NONE
        if self._block.intent in READ_INTENTS:
            return near or entities, Doubt.NONE
        return near or entities, Doubt.WHICH

    def _areas(self) -> list[AreaId] | None:
        """Return the areas that are meant; ``None``: the whole house."""
        area, floor = self._of(ListKind.AREA), self._of(ListKind.FLOOR)
        if area is not None:
            return [AreaId(key) for key in area.value.ids]
        if floor is not None:
            return [area_id for key in floor.value.ids for area_id in self._house.areas_on(FloorId(key))]
        if self._block.wants_area and self._here is not None:
            return [self._here]
        return None

    def _wanted(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the domains and device classes that the sentence is about; none: it is about no device."""
        said = {name: capture.value.out for name, capture in self._captured.items()}
        slots = {**self._block.slots, **said}
        domains = as_set(slots.get("domain")) or self._block.domains
        domains = domains or INTENT_DOMAINS.get(self._block.intent, frozenset())
        return domains, as_set(slots.get("device_class"))

    def _there(self, areas: list[AreaId] | None) -> tuple[Sequence[Entity], Doubt]:
        domains, classes = self._wanted()
        if not domains:
            return (), Doubt.NONE
        if self._block.intent in ANYWHERE:
            areas = None
        found = self._house.entities(areas=areas, domains=sorted(domains), classes=classes)
        if not found and self._block.intent == "HassClimateGetTemperature":
            found = self._house.entities(areas=areas, domains=["sensor"], classes=frozenset({"temperature"}))
        if not found and self._of(ListKind.AREA) is None and self._block.intent in READ_INTENTS:
            found = self._house.entities(areas=None, domains=sorted(domains), classes=classes)
        ids = {entity.id for entity in found}
        # A group whose members are all meant adds nothing but a second command to each.
        found = [entity for entity in found if not entity.members or not ids.issuperset(entity.members)]
        # Without a weather service what measures outside may answer.
        return found, Doubt.NONE if found or self._block.intent == "HassGetWeather" else Doubt.NOTHING_THERE

    def _without_room(self) -> tuple[Sequence[Entity], Doubt]:
        """Return what is meant by "the lights" if nobody knows where that was said."""
        found, doubt = self._there(None)
        if doubt or len(found) <= 1 or self._block.intent in READ_INTENTS:
            return found, doubt
        return found, Doubt.WHERE

    def _slots(self, named: Sequence[Entity], *, here: bool) -> dict[str, object]:
        slots: dict[str, object] = {}
        for capture in self._found.captures:
            if not capture.slot.captured:
                continue
            match capture.slot.list.kind:
                case ListKind.NAME:
                    slots[capture.slot.name] = named[0].name if named else self._name_of(capture)
                case ListKind.AREA:
                    area = self._home.area(AreaId(capture.value.ids[0]))
                    slots[capture.slot.name] = capture.value.out if area is None else area.name
                case ListKind.FLOOR:
                    names = {floor.id: floor.name for floor in self._home.floors()}
                    slots[capture.slot.name] = names.get(FloorId(capture.value.ids[0]), capture.value.out)
                case _:
                    slots[capture.slot.name] = capture.value.out
        for name, value in self._block.slots.items():
            slots.setdefault(name, value)
        if here and self._here is not None and (area := self._home.area(self._here)) is not None:
            slots.setdefault("area", area.name)
        return slots

    def _name_of(self, capture: Capture) -> str:
        entity = self._home.entity(EntityId(capture.value.ids[0]))
        return capture.value.ids[0] if entity is None else entity.name
