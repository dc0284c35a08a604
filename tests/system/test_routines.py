"""Routines of the real process over a real broker: kept, set off by a message, killed in a wait, and gone on with."""

import asyncio
import subprocess
from pathlib import Path
from typing import cast

import pytest

from devices.simulation import simulated
from tests.broker import Mosquitto
from tests.process import Running, running
from tests.system.test_daemon import configured, found

pytestmark = [pytest.mark.system, pytest.mark.mosquitto, pytest.mark.timeout(120)]

SOON_S = 40.0
HALL = """
id: hall
alias: Hall light
triggers:
  - {trigger: state, entity_id: binary_sensor.hallway_motion_occupancy, to: "on"}
  - {trigger: mqtt, topic: home/visitors}
actions:
  - {action: light.turn_on, target: {entity_id: light.hallway_lamp}}
  - {delay: {seconds: 6}}
  - {action: light.turn_off, target: {entity_id: light.hallway_lamp}}
"""


async def lamp(daemon: Running, wanted: str) -> None:
    """Wait until the hall's lamp is on or off."""
    async with asyncio.timeout(SOON_S):
        while not any(row["id"] == "light.hallway_lamp" and row["state"] == wanted for row in await daemon.devices()):
            await asyncio.sleep(0.05)


async def runs(daemon: Running) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", await daemon.ask("routine.trace"))


def publish(broker: Mosquitto, topic: str, payload: str) -> None:
    where = ["-h", broker.host, "-p", str(broker.port)]
    subprocess.run(["mosquitto_pub", *where, "-q", "1", "-t", topic, "-m", payload], check=True, timeout=10)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("zigbee2mqtt/Hallway Motion", '{"occupancy": true}'), ("home/visitors", "2")],
    ids=["a sensor", "a topic"],
)
async def test_a_light_goes_off_in_time_though_the_daemon_was_killed_meanwhile(
    tmp_path: Path, mosquitto: Mosquitto, topic: str, payload: str
):
    """Motion, light, five minutes, and in the third of them somebody pulls the plug of the server."""
    config = str(configured(tmp_path, mosquitto))
    async with simulated(port=mosquitto.port, pace=0.2):
        async with running(tmp_path / "state", "--config", config) as daemon:
            await found(daemon, "binary_sensor.hallway_motion_occupancy")
            await found(daemon, "light.hallway_lamp")
            kept = cast("dict[str, object]", await daemon.ask("routine.add", text=HALL))
            assert kept["status"] == "done"
            async with asyncio.timeout(SOON_S):
                while not await runs(daemon):
                    publish(mosquitto, topic, payload)
                    await asyncio.sleep(0.2)
            await lamp(daemon, "on")
            daemon.kill()
            await daemon.process.wait()
        async with running(tmp_path / "state", "--config", config) as daemon:
            await found(daemon, "light.hallway_lamp")
            await lamp(daemon, "off")
            async with asyncio.timeout(SOON_S):
                while (await runs(daemon))[-1]["result"] is None:
                    await asyncio.sleep(0.05)
            chain = cast("list[dict[str, object]]", await daemon.ask("why", entity="light.hallway_lamp"))
            entries = cast("list[dict[str, object]]", await daemon.ask("journal", limit=200))
    done = [entry for entry in entries if entry["kind"] == "outcome" and entry["effect"] == "device.call"]
    assert [(entry["what"], entry["verdict"]) for entry in done] == [
        ("turn on Hallway Lamp: done", "done"),
        ("turn off Hallway Lamp: done", "done"),
    ]
    assert "the routine “Hall light” ran" in str(chain[2]["what"])
