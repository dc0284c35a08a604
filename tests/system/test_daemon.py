"""The real process over a real broker and the simulated home, tried as a household would: told, killed, fed rubbish."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from devices.simulation import Simulation, areas, floors, placement, simulated
from tests.broker import Mosquitto
from tests.process import Running, running

pytestmark = [pytest.mark.system, pytest.mark.mosquitto, pytest.mark.timeout(120)]

SOON_S = 20.0
"""As long as anything may take on a slow machine; nothing is asserted to take long."""


def configured(folder: Path, broker: Mosquitto) -> Path:
    """Write the configuration of the simulated house on a broker."""
    lines = ["[home]"]
    lines += ["floors = ["] + [f"  {{ id = {quoted(f.id)}, name = {quoted(f.name)} }}," for f in floors()] + ["]"]
    lines += ["areas = ["]
    lines += [
        f"  {{ id = {quoted(a.id)}, name = {quoted(a.name)}"
        + (f", floor = {quoted(a.floor)}" if a.floor else "")
        + " },"
        for a in areas()
    ]
    lines += ["]", "[home.placement]"] + [f"{quoted(thing)} = {quoted(area)}" for thing, area in placement().items()]
    lines += ["[mqtt]", f'host = "{broker.host}"', f"port = {broker.port}", "keepalive_s = 2"]
    path = folder / "hearth.toml"
    path.write_text("\n".join(lines))
    return path


def quoted(text: str) -> str:
    return json.dumps(text)


@asynccontextmanager
async def household(folder: Path, broker: Mosquitto) -> AsyncGenerator[tuple[Running, Simulation]]:
    """Run the simulated house and a daemon that knows its rooms; yield when everything has been found."""
    config = configured(folder, broker)
    async with (
        simulated(port=broker.port, pace=0.2) as house,
        running(folder / "state", "--config", str(config)) as daemon,
    ):
        await found(daemon, "light.kitchen_light")
        yield daemon, house


async def found(daemon: Running, entity: str, *, available: bool = True) -> None:
    """Wait until an entity is there, has said what it is, and can be reached or not, as wanted."""
    async with asyncio.timeout(SOON_S):
        while not any(
            row["id"] == entity and row["available"] is available and row["state"] != "unknown"
            for row in await daemon.devices()
        ):
            await asyncio.sleep(0.05)


async def said(daemon: Running, text: str, status: str) -> dict[str, object]:
    """Say something until it ends as wanted; return the answer."""
    async with asyncio.timeout(SOON_S):
        while (answer := await daemon.say(text))["status"] != status:
            await asyncio.sleep(0.1)
    return answer


async def test_the_house_obeys_and_tells_the_truth(tmp_path: Path, mosquitto: Mosquitto):
    async with household(tmp_path, mosquitto) as (daemon, _):
        done = await said(daemon, "turn on the kitchen light", "done")
        await found(daemon, "light.stubborn_lamp")
        ignored = await said(daemon, "turn on the stubborn lamp", "unconfirmed")
        await found(daemon, "light.dining_spot_1")
        half = await said(daemon, "turn on the dining spots", "partly")
        await found_any(daemon, "light.attic_lamp")
        dead = await said(daemon, "turn on the attic lamp", "failed")
    assert done["reply"] == "The kitchen light is on."
    assert "the stubborn lamp is unconfirmed" in str(ignored["reply"])
    assert "unconfirmed" in str(half["reply"])
    assert "offline" in str(dead["reply"])


async def found_any(daemon: Running, entity: str) -> None:
    async with asyncio.timeout(SOON_S):
        while not any(row["id"] == entity for row in await daemon.devices()):
            await asyncio.sleep(0.05)


async def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, mosquitto: Mosquitto):
    async with household(tmp_path, mosquitto) as (daemon, _):
        before = await said(daemon, "turn on the kitchen light", "done")
        daemon.kill()
        await daemon.process.wait()
    async with household(tmp_path, mosquitto) as (daemon, _):
        verified = await daemon.ask("journal.verify")
        entries = await daemon.ask("journal", limit=100)
        undone = await said(daemon, "undo that", "done")
    assert verified["ok"]  # type: ignore[index]  # an object
    numbers = [entry["id"] for entry in entries]  # type: ignore[attr-defined]  # rows
    assert before["outcomes"][0]["entry"] in numbers  # type: ignore[index]  # an answer
    assert undone["reply"]


async def test_a_second_daemon_ends_with_78_and_names_the_first(tmp_path: Path, mosquitto: Mosquitto):
    config = configured(tmp_path, mosquitto)
    async with running(tmp_path / "state", "--config", str(config)) as daemon:
        second = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-P", "-m", "daemon", "run", "--state", str(daemon.state)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 78
    assert f"process {daemon.process.pid}" in second.stderr
    assert second.stderr.count("\n") == 1


async def test_sigterm_ends_it_in_order(tmp_path: Path, mosquitto: Mosquitto):
    config = configured(tmp_path, mosquitto)
    async with running(tmp_path / "state", "--config", str(config)) as daemon:
        daemon.process.terminate()
        async with asyncio.timeout(SOON_S):
            code = await daemon.process.wait()
    assert code == 0
    assert not (tmp_path / "state" / "hearth.sock").exists()


async def test_without_a_broker_it_says_so_and_with_one_it_obeys_again(tmp_path: Path, mosquitto: Mosquitto):
    async with household(tmp_path, mosquitto) as (daemon, _):
        await said(daemon, "turn on the kitchen light", "done")
        mosquitto.kill()
        failed = await said(daemon, "turn off the kitchen light", "failed")
        mosquitto.start()
        await found(daemon, "light.kitchen_light")
        back = await said(daemon, "turn off the kitchen light", "done")
    assert failed["reply"] != back["reply"]


async def test_a_device_that_dies_is_offline_and_back_when_it_is(tmp_path: Path, mosquitto: Mosquitto):
    async with household(tmp_path, mosquitto) as (daemon, house):
        await found(daemon, "light.patio_lights")
        await house.tell("Patio Lights", "offline")
        await found(daemon, "light.patio_lights", available=False)
        dead = await said(daemon, "turn on the patio lights", "failed")
        await house.tell("Patio Lights", "online")
        await found(daemon, "light.patio_lights")
        alive = await said(daemon, "turn on the patio lights", "done")
    assert "offline" in str(dead["reply"])
    assert alive["status"] == "done"


RUBBISH: list[tuple[str, bytes, bool]] = [
    ("zigbee2mqtt/bridge/devices", b"\xff\xfe\x00", False),
    ("zigbee2mqtt/Kitchen Light", b'{"state": NaN, "brightness": 1e999}', False),
    ("zigbee2mqtt/Kitchen Light", b"[" * 100_000, False),
    ("zigbee2mqtt/Kitchen Light/set", b'{"state": "ON"}', True),
    ("homeassistant/light/x/config", b"x" * 1_000_000, True),
    ("homeassistant/light/y/config", b'{"name": "Y", "command_topic": "hearth/status"', True),
    ("homeassistant/device/z/config", b'{"dev": 1, "o": [], "cmps": {"a": 7}}', True),
    ("tasmota/discovery/ZZZZ/config", b"null", True),
    ("shellies/announce", b'{"id": {"x": "y"}}', False),
    ("hearth/status", b"offline", True),
]


async def test_rubbish_is_counted_and_changes_nothing(tmp_path: Path, mosquitto: Mosquitto):
    async with household(tmp_path, mosquitto) as (daemon, _):
        publisher = Client(CallbackAPIVersion.VERSION2)
        publisher.connect(mosquitto.host, mosquitto.port)
        publisher.loop_start()
        for topic, payload, retain in RUBBISH:
            publisher.publish(topic, payload, qos=1, retain=retain).wait_for_publish(SOON_S)
        for number in range(3_000):
            config = {"name": f"Flood {number}", "uniq_id": f"flood{number}", "stat_t": f"flood/{number}"}
            publisher.publish(f"homeassistant/sensor/flood{number}/config", json.dumps(config), qos=0, retain=True)
        publisher.disconnect()
        publisher.loop_stop()
        answer = await said(daemon, "turn on the kitchen light", "done")
        assert daemon.process.returncode is None
        assert daemon.resident_mib < 400
    assert answer["status"] == "done"
    assert "Traceback" not in daemon.log.read_text()


@pytest.mark.parametrize("spoilt", ["empty", "foreign", "text", "newer"])
def test_a_database_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path, spoilt: str):
    path = tmp_path / "hearth.db"
    match spoilt:
        case "empty":
            path.touch()
        case "text":
            path.write_text("this is no database at all, but it is rather long" * 100)
        case _:
            with sqlite3.connect(path) as database:
                database.execute("CREATE TABLE theirs (x)")
                if spoilt == "newer":
                    database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
                    database.execute("INSERT INTO alembic_version VALUES ('9999')")
            database.close()
    before = path.read_bytes()
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", "run", "--state", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={key: value for key, value in os.environ.items() if not key.startswith("HEARTH_")},
    )
    assert ended.returncode == 78
    assert str(path) in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert path.read_bytes() == before


async def test_a_daemon_that_died_three_times_starts_with_less_and_says_so(tmp_path: Path):
    state = tmp_path / "state"
    for _ in range(3):
        async with running(state) as daemon:
            daemon.kill()
    async with running(state) as daemon:
        assert "safe mode" in await parts(daemon)
    async with running(state) as daemon:
        assert "safe mode" not in await parts(daemon)


async def parts(daemon: Running) -> set[str]:
    """Return the parts that the daemon has a word about."""
    return {row["part"] for row in cast("list[dict[str, str]]", await daemon.ask("health"))}
