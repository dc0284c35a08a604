"""The ways out to people and the way in over HTTP, put together from the configuration."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from daemon.channels.apprise import Apprise
from daemon.channels.companion import Companion
from daemon.channels.door import Door
from daemon.channels.mail import Mail, MailServer
from daemon.channels.mqtt import OverMqtt, Topics
from daemon.channels.ntfy import Ntfy
from daemon.channels.web import Web
from daemon.clock import Clock
from daemon.config import Config, secret
from daemon.control import Operation
from daemon.dashboard import Dashboard, House, Metric, Serve
from daemon.household import Household
from daemon.notify.model import Channel
from daemon.store import Store
from daemon.supervise import HealthTable
from daemon.tokens import Tokens, secret_file, secret_key
from devices.home import Home
from devices.homeassistant import HomeAssistant
from devices.mqtt import Mqtt
from skills.model import PersonId

API_TOKEN = "api.token"  # noqa: S105 - the name of the file that holds it
ANSWER = "/api/notices/answer"


class Ways:
    """The channels to people and the HTTP door. Held open as a context manager; connects to nothing by itself."""

    def __init__(self, config: Config, state: Path, household: Household, store: Store, *, clock: Clock) -> None:
        """Read the secrets that are needed.

        Raises:
            ConfigError: one of them cannot be used.
            SecretFileError: nor can one of our own in the state directory.
        """
        self._config, self._people, self._clock = config, tuple(household.people.values()), clock
        self._tokens = Tokens(secret_key(state), store, clock)
        self._bearer = secret_file(state / API_TOKEN, lambda: secrets.token_urlsafe(32))
        self._door = Door()
        self._stack = AsyncExitStack()
        self._urls = self._apprise_urls()
        self._api = config.dashboard.url.rstrip("/") + ANSWER if config.dashboard.url is not None else None
        self.topics = Topics(config.mqtt.base_topic, self._people, OverMqtt.name)
        """What the MQTT bridge is to listen to."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def channels(self, mqtt: Mqtt | None, homeassistant: HomeAssistant | None) -> Sequence[Channel]:
        """Return the channels that are configured, in the order in which to try them, and the door for answers."""
        found: list[Channel] = []
        given = self._config
        if homeassistant is not None:
            found.append(Companion(homeassistant, self._tokens, listen=self._anybody_on(Companion.name)))
        if given.channels.ntfy.url is not None:
            found.append(await self._ntfy(given.channels.ntfy.url))
        if mqtt is not None:
            found.append(OverMqtt(self.topics, mqtt.publish))
        if self._urls:
            found.append(Apprise(self._urls))
        if given.channels.email.host is not None:
            found.append(await self._mail(given.channels.email.host))
        return [*found, self._door]

    def dashboard(
        self, operations: Mapping[str, Operation], table: HealthTable, home: Home, mqtt: Mqtt | None, *, serve: Serve
    ) -> Dashboard | None:
        """Return the HTTP server over these operations, which the table asks for its health; ``None`` if it is switched
        off. ``serve`` listens to browsers.
        """
        if not self._config.dashboard.enabled:
            return None
        house = House(operations, table, self._tokens, self._door.put, lambda: measures(home, mqtt), serve)
        dashboard = Dashboard(self._config.dashboard, house, bearer=self._bearer)
        table.ask("dashboard", dashboard.health)
        return dashboard

    async def _ntfy(self, url: str) -> Ntfy:
        given = self._config.channels.ntfy
        token = secret(given.token_file, what="channels.ntfy.token_file")
        web = Web(Ntfy.name, url, token=token, remedy="see channels.ntfy, and what the token may do on the server")
        await self._stack.enter_async_context(web)
        return Ntfy(web, self._people, self._tokens, api=self._api if given.answers == "api" else None)

    async def _mail(self, host: str) -> Mail:
        given = self._config.channels.email
        password = secret(given.password_file, what="channels.email.password_file")
        server = MailServer(host, given.port, given.security, given.sender, given.username, password, given.ca_file)
        return await self._stack.enter_async_context(Mail(server, self._tokens, api=self._api, now=self._clock.now))

    def _apprise_urls(self) -> Mapping[PersonId, Sequence[str]]:
        """Return what stands in the file or credential that is a person's address on Apprise, a line each."""
        found: dict[PersonId, Sequence[str]] = {}
        for person in self._people:
            for reference in person.addresses.get(Apprise.name, ()):
                text = secret(reference, what=f"the apprise address of {person.id!r}") or ""
                urls = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
                found[person.id] = [*found.get(person.id, ()), *urls]
        return found

    def _anybody_on(self, channel: str) -> bool:
        return any(person.addresses.get(channel) for person in self._people)


def measures(home: Home, mqtt: Mqtt | None) -> Sequence[Metric]:
    """Return what is counted in the house, for the metrics."""
    found = [Metric.of("hearth_entities", "Entities in the house.", float(len(home.entities())))]
    if mqtt is None:
        return found
    health = mqtt.health
    rejected = [({"dialect": name}, float(count)) for name, count in sorted(health.rejected.items())]
    return [
        *found,
        Metric.of("hearth_mqtt_connected", "Whether the broker is there.", float(health.connected)),
        Metric.of("hearth_mqtt_received_total", "Messages received.", float(health.received), "counter"),
        Metric.of("hearth_mqtt_applied_total", "Messages that somebody read.", float(health.applied), "counter"),
        Metric.of("hearth_mqtt_dropped_total", "Messages dropped.", float(health.dropped), "counter"),
        Metric.of("hearth_mqtt_reconnects_total", "Times the broker was lost.", float(health.reconnects), "counter"),
        Metric("hearth_mqtt_rejected_total", "Messages that made no sense.", "counter", rejected),
    ]
