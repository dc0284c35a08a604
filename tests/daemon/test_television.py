"""A television in the room of a satellite, which is taken for the wake word again and again."""

from pathlib import Path

import pytest

from tests.bench.television import evening, watch

pytestmark = pytest.mark.audio


@pytest.mark.parametrize(
    ("minutes", "every_s"),
    [(1.0, 12.0), pytest.param(30.0, 60.0, marks=[pytest.mark.soak, pytest.mark.timeout(900)])],
)
async def test_nothing_is_done_for_a_television(minutes: float, every_s: float, tmp_path: Path):
    came = await evening(minutes, every_s, tmp_path, wake=watch)

    assert came.turns >= came.injected - 1 > 0
    assert any(came.heard)
    assert came.acts == ()
