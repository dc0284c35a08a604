"""Players of a real Home Assistant: they step back for who speaks, come back after ``kill -9``, and hand on."""

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
PLAYERS = {"media_player.radio", "media_player.deck"}
PLAYING = {"media_content_id": "http://radio/1", "media_content_type": "music"}
UNKNOWN = "The radio does not say what it plays, so I can't move it."
VOLUME = "input_number.radio_volume"
YAML = f"""
input_boolean:
  radio: {{name: Radio Playing, initial: true}}
input_text:
  deck: {{name: Deck Song, initial: nothing}}
input_number:
  radio_volume: {{name: Radio Volume, min: 0, max: 1, step: 0.001, initial: {LOUD}}}
media_player:
  - platform: universal
    name: Radio
    unique_id: radio
    state_template: "{{{{ 'playing' if is_state('input_boolean.radio', 'on') else 'paused' }}}}"
    commands:
      volume_set:
        service: input_number.set_value
        target: {{entity_id: {VOLUME}}}
        data: {{value: "{{{{ volume_level }}}}"}}
      media_pause: {{service: input_boolean.turn_off, target: {{entity_id: input_boolean.radio}}}}
    attributes:
      volume_level: {VOLUME}
  - platform: universal
    name: Deck
    unique_id: deck
    state_template: "{{{{ 'idle' if is_state('input_text.deck', 'nothing') else 'playing' }}}}"
    commands:
      play_media:
        service: input_text.set_value
        target: {{entity_id: input_text.deck}}
        data: {{value: "{{{{ media_content_id }}}}"}}
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
            '[home]\nareas = [{name = "Kitchen"}, {name = "Hall"}]\n'
            'placement = {"media_player.radio" = "Kitchen", "media_player.deck" = "Hall"}\n'
            f"[voice]\nvosk_model = {json.dumps(str(TINY))}\n"
            f'[homeassistant]\nurl = "{self.process.url}"\ntoken_file = {json.dumps(str(token))}\n'
            "exposed_only = false\n"
            f'[[satellites]]\nname = "shelf"\nkind = "wyoming"\nroom = "Kitchen"\n'
            f'host = "127.0.0.1"\nport = {satellite.port}\n'
        )
        return path

    async def play(self) -> None:
        """Have the radio play as loud as ever, whatever another test left of it."""
        await asyncio.to_thread(self.process.do, "input_number/set_value", {"entity_id": VOLUME, "value": LOUD})
        await asyncio.to_thread(self.process.do, "input_boolean/turn_on", {"entity_id": "input_boolean.radio"})

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
            while not {row["id"] for row in await daemon.devices()} >= PLAYERS:
                await asyncio.sleep(0.05)
        yield daemon


async def killed(daemon: Running) -> None:
    daemon.kill()
    await daemon.process.wait()


async def test_the_radio_is_as_loud_as_before_after_a_kill_while_somebody_is_listened_to(place: Place):
    await place.play()
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


async def test_the_music_goes_on_in_another_room(place: Place):
    async with (
        fake.running(FakeSatellite(area="Kitchen")) as satellite,
        house(place, place.configured(satellite)) as daemon,
    ):
        # A universal player does not say what it plays (2024.3), as others do.
        playing = {**PLAYING, "supported_features": 1 | 4, "friendly_name": "Radio"}
        await asyncio.to_thread(
            place.process.post, "/api/states/media_player.radio", {"state": "playing", "attributes": playing}
        )
        async with asyncio.timeout(DEADLINE_S):
            while (told := await daemon.say("move my music to the hall"))["reply"] == UNKNOWN:
                await asyncio.sleep(0.05)
    assert told["reply"] == "The music plays in the hall now."
    assert place.process.state("input_text.deck") == "http://radio/1"
    assert place.process.state("input_boolean.radio") == "off"
