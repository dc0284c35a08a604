"""The demo with the real simulated house as its child."""

import asyncio
import socket
from pathlib import Path

import pytest

from daemon.demo import Demo
from daemon.supervise import Condition
from devices.simulation import SimulationError

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

CONFIG = """
[home]
name = "A real one"
zone = "Europe/Berlin"
language = "de"
[home.aliases]
"Cellar Light" = ["glow"]
[[home.areas]]
name = "Cellar"
floor = "one that the demo has not"
[mqtt]
host = "broker.example"
tls = true
[policy]
most_devices = 3
"""


async def test_the_users_house_and_broker_are_no_part_of_the_demo(tmp_path: Path):
    (tmp_path / "hearth.toml").write_text(CONFIG)
    async with Demo.open() as demo:
        config = demo.config(tmp_path / "hearth.toml")
    assert (config.home.name, config.mqtt.host, config.mqtt.port) == ("Simulated home", "127.0.0.1", demo.port)
    assert (config.mqtt.tls, config.policy.most_devices) == (False, 3)
    assert "Cellar" not in {area.name for area in config.home.areas}
    assert (config.home.zone, config.home.language, config.home.aliases) == ("Europe/Berlin", "de", {})


async def test_the_page_of_a_demo_gives_way_to_who_has_the_port(tmp_path: Path):
    async with Demo.open() as demo:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = int(taken.getsockname()[1])
            (tmp_path / "hearth.toml").write_text(f"[dashboard]\nport = {port}\n")
            assert demo.config(tmp_path / "hearth.toml").dashboard.port == 0
        assert demo.config(tmp_path / "hearth.toml").dashboard.port == port


async def test_a_house_that_was_killed_comes_back_on_the_same_broker():
    async with Demo.open() as demo, asyncio.timeout(60):
        assert demo.house is not None
        demo.house.process.kill()
        with pytest.raises(SimulationError, match="ended, with -9"):
            await demo.run()
        assert demo.health().condition is Condition.DEGRADED
        async with asyncio.TaskGroup() as group:
            running = group.create_task(demo.run())
            while demo.health().condition is Condition.DEGRADED:
                await asyncio.sleep(0.05)
            _, writer = await asyncio.open_connection("127.0.0.1", demo.port)
            writer.close()
            await writer.wait_closed()
            running.cancel()
