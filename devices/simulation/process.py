"""The simulated house as it runs: every device connected, the ready line, the orders that tests and demos give."""

import asyncio
import contextlib
import json
import logging
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from devices.simulation.bench import Rack
from devices.simulation.furnish import furnished
from devices.simulation.line import ANNOUNCED, Gadget, Line, Voice, Will
from devices.simulation.part import Pace, Part, Temper, opposite
from devices.simulation.zigbee import Zigbee

log = logging.getLogger("hearth." + __name__)

DRIFT_S = 20
REMIND_S = 60.0
"""Between two tellings of what nobody asked: Shelly has 30, ESPHome 60, Tasmota 300."""
_TICK_S = 1.0
_DRIFTING = ("value", "temperature", "humidity", "local_temperature", "power", "illuminance")


@dataclass(frozen=True, slots=True)
class Options:
    """How the house is to run."""

    house: bool = True
    lights: int = 0
    pace: float = 1.0
    drift: int | None = None
    """The seed of the sensors' drift; ``None`` keeps every value where it is."""
    patience_s: float = 15.0
    """How long the devices may take to announce themselves; 0.2 s is usual, 1.2 s with a thousand lights."""


class House:
    """Every simulated device on one broker."""

    def __init__(self, host: str, port: int, options: Options) -> None:
        pace = Pace(asyncio.get_running_loop(), options.pace)
        gadgets: list[Gadget] = furnished(pace) if options.house else []
        if options.lights:
            gadgets.append(Rack(options.lights, pace))
        self._lines = [Line(gadget, host, port) for gadget in gadgets]
        self._listener = Line(_Listener({g.client_id for g in gadgets}), host, port)
        self._options = options
        self._pace = pace

    @property
    def devices(self) -> int:
        """How many devices there are."""
        return sum(len(g.parts) if isinstance(g, Zigbee) else 1 for g in (line.gadget for line in self._lines))

    async def run(self, ready: asyncio.Event) -> None:
        """Connect everything, set `ready` once all have announced themselves, keep it alive until cancelled.

        Raises:
            TimeoutError: no broker there, or it does not carry the messages.
        """
        listener = self._listener.gadget
        assert isinstance(listener, _Listener)
        try:
            async with asyncio.timeout(self._options.patience_s):
                self._listener.up()
                await listener.awake.wait()
                for line in self._lines:
                    line.up()
                await listener.complete.wait()
            for line in self._lines:
                if not isinstance(line.gadget, Zigbee) and Temper.OFFLINE in {
                    part.temper for part in line.gadget.parts.values()
                }:
                    line.drop()
            ready.set()
            self._pace.later(REMIND_S, self._remind)
            await self._live()
        finally:
            for line in (*self._lines, self._listener):
                line.close()

    async def _live(self) -> None:
        chance = random.Random(self._options.drift)
        ticks = 0
        while True:
            await asyncio.sleep(_TICK_S)
            ticks += 1
            for line in (*self._lines, self._listener):
                line.tick()
            if self._options.drift is not None and ticks % DRIFT_S == 0:
                for _, part in self._parts():
                    _drift(part, chance)

    def _remind(self) -> None:
        for line in self._lines:
            line.gadget.remind()
        self._pace.later(REMIND_S, self._remind)

    def order(self, name: str, do: str, data: dict[str, object]) -> None:
        """Do something to a device by hand, see `devices.simulation.child.Simulation.tell`.

        Raises:
            LookupError: there is no such device, or no such thing to do.
        """
        line, part = self._found(name)
        if do in (Temper.SOUND, Temper.SLOW, Temper.IGNORING, Temper.LYING):
            part.temper = Temper(do)
        elif do in ("online", "offline"):
            self._reach(line, part, name, online=do == "online")
        elif do == "set":
            part.hand(lambda: part.set(**data))
        elif do == "press":
            part.hand(lambda: _toggle(part))
        else:
            raise LookupError(f"unknown order {do!r}; there are {', '.join([*Temper, 'online', 'set', 'press'])}")

    def _found(self, name: str) -> tuple[Line, Part]:
        for line in self._lines:
            if name in line.gadget.parts:
                return line, line.gadget.parts[name]
        raise LookupError(f"no device {name!r} in the simulated house")

    @staticmethod
    def _reach(line: Line, part: Part, name: str, *, online: bool) -> None:
        if isinstance(line.gadget, Zigbee):
            line.gadget.reach(name, online=online)
            return
        part.reach(online=online)
        if online:
            line.up()
        else:
            line.drop()

    def _parts(self) -> Iterator[tuple[str, Part]]:
        for line in self._lines:
            yield from line.gadget.parts.items()


class _Listener:
    """Hears which devices have said everything. Its own message comes back last, per connection in order."""

    client_id = "simulation_listener"
    will = Will("simulation/availability", "offline")
    filters: Sequence[str] = (ANNOUNCED,)

    def __init__(self, awaited: set[str]) -> None:
        self._awaited = awaited
        self.parts: dict[str, Part] = {}
        self.awake = asyncio.Event()
        self.complete = asyncio.Event()
        if not awaited:
            self.complete.set()

    def wake(self, voice: Voice) -> None:
        del voice
        self.awake.set()

    def hear(self, topic: str, payload: str) -> None:
        del topic
        self._awaited.discard(payload)
        if not self._awaited:
            self.complete.set()

    def remind(self) -> None:
        pass


def _toggle(part: Part) -> None:
    for key in ("state", "POWER", "on"):
        if key in part.condition:
            part.set(**{key: opposite(part[key])})


def _drift(part: Part, chance: random.Random) -> None:
    drifted: dict[str, object] = {
        key: round(value * chance.uniform(0.99, 1.01), 2)
        for key in _DRIFTING
        if isinstance(value := part.condition.get(key), float)
    }
    if drifted:
        part.hand(partial(part.set, **drifted))


async def obey_lines(house: House, reader: asyncio.StreamReader) -> None:
    """Carry out one JSON order a line and answer each with a line; return at the end of the stream."""
    while line := await reader.readline():
        answer: dict[str, object]
        try:
            order = json.loads(line)
            house.order(str(order["device"]), str(order["do"]), dict(order.get("data") or {}))
            answer = {"done": order["do"], "device": order["device"]}
        except (ValueError, LookupError, TypeError) as error:
            answer = {"error": str(error)}
        say(answer)


def say(row: dict[str, object]) -> None:
    """Write one JSON line to standard output; silent when nobody reads it any more."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
