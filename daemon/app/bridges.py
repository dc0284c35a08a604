"""The bridges that are configured, and what makes one house of them: no other module builds one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon.clock import Clock
from daemon.config import Config, secret
from devices.dialects.commanding import Commands
from devices.dialects.discovery import Discovery
from devices.dialects.esphome import Esphome
from devices.dialects.model import Dialect
from devices.dialects.shelly import Shelly
from devices.dialects.tasmota import Tasmota
from devices.dialects.zigbee2mqtt import Zigbee2Mqtt
from devices.home import Home
from devices.homeassistant import HomeAssistant, Settings
from devices.merging import Merging
from devices.model import Bridge, Register
from devices.mqtt import Mqtt, MqttSettings


@dataclass(frozen=True, slots=True)
class Reached:
    """How the house is reached."""

    mqtt: Mqtt | None = None
    homeassistant: HomeAssistant | None = None
    merging: Merging | None = None
    takes_orders: Callable[[str], bool] = lambda _: True
    """Says whether a device may take a message on an MQTT topic for an order."""

    @property
    def bridge(self) -> Bridge | None:
        """What calls are given to."""
        return self.merging or self.mqtt or self.homeassistant


def reached_by(config: Config, home: Home, clock: Clock, topics: Sequence[Dialect]) -> Reached:
    """Return the bridges that are configured; ``topics`` hear what people answer and want over MQTT.

    Raises:
        ConfigError: a secret cannot be used.
    """
    given = config.mqtt
    # Many publishers describe themselves only after Home Assistant's birth message: without one, it is ours to send.
    announce = given.discovery_announce if given.discovery_announce is not None else config.homeassistant.url is None
    discovery = Discovery(prefix=given.discovery_prefix, announce=announce)
    roots = (given.base_topic, given.discovery_prefix, *given.zigbee2mqtt_topics, *given.shelly_prefixes)
    takes_orders = Commands(roots, discovery.commands).takes
    heard = (discovery, *topics)
    if config.mqtt.host is None or config.homeassistant.url is None:
        mqtt, homeassistant = _mqtt(config, home, clock, *heard), _homeassistant(config, home, clock)
        return Reached(mqtt, homeassistant, takes_orders=takes_orders)
    merging = Merging(home, (config.homeassistant.prefer,), naming=HomeAssistant.name)
    first, second = merging.source(Mqtt.name), merging.source(HomeAssistant.name)
    first.bridge = mqtt = _mqtt(config, first, clock, *heard)
    second.bridge = homeassistant = _homeassistant(config, second, clock)
    return Reached(mqtt, homeassistant, merging, takes_orders)


def _homeassistant(config: Config, home: Register, clock: Clock) -> HomeAssistant | None:
    given = config.homeassistant
    token = secret(given.token_file, what="homeassistant.token_file")
    if given.url is None or token is None:
        return None
    settings = Settings(given.url, token, given.ca_file, exposed_only=given.exposed_only)
    return HomeAssistant(settings, home, now=clock.now)


def _mqtt(config: Config, home: Register, clock: Clock, *more: Dialect) -> Mqtt | None:
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
    prefix = given.discovery_prefix
    shelly = Shelly(source=f"{given.base_topic}/shelly", prefixes=given.shelly_prefixes)
    dialects += [Tasmota(), shelly, Esphome(discovery_prefix=prefix)]
    return Mqtt(settings, home, [*dialects, *more], now=clock.now)
