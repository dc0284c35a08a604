"""Helpers of the simulation's tests: a voice that remembers, and a house that hears without a broker."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from devices.simulation.furnish import furnished
from devices.simulation.line import Gadget, Payload
from devices.simulation.part import Pace

DEADLINE_S = 10.0
HURRY = 0.001
"""A thousand times as fast: no test waits for a blind."""


@dataclass
class Ear:
    """Remembers what devices say; the newest by topic, and everything in order."""

    said: list[tuple[str, Payload, bool]] = field(default_factory=list[tuple[str, Payload, bool]])
    spoken: asyncio.Event = field(default_factory=asyncio.Event)

    def publish(self, topic: str, payload: Payload, *, retain: bool = False, qos: int = 0) -> None:
        del qos
        self.said.append((topic, payload, retain))
        self.spoken.set()

    def all(self, topic: str) -> list[Payload]:
        """Return everything said on a topic, oldest first."""
        return [payload for said, payload, _ in self.said if said == topic]

    def last(self, topic: str) -> Payload | None:
        """Return what was said last on a topic."""
        return next(iter(reversed(self.all(topic))), None)

    def retained(self) -> set[str]:
        """Return the topics that were said to be kept."""
        return {topic for topic, _, retain in self.said if retain}

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once it holds; looked at after each word."""
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                self.spoken.clear()
                await self.spoken.wait()


def awake_house() -> tuple[Sequence[Gadget], Ear]:
    """Return every device of the house, awake, and the ear that heard them wake; forgets what they said."""
    gadgets, ear = furnished(Pace(asyncio.get_running_loop(), HURRY)), Ear()
    for gadget in gadgets:
        gadget.wake(ear)
    return gadgets, ear


def tell(gadgets: Sequence[Gadget], topic: str, payload: str) -> None:
    """Deliver a message to the devices that subscribed to its topic."""
    heard = [gadget for gadget in gadgets if any(_matches(one, topic) for one in gadget.filters)]
    assert heard, f"nobody listens to {topic}"
    for gadget in heard:
        gadget.hear(topic, payload)


def _matches(wanted: str, topic: str) -> bool:
    levels, parts = wanted.split("/"), topic.split("/")
    for level, part in zip(levels, parts, strict=False):
        if level == "#":
            return True
        if level not in ("+", part):
            return False
    return len(levels) == len(parts)
