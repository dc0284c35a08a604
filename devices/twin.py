"""A bridge to nothing that does what it is told: the house of the tests and of the dry run."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from devices import services
from devices.expected import after
from devices.home import Home
from devices.model import BridgeError, Call, Entity, EntityId


class Fault(StrEnum):
    """How an entity of the twin misbehaves."""

    OFFLINE = "offline"
    """It is unavailable and says so."""
    DEAF = "deaf"
    """It ignores calls and goes on reporting what it was."""
    MUTE = "mute"
    """It obeys and never reports."""
    SLOW = "slow"
    """It obeys and reports after `Twin.slow_s`."""
    STUCK = "stuck"
    """It answers every call with the report of what it was."""


class Twin:
    """Answers each call with the state it should cause, one turn of the loop later; or with a fault."""

    name = "twin"

    def __init__(
        self,
        home: Home,
        entities: Iterable[Entity] = (),
        *,
        now: Callable[[], datetime],
        faults: Mapping[EntityId, Fault] | None = None,
        slow_s: float = 1.5,
    ) -> None:
        """Add ``entities`` to ``home``, each with a plain state of its domain."""
        self.home = home
        self.sent: list[Call] = []
        """Every call it was given, in order."""
        self.connected = True
        """False: every call is a `BridgeError`, as when the broker is away."""
        self.slow_s = slow_s
        self._now = now
        self._faults = dict(faults or {})
        for entity in entities:
            home.add(entity)
            home.observe(entity.id, _RESTING.get(entity.domain, "off"), at=now())
            if self._faults.get(entity.id) is Fault.OFFLINE:
                home.reach(entity.id, False, at=now())

    async def run(self) -> None:
        """Do nothing until cancelled: there is nothing to connect to."""
        await asyncio.Event().wait()

    async def call(self, call: Call) -> None:
        """Take a call; the state follows one turn of the loop later.

        Raises:
            BridgeError: the twin is told to be away, or the entity is not one of its own.
            CallError: the entity cannot do that.
        """
        if not self.connected:
            raise BridgeError("the twin is told to be away")
        entity = self.home.entity(call.entity)
        if entity is None:
            raise BridgeError(f"the twin has no {call.entity!r}")
        services.check(entity, call)
        self.sent.append(call)
        loop = asyncio.get_running_loop()
        for member in entity.members or (entity.id,):
            match self._faults.get(member):
                case Fault.OFFLINE | Fault.DEAF | Fault.MUTE:
                    continue
                case Fault.SLOW:
                    loop.call_later(self.slow_s, self._obey, member, call)
                case Fault.STUCK:
                    loop.call_soon(self._repeat, member)
                case None:
                    loop.call_soon(self._obey, member, call)
        if entity.members:
            loop.call_soon(self._obey, entity.id, call)

    def set_fault(self, entity: EntityId, fault: Fault | None) -> None:
        """Let an entity misbehave, or behave again."""
        if fault is None:
            self._faults.pop(entity, None)
        else:
            self._faults[entity] = fault
        self.home.reach(entity, fault is not Fault.OFFLINE, at=self._now())

    def _obey(self, member: EntityId, call: Call) -> None:
        entity, state = self.home.entity(member), self.home.state(member)
        if entity is None or state is None:
            return
        wished = after(entity, state, Call(member, call.service, call.data), at=self._now())
        self.home.observe(member, wished.value, wished.attributes, at=self._now())

    def _repeat(self, member: EntityId) -> None:
        state = self.home.state(member)
        if state is not None:
            self.home.observe(member, state.value, at=self._now())


_RESTING = {
    "cover": "open",
    "valve": "open",
    "climate": "heat",
    "lock": "locked",
    "media_player": "idle",
    "vacuum": "docked",
    "lawn_mower": "docked",
    "alarm_control_panel": "disarmed",
    "water_heater": "eco",
    "number": "0",
    "sensor": "unknown",
    "button": "unknown",
    "scene": "unknown",
    "select": "unknown",
    "text": "",
}
"""What an entity of the twin is before anyone touched it."""
