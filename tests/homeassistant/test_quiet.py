"""A player of a real Home Assistant steps back while somebody is listened to, and comes back after ``kill -9``, too."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.homeassistant.install import VERSION, NotInstallableError, python
from tests.homeassistant.process import RealHomeAssistant
from tests.process import Running, running
from tests.voice.sounds import TINY
from tests.voice.wyoming import fake
from tests.voice.wyoming.fake import FakeSatellite

pytestmark = [
    pytest.mark.system, pytest.mark.slow, pytest.mark.audio, pytest.mark.homeassistant, pytest.mark.timeout(300)
]  # fmt: skip
DEADLINE_S = 60.0
LOUD, SOFT = 0.57, 0.171
VOLUME = "input_number.radio_volume"
YAML = f"""
input_boolean:
  radio: {{name: Radio Playing, initial: true}}
input_number:
  radio_volume: {{name: Radio Volume, min: 0, max: 1, step: 0.001, initial: {LOUD}}}
media_player:
  - platform: universal
    name: Radio
    unique_id: radio
    state_template: "{{{{ 'playing' if is_state('input_boolean.radio', 'on') else 'off' }}}}"
    commands:
      volume_set:
        service: input_number.set_value
        target: {{entity_id: {VOLUME}}}
        data: {{value: "{{{{ volume_level }}}}"}}
    attributes:
      volume_level: {VOLUME}
"""


@dataclass(frozen=True)
class Place:
    """A radio in the kitchen, which is Home Assistant's, and where Hearth stands."""

    process: RealHomeAssistant
    folder: Path

    def configured(self, satellite: FakeSatellite) -> Path:
        """Return the configuration of a Hearth with a satellite in the kitchen."""
        token = self.folder / "token"
        token.touch(mode=0o600)
        token.write_text(self.process.token)
        path = self.folder / "hearth.toml"
        path.write_text(
            f'[home]\nareas = [{{name = "Kitchen"}}]\nplacement = {{"media_player.radio" = "Kitchen"}}\n'
            f"[voice]\nvosk_model = {json.dumps(str(TINY))}\n"
            f'[homeassistant]\nurl = "{self.process.url}"\ntoken_file = {json.dumps(str(token))}\n'
            "exposed_only = false\n"
            f'[[satellites]]\nname = "shelf"\nkind = "wyoming"\nroom = "Kitchen"\n'
            f'host = "127.0.0.1"\nport = {satellite.port}\n'
        )
        return path

    async def volume(self, reached: Callable[[float], bool]) -> None:
        """Wait until the radio is as loud as is wanted."""
        async with asyncio.timeout(DEADLINE_S):
            while not reached(float(await asyncio.to_thread(self.process.state, VOLUME))):
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    try:
        python(VERSION)
    except NotInstallableError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("quiet")
    process = RealHomeAssistant(folder / "homeassistant", yaml=YAML)
    try:
        process.start()
        yield Place(process, folder)
    finally:
        process.kill()


@asynccontextmanager
async def house(place: Place, config: Path) -> AsyncGenerator[Running]:
    """Run a daemon that knows the radio."""
    async with running(place.folder / "state", "--config", str(config)) as daemon:
        async with asyncio.timeout(DEADLINE_S):
            while not any(row["id"] == "media_player.radio" for row in await daemon.devices()):
                await asyncio.sleep(0.05)
        yield daemon


async def killed(daemon: Running) -> None:
    daemon.kill()
    await daemon.process.wait()


async def test_the_radio_is_as_loud_as_before_after_a_kill_while_somebody_is_listened_to(place: Place):
    async with fake.running(FakeSatellite(area="Kitchen")) as satellite:
        config = place.configured(satellite)
        async with house(place, config) as daemon:
            await satellite.seen("run-satellite")
            await satellite.wake()
            await place.volume(lambda level: abs(level - SOFT) < 0.005)
            await killed(daemon)
        await place.volume(lambda level: abs(level - SOFT) < 0.005)
        async with house(place, config):
            await place.volume(lambda level: level == LOUD)


async def test_a_room_that_was_muted_stays_so_after_a_kill(place: Place):
    async with fake.running(FakeSatellite(area="Kitchen")) as satellite:
        config = place.configured(satellite)
        async with house(place, config) as daemon:
            await satellite.seen("run-satellite")
            told = await daemon.say("stop listening in the kitchen")
            await killed(daemon)
        claimed = sum(event.type == "run-satellite" for event in satellite.got)
        async with house(place, config) as daemon:
            async with asyncio.timeout(DEADLINE_S):
                while "muted: shelf" not in json.dumps(await daemon.ask("health")):
                    await asyncio.sleep(0.05)
            assert sum(event.type == "run-satellite" for event in satellite.got) == claimed
            await daemon.say("start listening in the kitchen")
            await satellite.seen("run-satellite", claimed + 1)
    assert "no longer listen" in str(told["reply"])
