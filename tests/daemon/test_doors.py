"""Tests of `daemon.doors`: what the configuration makes of channels, and the HTTP door of a whole daemon."""

import asyncio
import stat
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from daemon.app import build
from daemon.app.bridges import reached_by
from daemon.clock import SystemClock
from daemon.config import Config, ConfigError, DashboardSection, load
from daemon.doors import API_TOKEN, Ways
from daemon.household import Household, Person
from daemon.store import Store
from daemon.supervise import HealthTable
from devices.home import Home
from devices.model import Call
from skills.model import PersonId
from tests.doubles import ManualClock
from voice.satellite import Satellite

SOON_S = 20.0
EVERYWHERE = """
[homeassistant]
url = "http://127.0.0.1:8123"
token_file = "{folder}/secret"
[channels.ntfy]
url = "http://127.0.0.1:2586"
token_file = "{folder}/secret"
[channels.email]
host = "127.0.0.1"
username = "hearth"
password_file = "{folder}/secret"
"""


def written(folder: Path, text: str) -> Config:
    """Return a configuration; ``{folder}`` in it is where its secrets are."""
    (folder / "secret").write_text("json://127.0.0.1:9/x\n# a comment\njson://127.0.0.1:9/y\n")
    (folder / "secret").chmod(0o600)
    (folder / "hearth.toml").write_text(text.format(folder=folder))
    return load(folder / "hearth.toml")


@asynccontextmanager
async def ways(folder: Path, config: Config, **addresses: tuple[str, ...]) -> AsyncGenerator[Ways]:
    ann, clock = Person(PersonId("ann"), "Ann", addresses=addresses), ManualClock()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store.open(folder / "hearth.db", clock))
        opened = Ways(config, folder, Household({ann.id: ann}), store, clock=clock)
        yield await stack.enter_async_context(opened)


async def test_without_a_configuration_nothing_is_sent_and_only_answers_come(tmp_path: Path):
    async with ways(tmp_path, load(None)) as opened:
        assert [channel.name for channel in await opened.channels(None, None)] == ["api"]


async def test_what_is_configured_is_tried_phones_first(tmp_path: Path):
    config = written(tmp_path, EVERYWHERE)
    bridge = reached_by(config, Home(), ManualClock(), []).homeassistant
    async with ways(tmp_path, config, apprise=(str(tmp_path / "secret"),)) as opened:
        names = [channel.name for channel in await opened.channels(None, bridge)]
    assert names == ["homeassistant", "ntfy", "apprise", "email", "api"]


async def test_a_secret_that_others_may_read_is_refused_at_the_start(tmp_path: Path):
    config = written(tmp_path, EVERYWHERE)
    (tmp_path / "secret").chmod(0o644)
    async with ways(tmp_path, config) as opened:
        with pytest.raises(ConfigError, match=r"ntfy\.token_file: .* chmod 600"):
            await opened.channels(None, None)


async def test_the_token_of_the_door_is_for_its_owner_alone(tmp_path: Path):
    async with ways(tmp_path, load(None)):
        pass
    assert stat.S_IMODE((tmp_path / API_TOKEN).stat().st_mode) == 0o600
    assert len((tmp_path / API_TOKEN).read_text().strip()) >= 43


async def test_a_door_that_is_switched_off_is_none(tmp_path: Path):
    config = load(None).model_copy(update={"dashboard": DashboardSection(enabled=False)})
    async with ways(tmp_path, config) as opened:
        assert opened.dashboard({}, HealthTable(), Home(), None, serve=nobody) is None


async def nobody(satellite: Satellite, on_reply: object) -> None:
    """Serve no browser."""
    raise AssertionError(satellite, on_reply)


class Still:
    """A bridge to nothing."""

    name = "still"

    async def run(self) -> None:
        """Nothing runs by itself."""

    async def call(self, call: Call) -> None:
        raise AssertionError(call)


async def test_a_sentence_over_http_comes_through_the_door_dashboard(tmp_path: Path):
    config = load(None).model_copy(update={"dashboard": DashboardSection(port=0)})
    async with build(config, tmp_path, clock=SystemClock(), environment={}, bridge=Still()) as hearth:
        assert hearth.dashboard is not None
        async with asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
            serving = group.create_task(hearth.dashboard.run())
            await hearth.dashboard.listening.wait()
            bearer = (tmp_path / API_TOKEN).read_text().strip()
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{hearth.dashboard.port}",
                headers={"Authorization": f"Bearer {bearer}"},
                trust_env=False,
                timeout=SOON_S,
            ) as client:
                said = await client.post("/api/ask", json={"text": "put milk on the shopping list"})
                journal = (await client.get("/api/journal")).json()
            serving.cancel()
    assert (said.json()["status"], {entry["cause"]["origin"] for entry in journal}) == ("done", {"dashboard"})
