"""Tests of `daemon.ducking` over the simulated house: whatever happens, the music comes back as it was."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

import pytest

from daemon.actuate import Actuate
from daemon.ducking import SHARE, Ducking, Quiet
from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from devices.twin import Fault, Twin
from skills.model import Action, Cause, Outcome
from tests.daemon.house import actuate_over
from tests.doubles import START

KITCHEN, HALL = AreaId("kitchen"), AreaId("hall")
RADIO, SPEAKER = EntityId("media_player.radio"), EntityId("media_player.speaker")
_CAN = frozenset({Capability.PLAY, Capability.VOLUME})


class Direct:
    """Carries device calls out without policy and journal."""

    def __init__(self, actuate: Actuate) -> None:
        self._call = next(effect for effect in actuate.effects() if effect.name == "device.call")

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        return await self._call.execute(self._call.parameters.model_validate(dict(action.arguments)), cause)


@pytest.fixture
def twin() -> Twin:
    home = Home(areas=[Area(KITCHEN, "Kitchen"), Area(HALL, "Hall")])
    players = [Entity(RADIO, "Radio", "media_player", area=KITCHEN, capabilities=_CAN)]
    players.append(Entity(SPEAKER, "Speaker", "media_player", area=HALL, capabilities=_CAN))
    made = Twin(home, players, now=lambda: START)
    for player in (RADIO, SPEAKER):
        home.observe(player, "playing", {"volume_level": 0.57}, at=START)
    return made


def volume(twin: Twin, player: EntityId = RADIO) -> float:
    state = twin.home.state(player)
    assert state is not None
    return cast("float", state.attributes["volume_level"])


@asynccontextmanager
async def ducking(twin: Twin, notes: Path) -> AsyncGenerator[Ducking]:
    made = Ducking(Direct(actuate_over(twin)), twin.home, notes)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(made.run())
        await made.settled()
        try:
            yield made
        finally:
            task.cancel()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "ducked.json"


async def test_the_music_in_the_room_steps_back_and_returns_exactly(twin: Twin, notes: Path):
    async with ducking(twin, notes) as made:
        with made.quiet(KITCHEN):
            await made.settled()
            low = volume(twin), volume(twin, SPEAKER)
        await made.settled()

    assert low == (pytest.approx(0.57 * SHARE, abs=0.001), 0.57)
    assert volume(twin) == 0.57
    assert not notes.exists()


async def test_two_who_need_quiet_turn_it_down_once(twin: Twin, notes: Path):
    async with ducking(twin, notes) as made:
        with made.quiet(KITCHEN):
            with made.quiet(KITCHEN):
                await made.settled()
            await made.settled()
            assert volume(twin) < 0.2
        await made.settled()

    assert volume(twin) == 0.57
    assert len(twin.sent) == 2


async def _fails(made: Ducking) -> None:
    with made.quiet(KITCHEN):
        await made.settled()
        raise RuntimeError("a bug")


async def _late(made: Ducking) -> None:
    async with asyncio.timeout(0):
        with made.quiet(KITCHEN):
            await asyncio.Event().wait()


async def _at_once(made: Ducking) -> None:
    with made.quiet(KITCHEN):
        pass


@pytest.mark.parametrize("way", [_fails, _late, _at_once], ids=["error", "timeout", "at once"])
async def test_the_music_returns_on_every_way_out(twin: Twin, notes: Path, way: Callable[[Ducking], Awaitable[None]]):
    async with ducking(twin, notes) as made:
        with suppress(RuntimeError, TimeoutError):
            await way(made)
        await made.settled()

    assert volume(twin) == 0.57


async def test_the_music_returns_when_the_daemon_stops(twin: Twin, notes: Path):
    async with ducking(twin, notes) as made:
        with made.quiet(KITCHEN):
            await made.settled()

    assert volume(twin) == 0.57


async def test_the_music_returns_at_the_next_start_after_a_kill(twin: Twin, notes: Path):
    notes.write_text('{"media_player.radio": {"was": 0.57, "low": 0.171}}')
    twin.home.observe(RADIO, "playing", {"volume_level": 0.171}, at=START)

    async with ducking(twin, notes):
        assert volume(twin) == 0.57
    assert not notes.exists()


async def test_what_is_turned_down_is_written_down_before(twin: Twin, notes: Path):
    twin.set_fault(RADIO, Fault.MUTE)
    async with ducking(twin, notes) as made:
        with made.quiet(KITCHEN):
            await made.settled()
            assert '"was": 0.57' in notes.read_text()


async def test_a_volume_that_somebody_chose_meanwhile_stays(twin: Twin, notes: Path):
    async with ducking(twin, notes) as made:
        with made.quiet(KITCHEN):
            await made.settled()
            twin.home.observe(RADIO, "playing", {"volume_level": 0.8}, at=START)
        await made.settled()

    assert volume(twin) == 0.8


async def test_a_player_that_was_away_is_turned_up_when_it_is_back(
    twin: Twin, notes: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("daemon.ducking.RETRY_S", 0.01)
    async with ducking(twin, notes) as made:
        with made.quiet(KITCHEN):
            await made.settled()
            twin.set_fault(RADIO, Fault.OFFLINE)
        await asyncio.sleep(0)
        twin.set_fault(RADIO, None)
        async with asyncio.timeout(5):
            await made.settled()

    assert volume(twin) == 0.57


@pytest.mark.parametrize(
    ("value", "attributes"),
    [
        ("paused", {"volume_level": 0.57}),
        ("playing", {"volume_level": 0.57, "is_volume_muted": True}),
        ("playing", {"volume_level": 0.05}),
        ("playing", {"volume_level": None}),
    ],
    ids=["paused", "muted", "quiet already", "unknown"],
)
async def test_what_cannot_be_heard_is_left_alone(
    twin: Twin, notes: Path, value: str, attributes: Mapping[str, object]
):
    twin.home.observe(RADIO, value, attributes, at=START)
    async with ducking(twin, notes) as made:
        with made.quiet(KITCHEN):
            await made.settled()

    assert twin.sent == []


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"media_player.radio": 3, "x": {"was": "loud"}}'])
async def test_damaged_notes_are_nothing(twin: Twin, notes: Path, text: str):
    notes.write_text(text)
    async with ducking(twin, notes):
        assert twin.sent == []


async def test_the_music_is_back_for_who_wants_to_change_it(twin: Twin, tmp_path: Path):
    """Louder is meant from what was heard before, not from what it was turned down to."""
    async with ducking(twin, tmp_path / "notes.json") as made:
        quiet = Quiet(made, KITCHEN)
        quiet.hold(on=True)
        await made.settled()
        assert quiet.lowers
        assert volume(twin) < 0.2
        await quiet.as_it_was()
        assert (volume(twin), quiet.lowers) == (0.57, False)
        quiet.hold(on=True)
        quiet.hold(on=True)
        quiet.hold(on=False)
        await made.settled()

    assert volume(twin) == 0.57
