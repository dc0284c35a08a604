"""Why and why not: over timelines of our own, and over the scripted ones beside the repository where they are."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.daemon.explaining.incidents import Json, Score, home_in, incidents_in, own_incidents, score

HERE = Path(__file__).parent
SCRIPTED = Path(__file__).parents[4] / "shared" / "data" / "routines"
OWN = [one for name in ("timelines", "fresh", "later", "lately") for one in own_incidents(HERE / f"{name}.yaml")]


def wrong(scores: Sequence[Score]) -> list[str]:
    """Return what is wrong, in lines to read."""
    return [f"{one.id}: {one.expected}, not {one.answer.finding.cause}: {one.answer.text}" for one in scores]


@pytest.mark.parametrize("incident", OWN, ids=[str(one["id"]) for one in OWN])
def test_the_right_cause_is_told_with_what_belongs_to_it(incident: Json) -> None:
    found = score(incident, home_in(HERE / "home.yaml"))
    assert found.right, wrong([found])


@pytest.mark.skipif(not SCRIPTED.is_dir(), reason="the scripted incidents are not beside the repository")
def test_scripted_incidents_are_explained() -> None:
    home = home_in(SCRIPTED / "home.yaml")
    scores = [score(incident, home) for incident in incidents_in(SCRIPTED / "incidents")]
    bad = [one for one in scores if not one.right]
    assert len(bad) <= 0.05 * len(scores), wrong(bad)
    assert [one.id for one in scores if one.expected == "unknown" and not one.right] == []
