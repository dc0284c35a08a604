"""`python -m tests.crash.planned`: kills plans again and again, and looks whether a step was lost or done twice.

Each round is a process that is forked, carries plans out on a real file and is killed with SIGKILL at a random moment.
The devices are told in a file of their own, which no kill stops: what they were told, in which order.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

# Imported before the fork: no life is long enough for that.
from daemon.automating.works import Works
from daemon.clock import SystemClock
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label
from daemon.plans.progress import Result
from daemon.routines.playing.rehearsing import rehearse
from devices.home import Home
from devices.model import Call, Capability, Entity, EntityId
from devices.twin import Twin
from skills.actions import Nothing, device_call
from skills.effect import change
from skills.model import Action, Cause, Outcome, Verdict
from skills.plans import PlanForm, StepForm, plan_add, plan_resolve, plan_start, step, taken, work
from tests.daemon.plans.house import Planning, planning
from tests.doubles import ManualClock

LAMPS = 8
LIVES_S = 0.15
SLOW_S = 0.025
"""How long a device takes at most to be told, and again to obey: a kill may fall into either."""
FAILS = 3
"""Every third plan fails in the end, and is taken back."""
ENDS_S = 60.0
NEEDS = ((), (), (0,), (0, 1), (2,), (4,), (5,), (3, 6))
"""What each lamp needs: some are side by side."""


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
        self._dice = random.Random()
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def run(self) -> None:
        """Do nothing: it has nothing to say by itself."""
        await asyncio.Event().wait()

    async def call(self, call: Call) -> str | None:
        """Be told, and obey."""
        await asyncio.sleep(self._dice.uniform(0, SLOW_S))
        os.write(self._log, json.dumps([call.entity, call.service]).encode() + b"\n")
        await asyncio.sleep(self._dice.uniform(0, SLOW_S))
        return await self._twin.call(call)


def told(log: Path) -> list[tuple[str, str]]:
    """Return what the devices were told, in order."""
    return [tuple(json.loads(line)) for line in log.read_bytes().splitlines()] if log.exists() else []


def lamp(plan: int, place: int) -> EntityId:
    """Return the id of a lamp."""
    return EntityId(f"light.l{plan}_{place}")


def bell(plan: int) -> EntityId:
    """Return the id of a bell, which can be neither read back nor rung again."""
    return EntityId(f"button.b{plan}")


class Finder:
    """An agent that finds the last lamp of a plan, asked again after each kill."""

    name, role, tools, gives = "house", "finds a lamp", frozenset[str](), Label.SENSOR
    budget = Budget()

    async def work(self, work: Work) -> Result:
        """Take a while, and tell which it is."""
        await asyncio.sleep(SLOW_S)
        return Result({"things": [lamp(int(str(work.arguments["plan"])), LAMPS - 1)]}, Label.SENSOR)


def form(number: int) -> PlanForm:
    """Return one of the plans: lamps that need each other, the last found by an agent, a pause, a bell, and for some a
    step that fails.
    """
    steps: list[StepForm] = [
        step(
            f"lamp{place}",
            device_call([lamp(number, place)], "turn_on"),
            needs=[f"lamp{one}" for one in NEEDS[place]],
            after_s=0.01 if place == 3 else 0.0,
            takes={"targets": taken("found", "things")} if place == LAMPS - 1 else None,
        )
        for place in range(LAMPS)
    ]
    steps.append(work("found", "house", plan=number).model_copy(update={"needs": ("lamp1",)}))
    steps.append(step("bell", device_call([bell(number)], "press"), needs=["lamp1"]))
    if number % FAILS == 0:
        last = [f"lamp{place}" for place in range(LAMPS)]
        steps.append(step("fail", Action("test.fail"), needs=[*last, "bell"]))
    return PlanForm(goal=f"plan {number}", steps=tuple(steps))


async def live(folder: Path, newest: int, ready: int, *, last: bool) -> None:
    """Live one life: begin the plans that were not, go on with those that were; the last until nothing is left."""
    clock, log = RealClock(), folder / "told.log"
    on_off, press = frozenset({Capability.ON_OFF}), frozenset({Capability.PRESS})
    things = [
        Entity(lamp(n, place), f"Lamp {n} {place}", "light", capabilities=on_off)
        for n in range(newest + 1)
        for place in range(LAMPS)
    ]
    things += [Entity(bell(n), f"Bell {n}", "button", capabilities=press) for n in range(newest + 1)]
    twin = Twin(Home(), things, now=clock.now)
    for entity, service in told(log):
        if service != "press":
            twin.home.observe(EntityId(entity), service.removeprefix("turn_"), at=clock.now())

    async def fail(given: Nothing, cause: Cause) -> Outcome:
        del given, cause
        return Outcome(Verdict.FAILED, "it always fails")

    effects = [change(Nothing, "test.fail", fail, lambda _: "fail")]
    async with planning(
        folder / "hearth.db", clock, twin=twin, bridge=Wire(twin, log), effects=effects, agents=[Finder()]
    ) as one:
        for number in range(newest + 1):
            await begun(one, number)
        os.write(ready, b".")
        async with asyncio.timeout(ENDS_S):
            while not last or any(plan.live or plan.status == "proposed" for plan in one.plans.plans()):
                await answer(one, log)
                for plan in one.plans.plans():
                    # So many at once are begun, the others once there is room.
                    if plan.status == "proposed":
                        await begun(one, int(plan.goal.split()[1]))
                await asyncio.sleep(0.005)


async def begun(one: Planning, number: int) -> None:
    """Begin a plan that an earlier life did not."""
    goal = f"plan {number}"
    known = [plan for plan in one.plans.plans() if plan.goal == goal]
    if not known:
        await one.wish(plan_add(form(number)))
        known = [plan for plan in one.plans.plans() if plan.goal == goal]
    if known[0].status == "proposed":
        await one.wish(plan_start(known[0].id, known[0].digest))


async def answer(one: Planning, log: Path) -> None:
    """Say what came of the steps of which Hearth does not know: somebody heard the bell, or did not."""
    heard = {entity for entity, service in told(log) if service == "press"}
    for plan in one.plans.plans():
        for waits in plan.waits:
            rang = waits.step == "bell" and bell(int(plan.goal.split()[1])) in heard
            await one.wish(plan_resolve(plan.id, waits.step, "done" if rang else "again"))


def one_round(folder: Path, newest: int, lives_s: float | None) -> int:
    """Live one life in a process of its own, killed so long after it began; return its status."""
    ended, ready = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(live(folder, newest, ready, last=lives_s is None))
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


def findings(folder: Path, plans: int) -> Sequence[str]:
    """Return what is wrong after the last life."""
    log = told(folder / "told.log")
    counts = Counter(log)
    with closing(sqlite3.connect(folder / "hearth.db")) as connection:
        rows = dict(connection.execute("SELECT goal, status FROM plan").fetchall())
    wrong: list[str] = []
    for number in range(plans):
        fails = number % FAILS == 0
        wanted = "undone" if fails else "done"
        if rows.get(f"plan {number}") != wanted:
            wrong.append(f"plan {number} is {rows.get(f'plan {number}')}, not {wanted}")
        for place in range(LAMPS):
            on, off = counts[lamp(number, place), "turn_on"], counts[lamp(number, place), "turn_off"]
            if on != 1:
                wrong.append(f"plan {number}: lamp {place} was switched on {on} times")
            if off != int(fails):
                wrong.append(f"plan {number}: lamp {place} was switched off {off} times")
            wrong += [
                f"plan {number}: lamp {place} came before lamp {need}"
                for need in NEEDS[place]
                if on and log.index((lamp(number, need), "turn_on")) > log.index((lamp(number, place), "turn_on"))
            ]
        rung = counts[bell(number), "press"]
        if rung != 1:
            wrong.append(f"plan {number}: the bell rang {rung} times")
        back = [entity for entity, service in log if service == "turn_off" and entity.startswith(f"light.l{number}_")]
        there = [entity for entity, service in log if service == "turn_on" and entity.startswith(f"light.l{number}_")]
        if fails and not _reverse(number, there, back):
            wrong.append(f"plan {number}: taken back as {back}, done as {there}")
    return wrong


def _reverse(number: int, there: Sequence[str], back: Sequence[str]) -> bool:
    """Say whether nothing was taken back before what needed it."""
    del there
    pairs = [(lamp(number, place), lamp(number, need)) for place, needs in enumerate(NEEDS) for need in needs]
    return all(
        later in back and earlier in back and back.index(later) < back.index(earlier) for later, earlier in pairs
    )


def crash(folder: Path, plans: int, kills: int, seed: int) -> tuple[int, Sequence[str]]:
    """Kill so often, at random moments; return how many kills fell while plans were live, and what is wrong."""
    assert Works.__name__
    assert rehearse.__name__
    dice, wrong, struck = random.Random(seed), list[str](), 0
    for number in range(kills):
        newest = number * plans // kills
        status = one_round(folder, newest, dice.uniform(0.0, LIVES_S))
        struck += _live_now(folder)
        if status != -signal.SIGKILL:
            wrong.append(f"round {number} ended by itself with {status}")
    status = one_round(folder, plans - 1, None)
    if status != 0:
        wrong.append(f"the last life ended with {status}")
    return struck, [*wrong, *findings(folder, plans)]


def _live_now(folder: Path) -> bool:
    try:
        with closing(sqlite3.connect(folder / "hearth.db")) as connection:
            query = "SELECT count(*) FROM plan WHERE status IN ('running', 'undoing')"
            return bool(connection.execute(query).fetchone()[0])
    except sqlite3.Error:
        return False


def main() -> None:
    """Run the kills named on the command line; exit with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.planned", description=__doc__)
    parser.add_argument("--plans", type=int, default=50)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        struck, wrong = crash(Path(folder), given.plans, given.kills, given.seed)
    print(f"{given.kills} kills of {given.plans} plans, seed {given.seed}; {struck} while a plan was being carried out")
    for one in wrong[:20]:
        print(one)
    print(f"{len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
