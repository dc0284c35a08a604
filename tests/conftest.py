import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.broker import Mosquitto, mosquitto_binary

BrokerFactory = Callable[[str], Mosquitto]


def _require(binary: str | None, name: str) -> None:
    if binary is None:
        if os.environ.get("HEARTH_REQUIRE_SERVICES") == "1":
            pytest.fail(f"{name} is not installed, and HEARTH_REQUIRE_SERVICES=1")
        pytest.skip(f"{name} is not installed")


@pytest.fixture
def mosquitto_with(tmp_path: Path) -> Iterator[BrokerFactory]:
    """Starts a broker with these configuration lines (``{port}`` stands for its port); "" lets everybody in."""
    _require(mosquitto_binary(), "mosquitto")
    brokers: list[Mosquitto] = []

    def start(lines: str) -> Mosquitto:
        broker = Mosquitto(tmp_path, lines=lines or None)
        brokers.append(broker)
        broker.start()
        return broker

    yield start
    for broker in brokers:
        broker.kill()


@pytest.fixture
def mosquitto(mosquitto_with: BrokerFactory) -> Mosquitto:
    """A running broker that lets everybody in."""
    return mosquitto_with("")
