"""Every kind of wait of a routine, cut off by ``kill -9`` in the middle, in the real process over a real broker."""

import asyncio
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from devices.simulation import simulated
from tests.broker import Mosquitto
from tests.process import Running, running
from tests.system.test_daemon import configured, found
from tests.system.test_routines import publish

pytestmark = [pytest.mark.system, pytest.mark.mosquitto, pytest.mark.timeout(120)]

SOON_S = 60.0
MOTION = "binary_sensor.hallway_motion_occupancy"
WINDOW = "binary_sensor.bedroom_window_contact"
GO = "[{trigger: mqtt, topic: home/go}]"
NEVER = "{trigger: mqtt, topic: home/never}"
LATER = "{trigger: mqtt, topic: home/later}"
DONE = "{event: done}"


@dataclass(frozen=True)
class Wait:
    """A routine that waits when the daemon is killed, and what has become of it in the end."""

    actions: str
    triggers: str = GO
    mode: str = "single"
    begun: int = 1
    """How often it was set off before the kill."""
    results: tuple[str, ...] = ("finished",)
    done: int = 1
    """How often its event is fired, over all runs and both lives."""


WAITS = {
    "delay": Wait(f"[{{delay: 3}}, {DONE}]"),
    "for_trigger": Wait(f"[{{wait_for_trigger: [{LATER}]}}, {DONE}]"),
    "for_trigger_in_vain": Wait(f"[{{wait_for_trigger: [{NEVER}], timeout: 3}}, {DONE}]"),
    "for_trigger_or_stop": Wait(
        f"[{{wait_for_trigger: [{NEVER}], timeout: 3, continue_on_timeout: false}}, {DONE}]",
        results=("stopped",), done=0,
    ),
    "for_held_trigger": Wait(
        f"[{{wait_for_trigger: [{{trigger: state, entity_id: {MOTION}, to: 'on', for: 2}}]}}, {DONE}]"
    ),
    "for_condition": Wait(f"[{{wait_template: \"{{{{ is_state('{MOTION}', 'on') }}}}\"}}, {DONE}]"),
    "for_condition_in_vain": Wait(f'[{{wait_template: "{{{{ false }}}}", timeout: 3}}, {DONE}]'),
    "for_answer": Wait(f"[{{ask: 'Shall I?', timeout: 3}}, {DONE}]"),
    "repeat": Wait(f"[{{repeat: {{count: 4, sequence: [{DONE}, {{delay: 1}}]}}}}]", done=4),
    "repeat_until": Wait(
        f'[{{repeat: {{until: "{{{{ repeat.index == 3 }}}}", sequence: [{{delay: 1}}, {DONE}]}}}}]', done=3
    ),
    "parallel": Wait(
        f"[{{parallel: [{{sequence: [{{delay: 3}}, {DONE}]}},"
        f" {{sequence: [{{wait_for_trigger: [{LATER}]}}, {DONE}]}}]}}, {DONE}]",
        done=3,
    ),
    "choose": Wait(f'[{{if: "{{{{ true }}}}", then: [{{delay: 3}}, {DONE}]}}, {DONE}]', done=2),
    "queued": Wait(
        f"[{{delay: 2}}, {DONE}]", mode="queued", begun=3, results=("finished", "finished", "finished"), done=3
    ),
    "restarted": Wait(
        f"[{{delay: 3}}, {DONE}]", mode="restart", begun=3, results=("stopped", "stopped", "finished")
    ),
    "side_by_side": Wait(
        f"[{{delay: 3}}, {DONE}]", mode="parallel", begun=3, results=("finished", "finished", "finished"), done=3
    ),
    "single": Wait(f"[{{delay: 3}}, {DONE}]", begun=3, results=("declined", "finished")),
    "held": Wait(f"[{DONE}]", f"[{{trigger: state, entity_id: {WINDOW}, to: 'on', for: 3}}]"),
}  # fmt: skip
Run = dict[str, object]


