"""Tests of `daemon.muting`: who is muted stays muted."""

from pathlib import Path
from typing import cast

import pytest

from daemon.muting import FILE, Muting
from skills.actions import SatelliteMute
from skills.model import Cause, CauseId, Origin, Outcome, Verdict

CAUSE = Cause(CauseId("switch"), Origin.MQTT)


async def mute(muting: Muting, room: str | None, *, muted: bool) -> Outcome:
    effect = muting.effects()[0]
    return await effect.execute(SatelliteMute(room=room, muted=muted), CAUSE)


@pytest.mark.parametrize(
    ("muted", "room", "hears"),
    [
        (None, "Kitchen", False),
        (None, None, False),
        ("Kitchen", "kitchen", False),
        ("Kitchen", "Bedroom", True),
        ("Kitchen", None, True),
    ],
)
async def test_muted_is_who_stands_in_the_room_and_over_a_restart(
    tmp_path: Path, muted: str | None, room: str | None, hears: bool
):
    assert (await mute(Muting(tmp_path), muted, muted=True)).verdict is Verdict.DONE
    assert Muting(tmp_path).hears(room) is hears


async def test_undo_brings_back_what_was_before(tmp_path: Path):
    muting = Muting(tmp_path)
    undo = (await mute(muting, "Kitchen", muted=True)).undo
    assert undo is not None
    await mute(muting, cast("str", undo.arguments["room"]), muted=bool(undo.arguments["muted"]))
    assert muting.hears("Kitchen")


async def test_a_broken_file_mutes_the_house_until_somebody_says_otherwise(tmp_path: Path):
    (tmp_path / FILE).write_text('{"x"')
    muting = Muting(tmp_path)
    assert not muting.hears("Kitchen")
    await mute(muting, None, muted=False)
    assert muting.hears("Kitchen")
