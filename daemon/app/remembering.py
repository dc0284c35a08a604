"""The memory of the house, as it is talked to: built here, loaded when somebody first tells or asks something."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.config import Config
from daemon.remembering import Episodes, Nights, Opening, Remembering

if TYPE_CHECKING:
    from daemon.memory import Memory


@dataclass(frozen=True, slots=True)
class Remembered:
    """The parts that remember."""

    remembering: Remembering
    episodes: Episodes | None
    """``None`` where what is said is not to be kept by itself."""
    nights: Nights


def remembered_of(config: Config, house: House, kept: Kept) -> Remembered:
    """Return them; nothing is read yet."""

    def make() -> "Memory":
        from daemon.memory import Memory

        return Memory(kept.store, kept.clock, zone=kept.zone, language=config.home.language)

    opening = Opening(make, house.household)
    remembering = Remembering(opening, kept.clock, kept.journal)
    nights = Nights(opening, kept.store, kept.journal, kept.clock, kept.zone)
    if not config.memory.episodes:
        return Remembered(remembering, None, nights)
    episodes = Episodes(opening, kept.clock, remembering.unheard, days=config.memory.days)
    remembering.before = episodes.flush
    return Remembered(remembering, episodes, nights)
