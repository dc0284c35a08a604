"""The right things are among the few that a model is told of, and its prompt stays short."""

import pytest

from tests.offered import SHARED, home_of, measured, rows_of


def test_the_things_of_the_common_sentences_are_offered():
    if not SHARED.exists():
        pytest.skip("the common sets are not beside the repository")
    found = measured(home_of(SHARED / "dev_home.json"), rows_of(SHARED / "dev.jsonl"))
    assert found.things > 150
    assert found.share >= 0.99, found.missed
    assert found.most_tokens <= 2_000
