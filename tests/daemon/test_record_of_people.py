"""Who reads what of the record over the dashboard: what was done, and of what people said only their own words."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from daemon.household import Household
from daemon.operations.fields import Fields
from daemon.operations.record import RecordOperations
from skills.model import Origin
from tests.daemon.remembering.family import family


@pytest.mark.parametrize(
    ("origin", "person", "read"),
    [
        (Origin.DASHBOARD, "anna", {"turn on the lamp"}),
        (Origin.DASHBOARD, "ben", {"turn off the lamp"}),
        (Origin.DASHBOARD, None, set[str]()),
        (Origin.TEXT, None, {"turn on the lamp", "turn off the lamp"}),
    ],
)
async def test_words_are_shown_to_whoever_said_them(
    tmp_path: Path, origin: Origin, person: str | None, read: set[str]
) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "turn on the lamp")
        await house.says("ben", "turn off the lamp")
        hearth = house.hearth
        operations = RecordOperations(
            hearth.journal, Fields(hearth.home, Household(), house.clock, ZoneInfo("UTC"))
        ).operations(origin)
        entries = cast("Sequence[Mapping[str, object]]", await operations["journal"]({"person": person, "limit": 50}))
        causes = [cast("Mapping[str, object]", entry["cause"]) for entry in entries]
        assert {said for cause in causes if (said := cause["said"]) is not None} == read
        assert {cause["person"] for cause in causes} >= {"anna", "ben"}
        assert (await hearth.journal.verify()).ok


@pytest.mark.parametrize(
    ("origin", "person", "said"),
    [
        (Origin.DASHBOARD, "anna", "turn on the lamp"),
        (Origin.DASHBOARD, "ben", None),
        (Origin.TEXT, None, "turn on the lamp"),
    ],
)
async def test_the_words_behind_what_happened_last_are_shown_to_whoever_said_them(
    tmp_path: Path, origin: Origin, person: str | None, said: str | None
) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "turn on the lamp")
        hearth = house.hearth
        operations = RecordOperations(
            hearth.journal, Fields(hearth.home, Household(), house.clock, ZoneInfo("UTC"))
        ).operations(origin)
        (last,) = cast("Sequence[Mapping[str, object]]", await operations["why"]({"person": person}))
        assert (last["person"], last["said"]) == ("anna", said)
