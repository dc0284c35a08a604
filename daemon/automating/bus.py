"""Events of Home Assistant's bus, tags among them, as routines wait for them by their names."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from daemon.automating.surroundings import Hub
from daemon.routines.interests import TAG_EVENT
from daemon.routines.values import value_of
from daemon.routines.world import Change, EventFired, TagRead
from devices.homeassistant.client import AnswerError, HubError

log = logging.getLogger("hearth." + __name__)

MOST_TYPES = 100
"""Types of events that are listened to; a routine that waits for one more is told of in the log."""
FLOODS = frozenset({"*", "state_changed", "state_reported", "call_service"})
"""What comes with every change in the house: routines have `state` triggers for that."""
AGAIN_S = 5.0


class Bus:
    """Listens to the types of events that routines wait for, and to no other."""

    def __init__(self, hub: Hub, happen: Callable[[Change], object], wanted: Callable[[], frozenset[str]]) -> None:
        self._hub, self._happen, self._wanted = hub, happen, wanted
        self._moved = asyncio.Event()

    def look_again(self) -> None:
        """Look anew which types are waited for."""
        self._moved.set()

    async def run(self) -> None:
        """Listen whenever Home Assistant is there; ends only by cancellation."""
        while True:
            await self._hub.wait_connected()
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(self._follow(group))]
                    await self._hub.wait_lost()
                    for task in tasks:
                        task.cancel()
            except* HubError as errors:
                log.debug("events of Home Assistant: %s", errors.exceptions[0])
            await asyncio.sleep(AGAIN_S)

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        """Listen to each type from when it is first waited for; to stop, a connection has no way but to end."""
        heard: set[str] = set()
        while True:
            self._moved.clear()
            fresh = sorted(self._wanted() - heard - FLOODS)
            for kind in fresh[: MOST_TYPES - len(heard)]:
                group.create_task(self._listen(kind))
            if len(heard) + len(fresh) > MOST_TYPES:
                log.warning("routines wait for more than %d types of events: some are not heard", MOST_TYPES)
            heard.update(fresh)
            await self._moved.wait()

    async def _listen(self, kind: str) -> None:
        try:
            async for type_, data in self._hub.events(kind):
                self._pass_on(type_, data)
        except AnswerError as error:
            # Any event but a handful is for administrators only (2026.11).
            log.warning("events %r of Home Assistant are not heard: %s; use an administrator's token", kind, error)

    def _pass_on(self, kind: str, data: Mapping[str, object]) -> None:
        fields = {key: value_of(item) for key, item in data.items()}
        self._happen(EventFired(kind, fields))
        tag, device = data.get("tag_id"), data.get("device_id")
        if kind == TAG_EVENT and isinstance(tag, str):
            self._happen(TagRead(tag, device if isinstance(device, str) else None))
