"""The satellites that are paired with this house: invited, let in, sent away; nobody listens for them without need."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.config.satellites import PairingSection
from daemon.errors import DaemonError
from daemon.supervise import Condition, Health
from devices.model import HomeView
from devices.names import fold, slug
from voice.model import VoiceError
from voice.paired.guests import GOOD_S, Guests
from voice.satellite import Satellite

if TYPE_CHECKING:
    from voice.paired.door import Door  # with all of Wyoming

log = logging.getLogger("hearth." + __name__)

FOLDER = "satellites"
OPEN_S = 8.0
"""Less than the command line waits; making the key takes a tenth of a second."""
Request = Mapping[str, object]
Serve = Callable[[Satellite], Awaitable[None]]
"""Serves a satellite until it has no more to give: `daemon.rooms.Rooms.serve`. May raise VoiceError."""


class InvitationError(DaemonError):
    """An invitation cannot be made, or there is nobody to send away; the code tells which."""

    def __init__(self, code: str, message: str) -> None:
        """Take the code for programs and the words for people."""
        super().__init__(message)
        self.code = code


class Pairing:
    """Holds the door, for as long as somebody may come in by it."""

    def __init__(
        self, section: PairingSection, state: Path, home: HomeView, serve: Serve, *, taken: Sequence[str] = ()
    ) -> None:
        """``taken`` are names that other satellites have; ``serve`` serves who came in."""
        self._section, self._folder, self._home, self._serve = section, state / FOLDER, home, serve
        self._taken = frozenset(taken)
        self._needed = asyncio.Event()
        self._listening = asyncio.Event()
        self._guests: Guests | None = None
        self._door: Door | None = None
        self._problem = self._remedy = ""

    async def run(self) -> None:
        """Open the door once it is needed, and hold it open until cancelled.

        Raises:
            OSError: the port is taken.
            VoiceError: our key cannot be used.
            InvitationError: what is kept of the pairings cannot be read.
        """
        try:
            if self._all().all:
                self._needed.set()
            await self._needed.wait()
            from voice.paired.door import Door
            from voice.paired.identity import identity

            own = await asyncio.to_thread(identity, self._folder, "hearth")
            self._door = door = Door(own, self._all(), self._serve, on_listening=self._listening.set)
            self._problem = ""
            await door.run(self._section.host, self._section.port)
        except OSError as error:
            self._problem, self._remedy = str(error), "free the port, or set pairing.port"
            raise
        except (VoiceError, InvitationError) as error:
            self._problem, self._remedy = str(error), "no satellite can come in until then"
            raise
        finally:
            self._door = None
            self._listening.clear()

    def operations(self) -> Mapping[str, Callable[[Request], Awaitable[object]]]:
        """Return what the command line can ask for."""
        return {"satellite.invite": self._invite, "satellite.list": self._list, "satellite.revoke": self._revoke}

    def health(self) -> Health:
        """Return who is away, and what is wrong."""
        if self._problem:
            return Health("paired satellites", Condition.DEGRADED, self._problem, self._remedy)
        door, paired = self._door, [] if self._guests is None else [guest.name for guest in self._guests.all]
        if not paired:
            return Health("paired satellites", Condition.FINE, "none")
        present, problems = ((), {}) if door is None else (door.present, door.problems)
        wrong = [f"{name}: {why}" for name, why in problems.items()]
        wrong += [f"{name} is away" for name in paired if name not in present]
        if wrong:
            return Health("paired satellites", Condition.DEGRADED, "; ".join(wrong), "is it switched on?")
        return Health("paired satellites", Condition.FINE, ", ".join(present))

    def _all(self) -> Guests:
        if self._guests is None:
            try:
                self._guests = Guests(self._folder, asyncio.get_running_loop().time)
            except VoiceError as error:
                raise InvitationError(error.code, str(error)) from error
        return self._guests

    async def _invite(self, request: Request) -> object:
        room, name = self._room(request.get("area")), request.get("name")
        guests = self._all()
        chosen = slug(name) if isinstance(name, str) and name else self._free(room or "satellite", guests)
        if chosen in self._taken:
            raise InvitationError(
                "name-taken", f"another satellite is called {chosen!r} in the configuration; give another --name"
            )
        self._needed.set()
        await self._open()
        assert self._door is not None
        try:
            invitation = guests.invite(chosen, room)
        except VoiceError as error:
            raise InvitationError(error.code, str(error)) from error
        return {
            "code": str(invitation.code),
            "name": chosen,
            "room": room,
            "host": await asyncio.to_thread(_own_address),
            "port": self._door.port,
            "good_min": round(GOOD_S / 60),
        }

    async def _open(self) -> None:
        """Wait until one can come in."""
        try:
            async with asyncio.timeout(OPEN_S):
                await self._listening.wait()
        except TimeoutError as error:
            why = self._problem or "it takes too long"
            raise InvitationError("no-door", f"no satellite can come in: {why}; see hearth doctor") from error

    def _room(self, area: object) -> str | None:
        if area is None:
            return None
        for one in self._home.areas():
            if fold(str(area)) in map(fold, (one.id, one.name, *one.aliases)):
                return one.name
        there = ", ".join(one.name for one in self._home.areas())
        raise InvitationError("unknown-area", f"there is no area {area!r}; there are: {there or 'none'}")

    def _free(self, base: str, guests: Guests) -> str:
        used = {guest.name for guest in guests.all} | self._taken
        names = (slug(base) if count == 1 else f"{slug(base)}_{count}" for count in range(1, len(used) + 2))
        return next(name for name in names if name not in used)

    async def _list(self, request: Request) -> object:
        del request
        present = self._door.present if self._door is not None else ()
        return [
            {"name": one.name, "room": one.room, "present": one.name in present, "certificate": one.fingerprint}
            for one in self._all().all
        ]

    async def _revoke(self, request: Request) -> object:
        name = str(request.get("name"))
        try:
            gone = self._all().revoke(name)
        except VoiceError as error:
            raise InvitationError(error.code, str(error)) from error
        if not gone:
            there = ", ".join(one.name for one in self._all().all)
            raise InvitationError("unknown-satellite", f"no satellite {name!r} is paired; there are: {there or 'none'}")
        if self._door is not None:
            await self._door.send_away(name)
        log.info("satellite %s is paired no more", name)
        return {"name": name}


def _own_address() -> str | None:
    """Return the address of this machine in its network, if it has one; nothing is sent."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
            return str(asked.getsockname()[0])
        except OSError:
            return None
