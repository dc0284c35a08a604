"""This house as a Wyoming service: its ears, its voice and its answers, for Home Assistant's Assist and the like."""

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Protocol

from daemon.config.satellites import WyomingSection
from daemon.conversation import Conversation, Status
from daemon.discovery import Announced
from daemon.supervise import Condition, Health
from devices.model import AreaId, HomeView
from devices.names import fold
from skills.model import Origin
from voice.engines import Engines
from voice.model import Recognizer, Synthesizer
from voice.wyoming.offer import Answered, Asked, Offer, Spotter
from voice.wyoming.services import LOOPBACK, Network, Services

NAME = "hearth"
_NOT_DONE = frozenset({Status.NOT_UNDERSTOOD, Status.FAILED, Status.REFUSED})


class Ears(Protocol):
    """Who holds the engines: `daemon.listening.Ears`."""

    async def engines(self) -> Engines:
        """Return them, or raise VoiceError."""
        ...


class Waking(Protocol):
    """Who listens for wake words: `daemon.wakewords.WakeWords`."""

    words: tuple[str, ...]
    """Those of the house."""

    def guest(self) -> Spotter:
        """Return a detector for one client, or raise VoiceError; blocking."""
        ...


class Speech:
    """The engines of the house, loaded when the first client needs them."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears

    async def recognizer(self) -> Recognizer:
        """Return the recognizer, or raise VoiceError."""
        return await (await self._ears.engines()).recognizer()

    async def synthesizer(self) -> Synthesizer:
        """Return the voice, or raise VoiceError."""
        return await (await self._ears.engines()).synthesizer()


class Answering:
    """Has the house answer what a client was told. Nobody knows who it was: it is a voice that was not recognized.

    The answer goes back whole, also where talk is thought out sentence by sentence: the protocol has pieces for it
    (``handled-chunk``, wyoming 1.10.2), but Home Assistant's agent passes over them and speaks none of it before the
    ``handled`` that ends it (2026.11, its ``components/wyoming/conversation.py``).
    """

    def __init__(
        self, conversation: Conversation, home: HomeView, room_of: Callable[[str], str | None] | None = None
    ) -> None:
        """Take ``room_of``, which knows what the room is called where a device or an entity of Home Assistant is."""
        self._conversation, self._home, self._room_of = conversation, home, room_of

    async def __call__(self, asked: Asked) -> Answered:
        """Return what the house says."""
        answer = await self._conversation.answer(asked.text, origin=Origin.VOICE, area=self._area(asked))
        return Answered(answer.reply, handled=answer.status not in _NOT_DONE)

    def _area(self, asked: Asked) -> AreaId | None:
        """Return the room that a client names, else where Home Assistant (2026.11) says that it comes from."""
        said = asked.context.get("area")
        if said is None and self._room_of is not None:
            ids = [asked.context.get(key) for key in ("satellite_id", "device_id")]
            said = next((room for one in ids if isinstance(one, str) and (room := self._room_of(one))), None)
        if not isinstance(said, str):
            return None
        called = ((one.id, (one.id, one.name, *one.aliases)) for one in self._home.areas())
        return next((area for area, names in called if fold(said) in map(fold, names)), None)


class WyomingServer:
    """The server with its row of health, and how it is announced."""

    def __init__(
        self, section: WyomingSection, ears: Ears, answering: Answering, waking: Waking, *, language: str
    ) -> None:
        """Offer to the clients that are named, and to this machine."""
        self._section = section
        offer = Offer(
            Speech(ears),
            answering if section.commands else None,
            lambda: asyncio.to_thread(waking.guest),
            waking.words,
            language=language,
            version=version("hearth-home"),
        )
        networks: Sequence[Network] = [ipaddress.ip_network(one, strict=False) for one in section.clients]
        self.services = Services(offer, host=section.host, port=section.port, networks=[*LOOPBACK, *networks])

    async def run(self) -> None:
        """Serve until cancelled; raises OSError when the port is taken."""
        await self.services.run()

    def health(self) -> Health:
        """Return where it listens, and who was turned away."""
        if self.services.port is None:
            problem = f"cannot listen on {self._section.host}:{self._section.port}"
            return Health("wyoming", Condition.DEGRADED, problem, "free the port, or set wyoming.port")
        detail = f"on {self._section.host}:{self.services.port}"
        if self.services.refused:
            turned = ", ".join(sorted(self.services.refused))
            return Health(
                "wyoming", Condition.DEGRADED, f"{detail}; turned away: {turned}", "name it in wyoming.clients"
            )
        return Health("wyoming", Condition.FINE, detail)


def announced_of(section: WyomingSection) -> Sequence[Announced]:
    """Return how others find the server: not at all where it is for this machine alone, or on any port."""
    if not section.enabled or section.port == 0:
        return []
    addresses = _addresses(section.host)
    return [Announced(NAME, section.port, addresses)] if addresses else []


def _addresses(host: str) -> tuple[str, ...]:
    """Return the addresses at which others reach what listens on `host`."""
    try:
        only = ipaddress.ip_address(host)
    except ValueError:
        return ()
    if not only.is_unspecified:
        return () if only.is_loopback else (host,)
    import ifaddr

    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    return tuple(ip for ip in found if not ipaddress.ip_address(ip).is_loopback)
