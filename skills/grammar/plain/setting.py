"""What is known while a sentence is read: the house, who speaks, and what was spoken of so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from devices.model import AreaId, Entity, EntityId, HomeView
from skills.grammar.plain.model import UnclearError
from skills.grammar.plain.speech import Speech
from skills.grammar.plain.things import Found, Things
from skills.language import say
from skills.model import PersonId


@dataclass(slots=True)
class Setting:
    """Where and when a routine is said, and of what it spoke so far."""

    home: HomeView
    speech: Speech
    things: Things
    now: datetime
    person: PersonId | None = None
    names: Mapping[EntityId, str] = field(default_factory=dict[EntityId, str])
    """Of people who may have no entity."""
    area: AreaId | None = None
    """The room that what was said so far is about: "someone moves in there"."""
    measured: EntityId | None = None
    """What was last compared with a number."""
    done: EntityId | None = None
    """What "it" is in an order, where that is another thing."""
    acted: AreaId | None = None
    """The only room that an order names: where nobody moves any more."""
    several: tuple[EntityId, ...] = ()
    """What "it" is where any of some things was meant."""
    subject: EntityId | None = None
    """What "it" is."""

    def people(self) -> list[Entity]:
        """Return the people of the house."""
        known = [entity for entity in self.home.entities() if entity.domain == "person"]
        ids = {entity.id for entity in known}
        return [*known, *(Entity(key, name, "person") for key, name in self.names.items() if key not in ids)]

    def note(self, entity: Entity) -> None:
        """Take note of what was spoken of."""
        self.subject = entity.id
        self.area = entity.area or self.area


def joins(words: Sequence[str], speech: Speech) -> bool:
    """Return whether words join two things, with "and" or "or"."""
    return any(speech.joins.fullmatch(word) or speech.either.fullmatch(word) for word in words)


def nearer(found: Found, setting: Setting) -> list[Entity]:
    """Return of things that are alike to what was said those in the room that was spoken of, if it was the only one."""
    if len(found.entities) > 1 and setting.area is not None and found.named == 0:
        near = [one for one in found.entities if one.area == setting.area]
        if len(near) == 1:
            return near
    return list(found.entities)


def only(few: Sequence[Entity], setting: Setting) -> Entity:
    """Return the one thing that is meant, and take note of it.

    Raises:
        UnclearError: there are several.
    """
    if len(few) == 1:
        setting.note(few[0])
        return few[0]
    names = [one.name for one in few[:6]]
    raise UnclearError(say("Which one do you mean: {things}?", things=", ".join(names)), names, among=few)
