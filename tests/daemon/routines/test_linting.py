"""What is found in routines with a planted fault, and that nothing is found in their sound twins."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from daemon.routines.linting.linting import lint
from daemon.routines.playing.house import House, house_from
from daemon.routines.reading import read_object

_PLANTED = cast("dict[str, Any]", yaml.safe_load(Path(__file__).with_name("planted.yaml").read_text("utf-8")))
_LOTS = [
    yaml.safe_load(Path(__file__).with_name(f"planted_{lot}.yaml").read_text("utf-8")) for lot in ("fresh", "held")
]
SETS = cast("list[dict[str, Any]]", [one for lot in (_PLANTED, *_LOTS) for one in lot["sets"]])


@pytest.fixture(name="home", scope="module")
def _home() -> House:
    return house_from(_PLANTED["home"])


@pytest.mark.parametrize("planted", SETS, ids=lambda planted: planted["name"])
def test_a_planted_fault_is_found_under_its_name_and_nothing_else(planted: dict[str, Any], home: House) -> None:
    reading = read_object(planted["faulty"])

    found = lint(reading.routines, home)

    assert reading.not_understood == ()
    assert [(finding.kind, sorted(finding.routines)) for finding in found] == [(planted["kind"], planted["routines"])]


@pytest.mark.parametrize("planted", SETS, ids=lambda planted: planted["name"])
def test_in_a_sound_twin_nothing_is_found(planted: dict[str, Any], home: House) -> None:
    reading = read_object(planted["sound"])

    found = lint(reading.routines, home)

    assert reading.not_understood == ()
    assert found == ()
