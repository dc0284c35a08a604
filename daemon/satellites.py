"""The satellites of the configuration: made, looked for on the network where they have no address, and served."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from daemon.config.satellites import SatelliteEntry
from daemon.config.secrets import secret
from daemon.discovery import Discovery
from daemon.supervise import Condition, Health
from voice.model import VoiceError
from voice.satellite import Satellite

log = logging.getLogger("hearth." + __name__)

AGAIN_S = 30.0
"""How long to wait where the engines cannot be had; a satellite that is gone is tried again by its session."""

Serve = Callable[[Satellite], Awaitable[None]]
"""Serves a satellite until it has no more to give: `daemon.rooms.Rooms.serve`. May raise VoiceError."""


class Satellites:
    """Those that are configured; each is served for as long as this runs."""

    def __init__(self, entries: Sequence[SatelliteEntry], serve: Serve, discovery: Discovery) -> None:
        """Take the entries, and read the keys that they name.

        Raises:
            ConfigError: a key cannot be read.
        """
        self._serve, self._discovery = serve, discovery
        self._entries = tuple(entries)
        self._sought = {one.name for one in entries if one.kind == "wyoming" and one.host is None}
        self._keys = {one.name: secret(one.key_file, what=f"satellites.{one.name}.key_file") for one in entries}
        self._problems: dict[str, str] = {}

    async def run(self) -> None:
        """Serve them until cancelled."""
        async with asyncio.TaskGroup() as group:
            for entry in self._entries:
                group.create_task(self._keep(entry))

    def health(self) -> Health:
        """Return which are looked for, and which cannot be served; those that are served have their own row."""
        told = [f"{name} is not on the network" for name in sorted(self._sought)]
        told += [f"{name}: {why}" for name, why in sorted(self._problems.items())]
        if told:
            remedy = "switch it on, or give its host in [[satellites]]" if self._sought else "see the log"
            return Health("configured satellites", Condition.DEGRADED, "; ".join(told), remedy)
        count = len(self._entries)
        return Health("configured satellites", Condition.FINE, f"{count} configured" if count else "none")

    async def _keep(self, entry: SatelliteEntry) -> None:
        """Serve one again and again."""
        satellite = await self._made(entry)
        while True:
            try:
                await self._serve(satellite)
                self._problems.pop(entry.name, None)
            except VoiceError as error:
                if entry.name not in self._problems:
                    log.warning("satellite %s cannot be served: %s", entry.name, error)
                self._problems[entry.name] = str(error)
            await asyncio.sleep(AGAIN_S)

    async def _made(self, entry: SatelliteEntry) -> Satellite:
        match entry.kind:
            case "soundcard":
                from voice.satellites.portaudio import PortAudio
                from voice.satellites.soundcard import SoundCard

                return SoundCard(
                    entry.name,
                    PortAudio(),
                    room=entry.room,
                    microphone=entry.microphone,
                    loudspeaker=entry.loudspeaker,
                )
            case "wyoming":
                from voice.wyoming.satellite import PORT, WyomingSatellite

                host, port = await self._address(entry, PORT)
                return WyomingSatellite(entry.name, host, port, room=entry.room)

            case "esphome":
                from voice.satellites import esphome

                assert entry.host is not None
                return esphome.EsphomeSatellite(
                    entry.name,
                    entry.host,
                    entry.port or esphome.PORT,
                    key=self._keys[entry.name],
                    room=entry.room,
                )

    async def _address(self, entry: SatelliteEntry, port: int) -> tuple[str, int]:
        """Return where a satellite is; one without an address is waited for."""
        if entry.host is not None:
            return entry.host, entry.port or port
        found = await self._discovery.wait_for(entry.kind, entry.name)
        self._sought.discard(entry.name)
        log.info("satellite %s is at %s:%d", entry.name, found.host, found.port)
        return found.host, found.port
