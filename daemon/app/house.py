"""The house as it is configured, and who lives in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon.actuate import Actuate
from daemon.app.bridges import Reached, reached_by
from daemon.clock import Clock
from daemon.config import Config
from daemon.household import Household
from daemon.household.namesakes import Namesakes, own_tracker
from daemon.presence import Presence
from devices.dialects.model import Dialect
from devices.home import Home
from devices.homeassistant import HomeAssistant
from devices.merging import Merging
from devices.model import Area, AreaId, Bridge, BridgeError, Entity, EntityId, Floor, FloorId
from devices.mqtt import Mqtt
from devices.names import fold, slug


@dataclass(frozen=True, slots=True)
class House:
    """What stands in the house, who lives in it, and how it is reached."""

    home: Home
    household: Household
    presence: Presence
    actuate: Actuate
    mqtt: Mqtt | None
    """``None`` where no broker is configured."""
    homeassistant: HomeAssistant | None = None
    """``None`` where none is configured, or no token for it."""
    merging: Merging | None = None
    """What makes one house of both; ``None`` where there are not both."""
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees, if they are configured."""
    takes_orders: Callable[[str], bool] = lambda _: True
    """Says whether a device may take a message on an MQTT topic for an order."""


def house_of(
    config: Config, household: Household, *, clock: Clock, topics: Sequence[Dialect], bridge: Bridge | None
) -> House:
    """Return the house over what is configured, or over ``bridge`` if there is one; ``topics`` hear what people
    answer and want over MQTT.

    Raises:
        ConfigError: the secret of the broker or of Home Assistant cannot be used.
    """
    home = home_of(config)
    for person in household.people.values():
        if not person.trackers:
            # Sentences speak of people as of things; Home Assistant's own replaces it where there is one of that id.
            home.add(Entity(own_tracker(person.id), person.name, "person"))
    Namesakes(home, household)
    reached = Reached() if bridge is not None else reached_by(config, home, clock, topics)
    actuate = Actuate(home, _bridge_of(bridge or reached.bridge))
    return House(
        home,
        household,
        Presence(home, household),
        actuate,
        reached.mqtt,
        reached.homeassistant,
        reached.merging,
        _place_of(config),
        reached.takes_orders,
    )


def home_of(config: Config) -> Home:
    """Return the home with its floors and rooms, and nothing in them yet."""
    floors = [Floor(FloorId(f.id or slug(f.name)), f.name, f.aliases, f.level) for f in config.home.floors]
    floor_ids = {fold(name): floor.id for floor in floors for name in (floor.id, floor.name)}
    areas: list[Area] = []
    for area in config.home.areas:
        floor = floor_ids[fold(area.floor)] if area.floor else None
        areas.append(Area(AreaId(area.id or slug(area.name)), area.name, area.aliases, floor))
    area_ids = {fold(name): area.id for area in areas for name in (area.id, area.name)}
    placement = {thing: area_ids[fold(room)] for thing, room in config.home.placement.items()}
    given = config.home
    return Home(floors=floors, areas=areas, placement=placement, aliases=given.aliases, names=given.names)


def _place_of(config: Config) -> tuple[float, float] | None:
    latitude, longitude = config.home.latitude, config.home.longitude
    return (latitude, longitude) if latitude is not None and longitude is not None else None


def _bridge_of(bridge: Bridge | None) -> Callable[[EntityId], Bridge]:
    def bridge_of(entity: EntityId) -> Bridge:
        if bridge is None:
            raise BridgeError(f"nothing reaches {entity!r}: set mqtt.host or homeassistant.url")
        return bridge

    return bridge_of