def written(name: str, wait: Wait) -> str:
    """Return the routine; what is to be set off but once hears another topic."""
    triggers = wait.triggers if wait.begun == 1 else wait.triggers.replace("home/go", "home/again")
    return f"- id: {name}\n  alias: {name}\n  mode: {wait.mode}\n  triggers: {triggers}\n  actions: {wait.actions}\n"


async def runs(daemon: Running) -> dict[str, list[Run]]:
    """Return the runs by routine."""
    found: dict[str, list[Run]] = {name: [] for name in WAITS}
    for run in cast("list[Run]", await daemon.ask("routine.trace", limit=200)):
        found[str(run["routine"])].append(run)
    return found


def keep(broker: Mosquitto, topic: str, payload: str) -> None:
    """Publish what the broker tells again to a daemon that comes back."""
    where = ["-h", broker.host, "-p", str(broker.port)]
    subprocess.run(["mosquitto_pub", *where, "-q", "1", "-r", "-t", topic, "-m", payload], check=True, timeout=10)


async def shows(daemon: Running, entity: str, value: str) -> None:
    """Wait until an entity is like that."""
    async with asyncio.timeout(SOON_S):
        while not any(row["id"] == entity and row["state"] == value for row in await daemon.devices()):
            await asyncio.sleep(0.02)


def results(runs: list[Run]) -> list[str]:
    return sorted(str(run["result"]) for run in runs)


def fired(runs: list[Run]) -> int:
    """Return how many events the runs have fired."""
    return sum(step["kind"] == "event" for run in runs for step in cast("list[Run]", run["steps"]))


async def test_every_kind_of_wait_goes_on_after_a_kill(tmp_path: Path, mosquitto: Mosquitto):
    config = str(configured(tmp_path, mosquitto))
    async with simulated(port=mosquitto.port, pace=0.2):
        async with running(tmp_path / "state", "--config", config) as daemon:
            await found(daemon, MOTION)
            await shows(daemon, WINDOW, "off")
            text = "".join(written(name, wait) for name, wait in WAITS.items())
            kept = cast("Run", await daemon.ask("routine.add", text=text))
            assert kept["status"] == "done", kept
            first = [name for name, wait in WAITS.items() if wait.begun == 1 and name != "held"]
            async with asyncio.timeout(SOON_S):
                while not all([(await runs(daemon))[name] for name in first]):
                    # The broker may learn of the topic only now.
                    publish(mosquitto, "home/go", "1")
                    await asyncio.sleep(0.1)
            for count in range(3):
                publish(mosquitto, "home/again", str(count))
            keep(mosquitto, "zigbee2mqtt/Bedroom Window", '{"contact": false}')
            await shows(daemon, WINDOW, "on")
            async with asyncio.timeout(SOON_S):
                while len((await runs(daemon))["queued"]) < 3:
                    await asyncio.sleep(0.02)
            before = await runs(daemon)
            daemon.kill()
            await daemon.process.wait()
        async with running(tmp_path / "state", "--config", config) as daemon:
            await found(daemon, MOTION)
            async with asyncio.timeout(SOON_S):
                while not (await runs(daemon))["for_trigger"][0]["result"]:
                    publish(mosquitto, "home/later", "1")
                    publish(mosquitto, "zigbee2mqtt/Hallway Motion", '{"occupancy": true}')
                    await asyncio.sleep(0.1)
                while any(not one or one[0]["result"] is None for one in (await runs(daemon)).values()):
                    await asyncio.sleep(0.05)
            after = await runs(daemon)
    waited = {name for name, one in before.items() if any(run["result"] is None for run in one)}
    assert (waited, before["held"]) == (WAITS.keys() - {"held"}, [])
    assert {name: (results(one), fired(one)) for name, one in after.items()} == {
        name: (sorted(wait.results), wait.done) for name, wait in WAITS.items()
    }
