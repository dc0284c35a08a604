"""Which names of the house are trouble when they are spoken: unknown to the speech model, or alike."""

from collections.abc import Iterable

from daemon.config import Config
from daemon.supervise import Condition, Health
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId, HomeView
from devices.names import slug
from skills.grammar.vocabulary import Knows, confusable, unheard

MOST_TOLD = 8
"""As many of each are named in a row of ``hearth doctor``."""


class Naming:
    """Watches the names of a house, whoever gave them; looked at again only when one changes."""

    def __init__(self, home: HomeView, knows: Knows) -> None:
        self._home, self._knows = home, knows
        self._version = -1
        self._health = Health("names", Condition.FINE)

    def health(self) -> Health:
        """Return what is known of the names as they are now."""
        if self._version != self._home.version:
            self._version = self._home.version
            self._health = health_of(self._home, self._knows)
        return self._health


def health_of(home: HomeView, knows: Knows) -> Health:
    """Return whether the names of a house can be told apart by ear, and are made of words that are heard."""
    things: list[Entity | Area | Floor] = [entity for entity in home.entities() if not entity.hidden]
    things += [*home.areas(), *home.floors()]
    missing = unheard((name for thing in things for name in (thing.name, *thing.aliases)), knows)
    alike = [f"{one!r} and {other!r}" for one, other in confusable(home)]
    told = [f"the speech model does not know {_some(map(repr, missing))}"] if missing else []
    told += [f"these sound alike: {_some(alike)}"] if alike else []
    if not told:
        return Health("names", Condition.FINE, f"{len(things)} names")
    return Health("names", Condition.DEGRADED, "; ".join(told), "give them other names, or aliases, in [home]")


def configured(config: Config) -> Home:
    """Return a house of nothing but the names that a configuration gives."""
    floors = [Floor(FloorId(slug(floor.name)), floor.name, floor.aliases) for floor in config.home.floors]
    areas = [Area(AreaId(slug(area.name)), area.name, area.aliases) for area in config.home.areas]
    home = Home(floors=floors, areas=areas, names=config.home.names, aliases=config.home.aliases)
    for thing in (*config.home.names, *config.home.aliases):
        home.add(Entity(EntityId(thing), thing.rpartition(".")[2].replace("_", " "), ""))
    return home


def _some(texts: Iterable[str]) -> str:
    all_of_them = list(texts)
    more = [f"{len(all_of_them) - MOST_TOLD} more"] if len(all_of_them) > MOST_TOLD else []
    return ", ".join([*all_of_them[:MOST_TOLD], *more])
