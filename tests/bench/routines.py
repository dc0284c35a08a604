"""Routines: from a trigger to the first command, with a thousand and with ten thousand, and what they cost at rest."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.actuate import Actuate
from daemon.automating import Routines, Topics
from daemon.automating.surroundings import Surroundings
from daemon.clock import SystemClock
from daemon.gateway import Gateway
from daemon.household import Household
from daemon.journal import Journal
from daemon.presence import Presence
from daemon.schedule import Schedule
from daemon.store import Store
from devices.home import Home
from devices.model import Call, Capability, Entity, EntityId
from devices.twin import Twin
from skills.model import Cause, CauseId, Origin, Verdict
from skills.routines import routine_add
from skills.views import NoCalendar

SIZES = (1_000, 10_000)
TRIALS = 300
REST_S = 5.0
LAMPS = 50
AT_ONCE = 100
"""Routines that are kept by one wish."""


class Watch:
    """A bridge that notes when the first command of a trigger came."""

    name = "watch"

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self.at_s = self.cpu_s = 0.0
        self.called = asyncio.Event()

    async def run(self) -> None:
        """Do nothing."""

    async def call(self, call: Call) -> None:
        """Note the time, and let the twin obey."""
        self.at_s, self.cpu_s = time.perf_counter(), time.process_time()
        self.called.set()
        await self._twin.call(call)


async def measure() -> Mapping[str, float]:
    """Return the figures of every size."""
    figures: dict[str, float] = {}
    for size in SIZES:
        figures |= await _of(size)
    return figures


async def _of(size: int) -> Mapping[str, float]:
    clock = SystemClock()
    sensors = [Entity(EntityId(f"binary_sensor.s{n}"), f"Sensor {n}", "binary_sensor") for n in range(size)]
    on_off = frozenset({Capability.ON_OFF})
    lamps = [Entity(EntityId(f"light.l{n}"), f"Lamp {n}", "light", capabilities=on_off) for n in range(LAMPS)]
    twin = Twin(Home(), [*sensors, *lamps], now=clock.now)
    for sensor in sensors:
        twin.home.observe(sensor.id, "off", at=clock.now())
    watch = Watch(twin)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = await stack.enter_async_context(Store.open(folder / "hearth.db", clock))
        schedule, journal, household = (
            Schedule(store, clock, ZoneInfo("Europe/Berlin")),
            Journal(store, clock),
            Household(),
        )
        presence = Presence(twin.home, household)
        around = Surroundings(
            store, schedule, clock, ZoneInfo("Europe/Berlin"), twin.home, household, presence,
            NoCalendar(), Topics(), lambda: None, (52.5, 13.4),
        )  # fmt: skip
        routines = Routines(around)
        gateway = Gateway(
            [*Actuate(twin.home, lambda _: watch).effects(), *routines.effects()], journal, store, household, clock
        )
        routines.attach(gateway, journal)
        await schedule.begin()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run()) for run in (schedule.run, routines.run)]
            await routines.ready()
            for first in range(0, size, AT_ONCE):
                text = "".join(_yaml(number) for number in range(first, first + AT_ONCE))
                kept = await gateway.submit(routine_add(text), Cause(CauseId(f"bench{first}"), Origin.TEXT))
                if kept.verdict is not Verdict.DONE:
                    raise RuntimeError(kept.detail)
            await _ledger_settled(routines)
            found = await _trials(twin, watch, clock, size)
            assert routines.works is not None
            await routines.works.desk.written()
            before_s = time.process_time()
            await asyncio.sleep(REST_S)
            rest = 100 * (time.process_time() - before_s) / REST_S
            for task in tasks:
                task.cancel()
    waited, worked = (sorted(column) for column in zip(*found, strict=True))
    return {
        f"trigger to first command, {size} routines, p50 ms": statistics.median(waited),
        f"trigger to first command, {size} routines, p99 ms": waited[int(len(waited) * 0.99)],
        f"trigger to first command, {size} routines, CPU p99 ms": worked[int(len(worked) * 0.99)],
        f"CPU at rest, {size} routines, percent": rest,
    }


async def _ledger_settled(routines: Routines) -> None:
    """Wait until every time has its row: each is on the disk itself."""
    assert routines.works is not None
    while routines.works.dues.unsettled:
        await asyncio.sleep(0.1)


async def _trials(twin: Twin, watch: Watch, clock: SystemClock, size: int) -> list[tuple[float, float]]:
    """Return the milliseconds of each, and those of our own work in them: what a busy machine does not change."""
    found: list[tuple[float, float]] = []
    for trial in range(TRIALS):
        sensor = EntityId(f"binary_sensor.s{trial * 7 % size}")
        watch.called.clear()
        await asyncio.sleep(0.004)
        begun_s, before_s = time.perf_counter(), time.process_time()
        twin.home.observe(sensor, "on", at=clock.now())
        async with asyncio.timeout(5):
            await watch.called.wait()
        found.append(((watch.at_s - begun_s) * 1_000, (watch.cpu_s - before_s) * 1_000))
    return found


def _yaml(number: int) -> str:
    """Return a routine, every tenth of which waits for a time beside its sensor."""
    at = "\n    - {trigger: time, at: '03:00:00'}" if number % 10 == 0 else ""
    return f"""
- id: r{number}
  alias: Routine {number}
  triggers:
    - {{trigger: state, entity_id: binary_sensor.s{number}, to: 'on'}}{at}
  conditions: [{{condition: state, entity_id: binary_sensor.s{number}, state: 'on'}}]
  actions: [{{action: light.turn_on, target: {{entity_id: light.l{number % LAMPS}}}}}]
"""
