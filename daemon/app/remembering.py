"""The memory of the house, as it is talked to: built here, loaded when somebody first tells or asks something."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.config import Config, ConfigError
from daemon.config.machines import OllamaSection
from daemon.heeding import Heeding
from daemon.notify.model import Announce
from daemon.reasoner.errors import ForeignError
from daemon.reasoner.model import Model
from daemon.remembering import (
    Attending,
    Coaching,
    Concluding,
    Ending,
    Episodes,
    Nights,
    Opening,
    Recalling,
    Remembering,
    Reopening,
    Tending,
    Wondering,
)
from devices.model import AreaId
from skills.model import PersonId

if TYPE_CHECKING:
    from daemon.memory import Memory, OllamaEmbedder
    from daemon.remembering.embedding import Embedding
    from daemon.remembering.pondering import Pondering


@dataclass(frozen=True, slots=True)
class Remembered:
    """The parts that remember."""

    remembering: Remembering
    heeding: Heeding
    attending: Attending
    tending: Tending
    coaching: Coaching
    episodes: Episodes | None
    """``None`` where what is said is not to be kept by itself."""
    nights: Nights
    embedding: "Embedding | None" = None
    """``None`` where the memory has its own vectors only."""
    ponders: "Callable[[Model], Pondering] | None" = None
    """Makes what concludes with a model; ``None`` where nothing is kept from which to conclude."""


def remembered_of(config: Config, house: House, kept: Kept, announce: Announce) -> Remembered:
    """Return them; nothing is read yet. ``announce`` tells people.

    Raises:
        ConfigError: words would leave the house, and the owner has not said that they may.
    """
    embedder = _embedder_of(config.ollama, kept)

    def make() -> "Memory":
        from daemon.memory import Memory

        return Memory(kept.store, kept.clock, embedder=embedder, zone=kept.zone, language=config.home.language)

    opening = Opening(make, house.household)
    heeding = Heeding(kept.store, house.household, house.home, kept.clock, lambda area, at: _together(house, area, at))
    wondering = Wondering(kept.store, opening, kept.zone)
    tending = Tending(opening, kept.store, kept.clock, kept.zone, heeding, wondering)
    ending = Ending(kept.store, heeding, kept.clock)
    recalling = Recalling(opening, kept.clock, kept.zone)
    remembering = Remembering(opening, kept.clock, kept.journal, heeding, tending, wondering, ending, recalling)
    attending = Attending(heeding, tending, wondering)
    coaching = Coaching(heeding, kept.store, announce, kept.clock, kept.zone)
    nights = Nights(opening, kept.store, kept.journal, kept.clock, kept.zone)
    concluding = Concluding(opening, kept.clock, wondering, heeding)
    coaching.language_of = house.household.language_of
    opening.is_locked, coaching.is_sealed = kept.seals.is_locked, kept.seals.is_sealed
    kept.seals.changed = Reopening(opening, heeding, tending, concluding.conclude)
    embedding = None if embedder is None else _embedding_of(embedder, opening, kept)
    if not config.memory.episodes:
        return Remembered(remembering, heeding, attending, tending, coaching, None, nights, embedding)
    episodes = Episodes(opening, kept.clock, remembering.unheard, days=config.memory.days)
    remembering.before = episodes.flush
    episodes.conclude = concluding.conclude

    def ponders(model: Model) -> "Pondering":
        from daemon.remembering.pondering import Pondering

        return Pondering(opening, house.household, concluding, model, kept.clock, kept.journal)

    return Remembered(remembering, heeding, attending, tending, coaching, episodes, nights, embedding, ponders)


def _embedder_of(given: OllamaSection, kept: Kept) -> "OllamaEmbedder | None":
    if given.embed is None:
        return None
    from daemon.memory import OllamaEmbedder
    from daemon.reasoner.ollama import refuse_foreign

    try:
        if not given.remote:
            refuse_foreign(given.url, given.embed)
    except ForeignError as error:
        raise ConfigError(f"ollama: {error}") from error
    return OllamaEmbedder(given.url, given.embed, kept.clock.monotonic)


def _embedding_of(embedder: "OllamaEmbedder", opening: Opening, kept: Kept) -> "Embedding":
    from daemon.remembering.embedding import Embedding

    return Embedding(opening, embedder, kept.store, kept.clock)


def _together(house: House, area: AreaId | None, at: datetime) -> Collection[PersonId]:
    """Return who is believed to be in a room."""
    people = house.household.people.values()
    return [one.id for one in people if area is not None and house.presence.where(one, at).area == area]
