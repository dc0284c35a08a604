"""The house as it is configured, and the bridges that reach it: no other module builds one."""

from collections.abc import Callable
from dataclasses import dataclass

from daemon.actuate import Actuate
from daemon.clock import Clock
from daemon.config import Config, secret
from daemon.household import Household
from daemon.presence import Presence
from devices.dialects.discovery import Discovery
from devices.dialects.esphome import Esphome
from devices.dialects.model import Dialect
from devices.dialects.shelly import Shelly
from devices.dialects.tasmota import Tasmota
from devices.dialects.zigbee2mqtt import Zigbee2Mqtt
from devices.home import Home
from devices.model import Area, AreaId, Bridge, BridgeError, EntityId, Floor, FloorId
from devices.mqtt import Mqtt, MqttSettings
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


def house_of(config: Config, household: Household, *, clock: Clock, topics: Dialect, bridge: Bridge | None) -> House:
    """Return the house over MQTT, or over ``bridge`` if there is one; ``topics`` hears what people answer over MQTT.

    Raises:
        ConfigError: the broker's secret cannot be used.
    """
    home = home_of(config)
    mqtt = _mqtt(config, home, clock, topics) if bridge is None else None
    return House(home, household, Presence(home, household), Actuate(home, _bridge_of(bridge or mqtt)), mqtt)


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


def _bridge_of(bridge: Bridge | None) -> Callable[[EntityId], Bridge]:
    def bridge_of(entity: EntityId) -> Bridge:
        if bridge is None:
            raise BridgeError(f"nothing reaches {entity!r}: no broker is configured")
        return bridge

    return bridge_of


def _mqtt(config: Config, home: Home, clock: Clock, *more: Dialect) -> Mqtt | None:
    given = config.mqtt
    if given.host is None:
        return None
    settings = MqttSettings(
        host=given.host,
        port=given.port,
        username=given.username,
        password=secret(given.password_file, what="mqtt.password_file"),
        client_id=given.client_id,
        tls=given.tls,
        ca_file=given.ca_file,
        cert_file=given.certificate_file,
        key_file=given.key_file,
        keepalive_s=given.keepalive_s,
        base_topic=given.base_topic,
    )
    dialects: list[Dialect] = [Zigbee2Mqtt(base) for base in given.zigbee2mqtt_topics]
    # Many publishers describe themselves only after Home Assistant's birth message: without one, it is ours to send.
    announce = given.discovery_announce if given.discovery_announce is not None else config.homeassistant.url is None
    prefix = given.discovery_prefix
    shelly = Shelly(source=f"{given.base_topic}/shelly", prefixes=given.shelly_prefixes)
    dialects += [Tasmota(), shelly, Esphome(discovery_prefix=prefix), Discovery(prefix=prefix, announce=announce)]
    return Mqtt(settings, home, [*dialects, *more], now=clock.now)
