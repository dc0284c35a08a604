from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.loudness import FILE, Volumes
from devices.model import AreaId
from skills.actions import SatelliteVolume, satellite_volume
from skills.model import Cause, CauseId, Origin, Outcome, Verdict
from voice.volume import Habits

KITCHEN, HALL = AreaId("kitchen"), AreaId("hall")
DAY, NIGHT = datetime(2026, 11, 22, 15, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC)
HABITS = Habits(day=0.6, night=0.2)
CAUSE = Cause(CauseId("1"), Origin.VOICE)


async def wish(volumes: Volumes, **given: object) -> Outcome:
    (effect,) = volumes.effects()
    return await effect.execute(SatelliteVolume.model_validate({"room": KITCHEN, **given}), CAUSE)


@pytest.mark.parametrize(
    ("at", "given", "level"),
    [
        (DAY, {"how": "louder"}, 0.8),
        (DAY, {"how": "quieter"}, 0.4),
        (DAY, {"how": "whisper"}, 0.1),
        (DAY, {"how": "usual"}, 0.6),
        (DAY, {"level": 0.33}, 0.33),
        (NIGHT, {"how": "louder"}, 0.4),
    ],
)
async def test_what_was_chosen_holds_in_its_room(tmp_path: Path, at: datetime, given: dict[str, object], level: float):
    volumes = Volumes(tmp_path, HABITS, lambda: at)

    outcome = await wish(volumes, **given)

    assert outcome.verdict is Verdict.DONE
    assert volumes.of(KITCHEN).level == pytest.approx(level)
    assert volumes.of(HALL).level == (HABITS.day if at is DAY else HABITS.night)


async def test_a_choice_outlives_a_restart(tmp_path: Path):
    await wish(Volumes(tmp_path, HABITS, lambda: DAY), how="louder")

    assert Volumes(tmp_path, HABITS, lambda: DAY).of(KITCHEN).level == pytest.approx(0.8)


async def test_a_choice_can_be_taken_back(tmp_path: Path):
    volumes = Volumes(tmp_path, HABITS, lambda: DAY)

    first = await wish(volumes, how="louder")
    second = await wish(volumes, how="louder")

    assert first.undo == satellite_volume(KITCHEN)
    assert second.undo is not None
    assert second.undo.arguments["level"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"kitchen": [0.5]}', '{"kitchen": [5, "2026-11-22T15:00:00+00:00"]}', "{"]
)
def test_a_damaged_file_is_as_usual(tmp_path: Path, text: str):
    (tmp_path / FILE).write_text(text)

    assert Volumes(tmp_path, HABITS, lambda: DAY).of(KITCHEN).level == HABITS.day


def test_what_is_urgent_is_loud_at_night(tmp_path: Path):
    volumes = Volumes(tmp_path, HABITS, lambda: NIGHT)

    assert volumes.of(KITCHEN).whisper
    assert volumes.of(KITCHEN, urgent=True).level == HABITS.day


async def test_a_disk_that_is_gone_is_told(tmp_path: Path):
    outcome = await wish(Volumes(tmp_path / "gone", HABITS, lambda: DAY), how="louder")

    assert outcome.verdict is Verdict.FAILED
