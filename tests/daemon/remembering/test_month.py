"""Two months of a household with the whole daemon: every answer is as its script expects, but for the gaps it names."""

from pathlib import Path

import pytest

from tests.daemon.remembering.household import Played
from tests.daemon.remembering.month import figures, play

MOST_GAPS = {"march": 0.15, "june": 0.10}
"""Of the turns; what is mended is taken off the scripts."""


@pytest.mark.slow
@pytest.mark.parametrize("month", MOST_GAPS)
async def test_a_month_is_answered_as_expected(tmp_path: Path, month: str) -> None:
    turns = [one for one in await play(month, tmp_path) if isinstance(one, Played)]
    wrong = [f"{one.turn.who}: {one.turn.text} -> {one.reply}" for one in turns if not one.as_expected]
    gaps = [one for one in turns if one.turn.is_gap]
    unknown = [told for told in wrong if not any(f"{one.turn.who}: {one.turn.text} ->" in told for one in gaps)]
    assert unknown == [], figures(turns)
    assert len(gaps) <= MOST_GAPS[month] * len(turns)
