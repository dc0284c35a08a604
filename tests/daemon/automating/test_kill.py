"""Routines whose daemon is killed at any moment: what they do is done once, and none is left half way."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from daemon.automating.works import Works
from daemon.clock import SystemClock
from devices.home import Home
from devices.model import Call, Capability, Entity, EntityId
from devices.twin import Twin
from skills.model import Cause, CauseId, Origin, Verdict
from skills.routines import routine_add, routine_run
from tests.daemon.automating.house import living
from tests.doubles import ManualClock

ROUNDS = 15
LAMPS = 6
BELL = EntityId("button.bell")
STEPS = "\n".join(
    f"""
  - action: light.turn_on
    target:
      entity_id: "light.lamp_{{{{ n }}}}_{place}"
  - delay: {{milliseconds: 5}}"""
    for place in range(LAMPS)
)
ROUTINE = f"""
id: it
alias: It
mode: parallel
max: 100
triggers: [{{trigger: event, event_type: go}}]
variables: {{n: "{{{{ states('sensor.round') | int }}}}"}}
actions:{STEPS}
  - action: button.press
    target: {{entity_id: button.bell}}
"""


class RealClock(ManualClock):
    """The clock of this machine, where tests expect one that they could move."""

    def __init__(self) -> None:
        super().__init__()
        real = SystemClock()
        self.now, self.monotonic = real.now, real.monotonic
        self.sleep, self.sleep_until = real.sleep, real.sleep_until


class Wire:
    """The devices, which no kill stops: what they were told is in a file, and so is how they are."""

    name = "wire"

    def __init__(self, twin: Twin, log: Path) -> None:
        self._twin = twin
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def call(self, call: Call) -> None:
        os.write(self._log, json.dumps([call.entity, call.service]).encode() + b"\n")
        await self._twin.call(call)


def told(log: Path) -> list[tuple[str, str]]:
    return [tuple(json.loads(line)) for line in log.read_bytes().splitlines()] if log.exists() else []


async def live(folder: Path, number: int, ready: int, *, last: bool) -> None:
    """Live one life on the folder, set the routine off, and go on until killed; the last one until nothing is left."""
    clock, log = RealClock(), folder / "told.log"
    lamps = [EntityId(f"light.lamp_{n}_{place}") for n in range(ROUNDS + 1) for place in range(LAMPS)]
    on_off = frozenset({Capability.ON_OFF})
    things = [Entity(lamp, lamp, "light", capabilities=on_off) for lamp in lamps]
    things += [Entity(BELL, "Bell", "button", capabilities=frozenset({Capability.PRESS}))]
    things += [Entity(EntityId("sensor.round"), "Round", "sensor")]
    twin = Twin(Home(), things, now=clock.now)
    for entity, _ in told(log):
        twin.home.observe(EntityId(entity), "on", at=clock.now())
    twin.home.observe(EntityId("sensor.round"), str(number), at=clock.now())
    wire = Wire(twin, log)
    async with living(folder / "hearth.db", clock, twin=twin, bridge=wire) as one:
        if last and not one.routines.routines():
            kept = await one.wish(routine_add(ROUTINE))
            assert (kept.verdict, kept.detail) == (Verdict.DONE, "")
        if not last:
            os.write(ready, b".")
            by_hand = Cause(CauseId(f"go{number}"), Origin.TEXT)
            await one.gateway.submit(routine_run("it"), by_hand)
            await asyncio.Event().wait()
        async with asyncio.timeout(30):
            while one.routines.works is None or one.routines.works.engine.live:
                await asyncio.sleep(0.02)
        await one.settled()


def one_round(folder: Path, number: int, lives_s: float | None) -> int:
    """Live one life in a process of its own, killed so long after the routine was set off; return its status."""
    ended, ready = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(live(folder, number, ready, last=lives_s is None))
            status = 0
        finally:
            os._exit(status)
    os.close(ready)
    if lives_s is not None:
        os.read(ended, 1)
        time.sleep(lives_s)
        os.kill(child, signal.SIGKILL)
    os.close(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_what_a_routine_does_is_done_once_whenever_the_daemon_is_killed(tmp_path: Path):
    dice = random.Random(7)
    assert Works.__name__  # imported before the fork: no life is long enough for that
    assert one_round(tmp_path, 0, None) == 0
    for number in range(ROUNDS):
        assert one_round(tmp_path, number, dice.uniform(0.0, 0.12)) == -signal.SIGKILL
    assert one_round(tmp_path, ROUNDS, None) == 0
    counts = Counter(entity for entity, _ in told(tmp_path / "told.log"))
    with closing(sqlite3.connect(tmp_path / "hearth.db")) as connection:
        runs = connection.execute("SELECT id, result FROM routine_run").fetchall()
    begun = {entity.rpartition("_")[0] for entity in counts if entity.startswith("light")}
    assert len(runs) > ROUNDS // 2
    assert {result for _, result in runs} == {"finished"}
    assert {entity: count for entity, count in counts.items() if count != 1 and entity != BELL} == {}
    assert sum(count for entity, count in counts.items() if entity != BELL) == len(begun) * LAMPS
    assert counts[BELL] <= len(runs)
