import os
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.broker import mosquitto_binary
from tests.conformance.house import House, WiredHouse, twin_house, wired_house
from tests.homeassistant.house import hub_house
from tests.homeassistant.install import NotInstallableError, python

TWIN = "twin"
AMQTT = pytest.param("amqtt", marks=pytest.mark.system)
MOSQUITTO = pytest.param("mosquitto", marks=[pytest.mark.system, pytest.mark.mosquitto])
HUB = pytest.param(
    "homeassistant",
    marks=[pytest.mark.system, pytest.mark.mosquitto, pytest.mark.homeassistant, pytest.mark.timeout(900)],
)


def _require_mosquitto() -> None:
    if mosquitto_binary() is None:
        if os.environ.get("HEARTH_REQUIRE_SERVICES") == "1":
            pytest.fail("mosquitto is not installed, and HEARTH_REQUIRE_SERVICES=1")
        pytest.skip("mosquitto is not installed")


def _house(kind: str, folder: Path) -> AbstractAsyncContextManager[House]:
    if kind == "homeassistant":
        return _hub(folder)
    return twin_house() if kind == TWIN else _wired(kind, folder)


def _hub(folder: Path) -> AbstractAsyncContextManager[House]:
    _require_mosquitto()
    try:
        python()
    except NotInstallableError as error:
        pytest.skip(str(error))
    return hub_house(folder)


def _wired(kind: str, folder: Path) -> AbstractAsyncContextManager[WiredHouse]:
    if kind == "mosquitto":
        _require_mosquitto()
    return wired_house(folder, embedded=kind == "amqtt")


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=[TWIN, AMQTT, MOSQUITTO, HUB])
async def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[House]:
    """A house for all tests of the module: each brings what it touches back into a state that it chose itself."""
    async with _house(request.param, tmp_path_factory.mktemp("house")) as built:
        yield built


@pytest_asyncio.fixture(loop_scope="module", params=[TWIN, AMQTT, MOSQUITTO, HUB])
async def own_house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[House]:
    """A house for one test, which may break it."""
    async with _house(request.param, tmp_path) as built:
        yield built


@pytest_asyncio.fixture(loop_scope="module", params=[AMQTT, MOSQUITTO])
async def own_wired_house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[WiredHouse]:
    """A house for one test that asks for what the twin does not have: time, a broker, a first word."""
    async with _wired(request.param, tmp_path) as built:
        yield built


@pytest_asyncio.fixture(loop_scope="module", params=[TWIN, MOSQUITTO, HUB])
async def mendable_house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[House]:
    """A house for one test, which may break it and mend it: not over the broker that dies with its house."""
    async with _house(request.param, tmp_path) as built:
        yield built
