"""What is on the network, by zeroconf: found and listed, never used without the owner's word; and us, found by others.

No credential is sent to anything that is only found: a name on the network is whoever says it is.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.supervise import Condition, Health

if TYPE_CHECKING:
    from zeroconf import ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

log = logging.getLogger("hearth." + __name__)

KINDS = {
    "_wyoming._tcp.local.": "wyoming",
    "_esphomelib._tcp.local.": "esphome",
    "_home-assistant._tcp.local.": "homeassistant",
    "_mqtt._tcp.local.": "mqtt",
}
WYOMING = "_wyoming._tcp.local."
RESOLVE_S = 3.0
MOST = 200
"""Names that are kept: a network that has more has a broken device on it."""
_WAITING = 500
_TOLD = 6

Ask = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns what a Wyoming service offers: `voice.wyoming.asking.offered`."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something on the network."""

    kind: str
    """``wyoming``, ``esphome``, ``homeassistant`` or ``mqtt``."""
    name: str
    """As it calls itself, without its type."""
    host: str
    """Its address."""
    port: int
    offers: tuple[str, ...] = ()
    """Of a Wyoming service: ``satellite``, ``asr``, …"""


@dataclass(frozen=True, slots=True)
class Announced:
    """A Wyoming service of ours that others are to find."""

    name: str
    port: int
    addresses: tuple[str, ...]
    """Where it is reached; a service that listens on loopback only is of no use to others and is not announced."""


class Discovery:
    """Browses and announces while it runs."""

    def __init__(self, ask: Ask, announced: Sequence[Announced] = (), *, interfaces: Sequence[str] = ()) -> None:
        """Use `interfaces`, by their addresses; by default all."""
        self._ask, self._announced, self._interfaces = ask, tuple(announced), list(interfaces)
        self._found: dict[tuple[str, str], Found] = {}
        self._changed = asyncio.Event()
        self._problem = "it has not started yet"

    @property
    def found(self) -> Sequence[Found]:
        """What is there now, by kind and name."""
        return sorted(self._found.values(), key=lambda one: (one.kind, one.name))

    async def wait_for(self, kind: str, name: str) -> Found:
        """Return what has this name as soon as it is there; give it a deadline."""
        while True:
            for one in self._found.values():
                if (one.kind, one.name.casefold()) == (kind, name.casefold()):
                    return one
            self._changed.clear()
            await self._changed.wait()

    def health(self) -> Health:
        """Return what was found."""
        if self._problem:
            return Health(
                "network", Condition.DEGRADED, self._problem, "what is named by its address works all the same"
            )
        told = [f"{one.name} ({', '.join((one.kind, *one.offers))}) at {one.host}:{one.port}" for one in self.found]
        more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
        return Health("network", Condition.FINE, f"found {'; '.join(told[:_TOLD])}{more}" if told else "found nothing")

    async def run(self) -> None:
        """Browse and announce until cancelled; raises OSError when there is no network to do it on."""
        from zeroconf import InterfaceChoice
        from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

        # Turned away at the door where it is full: a storm of names must not fill memory.
        changes: asyncio.Queue[tuple[str, str, bool]] = asyncio.Queue(_WAITING)

        def on_change(zeroconf: "Zeroconf", service_type: str, name: str, state_change: "ServiceStateChange") -> None:
            del zeroconf
            if not changes.full():
                changes.put_nowait((service_type, name, state_change.name != "Removed"))

        network = AsyncZeroconf(interfaces=self._interfaces or InterfaceChoice.Default)
        try:
            await self._announce(network)
            browser = AsyncServiceBrowser(network.zeroconf, list(KINDS), handlers=[on_change])
            self._problem = ""
            try:
                async with asyncio.TaskGroup() as group:
                    while True:
                        service_type, name, there = await changes.get()
                        if there and len(self._found) < MOST:
                            group.create_task(self._resolve(network, service_type, name))
                        elif self._found.pop((service_type, name), None) is not None:
                            self._changed.set()
            finally:
                await browser.async_cancel()
        finally:
            self._problem = "it ended"
            self._found.clear()
            await network.async_close()

    async def _resolve(self, network: "AsyncZeroconf", service_type: str, name: str) -> None:
        from zeroconf import IPVersion
        from zeroconf.asyncio import AsyncServiceInfo

        info = AsyncServiceInfo(service_type, name)
        if not await info.async_request(network.zeroconf, RESOLVE_S * 1000):
            return
        addresses = info.parsed_addresses(IPVersion.V4Only) or info.parsed_addresses()
        if not addresses or not info.port:
            return
        kind, host, port = KINDS[service_type], addresses[0], info.port
        offers = tuple(await self._ask(host, port)) if kind == "wyoming" else ()
        self._found[service_type, name] = Found(kind, name.removesuffix(f".{service_type}"), host, port, offers)
        self._changed.set()

    async def _announce(self, network: "AsyncZeroconf") -> None:
        for one in self._announced:
            await network.async_register_service(_info(one), allow_name_change=True)


def _info(one: Announced) -> "AsyncServiceInfo":
    from zeroconf.asyncio import AsyncServiceInfo

    packed = [
        socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address) for address in one.addresses
    ]
    host = f"{socket.gethostname().partition('.')[0] or 'hearth'}.local."
    return AsyncServiceInfo(WYOMING, f"{one.name}.{WYOMING}", addresses=packed, port=one.port, server=host)
