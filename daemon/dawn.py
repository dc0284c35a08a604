"""Light before an alarm: the lamps of the room grow from nothing to full in the minutes before it rings.

The next step is a row of the time ledger, worked out from the alarms: an alarm that is cancelled or left out for a day
has no dawn. Each step passes the gateway. Who touches a light meanwhile has it: nothing grows any more that morning.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from daemon.clock import Clock
from daemon.reminders.noted import noted_of, wish_behind
from daemon.schedule import Due, DueId, Late, Lateness, Schedule, ScheduleError, UnknownDueError
from daemon.store import StoreError
from devices.home import Home
from devices.model import NOTHING, AreaId, Capability, EntityId
from skills.actions import device_call
from skills.builtin.colours import colour_data
from skills.builtin.words import to_number
from skills.model import Action, Cause, CauseId, Outcome, PersonId, Verdict
from skills.views import Kind

log = logging.getLogger("hearth." + __name__)

KIND = "dawn"
"""Of the rows in the ledger."""
BEFORE = timedelta(minutes=20)
STEP_S = 60.0
AFTER_S = 90.0
"""So long after the alarm has rung the next dawn is worked out: the alarm's next time is known by then."""
FULL = 255
TOUCHED = 40
"""A brightness that is further off than this, of 255, was set by somebody else: lamps round what they are told."""

Submit = Callable[[Action, Cause], Awaitable[Outcome]]


class Light(BaseModel):
    """What a row carries."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    alarm: DueId
    rings: datetime
    area: AreaId | None = None
    lights: tuple[EntityId, ...] = ()
    level: int = 0
    """The brightness that was last set, 0 to 255; 0: none yet."""


class Dawn:
    """Keeps a row for the next dawn of each alarm that wants one, and takes its steps."""

    def __init__(self, schedule: Schedule, home: Home, submit: Submit, clock: Clock) -> None:
        """Have the ledger hand over the steps."""
        self._schedule, self._home, self._submit, self._clock = schedule, home, submit, clock
        self.colour_of: Callable[[PersonId | None], str | None] = lambda _: None
        """Says which colour somebody likes the light before their alarm to be, in their words."""
        self._moved = asyncio.Event()
        self._moved.set()
        schedule.handle(KIND, self.step)

    def refresh(self) -> None:
        """Note that an alarm was set, moved or taken back."""
        self._moved.set()

    async def run(self) -> None:
        """Keep the rows as the alarms are. Ends only by cancellation."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            try:
                await self.derive()
            except (StoreError, ScheduleError) as error:
                log.warning("could not put down when the light is to grow: %s", error)

    async def derive(self) -> None:
        """Bring the rows in line with the alarms.

        Raises:
            StoreError: they could not be written.
        """
        alarms = {due.id: due for due in self._schedule.open(Kind.ALARM) if noted_of(due).light}
        for row in self._schedule.open(KIND):
            light = Light.model_validate(row.payload)
            alarm = alarms.get(light.alarm)
            if alarm is not None and alarm.at == light.rings:
                del alarms[light.alarm]
            elif light.rings > self._clock.now():
                await self._schedule.cancel(row.id)
        for alarm in alarms.values():
            light = Light(alarm=alarm.id, rings=alarm.at, area=noted_of(alarm).area)
            begins = max(alarm.at - BEFORE, self._clock.now())
            await self._schedule.add(
                kind=KIND,
                payload=light.model_dump(mode="json"),
                cause=wish_behind(alarm),
                at=begins,
                late=Late.RUN,
                owner=alarm.owner,
            )

    async def step(self, due: Due, lateness: Lateness) -> None:
        """Let the light grow by one step, or find that somebody has taken it."""
        del lateness
        light, now = Light.model_validate(due.payload), self._clock.now()
        if now >= light.rings:
            if now >= light.rings + timedelta(seconds=AFTER_S / 2):
                self.refresh()
            else:
                await self._rest(due, light)
            return
        lights = light.lights or self._free(light.area)
        if not lights or (light.level and any(self._touched(one, light.level) for one in lights)):
            log.info("the light before an alarm is left to whoever has it")
            await self._rest(due, light)
            return
        part = 1.0 - (light.rings - now) / BEFORE
        # Squared: what looks like an even growth to eyes that are used to the dark.
        level = max(1, min(FULL, round(FULL * part * part)))
        cause = replace(due.cause, id=CauseId(uuid.uuid4().hex))
        colour = self.colour_of(due.owner) if not light.level else None
        outcomes = [
            await self._submit(device_call(some, "turn_on", {"brightness": level, **how}), cause)
            for some, how in self._coloured(lights, colour)
        ]
        refused = next((one for one in outcomes if one.verdict in (Verdict.REFUSED, Verdict.WAITING)), None)
        if refused is not None:
            log.info("the light before an alarm is not to be: %s", refused.verdict)
            await self._rest(due, light)
            return
        grown = light.model_copy(update={"lights": tuple(lights), "level": level})
        await self._keep(due, grown, min(now + timedelta(seconds=STEP_S), light.rings))

    def _coloured(
        self, lights: Sequence[EntityId], words: str | None
    ) -> Sequence[tuple[Sequence[EntityId], Mapping[str, object]]]:
        """Return the lamps with what sets the colour of each; once set, a lamp keeps it."""
        found: dict[str, tuple[list[EntityId], Mapping[str, object]]] = {}
        for one in lights:
            entity = self._home.entity(one)
            how = NOTHING if words is None or entity is None else colour_data(words, entity.capabilities)
            found.setdefault(str(how), ([], how))[0].append(one)
        return list(found.values())

    async def _rest(self, due: Due, light: Light) -> None:
        """Let nothing grow any more this morning."""
        await self._keep(due, light, light.rings + timedelta(seconds=AFTER_S))

    async def _keep(self, due: Due, light: Light, at: datetime) -> None:
        try:
            await self._schedule.change(due.id, at=at, payload=light.model_dump(mode="json"))
        except UnknownDueError:
            log.debug("the alarm was taken back meanwhile")

    def _free(self, area: AreaId | None) -> Sequence[EntityId]:
        """Return the lamps of a room that can be dimmed, if all that shines there is off: else somebody is up."""
        if area is None:
            return ()
        lamps = [one for one in self._home.find(area=area, domains=frozenset({"light"})) if not one.members]
        if any(self._value(one.id) == "on" for one in lamps):
            return ()
        return [one.id for one in lamps if Capability.BRIGHTNESS in one.capabilities]

    def _touched(self, id: EntityId, level: int) -> bool:
        state = self._home.state(id)
        if state is None or not state.available:
            return False
        shown = to_number(state.attributes.get("brightness"))
        return state.value != "on" or (shown is not None and abs(shown - level) > TOUCHED)

    def _value(self, id: EntityId) -> str:
        state = self._home.state(id)
        return state.value if state is not None and state.available else ""
